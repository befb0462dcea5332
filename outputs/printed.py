"""The printed ranking (bảng xếp hạng): every number as the decision prints it.

One table for `scores.csv`, the terminal and the workbook, so that they cannot differ.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from criteria.assessment.model import Stage
from criteria.exact import fixed_from_scaled, shortest
from criteria.model import CriteriaSet, Grade
from outputs.collation import Key, vietnamese_key
from scoring.score import Scores
from scoring.terms import NANO


@dataclass(frozen=True, slots=True)
class PrintedUnit:
    """One line of a ranking; numbers are texts with a decimal point, empty where there is none."""

    group: str
    rank: int | None
    unit: str
    name: str
    points: str
    maximum: str
    index: str
    grade: str
    status: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class PrintedGroup:
    """The ranking of one group: ranked units by rank and name, then the others by name."""

    set: CriteriaSet
    generated: bool
    units: tuple[PrintedUnit, ...]
    as_of: datetime.date | None = None
    """The day on which work of the plan was counted; None: the whole year."""
    stage: Stage | None = None
    """The stage that was scored; None: tables alone."""


def printed_groups(several: Iterable[Scores]) -> tuple[PrintedGroup, ...]:
    """The rankings of all scored sets, in the order of their groups' ids."""
    return tuple(printed_group(s) for s in sorted(several, key=lambda s: s.facts.set.group))


def printed_group(scores: Scores) -> PrintedGroup:
    """The ranking of one set."""
    criteria_set = scores.facts.set
    fields = [field.id for field in criteria_set.fields]
    points = criteria_set.printed_points
    units = [
        PrintedUnit(
            group=criteria_set.group,
            rank=row["rank"],
            unit=row["unit"],
            name=row["name"],
            points=fixed_from_scaled(row["points"], points),
            maximum=shortest(Fraction(row["maximum"], NANO)),
            index=_optional(row["index"], criteria_set.rounding.index),
            grade=row["grade"] or "",
            status=row["status"],
            fields={name: fixed_from_scaled(row[f"field:{name}"], points) for name in fields},
        )
        for row in scores.frame.iter_rows(named=True)
    ]
    facts = scores.facts
    return PrintedGroup(
        criteria_set,
        facts.generated,
        tuple(sorted(units, key=_order)),
        facts.as_of,
        facts.stage,
    )


def _order(unit: PrintedUnit) -> tuple[bool, int, Key, str]:
    return unit.rank is None, unit.rank or 0, vietnamese_key(unit.name), unit.unit


def _optional(scaled: int | None, places: int) -> str:
    return "" if scaled is None else fixed_from_scaled(scaled, places)


def printed_line(line: Mapping[str, str]) -> PrintedUnit:
    """A line of `scores.csv` read back."""
    fields = {n.removeprefix("field:"): v for n, v in line.items() if n.startswith("field:") and v}
    plain = {name: line[name] for name in COLUMNS if name != "rank"}
    rank = int(line["rank"]) if line["rank"] else None
    return PrintedUnit(rank=rank, fields=fields, **plain)


def barred_grade(criteria_set: CriteriaSet, unit: PrintedUnit) -> Grade | None:
    """The grade that the printed index alone would give, where an answer forbids it (`unless`)."""
    if not unit.index or criteria_set.grade_on != "printed":
        return None
    index = Fraction(unit.index)
    first = next(
        (g for g in criteria_set.grades if g.at_least is None or index >= g.at_least), None
    )
    return None if first is None or first.name == unit.grade else first


def barred_because(criteria_set: CriteriaSet, grade: Grade) -> str:
    """Titles of the yes/no inputs that forbid a grade."""
    return " / ".join(criteria_set.inputs[name].title for name in grade.unless)


COLUMNS = ("group", "rank", "unit", "name", "points", "maximum", "index", "grade", "status")


def scores_table(groups: Sequence[PrintedGroup]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of `scores.csv`; a `field:<id>` column for every field of any set."""
    fields = list(dict.fromkeys(field.id for group in groups for field in group.set.fields))
    header = [*COLUMNS, *(f"field:{name}" for name in fields)]
    rows = [
        [
            unit.group,
            "" if unit.rank is None else str(unit.rank),
            unit.unit,
            unit.name,
            unit.points,
            unit.maximum,
            unit.index,
            unit.grade,
            unit.status,
            *(unit.fields.get(name, "") for name in fields),
        ]
        for group in groups
        for unit in group.units
    ]
    return header, rows
