"""The list of units as a workbook (danh sách đơn vị): to be edited in Excel and read again."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from criteria.wording import Language, wording
from inputs.units import Unit
from outputs.sheets import Formats, text

_STANDARD = ("unit", "name", "group", "parent", "ranked")
_WIDTHS = (32, 44, 16, 30, 12)
_OTHER_WIDTH = 20
_MADE = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""No clock goes in: the same units give the same bytes."""


def write_unit_list(path: Path, units: Sequence[Unit], language: Language) -> None:
    """Write all units with their attributes; `read_units` reads the same from it.

    Raises: OSError or XlsxWriter's FileCreateError when the file cannot be written.
    """
    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"created": _MADE})
    formats = Formats(book)
    sheet = book.add_worksheet(wording("year", "units.sheet", language))
    flags = list(dict.fromkeys(name for unit in units for name in unit.attributes))
    texts = list(dict.fromkeys(name for unit in units for name in unit.texts))
    header = [wording("year", f"units.{name}", language) for name in _STANDARD]
    for column, name in enumerate([*header, *flags, *texts]):
        width = _WIDTHS[column] if column < len(_WIDTHS) else max(_OTHER_WIDTH, len(name) + 4)
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, text(name), formats.header())
    look = formats.text()
    for row, unit in enumerate(units, start=1):
        for column, value in enumerate(_cells(unit, flags, texts, language)):
            if value:
                sheet.write_string(row, column, text(value), look)
            else:
                sheet.write_blank(row, column, None, look)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(units), len(header) + len(flags) + len(texts) - 1)
    book.close()


def _cells(
    unit: Unit, flags: Sequence[str], texts: Sequence[str], language: Language
) -> list[str | None]:
    def word(flag: bool | None) -> str | None:
        if flag is None:
            return None
        return wording("year", "units.yes" if flag else "units.no", language)

    return [
        unit.unit,
        unit.name,
        unit.group,
        unit.parent,
        word(unit.ranked),
        *(word(unit.attributes.get(name)) for name in flags),
        *(unit.texts.get(name) for name in texts),
    ]
