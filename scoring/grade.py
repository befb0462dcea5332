"""Grades (xếp loại): the first whose bound holds and which nothing forbids."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import polars as pl

from criteria.model import Grade


def grade(index: pl.Expr, grades: Sequence[Grade], unit: int, statuses: frozenset[str]) -> pl.Expr:
    """Name of the grade; null without an index or below the last bound.

    `index` counts `1/unit` percent: a bound holds from the next whole number up.  An answer
    forbids a grade only while it is in force.
    """
    result: pl.Expr = pl.lit(None, dtype=pl.String)
    for each in reversed(grades):
        holds = pl.lit(True)
        if each.at_least is not None:
            holds = index >= pl.lit(_up(each.at_least * unit), dtype=pl.Int64)
        for name in each.unless:
            forbidden = pl.col(name).fill_null(False)
            if name in statuses:
                forbidden = forbidden & (pl.col(f"status:{name}") == 0)
            holds = holds & ~forbidden
        result = pl.when(holds).then(pl.lit(each.name)).otherwise(result)
    return pl.when(index.is_not_null()).then(result)


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
