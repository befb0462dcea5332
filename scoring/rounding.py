"""Rounding billionths to printed decimals, and knowing when that is certain.

A fast value lies at most `width` billionths below the truth.  Its rounding is certain when the
truth, wherever it lies in that stretch, rounds to the same number.
"""

from __future__ import annotations

import polars as pl


def half_up(billionths: pl.Expr, places: int) -> pl.Expr:
    """Whole numbers of the last printed decimal, a half away from zero (0 <= places <= 9)."""
    unit = 10 ** (9 - places)
    if unit == 1:
        return billionths
    half = pl.lit(unit // 2, dtype=pl.Int64)
    step = pl.lit(unit, dtype=pl.Int64)
    below_zero = -((half - billionths) // step)
    return pl.when(billionths < 0).then(below_zero).otherwise((billionths + half) // step)


def uncertain(billionths: pl.Expr, width: int, places: int) -> pl.Expr:
    """Whether the truth, up to `width` above, may round to another number."""
    if width == 0:
        return pl.lit(False)
    above = billionths + pl.lit(width, dtype=pl.Int64)
    return half_up(billionths, places) != half_up(above, places)
