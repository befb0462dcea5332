"""Short ids in plain Latin letters, made from Vietnamese words."""

from __future__ import annotations

import re

from inputs.draft.headings import plain


def slug(text: str, most_words: int | None = None) -> str:
    """Words in small Latin letters, joined by hyphens; numbers are kept only where no limit is.

    >>> slug("Sóc Trăng"), slug("90% hồ sơ đúng hạn", 4)
    ('soc-trang', 'ho-so-dung-han')
    """
    pattern = r"[a-z]+" if most_words else r"[a-z0-9]+"
    words = re.findall(pattern, plain(text))
    return "-".join(words[:most_words])


def distinct(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken; it is then taken itself."""
    each, count = name, 1
    while each in taken:
        count += 1
        each = f"{name}-{count}"
    taken.add(each)
    return each
