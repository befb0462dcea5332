"""What is checked of a plan as soon as it is read: ids, sections, days, targets, values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from criteria.plan.model import KINDS, Plan
from criteria.problems import Problem
from criteria.scalars import PLAIN_ID

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
    """Ids of tasks and reports are unique over both: progress names them without a kind.

    Small and capital letters make no difference, as in tables.
    """
    owed = [(kind, at, each.id) for kind in KINDS for at, each in enumerate(plan.of_kind(kind))]
    yield from _repeated(owed, source)
    yield from _repeated(
        [("sections", at, section.id) for at, section in enumerate(plan.sections)], source
    )
    if not PLAIN_ID.fullmatch(plan.id):
        yield Problem("id-not-plain", source.place("id"), {"value": plan.id})


def _repeated(named: Iterable[tuple[str, int, str]], source: PlanSource) -> Iterator[Problem]:
    first: dict[str, int | None] = {}
    for kind, position, name in named:
        place = source.place(kind, position, "id")
        if not PLAIN_ID.fullmatch(name):
            yield Problem("id-not-plain", place, {"value": name})
        if name.casefold() in first:
            values = {"value": name, "first": str(first[name.casefold()])}
            yield Problem("plan-id-twice", place, values)
        else:
            first[name.casefold()] = place.line


def _sections(plan: Plan, source: PlanSource) -> Iterator[Problem]:
    known = [section.id for section in plan.sections]
    for position, task in enumerate(plan.tasks):
        if task.section not in source.sections:
            values = {"value": task.section, "known": ", ".join(known) or "-"}
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
        if not value.percent and target.measure is None:
            values = {"value": str(value)}
            yield Problem("target-without-measure", place, values, advice=True)
        if value.percent and target.measure is not None:
            values = {"value": str(value), "measure": target.measure}
            yield Problem("target-measure-of-rate", place, values)
