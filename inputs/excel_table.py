"""Excel workbooks: what the cells show, at the digits Excel keeps, each with sheet and cell.

Values are taken by openpyxl.  Two things it does not tell, formulas that were never computed and
merged cells, are looked up in the sheet's own XML, and only where the bytes say there are any.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

import openpyxl
import polars as pl
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from criteria.problems import Place, Problem, ProblemsFound
from inputs.headers import standard_name
from inputs.native import is_percent, number_cell
from inputs.tables import (
    MOST_COLUMNS,
    Column,
    Spots,
    Table,
    column_letters,
    header_names,
    refuse_wide_header,
)
from inputs.values import Kind
from inputs.workbook_zip import workbook_zip

_LARGEST_UNPACKED = 4_000_000_000
_HEADER_WITHIN = 30
"""Rows of a sheet in which its header is looked for, below titles and notes."""

_HAS_EXTRAS = re.compile(rb"<(?:\w+:)?(?:f|mergeCell)[ />]")


def read_excel(data: bytes, file: str, sheet: str | None) -> Table:
    """The table on one sheet of a workbook.

    `sheet`: its name; otherwise the first sheet with a `unit` header, else the first with content.
    Raises: ProblemsFound when the file is no workbook, or has no such sheet.
    """
    place = Place(file)
    archive = _archive(data, place)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of drawings and rules that we do not read
        try:
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            worksheet, others = _chosen(workbook.worksheets, sheet, place)
            return _table(worksheet, others, archive, file)
        except ProblemsFound:
            raise
        except Exception:  # openpyxl meets broken workbooks with errors of a dozen kinds
            raise ProblemsFound([Problem("workbook-broken", place)]) from None


def _archive(data: bytes, place: Place) -> zipfile.ZipFile:
    """The zip, once it is known to hold a workbook of a size that can be read."""
    archive = workbook_zip(data, place)
    if sum(info.file_size for info in archive.infolist()) > _LARGEST_UNPACKED:
        values = {"limit": str(_LARGEST_UNPACKED)}
        raise ProblemsFound([Problem("file-too-large", place, values)])
    return archive


def _chosen(worksheets: list[Any], asked: str | None, place: Place) -> tuple[Any, list[str]]:
    """The sheet to read, and the names of other visible sheets that hold something."""
    if asked is not None:
        for worksheet in worksheets:
            if worksheet.title == asked:
                return worksheet, []
        values = {"sheet": asked, "sheets": ", ".join(w.title for w in worksheets)}
        raise ProblemsFound([Problem("sheet-missing", place, values)])
    heads = [(worksheet, list(_first_rows(worksheet))) for worksheet in worksheets]
    filled = [(worksheet, rows) for worksheet, rows in heads if rows]
    if not filled:
        raise ProblemsFound([Problem("file-empty", place)])
    chosen = next((w for w, rows in filled if any(map(_names_unit, rows))), filled[0][0])
    others = [
        worksheet.title
        for worksheet, _ in filled
        if worksheet is not chosen and worksheet.sheet_state == "visible"
    ]
    return chosen, others


def _first_rows(worksheet: Any) -> Iterator[list[Any]]:
    """The cells of the first rows that are not blank."""
    worksheet.reset_dimensions()  # a stored dimension may be wrong; the rows themselves are not
    for number, row in enumerate(worksheet.iter_rows()):
        if number >= _HEADER_WITHIN:
            return
        cells = [cell for cell in row if not _blank(cell.value)]
        if cells:
            yield cells


def _names_unit(cells: list[Any]) -> bool:
    return any(standard_name(str(cell.value)) == "unit" for cell in cells)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


@dataclass
class _Gathered:
    """Cells of one column while the rows are walked."""

    texts: list[str | None] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)

    def put(self, row: int, text: str, kind: Kind) -> None:
        missing = row - len(self.texts)
        self.texts.extend([None] * missing)
        self.kinds.extend([0] * missing)
        self.texts.append(text)
        self.kinds.append(kind)


def _table(worksheet: Any, others: list[str], archive: zipfile.ZipFile, file: str) -> Table:
    sheet: str = worksheet.title
    heads = list(_first_rows(worksheet))
    if not heads:
        raise ProblemsFound([Problem("file-empty", Place(file, sheet=sheet))])
    header_cells = next((cells for cells in heads if _names_unit(cells)), heads[0])
    header_row: int = header_cells[0].row
    width = max(cell.column for cell in header_cells)
    refuse_wide_header(width, Place(file, sheet=sheet, cell=f"A{header_row}"))
    named = {cell.column: cell.value for cell in header_cells}
    names = header_names([named.get(number) for number in range(1, width + 1)])
    extras = _extras(archive, worksheet, header_row, width)

    problems: list[Problem] = []
    gathered = [_Gathered() for _ in names]
    lines: list[int] = []
    strays: dict[int, int] = {}
    percents: dict[str, bool] = {}
    for row in worksheet.iter_rows():
        number = 0
        for cell in row:
            value = cell.value
            if value is None:
                continue
            number = cell.row
            if number <= header_row:
                break
            text, kind = _reading(cell, value, percents)
            if text is None:
                continue
            if cell.column > width:
                strays.setdefault(cell.column, number)
                continue
            if not lines or lines[-1] != number:
                lines.append(number)
            if kind is Kind.BROKEN:
                place = Place(file, sheet=sheet, cell=f"{column_letters(cell.column - 1)}{number}")
                problems.append(Problem("cell-with-error", place, {"value": text}))
            gathered[cell.column - 1].put(len(lines) - 1, text, kind)

    row_of = {line: row for row, line in enumerate(lines)}
    for line, column in extras.uncomputed:
        place = Place(file, sheet=sheet, cell=f"{column_letters(column - 1)}{line}")
        problems.append(Problem("formula-without-value", place))
        if line in row_of and column <= width:
            _mark_broken(gathered[column - 1], row_of[line])
    for merged in extras.merged:
        place = Place(file, sheet=sheet, cell=merged.partition(":")[0])
        problems.append(Problem("cells-merged", place, {"range": merged}))
    for column, line in strays.items():
        if column <= MOST_COLUMNS:
            letters = column_letters(column - 1)
            place = Place(file, sheet=sheet, cell=f"{letters}{header_row}")
            values = {"column": letters, "cell": f"{letters}{line}"}
            problems.append(Problem("header-without-name", place, values))
    if others:
        values = {"sheet": sheet, "others": ", ".join(others)}
        place = Place(file, sheet=sheet)
        problems.append(Problem("other-sheets", place, values, advice=True))
    height = len(lines)
    columns = [
        _column(name, position, cells, height)
        for position, (name, cells) in enumerate(zip(names, gathered, strict=True))
    ]
    spots = Spots(file, pl.Series(lines, dtype=pl.UInt32), sheet, header_row)
    return Table(tuple(columns), spots, problems=tuple(problems))


def _column(name: str, position: int, cells: _Gathered, height: int) -> Column:
    missing = height - len(cells.texts)
    texts = pl.Series(cells.texts + [None] * missing, dtype=pl.String)
    kinds = pl.Series(cells.kinds + [0] * missing, dtype=pl.UInt8)
    return Column(name, position, texts, kinds)


def _mark_broken(cells: _Gathered, row: int) -> None:
    if row < len(cells.texts):
        cells.texts[row], cells.kinds[row] = "", Kind.BROKEN
    else:
        cells.put(row, "", Kind.BROKEN)


def _reading(cell: Any, value: object, percents: dict[str, bool]) -> tuple[str | None, Kind]:
    """Spelling and kind of a cell's stored value; None for blank text."""
    match value:
        case str():
            if cell.data_type == "e":
                return value, Kind.BROKEN
            return value.strip() or None, Kind.TEXT
        case bool():
            return ("true" if value else "false"), Kind.YES_NO
        case int() | float():
            number_format = cell.number_format or ""
            shown_as_percent = percents.get(number_format)
            if shown_as_percent is None:
                shown_as_percent = percents[number_format] = is_percent(number_format)
            return number_cell(value, percent=shown_as_percent)
        case datetime.datetime() | datetime.date():
            return value.isoformat(sep=" ") if isinstance(
                value, datetime.datetime
            ) else value.isoformat(), Kind.DATE
        case _:  # a time of day or a span of time
            return str(value), Kind.DATE


