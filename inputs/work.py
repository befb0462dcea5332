"""Where the work that units owe comes from: the plan behind a set, else a table of tasks."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from criteria.model import CriteriaSet
from criteria.problems import Place, Problem
from inputs.facts import Source, set_task_columns
from inputs.progress import count_progress
from inputs.task_counts import TaskCounts
from inputs.tasks import count_tasks
from inputs.units import Units


@dataclass(frozen=True, slots=True)
class WorkFiles:
    """`tasks`: a table of tasks, for sets without a plan.  `progress`: what was done of the plan.

    `as_of`: how the work stood on that day; None: what was due by the end of each set's year.
    """

    tasks: Path | None = None
    progress: Path | None = None
    as_of: datetime.date | None = None


NO_WORK: Final = WorkFiles()


def count_work(
    files: WorkFiles, units: Units, sets: Sequence[CriteriaSet], place: Place
) -> TaskCounts:
    """The `tasks:` columns of all sets; faults are in `problems`, at `place` where no file is."""
    counting = [each for each in sets if set_task_columns(each)]
    planned = [each for each in counting if each.plan is not None]
    tabled = [each for each in counting if each.plan is None]
    found: list[TaskCounts] = []
    problems: list[Problem] = []
    if tabled and files.tasks is None:
        problems += [Problem("tasks-table-missing", place, set=each.id) for each in tabled]
    if files.tasks is not None:
        found.append(count_tasks(files.tasks, units, tabled, files.as_of))
        if not tabled:
            problems.append(Problem("tasks-not-asked", Place(str(files.tasks)), advice=True))
    if planned and files.progress is None:
        problems += [Problem("progress-missing", place, set=each.id) for each in planned]
    elif planned:
        plans = list(dict.fromkeys(each.plan.id for each in planned if each.plan is not None))
        plan = planned[0].plan
        if len(plans) > 1 or any(each.plan != plan for each in planned):
            values = {"plans": ", ".join(plans)}
            problems.append(Problem("plans-differ", place, values))
        elif plan is not None:
            found.append(count_progress(files.progress, plan, units, planned, files.as_of))
    elif files.progress is not None:
        problems.append(Problem("progress-not-asked", Place(str(files.progress)), advice=True))
    return _together(found, problems, files.as_of)


def _together(
    found: Sequence[TaskCounts], problems: Sequence[Problem], as_of: datetime.date | None
) -> TaskCounts:
    counts: dict[str, Mapping[str, Mapping[str, int]]] = {}
    told: dict[str, Mapping[tuple[str, str], str]] = {}
    places: dict[str, Place] = {}
    sources: list[Source] = []
    findings = list(problems)
    for each in found:
        counts |= each.counts
        told |= each.told
        places |= each.places
        sources += each.sources
        findings += each.problems
    return TaskCounts(counts, told, places, tuple(sources), tuple(findings), as_of)
