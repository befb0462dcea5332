"""Satisfied (tỷ lệ hài lòng): M times the share of the chosen options in a tally."""

from fractions import Fraction

from criteria.rules import Satisfied
from scoring.reader import Lowered, Reader
from scoring.terms import Choose, Compare, Constant, Missing, plus, quotient, some


def lower(rule: Satisfied, maximum: Fraction, reader: Reader) -> Lowered:
    counts = reader.tally(rule.of)
    every_answer = plus(*counts.values())
    share = quotient(maximum, plus(*(counts[option] for option in rule.options)), every_answer)
    missing = some(*(Missing(column.name) for column in counts.values()))
    none = Compare("==", every_answer, Constant(0))
    return Lowered(Choose((), share, "share"), missing, none)
