"""By when a target is to be reached: times in a sentence, as deadlines that a plan file takes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inputs.draft.document import even
from inputs.draft.numbers import UPPER

_DAY = (
    r"(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}[/.-](?P<y1>20\d\d)"
    r"|(?:ngày\s+)?\d{1,2}\s+tháng\s+\d{1,2}\s+năm\s+(?P<y2>20\d\d)"
)
_PIECE = (
    r"quý\s+(?:[ivx]+|\d)\s*(?:/|-|năm)\s*(?P<y3>20\d\d)"
    r"|tháng\s+\d{1,2}\s*(?:/|-|năm)\s*(?P<y4>20\d\d)"
    r"|(?:6|sáu)\s+tháng\s+(?:đầu|cuối)\s+năm\s+(?P<y5>20\d\d)"
)
_LED = re.compile(
    r"(?<!\w)(?P<lead>(?:đến|tới|vào|trong|hết|trước|cuối|chậm nhất|muộn nhất)"
    r"(?:\s+(?:hết|cuối|là|vào|đến|trước|trong))*)\s+"
    rf"(?P<core>{_DAY}|{_PIECE}|(?:năm\s+)?(?P<y6>20\d\d)(?![/\d-]))",
    re.IGNORECASE,
)
_BARE = re.compile(
    rf"(?<!\w)(?P<core>{_PIECE}|năm\s+(?P<y6>20\d\d))(?=\s*[,:]|\s+(?:đạt|phấn đấu|là|có|còn))",
    re.IGNORECASE,
)
_NOT_BY = re.compile(
    r"(?:so với|từ|kể từ|ngày \d{1,2}|giai đoạn|của|tháng \d{1,2}|cùng kỳ)\s*$", re.IGNORECASE
)
_OPENS = re.compile(
    r"(?:^|[,;:.(–-])\s*(?:(?:riêng|kết quả|phấn đấu|tính|và|có)\s+)*$", re.IGNORECASE
)
_FULL_STOP = re.compile(rf"\.\s+(?=[{UPPER}0-9-])")
_RIGHT_AFTER = re.compile(r"\s*(?:trở lên\s*|trở xuống\s*)?\(?(?=năm\s)", re.IGNORECASE)
_YEAR_AFTER = re.compile(r"năm\s+(?P<y6>20\d\d)", re.IGNORECASE)


_LOOKED_BACK = 2_000
"""Letters before a number in which its time is looked for; real sentences have some hundred."""

_LONGEST = 80
"""Letters of the longest time in words."""


@dataclass(frozen=True, slots=True)
class Time:
    """A time, as a deadline; `start`: its position in the text."""

    text: str
    year: int
    start: int


def time_of(text: str, part: tuple[int, int], number: tuple[int, int], begin: int) -> Time | None:
    """The time of the number at `number`, which its `part` names, or what stands before it.

    "Năm 2024, hồ sơ trực tuyến đạt 90%, hồ sơ giấy đạt 5%" holds for both numbers, up to the full
    stop or the next time.
    """
    after = _RIGHT_AFTER.match(text, number[1])
    if after and (year := _YEAR_AFTER.match(text, after.end())):
        return _time(year, None)
    begin = max(begin, number[0] - _LOOKED_BACK)
    inside = [*_times(text, *part)]
    if inside:
        return min(inside, key=lambda each: (each.start > number[0], abs(number[0] - each.start)))
    stops = [stop.end() for stop in _FULL_STOP.finditer(text, begin, number[0])]
    start = max([begin, *stops])
    opening = [
        each for each in _times(text, start, number[0]) if _OPENS.search(text[start : each.start])
    ]
    return max(opening, key=lambda each: each.start, default=None)


def _times(text: str, start: int, end: int) -> list[Time]:
    found: dict[int, Time] = {}
    for pattern in (_LED, _BARE):
        for each in pattern.finditer(text, start, end + _LONGEST):
            if each.start() >= end:
                break
            taken = any(
                at <= each.start() < at + len(one.text) + 20 and at != each.start()
                for at, one in found.items()
            )
            if pattern is _BARE and (taken or _NOT_BY.search(text[start : each.start()])):
                continue
            lead = each["lead"] if pattern is _LED else None
            found.setdefault(each.start(), _time(each, lead))
    return list(found.values())


def _time(found: re.Match[str], lead: str | None) -> Time:
    years = [value for name, value in found.groupdict().items() if name.startswith("y") and value]
    core = even(found["core"] if "core" in found.groupdict() else found[0])
    if core.isdigit():
        core = f"năm {core}"
    if lead is not None and "trước" in lead.casefold():
        core = f"trước {core}"
    return Time(core[0].upper() + core[1:], int(years[0]), found.start())
