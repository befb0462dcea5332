"""Exact numbers: reading, rounding and printing rationals (số hữu tỷ), never a binary float.

Every bound, maximum and point in the project is a `fractions.Fraction`.  This file is the
only place that knows how a number is spelled in a criteria set and how one is printed.
"""

import re
from fractions import Fraction

_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def parse_plain(text: str) -> Fraction | None:
    """The number that a plain decimal spelling (`-0.25`, `12`) stands for; None if it is not one.

    >>> parse_plain("0.1")
    Fraction(1, 10)
    >>> parse_plain("1e3") is None
    True
    """
    return Fraction(text) if _PLAIN.fullmatch(text) else None


def round_half_up(value: Fraction, places: int) -> Fraction:
    """`value` to `places` decimals; a half goes away from zero, as Excel's ROUND does.

    >>> round_half_up(Fraction("2.675"), 2), round_half_up(Fraction("-0.125"), 2)
    (Fraction(67, 25), Fraction(-13, 100))
    """
    return Fraction(scaled_half_up(value, places), 10**places)


def scaled_half_up(value: Fraction, places: int) -> int:
    """`value` in units of its last printed decimal, half away from zero: 2.675 -> 268."""
    numerator, denominator = abs(value.numerator) * 10**places, value.denominator
    scaled: int = (2 * numerator + denominator) // (2 * denominator)
    return -scaled if value < 0 else scaled


def fixed(value: Fraction, places: int) -> str:
    """`value` printed with exactly `places` decimals, half up, with a point: `88.45`."""
    return fixed_from_scaled(scaled_half_up(value, places), places)


def fixed_from_scaled(scaled: int, places: int) -> str:
    """Print an integer number of last decimals: (8845, 2) -> `88.45`."""
    sign, digits = "-" if scaled < 0 else "", str(abs(scaled)).rjust(places + 1, "0")
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def shortest(value: Fraction) -> str:
    """The decimal spelling when it ends (`0.25`, `2`), otherwise the fraction (`1/3`).

    >>> shortest(Fraction(5, 4)), shortest(Fraction(1, 3)), shortest(Fraction(3))
    ('1.25', '1/3', '3')
    """
    places = decimals_needed(value)
    return str(value) if places is None else fixed(value, places)


def decimals_needed(value: Fraction) -> int | None:
    """How many decimals spell `value` exactly; None when no number of them does."""
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
