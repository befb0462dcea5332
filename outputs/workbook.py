"""`results.xlsx`: the ranking as a province prints it, then points by field and by criterion.

Every number is a real number whose shown digits are the printed ones.  The same results give the
same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import polars as pl
import xlsxwriter

from criteria.exact import decimals_needed, fixed, shortest
from criteria.model import Adjustment, CriteriaSet, Leaf, leaves_of, maximum_of
from criteria.wording import Language, wording
from outputs.printed import PrintedGroup, PrintedUnit, barred_because, barred_grade
from outputs.sheets import A3, A4, Formats, set_up_page, sheet_name, text
from outputs.stages.compared import Compared
from outputs.stages.ranking import StageColumns
from outputs.stages.sheets import write_stages

MOST_UNITS_BY_LEAF = 5_000
"""A larger group gets no sheet by criterion: nobody prints it, and the ledger has it all."""

_MANY_LEAVES = 25
"""Beyond this many columns A4 is no longer readable; such a sheet is set up for A3."""

_LEAF_WIDTH, _UNIT_WIDTHS = 5.8, (22, 36)
_NOTE_WIDTH = 32

Kind = Literal["ranking", "fields", "leaves"]


def write_workbook(
    groups: Sequence[PrintedGroup],
    ledgers: Mapping[str, Sequence[pl.DataFrame]],
    path: Path,
    language: Language,
    stages: Compared | None = None,
) -> None:
    """Write three sheets for each group; `ledgers` holds the slices of each group's ledger.

    Rows of adjustments may stand among them; they get columns of their own after the leaves.
    `stages`: what the rankings and two more sheets say of the stages so far.

    Raises: OSError when the file cannot be written.
    """
    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    year = max((group.set.year for group in groups), default=2000)
    book.set_properties(
        {
            "title": wording("workbook", "title.ranking", language, year=year),
            # A fixed day instead of the clock: the same results are the same file.
            "created": datetime.datetime(year, 12, 31, tzinfo=datetime.UTC),
        }
    )
    formats, taken = Formats(book), set[str]()
    for group in groups:
        found = _Found.of(group, ledgers.get(group.set.group, ()))
        for kind in ("ranking", "fields", "leaves"):
            name = _say("sheet", kind, language)
            label = f"{name} – {group.set.group_title or group.set.group}"
            sheet = book.add_worksheet(sheet_name(label, taken))
            columns = StageColumns(stages, group.set, language)
            _Page(sheet, formats, group, found, language, columns).write(kind)
    if stages is not None:
        write_stages(book, formats, taken, groups, stages, language)
    if not groups:
        book.add_worksheet(sheet_name(_say("sheet", "ranking", language), taken))
    book.close()


def _say(table: str, key: str, language: Language, **values: object) -> str:
    return wording("workbook", f"{table}.{key}", language, **values)


@lru_cache(maxsize=100_000)
def _fraction(value: str) -> Fraction:
    return Fraction(value)


@dataclass(frozen=True)
class _Found:
    """What the sheets need from the ledger: leaves of units, and sums by field."""

    cells: Mapping[tuple[str, str], tuple[str, str | None]]
    """(unit, leaf) -> state and exact points; empty for groups that get no sheet by criterion."""
    fields: Mapping[tuple[str, str], tuple[Fraction, Fraction]]
    """(unit, field) -> points and applicable maximum; absent where nothing applies."""

    @classmethod
    def of(cls, group: PrintedGroup, slices: Sequence[pl.DataFrame]) -> _Found:
        field_of = {leaf.id: field.id for field in group.set.fields for leaf in leaves_of(field)}
        maxima = {leaf.id: leaf.maximum for leaf in group.set.leaves}
        keep = len(group.units) <= MOST_UNITS_BY_LEAF
        cells: dict[tuple[str, str], tuple[str, str | None]] = {}
        sums: dict[tuple[str, str], tuple[Fraction, Fraction]] = {}
        for frame in slices:
            columns = (frame[name].to_list() for name in ("unit", "leaf", "state", "points_exact"))
            for unit, leaf, state, points in zip(*columns, strict=True):
                if keep:
                    cells[unit, leaf] = (state, points)
                if points is not None and leaf in field_of:
                    key = (unit, field_of[leaf])
                    earned, whole = sums.get(key, (Fraction(0), Fraction(0)))
                    sums[key] = (earned + _fraction(points), whole + maxima[leaf])
        return cls(cells, sums)


@dataclass
class _Page:
    """One sheet being written; `row` is the next free one."""

    sheet: Any
    formats: Formats
    group: PrintedGroup
    found: _Found
    language: Language
    stages: StageColumns
    row: int = 0

    @property
    def set(self) -> CriteriaSet:
        return self.group.set

    def write(self, kind: Kind) -> None:
        match kind:
            case "ranking":
                self._ranking()
            case "fields":
                self._fields()
            case "leaves":
                self._leaves()

    def say(self, table: str, key: str, **values: object) -> str:
        return _say(table, key, self.language, **values)

    # --- what every sheet has ---------------------------------------------------------------

    def _heading(self, kind: Kind, width: int, *, centred: bool) -> None:
        """Title, set, basis, and what is not official; `width` in columns."""
        formats = self.formats
        self._line(
            self.say("title", kind, year=self.set.year), formats.title(centred=centred), width, 22
        )
        title = self.set.group_title or self.set.group
        self._line(
            self.say("title", "group", group=title), formats.subtitle(centred=centred), width, 18
        )
        self._line(self.set.title, formats.subtitle(centred=centred), width, 18)
        if self.set.basis:
            basis = self.say("title", "basis", basis=self.set.basis)
            self._line(basis, formats.plain_line(centred=centred), width, 17)
        for wanted, key in (
            (self.set.status == "reference", "reference"),
            (self.group.generated, "generated"),
        ):
            if wanted:
                self._line(self.say("banner", key), formats.banner(centred=centred), width, 18)
        if self.group.as_of is not None:
            day = self.group.as_of.strftime("%d/%m/%Y")
            self._line(
                self.say("banner", "as_of", day=day), formats.banner(centred=centred), width, 18
            )
        if self.group.stage is not None:
            stage = self.say("stage", self.group.stage)
            self._line(stage, formats.subtitle(centred=centred), width, 18)

    def _line(self, value: str, look: Any, width: int, height: int) -> None:
        self.sheet.set_row(self.row, height)
        if look is not None and width > 1:
            self.sheet.merge_range(self.row, 0, self.row, width - 1, "", look)
        self._text(self.row, 0, value, look)
        self.row += 1

    def _text(self, row: int, column: int, value: str, look: Any) -> None:
        if value:
            self.sheet.write_string(row, column, text(value), look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def _page_set_up(self, paper: int, header_rows: tuple[int, int], frozen: int) -> None:
        marks = [
            self.say("banner", f"{key}_print")
            for key, wanted in (
                ("reference", self.set.status == "reference"),
                ("generated", self.group.generated),
            )
            if wanted
        ]
        if self.group.as_of is not None:
            day = self.group.as_of.strftime("%d/%m/%Y")
            marks.append(self.say("banner", "as_of_print", day=day))
        if self.group.stage is not None:
            marks.append(self.say("stage", self.group.stage))
        set_up_page(
            self.sheet,
            paper=paper,
            header=(self.set.title, " – ".join(marks)),
            footer=" – ".join([*marks, self.say("print", "page")]),
        )
        first, last = header_rows
        self.sheet.repeat_rows(first, last)
        self.sheet.freeze_panes(last + 1, frozen)
        self.sheet.hide_gridlines(2)

    def _unit_width(self) -> int:
        longest = max((len(unit.name) for unit in self.group.units), default=0)
        low, high = _UNIT_WIDTHS
        return min(max(longest + 2, low), high)

    def _height(self, unit: PrintedUnit, note: str = "") -> int:
        """Room for the lines that a name or a note is wrapped to."""
        lines = max(-(-len(unit.name) // self._unit_width()), -(-len(note) // (_NOTE_WIDTH + 4)), 1)
        return 18 if lines == 1 else 15 * lines + 3

    # --- the ranking ------------------------------------------------------------------------

    def _ranking(self) -> None:
        fields = self.set.fields
        width = 2 + len(fields) + 5 + len(self.stages)
        self._heading("ranking", width, centred=True)
        self.row += 1
        top = self.row
        heads = ["rank", "unit", *("" for _ in fields), "points", "maximum", "index", "grade"]
        for column, key in enumerate([*heads, *("" for _ in range(len(self.stages))), "note"]):
            if key:
                words = self.say("column", key)
                self.sheet.merge_range(top, column, top + 1, column, "", self.formats.header())
                self._text(top, column, words, self.formats.header())
        self.stages.write_heads(self.sheet, self.formats, top, width - 1 - len(self.stages))
        for column, field in enumerate(fields, start=2):
            self._text(top, column, field.title, self.formats.header())
            self._text(top + 1, column, self._up_to(maximum_of(field)), self.formats.header_small())
        widths = [7, self._unit_width(), *(12.5 for _ in fields), 9, 9, 10, 11]
        self._column_widths([*widths, *(10 for _ in range(len(self.stages))), _NOTE_WIDTH])
        longest = max(len(field.title) for field in fields)
        self.sheet.set_row(top, max(48, 15 * (longest // 11 + 2)))
        self.sheet.set_row(top + 1, 18)
        self.row = top + 2
        for unit in self.group.units:
            self._ranked_unit(unit)
        last = max(self.row - 1, top + 1)
        self.sheet.autofilter(top + 1, 0, last, width - 1)
        if self.set.adjustments:
            self.row += 1
            self._text(self.row, 0, self.say("legend", "adjustments"), self.formats.foot())
        self._page_set_up(A4, (top, top + 1), 2)

    def _ranked_unit(self, unit: PrintedUnit) -> None:
        formats, row = self.formats, self.row
        quiet = unit.rank is None
        points = formats.number(self.set.printed_points, quiet=quiet)
        centred = formats.text(align="center", quiet=quiet)
        if unit.rank is None:
            self._text(row, 0, "–", centred)
        else:
            self.sheet.write_number(row, 0, unit.rank, formats.text(align="center", bold=True))
        self._text(row, 1, unit.name, formats.text(quiet=quiet))
        numbers = [unit.fields[field.id] for field in self.set.fields]
        for column, printed in enumerate([*numbers, unit.points], start=2):
            self._printed(row, column, printed, points)
        column = 3 + len(numbers)
        self._printed(row, column, unit.maximum, formats.number(None, quiet=quiet))
        index = formats.number(self.set.rounding.index, bold=not quiet, quiet=quiet)
        self._printed(row, column + 1, unit.index, index)
        self._text(row, column + 2, unit.grade, centred)
        self.stages.write(self.sheet, formats, row, column + 3, unit.unit, quiet=quiet)
        note = "; ".join(filter(None, (self.say("status", unit.status), self._veto(unit))))
        self._text(row, column + 3 + len(self.stages), note, formats.note(quiet=quiet))
        self.sheet.set_row(row, self._height(unit, note))
        self.row += 1

    def _veto(self, unit: PrintedUnit) -> str:
        """Why the grade is below the one that the printed index alone would give."""
        first = barred_grade(self.set, unit)
        if first is None:
            return ""
        titles = barred_because(self.set, first)
        return self.say("note", "veto", grade=first.name, titles=titles)

    def _printed(self, row: int, column: int, printed: str, look: Any) -> None:
        """A printed number as a number; nothing where nothing is printed."""
        if printed:
            self.sheet.write_number(row, column, float(printed), look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def _up_to(self, maximum: Fraction) -> str:
        spelled = shortest(maximum)
        if self.language == "vi":
            spelled = spelled.replace(".", ",")
        return self.say("column", "up_to", maximum=spelled)

    def _column_widths(self, widths: Sequence[float]) -> None:
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)

    # --- by field ---------------------------------------------------------------------------

    def _fields(self) -> None:
        fields, formats = self.set.fields, self.formats
        width = 2 + 2 * len(fields)
        self._heading("fields", width, centred=True)
        self._text(self.row, 0, self.say("legend", "fields"), formats.foot())
        self.row += 2
        top = self.row
        for column, key in enumerate(("rank", "unit")):
            self.sheet.merge_range(top, column, top + 2, column, "", formats.header())
            self._text(top, column, self.say("column", key), formats.header())
        for position, field in enumerate(fields):
            column = 2 + 2 * position
            for row, words, look in (
                (top, field.title, formats.header()),
                (top + 1, self._up_to(maximum_of(field)), formats.header_small()),
            ):
                self.sheet.merge_range(row, column, row, column + 1, "", look)
                self._text(row, column, words, look)
            for side, key in enumerate(("field_points", "field_share")):
                self._text(top + 2, column + side, self.say("column", key), formats.header())
        self._column_widths([7, self._unit_width(), *([8.5, 8] * len(fields))])
        longest = max(len(field.title) for field in fields)
        self.sheet.set_row(top, max(34, 15 * (longest // 15 + 2)))
        self.row = top + 3
        for unit in self.group.units:
            self._unit_fields(unit)
        self._page_set_up(A4, (top, top + 2), 2)

    def _unit_fields(self, unit: PrintedUnit) -> None:
        formats, row, quiet = self.formats, self.row, unit.rank is None
        self._rank_and_name(unit)
        for position, field in enumerate(self.set.fields):
            column = 2 + 2 * position
            sums = self.found.fields.get((unit.unit, field.id))
            if sums is None:
                for side in (0, 1):
                    word = self.say("state", "not_applicable")
                    self._text(row, column + side, word, formats.state())
                continue
            points = formats.number(self.set.printed_points, quiet=quiet)
            self._printed(row, column, unit.fields[field.id], points)
            places = self.set.rounding.index
            share = fixed(100 * sums[0] / sums[1], places) if sums[1] else ""
            look = formats.number(places, share=True, quiet=quiet)
            self._printed(row, column + 1, share, look)
        self.row += 1

    def _rank_and_name(self, unit: PrintedUnit) -> None:
        quiet, row = unit.rank is None, self.row
        centred = self.formats.text(align="center", quiet=quiet)
        if unit.rank is None:
            self._text(row, 0, "–", centred)
        else:
            self.sheet.write_number(row, 0, unit.rank, centred)
        self._text(row, 1, unit.name, self.formats.text(quiet=quiet))
        self.sheet.set_row(row, self._height(unit))

    # --- by criterion -----------------------------------------------------------------------

    def _leaves(self) -> None:
        formats = self.formats
        if len(self.group.units) > MOST_UNITS_BY_LEAF:
            self._heading("leaves", 8, centred=False)
            self.row += 1
            note = self.say("legend", "too_many", count=len(self.group.units))
            self._text(self.row, 0, note, formats.subtitle(centred=False))
            self._page_set_up(A4, (0, 0), 0)
            return
        items: list[Leaf | Adjustment] = [*self.set.leaves, *self._adjustments()]
        # A merged heading across sixty columns would be cut in two by the frozen ones.
        self._heading("leaves", 1, centred=False)
        self._text(self.row, 0, self.say("legend", "leaves"), formats.foot())
        self.row += 2
        top = self.row
        for column, key in enumerate(("rank", "unit")):
            self.sheet.merge_range(top, column, top + 1, column, "", formats.header())
            self._text(top, column, self.say("column", key), formats.header())
        self._text(top + 2, 0, "", formats.header_small())
        self._text(top + 2, 1, self.say("column", "maximum"), formats.header_small())
        longest = 0
        for column, item in enumerate(items, start=2):
            bonus = isinstance(item, Adjustment)
            title = f"{item.title} ({self.say('column', 'adjustment')})" if bonus else item.title
            longest = max(longest, len(title))
            self._text(top, column, item.id, formats.header_small())
            self._text(top + 1, column, title, formats.header(turned=True))
            self._printed(top + 2, column, shortest(item.maximum), formats.header_number())
        self._column_widths([7, self._unit_width(), *(self._leaf_width(item) for item in items)])
        # A turned title wraps over two lines of its narrow column.
        self.sheet.set_row(top + 1, min(max(90, 5.6 * (longest / 2 + 8)), 300))
        self.sheet.set_row(top + 2, 18)
        self.row = top + 3
        for unit in self.group.units:
            self._rank_and_name(unit)
            for column, item in enumerate(items, start=2):
                self._leaf_cell(unit, column, item)
            self.row += 1
        paper = A3 if len(items) > _MANY_LEAVES else A4
        self._page_set_up(paper, (top, top + 2), 2)

    def _adjustments(self) -> list[Adjustment]:
        """Those that the ledger tells of."""
        told = {leaf for _, leaf in self.found.cells}
        return [item for item in self.set.adjustments if item.id in told]

    def _leaf_places(self, item: Leaf | Adjustment) -> int:
        """Never fewer decimals than the maximum itself has."""
        return max(self.set.printed_points, decimals_needed(item.maximum) or 0)

    def _leaf_width(self, item: Leaf | Adjustment) -> float:
        digits = len(fixed(item.maximum, self._leaf_places(item)))
        return max(_LEAF_WIDTH, digits + 1.5, len(item.id) + 1)

    def _leaf_cell(self, unit: PrintedUnit, column: int, item: Leaf | Adjustment) -> None:
        state, points = self.found.cells.get((unit.unit, item.id), ("not_applicable", None))
        if state not in ("scored", "given") or points is None:
            self._text(self.row, column, self.say("state", state), self.formats.state())
            return
        places = self._leaf_places(item)
        look = self.formats.tight(places, quiet=unit.rank is None)
        self._printed(self.row, column, fixed(_fraction(points), places), look)
