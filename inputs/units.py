"""The units (đơn vị) that are scored: who they are, in which group, with which attributes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from string import ascii_uppercase
from typing import Final

from criteria.model import CriteriaSet
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from inputs.facts import Source
from inputs.headers import SPELLINGS, nearest
from inputs.tables import Column, Table, read_table
from inputs.values import Cell, Fault, read_yes_no

_OWN_COLUMNS: Final = ("unit", "name", "group", "parent", "ranked")


@dataclass(frozen=True, slots=True)
class Unit:
    """One body that is scored.

    `attributes` holds the yes/no attributes that it states, `texts` every other column.
    """

    unit: str
    name: str
    group: str
    parent: str | None = None
    ranked: bool = True
    attributes: Mapping[str, bool] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    place: Place = field(default_factory=lambda: Place("-"))


@dataclass(frozen=True)
class Units:
    """All units of a file, in its order.

    `attributes`: for every column of the file's own, its spelling there, whether it is yes/no, and
    the place of the first cell that is not.
    """

    units: tuple[Unit, ...]
    source: Source
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    """Advice only; a file with faults gives no units at all."""

    def __iter__(self) -> Iterator[Unit]:
        return iter(self.units)

    def __len__(self) -> int:
        return len(self.units)

    @cached_property
    def by_id(self) -> Mapping[str, Unit]:
        return {unit.unit: unit for unit in self.units}

    def of_group(self, group: str) -> tuple[Unit, ...]:
        """The units of a group, in the order of the file."""
        return tuple(unit for unit in self.units if unit.group == group)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column of the units' file beyond the standard ones; `odd` is its first cell that is no
    yes/no, as quoted text with its place."""

    name: str
    head: Place
    odd: tuple[str, Place] | None = None


def read_units(path: Path) -> Units:
    """Read the list of units: `unit,name,group`, optional `parent`, `ranked`, attribute columns.

    Raises: ProblemsFound with every fault of the file.
    """
    table = read_table(path)
    problems = list(table.problems)
    needed = [table.column(name) for name in ("unit", "name", "group")]
    for name, column in zip(("unit", "name", "group"), needed, strict=True):
        if column is None:
            problems.append(column_missing(table, name))
    identity, title, group = needed
    if identity is None or title is None or group is None:
        raise ProblemsFound(problems)
    parent, ranked = table.column("parent"), table.column("ranked")
    own = [c for c in table.columns if c.standard not in _OWN_COLUMNS]
    attributes = {column.name: _attribute(table, column) for column in own}

    units: list[Unit] = []
    first: dict[str, Place] = {}
    titles, groups = title.texts().to_list(), group.texts().to_list()
    parents = parent.texts().to_list() if parent else [None] * table.height
    flags = ranked.cells if ranked else [None] * table.height
    for row, unit_id in enumerate(identity.texts().to_list()):
        place = table.spots.at(row, identity.position)
        if not unit_id:
            problems.append(Problem("unit-id-missing", place))
            continue
        if unit_id in first:
            values = {"value": unit_id, "first": str(first[unit_id])}
            problems.append(Problem("unit-twice", place, values, unit=unit_id))
            continue
        first[unit_id] = place
        for column, texts in ((title, titles), (group, groups)):
            if not texts[row]:
                spot = table.spots.at(row, column.position)
                values = {"column": column.name}
                problems.append(Problem("unit-cell-blank", spot, values, unit=unit_id))
        if parent is not None and parents[row] == unit_id:
            spot = table.spots.at(row, parent.position)
            problems.append(Problem("unit-own-parent", spot, unit=unit_id))
        is_ranked = True
        if ranked is not None and (cell := flags[row]) is not None:
            read = read_yes_no(cell)
            if isinstance(read, Fault):
                if read.code:
                    spot = table.spots.at(row, ranked.position)
                    values = {"name": ranked.name, **read.values}
                    problems.append(Problem(read.code, spot, values, unit=unit_id))
            else:
                is_ranked = read
        units.append(
            Unit(
                unit=unit_id,
                name=titles[row] or unit_id,
                group=groups[row] or "",
                parent=parents[row] or None,
                ranked=is_ranked,
                attributes=_flags(own, attributes, row),
                texts=_texts(own, attributes, row),
                place=place,
            )
        )
    stop_if_any(problems)
    source = Source(table.spots.file, table.sha256)
    return Units(tuple(units), source, attributes, tuple(problems))


def attribute_problems(units: Units, sets: Sequence[CriteriaSet]) -> list[Problem]:
    """What `applies_to` of the sets asks for and the units do not say."""
    problems: list[Problem] = []
    for criteria_set in sets:
        for name in criteria_set.attributes:
            attribute = units.attributes.get(name)
            members = units.of_group(criteria_set.group)
            if attribute is None:
                values = {"name": name, "near": nearest(name, list(units.attributes))}
                place = Place(units.source.file)
                problem = Problem("attribute-missing", place, values, set=criteria_set.id)
            elif attribute.odd is not None:
                values = {"name": name, "value": attribute.odd[0]}
                problem = Problem(
                    "attribute-not-yes-no", attribute.odd[1], values, set=criteria_set.id
                )
            else:
                problems += [
                    Problem(
                        "attribute-blank",
                        _beside(unit.place, attribute.head),
                        {"name": name},
                        unit=unit.unit,
                    )
                    for unit in members
                    if name not in unit.attributes
                ]
                continue
            if members:
                problems.append(problem)
    return problems


def column_missing(table: Table, standard: str) -> Problem:
    """The problem that a table lacks one of its columns."""
    found = [column.name for column in table.columns][:12]
    values = {
        "name": standard,
        "other": SPELLINGS[standard][-1] if standard in SPELLINGS else standard,
        "found": ", ".join(f"`{name}`" for name in found) or "-",
    }
    return Problem("column-missing", table.spots.head(), values)


def _beside(row: Place, head: Place) -> Place:
    """The cell in the row of one place and the column of another."""
    if row.cell is None or head.cell is None:
        return row
    letters, number = head.cell.rstrip("0123456789"), row.cell.lstrip(ascii_uppercase)
    return Place(row.file, sheet=row.sheet, cell=f"{letters}{number}")


def _attribute(table: Table, column: Column) -> Attribute:
    odd = next(
        (
            (cell.text, table.spots.at(row, column.position))
            for row, cell in enumerate(column.cells)
            if cell is not None and isinstance(read_yes_no(cell), Fault)
        ),
        None,
    )
    return Attribute(column.name, table.spots.head(column.position), odd)


def _flags(own: list[Column], attributes: Mapping[str, Attribute], row: int) -> dict[str, bool]:
    flags: dict[str, bool] = {}
    for column in own:
        cell = column.cells[row]
        if cell is not None and attributes[column.name].odd is None:
            flag = read_yes_no(cell)
            assert isinstance(flag, bool)  # no odd cell in this column
            flags[column.name] = flag
    return flags


def _texts(own: list[Column], attributes: Mapping[str, Attribute], row: int) -> dict[str, str]:
    return {
        column.name: _text(column.cells[row])
        for column in own
        if attributes[column.name].odd is not None and column.cells[row] is not None
    }


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text
