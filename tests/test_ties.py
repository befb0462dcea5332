"""Ties and near-ties by construction: what binary floats get wrong, and what lies within 1e-9."""

from fractions import Fraction

import pytest

from criteria.model import CriteriaSet
from criteria.quantities import Ratio
from criteria.rules import PerItem, Proportional, Step, Steps, SumOf
from inputs.facts import UnitAnswers, facts_of
from scoring.leaf_points import Engine
from scoring.score import score_set

ENGINES: tuple[Engine, ...] = ("polars", "duckdb")


def judged_set(maxima: list[str], **options: object) -> CriteriaSet:
    """One judged leaf for each maximum, in hundredths."""
    total = sum(map(Fraction, maxima))
    leaves = [
        {
            "id": f"1.{place}",
            "title": "Leaf",
            "maximum": Fraction(maximum),
            "rule": {"kind": "judged", "of": f"given_{place}", "increment": Fraction(1, 100)},
        }
        for place, maximum in enumerate(maxima, start=1)
    ]
    return CriteriaSet.model_validate(
        {
            "parindex": 1,
            "id": "ties",
            "title": "Ties",
            "status": "reference",
            "year": 2017,
            "group": "units",
            "total": total,
            "inputs": {
                f"given_{place}": {"type": "points", "title": "Given"}
                for place in range(1, len(maxima) + 1)
            },
            "fields": [{"id": "1", "title": "Field", "criteria": leaves}],
            **options,
        }
    )


def shares_set(coefficients: list[int], **options: object) -> CriteriaSet:
    """One proportional leaf done/due for each maximum."""
    leaves = [
        {
            "id": f"1.{place}",
            "title": "Leaf",
            "maximum": Fraction(maximum),
            "rule": {"kind": "proportional", "of": {"ratio": [f"done_{place}", f"due_{place}"]}},
        }
        for place, maximum in enumerate(coefficients, start=1)
    ]
    names = [
        f"{word}_{place}" for place in range(1, len(coefficients) + 1) for word in ("done", "due")
    ]
    return CriteriaSet.model_validate(
        {
            "parindex": 1,
            "id": "shares",
            "title": "Shares",
            "status": "reference",
            "year": 2017,
            "group": "units",
            "total": Fraction(sum(coefficients)),
            "inputs": {name: {"type": "count", "title": name} for name in names},
            "fields": [{"id": "1", "title": "Field", "criteria": leaves}],
            **options,
        }
    )


def unit(name: str, *shares: tuple[int, int]) -> UnitAnswers:
    answers = {}
    for place, (done, due) in enumerate(shares, start=1):
        answers |= {f"done_{place}": done, f"due_{place}": due}
    return UnitAnswers(name, answers)


def rank_of(criteria_set: CriteriaSet, units: list[UnitAnswers], engine: Engine) -> dict[str, int]:
    frame = score_set(facts_of(criteria_set, units), engine).frame
    return dict(zip(frame["unit"].to_list(), frame["rank"].to_list(), strict=True))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_tenth_and_two_tenths_are_three_tenths(engine: Engine) -> None:
    assert 0.1 + 0.2 + 0.0 != 0.3 + 0.0 + 0.0  # what a float engine ranks on
    names = ("given_1", "given_2", "given_3")
    first = dict(zip(names, map(Fraction, ("0.1", "0.2", "0")), strict=True))
    second = dict(zip(names, map(Fraction, ("0.3", "0", "0")), strict=True))
    third = dict(zip(names, map(Fraction, ("0.29", "0", "0")), strict=True))
    units = [UnitAnswers("a", first), UnitAnswers("b", second), UnitAnswers("c", third)]
    assert rank_of(judged_set(["1", "1", "1"]), units, engine) == {"a": 1, "b": 1, "c": 3}


@pytest.mark.parametrize("engine", ENGINES)
def test_thirds_in_other_leaves_tie(engine: Engine) -> None:
    """1/3 + 1/3 = 2/3 + 0: no finite decimal shows it."""
    units = [unit("a", (1, 3), (1, 3)), unit("b", (2, 3), (0, 3)), unit("c", (3, 6), (1, 6))]
    assert rank_of(shares_set([1, 1]), units, engine) == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("more", "less"),
    [
        ((1, 3), (333_333_333, 1_000_000_000)),
        ((1, 3), (333_333_333_333, 1_000_000_000_000)),
        ((99_999_999_999, 100_000_000_000), (99_999_999_998, 99_999_999_999)),
        ((10**11 - 1, 10**11), (10**11 - 3, 10**11 - 2)),
    ],
)
def test_near_ties_are_told_apart(
    engine: Engine, more: tuple[int, int], less: tuple[int, int]
) -> None:
    assert 0 < Fraction(*more) - Fraction(*less) < Fraction(1, 10**9)
    units = [unit("less", less, (1, 7)), unit("more", more, (1, 7)), unit("low", (0, 1), (1, 7))]
    assert rank_of(shares_set([1, 1]), units, engine) == {"more": 1, "less": 2, "low": 3}


