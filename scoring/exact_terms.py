"""Terms worked out exactly, in Python's own whole numbers and fractions, column by column.

Slow and right: used for the few units whose rank or rounding the fast path cannot certify, for
the ledger, and for worked cases.  Each function takes the columns as lists, one value a unit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from operator import eq, ge, gt, le, lt
from typing import Any, TypeAlias, assert_never

from scoring.terms import (
    Choose,
    Clip,
    Column,
    Compare,
    Condition,
    Constant,
    Every,
    Fixed,
    Greatest,
    Missing,
    Not,
    Plus,
    Points,
    Quotient,
    Some,
    Times,
    Total,
    Whole,
    Yes,
)

Columns: TypeAlias = Mapping[str, Sequence[Any]]
Rows: TypeAlias = Sequence[int]
Earned: TypeAlias = tuple[Fraction, str]
"""Points, and the labels of the branches that led to them."""

_COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
_NOTHING: Earned = (Fraction(0), "")


def whole(term: Whole, columns: Columns, rows: Rows) -> list[int | None]:
    """The term for each of the rows; None where a column holds nothing."""
    match term:
        case Column(name=name):
            column = columns[name]
            return [column[row] for row in rows]
        case Constant(value=value):
            return [value] * len(rows)
        case Plus(parts=parts):
            sides = [whole(part, columns, rows) for part in parts]
            return [
                None if any(v is None for v in values) else sum(v for v in values if v is not None)
                for values in zip(*sides, strict=True)
            ]
        case Times(left=left, right=right):
            pairs = zip(whole(left, columns, rows), whole(right, columns, rows), strict=True)
            return [None if a is None or b is None else a * b for a, b in pairs]
        case _:
            assert_never(term)


def holds(condition: Condition, columns: Columns, rows: Rows) -> list[bool]:
    """Whether the condition is met, for each of the rows; never where a value is missing."""
    match condition:
        case Compare(sign=sign, left=left, right=right):
            test = _COMPARE[sign]
            pairs = zip(whole(left, columns, rows), whole(right, columns, rows), strict=True)
            return [a is not None and b is not None and test(a, b) for a, b in pairs]
        case Missing(column=name):
            column = columns[name]
            return [column[row] is None for row in rows]
        case Yes(column=name):
            column = columns[name]
            return [column[row] is True for row in rows]
        case Every(parts=parts):
            tests = [holds(part, columns, rows) for part in parts]
            return [all(test[i] for test in tests) for i in range(len(rows))]
        case Some(parts=parts):
            tests = [holds(part, columns, rows) for part in parts]
            return [any(test[i] for test in tests) for i in range(len(rows))]
        case Not(part=part):
            return [not met for met in holds(part, columns, rows)]
        case _:
            assert_never(condition)


def earned(points: Points, columns: Columns, rows: Rows) -> list[Earned]:
    """Exact points and branch for each of the rows; 0 where an answer is missing."""
    match points:
        case Fixed(points=value):
            return [(value, "")] * len(rows)
        case Quotient(numerator=numerator, denominator=denominator):
            pairs = zip(
                whole(numerator, columns, rows), whole(denominator, columns, rows), strict=True
            )
            return [(Fraction(n, d), "") if n is not None and d else _NOTHING for n, d in pairs]
        case Choose(branches=branches, otherwise=otherwise, label=label):
            found: dict[int, Earned] = {}
            left = list(rows)
            for branch in branches:
                met = holds(branch.when, columns, left)
                chosen = [row for row, yes in zip(left, met, strict=True) if yes]
                for row, result in zip(chosen, earned(branch.then, columns, chosen), strict=True):
                    found[row] = _labelled(branch.label, result)
                left = [row for row, yes in zip(left, met, strict=True) if not yes]
                if not left:
                    break
            for row, result in zip(left, earned(otherwise, columns, left), strict=True):
                found[row] = _labelled(label, result)
            return [found[row] for row in rows]
        case Total(parts=parts):
            columns_of_parts = [earned(part, columns, rows) for part in parts]
            return [_total(results) for results in zip(*columns_of_parts, strict=True)]
        case Greatest(parts=parts):
            columns_of_parts = [earned(part, columns, rows) for part in parts]
            return [_greatest(results) for results in zip(*columns_of_parts, strict=True)]
        case Clip(part=part, low=low, high=high):
            return [
                (min(max(value, low), high), label) for value, label in earned(part, columns, rows)
            ]
        case _:
            assert_never(points)


def _labelled(label: str, result: Earned) -> Earned:
    value, below = result
    return value, f"{label}/{below}" if label and below else label or below


def _total(results: Sequence[Earned]) -> Earned:
    labels = "; ".join(f"{index}={label}" for index, (_, label) in enumerate(results, start=1))
    return sum((value for value, _ in results), Fraction(0)), labels


def _greatest(results: Sequence[Earned]) -> Earned:
    best = max(value for value, _ in results)
    position = next(index for index, (value, _) in enumerate(results) if value == best)
    return best, f"part:{position + 1}/{results[position][1]}"
