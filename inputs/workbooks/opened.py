"""A workbook that came back, opened with care (mở bảng tính): its sheets' cells, or what is wrong.

Whatever the bytes are, this neither crashes nor hangs nor takes much memory: members are unpacked
within limits, looked through, and only then handed to python-calamine, in a fresh zip that holds
nothing else.  Macros are never run; links to other files are never followed.
"""

from __future__ import annotations

import datetime
import hashlib
import io
import posixpath
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, TypeAlias
from xml.etree import ElementTree

from python_calamine import CalamineError, CalamineWorkbook

from criteria.problems import Place, Problem, ProblemsFound
from inputs.headers import fold
from inputs.native import number_cell
from inputs.tables import column_letters, read_bytes, refuse_other_files
from inputs.values import Cell, Kind
from inputs.workbook_zip import Unpacking, workbook_zip
from inputs.workbooks.sheet_marks import Marks, is_plain_xml, marks_of, percent_styles

LARGEST_FILE = 64_000_000
"""Bytes of a workbook as it is sent."""
_LARGEST_MEMBER, _LARGEST_ALL = 64_000_000, 256_000_000
_MOST_SHEETS = 256

_Native: TypeAlias = Any
"""str, int, float, bool, date, datetime, time or timedelta, as calamine gives them."""


@dataclass(frozen=True)
class SheetCells:
    """The cells of one sheet, from A1 on; blank ones are `""` in `grid`."""

    file: str
    name: str
    grid: list[list[_Native]]
    marks: Marks

    @property
    def height(self) -> int:
        """Rows up to the last filled one."""
        return len(self.grid)

    def place(self, cell: str) -> Place:
        return Place(self.file, sheet=self.name, cell=cell)

    def native(self, column: str, row: int) -> _Native:
        """What calamine gives for a cell; `""` for a blank one."""
        if row > len(self.grid):
            return ""
        cells, position = self.grid[row - 1], column_position(column)
        return cells[position] if position < len(cells) else ""

    def cell(self, column: str, row: int) -> Cell | None:
        """The cell as `inputs.values` reads it; None when blank.

        One that shows an error, or a formula without a stored result, is `Kind.BROKEN`: see
        `trouble`.
        """
        value = self.native(column, row)
        if isinstance(value, str):
            if value:
                return _cell(value, percent=False)
            spot = f"{column}{row}"
            if spot in self.marks.errors:
                return Cell(self.marks.errors[spot], Kind.BROKEN)
            return Cell("", Kind.BROKEN) if spot in self.marks.uncomputed else None
        return _cell(value, percent=f"{column}{row}" in self.marks.percents)

    def text(self, column: str, row: int) -> str:
        """The cell as a tidy text: NFC, without blanks around; `""` when blank or broken."""
        value = self.native(column, row)
        if isinstance(value, str):  # errors and formulas without a result come as blanks
            return tidy_text(value) if value else ""
        cell = self.cell(column, row)
        return "" if cell is None else tidy_text(cell.text)

    @cached_property
    def keys(self) -> list[str]:
        """The texts of column A, from row 1 on."""
        return [self.text("A", row) for row in range(1, self.height + 1)]

    def trouble(self, column: str, row: int) -> Problem | None:
        """Why a cell has no value although something stands there."""
        spot = f"{column}{row}"
        if spot in self.marks.errors:
            values = {"value": self.marks.errors[spot]}
            return Problem("cell-with-error", self.place(spot), values)
        if spot in self.marks.uncomputed:
            return Problem("formula-without-value", self.place(spot))
        return None

    def filled(self) -> Iterator[tuple[str, int]]:
        """Column and row of every cell that is not blank, row by row."""
        for number, cells in enumerate(self.grid, start=1):
            for position, value in enumerate(cells):
                if value != "" and not (isinstance(value, str) and not value.strip()):
                    yield column_letters(position), number

    @cached_property
    def merged(self) -> dict[str, str]:
        """Every cell of a merged area -> the area; the first cell is the one that holds a value."""
        return {cell: area for area in self.marks.merged for cell in _cells_of(area)}


