"""What the rules of a set demand of a number: bounds of range, denominators, judged points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from criteria.model import CriteriaSet, Input
from criteria.rules import BestOf, Judged, Rule, SumOf, rule_divisors


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judged rule over one input: points in steps of `increment` within [low, high]."""

    increment: Fraction
    low: Fraction
    high: Fraction


def range_of(declared: Input) -> tuple[Fraction | None, Fraction | None]:
    """Lowest and highest number that an input takes by its own declaration."""
    match declared.type:
        case "percent":
            return declared.range or (Fraction(0), Fraction(100))
        case "count" | "tally":
            low, high = declared.range or (Fraction(0), None)
            return max(low, Fraction(0)), high
        case _:
            return declared.range or (None, None)


def judgements(criteria_set: CriteriaSet) -> dict[str, list[Judgement]]:
    """For each input, the judged rules that take its points."""
    found: dict[str, list[Judgement]] = {}
    for item in criteria_set.items:
        for rule, maximum in _with_parts(item.rule, item.maximum):
            if isinstance(rule, Judged):
                low, high = sorted((Fraction(0), maximum))
                judged = Judgement(rule.increment, low, high)
                found.setdefault(rule.of, []).append(judged)
    return found


def denominators(criteria_set: CriteriaSet) -> frozenset[str]:
    """Inputs by which some rule divides; a negative one would turn every comparison round."""
    return frozenset(name for item in criteria_set.items for name in rule_divisors(item.rule))


def _with_parts(rule: Rule, maximum: Fraction) -> Iterator[tuple[Rule, Fraction]]:
    """The rule and all its parts, each with the maximum it works with."""
    own = maximum if rule.maximum is None else rule.maximum
    yield rule, own
    if isinstance(rule, SumOf | BestOf):
        for part in rule.parts:
            yield from _with_parts(part, own)
