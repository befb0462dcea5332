"""Names of sheets that Excel accepts (tên trang tính): for those who write and those who read."""

from __future__ import annotations

import re

_LONGEST_NAME = 31
_FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that Excel accepts and no other sheet has (Excel does not tell cases apart).

    >>> sheet_name("Sở/Ban: [2017]", set())
    'Sở Ban 2017'
    """
    base = " ".join(_FORBIDDEN.sub(" ", wanted).split()).strip(" '") or "Sheet"
    number, name = 1, base[:_LONGEST_NAME].strip(" '")
    while name.lower() in taken or name.lower() == "history":
        number += 1
        tail = f" ({number})"
        name = base[: _LONGEST_NAME - len(tail)].strip(" '") + tail
    taken.add(name.lower())
    return name
