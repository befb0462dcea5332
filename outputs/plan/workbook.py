"""A plan as a workbook to print: targets, tasks, reports, what each unit owes, what has no day.

The same plan and units give the same bytes.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import wrap
from typing import Any, TypeAlias

import xlsxwriter

from criteria.plan.bodies import Bodies
from criteria.plan.instances import instances
from criteria.plan.model import Plan, Report, Task
from criteria.wording import Language, wording
from inputs.obligations import Obligation
from inputs.units import Units
from outputs.plan.looks import PlanFormats
from outputs.plan.words import (
    as_written,
    bound_names,
    day,
    due_days,
    sort_of,
    target_by,
    target_value,
)
from outputs.sheets import A4, set_up_page, sheet_name, text

Cell: TypeAlias = str | int | datetime.date
_NAMED_UNITS = 3
"""Units that a cell names; more are counted."""

_LINE, _HIGHEST = 15, 409
"""Points of one line, and of the highest row that Excel takes."""


def write_plan_workbook(
    plan: Plan,
    bodies: Bodies,
    units: Units,
    owes: Sequence[Obligation],
    path: Path,
    language: Language,
) -> None:
    """Write the five sheets; `owes` are all obligations of the units.

    Raises: OSError or XlsxWriter's FileCreateError when the file cannot be written.
    """
    book = xlsxwriter.Workbook(
        str(path),
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    # The plan's own day instead of the clock: the same plan is the same file.
    signed = datetime.datetime.combine(plan.signed, datetime.time(), datetime.UTC)
    book.set_properties({"title": plan.title, "created": signed})
    whole = _Book(book, PlanFormats(book), plan, bodies, units, owes, language)
    whole.targets()
    whole.tasks()
    whole.reports()
    whole.by_unit()
    whole.undated()
    book.close()


@dataclass(frozen=True)
class _Column:
    """One column of a sheet: its heading (`plan.toml`, `[column]`), its width, its place."""

    key: str
    width: float
    centred: bool = False
    optional: bool = False
    """Left out where no row has anything in it."""


@dataclass(frozen=True)
class _Book:
    """The workbook being written, and what goes in."""

    book: Any
    formats: PlanFormats
    plan: Plan
    bodies: Bodies
    units: Units
    owes: Sequence[Obligation]
    language: Language

    def say(self, key: str, **values: object) -> str:
        return wording("plan", key, self.language, **values)

    @property
    def names(self) -> Mapping[str, str]:
        return {unit.unit: unit.name for unit in self.units}

    # --- the five sheets ----------------------------------------------------------------------

    def targets(self) -> None:
        page = self._page(
            "targets",
            _Column("number", 6, centred=True),
            _Column("target", 52),
            _Column("value", 24, centred=True),
            _Column("binds", 34),
            _Column("by", 16, centred=True),
            _Column("clause", 12, centred=True),
            _Column("note", 36, optional=True),
        )
        for number, target in enumerate(self.plan.targets.values(), start=1):
            page.line(
                number,
                target.title,
                target_value(target, self.language),
                bound_names(target, self.names, self.language),
                target_by(target, self.language),
                target.basis or "",
                target.note or "",
            )
        page.close()

    def tasks(self) -> None:
        page = self._page(
            "tasks",
            _Column("task", 8, centred=True),
            _Column("title", 40),
            _Column("product", 28, optional=True),
            _Column("lead", 24),
            _Column("partners", 26, optional=True),
            _Column("approved_by", 14, optional=True),
            _Column("deadline", 19),
            _Column("due-days", 15, centred=True),
            _Column("clause", 11, centred=True),
        )
        section: str | None = None
        for task in self.plan.tasks:
            if task.section != section:
                section = task.section
                page.banner(self._section(section))
            page.line(
                task.id,
                task.title,
                task.product or "",
                task.lead or "",
                task.partners or "",
                task.approved_by or "",
                as_written(task.deadline, self.language),
                due_days(self.plan, task, self.language),
                task.basis or "",
            )
        page.close(self._nobody())

    def reports(self) -> None:
        page = self._page(
            "reports",
            _Column("task", 18),
            _Column("report", 44),
            _Column("lead", 34),
            _Column("deadline", 34),
            _Column("due-days", 26, centred=True),
            _Column("clause", 12, centred=True),
        )
        for report in self.plan.reports:
            page.line(
                report.id,
                report.title,
                report.lead or "",
                as_written(report.deadline, self.language),
                due_days(self.plan, report, self.language),
                report.basis or "",
            )
        page.close()

    def by_unit(self) -> None:
        page = self._page(
            "units",
            _Column("unit", 32),
            _Column("kind", 11, centred=True),
            _Column("task", 10, centred=True),
            _Column("title", 46),
            _Column("product", 30, optional=True),
            _Column("deadline", 24),
            _Column("due", 13, centred=True),
            _Column("clause", 12, centred=True),
        )
        place = {unit.unit: number for number, unit in enumerate(self.units)}
        names = self.names
        for each in sorted(self.owes, key=lambda owed: (place[owed.unit], owed.span.last)):
            page.line(
                names[each.unit],
                self.say(f"kind.{each.kind}"),
                each.task.id,
                each.task.title,
                (each.task.product or "") if isinstance(each.task, Task) else "",
                as_written(each.task.deadline, self.language),
                each.span.last,
                each.task.basis or "",
            )
        page.close(filtered=True)

    def undated(self) -> None:
        page = self._page(
            "undated",
            _Column("task", 12, centred=True),
            _Column("title", 46),
            _Column("lead", 32),
            _Column("deadline", 36),
            _Column("why", 20, centred=True),
            _Column("units", 30),
            _Column("clause", 12, centred=True),
        )
        for _, task in self.plan.owed():
            if instances(self.plan, task):
                continue
            page.line(
                task.id,
                task.title,
                task.lead or "",
                as_written(task.deadline, self.language),
                self.say(f"sort.{sort_of(task)}"),
                self._owners(task),
                task.basis or "",
            )
        page.close()

    # --- words --------------------------------------------------------------------------------

    def _section(self, section_id: str) -> str:
        section = self.plan.section(section_id)
        if section is None:
            return section_id
        return self.say("workbook.section", id=section.id, title=section.title)

    def _owners(self, task: Task | Report) -> str:
        owners = self.bodies.units(task.lead)
        if len(owners) > _NAMED_UNITS:
            return self.say("calendar.units", count=len(owners))
        return "; ".join(self.names[unit] for unit in owners) or "–"

    def _nobody(self) -> str:
        ids = [task.id for _, task in self.plan.owed() if not self.bodies.units(task.lead)]
        return self.say("workbook.nobody", tasks=", ".join(ids)) if ids else ""

    def _page(self, kind: str, *columns: _Column) -> _Page:
        plan, name = self.plan, self.say(f"sheet.{kind}")
        sheet = self.book.add_worksheet(sheet_name(name, set()))
        set_up_page(sheet, paper=A4, header=(plan.title, name), footer=self.say("workbook.page"))
        key = "workbook.signed" if plan.number is None else "workbook.number"
        signed = self.say(key, number=plan.number, signed=day(plan.signed))
        heading = (self.say(f"heading.{kind}"), plan.title, signed)
        return _Page(sheet, self.formats, heading, columns, self.language)


@dataclass
class _Page:
    """One sheet: its rows are gathered, then written without the columns that stay empty."""

    sheet: Any
    formats: PlanFormats
    heading: tuple[str, str, str]
    """What it is, the plan's title, its number and day."""
    columns: Sequence[_Column]
    language: Language
    rows: list[tuple[Cell, ...] | str] = field(default_factory=list)
    """Cells of a line, or the words of a row across the table."""
    row: int = 0
    """The next free row of the sheet."""

    def banner(self, value: str) -> None:
        """A row across the whole table."""
        self.rows.append(value)

    def line(self, *cells: Cell) -> None:
        self.rows.append(cells)

    def close(self, remark: str = "", *, filtered: bool = False) -> None:
        """Write the sheet; `remark` stands below the table, an empty table says so."""
        kept = self._kept()
        columns = [self.columns[number] for number in kept]
        top = self._head(columns)
        for row in self.rows:
            if isinstance(row, str):
                self.sheet.set_row(self.row, _LINE + 4)
                self._across(row, self.formats.section(), len(columns))
                self.row += 1
            else:
                self._line([row[number] for number in kept], columns)
        if not self.rows:
            none = wording("plan", "workbook.none", self.language)
            self._across(none, self.formats.foot(), len(columns))
            self.row += 1
        elif filtered:
            self.sheet.autofilter(top, 0, self.row - 1, len(columns) - 1)
        if remark:
            self.row += 1
            self.sheet.write_string(self.row, 0, text(remark), self.formats.foot())

    def _kept(self) -> list[int]:
        """Columns that must be there, and those in which something stands."""
        lines = [row for row in self.rows if not isinstance(row, str)]
        return [
            number
            for number, column in enumerate(self.columns)
            if not column.optional or any(line[number] != "" for line in lines)
        ]

    def _head(self, columns: Sequence[_Column]) -> int:
        """Three lines above the table, and its header, which stays in sight; the header's row."""
        formats = self.formats
        title, plan, signed = self.heading
        for value, look, height in (
            (title, formats.title(centred=True), 24),
            (plan, formats.subtitle(centred=True), 20),
            (signed, formats.plain_line(centred=True), 18),
        ):
            self.sheet.set_row(self.row, height)
            self._across(value, look, len(columns))
            self.row += 1
        top = self.row + 1
        self.sheet.set_row(top, 34)
        for number, column in enumerate(columns):
            self.sheet.set_column(number, number, column.width)
            words = wording("plan", f"column.{column.key}", self.language)
            self.sheet.write_string(top, number, words, formats.header())
        self.sheet.freeze_panes(top + 1, 0)
        self.sheet.repeat_rows(top)
        self.sheet.hide_gridlines(2)
        self.row = top + 1
        return top

    def _line(self, cells: Sequence[Cell], columns: Sequence[_Column]) -> None:
        """One row, high enough for what its cells are wrapped to."""
        lines = 1
        for number, (column, cell) in enumerate(zip(columns, cells, strict=True)):
            look = self.formats.centred() if column.centred else self.formats.text()
            match cell:
                case datetime.date():
                    self.sheet.write_datetime(self.row, number, cell, self.formats.day())
                case int():
                    self.sheet.write_number(self.row, number, cell, look)
                case "":
                    self.sheet.write_blank(self.row, number, None, look)
                case str():
                    self.sheet.write_string(self.row, number, text(cell), look)
                    lines = max(lines, _wrapped(cell, column.width))
        self.sheet.set_row(self.row, min(_LINE * lines + 4, _HIGHEST))
        self.row += 1

    def _across(self, value: str, look: Any, width: int) -> None:
        self.sheet.merge_range(self.row, 0, self.row, width - 1, "", look)
        self.sheet.write_string(self.row, 0, text(value), look)


def _wrapped(value: str, width: float) -> int:
    """Lines that a text takes in a column so wide.

    Widths count digits; letters of this font are narrower, so about a tenth more of them fit.
    """
    letters = int(width * 1.08)
    return sum(max(len(wrap(part, letters)), 1) for part in value.split("\n"))
