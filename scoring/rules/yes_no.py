"""Yes or no (đạt / không đạt): M if yes, 0 if no."""

from fractions import Fraction

from criteria.rules import YesNo
from scoring.reader import Lowered, Reader
from scoring.terms import ZERO, Branch, Choose, Fixed, Missing, Yes


def lower(rule: YesNo, maximum: Fraction, reader: Reader) -> Lowered:
    branch = Branch(Yes(rule.of), Fixed(maximum), "yes")
    return Lowered(Choose((branch,), ZERO, "no"), Missing(rule.of))
