"""What a plan says of itself: title, number, day of signing, province, the days it is for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from criteria.problems import Place
from inputs.draft.cases import sentence_case
from inputs.draft.document import Document, Found, Paragraph, Table, even, joined
from inputs.draft.headings import header_of, plain
from inputs.draft.model import Head
from inputs.draft.numbers import UPPER

_NUMBER = re.compile(r"(?:Số|số)\s*:?\s*(\d+\s*/\s*(?:KH|QĐ|CTr|ĐA)[\w-]*)")
_NUMBER_CITED = re.compile(r"(?:Kèm theo|kèm theo)[^()]*?số\s*:?\s*(\d+\s*/\s*[A-ZĐ][\w-]*)")
_NAME = rf"[{UPPER}][^\W\d{UPPER}_]+(?:(?:\s+-)?\s+[{UPPER}][^\W\d{UPPER}_]+){{0,4}}"
_SIGNED = re.compile(
    rf"(?P<province>{_NAME}),?\s+(?P<day>ngày\s+(\d{{1,2}})\s+tháng\s+(\d{{1,2}})\s+năm\s+(\d{{4}}))"
)
_SIGNED_CITED = re.compile(r"(?:Kèm theo|kèm theo)[^()]*?ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})")
_SIGNED_OWN = re.compile(r"Kế hoạch số \S+ ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})")
_PROVINCE = re.compile(rf"(?:tỉnh|thành phố)\s+({_NAME})")
_CAPITALS = rf"(?!(?:CỘNG|SỐ|ĐỘC|KẾ)(?!\w))[{UPPER}]+(?!\w)"
_PROVINCE_IN_CAPITALS = re.compile(
    rf"(?:^|(?:ỦY BAN NHÂN DÂN|UBND)\s+)(?:TỈNH|THÀNH PHỐ)\s+"
    rf"({_CAPITALS}(?:(?:\s+-)?\s+{_CAPITALS}){{0,4}})"
)
_NO_NAME = frozenset({"Tỉnh", "Thành phố"})
"""What stands before the day where a form was not filled in: "Tỉnh, ngày ..."."""
_STAGE = re.compile(r"giai đoạn\s+(20\d\d)\s*(?:[-–]|đến)?\s*(20\d\d)", re.IGNORECASE)
_YEAR = re.compile(r"năm\s+(20\d\d)", re.IGNORECASE)
_TITLE_END = re.compile(
    r"\s*(?:\(|Căn cứ|Thực hiện|Tiếp tục|Nhằm|Ban hành|I\.\s|CHỦ TỊCH|ỦY BAN NHÂN DÂN|QUYẾT ĐỊNH).*"
)
_MOST_LINES = 4
"""Paragraphs in capitals that a title may take."""


def head_of(document: Document, lines_before: int = 80) -> Head:
    """The head of a plan; each value stands in the text, only the days are worked out.

    A letterhead (tiêu đề) may stand in a table: its cells are read line by line, then each as one.
    """
    first, cells = _opening(document, lines_before)
    signed, province = _signed(first, cells, document.paragraphs)
    if province is None:
        province = _named_province([*first, *cells])
    title = _title(first, province)
    starts, ends = _days(title, signed)
    number = _number([*first[:30], *cells], document.paragraphs)
    return Head(_titled(title) if title else None, number, signed, province, starts, ends)


def _opening(document: Document, most: int) -> tuple[list[Paragraph], list[Paragraph]]:
    """The first lines above the annex, those of tables too; and whole cells of several lines."""
    lines: list[Paragraph] = []
    cells: list[Paragraph] = []
    for block in document.blocks:
        if len(lines) >= most:
            break
        if isinstance(block, Paragraph):
            lines.append(block)
        elif header_of(block.rows) is None:
            for each in _cells(block):
                lines += each
                if len(each) > 1:
                    cells.append(joined(Found(line.text, line.place) for line in each))
    return lines[:most], cells


def _cells(table: Table) -> list[tuple[Paragraph, ...]]:
    if table.cells:
        return list(table.cells)
    found = {each: None for row in table.rows for each in row if each.value}
    return [(Paragraph(each.value, ((0, each.place),)),) for each in found]


def _signed(
    first: Sequence[Paragraph], cells: Sequence[Paragraph], paragraphs: Sequence[Paragraph]
) -> tuple[Found | None, Found | None]:
    """The day of signing and the place's name before it."""
    if found := _first(_SIGNED, [*first, *cells]):
        paragraph, words = found
        signed = _day(words.group(3, 4, 5), paragraph.at(words.start("day")))
        name = _province(words["province"])
        place = paragraph.at(words.start())
        return signed, None if name in _NO_NAME else Found(name, place)
    for pattern, among in ((_SIGNED_OWN, first), (_SIGNED_CITED, paragraphs)):
        if found := _first(pattern, among):
            paragraph, words = found
            return _day(words.group(1, 2, 3), paragraph.at(words.start())), None
    return None, None


def _first(
    pattern: re.Pattern[str], paragraphs: Sequence[Paragraph]
) -> tuple[Paragraph, re.Match[str]] | None:
    for paragraph in paragraphs:
        if found := pattern.search(paragraph.text):
            return paragraph, found
    return None


def _day(parts: tuple[str | None, ...], place: Place) -> Found | None:
    day, month, year = (int(part or 0) for part in parts)
    try:
        return Found(datetime.date(year, month, day).isoformat(), place)
    except ValueError:
        return None


