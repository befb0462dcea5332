"""Tasks that come as a table, for sets without a plan file (nhiệm vụ): counted for each unit."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from criteria.model import CriteriaSet
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from inputs.facts import Source, set_task_columns
from inputs.headers import fold, nearest
from inputs.tables import Column, Table, read_table
from inputs.task_counts import Cut, TaskCounts, Work, counted
from inputs.units import Units, column_missing
from inputs.values import Fault, read_date


def read_tasks(
    path: Path, units: Units, sets: Sequence[CriteriaSet], as_of: datetime.date | None = None
) -> TaskCounts:
    """Count a table `unit,task,section,due,done_on`; a blank `done_on` is a task not done.

    `as_of`: how things stood on that day; None: what was due in the set's year.
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
    works, places = _works(table, units, problems)
    counts: dict[str, dict[str, dict[str, int]]] = {}
    told: dict[str, dict[tuple[str, str], str]] = {}
    sections = {fold(work.section) for work in works}
    for criteria_set in sets:
        columns = set_task_columns(criteria_set)
        cut = Cut.of(criteria_set.year, as_of)
        counts[criteria_set.id], told[criteria_set.id] = counted(columns, works, cut)
        for section in dict.fromkeys(column.section for column in columns):
            if section is not None and fold(section) not in sections:
                values = {"section": section}
                place = table.spots.head()
                problem = Problem(
                    "task-section-unused", place, values, set=criteria_set.id, advice=True
                )
                problems.append(problem)
    sources = (Source(table.spots.file, table.sha256),)
    return TaskCounts(counts, told, places, sources, tuple(problems))


def _works(
    table: Table, units: Units, problems: list[Problem]
) -> tuple[list[Work], dict[str, Place]]:
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
    dues = dates_of(table, due_column, ids, problems)
    dones = dates_of(table, done_column, ids, problems)
    works: list[Work] = []
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
        works.append(Work(unit, name or "", due, done_on, sections[row] or ""))
    return works, places


def dates_of(
    table: Table, column: Column, ids: list[str | None], problems: list[Problem]
) -> list[datetime.date | None]:
    """The days of a column; what is no day is a problem and reads as None."""
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
