"""The workbook of one reviewing agency (bảng thẩm định): all its leaves of all units, to fill in.

The same layout and the same content give the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter

from criteria.assessment.model import Assessment
from criteria.wording import wording
from inputs.workbooks.review_form import ReviewForm
from outputs.forms.manifest_sheet import write_manifest
from outputs.forms.review_checks import OptionLists
from outputs.forms.review_guide import write_guide, write_rules
from outputs.forms.review_looks import ReviewFormats
from outputs.forms.review_rows import write_rows
from outputs.forms.review_shown import NOTHING, Shown


def write_review_workbook(
    target: Path | BinaryIO,
    form: ReviewForm,
    title: str,
    assessment: Assessment,
    manifest: Sequence[tuple[str, str]],
    shown: Shown = NOTHING,
) -> None:
    """Write the agency's workbook; `title`: the agency's name.

    Raises: OSError or XlsxWriter's FileCreateError when the file cannot be written.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options)
    # A fixed day instead of the clock: the same content is the same file.
    made = datetime.datetime(assessment.year, 12, 31, tzinfo=datetime.UTC)
    named = wording("review_form", "guide.title", "vi")
    book.set_properties({"title": f"{named} – {title}", "created": made})
    formats = ReviewFormats(book)
    lists = OptionLists()
    write_guide(book, formats, form, title, assessment, shown)
    for sheet in form.sheets:
        write_rows(book, formats, sheet, title, assessment, shown, lists)
    write_rules(book, formats, form)
    write_manifest(book, manifest, lists)
    book.close()
