"""The first pass for `relative_to_best`: the largest quantity among the ranked units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

import polars as pl

from criteria.model import Adjustment, Leaf
from criteria.quantities import Quantity
from criteria.rules import BestOf, RelativeToBest, Rule, SumOf
from inputs.facts import Facts
from scoring.exact_columns import ExactColumns
from scoring.exact_terms import holds, whole
from scoring.lower import Path, lower_leaf
from scoring.polars_terms import PolarsTerms, TooLarge
from scoring.reader import Reader
from scoring.terms import NANO, Condition, Whole, Yes, every, negate, some, times

Best: TypeAlias = Mapping[str, Mapping[Path, Fraction]]
"""Leaf id -> path of the part -> the largest quantity."""


def best_of_group(facts: Facts, statuses: frozenset[str]) -> Best:
    """The largest quantity for each `relative_to_best` in the set; parts nobody has are left out.

    Counted are the ranked units to which the leaf applies and whose answers are in force: neither
    an input nor the leaf as a whole is refused or pending.  Points that a reviewer gave say
    nothing about the quantity: with or without them it counts in the same cases.
    """
    found: dict[str, dict[Path, Fraction]] = {}
    for item in facts.set.items:
        for path, quantity in _relative_parts(item.rule, ()):
            best = _largest(facts, item, quantity, statuses)
            if best is not None:
                found.setdefault(item.id, {})[path] = best
    return found


def _relative_parts(rule: Rule, path: Path) -> Iterator[tuple[Path, Quantity]]:
    if isinstance(rule, RelativeToBest):
        yield path, rule.of
    elif isinstance(rule, SumOf | BestOf):
        for index, part in enumerate(rule.parts):
            yield from _relative_parts(part, (*path, index))


def _largest(
    facts: Facts, item: Leaf | Adjustment, quantity: Quantity, statuses: frozenset[str]
) -> Fraction | None:
    reader = Reader(facts.set, facts.scales)
    amount = reader.amount(quantity)
    leaf = lower_leaf(item, reader, statuses, facts.decisions)
    out = some(leaf.not_applicable, leaf.refused, leaf.pending, amount.missing, amount.none)
    counts = every(Yes("ranked"), negate(out))
    rows = _candidates(facts, counts, amount.numerator, amount.denominator)
    exact = ExactColumns(facts, rows)
    met = holds(counts, exact.columns, exact.rows)
    tops = whole(amount.numerator, exact.columns, exact.rows)
    bottoms = whole(amount.denominator, exact.columns, exact.rows)
    values = [
        Fraction(top, bottom)
        for yes, top, bottom in zip(met, tops, bottoms, strict=True)
        if yes and top is not None and bottom
    ]
    return max(values, default=None)


def _candidates(facts: Facts, counts: Condition, numerator: Whole, denominator: Whole) -> list[int]:
    """The units that may hold the largest value: those within a billionth of the fast maximum."""
    speller = PolarsTerms(facts.spans)
    try:
        fast = speller.whole(times(numerator, NANO)) // speller.whole(denominator)
        kept = pl.when(speller.condition(counts)).then(fast)
        values = facts.frame.select(kept.alias("value"))["value"]
    except TooLarge:
        return list(range(facts.frame.height))
    highest = values.max()
    return (values == highest).fill_null(False).arg_true().to_list() if highest is not None else []
