"""The sheet of one group in a review workbook (trang thẩm định): leaves and numbers, row by row."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Literal, TypeAlias, assert_never

from criteria.assessment.model import Assessment
from criteria.exact import decimals_needed, round_half_up
from criteria.model import CriteriaSet, Input
from inputs.workbooks.review_form import (
    DECISION,
    DECISIONS,
    FIRST_ROW,
    HEAD_ROW,
    ID,
    KEY,
    MAXIMUM,
    POINTS,
    PROOF,
    REASON,
    SELF,
    STATE,
    TITLE,
    UNIT,
    VALUE,
    ReviewRow,
    ReviewSheet,
)
from inputs.workbooks.review_standing import Decided
from outputs.forms.review_checks import (
    Check,
    OptionLists,
    decision_check,
    points_check,
    value_check,
)
from outputs.forms.review_looks import ReviewFormats
from outputs.forms.review_shown import Shown
from outputs.forms.review_words import (
    VOICE,
    count_words,
    height,
    marks,
    rule_words,
    say,
    spelled,
)
from outputs.plan.words import group_name
from outputs.sheets import A4, set_up_page, text

_WIDTHS = {
    KEY: 8.0,
    UNIT: 17.0,
    ID: 7.0,
    TITLE: 32.0,
    MAXIMUM: 6.5,
    SELF: 10.0,
    STATE: 11.0,
    PROOF: 24.0,
    DECISION: 12.0,
    POINTS: 8.5,
    VALUE: 11.0,
    REASON: 22.0,
}
_HEADS = {
    UNIT: "UNIT",
    ID: "ID",
    TITLE: "TITLE",
    MAXIMUM: "MAXIMUM",
    SELF: "SELF",
    STATE: "STATE",
    PROOF: "PROOF",
    DECISION: "DECISION",
    POINTS: "POINTS",
    VALUE: "VALUE",
    REASON: "REASON",
}
_WORDS = {decision: word for word, decision in DECISIONS.items()}
_MOST_RANGES = 200
"""Cells that share one validation; Excel takes more, but is slow to open them."""
_HIGHEST = 150.0
"""Points of the highest row: long evidence is read in full in the formula bar."""
_DAY = "dd/mm/yyyy"

_Kind: TypeAlias = Literal["decision", "points", "value"]


def write_rows(
    book: Any,
    formats: ReviewFormats,
    sheet: ReviewSheet,
    title: str,
    assessment: Assessment,
    shown: Shown,
    lists: OptionLists,
) -> None:
    """Write the sheet of one group; lists that are too long for a check gather in `lists`."""
    rules = rule_words(sheet.set, {row.leaf for row in sheet.rows if row.leaf}, full=False)
    _Rows(book, formats, sheet, title, assessment, shown, lists, rules).write()


@dataclass
class _Rows:
    """One sheet being written."""

    book: Any
    formats: ReviewFormats
    layout: ReviewSheet
    agency: str
    assessment: Assessment
    shown: Shown
    lists: OptionLists
    rules: Mapping[str, str]
    sheet: Any = None
    checks: dict[tuple[_Kind, str], list[ReviewRow]] = field(default_factory=dict)
    """What a cell is checked for -> the rows; few checks serve thousands of cells."""

    @property
    def set(self) -> CriteriaSet:
        return self.layout.set

    def write(self) -> None:
        self.sheet = self.book.add_worksheet(self.layout.name)
        self._head()
        for row in self.layout.rows:
            match row.kind:
                case "leaf":
                    self._leaf(row)
                case "ask" | "condition":
                    self._asked(row)
                case "shared" | "tasks":
                    self._told(row)
                case _:
                    assert_never(row.kind)
        self._validate()
        self._finish()

    def _head(self) -> None:
        sheet, formats = self.sheet, self.formats
        header = (self.set.title, self.agency)
        set_up_page(sheet, paper=A4, header=header, footer=say("sheet.page"))
        for column, width in _WIDTHS.items():
            options = {"hidden": 1} if column == KEY else {}
            sheet.set_column(f"{column}:{column}", width, None, options)
        sheet.set_row(0, 24)
        title = say("sheet.title", group=self.set.group_title or group_name(self.set.group, "vi"))
        sheet.write_string(f"{UNIT}1", text(title), formats.title(centred=False))
        sheet.write_string(f"{UNIT}2", text(self.set.title), formats.plain_line(centred=False))
        day = VOICE.day(self.assessment.calendar.review)
        by = say("sheet.agency", agency=self.agency, day=day)
        sheet.write_string(f"{UNIT}3", text(by), formats.plain_line(centred=False))
        told = " · ".join(marks([self.set], self.assessment))
        sheet.write_string(f"{UNIT}4", told, formats.banner_line())
        sheet.set_row(HEAD_ROW - 1, 48)
        for column, key in _HEADS.items():
            sheet.write_string(f"{column}{HEAD_ROW}", say(f"column.{key}"), formats.header())

    def _finish(self) -> None:
        sheet = self.sheet
        last = self.layout.rows[-1].row
        sheet.autofilter(f"{UNIT}{HEAD_ROW}:{REASON}{last}")
        sheet.freeze_panes(f"{MAXIMUM}{FIRST_ROW}")
        sheet.repeat_rows(HEAD_ROW - 1)
        sheet.print_area(f"{UNIT}1:{REASON}{last}")
        sheet.hide_gridlines(2)
        free = ("autofilter", "format_columns", "format_rows", "format_cells")
        sheet.protect("", dict.fromkeys(free, True))
        first = next((row for row in self.layout.rows if row.decisions), self.layout.rows[0])
        sheet.set_selection(first.cell(DECISION))

    # --- rows ---------------------------------------------------------------------------------

    def _leaf(self, row: ReviewRow) -> None:
        assert row.duty is not None
        item = row.duty.item
        here = (row.unit.unit, item.id)
        proof = self._proof(row)
        state = self._state(row)
        decided = self.shown.standing.decided.get(here)
        again = here in self.shown.standing.again
        reason = "" if decided is None or again else decided.reason or ""
        self._common(row, item.title, leaf=True)
        centred = self.formats.shown(leaf=True, align="center")
        self._number(row.cell(MAXIMUM), item.maximum, centred)
        score = self.shown.scores.get(here)
        own = row.duty.by == "unit"
        if own and score is not None and score.points is not None:
            places = self.set.printed_points
            look = self.formats.shown(leaf=True, align="center", digits=_digits(places))
            self._number(row.cell(SELF), round_half_up(score.points, places), look)
        else:
            self._text(row.cell(SELF), "–", centred)
        self._text(row.cell(STATE), state, self.formats.shown(leaf=True, align="center"))
        self._text(row.cell(PROOF), proof, self.formats.shown(leaf=True, bold=False))
        self._shut(row.cell(VALUE))
        if row.decisions:
            self._decision(row, None if again else decided)
            self._text(row.cell(REASON), reason, self.formats.entry())
        else:
            for column in (DECISION, POINTS, REASON):
                self._shut(row.cell(column))
        self._height(row, item.title, proof, state, reason)

    def _decision(self, row: ReviewRow, decided: Decided | None) -> None:
        assert row.duty is not None
        word = "" if decided is None else _WORDS.get(decided.decision, "")
        self._text(row.cell(DECISION), word, self.formats.entry(align="center"))
        entry = self.formats.entry(align="center")
        if decided is not None and decided.points is not None:
            self._number(row.cell(POINTS), Fraction(decided.points), entry)
        else:
            self.sheet.write_blank(row.cell(POINTS), None, entry)
        item = row.duty.item
        self.checks.setdefault(("decision", f"{item.id}\n{len(row.decisions)}"), []).append(row)
        self.checks.setdefault(("points", item.id), []).append(row)

    def _asked(self, row: ReviewRow) -> None:
        assert row.input is not None
        declared = self.set.inputs[row.input]
        title = self.layout.title(row)
        found = self.shown.standing.found.get((row.unit.unit, row.column))
        again = (row.unit.unit, row.leaf) in self.shown.standing.again
        note = self._asked_note(row, declared)
        state = ""
        if row.kind == "condition":
            state = say("state.condition")
        elif found is not None and row.duty is not None and row.duty.by == "unit":
            key = "state.before" if again else "state.corrected"
            state = say(key, value=spelled(found.value, declared))
        self._common(row, title, leaf=False)
        self._told_value(row, declared)
        self._text(row.cell(STATE), state, self.formats.shown(leaf=False, align="center"))
        self._text(row.cell(PROOF), note, self.formats.shown(leaf=False))
        self._shut(row.cell(DECISION))
        self._shut(row.cell(POINTS))
        kept = None if again and row.duty is not None and row.duty.by == "unit" else found
        self._value(row.cell(VALUE), None if kept is None else kept.value, declared)
        reason = "" if kept is None else kept.reason or ""
        self._text(row.cell(REASON), reason, self.formats.entry())
        self.checks.setdefault(("value", row.input), []).append(row)
        self._height(row, title, note, state, reason)

    def _asked_note(self, row: ReviewRow, declared: Input) -> str:
        if row.kind == "condition":
            barred = [g.name for g in self.set.grades if row.input in g.unless]
            return say("proof.condition", grades=", ".join(barred))
        return "" if declared.measure is None else say("proof.measure", measure=declared.measure)

    def _told(self, row: ReviewRow) -> None:
        """A number that is asked elsewhere, or counted from the plan."""
        assert row.duty is not None
        if row.input is None:
            title = count_words(self.set, row.duty.item.id, row.column)
            note = say("proof.plan")
        else:
            title = self.layout.title(row)
            note = say("proof.at", leaf=row.duty.shared[row.input])
        self._common(row, title, leaf=False)
        if row.input is None:
            count = self.shown.counts.get((row.unit.unit, row.column))
            look = self.formats.shown(leaf=False, align="center")
            if count is None:
                self._text(row.cell(SELF), "", look)
            else:
                self._number(row.cell(SELF), Fraction(count), look)
        else:
            self._told_value(row, self.set.inputs[row.input])
        self._text(row.cell(STATE), "", self.formats.shown(leaf=False))
        self._text(row.cell(PROOF), note, self.formats.shown(leaf=False))
        for column in (DECISION, POINTS, VALUE, REASON):
            self._shut(row.cell(column))
        self._height(row, title, note, "", "")

    def _common(self, row: ReviewRow, title: str, *, leaf: bool) -> None:
        """The key, the unit, the id and the title."""
        self.sheet.write_string(row.cell(KEY), row.key)
        self._text(row.cell(UNIT), row.unit.name, self.formats.shown(leaf=leaf))
        centred = self.formats.shown(leaf=leaf, align="center")
        self._text(row.cell(ID), row.leaf or "", centred)
        named = self.formats.shown(leaf=True) if leaf else self.formats.indented()
        self._text(row.cell(TITLE), title, named)
        if not leaf:
            self._text(row.cell(MAXIMUM), "", centred)

    def _state(self, row: ReviewRow) -> str:
        assert row.duty is not None
        here = (row.unit.unit, row.duty.item.id)
        score = self.shown.scores.get(here)
        if not row.duty.applies:
            return say("state.not_applicable")
        if here in self.shown.standing.again:
            return say("state.again")
        if here not in self.shown.standing.open:
            return say("state.decided")
        if row.duty.by != "unit":
            return say("state.wanted")
        return say("state.silent" if score is None or score.state == "missing" else "state.open")

    def _proof(self, row: ReviewRow) -> str:
        assert row.duty is not None
        if row.duty.by != "unit":
            return say("proof.scored_by", who=VOICE.say(f"scored_by.{row.duty.by}"))
        proof = self.shown.standing.proofs.get((row.unit.unit, row.duty.item.id))
        if proof is None:
            return ""
        told = []
        if proof.evidence:
            told.append(say("proof.evidence", text=proof.evidence))
        if proof.explanation:
            told.append(say("proof.explanation", text=proof.explanation))
        return "\n".join(told)

    # --- cells --------------------------------------------------------------------------------

    def _told_value(self, row: ReviewRow, declared: Input) -> None:
        value = self.shown.standing.values.get((row.unit.unit, row.column))
        self._typed(row.cell(SELF), value, declared, entry=False)

    def _value(self, cell: str, value: str | None, declared: Input) -> None:
        self._typed(cell, value, declared, entry=True)

    def _typed(self, cell: str, value: str | None, declared: Input, *, entry: bool) -> None:
        def look(digits: str = "General") -> Any:
            if entry:
                return self.formats.entry(align="center", digits=digits)
            return self.formats.shown(leaf=False, align="center", digits=digits)

        match declared.type:
            case "date":
                if value is None:
                    self.sheet.write_blank(cell, None, look(_DAY))
                else:
                    day = datetime.date.fromisoformat(value)
                    self.sheet.write_datetime(cell, day, look(_DAY))
            case "yes_no" | "choice":
                # As text, so that an option such as 50% stays the text that it is.
                self._text(cell, "" if value is None else spelled(value, declared), look("@"))
            case "count" | "amount" | "percent" | "points" | "tally":
                if value is None:
                    self.sheet.write_blank(cell, None, look(_grouped(None)))
                else:
                    exact = Fraction(value)
                    self._number(cell, exact, look(_grouped(exact)))
            case _:
                assert_never(declared.type)

    def _text(self, cell: str, value: str, look: Any) -> None:
        if value:
            self.sheet.write_string(cell, text(value), look)
        else:
            self.sheet.write_blank(cell, None, look)

    def _number(self, cell: str, value: Fraction, look: Any) -> None:
        self.sheet.write_number(cell, float(value), look)

    def _shut(self, cell: str) -> None:
        self.sheet.write_blank(cell, None, self.formats.shut())

    def _height(self, row: ReviewRow, title: str, proof: str, state: str, reason: str) -> None:
        points = height(
            (row.unit.name, _WIDTHS[UNIT]),
            (title, _WIDTHS[TITLE] - 2),
            (proof, _WIDTHS[PROOF]),
            (state, _WIDTHS[STATE]),
            (reason, _WIDTHS[REASON]),
        )
        self.sheet.set_row(row.row - 1, min(points, _HIGHEST))

    # --- what cells take ----------------------------------------------------------------------

    def _validate(self) -> None:
        items = {item.id: item for item in self.set.items}
        for (kind, name), rows in self.checks.items():
            match kind:
                case "decision":
                    leaf = rows[0].leaf or ""
                    rule = self.rules.get(leaf, "")
                    self._check(DECISION, rows, decision_check(rows[0].decisions, leaf, rule))
                case "points":
                    self._check(POINTS, rows, points_check(items[name]))
                case "value":
                    self._check(VALUE, rows, value_check(self.set, name, self.lists))
                case _:
                    assert_never(kind)

    def _check(self, column: str, rows: list[ReviewRow], check: Check) -> None:
        numbers = [row.row - 1 for row in rows]
        at = ord(column) - ord("A")
        for start in range(0, len(numbers), _MOST_RANGES):
            part = numbers[start : start + _MOST_RANGES]
            others = {"other_cells": [[n, at, n, at] for n in part]} if len(part) > 1 else {}
            self.sheet.data_validation(part[0], at, part[0], at, check | others)


def _digits(places: int) -> str:
    return "0" + ("." + "0" * places if places else "")


def _grouped(value: Fraction | None) -> str:
    """Thousands apart, with the decimals that the number has."""
    places = 0 if value is None else decimals_needed(value) or 0
    return "General" if value is None else "#,##0" + ("." + "0" * places if places else "")
