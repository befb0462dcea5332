"""Names of columns as people write them: English ids and their Vietnamese spellings."""

import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "unit": ("unit", "đơn vị", "mã đơn vị", "mã đv"),
    "name": ("name", "tên đơn vị", "tên"),
    "group": ("group", "nhóm", "nhóm đơn vị"),
    "parent": ("parent", "cấp trên", "đơn vị cấp trên"),
    "ranked": ("ranked", "xếp hạng"),
    "input": ("input", "số liệu", "mã số liệu"),
    "value": ("value", "giá trị", "kết quả"),
    "status": ("status", "trạng thái", "tình trạng"),
    "reason": ("reason", "lý do", "lí do"),
    "task": ("task", "nhiệm vụ", "mã nhiệm vụ"),
    "section": ("section", "mục", "phần"),
    "due": ("due", "hạn", "thời hạn", "hạn hoàn thành"),
    "done_on": ("done_on", "ngày xong", "ngày hoàn thành"),
    "instance": ("instance", "kỳ", "kì"),
    "evidence": ("evidence", "tài liệu kiểm chứng", "minh chứng"),
}


def tidy(text: str) -> str:
    """Text as it is kept: composed accents (NFC), no blanks at the ends."""
    return unicodedata.normalize("NFC", text).strip()


def fold(text: str) -> str:
    """Text as it is compared: accents composed, case and runs of blanks evened out.

    >>> fold("  Mã  đơn VỊ ")
    'mã đơn vị'
    """
    return unicodedata.normalize("NFC", " ".join(text.split()).casefold())


_STANDARD = {fold(name): key for key, names in SPELLINGS.items() for name in names}


def standard_name(header: str) -> str | None:
    """The English id of a known column header; None for any other."""
    return _STANDARD.get(fold(header))


def nearest(text: str, known: list[str]) -> str:
    """Up to three similar spellings among `known`, as a list to print; `-` when there is none."""
    folded = {fold(name): name for name in known}
    near = get_close_matches(fold(text), list(folded), n=3, cutoff=0.6)
    return ", ".join(f"`{folded[name]}`" for name in near) or "-"
