"""Plan tasks (nhiệm vụ trong kế hoạch): due, done, done on time, counted for each unit."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from criteria.model import CriteriaSet
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from inputs.facts import Source, task_column_names
from inputs.headers import fold, nearest
from inputs.tables import Column, Table, read_table
from inputs.units import Units, column_missing
from inputs.values import Fault, read_date


@dataclass(frozen=True)
class TaskCounts:
    """How many tasks each unit has, as the `tasks:` columns of the sets count them.

    `counts`: set id -> column -> unit -> number; a unit without tasks is not listed.
    `places`: where the first task of a unit stands.
    """

    counts: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    problems: tuple[Problem, ...] = ()

    def of(self, column: str, set_id: str) -> Mapping[str, int]:
        """Numbers of one column, by unit."""
        return self.counts.get(set_id, {}).get(column, {})


@dataclass(frozen=True, slots=True)
class _Task:
    unit: str
    section: str
    due: datetime.date
    done_on: datetime.date | None


def read_tasks(
    path: Path, units: Units, sets: Sequence[CriteriaSet], as_of: datetime.date | None = None
) -> TaskCounts:
    """Count a table `unit,task,section,due,done_on`; a blank `done_on` is a task not done.

    A task counts when it is due by `as_of` (default: the last day of the set's year).
    Raises: ProblemsFound with every fault of the table.
    """
    counts = count_tasks(path, units, sets, as_of)
    stop_if_any(counts.problems)
    return counts


def count_tasks(
    path: Path, units: Units, sets: Sequence[CriteriaSet], as_of: datetime.date | None = None
) -> TaskCounts:
    """As `read_tasks`, with the faults in `problems` instead of raised."""
    try:
        table = read_table(path)
    except ProblemsFound as error:
        return TaskCounts(problems=error.problems)
    problems = list(table.problems)
    tasks, places = _tasks(table, units, problems)
    counts: dict[str, dict[str, dict[str, int]]] = {}
    sections = {fold(task.section) for task in tasks}
    for criteria_set in sets:
        wanted = task_column_names(criteria_set)
        last = as_of or datetime.date(criteria_set.year, 12, 31)
        counts[criteria_set.id] = {name: _count(name, tasks, last) for name in wanted}
        for section in dict.fromkeys(_section_of(name) for name in wanted):
            if section is not None and fold(section) not in sections:
                values = {"section": section}
                place = table.spots.head()
                problem = Problem(
                    "task-section-unused", place, values, set=criteria_set.id, advice=True
                )
                problems.append(problem)
    sources = (Source(table.spots.file, table.sha256),)
    return TaskCounts(counts, places, sources, tuple(problems))


def _section_of(column: str) -> str | None:
    """`tasks:due:II` -> `II`; the overall columns have none."""
    parts = column.split(":", 2)
    return parts[2] if len(parts) == 3 else None


def _count(column: str, tasks: list[_Task], last: datetime.date) -> dict[str, int]:
    what, section = column.split(":", 2)[1], _section_of(column)
    counts: dict[str, int] = {}
    for task in tasks:
        if task.due > last or (section is not None and fold(task.section) != fold(section)):
            continue
        match what:
            case "due":
                counted = True
            case "done":
                counted = task.done_on is not None
            case _:
                counted = task.done_on is not None and task.done_on <= task.due
        if counted:
            counts[task.unit] = counts.get(task.unit, 0) + 1
    return counts


def _tasks(
    table: Table, units: Units, problems: list[Problem]
) -> tuple[list[_Task], dict[str, Place]]:
    columns = {name: table.column(name) for name in ("unit", "task", "section", "due", "done_on")}
    for name, column in columns.items():
        if column is None and name != "section":
            problems.append(column_missing(table, name))
    unit_column, task_column = columns["unit"], columns["task"]
    due_column, done_column, section_column = (
        columns["due"],
        columns["done_on"],
        columns["section"],
    )
    if unit_column is None or task_column is None or due_column is None or done_column is None:
        return [], {}
    ids, names = unit_column.texts().to_list(), task_column.texts().to_list()
    sections = section_column.texts().to_list() if section_column else [None] * table.height
    dues = _dates(table, due_column, ids, problems)
    dones = _dates(table, done_column, ids, problems)
    tasks: list[_Task] = []
    places: dict[str, Place] = {}
    first: dict[tuple[str, str], Place] = {}
    for row, (unit, name) in enumerate(zip(ids, names, strict=True)):
        place = table.spots.at(row, unit_column.position)
        if not unit:
            problems.append(Problem("answer-without-unit", place))
            continue
        if unit not in units.by_id:
            values = {"value": unit, "near": nearest(unit, list(units.by_id))}
            problems.append(Problem("answer-unit-unknown", place, values, unit=unit))
            continue
        spot = table.spots.at(row, task_column.position)
        if not name:
            problems.append(Problem("task-without-name", spot, unit=unit))
        elif (unit, name) in first:
            values = {"name": name, "first": str(first[unit, name])}
            problems.append(Problem("task-twice", spot, values, unit=unit))
            continue
        else:
            first[unit, name] = spot
        due, done_on = dues[row], dones[row]
        if due is None:
            if due_column.cells[row] is None:
                spot = table.spots.at(row, due_column.position)
                problems.append(Problem("task-without-due", spot, unit=unit))
            continue
        places.setdefault(unit, place)
        tasks.append(_Task(unit, sections[row] or "", due, done_on))
    return tasks, places


def _dates(
    table: Table, column: Column, ids: list[str | None], problems: list[Problem]
) -> list[datetime.date | None]:
    dates: list[datetime.date | None] = []
    for row, cell in enumerate(column.cells):
        read = None if cell is None else read_date(cell)
        if isinstance(read, Fault):
            if read.code:
                place = table.spots.at(row, column.position)
                values = {"name": column.name, **read.values}
                problems.append(Problem(read.code, place, values, unit=ids[row] or None))
            read = None
        dates.append(read)
    return dates
