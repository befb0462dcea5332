"""Deduct (mỗi ... trừ ...): M less x times `points` or `percent_of_maximum`, at least 0."""

from fractions import Fraction

from criteria.rules import Deduct
from scoring.reader import Lowered, Reader, at_least, is_negative
from scoring.terms import ZERO, Branch, Choose, Fixed, Quotient, plus, times


def lower(rule: Deduct, maximum: Fraction, reader: Reader) -> Lowered:
    amount = reader.amount(rule.of)
    if rule.percent_of_maximum is not None:
        each = maximum * rule.percent_of_maximum / 100
    else:
        each = (rule.points or Fraction(0)) * (1 if maximum > 0 else -1)
    shared = maximum.denominator * each.denominator
    left = Quotient(
        plus(
            times(amount.denominator, maximum.numerator * each.denominator),
            times(amount.numerator, -each.numerator * maximum.denominator),
        ),
        times(amount.denominator, shared),
    )
    used_up = Branch(at_least(amount, maximum / each), ZERO, "used_up")
    nothing = Branch(is_negative(amount), Fixed(maximum), "deducted")
    return Lowered(Choose((used_up, nothing), left, "deducted"), amount.missing, amount.none)
