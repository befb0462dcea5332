"""The working folder that a command runs in (thư mục làm việc): assessment, sets, units, store."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cli.sets import ChosenSet, plan_problems, sets_to_score
from criteria.assessment.load import FILE, find_folder, load_assessment
from criteria.assessment.model import Assessment
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any

if TYPE_CHECKING:
    from criteria.plan.bodies import Bodies
    from criteria.plan.model import Plan
    from inputs.store.store import Store
    from inputs.units import Units


@dataclass(frozen=True)
class Year:
    """An opened working folder; `advice` on its sets, plan and units."""

    folder: Path
    assessment: Assessment
    sets: tuple[ChosenSet, ...]
    units: Units
    advice: tuple[Problem, ...]

    @cached_property
    def by_group(self) -> dict[str, ChosenSet]:
        return {each.set.group: each for each in self.sets}

    @cached_property
    def plan(self) -> Plan | None:
        """The plan behind the sets; those of one folder share it."""
        return next((each.set.plan for each in self.sets if each.set.plan is not None), None)

    @cached_property
    def bodies(self) -> Bodies | None:
        from inputs.obligations import bodies_of

        return None if self.plan is None else bodies_of(self.plan, self.units)

    @property
    def store_path(self) -> Path:
        from inputs.store.store import FILE as STORE

        return self.folder / STORE

    @contextmanager
    def store(self, *, write: bool = False) -> Iterator[Store]:
        """The folder's store, closed again at the end.  Raises: ProblemsFound."""
        from inputs.store.store import opened_store

        with opened_store(self.store_path, self.assessment.id, write=write) as store:
            yield store


def now() -> datetime.datetime:
    """The time of a command: UTC, whole seconds, without a zone; PARINDEX_NOW (ISO) sets it."""
    said = os.environ.get("PARINDEX_NOW")
    time = datetime.datetime.fromisoformat(said) if said else datetime.datetime.now(datetime.UTC)
    if time.tzinfo is not None:
        time = time.astimezone(datetime.UTC).replace(tzinfo=None)
    return time.replace(microsecond=0)


def open_year(start: Path | None = None) -> Year:
    """The working folder at or above `start`, or where the command runs, checked whole.

    Raises: ProblemsFound with all faults of its files.
    """
    from inputs.answers import group_problems
    from inputs.units import attribute_problems, read_units

    here = start or Path.cwd()
    folder = find_folder(here)
    if folder is None:
        raise ProblemsFound([Problem("assessment-missing", Place(str(here / FILE)))])
    assessment = load_assessment(folder)
    sets, advice = sets_to_score([folder / name for name in assessment.sets.values()])
    problems = list(advice)
    for (group, name), each in zip(assessment.sets.items(), sets, strict=True):
        if each.set.group != group:
            values = {"value": group, "group": each.set.group}
            problems.append(Problem("assessment-group-differs", Place(str(folder / name)), values))
    units = read_units(folder / assessment.units)
    only_sets = [each.set for each in sets]
    problems += [*units.problems, *attribute_problems(units, only_sets)]
    problems += [*group_problems(units, only_sets), *plan_problems(sets, units)]
    problems += _unknown_parents(assessment, sets, units)
    stop_if_any(problems)
    return Year(folder, assessment, tuple(sets), units, tuple(problems))


def _unknown_parents(
    assessment: Assessment, sets: Sequence[ChosenSet], units: Units
) -> Iterator[Problem]:
    """Units above others, and so their reviewers, that look like a unit misspelled."""
    from inputs.headers import fold, nearest
    from inputs.workbooks.duties import reviewers_of

    above = {name for name, reviewer in assessment.reviewers.items() if reviewer.of == "parent"}
    groups = {each.set.group for each in sets if above & reviewers_of(each.set, assessment)}
    told: set[str] = set()
    for unit in units:
        above_it = unit.parent or ""
        if unit.group not in groups or above_it in units.by_id or above_it in told | {""}:
            continue
        # A parent that nobody knows may review from outside; one that is nearly a unit is a slip.
        named = [each.unit for each in units if fold(each.name) == fold(above_it)]
        near = ", ".join(named) or nearest(above_it, list(units.by_id))
        if near != "-":
            told.add(above_it)
            values = {"value": above_it, "near": near}
            yield Problem("parent-unknown", unit.place, values, unit=unit.unit, advice=True)
