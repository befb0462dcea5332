"""Cells that went astray, put back under their headings by what they say.

The order of the columns is kept: a cell never passes another.  Among all ways to lay the cells
under the headings, the one that fits their contents best is taken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inputs.draft.contents import Contents
from inputs.draft.document import Found, Row, even
from inputs.draft.headings import Role
from inputs.draft.numbers import mark_of

_PART = re.compile(r"</?(?:p|br)\s*/?>", re.IGNORECASE)
_TOLD_ABOVE: frozenset[Role] = frozenset({"product", "lead", "partners", "approved_by", "deadline"})
_DITTO = re.compile(r"[-–\s]*(nt|như trên)[-–.\s]*|[-–\s]*(?:[\"”“〃]+|'')[-–\s]*", re.IGNORECASE)
_LEFT_OUT = -2.0
"""What it costs to lay a cell under no heading; an impossible fit costs more."""


@dataclass(frozen=True, slots=True)
class Aligned:
    """The parts found under each heading, and the cells that fit nowhere."""

    fields: Mapping[Role, tuple[Found, ...]]
    astray: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    index: int
    parts: tuple[Found, ...]


def by_position(row: Row, roles: Sequence[Role]) -> Aligned:
    """Each cell under the heading above it."""
    fields: dict[Role, tuple[Found, ...]] = {
        role: parts
        for each, role in zip(row, roles, strict=False)
        if role != "other" and (parts := _parts(each))
    }
    return Aligned(fields, tuple(each for each in row[len(roles) :] if each.value))


def by_content(row: Row, roles: Sequence[Role], contents: Contents) -> Aligned:
    """Each cell under the heading that its words fit best."""
    cells = [one for at, each in enumerate(row) for one in _cells(at, each, contents)]
    best = _best(cells, roles, contents)
    fields: dict[Role, tuple[Found, ...]] = {}
    astray: list[Found] = []
    for each, column in zip(cells, best, strict=True):
        if column is None or roles[column] == "other":
            astray += each.parts
        else:
            role = roles[column]
            fields[role] = (*fields.get(role, ()), *each.parts)
    return Aligned(fields, tuple(astray))


def is_ditto(text: str) -> bool:
    """Whether a cell only points to the row above.

    >>> is_ditto("-nt-"), is_ditto("Như trên"), is_ditto("Sở Nội vụ")
    (True, True, False)
    """
    return _DITTO.fullmatch(text) is not None


def _best(
    cells: Sequence[_Cell], roles: Sequence[Role], contents: Contents
) -> tuple[int | None, ...]:
    """For each cell the position of its heading, or None; the best total, found left to right."""
    # reached: last heading used -> (score, headings so far)
    reached: dict[int, tuple[float, tuple[int | None, ...]]] = {-1: (0.0, ())}
    for each in cells:
        following: dict[int, tuple[float, tuple[int | None, ...]]] = {}
        for last, (score, taken) in reached.items():
            options: list[tuple[int, float, int | None]] = [(last, _LEFT_OUT, None)]
            first = last if last >= 0 and roles[last] in {"product", "deadline"} else last + 1
            for column in range(first, len(roles)):
                again = -1.0 if column == last else 0.0
                options.append((column, _fit(each, column, roles, contents) + again, column))
            for column, fit, choice in options:
                total = score + fit
                if column not in following or total > following[column][0]:
                    following[column] = total, (*taken, choice)
        reached = following
    return max(reached.values(), key=lambda each: each[0])[1]


def _fit(each: _Cell, column: int, roles: Sequence[Role], contents: Contents) -> float:
    texts = [part.value for part in each.parts]
    if all(map(is_ditto, texts)) and roles[column] in _TOLD_ABOVE:
        return 2.0 + (0.5 if column == each.index else 0.0)
    deadline = all(contents.is_deadline(text) for text in texts)
    bodies = not deadline and all(contents.names_bodies(text) for text in texts)
    mark = mark_of(texts[0])
    in_place = 0.5 if column == each.index else 0.0
    match roles[column]:
        case "number":
            fit = 6.0 if re.fullmatch(r"\d{1,3}[.)]?|[IVX]+[.)]?", texts[0]) else -6.0
        case "area":
            fit = 6.0 if mark is not None and mark[0] == "roman" else -4.0
        case "title":
            numbered = mark is not None and mark[0] == "number"
            fit = 6.0 if numbered else -6.0 if deadline else -3.0 if bodies else 1.5
        case "product":
            numbered = mark is not None and mark[0] == "number"
            fit = -4.0 if deadline or numbered else -3.0 if bodies else 1.5
        case "lead":
            fit = 4.0 if bodies else -3.0
        case "partners":
            fit = 3.9 if bodies else -3.0  # a body alone is the lead
        case "approved_by":
            fit = 3.8 if bodies else -3.0
        case "deadline":
            fit = 5.0 if deadline else -5.0
        case _:
            fit = -1.0
    return fit + in_place


def _cells(index: int, each: Found, contents: Contents) -> list[_Cell]:
    """A cell as one, or as two where deadlines slipped in among other parts."""
    parts = _parts(each)
    if not parts:
        return []
    deadlines = tuple(part for part in parts if contents.is_deadline(part.value))
    others = tuple(part for part in parts if part not in deadlines)
    if len(parts) > 1 and deadlines and others:
        return [_Cell(index, others), _Cell(index, deadlines)]
    return [_Cell(index, parts)]


def _parts(each: Found) -> tuple[Found, ...]:
    texts = [even(part) for part in _PART.split(each.value)]
    return tuple(Found(text, each.place) for text in texts if text)
