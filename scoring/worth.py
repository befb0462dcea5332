"""What a ruling is worth (giá trị của một kết luận): a unit before and after, and who else moves.

Pure: two scorings of one group in, differences out.  `retold` tells one leaf of one unit otherwise
in the facts themselves, so that a trial costs no more than one scoring of the group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import polars as pl

from criteria.exact import decimals_needed, fixed_from_scaled
from inputs.facts import LARGEST, STATUS, Facts, Status
from scoring.exact_totals import exact_units
from scoring.score import Scores


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit's result as printed: texts with a decimal point; `index` is empty where none."""

    points: str
    index: str
    rank: int | None
    grade: str


@dataclass(frozen=True, slots=True)
class Move:
    """One unit, before and after."""

    unit: str
    name: str
    before: Standing
    after: Standing

    @property
    def moved(self) -> bool:
        """Whether anything that is printed of the unit changes."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class Worth:
    """What a change is worth to one unit; `others`: whose rank or grade changes, best first.

    `before`, `after`: the unit's exact index, 0 where it has none.
    """

    own: Move
    others: tuple[Move, ...]
    before: Fraction
    after: Fraction


def worth(before: Scores, after: Scores, unit: str) -> Worth:
    """The difference between two scorings of the same units.

    Raises: KeyError when the group has no such unit.
    """
    was, now = before.frame, after.frame
    rows = was["unit"].to_list()
    if unit not in rows:
        raise KeyError(unit)
    other = was["rank"].ne_missing(now["rank"]) | was["grade"].ne_missing(now["grade"])
    moved = [row for row in other.arg_true().to_list() if rows[row] != unit]
    moves = [_move(before, after, row) for row in moved]
    row = rows.index(unit)
    others = tuple(sorted(moves, key=move_order))
    return Worth(_move(before, after, row), others, _index(before, row), _index(after, row))


def move_order(move: Move) -> tuple[bool, int, str]:
    """Best first, by the rank before."""
    rank = move.before.rank
    return rank is None, rank or 0, move.unit


def _index(scores: Scores, row: int) -> Fraction:
    return exact_units(scores.facts, scores.terms, [row])[row].index or Fraction(0)


def _move(before: Scores, after: Scores, row: int) -> Move:
    unit, name = before.frame.row(row)[:2]
    return Move(unit, name, _standing(before, row), _standing(after, row))


def _standing(scores: Scores, row: int) -> Standing:
    return standings(replace(scores, frame=scores.frame[[row]]))[0]


def standings(scores: Scores) -> list[Standing]:
    """Every row of scores as printed."""
    criteria_set = scores.facts.set
    points, places = criteria_set.printed_points, criteria_set.rounding.index
    lines = scores.frame.select("points", "index", "rank", "grade").iter_rows()
    return [
        Standing(
            points=fixed_from_scaled(earned, points),
            index="" if index is None else fixed_from_scaled(index, places),
            rank=rank,
            grade=grade or "",
        )
        for earned, index, rank, grade in lines
    ]


def retold(
    facts: Facts,
    unit: str,
    leaf: str,
    source: Facts,
    columns: Iterable[str],
    *,
    given: Fraction | None = None,
    decided: Status | None = None,
    row: int | None = None,
) -> Facts:
    """The facts with one leaf of one unit told otherwise.

    `columns` of inputs take what `source`, facts of the same units, holds of the unit; the leaf as
    a whole is `given` points or `decided`, or neither.  `row`: where a copy of the unit stands that
    is told otherwise in its place.  Places and reasons stay as they were.

    Raises: OverflowError when a number does not fit 18 digits with the decimals of its column.
    """
    row = facts.frame["unit"].to_list().index(unit) if row is None else row
    at = source.frame["unit"].to_list().index(unit)
    frame, scales = facts.frame, dict(facts.scales)
    for name in columns:
        value = source.frame[name][at]
        if name in scales:
            wanted = None if value is None else Fraction(value, 10 ** source.scales[name])
            column = _Scaled(frame[name], scales[name]).put(row, wanted)
            frame, scales[name] = frame.with_columns(column.series), column.scale
        else:
            frame = frame.with_columns(_put(frame[name], row, value))
        status = f"status:{name.partition(':')[0]}"
        held = source.frame[status][at] if status in source.frame.columns else 0
        frame = _code(frame, row, status, held)
    frame, scales = _given(frame, scales, row, f"given:{leaf}", given)
    code = STATUS[decided] if decided else 0
    return replace(facts, frame=_code(frame, row, f"decided:{leaf}", code), scales=scales)


@dataclass(frozen=True, slots=True)
class _Scaled:
    """A column of whole numbers that stand for decimals."""

    series: pl.Series
    scale: int

    def put(self, row: int, value: Fraction | None) -> _Scaled:
        """With another value, in as many decimals as it takes."""
        scale = max(self.scale, 0 if value is None else decimals_needed(value) or 0)
        factor = 10 ** (scale - self.scale)
        largest = max((abs(n) for n in self.series.drop_nulls()), default=0) if factor > 1 else 0
        number = None if value is None else int(value * 10**scale)
        if largest * factor >= LARGEST or abs(number or 0) >= LARGEST:
            raise OverflowError(self.series.name)
        return _Scaled(_put(self.series * factor, row, number), scale)


def _put(series: pl.Series, row: int, value: Any) -> pl.Series:
    return series.scatter(row, pl.Series([value], dtype=series.dtype))


def _code(frame: pl.DataFrame, row: int, column: str, code: int) -> pl.DataFrame:
    """A code put into a column that stands only where some unit has one."""
    if column not in frame.columns:
        if not code:
            return frame
        frame = frame.with_columns(pl.lit(0, dtype=pl.Int8).alias(column))
    codes = _put(frame[column], row, code)
    return frame.with_columns(codes) if (codes != 0).any() else frame.drop(column)


def _given(
    frame: pl.DataFrame, scales: dict[str, int], row: int, column: str, given: Fraction | None
) -> tuple[pl.DataFrame, dict[str, int]]:
    if column in scales:
        held = _Scaled(frame[column], scales[column])
    else:
        held = _Scaled(pl.Series(column, [None] * frame.height, dtype=pl.Int64), 0)
    held = held.put(row, given)
    if held.series.null_count() == frame.height:
        kept = frame.drop(column) if column in scales else frame
        return kept, {name: scale for name, scale in scales.items() if name != column}
    return frame.with_columns(held.series), scales | {column: held.scale}
