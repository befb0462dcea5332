"""The judge is judged: cases worked by hand from real wordings, and the files in `cases/`."""

import datetime
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from criteria.load import load_set
from criteria.model import Case, CriteriaSet, Input
from criteria.scalars import Plain
from inputs.facts import Status, UnitAnswers, Value
from tests import oracle
from tests.oracle import LeafResult, UnitResult, score

FILES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))


def a_set(*leaves: dict[str, Any], inputs: dict[str, Any], **keys: Any) -> CriteriaSet:
    """A set with all leaves in one field, unless `fields` says otherwise."""
    tree: dict[str, Any] = {
        "parindex": 1,
        "id": "by-hand",
        "title": "By hand",
        "status": "reference",
        "year": 2017,
        "group": "communes",
        "fields": [{"id": "1", "title": "Field", "criteria": list(leaves)}],
        "inputs": {name: {"title": name, **declared} for name, declared in inputs.items()},
    }
    tree |= keys
    criteria_set = CriteriaSet.model_validate(tree)
    total = sum((leaf.maximum for leaf in criteria_set.leaves), Fraction(0))
    return criteria_set.model_copy(update={"total": total})


def a_leaf(rule: dict[str, Any], maximum: Any = 1, id: str = "x", **keys: Any) -> dict[str, Any]:
    return {"id": id, "title": id, "maximum": Fraction(maximum), "rule": rule, **keys}


def of_one(criteria_set: CriteriaSet, unit: UnitAnswers | None = None, **answers: Value) -> Any:
    """The result of a unit that stands alone."""
    return score(criteria_set, [unit or UnitAnswers("u", answers)])["u"]


def leaf_of_one(
    rule: dict[str, Any], maximum: Any, inputs: dict[str, Any], **answers: Value
) -> Any:
    criteria_set = a_set(a_leaf(rule, maximum), inputs=inputs)
    return of_one(criteria_set, **answers).leaves["x"]


# --- the worked cases of tests/cases --------------------------------------------------------


def every_case() -> list[Any]:
    return [
        pytest.param(criteria_set, case, id=f"{path.stem}: {case.leaf or ''} {case.name}")
        for path in FILES
        for criteria_set in [load_set(path)]
        for case in criteria_set.cases
    ]


def answer(declared: Input, value: Any) -> Value:
    """A worked case's answer as a value of the input's type."""
    text = value.text if isinstance(value, Plain) else value
    match declared.type:
        case "count" | "amount" | "percent" | "points":
            return Fraction(text)
        case "date":
            return datetime.date.fromisoformat(text)
        case "yes_no":
            return bool({"yes": True, "no": False}[text])
        case "choice":
            return str(text)
        case "tally":
            return {option: int(count.text) for option, count in text.items()}


def unit_of(
    criteria_set: CriteriaSet, name: str, given: Mapping[str, Any], case: Case
) -> UnitAnswers:
    answers = {key: answer(criteria_set.inputs[key], value) for key, value in given.items()}
    return UnitAnswers(name, answers, attributes=case.attributes)


@pytest.mark.parametrize(("criteria_set", "case"), every_case())
def test_a_worked_case_holds(criteria_set: CriteriaSet, case: Case) -> None:
    units = [unit_of(criteria_set, "u", case.answers, case)]
    units += [
        unit_of(criteria_set, f"other {position}", answers, case)
        for position, answers in enumerate(case.others)
    ]
    result = score(criteria_set, units)["u"]
    if case.leaf in result.adjustments:
        assert result.adjustments[case.leaf] == case.points
    elif case.leaf is not None:
        expect_leaf(case, result.leaves[case.leaf])
    else:
        expect_unit(criteria_set, case, result)


def expect_leaf(case: Case, leaf: LeafResult) -> None:
    assert case.points is None or leaf.points == case.points
    assert case.maximum is None or leaf.maximum == case.maximum
    assert case.state is None or leaf.state == case.state
    assert case.state != "not_applicable" or (leaf.points, leaf.maximum) == (None, None)


