"""The sheets of a unit's workbook found again (tìm trang tính), and whether it is the unit's own.

A sheet is known by its name; where that was changed, by its hidden keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from criteria.problems import Place, Problem
from inputs.headers import fold
from inputs.obligations import Obligation
from inputs.workbooks.desk import Desk
from inputs.workbooks.form import FIRST_ROW, FORM, MANIFEST, NAME_CELL, TASKS, UNIT_CELL, Form
from inputs.workbooks.keyed_rows import KeyedRows, keyed_rows
from inputs.workbooks.labels import heads
from inputs.workbooks.manifest import Manifest
from inputs.workbooks.opened import OpenedWorkbook, SheetCells


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet, where its keys stand, and what is wrong with them or with its header."""

    cells: SheetCells
    keyed: KeyedRows
    problems: tuple[Problem, ...]


def identity_problems(
    sheet: SheetCells, manifest: Manifest, form: Form, desk: Desk
) -> list[Problem]:
    """A layout that we would not make today, or the name of another unit on the form."""
    problems: list[Problem] = []
    if form.set.id not in manifest.sets:
        values = {"value": form.set.id}
        problems.append(Problem("manifest-older-set", Place(sheet.file), values))
    elif manifest.layout != form.layout and not _older(manifest, desk):
        problems.append(Problem("manifest-older-layout", Place(sheet.file)))
    own = {fold(form.unit.unit), fold(form.unit.name)}
    others = {fold(unit.unit): unit.unit for unit in desk.units.values()}
    shown = [sheet.text(_column(UNIT_CELL), row) for row in range(1, FIRST_ROW + 20)]
    if any(fold(text) == fold(form.unit.unit) for text in shown):
        name = [sheet.text(_column(NAME_CELL), row) for row in range(1, FIRST_ROW + 20)]
        if not any(fold(text) == fold(form.unit.name) for text in name):
            values = {"value": sheet.text("C", 3), "expected": form.unit.name}
            place = sheet.place(NAME_CELL)
            problems.append(Problem("label-changed", place, values, advice=True))
        return problems
    found = next((text for text in shown if fold(text) in others and fold(text) not in own), "")
    values = {"value": found or sheet.text("C", 4) or "-", "expected": form.unit.unit}
    problems.append(Problem("unit-differs", sheet.place(UNIT_CELL), values))
    return problems


def _older(manifest: Manifest, desk: Desk) -> bool:
    return any(desk.fingerprints.get(name) != digest for name, digest in manifest.sets.items())


def _column(cell: str) -> str:
    return cell.rstrip("0123456789")


def form_sheet(book: OpenedWorkbook, form: Form) -> tuple[Found | None, list[Problem]]:
    """The sheet with the leaves, and what was met on the way to it."""
    expected = {row.key: row.row for row in form.rows}
    criteria = {row.key: row.duty.item.id for row in form.rows if row.duty is not None}
    return _sheet(book, FORM, expected, criteria)


def header_problems(sheet: SheetCells) -> list[Problem]:
    """Headers of the form that were edited, or stand over another column than their own."""
    for row, key in enumerate(sheet.keys, start=1):
        if key and row >= FIRST_ROW:
            break
        shown = {column: fold(sheet.text(column, row)) for column in (*heads(), *_NEXT)}
        if sum(text != "" and _is_head(text) for text in shown.values()) < len(heads()) // 2:
            continue
        problems: list[Problem] = []
        for column, (expected, accepted) in heads().items():
            if shown[column] in accepted:
                continue
            stands = [other for other, text in shown.items() if text in accepted]
            if stands:
                values = {"column": column}
                return [Problem("columns-moved", sheet.place(f"{column}{row}"), values)]
            values = {"value": sheet.text(column, row) or "-", "expected": expected}
            problems.append(Problem("label-changed", sheet.place(f"{column}{row}"), values))
        return problems
    return [Problem("header-missing", sheet.place(f"A{FIRST_ROW - 1}"))]


_NEXT = ("K", "L", "M")
"""Columns into which a header may have been moved."""


def _is_head(text: str) -> bool:
    return any(text in accepted for _, accepted in heads().values())


def tasks_sheet(book: OpenedWorkbook, form: Form) -> tuple[Found | None, list[Problem]]:
    """The sheet with the tasks of the plan; None where the unit owes nothing."""
    expected = {row.key: row.row for row in form.tasks}
    if not any(isinstance(row.owed, Obligation) for row in form.tasks):
        return None, []
    return _sheet(book, TASKS, expected, {})


def _sheet(
    book: OpenedWorkbook, name: str, expected: Mapping[str, int], criteria: Mapping[str, str]
) -> tuple[Found | None, list[Problem]]:
    alike = [sheet for sheet in book.sheets if _holds_keys(sheet, expected)]
    named = book.sheet(name)
    problems: list[Problem] = []
    if named is None:
        if len(alike) != 1:
            return None, [book.missing(name)]
        named = alike[0]
        values = {"value": named.name, "expected": name}
        problems.append(Problem("sheet-renamed", named.place("A1"), values, advice=True))
    for sheet in alike:
        if sheet is not named:
            values = {"value": sheet.name, "read": named.name}
            # A copy that says the same does no harm; one that differs may be the one filled in.
            same = sheet.grid == named.grid
            problems.append(Problem("sheet-copied", sheet.place("A1"), values, advice=same))
    head = header_problems(named) if name == FORM else []
    if any(problem.code == "columns-moved" for problem in head):
        return None, [*problems, *head]
    keyed = keyed_rows(named, expected, FIRST_ROW, unit=None, criteria=criteria)
    if not keyed.own:
        return None, [*problems, *keyed.problems]
    return Found(named, keyed, (*head, *keyed.problems)), problems


def _holds_keys(sheet: SheetCells, expected: Mapping[str, int]) -> bool:
    if fold(sheet.name) == fold(MANIFEST):
        return False
    return 2 * len(expected.keys() & set(sheet.keys)) >= len(expected) > 0
