"""Facts in force (số liệu đang có hiệu lực): of everything that was said, what counts at a stage.

Of one subject it is what the highest stage up to that one said, and within a stage the newest.  A
blank takes back what its own stage said, so that the stage before it counts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from criteria.assessment.model import STAGES, Stage
from inputs.store.facts import INPUT, LEAF, TASK, Batch
from inputs.store.history import SOURCE, history
from inputs.store.store import Store

_DECIDING = ("agreed", "given", "refused", "not_applicable", "upheld", "restored")


@dataclass(frozen=True)
class InForce:
    """What is in force at a stage; every frame ends with where the fact came from (`SOURCE`).

    `answers`: one row a unit and column of inputs: `unit`, `column`, `value`, `status` (`refused`,
    `not_applicable` or null), `reason`.
    `leaves`: one row a unit, leaf and deciding stage: `unit`, `leaf`, `decision`, `points`,
    `reason`, `evidence`; see `acting`.
    `proofs`: what units say of their leaves: `unit`, `leaf`, `evidence`, `explanation`.
    `appeals`: `unit`, `leaf`, `explanation`, `evidence`, and of the ruling that came after it
    (else null) `ruling`, `ruled_points`, `ruled_reason`, `ruled_by`, `ruled_at`, `ruled_seq`.
    `tasks`: one row a unit and instance: `unit`, `task`, `instance`, `day`, `evidence`.
    """

    stage: Stage
    answers: pl.DataFrame
    leaves: pl.DataFrame
    proofs: pl.DataFrame
    appeals: pl.DataFrame
    tasks: pl.DataFrame


def stage_in_force(store: Store) -> Stage:
    """The first stage that is not closed; `final` when all before it are."""
    closed = store.closed()
    return next((stage for stage in STAGES[:-1] if stage not in closed), STAGES[-1])


def in_force(store: Store, stage: Stage, extra: Sequence[Batch] = ()) -> InForce:
    """What is in force at `stage`; `extra`: batches that are not stored yet, as if added last."""
    return in_force_of(history(store, extra), stage)


def in_force_of(told: pl.DataFrame, stage: Stage) -> InForce:
    """What of a history is in force at `stage`."""
    told = told.filter(pl.col("order") <= STAGES.index(stage))
    leaves = leaf_facts(told)
    decided = decisions(leaves)
    said = pl.col("evidence").is_not_null() | pl.col("reason").is_not_null()
    proofs = leaves.filter((pl.col("slot") == "proof") & said)
    return InForce(
        stage=stage,
        answers=_highest(input_facts(told)).select(
            "unit", pl.col("name").alias("column"), "value", "status", "reason", *SOURCE
        ),
        leaves=decided.select("unit", "leaf", "decision", "points", "reason", "evidence", *SOURCE),
        proofs=proofs.select(
            "unit", "leaf", "evidence", pl.col("reason").alias("explanation"), *SOURCE
        ),
        appeals=_appeals(leaves, decided),
        tasks=_highest(_by_stage(told.filter(pl.col("about") == TASK))).select(
            "unit",
            pl.col("name").str.extract(r"^(.*)@", 1).alias("task"),
            pl.col("name").str.extract(r"([^@]*)$", 1).alias("instance"),
            pl.col("value").alias("day"),
            "evidence",
            *SOURCE,
        ),
    )


def input_facts(told: pl.DataFrame) -> pl.DataFrame:
    """What each stage says of each input: the newest of the stage, where it is no blank."""
    return _by_stage(told.filter(pl.col("about") == INPUT))


def _by_stage(told: pl.DataFrame) -> pl.DataFrame:
    newest = told.unique(["unit", "name", "order"], keep="last", maintain_order=True)
    return newest.filter(pl.col("value").is_not_null() | pl.col("status").is_not_null())


def _highest(by_stage: pl.DataFrame) -> pl.DataFrame:
    ordered = by_stage.sort("order", maintain_order=True)
    return ordered.unique(["unit", "name"], keep="last", maintain_order=True).sort("seq")


def leaf_facts(told: pl.DataFrame) -> pl.DataFrame:
    """The newest fact of each unit, leaf and `slot`: `proof` and `plea` are the unit's own; a
    stage's name is what its reviewer or council decided."""
    kind, stage = pl.col("kind"), pl.col("stage")
    slot = (
        pl.when(stage == "self")
        .then(pl.lit("proof"))
        .when(kind == "appeal")
        .then(pl.lit("plea"))
        .otherwise(stage)
    )
    leaves = told.filter(pl.col("about") == LEAF).with_columns(slot.alias("slot"))
    newest = leaves.unique(["unit", "name", "slot"], keep="last", maintain_order=True)
    return newest.rename({"name": "leaf"})


def decisions(leaves: pl.DataFrame) -> pl.DataFrame:
    """Of `leaf_facts`, the decisions that stand, one a unit, leaf and deciding stage."""
    deciding = ~pl.col("slot").is_in(["proof", "plea"]) & pl.col("status").is_in(_DECIDING)
    points = pl.when(pl.col("status") == "given").then("value")
    return leaves.filter(deciding).with_columns(
        pl.col("status").alias("decision"), points.alias("points")
    )


def acting(leaves: pl.DataFrame) -> pl.DataFrame:
    """Of the decisions in force (`InForce.leaves`), the one that acts on each unit's leaf.

    It is that of the highest stage; one that is `upheld` leaves the decision before it.
    """
    numbers = pl.Series(range(4), dtype=pl.Int8)
    order = pl.col("stage").replace_strict(pl.Series(STAGES), numbers)
    others = leaves.filter(pl.col("decision") != "upheld").sort(order, maintain_order=True)
    return others.unique(["unit", "leaf"], keep="last", maintain_order=True)


def _appeals(leaves: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """What units appealed, each with the ruling that came after it."""
    made = leaves.filter((pl.col("slot") == "plea") & (pl.col("status") == "appealed"))
    rulings = decided.filter(pl.col("stage") == "appeal").select(
        "unit",
        "leaf",
        pl.col("decision").alias("ruling"),
        pl.col("points").alias("ruled_points"),
        pl.col("reason").alias("ruled_reason"),
        pl.col("who").alias("ruled_by"),
        pl.col("taken_at").alias("ruled_at"),
        pl.col("seq").alias("ruled_seq"),
    )
    told = [name for name in rulings.columns if name.startswith("rul")]
    paired = made.join(rulings, on=["unit", "leaf"], how="left", maintain_order="left")
    after = pl.col("ruled_seq") > pl.col("seq")
    return paired.select(
        "unit",
        "leaf",
        pl.col("reason").alias("explanation"),
        "evidence",
        *(pl.when(after).then(name).alias(name) for name in told),
        *SOURCE,
    )
