"""The reference of plans is true: its examples load and score, its deadlines read as it says."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from criteria.check import check_set
from criteria.load import load_set, read_set
from criteria.plan.deadlines import read_deadline, spans
from criteria.plan.load import load_plan
from criteria.schema import plan_schema
from scoring.cases import check_cases
from tests.test_schema import as_an_editor_reads, faults

TEXT = (Path(__file__).parents[1] / "docs" / "plan-language.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^```yaml\n# example: (\S+)\n(.*?)^```$", TEXT, re.M | re.DOTALL))
SCHEMA = plan_schema()
YEAR = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
ROWS = re.findall(r"^\| (`.*) \| (.+) \| (.*?) ?\|$", TEXT.split("## 5.")[1].split("###")[0], re.M)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(EXAMPLES["first-plan"], encoding="utf-8")
    (tmp_path / "set.yaml").write_text(EXAMPLES["set-on-a-plan"], encoding="utf-8")
    return tmp_path


def test_the_plan_loads_and_an_editor_takes_it(folder: Path) -> None:
    plan = load_plan(folder / "plan.yaml")
    assert (len(plan.targets), len(plan.tasks), len(plan.reports)) == (2, 3, 1)
    assert not list(faults(as_an_editor_reads(folder / "plan.yaml"), SCHEMA, root=SCHEMA))


def test_the_set_on_it_loads_proves_and_scores(folder: Path) -> None:
    criteria_set = load_set(folder / "set.yaml")
    found = read_set(folder / "set.yaml")
    assert found.source is not None
    assert not check_set(criteria_set, found.source)
    assert not check_cases(criteria_set, found.source)


@pytest.mark.parametrize(("spellings", "told", "due"), ROWS, ids=lambda cell: cell[:30])
def test_deadlines_read_as_the_table_says(spellings: str, told: str, due: str) -> None:
    numbers = {"one": 1, "one, over both": 1, "two": 2, "two, they do not touch": 2, "four": 4}
    days = [_day(day) for day in re.findall(r"\d+/\d+/\d{4}", due)]
    for spelling in re.findall(r"`([^`]+)`", spellings):
        years = (2011, 2015) if "2012, 2015" in spelling else (2018, 2018)
        first, last = datetime.date(years[0], 1, 1), datetime.date(years[1], 12, 31)
        deadline = read_deadline(spelling.replace(" ...", " của Bộ"), first, last)
        assert deadline is not None, spelling
        found = spans(deadline, first, last, "leave_out", "leave_out", "leave_out")
        if days:
            assert [span.last for span in found] == days, spelling
        elif told in numbers:
            assert len(found) == numbers[told], spelling
        elif told.startswith(("none", "by `policy")):
            assert not found, spelling


def _day(text: str) -> datetime.date:
    day, month, year = map(int, text.split("/"))
    return datetime.date(year, month, day)


def test_periods_have_their_number_of_instances() -> None:
    wanted = {
        "Hàng năm": 1,
        "Định kỳ hàng quý": 4,
        "Định kỳ hàng tháng": 12,
        "Định kỳ hàng tuần": 52,
    }
    for spelling, number in wanted.items():
        deadline = read_deadline(spelling, *YEAR)
        assert deadline is not None
        assert len(spans(deadline, *YEAR)) == number
        assert f"`{spelling}`" in TEXT


def test_every_key_and_word_is_named() -> None:
    for name, model in {"Plan": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, value in model.get("properties", {}).items():
            assert f"`{key}`" in TEXT or f"`{key}:" in TEXT, f"{name}.{key}"
            for word in value.get("enum", ()):
                assert f"`{word}`" in TEXT, f"{name}.{key}: {word}"
