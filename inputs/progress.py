"""Progress (tiến độ thực hiện): what units did of a plan, instance by instance.

A table `unit,task,instance,done_on,evidence`; `task` is the id of a task or report of the plan.
A blank `done_on`, or no row at all, is work that is not done.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from criteria.model import CriteriaSet
from criteria.plan.bodies import Bodies
from criteria.plan.deadlines import Span
from criteria.plan.instances import instances
from criteria.plan.model import Plan, Report, Task
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from inputs.facts import Source, set_task_columns
from inputs.headers import fold
from inputs.names import meant
from inputs.obligations import bodies_of, obligations
from inputs.tables import Table, read_table
from inputs.task_counts import Cut, TaskCounts, Work, counted
from inputs.tasks import dates_of
from inputs.units import Units, column_missing
from inputs.values import Cell, read_date

_NEEDED = ("unit", "task", "done_on")


@dataclass(frozen=True)
class Progress:
    """What was reported: (unit, task id, key of the instance) -> the day it was done.

    An instance that stands in the table without a day is in `places` only.
    """

    done: Mapping[tuple[str, str, str], datetime.date] = field(default_factory=dict)
    evidence: Mapping[tuple[str, str, str], str] = field(default_factory=dict)
    places: Mapping[tuple[str, str, str], Place] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_progress(path: Path, plan: Plan, bodies: Bodies, units: Units) -> Progress:
    """The progress that a table reports.

    Raises: ProblemsFound with every fault of the table.
    """
    progress = take_in_progress(path, plan, bodies, units)
    stop_if_any(progress.problems)
    return progress


def take_in_progress(path: Path, plan: Plan, bodies: Bodies, units: Units) -> Progress:
    """As `read_progress`, with the faults in `problems` instead of raised."""
    try:
        table = read_table(path)
    except ProblemsFound as error:
        return Progress(problems=error.problems)
    return _Reading(table, plan, bodies, units).progress()


class _Reading:
    """One table of progress, row by row."""

    def __init__(self, table: Table, plan: Plan, bodies: Bodies, units: Units) -> None:
        self.table, self.plan, self.bodies, self.units = table, plan, bodies, units
        self.problems: list[Problem] = list(table.problems)
        self.owed = {owed.id: owed for _, owed in plan.owed()}
        self.ids = {fold(name): name for name in self.owed}
        self.names = {each.unit: each.name for each in units}
        self.leads: dict[str, frozenset[str]] = {}
        self.spans: dict[str, tuple[Span, ...]] = {}
        self.keys: dict[str, dict[str, str]] = {}

    def progress(self) -> Progress:
        table = self.table
        columns = {name: table.column(name) for name in (*_NEEDED, "instance", "evidence")}
        for name in _NEEDED:
            if columns[name] is None:
                self.problems.append(column_missing(table, name))
        unit, task, done_on = (columns[name] for name in _NEEDED)
        if unit is None or task is None or done_on is None:
            return Progress(problems=tuple(self.problems))
        blank = [None] * table.height
        ids, names = unit.texts().to_list(), task.texts().to_list()
        keys = c.texts().to_list() if (c := columns["instance"]) else blank
        proofs = c.texts().to_list() if (c := columns["evidence"]) else blank
        days = dates_of(table, done_on, ids, self.problems)
        done: dict[tuple[str, str, str], datetime.date] = {}
        evidence: dict[tuple[str, str, str], str] = {}
        places: dict[tuple[str, str, str], Place] = {}
        spot_of = {"unit": unit.position, "task": task.position, "done_on": done_on.position}
        spot_of["instance"] = c.position if (c := columns["instance"]) else task.position
        for row, unit_id in enumerate(ids):
            spots = {name: table.spots.at(row, at) for name, at in spot_of.items()}
            said = self._instance(unit_id, names[row], keys[row], spots)
            if said is None:
                continue
            if said in places:
                values = {"task": said[1], "instance": said[2], "first": str(places[said])}
                self._add("progress-twice", spots["task"], said[0], **values)
                continue
            places[said] = spots["done_on"]
            if proof := proofs[row]:
                evidence[said] = proof
            if (day := days[row]) is not None:
                done[said] = day
        source = Source(table.spots.file, table.sha256)
        return Progress(done, evidence, places, (source,), tuple(self.problems))

    def _add(self, code: str, place: Place, unit: str | None, **values: str) -> None:
        self.problems.append(Problem(code, place, values, unit=unit))

    def _instance(
        self, unit: str | None, name: str | None, key: str | None, spots: Mapping[str, Place]
    ) -> tuple[str, str, str] | None:
        """Unit, task and instance that a row speaks of; None, and a problem, when it is unclear."""
        if not unit:
            self._add("answer-without-unit", spots["unit"], None)
            return None
        found = meant(unit, self.names)
        if found.unit is None:
            near = ", ".join(f"`{each}`" for each in found.known) or "-"
            self._add("answer-unit-unknown", spots["unit"], unit, value=unit, near=near)
            return None
        unit = found.unit
        owed = self.owed.get(self.ids.get(fold(name or ""), ""))
        if owed is None:
            near = ", ".join(get_close_matches(name or "", self.owed, n=3, cutoff=0.3)) or "-"
            self._add("progress-task-unknown", spots["task"], unit, value=name or "", near=near)
            return None
        if unit not in self._leads(owed):
            lead = owed.lead or "-"
            self._add("progress-not-led", spots["unit"], unit, task=owed.id, lead=lead)
            return None
        spans = self._spans(owed)
        if not spans:
            values = {"task": owed.id, "deadline": owed.deadline.text or "-"}
            self._add("progress-undated", spots["task"], unit, **values)
            return None
        if not key and len(spans) == 1:
            return unit, owed.id, spans[0].key
        keys = self._keys(owed)
        known = keys.get(fold(key or "")) or keys.get(_as_day(key or ""))
        if known is None:
            listed = ", ".join([span.key for span in spans][:14]) + (
                " ..." if len(spans) > 14 else ""
            )
            code = "progress-instance-unknown" if key else "progress-instance-blank"
            self._add(code, spots["instance"], unit, task=owed.id, value=key or "", known=listed)
            return None
        return unit, owed.id, known

    def _leads(self, owed: Task | Report) -> frozenset[str]:
        if owed.id not in self.leads:
            self.leads[owed.id] = frozenset(self.bodies.units(owed.lead))
        return self.leads[owed.id]

    def _keys(self, owed: Task | Report) -> dict[str, str]:
        """The keys of a task's instances, by how they are compared."""
        if owed.id not in self.keys:
            self.keys[owed.id] = {fold(span.key): span.key for span in self._spans(owed)}
        return self.keys[owed.id]

    def _spans(self, owed: Task | Report) -> tuple[Span, ...]:
        if owed.id not in self.spans:
            self.spans[owed.id] = instances(self.plan, owed)
        return self.spans[owed.id]


