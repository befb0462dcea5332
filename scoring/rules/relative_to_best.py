"""Relative to the best (so với đơn vị cao nhất): M x / the largest x of the group's ranked units.

The largest x is found in a first pass (`scoring.best`).  Where it is not above 0, nobody can be
compared with it, and everyone gets 0.
"""

from fractions import Fraction

from criteria.rules import RelativeToBest
from scoring.reader import Lowered, Reader, at_least
from scoring.terms import ZERO, Branch, Choose, Compare, Constant, Fixed, quotient


def lower(
    rule: RelativeToBest, maximum: Fraction, reader: Reader, path: tuple[int, ...]
) -> Lowered:
    amount = reader.amount(rule.of)
    best = reader.best.get(path, Fraction(0))
    if best <= 0:
        return Lowered(Choose((), ZERO, "no_best"), amount.missing, amount.none)
    share = quotient(maximum / best, amount.numerator, amount.denominator)
    points = Choose(
        (
            Branch(at_least(amount, best), Fixed(maximum), "best"),
            Branch(Compare("<=", amount.numerator, Constant(0)), ZERO, "nothing"),
        ),
        share,
        "relative",
    )
    return Lowered(points, amount.missing, amount.none)
