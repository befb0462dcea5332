"""The first and the last sheet of a review workbook: what to do, and how leaves are scored."""

from __future__ import annotations

from typing import Any

from criteria.assessment.model import Assessment
from criteria.model import Adjustment, Leaf
from inputs.workbooks.form import NO, YES
from inputs.workbooks.review_form import (
    AGENCY_CELL,
    BULK_CELL,
    GUIDE,
    RULES,
    ReviewForm,
    ReviewSheet,
)
from outputs.forms.review_looks import ReviewFormats
from outputs.forms.review_shown import Shown
from outputs.forms.review_words import VOICE, height, marks, rule_words, say
from outputs.sheets import A4, set_up_page, text

_LABEL, _CHOICE, _BODY = 42.0, 16.0, 76.0
"""Widths of the guide's columns: labels, the cell to fill in, and what is beside it."""

_BULK_ROW = int(BULK_CELL[1:])
_STEPS = 6

_RULE_COLUMNS = (("ID", 8.0), ("TITLE", 38.0), ("MAXIMUM", 8.0))
_RULE_WIDTH, _EVIDENCE_WIDTH, _BASIS_WIDTH = 66.0, 16.0, 12.0


def write_guide(
    book: Any,
    formats: ReviewFormats,
    form: ReviewForm,
    title: str,
    assessment: Assessment,
    shown: Shown,
) -> None:
    """What the workbook is, by when, and how it is filled in."""
    sheet = book.add_worksheet(GUIDE)
    set_up_page(sheet, paper=A4, header=(assessment.title, title), footer=say("sheet.page"))
    sheet.set_column("A:A", 2)
    sheet.set_column("B:B", _LABEL)
    sheet.set_column("C:C", _CHOICE)
    sheet.set_column("D:D", _BODY)
    sheet.fit_to_pages(1, 1)
    sheet.hide_gridlines(2)
    page = _Guide(sheet, formats)
    page.across(say("guide.title"), formats.title(centred=False), 24)
    page.across(assessment.title, formats.subtitle(centred=False), 20)
    page.pair(say("guide.agency"), title)
    page.pair(say("guide.agency_id"), form.agency)
    assert page.row == int(AGENCY_CELL[1:])
    page.pair(say("guide.by"), VOICE.day(assessment.calendar.review))
    page.pair(say("guide.contact"), assessment.contact)
    page.across(say("guide.switch"), formats.subtitle(centred=False), 22)
    _write_bulk(page)
    for mark in marks(form.sets, assessment):
        page.across(mark, formats.banner_line(), 18)
    page.across(say("guide.how"), formats.subtitle(centred=False), 22)
    names = "», «".join(each.name for each in form.sheets)
    for number in range(1, _STEPS + 1):
        said = say(f"steps.{number}", sheets=names, rules=RULES)
        page.wide(f"{number}. {said}")
    page.across(say("guide.legend"), formats.subtitle(centred=False), 22)
    page.pair(say("guide.yellow"), say("guide.yellow_is"), None, formats.sample(entry=True))
    page.pair(say("guide.grey"), say("guide.grey_is"), None, formats.sample(entry=False))
    page.pair(say("guide.bold"), say("guide.bold_is"))
    page.across(say("guide.amount"), formats.subtitle(centred=False), 22)
    for each in form.sheets:
        page.pair(each.name, _amount(each, shown))
    page.wide(say("guide.made"), formats.small())
    sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True})
    sheet.set_selection(BULK_CELL)


def _write_bulk(page: _Guide) -> None:
    sheet, formats = page.sheet, page.formats
    page.beside(say("guide.bulk"), say("guide.bulk_note"))
    assert page.row == _BULK_ROW
    sheet.write_blank(_BULK_ROW - 1, 2, None, formats.entry(align="center"))
    listed = {
        "validate": "list",
        "source": [YES, NO],
        "error_title": say("entry.value_title"),
        "error_message": say("entry.list"),
    }
    sheet.data_validation(BULK_CELL, listed)


def _amount(sheet: ReviewSheet, shown: Shown) -> str:
    asked = [row for row in sheet.rows if row.kind == "leaf" and row.decisions]
    waiting = sum((row.unit.unit, row.leaf) in shown.standing.open for row in asked)
    units = len({row.unit.unit for row in sheet.rows})
    return say("guide.amount_is", units=units, leaves=len(asked), open=waiting)


