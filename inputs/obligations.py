"""Obligations (việc phải làm): which unit owes which task or report of a plan, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from criteria.plan.bodies import Bodies
from criteria.plan.deadlines import Span
from criteria.plan.instances import instances
from criteria.plan.load import PlanSource
from criteria.plan.model import GROUPS, KINDS, PROVINCE, Kind, Plan, Report, Task
from criteria.problems import Problem
from inputs.headers import fold
from inputs.units import Units


@dataclass(frozen=True, slots=True)
class Obligation:
    """One instance (kỳ) of a task or report that a unit leads."""

    unit: str
    task: Task | Report
    kind: Kind
    span: Span


@dataclass(frozen=True, slots=True)
class Undated:
    """A task or report that a unit leads and that has no day yet."""

    unit: str
    task: Task | Report
    kind: Kind


def bodies_of(plan: Plan, units: Units) -> Bodies:
    """The names by which a plan may call the units."""
    return Bodies(((unit.unit, unit.name, unit.group) for unit in units), plan.aliases)


def obligations(plan: Plan, bodies: Bodies) -> tuple[Obligation, ...]:
    """Every dated instance of every task and report, for every unit that leads it."""
    found: list[Obligation] = []
    for kind, owed in plan.owed():
        spans = instances(plan, owed)
        if spans:
            units = bodies.units(owed.lead)
            found += [Obligation(unit, owed, kind, span) for unit in units for span in spans]
    return tuple(found)


def undated(plan: Plan, bodies: Bodies) -> tuple[Undated, ...]:
    """What units lead without a day: conditions that have not come about, blanks, work left out."""
    return tuple(
        Undated(unit, owed, kind)
        for kind, owed in plan.owed()
        if not instances(plan, owed)
        for unit in bodies.units(owed.lead)
    )


def lead_problems(plan: Plan, source: PlanSource, units: Units) -> Iterator[Problem]:
    """Leads and bound units that stand for nobody known: without them somebody's duty is lost."""
    bodies = bodies_of(plan, units)
    for kind in KINDS:
        for position, owed in enumerate(plan.of_kind(kind)):
            for words in bodies.unknown(owed.lead):
                code = "lead-helped" if "phối hợp" in fold(words) else "lead-unknown"
                values = {"value": words, "task": owed.id}
                yield Problem(code, source.place(kind, position, "lead"), values)
    groups = {unit.group for unit in units} | GROUPS
    known = groups | set(units.by_id) | {PROVINCE}
    for name, target in plan.targets.items():
        for bound in target.binds:
            if bound not in known:
                values = {"value": bound, "target": name}
                yield Problem("target-binds-unknown", source.place("targets", name), values)
    for words, ids in plan.aliases.items():
        for one in ids:
            if one not in known:
                values = {"value": one, "words": words}
                yield Problem("alias-unknown", source.place("aliases", words), values)
