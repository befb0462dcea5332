"""Where a paragraph stands in the plan's own numbering (phần, khoản, điểm)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inputs.draft.document import Paragraph
from inputs.draft.numbers import Level, mark_of

_DEPTH: dict[Level, int] = {"roman": 0, "number": 1, "letter": 2}


@dataclass(frozen=True, slots=True)
class Clause:
    """A paragraph and its clause: `II.2.b`; None before the first mark.

    `text_from`: where the text begins after the paragraph's own mark.
    """

    paragraph: Paragraph
    clause: str | None
    text_from: int


def clauses(paragraphs: Sequence[Paragraph]) -> Iterator[Clause]:
    """Each paragraph with its clause; a text that lost its Roman heads counts without them."""
    path: list[str | None] = [None, None, None]
    for paragraph in paragraphs:
        mark = mark_of(paragraph.text)
        start = 0
        if mark is not None:
            level, words, start = mark
            if level in _DEPTH:
                depth = _DEPTH[level]
                path[depth:] = [words, *[None] * (2 - depth)]
        clause = ".".join(part for part in path if part) or None
        yield Clause(paragraph, clause, start)
