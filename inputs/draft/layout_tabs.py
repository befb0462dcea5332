"""Layout: one row a line, its cells parted by tabs; scanning may have lost or moved cells."""

from __future__ import annotations

from collections.abc import Sequence

from inputs.draft.document import Found, Row, Split, Table
from inputs.draft.headings import roles_of


def tabs(lines: Sequence[Found]) -> Split | None:
    """The table whose header is a line with tabs; None where there is none."""
    for first, line in enumerate(lines):
        if line.value.count("\t") < 2 or roles_of(_cells(line)) is None:
            continue
        width = len(_cells(line))
        rows: list[Row] = []
        after = first
        for at, each in enumerate(lines[first:], start=first):
            if "\t" in each.value:
                rows.append(_cells(each))
                after = at + 1
            elif each.value.strip() and at - after > 2:
                break
        table = Table(tuple(rows), all(len(row) == width for row in rows))
        return Split(lines[:first], table, lines[after:])
    return None


def _cells(line: Found) -> Row:
    """Cells as they stand, so that `<p>` inside them is still seen."""
    return tuple(Found(part.strip(), line.place) for part in line.value.split("\t"))
