"""Vietnamese order (thứ tự tiếng Việt): a ă â b c d đ e ê ..., then tones, then case.

The same order as ICU's `vi` collation for names of units: letters decide first, then tones (ngang,
huyền, hỏi, ngã, sắc, nặng), then lower before upper case.
"""

import unicodedata
from functools import lru_cache
from typing import TypeAlias

Key: TypeAlias = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: place for place, letter in enumerate(_LETTERS)}
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
"""Breve, circumflex and horn make letters of their own: ă, â ê ô, ơ ư."""


@lru_cache(maxsize=65_536)
def vietnamese_key(text: str) -> Key:
    """What to sort by: `sorted(names, key=vietnamese_key)`.

    >>> sorted(["Đông", "Dương", "Ân", "An", "Ăn", "ản", "àn"], key=vietnamese_key)
    ['An', 'àn', 'ản', 'Ăn', 'Ân', 'Dương', 'Đông']
    """
    letters: list[int] = []
    tones: list[int] = []
    cases: list[int] = []
    for base, tone in _letters(text):
        lower = base.lower()
        # punctuation and blanks, then digits, then letters
        letters.append(1_000 + _PLACE[lower] if lower in _PLACE else _other(lower))
        tones.append(tone)
        cases.append(int(base != lower))
    return tuple(letters), tuple(tones), tuple(cases)


def _other(letter: str) -> int:
    if letter.isdigit():
        return 500 + int(unicodedata.digit(letter, 0))
    return 2_000 + ord(letter) if letter.isalpha() else min(ord(letter), 499)


def _letters(text: str) -> list[tuple[str, int]]:
    """Letters with their shape, and the tone on each."""
    found: list[tuple[str, int]] = []
    for mark in unicodedata.normalize("NFD", text):
        if mark in _TONES and found:
            found[-1] = (found[-1][0], _TONES[mark])
        elif mark in _SHAPES and found:
            letter, tone = found[-1]
            found[-1] = (unicodedata.normalize("NFC", letter + mark), tone)
        else:
            found.append((mark, 0))
    return found
