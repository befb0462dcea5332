"""The very hidden sheet of a workbook (nhãn hồ sơ): its manifest, and lists too long for a cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inputs.workbooks.form import MANIFEST
from outputs.forms.review_checks import OptionLists


def write_manifest(book: Any, rows: Sequence[tuple[str, str]], lists: OptionLists) -> None:
    """Write a name and a value a row, and the lists beside them."""
    sheet = book.add_worksheet(MANIFEST)
    for number, (name, value) in enumerate(rows):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, value)
    lists.write(sheet)
    sheet.protect()
    sheet.very_hidden()
