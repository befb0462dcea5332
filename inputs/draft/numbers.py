"""The marks before clauses, sections and tasks: `II.`, `2.`, `c)`, `-`."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

UPPER = "A-Z" + "".join(
    letter
    for letter in map(chr, [*range(0x00C0, 0x01B1), *range(0x1EA0, 0x1EFA)])
    if letter.isupper()
)
"""Capital letters of Vietnamese, to stand in a class of a regular expression."""

Level: TypeAlias = Literal["roman", "number", "letter", "dash"]

_MARKS: tuple[tuple[Level, re.Pattern[str]], ...] = (
    (
        "roman",
        re.compile(rf"(?:Phần\s+|PHẦN\s+)?([IVX]{{1,5}})\s*(?:[.:)/-]\s*|\s+(?=[{UPPER}]))"),
    ),
    (
        "number",
        re.compile(rf"(?:Điều\s+)?(\d{{1,2}}(?:\.\d{{1,2}})*)\s*[.)](?:\s+|(?=[{UPPER}])|$)"),
    ),
    ("letter", re.compile(r"([a-zđ]\d?)\s*\)\s*")),
    ("letter", re.compile(rf"([a-eg-zđ])\.\s+(?=[{UPPER}])")),
    ("dash", re.compile(r"([-–•+*])\s*(?=\S)")),
)

_VALUES = {"I": 1, "V": 5, "X": 10}


def mark_of(text: str) -> tuple[Level, str, int] | None:
    """The mark at the beginning of a text: its level, its words, and where the text goes on.

    >>> mark_of("II. Cải cách"), mark_of("đ) Xây dựng"), mark_of("2018 là năm")
    (('roman', 'II', 4), ('letter', 'đ', 3), None)
    """
    for level, pattern in _MARKS:
        if found := pattern.match(text):
            if level == "roman" and roman_value(found[1]) is None:
                continue
            return level, found[1], found.end()
    return None


def roman_value(text: str) -> int | None:
    """A Roman number of 1 to 39; None for other letters.

    >>> roman_value("VIII"), roman_value("IIX")
    (8, None)
    """
    total = 0
    for letter, following in zip(text, [*text[1:], ""], strict=True):
        value = _VALUES.get(letter)
        if value is None:
            return None
        total += -value if _VALUES.get(following, 0) > value else value
    return total if 0 < total < 40 and roman(total) == text else None


def roman(value: int) -> str:
    """A number of 1 to 39 in Roman letters.

    >>> roman(9)
    'IX'
    """
    units = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
    return "X" * (value // 10) + units[value % 10]