class _Guide:
    """Writes the guide from top to bottom; `row` is the number of the row written last."""

    def __init__(self, sheet: Any, formats: ReviewFormats) -> None:
        self.sheet, self.formats, self.row = sheet, formats, 0

    def across(self, value: str, look: Any, points: float) -> None:
        self.sheet.set_row(self.row, points)
        self.sheet.write_string(self.row, 1, text(value), look)
        self.row += 1

    def wide(self, value: str, look: Any = None) -> None:
        """A paragraph over all columns."""
        self.sheet.set_row(self.row, height((value, _LABEL + _CHOICE + _BODY)) + 2)
        style = look or self.formats.paragraph()
        self.sheet.merge_range(self.row, 1, self.row, 3, "", style)
        self.sheet.write_string(self.row, 1, text(value), style)
        self.row += 1

    def beside(self, label: str, note: str) -> None:
        """A label and a note, with a cell between them."""
        self.sheet.set_row(self.row, height((label, _LABEL - 6), (note, _BODY)) + 3)
        self.sheet.write_string(self.row, 1, text(label), self.formats.label())
        self.sheet.write_string(self.row, 3, text(note), self.formats.small())
        self.row += 1

    def pair(self, label: str, value: str, look: Any = None, label_look: Any = None) -> None:
        formats = self.formats
        style = look or formats.paragraph()
        self.sheet.set_row(self.row, height((label, _LABEL - 6), (value, _CHOICE + _BODY)) + 3)
        self.sheet.write_string(self.row, 1, text(label), label_look or formats.label())
        self.sheet.merge_range(self.row, 2, self.row, 3, "", style)
        self.sheet.write_string(self.row, 2, text(value), style)
        self.row += 1


def write_rules(book: Any, formats: ReviewFormats, form: ReviewForm) -> None:
    """The rule of every leaf of the workbook in words, a table for each group."""
    sheet = book.add_worksheet(RULES)
    set_up_page(sheet, paper=A4, header=(say("rules.title"), ""), footer=say("sheet.page"))
    sheet.hide_gridlines(2)
    heads = [
        *((say(f"column.{key}"), width) for key, width in _RULE_COLUMNS),
        (say("rules.rule"), _RULE_WIDTH),
        (say("rules.evidence"), _EVIDENCE_WIDTH),
        (say("rules.basis"), _BASIS_WIDTH),
    ]
    for column, (_, width) in enumerate(heads):
        sheet.set_column(column, column, width)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, say("rules.title"), formats.title(centred=False))
    row = 1
    for each in form.sheets:
        sheet.set_row(row, 24)
        sheet.write_string(row, 0, text(each.set.title), formats.subtitle(centred=False))
        row += 1
        sheet.set_row(row, 34)
        for column, (head, _) in enumerate(heads):
            sheet.write_string(row, column, head, formats.header())
        row += 1
        rules = rule_words(each.set, {line.leaf for line in each.rows if line.leaf}, full=True)
        for item in each.set.items:
            rule = rules.get(item.id)
            if rule is None:
                continue
            asked = _evidence(item)
            sheet.set_row(
                row,
                height(
                    (item.title, _RULE_COLUMNS[1][1]),
                    (rule, _RULE_WIDTH),
                    (asked, _EVIDENCE_WIDTH),
                ),
            )
            centred = formats.shown(leaf=False, align="center")
            left = formats.shown(leaf=False)
            sheet.write_string(row, 0, text(item.id), centred)
            sheet.write_string(row, 1, text(item.title), left)
            sheet.write_number(row, 2, float(item.maximum), centred)
            sheet.write_string(row, 3, text(rule), left)
            sheet.write_string(row, 4, asked, left)
            sheet.write_string(row, 5, text(item.basis or ""), left)
            row += 1
        row += 1
    sheet.protect("", {"select_locked_cells": True, "format_columns": True, "format_rows": True})


def _evidence(item: Leaf | Adjustment) -> str:
    if isinstance(item, Adjustment) or item.evidence == "none":
        return ""
    return VOICE.say(f"evidence.{item.evidence}")
