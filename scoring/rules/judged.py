"""Judged (thẩm định): the points that a reviewer gave, kept within 0 and M."""

from fractions import Fraction

from criteria.rules import Judged
from scoring.reader import Lowered, Reader
from scoring.terms import Choose, Clip, Column, Constant, Missing, quotient


def lower(rule: Judged, maximum: Fraction, reader: Reader) -> Lowered:
    given = quotient(Fraction(1), Column(rule.of), Constant(10 ** reader.scales[rule.of]))
    low, high = min(maximum, Fraction(0)), max(maximum, Fraction(0))
    return Lowered(Clip(Choose((), given, "judged"), low, high), Missing(rule.of))
