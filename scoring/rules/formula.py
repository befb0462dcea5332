"""Formula (công thức): a small arithmetic expression, worked out as one fraction.

The expression becomes a single numerator and denominator, so nothing is rounded on the way.  A
division by a reported 0 anywhere means that the quantity does not exist, whatever else is blank.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from criteria.formula import (
    Expression,
    Extreme,
    Name,
    Number,
    Operation,
    formula_inputs,
    parse_formula,
)
from criteria.rules import Formula
from scoring.reader import Lowered, Reader
from scoring.terms import (
    ZERO,
    Branch,
    Choose,
    Clip,
    Compare,
    Condition,
    Constant,
    Points,
    Quotient,
    Whole,
    every,
    negate,
    plus,
    some,
    times,
)


@dataclass(frozen=True, slots=True)
class _Value:
    """One way the expression can come out: as numerator / denominator (above 0) where `when`."""

    numerator: Whole
    denominator: Whole
    when: tuple[Condition, ...] = ()


def lower(rule: Formula, maximum: Fraction, reader: Reader) -> Lowered:
    work = _Work(maximum, reader)
    values = work.values(parse_formula(rule.of))
    points: Points = ZERO
    for value in reversed(values):
        found = Quotient(value.numerator, value.denominator)
        points = (
            Choose((Branch(every(*value.when), found, "formula"),), points, "")
            if value.when
            else Choose((), found, "formula")
        )
    low, high = min(maximum, Fraction(0)), max(maximum, Fraction(0))
    none = some(*work.zero)
    missing = every(some(*work.missing), negate(none))
    return Lowered(Clip(points, low, high), missing, none, safe=False)


class _Work:
    def __init__(self, maximum: Fraction, reader: Reader) -> None:
        self.maximum, self.reader = maximum, reader
        self.missing: list[Condition] = []
        self.zero: list[Condition] = []

    def values(self, tree: Expression) -> list[_Value]:
        """All ways the expression can come out; exactly one holds for each unit."""
        match tree:
            case Number(value=value):
                return [_Value(Constant(value.numerator), Constant(value.denominator))]
            case Name(name="maximum"):
                number = self.maximum
                return [_Value(Constant(number.numerator), Constant(number.denominator))]
            case Name(name=name):
                amount = self.reader.amount(name)
                self.missing.append(amount.missing)
                return [_Value(amount.numerator, amount.denominator)]
            case Operation(sign=sign, left=left, right=right):
                pairs = [(a, b) for a in self.values(left) for b in self.values(right)]
                if sign == "/":
                    reported = [self.reported(name) for name in formula_inputs(right)]
                    return [value for a, b in pairs for value in self.over(a, b, reported)]
                return [_combine(sign, a, b) for a, b in pairs]
            case Extreme(which=which, parts=parts):
                found = self.values(parts[0])
                for part in parts[1:]:
                    others = self.values(part)
                    found = [v for a in found for b in others for v in _extreme(which, a, b)]
                return found
            case _:
                assert_never(tree)

    def reported(self, name: str) -> Condition:
        return negate(self.reader.amount(name).missing)

    def over(self, a: _Value, b: _Value, reported: list[Condition]) -> list[_Value]:
        """a / b: the sign of b goes into the numerator, so that denominators stay above 0."""
        when = (*a.when, *b.when)
        zero = Compare("==", b.numerator, Constant(0))
        self.zero.append(every(*reported, *b.when, zero))
        top, bottom = times(a.numerator, b.denominator), times(a.denominator, b.numerator)
        if b.numerator == Constant(0):
            return []  # divided by nothing but 0: it never comes out
        if isinstance(b.numerator, Constant):
            sign = 1 if b.numerator.value > 0 else -1
            return [_Value(times(top, sign), times(bottom, sign), when)]
        above = Compare(">", b.numerator, Constant(0))
        below = Compare("<", b.numerator, Constant(0))
        return [
            _Value(top, bottom, (*when, above)),
            _Value(times(top, -1), times(bottom, -1), (*when, below)),
        ]


def _combine(sign: str, a: _Value, b: _Value) -> _Value:
    when = (*a.when, *b.when)
    bottom = times(a.denominator, b.denominator)
    if sign == "*":
        return _Value(times(a.numerator, b.numerator), bottom, when)
    direction = 1 if sign == "+" else -1
    if a.denominator == b.denominator:
        return _Value(plus(a.numerator, times(b.numerator, direction)), a.denominator, when)
    top = plus(
        times(a.numerator, b.denominator), times(times(b.numerator, a.denominator), direction)
    )
    return _Value(top, bottom, when)


def _extreme(which: str, a: _Value, b: _Value) -> list[_Value]:
    """min or max of two: whichever it is, under the condition that it is the one."""
    left, right = times(a.numerator, b.denominator), times(b.numerator, a.denominator)
    a_above = Compare(">=", left, right)
    b_above = Compare("<", left, right)
    first, second = (a_above, b_above) if which == "max" else (b_above, a_above)
    when = (*a.when, *b.when)
    return [
        _Value(a.numerator, a.denominator, (*when, first)),
        _Value(b.numerator, b.denominator, (*when, second)),
    ]
