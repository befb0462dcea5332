"""Excel workbooks: every visible sheet as a table, merged cells once."""

from __future__ import annotations

import datetime
import io
import warnings
from typing import Any

import openpyxl

from criteria.problems import Place, Problem, ProblemsFound
from inputs.draft.document import Block, Document, Found, Paragraph, Table, even
from inputs.draft.headings import roles_of
from inputs.tables import column_letters


def read_xlsx(data: bytes, file: str) -> Document:
    """The blocks of a workbook: rows above a sheet's header are paragraphs, the rest a table.

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
    rows = [
        [
            Found(
                _shown(value),
                Place(file, sheet=sheet.title, cell=f"{column_letters(column)}{number}"),
            )
            for column, value in enumerate(values)
        ]
        for number, values in enumerate(sheet.iter_rows(values_only=True), start=1)
    ]
    for merged in sheet.merged_cells.ranges:  # a cell over several rows is in each of them
        left, top = merged.min_col - 1, merged.min_row - 1
        for at in range(top + 1, min(merged.max_row, len(rows))):
            rows[at][left] = rows[top][left]
    header = next((at for at, row in enumerate(rows) if roles_of(tuple(row))), None)
    before = rows if header is None else rows[:header]
    blocks: list[Block] = [
        Paragraph(each.value, ((0, each.place),)) for row in before for each in row if each.value
    ]
    if header is not None:
        filled = tuple(tuple(row) for row in rows[header:] if any(each.value for each in row))
        blocks.append(Table(filled))
    return blocks


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
