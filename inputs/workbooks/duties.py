"""Who answers what (phân công kê khai): for each leaf of a unit, by whom, and which inputs there.

An input is asked once, at its *home*: the first leaf in the unit's own hands that reads it, else
the first leaf that somebody else scores.  Other leaves that read it show it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from criteria.assessment.model import Assessment
from criteria.model import Adjustment, CriteriaSet, Leaf, leaf_inputs

By: TypeAlias = Literal["unit", "reviewer", "survey", "statistics"]
"""Whose hands a leaf is in."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One leaf (or bonus, or penalty) of one unit.

    `own`: inputs whose home it is; `shared`: input -> id of the item that is its home.
    `reviewer`: the agency that reviews it, as `reviewed_by` names it.
    """

    item: Leaf | Adjustment
    by: By
    applies: bool
    own: tuple[str, ...]
    shared: Mapping[str, str]
    reviewer: str

    @property
    def asked(self) -> bool:
        """Whether the unit itself fills it in."""
        return self.applies and self.by == "unit"


def scored_by(item: Leaf | Adjustment) -> By:
    """Whose hands an item is in: a bonus is claimed by the unit, a penalty is the reviewer's."""
    if isinstance(item, Leaf):
        return item.scored_by
    return "unit" if item.maximum > 0 else "reviewer"


def duties(
    criteria_set: CriteriaSet, assessment: Assessment, attributes: Mapping[str, bool]
) -> tuple[Duty, ...]:
    """All leaves of a unit with these attributes, then bonuses and penalties, in order."""
    items = criteria_set.items
    applying = {item.id: _applies(item, attributes) for item in items}
    home = _homes(items, applying)
    return tuple(
        Duty(
            item=item,
            by=scored_by(item),
            applies=applying[item.id],
            own=tuple(name for name in leaf_inputs(item) if home.get(name) == item.id),
            shared={
                name: home[name]
                for name in leaf_inputs(item)
                if home.get(name) not in (None, item.id)
            },
            reviewer=assessment.reviewer_of(item.reviewed_by),
        )
        for item in items
    )


def reviewers_of(criteria_set: CriteriaSet, assessment: Assessment) -> frozenset[str]:
    """The agencies that review some item of a set, as `reviewed_by` names them."""
    return frozenset(assessment.reviewer_of(item.reviewed_by) for item in criteria_set.items)


def conditions(criteria_set: CriteriaSet) -> tuple[str, ...]:
    """Yes/no inputs that only forbid grades (điều kiện xếp loại): the coordinator answers them."""
    read = {name for item in criteria_set.items for name in leaf_inputs(item)}
    named = (name for grade in criteria_set.grades for name in grade.unless)
    return tuple(name for name in dict.fromkeys(named) if name not in read)


def _applies(item: Leaf | Adjustment, attributes: Mapping[str, bool]) -> bool:
    return item.applies_to is None or attributes.get(item.applies_to) is True


def _homes(items: Sequence[Leaf | Adjustment], applying: Mapping[str, bool]) -> dict[str, str]:
    """Input -> id of its home, among the items that apply."""
    home: dict[str, str] = {}
    own = [item for item in items if applying[item.id] and scored_by(item) == "unit"]
    others = [item for item in items if applying[item.id] and scored_by(item) != "unit"]
    for item in (*own, *others):
        for name in leaf_inputs(item):
            home.setdefault(name, item.id)
    return home
