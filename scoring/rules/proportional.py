"""Proportional (theo tỷ lệ): M from `full_at` on, a share of it from `from` on, 0 below."""

from fractions import Fraction

from criteria.rules import Proportional
from scoring.reader import Lowered, Reader, at_least, is_negative
from scoring.terms import ZERO, Branch, Choose, Fixed, quotient


def lower(rule: Proportional, maximum: Fraction, reader: Reader) -> Lowered:
    amount = reader.amount(rule.of)
    full = rule.full_at.value
    coefficient = maximum if rule.coefficient is None else rule.coefficient
    share = quotient(coefficient / full, amount.numerator, amount.denominator)
    points = Choose(
        (
            Branch(at_least(amount, full), Fixed(maximum), "full"),
            Branch(is_negative(amount), ZERO, "below"),
            Branch(at_least(amount, rule.from_.value), share, "share"),
        ),
        ZERO,
        "below",
    )
    return Lowered(points, amount.missing, amount.none)
