"""The values a quantity can take, cut into cells at a rule's breakpoints."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from criteria.model import CriteriaSet, Input
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Count,
    Quantity,
    Ratio,
    Sum,
    Tasks,
    quantity_inputs,
)


@dataclass(frozen=True, slots=True)
class Domain:
    """All values of a quantity: from `low` to `high` (None: without end).

    `whole`: only whole numbers occur; `rate`: printed as percent.
    """

    low: Fraction | None
    high: Fraction | None
    whole: bool = False
    rate: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One point, or one open stretch whose ends may be missing; `inner` lies within."""

    low: Fraction
    high: Fraction
    inner: Fraction
    is_point: bool
    whole: bool = False

    def ends(self) -> tuple[Fraction, ...]:
        """Where a linear function is extreme on the cell: its ends, far out where there is none."""
        return (self.inner,) if self.is_point else (self.low, self.high)

    def near(self, edge: Fraction) -> Fraction:
        """A value of the cell close to one of its ends."""
        if self.is_point:
            return self.inner
        if self.whole:
            return Fraction(floor(edge) + 1 if edge == self.low else ceil(edge) - 1)
        return edge + (self.inner - edge) / 1000

    def two(self) -> tuple[Fraction, Fraction]:
        """Two different values of a stretch, the lower one first."""
        return self.near(self.low), self.near(self.high)


_FAR = Fraction(10**6)
"""How far beyond the last breakpoint an endless stretch is looked at; linear, so no matter."""


def domain_of(quantity: Quantity, criteria_set: CriteriaSet) -> Domain:
    """The values that a quantity can take, from the types, ranges and limits of its inputs."""
    zero, one = Fraction(0), Fraction(1)
    match quantity:
        case str():
            return _input_domain(criteria_set.inputs.get(quantity))
        case Ratio(ratio=(a, b)) | Complement(complement=(a, b)):
            declared = criteria_set.inputs.get(a) if isinstance(a, str) else None
            within = declared is not None and declared.at_most == b
            below_zero = _below_zero(quantity, criteria_set)
            if isinstance(quantity, Ratio):
                return Domain(None if below_zero else zero, one if within else None, rate=True)
            return Domain(zero if within else None, None if below_zero else one, rate=True)
        case Change():
            return Domain(None if _below_zero(quantity, criteria_set) else -one, None, rate=True)
        case Attained():
            return Domain(None if _below_zero(quantity, criteria_set) else zero, None, rate=True)
        case Sum():
            return Domain(None if _below_zero(quantity, criteria_set) else zero, None)
        case Tasks():
            return Domain(zero, one, rate=True)
        case Count():
            return Domain(zero, None)
        case _:
            assert_never(quantity)


def _below_zero(quantity: Quantity, criteria_set: CriteriaSet) -> bool:
    """Whether an amount among the inputs may be negative; an amount without a range may."""
    declared = [criteria_set.inputs.get(name) for name in quantity_inputs(quantity)]
    return any(
        each is not None and each.type == "amount" and (each.range is None or each.range[0] < 0)
        for each in declared
    )


def _input_domain(declared: Input | None) -> Domain:
    if declared is None:
        return Domain(None, None)
    low, high = declared.range or (None, None)
    match declared.type:
        case "percent":
            low, high = (Fraction(0), Fraction(100)) if low is None or high is None else (low, high)
            return Domain(low / 100, high / 100, rate=True)
        case "count":
            return Domain(max(low or Fraction(0), Fraction(0)), high, whole=True)
        case _:
            return Domain(low, high)


def cells_of(domain: Domain, breaks: list[Fraction]) -> list[Cell]:
    """The domain as points and open stretches, from the lowest value to the highest."""
    inside = sorted(
        {
            value
            for value in (*breaks, domain.low, domain.high)
            if value is not None
            and (domain.low is None or value >= domain.low)
            and (domain.high is None or value <= domain.high)
        }
    )
    if not inside:
        inside = [Fraction(0)]
    cells: list[Cell] = []
    if domain.low is None:
        cells += _stretch(inside[0] - _FAR, inside[0], inside[0] - 1, domain)
    for position, value in enumerate(inside):
        if not domain.whole or value.denominator == 1:
            cells.append(Cell(value, value, value, is_point=True))
        if position + 1 < len(inside):
            above = inside[position + 1]
            cells += _stretch(value, above, (value + above) / 2, domain)
    if domain.high is None:
        cells += _stretch(inside[-1], inside[-1] + _FAR, inside[-1] + 1, domain)
    return cells


def _stretch(low: Fraction, high: Fraction, inner: Fraction, domain: Domain) -> list[Cell]:
    if domain.whole:
        first = low.numerator // low.denominator + 1
        if first >= high:
            return []
        return [Cell(low, high, Fraction(first), is_point=False, whole=True)]
    return [Cell(low, high, inner, is_point=False)]
