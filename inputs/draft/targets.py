"""Numbers that a plan sets itself (chỉ tiêu), found by their comparison words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from criteria.problems import Place
from inputs.draft.document import Found, even
from inputs.draft.model import Comparison, DraftTarget, DraftTask
from inputs.draft.numbers import UPPER
from inputs.draft.prose import Clause
from inputs.draft.slugs import distinct, slug
from inputs.headers import fold

_RATE = re.compile(r"(?<![\w/.,:%-])(\d{1,3}(?:[.,]\d{1,2})?)\s?%")
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
_DOUBTFUL = re.compile(r"(khoảng|chiếm|thuế suất|lãi suất|năm trước|đã đạt|tăng từ|giảm từ)\s*$")
_RANGE = re.compile(r"\s*(-|–|đến)\s*\d")
_STOP = re.compile(rf"[;:]\s|\.\s+(?=[{UPPER}0-9-])|…\s")
_BETWEEN = re.compile(r",\s|\svà\s")
_LEADING = re.compile(
    r"^(?:[-–•+,;.]|(?:phấn đấu|đảm bảo|bảo đảm|và|có)\s)+\s*",
    re.IGNORECASE,
)
_BY = re.compile(
    r"(?:đến|vào|trong|hết|trước|cuối)\s+(?:hết\s+|cuối\s+)?"
    r"(?P<text>(?:quý\s+[ivx]+|tháng\s+\d{1,2})\s*(?:/|năm)\s*\d{4}|(?:năm\s+)?(?P<year>20\d\d))"
    r"|(?<=\s)(?P<bare>năm\s+20\d\d)(?=\s+(?:đạt|phấn đấu))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    value: str
    measure: str | None
    comparison: Comparison
    doubt: str | None


def targets_of(clauses: Iterable[Clause], tasks: Sequence[DraftTask]) -> tuple[DraftTarget, ...]:
    """Candidates of the prose, then of the annex; one that stands again is not sure."""
    found = [*_of_prose(clauses), *_of_tasks(tasks)]
    kept: list[DraftTarget] = []
    taken: set[str] = set()
    for each in found:
        if each.sure and any(_same(each, earlier) for earlier in kept if earlier.sure):
            each = replace(each, sure=False, why="again")
        kept.append(replace(each, id=distinct(slug(each.title.value, 6) or "chi-tieu", taken)))
    return tuple(kept)


def _of_prose(clauses: Iterable[Clause]) -> Iterator[DraftTarget]:
    for each in clauses:
        paragraph = each.paragraph
        sentence = Found(paragraph.text, paragraph.place)
        for number, title, by in _read(paragraph.text, each.text_from):
            place = paragraph.at(number.start)
            yield _target(number, title, by, place, replace(sentence, place=place), each.clause)


def _of_tasks(tasks: Sequence[DraftTask]) -> Iterator[DraftTarget]:
    for task in tasks:
        if task.title is None:
            continue
        text = task.title
        for number, title, by in _read(text.value, 0):
            yield _target(number, title, by, text.place, text, f"PL.{task.id}")


def _target(
    number: _Number, title: str, by: str | None, place: Place, sentence: Found, clause: str | None
) -> DraftTarget:
    return DraftTarget(
        "",
        Found(title, place),
        number.comparison,
        number.value,
        number.measure,
        Found(by, place) if by else None,
        sentence,
        clause,
        number.doubt is None,
        number.doubt,
    )


def _read(text: str, text_from: int) -> Iterator[tuple[_Number, str, str | None]]:
    """The numbers of a text, each with its part of the sentence and its time."""
    numbers = sorted(_numbers(text, text_from), key=lambda each: each.start)
    for at, number in enumerate(numbers):
        before = numbers[at - 1].end if at else text_from
        after = numbers[at + 1].start if at + 1 < len(numbers) else len(text)
        start, end = _part(text, number, max(before, text_from), after)
        title = _LEADING.sub("", even(text[start:end]).strip(" ,;.:"))
        yield number, title or even(text[start:end]), _by(text[start:end])


def _numbers(text: str, text_from: int) -> Iterator[_Number]:
    rates = [_rate(text, found) for found in _RATE.finditer(text, text_from)]
    yield from rates
    for found in _COUNT.finditer(text, text_from):
        before = fold(text[max(0, found.start() - 30) : found.start()])
        if _NOT_COUNTED.search(before):
            continue
        comparison, said = _comparison(text, found.start(), found.end("value"))
        counted = re.fullmatch(_BODIES, found["measure"], re.IGNORECASE) is not None
        doubt = None if counted or said else "count"
        value = str(int(found["value"]))
        if value != "0":
            yield _Number(
                found.start(), found.end(), value, found["measure"].lower(), comparison, doubt
            )
    for found in _ALL.finditer(text, text_from):
        start, end = _sentence(text, found.start(), text_from)
        alone = not any(start <= rate.start < end for rate in rates)
        if alone and not _PREPOSITION.search(fold(text[max(0, start) : found.start()])):
            doubt = None if rates else "all"
            yield _Number(found.start(), found.end(), "100%", None, "at_least", doubt)


def _rate(text: str, found: re.Match[str]) -> _Number:
    comparison, _ = _comparison(text, found.start(), found.end())
    before = fold(text[max(0, found.start() - 30) : found.start()])
    doubt = None
    if _DOUBTFUL.search(before):
        doubt = "doubtful"
    elif _RANGE.match(text, found.end()) or float(found[1].replace(",", ".")) > 100:
        doubt = "range"
    return _Number(
        found.start(), found.end(), f"{found[1].replace(',', '.')}%", None, comparison, doubt
    )


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


def _by(part: str) -> str | None:
    """The time that a part of a sentence names, as a deadline."""
    found = _BY.search(part)
    if found is None:
        return None
    if found["bare"]:
        return even(found["bare"]).capitalize()
    if found["year"]:
        return f"Năm {found['year']}"
    text = even(found["text"])
    return text[0].upper() + text[1:]


def _same(each: DraftTarget, earlier: DraftTarget) -> bool:
    """Whether two candidates are one target that stands twice."""
    if each.clause == earlier.clause:
        return False
    if (each.value, each.comparison) != (earlier.value, earlier.comparison):
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