def expect_unit(criteria_set: CriteriaSet, case: Case, result: UnitResult) -> None:
    """A stated index is the printed one."""
    assert case.points is None or result.points == case.points
    assert case.maximum is None or result.maximum == case.maximum
    assert case.grade is None or result.grade == case.grade
    if case.index is not None:
        assert result.index is not None
        assert oracle.rounded(result.index, criteria_set.rounding.index) == case.index


def test_there_is_a_file_for_every_kind() -> None:
    found = {rule.kind for path in FILES for leaf in load_set(path).leaves for rule in [leaf.rule]}
    from tests.strategies import KINDS

    assert found == set(KINDS)


# --- points ---------------------------------------------------------------------------------

RATIO = {"done": {"type": "count"}, "due": {"type": "count"}}
HIGH = {"above": "90%", "points": "maximum"}
MIDDLE = {"at_least": "70%", "points": 1}


@pytest.mark.parametrize(
    ("done", "points"),
    [(100, 2), (91, 2), (90, 1), (70, 1), (69, 0), (0, 0)],
)
def test_ca_mau_puts_exactly_90_and_70_percent_into_the_middle_band(done: int, points: int) -> None:
    rule = {"kind": "steps", "of": {"ratio": ["done", "due"]}, "steps": [HIGH, MIDDLE]}
    assert leaf_of_one(rule, 2, RATIO, done=done, due=100).points == points


@pytest.mark.parametrize(
    ("done", "points"),
    [(100, "1.5"), (99, "1.485"), (80, "1.2"), (79, "0")],
)
def test_a_floor_cuts_the_proportion_off(done: int, points: str) -> None:
    rule = {"kind": "proportional", "of": {"ratio": ["done", "due"]}, "from": "80%"}
    assert leaf_of_one(rule, "1.5", RATIO, done=done, due=100).points == Fraction(points)


@pytest.mark.parametrize(("done", "points"), [(100, "2"), (99, "1.485"), (80, "1.2"), (79, "0")])
def test_a_smaller_coefficient_jumps_at_the_floor_and_at_the_top(done: int, points: str) -> None:
    rule = {"kind": "proportional", "of": {"ratio": ["done", "due"]}, "from": "80%"}
    rule["coefficient"] = Fraction("1.5")
    assert leaf_of_one(rule, 2, RATIO, done=done, due=100).points == Fraction(points)


def test_a_third_stays_a_third() -> None:
    rule = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
    assert leaf_of_one(rule, 2, RATIO, done=1, due=3).points == Fraction(2, 3)


def test_a_reported_95_percent_is_the_rate_of_the_bound() -> None:
    rule = {"kind": "steps", "of": "p", "steps": [{"at_least": Fraction("0.95"), "points": 1}]}
    percent = {"p": {"type": "percent"}}
    assert leaf_of_one(rule, 1, percent, p=Fraction(95)).points == 1
    assert leaf_of_one(rule, 1, percent, p=Fraction("94.99")).points == 0


def test_yen_bai_weights_the_options_of_its_forms() -> None:
    weights = {"A": 100, "B": 60, "C": 20, "D": 0}
    rule = {"kind": "answers", "of": "t", "weights": weights}
    tally = {"t": {"type": "tally", "options": ["A", "B", "C", "D"]}}
    forms = {"A": 7, "B": 4, "C": 3, "D": 1}
    # (700 + 240 + 60) / 15 = 66 2/3 percent of 3 points
    assert leaf_of_one(rule, 3, tally, t=forms).points == 2


def test_the_two_upper_answers_count_as_satisfied() -> None:
    rule = {"kind": "satisfied", "of": "t", "options": ["4", "5"]}
    tally = {"t": {"type": "tally", "options": ["1", "2", "3", "4", "5"]}}
    forms = {"1": 1, "2": 1, "3": 1, "4": 2, "5": 2}
    assert leaf_of_one(rule, 10, tally, t=forms).points == Fraction(40, 7)


