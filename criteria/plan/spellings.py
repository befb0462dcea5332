"""Names as they are compared: words without case, punctuation, "và", and one place for the tone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeAlias, TypeVar

Words: TypeAlias = tuple[str, ...]
Contractions: TypeAlias = tuple[tuple[str, Words], ...]
"""Short words, each with the long ones that it stands for, without accents."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True, slots=True)
class Word:
    """One word as compared, and where it stands in the text."""

    key: str
    start: int
    end: int


@cache
def key(word: str) -> str:
    """A word as compared: case and the place of its tone evened out.

    >>> key("Hòa") == key("hoà"), key("hóa") == key("hoa")
    (True, False)
    """
    letters = unicodedata.normalize("NFD", word.casefold())
    tones = "".join(letter for letter in letters if letter in _TONES)
    return "".join(letter for letter in letters if letter not in _TONES) + tones


@cache
def bare(word: str) -> str:
    """A compared word without accents.

    >>> bare(key("Đường"))
    'duong'
    """
    letters = unicodedata.normalize("NFD", word)
    return "".join(one for one in letters if not unicodedata.combining(one)).replace("đ", "d")


_AND = frozenset({key("và"), "va"})


def words_of(text: str, start: int, end: int, contractions: Contractions) -> list[Word]:
    """The words of `text[start:end]`, "và" left out and long words put as their short ones.

    `text` is NFC; letters, marks and digits make words, everything else stands between them.
    """
    matches = re.compile(r"[^\W_]+").finditer(text, start, end)
    words = [Word(key(match.group()), match.start(), match.end()) for match in matches]
    return _contracted([word for word in words if word.key not in _AND], contractions)


def _contracted(words: list[Word], contractions: Contractions) -> list[Word]:
    found: list[Word] = []
    at = 0
    while at < len(words):
        for short, long in contractions:
            if tuple(bare(word.key) for word in words[at : at + len(long)]) == long:
                found.append(Word(short, words[at].start, words[at + len(long) - 1].end))
                at += len(long)
                break
        else:
            found.append(words[at])
            at += 1
    return found


@dataclass(frozen=True, slots=True)
class Names(Generic[_Meaning]):
    """Spellings and what they stand for: with accents, and without where that is unique."""

    exact: Mapping[Words, _Meaning]
    bare: Mapping[Words, _Meaning | None]
    longest: int

    def match(self, words: Sequence[Word], at: int) -> tuple[_Meaning, int] | None:
        """What the longest spelling at a position stands for, and the position after it."""
        keys = tuple(word.key for word in words[at : at + self.longest])
        for length in range(len(keys), 0, -1):
            meaning = self.exact.get(keys[:length])
            if meaning is None:
                meaning = self.bare.get(tuple(map(bare, keys[:length])))
            if meaning is not None:
                return meaning, at + length
        return None


def as_spelled(spellings: Mapping[Words, _Meaning]) -> Names[_Meaning]:
    """A table that matches all accents or none: "trừ" and "tru", and not "Trụ"."""
    plain = {tuple(map(bare, words)): meaning for words, meaning in spellings.items()}
    found = {**plain, **spellings}
    return Names(found, {}, max(map(len, found), default=0))


def names(spellings: Mapping[Words, _Meaning]) -> Names[_Meaning]:
    """A table to match with."""
    without: dict[Words, _Meaning | None] = {}
    for words, meaning in spellings.items():
        plain = tuple(map(bare, words))
        without[plain] = meaning if without.get(plain, meaning) == meaning else None
    return Names(dict(spellings), without, max(map(len, spellings), default=0))
