"""All of (đồng thời đạt): M if every one is yes."""

from fractions import Fraction

from criteria.rules import AllOf
from scoring.reader import Lowered, Reader
from scoring.terms import ZERO, Branch, Choose, Fixed, Missing, Yes, every, some


def lower(rule: AllOf, maximum: Fraction, reader: Reader) -> Lowered:
    branch = Branch(every(*(Yes(name) for name in rule.of)), Fixed(maximum), "all")
    missing = some(*(Missing(name) for name in rule.of))
    return Lowered(Choose((branch,), ZERO, "not_all"), missing)
