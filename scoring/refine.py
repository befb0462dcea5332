"""Order within clusters that billionths leave open: first on a finer scale, then in fractions.

Two units are tied for certain when the leaves that billionths do not hold exactly earned the same
fractions in both, in whatever order, and the other leaves the same sum.  What is neither apart on
the finer scale nor tied in this way is worked out in fractions.
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

ROOM = pl.lit(LARGEST_DENOMINATOR + 1, dtype=pl.Int128)
NANO_128 = pl.lit(NANO, dtype=pl.Int128)

Exact = Callable[[list[int]], Mapping[int, Fraction]]
"""Row numbers -> their exact indices."""


@dataclass(frozen=True)
class Refiner:
    """Places of crowded units within their clusters."""

    facts: Facts
    compiled: Compiled
    leaves: LeafPoints
    exact: Exact

    def places(self, crowded: pl.DataFrame) -> pl.Series:
        """`row`, `cluster` -> the place of each, in the same order (see `rank.Refine`)."""
        numbered = crowded.with_row_index("at")
        if self.compiled.fine is None:
            return self._by_fractions(numbered.rename({"cluster": "group"}), frozenset())
        closer = self._closer(numbered)
        open_ = closer.filter(~pl.col("apart") & ~pl.col("same"))["group"].unique()
        if open_.len() == 0:
            return closer.sort("at")["group"].rename("place")
        doubtful = closer.filter(pl.col("group").is_in(open_.implode()))
        untied = _untied(doubtful.drop("row", "at", "apart", "same"))
        settled = frozenset(closer["group"].to_list()) - untied
        return self._by_fractions(closer, settled)

    def _closer(self, numbered: pl.DataFrame) -> pl.DataFrame:
        """Sorted by the finer value; `group` counts those that are apart, from the best down.

        `same`: alike the unit before in every fraction; `whole` and `code:*` hold what was earned.
        """
        rows = numbered["row"]
        exact = [f"p:{name}" for name, width in self.compiled.widths.items() if width == 0]
        zero = pl.Series("whole", [0], dtype=pl.Int64).new_from_index(0, len(rows))
        sums = self.leaves.frame[rows].select(pl.sum_horizontal(exact)) if exact else None
        whole = zero if sums is None else sums.to_series().rename("whole")
        read = self.facts.frame.select("unit", *self.compiled.fine_columns)[rows]
        codes = read.select(self.compiled.fine or ())
        names = [f"code:{name}" for name in codes.columns]
        value = pl.col("whole").cast(pl.Int128) * NANO_128
        if names:
            value += pl.sum_horizontal(pl.col(name) // ROOM for name in names)
        codes.columns = names
        order = numbered.hstack([whole, *codes])
        order = order.with_columns(value.alias("value")).sort(
            "cluster", "value", descending=[False, True]
        )
        width = pl.lit(sum(self.compiled.widths.values()), dtype=pl.Int128)
        new_cluster = pl.col("cluster") != pl.col("cluster").shift(1)
        further = (pl.col("value").shift(1) - pl.col("value")) > width
        alike = [pl.col(name) == pl.col(name).shift(1) for name in ("whole", *names)]
        return order.select(
            "row",
            "at",
            "whole",
            *names,
            (new_cluster | further).fill_null(True).alias("apart"),
            pl.all_horizontal(alike).fill_null(False).alias("same"),
        ).with_columns(pl.col("apart").cum_sum().cast(pl.Int64).alias("group"))

    def _by_fractions(self, closer: pl.DataFrame, settled: frozenset[int]) -> pl.Series:
        """Members of groups that are not settled in the order of their exact indices."""
        members = closer.filter(~pl.col("group").is_in(list(settled)))
        if members.height == 0:
            return closer.sort("at")["group"].rename("place")
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


def _untied(members: pl.DataFrame) -> frozenset[int]:
    """Groups of which not all members earned the same fractions, in whatever order."""
    codes = [name for name in members.columns if name.startswith("code:")]
    earned: dict[int, tuple[int, list[int]]] = {}
    untied: set[int] = set()
    for group, whole, *fractions in members.select("group", "whole", *codes).iter_rows():
        fractions.sort()
        if earned.setdefault(group, (whole, fractions)) != (whole, fractions):
            untied.add(group)
    return frozenset(untied)
