"""Numbers that a plan sets itself (chỉ tiêu), found by their comparison words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from criteria.plan.model import Comparison
from inputs.draft.document import Found, even
from inputs.draft.model import DraftTarget, DraftTask
from inputs.draft.numbers import UPPER
from inputs.draft.prose import Clause
from inputs.draft.slugs import distinct, slug
from inputs.draft.target_times import Time, time_of
from inputs.headers import fold

_NUMBER = r"\d{1,3}(?:[.,]\d{1,2})?"
_PERCENT = r"\s?(?:%|phần trăm)"
_RATE = re.compile(rf"(?<![\w/.,:%-])({_NUMBER})(?:\s?%|\s(?P<words>phần trăm))")
_RANGE = re.compile(
    rf"(?<![\w/.,:%-])(?:từ\s+)?{_NUMBER}(?:{_PERCENT})?\s*(?:[-–—]|đến|tới)\s*{_NUMBER}{_PERCENT}",
    re.IGNORECASE,
)
_BODIES = r"xã|phường|thị trấn|huyện|thị xã|thành phố|quận|cơ quan|đơn vị|sở|phòng|trường|chi cục"
_THINGS = r"thủ tục|dịch vụ|văn bản|lớp|cuộc|hội nghị|mô hình|sáng kiến|phần mềm|công chức"
_COUNT = re.compile(
    rf"(?<![\w/.,:%-])(?P<value>\d{{1,4}})\s+(?P<measure>(?:{_BODIES}|{_THINGS}))(?!\w)",
    re.IGNORECASE,
)
_ALL = re.compile(r"(?<!\w)tất cả(?: các)?(?= )", re.IGNORECASE)
_NOT_COUNTED = re.compile(
    r"(số|điều|khoản|(?<!thí )điểm|mức|mức độ|cấp|quý|tháng|ngày|năm|giai đoạn|khóa|thứ|hạng|"
    r"phiên bản|iso)\s*$"
)
_PREPOSITION = re.compile(r"(trên|ở|tại|đến|tới|với|của|cho|thuộc|trong|về)\s*$")

_BEFORE: tuple[tuple[Comparison, re.Pattern[str]], ...] = (
    ("at_most", re.compile(r"(không quá|không vượt quá|không trên|tối đa|nhiều nhất)\s*$")),
    ("at_least", re.compile(r"(không dưới|không thấp hơn|tối thiểu|ít nhất|từ)\s*$")),
    ("above", re.compile(r"(trên|hơn|vượt|cao hơn)\s*(mức\s*)?$")),
    ("below", re.compile(r"(dưới|thấp hơn|ít hơn)\s*(mức\s*)?$")),
)
_AFTER: tuple[tuple[Comparison, re.Pattern[str]], ...] = (
    ("at_least", re.compile(r"\s*trở lên")),
    ("at_most", re.compile(r"\s*trở xuống")),
)
_DOUBTFUL = re.compile(
    r"(khoảng|chiếm|thuế suất|lãi suất|năm trước|đã đạt|hiện( nay)?( đã)?( đạt| có)?|tăng từ"
    r"|giảm từ)\s*$"
)
_FROM = re.compile(r"từ(\s+mức)?\s*$")
_TO = re.compile(
    rf"\s*(?:\([^)]*\)|năm\s+\d{{4}})?,?\s*(?P<way>lên|xuống|còn)(?!\w)"
    rf"(?=[^.;%\d]{{0,30}}{_NUMBER}{_PERCENT})"
)
_DOWN_TO = re.compile(r"(xuống|còn)\s*(mức\s*)?(còn\s*)?(mức\s*)?$")
_CHANGED = re.compile(
    r"(tăng|giảm|nâng|hạ|rút ngắn|tiết kiệm|cắt)\s+"
    r"((thêm|được|ít nhất|tối thiểu|tối đa|trên|dưới|khoảng|bình quân|hơn|từ|không quá)\s+)*$"
    r"|(tăng|giảm|rút ngắn)(?!\w)[^.;%]*so với[^.;%,]*$"
    r"|(cao|thấp|nhiều|ít) hơn\s+(so với\s+)?(năm|cùng kỳ)[^.;%,]*$"
)
_COMPARED = re.compile(r"[^.;,%\d]*(?<!\w)so với(?!\w)")
_OTHER = re.compile(
    r"(?<!\w)(?P<word>không quá|không vượt quá|không để quá|không trên|tối đa|nhiều nhất|ít nhất"
    r"|tối thiểu|không dưới|không thấp hơn|đạt(?: từ| trên| dưới| mức)*)\s+"
    r"(?P<value>\d{1,3}(?:\.\d{3})+|\d{1,4}(?:,\d{1,2})?)(?![\w/.:%-]*\d|\s?%|[/:])"
    r"(?P<measure>(?:\s+[^\W\d]+){0,2})"
    r"|(?<![\w/.,:%-])(?P<value2>\d{1,4}(?:,\d{1,2})?)(?P<measure2>(?:\s+[^\W\d]+){1,2}?)"
    r"\s+(?P<after>trở lên|trở xuống)",
    re.IGNORECASE,
)
"""A number that is no rate, and that is compared."""
_UNITS = re.compile(r"điểm|phút|giờ|ngày|tuần|tháng|năm|lần|người|xã|lớp|cuộc|bài|tin|triệu|tỷ")
_NO_UNIT = re.compile(
    r"và|hoặc|trở|trên|dưới|trong|của|so|mỗi|một|các|cho|về|tại|đến|từ|là|đối|với|theo|đạt"
)
_STOP = re.compile(rf"[;:]\s|\.\s+(?=[{UPPER}0-9-])|…\s")
_BETWEEN = re.compile(r",\s|\svà\s|\s(?=\()")
_LEADING = re.compile(
    r"^(?:[-–•+,;.]|(?:phấn đấu|đảm bảo|bảo đảm|và|có)\s)+\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    value: str
    measure: str | None
    comparison: Comparison | None
    doubt: str | None


def targets_of(
    clauses: Iterable[Clause], tasks: Sequence[DraftTask], first_year: int | None = None
) -> tuple[DraftTarget, ...]:
    """Candidates of the prose, then of the annex; one that stands again is not sure.

    `first_year`: the plan's own; what was reached in a year before it is no target.
    """
    found = [*_of_prose(clauses, first_year), *_of_tasks(tasks, first_year)]
    kept: list[DraftTarget] = []
    taken: set[str] = set()
    alike: dict[tuple[str, str | None], list[DraftTarget]] = {}
    for each in found:
        before = alike.setdefault((each.value, each.comparison), [])
        if each.sure and any(_same(each, earlier) for earlier in before):
            each = replace(each, sure=False, why="again")
        elif each.sure:
            before.append(each)
        kept.append(replace(each, id=distinct(slug(each.title.value, 6) or "chi-tieu", taken)))
    return tuple(kept)


def _of_prose(clauses: Iterable[Clause], first_year: int | None) -> Iterator[DraftTarget]:
    for each in clauses:
        paragraph = each.paragraph
        sentence = Found(paragraph.text, paragraph.place)
        for read in _read(paragraph.text, each.text_from, first_year):
            place = paragraph.at(read.number.start)
            by = Found(read.by.text, paragraph.at(read.by.start)) if read.by else None
            first, *others = paragraph.places(*read.span)
            title = Found(read.title, first, tuple(others))
            yield _target(read.number, title, by, replace(sentence, place=place), each.clause)


def _of_tasks(tasks: Sequence[DraftTask], first_year: int | None) -> Iterator[DraftTarget]:
    for task in tasks:
        if task.title is None:
            continue
        text = task.title
        for read in _read(text.value, 0, first_year):
            by = replace(text, value=read.by.text) if read.by else None
            title = replace(text, value=read.title)
            yield _target(read.number, title, by, text, f"PL.{task.id}")


def _target(
    number: _Number, title: Found, by: Found | None, sentence: Found, clause: str | None
) -> DraftTarget:
    return DraftTarget(
        "",
        title,
        number.comparison,
        number.value,
        number.measure,
        by,
        sentence,
        clause,
        number.doubt is None,
        number.doubt,
    )


@dataclass(frozen=True, slots=True)
class _Read:
    """A number with its part of the sentence (`span` in the text) and its time."""

    number: _Number
    title: str
    span: tuple[int, int]
    by: Time | None


def _read(text: str, text_from: int, first_year: int | None) -> Iterator[_Read]:
    """The numbers of a text, each with its part of the sentence and its time."""
    numbers = sorted(_numbers(text, text_from), key=lambda each: each.start)
    for at, number in enumerate(numbers):
        before = numbers[at - 1].end if at else text_from
        after = numbers[at + 1].start if at + 1 < len(numbers) else len(text)
        start, end = _part(text, number, max(before, text_from), after)
        by = time_of(text, (start, end), (number.start, number.end), text_from)
        if number.doubt is None and by is not None and by.year < (first_year or 0):
            number = replace(number, doubt="past")
        words = even(text[start:end]).strip(" ,;.:")
        kept = _LEADING.sub("", words)
        while start < end and not text.startswith(kept[:1] or text[start], start):
            start += 1
        yield _Read(number, kept or even(text[start:end]), (start, end), by)


def _numbers(text: str, text_from: int) -> Iterator[_Number]:
    ranges = [
        _Number(found.start(), found.end(), even(found[0]), None, None, "range")
        for found in _RANGE.finditer(text, text_from)
    ]
    yield from ranges
    found_rates = [
        found
        for found in _RATE.finditer(text, text_from)
        if not any(each.start <= found.start() < each.end for each in ranges)
    ]
    rates = [_rate(text, found) for found in found_rates if not _starts_a_way(text, found)]
    yield from rates
    counts = list(_counts(text, text_from))
    yield from counts
    yield from _others(text, text_from, [*ranges, *rates, *counts])
    for found in _ALL.finditer(text, text_from):
        start, end = _sentence(text, found.start(), text_from)
        alone = not any(start <= rate.start < end for rate in (*rates, *ranges))
        if alone and not _PREPOSITION.search(fold(text[max(0, start) : found.start()])):
            doubt = None if rates else "all"
            yield _Number(found.start(), found.end(), "100%", None, "at_least", doubt)


def _counts(text: str, text_from: int) -> Iterator[_Number]:
    """Numbers of things that plans count: 15 xã, 26 thủ tục."""
    for found in _COUNT.finditer(text, text_from):
        before = fold(text[max(0, found.start() - 30) : found.start()])
        if _NOT_COUNTED.search(before):
            continue
        comparison, said = _comparison(text, found.start(), found.end("value"))
        counted = re.fullmatch(_BODIES, found["measure"], re.IGNORECASE) is not None
        doubt = None if counted or said else "count"
        if _changes(text, found.start(), found.end()):
            doubt = "change"
        value = str(int(found["value"]))
        if value != "0":
            yield _Number(
                found.start(), found.end(), value, found["measure"].lower(), comparison, doubt
            )


def _others(text: str, text_from: int, taken: Sequence[_Number]) -> Iterator[_Number]:
    """Other numbers that are compared: "không quá 03 hồ sơ", "85 điểm trở lên"."""
    for found in _OTHER.finditer(text, text_from):
        name = "value" if found["value"] else "value2"
        start, end = found.span(name)
        if any(each.start <= start < each.end for each in taken):
            continue
        if found["after"]:
            up = found["after"].casefold() == "trở lên"
            comparison: Comparison = "at_least" if up else "at_most"
        elif "để quá" in found["word"].casefold():
            comparison = "at_most"
        else:
            comparison, _ = _comparison(text, start, end)
        measure = _measure((found["measure"] or found["measure2"] or "").split())
        if measure == "tuổi":
            continue
        value = found[name].replace(".", "").replace(",", ".").lstrip("0") or "0"
        change = _changes(text, start, found.end())
        yield _Number(start, end, value, measure, comparison, "change" if change else "words")


def _measure(words: Sequence[str]) -> str | None:
    """What is counted, of the two words after a number."""
    folded = [word.casefold() for word in words]
    if not folded or _NO_UNIT.fullmatch(folded[0]):
        return None
    if len(folded) == 1 or _UNITS.fullmatch(folded[0]) or _NO_UNIT.fullmatch(folded[1]):
        return folded[0]
    return " ".join(folded)


def _starts_a_way(text: str, found: re.Match[str]) -> bool:
    """Whether a number is where a way begins that ends at the next one: từ 10% xuống dưới 5%."""
    before = fold(text[max(0, found.start() - 20) : found.start()])
    return bool(_FROM.search(before)) and _TO.match(text, found.end()) is not None


def _changes(text: str, start: int, end: int) -> bool:
    """Whether a number says by how much something changes."""
    before = fold(text[max(0, start - 120) : start])
    return bool(_CHANGED.search(before) or _COMPARED.match(fold(text[end : end + 120])))


def _rate(text: str, found: re.Match[str]) -> _Number:
    comparison, said = _comparison(text, found.start(), found.end())
    before = fold(text[max(0, found.start() - 30) : found.start()])
    if not said and _DOWN_TO.search(before):
        comparison = "at_most"
    value = found[1].replace(",", ".")
    doubt = None
    if _DOUBTFUL.search(before):
        doubt = "doubtful"
    elif _changes(text, found.start(), found.end()):
        doubt = "change"
    elif float(value) > 100:
        doubt = "range"
    elif found["words"]:
        doubt = "words"
    return _Number(found.start(), found.end(), f"{value}%", None, comparison, doubt)


def _comparison(text: str, start: int, end: int) -> tuple[Comparison, bool]:
    """How the number is meant, and whether the text says so; a bare number is to be reached."""
    after = fold(text[end : end + 20])
    for comparison, pattern in _AFTER:
        if pattern.match(after):
            return comparison, True
    before = fold(text[max(0, start - 30) : start])
    for comparison, pattern in _BEFORE:
        if pattern.search(before):
            return comparison, True
    return "at_least", re.search(r"(đạt|phấn đấu|đảm bảo|bảo đảm)\s*$", before) is not None


def _sentence(text: str, at: int, text_from: int) -> tuple[int, int]:
    """The sentence, or the part between semicolons, around a position."""
    start = max([text_from, *(stop.end() for stop in _STOP.finditer(text, text_from, at))])
    stop = _STOP.search(text, at)
    return start, stop.start() if stop else len(text)


def _part(text: str, number: _Number, before: int, after: int) -> tuple[int, int]:
    """The part of the sentence that speaks of one number, between the numbers beside it."""
    start, end = _sentence(text, number.start, before)
    if before > start:
        start = before
    if after < end:
        cuts = [cut.start() for cut in _BETWEEN.finditer(text, number.end, after)]
        end = cuts[-1] if cuts else after
    if start == before:
        cuts = [cut.end() for cut in _BETWEEN.finditer(text, before, number.start)]
        if cuts and before > 0 and re.search(r"[%\w]", text[before - 1 : before] or ""):
            start = cuts[-1]
    return start, end


def _same(each: DraftTarget, earlier: DraftTarget) -> bool:
    """Whether two candidates of one value and comparison are one target that stands twice."""
    if each.clause == earlier.clause:
        return False
    if each.measure is not None or earlier.measure is not None:
        return each.measure == earlier.measure
    one, other = _subject(each), _subject(earlier)
    return 2 * len(one & other) > len(one | other)


def _subject(target: DraftTarget) -> frozenset[str]:
    """The words after the number, which say of what it is a share; without any, those before."""
    before, _, after = fold(target.title.value).partition(target.value)
    words = re.findall(r"[^\W\d]+", after)
    return frozenset(words if len(words) > 2 else [*re.findall(r"[^\W\d]+", before), *words])
