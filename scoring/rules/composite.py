"""Rules made of rules: `sum_of` (tổng các phần) and `best_of` (trường hợp điểm cao nhất).

A part whose answer is missing, or whose quantity does not exist, earns 0.  The whole is scored
when any part is; otherwise it is missing when any part is missing; otherwise it does not exist.
One exception: a missing part of a sum that might take points away makes the whole missing, so
that not reporting never pays.
"""

from collections.abc import Sequence
from fractions import Fraction

from scoring.reader import Lowered
from scoring.terms import (
    ZERO,
    Branch,
    Choose,
    Clip,
    Greatest,
    Points,
    Total,
    every,
    negate,
    some,
)


def sum_of(parts: Sequence[Lowered], maximum: Fraction) -> Lowered:
    total = Total(tuple(_scored_or_zero(part) for part in parts))
    low, high = min(maximum, Fraction(0)), max(maximum, Fraction(0))
    combined = _combine(parts, Clip(total, low, high))
    # In a penalty every part takes points away: there, what is not reported takes nothing.
    unreported = some(*(part.missing for part in parts if part.may_take and maximum > 0))
    return Lowered(
        combined.points,
        some(combined.missing, unreported),
        every(combined.none, negate(unreported)),
        safe=False,
    )


def best_of(parts: Sequence[Lowered], maximum: Fraction) -> Lowered:
    greatest = Greatest(tuple(_scored_or_zero(part) for part in parts))
    low, high = min(maximum, Fraction(0)), max(maximum, Fraction(0))
    return _combine(parts, Clip(greatest, low, high))


def _scored_or_zero(part: Lowered) -> Points:
    return Choose(
        (Branch(part.missing, ZERO, "missing"), Branch(part.none, ZERO, "none")),
        part.points,
        "",
    )


def _combine(parts: Sequence[Lowered], points: Points) -> Lowered:
    unscored = every(*(some(part.missing, part.none) for part in parts))
    any_missing = some(*(part.missing for part in parts))
    return Lowered(
        points,
        every(unscored, any_missing),
        every(unscored, negate(any_missing)),
        safe=False,
    )
