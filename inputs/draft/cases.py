"""Headings in capitals (chữ in hoa), set as sentences."""

from __future__ import annotations

import re

from inputs.draft.headings import plain

_ABBREVIATIONS = frozenset({"ubnd", "hdnd", "ubmttq", "tand", "iso"})
_VOWELS = frozenset("aeiouy")
_ROMAN = re.compile(r"[IVX]+")


def sentence_case(text: str, *names: str) -> str:
    """A heading in capitals as a sentence; other texts stay as they are.

    Abbreviations stay in capitals: those that are listed, and words without a vowel.  `names` are
    words that keep their own capitals, such as the province's.

    >>> sentence_case("CẢI CÁCH TTHC TỈNH MẪU SƠN", "Mẫu Sơn")
    'Cải cách TTHC tỉnh Mẫu Sơn'
    """
    if not text.isupper():
        return text
    lowered = re.sub(r"\w+", lambda found: _word(found[0]), text)
    sentence = lowered[:1].upper() + lowered[1:]
    for name in names:
        sentence = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", name, sentence, flags=re.IGNORECASE)
    return sentence


def _word(word: str) -> str:
    letters = plain(word)
    numeral = _ROMAN.fullmatch(word) is not None
    short = letters.isalpha() and len(word) > 1 and not _VOWELS & set(letters)
    return word if numeral or short or letters in _ABBREVIATIONS else word.lower()
