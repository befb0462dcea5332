"""Calculation sheets of generated and of real sets, and what the engine says of the same units."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from criteria.exact import scaled_half_up
from criteria.load import load_set
from criteria.model import CriteriaSet, Input, leaves_of
from criteria.packs import load_pack
from criteria.plan.load import load_plan
from inputs.answers import take_in
from inputs.facts import Facts, UnitAnswers, facts_of
from inputs.illustrative import illustrative_answers, write_answers_csv
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.limits import range_of
from inputs.units import read_units
from inputs.work import WorkFiles
from scoring.best import best_of_group
from scoring.excel_cells import CalcSheet, Cell, CellValue, constant
from scoring.excel_columns import Entry, entry_columns, limits_of, scale_of
from scoring.excel_terms import ExcelLeaf, excel_leaf
from scoring.excel_totals import ExcelTotals, excel_totals
from scoring.ledger import LeafResult, leaf_results
from scoring.lower import LeafTerms, lower_leaf
from scoring.reader import Reader
from scoring.score import Scores, score_set


@dataclass(frozen=True)
class Sheet:
    """One unit's sheet: entries by column, in the order of the rows of the input sheet."""

    inputs: str
    entries: Mapping[str, Entry]
    calc: CalcSheet
    leaves: Mapping[str, ExcelLeaf]
    sums: ExcelTotals | None = None

    @property
    def totals(self) -> ExcelTotals:
        assert self.sums is not None
        return self.sums


@dataclass(frozen=True)
class Book:
    """A set compiled once; `scores`: what the engine says of the same units."""

    set: CriteriaSet
    facts: Facts
    scores: Scores
    terms: Mapping[str, LeafTerms]
    results: Mapping[str, Sequence[LeafResult]]

    def sheet(self, row: int, *, bounded: bool = False, name: str = "") -> Sheet:
        """The sheet of the unit at a row; `bounded`: the form declares bounds of its numbers."""
        line = self.facts.frame.row(row, named=True)
        return make_sheet(self.set, self.facts, self.terms, line, bounded=bounded, name=name)


def book_of(facts: Facts) -> Book:
    """The set of the facts, lowered for forms, and scored."""
    scores = score_set(facts)
    best = best_of_group(facts, frozenset())
    scales = scales_of(facts)
    terms = {
        item.id: lower_leaf(item, Reader(facts.set, scales, best.get(item.id, {})), frozenset())
        for item in facts.set.items
    }
    results = {term.item.id: leaf_results(scores, term) for term in scores.terms}
    return Book(facts.set, facts, scores, terms, results)


def scales_of(facts: Facts) -> dict[str, int]:
    return {
        name: scale_of(facts.set.inputs[name], decimals) for name, decimals in facts.scales.items()
    }


def reported(criteria_set: CriteriaSet, units: Sequence[UnitAnswers]) -> Facts:
    """The facts of units whose answers are all simply reported, as in a form."""
    return facts_of(
        criteria_set, [replace(unit, statuses={}, decided={}, given={}) for unit in units]
    )


def make_sheet(
    criteria_set: CriteriaSet,
    facts: Facts,
    terms: Mapping[str, LeafTerms],
    line: Mapping[str, Any],
    *,
    bounded: bool,
    name: str,
) -> Sheet:
    calc, inputs = CalcSheet(f"Cách tính{name}"), f"Tự chấm{name}"
    entries: dict[str, Entry] = {}
    columns: dict[str, Cell] = {}
    limits: dict[str, tuple[int, int]] = {}
    for of, declared in criteria_set.inputs.items():
        names = [f"{of}:{o}" for o in declared.options or ()]
        names = names if declared.type == "tally" else [of]
        decimals = facts.scales.get(of, 0)
        own = {}
        for column in names:
            value = _entered(declared, line[column], decimals)
            own[column] = Entry(f"'{inputs}'!$C${len(entries) + len(own) + 1}", value)
        entries |= own
        low, high = range_of(declared)
        if bounded and declared.type not in ("date", "choice", "yes_no"):
            low = Fraction(-(10**9)) if low is None else low
            high = Fraction(10**9) if high is None else high
        columns |= entry_columns(calc, of, declared, own, decimals=decimals, low=low, high=high)
        limits |= limits_of(of, declared, decimals=decimals, low=low, high=high)
    for column, value in line.items():
        if column.startswith("tasks:"):
            columns[column], limits[column] = constant(value), (0, 10**6)
    flags = {column: bool(value) for column, value in line.items() if column.startswith("has:")}
    leaves = {}
    for item_id, term in terms.items():
        calc.heading(item_id)
        leaves[item_id] = excel_leaf(
            calc,
            term,
            columns,
            flags,
            limits,
            criteria_set.printed_points,
            rounded=criteria_set.rounding.points,
        )
    return Sheet(inputs, entries, calc, leaves, excel_totals(calc, criteria_set, leaves))


