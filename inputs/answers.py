"""Answers (số liệu báo cáo): tables of all units in, the checked facts of every set out.

Everything that is wrong in any of the files is found in one run.  A value that is refused reads
as missing while the rest is checked, so that one slip does not make ten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from criteria.model import CriteriaSet
from criteria.plan.model import OTHERS
from criteria.problems import Place, Problem, ProblemsFound, each_once, stop_if_any
from inputs.facts import Facts, Source
from inputs.pieces import Piece, pieces_of, target_of
from inputs.set_reading import Reading, facts_of_set
from inputs.tables import read_table
from inputs.units import Units, attribute_problems
from inputs.work import NO_WORK, WorkFiles, count_work


@dataclass(frozen=True)
class Intake:
    """What the files gave: facts by set id as far as they could be read, and all findings."""

    facts: Mapping[str, Facts]
    problems: tuple[Problem, ...]


def read_answers(
    paths: Sequence[Path],
    units: Units,
    sets: Sequence[CriteriaSet],
    work: WorkFiles = NO_WORK,
    *,
    generated: bool = False,
) -> dict[str, Facts]:
    """The checked facts of each set, by its id.

    Raises: ProblemsFound with all problems of all files; advice alone does not stop.
    """
    intake = take_in(paths, units, sets, work, generated=generated)
    stop_if_any(intake.problems)
    return dict(intake.facts)


def take_in(
    paths: Sequence[Path],
    units: Units,
    sets: Sequence[CriteriaSet],
    work: WorkFiles = NO_WORK,
    *,
    generated: bool = False,
) -> Intake:
    """Facts and findings, advice among them; never raises for what stands in the files."""
    problems = [*units.problems, *attribute_problems(units, sets), *group_problems(units, sets)]
    sources = [units.source]
    pieces: list[Piece] = []
    for path in dict.fromkeys(paths):
        try:
            table = read_table(path)
        except ProblemsFound as error:
            problems += error.problems
            continue
        found = list(table.problems)
        sources.append(Source(table.spots.file, table.sha256))
        pieces += pieces_of(table, units, sets, found)
        problems += sorted(found, key=_reading_order)
    counts = count_work(work, units, sets, Place(str(paths[0] if paths else units.source.file)))
    problems += counts.problems
    sources += counts.sources
    reading = Reading(units, pieces, tuple(sources), generated, counts)
    facts = {each.id: facts_of_set(reading, each) for each in sets}
    _outside_their_sets(reading, sets)
    problems += sorted(reading.problems, key=_reading_order)
    return Intake(facts, each_once(problems))  # two sets of one group meet the same bad cell


def group_problems(units: Units, sets: Sequence[CriteriaSet]) -> list[Problem]:
    """Groups that no set scores, and sets that no unit belongs to."""
    place = Place(units.source.file)
    groups: dict[str, int] = {}
    for unit in units:
        groups[unit.group] = groups.get(unit.group, 0) + 1
    named = {criteria_set.group for criteria_set in sets}
    nobody = not named & set(groups)
    problems: list[Problem] = []
    for criteria_set in sets:
        if criteria_set.group not in groups:
            values = {
                "group": criteria_set.group,
                "groups": ", ".join(f"`{group}`" for group in groups) or "-",
            }
            problems.append(
                Problem("set-without-units", place, values, set=criteria_set.id, advice=not nobody)
            )
    for group, count in groups.items():
        if group not in named and group != OTHERS:
            values = {"group": group, "count": str(count)}
            problems.append(Problem("group-without-set", place, values, advice=True))
    return problems


def _reading_order(problem: Problem) -> tuple[str, str, int, int, str]:
    """By file, sheet, row, column."""
    place = problem.place
    cell = place.cell or ""
    letters = cell.rstrip("0123456789")
    line = place.line or int(cell[len(letters) :] or 0)
    return place.file, place.sheet or "", line, len(letters), letters


def _outside_their_sets(reading: Reading, sets: Sequence[CriteriaSet]) -> None:
    """Filled cells for inputs that no set of the unit's group declares."""
    groups = [unit.group for unit in reading.units]
    scored = {criteria_set.group for criteria_set in sets}
    for piece in reading.pieces:
        knowing = {
            criteria_set.group
            for criteria_set in sets
            if target_of(piece.name, criteria_set) is not None
        }
        others = scored - knowing
        if not others:
            continue
        wrong = pl.Series([group in others for group in groups], dtype=pl.Boolean)
        rows = (wrong.gather(piece.units) & piece.filled()).arg_true().to_list()
        for at in rows:
            unit = reading.units.units[piece.units[at]]
            values = {"name": piece.name, "group": unit.group}
            reading.problems.append(
                Problem("answer-not-of-group", piece.place(at), values, unit=unit.unit)
            )
