"""How much each unit owes and has done: due, done, on time, late, missing (đếm nhiệm vụ)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import PurePath
from typing import Literal, TypeAlias, assert_never

from criteria.plan.model import Kind
from criteria.problems import Place, Problem
from criteria.quantities import TaskColumn, TaskState
from inputs.facts import Source
from inputs.headers import fold

Outcome: TypeAlias = Literal["on_time", "late", "missing"]

_MOST_TOLD = 30
"""Instances that the trace names for one count; a weekly task alone has fifty a year."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that a unit owed by a day; `done_on` None: not done.

    `name` and `key` (the instance) say which; `field` is known of plans only.  `place`: where it
    was reported.
    """

    unit: str
    name: str
    due: datetime.date
    done_on: datetime.date | None
    section: str = ""
    field: str = ""
    of: Kind = "tasks"
    key: str = ""
    place: Place | None = None

    @property
    def outcome(self) -> Outcome:
        if self.done_on is None:
            return "missing"
        return "on_time" if self.done_on <= self.due else "late"

    def told(self) -> list[str | None]:
        """As the trace keeps it: name, instance, due day, done day, place."""
        done = self.done_on.isoformat() if self.done_on else None
        # The trace knows files by name: no folders of this machine.
        named = self.place and replace(self.place, file=PurePath(self.place.file).name)
        return [self.name, self.key, self.due.isoformat(), done, str(named) if named else None]


@dataclass(frozen=True, slots=True)
class Cut:
    """The day of a count: what is due by `due`, and of that what was done by `done`.

    `done` None: whenever it was done.  So a report that is due on 31 December and comes in January
    is late in the count of the year, not missing.  Work that is due on the day `done` itself and
    not done yet is still to come.
    """

    due: datetime.date
    done: datetime.date | None = None

    @classmethod
    def of(cls, year: int, as_of: datetime.date | None) -> Cut:
        """The count of a whole year, or how things stood on one day."""
        last = datetime.date(year, 12, 31)
        return cls(last) if as_of is None else cls(min(as_of, last), as_of)

    def seen(self, work: Work) -> Work | None:
        """The work as it stood on the day; None where it was not due yet."""
        if work.due > self.due:
            return None
        if self.done is None or (work.done_on is not None and work.done_on <= self.done):
            return work
        return replace(work, done_on=None) if work.due < self.done else None


@dataclass(frozen=True)
class TaskCounts:
    """The `tasks:` columns of facts, by set id, column and unit; a unit without any is not listed.

    `told`: (unit, column) -> the instances that a count speaks of, as JSON of what `Work.told`
    gives.  `places`: where the first report of a unit on its tasks stands.  `as_of`: the day of
    the count, where it is not that of the whole year.
    """

    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    told: Mapping[str, Mapping[tuple[str, str], str]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()
    as_of: datetime.date | None = None

    def of(self, column: str, set_id: str) -> Mapping[str, int]:
        """Numbers of one column, by unit."""
        return self.counts.get(set_id, {}).get(column, {})


def counted(
    columns: Iterable[TaskColumn],
    works: Sequence[Work],
    cut: Cut,
    *,
    repeated: str = "each",
) -> tuple[dict[str, dict[str, int]], dict[tuple[str, str], str]]:
    """All columns of a set: numbers by column and unit, and what they speak of."""
    counts: dict[str, dict[str, int]] = {}
    told: dict[tuple[str, str], str] = {}
    for column in columns:
        counts[column.name], of_units = count(column, works, cut, repeated=repeated)
        told |= {(unit, column.name): lines for unit, lines in of_units.items()}
    return counts, told


def count(
    column: TaskColumn, works: Iterable[Work], cut: Cut, *, repeated: str = "each"
) -> tuple[dict[str, int], dict[str, str]]:
    """The numbers of one column by unit, and what they speak of.

    `repeated` is "each" where every instance counts, "all" where a task counts once: missing if
    one instance is, else late if one is.
    """
    groups: dict[tuple[str, str, str], list[Work]] = {}
    picked = chosen(column)
    for work in (cut.seen(each) for each in works if picked(each)):
        if work is not None:
            key = work.key if repeated == "each" else ""
            groups.setdefault((work.unit, work.name, key), []).append(work)
    counts: dict[str, int] = {}
    told: dict[str, list[Work]] = {}
    for (unit, _, _), together in groups.items():
        outcomes = {work.outcome for work in together}
        outcome = next(each for each in _WORST_FIRST if each in outcomes)
        if _counts(column.what, outcome):
            counts[unit] = counts.get(unit, 0) + 1
        if _is_told(column.what, outcome):
            told.setdefault(unit, []).extend(each for each in together if each.outcome == outcome)
    return counts, {unit: _as_text(works_told) for unit, works_told in told.items()}


_WORST_FIRST: tuple[Outcome, ...] = ("missing", "late", "on_time")


def chosen(column: TaskColumn) -> Callable[[Work], bool]:
    """Whether a column looks at some work; sections and fields are few, so each is folded once."""
    folded = cache(fold)
    section = None if column.section is None else fold(column.section)
    field = None if column.field is None else fold(column.field)

    def picked(work: Work) -> bool:
        return (
            work.of == column.of
            and (section is None or folded(work.section) == section)
            and (field is None or folded(work.field) == field)
        )

    return picked


def _counts(what: TaskState, outcome: Outcome) -> bool:
    match what:
        case "due":
            return True
        case "done":
            return outcome != "missing"
        case "on_time" | "late" | "missing":
            return outcome == what
        case _:
            assert_never(what)


def _is_told(what: TaskState, outcome: Outcome) -> bool:
    """What a unit may contest: what keeps it from being done, or done on time, or what it holds."""
    match what:
        case "due":
            return False
        case "done" | "missing":
            return outcome == "missing"
        case "on_time":
            return outcome != "on_time"
        case "late":
            return outcome == "late"
        case _:
            assert_never(what)


def _as_text(works: Sequence[Work]) -> str:
    """The instances as JSON, the last item the number of those left out, if any are."""
    left = len(works) - _MOST_TOLD
    told: list[list[str | None] | int] = [work.told() for work in works[:_MOST_TOLD]]
    return json.dumps([*told, *([left] if left > 0 else [])], ensure_ascii=False)
