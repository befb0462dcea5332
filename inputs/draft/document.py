"""A document as plain blocks: paragraphs and tables in reading order, each text with its place."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from criteria.problems import Place


@dataclass(frozen=True, slots=True)
class Found:
    """A text, and the place where it was found.

    `others`: further places, where more than one was needed.  `ditto`: the words of a cell that
    only points to the row above (`nt`), whose text this then is.
    """

    value: str
    place: Place
    others: tuple[Place, ...] = ()
    ditto: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph (đoạn), its lines joined.

    `starts`: position in `text` at which each of its lines begins, and the place of that line.
    """

    text: str
    starts: tuple[tuple[int, Place], ...]

    @property
    def place(self) -> Place:
        return self.starts[0][1]

    def at(self, position: int) -> Place:
        """The place of the line that holds a position of the text."""
        return self.starts[bisect_right([start for start, _ in self.starts], position) - 1][1]

    def places(self, start: int, end: int) -> tuple[Place, ...]:
        """The places of the lines that hold a part of the text, each once."""
        further = (place for at, place in self.starts if start < at < end)
        return tuple(dict.fromkeys((self.at(start), *further)))


Row: TypeAlias = tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, blank ones included.

    `sound`: whether a cell's position tells its column; False where cells went astray in scanning.
    `astray`: text of the table that could not be laid out in rows.
    `doubtful`: rows whose lead and partners may have been taken for each other.
    `cells`: the text of each cell as lines, each cell once, in reading order.
    """

    rows: tuple[Row, ...]
    sound: bool = True
    astray: tuple[Found, ...] = ()
    doubtful: tuple[Found, ...] = ()
    cells: tuple[tuple[Paragraph, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """A text taken apart: the lines before its table, the table, and the lines after it."""

    before: Sequence[Found]
    table: Table
    after: Sequence[Found]


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds, in reading order."""

    file: str
    blocks: tuple[Block, ...]

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))


Step: TypeAlias = Callable[[str], None]
"""Is told the name of work that may take a while (`draft.toml`, `[step]`)."""


def unwatched(name: str) -> None:
    """Work that nobody watches."""


def even(text: str) -> str:
    """Text with composed accents (NFC) and single blanks, without control characters.

    >>> even("  Sở\\u00a0 Nội\\n vụ ")
    'Sở Nội vụ'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_UNSEEN).split())


_UNSEEN = dict.fromkeys((*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)), " ")
"""Control characters: YAML refuses most of them, and texts from the web are full of some."""


def joined(lines: Iterable[Found]) -> Paragraph:
    """One paragraph of several lines."""
    text = ""
    starts: list[tuple[int, Place]] = []
    for line in lines:
        words = even(line.value)
        if not words:
            continue
        text += " " if text else ""
        starts.append((len(text), line.place))
        text += words
    return Paragraph(text, tuple(starts))


def cell(lines: Iterable[Found], place: Place) -> Found:
    """A cell of several lines; `place` is that of a blank one."""
    paragraph = joined(lines)
    return Found(paragraph.text, paragraph.place if paragraph.starts else place)