def test_a_complement_takes_the_bad_ones_off() -> None:
    rule = {"kind": "proportional", "of": {"complement": ["done", "due"]}}
    assert leaf_of_one(rule, 1, RATIO, done=3, due=12).points == Fraction(3, 4)


@pytest.mark.parametrize(("delays", "points"), [(0, "4"), (1, "3"), (3, "1"), (4, "0"), (9, "0")])
def test_each_delay_costs_a_quarter(delays: int, points: str) -> None:
    rule = {"kind": "deduct", "of": "n", "percent_of_maximum": 25}
    assert leaf_of_one(rule, 4, {"n": {"type": "count"}}, n=delays).points == Fraction(points)


@pytest.mark.parametrize(("items", "points"), [(0, "0"), (3, "1.5"), (4, "2"), (5, "2")])
def test_items_earn_up_to_the_cap(items: int, points: str) -> None:
    rule = {"kind": "per_item", "of": "n", "points": Fraction("0.5")}
    assert leaf_of_one(rule, 2, {"n": {"type": "count"}}, n=items).points == Fraction(points)


@pytest.mark.parametrize(
    ("tasks", "points", "state"),
    [
        ({"tasks:due": 4, "tasks:on_time": 3}, Fraction(3, 4), "scored"),
        ({"tasks:due": 0, "tasks:on_time": 0}, Fraction(1), "scored"),
        ({}, Fraction(1), "scored"),
    ],
)
def test_a_task_share_reads_the_units_own_counts(
    tasks: dict[str, int], points: Fraction, state: str
) -> None:
    rule = {"kind": "proportional", "of": {"tasks": {"share": "on_time"}}}
    criteria_set = a_set(a_leaf(rule, when_none="full"), inputs={})
    leaf = of_one(criteria_set, UnitAnswers("u", tasks=tasks)).leaves["x"]
    assert (leaf.points, leaf.state) == (points, state)


def test_a_task_share_of_a_section_reads_that_section() -> None:
    rule = {"kind": "proportional", "of": {"tasks": {"share": "done", "section": "II"}}}
    tasks = {"tasks:due": 2, "tasks:done": 2, "tasks:due:II": 8, "tasks:done:II": 1}
    leaf = of_one(a_set(a_leaf(rule), inputs={}), UnitAnswers("u", tasks=tasks)).leaves["x"]
    assert leaf.points == Fraction(1, 8)


# --- formulas -------------------------------------------------------------------------------

NUMBERS = {"a": {"type": "amount"}, "b": {"type": "amount"}, "c": {"type": "amount"}}


@pytest.mark.parametrize(
    ("text", "answers", "state", "points"),
    [
        ("a / b", {"a": 1, "b": 4}, "scored", Fraction(1, 4)),
        ("a / b", {"a": 1, "b": 0}, "scored", Fraction(10)),  # does not exist: when_none full
        ("a / b", {"b": 0}, "scored", Fraction(10)),
        ("a / b", {"a": 1}, "missing", Fraction(0)),
        ("min(a, 1 / b)", {"a": 0, "b": 0}, "scored", Fraction(10)),
        ("c * (a / (b - b))", {"a": 1, "b": 3}, "scored", Fraction(10)),
        ("-a - -b", {"a": 1, "b": 3}, "scored", Fraction(2)),
        ("a - b - c", {"a": 9, "b": 3, "c": 1}, "scored", Fraction(5)),
        ("a / b / c", {"a": 8, "b": 4, "c": 2}, "scored", Fraction(1)),
        ("a - b", {"a": 1, "b": 3}, "scored", Fraction(0)),
        ("maximum * 2", {}, "scored", Fraction(10)),
    ],
)
def test_formulas(text: str, answers: dict[str, int], state: str, points: Fraction) -> None:
    leaf = a_leaf({"kind": "formula", "of": text}, 10, when_none="full")
    result = of_one(a_set(leaf, inputs=NUMBERS), **answers).leaves["x"]
    assert (result.state, result.points) == (state, points)


