"""Tables of cells with their places, from CSV, Excel or Parquet: the door of every file.

What a file is, its bytes say, not its name; what cannot be read is named with the way out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from criteria.problems import Place, Problem, ProblemsFound
from inputs.headers import fold, standard_name, tidy
from inputs.values import Cell, Kind

if TYPE_CHECKING:
    import polars as pl

MOST_COLUMNS = 16_384
"""Excel's own limit; a wider header is some other file by mistake."""

_LARGEST = 4_000_000_000


@dataclass(frozen=True)
class Spots:
    """Where the rows of a table stand in its file: cells of a sheet, or lines.

    `lines`: for each row its line in the file (CSV), its row in the sheet or in the Parquet table.
    """

    file: str
    lines: pl.Series
    sheet: str | None = None
    header: int | None = 1

    def at(self, row: int, position: int = 0) -> Place:
        """The place of a row's cell; `position` counts the file's columns from 0."""
        return self._place(int(self.lines[row]), position)

    def head(self, position: int = 0) -> Place:
        """The place of a column's name."""
        return Place(self.file) if self.header is None else self._place(self.header, position)

    def _place(self, line: int, position: int) -> Place:
        if self.sheet is None:
            return Place(self.file, line)
        return Place(self.file, sheet=self.sheet, cell=f"{column_letters(position)}{line}")


@dataclass(frozen=True)
class Column:
    """One column: its name, where it stands, and its cells.

    `values`: Int64 (native whole numbers) or String (spellings); null is a blank cell.
    `kinds`: what the file says of the spellings, one for all or a UInt8 a cell.
    """

    name: str
    position: int
    values: pl.Series
    kinds: Kind | pl.Series = Kind.TEXT

    @property
    def standard(self) -> str | None:
        return standard_name(self.name)

    @cached_property
    def cells(self) -> list[Cell | None]:
        """All cells as Python values, for short tables."""
        texts = self.values.to_list()
        if self.values.dtype.is_integer():
            return [None if text is None else Cell(str(text), Kind.NUMBER) for text in texts]
        if isinstance(self.kinds, Kind):
            return [None if text is None else Cell(text, self.kinds) for text in texts]
        kinds = self.kinds.to_list()
        return [
            None if text is None else Cell(text, Kind(kind))
            for text, kind in zip(texts, kinds, strict=True)
        ]

    def texts(self) -> pl.Series:
        """The cells as tidy texts (ids, names); a broken cell reads as blank."""
        import polars as pl

        texts = self.values.cast(pl.String)
        if isinstance(self.kinds, pl.Series):
            frame = pl.DataFrame({"text": texts, "kind": self.kinds})
            broken = pl.col("kind") == Kind.BROKEN
            texts = frame.select(pl.when(~broken).then("text").alias("text"))["text"]
        return texts.str.normalize("NFC").str.strip_chars()


@dataclass(frozen=True)
class Table:
    """What a file holds: named columns of equal height, places, and the faults met in reading."""

    columns: tuple[Column, ...]
    spots: Spots
    sha256: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def height(self) -> int:
        return len(self.spots.lines)

    def column(self, standard: str) -> Column | None:
        """The column with a standard name, in either language."""
        return next((column for column in self.columns if column.standard == standard), None)


def column_letters(position: int) -> str:
    """Excel's letters of a column counted from 0.

    >>> column_letters(3), column_letters(26), column_letters(16383)
    ('D', 'AA', 'XFD')
    """
    letters, rest = "", position + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


def read_table(path: Path, sheet: str | None = None) -> Table:
    """The table in a file; faults of single cells are in `problems`, the rest is read on.

    `sheet`: of a workbook, the sheet by name; otherwise the first with a `unit` header.
    Raises: ProblemsFound when there is no table to read at all.
    """
    data = read_bytes(path)
    file = str(path)
    refuse_other_files(path, data)
    if data.startswith(b"PAR1"):
        from inputs.parquet_table import read_parquet

        table = read_parquet(data, file)
    elif data.startswith(b"PK"):
        from inputs.excel_table import read_excel

        table = read_excel(data, file, sheet)
    else:
        from inputs.csv_table import read_csv

        table = read_csv(data, file)
    digest = hashlib.sha256(data).hexdigest()
    return _checked(Table(table.columns, table.spots, digest, table.problems))


