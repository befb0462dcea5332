"""What units owe under a plan, as of a day (việc phải làm): late, coming, done, without a day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from criteria.plan.bodies import Bodies
from criteria.plan.deadlines import Span
from criteria.plan.instances import instances
from criteria.plan.model import Kind, Plan, Report, Task
from inputs.obligations import Obligation, obligations, undated

State: TypeAlias = Literal["late", "coming", "done", "done_late", "untracked", "undated"]
"""`untracked`: past its day, and the lead is not among the units, so nobody reports on it."""
Role: TypeAlias = Literal["lead", "partner"]
"""Cơ quan chủ trì, cơ quan phối hợp."""
Done: TypeAlias = Mapping[tuple[str, str, str], datetime.date]
"""(unit, task, key of the instance) -> the day it was done."""


@dataclass(frozen=True, slots=True)
class Owed:
    """One instance (kỳ) of a task or report that a unit owes.

    `span` is None, and `days` with it, where nothing falls due.  `days` counts how late it is or
    was (`late`, `done_late`), how early it came (`done`), or what is left (`coming`).
    """

    unit: str
    kind: Kind
    task: Task | Report
    role: Role
    state: State
    span: Span | None = None
    done_on: datetime.date | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of what a unit leads is in which state; `done` includes what came late."""

    late: int = 0
    coming: int = 0
    done: int = 0
    undated: int = 0


def owed(plan: Plan, bodies: Bodies, done: Done, as_of: datetime.date) -> tuple[Owed, ...]:
    """All that units owe as leads: dated instances first, then what has no day."""
    dated = [_lead(each, done, as_of) for each in obligations(plan, bodies)]
    rest = [
        Owed(each.unit, each.kind, each.task, "lead", "undated") for each in undated(plan, bodies)
    ]
    return (*dated, *rest)


def helped(
    plan: Plan, bodies: Bodies, done: Done, as_of: datetime.date, unit: str
) -> tuple[Owed, ...]:
    """The tasks that one unit helps with and does not lead; done when all their leads are done."""
    found: list[Owed] = []
    for task in plan.tasks:
        leads = bodies.units(task.lead)
        if unit in leads or unit not in bodies.units(task.partners):
            continue
        spans = instances(plan, task)
        if not spans:
            found.append(Owed(unit, "tasks", task, "partner", "undated"))
        for span in spans:
            days = [done.get((lead, task.id, span.key)) for lead in leads]
            known = [day for day in days if day is not None and day <= as_of]
            done_on = max(known) if known and len(known) == len(days) else None
            state, count = _state(span, done_on, as_of)
            if state == "late" and not leads:
                state, count = "untracked", None
            found.append(Owed(unit, "tasks", task, "partner", state, span, done_on, count))
    return tuple(found)


def _lead(each: Obligation, done: Done, as_of: datetime.date) -> Owed:
    day = done.get((each.unit, each.task.id, each.span.key))
    done_on = day if day is not None and day <= as_of else None
    state, days = _state(each.span, done_on, as_of)
    return Owed(each.unit, each.kind, each.task, "lead", state, each.span, done_on, days)


def _state(
    span: Span, done_on: datetime.date | None, as_of: datetime.date
) -> tuple[State, int | None]:
    """State and days; what is due on the day itself is not late."""
    if done_on is not None:
        late = (done_on - span.last).days
        return ("done_late", late) if late > 0 else ("done", -late)
    left = (span.last - as_of).days
    return ("coming", left) if left >= 0 else ("late", -left)


_ORDER: Mapping[State, int] = {
    "late": 0,
    "untracked": 1,
    "coming": 2,
    "done_late": 3,
    "done": 3,
    "undated": 4,
}


def by_urgency(items: Iterable[Owed]) -> list[Owed]:
    """Late first, the latest on top; then what comes, soonest first; done; without a day.

    Equals stay in the order of the plan.
    """
    return sorted(items, key=lambda each: (_ORDER[each.state], _day(each)))


def _day(each: Owed) -> datetime.date:
    return datetime.date.min if each.span is None else each.span.last


def counted(items: Iterable[Owed]) -> dict[str, Counts]:
    """Counts of what each unit leads; a unit that leads nothing is not listed."""
    found: dict[str, dict[str, int]] = {}
    for each in items:
        if each.role == "lead":
            name = "done" if each.state == "done_late" else each.state
            counts = found.setdefault(each.unit, {})
            counts[name] = counts.get(name, 0) + 1
    return {unit: Counts(**counts) for unit, counts in found.items()}


@dataclass(frozen=True, slots=True)
class Gathered:
    """Instances of one task in one state, told together; `first` is the most urgent one."""

    first: Owed
    more: int
    last: Owed


def gathered(items: Sequence[Owed], most: int) -> list[Gathered]:
    """Lines to show: of what comes, the next instance of each task; of the rest, one by one.

    Where a task has over `most` instances in one state, those are told together, too.
    """
    runs: dict[tuple[str, str, str, str], list[Owed]] = {}
    for each in items:
        runs.setdefault(_alike(each), []).append(each)
    lines: list[Gathered] = []
    for each in items:
        run = runs[_alike(each)]
        if len(run) <= (1 if each.state == "coming" else most):
            lines.append(Gathered(each, 0, each))
        elif each is run[0]:
            lines.append(Gathered(each, len(run) - 1, run[-1]))
    return lines


def _alike(each: Owed) -> tuple[str, str, str, str]:
    return each.unit, each.task.id, each.role, each.state