# --- parts ----------------------------------------------------------------------------------

YES_NO = {"a": {"type": "yes_no"}, "b": {"type": "yes_no"}, "n": {"type": "count"}}
MINUS = {"kind": "per_item", "of": "n", "points": Fraction("-0.5")}


def test_an_unreported_deduction_makes_the_whole_sum_missing_whatever_the_order() -> None:
    yes = {"kind": "yes_no", "of": "a"}
    for parts in ([yes, MINUS], [MINUS, yes]):
        result = leaf_of_one({"kind": "sum_of", "parts": parts}, 2, YES_NO, a=True)
        assert (result.state, result.points) == ("missing", 0)


def test_an_inner_sum_that_is_missing_earns_nothing_in_the_outer_one() -> None:
    inner = {"kind": "sum_of", "parts": [{"kind": "yes_no", "of": "a"}, MINUS]}
    outer = {"kind": "sum_of", "parts": [inner, {"kind": "yes_no", "of": "b", "maximum": 1}]}
    result = leaf_of_one(outer, 2, YES_NO, a=True, b=True)
    assert (result.state, result.points) == ("scored", 1)


def test_an_inner_sum_never_falls_below_zero() -> None:
    inner = {"kind": "sum_of", "parts": [{"kind": "yes_no", "of": "a"}, MINUS]}
    outer = {"kind": "sum_of", "parts": [inner, {"kind": "yes_no", "of": "b", "maximum": 1}]}
    assert leaf_of_one(outer, 2, YES_NO, a=False, b=True, n=100).points == 1


def test_the_best_part_is_at_least_nothing() -> None:
    rule = {"kind": "sum_of", "parts": [{"kind": "best_of", "parts": [MINUS]}, {**MINUS}]}
    rule["parts"].append({"kind": "yes_no", "of": "a"})
    assert leaf_of_one(rule, 2, YES_NO, a=True, n=1).points == Fraction("1.5")


def test_the_best_of_parts_that_do_not_exist_does_not_exist() -> None:
    none = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
    leaf = a_leaf({"kind": "best_of", "parts": [none, none]}, 2, when_none="full")
    inputs = {**RATIO, **YES_NO}
    assert of_one(a_set(leaf, inputs=inputs), due=0).leaves["x"].points == 2
    leaf["rule"]["parts"].append({"kind": "yes_no", "of": "a"})
    assert of_one(a_set(leaf, inputs=inputs), due=0).leaves["x"].state == "missing"
    assert of_one(a_set(leaf, inputs=inputs), due=0, a=False).leaves["x"].points == 0


@pytest.mark.parametrize(
    ("quantity", "answers", "state"),
    [
        ({"change": ["a", "b"]}, {"a": 1}, "missing"),
        ({"change": ["a", "b"]}, {"b": 1}, "missing"),
        ({"change": ["a", "b"]}, {"b": 0}, "not_applicable"),
        ({"complement": ["a", "b"]}, {"b": 1}, "missing"),
        ({"complement": ["a", "b"]}, {"b": 0}, "not_applicable"),
        ({"ratio": ["a", {"sum": ["b", "c"]}]}, {"a": 1, "b": 0}, "missing"),
        ({"ratio": ["a", {"sum": ["b", "c"]}]}, {"b": 0, "c": 0}, "not_applicable"),
        ({"ratio": [{"sum": ["a", "b"]}, "c"]}, {"a": 1, "c": 2}, "missing"),
        ({"sum": ["a", "b"]}, {"b": 1}, "missing"),
        ({"attained": ["a", "goal"]}, {}, "missing"),
        ({"attained": ["a", "goal"]}, {"a": 0}, "scored"),
    ],
)
def test_a_blank_is_missing_and_a_zero_divisor_is_nothing(
    quantity: dict[str, Any], answers: dict[str, int], state: str
) -> None:
    leaf = a_leaf({"kind": "per_item", "of": quantity, "points": 1}, when_none="exclude")
    criteria_set = a_set(leaf, inputs=NUMBERS, targets={"goal": {"value": 5}})
    assert of_one(criteria_set, **answers).leaves["x"].state == state


