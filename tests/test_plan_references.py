"""A number or day taken from the plan is worth what it is worth when it is written in the set."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.check import check_set
from criteria.fingerprint import fingerprint
from criteria.load import load_set, read_set
from criteria.problems import ProblemsFound
from criteria.rules import rule_targets, rule_tasks
from criteria.scalars import Bound
from inputs.facts import UnitAnswers, facts_of
from outputs.explain import explain_leaf
from scoring.ledger import ledger
from scoring.score import score_set
from tests.strategies import World, as_yaml, worlds

_BOUNDS = frozenset({"from", "full_at", "at_least", "above", "at_most", "below", "at"})

PLAN = """\
parindex_plan: 1
id: generated
title: Generated plan
signed: 2016-12-29
province: Mẫu
starts: 2017-01-01
ends: 2017-12-31
sections: [{id: I, title: Một}, {id: II, title: Hai}, {id: III, title: Ba}]
"""


class _Referring:
    """Rewrites rules so that some of their bounds and days come from a plan that grows along."""

    def __init__(self, draw: st.DataObject) -> None:
        self.draw = draw
        self.targets: list[str] = []
        self.tasks: list[str] = []

    def rule(self, value: Any, key: str = "") -> Any:
        if isinstance(value, Mapping):
            return {name: self.rule(each, name) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.rule(each) for each in value]
        if key in _BOUNDS and self._may_refer(value):
            self.targets.append(str(value) if isinstance(value, str) else _decimal(value))
            return {"target": f"t{len(self.targets)}"}
        if key == "by" and isinstance(value, datetime.date) and self.draw.draw(st.booleans()):
            self.tasks.append(value.isoformat())
            return {"task": f"I.{len(self.tasks)}"}
        return value

    def _may_refer(self, value: Any) -> bool:
        below_zero = str(value).startswith("-")
        return not below_zero and bool(self.draw.draw(st.booleans()))

    def tree(self, value: Any) -> Any:
        """A whole set; only rules are rewritten."""
        if isinstance(value, dict):
            return {
                name: self.rule(each) if name == "rule" else self.tree(each)
                for name, each in value.items()
            }
        if isinstance(value, list):
            return [self.tree(each) for each in value]
        return value

    def plan(self) -> str:
        lines = [PLAN]
        if self.tasks:
            lines.append("tasks:\n")
            lines += [
                f"  - {{id: I.{at}, section: I, title: Việc, deadline: {day}}}\n"
                for at, day in enumerate(self.tasks, start=1)
            ]
        if self.targets:
            lines.append("targets:\n")
            lines += [
                f"  t{at}: {{title: Chỉ tiêu, exactly: {value}{_measure(value)}}}\n"
                for at, value in enumerate(self.targets, start=1)
            ]
        return "".join(lines)


def _measure(value: str) -> str:
    return "" if value.endswith("%") else ", measure: lần"


def _decimal(value: Any) -> str:
    number = Fraction(value)
    return str(number.numerator) if number.denominator == 1 else str(float(number))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(world=worlds(), data=st.data())
def test_a_set_on_a_plan_scores_as_the_set_with_its_numbers(
    world: World, data: st.DataObject, tmp_path: Path
) -> None:
    referring = _Referring(data)
    tree = referring.tree(world.tree)
    tree["plan"] = "plan.yaml"
    (tmp_path / "plan.yaml").write_text(referring.plan(), encoding="utf-8")
    path = tmp_path / "set.yaml"
    path.write_text(as_yaml(tree), encoding="utf-8")
    on_plan = load_set(path)
    assert on_plan.plan is not None
    plain, taken = (
        score_set(facts_of(world.set, world.units)),
        score_set(facts_of(on_plan, world.units)),
    )
    assert taken.frame.equals(plain.frame)
    for ours, theirs in zip(ledger(taken), ledger(plain), strict=True):
        assert ours.equals(theirs)
    asked = {name for item in on_plan.items for name in rule_targets(item.rule)}
    assert {f"t{at}" for at in range(1, len(referring.targets) + 1)} <= asked
    own = dict(world.set.targets)
    assert fingerprint(on_plan.model_copy(update={"targets": own})) == fingerprint(world.set)


SET = """\
parindex: 1
id: s
title: Bộ tiêu chí
status: reference
year: 2017
group: communes
total: 4
plan: plan.yaml
inputs:
  rate: {type: percent, title: Tỷ lệ}
  number: {type: count, title: Số}
fields:
  - id: "1"
    title: Lĩnh vực
    criteria:
      - {id: a, title: A, maximum: 2, rule: {kind: proportional, of: rate, full_at: {target: rate}}}
      - {id: b, title: B, maximum: 2, rule: {kind: steps, of: number, steps: STEPS}}
"""
TARGETS = """\
targets:
  rate: {title: Tỷ lệ, at_least: 80%}
  number: {title: Số, above: 15, measure: xã}
