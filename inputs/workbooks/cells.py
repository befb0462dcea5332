"""One yellow cell, one value (đọc ô nhập): as a table of answers would spell it, or what is wrong.

What a clerk sees is what is read: a formula counts by its result, a number kept as text by its
spelling where that can mean one thing only.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from criteria.exact import decimals_needed, shortest
from criteria.model import CriteriaSet, Input
from criteria.problems import Problem
from inputs.limits import Judgement
from inputs.values import Cell, Fault, Kind, read_date, read_number, read_option, read_yes_no
from inputs.workbooks.entries import FIRST_DAY, LAST_DAY, Entry
from inputs.workbooks.opened import SheetCells, tidy_text

LONGEST_NOTE = 32_767
"""Characters that a cell of Excel holds."""

_NUMERIC = ("count", "amount", "percent", "points", "tally")


@dataclass(frozen=True, slots=True)
class Question:
    """What a cell asks; `name` is how problems call it, `judged` the rules that take its points.

    `years` (first and last, `years_of`) and `today`: what a day is held against.
    """

    name: str
    declared: Input
    entry: Entry | None
    judged: tuple[Judgement, ...] = ()
    years: tuple[int, int] | None = None
    today: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says: `value` as tables of answers spell it, None when blank or faulty."""

    value: str | None
    problems: tuple[Problem, ...] = ()

    @property
    def faulty(self) -> bool:
        return any(not problem.advice for problem in self.problems)


def read_entry(
    sheet: SheetCells, column: str, row: int, question: Question, *, unit: str, criterion: str
) -> Said:
    """The value in a yellow cell."""
    said = _read(sheet, column, row, question)
    problems = tuple(replace(each, unit=unit, criterion=criterion) for each in said.problems)
    return Said(said.value, problems)


def read_note(
    sheet: SheetCells, column: str, row: int, *, unit: str, criterion: str
) -> tuple[str | None, tuple[Problem, ...]]:
    """The text in a yellow cell for evidence, an explanation or a reason; None when blank."""
    spot = f"{column}{row}"
    trouble = sheet.trouble(column, row)
    if trouble is not None:
        return None, (replace(trouble, unit=unit, criterion=criterion),)
    cell = sheet.cell(column, row)
    if cell is None:
        return None, ()
    text = tidy_text(_as_shown(cell))
    if len(text) > LONGEST_NOTE:
        values = {"count": str(len(text)), "limit": str(LONGEST_NOTE)}
        problem = Problem("note-too-long", sheet.place(spot), values, unit, criterion)
        return None, (problem,)
    return text or None, ()


def _as_shown(cell: Cell) -> str:
    if cell.kind is Kind.DATE:
        try:
            return datetime.date.fromisoformat(cell.text).strftime("%d/%m/%Y")
        except ValueError:
            return cell.text
    return f"{cell.text}%" if cell.kind is Kind.PERCENT else cell.text


def _read(sheet: SheetCells, column: str, row: int, question: Question) -> Said:
    spot = f"{column}{row}"
    area = sheet.merged.get(spot)
    if area is not None:
        return Said(None, (Problem("cells-merged", sheet.place(spot), {"range": area}),))
    trouble = sheet.trouble(column, row)
    if trouble is not None:
        return Said(None, (trouble,))
    cell = sheet.cell(column, row)
    if cell is None:
        return Said(None)
    value = _value(cell, question)
    if isinstance(value, Fault):
        values = {"name": question.name, **value.values}
        return Said(None, (Problem(value.code, sheet.place(spot), values),))
    return Said(value, tuple(_advice(sheet, spot, cell, value, question)))


def _value(cell: Cell, question: Question) -> str | Fault:
    declared = question.declared
    if declared.type in _NUMERIC:
        number = read_number(cell, percent=declared.type == "percent")
        if isinstance(number, Fault):
            return number
        fault = _outside(number, question)
        return fault or shortest(number)
    if declared.type == "date":
        day = read_date(cell)
        if isinstance(day, Fault):
            return day
        if not FIRST_DAY <= day <= LAST_DAY:
            years = {"first": str(FIRST_DAY.year), "last": str(LAST_DAY.year)}
            return Fault("date-year-outside", {"value": day.strftime("%d/%m/%Y"), **years})
        return day.isoformat()
    if declared.type == "yes_no":
        flag = read_yes_no(cell)
        if isinstance(flag, Fault):
            return flag
        return "yes" if flag else "no"
    options = declared.options or ()
    option = read_option(cell, options)
    return option if isinstance(option, Fault) else options[option]


def _outside(number: Fraction, question: Question) -> Fault | None:
    """Why a number is not taken; counts are whole, judged points in their steps."""
    entry, value = question.entry, shortest(number)
    if question.declared.type in ("count", "tally") and number.denominator != 1:
        return Fault("count-not-whole", {"value": value})
    if entry is None:
        return None
    limits = {"value": value, "low": shortest(entry.low), "high": shortest(entry.high)}
    if not entry.low <= number <= entry.high:
        code = "points-out-of-range" if question.judged else "value-out-of-range"
        return Fault(code, limits)
    for judged in question.judged:
        if (number / judged.increment).denominator != 1:
            step = {"value": value, "increment": shortest(judged.increment)}
            return Fault("points-off-increment", step)
    places = decimals_needed(number)
    if places is not None and places > entry.decimals:
        return Fault("too-many-decimals", {"value": value, "decimals": str(entry.decimals)})
    return None


def years_of(criteria_set: CriteriaSet) -> tuple[int, int]:
    """The years that a set looks at: its own, and those of its plan before it."""
    plan = criteria_set.plan
    first = criteria_set.year if plan is None else min(plan.starts.year, criteria_set.year)
    return first, criteria_set.year


def _near(day: datetime.date, years: tuple[int, int]) -> bool:
    """Whether a day lies in the years of a plan, or in the one before or after."""
    return years[0] - 1 <= day.year <= years[1] + 1


def _advice(
    sheet: SheetCells, spot: str, cell: Cell, value: str, question: Question
) -> Iterator[Problem]:
    """What is worth a look in a value that was taken."""
    place, values = sheet.place(spot), {"name": question.name, "value": cell.text}
    if spot in sheet.marks.formulas:
        yield Problem("cell-holds-formula", place, values, advice=True)
    declared = question.declared
    if declared.type in _NUMERIC and cell.kind is Kind.TEXT:
        yield Problem("number-as-text", place, values | {"read": value}, advice=True)
    if declared.type == "percent" and 0 < Fraction(value) < 1:
        shown = {"name": question.name, "value": value, "count": "1"}
        yield Problem("percent-looks-like-share", place, shown, advice=True)
    if declared.type == "date":
        day = datetime.date.fromisoformat(value)
        shown = {"name": question.name, "value": day.strftime("%d/%m/%Y")}
        if question.years is not None and not _near(day, question.years):
            about = shown | {"year": str(question.years[1])}
            yield Problem("date-far-from-year", place, about, advice=True)
        elif question.today is not None and day > question.today:
            yield Problem("date-in-future", place, shown, advice=True)