# --- states ---------------------------------------------------------------------------------


def with_status(**statuses: Status) -> LeafResult:
    leaf = a_leaf({"kind": "all_of", "of": ["a", "b"]}, 2)
    unit = UnitAnswers("u", {"a": True, "b": True}, statuses=statuses)
    return of_one(a_set(leaf, inputs=YES_NO), unit).leaves["x"]


def test_states_and_which_of_them_goes_first() -> None:
    assert with_status() == LeafResult("scored", Fraction(2), Fraction(2))
    assert with_status(a="pending") == LeafResult("pending", Fraction(0), Fraction(2))
    assert with_status(a="pending", b="refused") == LeafResult("refused", Fraction(0), Fraction(2))
    assert with_status(a="refused", b="not_applicable") == LeafResult("not_applicable", None, None)
    assert with_status(n="refused").state == "scored"  # of another leaf


def test_a_status_goes_before_a_blank_and_an_attribute_before_a_status() -> None:
    leaf = a_leaf({"kind": "yes_no", "of": "a"}, applies_to="has_procedures")
    criteria_set = a_set(leaf, inputs=YES_NO)
    unit = UnitAnswers("u", statuses={"a": "pending"}, attributes={"has_procedures": True})
    assert of_one(criteria_set, unit).leaves["x"].state == "pending"
    unit = UnitAnswers("u", statuses={"a": "refused"}, attributes={"has_procedures": False})
    assert of_one(criteria_set, unit).leaves["x"].state == "not_applicable"
    assert of_one(criteria_set, a=True).leaves["x"].state == "not_applicable"  # not said to have it


@pytest.mark.parametrize(
    ("when_none", "expected"),
    [
        ("full", LeafResult("scored", Fraction(2), Fraction(2))),
        ("zero", LeafResult("scored", Fraction(0), Fraction(2))),
        ("exclude", LeafResult("not_applicable", None, None)),
    ],
)
def test_nothing_to_divide_by(when_none: str, expected: LeafResult) -> None:
    rule = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
    criteria_set = a_set(a_leaf(rule, 2, when_none=when_none), inputs=RATIO)
    assert of_one(criteria_set, done=0, due=0).leaves["x"] == expected
    assert of_one(criteria_set, due=0).leaves["x"] == expected
    assert of_one(criteria_set, done=0).leaves["x"].state == "missing"


# --- the whole unit -------------------------------------------------------------------------

FLAG = {"kind": "yes_no", "of": "a"}


def test_thanh_hoa_scores_some_departments_on_a_scale_of_84() -> None:
    survey = a_leaf({"kind": "yes_no", "of": "b"}, 16, "survey", applies_to="has_procedures")
    rest = a_leaf({"kind": "proportional", "of": "p"}, 84, "rest")
    inputs = {**YES_NO, "p": {"type": "percent"}}
    unit = UnitAnswers("u", {"p": Fraction(75)}, attributes={"has_procedures": False})
    result = of_one(a_set(survey, rest, inputs=inputs), unit)
    assert (result.points, result.maximum, result.index) == (63, 84, 75)
    assert (result.printed_points, result.printed_index) == ("63.00", "75.00")