"""


def written(folder: Path, steps: str, targets: str = TARGETS) -> Path:
    (folder / "plan.yaml").write_text(PLAN + targets, encoding="utf-8")
    path = folder / "set.yaml"
    path.write_text(SET.replace("STEPS", steps), encoding="utf-8")
    return path


def test_a_threshold_remembers_its_target(tmp_path: Path) -> None:
    path = written(tmp_path, "[{above: {target: number}, points: maximum}]")
    criteria_set = load_set(path)
    rule = criteria_set.leaves[0].rule
    assert rule.kind == "proportional"
    assert rule.full_at == Bound(Fraction(4, 5), percent=True, target="rate")
    assert set(criteria_set.targets) == {"rate", "number"}
    assert criteria_set.targets["number"].value.value == 15


@pytest.mark.parametrize(
    ("targets", "code"),
    [
        (TARGETS.replace("80%", "80"), "bound-ambiguous"),
        (TARGETS.replace("above: 15, measure: xã", "above: 15%"), "bound-percent-on-plain"),
        (TARGETS.replace("80%", "0%"), "proportional-bounds"),
        (TARGETS.replace("rate: ", "rates: "), "target-unknown"),
    ],
)
def test_what_a_plan_gives_is_checked_as_if_it_were_written(
    tmp_path: Path, targets: str, code: str
) -> None:
    path = written(tmp_path, "[{above: {target: number}, points: maximum}]", targets)
    with pytest.raises(ProblemsFound) as found:
        load_set(path)
    assert [problem.code for problem in found.value.problems] == [code]
    assert found.value.problems[0].place.file == str(path)
    assert found.value.problems[0].place.line in (16, 17)


def test_a_broken_plan_is_told_and_not_what_follows_from_it(tmp_path: Path) -> None:
    path = written(tmp_path, "[{above: {target: number}, points: maximum}]", TARGETS + "x: 1\n")
    with pytest.raises(ProblemsFound) as found:
        load_set(path)
    assert [problem.code for problem in found.value.problems] == ["unknown-key"]
    broken = TARGETS.replace("at_least: 80%", "at_least: tám mươi")
    with pytest.raises(ProblemsFound) as again:
        load_set(written(tmp_path, "[{above: {target: number}, points: maximum}]", broken))
    assert [problem.code for problem in again.value.problems] == ["bound-wanted"]


def test_a_set_on_a_plan_may_have_targets_of_its_own(tmp_path: Path) -> None:
    path = written(tmp_path, "[{above: {target: own}, points: maximum}]")
    path.write_text(path.read_text(encoding="utf-8") + "targets:\n  own: {value: 7}\n", "utf-8")
    criteria_set = load_set(path)
    rule = criteria_set.leaves[1].rule
    assert rule.kind == "steps"
    assert rule.steps[0].above == Bound(Fraction(7), percent=False, target="own")
    without = tmp_path / "without.yaml"
    text = path.read_text(encoding="utf-8").replace("plan: plan.yaml\n", "")
    without.write_text(text.replace("{target: rate}", "80%"), encoding="utf-8")
    assert load_set(without).leaves[1].rule == rule


def test_a_lower_step_that_ends_at_the_target_compares_as_the_plan_does(tmp_path: Path) -> None:
    lower = "{at_least: 5, at_most: {target: number}, points: 1}"
    path = written(tmp_path, f"[{{above: {{target: number}}, points: maximum}}, {lower}]")
    found = read_set(path)
    assert found.set is not None
    assert found.source is not None
    assert [*found.problems, *check_set(found.set, found.source)] == []


def test_a_day_remembers_its_task_and_the_explanation_tells(tmp_path: Path) -> None:
    rule = "{kind: deadline, of: issued, tiers: [{by: {task: I.1}, points: maximum}]}"
    tasks = (
        "tasks:\n  - {id: I.1, section: I, title: Rà soát, deadline: Quý II/2017, basis: PL.I.1}\n"
    )
    (tmp_path / "plan.yaml").write_text(PLAN + tasks, encoding="utf-8")
    text = SET[: SET.index("inputs:")].replace("total: 4", "total: 2")
    text += "inputs:\n  issued: {type: date, title: Ngày ban hành}\n"
    text += SET[SET.index("fields:") : SET.index("      - {id: a")]
    text += f"      - {{id: a, title: A, maximum: 2, rule: {rule}}}\n"
    path = tmp_path / "set.yaml"
    path.write_text(text, encoding="utf-8")
    criteria_set = load_set(path)
    leaf = criteria_set.leaves[0]
    assert rule_tasks(leaf.rule) == ("I.1",)
    late = UnitAnswers("u", {"issued": datetime.date(2017, 7, 1)})
    (row,) = next(iter(ledger(score_set(facts_of(criteria_set, [late]))))).to_dicts()
    assert row["points_exact"] == "0"
    told = explain_leaf(leaf, row, criteria_set, "vi").sentences
    assert any("Quý II/2017" in each and "30/06/2017" in each and "PL.I.1" in each for each in told)
