"""What each unit owes under the plan (việc của từng đơn vị), in the order of its workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from criteria.model import CriteriaSet
from criteria.plan.bodies import Bodies
from criteria.plan.model import Plan
from inputs.obligations import Obligation, Undated, obligations, undated
from inputs.units import Unit


def owed_by_unit(
    plan: Plan | None,
    bodies: Bodies | None,
    units: Iterable[Unit],
    sets: Mapping[str, CriteriaSet],
) -> Mapping[str, tuple[Obligation | Undated, ...]]:
    """Unit -> its obligations, those with a day first; none where its set has no plan.

    `sets` by group.
    """
    if plan is None or bodies is None:
        return {}
    planned = {group for group, each in sets.items() if each.plan is not None}
    asked = {unit.unit for unit in units if unit.group in planned}
    owed: dict[str, list[Obligation | Undated]] = {}
    everything: list[Obligation | Undated] = [*obligations(plan, bodies), *undated(plan, bodies)]
    for each in everything:
        if each.unit in asked:
            owed.setdefault(each.unit, []).append(each)
    return {unit: tuple(work) for unit, work in owed.items()}
