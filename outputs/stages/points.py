"""`stages.parquet` and `standings.parquet`: points and results of every stage (từng giai đoạn)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl

from criteria.assessment.model import Stage
from criteria.exact import fixed
from outputs.printed import PrintedGroup
from outputs.stages.so_far import StagesSoFar
from scoring.ledger import leaf_results
from scoring.score import Scores

POINTS: dict[str, Any] = {
    "unit": pl.String,
    "leaf": pl.String,
    "stage": pl.String,
    "state": pl.String,
    "points_exact": pl.String,
    "points": pl.Decimal(20, 9),
    "maximum": pl.Decimal(20, 9),
}
"""As in the ledger; one row a unit, leaf (or bonus, or penalty) and stage."""

STANDINGS: dict[str, Any] = {
    name: pl.Int64 if name == "rank" else pl.String
    for name in (
        *("group", "unit", "name", "stage", "points", "maximum"),
        *("index", "rank", "grade", "status"),
    )
}
"""One row a unit and stage; numbers are texts, exactly as printed."""


def stage_points(so_far: StagesSoFar, ledger: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """`POINTS` of all units, by group, unit and leaf in the order of the set, stages in order.

    `ledger`: that of the last stage, adjustments too, which is not worked out again.
    """
    stages = so_far.stages
    last = pl.concat(
        [
            rows.with_columns(pl.lit(stages[-1]).alias("stage")).select(
                [pl.col(name).cast(dtype) for name, dtype in POINTS.items()]
            )
            for rows in ledger
        ]
    )
    parts = [pl.DataFrame(schema=POINTS)]
    by_group = sorted(so_far.scores[stages[-1]].items(), key=lambda e: e[1].facts.set.group)
    for set_id, scores in by_group:
        units = scores.facts.frame["unit"].to_list()
        leaves = [item.id for item in scores.facts.set.items]
        frames = [_of_scores(so_far.scores[stage][set_id], stage) for stage in stages[:-1]]
        frames.append(last.filter(pl.col("unit").is_in(units)))
        order = [
            pl.col(name).replace_strict(known, range(len(known)), return_dtype=pl.Int64)
            for name, known in (("unit", units), ("leaf", leaves), ("stage", list(stages)))
        ]
        parts.append(pl.concat(frames).sort(order))
    return pl.concat(parts)


def _of_scores(scores: Scores, stage: Stage) -> pl.DataFrame:
    """All leaves of all units at an earlier stage, exactly."""
    units = scores.facts.frame["unit"]
    frames = [pl.DataFrame(schema=POINTS)]
    spelled: dict[Fraction | None, tuple[str | None, Decimal | None]] = {None: (None, None)}
    for term in scores.terms:
        results = leaf_results(scores, term)
        for each in results:
            for number in (each.points, each.maximum):
                if number not in spelled:
                    assert number is not None
                    spelled[number] = (str(number), Decimal(fixed(number, 9)))
        columns = {
            "unit": units,
            "leaf": [term.item.id] * len(results),
            "stage": [stage] * len(results),
            "state": [each.state for each in results],
            "points_exact": [spelled[each.points][0] for each in results],
            "points": [spelled[each.points][1] for each in results],
            "maximum": [spelled[each.maximum][1] for each in results],
        }
        frames.append(pl.DataFrame(columns, schema=POINTS))
    return pl.concat(frames)


def standings(by_stage: Mapping[Stage, Sequence[PrintedGroup]]) -> pl.DataFrame:
    """`STANDINGS` in the order of the rankings of the last stage, stages in order."""
    stages = list(by_stage)
    units = {
        (stage, unit.unit): unit
        for stage, groups in by_stage.items()
        for group in groups
        for unit in group.units
    }
    told = [
        (stage, units[stage, last.unit])
        for group in by_stage[stages[-1]]
        for last in group.units
        for stage in stages
    ]
    names = [name for name in STANDINGS if name != "stage"]
    rows = [
        {name: getattr(unit, name) for name in names} | {"stage": stage} for stage, unit in told
    ]
    return pl.DataFrame(rows, schema=STANDINGS)
