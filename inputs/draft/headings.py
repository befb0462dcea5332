"""Which column of an annex is what, by the words of its heading (tiêu đề cột)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal, TypeAlias

from inputs.draft.document import Row
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
    ("number", r"(so )?(stt|tt)|so thu tu"),
    ("area", r"nhiem vu chung|linh vuc|nhom nhiem vu|muc tieu.*"),
    ("partners", r"(cac )?(co quan|don vi)?,?( don vi)? ?phoi hop.*"),
    (
        "lead",
        r"(cac )?(co quan|don vi),?( don vi)? ?(chu tri|thuc hien|chiu trach nhiem).*"
        r"|chu tri.{0,30}",
    ),
    ("approved_by", r"(cap|co quan)( co tham quyen)? (ban hanh|phe duyet|trinh).*"),
    ("deadline", r"(thoi gian|thoi han|tien do|han)( |,|/|thuc hien|hoan thanh|trinh)*"),
    ("product", r"(san pham|ket qua|dau ra).*"),
    ("note", r"ghi chu.*"),
    (
        "title",
        r"(noi dung|nhiem vu|cong viec|ten nhiem vu|hoat dong|de an)"
        r"( |,|/|-|va|nhiem vu|noi dung|cong viec|cu the|cai cach hanh chinh|thuc hien|hoat dong)*",
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
    roles = [role_of(each.value) for each in row]
    if "title" not in roles or "lead" not in roles:
        return None
    known = [role for role in roles if role is not None]
    if len(set(known)) < 3 or len(known) < len([each for each in row if each.value]) - 2:
        return None
    return tuple(_first_of_each([role or "other" for role in roles]))


def _first_of_each(roles: Sequence[Role]) -> list[Role]:
    """A role stands once; a second column with the same heading is `other`."""
    seen: set[Role] = set()
    kept: list[Role] = []
    for role in roles:
        kept.append("other" if role in seen else role)
        seen.add(role)
    return kept
