"""Steps (thang bậc): the first step whose bounds hold, in the order written; otherwise 0."""

from fractions import Fraction

from criteria.rules import Step, Steps
from scoring.reader import Amount, Lowered, Reader, above, at_least, at_most, below, worth
from scoring.terms import ZERO, Branch, Choose, Condition, Fixed, every


def lower(rule: Steps, maximum: Fraction, reader: Reader) -> Lowered:
    amount = reader.amount(rule.of)
    branches = tuple(
        Branch(_holds(step, amount), Fixed(worth(step.points, maximum)), f"step:{position}")
        for position, step in enumerate(rule.steps, start=1)
    )
    return Lowered(Choose(branches, ZERO, "step:none"), amount.missing, amount.none)


def _holds(step: Step, amount: Amount) -> Condition:
    tests = (
        (at_least, step.at_least),
        (above, step.above),
        (at_most, step.at_most),
        (below, step.below),
    )
    return every(*(test(amount, bound.value) for test, bound in tests if bound is not None))
