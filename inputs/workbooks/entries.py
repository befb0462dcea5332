"""What a yellow cell takes (ô nhập số liệu): least, most and decimals of each input in a form."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction

from criteria.exact import decimals_needed
from criteria.model import CriteriaSet
from inputs.limits import denominators, judgements, range_of

LARGEST = Fraction(999_999_999)
"""Nine digits: enough for every count and amount of a unit, and exact in Excel's arithmetic."""

FIRST_DAY, LAST_DAY = datetime.date(1990, 1, 1), datetime.date(2200, 12, 31)
"""Days that a cell takes: those of the years that a set and a plan may have."""

DECIMALS = 4
"""Decimals of amounts and percents."""


@dataclass(frozen=True, slots=True)
class Entry:
    """The numbers that a cell takes; `decimals`: how many at most."""

    low: Fraction
    high: Fraction
    decimals: int


def entry_of(criteria_set: CriteriaSet, name: str) -> Entry | None:
    """What the cells of an input take; None where it is no number."""
    declared = criteria_set.inputs[name]
    if declared.type not in ("count", "amount", "percent", "points", "tally"):
        return None
    low, high = range_of(declared)
    least = -LARGEST if low is None else low
    most = LARGEST if high is None else high
    if name in denominators(criteria_set):
        least = max(least, Fraction(0))
    decimals = 0 if declared.type in ("count", "tally") else DECIMALS
    judged = judgements(criteria_set).get(name, ())
    for each in judged:
        least, most = max(least, each.low), min(most, each.high)
    if judged:
        decimals = max(decimals_needed(each.increment) or 0 for each in judged)
    return Entry(least, most, decimals)
