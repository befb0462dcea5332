"""What the strategies draw is valid, complete, and fit to be judged."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, find, given, settings

from criteria.load import load_set
from inputs.facts import facts_of
from tests.oracle import score
from tests.strategies import KINDS, World, as_yaml, leaf_sets, worlds

quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@quick
@given(world=worlds())
def test_a_drawn_set_passes_the_checker_and_survives_its_own_file(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "set.yaml"
    path.write_text(as_yaml(world.tree), encoding="utf-8")
    assert load_set(path) == world.set


@quick
@given(world=worlds())
def test_drawn_answers_fit_the_facts(world: World) -> None:
    assert facts_of(world.set, world.units).frame.height == len(world.units)


@quick
@given(world=worlds())
def test_the_oracle_keeps_its_promises(world: World) -> None:
    results = score(world.set, world.units)
    maxima = {leaf.id: leaf.maximum for leaf in world.set.leaves}
    for result in results.values():
        for name, leaf in result.leaves.items():
            assert (
                (leaf.points is None) == (leaf.maximum is None) == (leaf.state == "not_applicable")
            )
            assert leaf.points is None or 0 <= leaf.points <= maxima[name]
        assert 0 <= result.points <= result.maximum <= world.set.total
        assert result.points == sum(result.fields.values())
        assert (result.index is None) == (result.status == "no_maximum")
        assert (result.rank is None) == (result.status in ("no_maximum", "unranked"))
        for adjustment in world.set.adjustments:
            low, high = sorted((Fraction(0), adjustment.maximum))
            assert low <= result.adjustments[adjustment.id] <= high
    ranks = sorted(result.rank for result in results.values() if result.rank is not None)
    assert not ranks or ranks[0] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_earns_nothing_something_and_everything(kind: str) -> None:
    """The bounds are reached: otherwise a test on generated sets would prove little."""
    for wanted in ("nothing", "everything"):
        find(
            leaf_sets(kinds=(kind,)),
            lambda world, wanted=wanted: wanted in _earned(world),  # type: ignore[misc]
            settings=settings(max_examples=5000, deadline=None, database=None),
        )


def _earned(world: World) -> set[str]:
    found: set[str] = set()
    for result in score(world.set, world.units).values():
        leaf = result.leaves["1.1"]
        if leaf.state == "scored":
            found.add("nothing" if leaf.points == 0 else "something")
            found |= {"everything"} if leaf.points == leaf.maximum else set()
    return found
