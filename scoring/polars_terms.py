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
    largest,
    settle,
    times,
)

_INT64, _INT128 = 2**62 - 1, 2**126 - 1
"""Half of what the types hold, so that no sum of two bounded values overflows either."""


LARGEST_DENOMINATOR = 2**48 - 1
"""Denominators up to here fit into one Int128 together with points on the finest scale."""


class TooLarge(Exception):
    """The term may pass 128 bits for the reported values: it must be worked out exactly."""


@dataclass(frozen=True)
class PolarsTerms:
    """Spells terms for one frame, whose column spans prove which integers are wide enough.

    `unit`: how many parts of a point are counted; billionths come as Int64, finer ones as Int128.
    """

    spans: Mapping[str, Span]
    unit: int = NANO

    def points(self, points: Points) -> pl.Expr:
        """Points in `unit`-ths, rounded down; null where a needed value is null.

        Raises: TooLarge.
        """
        expression, wide = self._points(points)
        if self.unit != NANO:
            return expression.cast(pl.Int128)
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

    def denominator(self, points: Points) -> pl.Expr:
        """The denominator of the points as Int128; 1 where they are the same for every unit.

        Raises: TooLarge when it may pass `LARGEST_DENOMINATOR`, or is not a single one.
        """
        match points:
            case Fixed():
                return literal(1, pl.Int128())
            case Quotient(denominator=denominator):
                if largest(denominator, self.spans) > LARGEST_DENOMINATOR:
                    raise TooLarge
                return _spell(denominator, pl.Int128())
            case Choose(branches=branches, otherwise=otherwise):
                result = self.denominator(otherwise)
                for branch in reversed(branches):
                    when = settle(branch.when, self.spans)
                    if when != NEVER:
                        chosen = pl.when(self.condition(when)).then(self.denominator(branch.then))
                        result = chosen.otherwise(result)
                return result
            case Total() | Greatest() | Clip():
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
                return self._fixed(value)
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
                (least, _), (most, wide_end) = self._fixed(low), self._fixed(high)
                if wide or wide_end:
                    least, most = least.cast(pl.Int128), most.cast(pl.Int128)
                return expression.clip(least, most), wide or wide_end
            case _:
                assert_never(points)

    def _fixed(self, value: Fraction) -> tuple[pl.Expr, bool]:
        scaled = value.numerator * self.unit // value.denominator
        wide = self.unit != NANO
        return literal(scaled, pl.Int128() if wide else pl.Int64()), wide

    def _quotient(self, numerator: Whole, denominator: Whole) -> tuple[pl.Expr, bool]:
        if isinstance(denominator, Constant):
            factor = Fraction(self.unit, denominator.value)
            numerator, denominator = (
                times(numerator, factor.numerator),
                Constant(factor.denominator),
            )
        else:
            numerator = times(numerator, self.unit)
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


@cache
def literal(value: int, kind: pl.DataType) -> pl.Expr:
    """A typed constant; made once, since polars takes its time for it."""
    return pl.lit(value, dtype=kind)
