"""The points that workbooks show, held against ours (đối chiếu điểm); theirs are never used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from cli.folder import Year
from criteria.exact import fixed
from criteria.model import Adjustment, CriteriaSet, Leaf, leaf_inputs
from criteria.problems import Place, Problem
from inputs.facts import Facts, rule_task_columns
from inputs.store.facts import Batch
from inputs.store.facts_at import facts_at
from inputs.store.hands import columns_of
from inputs.store.store import Store
from inputs.workbooks.self_reading import TASKS_DOUBTFUL, SelfReading, Spot


def held_against(
    year: Year, store: Store, batches: Sequence[Batch], readings: Mapping[str, SelfReading]
) -> Iterator[Problem]:
    """Points that differ from ours, and points claimed without the evidence that is required.

    `batches`: what would be stored; `readings`: of each unit, what its newest workbook gave.
    """
    if not readings:
        return
    files = {batch.who: batch.file for batch in batches}
    sets = [each.set for each in year.sets]
    intake = facts_at(store, "self", year.assessment, sets, year.units, batches)
    for each in sets:
        ids = {unit.unit for unit in year.units.of_group(each.group)}
        mine = {unit: reading for unit, reading in readings.items() if unit in ids}
        if mine:
            yield from _of_set(intake.facts[each.id], mine, files)


def _of_set(
    facts: Facts, readings: Mapping[str, SelfReading], files: Mapping[str, str]
) -> Iterator[Problem]:
    from scoring.score import score_set
    from scoring.shown import claimed, differences

    criteria_set, scores = facts.set, score_set(facts)
    hangs = {item.id: _hangs_on(item, criteria_set) for item in criteria_set.items}
    shown = {unit: _sure(reading, hangs) for unit, reading in readings.items()}
    numbers = {
        unit: {name: number for name, (_, number) in spots.items()} for unit, spots in shown.items()
    }
    later = {unit: reading.later for unit, reading in readings.items()}
    for found in differences(scores, numbers, later):
        spot, number = shown[found.unit][found.name]
        theirs = fixed(number, criteria_set.printed_points)
        values = {"shown": theirs, "ours": found.ours}
        leaf = found.name if found.name in hangs else None
        place = Place(files[found.unit], sheet=spot.sheet, cell=spot.cell)
        yield Problem("points-differ", place, values, found.unit, leaf)
    unproved = {unit: frozenset(reading.unproved) for unit, reading in readings.items()}
    for (unit, leaf), points in claimed(scores, unproved).items():
        spot = readings[unit].unproved[leaf]
        place = Place(files[unit], sheet=spot.sheet, cell=spot.cell)
        yield Problem("evidence-missing", place, {"points": points}, unit, leaf)


def _sure(
    reading: SelfReading, hangs: Mapping[str, frozenset[str]]
) -> dict[str, tuple[Spot, Fraction]]:
    """The numbers whose cells all came through as typed: others differ for a reason told before."""
    return {
        name: (spot, spot.number)
        for name, spot in reading.points.items()
        if spot.number is not None
        and not (reading.doubtful & hangs[name] if name in hangs else reading.doubtful)
    }


def _hangs_on(item: Leaf | Adjustment, criteria_set: CriteriaSet) -> frozenset[str]:
    """The columns of facts that a leaf's points hang on."""
    columns = {c for name in leaf_inputs(item) for c in columns_of(criteria_set, name)}
    if rule_task_columns(item.rule):
        columns.add(TASKS_DOUBTFUL)
    return frozenset(columns)
