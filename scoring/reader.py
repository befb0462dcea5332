"""How rules see the facts of a set: quantities, flags and options as terms over columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import assert_never

from criteria.model import CriteriaSet
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Count,
    Quantity,
    Ratio,
    Sum,
    Tasks,
    count_column,
    share_columns,
    term_inputs,
)
from criteria.scalars import MAXIMUM
from scoring.terms import (
    NEVER,
    Column,
    Compare,
    Condition,
    Constant,
    Missing,
    Points,
    Whole,
    every,
    negate,
    plus,
    some,
    times,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity as numerator / denominator, where it is reported and where it exists.

    `missing` and `none` never hold together; where neither holds, the denominator is above 0.
    """

    numerator: Whole
    denominator: Whole
    missing: Condition
    none: Condition = NEVER


@dataclass(frozen=True, slots=True)
class Lowered:
    """A rule as terms: the points where it is `missing` or `none` nowhere.

    `safe`: the points come out as 0 (or null) by themselves where an answer is missing.
    `may_take`: the points may be below 0, so that not reporting must not pay.
    """

    points: Points
    missing: Condition
    none: Condition = NEVER
    safe: bool = True
    may_take: bool = False


@dataclass(frozen=True)
class Reader:
    """What a rule may ask of the facts.  `best` holds the largest quantity of the group for each
    `relative_to_best` of the leaf, by the path of its parts; it is empty on the first pass."""

    set: CriteriaSet
    scales: Mapping[str, int]
    best: Mapping[tuple[int, ...], Fraction] = field(default_factory=dict)

    def amount(self, of: Quantity) -> Amount:
        """A quantity of the criteria language; percent inputs count as rates."""
        match of:
            case str():
                return self._one((of,))
            case Ratio(ratio=(a, b)):
                return self._over(self._term(a), self._term(b))
            case Complement(complement=(a, b)):
                part, whole = self._term(a), self._term(b)
                return self._over(_less(whole, part), whole)
            case Change(change=(now, before)):
                after, then = self._term(now), self._term(before)
                return self._over(_less(after, then), then)
            case Sum(sum=names):
                return self._one(names)
            case Attained(attained=(name, target_id)):
                target = self.set.targets[target_id].value.value
                result = self._one((name,))
                return Amount(
                    times(result.numerator, target.denominator),
                    times(result.denominator, target.numerator),
                    result.missing,
                )
            case Tasks(tasks=share):
                done, due = (Column(column.name) for column in share_columns(share))
                return Amount(done, due, NEVER, Compare("==", due, Constant(0)))
            case Count(count=number):
                return Amount(Column(count_column(number).name), Constant(1), NEVER)
            case _:
                assert_never(of)

    def _term(self, term: str | Sum) -> Amount:
        return self._one(term_inputs(term))

    def _one(self, names: tuple[str, ...]) -> Amount:
        """The sum of some inputs, over the one constant denominator they share."""
        places = max(self.scales[name] for name in names)
        parts = tuple(times(Column(name), 10 ** (places - self.scales[name])) for name in names)
        percent = self.set.inputs[names[0]].type == "percent"
        denominator = Constant(10**places * (100 if percent else 1))
        return Amount(plus(*parts), denominator, some(*(Missing(name) for name in names)))

    def _over(self, top: Amount, bottom: Amount) -> Amount:
        """top / bottom; where bottom is 0 it does not exist, whether top is reported or not."""
        none = Compare("==", bottom.numerator, Constant(0))
        missing = some(bottom.missing, every(top.missing, negate(none)))
        return Amount(
            times(top.numerator, bottom.denominator),
            times(bottom.numerator, top.denominator),
            missing,
            none,
        )

    def option(self, name: str, option: str) -> Condition:
        """The choice input has this option."""
        position = (self.set.inputs[name].options or ()).index(option)
        return Compare("==", Column(name), Constant(position))

    def tally(self, name: str) -> Mapping[str, Column]:
        """The columns of a tally, by option."""
        return {o: Column(f"{name}:{o}") for o in self.set.inputs[name].options or ()}


def _less(left: Amount, right: Amount) -> Amount:
    """left - right, on the product of their constant denominators where these differ."""
    if left.denominator == right.denominator:
        top = plus(left.numerator, times(right.numerator, -1))
        bottom = left.denominator
    else:
        top = plus(
            times(left.numerator, right.denominator),
            times(times(right.numerator, left.denominator), -1),
        )
        bottom = times(left.denominator, right.denominator)
    return Amount(top, bottom, some(left.missing, right.missing))


def at_least(amount: Amount, bound: Fraction) -> Condition:
    """quantity >= bound, multiplied out."""
    return _compare(">=", amount, bound)


def above(amount: Amount, bound: Fraction) -> Condition:
    return _compare(">", amount, bound)


def at_most(amount: Amount, bound: Fraction) -> Condition:
    return _compare("<=", amount, bound)


def below(amount: Amount, bound: Fraction) -> Condition:
    return _compare("<", amount, bound)


def is_negative(amount: Amount) -> Condition:
    """The quantity is below 0 (a fall of `change`, a negative amount)."""
    return Compare("<", amount.numerator, Constant(0))


def _compare(sign: str, amount: Amount, bound: Fraction) -> Condition:
    left = times(amount.numerator, bound.denominator)
    right = times(amount.denominator, bound.numerator)
    match sign:
        case ">=":
            return Compare(">=", left, right)
        case ">":
            return Compare(">", left, right)
        case "<=":
            return Compare("<=", left, right)
        case _:
            return Compare("<", left, right)


def worth(points: Fraction | str, maximum: Fraction) -> Fraction:
    """Points as written: a number, or the word `maximum`."""
    return maximum if points == MAXIMUM else Fraction(points)
