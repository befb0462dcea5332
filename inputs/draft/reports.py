"""Sentences that order periodic reports (chế độ báo cáo định kỳ)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from inputs.draft.document import Found
from inputs.draft.model import DraftReport
from inputs.draft.numbers import UPPER
from inputs.draft.prose import Clause
from inputs.headers import fold

_REPORT = re.compile(r"(?<!\w)báo cáo(?!\w)")
_PERIOD = re.compile(
    r"(?<!\w)(?:(?:hàng|hằng|mỗi) (?:tuần|tháng|quý|năm)"
    r"|định kỳ (?:tuần|tháng|quý|năm|\d{1,2} tháng|0?1 lần)"
    r"|báo cáo (?:\w+ ){0,2}?(?:quý|tháng|năm|định kỳ|6 tháng|06 tháng|3 tháng|9 tháng)"
    r"|(?:0?[369]) tháng(?:/lần| một lần| đầu năm|,? năm|,? và)"
    r"|(?:trước|chậm nhất|vào|đến) (?:là )?(?:ngày )?\d{1,2}"
    r"(?:/\d{1,2}| tháng \d| (?:hàng|hằng|mỗi))"
    r"|(?:quý|tháng) (?:[ivx]+|\d{1,2}).{0,20}trước ngày)(?!\w)"
)
_END = re.compile(rf"(?<=[.])\s+(?=[{UPPER}-])")


def reports_of(clauses: Iterable[Clause]) -> tuple[DraftReport, ...]:
    """Each sentence that speaks of a report and of a period, or of a day, it is due."""
    return tuple(found for each in clauses for found in _of_clause(each))


def _of_clause(each: Clause) -> Iterator[DraftReport]:
    text = each.paragraph.text
    cuts = [cut.span() for cut in _END.finditer(text, each.text_from)]
    starts = [each.text_from, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    for start, end in zip(starts, ends, strict=True):
        words = fold(text[start:end])
        if text[start:end].isupper():
            continue  # a heading
        if _REPORT.search(words) and _PERIOD.search(words) and not words.startswith("căn cứ"):
            first, *others = each.paragraph.places(start, end)
            found = Found(text[start:end].strip(" ;"), first, tuple(others))
            yield DraftReport(found, each.clause)
