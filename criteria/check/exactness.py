"""Can the set be scored exactly and within its maxima, whatever is reported?

Points are carried in billionths, so maxima have at most nine decimals; leaves that are rounded
must have maxima on the same grid; a penalty takes only kinds that say what each item costs; and
nothing that may be below 0 divides.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from criteria.check.findings import Findings
from criteria.exact import decimals_needed, shortest
from criteria.model import Adjustment, CriteriaSet
from criteria.rules import BestOf, Deduct, Judged, Rule, SumOf, rule_divisors
from criteria.yaml_tree import Loc

PLACES = 9
"""Decimals of a maximum that the engines carry."""


def check_exactness(findings: Findings) -> None:
    """Decimals of maxima, kinds of penalties, signs of denominators."""
    rounding = findings.set.rounding.points
    for loc, item in findings.items():
        places = decimals_needed(item.maximum)
        values = {"maximum": shortest(item.maximum)}
        if places is None or places > PLACES:
            findings.add("maximum-too-fine", (*loc, "maximum"), about=item.id, **values)
        elif rounding is not None and places > rounding:
            values["places"] = str(rounding)
            code = "maximum-finer-than-rounding"
            findings.add(code, (*loc, "maximum"), about=item.id, **values)
        if isinstance(item, Adjustment) and item.maximum < 0:
            for kind, at in _not_for_penalties(item.rule, (*loc, "rule")):
                findings.add("kind-not-for-penalty", at, about=item.id, kind=kind)
        for name in rule_divisors(item.rule):
            if _may_be_negative(findings.set, name):
                findings.add(
                    "denominator-may-be-negative", (*loc, "rule"), about=item.id, input=name
                )


def _not_for_penalties(rule: Rule, loc: Loc) -> Iterator[tuple[str, Loc]]:
    if isinstance(rule, Judged | BestOf) or (isinstance(rule, Deduct) and rule.points is not None):
        yield rule.kind, loc
    if isinstance(rule, SumOf):
        for position, part in enumerate(rule.parts):
            yield from _not_for_penalties(part, (*loc, "parts", position))


def _may_be_negative(criteria_set: CriteriaSet, name: str) -> bool:
    """Whether the declared range of an input reaches below 0."""
    declared = criteria_set.inputs.get(name)
    return declared is not None and declared.range is not None and declared.range[0] < Fraction(0)
