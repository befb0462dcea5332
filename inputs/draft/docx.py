"""Word files: paragraphs and tables in document order, merged cells once, numbering as text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from criteria.problems import Place, Problem, ProblemsFound
from inputs.draft.document import Block, Document, Found, Paragraph, Row, Table, even
from inputs.draft.numbers import roman
from inputs.tables import column_letters


def read_docx(data: bytes, file: str) -> Document:
    """The blocks of a Word file.

    Raises: ProblemsFound when python-docx is not installed, or the file is no Word file.
    """
    try:
        import docx
    except ImportError:
        raise ProblemsFound([Problem("draft-docx-missing", Place(file))]) from None
    try:
        opened = docx.Document(io.BytesIO(data))
        return Document(file, tuple(_blocks(opened, file)))
    except Exception:  # a damaged zip or broken XML shows in errors of a dozen kinds
        raise ProblemsFound([Problem("draft-docx-broken", Place(file))]) from None


def _blocks(opened: Any, file: str) -> Iterator[Block]:
    from docx.table import Table as WordTable

    numbering = _Numbering(opened)
    line = tables = 0
    for block in opened.iter_inner_content():
        if isinstance(block, WordTable):
            tables += 1
            yield _table(block, file, f"bảng {tables}", numbering)
            continue
        for part in block.text.split("\n"):
            line += 1
            text = even(part)
            if text:
                yield Paragraph(f"{numbering.label(block)}{text}", ((0, Place(file, line)),))


def _table(table: Any, file: str, name: str, numbering: _Numbering) -> Table:
    """The grid of a Word table.

    A cell over several columns gives its text in the first of them; a cell over several rows gives
    it in each row, always with the place of its first.
    """
    rows: list[Row] = []
    known: dict[Any, Found] = {}
    texts: list[tuple[Paragraph, ...]] = []
    for at, row in enumerate(table.rows):
        cells = [Found("", Place(file, sheet=name, cell=f"A{at + 1}"))] * row.grid_cols_before
        in_row: set[Any] = set()
        for column, each in enumerate(row.cells, start=row.grid_cols_before):
            place = Place(file, sheet=name, cell=f"{column_letters(column)}{at + 1}")
            if each._tc not in known:
                lines = _cell_lines(each, numbering)
                known[each._tc] = Found(even(" ".join(lines)), place)
                texts.append(tuple(Paragraph(line, ((0, place),)) for line in lines))
            cells.append(Found("", place) if each._tc in in_row else known[each._tc])
            in_row.add(each._tc)
        rows.append(tuple(cells))
    return Table(tuple(rows), cells=tuple(texts))


def _cell_lines(cell: Any, numbering: _Numbering) -> list[str]:
    """The lines of a cell that are not blank, those of tables inside it too."""
    parts: list[str] = []
    for block in cell.iter_inner_content():
        if hasattr(block, "rows"):
            inner = {each._tc: each for row in block.rows for each in row.cells}
            parts += [line for each in inner.values() for line in _cell_lines(each, numbering)]
        elif block.text.strip() or numbering.label(block, peek=True):
            parts += f"{numbering.label(block)}{block.text}".split("\n")
    return [line for line in map(even, parts) if line]


class _Numbering:
    """Word's automatic numbers (đánh số tự động), which are not part of the text."""

    def __init__(self, opened: Any) -> None:
        self._counts: dict[tuple[str, int], int] = {}
        self._levels: dict[tuple[str, int], tuple[str, str]] = {}
        try:
            root = opened.part.numbering_part.element
        except (KeyError, NotImplementedError):
            return
        space = {"w": root.nsmap["w"]}
        value = f"{{{space['w']}}}val"
        abstract = {
            each.get(f"{{{space['w']}}}abstractNumId"): each
            for each in root.findall("w:abstractNum", space)
        }
        for number in root.findall("w:num", space):
            link = number.find("w:abstractNumId", space)
            source = abstract.get(link.get(value)) if link is not None else None
            if source is None:
                continue
            for level in source.findall("w:lvl", space):
                kind = level.find("w:numFmt", space)
                text = level.find("w:lvlText", space)
                if kind is not None and text is not None:
                    key = (
                        number.get(f"{{{space['w']}}}numId"),
                        int(level.get(f"{{{space['w']}}}ilvl")),
                    )
                    self._levels[key] = kind.get(value), text.get(value) or ""

    def label(self, paragraph: Any, peek: bool = False) -> str:
        """The number that Word shows before a paragraph, with a blank after it; else nothing."""
        properties = paragraph._p.pPr
        if properties is None or properties.numPr is None or properties.numPr.numId is None:
            return ""
        at = properties.numPr.ilvl.val if properties.numPr.ilvl is not None else 0
        key = (str(properties.numPr.numId.val), at)
        if key not in self._levels:
            return ""
        kind, text = self._levels[key]
        if kind == "bullet":
            return "- "
        if not peek:
            self._counts[key] = self._counts.get(key, 0) + 1
            for deeper in [each for each in self._counts if each[0] == key[0] and each[1] > at]:
                del self._counts[deeper]
        for level in range(at + 1):
            count = self._counts.get((key[0], level), 1)
            shown = _shown(count, self._levels.get((key[0], level), (kind, ""))[0])
            text = text.replace(f"%{level + 1}", shown)
        return f"{text} "


def _shown(count: int, kind: str) -> str:
    match kind:
        case "upperRoman":
            return roman(count)
        case "lowerRoman":
            return roman(count).lower()
        case "lowerLetter":
            return chr(ord("a") + (count - 1) % 26)
        case "upperLetter":
            return chr(ord("A") + (count - 1) % 26)
        case _:
            return str(count)
