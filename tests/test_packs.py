"""The packs of the library load, check clean, hold their cases, and give what is published."""

import csv
import unicodedata
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from criteria.check import check_set
from criteria.load import load_set, read_set
from criteria.packs import load_pack, pack_ids
from criteria.problems import ProblemsFound
from criteria.rules import Deadline
from inputs.answers import read_answers
from inputs.units import read_units
from outputs.printed import printed_group
from scoring.cases import check_cases
from scoring.score import score_set

SET_FILES = [path for name in pack_ids() for path in load_pack(name).sets]


@pytest.mark.parametrize("path", SET_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_set_is_without_a_finding(path: Path) -> None:
    loaded = read_set(path)
    assert loaded.set is not None
    assert loaded.source is not None
    problems = (*loaded.problems, *check_set(loaded.set, loaded.source))
    problems += check_cases(loaded.set, loaded.source)
    assert [problem.text("en") for problem in problems] == []


@pytest.mark.parametrize("path", SET_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_leaf_has_a_clause_and_a_reviewer_and_the_set_says_reference(path: Path) -> None:
    criteria_set = load_set(path)
    assert criteria_set.status == "reference"
    assert all(leaf.basis and leaf.reviewed_by for leaf in criteria_set.leaves)
    text = path.read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)


def test_an_unknown_pack_is_a_problem() -> None:
    with pytest.raises(ProblemsFound) as found:
        load_pack("dong-nai-2018")
    assert found.value.problems[0].code == "pack-unknown"


def test_the_published_order_and_index_of_2020() -> None:
    """The published index lies within the stated rounding of its four printed parts."""
    pack = load_pack("national-2020")
    assert pack.answers is not None
    assert pack.published is not None
    criteria_set = load_set(pack.sets[0])
    facts = read_answers([pack.answers], read_units(pack.units), [criteria_set])[criteria_set.id]
    ours = {unit.unit: unit for unit in printed_group(score_set(facts)).units}
    with pack.published.open(encoding="utf-8", newline="") as file:
        published = list(csv.DictReader(file))
    assert [row["unit"] for row in sorted(published, key=lambda row: int(row["rank"]))] == list(
        ours
    )
    differences = {
        row["unit"]: Fraction(row["index"]) - Fraction(ours[row["unit"]].index) for row in published
    }
    assert max(map(abs, differences.values())) <= Fraction("0.02")
    differing = {unit: str(gap) for unit, gap in differences.items() if gap}
    assert differing == {"quang-ninh": "-1/100", "dong-thap": "1/100", "phu-tho": "1/100"}


DONG_NAI = {path.stem: path for path in load_pack("dong-nai-2017").sets}


@pytest.mark.parametrize("name", ["departments", "districts", "communes"])
def test_dong_nai_has_seven_fields_and_the_deadlines_of_the_plan(name: str) -> None:
    criteria_set = load_set(DONG_NAI[name])
    assert [field.id for field in criteria_set.fields] == list("1234567")
    days = {
        tier.by
        for leaf in criteria_set.leaves
        if isinstance(leaf.rule, Deadline)
        for tier in leaf.rule.tiers
    }
    assert {date(2017, 1, 31), date(2017, 2, 28)} <= days


def test_dong_nai_units_are_those_of_the_time() -> None:
    units = read_units(load_pack("dong-nai-2017").units)
    assert len(units.of_group("districts")) == 11
    assert len(units.of_group("communes")) == 171
    assert [u.unit for u in units.of_group("departments") if not u.ranked] == ["bao-hiem-xa-hoi"]
