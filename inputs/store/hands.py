"""Whose hands (phân công): the duties of all units of one set, as frames to join facts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet, leaf_inputs
from criteria.plan.model import Plan, Task
from inputs.facts import rule_task_columns
from inputs.headers import fold
from inputs.units import Unit
from inputs.workbooks.agencies import agency_of
from inputs.workbooks.duties import Duty, conditions, duties


@dataclass(frozen=True)
class Hands:
    """The leaves, bonuses and penalties that apply to each unit of one set.

    `units`: `unit`, `like`: units with the same number have the same duties.
    `leaves`: `unit`, `leaf`, `own_hands` (in the unit's own), `agency` (who reviews it).
    `reads`: `like`, `leaf`, `column` (of facts, one for each option of a tally), `own` (the leaf
    is the home of its input), `own_hands`.
    `counts`: `like`, `leaf`, `task`: the tasks of the plan whose progress the leaf counts.
    `conditions`: columns that only forbid grades.
    """

    units: pl.DataFrame
    leaves: pl.DataFrame
    reads: pl.DataFrame
    counts: pl.DataFrame
    conditions: tuple[str, ...]


def hands_of(criteria_set: CriteriaSet, assessment: Assessment, units: Sequence[Unit]) -> Hands:
    """The hands that the leaves of `units`, all of the set's group, are in."""
    patterns: dict[tuple[bool, ...], int] = {}
    kinds: list[tuple[Duty, ...]] = []
    like: list[int] = []
    asked = criteria_set.attributes
    for unit in units:
        flags = tuple(unit.attributes.get(name) is True for name in asked)
        if flags not in patterns:
            patterns[flags] = len(kinds)
            kinds.append(duties(criteria_set, assessment, unit.attributes))
        like.append(patterns[flags])
    told = [(n, duty) for n, kind in enumerate(kinds) for duty in kind if duty.applies]
    ids = pl.Series("unit", [unit.unit for unit in units], dtype=pl.String)
    members = pl.DataFrame([ids, pl.Series("like", like, dtype=pl.Int64)])
    reviewers = list(dict.fromkeys(duty.reviewer for _, duty in told))
    agencies = pl.DataFrame(
        [(u.unit, each, agency_of(assessment, each, u)) for u in units for each in reviewers],
        schema={"unit": pl.String, "reviewer": pl.String, "agency": pl.String},
        orient="row",
    )
    leaves = pl.DataFrame(
        [(n, duty.item.id, duty.by == "unit", duty.reviewer) for n, duty in told],
        schema=_LIKE | {"own_hands": pl.Boolean, "reviewer": pl.String},
        orient="row",
    )
    reads = pl.DataFrame(
        [row for n, duty in told for row in _reads(n, duty, criteria_set)],
        schema=_LIKE | {"column": pl.String, "own": pl.Boolean, "own_hands": pl.Boolean},
        orient="row",
    )
    counts = pl.DataFrame(
        [(n, d.item.id, task) for n, d in told for task in _tasks(d, criteria_set.plan)],
        schema=_LIKE | {"task": pl.String},
        orient="row",
    )
    of_units = members.join(leaves, on="like", how="inner", maintain_order="left_right")
    reviewed = of_units.join(agencies, on=["unit", "reviewer"], how="left", maintain_order="left")
    return Hands(
        members,
        reviewed.select("unit", "leaf", "own_hands", "agency"),
        reads,
        counts,
        tuple(
            column for name in conditions(criteria_set) for column in columns_of(criteria_set, name)
        ),
    )


_LIKE: dict[str, type[pl.DataType]] = {"like": pl.Int64, "leaf": pl.String}


def columns_of(criteria_set: CriteriaSet, name: str) -> tuple[str, ...]:
    """The columns of facts that an input fills."""
    declared = criteria_set.inputs[name]
    if declared.type != "tally":
        return (name,)
    return tuple(f"{name}:{option}" for option in declared.options or ())


def _reads(like: int, duty: Duty, criteria_set: CriteriaSet) -> list[tuple[object, ...]]:
    return [
        (like, duty.item.id, column, name in duty.own, duty.by == "unit")
        for name in leaf_inputs(duty.item)
        for column in columns_of(criteria_set, name)
    ]


def _tasks(duty: Duty, plan: Plan | None) -> list[str]:
    """Ids of the tasks and reports that a leaf counts."""
    if plan is None:
        return []
    fields = {section.id: section.field or "" for section in plan.sections}
    found: dict[str, None] = {}
    for column in rule_task_columns(duty.item.rule):
        for kind, owed in plan.owed():
            section = owed.section if isinstance(owed, Task) else ""
            fits = (
                kind == column.of
                and (column.section is None or fold(section) == fold(column.section))
                and (column.field is None or fold(fields.get(section, "")) == fold(column.field))
            )
            if fits:
                found[owed.id] = None
    return list(found)
