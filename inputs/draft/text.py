"""Plain texts (.txt, .md): prose joined to paragraphs, the annex recovered from its layout."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from criteria.problems import Place, Problem, ProblemsFound
from inputs.draft.document import (
    Block,
    Document,
    Found,
    Split,
    Step,
    Table,
    even,
    joined,
    unwatched,
)
from inputs.draft.layout_barred_rows import barred_rows
from inputs.draft.layout_bars import bars
from inputs.draft.layout_blank_lines import blank_lines
from inputs.draft.layout_tabs import tabs
from inputs.draft.layout_woven import unwound, woven
from inputs.draft.numbers import mark_of

Layout: TypeAlias = Callable[[Sequence[Found]], Split | None]

LAYOUTS: tuple[Layout, ...] = (tabs, bars, barred_rows, blank_lines, woven)
"""Each finds one table, or tells by None that it sees none."""

_WIDEST_WRAPPED = 160
_ENDS = (".", ";", ":", "!", "?", "…", "./.", "”;")


def read_text(data: bytes, file: str, step: Step = unwatched) -> Document:
    """The blocks of a text; `step` is told when lines of all columns must be sorted out.

    Raises: ProblemsFound when it is not UTF-8.
    """
    try:
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ProblemsFound([Problem("not-utf8", Place(file))]) from None
    lines = [
        Found(line, Place(file, number))
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1)
    ]
    for layout in LAYOUTS:
        if layout is woven:
            step("scrambled")
        found = layout(lines)
        if found is not None:
            blocks = (*paragraphs(found.before), found.table, *paragraphs(found.after))
            return Document(file, blocks)
    return Document(file, (*paragraphs(lines), *_without_headings(lines)))


def _without_headings(lines: Sequence[Found]) -> list[Table]:
    """The first two lines on end that are parted by bars or tabs, though no annex was found."""
    for upper, lower in pairwise(line for line in lines if line.value.strip()):
        for sign in ("|", "\t"):
            if min(upper.value.count(sign), lower.value.count(sign)) >= 2:
                rows = [
                    tuple(Found(even(part), line.place) for part in line.value.split(sign))
                    for line in (upper, lower)
                ]
                return [Table(tuple(rows))]
    return []


def paragraphs(lines: Sequence[Found]) -> list[Block]:
    """Prose lines joined where a sentence runs on; pages that came as one line taken apart."""
    lines = unwound(lines)
    shape = _Shape.of(lines)
    blocks: list[Block] = []
    for run in _runs(lines, shape):
        paragraph = joined(run)
        if paragraph.starts:
            blocks.append(paragraph)
    return blocks


@dataclass(frozen=True, slots=True)
class _Shape:
    """Whether lines were broken at a width, as in printed text."""

    wrapped: bool
    width: int

    @classmethod
    def of(cls, lines: Sequence[Found]) -> _Shape:
        lengths = sorted(len(line.value.strip()) for line in lines if line.value.strip())
        if not lengths:
            return cls(False, 0)
        widest = lengths[len(lengths) * 9 // 10]
        return cls(widest <= _WIDEST_WRAPPED, widest)


def _runs(lines: Sequence[Found], shape: _Shape) -> Iterator[list[Found]]:
    run: list[Found] = []
    parted = False
    for line in lines:
        words = even(line.value)
        if words in {"", "|"}:
            parted = True
            continue
        if run and not _goes_on(run, words, parted, shape):
            yield run
            run = []
        run.append(line)
        parted = False
    if run:
        yield run


def _goes_on(run: list[Found], words: str, parted: bool, shape: _Shape) -> bool:
    """Whether a line continues the paragraph before it."""
    last = even(run[-1].value)
    first_mark = mark_of(last)
    if first_mark is not None and first_mark[2] >= len(last):
        return True  # a mark that stands alone: its text is on this line
    if mark_of(words) is not None:
        return False
    if last.endswith(_ENDS):
        return shape.wrapped and not parted and words[0].islower()
    if parted:
        return words[0].islower()
    return words[0].islower() or (shape.wrapped and not last.isupper())
