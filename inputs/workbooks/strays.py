"""What stands where nothing is asked (số liệu lạc chỗ): numbers beside their cells, notes, labels.

Nobody's number is lost in silence: one that is not in its yellow cell is told with the cell where
it belongs, and never guessed into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from criteria.model import CriteriaSet
from criteria.problems import Problem
from inputs.headers import fold
from inputs.obligations import Obligation
from inputs.tables import column_letters
from inputs.values import Cell, Kind, read_number
from inputs.workbooks.form import (
    EVIDENCE,
    EXPLANATION,
    FIRST_ROW,
    MAXIMUM,
    MEASURE,
    POINTS,
    REVIEWER,
    TASK_DONE,
    TASK_EVIDENCE,
    VALUE,
    Form,
    FormRow,
)
from inputs.workbooks.labels import labels_of, same_label
from inputs.workbooks.opened import SheetCells, column_position
from inputs.workbooks.same import Same

_LAST, _LAST_OF_TASKS = column_position(REVIEWER), column_position(TASK_EVIDENCE)
_SHOWN = 60
_MANY = 3
"""Edited labels from which on they are no edits: cells were sorted or pasted out of line."""


@dataclass(frozen=True, slots=True)
class Labels:
    """What the labels of the rows gave; `mixed`: keys of rows whose values may be another row's."""

    problems: tuple[Problem, ...]
    mixed: frozenset[str]


@lru_cache(maxsize=256)
def _expected(
    criteria_set: Same[CriteriaSet], rows: Same[tuple[FormRow, ...]]
) -> tuple[dict[str, tuple[tuple[str, tuple[str, ...]], ...]], frozenset[str]]:
    """By key of a row its labels; and all of them, folded."""
    labels = {row.key: tuple(labels_of(row, criteria_set.held)) for row in rows.held}
    texts = (text for each in labels.values() for _, texts in each for text in texts)
    return labels, frozenset(map(fold, texts))


