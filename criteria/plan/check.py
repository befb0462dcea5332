"""What is checked of a plan as soon as it is read: ids, sections, days, targets, values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import TYPE_CHECKING

from criteria.plan.model import Plan
from criteria.problems import Problem

if TYPE_CHECKING:
    from criteria.plan.load import PlanSource

_TARGET_ID = re.compile(r"[a-z][a-z0-9-]*\Z")


def check_plan(plan: Plan, source: PlanSource) -> Iterator[Problem]:
    """Faults of a plan that was read."""
    yield from _days(plan, source)
    yield from _ids(plan, source)
    yield from _sections(plan, source)
    yield from _targets(plan, source)


def _days(plan: Plan, source: PlanSource) -> Iterator[Problem]:
    if plan.ends < plan.starts:
        values = {"starts": plan.starts.isoformat(), "ends": plan.ends.isoformat()}
        yield Problem("plan-ends-before", source.place("ends"), values)


def _ids(plan: Plan, source: PlanSource) -> Iterator[Problem]:
    """Ids of tasks and reports are unique over both: progress names them without a kind."""
    first: dict[str, int | None] = {}
    for kind in ("tasks", "reports"):
        for position, owed in enumerate(plan.of_kind("tasks" if kind == "tasks" else "reports")):
            place = source.place(kind, position, "id")
            if owed.id in first:
                values = {"value": owed.id, "first": str(first[owed.id])}
                yield Problem("plan-id-twice", place, values)
            else:
                first[owed.id] = place.line
    seen: dict[str, int | None] = {}
    for position, section in enumerate(plan.sections):
        place = source.place("sections", position, "id")
        if section.id in seen:
            values = {"value": section.id, "first": str(seen[section.id])}
            yield Problem("plan-id-twice", place, values)
        else:
            seen[section.id] = place.line


def _sections(plan: Plan, source: PlanSource) -> Iterator[Problem]:
    known = [section.id for section in plan.sections]
    for position, task in enumerate(plan.tasks):
        if task.section not in known and not source.mended:
            near = get_close_matches(task.section, known, n=3, cutoff=0.5) or known
            values = {"value": task.section, "known": ", ".join(near) or "-"}
            yield Problem(
                "task-section-unknown", source.place("tasks", position, "section"), values
            )


def _targets(plan: Plan, source: PlanSource) -> Iterator[Problem]:
    for name, target in plan.targets.items():
        place = source.place("targets", name)
        if not _TARGET_ID.match(name):
            yield Problem("target-id-shape", place, {"value": name})
        value = target.value
        if value.value < 0:
            yield Problem("target-negative", place, {"value": str(value)})
        if value.percent and target.measure is not None:
            values = {"value": str(value), "measure": target.measure}
            yield Problem("target-measure-of-rate", place, values)
