"""The sheet of the plan's tasks that a unit leads (trang Nhiệm vụ): when was each one done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inputs.obligations import Obligation
from inputs.task_counts import Cut
from inputs.workbooks.entries import FIRST_DAY, LAST_DAY
from inputs.workbooks.form import (
    FIRST_ROW,
    KEY,
    NAME_CELL,
    TASK_DONE,
    TASK_DUE,
    TASK_EVIDENCE,
    TASK_ID,
    TASK_INSTANCE,
    TASK_STATE,
    TASK_TITLE,
    Form,
    TaskRow,
)
from outputs.forms.looks import SelfFormats
from outputs.forms.self_calc import done_of
from outputs.forms.self_cells import FREE, Formula, column, put_formula, put_text, put_value
from outputs.forms.self_filled import Filled
from outputs.forms.self_words import SetWords, height, instance_words, say
from outputs.plan.words import as_written
from outputs.sheets import A4, set_up_page, text
from scoring.excel_cells import Cell, literal

_WIDTHS = {
    KEY: 12.0,
    TASK_ID: 12.0,
    TASK_TITLE: 62.0,
    TASK_INSTANCE: 20.0,
    TASK_DUE: 13.0,
    TASK_DONE: 14.0,
    TASK_STATE: 17.0,
    TASK_EVIDENCE: 34.0,
}
_HEADS = {
    TASK_ID: "id",
    TASK_TITLE: "name",
    TASK_INSTANCE: "instance",
    TASK_DUE: "due",
    TASK_DONE: "done",
    TASK_STATE: "state",
    TASK_EVIDENCE: "evidence",
}
_DAY = "dd/mm/yyyy"
_OUTCOMES = ("missing", "late", "on_time")


@dataclass
class TaskSheet:
    """The sheet being written; `outcomes` by row."""

    sheet: Any
    formats: SelfFormats
    form: Form
    words: SetWords
    filled: Filled
    outcomes: Mapping[int, Cell]

    def write(self) -> None:
        self._head()
        cut = Cut.of(self.form.set.year, None)
        for row in self.form.tasks:
            self._row(row, cut)
        self._check()
        self._finish()

    def _head(self) -> None:
        sheet, formats = self.sheet, self.formats
        year = self.form.set.year
        header = (self.words.assessment.title, self.form.unit.name)
        set_up_page(sheet, paper=A4, header=header, footer=say("page"))
        for letter, width in _WIDTHS.items():
            options = {"hidden": 1} if letter == KEY else {}
            sheet.set_column(column(letter), column(letter), width, None, options)
        for row, points in enumerate((22.0, 16.0, 16.0, 16.0, 16.0, 34.0)):
            sheet.set_row(row, points)
        put_text(sheet, 1, TASK_ID, say("task.title", year=year), formats.title(centred=False))
        plan = self.form.set.plan
        put_text(sheet, 2, TASK_ID, plan.title if plan else "", formats.plain_line(centred=False))
        put_text(sheet, 3, TASK_ID, say("unit"), formats.caption())
        sheet.write_string(NAME_CELL, text(self.form.unit.name), formats.strong())
        put_text(sheet, 4, TASK_ID, say("task.note", year=year), formats.caption())
        put_text(sheet, 5, TASK_ID, " · ".join(self.words.marks), formats.banner_line())
        put_text(sheet, 3, TASK_STATE, say("task.count_line"), formats.strong(align="right"))
        put_formula(sheet, 3, TASK_EVIDENCE, self._counts(), formats.strong())
        for letter, key in _HEADS.items():
            put_text(sheet, FIRST_ROW - 1, letter, say(f"task.{key}"), formats.header())

    def _counts(self) -> Formula:
        """So many on time, late, and not done."""
        states = f"${TASK_STATE}${FIRST_ROW}:${TASK_STATE}${self.form.tasks[-1].row}"
        words = [say(f"task.{key}") for key in reversed(_OUTCOMES)]
        values = [self._number(code) for code in (2, 1, 0)]
        formula = '&" / "&'.join(f"COUNTIF({states},{literal(word)})" for word in words)
        return Formula(formula, " / ".join(str(value) for value in values))

    def _number(self, code: int) -> int:
        return sum(cell.value == code for cell in self.outcomes.values())

    def _row(self, row: TaskRow, cut: Cut) -> None:
        sheet, formats, owed = self.sheet, self.formats, row.owed
        done = done_of(row, self.filled)
        sheet.write_string(row.row - 1, column(KEY), row.key, formats.key)
        put_text(sheet, row.row, TASK_ID, owed.task.id, formats.measure)
        put_text(sheet, row.row, TASK_TITLE, owed.task.title, formats.text())
        if isinstance(owed, Obligation):
            instance = instance_words(owed.span.key)
            if owed.span.last > cut.due:
                instance = f"{instance} ({say('task.other_year', year=self.form.set.year)})"
            put_text(sheet, row.row, TASK_INSTANCE, instance, formats.measure)
            put_value(sheet, row.row, TASK_DUE, owed.span.last, formats.day)
            put_value(sheet, row.row, TASK_DONE, done.day, formats.yellow(digits=_DAY))
            put_formula(sheet, row.row, TASK_STATE, self._state(row), formats.measure)
            put_text(sheet, row.row, TASK_EVIDENCE, done.evidence or "", formats.proof)
        else:
            instance = as_written(owed.task.deadline, "vi")
            put_text(sheet, row.row, TASK_INSTANCE, instance, formats.measure)
            put_text(sheet, row.row, TASK_DUE, say("task.undated"), formats.measure)
            put_text(sheet, row.row, TASK_DONE, "", formats.grey())
            put_text(sheet, row.row, TASK_STATE, say("task.nothing"), formats.measure)
            put_text(sheet, row.row, TASK_EVIDENCE, "", formats.grey())
        points = height(
            (owed.task.id, _WIDTHS[TASK_ID]),
            (owed.task.title, _WIDTHS[TASK_TITLE]),
            (instance, _WIDTHS[TASK_INSTANCE]),
            (done.evidence or "", _WIDTHS[TASK_EVIDENCE]),
        )
        sheet.set_row(row.row - 1, points + 2)

    def _state(self, row: TaskRow) -> Formula:
        cell = self.outcomes[row.row]
        words = [say(f"task.{key}") for key in _OUTCOMES]
        missing, late, on_time = (literal(word) for word in words)
        formula = f"IF({cell.ref}=2,{on_time},IF({cell.ref}=1,{late},{missing}))"
        return Formula(formula, words[int(str(cell.value))])

    def _check(self) -> None:
        at = column(TASK_DONE)
        rows = [row.row - 1 for row in self.form.tasks if row.row in self.outcomes]
        if not rows:
            return
        told = {"input_message": say("entry.done"), "error_message": say("entry.done")}
        check = {
            "validate": "date",
            "criteria": "between",
            "minimum": FIRST_DAY,
            "maximum": LAST_DAY,
            "error_title": say("entry.wrong"),
            **told,
        }
        # Dated tasks come first: their cells are one range.
        self.sheet.data_validation(rows[0], at, rows[-1], at, check)

    def _finish(self) -> None:
        sheet, last = self.sheet, self.form.tasks[-1].row
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        sheet.repeat_rows(FIRST_ROW - 2)
        sheet.print_area(f"{TASK_ID}1:{TASK_EVIDENCE}{last}")
        sheet.autofilter(f"{TASK_ID}{FIRST_ROW - 1}:{TASK_EVIDENCE}{last}")
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": f"{TASK_ID}1:{TASK_EVIDENCE}{last}"})
        sheet.protect("", FREE | {"autofilter": True})
        sheet.set_selection(f"{TASK_DONE}{FIRST_ROW}")
