"""Native numbers of a workbook (số trong ô): as Excel keeps them, 15 digits, plain or percent."""

from __future__ import annotations

import re
from fractions import Fraction

from criteria.exact import shortest
from inputs.values import Cell, Kind

_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


def number_cell(value: int | float, *, percent: bool) -> Cell:
    """A stored number as spelled; `percent`: it is shown as percent, so 0.95 reads as 95.

    >>> number_cell(0.1 + 0.2, percent=False).text, number_cell(0.95, percent=True).text
    ('0.3', '95')
    """
    spelled = str(value) if isinstance(value, int) else format(value, ".15g")
    try:
        if percent:
            return Cell(shortest(Fraction(spelled) * 100), Kind.PERCENT)
        # `1e-05` as `0.00001`; `nan` stays for the message.
        return Cell(shortest(Fraction(spelled)) if "e" in spelled else spelled, Kind.NUMBER)
    except ValueError:
        return Cell(spelled, Kind.NUMBER)


def is_percent(number_format: str) -> bool:
    """Whether a number format prints percent: a % outside quotes and escapes.

    >>> is_percent("0.0%"), is_percent('0" %"')
    (True, False)
    """
    return "%" in _QUOTED.sub("", number_format)
