"""How a review stands in the store (hiện trạng thẩm định): what units said, what was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import polars as pl

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet
from inputs.store.facts import Decision
from inputs.store.hands import hands_of
from inputs.store.in_force import in_force_of
from inputs.store.waiting import waiting
from inputs.units import Units

UnitLeaf: TypeAlias = tuple[str, str]
UnitColumn: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Decided:
    """What an agency has concluded of a leaf; `points`: as the store spells them."""

    decision: Decision
    points: str | None = None
    reason: str | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A number that an agency has reported or corrected, as the store spells it."""

    value: str
    reason: str | None = None
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """What the unit wrote beside a leaf."""

    evidence: str | None = None
    explanation: str | None = None


@dataclass(frozen=True)
class Standing:
    """`values`: the units' own numbers, by unit and column of facts; `proofs`: by unit and leaf.
    `decided`, `found`: what reviewers said, as far as it is in force.  `open`: leaves that wait for
    their reviewer; `again`: those of them that the unit changed after they had been reviewed.
    """

    values: Mapping[UnitColumn, str] = field(default_factory=dict)
    proofs: Mapping[UnitLeaf, Proof] = field(default_factory=dict)
    decided: Mapping[UnitLeaf, Decided] = field(default_factory=dict)
    found: Mapping[UnitColumn, Found] = field(default_factory=dict)
    open: frozenset[UnitLeaf] = frozenset()
    again: frozenset[UnitLeaf] = frozenset()


def standing_of(
    told: pl.DataFrame, assessment: Assessment, sets: Sequence[CriteriaSet], units: Units
) -> Standing:
    """How the review stands by a history (`inputs.store.history`)."""
    own, reviewed = in_force_of(told, "self"), in_force_of(told, "review")
    values = own.answers.filter(pl.col("value").is_not_null())
    found = reviewed.answers.filter((pl.col("stage") == "review") & pl.col("value").is_not_null())
    decided = reviewed.leaves.filter(pl.col("stage") == "review")
    open_, again = open_leaves(told, assessment, sets, units)
    return Standing(
        values={(u, c): v for u, c, v in _rows(values, "unit", "column", "value")},
        proofs={
            (u, leaf): Proof(evidence, explanation)
            for u, leaf, evidence, explanation in _rows(
                own.proofs, "unit", "leaf", "evidence", "explanation"
            )
        },
        decided={
            (u, leaf): Decided(*rest)
            for u, leaf, *rest in _rows(
                decided, "unit", "leaf", "decision", "points", "reason", "seq"
            )
        },
        found={
            (u, column): Found(*rest)
            for u, column, *rest in _rows(found, "unit", "column", "value", "reason", "seq")
        },
        open=open_,
        again=again,
    )


def open_leaves(
    told: pl.DataFrame, assessment: Assessment, sets: Sequence[CriteriaSet], units: Units
) -> tuple[frozenset[UnitLeaf], frozenset[UnitLeaf]]:
    """Unit and leaf of all that waits for a reviewer; those that the unit changed since."""
    open_: list[UnitLeaf] = []
    again: list[UnitLeaf] = []
    for each in sets:
        pending = waiting(told, hands_of(each, assessment, units.of_group(each.group)), "review")
        open_ += _rows(pending, "unit", "leaf")
        again += _rows(pending.filter(pl.col("why") == "changed"), "unit", "leaf")
    return frozenset(open_), frozenset(again)


def _rows(frame: pl.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return frame.select(columns).rows()
