"""Line (nội suy): a straight line through two points, flat outside them; it may fall."""

from fractions import Fraction

from criteria.rules import Line
from scoring.reader import Lowered, Reader, at_least, at_most, worth
from scoring.terms import Branch, Choose, Fixed, Quotient, plus, times


def lower(rule: Line, maximum: Fraction, reader: Reader) -> Lowered:
    amount = reader.amount(rule.of)
    (x0, p0), (x1, p1) = sorted(
        (point.at.value, worth(point.points, maximum)) for point in rule.through
    )
    slope = (p1 - p0) / (x1 - x0)
    start = p0 - slope * x0
    # start + slope * n / d over one common denominator
    shared = start.denominator * slope.denominator
    between = Quotient(
        plus(
            times(amount.denominator, start.numerator * slope.denominator),
            times(amount.numerator, slope.numerator * start.denominator),
        ),
        times(amount.denominator, shared),
    )
    points = Choose(
        (
            Branch(at_most(amount, x0), Fixed(p0), "before"),
            Branch(at_least(amount, x1), Fixed(p1), "after"),
        ),
        between,
        "between",
    )
    return Lowered(points, amount.missing, amount.none, safe=False)
