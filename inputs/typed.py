"""From cells to typed columns: plain whole numbers by expressions, everything else value by value.

Each distinct spelling is read once, whatever the number of units.  Numbers of a column are folded
to its common scale: 12.5 and 3 become 125 and 30 at scale 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

import polars as pl

from criteria.exact import shortest
from criteria.model import Input
from inputs.facts import EPOCH, LARGEST, common_scale
from inputs.values import Cell, Fault, Kind, read_date, read_number, read_option, read_yes_no

_PLAIN = r"^-?[0-9]{1,18}$"
_FAR = 2**62


@dataclass(frozen=True)
class Typed:
    """What the cells of one column read as.

    `good`: `local`, `origin`, `value` (Int64 or Boolean); `faults`: row's `origin`, `local` and
    why; `scale`: decimals folded into a numeric column.
    """

    good: pl.DataFrame
    faults: tuple[tuple[int, int, Fault], ...]
    scale: int | None


def read_typed(cells: pl.DataFrame, declared: Input) -> Typed:
    """Read `cells`: `local`, `origin`, `whole` (Int64), `text`, `kind`; one row a filled cell."""
    if declared.type in ("count", "amount", "percent", "points", "tally"):
        return _numbers(cells, declared)
    return _others(cells, declared)


def _numbers(cells: pl.DataFrame, declared: Input) -> Typed:
    native = pl.col("kind") <= Kind.NUMBER
    plain = pl.col("text").str.contains(_PLAIN) & native
    whole = pl.coalesce("whole", pl.when(plain).then("text").cast(pl.Int64, strict=False))
    cells = cells.with_columns(whole.alias("whole"))
    odd = cells.filter(pl.col("whole").is_null()).select("text", "kind").unique()
    read = [_number(Cell(text, Kind(kind)), declared) for text, kind in odd.iter_rows()]
    scale = common_scale(number for number in read if isinstance(number, Fraction))
    room = LARGEST // 10**scale
    scaled: list[int | None] = []
    reasons: list[Fault] = []
    numbers: list[int | None] = []
    for number in read:
        if isinstance(number, Fraction) and abs(number) >= room:
            number = _too_long(number, scale)
        scaled.append(int(number * 10**scale) if isinstance(number, Fraction) else None)
        numbers.append(len(reasons) if isinstance(number, Fault) else None)
        if isinstance(number, Fault):
            reasons.append(number)
    faults: list[tuple[int, int, Fault]] = []
    value = pl.col("whole") * 10**scale
    if read:
        read_as = odd.with_columns(
            pl.Series("scaled", scaled, dtype=pl.Int64), pl.Series("fault", numbers, dtype=pl.Int64)
        )
        cells = cells.join(read_as, on=["text", "kind"], how="left", maintain_order="left")
        faults += _faults(cells, reasons)
        value = pl.when(pl.col("whole").is_not_null()).then(value).otherwise("scaled")
        if reasons:
            cells = cells.filter(pl.col("fault").is_null())
    far = (pl.col("whole") >= room) | (pl.col("whole") <= -room)
    too_long = cells.filter(far)
    if too_long.height:
        faults += [
            (origin, local, _too_long(Fraction(number), scale))
            for origin, local, number in too_long.select("origin", "local", "whole").iter_rows()
        ]
        cells = cells.filter(far.fill_null(False).not_())
    return Typed(cells.select("local", "origin", value.alias("value")), tuple(faults), scale)


def _number(cell: Cell, declared: Input) -> Fraction | Fault:
    number = read_number(cell, percent=declared.type == "percent")
    if isinstance(number, Fault) or declared.type not in ("count", "tally"):
        return number
    return number if number.denominator == 1 else Fault("count-not-whole", {"value": cell.text})


def _too_long(number: Fraction, scale: int) -> Fault:
    if scale == 0:
        return Fault("number-too-long", {"value": shortest(number)})
    values = {"value": shortest(number), "decimals": str(scale)}
    return Fault("number-too-long-beside", values)


def _others(cells: pl.DataFrame, declared: Input) -> Typed:
    """Dates, yes/no and options: one look at each distinct cell."""
    native = pl.col("whole").is_not_null()
    cells = cells.with_columns(
        pl.coalesce("text", pl.col("whole").cast(pl.String)).alias("text"),
        pl.when(native).then(int(Kind.NUMBER)).otherwise("kind").cast(pl.UInt8).alias("kind"),
    )
    distinct = cells.select("text", "kind").unique()
    reader = _reader(declared)
    codes: list[int | bool | None] = []
    numbers: list[int | None] = []
    reasons: list[Fault] = []
    for text, kind in distinct.iter_rows():
        code = reader(Cell(text, Kind(kind)))
        codes.append(None if isinstance(code, Fault) else code)
        numbers.append(len(reasons) if isinstance(code, Fault) else None)
        if isinstance(code, Fault):
            reasons.append(code)
    dtype = pl.Boolean if declared.type == "yes_no" else pl.Int64
    read_as = distinct.with_columns(
        pl.Series("value", codes, dtype=dtype), pl.Series("fault", numbers, dtype=pl.Int64)
    )
    cells = cells.join(read_as, on=["text", "kind"], how="left", maintain_order="left")
    faults = _faults(cells, reasons)
    good = cells.filter(pl.col("fault").is_null()).select("local", "origin", "value")
    return Typed(good, tuple(faults), None)


def _reader(declared: Input) -> Callable[[Cell], int | bool | Fault]:
    match declared.type:
        case "date":
            return _days
        case "yes_no":
            return read_yes_no
        case _:
            options = declared.options or ()
            return lambda cell: read_option(cell, options)


def _days(cell: Cell) -> int | Fault:
    date = read_date(cell)
    return date if isinstance(date, Fault) else (date - EPOCH).days


def _faults(cells: pl.DataFrame, reasons: list[Fault]) -> list[tuple[int, int, Fault]]:
    if not reasons:
        return []
    bad = cells.filter(pl.col("fault").is_not_null()).select("origin", "local", "fault")
    return [(origin, local, reasons[fault]) for origin, local, fault in bad.iter_rows()]


def outside(
    typed: Typed, low: Fraction | None, high: Fraction | None, code: str = "value-out-of-range"
) -> Typed:
    """`typed` without the numbers below `low` or above `high`, which become faults."""
    scale = typed.scale or 0
    limits = {
        "low": "−∞" if low is None else shortest(low),
        "high": "∞" if high is None else shortest(high),
    }
    bad = pl.lit(value=False)
    if low is not None:
        bad = bad | (pl.col("value") < max(-_FAR, min(_FAR, ceil(low * 10**scale))))
    if high is not None:
        bad = bad | (pl.col("value") > max(-_FAR, min(_FAR, floor(high * 10**scale))))
    rows = typed.good.filter(bad)
    if not rows.height:
        return typed
    faults = [
        (origin, local, Fault(code, {"value": shortest(Fraction(value, 10**scale)), **limits}))
        for local, origin, value in rows.select("local", "origin", "value").iter_rows()
    ]
    return Typed(typed.good.filter(bad.not_()), (*typed.faults, *faults), typed.scale)


def off_step(typed: Typed, increment: Fraction) -> Typed:
    """`typed` without the numbers that are no multiple of `increment`, which become faults."""
    scale = typed.scale or 0
    numbers = [Fraction(value, 10**scale) for value in typed.good["value"].unique().to_list()]
    wrong = [number for number in numbers if (number / increment).denominator != 1]
    if not wrong:
        return typed
    bad = pl.col("value").is_in([int(number * 10**scale) for number in wrong])
    faults = [
        (
            origin,
            local,
            Fault(
                "points-off-increment",
                {"value": shortest(Fraction(value, 10**scale)), "increment": shortest(increment)},
            ),
        )
        for local, origin, value in typed.good.filter(bad)
        .select("local", "origin", "value")
        .iter_rows()
    ]
    return Typed(typed.good.filter(bad.not_()), (*typed.faults, *faults), typed.scale)