@pytest.mark.parametrize(("law", "printed"), [("flat", "55.56"), ("nested", "60.00")])
def test_the_two_laws_of_the_not_applicable_differ(law: str, printed: str) -> None:
    fields = [
        {
            "id": "A",
            "title": "A",
            "criteria": [
                a_leaf(FLAG, 10, "A1"),
                a_leaf({"kind": "yes_no", "of": "b"}, 10, "A2", applies_to="t"),
            ],
        },
        {
            "id": "B",
            "title": "B",
            "criteria": [a_leaf({"kind": "proportional", "of": "p"}, 80, "B1")],
        },
    ]
    inputs = {**YES_NO, "p": {"type": "percent"}}
    criteria_set = a_set(inputs=inputs, fields=fields, not_applicable=law)
    unit = UnitAnswers("u", {"a": True, "p": Fraction(50)}, attributes={"t": False})
    result = of_one(criteria_set, unit)
    assert result.printed_index == printed
    assert result.printed_fields == {"A": "10.00", "B": "40.00"}


def test_the_nested_law_goes_down_to_the_leaves() -> None:
    inner = {
        "id": "1.1",
        "title": "inner",
        "criteria": [a_leaf(FLAG, 1, "i1"), a_leaf(FLAG, 3, "i2", applies_to="t")],
    }
    outer = {"id": "1", "title": "1", "criteria": [inner, a_leaf(FLAG, 4, "o", applies_to="s")]}
    other = {"id": "2", "title": "2", "criteria": [a_leaf({"kind": "yes_no", "of": "b"}, 2, "z")]}
    criteria_set = a_set(inputs=YES_NO, fields=[outer, other], not_applicable="nested")
    # i2 falls out of 1.1, which is full and keeps its weight of 4; the field weighs 8, the other 2.
    unit = UnitAnswers("u", {"a": True, "b": False}, attributes={"t": False, "s": True})
    assert of_one(criteria_set, unit).index == 80
    # Field 1 has nothing applicable but i1: still all of its 8.
    unit = UnitAnswers("u", {"a": False, "b": True}, attributes={"t": False, "s": False})
    assert of_one(criteria_set, unit).index == 20


def test_points_are_rounded_before_they_are_added() -> None:
    third = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
    leaves = [a_leaf(third, 1, f"x{position}") for position in range(3)]
    rounded = a_set(*leaves, inputs=RATIO, rounding={"index": 2, "points": 1})
    assert of_one(rounded, done=1, due=4).points == Fraction("0.9")  # 0.25 -> 0.3, three times
    assert of_one(rounded, done=1, due=4).printed_points == "0.9"
    assert of_one(a_set(*leaves, inputs=RATIO), done=1, due=4).printed_points == "0.75"


def ranked(
    values: Mapping[str, str], *, unranked: tuple[str, ...] = (), **keys: Any
) -> dict[str, int | None]:
    leaf = a_leaf({"kind": "proportional", "of": "p"}, 100)
    criteria_set = a_set(leaf, inputs={"p": {"type": "percent"}}, **keys)
    units = [
        UnitAnswers(name, {"p": Fraction(value)}, ranked=name not in unranked)
        for name, value in values.items()
    ]
    return {unit: result.rank for unit, result in score(criteria_set, units).items()}


TIED = {"d": "70", "b": "80", "a": "90", "c": "80"}


def test_tied_units_share_a_rank() -> None:
    assert ranked(TIED) == {"a": 1, "b": 2, "c": 2, "d": 4}
    dense = {"on": "exact", "ties": "dense"}
    assert ranked(TIED, rank=dense) == {"a": 1, "b": 2, "c": 2, "d": 3}
    assert ranked(TIED, unranked=("a",)) == {"a": None, "b": 1, "c": 1, "d": 3}


def test_a_near_tie_is_a_tie_only_where_the_printed_index_is_ranked() -> None:
    near = {"a": "83.226", "b": "83.2259999999", "c": "83.224"}
    assert ranked(near) == {"a": 1, "b": 2, "c": 3}
    assert ranked(near, rank={"on": "printed"}) == {"a": 1, "b": 1, "c": 3}


