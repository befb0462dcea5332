"""From tables to pieces: which cells answer which input, for which unit; long and wide alike.

A *piece* is what one table says of one input (or one option of a tally).  Nothing is typed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from criteria.model import CriteriaSet
from criteria.problems import Place, Problem
from inputs.facts import STATUS
from inputs.headers import fold, nearest, tidy
from inputs.places import HasPlaces
from inputs.tables import Column, Table
from inputs.units import Units, column_missing
from inputs.values import Fault, Kind

_REASON = "reason"
_SUGGESTIONS = 50
"""Faults of a file up to which similar names are looked for."""

_KEPT_NAMES = ("unit", "name", "group", "parent", "ranked")
"""Columns that a wide table may repeat from the list of units."""

_STATUS_WORDS: Mapping[str, int] = {
    fold(word): code
    for code, words in (
        (0, ("reported", "đã báo cáo", "có báo cáo")),
        (STATUS["not_applicable"], ("not_applicable", "not applicable", "không áp dụng")),
        (STATUS["pending"], ("pending", "chờ thẩm định")),
        (STATUS["refused"], ("refused", "bị bác")),
    )
    for word in words
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a column header or an `input` cell names: an input, an option of its tally, a reason."""

    input: str
    option: str | None = None
    reason: bool = False

    @property
    def column(self) -> str:
        """The column of the facts frame that it fills."""
        return self.input if self.option is None else f"{self.input}:{self.option}"


@dataclass(frozen=True, eq=False)
class Piece:
    """Cells of one table that answer one input: row i is about unit number `units[i]`.

    `name`: the input as written; `rows`: row in the table; `statuses`: Int8 as in `facts.STATUS`,
    null where the table says nothing.
    """

    name: str
    spots: HasPlaces
    values: Column
    units: pl.Series
    rows: pl.Series
    statuses: pl.Series | None = None
    reasons: pl.Series | None = None

    def place(self, at: int) -> Place:
        """Where the value of the piece's own row `at` stands."""
        return self.spots.at(int(self.rows[at]), self.values.position)

    def filled(self) -> pl.Series:
        """Whether each row says anything at all: a value, or a status other than reported."""
        filled = self.values.values.is_not_null()
        if self.statuses is not None:
            filled = filled | (self.statuses.fill_null(0) != 0)
        return filled


def target_of(name: str, criteria_set: CriteriaSet) -> Target | None:
    """What `name` means in a set: `tasks_done`, `citizens:4`, `council_points:reason`."""
    whole = tidy(name)
    inputs = criteria_set.inputs
    if whole.casefold() in inputs:
        return Target(whole.casefold())
    head, colon, tail = whole.partition(":")
    head = head.strip().casefold()
    declared = inputs.get(head)
    if not colon or declared is None:
        return None
    if declared.type == "tally":
        for option in declared.options or ():
            if fold(option) == fold(tail):
                return Target(head, option)
    return Target(head, reason=True) if fold(tail) == _REASON else None


def pieces_of(
    table: Table, units: Units, sets: Sequence[CriteriaSet], problems: list[Problem]
) -> list[Piece]:
    """The pieces that a table holds; what names no unit or no input is added to `problems`."""
    identity = table.column("unit")
    if identity is None:
        problems.append(column_missing(table, "unit"))
        return []
    numbers = _unit_numbers(identity, table, units, problems)
    named, value = table.column("input"), table.column("value")
    if named is not None and value is not None:
        return _long(table, named, value, numbers, sets, problems)
    if named is not None:
        problems.append(column_missing(table, "value"))
        return []
    return _wide(table, numbers, units, sets, problems)


def _unit_numbers(
    identity: Column, table: Table, units: Units, problems: list[Problem]
) -> pl.Series:
    """For each row the number of its unit in the list of units; null where it names none."""
    ids = identity.texts()
    known = pl.DataFrame(
        {"id": list(units.by_id), "number": range(len(units.by_id))},
        schema={"id": pl.String, "number": pl.UInt32},
    )
    rows = pl.DataFrame({"id": ids}).join(known, on="id", how="left", maintain_order="left")
    numbers = rows["number"]
    if numbers.null_count():
        names = list(units.by_id)
        near: dict[str, str] = {}
        for row in numbers.is_null().arg_true().to_list():
            place = table.spots.at(row, identity.position)
            text = ids[row]
            if not text:
                if not _is_broken(identity, row):
                    problems.append(Problem("answer-without-unit", place))
                continue
            if text not in near:
                few = len(near) < _SUGGESTIONS and len(names) < 10_000
                near[text] = nearest(text, names) if few else "-"
            values = {"value": text, "near": near[text]}
            problems.append(Problem("answer-unit-unknown", place, values, unit=text))
    return numbers


