"""Ranks (xếp hạng) within a group: 1, 2, 2, 4 (shared) or 1, 2, 2, 3 (dense), never by floats.

Units are sorted by the fast index.  Neighbours that lie further apart than the fast index can be
wrong are in certain order; those that do not form clusters, and only their members are looked at
more closely (`scoring.refine`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import polars as pl

Ties: TypeAlias = Literal["shared", "dense"]
Refine: TypeAlias = Callable[[pl.DataFrame], pl.Series]
"""`row` and `cluster` of crowded units -> Int64 places, ordered and equal as the exact indices of
the units of one cluster are; 0 is the best."""


def ranks(values: pl.Series, width: int, ties: Ties, refine: Refine) -> pl.Series:
    """Rank of every row, best first; null where the value is null.

    `values`: Int64, rounded down; the truth lies within [value, value + width].
    """
    if width == 0:
        return certain_ranks(values, ties)
    gap = pl.lit(width, dtype=pl.Int64)
    order = (
        pl.DataFrame({"value": values})
        .with_row_index("row")
        .drop_nulls("value")
        .sort("value", descending=True)
        .select(
            "row",
            ((pl.col("value").shift(1) - pl.col("value")) > gap).fill_null(True).alias("apart"),
        )
    )
    crowd = ~(order["apart"] & order["apart"].shift(-1).fill_null(True))
    in_order = pl.Series("rank", range(1, order.height + 1), dtype=pl.Int64)
    if not crowd.any():
        return _by_row(order["row"], in_order, len(values))
    clusters = order["apart"].cum_sum().cast(pl.Int64).alias("cluster")
    crowded = order.select("row").hstack([clusters]).filter(crowd)
    place = refine(crowded).alias("place")
    if ties == "dense":
        every_place = pl.Series("place", [0], dtype=pl.Int64).new_from_index(0, order.height)
        every_place = every_place.scatter(crowd.arg_true(), place)
        keys = pl.DataFrame([clusters, every_place])
        key = pl.col("cluster") * pl.lit(len(values), dtype=pl.Int64) + pl.col("place")
        return _by_row(order["row"], keys.select(key.rank("dense")).to_series(), len(values))
    # Only within clusters do ranks differ from positions.
    members = crowded.hstack([place, in_order.filter(crowd)]).with_row_index("at", offset=1)
    first = (pl.col("cluster") != pl.col("cluster").shift(1)).fill_null(True)
    start = pl.when(first).then(pl.col("rank")).forward_fill()
    ahead = pl.when(first).then(pl.col("at").cast(pl.Int64)).forward_fill()
    key = pl.col("cluster") * pl.lit(len(values), dtype=pl.Int64) + pl.col("place")
    shared = start + key.rank("min").cast(pl.Int64) - ahead
    found = members.select(shared.alias("rank"))["rank"]
    return _by_row(order["row"], in_order.scatter(crowd.arg_true(), found), len(values))


def certain_ranks(values: pl.Series, ties: Ties) -> pl.Series:
    """Rank of every row by values that are exact, or printed; null where the value is null."""
    method: Literal["min", "dense"] = "min" if ties == "shared" else "dense"
    return values.rank(method, descending=True).cast(pl.Int64)


def _by_row(rows: pl.Series, rank: pl.Series, height: int) -> pl.Series:
    """The ranks in the order of the units."""
    empty = pl.Series("rank", [None], dtype=pl.Int64).new_from_index(0, height)
    return empty.scatter(rows, rank.cast(pl.Int64))