@dataclass(frozen=True)
class OpenedWorkbook:
    """What was read of a workbook.

    `names`: all its sheets in order; `sheets`: those that were read; `saved_at`: when the program
    that saved it says it did (UTC), None when nobody has since it was made; `advice`: what does not
    stop the reading.
    """

    file: str
    sha256: str
    names: tuple[str, ...]
    sheets: tuple[SheetCells, ...]
    saved_at: datetime.datetime | None = None
    advice: tuple[Problem, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.file)

    def sheet(self, name: str) -> SheetCells | None:
        """A sheet by its name; case and form of accents do not matter."""
        wanted = fold(name)
        return next((sheet for sheet in self.sheets if fold(sheet.name) == wanted), None)

    def missing(self, name: str) -> Problem:
        """The problem that a sheet is not there."""
        values = {"sheet": name, "sheets": ", ".join(f"`{each}`" for each in self.names) or "-"}
        return Problem("workbook-sheet-missing", Place(self.file), values)


def tidy_text(text: str) -> str:
    """NFC, without blanks (no-break ones too) around."""
    return unicodedata.normalize("NFC", text).strip()


def open_workbook(path: Path, skip: Collection[str] = ()) -> OpenedWorkbook:
    """The workbook in a file.  `skip`: sheets that nobody will look at, by name.

    Raises: ProblemsFound when it cannot be read, with the reason.
    """
    data = read_bytes(path, LARGEST_FILE)
    return opened(data, path, skip)


def opened(data: bytes, path: Path, skip: Collection[str] = ()) -> OpenedWorkbook:
    """As `open_workbook`, of bytes already read from `path`."""
    place = Place(str(path))
    refuse_other_files(path, data)
    if not data.startswith(b"PK"):
        raise ProblemsFound([Problem("workbook-wanted", place, {"kind": path.suffix or "-"})])
    members = Unpacking(workbook_zip(data, place), place, _LARGEST_MEMBER, _LARGEST_ALL)
    return _Opening(members, place, frozenset(map(fold, skip))).workbook(data)


class _Opening:
    """One workbook on its way in."""

    def __init__(self, members: Unpacking, place: Place, skip: frozenset[str]) -> None:
        self.members, self.place, self.skip = members, place, skip

    def workbook(self, data: bytes) -> OpenedWorkbook:
        parts = self._parts()
        listed = self._listed(parts)
        names = tuple(name for name, _ in listed)
        styles = parts.get("xl/styles.xml", b"")
        read: list[tuple[str, Marks]] = []
        for name, path in listed:
            if fold(name) in self.skip or path is None:
                continue
            xml = self._sound(self.members.member(path))
            marks = marks_of(xml, percent_styles(styles))
            if marks is None:
                raise self._stop("workbook-strange")
            if marks.outside is not None:
                place = Place(self.place.file, sheet=name, cell=marks.outside)
                values = {"cell": marks.outside}
                raise ProblemsFound([Problem("cell-far-outside", place, values)])
            parts[path] = xml
            read.append((name, marks))
        grids = self._grids(parts, [name for name, _ in read])
        return OpenedWorkbook(
            file=self.place.file,
            sha256=hashlib.sha256(data).hexdigest(),
            names=names,
            sheets=tuple(
                SheetCells(self.place.file, name, grid, marks)
                for (name, marks), grid in zip(read, grids, strict=True)
            ),
            saved_at=_saved_at(self.members.member("docProps/core.xml") or b""),
            advice=tuple(self._advice()),
        )

    def _parts(self) -> dict[str, bytes]:
        """The members that every sheet needs."""
        parts: dict[str, bytes] = {}
        for name in _NEEDED:
            parts[name] = self._sound(self.members.member(name))
        for name in _OFTEN:
            content = self.members.member(name)
            if content is not None:
                parts[name] = self._sound(content)
        return parts

    def _sound(self, xml: bytes | None) -> bytes:
        if xml is None:
            raise self._stop("workbook-broken")
        if not is_plain_xml(xml):
            raise self._stop("workbook-strange")
        return xml

    def _stop(self, code: str) -> ProblemsFound:
        return ProblemsFound([Problem(code, self.place)])

    def _listed(self, parts: dict[str, bytes]) -> list[tuple[str, str | None]]:
        """The sheets in order: name, and the member that holds it; None for charts and macros."""
        try:
            book = ElementTree.fromstring(parts["xl/workbook.xml"])
            links = ElementTree.fromstring(parts["xl/_rels/workbook.xml.rels"])
        except ElementTree.ParseError:
            raise self._stop("workbook-broken") from None
        paths = {
            link.get("Id"): _member_of(link.get("Target") or "")
            for link in links
            if (link.get("Type") or "").endswith("/worksheet")
        }
        sheets = [
            (sheet.get("name") or "", paths.get(_relation(sheet)))
            for sheet in book.iter()
            if sheet.tag.rpartition("}")[2] == "sheet"
        ]
        if len(sheets) > _MOST_SHEETS:
            raise self._stop("workbook-strange")
        return sheets

    def _grids(self, parts: dict[str, bytes], names: list[str]) -> list[list[list[_Native]]]:
        fresh = io.BytesIO()
        with zipfile.ZipFile(fresh, "w", zipfile.ZIP_STORED) as archive:
            for name, content in parts.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        try:
            fresh.seek(0)
            workbook = CalamineWorkbook.from_filelike(fresh)
            return [
                workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names
            ]
        except (CalamineError, ValueError, OSError):
            raise self._stop("workbook-broken") from None

    def _advice(self) -> Iterator[Problem]:
        if "xl/vbaProject.bin" in self.members.names:
            yield Problem("macros-not-run", self.place, advice=True)


