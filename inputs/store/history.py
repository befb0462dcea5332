"""The history (lịch sử): every fact of a store with the head of its batch, in order of entry."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from criteria.assessment.model import STAGES
from inputs.store.facts import INPUT, LEAF, TASK, Batch
from inputs.store.store import Store, batches_frame, facts_frame

SOURCE = ("stage", "who", "taken_at", "seq", "file", "sheet", "cell")
"""Where a fact came from, as all frames of facts in force tell it."""

_HEAD = ("kind", "who", "file", "sha256", "taken_at", "basis")

_QUERY = """
SELECT f.*, b.kind, b.who, b.file, b.sha256, b.taken_at, b.basis
FROM facts f JOIN batches b USING (batch) ORDER BY f.seq
"""


def history(store: Store, extra: Sequence[Batch] = ()) -> pl.DataFrame:
    """All facts, oldest first; `extra`: batches that are not stored yet, as if added last.

    Columns of facts and of their batches' heads, and: `order` (Int8, the stage's number from 0),
    `about` (`input:`, `task:` or `leaf:`), `name` (what the subject names), `seen` (number of the
    last fact that the author had seen: the batch's basis, else all before the fact itself).
    """
    told = store.frame(_QUERY)
    if any(batch.facts for batch in extra):
        number = store.newest_batch + 1
        heads = batches_frame(extra, number).select("batch", *_HEAD)
        facts = facts_frame(extra, number, store.last + 1)
        told = pl.concat([told, facts.join(heads, on="batch", how="left", maintain_order="left")])
    subject, stages = pl.col("subject"), pl.Series(STAGES)
    prefix = pl.coalesce(
        *(pl.when(subject.str.starts_with(each)).then(pl.lit(each)) for each in (INPUT, TASK, LEAF))
    )
    return told.with_columns(
        pl.col("stage").replace_strict(stages, pl.Series(range(4), dtype=pl.Int8)).alias("order"),
        prefix.alias("about"),
        subject.str.strip_prefix(prefix).alias("name"),
        pl.coalesce("basis", "seq").alias("seen"),
    )
