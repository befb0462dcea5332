"""Illustrative work (dữ liệu minh họa): seeded, for tables of tasks and for plans; never real."""

from __future__ import annotations

import csv
import datetime
import random
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

from criteria.model import CriteriaSet
from criteria.plan.model import Plan
from inputs.facts import set_task_columns
from inputs.obligations import bodies_of, obligations
from inputs.units import Unit, Units


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row of a table of plan tasks."""

    unit: str
    task: str
    section: str
    due: str
    done_on: str


def illustrative_tasks(
    sets: Sequence[CriteriaSet], units: Units | Sequence[Unit], seed: int
) -> list[TaskRow]:
    """Generated plan tasks of every unit whose set counts tasks; no rows when none does."""
    rows: list[TaskRow] = []
    for criteria_set in sets:
        columns = set_task_columns(criteria_set)
        sections = tuple(dict.fromkeys(each.section for each in columns if each.section))
        if not columns or criteria_set.plan is not None:
            continue
        for unit in units:
            if unit.group != criteria_set.group:
                continue
            chance = random.Random(f"{seed}/{criteria_set.id}/{unit.unit}/tasks")
            diligence = chance.betavariate(8, 2)
            for number in range(1, chance.choice((0, 6, 8, 8, 10, 12)) + 1):
                section = sections[number % len(sections)] if sections else ""
                first = datetime.date(criteria_set.year, 1, 31)
                due = first + datetime.timedelta(days=chance.randint(0, 330))
                late = chance.choice((0, -3, -10, 0)) if chance.random() < diligence else 12
                done = due + datetime.timedelta(days=late)
                never = chance.random() < 0.05
                rows.append(
                    TaskRow(
                        unit=unit.unit,
                        task=f"{number:02}",
                        section=section,
                        due=due.strftime("%d/%m/%Y"),
                        done_on="" if never else done.strftime("%d/%m/%Y"),
                    )
                )
    return rows


@dataclass(frozen=True, slots=True)
class ProgressRow:
    """One row of a table of progress on a plan."""

    unit: str
    task: str
    instance: str
    done_on: str
    evidence: str


def illustrative_progress(plan: Plan, units: Units, seed: int) -> list[ProgressRow]:
    """Generated progress of every unit on all that it owes: mostly in time, some late, some not.

    What a unit did hangs on the seed, the plan, the unit and the task alone.
    """
    rows = []
    for owed in obligations(plan, bodies_of(plan, units)):
        diligence = random.Random(f"{seed}/{plan.id}/{owed.unit}").betavariate(9, 1.5)
        chance = random.Random(f"{seed}/{plan.id}/{owed.unit}/{owed.task.id}/{owed.span.key}")
        due = owed.span.last
        early = min(20, (due - owed.span.first).days)
        if chance.random() < diligence:
            done: datetime.date | None = due - datetime.timedelta(days=chance.randint(0, early))
        elif chance.random() < 0.6:
            done = due + datetime.timedelta(days=chance.randint(1, 25))
        else:
            done = None
        rows.append(
            ProgressRow(
                unit=owed.unit,
                task=owed.task.id,
                instance=owed.span.key,
                done_on="" if done is None else done.strftime("%d/%m/%Y"),
                evidence="" if done is None else f"Văn bản số {chance.randint(10, 900)}",
            )
        )
    return rows


def write_tasks_csv(path: Path, rows: Iterable[TaskRow]) -> None:
    """Write a table of tasks, spelled as `write_answers_csv` does."""
    _write(path, ("unit", "task", "section", "due", "done_on"), rows)


def write_progress_csv(path: Path, rows: Iterable[ProgressRow]) -> None:
    """Write a table of progress, spelled as `write_answers_csv` does."""
    _write(path, ("unit", "task", "instance", "done_on", "evidence"), rows)


def _write(path: Path, header: Sequence[str], rows: Iterable[TaskRow | ProgressRow]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(map(astuple, rows))