def read_bytes(path: Path, largest: int = _LARGEST) -> bytes:
    """The bytes of a file that somebody handed in.

    Raises: ProblemsFound when there is none, or it is a folder, too large, locked or empty.
    """
    place = Place(str(path))
    if path.name.startswith("~$"):
        values = {"name": path.name[2:]}
        raise ProblemsFound([Problem("excel-lock-file", place, values)])
    try:
        if path.is_dir():
            raise ProblemsFound([Problem("file-is-folder", place)])
        if path.stat().st_size > largest:
            raise ProblemsFound([Problem("file-too-large", place, {"limit": str(largest)})])
        data = path.read_bytes()
    except FileNotFoundError:
        raise ProblemsFound([Problem("file-missing", place)]) from None
    except PermissionError:
        raise ProblemsFound([Problem("file-locked", place)]) from None
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL character
        reason = getattr(error, "strerror", None) or str(error)
        raise ProblemsFound([Problem("file-unreadable", place, {"reason": reason})]) from None
    if not data.strip():
        raise ProblemsFound([Problem("file-empty", place)])
    return data


_TO_XLSX = frozenset(
    {
        *(".xls", ".xlsb", ".xlt", ".doc", ".docx", ".docm", ".rtf", ".odt", ".ods"),
        *(".pdf", ".ppt", ".pptx", ".numbers", ".htm", ".html"),
    }
)
_WORKBOOKS = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm"})
_TEXTS = frozenset({".csv", ".tsv", ".txt", ""})


def refuse_other_files(path: Path, data: bytes) -> None:
    """Raise for everything that is no CSV, Excel workbook or Parquet file, by content first."""
    place = Place(str(path))
    suffix = path.suffix.lower()
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        locked = "EncryptedPackage".encode("utf-16-le") in data
        code = "workbook-encrypted" if locked else "save-as-xlsx"
        raise ProblemsFound([Problem(code, place, {"kind": suffix or "OLE"})])
    if head.startswith((b"%pdf", b"{\\rtf", b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise ProblemsFound([Problem("save-as-xlsx", place, {"kind": _kind_of(head)})])
    if data.startswith((b"PK", b"PAR1")):
        return  # a zip is looked into by the reader of workbooks
    if suffix in _TO_XLSX:
        raise ProblemsFound([Problem("save-as-xlsx", place, {"kind": suffix})])
    if suffix in _WORKBOOKS:
        raise ProblemsFound([Problem("workbook-broken", place)])
    if suffix == ".parquet":
        raise ProblemsFound([Problem("parquet-broken", place)])
    if suffix not in _TEXTS:
        raise ProblemsFound([Problem("file-kind-unknown", place, {"kind": suffix})])


def _kind_of(head: bytes) -> str:
    if head.startswith(b"%pdf"):
        return "PDF"
    return "RTF" if head.startswith(b"{\\rtf") else "HTML/XML"


def _checked(table: Table) -> Table:
    """Names of columns: none missing over values, none twice; and at least one row."""
    problems = list(table.problems)
    kept: list[Column] = []
    first: dict[str, Column] = {}
    for column in table.columns:
        if not column.name:
            if column.values.null_count() < len(column.values):
                values = {"column": column_letters(column.position)}
                place = table.spots.head(column.position)
                problems.append(Problem("header-without-name", place, values))
            continue
        key = column.standard or fold(column.name)
        if key in first:
            values = {
                "name": column.name,
                "first": column_letters(first[key].position),
                "second": column_letters(column.position),
            }
            place = table.spots.head(column.position)
            problems.append(Problem("header-twice", place, values))
            continue
        first[key] = column
        kept.append(column)
    if table.height == 0:
        problems.append(Problem("table-without-rows", table.spots.head()))
    return Table(tuple(kept), table.spots, table.sha256, tuple(problems))


def refuse_wide_header(width: int, place: Place) -> None:
    """Raise for a header that no table of ours can have."""
    if width > MOST_COLUMNS:
        values = {"count": str(width), "limit": str(MOST_COLUMNS)}
        raise ProblemsFound([Problem("too-many-columns", place, values)])


def header_names(cells: Sequence[object]) -> list[str]:
    """The names in a header row, tidy; a blank cell is an empty name."""
    return ["" if cell is None else tidy(str(cell)) for cell in cells]
