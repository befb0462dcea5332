"""CSV files: encoding and separator found out, quoted line breaks kept, every row with its line."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence

import polars as pl

from criteria.problems import Place, Problem, ProblemsFound
from inputs.headers import standard_name
from inputs.tables import Column, Spots, Table, header_names, refuse_wide_header

_SEPARATORS = (";", "\t", ",")
_CHUNK = 20_000
"""Rows that are held as Python values at a time."""

_SEP_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_csv(data: bytes, file: str) -> Table:
    """The table in the bytes of a CSV file.

    Raises: ProblemsFound for other encodings, broken quotes, and headers beyond Excel's width.
    """
    text = _text(data, file)
    skipped = 0
    separator = None
    if said := _SEP_LINE.match(text):  # a line that Excel itself writes and understands
        separator, skipped, text = said[1], 1, text[said.end() :]
    records = _records(text, separator or _separator(text, file), file, skipped)
    header_line, header = next(records, (1, []))
    refuse_wide_header(len(header), Place(file, header_line))
    names = header_names(header)
    problems: list[Problem] = []
    lines: list[int] = []
    rows: list[Sequence[str]] = []
    chunks: list[list[pl.Series]] = []
    for line, row in records:
        if len(row) != len(names):
            row, problem = _fitted(row, len(names), Place(file, line))
            if problem is not None:
                problems.append(problem)
        lines.append(line)
        rows.append(row)
        if len(rows) == _CHUNK:
            chunks.append(_series(rows))
            rows = []
    if rows or not chunks:
        chunks.append(_series(rows) if rows else [pl.Series([], dtype=pl.String) for _ in names])
    columns = [
        Column(name, position, pl.concat([chunk[position] for chunk in chunks]))
        for position, name in enumerate(names)
    ]
    spots = Spots(file, pl.Series(lines, dtype=pl.UInt32), header=header_line)
    return Table(tuple(columns), spots, problems=tuple(problems))


def _text(data: bytes, file: str) -> str:
    encoding = "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ProblemsFound([Problem("csv-not-utf8", Place(file, line))]) from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ProblemsFound([Problem("csv-not-utf8", Place(file, line))])
    if not text.strip():
        raise ProblemsFound([Problem("file-empty", Place(file))])
    return text


def _separator(text: str, file: str) -> str:
    """The sign that makes a `unit` column of the header, else the one that it holds most of."""
    headers: dict[str, list[str]] = {}
    for sign in _SEPARATORS:
        try:
            _, headers[sign] = next(_records(text, sign, file, 0), (1, []))
        except ProblemsFound:  # quotes that do not fit this sign; the true one is read again
            headers[sign] = []
    for sign, names in headers.items():
        if len(names) > 1 and any(standard_name(name) == "unit" for name in names):
            return sign
    most = max(_SEPARATORS, key=lambda sign: len(headers[sign]))
    return most if len(headers[most]) > 1 else ","


def _records(text: str, separator: str, file: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Line and cells of every record that is not blank; the first one is the header."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1 + skipped
        try:
            record = next(reader, None)
        except csv.Error as error:
            code = "cell-too-long" if "limit" in str(error) else "csv-quotes-broken"
            raise ProblemsFound([Problem(code, Place(file, line))]) from None
        if record is None:
            return
        if any(cell and not cell.isspace() for cell in record):
            yield line, record


def _fitted(row: list[str], width: int, place: Place) -> tuple[list[str], Problem | None]:
    """A row of the header's width, and the problem that it was not."""
    values = {"count": str(len(row)), "wanted": str(width)}
    if len(row) > width and not any(cell.strip() for cell in row[width:]):
        return row[:width], None
    fitted = (row + [""] * width)[:width]
    return fitted, Problem("row-of-other-length", place, values)


def _series(rows: list[Sequence[str]]) -> list[pl.Series]:
    columns = [pl.Series(cells, dtype=pl.String).str.strip_chars() for cells in zip(*rows)]  # noqa: B905
    return [column.replace("", None) for column in columns]