def _is_broken(column: Column, row: int) -> bool:
    return isinstance(column.kinds, pl.Series) and column.kinds[row] == Kind.BROKEN


def _long(
    table: Table,
    named: Column,
    value: Column,
    numbers: pl.Series,
    sets: Sequence[CriteriaSet],
    problems: list[Problem],
) -> list[Piece]:
    for column in table.columns:
        if column.standard not in (*_KEPT_NAMES, "input", "value", "status", "reason"):
            place = table.spots.head(column.position)
            problems.append(Problem("column-not-read", place, {"name": column.name}, advice=True))
    names = named.texts()
    status, reason = table.column("status"), table.column("reason")
    statuses = _statuses(status, table, problems) if status else None
    reasons = reason.texts() if reason else None
    frame = pl.DataFrame({"name": names, "unit": numbers}).with_row_index("row")
    pieces: list[Piece] = []
    for part in frame.partition_by("name", maintain_order=True):
        name = part["name"][0]
        if not name:
            for row in part["row"].to_list():
                if not _is_broken(named, row):
                    place = table.spots.at(row, named.position)
                    problems.append(Problem("answer-without-input", place))
            continue
        faults = _unresolved(name, sets, problems)
        if faults is not None:
            for row in part["row"].to_list():
                place = table.spots.at(row, named.position)
                problems.append(Problem(faults.code, place, faults.values))
            continue
        part = part.filter(pl.col("unit").is_not_null())
        rows = part["row"]
        kinds = value.kinds
        column = Column(
            name=name,
            position=value.position,
            values=value.values.gather(rows),
            kinds=kinds if isinstance(kinds, Kind) else kinds.gather(rows),
        )
        pieces.append(
            Piece(
                name=name,
                spots=table.spots,
                values=column,
                units=part["unit"],
                rows=rows,
                statuses=None if statuses is None else statuses.gather(rows),
                reasons=None if reasons is None else reasons.gather(rows),
            )
        )
    return pieces


def _wide(
    table: Table,
    numbers: pl.Series,
    units: Units,
    sets: Sequence[CriteriaSet],
    problems: list[Problem],
) -> list[Piece]:
    rows = pl.int_range(0, table.height, dtype=pl.UInt32, eager=True)
    known = numbers.is_not_null() if numbers.null_count() else None
    if known is not None:
        rows, numbers = rows.filter(known), numbers.filter(known)
    repeated = {fold(name) for name in units.attributes}
    pieces: list[Piece] = []
    for column in table.columns:
        fault = _unresolved(column.name, sets, problems)
        if fault is not None:
            if column.standard not in _KEPT_NAMES and fold(column.name) not in repeated:
                place = table.spots.head(column.position)
                problems.append(Problem(fault.code, place, fault.values))
            continue
        if known is not None:
            kinds = column.kinds
            column = Column(
                name=column.name,
                position=column.position,
                values=column.values.filter(known),
                kinds=kinds if isinstance(kinds, Kind) else kinds.filter(known),
            )
        pieces.append(Piece(column.name, table.spots, column, numbers, rows))
    if not pieces and not problems:
        problems.append(Problem("answers-without-inputs", table.spots.head()))
    return pieces


def _unresolved(
    name: str, sets: Sequence[CriteriaSet], problems: Sequence[Problem]
) -> Fault | None:
    """Why no set knows the name; None when one does.  Suggestions end when there are many faults:
    comparing spellings is slow, and such a file is another file by mistake."""
    if any(target_of(name, criteria_set) is not None for criteria_set in sets):
        return None
    head = name.partition(":")[0].strip().casefold()
    for criteria_set in sets:
        declared = criteria_set.inputs.get(head)
        if declared is not None and declared.type == "tally":
            options = ", ".join(f"`{head}:{option}`" for option in declared.options or ())
            return Fault("tally-option-unknown", {"name": name, "options": options})
    known = [name for criteria_set in sets for name in criteria_set.inputs]
    near = nearest(name, known) if len(problems) < _SUGGESTIONS else "-"
    return Fault("answer-input-unknown", {"name": name, "near": near})


def _statuses(column: Column, table: Table, problems: list[Problem]) -> pl.Series:
    codes: list[int | None] = []
    for row, cell in enumerate(column.cells):
        code = None if cell is None else _STATUS_WORDS.get(fold(cell.text))
        if cell is not None and code is None and cell.kind is not Kind.BROKEN:
            place = table.spots.at(row, column.position)
            problems.append(Problem("status-unknown", place, {"value": cell.text}))
        codes.append(code)
    return pl.Series(codes, dtype=pl.Int8)
