"""From checked answers to facts of the store (ghi số liệu): plainly spelled, with cells."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from criteria.exact import shortest
from criteria.model import Input
from criteria.problems import Place
from inputs.facts import EPOCH, STATUS, Facts
from inputs.store.facts import Decision, Fact, input_subject
from inputs.store.hands import columns_of

_STATUSES: dict[int, Decision] = {
    STATUS["refused"]: "refused",
    STATUS["not_applicable"]: "not_applicable",
}


def recorded(facts: Facts) -> Iterator[tuple[Place, Fact]]:
    """A fact for every answer of a set that was reported, refused or decided not applicable, and
    where it stood.

    A blank is silence and takes nothing back.  Answers marked as pending are not told: whether a
    leaf is pending follows from what was decided on it.
    """
    units = facts.frame["unit"].to_list()
    for name, declared in facts.set.inputs.items():
        marks = f"status:{name}"
        codes = facts.frame[marks].to_list() if marks in facts.frame.columns else [0] * len(units)
        spell = _spelling(declared, facts.scales.get(name, 0))
        for column in columns_of(facts.set, name):
            for unit, value, code in zip(units, facts.frame[column].to_list(), codes, strict=True):
                status = _STATUSES.get(code)
                if value is None and status is None:
                    continue
                place = facts.place(unit, column) or facts.place(unit, name)
                assert place is not None  # what was reported stood somewhere
                yield (
                    place,
                    Fact(
                        unit=unit,
                        subject=input_subject(column),
                        value=None if value is None else spell(value),
                        status=status,
                        reason=facts.reasons.get((unit, name)),
                        sheet=place.sheet,
                        cell=str(place.line) if place.cell is None else place.cell,
                    ),
                )


def _spelling(declared: Input, scale: int) -> Callable[[Any], str]:
    """How a value of the frame is spelled in the store."""
    match declared.type:
        case "date":
            return lambda days: (EPOCH + datetime.timedelta(days=days)).isoformat()
        case "yes_no":
            return lambda yes: "yes" if yes else "no"
        case "choice":
            options = declared.options or ()
            return lambda position: options[position]
        case _:
            return lambda number: shortest(Fraction(number, 10**scale))
