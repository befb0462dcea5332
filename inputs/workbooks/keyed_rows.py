"""Rows found again by their hidden keys (tìm dòng theo khóa), wherever a hand has moved them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from criteria.problems import Problem
from inputs.workbooks.opened import SheetCells

KEY = "A"


@dataclass(frozen=True)
class KeyedRows:
    """Where the keys stand.  `own`: false when so few were found that it is another sheet, or its
    columns were moved."""

    rows: Mapping[str, int]
    problems: tuple[Problem, ...]
    own: bool = True


def keyed_rows(
    sheet: SheetCells,
    expected: Mapping[str, int],
    first_row: int,
    *,
    unit: str | None,
    criteria: Mapping[str, str],
) -> KeyedRows:
    """The row of each key.  `expected`: where it stood when the sheet was made; `criteria`: key ->
    the leaf it belongs to.

    A key that stands twice, or nowhere, has no row.
    """
    found: dict[str, list[int]] = {}
    unknown: list[int] = []
    for row, key in enumerate(sheet.keys, start=1):
        if key in expected:
            found.setdefault(key, []).append(row)
        elif key and row >= first_row:
            unknown.append(row)
    if 2 * len(found) < len(expected):
        return KeyedRows({}, (_gone(sheet, expected, unit),), own=False)
    problems: list[Problem] = []
    for row in unknown:
        values = {"key": sheet.text(KEY, row)}
        problems.append(Problem("key-unknown", sheet.place(f"{KEY}{row}"), values, unit))
    rows: dict[str, int] = {}
    moved: list[int] = []
    for key, row in expected.items():
        criterion = criteria.get(key)
        stands = found.get(key, [])
        if not stands:
            place = sheet.place(f"{KEY}{row}")
            problems.append(Problem("key-missing", place, {"key": key}, unit, criterion))
        elif len(stands) > 1:
            values = {"rows": ", ".join(map(str, stands)), "key": key}
            place = sheet.place(f"{KEY}{stands[1]}")
            problems.append(Problem("key-twice", place, values, unit, criterion))
        else:
            rows[key] = stands[0]
            if stands[0] != row:
                moved.append(stands[0])
    if moved:
        place = sheet.place(f"{KEY}{min(moved)}")
        values = {"count": str(len(moved))}
        problems.append(Problem("rows-moved", place, values, unit, advice=True))
    return KeyedRows(rows, tuple(problems))


def _gone(sheet: SheetCells, expected: Mapping[str, int], unit: str | None) -> Problem:
    """The keys are not in their column: perhaps in another, where columns were inserted."""
    width = max((len(row) for row in sheet.grid), default=0)
    for position in range(1, min(width, 12)):
        texts = {row[position] for row in sheet.grid if position < len(row)}
        if 2 * len(texts & set(expected)) >= len(expected):
            return Problem("columns-moved", sheet.place("A1"), {"column": KEY}, unit)
    return Problem("keys-gone", sheet.place("A1"), {"sheet": sheet.name}, unit)