_NEEDED = ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels")
_OFTEN = ("_rels/.rels", "xl/styles.xml", "xl/sharedStrings.xml")
_STAMP = rb"[^>]*>\s*([0-9T:.+\-]{19,32})Z?\s*</dcterms:"
_MODIFIED = re.compile(rb"<dcterms:modified" + _STAMP)
_CREATED = re.compile(rb"<dcterms:created" + _STAMP)


def _relation(sheet: ElementTree.Element) -> str | None:
    return next((v for name, v in sheet.attrib.items() if name.rpartition("}")[2] == "id"), None)


def _member_of(target: str) -> str:
    """The member that a link of the workbook names, from the root of the zip."""
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def _saved_at(core: bytes) -> datetime.datetime | None:
    found, created = _MODIFIED.search(core), _CREATED.search(core)
    if found is None or (created is not None and created[1] == found[1]):
        return None
    try:
        moment = datetime.datetime.fromisoformat(found[1].decode())
    except ValueError:
        return None
    if moment.tzinfo is not None:
        moment = moment.astimezone(datetime.UTC).replace(tzinfo=None)
    return moment


def _cell(value: _Native, *, percent: bool) -> Cell | None:
    match value:
        case str():
            return Cell(value.strip(), Kind.TEXT) if value.strip() else None
        case bool():
            return Cell("true" if value else "false", Kind.YES_NO)
        case int() | float():
            return number_cell(value, percent=percent)
        case datetime.datetime():
            return Cell(value.isoformat(sep=" "), Kind.DATE)
        case datetime.date():
            return Cell(value.isoformat(), Kind.DATE)
        case _:  # a time of day or a span of time
            return Cell(str(value), Kind.DATE)


@cache
def column_position(letters: str) -> int:
    """Number of a column, from 0.

    >>> column_position("A"), column_position("AA")
    (0, 26)
    """
    position = 0
    for letter in letters:
        position = position * 26 + ord(letter) - ord("A") + 1
    return position - 1


_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_MOST_MERGED = 10_000


def _cells_of(area: str) -> Iterator[str]:
    """The cells of an area; of one larger than any form, only the first ones."""
    found = _AREA.fullmatch(area)
    if found is None:
        return
    first, last = column_position(found[1]), column_position(found[3])
    count = 0
    for row in range(int(found[2]), int(found[4]) + 1):
        for position in range(first, last + 1):
            count += 1
            if count > _MOST_MERGED:
                return
            yield f"{column_letters(position)}{row}"
