"""Deadlines (thời hạn) as plans write them: "Quý I, II/2018", "Định kỳ hàng quý", "Theo kế hoạch".

A text is understood as a whole or not at all; a number out of range (Tháng 13, Quý V, 31/2) is not
understood.  How it is read:

- A month, quarter, half-year or year is due on its last day, a bare date (also "đến ngày",
  "chậm nhất") on that day.  "Trước" (before) is due on the day before: "Trước 15/6/2018" on
  14/6/2018, "Trước tháng 7/2018" on 30/6/2018.  "Cuối tháng 6" is its last day; "đầu tháng 6" and
  "cuối năm" name no day and are not understood.
- "Ngày 20 hàng tháng", "Ngày 20 tháng cuối quý" are that day of each month, or of the last month
  of each quarter.
- Where the year is missing it is the plan's, if the plan lies in one year.  In a list the year at
  the end holds for all: "Quý I, II/2018".  "Hàng năm" in its place means each year of the plan.
- Pieces of a list that touch ("Quý I, II"; "Năm 2012-2015") are one instance, due at the end;
  pieces that do not ("Quý II, IV"; "2012, 2015") are one instance each, and so is every date,
  and every piece where all of a year are listed ("Quý I, II, III, IV").
  "Hoặc" (or) is one instance, by the end of the later.
- "Định kỳ" (periodically) without a period is the same as "thường xuyên" (continuously).
- "Hàng quý, 6 tháng và năm" is quarterly: half-years and years end on days when quarters end.
- "Đột xuất" (on request) beside anything else adds nothing that falls due.
"""

from __future__ import annotations

import datetime
import unicodedata
from collections.abc import Iterator
from typing import Literal

from criteria.plan.deadline_grammar import Clauses
from criteria.plan.deadline_parts import (
    ON_REQUEST,
    Continuous,
    Deadline,
    Every,
    Once,
    OnCondition,
    Part,
    Periodic,
    Several,
    Span,
    Unstated,
    period,
    periods,
)
from criteria.wording import Language, wording

__all__ = [
    "DEADLINE_EXAMPLES",
    "Continuous",
    "Counted",
    "Deadline",
    "Every",
    "OnCondition",
    "Once",
    "Part",
    "Periodic",
    "Several",
    "Span",
    "Unstated",
    "describe",
    "read_deadline",
    "spans",
]

Counted = Literal["yearly", "leave_out", "when_set"]

DEADLINE_EXAMPLES: tuple[str, ...] = (
    "Tháng 6/2018",
    "Quý I, II/2018",
    "Trước ngày 15/6/2018",
    "Định kỳ hàng quý",
    "Thường xuyên",
    "Theo hướng dẫn của Bộ Nội vụ",
)
"""Typical spellings, to show beside one that was not understood."""


def read_deadline(text: str | None, starts: datetime.date, ends: datetime.date) -> Deadline | None:
    """The reading of one text in a plan whose work is done between two days.

    None when the text is not understood.  A blank is a deadline that is not stated.

    >>> year = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
    >>> deadline = read_deadline("Quý II, IV/2018", *year)
    >>> [span.key for part in deadline.parts for span in part.spans]
    ['2018-Q2', '2018-Q4']
    >>> read_deadline("Quý V/2018", *year) is None
    True
    """
    tidy = " ".join(unicodedata.normalize("NFC", text or "").split())
    if not tidy.strip(" -–—._…"):
        return Deadline("", (Unstated(),))
    clauses = Clauses(starts, ends)
    parts: list[Part] = []
    for clause in tidy.split(";"):
        if not clause.strip(" .-–"):
            continue
        read = clauses.read(clause)
        if read is None:
            return None
        parts.extend(part for part in read if part not in parts)
    return Deadline(tidy, tuple(parts)) if parts else None


def spans(
    deadline: Deadline,
    starts: datetime.date,
    ends: datetime.date,
    policy_continuous: Counted = "yearly",
    policy_conditional: Counted = "when_set",
    policy_unstated: Counted = "when_set",
) -> tuple[Span, ...]:
    """The instances of a deadline, in order of their due days, each key once.

    Dates that the text gives stay even outside `starts..ends`.  What is counted `yearly` is due on
    the last day of each calendar year, of the last one on `ends`.
    """
    found: list[Span] = []
    for part in deadline.parts:
        match part:
            case Once(span):
                found.append(span)
            case Several(several):
                found.extend(several)
            case Periodic(every):
                found.extend(periods(every, starts, ends))
            case Continuous():
                found.extend(_yearly(policy_continuous, starts, ends))
            case OnCondition(words):
                if words != ON_REQUEST or len(deadline.parts) == 1:
                    found.extend(_yearly(policy_conditional, starts, ends))
            case Unstated():
                found.extend(_yearly(policy_unstated, starts, ends))
    ordered = sorted(found, key=lambda span: (span.last, span.first, span.key))
    return tuple({span.key: span for span in reversed(ordered)}.values())[::-1]


def describe(deadline: Deadline, language: Language) -> str:
    """The reading in words: what is due by which day, not what the plan wrote."""
    return "; ".join(_describe(part, language) for part in deadline.parts)


def _describe(part: Part, language: Language) -> str:
    match part:
        case Once(span):
            return wording("deadlines", "once", language, day=f"{span.last:%d/%m/%Y}")
        case Several(several):
            days = ", ".join(f"{span.last:%d/%m/%Y}" for span in several)
            return wording("deadlines", "several", language, days=days)
        case Periodic(every):
            return wording("deadlines", f"every.{every}", language)
        case Continuous():
            return wording("deadlines", "continuous", language)
        case OnCondition(words) if words == ON_REQUEST:
            return wording("deadlines", "on_request", language)
        case OnCondition(words):
            return wording("deadlines", "on_condition", language, words=words)
        case Unstated():
            return wording("deadlines", "unstated", language)


def _yearly(policy: Counted, starts: datetime.date, ends: datetime.date) -> Iterator[Span]:
    if policy != "yearly":
        return
    for year in range(starts.year, ends.year + 1):
        span = period("year", datetime.date(year, 1, 1))
        yield Span(span.key, max(span.first, starts), min(span.last, ends))
