"""One cell, one exact value: Vietnamese and English spellings of numbers, dates, yes/no, options.

A cell reads as one value or as a `Fault` with the reason; nothing is guessed.  `1.234` may be a
thousand two hundred and thirty-four or one point two three four, so it is neither.
"""

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction
from typing import NamedTuple

from criteria.exact import decimals_needed, shortest
from inputs.headers import fold, nearest

LARGEST = 10**18
"""18 digits, decimals included (the same bound as `inputs.facts.LARGEST`)."""

_DECIMALS = 18

_LONGEST = 200
"""Characters of a cell that are looked at as a number, date or word."""


class Kind(IntEnum):
    """What the file itself says about a cell."""

    TEXT = 0
    NUMBER = 1
    """A native number; `text` is its plain spelling with a point."""
    PERCENT = 2
    """A native number shown as percent; `text` is what it shows: 95 for a stored 0.95."""
    DATE = 3
    """A native date; `text` is ISO, with the time of day if there is one."""
    YES_NO = 4
    BROKEN = 5
    """A cell whose fault is reported already: it reads as missing without a second problem."""


class Cell(NamedTuple):
    """The spelling of a cell that is not blank, and its kind."""

    text: str
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be read: the code of the problem and what fills its sentences.

    Whoever knows the column adds its `name`: the place in a CSV file is a whole line.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


REPORTED_ALREADY = Fault("")
"""Stands for a cell whose problem was named when its file was read."""

_BLANK_WORDS = frozenset(
    fold(word)
    for word in (
        *("-", "--", "---", "–", "—", ".", "..", "...", "…", "/", "?"),
        *("n/a", "#n/a", "na", "n.a.", "null", "none", "nil", "not applicable"),
        *("không áp dụng", "khong ap dung", "không có", "không phát sinh", "chưa có"),
        *("chưa báo cáo", "không báo cáo", "không có số liệu", "chưa có số liệu"),
    )
)
_SPACES = "[ \u00a0\u2007\u2009\u202f]"
_AMBIGUOUS = re.compile(r"(-?)([1-9][0-9]{0,2})[.,]([0-9]{3})")
_SPELLINGS = tuple(
    re.compile(f"(?P<whole>-?{whole})(?P<decimals>{decimals})?")
    for whole, decimals in (
        (r"[0-9]+", r"[.,][0-9]+"),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+", r",[0-9]+"),
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3})+", r"\.[0-9]+"),
        (rf"[1-9][0-9]{{0,2}}(?:{_SPACES}[0-9]{{3}})+", r"[.,][0-9]+"),
    )
)
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+([.,][0-9]*)?e[-+]?[0-9]+", re.IGNORECASE)
_NOT_FINITE = frozenset({"nan", "inf", "-inf", "+inf", "infinity", "-infinity", "∞", "-∞"})
_GROUPING = re.compile(r"[^0-9-]")


def read_number(cell: Cell, *, percent: bool = False) -> Fraction | Fault:
    """The exact number; `percent` says that `95 %` is welcome and means 95."""
    match cell.kind:
        case Kind.BROKEN:
            return REPORTED_ALREADY
        case Kind.DATE:
            return Fault("number-is-date", {"value": cell.text})
        case Kind.YES_NO:
            return Fault("number-unreadable", {"value": cell.text})
        case Kind.PERCENT if not percent:
            return Fault("percent-not-wanted", {"value": f"{cell.text}%"})
        case Kind.NUMBER | Kind.PERCENT:
            return _native_number(cell.text)
        case Kind.TEXT:
            return _spelled_number(cell.text, percent)


def _native_number(text: str) -> Fraction | Fault:
    if text.strip().casefold() in _NOT_FINITE:
        return Fault("number-not-finite", {"value": text})
    try:
        return _sized(Fraction(text), text)
    except (ValueError, ZeroDivisionError):
        return Fault("number-unreadable", {"value": _shown(text)})


def _spelled_number(text: str, percent: bool) -> Fraction | Fault:
    spelled = text.strip().replace("\u2212", "-")
    if fold(spelled) in _BLANK_WORDS:
        return Fault("word-for-blank", {"value": text.strip()})
    if spelled.endswith("%"):
        if not percent:
            return Fault("percent-not-wanted", {"value": _shown(text)})
        spelled = spelled[:-1].rstrip()
    if len(spelled) > _LONGEST:
        return Fault("number-too-long", {"value": _shown(text)})
    if ambiguous := _AMBIGUOUS.fullmatch(spelled):
        sign, high, low = ambiguous.groups()
        values = {
            "value": text.strip(),
            "whole": f"{sign}{high}{low}",
            "comma": f"{sign}{high},{low}0",
            "point": f"{sign}{high}.{low}0",
        }
        return Fault("number-ambiguous", values)
    for spelling in _SPELLINGS:
        if found := spelling.fullmatch(spelled):
            whole = _GROUPING.sub("", found["whole"])
            decimals = (found["decimals"] or ".0")[1:]
            return _sized(Fraction(f"{whole}.{decimals}"), text)
    return _not_a_number(text, spelled)


