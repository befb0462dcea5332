"""Both engines and the oracle agree to the last digit: points, sums, index, ranks, grades.

The oracle reads the criteria language aloud in fractions and shares no code with `scoring`.
"""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.exact import fixed_from_scaled
from inputs.facts import facts_of
from scoring.leaf_points import Engine
from scoring.ledger import adjustments_ledger, ledger
from scoring.score import Scores, score_set
from scoring.terms import NANO
from tests import oracle
from tests.strategies import World, worlds

ENGINES: tuple[Engine, ...] = ("polars", "duckdb")


def told(scores: Scores) -> dict[str, dict[str, object]]:
    """What an engine says of every unit, as printed."""
    criteria_set = scores.facts.set
    points, index = criteria_set.printed_points, criteria_set.rounding.index
    return {
        row["unit"]: {
            "rank": row["rank"],
            "points": fixed_from_scaled(row["points"], points),
            "maximum": Fraction(row["maximum"], NANO),
            "index": None if row["index"] is None else fixed_from_scaled(row["index"], index),
            "grade": row["grade"],
            "status": row["status"],
            "fields": {
                field.id: fixed_from_scaled(row[f"field:{field.id}"], points)
                for field in criteria_set.fields
            },
        }
        for row in scores.frame.iter_rows(named=True)
    }


def expected(world: World) -> dict[str, dict[str, object]]:
    """What the oracle says."""
    return {
        unit: {
            "rank": result.rank,
            "points": result.printed_points,
            "maximum": result.maximum,
            "index": result.printed_index,
            "grade": result.grade,
            "status": result.status,
            "fields": dict(result.printed_fields),
        }
        for unit, result in oracle.score(world.set, world.units).items()
    }


@pytest.mark.parametrize("engine", ENGINES)
@given(world=worlds())
def test_agrees_with_the_language_read_aloud(engine: Engine, world: World) -> None:
    scores = score_set(facts_of(world.set, world.units), engine)
    assert told(scores) == expected(world)


@given(world=worlds())
def test_the_ledger_holds_the_exact_points_and_states(world: World) -> None:
    scores = score_set(facts_of(world.set, world.units))
    results = oracle.score(world.set, world.units)
    rows = [row for slice_ in ledger(scores) for row in slice_.to_dicts()]
    found = {(row["unit"], row["leaf"]): (row["state"], row["points_exact"]) for row in rows}
    wanted = {
        (unit, leaf): (told_.state, None if told_.points is None else str(told_.points))
        for unit, result in results.items()
        for leaf, told_ in result.leaves.items()
    }
    assert found == wanted
    added = [row for slice_ in adjustments_ledger(scores) for row in slice_.to_dicts()]
    for row in added:
        exact = results[row["unit"]].adjustments[row["leaf"]]
        assert Fraction(row["points_exact"] or 0) == exact


@given(world=worlds(), data=st.data())
def test_order_of_units_leaves_and_columns_is_irrelevant(world: World, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(world.units))))
    shuffled = [world.units[i] for i in order]
    assert told(score_set(facts_of(world.set, shuffled))) == told(
        score_set(facts_of(world.set, world.units))
    )


@given(world=worlds())
def test_both_engines_give_the_same_billionths(world: World) -> None:
    """Divisions of negative numbers too: polars rounds down, DuckDB cuts towards 0 by itself."""
    facts = facts_of(world.set, world.units)
    first, second = score_set(facts, "polars"), score_set(facts, "duckdb")
    assert first.frame.equals(second.frame)
    assert first.totals.equals(second.totals)


@given(world=worlds(kinds=("sum_of", "best_of", "per_item"), most_leaves=2))
def test_both_engines_agree_on_parts_that_take_points_away(world: World) -> None:
    facts = facts_of(world.set, world.units)
    first, second = score_set(facts, "polars"), score_set(facts, "duckdb")
    assert first.leaves.frame.equals(second.leaves.frame)
