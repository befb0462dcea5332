"""What a sheet's XML says beyond values: formulas, errors, percents, merged cells, how far it goes.

python-calamine tells only values, and lays a sheet out from its first to its last filled cell: one
slip in the last corner would take all memory.  So the XML is looked through before, in one pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from inputs.native import is_percent

MOST_ROWS, MOST_COLUMNS = 50_000, 702
"""A filled cell beyond (column ZZ) is a slip or another file."""


@dataclass(frozen=True, slots=True)
class Marks:
    """By cell (`D12`): `formulas`; those `uncomputed`; `errors` with what they show; `percents`,
    shown as such.  `merged`: areas.  `outside`: a filled cell beyond the limits."""

    formulas: frozenset[str] = frozenset()
    uncomputed: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)
    percents: frozenset[str] = frozenset()
    merged: tuple[str, ...] = ()
    outside: str | None = None


_FILLED = re.compile(
    rb"<(?:\w+:)?c\s([^>]*[^/>])>"
    rb"\s*(<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f\s*>))?"
    rb"\s*(?:<(?:\w+:)?(v|is)(?:\s[^>]*)?(?<!/)>([^<]*))?"
)
_USUAL = re.compile(rb'r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="(\w+)")?\s*')
_ATTRIBUTE = re.compile(rb"""(?:^|\s)([rst])\s*=\s*["']([^"']*)["']""")
_REFERENCE = re.compile(rb"([A-Z]{1,3})([0-9]{1,7})")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z0-9:$]+)["']""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding=["']([^"']+)["']""")


def is_plain_xml(xml: bytes) -> bool:
    """Whether the XML is as programs for spreadsheets write it: UTF-8, no DOCTYPE or CDATA."""
    declared = _ENCODING.match(xml.removeprefix(b"\xef\xbb\xbf"))
    utf8 = declared is None or declared[1].lower() in (b"utf-8", b"utf8", b"us-ascii")
    return utf8 and b"<!" not in xml and not xml.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00"))


def marks_of(xml: bytes, percents: frozenset[bytes]) -> Marks | None:
    """The marks of a sheet; None where a filled cell has no address, or two have the same.

    `percents`: styles (`s="5"`) that show percent.
    """
    formulas: list[str] = []
    uncomputed: list[str] = []
    errors: dict[str, str] = {}
    shown: list[str] = []
    outside: str | None = None
    seen: set[tuple[bytes, bytes]] = set()
    count = 0
    for attributes, formula, holder, value in _FILLED.findall(xml):
        usual = _USUAL.fullmatch(attributes)
        if usual is not None:
            letters, digits, style, kind = usual.groups()
        else:
            said = dict(_ATTRIBUTE.findall(attributes))
            reference = _REFERENCE.fullmatch(said.get(b"r", b""))
            if reference is None:
                return None
            letters, digits = reference.groups()
            style, kind = said.get(b"s"), said.get(b"t")
        seen.add((letters, digits))
        count += 1
        has_value = holder == b"is" or (holder == b"v" and (value != b"" or kind == b"str"))
        if formula:
            formulas.append((letters + digits).decode())
            if not has_value:
                uncomputed.append((letters + digits).decode())
        if has_value:
            if kind == b"e":
                errors[(letters + digits).decode()] = unescape(value.decode("utf-8", "replace"))
            elif style in percents and kind in (None, b"n"):
                shown.append((letters + digits).decode())
            if len(letters) > 2 or int(digits) > MOST_ROWS or int(digits) == 0:
                outside = outside or (letters + digits).decode()
    if len(seen) < count:
        return None
    merged = tuple(area.decode().replace("$", "") for area in _MERGED.findall(xml))
    return Marks(
        frozenset(formulas), frozenset(uncomputed), errors, frozenset(shown), merged, outside
    )


_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs\s*>", re.DOTALL)
_FORMAT = re.compile(rb"<(?:\w+:)?xf\s([^>]*)>")
_FORMAT_ID = re.compile(rb"""\bnumFmtId=["']([0-9]+)["']""")
_NAMED_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
_FORMAT_CODE = re.compile(rb"""\bformatCode=(?:"([^"]*)"|'([^']*)')""")
_PERCENTS_OF_EXCEL = frozenset({b"9", b"10"})


@lru_cache(maxsize=16)
def percent_styles(styles: bytes) -> frozenset[bytes]:
    """The styles (as in `s="5"`) whose number format prints percent."""
    percents = set(_PERCENTS_OF_EXCEL)
    for attributes in _NAMED_FORMAT.findall(styles):
        number, code = _FORMAT_ID.search(attributes), _FORMAT_CODE.search(attributes)
        if number and code:
            spelled = (code[1] or code[2] or b"").decode("utf-8", "replace")
            if is_percent(unescape(spelled)):
                percents.add(number[1])
    block = _CELL_FORMATS.search(styles)
    formats = _FORMAT.findall(block[0]) if block else []
    found: set[bytes] = set()
    for position, attributes in enumerate(formats):
        number = _FORMAT_ID.search(attributes)
        if number and number[1] in percents:
            found.add(str(position).encode())
    return frozenset(found)
