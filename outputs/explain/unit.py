"""One unit at a glance: its leaves by the points they lost, the largest loss first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from criteria.model import Adjustment, CriteriaSet
from criteria.wording import Language
from outputs.explain.leaf import explain_leaf


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One line of the table of a unit; numbers are printed texts, empty where there is none."""

    leaf: str
    title: str
    points: str
    maximum: str
    lost: str
    state: str
    why: str
    adjustment: bool = False


@dataclass(frozen=True, slots=True)
class UnitExplanation:
    """Leaves by points lost, then bonuses and penalties in the order of the set."""

    unit: str
    lines: tuple[UnitLine, ...]


def explain_unit(
    rows: Iterable[Mapping[str, Any]], criteria_set: CriteriaSet, language: Language
) -> UnitExplanation:
    """The table of one unit from its ledger rows; rows of adjustments may stand among them.

    Leaves that lost the same stand in the order of the set; those that do not apply come last.

    Raises: KeyError when a row is of no leaf of the set, LedgerDisagrees as `explain_leaf`.
    """
    items = {item.id: item for item in criteria_set.items}
    order = {name: position for position, name in enumerate(items)}
    found: list[tuple[tuple[bool, bool, Fraction, int], UnitLine]] = []
    unit = ""
    for row in rows:
        unit, item = row["unit"], items[row["leaf"]]
        told = explain_leaf(item, row, criteria_set, language)
        adjustment = isinstance(item, Adjustment)
        line = UnitLine(
            told.leaf,
            told.title,
            told.points,
            told.maximum,
            told.lost,
            told.state,
            told.why,
            adjustment,
        )
        exact = row["points_exact"]
        lost = Fraction(0) if exact is None or adjustment else item.maximum - Fraction(exact)
        found.append(((adjustment, exact is None, -lost, order[item.id]), line))
    return UnitExplanation(unit, tuple(line for _, line in sorted(found, key=lambda e: e[0])))
