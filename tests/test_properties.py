"""What must hold whatever the set and the answers: neighbours, order, exclusion, direction."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from criteria.check.cells import cells_of, domain_of
from criteria.check.counterexample import answers_giving
from criteria.model import CriteriaSet, leaf_inputs
from criteria.quantities import Quantity, quantity_inputs
from criteria.rules import Line, PerItem, Proportional, Steps, rule_quantities
from inputs.facts import UnitAnswers, facts_of
from scoring.leaf_points import Engine
from scoring.ledger import leaf_results
from scoring.score import Scores, score_set
from tests.strategies import KINDS, World, direction_of, leaf_sets, worlds

ENGINES: tuple[Engine, ...] = ("polars", "duckdb")
ALONE = tuple(kind for kind in KINDS if kind != "relative_to_best")
"""Kinds in which a unit is scored alone; the best of the group is what the other one compares."""


def scored(world: World, units: tuple[UnitAnswers, ...], engine: Engine = "polars") -> Scores:
    return score_set(facts_of(world.set, units), engine)


def own(scores: Scores, row: int) -> dict[str, object]:
    """What a unit earned, without its rank."""
    line = scores.frame.row(row, named=True)
    return {name: value for name, value in line.items() if name != "rank"}


@pytest.mark.parametrize("engine", ENGINES)
@given(world=worlds(kinds=ALONE), data=st.data())
def test_a_unit_is_scored_alone_whatever_its_neighbours(
    engine: Engine, world: World, data: st.DataObject
) -> None:
    row = data.draw(st.integers(0, len(world.units) - 1))
    together, alone = scored(world, world.units, engine), scored(world, (world.units[row],), engine)
    assert own(together, row) == own(alone, 0)


@given(world=worlds(), data=st.data())
def test_order_of_criteria_changes_no_points(world: World, data: st.DataObject) -> None:
    tree = world.tree
    fields = data.draw(st.permutations(tree["fields"]))
    turned = [{**field, "criteria": list(reversed(field["criteria"]))} for field in fields]
    other = CriteriaSet.model_validate({**tree, "fields": turned})
    first = scored(world, world.units).frame
    second = score_set(facts_of(other, world.units)).frame
    assert second.select(first.columns).equals(first)


@given(world=worlds(kinds=ALONE), data=st.data())
def test_excluding_a_leaf_changes_no_other_leaf(world: World, data: st.DataObject) -> None:
    leaf = data.draw(st.sampled_from(world.set.leaves))
    shared = {n for other in world.set.items if other is not leaf for n in leaf_inputs(other)}
    free = [name for name in leaf_inputs(leaf) if name not in shared]
    assume(free)
    unit = world.units[0]
    decided = replace(unit, statuses={**unit.statuses, free[0]: "not_applicable"})
    before, after = scored(world, (unit,)), scored(world, (decided,))
    for item in world.set.items:
        if item.id != leaf.id:
            assert before.frame[f"p:{item.id}"].equals(after.frame[f"p:{item.id}"])


@given(world=leaf_sets(kinds=("steps", "proportional", "line", "per_item")), data=st.data())
def test_the_checker_and_the_engine_see_the_same_shape(world: World, data: st.DataObject) -> None:
    """Between breakpoints the engine is linear, and it never leaves 0 and the maximum."""
    leaf = world.set.leaves[0]
    assert isinstance(leaf.rule, Steps | Proportional | Line | PerItem)
    (quantity,) = rule_quantities(leaf.rule)
    assume(_of_different_inputs(quantity))
    cells = cells_of(domain_of(quantity, world.set), [Fraction(1, 2), Fraction(4, 5)])
    cell = data.draw(st.sampled_from(cells))
    answers = answers_giving(quantity, cell.inner, world.set)
    assume(answers is not None)
    assert answers is not None
    unit = replace(
        world.units[0],
        answers={name: Fraction(value) for name, value in answers.items()},
        statuses={},
        attributes=dict.fromkeys(world.set.attributes, True),
    )
    scores = score_set(facts_of(world.set, (unit,)))
    (result,) = leaf_results(scores, scores.terms[0])
    assert result.points is None or 0 <= result.points <= leaf.maximum


@given(
    world=leaf_sets(kinds=("proportional", "per_item", "line", "steps", "deduct")),
    data=st.data(),
)
def test_better_answers_never_score_lower_where_a_direction_is_proved(
    world: World, data: st.DataObject
) -> None:
    """A rule whose declared direction passes the checker keeps it in the engine."""
    leaf = world.set.leaves[0]
    direction = direction_of(world.tree["fields"][0]["criteria"][0]["rule"], leaf.maximum)
    quantities = rule_quantities(leaf.rule)
    assume(direction is not None and len(quantities) == 1 and _of_different_inputs(quantities[0]))
    cells = cells_of(domain_of(quantities[0], world.set), [Fraction(1, 2), Fraction(4, 5)])
    low, high = sorted(
        data.draw(st.tuples(st.sampled_from(cells), st.sampled_from(cells))),
        key=lambda cell: cell.inner,
    )
    found = [answers_giving(quantities[0], cell.inner, world.set) for cell in (low, high)]
    assume(all(answers is not None for answers in found))
    units = tuple(
        UnitAnswers(
            f"u{place}",
            {name: Fraction(value) for name, value in (answers or {}).items()},
            attributes=dict.fromkeys(world.set.attributes, True),
        )
        for place, answers in enumerate(found)
    )
    scores = score_set(facts_of(world.set, units))
    less, more = (result.points for result in leaf_results(scores, scores.terms[0]))
    assume(less is not None and more is not None)
    assert less is not None
    assert more is not None
    assert less <= more if direction == "higher_is_better" else less >= more


def _of_different_inputs(quantity: Quantity) -> bool:
    """An input against itself takes no value but one; no answers give another."""
    names = quantity_inputs(quantity)
    return len(names) == len(set(names))
