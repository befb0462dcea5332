"""The grammar of deadlines: what one clause of Vietnamese says, over folded text.

`criteria.plan.deadlines` states how each wording is decided.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from criteria.plan.deadline_parts import (
    DAY,
    ON_REQUEST,
    Continuous,
    Every,
    Once,
    OnCondition,
    Part,
    Periodic,
    Several,
    Span,
    day_span,
    period,
    periods,
)

_EVERY: dict[str, Every] = {
    "tuần": "week",
    "tháng": "month",
    "quý": "quarter",
    "3 tháng": "quarter",
    "6 tháng": "half_year",
    "nửa năm": "half_year",
    "năm": "year",
    "12 tháng": "year",
}
_NESTED: tuple[Every, ...] = ("month", "quarter", "half_year", "year")
"""Each ends only on days when the one before it ends too; weeks do not."""
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_CONTINUOUS = re.compile(
    r"(?:thường xuyên|liên tục|định kỳ)"
    r"(?:(?:/|, ?| và | hoặc )(?:thường xuyên|liên tục|định kỳ))*"
    r"(?: trong năm| (?:trong )?năm \d{4})?"
)
_PERIOD = r"(?:tuần|tháng|quý|3 tháng|6 tháng|nửa năm|12 tháng|năm)"
_ONE_PERIOD = (
    rf"(?:định kỳ )?(?:hàng|mỗi) {_PERIOD}(?: (?:một|0?1) lần)?"
    rf"|định kỳ {_PERIOD}(?: (?:một|0?1) lần)?"
    rf"|(?:định kỳ )?(?:3|6|12) tháng(?:/lần| (?:một|0?1) lần)"
    rf"|(?:định kỳ )?0?1 lần/(?:tuần|tháng|quý|năm)"
)
_PERIODIC = re.compile(
    rf"(?:{_ONE_PERIOD})(?:(?:,? và |, ?)(?:(?:hàng )?{_PERIOD}|{ON_REQUEST}))*"
    rf"(?: hoặc {ON_REQUEST})?"
)
_PERIOD_WORD = re.compile(r"nửa năm|(?:12|[36]) tháng|tuần|tháng|quý|năm")

_LEAD = re.compile(
    r"(?:(?:hoàn thành|xong|thực hiện)(?: xong)? )?"
    r"(?:(?P<lead>trong|vào|trước|chậm nhất(?: là)?(?: (?:đến(?: hết)?|trong|vào))?|"
    r"đến hết|đến|hết) )?(?P<last>cuối )?"
)
_FROM_TO = re.compile(r"từ (?P<start>[^,]+?) (?:đến hết|đến|tới) (?P<end>[^,]+)")
_BETWEEN = re.compile(r",? (?P<word>và|hoặc) |(?P<sign>[,-]) ?")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)")
_DATE = re.compile(
    r"(?:ngày )?(?P<day>\d{1,2})(?P<sign>[/.-])(?P<month>\d{1,2})"
    r"(?:(?P=sign)(?P<year>\d{4})|(?P<yearly> hàng năm))?(?![/.]?\d)"
)
_DATE_IN_WORDS = re.compile(
    r"(?:ngày )?(?P<day>\d{1,2}) tháng (?P<month>\d{1,2})"
    r"(?:(?: năm |/)(?P<year>\d{4})|(?P<yearly> hàng năm))?(?!/?\d)"
)
_HALF = re.compile(
    r"(?:6|sáu) tháng (?P<half>đầu|cuối)(?: năm(?: (?P<year>\d{4}))?|/(?P<year2>\d{4})"
    r"|(?P<yearly> hàng năm))(?!/?\d)"
)
_QUARTER = re.compile(
    r"(?P<name>quý )?(?P<quarter>iv|i{1,3}|0?[1-9])(?![\w])"
    r"(?:(?:/| năm |-| )(?P<year>\d{4})|(?P<yearly> hàng năm))?(?!/?\w)"
)
_MONTH = re.compile(
    r"(?P<name>tháng )?(?P<month>\d{1,2})(?!\w)"
    r"(?:(?:/| năm |-| )(?P<year>\d{4})|(?P<yearly> hàng năm))?(?!/?\w)"
)
_WHOLE_YEAR = re.compile(r"(?P<name>năm )?(?P<year>\d{4})(?![/\w])")
_ALL_YEAR = re.compile(r"(?:trong )?(?:cả|suốt|suốt cả) năm(?: (?P<year>\d{4}))?")
_EVERY_DAY = re.compile(
    r"(?:(?:định kỳ )?hàng (?:tháng|quý),? )?"
    r"(?:(?P<before>trước)|vào|đến(?: hết)?|chậm nhất(?: là)?(?: vào| đến)?)? ?"
    r"ngày (?P<day>\d{1,2}) (?:hàng tháng|(?P<quarter>(?:của )?tháng cuối (?:của )?"
    r"(?:(?:hàng|mỗi|các) )?quý))"
)
"""The same day of each month, or of the last month of each quarter."""

_CONDITION = re.compile(
    r"(?:thực hiện |tùy |tuỳ )?theo \S|(?:ngay )?(?:sau )?khi \S|ngay sau \S|sau khi \S|nếu có"
)
_REFERENCE = re.compile(r"(?:số \S+ )?ngày \d{1,2}(?:/\d{1,2}/| tháng \d{1,2} năm )\d{4}")
_TIME = re.compile(
    r"\b(?:trước|chậm nhất|đến hết|đến ngày|xong|thường xuyên|hàng|định kỳ)\b"
    r"|\b(?:tháng|quý|ngày) (?:\d|[iv]+\b)|\d/\d|\d-\d"
)
_REPORT = re.compile(r" ?\(báo cáo (?:quý (?:i{1,3}|iv)|6 tháng(?: đầu năm| cuối năm)?|năm)\)")
"""What a day is for, as in "5/3 (báo cáo quý I)"."""
_MOST_JOINED = 5
"""Places where a clause may be cut; each more would double the work."""
_REMARK = re.compile(r"^đối với (?P<before>[^:]+): ?| đối với (?P<after>.+)$")
"""What a deadline concerns: "Quý I/2018 đối với Chương trình"."""


def _fold(clause: str) -> str:
    """The clause as it is compared: case, dashes, blanks at signs and two spellings evened out."""
    text = re.sub(r"[–—−]", "-", clause.casefold()).strip(" .-,")
    text = re.sub(r" ?([/-]) ?", r"\1", text)
    text = re.sub(r"\bquí\b", "quý", re.sub(r"\bkì\b", "kỳ", re.sub(r"\bhằng\b", "hàng", text)))
    text = re.sub(r"\bhàng (tuần|tháng|quý)/(?=tuần|tháng|quý|năm)", r"hàng \1, ", text)
    text = re.sub(r"\b0([36]) tháng\b", r"\1 tháng", text)
    return text.removeprefix("theo ") if text.startswith("theo định kỳ") else text


@dataclass(frozen=True, slots=True)
class _Item:
    """One item as written; `number` is the month, quarter or half, `year` None where missing."""

    kind: Literal["date", "half", "quarter", "month", "year"]
    year: int | None
    yearly: bool
    number: int = 0
    day: int = 0

    def in_year(self, year: int) -> Span | None:
        """Its span in a year; None for what the calendar does not have."""
        if not 1990 <= year <= 2200:
            return None
        match self.kind:
            case "date":
                try:
                    return day_span(datetime.date(year, self.number, self.day))
                except ValueError:
                    return None
            case "month":
                known = 1 <= self.number <= 12
                return period("month", datetime.date(year, self.number, 1)) if known else None
            case "quarter":
                return period("quarter", datetime.date(year, 3 * self.number - 2, 1))
            case "half":
                return period("half_year", datetime.date(year, 6 * self.number - 5, 1))
            case "year":
                return period("year", datetime.date(year, 1, 1))


@dataclass(frozen=True, slots=True)
class Clauses:
    """Reads clauses of a plan whose work is done between two days."""

    starts: datetime.date
    ends: datetime.date

    @property
    def year(self) -> int | None:
        return self.starts.year if self.starts.year == self.ends.year else None

    def read(self, clause: str) -> tuple[Part, ...] | None:
        """The parts of what stands between two semicolons; None when it is not understood."""
        return self.simple(clause) or self.joined(clause)

    def simple(self, clause: str) -> tuple[Part, ...] | None:
        """A clause that says one thing."""
        text = _REPORT.sub("", _fold(clause))
        if text == ON_REQUEST:
            return (OnCondition(ON_REQUEST),)
        if _CONTINUOUS.fullmatch(text):
            return (Continuous(),)
        if _PERIODIC.fullmatch(text):
            return _periodic(text)
        dated = self.dated(text)
        if dated is not None:
            return (dated,)
        if _CONDITION.match(text) and not _TIME.search(_REFERENCE.sub("", text)):
            return (OnCondition(clause.strip(" .-,")),)
        return self.with_remark(text)

    def with_remark(self, text: str) -> tuple[Part, ...] | None:
        """A clause with a remark on what it concerns, which stays text."""
        remark = _REMARK.search(text)
        if remark is None or _TIME.search(remark["before"] or remark["after"]):
            return None
        return self.simple(text[: remark.start()] + text[remark.end() :])

    def joined(self, clause: str) -> tuple[Part, ...] | None:
        """Two readings of different kinds in one clause: "Thường xuyên, định kỳ hàng quý"."""
        places = list(re.finditer(r", | và | hoặc ", clause))
        for between in places if len(places) <= _MOST_JOINED else ():
            first = self.simple(clause[: between.start()])
            second = self.read(clause[between.end() :]) if first is not None else None
            if first is None or second is None:
                continue
            both_dated = any(map(_is_dated, first)) and any(map(_is_dated, second))
            either = between.group() == " hoặc "
            if both_dated or (either and not all(isinstance(p, OnCondition) for p in second)):
                continue
            return (*first, *(part for part in second if part not in first))
        return None

    def dated(self, text: str) -> Once | Several | None:
        """A clause that names days, months, quarters, half-years or years."""
        every = _EVERY_DAY.fullmatch(text)
        if every is not None:
            return self.every_day(every)
        all_year = _ALL_YEAR.fullmatch(text)
        if all_year is not None and all_year["year"]:
            return self.dated(f"năm {all_year['year']}")
        if all_year is not None or text == "trong năm":
            return Once(period("year", self.starts)) if self.year is not None else None
        start = _LEAD.match(text)
        lead = start["lead"] if start else None
        at_end = start is not None and start["last"] is not None
        rest = text[start.end() :] if start else text
        range_ = _FROM_TO.fullmatch(rest)
        if range_ is not None:
            rest = f"{range_['start']}-{range_['end']}"
        listed = _items(rest)
        if listed is None:
            return None
        items, signs = listed
        if at_end and (len(items) > 1 or items[0].kind not in ("month", "quarter")):
            return None
        if lead == "đến" and not at_end and any(item.kind != "date" for item in items):
            return None
        if range_ is not None and signs != ["-"]:
            return None
        if lead == "trước" and (len(items) > 1 or at_end):
            return None
        runs: list[Span] = []
        for years in self.years(items):
            read = _runs(items, signs, years)
            if read is None:
                return None
            runs.extend(read)
        if lead == "trước":
            runs = [day_span(span.first - DAY) for span in runs]
        if not runs:
            return None
        return Once(runs[0]) if len(runs) == 1 else Several(tuple(runs))

    def every_day(self, every: re.Match[str]) -> Once | Several | None:
        """The same day of each month or quarter; None where one of them may lack it."""
        day, before, quarterly = int(every["day"]), every["before"] is not None, every["quarter"]
        if not 1 + before <= day <= (30 if quarterly else 28):
            return None
        months = periods("month", self.starts.replace(day=1), period("month", self.ends).last)
        wanted = [month for month in months if not quarterly or month.first.month % 3 == 0]
        days = [month.first.replace(day=day) - DAY * before for month in wanted]
        found = tuple(day_span(day) for day in days if self.starts <= day <= self.ends)
        return Several(found) if len(found) > 1 else Once(found[0]) if found else None

    def years(self, items: list[_Item]) -> list[list[int]]:
        """The year of each item; a list of them for each year where the items recur.

        Empty where a year is missing and cannot be told.
        """
        if items[-1].yearly and all(item.year is None for item in items):
            return [[year] * len(items) for year in range(self.starts.year, self.ends.year + 1)]
        if any(item.yearly for item in items):
            return []
        years: list[int] = []
        stated = items[-1].year
        if stated is None:
            if self.year is None or any(item.year is not None for item in items):
                return []
            return [[self.year] * len(items)]
        for item in reversed(items):
            stated = stated if item.year is None else item.year
            years.append(stated)
        return [years[::-1]]


def _is_dated(part: Part) -> bool:
    return isinstance(part, Once | Several)


def _periodic(text: str) -> tuple[Part, ...]:
    """Periods named one after the other; the finest holds the coarser ones."""
    named = {_EVERY[word] for word in _PERIOD_WORD.findall(text)}
    parts: list[Part] = [Periodic("week")] if "week" in named else []
    parts += [Periodic(every) for every in _NESTED if every in named][:1]
    if ON_REQUEST in text:
        parts.append(OnCondition(ON_REQUEST))
    return tuple(parts)


def _items(text: str) -> tuple[list[_Item], list[str]] | None:
    """Items of a list and the signs between them (`,`, `-`, `hoặc`)."""
    items: list[_Item] = []
    signs: list[str] = []
    at = 0
    while True:
        found = _item(text, at, items[-1].kind if items else None)
        if found is None:
            return None
        item, at = found
        items.append(item)
        if at == len(text):
            break
        between = _BETWEEN.match(text, at)
        if between is None:
            return None
        sign = between["sign"] or between["word"]
        signs.append("," if sign == "và" else sign)
        at = between.end()
    return (items, signs) if len({item.kind for item in items}) == 1 else None


def _item(text: str, at: int, before: str | None) -> tuple[_Item, int] | None:
    """One item at a position; a bare number is of the kind `before` it."""
    if found := _ISO.match(text, at):
        day, month = int(found["day"]), int(found["month"])
        return _Item("date", int(found["year"]), False, month, day), found.end()
    for pattern in (_DATE_IN_WORDS, _DATE):
        found = pattern.match(text, at)
        # Without a year only 5/3 is a date; 5.3 and 5-3 may be anything.
        if found and (pattern is _DATE_IN_WORDS or found["sign"] == "/" or found["year"]):
            day, month = int(found["day"]), int(found["month"])
            return _Item("date", _year(found["year"]), _yearly_of(found), month, day), found.end()
    if found := _HALF.match(text, at):
        year = _year(found["year"] or found["year2"])
        half = 1 if found["half"] == "đầu" else 2
        return _Item("half", year, _yearly_of(found), half), found.end()
    found = _QUARTER.match(text, at)
    if found and (found["name"] or before == "quarter"):
        quarter = _QUARTERS.get(found["quarter"].lstrip("0"))
        if quarter is None:
            return None
        year = _year(found["year"])
        return _Item("quarter", year, _yearly_of(found), quarter), found.end()
    found = _MONTH.match(text, at)
    # 12/2018 alone can only be a month.
    alone = found and found["year"] and text[found.start() : found.end()].count("/") == 1
    if found and (found["name"] or before == "month" or alone):
        year = _year(found["year"])
        return _Item("month", year, _yearly_of(found), int(found["month"])), found.end()
    found = _WHOLE_YEAR.match(text, at)
    if found and (found["name"] or before in (None, "year")):
        return _Item("year", int(found["year"]), False), found.end()
    return None


def _year(written: str | None) -> int | None:
    return int(written) if written else None


def _yearly_of(found: re.Match[str]) -> bool:
    return found["yearly"] is not None


_IN_A_YEAR = {"half": 2, "quarter": 4, "month": 12}
"""Who lists every quarter of a year means each of them, not the year."""


def _runs(items: list[_Item], signs: list[str], years: list[int]) -> list[Span] | None:
    """The instances of a list: ranges and touching pieces joined, the rest apart."""
    spans = [item.in_year(year) for item, year in zip(items, years, strict=True)]
    pieces = [span for span in spans if span is not None]
    ascending = all(a.last < b.first for a, b in pairwise(pieces))
    if len(pieces) < len(items) or not ascending:
        return None
    if "hoặc" in signs and set(signs) != {"hoặc"}:
        return None
    if set(signs) == {","} and len(pieces) == _IN_A_YEAR.get(items[0].kind):
        return pieces
    runs = [pieces[0]]
    after_range = False
    for sign, piece in zip(signs, pieces[1:], strict=True):
        if sign == "-" and after_range:
            return None
        touches = items[0].kind != "date" and piece.first == runs[-1].last + DAY
        if sign != "," or touches:
            runs[-1] = Span(piece.key, runs[-1].first, piece.last)
        else:
            runs.append(piece)
        after_range = sign == "-"
    return runs
