"""Layout: one cell after the other, parted by lines that hold a bar only."""

from __future__ import annotations

from collections.abc import Sequence

from inputs.draft.cell_stream import rows_of_stream
from inputs.draft.document import Found, Split, Table, cell, even
from inputs.draft.headings import role_of, roles_of

_LONGEST_HEADING = 6
"""Lines that the heading of one column may take."""


def bars(lines: Sequence[Found]) -> Split | None:
    """The table whose header is a run of such cells; None where there is none."""
    stops = [at for at, line in enumerate(lines) if line.value.strip() == "|"]
    if len(stops) < 4:
        return None
    chunks = list(zip([-1, *stops], stops, strict=False))
    for at, (before, stop) in enumerate(chunks):
        start = _heading_start(lines, before + 1, stop)
        if start is None:
            continue
        header = [cell(lines[start:stop], lines[stop].place)]
        for left, right in chunks[at + 1 :]:
            each = cell(lines[left + 1 : right], lines[right].place)
            if role_of(each.value) is None:
                break
            header.append(each)
        if roles_of(tuple(header)) is None:
            continue
        cells = [
            cell(lines[left + 1 : right], lines[right].place)
            for left, right in chunks[at + len(header) :]
        ]
        rows, sound = rows_of_stream(cells, len(header))
        table = Table((tuple(header), *rows), sound)
        return Split(lines[:start], table, lines[stops[-1] + 1 :])
    return None


def _heading_start(lines: Sequence[Found], first: int, stop: int) -> int | None:
    """Where the first heading begins, below the lines of prose above it; the longest one wins."""
    for start in range(max(first, stop - _LONGEST_HEADING), stop):
        words = even(" ".join(line.value for line in lines[start:stop]))
        if words and role_of(words) is not None:
            return start
    return None
