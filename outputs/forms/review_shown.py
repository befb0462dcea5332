"""What a review workbook shows and goes on from (nội dung bảng thẩm định): scores, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet
from inputs.facts import set_task_columns
from inputs.store.facts_at import facts_of_history
from inputs.units import Units
from inputs.workbooks.review_standing import Standing, UnitColumn, UnitLeaf, standing_of
from scoring.ledger import leaf_results
from scoring.score import score_set


@dataclass(frozen=True, slots=True)
class SelfScore:
    """What a leaf earns by the unit's own numbers: the ledger's state, exact points."""

    state: str
    points: Fraction | None


@dataclass(frozen=True)
class Shown:
    """Everything that the workbooks of all agencies tell.

    `scores`: by unit and leaf, at stage self; `counts`: of the plan's tasks, by unit and column.
    """

    standing: Standing = field(default_factory=Standing)
    scores: Mapping[UnitLeaf, SelfScore] = field(default_factory=dict)
    counts: Mapping[UnitColumn, int] = field(default_factory=dict)


NOTHING = Shown()


def shown_of(
    told: pl.DataFrame,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
    store: str,
) -> Shown:
    """What the store holds, by its history; `store`: the file that it came from."""
    intake = facts_of_history(told, "self", assessment, sets, units, store)
    scores: dict[UnitLeaf, SelfScore] = {}
    counts: dict[UnitColumn, int] = {}
    for each in sets:
        facts = intake.facts[each.id]
        if facts.frame.height == 0:
            continue
        scored = score_set(facts)
        ids = facts.frame["unit"].to_list()
        for term in scored.terms:
            for unit, result in zip(ids, leaf_results(scored, term), strict=True):
                scores[unit, term.item.id] = SelfScore(result.state, result.points)
        for column in set_task_columns(each):
            numbers = zip(ids, facts.frame[column.name].to_list(), strict=True)
            counts |= {(unit, column.name): number for unit, number in numbers}
    return Shown(standing_of(told, assessment, sets, units), scores, counts)
