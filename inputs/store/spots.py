"""Where facts came from (nguồn của số liệu): the cell or line of each row of a frame of facts."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from criteria.problems import Place


def fact_place(file: str, sheet: str | None, cell: str | None) -> Place:
    """The place of a fact; a cell that is only a number is the line of a text file."""
    if sheet is None and cell is not None and cell.isdecimal():
        return Place(file, int(cell))
    return Place(file, sheet=sheet, cell=cell)


@dataclass(frozen=True, eq=False)
class FactSpots:
    """The places of the rows of a frame with `file`, `sheet` and `cell`."""

    facts: pl.DataFrame

    def at(self, row: int, position: int = 0) -> Place:
        """The place of a row; a fact has one cell, whatever its column."""
        facts = self.facts
        return fact_place(facts["file"][row], facts["sheet"][row], facts["cell"][row])