@dataclass(frozen=True)
class _Extras:
    """What the sheet's XML says beyond values: row and column of uncomputed formulas; merges."""

    uncomputed: tuple[tuple[int, int], ...] = ()
    merged: tuple[str, ...] = ()


def _extras(archive: zipfile.ZipFile, worksheet: Any, header_row: int, width: int) -> _Extras:
    """Formulas without a value and merged cells, inside the table only."""
    xml = archive.read(worksheet._worksheet_path)
    if not _HAS_EXTRAS.search(xml):
        return _Extras()
    uncomputed: list[tuple[int, int]] = []
    merged: list[str] = []
    row, column = 0, 0
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = element.tag.rpartition("}")[2]
        if event == "start":
            if tag == "row":
                row, column = int(element.get("r") or row + 1), 0
            continue
        if tag == "c":
            reference = element.get("r")
            column += 1
            if reference:
                row, column = coordinate_to_tuple(reference)
            if header_row <= row and column <= width and _is_uncomputed(element):
                uncomputed.append((row, column))
        elif tag == "row":
            element.clear()
        elif tag == "mergeCell":
            area = element.get("ref") or "A1"
            first_column, _, _, last_row = range_boundaries(area)
            if last_row >= header_row and first_column <= width:
                merged.append(area)
    return _Extras(tuple(uncomputed), tuple(merged))


def _is_uncomputed(element: ElementTree.Element) -> bool:
    """A cell with a formula and no stored value; an empty text is a value too."""
    formula = value = None
    for child in element:
        tag = child.tag.rpartition("}")[2]
        if tag == "f":
            formula = child
        elif tag == "v":
            value = child
    if formula is None or (value is not None and value.text):
        return False
    return element.get("t") != "str" or value is None
