"""Per item (mỗi ... được ... điểm): x times `points`, never beyond M.

Negative points occur in a part of `sum_of` (no lower end there) and in penalties, whose M is
below 0.
"""

from fractions import Fraction

from criteria.rules import PerItem
from scoring.reader import Lowered, Reader, at_least
from scoring.terms import Branch, Choose, Fixed, quotient


def lower(rule: PerItem, maximum: Fraction, reader: Reader) -> Lowered:
    amount = reader.amount(rule.of)
    earned = quotient(rule.points, amount.numerator, amount.denominator)
    if rule.points * maximum <= 0:  # takes points away from a sum: M is not in its way
        points = Choose((), earned, "items")
    else:
        capped = Branch(at_least(amount, maximum / rule.points), Fixed(maximum), "capped")
        points = Choose((capped,), earned, "items")
    return Lowered(points, amount.missing, amount.none, may_take=rule.points < 0)
