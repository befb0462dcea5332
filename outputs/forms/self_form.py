"""The sheet on which a unit scores itself (trang Tự chấm), row by row as the layout says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, assert_never

from criteria.model import Input, Leaf, maximum_of
from inputs.workbooks.form import (
    EVIDENCE,
    EXPLANATION,
    FIRST_ROW,
    HEADS,
    ID,
    KEY,
    MAXIMUM,
    MEASURE,
    NAME_CELL,
    POINTS,
    REVIEWER,
    TASKS,
    TITLE,
    UNIT_CELL,
    VALUE,
    Form,
    FormRow,
)
from outputs.forms.looks import SelfFormats
from outputs.forms.review_checks import LONGEST_HEAD, shortened
from outputs.forms.self_calc import Calculated
from outputs.forms.self_cells import (
    FREE,
    Formula,
    certain,
    column,
    digits,
    entered,
    points_shown,
    put_formula,
    put_number,
    put_text,
    put_value,
    state_shown,
)
from outputs.forms.self_filled import Filled, Proof
from outputs.forms.self_words import SetWords, height, measure, say
from outputs.sheets import A4, set_up_page, text

WIDTHS = {
    KEY: 12.0,
    ID: 8.0,
    TITLE: 49.0,
    VALUE: 17.0,
    MEASURE: 16.0,
    MAXIMUM: 8.0,
    POINTS: 14.0,
    EVIDENCE: 27.0,
    EXPLANATION: 22.0,
    REVIEWER: 15.0,
}
"""Widths of columns, in characters: all of them fit a screen of 1366 pixels."""

_SHOWN = tuple(HEADS.values())
_RULE_WIDTH = sum(WIDTHS[name] for name in _SHOWN[1:])
_DATA_WIDTH = WIDTHS[TITLE] - 2
_HIGHEST = 150.0
"""Points of the highest row: long evidence is read in full in the formula bar."""


@dataclass
class FormSheet:
    """The sheet being written."""

    sheet: Any
    formats: SelfFormats
    form: Form
    words: SetWords
    filled: Filled
    calculated: Calculated
    open: Formula
    """How many leaves still lack something."""

    def write(self) -> None:
        self._head()
        rows = self.form.rows
        for at, row in enumerate(rows):
            self.sheet.write_string(row.row - 1, column(KEY), row.key, self.formats.key)
            match row.kind:
                case "field" | "group":
                    self._group(row)
                case "adjustments":
                    self._band(row, "field", "", say("form.adjustments"))
                case "leaf":
                    self._leaf(row)
                case "rule":
                    self._rule(row)
                case "ask" | "shared" | "tasks" | "proof":
                    if row.proof:
                        self._data(rows[at : at + _length(rows, at)])
                case _:
                    assert_never(row.kind)
        self._finish()

    # --- above the table ----------------------------------------------------------------------

    def _head(self) -> None:
        sheet, formats, form = self.sheet, self.formats, self.form
        criteria_set, assessment = form.set, self.words.assessment
        set_up_page(sheet, paper=A4, header=(assessment.title, form.unit.name), footer=say("page"))
        for letter, width in WIDTHS.items():
            options = {"hidden": 1} if letter == KEY else {}
            sheet.set_column(column(letter), column(letter), width, None, options)
        for row, points in enumerate((22.0, 16.0, 16.0, 16.0, 16.0, 34.0)):
            sheet.set_row(row, points)
        title = say("title", year=assessment.year)
        put_text(sheet, 1, ID, title, formats.title(centred=False))
        put_text(sheet, 2, ID, criteria_set.title, formats.plain_line(centred=False))
        put_text(sheet, 3, ID, say("unit"), formats.caption())
        sheet.write_string(NAME_CELL, text(form.unit.name), formats.strong())
        put_text(sheet, 4, ID, say("unit_id"), formats.caption())
        sheet.write_string(UNIT_CELL, text(form.unit.unit), formats.caption(indent=1))
        put_text(sheet, 5, ID, " · ".join(self.words.marks), formats.banner_line())
        right = formats.strong(align="right")
        places = criteria_set.printed_points
        put_text(sheet, 3, EVIDENCE, say("form.total"), right)
        total = certain(self.calculated.totals.points)
        look = formats.strong(digits=digits(places))
        put_formula(sheet, 3, EXPLANATION, total, look)
        put_text(sheet, 4, EVIDENCE, say("form.open"), right)
        put_formula(sheet, 4, EXPLANATION, self.open, formats.strong(digits="0"))
        for key, letter in HEADS.items():
            put_text(sheet, FIRST_ROW - 1, letter, say(f"head.{key}"), formats.header())

    def _finish(self) -> None:
        sheet = self.sheet
        last = max((row.row for row in self.form.rows), default=FIRST_ROW)
        sheet.freeze_panes(FIRST_ROW - 1, 0)
        sheet.repeat_rows(FIRST_ROW - 2)
        sheet.print_area(f"{ID}1:{REVIEWER}{last}")
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": f"{ID}1:{REVIEWER}{last}"})
        sheet.protect("", FREE)
        first = next((row for row in self.form.asks), None)
        sheet.set_selection(f"{VALUE}{FIRST_ROW}" if first is None else first.cell(VALUE))

    # --- rows ---------------------------------------------------------------------------------

    def _band(self, row: FormRow, kind: str, name: str, title: str) -> None:
        """A row across the table, its cells still empty but for number and title."""
        formats = self.formats
        put_text(self.sheet, row.row, ID, name, formats.band(kind))
        put_text(self.sheet, row.row, TITLE, title, formats.band(kind))
        for letter in _SHOWN[2:]:
            put_text(self.sheet, row.row, letter, "", formats.band(kind))
        size = 16.0 if kind == "field" else 14.0
        self.sheet.set_row(row.row - 1, height((title, WIDTHS[TITLE] - 4), line=size))

    def _group(self, row: FormRow) -> None:
        group = row.group
        assert group is not None
        kind = "field" if row.kind == "field" else "group"
        self._band(row, kind, group.id, group.title)
        look = self.formats.band(kind, align="center")
        put_number(self.sheet, row.row, MAXIMUM, maximum_of(group), look)
        if row.kind == "field":
            digital = digits(self.form.set.printed_points)
            look = self.formats.band(kind, align="center", digits=digital)
            points = certain(self.calculated.totals.fields[group.id])
            put_formula(self.sheet, row.row, POINTS, points, look)

    def _leaf(self, row: FormRow) -> None:
        assert row.duty is not None
        duty, sheet, formats = row.duty, self.sheet, self.formats
        item = duty.item
        self._band(row, "leaf", item.id, item.title)
        look = formats.band("leaf", align="center")
        put_number(sheet, row.row, MAXIMUM, item.maximum, look)
        put_text(sheet, row.row, REVIEWER, self.words.agency(duty), formats.band_note())
        points_look, word_look = self._points_look, formats.band_note(align="center")
        texts = [(item.title, WIDTHS[TITLE] - 4), (self.words.agency(duty), WIDTHS[REVIEWER])]
        if not duty.applies:
            put_text(sheet, row.row, POINTS, say("absent.word"), word_look)
        elif not duty.asked:
            put_text(sheet, row.row, POINTS, say(f"points.{duty.by}"), word_look)
        else:
            leaf = self.calculated.leaves[item.id]
            shown = points_shown(leaf, relative=item.id in self.words.relative)
            put_formula(sheet, row.row, POINTS, shown, word_look if leaf is None else points_look)
            texts.append((str(shown.value) if leaf is None else "", WIDTHS[POINTS]))
            evidence = item.evidence if isinstance(item, Leaf) else "optional"
            if evidence != "none":
                told = say(f"form.{evidence}")
                put_text(sheet, row.row, EVIDENCE, told, formats.band_note())
            if leaf is not None:
                put_formula(sheet, row.row, EXPLANATION, state_shown(leaf), formats.band_note())
        self.sheet.set_row(row.row - 1, height(*texts))

    @cached_property
    def _points_look(self) -> Any:
        places = self.form.set.printed_points
        return self.formats.band("leaf", align="center", digits=digits(places))

    def _rule(self, row: FormRow) -> None:
        assert row.duty is not None
        duty = row.duty
        if not duty.applies:
            told = self.words.absent(duty)
        else:
            told = self.words.rules[duty.item.id]
            if duty.by != "unit":
                who = say(f"points.{duty.by}")
                told = f"{say('form.other', who=who)} {told}"
        put_text(self.sheet, row.row, ID, "", self.formats.bare)
        first, last = column(TITLE), column(REVIEWER)
        self.sheet.merge_range(row.row - 1, first, row.row - 1, last, "", self.formats.rule)
        put_text(self.sheet, row.row, TITLE, told, self.formats.rule)
        self.sheet.set_row(row.row - 1, height((told, _RULE_WIDTH * 1.08), line=13.0))

    def _data(self, rows: Sequence[FormRow]) -> None:
        """The rows of numbers of one leaf, and its evidence and explanation beside them."""
        duty = rows[0].duty
        assert duty is not None
        proof = self.filled.proofs.get(duty.item.id, Proof())
        titles = [self._title(row) for row in rows]
        heights = [self._height(*each) for each in zip(rows, titles, strict=True)]
        beside = height(
            (proof.evidence or "", WIDTHS[EVIDENCE]),
            (proof.explanation or "", WIDTHS[EXPLANATION]),
            line=13.0,
            least=2,
        )
        heights[-1] += max(0.0, min(beside, _HIGHEST) - sum(heights))
        for row, title, points in zip(rows, titles, heights, strict=True):
            self.sheet.set_row(row.row - 1, points)
            self._number(row, title)
        self._beside(rows, EVIDENCE, proof.evidence or "")
        self._beside(rows, EXPLANATION, proof.explanation or "")

    def _height(self, row: FormRow, title: str) -> float:
        """High enough for the title, and for the longest option that may be chosen."""
        declared = None if row.input is None else self.form.set.inputs[row.input]
        options = (declared.options or ()) if declared and declared.type == "choice" else ()
        cells = [(title, _DATA_WIDTH), *((option, WIDTHS[VALUE] - 2) for option in options)]
        if row.input is not None:
            cells.append((measure(self.form.set.inputs[row.input]), WIDTHS[MEASURE]))
        return height(*cells) + 2

    def _beside(self, rows: Sequence[FormRow], letter: str, value: str) -> None:
        look, at = self.formats.proof, column(letter)
        first, last = rows[0].row, rows[-1].row
        if last > first:
            self.sheet.merge_range(first - 1, at, last - 1, at, "", look)
        put_text(self.sheet, first, letter, value, look)

    def _title(self, row: FormRow) -> str:
        if row.kind == "proof":
            return say("form.proof")
        if row.kind == "tasks":
            assert row.duty is not None
            return self.words.count_title(row.duty.item.id, row.column)
        assert row.input is not None
        title = self.form.set.inputs[row.input].title
        return title if row.option is None else say("form.option", title=title, option=row.option)

    def _number(self, row: FormRow, title: str) -> None:
        sheet, formats = self.sheet, self.formats
        put_text(sheet, row.row, ID, "", formats.bare)
        put_text(sheet, row.row, TITLE, title, formats.data)
        for letter in (MAXIMUM, POINTS, REVIEWER):
            put_text(sheet, row.row, letter, "", formats.bare)
        told = ""
        match row.kind:
            case "ask":
                assert row.input is not None
                declared = self.form.set.inputs[row.input]
                look = formats.yellow(
                    digits=number_format(declared), wrap=declared.type == "choice"
                )
                put_value(sheet, row.row, VALUE, self.filled.answers.get(row.column), look)
                told = measure(declared)
                self._check(row, title)
            case "shared":
                told = self._shared(row)
            case "tasks":
                told = self._counted(row)
            case _:
                put_text(sheet, row.row, VALUE, "", formats.grey())
        put_text(sheet, row.row, MEASURE, told, formats.measure)

    def _shared(self, row: FormRow) -> str:
        """A number that is asked elsewhere is shown; tells where it is asked."""
        assert row.input is not None
        assert row.duty is not None
        leaf = row.duty.shared[row.input]
        home = self.form.by_key[f"ask:{leaf}:{row.column}"]
        value = entered(self.filled.answers.get(row.column))
        ref = f"{VALUE}{home.row}"
        shown = Formula(f'IF({ref}="","",{ref})', value)
        look = self.formats.grey(digits=number_format(self.form.set.inputs[row.input]))
        put_formula(self.sheet, row.row, VALUE, shown, look)
        return say("form.shared", leaf=leaf)

    def _counted(self, row: FormRow) -> str:
        """A count of the plan's tasks; tells where it comes from."""
        cell = self.calculated.columns.get(row.column)
        if cell is None:
            put_text(self.sheet, row.row, VALUE, "", self.formats.grey())
            return say("form.counted_later")
        look = self.formats.grey(digits="#,##0")
        put_formula(self.sheet, row.row, VALUE, Formula(cell.ref, cell.value), look)
        return say("form.counted", tasks=TASKS) if self.form.tasks else say("form.counted_none")

    def _check(self, row: FormRow, title: str) -> None:
        assert row.input is not None
        check = self.words.checks[row.input] | {"input_title": shortened(title, LONGEST_HEAD)}
        at = column(VALUE)
        self.sheet.data_validation(row.row - 1, at, row.row - 1, at, check)


def _length(rows: Sequence[FormRow], first: int) -> int:
    """How many rows of numbers stand together from the first on."""
    at = first
    while at < len(rows) and rows[at].duty is rows[first].duty:
        at += 1
    return at - first


def number_format(declared: Input) -> str:
    """How Excel shows the value of an input."""
    match declared.type:
        case "count" | "tally":
            return "#,##0"
        case "amount" | "percent":
            return "#,##0.0###"
        case "date":
            return "dd/mm/yyyy"
        case "choice":
            return "@"  # an option such as 50% stays the text that it is
        case "yes_no" | "points":
            return "General"
        case _:
            assert_never(declared.type)
