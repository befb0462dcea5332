"""Per item (mỗi ... được ... điểm): x times `points`, never beyond M.

Negative points occur in a part of `sum_of` (no lower end there) and in penalties, whose M is
below 0.
"""

from fractions import Fraction

from criteria.rules import PerItem
from scoring.reader import Lowered, Reader, at_least, at_most
from scoring.terms import Branch, Choose, Fixed, quotient


def lower(rule: PerItem, maximum: Fraction, reader: Reader) -> Lowered:
    amount = reader.amount(rule.of)
    earned = quotient(rule.points, amount.numerator, amount.denominator)
    # Where points and M differ in sign, only a quantity below 0 can lead to M.
    reached = at_least if rule.points * maximum > 0 else at_most
    capped = Branch(reached(amount, maximum / rule.points), Fixed(maximum), "capped")
    points = Choose((capped,), earned, "items")
    return Lowered(points, amount.missing, amount.none, may_take=rule.points < 0)