def form_labels(sheet: SheetCells, form: Form, rows: Mapping[str, int]) -> Labels:
    """Ids, titles and maxima that are no longer as they were written."""
    expected, known = _expected(Same(form.set), Same(form.rows))
    edited: list[tuple[FormRow, Problem]] = []
    mixed: list[tuple[FormRow, Problem]] = []
    for row in form.rows:
        number = rows.get(row.key)
        if number is None:
            continue
        for column, accepted in expected[row.key]:
            shown = sheet.text(column, number)
            if same_label(column, shown, accepted):
                continue
            other = column != MAXIMUM and fold(shown) in known
            values = {"value": _short(shown) or "-", "expected": _short(accepted[0])}
            place = sheet.place(f"{column}{number}")
            code = "label-of-other-row" if other else "label-changed"
            problem = Problem(code, place, values, criterion=_leaf(row))
            (mixed if other else edited).append((row, problem))
    out_of_line = {row.key for row, _ in mixed}
    changed = {row.key for row, _ in edited if row.kind == "ask"}
    if len(changed | out_of_line) >= max(_MANY, len(form.asks) // 3):
        out_of_line |= changed
    return Labels(tuple(problem for _, problem in (*mixed, *edited)), frozenset(out_of_line))


def form_strays(sheet: SheetCells, form: Form, rows: Mapping[str, int]) -> Iterator[Problem]:
    """Numbers beside their cells, and notes outside the table."""
    at = {number: form.by_key[key] for key, number in rows.items()}
    asks = {row.input: row for row in form.asks if row.option is None}
    for number, row in at.items():
        yield from _beside(sheet, row, number, form, rows)
        if row.kind == "shared" and row.option is None and row.input in asks:
            yield from _over_shared(sheet, row, number, rows.get(asks[row.input].key))
    yield from _outside(sheet, set(at), VALUE, _LAST)


def tasks_strays(sheet: SheetCells, form: Form, rows: Mapping[str, int]) -> Iterator[Problem]:
    """Days of rows that are no tasks, days beside tasks that have no day yet, notes."""
    undated = {row.key for row in form.tasks if not isinstance(row.owed, Obligation)}
    for key in undated & set(rows):
        spot = f"{TASK_DONE}{rows[key]}"
        cell = sheet.cell(TASK_DONE, rows[key])
        if cell is not None and cell.kind is Kind.DATE:
            values = {"value": _short(cell.text)}
            yield Problem("task-without-day", sheet.place(spot), values)
    yield from _outside(sheet, set(rows.values()), TASK_DONE, _LAST_OF_TASKS)


def _beside(
    sheet: SheetCells, row: FormRow, number: int, form: Form, rows: Mapping[str, int]
) -> Iterator[Problem]:
    """Numbers in a row of the form, in a cell that asks for none."""
    for column in _closed_columns(row):
        cell = sheet.cell(column, number)
        if cell is not None and _is_number(cell) and not _is_formula(sheet, column, number):
            yield _wrong_column(sheet, row, f"{column}{number}", cell, _home(row, form, rows))
    if row.kind != "ask" or sheet.native(VALUE, number) != "":
        return
    for column in (EVIDENCE, EXPLANATION, *_beyond(sheet, number)):
        cell = sheet.cell(column, number)
        if cell is not None and cell.kind in (Kind.NUMBER, Kind.PERCENT):
            home = f"{VALUE}{number}"
            yield _wrong_column(sheet, row, f"{column}{number}", cell, home)


def _closed_columns(row: FormRow) -> Sequence[str]:
    match row.kind:
        case "ask" | "shared" | "tasks":
            return (MEASURE, MAXIMUM, POINTS)
        case "proof":
            return (VALUE, MEASURE, MAXIMUM, POINTS)
        case _:
            return (VALUE, MEASURE)


def _home(row: FormRow, form: Form, rows: Mapping[str, int]) -> str:
    """The yellow cell where a number of this row's leaf belongs; `-` where there is none."""
    if row.kind == "ask":
        return f"{VALUE}{rows[row.key]}"
    leaf = _leaf(row)
    cells = [f"{VALUE}{rows[a.key]}" for a in form.asks if _leaf(a) == leaf and a.key in rows]
    return ", ".join(cells[:3]) or "-"


def _over_shared(
    sheet: SheetCells, row: FormRow, number: int, home: int | None
) -> Iterator[Problem]:
    """A number typed over one that is shown from another row, and is not the same."""
    cell = sheet.cell(VALUE, number)
    if cell is None or home is None or _is_formula(sheet, VALUE, number):
        return
    asked = sheet.cell(VALUE, home)
    if _is_number(cell) and (asked is None or asked.text != cell.text):
        yield _wrong_column(sheet, row, f"{VALUE}{number}", cell, f"{VALUE}{home}")


def _wrong_column(sheet: SheetCells, row: FormRow, spot: str, cell: Cell, home: str) -> Problem:
    values = {"value": _short(cell.text), "home": home}
    return Problem("value-in-wrong-column", sheet.place(spot), values, criterion=_leaf(row))


def _outside(sheet: SheetCells, keyed: set[int], value_column: str, last: int) -> Iterator[Problem]:
    """Numbers of rows without a key; and, once, the texts that nobody reads."""
    first, end = max(FIRST_ROW, min(keyed, default=FIRST_ROW)), max(keyed, default=0)
    notes: list[str] = []
    for number in range(first, sheet.height + 1):
        cells = sheet.grid[number - 1]
        if number in keyed:
            notes += [f"{column}{number}" for column in _beyond(sheet, number, last)]
            continue
        if not any(value != "" for value in cells):
            continue
        if sheet.keys[number - 1]:
            continue  # a key that is unknown, or stands twice, is told as such
        cell = sheet.cell(value_column, number)
        if cell is not None and _is_number(cell):
            spot = f"{value_column}{number}"
            values = {"value": _short(cell.text)}
            yield Problem("value-without-key", sheet.place(spot), values)
        elif number < end:
            filled = next(at for at, value in enumerate(cells) if value != "")
            notes.append(f"{column_letters(filled)}{number}")
    if notes:
        values = {"cells": ", ".join(notes[:5]), "count": str(len(notes))}
        yield Problem("note-outside", sheet.place(notes[0]), values, advice=True)


def _beyond(sheet: SheetCells, number: int, last: int = _LAST) -> list[str]:
    """The filled columns of a row to the right of the form."""
    cells = sheet.grid[number - 1] if number <= sheet.height else []
    return [
        column_letters(position)
        for position in range(last + 1, len(cells))
        if not (isinstance(cells[position], str) and not cells[position].strip())
    ]


def _is_formula(sheet: SheetCells, column: str, number: int) -> bool:
    return f"{column}{number}" in sheet.marks.formulas


def _is_number(cell: Cell) -> bool:
    if cell.kind is Kind.TEXT:
        return isinstance(read_number(cell, percent=True), Fraction)
    return cell.kind is not Kind.BROKEN


def _leaf(row: FormRow) -> str | None:
    return None if row.duty is None else row.duty.item.id


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
