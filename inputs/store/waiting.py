"""Pending leaves (tiêu chí chờ thẩm định): what still waits for somebody, at a stage, and why.

At stage self: every leaf in others' hands.  From review on: a leaf in the unit's hands until its
reviewer decided on it or corrected an input whose home it is; one in others' hands until somebody
decided on it or reported an input that it reads.  Both again once the unit changed what its
reviewer had seen.
"""

from __future__ import annotations

import polars as pl

from criteria.assessment.model import STAGES, Stage
from inputs.store.facts import INPUT, TASK
from inputs.store.hands import Hands
from inputs.store.in_force import decisions, input_facts, leaf_facts

_LEAF = ["unit", "leaf"]


def waiting(told: pl.DataFrame, hands: Hands, stage: Stage) -> pl.DataFrame:
    """The leaves of one set that are pending at `stage`, by unit in the order of the set.

    Columns: `unit`, `leaf`, `own_hands`, `agency`, `why`: `others` (at stage self), `undecided`,
    `unreported`, or `changed` since the review.
    """
    if stage == "self":
        others = hands.leaves.filter(~pl.col("own_hands"))
        return others.with_columns(pl.lit("others").alias("why"))
    told = told.filter(pl.col("order") <= STAGES.index(stage))
    settled = _settled(told, hands)
    changed = _changed(told, hands, settled).with_columns(pl.lit("changed").alias("new"))
    open_ = pl.when("own_hands").then(pl.lit("undecided")).otherwise(pl.lit("unreported"))
    why = pl.when(pl.col("seen").is_null()).then(open_).otherwise("new")
    leaves = hands.leaves.join(settled, on=_LEAF, how="left", maintain_order="left")
    leaves = leaves.join(changed, on=_LEAF, how="left", maintain_order="left")
    return leaves.select(*_LEAF, "own_hands", "agency", why.alias("why")).filter(
        pl.col("why").is_not_null()
    )


def _settled(told: pl.DataFrame, hands: Hands) -> pl.DataFrame:
    """Unit, leaf, `seen`: the number of the last fact that whoever settled the leaf had seen."""
    decided = decisions(leaf_facts(told)).select(*_LEAF, "seen")
    corrected = _with_leaves(input_facts(told.filter(pl.col("order") > 0)), hands).filter(
        # What others score is settled by any report; the unit's own by correcting at its home.
        pl.col("own") | ~pl.col("own_hands")
    )
    both = pl.concat([decided, corrected.select(*_LEAF, "seen")])
    return both.group_by(_LEAF).agg(pl.col("seen").max())


def _with_leaves(facts: pl.DataFrame, hands: Hands) -> pl.DataFrame:
    """Facts of inputs, once for each leaf of their unit that reads them."""
    units = facts.join(hands.units, on="unit", how="inner")
    return units.join(hands.reads, left_on=["like", "name"], right_on=["like", "column"])


def _changed(told: pl.DataFrame, hands: Hands, settled: pl.DataFrame) -> pl.DataFrame:
    """Unit, leaf: settled ones where the unit says otherwise now than what had been seen."""
    own = told.filter(pl.col("order") == 0)
    inputs, tasks = own.filter(pl.col("about") == INPUT), own.filter(pl.col("about") == TASK)
    # What a reviewer put in place of a shared input does not change with the unit's own value.
    replaced = input_facts(told.filter(pl.col("order") > 0)).select("unit", "name").unique()
    replaced = replaced.with_columns(pl.lit(value=True).alias("replaced"))
    read = _with_leaves(_later(inputs, settled), hands)
    read = read.join(replaced, on=["unit", "name"], how="left")
    read = read.filter(pl.col("own") | pl.col("replaced").is_null())
    task = pl.col("name").str.extract(r"^(.*)@", 1).alias("task")
    counted = _later(tasks, settled).with_columns(task).join(hands.units, on="unit", how="inner")
    counted = counted.join(hands.counts, on=["like", "task"])
    facts = [(inputs, read), (tasks, counted)]
    return pl.concat([_said_otherwise(said, each, settled) for said, each in facts]).unique()


def _later(own: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """The newest self fact of each subject, if anybody may have settled before it came."""
    first = settled["seen"].min()
    newest = own.unique(["unit", "name"], keep="last", maintain_order=True)
    return newest.filter(pl.col("seq") > pl.lit(first, dtype=pl.Int64))


def _said_otherwise(own: pl.DataFrame, newest: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """The leaves that had seen another value; `newest`: facts, once a leaf that reads them."""
    late = newest.select(*_LEAF, "name", "value").join(settled, on=_LEAF)
    before = own.select("unit", "name", pl.col("value").alias("old"), pl.col("seq").alias("at"))
    seen = late.join(before, on=["unit", "name"]).filter(pl.col("at") <= pl.col("seen"))
    seen = seen.sort("at").unique([*_LEAF, "name"], keep="last").select(*_LEAF, "name", "old")
    both = late.join(seen, on=[*_LEAF, "name"], how="left")
    return both.filter(pl.col("value").ne_missing(pl.col("old"))).select(_LEAF)
