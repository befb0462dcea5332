"""How unlikely words are in a column of a woven table, as a price."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import criteria.plan.bodies
from inputs.draft.contents import Contents
from inputs.draft.woven_orders import Column
from inputs.headers import fold

_DEADLINE_WORDS = frozenset(
    """
    thường xuyên trong năm quý tháng hàng hằng tuần ngày trước sau khi có văn bản của bộ theo
    hướng dẫn định kỳ hoặc đột xuất và đầu cuối xong kế hoạch quy định tiến độ yêu cầu đến hết
    nội vụ trung ương chính phủ
    """.split()  # noqa: SIM905 - sixty words are read more easily as lines of text
)

_LINKS = frozenset(
    ("của", "và", "các", "cho", "tại", "theo", "về", "trong", "đến", "với", "ở", "thuộc", "bằng")
)
"""Words that no cell ends with."""

_SENTENCES = re.compile(r"[a-zà-ỹđ]{2,}\.\s")


def said(column: Column, text: str) -> float:
    """The price of what a cell says as a whole."""
    contents = Contents()
    match column:
        case "title":
            return 0.7 if fold(text).rpartition(" ")[2] in _LINKS else 0.0
        case "deadline":
            return 0.0 if contents.is_deadline(text) else 4.0
        case _ if not text:
            return 1.0
        case _:
            price = 1.5 * len(contents.unknown_bodies(text))
            return price + (1.0 if _SENTENCES.search(text) else 0.0)


@cache
def strange(word: str, column: Column) -> float:
    """The price of a word in a column where such words do not stand."""
    key = fold(word).strip(" ,;.:()-")
    match column:
        case "lead" | "partners":
            return 0.0 if not key or key in _body_words() else 1.5
        case "deadline":
            timely = re.fullmatch(r"\d{1,4}|[ivx]+|[\d/.ivx-]+", key)
            return 0.0 if timely or key in _DEADLINE_WORDS else 2.0
        case _:
            return 0.0


@cache
def _body_words() -> frozenset[str]:
    """All words of the table of bodies."""
    table = Path(criteria.plan.bodies.__file__).with_name("bodies.yaml")
    return frozenset(re.findall(r"[^\W_]+(?:/[^\W_]+)?", fold(table.read_text(encoding="utf-8"))))
