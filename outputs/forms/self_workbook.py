"""The self-scoring workbook of one unit (bảng tự chấm): guide, form, tasks, summary, calculation.

The same layout and the same content give the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from criteria.assessment.model import Assessment
from inputs.workbooks.form import FORM, GUIDE, SUMMARY, TASKS, WORKING, Form
from outputs.forms.looks import SelfFormats
from outputs.forms.manifest_sheet import write_manifest
from outputs.forms.plain_sheet import PlainSheet
from outputs.forms.self_calc import calculated
from outputs.forms.self_filled import NOTHING, Best, Filled
from outputs.forms.self_form import FormSheet
from outputs.forms.self_guide import GuideSheet
from outputs.forms.self_summary import SummarySheet
from outputs.forms.self_tasks import TaskSheet
from outputs.forms.self_words import SetWords, say
from outputs.forms.self_working import lacks_of, write_working

_NO_BEST: Best = {}


def write_self_workbook(
    target: Path | BinaryIO,
    form: Form,
    assessment: Assessment,
    manifest_rows: Sequence[tuple[str, str]],
    *,
    filled: Filled = NOTHING,
    best: Best = _NO_BEST,
    words: SetWords | None = None,
) -> None:
    """Write the workbook of the unit of `form`, with what is known of it already.

    `best`: the largest quantities of the group, where they are known.  `words`: what the workbooks
    of one set share; made anew where it is not given.

    Raises: OSError or XlsxWriter's FileCreateError when the file cannot be written.
    """
    words = words or SetWords(form.set, assessment)
    book = _new_book(target)
    # A fixed day instead of the clock: the same content is the same file.
    made = datetime.datetime(assessment.year, 12, 31, tzinfo=datetime.UTC)
    title = f"{say('title', year=assessment.year)} – {form.unit.name}"
    book.set_properties({"title": title[:255], "created": made})
    formats = SelfFormats(book)
    done = calculated(form, words, filled, best)
    lacks = lacks_of(form, done, filled)
    GuideSheet(_sheet(book, GUIDE), formats, form, words).write()
    FormSheet(_sheet(book, FORM), formats, form, words, filled, done, lacks.count).write()
    if form.tasks:
        TaskSheet(_sheet(book, TASKS), formats, form, words, filled, done.outcomes).write()
    SummarySheet(_sheet(book, SUMMARY), book, formats, form, words, done, lacks).write()
    write_working(_sheet(book, WORKING), formats, done.calc, words, lacks)
    write_manifest(book, manifest_rows, words.lists)
    book.close()


def _sheet(book: Any, name: str) -> Any:
    return book.add_worksheet(name, worksheet_class=PlainSheet)


def _new_book(target: Path | BinaryIO) -> Any:
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    return xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)
