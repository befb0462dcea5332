"""Terms: the few things every rule is made of, so that each engine need only spell these.

A rule kind is lowered once (`scoring/rules/<kind>.py`) to a tree of these terms.  The tree is
then spelled as a polars expression (`polars_terms`), as DuckDB SQL (`duckdb_terms`) and worked
out in fractions (`exact_terms`).  All arithmetic under a term is on whole numbers; a rational is
a numerator and a denominator, divided once, at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Literal, TypeAlias, assert_never

from inputs.facts import Span

NANO = 10**9
"""Points are carried in billionths (fixed point, Int64) on the fast path."""


def billionths(value: Fraction) -> int:
    """The value in billionths, rounded down."""
    scaled: int = value.numerator * NANO // value.denominator
    return scaled


# --- whole numbers -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Column:
    """A whole-number column of the facts; null where nothing was reported."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    value: int


@dataclass(frozen=True, slots=True)
class Plus:
    parts: tuple[Whole, ...]


@dataclass(frozen=True, slots=True)
class Times:
    left: Whole
    right: Whole


Whole: TypeAlias = Column | Constant | Plus | Times


def times(left: Whole, right: Whole | int) -> Whole:
    """A product, with constants multiplied out."""
    if isinstance(right, int):
        right = Constant(right)
    if isinstance(left, Constant) and isinstance(right, Constant):
        return Constant(left.value * right.value)
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Constant) and one.value == 1:
            return other
        if isinstance(one, Constant) and one.value == 0:
            return Constant(0)
    if isinstance(left, Times) and isinstance(left.right, Constant) and isinstance(right, Constant):
        return times(left.left, left.right.value * right.value)
    return Times(left, right)


def plus(*parts: Whole) -> Whole:
    """A sum; a single part stands for itself."""
    return parts[0] if len(parts) == 1 else Plus(parts)


# --- conditions --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compare:
    """left <sign> right; not met where either is null."""

    sign: Literal[">=", ">", "<=", "<", "=="]
    left: Whole
    right: Whole


@dataclass(frozen=True, slots=True)
class Missing:
    """The column holds nothing for this unit."""

    column: str


@dataclass(frozen=True, slots=True)
class Yes:
    """The yes/no column says yes."""

    column: str


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


Condition: TypeAlias = Compare | Missing | Yes | Every | Some | Not
ALWAYS = Every(())
NEVER = Some(())


def every(*parts: Condition) -> Condition:
    """All hold; parts that always hold are left out, a part that never does decides."""
    kept = [part for part in parts if part != ALWAYS]
    if NEVER in kept:
        return NEVER
    return kept[0] if len(kept) == 1 else Every(tuple(kept))


def some(*parts: Condition) -> Condition:
    """At least one holds."""
    kept = [part for part in dict.fromkeys(parts) if part != NEVER]
    if ALWAYS in kept:
        return ALWAYS
    return kept[0] if len(kept) == 1 else Some(tuple(kept))


def negate(part: Condition) -> Condition:
    """The contrary, for conditions that are never null themselves."""
    if part == ALWAYS:
        return NEVER
    if part == NEVER:
        return ALWAYS
    return Not(part)


# --- points ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same points for every unit that gets here."""

    points: Fraction


@dataclass(frozen=True, slots=True)
class Quotient:
    """numerator / denominator points; the denominator is above 0 for every unit that gets here."""

    numerator: Whole
    denominator: Whole


@dataclass(frozen=True, slots=True)
class Branch:
    """Where `when` holds, `then`; `label` names the branch in the ledger."""

    when: Condition
    then: Points
    label: str


@dataclass(frozen=True, slots=True)
class Choose:
    """The first branch whose condition holds, else `otherwise`."""

    branches: tuple[Branch, ...]
    otherwise: Points
    label: str


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the parts."""

    parts: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class Greatest:
    """The greatest of the parts."""

    parts: tuple[Points, ...]


@dataclass(frozen=True, slots=True)
class Clip:
    """The part, kept within low and high."""

    part: Points
    low: Fraction
    high: Fraction


Points: TypeAlias = Fixed | Quotient | Choose | Total | Greatest | Clip

ZERO = Fixed(Fraction(0))


def quotient(factor: Fraction, numerator: Whole, denominator: Whole) -> Points:
    """factor x numerator / denominator, with the constants reduced."""
    top, bottom = factor.numerator, factor.denominator
    if isinstance(denominator, Constant):
        bottom, denominator = bottom * denominator.value, Constant(1)
        shared = gcd(top, bottom)
        top, bottom = top // shared, bottom // shared
    return Quotient(times(numerator, top), times(denominator, bottom))


# --- what can be known before anything is computed ------------------------------------------------


def largest(term: Whole, spans: Mapping[str, Span]) -> int:
    """A bound on the absolute value of the term and of all that is computed on the way to it."""
    match term:
        case Column(name=name):
            return max(abs(spans[name].low), abs(spans[name].high))
        case Constant(value=value):
            return abs(value)
        case Plus(parts=parts):
            return sum(largest(part, spans) for part in parts)
        case Times(left=left, right=right):
            sides = largest(left, spans), largest(right, spans)
            return max(sides[0] * sides[1], *sides)
        case _:
            assert_never(term)


def least(term: Whole, spans: Mapping[str, Span]) -> int:
    """A lower bound of the term."""
    match term:
        case Column(name=name):
            return spans[name].low
        case Constant(value=value):
            return value
        case Plus(parts=parts):
            return sum(least(part, spans) for part in parts)
        case Times(left=left, right=right):
            low = min(least(left, spans), 0), min(least(right, spans), 0)
            if low == (0, 0):
                return least(left, spans) * least(right, spans)
            return -largest(left, spans) * largest(right, spans)
        case _:
            assert_never(term)


def settle(condition: Condition, spans: Mapping[str, Span]) -> Condition:
    """The condition without what the reported values already decide for every unit."""
    match condition:
        case Missing(column=column):
            return condition if spans[column].nulls else NEVER
        case Compare(sign="==", left=left, right=Constant(value=0)) if least(left, spans) > 0:
            return NEVER
        case Compare(sign="==", left=Column(name=name), right=Constant(value=value)) if not (
            spans[name].low <= value <= spans[name].high
        ):
            return NEVER
        case Compare(sign="<", left=left, right=Constant(value=0)) if least(left, spans) >= 0:
            return NEVER
        case Compare() | Yes():
            return condition
        case Every(parts=parts):
            return every(*(settle(part, spans) for part in parts))
        case Some(parts=parts):
            return some(*(settle(part, spans) for part in parts))
        case Not(part=part):
            return negate(settle(part, spans))
        case _:
            assert_never(condition)


def error_width(points: Points) -> int:
    """By how many billionths the fast path may fall short of the exact points.

    Every division is rounded down, so the truth lies in [fast, fast + width].
    """
    match points:
        case Fixed(points=value):
            return 0 if (value * NANO).denominator == 1 else 1
        case Quotient(denominator=Constant(value=value)) if NANO % value == 0:
            return 0
        case Quotient():
            return 1
        case Choose(branches=branches, otherwise=otherwise):
            return max([error_width(otherwise), *(error_width(b.then) for b in branches)])
        case Total(parts=parts):
            return sum(error_width(part) for part in parts)
        case Greatest(parts=parts):
            return max(error_width(part) for part in parts)
        case Clip(part=part, low=low, high=high):
            return max(error_width(part), error_width(Fixed(low)), error_width(Fixed(high)))
        case _:
            assert_never(points)
