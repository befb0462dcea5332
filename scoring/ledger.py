"""The ledger (sổ điểm): one row a unit and leaf, worked out exactly, that tells why.

Everything that explains, reports or audits reads it; nobody recomputes.  While it is made, every
exact value is held against the fast one, so a published point has been computed twice.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any

import polars as pl

from criteria.exact import fixed, round_half_up, shortest
from criteria.model import Adjustment, Leaf, leaf_inputs
from inputs.facts import EPOCH, STATUS, Facts, rule_task_columns
from scoring.exact_columns import ExactColumns
from scoring.exact_terms import Columns, earned, holds
from scoring.lower import LeafTerms
from scoring.score import Scores
from scoring.terms import NANO

INPUT = pl.Struct(
    {
        "input": pl.String,
        "value": pl.String,
        "status": pl.String,
        "place": pl.String,
        "reason": pl.String,
    }
)

SCHEMA: dict[str, Any] = {
    "unit": pl.String,
    "leaf": pl.String,
    "state": pl.String,
    "points_exact": pl.String,
    "points": pl.Decimal(20, 9),
    "maximum": pl.Decimal(20, 9),
    "inputs": pl.List(INPUT),
    "branch": pl.String,
    "clause": pl.String,
}
"""`points_exact` is a fraction such as `8/5`; `points` the same to nine decimals, half up.
Not applicable: `points_exact`, `points` and `maximum` are null."""

_SLICE = 4_096
"""Units that are worked out at a time: bounds memory for very large groups."""


class EnginesDisagree(AssertionError):
    """The fast and the exact value of one point differ: a fault of the program, never published."""


@dataclass(frozen=True, slots=True)
class LeafResult:
    """One leaf of one unit, exactly."""

    state: str
    points: Fraction | None
    maximum: Fraction | None
    branch: str


def ledger(scores: Scores) -> Iterator[pl.DataFrame]:
    """The ledger of all leaves, in slices of units; within a unit in the order of the set."""
    leaf_ids = {leaf.id for leaf in scores.facts.set.leaves}
    return _slices(scores, [term for term in scores.terms if term.item.id in leaf_ids])


def adjustments_ledger(scores: Scores) -> Iterator[pl.DataFrame]:
    """The same rows for bonuses and penalties (điểm thưởng, điểm phạt); points are index points."""
    leaf_ids = {leaf.id for leaf in scores.facts.set.leaves}
    return _slices(scores, [term for term in scores.terms if term.item.id not in leaf_ids])


def _slices(scores: Scores, terms: Sequence[LeafTerms]) -> Iterator[pl.DataFrame]:
    units = scores.facts.frame.height
    for start in range(0, max(units, 1), _SLICE):
        yield _slice(scores, terms, range(start, min(start + _SLICE, units)))


def _slice(scores: Scores, terms: Sequence[LeafTerms], rows: range) -> pl.DataFrame:
    exact = ExactColumns(scores.facts, rows)
    columns = exact.columns
    names: list[str] = columns["unit"] if len(rows) else []
    places = scores.facts.set.rounding.points
    by_leaf = [_results(term, columns, exact.rows, places) for term in terms]
    for term, results in zip(terms, by_leaf, strict=True):
        _hold_against_fast(scores, term, results, rows)
    readers = [_InputReader(scores.facts, term.item, columns) for term in terms]
    table: dict[str, list[Any]] = {name: [] for name in SCHEMA}
    for position, unit in enumerate(names):
        for term, results, reader in zip(terms, by_leaf, readers, strict=True):
            result = results[position]
            table["unit"].append(unit)
            table["leaf"].append(term.item.id)
            table["state"].append(result.state)
            table["points_exact"].append(None if result.points is None else str(result.points))
            table["points"].append(_decimal(result.points))
            table["maximum"].append(_decimal(result.maximum))
            table["inputs"].append(reader.read(unit, position))
            table["branch"].append(result.branch)
            table["clause"].append(term.item.basis)
    return pl.DataFrame(table, schema=SCHEMA)


def _decimal(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(fixed(value, 9))


def leaf_results(scores: Scores, term: LeafTerms) -> list[LeafResult]:
    """One leaf of every unit, exactly."""
    exact = ExactColumns(scores.facts, range(scores.facts.frame.height))
    return _results(term, exact.columns, exact.rows, scores.facts.set.rounding.points)


def _results(
    term: LeafTerms, columns: Columns, rows: range, places: int | None
) -> list[LeafResult]:
    states = _states(term, columns, rows)
    maximum = term.item.maximum
    results = []
    for state, (points, branch) in zip(states, earned(term.points, columns, rows), strict=True):
        if state == "not_applicable":
            why = branch if branch.startswith("none:") else "not_applicable"
            results.append(LeafResult(state, None, None, why))
        else:
            value = points if places is None else round_half_up(points, places)
            shown = state if state != "scored" else branch
            results.append(LeafResult(state, value, maximum, shown))
    return results


def _states(term: LeafTerms, columns: Columns, rows: range) -> list[str]:
    """The state of the leaf for each row; the first that holds decides."""
    tests = {
        "not_applicable": term.not_applicable,
        "given": term.given,
        "refused": term.refused,
        "pending": term.pending,
    }
    met = {name: holds(condition, columns, rows) for name, condition in tests.items()}
    missing, none = holds(term.missing, columns, rows), holds(term.none, columns, rows)
    states = []
    for row in rows:
        first = next((name for name, flags in met.items() if flags[row]), None)
        states.append(first or ("missing" if missing[row] and not none[row] else "scored"))
    return states


def _hold_against_fast(
    scores: Scores, term: LeafTerms, results: Sequence[LeafResult], rows: range
) -> None:
    """Each exact value lies within the width of the fast one."""
    name = term.item.id
    width = scores.leaves.widths[name]
    fast = scores.frame[f"p:{name}"][rows.start : rows.stop].to_list()
    for low, result in zip(fast, results, strict=True):
        points = result.points or Fraction(0)
        if not low <= points * NANO <= low + width:
            raise EnginesDisagree(f"{name}: {low} against {points}")


@dataclass(frozen=True)
class _InputReader:
    """What one leaf reads, as texts with their places."""

    facts: Facts
    item: Leaf | Adjustment
    columns: Mapping[str, list[Any]]

    def read(self, unit: str, row: int) -> list[dict[str, str | None]]:
        found = []
        for name in leaf_inputs(self.item):
            declared = self.facts.set.inputs[name]
            status = self._status(name, row)
            reason = self.facts.reasons.get((unit, name))
            names = (
                [f"{name}:{option}" for option in declared.options or ()]
                if declared.type == "tally"
                else [name]
            )
            for column in names:
                found.append(
                    {
                        "input": column,
                        "value": self._text(name, self.columns[column][row]),
                        "status": status,
                        "place": self._place(unit, column),
                        "reason": reason,
                    }
                )
        for counted in rule_task_columns(self.item.rule):
            found.append(
                {
                    "input": counted.name,
                    "value": str(self.columns[counted.name][row]),
                    "status": "reported",
                    "place": self._place(unit, counted.name),
                    "reason": self.facts.reasons.get((unit, counted.name)),
                }
            )
        return [*found, *self._decisions(unit, row)]

    def _decisions(self, unit: str, row: int) -> Iterator[dict[str, str | None]]:
        """What a reviewer decided of the leaf as a whole, whether or not it came to count."""
        for column in (f"given:{self.item.id}", f"decided:{self.item.id}"):
            found = self.columns[column][row] if column in self.facts.decisions else None
            given = column.startswith("given:")
            if found is not None and (given or found):
                yield {
                    "input": column,
                    "value": self._number(column, found) if given else None,
                    "status": "reported" if given else self._word(column, row),
                    "place": self._place(unit, column),
                    "reason": self.facts.reasons.get((unit, column)),
                }

    def _status(self, name: str, row: int) -> str:
        return self._word(f"status:{name}", row)

    def _word(self, column: str, row: int) -> str:
        codes = self.columns.get(column)
        code = codes[row] if codes is not None else 0
        return next((word for word, number in STATUS.items() if number == code), "reported")

    def _place(self, unit: str, column: str) -> str | None:
        """Where it stood, by the file's name: the ledger knows no folders of this machine."""
        place = self.facts.place(unit, column)
        if place is None or place.file == "-":  # said to a command, in no file
            return None
        return str(replace(place, file=PurePath(place.file).name))

    def _text(self, name: str, value: Any) -> str | None:
        if value is None:
            return None
        declared = self.facts.set.inputs[name]
        match declared.type:
            case "date":
                return (EPOCH + datetime.timedelta(days=value)).isoformat()
            case "yes_no":
                return "yes" if value else "no"
            case "choice":
                return str((declared.options or ())[value])
            case "tally":
                return str(value)
            case _:
                return self._number(name, value)

    def _number(self, column: str, value: int) -> str:
        return shortest(Fraction(value, 10 ** self.facts.scales[column]))