def _number(first: Sequence[Paragraph], paragraphs: Sequence[Paragraph]) -> Found | None:
    """The plan's own number; the letterhead's comes before the one that the annex cites."""
    cited = False
    for paragraph in first:
        cited = cited or re.match(r"\s*(Căn cứ|Thực hiện)", paragraph.text) is not None
        in_cell = paragraph.place.cell is not None
        if (in_cell or not cited) and (found := _NUMBER.search(paragraph.text)):
            return Found(re.sub(r"\s", "", found[1]), paragraph.at(found.start()))
    if cites := _first(_NUMBER_CITED, paragraphs):
        paragraph, found = cites
        return Found(re.sub(r"\s", "", found[1]), paragraph.at(found.start()))
    return None


@dataclass(frozen=True, slots=True)
class _Title:
    """A title as set, and the heading it was taken from; positions in both are the same."""

    text: str
    heading: Paragraph

    def places(self, start: int = 0, end: int | None = None) -> tuple[Place, ...]:
        """The places of the lines that hold a part of the title."""
        return self.heading.places(start, len(self.text) if end is None else end)


def _titled(title: _Title) -> Found:
    first, *others = title.places()
    return Found(title.text, first, tuple(others))


def _title(paragraphs: Sequence[Paragraph], province: Found | None) -> _Title | None:
    """The words under KẾ HOẠCH; without that line, the first line of capitals with a year."""
    headings = list(_capitals(paragraphs))
    named = [each for each in headings if plain(each.text).startswith("ke hoach")]
    reform = [each for each in headings if "cai cach hanh chinh" in plain(each.text)]
    small = [each for each in paragraphs if _TITLE_IN_SMALL.fullmatch(each.text)]
    for heading in (*named, *reform, *small):
        if _YEAR_OR_STAGE.search(heading.text):
            return _Title(_sentence_case(heading.text, province), heading)
    return None


_YEAR_OR_STAGE = re.compile(rf"{_STAGE.pattern}|{_YEAR.pattern}", re.IGNORECASE)
_TITLE_IN_SMALL = re.compile(r"Kế hoạch (?!số)[^.;:]{10,200}")
_HEADING = re.compile(r"(?<!CỦA )(?<!HIỆN )(?<!LỤC )(?<!THEO )KẾ HOẠCH")


def _capitals(paragraphs: Sequence[Paragraph]) -> Iterator[Paragraph]:
    """Headings of the first page, each with the lines of capitals below it."""
    for at, paragraph in enumerate(paragraphs):
        found = _HEADING.search(paragraph.text)
        heading = _from(paragraph, found.start() if found else 0)
        for below in paragraphs[at + 1 : at + _MOST_LINES]:
            short = heading.text == "KẾ HOẠCH"
            if not heading.text.isupper() or not (below.text.isupper() or short):
                break
            if short and plain(below.text).startswith("ke hoach"):
                heading = below
            else:
                heading = _with(heading, below)
        text = _TITLE_END.sub("", heading.text)
        if text and (text.startswith("KẾ HOẠCH") or text.isupper()):
            yield Paragraph(text, tuple(each for each in heading.starts if each[0] < len(text)))


def _from(paragraph: Paragraph, start: int) -> Paragraph:
    later = ((at - start, place) for at, place in paragraph.starts if at > start)
    return Paragraph(paragraph.text[start:], ((0, paragraph.at(start)), *later))


def _with(heading: Paragraph, below: Paragraph) -> Paragraph:
    start = len(heading.text) + 1
    later = ((start + at, place) for at, place in below.starts)
    return Paragraph(f"{heading.text} {below.text}", (*heading.starts, *later))


def _sentence_case(text: str, province: Found | None) -> str:
    """A heading set as a sentence, its province as a name; no letter is added or lost."""
    if not text.isupper():
        return re.sub(r"^KẾ HOẠCH (\w)", lambda found: f"Kế hoạch {found[1].lower()}", text)
    return sentence_case(text, *([province.value] if province else []))


def _province(text: str) -> str:
    """The province's name without the words before it; `Tp.` stays away."""
    return re.sub(r"^(?:Tỉnh|Thành phố|TP\.?)\s+", "", even(text))


def _named_province(paragraphs: Sequence[Paragraph]) -> Found | None:
    """The province that the letterhead names, else the first in the text."""
    if named := _first(_PROVINCE_IN_CAPITALS, paragraphs):
        paragraph, found = named
        return Found(found[1].title(), paragraph.at(found.start(1)))
    if named := _first(_PROVINCE, paragraphs):
        paragraph, found = named
        return Found(even(found[1]), paragraph.at(found.start()))
    return None


def _days(title: _Title | None, signed: Found | None) -> tuple[Found | None, Found | None]:
    """First and last day of the plan's years; work of a stage begins when it is signed."""
    if title is None:
        return None, None
    stage = _STAGE.search(title.text)
    found = stage or _YEAR.search(title.text)
    if found is None:
        return None, None
    start, end = f"{found[1]}-01-01", f"{found[2] if stage else found[1]}-12-31"
    first, *others = title.places(*found.span())
    ends = Found(end, first, tuple(others))
    if stage is not None and signed is not None and start < signed.value <= end:
        return replace(signed, others=(*signed.others, first, *others)), ends
    return Found(start, first, tuple(others)), ends
