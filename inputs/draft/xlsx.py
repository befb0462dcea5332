"""Excel workbooks: every visible sheet as a table, merged cells once."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import openpyxl

from criteria.exact import shortest
from criteria.problems import Place, Problem, ProblemsFound
from inputs.draft.document import Block, Document, Found, Paragraph, Table, even
from inputs.draft.headings import header_of
from inputs.tables import column_letters

_WIDE = 3
"""Cells of a row that make it part of a table; a letterhead (tiêu đề) has two."""


def read_xlsx(data: bytes, file: str) -> Document:
    """The blocks of a workbook: rows above a sheet's table are paragraphs.

    A table begins at its header; without one, at the first row of three cells.

    Raises: ProblemsFound for a file that is no workbook.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and rules that we do not read
        try:
            workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            blocks = [
                block
                for sheet in workbook.worksheets
                if sheet.sheet_state == "visible"
                for block in _sheet(sheet, file)
            ]
        except Exception:  # openpyxl meets broken workbooks with errors of a dozen kinds
            raise ProblemsFound([Problem("workbook-broken", Place(file))]) from None
    return Document(file, tuple(blocks))


def _sheet(sheet: Any, file: str) -> list[Block]:
    raw = [[_as_shown(cell) for cell in row] for row in sheet.iter_rows()]
    rows = [
        [
            Found(
                _shown(value),
                Place(file, sheet=sheet.title, cell=f"{column_letters(column)}{number}"),
            )
            for column, value in enumerate(values)
        ]
        for number, values in enumerate(raw, start=1)
    ]
    for merged in sheet.merged_cells.ranges:  # a cell over several rows is in each of them
        left, top = merged.min_col - 1, merged.min_row - 1
        for at in range(top + 1, min(merged.max_row, len(rows))):
            rows[at][left] = rows[top][left]
    header = header_of([tuple(row) for row in rows])
    start = header[0] if header else _first_wide(rows)
    blocks: list[Block] = [
        Paragraph(line, ((0, each.place),))
        for row, values in zip(rows[:start], raw, strict=False)
        for each, value in zip(row, values, strict=True)
        for line in _lines(value)
    ]
    filled = tuple(tuple(row) for row in rows[start:] if any(each.value for each in row))
    if filled:
        blocks.append(Table(filled))
    return blocks


def _first_wide(rows: Sequence[Sequence[Found]]) -> int:
    """The first of two rows on end with three cells or more; without such, the end."""
    wide = [len([each for each in row if each.value]) >= _WIDE for row in rows]
    return next((at for at, both in enumerate(pairwise(wide)) if all(both)), len(rows))


def _lines(value: object) -> list[str]:
    """The lines of a cell that are not blank."""
    if not isinstance(value, str):
        return [_shown(value)] if value is not None else []
    return [line for line in map(even, value.splitlines()) if line]


def _as_shown(cell: Any) -> object:
    """The value of a cell; of one that shows percent, what it shows: 90% for 0.9."""
    value = cell.value
    if isinstance(value, int | float) and not isinstance(value, bool) and "%" in cell.number_format:
        return f"{shortest(Fraction(repr(value)) * 100)}%"
    return value


def _shown(value: object) -> str:
    """What a cell shows: days as dd/mm/yyyy, whole numbers without a point."""
    match value:
        case None:
            return ""
        case datetime.date():
            return f"{value.day:02}/{value.month:02}/{value.year}"
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return even(str(value))
