"""The stages side by side (so sánh giai đoạn): results of every unit, and each leaf that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

import polars as pl

from criteria.assessment.model import Stage
from inputs.store.facts import INPUT
from outputs.printed import PrintedGroup, PrintedUnit


@dataclass(frozen=True, slots=True)
class Seen:
    """One leaf of one unit at one stage, as the ledger tells it."""

    state: str
    points: Fraction | None


@dataclass(frozen=True, slots=True)
class Change:
    """One leaf of one unit whose points differ between stages.

    `difference`: of the last stage against the first at which it was not pending; None where it
    did not apply at one of them.  `said`: the rows of the history that made it so, oldest first.
    """

    unit: str
    leaf: str
    seen: Mapping[Stage, Seen]
    difference: Fraction | None
    said: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Compared:
    """What the workbook shows of the stages.

    `stages`: those that get columns; appeals are part of the final ones.  `totals`: the exact sum
    of points of each stage and unit.  `changes`: by unit, in the order of the set.
    """

    stages: tuple[Stage, ...]
    standings: Mapping[tuple[Stage, str], PrintedUnit]
    totals: Mapping[tuple[Stage, str], Fraction]
    changes: Mapping[str, Sequence[Change]]

    def difference(self, unit: str) -> Fraction:
        """Points of the last stage less those of the self-score, exactly."""
        return self.totals[self.stages[-1], unit] - self.totals[self.stages[0], unit]


def compare(
    by_stage: Mapping[Stage, Sequence[PrintedGroup]], points: pl.DataFrame, history: pl.DataFrame
) -> Compared:
    """From the printed results by stage, `stages.parquet` and `history.parquet`."""
    stages = columns_of_stages(tuple(by_stage))
    groups = {stage: by_stage[stage] for stage in stages}
    standings = {
        (stage, unit.unit): unit
        for stage, printed in groups.items()
        for group in printed
        for unit in group.units
    }
    shown = points.filter(pl.col("stage").is_in(stages))
    totals: dict[tuple[Stage, str], Fraction] = {}
    for group in groups[stages[-1]]:
        totals |= _totals(shown, group)
    return Compared(stages, standings, totals, _changes(shown, history))


def columns_of_stages(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The stages that get a column: all so far, but appeals once there are final points."""
    return tuple(stage for stage in stages if stage != "appeal" or "final" not in stages)


@lru_cache(maxsize=100_000)
def _fraction(text: str) -> Fraction:
    return Fraction(text)


def _totals(points: pl.DataFrame, group: PrintedGroup) -> dict[tuple[Stage, str], Fraction]:
    """Exact points by stage and unit; bonuses and penalties are no part of them."""
    units, leaves = [unit.unit for unit in group.units], [leaf.id for leaf in group.set.leaves]
    known = points.filter(pl.col("unit").is_in(units) & pl.col("leaf").is_in(leaves))
    sums: dict[tuple[Stage, str], Fraction] = {}
    # Equal points are added as one product: most leaves have one of few values.
    counted = known.group_by("stage", "unit", "points_exact").len()
    for stage, unit, text, count in counted.iter_rows():
        earned = Fraction(0) if text is None else count * _fraction(text)
        sums[stage, unit] = sums.get((stage, unit), Fraction(0)) + earned
    return sums


def _changes(points: pl.DataFrame, history: pl.DataFrame) -> dict[str, list[Change]]:
    """The leaves whose points are not the same at all stages at which they were not pending."""
    leaf = ["unit", "leaf"]
    told = pl.col("points_exact").filter(pl.col("state") != "pending")
    moved = points.group_by(leaf).agg(told.n_unique().alias("values")).filter(pl.col("values") > 1)
    rows = points.join(moved.select(leaf), on=leaf, how="semi", maintain_order="left")
    acts = history.filter(_acting()).join(moved.select(leaf), on=leaf, how="semi")
    said: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for fact in acts.sort("number").iter_rows(named=True):
        said.setdefault((fact["unit"], fact["leaf"]), []).append(fact)
    seen: dict[tuple[str, str], dict[Stage, Seen]] = {}
    for row in rows.iter_rows(named=True):
        exact = row["points_exact"]
        at = Seen(row["state"], None if exact is None else _fraction(exact))
        seen.setdefault((row["unit"], row["leaf"]), {})[row["stage"]] = at
    changes: dict[str, list[Change]] = {}
    for (unit, item), stages in seen.items():
        change = Change(unit, item, stages, _difference(stages), said.get((unit, item), ()))
        changes.setdefault(unit, []).append(change)
    return changes


def _difference(seen: Mapping[Stage, Seen]) -> Fraction | None:
    known = [each.points for each in seen.values() if each.state != "pending"]
    first, last = known[0], known[-1]
    return None if first is None or last is None else last - first


def _acting() -> pl.Expr:
    """Of the history, what reviewers and the council said, as far as it stands and acts."""
    blank = pl.col("value").is_null() & pl.col("decision").is_null()
    return (
        (pl.col("stage") != "self")
        & (pl.col("kind") != "appeal")
        & ~pl.col("superseded")
        & ~(pl.col("subject").str.starts_with(INPUT) & blank)
        & ~pl.col("decision").is_in(["agreed", "withdrawn"]).fill_null(value=False)
    )
