"""Ranks (xếp hạng) within a group: 1, 2, 2, 4 (shared) or 1, 2, 2, 3 (dense), never by floats.

Units are sorted by the fast index.  Neighbours that lie further apart than the fast index can be
wrong are in certain order; those that do not form clusters, and only their members are compared
exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Literal

import polars as pl

Ties = Literal["shared", "dense"]
Exact = Callable[[list[int]], Mapping[int, Fraction]]
"""Row numbers -> their exact values."""


def ranks(values: pl.Series, width: int, ties: Ties, exact: Exact) -> pl.Series:
    """Rank of every row, best first; null where the value is null.

    `values`: Int64, rounded down; the truth lies within [value, value + width].
    """
    method: Literal["min", "dense"] = "min" if ties == "shared" else "dense"
    if width == 0:
        return values.rank(method, descending=True).cast(pl.Int64)
    order = (
        pl.DataFrame({"value": values})
        .with_row_index("row")
        .drop_nulls("value")
        .sort("value", descending=True)
        .with_columns(
            ((pl.col("value").shift(1) - pl.col("value")) > width).fill_null(True).alias("apart")
        )
        .with_columns(pl.col("apart").cum_sum().alias("cluster"))
    )
    crowded = order.filter(~(pl.col("apart") & pl.col("apart").shift(-1).fill_null(True)))
    within = pl.lit(0, dtype=pl.Int64)
    if crowded.height:
        rows = crowded["row"].to_list()
        places = _places(rows, crowded["cluster"].to_list(), exact(rows))
        found = pl.DataFrame({"row": rows, "within": places}).cast({"row": pl.UInt32})
        order = order.join(found, on="row", how="left")
        within = pl.col("within").fill_null(0)
    place = pl.col("cluster").cast(pl.Int64) * pl.lit(len(values), dtype=pl.Int64) + within
    rank = place.rank(method)
    ranked = order.select(pl.col("row"), rank.cast(pl.Int64).alias("rank"))
    every_row = pl.DataFrame({"row": range(len(values))}, schema={"row": pl.UInt32})
    return every_row.join(ranked, on="row", how="left", maintain_order="left")["rank"]


def _places(
    rows: Sequence[int], clusters: Sequence[int], exact: Mapping[int, Fraction]
) -> list[int]:
    """Place of each row within its cluster by exact value, equals sharing one: 0 is the best."""
    members: dict[int, set[Fraction]] = {}
    for row, cluster in zip(rows, clusters, strict=True):
        members.setdefault(cluster, set()).add(exact[row])
    places = {
        cluster: {value: place for place, value in enumerate(sorted(values, reverse=True))}
        for cluster, values in members.items()
    }
    return [places[cluster][exact[row]] for row, cluster in zip(rows, clusters, strict=True)]
