"""Cells that came one after the other, gathered to rows by their numbering."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inputs.draft.document import Found, Row
from inputs.draft.numbers import roman_value

_START = re.compile(r"(?P<number>\d{1,3})\s*(?:[.)]|$)|(?P<roman>[IVX]{1,5})\s*(?:[.:]|$)")


def rows_of_stream(cells: Sequence[Found], width: int) -> tuple[list[Row], bool]:
    """Rows of `width` cells, and whether all of them came out even.

    A row begins at a number (1, 2., IV). A row that lost or gained cells ends where the next
    number in turn begins.  A section may be one cell alone.
    """
    rows: list[Row] = []
    sound = True
    at = 0
    while at < len(cells):
        start = _start(cells[at].value)
        following = _end(cells, at, start, width)
        row = tuple(cells[at:following])
        if len(row) == 1 and isinstance(start, str):
            blank = Found("", row[0].place)
            row = (*row, *[blank] * (width - 1))
        sound = sound and len(row) == width
        rows.append(row)
        at = following
    return rows, sound


def _start(text: str) -> int | str | None:
    """What a cell begins with: a number, a Roman number, or neither."""
    found = _START.match(text)
    if found is None:
        return None
    if found["number"]:
        return int(found["number"])
    return found["roman"] if roman_value(found["roman"]) else None


def _end(cells: Sequence[Found], at: int, start: int | str | None, width: int) -> int:
    """Where the next row begins."""
    alone = len(cells[at].value) > 5  # a Roman number with its title, not in a column of its own
    next_cell = _start(cells[at + 1].value) if at + 1 < len(cells) else None
    if isinstance(start, str) and alone and _follows(start, next_cell):
        return at + 1
    if at + width >= len(cells):
        return len(cells)
    if _follows(start, _start(cells[at + width].value)):
        return at + width
    for end in range(at + 1, len(cells)):
        if _follows(start, _start(cells[end].value)):
            return end
    return at + width


def _follows(start: int | str | None, following: int | str | None) -> bool:
    """Whether a row may come after the one that begins with `start`."""
    match following:
        case None:
            return False
        case str():
            return True
        case int() if isinstance(start, int):
            return following == start + 1
        case _:
            return following == 1
