"""Plan files: what is read, what is refused on which line, and the tasks as dated instances.

Each file of `broken/plans/` begins with what must be found, as those of `broken/` do.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from criteria import wording
from criteria.fingerprint import fingerprint
from criteria.packs import LIBRARY
from criteria.plan.instances import instances, only_day
from criteria.plan.load import is_plan, load_plan, read_plan
from criteria.problems import ProblemsFound
from criteria.wording import LANGUAGES
from tests.test_broken import expected

BROKEN = sorted((Path(__file__).parent / "broken" / "plans").glob("*.yaml"))
PLANS = sorted(LIBRARY.glob("*/plan.yaml"))
HEAD = """\
parindex_plan: 1
id: mau-2018
title: Kế hoạch mẫu
signed: 2017-12-29
province: Mẫu
starts: 2018-01-01
ends: 2018-12-31
sections:
  - {id: I, title: Thể chế, field: institutions}
"""


def plan_of(folder: Path, rest: str) -> Path:
    path = folder / "plan.yaml"
    path.write_text(HEAD + rest, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_one_fault_one_problem_with_its_line(path: Path) -> None:
    wanted = expected(path)
    (problem,) = read_plan(path).problems
    assert problem.code == wanted.get("expect", wanted.get("advice")), problem.text("en")
    assert problem.advice == ("advice" in wanted)
    assert str(problem.place.line) == wanted["line"], problem.text("en")
    assert wanted.get("says", "") in problem.text("en")
    for language in LANGUAGES:
        assert not re.search(r"\{[a-z_]+\}", problem.text(language))
    if problem.advice:
        assert load_plan(path).targets
        return
    with pytest.raises(ProblemsFound):
        load_plan(path)


def test_every_problem_of_plans_has_a_file() -> None:
    text = Path(wording.__file__).with_name("problems.toml").read_text("utf-8")
    listed = re.search(r"^# --- plans ---$(.*?)^# --- ", text, re.MULTILINE | re.DOTALL)
    assert listed is not None
    codes = set(re.findall(r"^\[([a-z-]+)\]$", listed[1], re.MULTILINE))
    of_units = {
        "target-binds-unknown",
        "alias-unknown",
        "lead-unknown",
        "lead-helped",
    }  # tests/test_progress.py
    assert codes - of_units <= {code for path in BROKEN for code in expected(path).values()}


def test_several_faults_come_out_of_one_run(tmp_path: Path) -> None:
    path = plan_of(
        tmp_path,
        """\
targets:
  on-time: {title: Hồ sơ đúng hạn, at_least: 90 %x}
  Late: {title: Hồ sơ trễ, below: 5%}
tasks:
  - {id: I.1, section: I, title: Một, lead: Sở Tư pháp, deadline: Quý V/2018}
  - {id: I.2, section: II, title: Hai, lead: Sở Tư pháp, deadline: Quý II/2018}
  - {id: I.2, section: I, title: Ba, product: , lead: Sở Tư pháp}
