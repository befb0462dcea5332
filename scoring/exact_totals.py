"""Sums and index of single units in fractions: for what the fast path cannot certify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from criteria.exact import round_half_up
from criteria.model import CriteriaSet, Group, Leaf, leaves_of, maximum_of
from inputs.facts import Facts
from scoring.exact_columns import ExactColumns
from scoring.exact_terms import earned, holds
from scoring.lower import LeafTerms


@dataclass(frozen=True, slots=True)
class ExactUnit:
    """One unit, exactly: points by field, their sum, the applicable maximum and the index."""

    fields: Mapping[str, Fraction]
    points: Fraction
    maximum: Fraction
    index: Fraction | None


def exact_units(
    facts: Facts, terms: tuple[LeafTerms, ...], rows: list[int]
) -> dict[int, ExactUnit]:
    """The units at `rows`, worked out in fractions."""
    exact = ExactColumns(facts, rows)
    columns, local = exact.columns, exact.rows
    places = facts.set.rounding.points
    points: dict[str, list[Fraction]] = {}
    absent: dict[str, list[bool]] = {}
    for term in terms:
        values = [value for value, _ in earned(term.points, columns, local)]
        if places is not None:
            values = [round_half_up(value, places) for value in values]
        points[term.item.id] = values
        absent[term.item.id] = holds(term.not_applicable, columns, local)
    return {
        row: _unit(
            facts.set,
            {name: values[position] for name, values in points.items()},
            {name: flags[position] for name, flags in absent.items()},
        )
        for position, row in enumerate(rows)
    }


def _unit(
    criteria_set: CriteriaSet, points: Mapping[str, Fraction], absent: Mapping[str, bool]
) -> ExactUnit:
    fields = {
        field.id: sum((points[leaf.id] for leaf in leaves_of(field)), Fraction(0))
        for field in criteria_set.fields
    }
    total = sum(fields.values(), Fraction(0))
    maximum = sum(
        (leaf.maximum for leaf in criteria_set.leaves if not absent[leaf.id]), Fraction(0)
    )
    if maximum == 0:
        return ExactUnit(fields, total, maximum, None)
    if criteria_set.not_applicable == "nested":
        index = 100 * _share(criteria_set.fields, points, absent)
    else:
        index = 100 * total / maximum
    added = sum((points[item.id] for item in criteria_set.adjustments), Fraction(0))
    limit = criteria_set.adjustments_limit
    if limit is not None:
        added = min(max(added, -limit), limit)
    return ExactUnit(fields, total, maximum, index + added)


def _share(
    children: tuple[Group | Leaf, ...],
    points: Mapping[str, Fraction],
    absent: Mapping[str, bool],
) -> Fraction:
    """Share of the maximum that the applicable children earned, by their full maxima."""
    earned_points, weights = Fraction(0), Fraction(0)
    for child in children:
        if all(absent[leaf.id] for leaf in leaves_of(child)):
            continue
        weight = maximum_of(child)
        if isinstance(child, Leaf):
            earned_points += points[child.id]
        else:
            earned_points += weight * _share(child.criteria, points, absent)
        weights += weight
    return earned_points / weights
