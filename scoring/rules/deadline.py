"""Deadline (thời hạn): the first tier whose day is not passed; otherwise 0."""

from fractions import Fraction

from criteria.rules import Deadline
from inputs.facts import EPOCH
from scoring.reader import Lowered, Reader, worth
from scoring.terms import ZERO, Branch, Choose, Column, Compare, Constant, Fixed, Missing


def lower(rule: Deadline, maximum: Fraction, reader: Reader) -> Lowered:
    day = Column(rule.of)
    branches = tuple(
        Branch(
            Compare("<=", day, Constant((tier.by - EPOCH).days)),
            Fixed(worth(tier.points, maximum)),
            f"tier:{position}",
        )
        for position, tier in enumerate(rule.tiers, start=1)
    )
    return Lowered(Choose(branches, ZERO, "late"), Missing(rule.of))
