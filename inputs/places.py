"""Where an answer stood: found when asked for, so that millions of cells cost nothing till then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from criteria.problems import Place


class HasPlaces(Protocol):
    """Rows that know where they stand: those of a table (`tables.Spots`), or facts of the store."""

    def at(self, row: int, position: int = 0) -> Place: ...


@dataclass(frozen=True, eq=False)
class Stand:
    """The rows of one table that speak of one column of facts; `filled`: which say something."""

    spots: HasPlaces
    position: int
    units: pl.Series
    rows: pl.Series
    filled: pl.Series | None


@dataclass(frozen=True, eq=False)
class Places:
    """Callable (unit, column) -> place of the answer; a blank cell has a place, silence has none.

    `column` is an input, an option's column (`citizens:4`), a tally (its first place), one of the
    `tasks:` columns, or one that holds decisions on a leaf.
    """

    numbers: Mapping[str, int]
    stands: Mapping[str, tuple[Stand, ...]]
    tasks: Mapping[str, Place] = field(default_factory=dict)
    _found: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict, repr=False)

    def __call__(self, unit: str, column: str) -> Place | None:
        number = self.numbers.get(unit)
        if number is None:
            return None
        if column.startswith("tasks:"):
            return self.tasks.get(unit)
        if column not in self._found:
            self._found[column] = self._index(column)
        found = self._found[column].get(number)
        if found is None:
            return None
        stand = self.stands[column][found[0]]
        return stand.spots.at(int(stand.rows[found[1]]), stand.position)

    def _index(self, column: str) -> dict[int, tuple[int, int]]:
        """For each unit number, the stand and its row; the first filled one, else a blank one."""
        filled: dict[int, tuple[int, int]] = {}
        blank: dict[int, tuple[int, int]] = {}
        for which, stand in enumerate(self.stands.get(column, ())):
            says = None if stand.filled is None else stand.filled.to_list()
            for at, number in enumerate(stand.units.to_list()):
                index = filled if says is None or says[at] else blank
                index.setdefault(number, (which, at))
        return blank | filled
