"""Cells held against each other (đối chiếu số liệu): `at_most`, and tallies that are only begun.

The same rules as for tables of answers (`inputs/set_reading.py`), told before anything is kept, so
that what enters the store never stops a scoring.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction

from criteria.exact import shortest
from criteria.model import CriteriaSet
from criteria.problems import Place, Problem


def between_cells(
    criteria_set: CriteriaSet,
    values: Mapping[str, str | None],
    places: Mapping[str, Place],
    doubtful: Collection[str],
) -> Iterator[tuple[tuple[str, ...], Problem | None]]:
    """Columns that must be read as blank, and why (None: told already).

    `values` by column of facts, as tables of answers spell them; `doubtful`: not taken as typed.
    """
    for name, declared in criteria_set.inputs.items():
        if declared.type == "tally":
            yield from _tally(name, declared.options or (), values, places, doubtful)
        elif declared.at_most is not None:
            yield from _at_most(criteria_set, name, declared.at_most, values, places)


def _tally(
    name: str,
    options: tuple[str, ...],
    values: Mapping[str, str | None],
    places: Mapping[str, Place],
    doubtful: Collection[str],
) -> Iterator[tuple[tuple[str, ...], Problem | None]]:
    columns = tuple(f"{name}:{option}" for option in options)
    asked = tuple(column for column in columns if column in values)
    blank = [column for column in asked if values[column] is None]
    if not blank or len(blank) == len(asked):
        return
    told = any(column in doubtful for column in asked)
    first = blank[0]
    problem = None
    if not told and first in places:
        shown = ", ".join(f"`{column.partition(':')[2]}`" for column in blank)
        problem = Problem("tally-options-blank", places[first], {"options": shown})
    yield (first, *(column for column in asked if column != first)), problem


def _at_most(
    criteria_set: CriteriaSet,
    name: str,
    other: str,
    values: Mapping[str, str | None],
    places: Mapping[str, Place],
) -> Iterator[tuple[tuple[str, ...], Problem | None]]:
    value, limit = values.get(name), values.get(other)
    if value is None or limit is None or name not in places:
        return
    inputs = criteria_set.inputs
    dates = inputs[name].type == "date"
    if value <= limit if dates else Fraction(value) <= Fraction(limit):
        return
    show = _day if dates else _number
    shown = {
        "name": inputs[name].title,
        "value": show(value),
        "other": inputs[other].title,
        "limit": show(limit),
        "where": places[other].cell or "-" if other in places else "-",
    }
    yield (name,), Problem("more-than-at-most", places[name], shown)


def _day(value: str) -> str:
    return datetime.date.fromisoformat(value).strftime("%d/%m/%Y")


def _number(value: str) -> str:
    return shortest(Fraction(value))