def _as_day(key: str) -> str:
    """The key of an instance that is a day, however the day is spelled; else the text itself."""
    read = read_date(Cell(key))
    return read.isoformat() if isinstance(read, datetime.date) else fold(key)


def count_progress(
    path: Path | None,
    plan: Plan,
    units: Units,
    sets: Sequence[CriteriaSet],
    as_of: datetime.date | None = None,
) -> TaskCounts:
    """What units owe by the plan and have done, as the sets count it; faults in `problems`.

    `as_of`: how things stood on that day; None: what was due by the end of the set's year.
    """
    bodies = bodies_of(plan, units)
    progress = Progress() if path is None else take_in_progress(path, plan, bodies, units)
    works = plan_works(plan, bodies, progress)
    counts, told = count_works(works, plan, sets, as_of)
    return TaskCounts(counts, told, {}, progress.sources, progress.problems)


def count_works(
    works: Sequence[Work],
    plan: Plan,
    sets: Sequence[CriteriaSet],
    as_of: datetime.date | None = None,
) -> tuple[dict[str, dict[str, dict[str, int]]], dict[str, dict[tuple[str, str], str]]]:
    """The work of a plan as the sets count it: `counts` and `told` of `TaskCounts`."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    told: dict[str, dict[tuple[str, str], str]] = {}
    for criteria_set in sets:
        cut = Cut.of(criteria_set.year, as_of)
        columns = set_task_columns(criteria_set)
        counts[criteria_set.id], told[criteria_set.id] = counted(
            columns, works, cut, repeated=plan.policy.repeated
        )
    return counts, told


def plan_works(plan: Plan, bodies: Bodies, progress: Progress) -> list[Work]:
    """Every obligation of a plan with the day on which it was met."""
    fields = {section.id: section.field or "" for section in plan.sections}
    works = []
    for owed in obligations(plan, bodies):
        task, section = owed.task, owed.task.section if isinstance(owed.task, Task) else ""
        said = (owed.unit, task.id, owed.span.key)
        works.append(
            Work(
                unit=owed.unit,
                name=task.id,
                due=owed.span.last,
                done_on=progress.done.get(said),
                section=section,
                field=fields.get(section, ""),
                of=owed.kind,
                key=owed.span.key,
                place=progress.places.get(said),
            )
        )
    return works