def test_sums_that_floats_tell_apart_are_a_tie() -> None:
    tenth, fifth, three = Fraction("0.1"), Fraction("0.2"), Fraction("0.3")
    leaves = [
        a_leaf({"kind": "yes_no", "of": n}, m, n)
        for n, m in (("a", tenth), ("b", fifth), ("c", three))
    ]
    criteria_set = a_set(*leaves, inputs={n: {"type": "yes_no"} for n in "abc"})
    units = [
        UnitAnswers("u", {"a": True, "b": True, "c": False}),
        UnitAnswers("v", {"a": False, "b": False, "c": True}),
    ]
    result = score(criteria_set, units)
    assert (result["u"].rank, result["v"].rank) == (1, 1)


def test_statuses_of_units() -> None:
    leaf = a_leaf(FLAG, applies_to="t")
    criteria_set = a_set(leaf, inputs=YES_NO, grades=[{"name": "G"}])
    in_force, t = {"a": True}, {"t": True}
    results = score(
        criteria_set,
        [
            UnitAnswers("ranked", in_force, attributes=t),
            UnitAnswers("unranked", in_force, attributes=t, ranked=False),
            UnitAnswers("pending", in_force, attributes=t, statuses={"a": "pending"}),
            UnitAnswers("no_maximum", in_force, attributes={"t": False}, ranked=False),
        ],
    )
    assert {name: result.status for name, result in results.items()} == {n: n for n in results}
    assert [result.rank for result in results.values()] == [1, None, 2, None]
    assert [result.grade for result in results.values()] == ["G", "G", "G", None]
    nothing = results["no_maximum"]
    assert (nothing.index, nothing.printed_index, nothing.maximum) == (None, None, 0)


def test_only_an_answer_in_force_forbids_a_grade() -> None:
    grades = [{"name": "Tốt", "at_least": 50, "unless": ["b"]}, {"name": "Yếu"}]
    criteria_set = a_set(a_leaf(FLAG), inputs=YES_NO, grades=grades)
    yes = {"a": True, "b": True}
    assert of_one(criteria_set, UnitAnswers("u", yes)).grade == "Yếu"
    assert of_one(criteria_set, UnitAnswers("u", yes, statuses={"b": "pending"})).grade == "Tốt"
    assert of_one(criteria_set, a=True, b=False).grade == "Tốt"
    assert of_one(criteria_set, a=True).grade == "Tốt"


@pytest.mark.parametrize(("looked_at", "grade"), [("printed", "Tốt"), ("exact", "Khá")])
def test_a_grade_looks_at_the_printed_index_unless_told_otherwise(
    looked_at: str, grade: str
) -> None:
    leaf = a_leaf({"kind": "proportional", "of": "p"}, 100)
    grades = [{"name": "Tốt", "at_least": 80}, {"name": "Khá"}]
    percent = {"p": {"type": "percent"}}
    criteria_set = a_set(leaf, inputs=percent, grades=grades, grade_on=looked_at)
    assert of_one(criteria_set, p=Fraction("79.995")).grade == grade


def test_relative_to_best_looks_at_ranked_units_in_force_only() -> None:
    leaf = a_leaf({"kind": "relative_to_best", "of": "n"}, 10, applies_to="t")
    criteria_set = a_set(leaf, inputs=YES_NO)
    t = {"t": True}
    units = [
        UnitAnswers("half", {"n": 4}, attributes=t),
        UnitAnswers("best", {"n": 8}, attributes=t),
        UnitAnswers("unranked", {"n": 100}, attributes=t, ranked=False),
        UnitAnswers("elsewhere", {"n": 100}, attributes={"t": False}),
        UnitAnswers("refused", {"n": 100}, attributes=t, statuses={"n": "refused"}),
        UnitAnswers("pending", {"n": 100}, attributes=t, statuses={"n": "pending"}),
        UnitAnswers("silent", {}, attributes=t),
    ]
    points = {
        name: result.leaves["x"].points for name, result in score(criteria_set, units).items()
    }
    assert points == {
        "half": 5,
        "best": 10,
        "unranked": 10,
        "elsewhere": None,
        "refused": 0,
        "pending": 0,
        "silent": 0,
    }


