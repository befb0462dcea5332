"""Answers (phiếu khảo sát): M times the mean weight, in percent, of all answers of a tally."""

from fractions import Fraction
from math import lcm

from criteria.rules import Answers
from scoring.reader import Lowered, Reader
from scoring.terms import Choose, Compare, Constant, Missing, plus, quotient, some, times


def lower(rule: Answers, maximum: Fraction, reader: Reader) -> Lowered:
    counts = reader.tally(rule.of)
    shared = lcm(*(weight.denominator for weight in rule.weights.values()))
    weighted = plus(
        *(times(counts[option], int(weight * shared)) for option, weight in rule.weights.items())
    )
    every_answer = plus(*counts.values())
    mean = quotient(maximum / (100 * shared), weighted, every_answer)
    missing = some(*(Missing(column.name) for column in counts.values()))
    none = Compare("==", every_answer, Constant(0))
    return Lowered(Choose((), mean, "mean"), missing, none)
