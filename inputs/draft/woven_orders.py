"""In which order the lines of a row of cells come, by how many lines each cell has.

Cells are set in the middle of their row; lines come by height, then from left to right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import product
from typing import Literal, TypeAlias

Column: TypeAlias = Literal["number", "title", "lead", "partners", "deadline"]
COLUMNS: tuple[Column, ...] = ("number", "title", "lead", "partners", "deadline")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of print: its column, whether its cell begins or ends with it."""

    column: Column
    begins: bool
    ends: bool


@dataclass
class Orders:
    """Orders of lines as a tree, so that what begins alike is tried once."""

    following: dict[Line, Orders] = field(default_factory=dict)
    whole: bool = False

    def add(self, lines: Iterable[Line]) -> None:
        at = self
        for line in lines:
            at = at.following.setdefault(line, Orders())
        at.whole = True


@cache
def task_orders() -> Orders:
    orders = Orders()
    for counts in product(range(1, 10), range(1, 10), range(0, 10), range(0, 7)):
        orders.add(_centred((1, *counts)))
    return orders


@cache
def section_orders() -> Orders:
    orders = Orders()
    for count in range(1, 4):
        orders.add(_centred((1, count, 0, 0, 0)))
    return orders


@cache
def upper_orders() -> Orders:
    orders = Orders()
    for counts in product(range(1, 6), range(1, 6), range(0, 6), range(0, 5)):
        for ends in product((False, True), repeat=4):
            if not all(ends):
                orders.add(_from_top((1, *counts), (True, *ends)))
    return orders


@cache
def lower_orders() -> Orders:
    orders = Orders()
    for counts in product(range(0, 7), repeat=4):
        if any(counts):
            orders.add(_centred((0, *counts), overleaf=True))
    return orders


def still_open(lines: Sequence[Line]) -> frozenset[Column]:
    """The columns whose cells go on after these lines."""
    return frozenset({each.column for each in lines} - {each.column for each in lines if each.ends})


def _centred(counts: Sequence[int], overleaf: bool = False) -> list[Line]:
    """Lines by height, then from left to right; each cell in the middle of the row."""
    placed = [
        (
            2 * line - count + 1,
            at,
            Line(COLUMNS[at], line == 0 and not overleaf, line == count - 1),
        )
        for at, count in enumerate(counts)
        for line in range(count)
    ]
    return [line for _, _, line in sorted(placed, key=lambda each: each[:2])]


def _from_top(counts: Sequence[int], ends: Sequence[bool]) -> list[Line]:
    """Lines of cells that begin at the top of a row; `ends`: whether the cell is whole."""
    placed = [
        (line, at, Line(COLUMNS[at], line == 0, line == count - 1 and ends[at]))
        for at, count in enumerate(counts)
        for line in range(count)
    ]
    return [line for _, _, line in sorted(placed, key=lambda each: each[:2])]
