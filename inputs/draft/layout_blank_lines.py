"""Layout: one cell after the other, each a paragraph between blank lines.

A blank cell is a line that holds a no-break space only.
"""

from __future__ import annotations

from collections.abc import Sequence

from inputs.draft.cell_stream import rows_of_stream
from inputs.draft.document import Found, Split, Table, cell
from inputs.draft.headings import role_of, roles_of

_NO_BREAK = "\u00a0"


def blank_lines(lines: Sequence[Found]) -> Split | None:
    """The table whose header is a run of such cells; None where there is none."""
    chunks = list(_chunks(lines))
    for at in range(len(chunks)):
        header: list[Found] = []
        for _, _, each in chunks[at:]:
            if role_of(each.value) is None:
                break
            header.append(each)
        if roles_of(tuple(header)) is None:
            continue
        cells = [each for _, _, each in chunks[at + len(header) :]]
        rows, sound = rows_of_stream(cells, len(header))
        table = Table((tuple(header), *rows), sound)
        return Split(lines[: chunks[at][0]], table, lines[chunks[-1][1] :])
    return None


def _chunks(lines: Sequence[Found]) -> list[tuple[int, int, Found]]:
    """Runs of lines that are not blank: first line, line after the last, the cell."""
    chunks: list[tuple[int, int, Found]] = []
    first: int | None = None
    for at, line in enumerate([*lines, Found("", lines[-1].place)]):
        if line.value.strip():
            first = at if first is None else first
            continue
        if first is not None:
            chunks.append((first, at, cell(lines[first:at], lines[first].place)))
            first = None
        if _NO_BREAK in line.value:
            chunks.append((at, at + 1, Found("", line.place)))
    return chunks
