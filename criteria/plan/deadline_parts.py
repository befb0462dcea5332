"""What a deadline (thời hạn) can be, and the calendar that its spans come from."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

Every = Literal["week", "month", "quarter", "half_year", "year"]

DAY = datetime.timedelta(days=1)
ON_REQUEST = "đột xuất"
"""Words of the condition that somebody asks."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days for one instance of a task; it is due on `last`.

    `key` names it: 2018-03-05 | 2018-W07 | 2018-03 | 2018-Q1 | 2018-H2 | 2018; a longer span has
    the key of its last piece (2018-Q2 for "Quý I, II/2018").
    """

    key: str
    first: datetime.date
    last: datetime.date


@dataclass(frozen=True, slots=True)
class Once:
    """Due once."""

    span: Span


@dataclass(frozen=True, slots=True)
class Several:
    """Due several times, on days that the text gives."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Due once in every week, month, ... of the plan (định kỳ)."""

    every: Every


@dataclass(frozen=True, slots=True)
class Continuous:
    """Done all the time (thường xuyên)."""


@dataclass(frozen=True, slots=True)
class OnCondition:
    """Due when something comes about (khi có điều kiện); `words` say what."""

    words: str


@dataclass(frozen=True, slots=True)
class Unstated:
    """The plan gives no deadline (bỏ trống)."""


Part: TypeAlias = Once | Several | Periodic | Continuous | OnCondition | Unstated


@dataclass(frozen=True, slots=True)
class Deadline:
    """A deadline as written and as read; several parts hold side by side."""

    text: str
    parts: tuple[Part, ...]


def day_span(day: datetime.date) -> Span:
    return Span(day.isoformat(), day, day)


def _months_span(key: str, year: int, first: int, months: int) -> Span:
    """Whole months of one year, `first` counted from 1."""
    after = datetime.date(year + (first + months - 1) // 12, (first + months - 1) % 12 + 1, 1)
    return Span(key, datetime.date(year, first, 1), after - DAY)


def period(every: Every, day: datetime.date) -> Span:
    """The week, month, ... that holds `day`."""
    year, month = day.year, day.month
    match every:
        case "week":
            iso = day.isocalendar()
            monday = day - DAY * (iso.weekday - 1)
            return Span(f"{iso.year}-W{iso.week:02}", monday, monday + 6 * DAY)
        case "month":
            return _months_span(f"{year}-{month:02}", year, month, 1)
        case "quarter":
            quarter = (month - 1) // 3
            return _months_span(f"{year}-Q{quarter + 1}", year, 3 * quarter + 1, 3)
        case "half_year":
            half = (month - 1) // 6
            return _months_span(f"{year}-H{half + 1}", year, 6 * half + 1, 6)
        case "year":
            return _months_span(f"{year}", year, 1, 12)


def periods(every: Every, starts: datetime.date, ends: datetime.date) -> Iterator[Span]:
    """The periods of a plan; the first and the last are clipped where it begins or ends in them.

    A week counts where most of it lies in the plan, as ISO 8601 counts the weeks of a year.
    """
    span = period(every, starts)
    while span.first <= ends:
        clipped = Span(span.key, max(span.first, starts), min(span.last, ends))
        if every != "week" or (clipped.last - clipped.first).days >= 3:
            yield clipped
        span = period(every, span.last + DAY)
