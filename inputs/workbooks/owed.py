"""What each unit owes under the plan (việc của từng đơn vị), in the order of its workbook."""

from __future__ import annotations

from collections.abc import Mapping

from criteria.plan.bodies import Bodies
from criteria.plan.model import Plan
from inputs.obligations import Obligation, Undated, obligations, undated


def owed_by_unit(
    plan: Plan | None, bodies: Bodies | None
) -> Mapping[str, tuple[Obligation | Undated, ...]]:
    """Unit -> its obligations, those with a day first; empty without a plan."""
    if plan is None or bodies is None:
        return {}
    owed: dict[str, list[Obligation | Undated]] = {}
    everything: list[Obligation | Undated] = [*obligations(plan, bodies), *undated(plan, bodies)]
    for each in everything:
        owed.setdefault(each.unit, []).append(each)
    return {unit: tuple(work) for unit, work in owed.items()}
