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
    method: Literal["min", "dense"] = "min" if ties == "shared" else "dense"
    if width == 0:
        return values.rank(method, descending=True).cast(pl.Int64)
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
    follows = order["apart"].shift(-1).fill_null(True)
    if (order["apart"] & follows).all():
        in_order = pl.Series("rank", range(1, order.height + 1), dtype=pl.Int64)
        return _by_row(order["row"], in_order, len(values))
    order = order.with_columns(pl.col("apart").cum_sum().cast(pl.Int64).alias("cluster"))
    crowded = order.filter(~(order["apart"] & follows)).select("row", "cluster")
    place = pl.Series("place", [0], dtype=pl.Int64).new_from_index(0, order.height)
    positions = (~(order["apart"] & follows)).arg_true()
    place = place.scatter(positions, refine(crowded))
    key = order["cluster"] * pl.lit(len(values), dtype=pl.Int64) + place
    rank = order.select(key.rank(method).cast(pl.Int64).alias("rank"))["rank"]
    return _by_row(order["row"], rank, len(values))


def _by_row(rows: pl.Series, rank: pl.Series, height: int) -> pl.Series:
    """The ranks in the order of the units."""
    empty = pl.Series("rank", [None], dtype=pl.Int64).new_from_index(0, height)
    return empty.scatter(rows, rank)
