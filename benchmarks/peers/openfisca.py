"""OpenFisca-core, the peer that does the same thing in the same way: vectorised formulas."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from openfisca_core import entities, periods, taxbenefitsystems, variables
from openfisca_core.simulations import SimulationBuilder

from benchmarks.peers.common import Columns, Peer, main, named, read_columns, read_spec
from benchmarks.spec import Leaf, Spec

YEAR = "2017"
Formula = Callable[[Any, Any, Any], Any]


def build(folder: Path, variant: str) -> tuple[Spec, Any]:
    """The tax-benefit system: one variable an input, a leaf, a field, and one for the index."""
    import datetime

    spec = read_spec(folder)
    unit = entities.build_entity(key="unit", plural="units", label="unit", is_person=True)
    system = taxbenefitsystems.TaxBenefitSystem([unit])

    def add(name: str, value_type: type, formula: Formula | None = None) -> None:
        body = {
            "value_type": value_type,
            "entity": unit,
            "definition_period": periods.DateUnit.YEAR,
            "label": name,
        }
        system.add_variable(
            type(name, (variables.Variable,), body | ({"formula": formula} if formula else {}))
        )

    for name in spec.inputs:
        add(name, datetime.date if name.startswith("sent_") else float)
    for leaf in spec.leaves:
        add(variable(leaf), float, formula_of(leaf))
    for field, members in spec.fields.items():
        add(f"field_{field}", float, sum_of([variable(leaf) for leaf in spec.leaves[members]], 1.0))
    add(
        "par_index",
        float,
        sum_of([f"field_{field}" for field in spec.fields], 100 / float(spec.total)),
    )
    return spec, system


def variable(leaf: Leaf) -> str:
    return "points_" + leaf.id.replace(".", "_")


def sum_of(names: list[str], factor: float) -> Formula:
    def formula(unit: Any, period: Any, parameters: Any) -> Any:
        total = unit(names[0], period)
        for name in names[1:]:
            total = total + unit(name, period)
        return total * factor

    return formula


def formula_of(leaf: Leaf) -> Formula:
    """One leaf as a formula; NaN and NaT compare false, so a missing answer falls to 0."""
    first = leaf.reads[0]
    match leaf.kind:
        case "steps":
            steps = [
                (s.relation == "at_least", float(s.percent) / 100, float(s.points))
                for s in leaf.steps
            ]

            def by_steps(unit: Any, period: Any, parameters: Any) -> Any:
                ratio = unit(first, period) / unit(leaf.reads[1], period)
                points: Any = 0.0
                for closed, bound, value in reversed(steps):
                    points = np.where(ratio >= bound if closed else ratio > bound, value, points)
                return points

            return by_steps
        case "proportional":
            maximum, coefficient = float(leaf.maximum), float(leaf.coefficient)
            floor, full_at = float(leaf.floor) / 100, float(leaf.full_at) / 100

            def by_proportion(unit: Any, period: Any, parameters: Any) -> Any:
                ratio = unit(first, period) / unit(leaf.reads[1], period)
                part = np.where(ratio >= floor, coefficient * ratio / full_at, 0.0)
                return np.where(ratio >= full_at, maximum, part)

            return by_proportion
        case "deadline":
            tiers = [(np.datetime64(tier.by), float(tier.points)) for tier in leaf.tiers]

            def by_date(unit: Any, period: Any, parameters: Any) -> Any:
                sent = unit(first, period)
                points: Any = 0.0
                for last, value in reversed(tiers):
                    points = np.where(sent <= last, value, points)
                return points

            return by_date
        case "deduct":
            most, each = float(leaf.maximum), float(leaf.each)

            def by_deduction(unit: Any, period: Any, parameters: Any) -> Any:
                return np.fmax(most - unit(first, period) * each, 0.0)

            return by_deduction
        case kind:
            raise AssertionError(kind)


def load(rules: tuple[Spec, Any], inputs: Path) -> dict[str, np.ndarray]:
    """Arrays in OpenFisca's own types (float32, datetime64[D]): setting them converts nothing."""
    table = read_columns(rules[0], inputs)
    loaded = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        loaded[name] = column.to_numpy().astype(
            "datetime64[D]" if name.startswith("sent_") else np.float32
        )
    return loaded


def fresh(rules: tuple[Spec, Any], inputs: dict[str, np.ndarray]) -> Any:
    """A new simulation each time, for it remembers every variable that it has worked out."""
    simulation = SimulationBuilder().build_default_simulation(
        rules[1], count=len(next(iter(inputs.values())))
    )
    for name, values in inputs.items():
        simulation.set_input(name, YEAR, values)
    return simulation


def score(rules: tuple[Spec, Any], simulation: Any) -> tuple[Any, ...]:
    """The index pulls in every field and leaf.

    OpenFisca ranks only the members of a household among themselves, so numpy ranks the units.
    """
    spec = rules[0]
    index = simulation.calculate("par_index", YEAR)
    fields = [simulation.calculate(f"field_{field}", YEAR) for field in spec.fields]
    leaves = [simulation.calculate(variable(leaf), YEAR) for leaf in spec.leaves]
    ascending = np.sort(index)
    rank = len(index) - np.searchsorted(ascending, index, side="right") + 1
    return leaves, fields, index, rank


def columns(rules: tuple[Spec, Any], result: tuple[Any, ...]) -> Columns:
    return named(rules[0], *result)


PEER = Peer(
    name="OpenFisca-core",
    note=(
        "build_default_simulation, tracer off, float32 as OpenFisca stores floats; system built "
        "and inputs set before the clock; a fresh simulation each time; rank by numpy; one thread."
    ),
    distributions=("openfisca-core", "numpy"),
    build=build,
    load=load,
    score=score,
    columns=columns,
    fresh=fresh,
)

if __name__ == "__main__":
    main(PEER)
