"""Terms as DuckDB SQL over BIGINT (or, where products are large, HUGEINT) columns.

DuckDB's `//` cuts towards zero and refuses a division by 0, so both are spelled out here; a
literal is always cast, since a bare `0.1` would be a DECIMAL and a bare `1` an INTEGER.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from inputs.facts import Span
from scoring.polars_terms import TooLarge
from scoring.terms import (
    NANO,
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
    least,
    times,
)

_INT64, _INT128 = 2**62 - 1, 2**126 - 1
"""Half of what the types hold, so that no sum of two bounded values overflows either."""


def quoted(name: str) -> str:
    """A column name for SQL."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class DuckDbTerms:
    """Spells terms for one table, whose column spans prove which integers are wide enough."""

    spans: Mapping[str, Span]

    def points(self, points: Points) -> str:
        """Billionths of a point, rounded down, as BIGINT; NULL where a needed value is NULL.

        Raises: TooLarge.
        """
        return f"({self._points(points)})::BIGINT"

    def condition(self, condition: Condition) -> str:
        """TRUE or FALSE, never NULL.  Raises: TooLarge."""
        match condition:
            case Compare(sign=sign, left=left, right=right):
                bound = max(largest(left, self.spans), largest(right, self.spans))
                sides = self._whole(left, bound), self._whole(right, bound)
                test = "=" if sign == "==" else sign
                return f"coalesce({sides[0]} {test} {sides[1]}, FALSE)"
            case Missing(column=column):
                return f"({quoted(column)} IS NULL)"
            case Yes(column=column):
                return f"coalesce({quoted(column)}, FALSE)"
            case Every(parts=parts):
                return f"({' AND '.join(map(self.condition, parts))})" if parts else "TRUE"
            case Some(parts=parts):
                return f"({' OR '.join(map(self.condition, parts))})" if parts else "FALSE"
            case Not(part=part):
                return f"(NOT {self.condition(part)})"
            case _:
                assert_never(condition)

    def _whole(self, term: Whole, bound: int) -> str:
        if bound > _INT128:
            raise TooLarge
        return _spell(term, "BIGINT" if bound <= _INT64 else "HUGEINT")

    def _points(self, points: Points) -> str:
        match points:
            case Fixed(points=value):
                return _literal(billionths(value))
            case Quotient(numerator=numerator, denominator=denominator):
                return self._quotient(numerator, denominator)
            case Choose(branches=branches, otherwise=otherwise):
                if not branches:
                    return self._points(otherwise)
                cases = " ".join(
                    f"WHEN {self.condition(branch.when)} THEN {self._points(branch.then)}"
                    for branch in branches
                )
                return f"CASE {cases} ELSE {self._points(otherwise)} END"
            case Total(parts=parts):
                return " + ".join(f"coalesce({self._points(part)}, 0)" for part in parts)
            case Greatest(parts=parts):
                return f"greatest({', '.join(self._points(part) for part in parts)})"
            case Clip(part=part, low=low, high=high):
                inner = self._points(part)
                ends = _literal(billionths(low)), _literal(billionths(high))
                clipped = f"least(greatest({inner}, {ends[0]}), {ends[1]})"
                return f"CASE WHEN ({inner}) IS NOT NULL THEN {clipped} END"
            case _:
                assert_never(points)

    def _quotient(self, numerator: Whole, denominator: Whole) -> str:
        if isinstance(denominator, Constant):
            factor = Fraction(NANO, denominator.value)
            numerator, denominator = (
                times(numerator, factor.numerator),
                Constant(factor.denominator),
            )
        else:
            numerator = times(numerator, NANO)
        bound = max(largest(numerator, self.spans), largest(denominator, self.spans))
        above, below = self._whole(numerator, bound), self._whole(denominator, bound)
        if denominator == Constant(1):
            return above
        safe = f"nullif({below}, 0)"
        if least(numerator, self.spans) >= 0 and least(denominator, self.spans) >= 0:
            return f"({above} // {safe})"
        remainder = f"((({above} % {safe}) + {safe}) % {safe})"
        return f"(({above} - {remainder}) // {safe})"


def _spell(term: Whole, kind: str) -> str:
    match term:
        case Column(name=name):
            return f"{quoted(name)}::{kind}"
        case Constant(value=value):
            return f"({value})::{kind}"
        case Plus(parts=parts):
            return f"({' + '.join(_spell(part, kind) for part in parts)})"
        case Times(left=left, right=right):
            return f"({_spell(left, kind)} * {_spell(right, kind)})"
        case _:
            assert_never(term)


def _literal(value: int) -> str:
    return f"({value})::BIGINT"
