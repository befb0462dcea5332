"""Which column of an annex is what, by the words of its heading (tiêu đề cột)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, TypeAlias

from inputs.draft.document import Found, Row
from inputs.headers import fold

Role: TypeAlias = Literal[
    "number",
    "area",
    "title",
    "product",
    "lead",
    "partners",
    "approved_by",
    "deadline",
    "note",
    "other",
]

_HEADINGS: tuple[tuple[Role, str], ...] = (
    ("number", r"(so )?(stt|tt)|so thu tu|ma( so)?( nhiem vu)?|id|no"),
    ("area", r"nhiem vu chung|linh vuc|nhom nhiem vu|muc tieu.*"),
    (
        "partners",
        r"(cac )?(co quan|don vi|to chuc)?,?( don vi| to chuc)? ?(phoi hop|tham gia).{0,30}"
        r"|partners",
    ),
    (
        "lead",
        r"(cac )?(co quan|don vi|to chuc|ca nhan)(( ?[,/] ?)?(don vi|to chuc|ca nhan))* ?"
        r"(chu tri|thuc hien|chiu trach nhiem|phu trach|dau moi).{0,40}"
        r"|chu tri.{0,30}|(phan cong|trach nhiem|phu trach)( thuc hien| chu tri)?"
        r"|(don vi |co quan )?dau moi.{0,30}|nguoi (phu trach|chiu trach nhiem)|lead",
    ),
    ("approved_by", r"(cap|co quan)( co tham quyen)? (ban hanh|phe duyet|trinh).*|approved by"),
    (
        "deadline",
        r"(thoi gian|thoi han|thoi diem|moc thoi gian|tien do|lo trinh|han|ngay hoan thanh)"
        r"( |,|/|-|va|thuc hien|hoan thanh|trinh|chot|du kien|xong|cuoi|thoi gian|thoi han|tien do"
        r"|ghi trong ke hoach)*"
        r"|hoan thanh|deadline( as written)?",
    ),
    ("product", r"(san pham|ket qua|dau ra).*|product"),
    ("note", r"ghi chu.*"),
    (
        "title",
        r"(noi dung|nhiem vu|cong viec|ten nhiem vu|ten hoat dong|hoat dong|de an|giai phap)"
        r"( |,|/|-|va|nhiem vu|noi dung|cong viec|cu the|cai cach hanh chinh|thuc hien|hoat dong"
        r"|giai phap|trong tam|chu yeu)*|task",
    ),
)


def plain(text: str) -> str:
    """Folded text without accents, for headings typed in any manner.

    >>> plain("CƠ QUAN  chủ trì")
    'co quan chu tri'
    """
    parts = unicodedata.normalize("NFD", fold(text).replace("đ", "d"))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def role_of(heading: str) -> Role | None:
    """The role of one heading; None for words that are no heading.

    >>> role_of("Cơ quan chủ trì đề xuất/tham mưu/ thực hiện"), role_of("Sở Nội vụ")
    ('lead', None)
    """
    words = plain(heading).strip(" .:*")
    if not words or len(words) > 80:
        return None
    for role, pattern in _HEADINGS:
        if re.fullmatch(pattern, words):
            return role
    return None


def roles_of(row: Row) -> tuple[Role, ...] | None:
    """The roles of a header row; None for a row that is no header.

    A header names the work and the lead, and at least one column more.
    """
    return _usable([role_of(each.value) for each in row], [each.value for each in row])


def _usable(roles: Sequence[Role | None], headings: Sequence[str]) -> tuple[Role, ...] | None:
    if "title" not in roles or "lead" not in roles:
        return None
    known = [role for role in roles if role is not None]
    if len(set(known)) < 3 or len(known) < len([each for each in headings if each]) - 2:
        return None
    return tuple(_first_of_each([role or "other" for role in roles]))


def header_of(rows: Sequence[Row]) -> tuple[int, int, tuple[Role, ...]] | None:
    """Where the header of a table begins, where its rows begin, and its roles.

    The header may take two rows: "Trách nhiệm thực hiện" over "Chủ trì" and "Phối hợp".
    """
    for at, row in enumerate(rows):
        under = rows[at + 1] if at + 1 < len(rows) else ()
        if roles := _roles_of_two(row, under):
            return at, at + 2, roles
        if roles := roles_of(row):
            return at, at + 1, roles
    return None


def _roles_of_two(upper: Row, lower: Row) -> tuple[Role, ...] | None:
    """The roles of a header over two rows, of which the lower holds nothing but headings."""
    if len(upper) != len(lower):
        return None
    pairs = list(zip(upper, lower, strict=True))
    own = [_role_below(above, below) for above, below in pairs if _differs(above, below)]
    if not own or any(role is None for role in own):
        return None
    roles = [
        _role_below(above, below) if _differs(above, below) else role_of(above.value)
        for above, below in pairs
    ]
    return _usable(roles, [above.value or below.value for above, below in pairs])


def _role_below(above: Found, below: Found) -> Role | None:
    """The role of a heading under another: "Chủ trì" says enough, "Thực hiện" under "Cơ quan"."""
    own = role_of(below.value)
    if own is not None or role_of(above.value) is not None:
        return own
    return role_of(f"{above.value} {below.value}")


def _differs(above: Found, below: Found) -> bool:
    """Whether a lower cell is one of its own."""
    return bool(below.value) and below.place != above.place


def _first_of_each(roles: Sequence[Role]) -> list[Role]:
    """A role stands once; a second column with the same heading is `other`."""
    seen: set[Role] = set()
    kept: list[Role] = []
    for role in roles:
        kept.append("other" if role in seen else role)
        seen.add(role)
    return kept
