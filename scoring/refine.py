"""Order within clusters that billionths leave open: first by further digits, then in fractions.

A unit's points are its billionths plus, for each leaf that they do not hold exactly, a remainder.
Two units with the same billionths and the same remainders, in whatever leaves, are tied for
certain.  What nine further digits do not tell apart, and is not tied in this way, is worked out
in fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from inputs.facts import Facts
from scoring.compiled import Compiled
from scoring.leaf_points import LeafPoints
from scoring.polars_terms import LARGEST_DENOMINATOR
from scoring.terms import NANO

ROOM = pl.lit(LARGEST_DENOMINATOR + 1, dtype=pl.Int64)
NANO_128 = pl.lit(NANO, dtype=pl.Int128)

Exact = Callable[[list[int]], Mapping[int, Fraction]]
"""Row numbers -> their exact indices."""


@dataclass(frozen=True)
class Refiner:
    """Places of crowded units within their clusters; `points` in billionths, one a unit."""

    facts: Facts
    compiled: Compiled
    leaves: LeafPoints
    points: pl.Series
    exact: Exact

    def places(self, crowded: pl.DataFrame) -> pl.Series:
        """`row`, `cluster` -> the place of each, in the same order (see `rank.Refine`)."""
        numbered = crowded.with_row_index("at")
        if self.compiled.fine is None:
            clusters = numbered.rename({"cluster": "group"})
            return self._by_fractions(clusters, clusters["group"].unique().to_list())
        closer = self._closer(numbered)
        open_ = closer.filter(~pl.col("apart") & ~pl.col("same"))["group"].unique()
        if open_.len() > 0:
            doubtful = closer.filter(pl.col("group").is_in(open_.implode()))
            untied = _untied(doubtful)
            if untied:
                return self._by_fractions(closer, untied)
        return closer.sort("at")["group"].rename("place")

    def _closer(self, numbered: pl.DataFrame) -> pl.DataFrame:
        """Sorted by the finer value; `group` counts those that are apart, from the best down.

        `same`: alike the unit before; `points` in billionths and `left:*` are what was earned.
        """
        rows = numbered["row"]
        inexact = [f"p:{name}" for name, width in self.compiled.widths.items() if width]
        inputs = [name for name in self.compiled.fine_columns if not name.startswith("p:")]
        read = self.facts.frame.select("unit", *inputs)[rows]
        read = read.hstack(self.leaves.frame[inexact][rows]) if inexact else read
        left = read.select(self.compiled.fine or ())
        digits = pl.lit(0, dtype=pl.Int64)
        if left.columns:
            digits = pl.sum_horizontal(pl.col(name) // ROOM for name in left.columns)
        order = numbered.hstack([self.points[rows].rename("points"), *left])
        value = pl.col("points").cast(pl.Int128) * NANO_128 + digits
        order = order.with_columns(value.alias("value")).sort(
            "cluster", "value", descending=[False, True]
        )
        width = pl.lit(sum(self.compiled.widths.values()), dtype=pl.Int128)
        new_cluster = pl.col("cluster") != pl.col("cluster").shift(1)
        further = (pl.col("value").shift(1) - pl.col("value")) > width
        earned = ("points", *left.columns)
        alike = [pl.col(name) == pl.col(name).shift(1) for name in earned]
        return order.select(
            "row",
            "at",
            *earned,
            (new_cluster | further).fill_null(True).alias("apart"),
            pl.all_horizontal(alike).fill_null(False).alias("same"),
        ).with_columns(pl.col("apart").cum_sum().cast(pl.Int64).alias("group"))

    def _by_fractions(self, closer: pl.DataFrame, untied: list[int]) -> pl.Series:
        """Members of untied groups in the order of their exact indices."""
        members = closer.filter(pl.col("group").is_in(untied))
        rows, groups = members["row"].to_list(), members["group"].to_list()
        exact = self.exact(rows)
        distinct: dict[int, set[Fraction]] = {}
        for row, group in zip(rows, groups, strict=True):
            distinct.setdefault(group, set()).add(exact[row])
        places = {
            group: {value: place for place, value in enumerate(sorted(values, reverse=True))}
            for group, values in distinct.items()
        }
        found = {row: places[group][exact[row]] for row, group in zip(rows, groups, strict=True)}
        size = closer.height + 1
        ordered = closer.sort("at")
        keys = [
            group * size + found.get(row, 0)
            for row, group in zip(ordered["row"].to_list(), ordered["group"].to_list(), strict=True)
        ]
        ranked = {key: place for place, key in enumerate(sorted(set(keys)))}
        return pl.Series("place", [ranked[key] for key in keys], dtype=pl.Int64)


def _untied(members: pl.DataFrame) -> list[int]:
    """Groups of which not all members have the same remainders, in whatever leaves.

    Their points are the same then: nine further digits do not tell the members apart.
    """
    left = [name for name in members.columns if name.startswith("left:")]
    earned: dict[int, list[int]] = {}
    untied: set[int] = set()
    for group, *remainders in members.select("group", *left).iter_rows():
        remainders.sort()
        if earned.setdefault(group, remainders) != remainders:
            untied.add(group)
    return list(untied)
