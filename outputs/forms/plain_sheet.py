"""A worksheet that takes formulas as they are (trang tính), for forms with thousands of them."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import CellFormulaTuple, Worksheet


class PlainSheet(Worksheet):  # type: ignore[misc]
    """XlsxWriter's sheet, without its search for names of newer functions in every formula.

    Ours use none; and a text in a formula that happens to hold `SORT(` must stay a text.
    """

    def write_formula(
        self, row: int, col: int, formula: str, cell_format: Any = None, value: Any = 0
    ) -> int:
        """Write a formula, without its `=`, and the value that it has."""
        if self._check_dimensions(row, col):
            raise IndexError((row, col))
        self.table[row][col] = CellFormulaTuple(formula, cell_format, value)
        return 0