def _entered(declared: Input, value: Any, scale: int) -> Any:
    """The facts' value as it stands in the input cell."""
    if value is None or declared.type == "yes_no":
        return value
    match declared.type:
        case "date":
            return datetime.date(1970, 1, 1) + datetime.timedelta(value)
        case "choice":
            return (declared.options or ())[value]
        case _:
            return Fraction(value, 10**scale)


# --- what must come out -------------------------------------------------------------------------


def expected(book: Book, row: int, sheet: Sheet) -> dict[str, object]:
    """By name, what the engine says; what a too large leaf leaves open is not named."""
    places, index = book.set.printed_points, book.set.rounding.index
    wanted: dict[str, object] = {}
    large = {name for name, leaf in sheet.leaves.items() if leaf.state.value == "too_large"}
    for name in sheet.leaves:
        result = book.results[name][row]
        points = result.points
        if name in large:
            continue
        wanted[f"{name} state"] = result.state
        wanted[f"{name} points"] = (
            "" if points is None else Fraction(scaled_half_up(points, places), 10**places)
        )
        points = points or Fraction(0)
        wanted[f"{name} nanos"] = abs(points) * 10**9 // 1
        wanted[f"{name} exact"] = (points * 10**9).denominator == 1
    line = book.scores.frame.row(row, named=True)
    ids = {leaf.id for leaf in book.set.leaves}
    for field in book.set.fields:
        under = {leaf.id for leaf in leaves_of(field)}
        if not under & large:
            wanted[f"field {field.id}"] = Fraction(line[f"field:{field.id}"], 10**places)
            full = [book.results[name][row].maximum for name in under]
            wanted[f"maximum {field.id}"] = sum((m for m in full if m is not None), Fraction(0))
    if not ids & large:
        wanted["points"] = Fraction(line["points"], 10**places)
        wanted["maximum"] = Fraction(line["maximum"], 10**9)
    if not large:
        wanted["index"] = "" if line["index"] is None else Fraction(line["index"], 10**index)
    return wanted


def cells(sheet: Sheet) -> dict[str, tuple[Cell, ...]]:
    """The cells that must hold what `expected` names: one, or both ends of an error."""
    found: dict[str, tuple[Cell, ...]] = {}
    for name, leaf in sheet.leaves.items():
        found[f"{name} state"] = (leaf.state,)
        found[f"{name} points"] = (leaf.points,)
        found[f"{name} nanos"] = (leaf.nanos,)
        found[f"{name} exact"] = (leaf.exact,)
    totals = sheet.totals
    for name, printed in totals.fields.items():
        found[f"field {name}"] = (printed.low, printed.high)
        found[f"maximum {name}"] = (totals.maxima[name].low, totals.maxima[name].high)
    for name in ("points", "maximum", "index"):
        printed = getattr(totals, name)
        found[name] = (printed.low, printed.high)
    return found


# --- workbooks ----------------------------------------------------------------------------------


def write_book(path: Path, sheets: Sequence[Sheet], cached: float | None = None) -> None:
    """A workbook of the sheets of some units; `cached`: a wrong value for every formula."""
    with xlsxwriter.Workbook(path) as book:
        for sheet in sheets:
            inputs = book.add_worksheet(sheet.inputs)
            for row, entry in enumerate(sheet.entries.values()):
                shown = typed(entry.value)
                if shown is not None:
                    inputs.write(row, 2, shown)
            calc = book.add_worksheet(sheet.calc.name)
            for each in sheet.calc.rows:
                calc.write_string(each.row - 1, 0, each.label)
                if not each.is_heading:
                    value = cached if cached is not None else as_written(each.value)
                    calc.write_formula(each.row - 1, 1, f"={each.formula}", None, value)


def typed(value: Any) -> float | str | None:
    """What a person types for an answer."""
    match value:
        case None:
            return None
        case bool():
            return "Có" if value else "Không"
        case datetime.date():
            return float((value - datetime.date(1899, 12, 30)).days)
        case str():
            return value
        case _:
            return float(value)


def as_written(value: CellValue) -> float | bool | str:
    return value if isinstance(value, bool | str) else float(value)


def read_calc(path: Path, sheet: Sheet) -> dict[int, Any]:
    """The values of the calculation sheet by row."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet.calc.name)
    table = rows.to_python(skip_empty_area=False)
    return {at: row[1] if len(row) > 1 else "" for at, row in enumerate(table, start=1)}


# --- packs --------------------------------------------------------------------------------------


def pack_facts(name: str, folder: Path) -> list[Facts]:
    """The facts of every set of a pack, on its published or on generated answers."""
    pack = load_pack(name)
    units, sets = read_units(pack.units), [load_set(path) for path in pack.sets]
    answers, progress = pack.answers, None
    if answers is None:
        answers = folder / "answers.csv"
        rows = [row for each in sets for row in illustrative_answers(each, units, 3)]
        write_answers_csv(answers, rows)
    if pack.plan is not None:
        progress = folder / "progress.csv"
        write_progress_csv(progress, illustrative_progress(load_plan(pack.plan), units, 3))
    work = WorkFiles(progress=progress)
    return list(take_in([answers], units, sets, work).facts.values())
