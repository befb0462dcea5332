"""The plan behind a set: read it, and hand its targets and days to the rules that ask for them."""

from contextlib import suppress
from pathlib import Path

import yaml
from pydantic import ValidationError

from criteria.faults import text_at
from criteria.model import CriteriaSet, Target
from criteria.plan.load import LoadedPlan, read_plan
from criteria.problems import Place, Problem
from criteria.rules import rule_targets
from criteria.scalars import Bound
from criteria.thresholds import PlanNames, plan_names
from criteria.yaml_tree import child, keys_of, line_of, plain_value

OF_THE_PLAN = ("target-unknown", "task-unknown", "task-without-one-day")
"""Faults of references: in a broken plan what they ask for may stand in the broken part."""


def plan_behind(path: Path, tree: yaml.Node) -> tuple[Path | None, LoadedPlan | None]:
    """The plan that the set names: its file, and what that gave."""
    name = text_at(tree, "plan")
    if not name:
        return None, None
    plan_file, place = path.parent / name, Place(str(path), line_of(tree, ("plan",)))
    if Path(name).name != name:
        return None, LoadedPlan(None, None, (Problem("plan-not-beside", place, {"value": name}),))
    if not plan_file.is_file():
        return None, LoadedPlan(None, None, (Problem("plan-missing", place, {"value": name}),))
    return plan_file, read_plan(plan_file)


def names_for(tree: yaml.Node, behind: LoadedPlan | None) -> PlanNames:
    """What rules may refer to: targets and tasks of the plan, targets of the set itself."""
    own: dict[str, Bound] = {}
    node = child(tree, "targets")
    for name in sorted(keys_of(node)):
        assert node is not None
        with suppress(ValidationError):
            own[name] = Target.model_validate(plain_value(child(node, name))).value  # type: ignore[arg-type]
    return plan_names(None if behind is None else behind.plan, own)


def with_targets(criteria_set: CriteriaSet) -> CriteriaSet:
    """The set with those targets of its plan that its rules refer to."""
    plan = criteria_set.plan
    if plan is None:
        return criteria_set
    asked = {name for item in criteria_set.items for name in rule_targets(item.rule)}
    taken = {
        name: Target(value=target.value, title=target.title, basis=target.basis)
        for name, target in plan.targets.items()
        if name in asked and name not in criteria_set.targets
    }
    return criteria_set.model_copy(update={"targets": {**criteria_set.targets, **taken}})
