"""The summary of a self-scoring (trang Tổng hợp): fields, index, a chart, what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from criteria.model import Adjustment, Group, leaves_of
from inputs.workbooks.form import FORM, POINTS, SUMMARY, Form
from outputs.forms.looks import SelfFormats
from outputs.forms.self_calc import Calculated
from outputs.forms.self_cells import (
    FREE,
    Formula,
    certain,
    column,
    points_shown,
    put_formula,
    put_number,
    put_text,
)
from outputs.forms.self_words import SetWords, height, say
from outputs.forms.self_working import Lacks
from outputs.sheets import A4, FONT, set_up_page
from scoring.excel_totals import Printed

_ID, _TITLE, _MAXIMUM, _OWN, _WAITING, _POINTS, _SHARE = "B", "C", "D", "E", "F", "G", "H"
_CHART, _CHART_END = "J", "K"
_WIDTHS = {"A": 1.5, _ID: 6.0, _TITLE: 38.0, _MAXIMUM: 9.0, _OWN: 10.0, _WAITING: 10.0}
_WIDTHS |= {_POINTS: 10.0, _SHARE: 11.0, "I": 1.5, _CHART: 34.0, _CHART_END: 34.0}
_HEADS = ("ID", "field", "maximum", "own", "waiting", "points", "share")
_COLUMNS = (_ID, _TITLE, _MAXIMUM, _OWN, _WAITING, _POINTS, _SHARE)
_HEAD_ROW = 6
_CHART_WIDTH, _CHART_HEIGHT = 484, 240.0
"""Pixels, and the fewest points, of the chart."""
_HEAD_HEIGHT = 34.0
_LISTED = 15
"""Leaves that the list of what is missing names."""


@dataclass
class SummarySheet:
    """The sheet being written."""

    sheet: Any
    book: Any
    formats: SelfFormats
    form: Form
    words: SetWords
    calculated: Calculated
    lacks: Lacks
    high: float = _HEAD_HEIGHT
    """Points that the rows beside the chart are high."""

    def write(self) -> None:
        self._head()
        row = _HEAD_ROW + 1
        for each in self.form.set.fields:
            self._field(row, each)
            row += 1
        fields = (_HEAD_ROW + 1, row - 1)
        self._total(row)
        row = self._adjustments(row + 1)
        row = self._index(row)
        row = self._chart(*fields, row)
        last = self._open(row + 1)
        self._signatures(row + 1)
        self._finish(max(last, row + 10))

    def _row(self, row: int, points: float) -> None:
        """Set the height of a row beside the chart, which is as high as they are together."""
        self.sheet.set_row(row - 1, points)
        self.high += points

    # --- the table ----------------------------------------------------------------------------

    def _head(self) -> None:
        sheet, formats, form = self.sheet, self.formats, self.form
        header = (self.words.assessment.title, form.unit.name)
        set_up_page(sheet, paper=A4, header=header, footer=say("page"))
        for letter, width in _WIDTHS.items():
            sheet.set_column(column(letter), column(letter), width)
        for row, points in enumerate((22.0, 18.0, 16.0, 16.0, 6.0, _HEAD_HEIGHT)):
            sheet.set_row(row, points)
        year = self.words.assessment.year
        put_text(sheet, 1, _ID, say("summary.title", year=year), formats.title(centred=False))
        put_text(sheet, 2, _ID, form.unit.name, formats.subtitle(centred=False))
        put_text(sheet, 3, _ID, form.set.title, formats.plain_line(centred=False))
        put_text(sheet, 4, _ID, " · ".join(self.words.marks), formats.banner_line())
        for letter, key in zip(_COLUMNS, _HEADS, strict=True):
            head = say("head.ID") if key == "ID" else say(f"summary.{key}")
            put_text(sheet, _HEAD_ROW, letter, head, formats.header())

    def _field(self, row: int, field: Group) -> None:
        formats = self.formats
        put_text(self.sheet, row, _ID, field.id, formats.text(align="center"))
        put_text(self.sheet, row, _TITLE, field.title, formats.text())
        totals = self.calculated.totals
        waiting = self._waiting(field)
        self._numbers(row, totals.maxima[field.id], waiting, totals.fields[field.id], bold=False)
        self._row(row, height((field.title, _WIDTHS[_TITLE])) + 3)

    def _total(self, row: int) -> None:
        look = self.formats.text(bold=True)
        put_text(self.sheet, row, _ID, "", look)
        put_text(self.sheet, row, _TITLE, say("summary.total"), look)
        totals = self.calculated.totals
        waiting = sum((self._waiting(field) for field in self.form.set.fields), Fraction(0))
        self._numbers(row, totals.maximum, waiting, totals.points, bold=True)
        self._row(row, 20)

    def _waiting(self, field: Group) -> Fraction:
        """The maximum of what others score, or what cannot be worked out here."""
        leaves = self.calculated.leaves
        applying = {duty.item.id for duty in self.form.duties if duty.applies}
        waiting = (leaf for leaf in leaves_of(field) if leaf.id in applying)
        return sum((w.maximum for w in waiting if leaves[w.id] is None), Fraction(0))

    def _numbers(
        self, row: int, maximum: Printed, waiting: Fraction, points: Printed, *, bold: bool
    ) -> None:
        sheet, formats = self.sheet, self.formats
        whole, earned = certain(maximum), certain(points)
        look = formats.number(self.words.decimals, bold=bold)
        put_formula(sheet, row, _MAXIMUM, whole, look)
        left = whole.value if isinstance(whole.value, Fraction | int) else None
        own = "" if left is None else left - waiting
        ref = f"{_MAXIMUM}{row}"
        taken = f'IF(ISNUMBER({ref}),{ref}-{_WAITING}{row},"")'
        put_formula(sheet, row, _OWN, Formula(taken, own), look)
        put_number(sheet, row, _WAITING, waiting, look)
        places = self.form.set.printed_points
        put_formula(sheet, row, _POINTS, earned, formats.number(places, bold=bold))
        top, bottom = f"{_POINTS}{row}", f"{_OWN}{row}"
        share = f'IF(AND(ISNUMBER({top}),N({bottom})>0),{top}/{bottom},"–")'
        value: Fraction | str = "–"
        if isinstance(earned.value, Fraction | int) and own != "" and Fraction(own) > 0:
            value = Fraction(earned.value) / Fraction(own)
        put_formula(sheet, row, _SHARE, Formula(share, value), formats.percent(bold=bold))

    # --- bonuses, index -----------------------------------------------------------------------

    def _adjustments(self, row: int) -> int:
        """Bonuses that the unit claims itself; the next free row."""
        formats = self.formats
        for duty in self.form.duties:
            if not isinstance(duty.item, Adjustment) or not duty.asked:
                continue
            leaf = self.calculated.leaves[duty.item.id]
            title = say("summary.adjustment", title=duty.item.title)
            put_text(self.sheet, row, _ID, duty.item.id, formats.text(align="center"))
            put_text(self.sheet, row, _TITLE, title, formats.text())
            maximum = formats.number(self.words.decimals)
            put_number(self.sheet, row, _MAXIMUM, duty.item.maximum, maximum)
            for letter in (_OWN, _WAITING, _SHARE):
                put_text(self.sheet, row, letter, "", formats.text())
            ref = f"'{FORM}'!${POINTS}${self.form.by_key[f'leaf:{duty.item.id}'].row}"
            shown = points_shown(leaf, relative=duty.item.id in self.words.relative)
            look = formats.number(self.form.set.printed_points)
            put_formula(self.sheet, row, _POINTS, Formula(ref, shown.value), look)
            self._row(row, height((title, _WIDTHS[_TITLE])) + 3)
            row += 1
        return row

    def _index(self, row: int) -> int:
        formats = self.formats
        look = formats.text(bold=True)
        put_text(self.sheet, row, _ID, "", look)
        put_text(self.sheet, row, _TITLE, say("summary.index"), look)
        for letter in (_MAXIMUM, _OWN, _WAITING, _SHARE):
            put_text(self.sheet, row, letter, "", look)
        index = certain(self.calculated.totals.index)
        number = formats.number(self.form.set.rounding.index, bold=True)
        put_formula(self.sheet, row, _POINTS, index, number)
        self._row(row, 20)
        note = say("summary.index_note")
        self._across(row + 1, note, formats.foot_note)
        self._row(row + 1, height((note, self._width), line=13.0) + 2)
        return row + 2

    @property
    def _width(self) -> float:
        return sum(_WIDTHS[letter] for letter in _COLUMNS)

    def _across(self, row: int, value: str, look: Any) -> None:
        first, last = column(_ID), column(_SHARE)
        self.sheet.merge_range(row - 1, first, row - 1, last, "", look)
        put_text(self.sheet, row, _ID, value, look)

    def _chart(self, first: int, last: int, row: int) -> int:
        """Own points beside what could be had, told apart by hatching, too; the next free row."""
        chart = self.book.add_chart({"type": "bar"})

        def area(letter: str) -> list[object]:
            return [SUMMARY, first - 1, column(letter), last - 1, column(letter)]

        font = {"name": FONT, "size": 10}
        fills = (
            (_POINTS, {"fill": {"color": "#1F3864"}}),
            (
                _OWN,
                {
                    "pattern": {
                        "pattern": "light_upward_diagonal",
                        "fg_color": "#1F3864",
                        "bg_color": "#DCE6F1",
                    },
                    "border": {"color": "#1F3864", "width": 0.5},
                },
            ),
        )
        for letter, fill in fills:
            name = [SUMMARY, _HEAD_ROW - 1, column(letter)]
            labels = {"value": True, "font": {"name": FONT, "size": 9}}
            chart.add_series(
                {
                    "name": name,
                    "categories": area(_TITLE),
                    "values": area(letter),
                    "data_labels": labels,
                    "gap": 60,
                    **fill,
                }
            )
        title = {"name": FONT, "size": 12, "bold": True}
        chart.set_title({"name": say("summary.chart"), "name_font": title})
        chart.set_legend({"position": "bottom", "font": font})
        chart.set_y_axis({"reverse": True, "num_font": font})
        grid = {"visible": True, "line": {"color": "#D9D9D9", "width": 0.5}}
        chart.set_x_axis({"visible": False, "min": 0, "major_gridlines": grid})
        if self.high < _CHART_HEIGHT:
            self._row(row, _CHART_HEIGHT - self.high)
            row += 1
        chart.set_size({"width": _CHART_WIDTH, "height": int(self.high * 4 / 3)})
        self.sheet.insert_chart(_HEAD_ROW - 1, column(_CHART), chart, {"object_position": 2})
        return row

    # --- what is missing, signatures ----------------------------------------------------------

    def _open(self, row: int) -> int:
        sheet, formats = self.sheet, self.formats
        put_text(sheet, row, _ID, say("summary.open_count"), formats.subtitle(centred=False))
        look = formats.strong(align="left", digits="0")
        put_formula(sheet, row, _POINTS, self.lacks.count, look)
        sheet.set_row(row - 1, 20)
        row += 1
        put_text(sheet, row, _ID, say("summary.open_id"), formats.header())
        self._wide(row, _TITLE, _OWN, say("summary.open_title"), formats.header())
        self._wide(row, _WAITING, _SHARE, say("summary.open_what"), formats.header())
        places = min(_LISTED, len(self.lacks.rows))
        for place in range(1, places + 1):
            row += 1
            id_, title, what = self.lacks.listed(place)
            put_formula(sheet, row, _ID, id_, formats.text(align="center"))
            self._wide(row, _TITLE, _OWN, title, formats.text())
            self._wide(row, _WAITING, _SHARE, what, formats.text())
            sheet.set_row(row - 1, 17)
        if len(self.lacks.rows) > _LISTED:
            row += 1
            put_text(sheet, row, _ID, say("summary.open_more", count=_LISTED), formats.foot())
        return row + 1

    def _wide(self, row: int, first: str, last: str, value: str | Formula, look: Any) -> None:
        self.sheet.merge_range(row - 1, column(first), row - 1, column(last), "", look)
        if isinstance(value, Formula):
            put_formula(self.sheet, row, first, value, look)
        else:
            put_text(self.sheet, row, first, value, look)

    def _signatures(self, row: int) -> None:
        """Beside the list, below the chart."""
        plain = self.formats.centred_line(italic=True)
        bold = self.formats.centred_line(bold=True)
        put_text(self.sheet, row, _CHART_END, say("summary.place"), plain)
        for letter, key in ((_CHART, "author"), (_CHART_END, "head")):
            put_text(self.sheet, row + 1, letter, say(f"summary.{key}"), bold)
            put_text(self.sheet, row + 2, letter, say(f"summary.{key}_sign"), plain)

    def _finish(self, last: int) -> None:
        sheet = self.sheet
        sheet.print_area(f"{_ID}1:{_CHART_END}{last}")
        sheet.fit_to_pages(1, 1)
        sheet.hide_gridlines(2)
        sheet.ignore_errors({"number_stored_as_text": f"{_ID}1:{_SHARE}{last}"})
        sheet.protect("", FREE)
        sheet.set_selection("A1")