# --- adjustments ----------------------------------------------------------------------------


def adjusted(
    limit: int | None = None, status: Status | None = None, **answers: Value
) -> UnitResult:
    each = {"kind": "per_item", "of": "n", "points": Fraction("0.5")}
    off = {"kind": "per_item", "of": "m", "points": -1}
    keys: dict[str, Any] = {
        "adjustments": [
            {"id": "B", "title": "bonus", "maximum": 1, "rule": each},
            {"id": "P", "title": "penalty", "maximum": -2, "rule": off},
        ]
    }
    if limit is not None:
        keys["adjustments_limit"] = limit
    criteria_set = a_set(a_leaf(FLAG), inputs={**YES_NO, "m": {"type": "count"}}, **keys)
    statuses: dict[str, Status] = {} if status is None else {"n": status}
    result: UnitResult = of_one(
        criteria_set, UnitAnswers("u", {"a": True, **answers}, statuses=statuses)
    )
    return result


def test_adjustments_are_capped_one_by_one_and_together() -> None:
    assert adjusted(n=1).index == Fraction("100.5")
    assert adjusted(n=3).adjustments == {"B": 1, "P": 0}
    assert adjusted(n=0, m=1).index == 99
    assert adjusted(m=5).adjustments == {"B": 0, "P": -2}
    assert adjusted(limit=1, n=0, m=5).index == 99
    assert adjusted(limit=1, n=2, m=5).index == 99  # 1 - 2, within the limit of 1
    assert adjusted(n=2).points == 1  # they are index points, not points


def test_an_adjustment_counts_only_in_force() -> None:
    for status in ("pending", "refused", "not_applicable"):
        assert adjusted(n=3, status=status).index == 100  # type: ignore[arg-type]
    assert adjusted(n=3, status="pending").status == "pending"


def test_a_penalty_of_parts_is_the_mirror_of_a_sum() -> None:
    late = {"kind": "per_item", "of": "n", "points": Fraction("-0.5"), "maximum": -1}
    relief = {"kind": "per_item", "of": "m", "points": Fraction("0.25")}
    rule = {"kind": "sum_of", "parts": [late, relief, {"kind": "yes_no", "of": "b"}]}
    penalty = {"id": "P", "title": "P", "maximum": -2, "rule": rule}
    inputs = {**YES_NO, "m": {"type": "count"}}
    criteria_set = a_set(a_leaf(FLAG), inputs=inputs, adjustments=[penalty])

    def off(**answers: Value) -> Fraction:
        points: Fraction = of_one(criteria_set, **answers).adjustments["P"]
        return points

    assert off(n=1, m=0, b=False) == Fraction("-0.5")
    assert off(n=9, m=0, b=False) == -1  # the part's own limit
    assert off(n=9, m=1, b=False) == Fraction("-0.75")
    assert off(n=9, m=0, b=True) == -2  # the penalty's limit
    assert off(n=0, m=9, b=False) == 0  # relief turns no penalty into a bonus
    assert off(b=True) == -2  # who keeps quiet about the rest does not escape this part
    assert off() == 0


def test_a_unit_may_fall_below_zero() -> None:
    result = adjusted(a=False, m=2)
    assert (result.index, result.printed_index) == (-2, "-2.00")


# --- rounding -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("2.675", 2, "2.68"),
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("-0.004", 2, "0.00"),
        ("0.5", 0, "1"),
        ("99.995", 2, "100.00"),
        ("-0.5", 0, "-1"),
        ("1/3", 3, "0.333"),
        ("7", 3, "7.000"),
    ],
)
def test_half_goes_away_from_zero(value: str, places: int, expected: str) -> None:
    assert oracle.printed(Fraction(value), places) == expected
