"""Choice (lựa chọn): the points of the option that was reported."""

from fractions import Fraction

from criteria.rules import Choice
from scoring.reader import Lowered, Reader, worth
from scoring.terms import ZERO, Branch, Choose, Fixed, Missing


def lower(rule: Choice, maximum: Fraction, reader: Reader) -> Lowered:
    branches = tuple(
        Branch(reader.option(rule.of, option), Fixed(worth(points, maximum)), f"option:{option}")
        for option, points in rule.points.items()
    )
    return Lowered(Choose(branches, ZERO, "option:none"), Missing(rule.of))
