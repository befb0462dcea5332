"""Terms as polars expressions over Int64 (or, where products are large, Int128) columns.

Never floats, never polars Decimal.  `//` on integers rounds down in polars, for negative numbers
too; a division by 0 gives null.  Literals carry their type, since a bare one is an Int32.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from operator import and_, or_
from typing import assert_never

import polars as pl

from inputs.facts import Span
from scoring.terms import (
    NANO,
    NEVER,
    Choose,
    Clip,
    Column,
    Compare,
    Condition,
    Constant,
    Every,
    Fixed,
    Greatest,
    Missing,
    Not,
    Plus,
    Points,
    Quotient,
    Some,
    Times,
    Total,
    Whole,
    Yes,
    billionths,
    largest,
    settle,
    times,
)

_INT64, _INT128 = 2**62 - 1, 2**126 - 1
"""Half of what the types hold, so that no sum of two bounded values overflows either."""


LARGEST_DENOMINATOR = 2**33 - 1
"""Denominators up to here fit into one Int64 together with nine digits."""


class TooLarge(Exception):
    """The term may pass 128 bits for the reported values: it must be worked out exactly."""


@dataclass(frozen=True)
class PolarsTerms:
    """Spells terms for one frame, whose column spans prove which integers are wide enough."""

    spans: Mapping[str, Span]

    def points(self, points: Points) -> pl.Expr:
        """Billionths of a point, rounded down, as Int64; null where a needed value is null.

        Raises: TooLarge.
        """
        expression, wide = self._points(points)
        return expression.cast(pl.Int64) if wide else expression

    def condition(self, condition: Condition) -> pl.Expr:
        """A Boolean; null only where a compared value is null.  Raises: TooLarge."""
        settled = settle(condition, self.spans)
        match settled:
            case Compare(sign=sign, left=left, right=right):
                wide = max(largest(left, self.spans), largest(right, self.spans))
                return _compare(sign, self._whole(left, wide), self._whole(right, wide))
            case Missing(column=column):
                return pl.col(column).is_null()
            case Yes(column=column):
                return pl.col(column)
            case Every(parts=parts):
                return reduce(and_, map(self._certain, parts)) if parts else pl.lit(True)
            case Some(parts=parts):
                return reduce(or_, map(self._certain, parts)) if parts else pl.lit(False)
            case Not(part=part):
                return ~self._certain(part)
            case _:
                assert_never(settled)

    def _certain(self, condition: Condition) -> pl.Expr:
        """The condition with null as false, so that `and`, `or`, `not` mean what they say."""
        expression = self.condition(condition)
        if isinstance(condition, Missing | Every | Some | Not):
            return expression
        return expression.fill_null(False)

    def whole(self, term: Whole) -> pl.Expr:
        """The whole number itself.  Raises: TooLarge."""
        return self._whole(term, largest(term, self.spans))

    def remainder(self, points: Points, fast: pl.Expr) -> pl.Expr:
        """What billionths leave over, as one Int64: digits 10 to 18, times 2^33, plus denominator.

        `fast` holds the points in billionths.  Equal numbers are equal remainders; 1 is none.

        Raises: TooLarge when there is no single denominator up to `LARGEST_DENOMINATOR`.
        """
        match points:
            case Fixed(points=value) if (value * NANO).denominator == 1:
                return literal(1, pl.Int64())
            case Quotient(denominator=Constant(value=value)) if NANO % value == 0:
                return literal(1, pl.Int64())
            case Quotient(numerator=numerator, denominator=denominator):
                above = times(numerator, NANO)
                if largest(denominator, self.spans) > LARGEST_DENOMINATOR:
                    raise TooLarge
                if largest(above, self.spans) > _INT64:
                    raise TooLarge
                below = _spell(denominator, pl.Int64())
                left = _spell(above, pl.Int64()) - fast * below
                digits = (left * literal(NANO, pl.Int64())) // below
                return digits * literal(LARGEST_DENOMINATOR + 1, pl.Int64()) + below
            case Choose(branches=branches, otherwise=otherwise):
                result = self.remainder(otherwise, fast)
                for branch in reversed(branches):
                    when = settle(branch.when, self.spans)
                    if when != NEVER:
                        chosen = pl.when(self.condition(when))
                        result = chosen.then(self.remainder(branch.then, fast)).otherwise(result)
                return result
            case Fixed() | Total() | Greatest() | Clip():
                raise TooLarge
            case _:
                assert_never(points)

    def _whole(self, term: Whole, bound: int) -> pl.Expr:
        if bound > _INT128:
            raise TooLarge
        return _spell(term, pl.Int64() if bound <= _INT64 else pl.Int128())

    def _points(self, points: Points) -> tuple[pl.Expr, bool]:
        """The expression, and whether it is an Int128."""
        match points:
            case Fixed(points=value):
                return _fixed(value), False
            case Quotient(numerator=numerator, denominator=denominator):
                return self._quotient(numerator, denominator)
            case Choose(branches=branches, otherwise=otherwise):
                result, wide = self._points(otherwise)
                for branch in reversed(branches):
                    when = settle(branch.when, self.spans)
                    if when == NEVER:
                        continue
                    then, then_wide = self._points(branch.then)
                    wide = wide or then_wide
                    result = pl.when(self.condition(when)).then(then).otherwise(result)
                return result, wide
            case Total(parts=parts):
                spelled = [self._points(part) for part in parts]
                return pl.sum_horizontal([e for e, _ in spelled]), any(w for _, w in spelled)
            case Greatest(parts=parts):
                spelled = [self._points(part) for part in parts]
                return pl.max_horizontal([e for e, _ in spelled]), any(w for _, w in spelled)
            case Clip(part=part, low=low, high=high):
                expression, wide = self._points(part)
                least, most = _fixed(low), _fixed(high)
                if wide:
                    least, most = least.cast(pl.Int128), most.cast(pl.Int128)
                return expression.clip(least, most), wide
            case _:
                assert_never(points)

    def _quotient(self, numerator: Whole, denominator: Whole) -> tuple[pl.Expr, bool]:
        if isinstance(denominator, Constant):
            factor = Fraction(NANO, denominator.value)
            numerator, denominator = (
                times(numerator, factor.numerator),
                Constant(factor.denominator),
            )
        else:
            numerator = times(numerator, NANO)
        bound = max(largest(numerator, self.spans), largest(denominator, self.spans))
        above = self._whole(numerator, bound)
        wide = bound > _INT64
        if denominator == Constant(1):
            return above, wide
        return above // self._whole(denominator, bound), wide


def _spell(term: Whole, kind: pl.DataType) -> pl.Expr:
    match term:
        case Column(name=name):
            return pl.col(name) if kind == pl.Int64 else pl.col(name).cast(kind)
        case Constant(value=value):
            return literal(value, kind)
        case Plus(parts=parts):
            return reduce(lambda a, b: a + b, (_spell(part, kind) for part in parts))
        case Times(left=left, right=right):
            return _spell(left, kind) * _spell(right, kind)
        case _:
            assert_never(term)


def _compare(sign: str, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    match sign:
        case ">=":
            return left >= right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case "<":
            return left < right
        case _:
            return left == right


def _fixed(value: Fraction) -> pl.Expr:
    return literal(billionths(value), pl.Int64())


@cache
def literal(value: int, kind: pl.DataType) -> pl.Expr:
    """A typed constant; made once, since polars takes its time for it."""
    return pl.lit(value, dtype=kind)
