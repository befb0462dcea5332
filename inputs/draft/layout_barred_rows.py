"""Layout: one row a line, its cells parted by bars (`a | b | c |`, Markdown too)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inputs.draft.document import Found, Row, Split, Table, even
from inputs.draft.headings import roles_of

_STRAY_LINES = 3


def barred_rows(lines: Sequence[Found]) -> Split | None:
    """The table whose header is a line with bars; None where there is none."""
    for first, line in enumerate(lines):
        if line.value.count("|") < 2 or roles_of(_cells(line)) is None:
            continue
        header = _cells(line)
        width = len(header)
        rows: list[Row] = []
        at = after = first
        while at < len(lines) and at - after <= _STRAY_LINES:
            if lines[at].value.count("|") >= 2:
                if rows and at > after:
                    rows[-1] = _with_stray(rows[-1], lines[after:at])
                if not re.fullmatch(r"[\s|:-]+", lines[at].value):
                    rows.append(_cells(lines[at], header))
                after = at + 1
            at += 1
        table = Table(tuple(rows), all(len(row) == width for row in rows))
        return Split(lines[:first], table, lines[after:])
    return None


def _cells(line: Found, header: Row | None = None) -> Row:
    """The cells of a line; its first bar parts cells only where the header does not begin so."""
    text = line.value.strip()
    cells = [even(part) for part in text.split("|")]
    width = len(header) if header is not None else None
    if text.startswith("|") and len(cells) - text.endswith("|") != width:
        cells = cells[1:]
    if text.endswith("|") and len(cells) > 1:
        cells = cells[:-1]
    if width is not None and not any(cells[1:]):
        cells = [*cells, *[""] * width][:width]  # a section row, whose blank cells may be fewer
    return tuple(Found(each, line.place) for each in cells)


def _with_stray(row: Row, lines: Sequence[Found]) -> Row:
    """The row with lines without bars joined to its last filled cell."""
    last = max((at for at, each in enumerate(row) if each.value), default=0)
    words = even(" ".join([row[last].value, *(line.value for line in lines)]))
    return (*row[:last], Found(words, row[last].place), *row[last + 1 :])
