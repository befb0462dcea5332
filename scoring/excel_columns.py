"""From the yellow input cells of a form to the columns of facts, as intake would read them.

What intake would refuse (text in place of a number, a value out of range, too many decimals)
reads as nothing here.  A number beyond 15 digits is `too_large`, since Excel does not hold it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Final, assert_never

from criteria.exact import scaled_half_up
from criteria.model import Input
from inputs.facts import EPOCH
from scoring.excel_cells import LIMIT, TOO_LARGE, CalcSheet, Cell, literal

_ZERO_DAY: Final = datetime.date(1899, 12, 30)
"""Day 0 of Excel's serial numbers, as they run from 1 March 1900 on."""
_FIRST_DAY: Final = (datetime.date(1900, 3, 1) - _ZERO_DAY).days
_LAST_DAY: Final = (datetime.date.max - _ZERO_DAY).days
_EPOCH: Final = (EPOCH - _ZERO_DAY).days
_OPTIONS: Final = 20
"""Options asked for in one formula."""
_NEAR, _NEAR_SHARE = Fraction(1, 10**6), Fraction(1, 10**15)
"""How far a double may lie beside the decimal that was typed, in last decimals or as a share."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An input cell: its absolute reference with sheet, and what stands in it; None: blank.

    A yes/no answer is a bool here and one of two words in the cell; a percent of 95 is 95.
    """

    ref: str
    value: Fraction | int | datetime.date | bool | str | None


def scale_of(declared: Input, decimals: int) -> int:
    """Decimals that are folded into the column of a numeric input: what `Reader.scales` holds."""
    return decimals if declared.type in ("amount", "percent", "points") else 0


def entry_columns(
    calc: CalcSheet,
    name: str,
    declared: Input,
    entries: Mapping[str, Entry],
    *,
    decimals: int,
    low: Fraction | None,
    high: Fraction | None,
    yes: str = "Có",
    no: str = "Không",
) -> dict[str, Cell]:
    """The columns of one input by their names in the facts: `docs_due`, `citizens:4`.

    `entries` by column; `decimals` as the form takes them; `low`, `high` as the input does.
    """
    match declared.type:
        case "count" | "amount" | "percent" | "points":
            scale = scale_of(declared, decimals)
            return {name: _number(calc, name, entries[name], scale, low, high)}
        case "tally":
            columns = [f"{name}:{option}" for option in declared.options or ()]
            found = [_number(calc, column, entries[column], 0, low, high) for column in columns]
            return dict(zip(columns, found, strict=True))
        case "date":
            return {name: _date(calc, name, entries[name])}
        case "yes_no":
            return {name: _words(calc, name, entries[name], [(yes, True), (no, False)])}
        case "choice":
            options = declared.options or ()
            words: list[tuple[str, int]] = [(option, at) for at, option in enumerate(options)]
            return {name: _words(calc, name, entries[name], words)}
        case _:
            assert_never(declared.type)


def limits_of(
    name: str, declared: Input, *, decimals: int, low: Fraction | None, high: Fraction | None
) -> dict[str, tuple[int, int]]:
    """Bounds of the whole numbers in the columns of `entry_columns`; none where a form has none."""
    match declared.type:
        case "date":
            return {name: (_FIRST_DAY - _EPOCH, _LAST_DAY - _EPOCH)}
        case "choice":
            return {name: (0, len(declared.options or ()) - 1)}
        case "yes_no":
            return {}
        case _:
            if low is None or high is None:
                return {}
            scale = 10 ** scale_of(declared, decimals)
            ends = ceil(low * scale), floor(high * scale)
            names = [f"{name}:{o}" for o in declared.options or ()] or [name]
            return dict.fromkeys(names, ends)


def _number(
    calc: CalcSheet,
    column: str,
    entry: Entry,
    scale: int,
    low: Fraction | None,
    high: Fraction | None,
) -> Cell:
    """The number x 10^scale, where it is whole and within its bounds."""
    number = _serial(entry.value)
    raised = None if number is None else number * 10**scale
    nearest = None if raised is None else scaled_half_up(raised, 0)
    typed = f"{entry.ref}*{10**scale}" if scale else entry.ref
    text = f'IF(ISNUMBER({entry.ref}),ROUND({typed},0),"")'
    scaled = calc.put(text, "" if nearest is None else nearest, "scaled")
    least = None if low is None else ceil(low * 10**scale)
    most = None if high is None else floor(high * 10**scale)
    tests = [f"ABS({typed}-{scaled.ref})<=MAX(0.000001,ABS({scaled.ref})*1E-15)"]
    tests += [] if least is None or least < -LIMIT else [f"{scaled.ref}>={least}"]
    tests += [] if most is None or most > LIMIT else [f"{scaled.ref}<={most}"]
    inner = f'IF(AND({",".join(tests)}),{scaled.ref},"")'
    if least is None or least < -LIMIT or most is None or most > LIMIT:
        inner = f'IF(ABS({scaled.ref})>{LIMIT},"{TOO_LARGE}",{inner})'
    value: int | str = ""
    if nearest is not None and raised is not None:
        near = abs(raised - nearest) <= max(_NEAR, abs(nearest) * _NEAR_SHARE)
        within = (least is None or nearest >= least) and (most is None or nearest <= most)
        value = nearest if near and within else ""
        unbound = least is None or most is None or least < -LIMIT or most > LIMIT
        if abs(nearest) > LIMIT:
            value = TOO_LARGE if unbound else ""
    return calc.put(f'IF(ISNUMBER({scaled.ref}),{inner},"")', value, column)


def _serial(value: Fraction | int | datetime.date | bool | str | None) -> Fraction | None:
    """The number that Excel sees in the cell."""
    match value:
        case bool() | str() | None:
            return None
        case datetime.date():
            return Fraction((value - _ZERO_DAY).days)
        case _:
            return Fraction(value)


def _date(calc: CalcSheet, column: str, entry: Entry) -> Cell:
    """Days since 1970-01-01; the time of day is nothing that a form asks for."""
    serial = _serial(entry.value)
    value: int | str = ""
    if serial is not None and serial.denominator == 1 and _FIRST_DAY <= serial <= _LAST_DAY:
        value = serial.numerator - _EPOCH
    ref = entry.ref
    tests = f"{ref}=INT({ref}),{ref}>={_FIRST_DAY},{ref}<={_LAST_DAY}"
    text = f'IF(ISNUMBER({ref}),IF(AND({tests}),{ref}-{_EPOCH},""),"")'
    return calc.put(text, value, column)


def _words(
    calc: CalcSheet, column: str, entry: Entry, words: Sequence[tuple[str, int | bool]]
) -> Cell:
    """What a word stands for; capitals count, as in the list that the cell offers."""
    said = entry.value
    if isinstance(said, bool):
        said = next(word for word, meant in words if meant is said)
    value = next((meant for word, meant in words if word == said), "")
    rest = '""'
    for start in reversed(range(0, len(words), _OPTIONS)):
        some = words[start : start + _OPTIONS]
        text = rest
        for word, meant in reversed(some):
            text = f"IF(EXACT({entry.ref},{literal(word)}),{literal(meant)},{text})"
        found = next((meant for word, meant in words[start:] if word == said), "")
        cell = calc.put(text, found if start else value, column)
        rest = cell.ref
    return cell
