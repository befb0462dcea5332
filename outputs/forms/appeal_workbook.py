"""The workbooks of appeals (bảng giải trình) and of the council's docket (bảng kết luận).

The same layout and the same cases give the same bytes.  Nothing that anybody typed is ever written
as a formula.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import Any, BinaryIO

import xlsxwriter

from criteria.assessment.model import Assessment
from criteria.exact import fixed
from inputs.workbooks.appeal_case import CaseKey, CutLeaf
from inputs.workbooks.appeal_form import (
    GUIDE,
    HEAD_ROW,
    NO,
    RULING_WORDS,
    WHO_CELL,
    YES,
    AppealForm,
    AppealRow,
    limits,
)
from outputs.forms.appeal_words import AppealWords
from outputs.forms.manifest_sheet import write_manifest
from outputs.forms.review_checks import OptionLists
from outputs.forms.review_looks import ReviewFormats
from outputs.sheets import A3, A4, set_up_page, text
from scoring.worth import Worth

_LINE, _HIGHEST = 13.5, 400.0
"""Points of one line of the table, and of the highest row that is made."""

_GUIDE_WIDTH = 110

_LETTERS = 1.1
"""Letters of the tables' small type to one unit of a column's width: rather less than it holds."""


@dataclass(frozen=True, slots=True)
class _Column:
    """One column after the key: its heading, its width, what kind of cells it has."""

    heading: str
    width: float
    own: bool = False


_APPEAL = (
    _Column("id", 6),
    _Column("title", 22),
    _Column("maximum", 6.5),
    _Column("self", 7),
    _Column("review", 8),
    _Column("lost", 6.5),
    _Column("why", 26),
    _Column("proof", 18),
    _Column("appealed", 8, own=True),
    _Column("explanation", 32, own=True),
    _Column("evidence", 20, own=True),
    _Column("ruled", 14),
)
_RULINGS = (
    _Column("unit", 16),
    _Column("id", 6),
    _Column("title", 20),
    _Column("maximum", 6.5),
    _Column("self", 7),
    _Column("review", 8),
    _Column("why", 24),
    _Column("appeal", 28),
    _Column("worth", 24),
    _Column("ruling", 11, own=True),
    _Column("points", 7, own=True),
    _Column("reason", 24, own=True),
)
"""Together as wide as a screen of 1,366 pixels shows at 100 %."""


def write_appeal_workbook(
    target: Path | BinaryIO,
    form: AppealForm,
    assessment: Assessment,
    manifest: Sequence[tuple[str, str]],
    words: AppealWords,
    worths: Mapping[CaseKey, Worth | None] | None = None,
) -> None:
    """Write a unit's workbook of appeals, or the docket with what each appeal is worth.

    Raises: OSError or XlsxWriter's FileCreateError when the file cannot be written.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(target if not isinstance(target, Path) else str(target), options)
    # A fixed day instead of the clock: the same content is the same file.
    made = datetime.datetime(assessment.year, 12, 31, tzinfo=datetime.UTC)
    title = words.say(f"title.{form.kind}-print", year=assessment.year)
    book.set_properties({"title": f"{title} – {form.title}", "created": made})
    page = _Book(book, ReviewFormats(book), form, assessment, words, worths or {})
    page.guide()
    page.table()
    write_manifest(book, manifest, OptionLists())
    book.close()


