"""How cells of a unit's workbook are written (ghi ô): typed text as text, formulas with values."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from inputs.workbooks.form import NO, YES
from outputs.forms.self_filled import Value
from outputs.forms.self_words import say
from outputs.sheets import text
from scoring.excel_cells import Cell, CellValue, literal
from scoring.excel_terms import ExcelLeaf
from scoring.excel_totals import Printed

FREE = {
    "select_locked_cells": True,
    "select_unlocked_cells": True,
    "format_columns": True,
    "format_rows": True,
}
"""What the courtesy lock of a sheet leaves open."""


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula without `=`, and its value."""

    text: str
    value: CellValue


def column(letter: str) -> int:
    """The number of a column, counted from 0."""
    return ord(letter) - ord("A")


def put_text(sheet: Any, row: int, letter: str, value: str, look: Any) -> None:
    """A text, never a formula; `row` as people count."""
    if value:
        sheet.write_string(row - 1, column(letter), text(value), look)
    else:
        sheet.write_blank(row - 1, column(letter), None, look)


def put_number(sheet: Any, row: int, letter: str, value: Fraction | int, look: Any) -> None:
    sheet.write_number(row - 1, column(letter), float(value), look)


def put_formula(sheet: Any, row: int, letter: str, formula: Formula, look: Any) -> None:
    value = stored(formula.value)
    sheet.write_formula(row - 1, column(letter), formula.text, look, value)


def put_value(sheet: Any, row: int, letter: str, value: Value, look: Any) -> None:
    """What somebody typed, as the cell holds it; None is blank."""
    match value:
        case bool():
            put_text(sheet, row, letter, YES if value else NO, look)
        case str():
            put_text(sheet, row, letter, value, look)
        case datetime.date():
            sheet.write_datetime(row - 1, column(letter), value, look)
        case int() | Fraction():
            put_number(sheet, row, letter, value, look)
        case None:
            sheet.write_blank(row - 1, column(letter), None, look)


def stored(value: CellValue) -> bool | int | float | str:
    """A value as the file holds it."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else float(value)
    return value


def entered(value: Value) -> CellValue:
    """What a formula sees that repeats a cell with that value."""
    match value:
        case bool():
            return YES if value else NO
        case datetime.date():
            return (value - datetime.date(1899, 12, 30)).days
        case None:
            return ""
        case _:
            return value


def points_shown(leaf: ExcelLeaf | None, *, relative: bool) -> Formula:
    """The points of a leaf in the unit's hands, or a word in their place."""
    if leaf is None:
        word = say("points.best" if relative else "points.later")
        return Formula(literal(word), word)
    shown = Formula(leaf.points.ref, leaf.points.value)
    for state, key in (("not_applicable", "none"), ("too_large", "later")):
        if leaf.may_be(state):
            shown = _where(leaf.state, state, say(f"points.{key}"), shown)
    return shown


def state_shown(leaf: ExcelLeaf) -> Formula:
    """The state of a leaf in words."""
    shown = Formula(literal(say("state.scored")), say("state.scored"))
    for state in ("missing", "not_applicable", "too_large"):
        if leaf.may_be(state):
            shown = _where(leaf.state, state, say(f"state.{state}"), shown)
    return shown


def _where(state: Cell, name: str, word: str, otherwise: Formula) -> Formula:
    formula = f"IF({state.ref}={literal(name)},{literal(word)},{otherwise.text})"
    return Formula(formula, word if state.value == name else otherwise.value)


def certain(printed: Printed) -> Formula:
    """A sum where it is certain to the last printed digit, else that it is worked out later."""
    low, high = printed.low, printed.high
    if low.ref == high.ref:
        return Formula(low.ref, low.value)
    word = say("points.later")
    value = low.value if low.value == high.value else word
    return Formula(f"IF({low.ref}={high.ref},{low.ref},{literal(word)})", value)


def digits(places: int) -> str:
    """The number format of points with so many decimals."""
    return "0" + ("." + "0" * places if places else "")
