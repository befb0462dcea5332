"""Long division (phép chia) and half-up rounding in formulas, exact in whole numbers.

The quotient that a spreadsheet gives may be off by one next to a whole number.  So every step
keeps the remainder, which is exact; what is off is carried into the next step and put right in
the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scoring.excel_cells import LIMIT
from scoring.excel_numbers import TRUE, Number, Numbers, Test

MOST_DENOMINATOR = 5 * 10**13
"""Denominators up to here leave room for a remainder with one digit more."""


@dataclass(frozen=True, slots=True)
class Divided:
    """The quotient, rounded down; `left` over, from 0 to below the denominator."""

    quotient: Number
    left: Number
    exact: Test


def divided(numbers: Numbers, top: Number, factor: int, bottom: Number, most: int) -> Divided:
    """top x factor / bottom, for top >= 0 and bottom > 0 up to `MOST_DENOMINATOR`.

    `most` bounds the quotient.  Raises: OverflowError when the factor has too large a prime.
    """
    if not bottom.atom and factor % bottom.factor == 0:
        return Divided(_capped(top.scaled(factor // bottom.factor), most), _NONE, TRUE)
    over, under = numbers.plain(top, "numerator"), numbers.plain(bottom, "denominator")
    quotient, left = _step(numbers, over, under, min(over.high, most))
    parts = [quotient]
    steps = _steps(factor, (LIMIT + 1) // (2 * under.high))
    for by in steps:
        quotient, left = _step(numbers, left.scaled(by), under, 2 * by)
        parts = [part.scaled(by) for part in parts] + [quotient]
    first = "+".join(part.text for part in parts if part.text != "0")
    value = sum(part.value for part in parts if isinstance(part.value, int))
    rest = left.value
    assert isinstance(rest, int)
    # In Python every step is right the first time; a spreadsheet may put the last one right.
    text = f"{first}+({left.text}>={under.text})-({left.text}<0)"
    whole = numbers.formula(text, value, 0, most, "quotient")
    fix = f"{left.text}-(({left.text}>={under.text})-({left.text}<0))*{under.text}"
    none = f"OR({left.text}=0,ABS({left.text})={under.text})"
    exact = Test(numbers.calc.put(none, rest == 0, "exact").ref, rest == 0)
    return Divided(whole, Number(1, f"({fix})", rest, 0, under.high - 1), exact)


_NONE = Number(0, "", 0, 0, 0)


def _capped(number: Number, most: int) -> Number:
    """The number with the bounds that are known of it besides."""
    if not number.atom:
        return number
    low, high = max(number.low, 0), min(number.high, most)
    return Number(number.factor, number.atom, number.value, low, high, number.open_)


def _step(numbers: Numbers, top: Number, bottom: Number, most: int) -> tuple[Number, Number]:
    """One step: what it gives, and what is left, from -bottom to twice the bottom."""
    over, under = top.value, bottom.value
    assert isinstance(over, int)
    assert isinstance(under, int)
    text = f"INT({top.text}/{bottom.text})"
    quotient = numbers.formula(text, over // under, -most, most, "quotient")
    # In brackets, since Excel takes a small difference at the end of a formula for 0.
    text = f"({top.text}-{quotient.text}*{bottom.text})"
    left = numbers.formula(text, over % under, -bottom.high, 2 * bottom.high, "remainder")
    return quotient, left


@cache
def _steps(factor: int, most: int) -> tuple[int, ...]:
    """The factor as a product of numbers up to `most`, as few as may be by their order.

    Raises: OverflowError.
    """
    if most >= 1000 and factor == 10**9:
        return (1000, 1000, 1000)
    primes: list[int] = []
    rest, prime = factor, 2
    while prime * prime <= rest:
        while rest % prime == 0:
            primes.append(prime)
            rest //= prime
        prime += 1
    if rest > 1:
        primes.append(rest)
    steps: list[int] = []
    for each in sorted(primes, reverse=True):
        if each > most:
            raise OverflowError(factor)
        fitting = next((at for at, step in enumerate(steps) if step * each <= most), None)
        if fitting is None:
            steps.append(each)
        else:
            steps[fitting] *= each
    return tuple(steps)


def half_up(numbers: Numbers, billionths: Number, places: int, above: Test | None = None) -> Number:
    """Last printed decimals of a number >= 0; `above`: for 9 places, whether a half is left."""
    if places == 9:
        if above is None or above.known is False:
            return billionths
        text, value = f"{billionths.text}+{above.text}", billionths.value
        assert isinstance(value, int)
        return numbers.formula(text, value + above.value, 0, billionths.high + 1, "rounded")
    unit = 10 ** (9 - places)
    value = billionths.value
    assert isinstance(value, int)
    if billionths.factor % unit == 0:
        return billionths.parted(unit)
    text = f"INT(({billionths.text}+{unit // 2})/{unit})"
    high = (billionths.high + unit // 2) // unit
    return numbers.formula(text, (value + unit // 2) // unit, 0, high, "rounded")