def _not_a_number(text: str, spelled: str) -> Fault:
    values = {"value": _shown(text)}
    if _SCIENTIFIC.fullmatch(spelled):
        return Fault("number-scientific", values)
    if spelled.casefold() in _NOT_FINITE:
        return Fault("number-not-finite", values)
    if any(unicodedata.category(letter) == "Nd" and not letter.isascii() for letter in spelled):
        return Fault("number-other-digits", values)
    return Fault("number-unreadable", values)


def _sized(value: Fraction, text: str) -> Fraction | Fault:
    places = decimals_needed(value) or 0
    if places > _DECIMALS or abs(value * 10**places) >= LARGEST:
        return Fault("number-too-long", {"value": _shown(text)})
    return value


_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4})", re.ASCII)
_IN_WORDS = re.compile(
    r"(?:ngày )?(?P<day>\d{1,2}) tháng (?P<month>\d{1,2}) năm (?P<year>\d{4})", re.ASCII
)
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}", re.ASCII)
_TIMED = re.compile(
    r"(?P<day>.*\d)[t ](?P<time>\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: (?:am|pm|sa|ch))?)", re.ASCII
)
_MIDNIGHT = re.compile(r"0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? (?:am|sa)")
_BARE_NUMBER = re.compile(r"[0-9]+([.,][0-9]+)?")
FIRST_YEAR, LAST_YEAR = 1900, 2200


def read_date(cell: Cell) -> datetime.date | Fault:
    """The day: ISO, day/month/year, in Vietnamese words, or a native date at midnight."""
    if cell.kind is Kind.BROKEN:
        return REPORTED_ALREADY
    if cell.kind in (Kind.NUMBER, Kind.PERCENT):
        return Fault("date-is-number", {"value": cell.text})
    text = fold(cell.text[:_LONGEST])
    values = {"value": _shown(cell.text)}
    if timed := _TIMED.fullmatch(text):
        if not _MIDNIGHT.fullmatch(timed["time"]):
            return Fault("date-with-time", values)
        text = timed["day"]
    for spelling in (_ISO, _DAY_FIRST, _IN_WORDS):
        if found := spelling.fullmatch(text):
            return _day(int(found["year"]), int(found["month"]), int(found["day"]), values)
    if text in _BLANK_WORDS:
        return Fault("word-for-blank", values)
    if _BARE_NUMBER.fullmatch(text):
        return Fault("date-is-number", values)
    if _SHORT_YEAR.fullmatch(text):
        return Fault("date-short-year", values)
    return Fault("date-unreadable", values)


def _day(year: int, month: int, day: int, values: dict[str, str]) -> datetime.date | Fault:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        limits = {"first": str(FIRST_YEAR), "last": str(LAST_YEAR)}
        return Fault("date-year-outside", values | limits)
    if 12 < month <= 31 and 1 <= day <= 12:
        return Fault("date-month-first", values | {"instead": f"{month:02}/{day:02}/{year}"})
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return Fault("date-impossible", values)


_YES = frozenset({"yes", "có", "1", "true"})
_NO = frozenset({"no", "không", "0", "false"})


def read_yes_no(cell: Cell) -> bool | Fault:
    """yes/no, có/không, 1/0 or true/false, in any case."""
    if cell.kind is Kind.BROKEN:
        return REPORTED_ALREADY
    word = fold(_plain(cell))
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word in _BLANK_WORDS:
        return Fault("word-for-blank", {"value": _shown(cell.text)})
    return Fault("yes-no-unreadable", {"value": _shown(cell.text)})


def read_option(cell: Cell, options: Sequence[str]) -> int | Fault:
    """Position of the option that the cell names; case, accents' form and blanks are evened out."""
    if cell.kind is Kind.BROKEN:
        return REPORTED_ALREADY
    text = _plain(cell)
    if text in options:
        return options.index(text)
    word = fold(text)
    for position, option in enumerate(options):
        if fold(option) == word:
            return position
    values = {"value": _shown(cell.text)}
    if word in _BLANK_WORDS:
        return Fault("word-for-blank", values)
    near = nearest(text[:_LONGEST], list(options))
    shown = near if near != "-" else ", ".join(f"`{option}`" for option in options)
    return Fault("option-not-offered", values | {"options": shown})


def _plain(cell: Cell) -> str:
    """The spelling of a word; a native number by its shortest one (`1` for 1.0)."""
    if cell.kind is Kind.NUMBER:
        number = _native_number(cell.text)
        return cell.text if isinstance(number, Fault) else shortest(number)
    return cell.text


def _shown(text: str) -> str:
    """A cell's text as quoted in a message: one line, not endless."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