@pytest.mark.parametrize("engine", ENGINES)
def test_closer_than_a_billionth_of_a_billionth(engine: Engine) -> None:
    """Numbers of 17 digits whose shares differ by less than 1e-33."""
    big = 10**17
    units = [
        unit("less", (big - 2, big - 1)),
        unit("more", (big - 1, big)),
        unit("tie", (big - 1, big)),
    ]
    assert rank_of(shares_set([3]), units, engine) == {"more": 1, "tie": 1, "less": 3}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, {"a": 1, "b": 2, "c": 3}),
        ({"rank": {"on": "printed"}}, {"a": 1, "b": 1, "c": 3}),
        ({"rank": {"on": "printed", "ties": "dense"}}, {"a": 1, "b": 1, "c": 2}),
    ],
)
def test_rounding_ties_only_where_the_set_says_so(
    options: dict[str, object], expected: dict[str, int]
) -> None:
    units = [unit("a", (66_667, 100_000)), unit("b", (2, 3)), unit("c", (1, 3))]
    assert rank_of(shares_set([1], **options), units, "polars") == expected


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("done", "printed"),
    [(88_444, 8844), (88_445, 8845), (88_446, 8845), (2, 0), (5, 1), (4, 0)],
)
def test_the_index_is_printed_half_up(engine: Engine, done: int, printed: int) -> None:
    frame = score_set(facts_of(shares_set([100]), [unit("a", (done, 100_000))]), engine).frame
    assert frame["index"].to_list() == [printed]


def test_a_rounding_that_billionths_leave_open() -> None:
    """A third three times is one half of the last decimal: 0.005 comes from thirds alone."""
    third = (5, 300_000)  # 100 x this is 1/600; three of them are 0.005 exactly
    units = [unit("a", third, third, third)]
    criteria_set = shares_set([100, 100, 100], total=Fraction(300))
    scores = score_set(facts_of(criteria_set, units))
    assert scores.frame["points"].to_list() == [1]
    assert scores.recomputed == 1


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("violations", "printed"), [(0, 5000), (1, 4999), (2, 4999)])
def test_a_limit_of_many_decimals_does_not_move_the_index(
    engine: Engine, violations: int, printed: int
) -> None:
    """50 - 0.0050000005 is 49.9949999995: 49.99, not 50.00."""
    penalty = {
        "id": "P1",
        "title": "Penalty",
        "maximum": -2,
        "rule": {"kind": "per_item", "of": "violations", "points": -1},
    }
    criteria_set = judged_set(
        ["100"],
        inputs={
            "given_1": {"type": "points", "title": "Given"},
            "violations": {"type": "count", "title": "Violations"},
        },
        adjustments=[penalty],
        adjustments_limit=Fraction("0.0050000005"),
    )
    answers = {"given_1": Fraction(50), "violations": violations}
    frame = score_set(facts_of(criteria_set, [UnitAnswers("a", answers)]), engine).frame
    assert frame["index"].to_list() == [printed]


@pytest.mark.parametrize("engine", ENGINES)
def test_billionths_cut_off_do_not_decide(engine: Engine) -> None:
    """2/3 + 2/3 + 2/3 is 2, though cut to billionths it lies below 1.999999999."""
    thirds = unit("thirds", (2, 3), (2, 3), (2, 3))
    below = unit("below", (999_999_999, 10**9), (1, 1), (0, 1))
    assert rank_of(shares_set([1, 1, 1]), [below, thirds], engine) == {"thirds": 1, "below": 2}


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_that_eighteen_digits_do_not_tell_apart(engine: Engine) -> None:
    """Shares over p and q whose sums differ by 1 / (p q), less than 1e-18."""
    p, q = 2_000_000_011, 2_000_000_033
    step = pow(q, -1, p)  # step/p - back/q = 1/(p q)
    back = (step * q - 1) // p
    low = (min(step, p - step) // 2, q - 1)
    more = unit("more", (low[0] + step, p), (low[1] - back, q))
    less = unit("less", (low[0], p), (low[1], q))
    gap = Fraction(low[0] + step, p) + Fraction(low[1] - back, q)
    gap -= Fraction(low[0], p) + Fraction(low[1], q)
    assert gap == Fraction(1, p * q)
    twin = unit("twin", (low[0], p), (low[1], q))
    found = rank_of(shares_set([1, 1]), [less, more, twin], engine)
    assert found == {"more": 1, "less": 2, "twin": 2}


@pytest.mark.parametrize("engine", ENGINES)
def test_points_with_ten_decimals_are_not_cut(engine: Engine) -> None:
    criteria_set = shares_set([1])
    rule = Steps(
        of=Ratio(ratio=("done_1", "due_1")),
        steps=(
            Step(at_least="90%", points=Fraction("0.1234567899")),
            Step(at_least="50%", points=Fraction("0.1234567891")),
        ),
    )
    (field,) = criteria_set.fields
    leaf = field.criteria[0].model_copy(update={"rule": rule})
    fields = (field.model_copy(update={"criteria": (leaf,)}),)
    criteria_set = criteria_set.model_copy(update={"fields": fields})
    units = [unit("less", (6, 10)), unit("more", (9, 10))]
    assert rank_of(criteria_set, units, engine) == {"more": 1, "less": 2}


def test_both_engines_round_a_part_below_zero_down() -> None:
    """1 - 0.25 x 1/3 is 0.91666...: cut downwards in both, though DuckDB cuts towards 0."""
    criteria_set = shares_set([1])
    taken = PerItem(of=Ratio(ratio=("done_1", "due_1")), points=Fraction("-0.25"))
    whole = Proportional(of=Ratio(ratio=("due_1", "due_1")))
    (field,) = criteria_set.fields
    leaf = field.criteria[0].model_copy(update={"rule": SumOf(parts=(whole, taken))})
    fields = (field.model_copy(update={"criteria": (leaf,)}),)
    facts = facts_of(criteria_set.model_copy(update={"fields": fields}), [unit("a", (1, 3))])
    for engine in ENGINES:
        assert score_set(facts, engine).frame["p:1.1"].to_list() == [916_666_666]
