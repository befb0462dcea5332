"""Layout: lines of all columns in reading order, as left by a converter that lost the cells.

Such a text puts each line of print after the other: by height on the page, then from left to
right.  A line that goes on within its cell ends in two blanks, the last line of a cell in one.
Cells are set in the middle of their row, so how many lines each cell has fixes the order of all
lines; `woven_rows` looks for the numbers of lines that explain the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inputs.draft.document import Found, Row, Split, Table, even
from inputs.draft.numbers import UPPER
from inputs.draft.woven_rows import Section, Task, Word, read_rows
from inputs.headers import fold

_HEADING_WIDTH = 250
"""Letters within which all headings of a woven table stand."""

_PAGE_LENGTH = 400
_HEADINGS = {
    "title": re.compile(r"nội dung|nhiệm vụ|công việc", re.IGNORECASE),
    "lead": re.compile(r"(?<!\w)trì(?!\w)"),
    "partners": re.compile(r"(?<!\w)(phối|hợp)(?!\w)"),
    "deadline": re.compile(r"(?<!\w)(hoàn|gian|hạn)(?!\w)"),
}
_NAMES = ("STT", "Nội dung, nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian")
_PAGE = re.compile(r"\s*\d{1,3}\.\s")
_MARK = re.compile(
    rf"(?<=\S)\s(?=(?:[IVX]{{1,5}}\.\s[{UPPER}]|\d{{1,2}}\.\s[{UPPER}]|[a-zđ]\)\s[{UPPER}]))"
)


def woven(lines: Sequence[Found]) -> Split | None:
    """The table after woven headings; None where there are none, or other columns."""
    for at, line in enumerate(lines):
        for stt in re.finditer(r"(?<!\w)S?TT(?!\w)", line.value):
            start = _below_headings(line.value, stt.start(), stt.end())
            if start is None:
                continue
            words = _words(line, start, lines[at + 1 :])
            rows, unread = read_rows(words)
            if not rows:
                continue
            head = tuple(Found(name, line.place) for name in _NAMES)
            doubtful = tuple(
                Found(f"{row.number}. {row.title}: {row.lead} | {row.partners}", row.place)
                for row in rows
                if isinstance(row, Task) and row.doubtful
            )
            cells = (head, *(_row(each) for each in rows))
            table = Table(cells, astray=_stretches(unread), doubtful=doubtful)
            return Split([*lines[:at], _above(line, stt.start())], table, ())
    return None


def _below_headings(text: str, first: int, after: int) -> int | None:
    """Where the rows begin: at the first section, below headings in the usual order."""
    around = text[max(0, first - _HEADING_WIDTH // 2) : after + _HEADING_WIDTH]
    if not all(pattern.search(fold(around)) for pattern in _HEADINGS.values()):
        return None
    below = fold(text[after : after + _HEADING_WIDTH])
    places = [found.start() for p in _HEADINGS.values() if (found := p.search(below))]
    if len(places) < 2 or places != sorted(places):
        return None
    section = re.compile(rf"(?<!\w)I\s+(?=[{UPPER}])").search(text, after)
    if section is None or section.start() - after > _HEADING_WIDTH:
        return None
    return section.start()


def _above(line: Found, heading: int) -> Found:
    """The prose of the line that holds the headings: up to the last sentence before them."""
    ends = [found.end() for found in re.finditer(r"[.)]\s", line.value[:heading])]
    return Found(line.value[: ends[-1] if ends else heading], line.place)


def _words(first: Found, start: int, others: Sequence[Found]) -> list[Word]:
    """All words from a position on, each with the blanks before it; pages' numbers left out."""
    words: list[Word] = []
    for at, line in enumerate([Found(first.value[start:], first.place), *others]):
        text = line.value
        page = _PAGE.match(text) if at else None
        offset = page.end() if page else 0
        pieces = list(re.finditer(r"(\s*)(\S+)", text[offset:]))
        if page is None and at and pieces:
            break  # the pages have ended; what follows is not the table
        for number, found in enumerate(pieces):
            new_page = at > 0 and number == 0
            words.append(Word(found[2], len(found[1]), new_page, line.place))
    return words


def _row(each: Task | Section) -> Row:
    match each:
        case Section():
            cells = [each.number, each.title, "", "", ""]
        case Task():
            cells = [each.number, each.title, each.lead, each.partners, each.deadline]
    return tuple(Found(even(text), each.place) for text in cells)


def _stretches(unread: Sequence[Sequence[Word]]) -> tuple[Found, ...]:
    return tuple(Found(" ".join(word.text for word in each), each[0].place) for each in unread)


def unwound(lines: Sequence[Found]) -> list[Found]:
    """Pages that came as one numbered line each, cut where clauses begin; others as they are."""
    numbered = [line for line in lines if _PAGE.match(line.value)]
    pages = [line for line in lines if len(line.value) > _PAGE_LENGTH]
    counted = [int(line.value.split(".")[0]) for line in numbered]
    if not pages or any(page not in numbered for page in pages):
        return list(lines)
    if counted != list(range(counted[0], counted[0] + len(counted))):
        return list(lines)
    cut: list[Found] = []
    for line in lines:
        page = _PAGE.match(line.value)
        if page is None:
            cut.append(line)
            continue
        for part in _MARK.split(line.value[page.end() :]):
            cut.append(Found(part, line.place))
    return cut
