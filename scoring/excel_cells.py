"""Cells of a calculation sheet (trang tính): one small formula a row, each with its value.

The sheet is collected here and written elsewhere.  A formula is kept with the value that it has
for the answers at hand, worked out in Python by the same operation, so that a workbook shows the
right numbers before anything recalculates it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, TypeAlias

CellValue: TypeAlias = int | bool | str | Fraction
"""What a cell holds; the empty text is nothing."""

LIMIT: Final = 10**15 - 1
"""Excel compares and shows 15 digits: whole numbers up to here are told apart everywhere."""

TOO_LARGE: Final = "too_large"
"""What a cell holds instead of a number beyond `LIMIT`."""

LABELS: Final = (
    "sum",
    "product",
    "value",
    "comparison",
    "condition",
    "state",
    "numerator",
    "denominator",
    "absolute",
    "sign",
    "quotient",
    "remainder",
    "billionths",
    "rounded",
    "exact",
    "points",
    "maximum",
    "open",
    "index",
    "printed",
    "scaled",
)
"""Labels that rows may have beside names of columns; the writer of the workbook words them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell by its absolute reference with sheet (or a constant by its text), and its value."""

    ref: str
    value: CellValue


@dataclass(frozen=True, slots=True)
class CalcRow:
    """A row to be written: `label` in column A, the formula in B; a heading has no formula."""

    row: int
    label: str
    formula: str = ""
    value: CellValue = ""

    @property
    def is_heading(self) -> bool:
        return not self.formula


@dataclass
class CalcSheet:
    """Collects formulas and hands out their cells, from row 1 down."""

    name: str = "Cách tính"
    rows: list[CalcRow] = field(default_factory=list)
    _known: dict[str, Cell] = field(default_factory=dict)
    _own: str = ""
    """How references to this sheet begin; inside the sheet they are written short."""

    def __post_init__(self) -> None:
        self._own = f"{sheet_reference(self.name)}$B$"

    def heading(self, text: str) -> None:
        """A row of text above the rows that follow."""
        self.rows.append(CalcRow(len(self.rows) + 1, text))

    def put(self, formula: str, value: CellValue, label: str = "") -> Cell:
        """The cell of a formula (without `=`); one that is there already is used again."""
        short = formula.replace(self._own, "B")
        there = self._known.get(short)
        if there is not None:
            return there
        row = len(self.rows) + 1
        self.rows.append(CalcRow(row, label, short, value))
        cell = Cell(f"{self._own}{row}", value)
        self._known[short] = cell
        return cell


def sheet_reference(name: str) -> str:
    """A sheet's name as references begin: `'Cách tính'!`."""
    return "'" + name.replace("'", "''") + "'!"


def constant(value: int | bool | str) -> Cell:
    """A constant in the place of a cell."""
    return Cell(literal(value), value)


def literal(value: int | bool | str) -> str:
    """A constant as formulas spell it; a text literal holds at most 255 characters."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    pieces = [value[at : at + 120] for at in range(0, len(value), 120)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