""",
    )
    found = [(problem.code, problem.place.line) for problem in read_plan(path).problems]
    assert found == [
        ("bound-wanted", 11),
        ("target-id-shape", 12),
        ("deadline-unknown", 14),
        ("task-section-unknown", 15),
        ("empty-value", 16),
        ("plan-id-twice", 16),
    ]


def test_faults_of_the_head_do_not_hide_the_others(tmp_path: Path) -> None:
    path = plan_of(tmp_path, "tasks:\n  - {id: I.1, section: II, title: Một, deadline: Quý V}\n")
    text = path.read_text(encoding="utf-8").replace("signed: 2017-12-29\n", "")
    path.write_text(text.replace("2018-01-01", "01/01/2018").replace("Mẫu\n", "no\n"), "utf-8")
    found = [(problem.code, problem.place.line) for problem in read_plan(path).problems]
    assert found == [
        ("missing-key", 1),
        ("ambiguous-scalar", 4),
        ("date-wanted", 5),
        ("deadline-unknown", 10),
        ("task-section-unknown", 10),
    ]


def test_small_and_capital_letters_do_not_make_two_ids(tmp_path: Path) -> None:
    rest = "tasks:\n  - {id: I.a, section: I, title: Một}\n  - {id: i.A, section: I, title: Hai}\n"
    found = read_plan(plan_of(tmp_path, rest)).problems
    assert [(problem.code, problem.place.line) for problem in found] == [("plan-id-twice", 12)]
    spaced = read_plan(plan_of(tmp_path, rest.replace("i.A", "I; b"))).problems
    assert [problem.code for problem in spaced] == ["id-not-plain"]


def test_a_set_in_place_of_a_plan_is_one_problem() -> None:
    path = LIBRARY / "dong-nai-2017" / "departments.yaml"
    assert [problem.code for problem in read_plan(path).problems] == ["plan-is-set"]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_the_plans_of_the_library_are_without_a_finding(path: Path) -> None:
    loaded = read_plan(path)
    assert [problem.text("en") for problem in loaded.problems] == []
    assert loaded.plan is not None
    assert loaded.plan.tasks
    assert is_plan(path)
    assert not is_plan(path.with_name("pack.yaml"))


def spans_of(folder: Path, rest: str, policy: str = "") -> list[tuple[str, str]]:
    plan = load_plan(
        plan_of(folder, f"{policy}tasks:\n  - {{id: I.1, section: I, title: Một, {rest}}}\n")
    )
    return [(span.key, span.last.isoformat()) for span in instances(plan, plan.tasks[0])]


@pytest.mark.parametrize(
    ("rest", "policy", "wanted"),
    [
        ("deadline: Quý II/2018", "", [("2018-Q2", "2018-06-30")]),
        ("deadline: 2018-05-31", "", [("2018-05-31", "2018-05-31")]),
        ("deadline: 2018", "", [("2018", "2018-12-31")]),
        ("deadline: Thường xuyên", "", [("2018", "2018-12-31")]),
        ("deadline: Thường xuyên", "policy: {continuous: leave_out}\n", []),
        ("deadline: Theo kế hoạch", "", []),
        ("deadline: Theo kế hoạch", "policy: {conditional: yearly}\n", [("2018", "2018-12-31")]),
        ("deadline: Theo kế hoạch, due: 2018-09-15", "", [("2018-09-15", "2018-09-15")]),
        ("lead: Sở Tư pháp", "", []),
        ("lead: Sở Tư pháp", "policy: {unstated: yearly}\n", [("2018", "2018-12-31")]),
        ("lead: Sở Tư pháp, due: 2018-02-01", "", [("2018-02-01", "2018-02-01")]),
        ("deadline: Quý II/2018, due: 2018-07-15", "", [("2018-07-15", "2018-07-15")]),
    ],
)
def test_deadlines_and_policies_become_instances(
    tmp_path: Path, rest: str, policy: str, wanted: list[tuple[str, str]]
) -> None:
    assert spans_of(tmp_path, rest, policy) == wanted


def test_a_task_with_several_instances_has_no_one_day(tmp_path: Path) -> None:
    rest = "tasks:\n  - {id: I.1, section: I, title: Một, deadline: Định kỳ hàng quý}\n"
    plan = load_plan(plan_of(tmp_path, rest))
    assert only_day(plan, plan.tasks[0]) is None
    assert len(instances(plan, plan.tasks[0])) == 4
    once = load_plan(plan_of(tmp_path, rest.replace("Định kỳ hàng quý", "Tháng 02/2018")))
    assert only_day(once, once.tasks[0]) == datetime.date(2018, 2, 28)


def test_a_fingerprint_tells_plans_apart_but_not_layouts(tmp_path: Path) -> None:
    rest = "targets:\n  on-time: {title: Đúng hạn, at_least: 90%}\n"
    plan = load_plan(plan_of(tmp_path, rest))
    same = load_plan(plan_of(tmp_path, "# lời chú\n" + rest.replace("90%", "0.9")))
    other = load_plan(plan_of(tmp_path, rest.replace("90%", "91%")))
    above = load_plan(plan_of(tmp_path, rest.replace("at_least", "above")))
    assert fingerprint(plan) == fingerprint(same)
    assert len({fingerprint(each) for each in (plan, other, above)}) == 3


def test_a_plan_of_one_day_is_a_plan(tmp_path: Path) -> None:
    path = plan_of(tmp_path, "")
    text = path.read_text(encoding="utf-8").replace("ends: 2018-12-31", "ends: 2018-01-01")
    path.write_text(text, encoding="utf-8")
    assert load_plan(path).ends == load_plan(path).starts