@dataclass(frozen=True)
class _Book:
    """One workbook being written."""

    book: Any
    formats: ReviewFormats
    form: AppealForm
    assessment: Assessment
    words: AppealWords
    worths: Mapping[CaseKey, Worth | None]

    @property
    def _columns(self) -> tuple[_Column, ...]:
        return _APPEAL if self.form.kind == "appeal" else _RULINGS

    @property
    def _day(self) -> str:
        return self.assessment.calendar.appeal.strftime("%d/%m/%Y")

    def _heads(self) -> list[tuple[str, str]]:
        """Title, whose it is, and what is not official: text and look, a line each."""
        kind = self.form.kind
        named = "title.unit" if kind == "appeal" else "title.council"
        lines = [
            (self.words.say(f"title.{kind}", year=self.assessment.year), "title"),
            (self.words.say(named, name=self.form.title), "subtitle"),
        ]
        marks = [
            self.words.say(f"title.{key}")
            for wanted, key in (
                (any(each.status == "reference" for each in self.form.sets), "reference"),
                (self.assessment.generated, "generated"),
            )
            if wanted
        ]
        return [*lines, (" · ".join(marks), "banner")]

    def _look(self, name: str) -> Any:
        match name:
            case "title":
                return self.formats.title(centred=False)
            case "subtitle":
                return self.formats.subtitle(centred=False)
            case _:
                return self.formats.banner(centred=False)

    # --- what to do ---------------------------------------------------------------------------

    def guide(self) -> None:
        sheet = self.book.add_worksheet(GUIDE)
        sheet.set_column(0, 0, _GUIDE_WIDTH)
        sheet.hide_gridlines(2)
        row = 0
        for line, look in self._heads():
            if line:
                sheet.set_row(row, 24)
                sheet.write_string(row, 0, text(line), self._look(look))
                row += 1
        heading = self.words.say(f"guide.heading-{self.form.kind}")
        row += 1
        sheet.set_row(row, 22)
        sheet.write_string(row, 0, heading, self.formats.subtitle(centred=False))
        cases = [each.case for each in self.form.rows]
        values = {
            "count": len(cases),
            "units": len({case.unit.unit for case in cases}),
            "open": sum(case.open for case in cases),
            "day": self._day,
            "contact": self.assessment.contact,
        }
        for number in range(1, 7):
            row += 1
            line = self.words.say(f"guide.{self.form.kind}-{number}", **values)
            sheet.set_row(row, 6 + 16 * _lines(line, _GUIDE_WIDTH / _LETTERS))
            sheet.write_string(row, 0, text(line), self.formats.paragraph())
        set_up_page(sheet, paper=A4, header=(heading, ""), footer=self.words.say("page"))
        sheet.protect("", {"format_columns": True, "format_rows": True})

    # --- the leaves ---------------------------------------------------------------------------

    def table(self) -> None:
        sheet = self.book.add_worksheet(self.form.sheet)
        sheet.set_column(0, 0, None, None, {"hidden": True})
        for position, column in enumerate(self._columns, start=1):
            sheet.set_column(position, position, column.width)
        for row, (line, look) in enumerate(self._heads()):
            sheet.set_row(row, 22 if look == "title" else 18)
            sheet.write_string(row, 1, text(line), self._look(look))
        self._who(sheet)
        hint = self.words.say(f"title.{self.form.kind}-hint", day=self._day)
        sheet.write_string(HEAD_ROW - 2, 1, text(hint), self.formats.plain_line(centred=False))
        for position, column in enumerate(self._columns, start=1):
            heading = self.words.say(f"column.{column.heading}")
            if column.own:
                heading = self.words.say("own-mark", heading=heading)
            sheet.write_string(HEAD_ROW - 1, position, heading, self.formats.header())
        sheet.set_row(HEAD_ROW - 1, 48)
        for each in self.form.rows:
            self._row(sheet, each)
        self._page(sheet)

    def _who(self, sheet: Any) -> None:
        look = self.formats.plain_line(centred=False)
        label = WHO_CELL.replace("C", "B")
        sheet.write_string(label, self.words.say("title.id"), look)
        sheet.write_string(WHO_CELL, text(self.form.who), look)

    def _page(self, sheet: Any) -> None:
        last = max((each.row for each in self.form.rows), default=HEAD_ROW)
        columns = len(self._columns)
        sheet.freeze_panes(HEAD_ROW, 4 if self.form.kind == "rulings" else 3)
        sheet.autofilter(HEAD_ROW - 1, 1, last - 1, columns)
        sheet.repeat_rows(HEAD_ROW - 1)
        sheet.print_area(0, 1, last - 1, columns)
        title = self.words.say(f"title.{self.form.kind}-print", year=self.assessment.year)
        paper = A4 if self.form.kind == "appeal" else A3
        set_up_page(
            sheet, paper=paper, header=(title, self.form.title), footer=self.words.say("page")
        )
        sheet.protect(
            "",
            {"format_columns": True, "format_rows": True, "autofilter": True},
        )
        sheet.activate()

    def _row(self, sheet: Any, each: AppealRow) -> None:
        line = each.row - 1
        sheet.write_string(line, 0, text(each.key))
        cells = self._appeal(each.case) if self.form.kind == "appeal" else self._ruling(each.case)
        lines = 1
        for position, (column, value) in enumerate(zip(self._columns, cells, strict=True), start=1):
            self._cell(sheet, line, position, column, value, each.case)
            if isinstance(value, str):
                lines = max(lines, _lines(value, column.width))
        # Room to write, where something is asked.
        sheet.set_row(line, min(max(lines, 3) * _LINE + 4, _HIGHEST))
        if self.form.kind == "appeal":
            self._ask_appeal(sheet, each)
        else:
            self._ask_ruling(sheet, each)

    def _cell(
        self, sheet: Any, row: int, at: int, column: _Column, value: str | Fraction, case: CutLeaf
    ) -> None:
        number = not isinstance(value, str)
        centred = number or column.heading in ("id", "appealed", "ruling", *_NUMBERS)
        digits = "General"
        if number and column.heading in ("self", "review", "lost"):
            places = case.set.printed_points
            digits = "0" + ("." + "0" * places if places else "")
        align = "center" if centred else "left"
        if column.own:
            look = self.formats.entry(align=align, digits=digits)
        else:
            look = self.formats.shown(leaf=False, align=align, digits=digits)
        if isinstance(value, Fraction):
            # The shown digits are exact; the number in the cell decides nothing.
            places = case.set.printed_points if digits != "General" else 9
            sheet.write_number(row, at, float(fixed(value, places)), look)
        elif value:
            sheet.write_string(row, at, text(value), look)
        else:
            sheet.write_blank(row, at, None, look)

    def _points(self, value: Fraction | None) -> str | Fraction:
        return self.words.say("said.not-applicable") if value is None else value

    def _appeal(self, case: CutLeaf) -> list[str | Fraction]:
        """The cells of one leaf in the unit's workbook."""
        item, appeal = case.duty.item, case.appeal
        return [
            item.id,
            item.title,
            item.maximum,
            self._points(case.told),
            self._points(case.reviewed),
            case.lost,
            self.words.why(case),
            self.words.proof(case.proof),
            "" if appeal is None else YES,
            "" if appeal is None else appeal.reason or "",
            "" if appeal is None else appeal.evidence or "",
            self.words.ruled(case),
        ]

    def _ruling(self, case: CutLeaf) -> list[str | Fraction]:
        """The cells of one appeal in the docket."""
        item, ruling = case.duty.item, case.ruling
        decided = None if ruling is None else ruling.decision
        given = None if ruling is None or decided != "given" else ruling.points
        word = next((w for w, decision in RULING_WORDS.items() if decision == decided), "")
        return [
            f"{case.unit.name}\n({case.unit.unit})",
            item.id,
            item.title,
            item.maximum,
            self._points(case.told),
            self._points(case.reviewed),
            self.words.why(case),
            self.words.proof(case.appeal),
            self.words.worth(case, self.worths.get(case.key)),
            word,
            "" if given is None else Fraction(given),
            "" if ruling is None else ruling.reason or "",
        ]

    def _ask_appeal(self, sheet: Any, each: AppealRow) -> None:
        at = self._at("appealed")
        self._list(sheet, each.row - 1, at, [YES, NO], "input.appealed")

    def _ask_ruling(self, sheet: Any, each: AppealRow) -> None:
        line = each.row - 1
        self._list(sheet, line, self._at("ruling"), list(RULING_WORDS), "input.ruling")
        low, high = limits(each.case)
        values = {"low": self.words.bound(low), "high": self.words.bound(high)}
        sheet.data_validation(
            line,
            self._at("points"),
            line,
            self._at("points"),
            {
                "validate": "decimal",
                "criteria": "between",
                # A courtesy; what counts is checked exactly when the workbook comes back.
                "minimum": float(fixed(low - Fraction(1, 10**9), 9)),
                "maximum": float(fixed(high, 9)),
                "input_message": self.words.say("input.points", **values)[:255],
                "error_message": self.words.say("input.wrong-points", **values)[:255],
            },
        )

    def _list(self, sheet: Any, row: int, at: int, options: list[str], message: str) -> None:
        sheet.data_validation(
            row,
            at,
            row,
            at,
            {
                "validate": "list",
                "source": options,
                "input_message": self.words.say(message)[:255],
                "error_message": self.words.say("input.wrong-list")[:255],
            },
        )

    def _at(self, heading: str) -> int:
        return next(n for n, c in enumerate(self._columns, start=1) if c.heading == heading)


_NUMBERS = ("maximum", "self", "review", "lost", "points")


def _lines(value: str, width: float) -> int:
    """How many lines a text takes in a column: an estimate on the safe side."""
    room = max(int(width * _LETTERS), 1)
    return sum(max(len(wrap(part, room)), 1) for part in value.split("\n"))
