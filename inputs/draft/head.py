"""What a plan says of itself: title, number, day of signing, province, the days it is for."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from criteria.problems import Place
from inputs.draft.document import Found, Paragraph, even
from inputs.draft.headings import plain
from inputs.draft.model import Head
from inputs.draft.numbers import UPPER

_NUMBER = re.compile(r"(?:Số|số)\s*:?\s*(\d+\s*/\s*(?:KH|QĐ|CTr|ĐA)[\w-]*)")
_NUMBER_CITED = re.compile(r"(?:Kèm theo|kèm theo)[^()]*?số\s*:?\s*(\d+\s*/\s*[A-ZĐ][\w-]*)")
_NAME = rf"[{UPPER}][^\W\d{UPPER}_]+(?:(?:\s+-)?\s+[{UPPER}][^\W\d{UPPER}_]+){{0,4}}"
_SIGNED = re.compile(
    rf"(?P<province>{_NAME}),?\s+(?P<day>ngày\s+(\d{{1,2}})\s+tháng\s+(\d{{1,2}})\s+năm\s+(\d{{4}}))"
)
_SIGNED_CITED = re.compile(r"(?:Kèm theo|kèm theo)[^()]*?ngày\s+(\d{1,2})/(\d{1,2})/(\d{4})")
_PROVINCE = re.compile(rf"(?:tỉnh|thành phố)\s+({_NAME})")
_STAGE = re.compile(r"giai đoạn\s+(20\d\d)\s*(?:[-–]|đến)?\s*(20\d\d)", re.IGNORECASE)
_YEAR = re.compile(r"năm\s+(20\d\d)", re.IGNORECASE)
_TITLE_END = re.compile(
    r"\s*(?:\(|Căn cứ|Thực hiện|Tiếp tục|Nhằm|Ban hành|I\.\s|CHỦ TỊCH|ỦY BAN NHÂN DÂN|QUYẾT ĐỊNH).*"
)
_MOST_LINES = 4
"""Paragraphs in capitals that a title may take."""


def head_of(paragraphs: Sequence[Paragraph], lines_before: int = 80) -> Head:
    """The head of a plan; each value stands in the text, only the days are worked out."""
    first = paragraphs[:lines_before]
    signed_at = _first(_SIGNED, first)
    signed = province = None
    if signed_at is not None:
        paragraph, found = signed_at
        signed = _day(found.group(3, 4, 5), paragraph.at(found.start("day")))
        province = Found(_province(found["province"]), paragraph.at(found.start()))
    elif cited := _first(_SIGNED_CITED, paragraphs):
        signed = _day(cited[1].group(1, 2, 3), cited[0].at(cited[1].start()))
    if province is None:
        province = _named_province(first)
    title = _title(first, province)
    starts, ends = _days(title, signed)
    return Head(title, _number(first, paragraphs), signed, province, starts, ends)


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
    for pattern, among in ((_NUMBER, first[:30]), (_NUMBER_CITED, paragraphs)):
        for paragraph in among:
            if pattern is _NUMBER and re.match(r"\s*(Căn cứ|Thực hiện)", paragraph.text):
                break
            if found := pattern.search(paragraph.text):
                return Found(re.sub(r"\s", "", found[1]), paragraph.at(found.start()))
    return None


def _title(paragraphs: Sequence[Paragraph], province: Found | None) -> Found | None:
    """The words under KẾ HOẠCH; without that line, the first line of capitals with a year."""
    texts = list(_capitals(paragraphs))
    for place, text in texts:
        if plain(text).startswith("ke hoach") and _YEAR_OR_STAGE.search(text):
            return Found(_sentence_case(text, province), place)
    for place, text in texts:
        if _YEAR_OR_STAGE.search(text) and "cai cach hanh chinh" in plain(text):
            return Found(_sentence_case(text, province), place)
    return None


_YEAR_OR_STAGE = re.compile(rf"{_STAGE.pattern}|{_YEAR.pattern}", re.IGNORECASE)


def _capitals(paragraphs: Sequence[Paragraph]) -> Iterator[tuple[Place, str]]:
    """Headings of the first page, each with the lines of capitals below it."""
    for at, paragraph in enumerate(paragraphs):
        start = max(0, paragraph.text.find("KẾ HOẠCH"))
        text = paragraph.text[start:]
        for below in paragraphs[at + 1 : at + _MOST_LINES]:
            short = text == "KẾ HOẠCH"
            if not text.isupper() or not (below.text.isupper() or short):
                break
            text = f"{text} {below.text}"
        text = even(_TITLE_END.sub("", text))
        if text and (text.startswith("KẾ HOẠCH") or text.isupper()):
            yield paragraph.at(start), text


def _sentence_case(text: str, province: Found | None) -> str:
    """A heading in capitals set as a sentence, its province as a name."""
    if not text.isupper():
        return re.sub(r"^KẾ HOẠCH (\w)", lambda found: f"Kế hoạch {found[1].lower()}", text)
    sentence = text.capitalize()
    if province is None:
        return sentence
    return re.sub(re.escape(province.value), province.value, sentence, flags=re.IGNORECASE)


def _province(text: str) -> str:
    """The province's name without the words before it; `Tp.` stays away."""
    return re.sub(r"^(?:Tỉnh|Thành phố|TP\.?)\s+", "", even(text))


def _named_province(paragraphs: Sequence[Paragraph]) -> Found | None:
    for paragraph in paragraphs:
        if found := _PROVINCE.search(paragraph.text):
            return Found(even(found[1]), paragraph.at(found.start()))
    return None


def _days(title: Found | None, signed: Found | None) -> tuple[Found | None, Found | None]:
    """First and last day of the plan's years; work of a stage begins when it is signed."""
    if title is None:
        return None, None
    if stage := _STAGE.search(title.value):
        start, end = f"{stage[1]}-01-01", f"{stage[2]}-12-31"
        if signed is not None and start < signed.value <= end:
            start = signed.value
    elif year := _YEAR.search(title.value):
        start, end = f"{year[1]}-01-01", f"{year[1]}-12-31"
    else:
        return None, None
    return Found(start, title.place), Found(end, title.place)
