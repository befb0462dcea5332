"""How the year stands (tình hình): who has sent what, how far the review is, what is lacking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from criteria.assessment.model import STAGES, Assessment, Stage
from criteria.model import CriteriaSet
from inputs.store.hands import Hands, hands_of
from inputs.store.in_force import InForce, acting, in_force_of
from inputs.store.waiting import waiting
from inputs.units import Units

_LEAF = ["unit", "leaf"]


@dataclass(frozen=True)
class Standing:
    """The state of all units that some set scores.

    `units`: `unit`, `group`, `received` (a workbook was taken), `late` (the newest one is),
    `refused` (files), `problems` (of the newest one), `blank` (values of its own that it has not
    told), `leaves`, `pending` (leaves that wait), `agencies` (for whom), `rejected` (leaves that
    are refused), `appealed`, `ruled`.
    `agencies`: `agency`, `leaves` (that are its to review), `pending`, `units` (that wait for it).
    `late`: batches that came late.  `strangers`: refused files that name no unit of ours.
    """

    stage: Stage
    units: pl.DataFrame
    agencies: pl.DataFrame
    late: pl.DataFrame
    strangers: int


def standing(
    told: pl.DataFrame,
    batches: pl.DataFrame,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
) -> Standing:
    """`told`: the history; `batches`: `Store.batches`; `stage`: the one in force, whose leaves are
    counted: those of review while self-scoring still goes on."""
    counted = STAGES[1] if stage == STAGES[0] else stage
    in_force = in_force_of(told, counted)
    hands = {each.group: hands_of(each, assessment, units.of_group(each.group)) for each in sets}
    leaves = pl.concat([each.leaves for each in hands.values()])
    pending = pl.concat([waiting(told, each, counted) for each in hands.values()])
    blank = pl.concat([_blank(each, in_force) for each in hands.values()])
    files = batches.filter(pl.col("kind") == "workbook")
    known = pl.DataFrame(
        [(unit.unit, unit.group) for unit in units if unit.group in hands],
        schema={"unit": pl.String, "group": pl.String},
        orient="row",
    )
    rejected = acting(in_force.leaves).filter(pl.col("decision") == "refused")
    appeals = in_force.appeals.join(leaves, on=_LEAF, how="semi")
    ruled = appeals.filter(pl.col("ruling").is_not_null())
    waits = pending.group_by("unit").agg(
        pl.len().alias("pending"), pl.col("agency").unique(maintain_order=True).alias("agencies")
    )
    parts = [
        _workbooks(files),
        _count(leaves, "leaves"),
        waits,
        blank,
        _count(rejected.join(leaves, on=_LEAF, how="semi"), "rejected"),
        _count(appeals, "appealed"),
        _count(ruled, "ruled"),
    ]
    for part in parts:
        known = known.join(part, on="unit", how="left", maintain_order="left")
    flags = pl.col("received", "late").fill_null(value=False)
    listed = pl.col("agencies").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    frame = known.with_columns(flags, listed, pl.col(pl.UInt32, pl.Int32).fill_null(0))
    strangers = files.filter(pl.col("outcome") == "refused").filter(
        ~pl.col("who").is_in(list(units.by_id))
    )
    return Standing(
        counted,
        frame,
        _agencies(leaves, pending),
        batches.filter(pl.col("late")),
        strangers.height,
    )


def _count(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.group_by("unit").agg(pl.len().alias(name))


def _workbooks(files: pl.DataFrame) -> pl.DataFrame:
    """What came from each unit."""
    taken = files.filter(pl.col("outcome") == "taken").unique(
        "who", keep="last", maintain_order=True
    )
    refused = files.filter(pl.col("outcome") == "refused")
    newest = taken.select(
        pl.col("who").alias("unit"), pl.lit(value=True).alias("received"), "late", "problems"
    )
    counts = refused.group_by(pl.col("who").alias("unit")).agg(pl.len().alias("refused"))
    return newest.join(counts, on="unit", how="full", coalesce=True)


def _blank(hands: Hands, in_force: InForce) -> pl.DataFrame:
    """How many values of its own each unit has not told."""
    asked = hands.reads.filter(pl.col("own") & pl.col("own_hands")).select("like", "column")
    wanted = hands.units.join(asked, on="like")
    lacking = wanted.join(in_force.answers, on=["unit", "column"], how="anti")
    return _count(lacking, "blank")


def _agencies(leaves: pl.DataFrame, pending: pl.DataFrame) -> pl.DataFrame:
    """How far the review of each agency is."""
    theirs = leaves.group_by("agency", maintain_order=True).agg(pl.len().alias("leaves"))
    waits = pending.group_by("agency").agg(
        pl.len().alias("pending"), pl.col("unit").n_unique().alias("units")
    )
    joined = theirs.join(waits, on="agency", how="left", maintain_order="left")
    return joined.with_columns(pl.col("pending", "units").fill_null(0))
