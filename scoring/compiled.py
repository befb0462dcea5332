"""A set compiled against its facts: terms, spelled once, ready to be run many times.

Compiling looks at which values the columns may hold (their spans), not at the answers themselves,
except for `relative_to_best`, whose first pass belongs to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from inputs.facts import Facts
from scoring.best import best_of_group
from scoring.lower import LeafTerms, lower_leaf
from scoring.polars_terms import PolarsTerms, TooLarge, literal
from scoring.reader import Reader
from scoring.terms import NEVER, Condition, Points, error_width, settle

NOTHING = literal(0, pl.Int64())
"""What a missing answer earns."""


@dataclass(frozen=True)
class Compiled:
    """The terms of every leaf and adjustment, and their polars expressions.

    `points`, `absent`: terms by column name (`p:<id>`, `na:<id>`); `expressions` spells those that
    fit 128 bits, `large` names the others.  `fine` spells what billionths leave over of each leaf
    that they do not hold exactly (`PolarsTerms.remainder`); None where that cannot be done.
    """

    terms: tuple[LeafTerms, ...]
    points: Mapping[str, Points]
    absent: Mapping[str, Condition]
    expressions: tuple[pl.Expr, ...]
    large: tuple[str, ...]
    widths: Mapping[str, int]
    fine: tuple[pl.Expr, ...] | None
    fine_columns: tuple[str, ...]


def compile_set(facts: Facts) -> Compiled:
    """Lower every leaf and adjustment of the set and spell it for these facts."""
    terms = _terms(facts)
    points = {f"p:{term.item.id}": term.points for term in terms}
    absent = {
        f"na:{term.item.id}": settled
        for term in terms
        if (settled := settle(term.not_applicable, facts.spans)) != NEVER
    }
    speller = PolarsTerms(facts.spans)
    expressions: list[pl.Expr] = []
    large: list[str] = []
    for name, term in points.items():
        try:
            expressions.append(speller.points(term).fill_null(NOTHING).alias(name))
        except TooLarge:
            large.append(name)
    for name, condition in absent.items():
        try:
            expressions.append(speller.condition(condition).fill_null(False).alias(name))
        except TooLarge:
            large.append(name)
    widths = {name[2:]: 1 if name in large else error_width(t) for name, t in points.items()}
    inexact = [name for name in points if widths[name[2:]]]
    simple = not absent and not facts.set.adjustments and facts.set.rounding.points is None
    fine = _fine(facts, {name: points[name] for name in inexact}) if simple and not large else None
    read = dict.fromkeys(name for each in fine or () for name in each.meta.root_names())
    return Compiled(
        terms, points, absent, tuple(expressions), tuple(large), widths, fine, tuple(read)
    )


def _terms(facts: Facts) -> tuple[LeafTerms, ...]:
    statuses, decisions = status_names(facts), facts.decisions
    best = best_of_group(facts, statuses)
    return tuple(
        lower_leaf(
            item, Reader(facts.set, facts.scales, best.get(item.id, {})), statuses, decisions
        )
        for item in facts.set.items
    )


def _fine(facts: Facts, points: Mapping[str, Points]) -> tuple[pl.Expr, ...] | None:
    speller = PolarsTerms(facts.spans)
    nothing = literal(1, pl.Int64())
    try:
        return tuple(
            speller.remainder(term, pl.col(name)).fill_null(nothing).alias(f"left:{name}")
            for name, term in points.items()
        )
    except TooLarge:
        return None


def status_names(facts: Facts) -> frozenset[str]:
    """Inputs of which some answer is not simply reported."""
    prefix = "status:"
    return frozenset(c[len(prefix) :] for c in facts.frame.columns if c.startswith(prefix))
