"""A reviewer's decision on a leaf: points given, refused, pending, not applicable; their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from criteria.model import CriteriaSet
from criteria.problems import Place
from criteria.wording import Language
from inputs.facts import Facts, Status, UnitAnswers, facts_of
from outputs.explain import Explanation, LedgerDisagrees, explain_leaf, explain_unit
from outputs.printed import printed_group
from outputs.workbook import write_workbook
from scoring.compiled import compile_set
from scoring.leaf_points import Engine
from scoring.ledger import adjustments_ledger, ledger
from scoring.score import Scores, score_set
from scoring.terms import NANO, NEVER
from tests import oracle

ENGINES: tuple[Engine, ...] = ("polars", "duckdb")
GOOD = {"done": 8, "due": 10, "items": 1, "late": 2}

INPUTS = {
    "done": {"type": "count", "title": "Đã xong"},
    "due": {"type": "count", "title": "Phải làm"},
    "items": {"type": "count", "title": "Sáng kiến"},
    "late": {"type": "count", "title": "Số lần trễ"},
}
EACH = {"kind": "per_item", "of": "items", "points": 1}
LATE = {"kind": "per_item", "of": "late", "points": Fraction(-1, 2)}
ADJUSTMENTS = [
    {"id": "B1", "title": "Thưởng", "maximum": 1, "rule": EACH},
    {"id": "P1", "title": "Phạt", "maximum": -2, "rule": LATE},
]


def a_set(**keys: Any) -> CriteriaSet:
    """Leaf 1.1: 2 points for done / due; leaf 1.2: 1 point an item up to 3; a bonus, a penalty."""
    share = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
    first = {"id": "1.1", "title": "Hoàn thành nhiệm vụ", "maximum": 2, "rule": share}
    first |= {"when_none": keys.pop("when_none", "exclude")}
    first |= {"applies_to": keys.pop("applies_to")} if "applies_to" in keys else {}
    first |= {"rule": keys.pop("rule")} if "rule" in keys else {}
    other = {"id": "1.2", "title": "Khác", "maximum": 3, "rule": EACH}
    tree = {
        "parindex": 1,
        "id": "decided",
        "title": "Bộ tiêu chí",
        "status": "reference",
        "year": 2017,
        "group": "communes",
        "total": 5,
        "inputs": INPUTS,
        "fields": [{"id": "1", "title": "Chỉ đạo", "criteria": [first, other]}],
        "adjustments": ADJUSTMENTS,
    }
    return CriteriaSet.model_validate(tree | keys)


def scored(criteria_set: CriteriaSet, *units: UnitAnswers) -> Scores:
    """The scores, after both engines and the oracle came to the same."""
    facts = facts_of(criteria_set, units)
    scores, other = (score_set(facts, engine) for engine in ENGINES)
    assert scores.frame.equals(other.frame)
    assert scores.totals.equals(other.totals)
    wanted = oracle.score(criteria_set, units)
    assert scores.frame["status"].to_list() == [result.status for result in wanted.values()]
    for row in rows_of(scores).values():
        if row["leaf"] in wanted[row["unit"]].leaves:
            told = wanted[row["unit"]].leaves[row["leaf"]]
            assert (row["state"], exact(row)) == (told.state, told.points)
        else:
            assert (exact(row) or 0) == wanted[row["unit"]].adjustments[row["leaf"]]
    return scores


def rows_of(scores: Scores) -> dict[tuple[str, str], dict[str, Any]]:
    frames = [*ledger(scores), *adjustments_ledger(scores)]
    rows = (row for frame in frames for row in frame.iter_rows(named=True))
    return {(row["unit"], row["leaf"]): row for row in rows}


def exact(row: Mapping[str, Any]) -> Fraction | None:
    return None if row["points_exact"] is None else Fraction(row["points_exact"])


def one(
    *,
    given: str | None = None,
    decided: Status | None = None,
    answers: Mapping[str, int] = GOOD,
    statuses: Mapping[str, Status] | None = None,
    attributes: Mapping[str, bool] | None = None,
    leaf: str = "1.1",
    **keys: Any,
) -> tuple[str, Fraction | None, str, str]:
    """State, points and branch of one leaf of one unit, and the unit's status."""
    unit = UnitAnswers(
        "u",
        answers,
        statuses=statuses or {},
        attributes=attributes or {},
        given={} if given is None else {leaf: Fraction(given)},
        decided={} if decided is None else {leaf: decided},
    )
    scores = scored(a_set(**keys), unit)
    row = rows_of(scores)["u", leaf]
    return row["state"], exact(row), row["branch"], scores.frame["status"][0]


# --- the order of the law -------------------------------------------------------------------


def test_a_decision_on_a_leaf_is_like_one_on_its_inputs() -> None:
    assert one() == ("scored", Fraction("1.6"), "share", "ranked")
    assert one(decided="refused") == ("refused", 0, "refused", "ranked")
    assert one(decided="pending") == ("pending", 0, "pending", "pending")
    assert one(decided="not_applicable") == ("not_applicable", None, "not_applicable", "ranked")


def test_given_points_cut_and_raise() -> None:
    assert one(given="0.25") == ("given", Fraction("0.25"), "given", "ranked")
    assert one(given="2") == ("given", 2, "given", "ranked")
    assert one(given="0") == ("given", 0, "given", "ranked")


def test_given_goes_before_refused_and_pending() -> None:
    for status in ("refused", "pending"):
        assert one(given="1.25", decided=status)[:2] == ("given", Fraction("1.25"))  # type: ignore[arg-type]
        held = one(given="1.25", statuses={"done": status})  # type: ignore[dict-item]
        assert held == ("given", Fraction("1.25"), "given", "ranked")


def test_not_applicable_goes_before_given() -> None:
    left_out = ("not_applicable", None)
    assert one(given="1", decided="not_applicable")[:2] == left_out
    assert one(given="1", statuses={"due": "not_applicable"})[:2] == left_out
    no, yes = {"has_land": False}, {"has_land": True}
    assert one(given="1", applies_to="has_land", attributes=no)[:2] == left_out
    assert one(given="1", applies_to="has_land", attributes=yes)[:2] == ("given", 1)


def test_given_where_nothing_arose() -> None:
    nothing = GOOD | {"done": 0, "due": 0}
    found = one(given="1", answers=nothing, when_none="exclude")
    assert found == ("not_applicable", None, "none:exclude", "ranked")
    for when_none in ("full", "zero"):
        assert one(given="1", answers=nothing, when_none=when_none)[:3] == ("given", 1, "given")
    # What is refused is not looked at, so there nothing arose that could be left out.
    held: Mapping[str, Status] = {"done": "refused"}
    assert one(given="1", answers=nothing, statuses=held)[:2] == ("given", 1)
    assert one(answers=nothing, statuses=held)[:2] == ("refused", 0)


def test_given_on_a_missing_leaf() -> None:
    blank = {"due": 10, "items": 1}
    assert one(answers=blank)[:2] == ("missing", 0)
    assert one(answers=blank, given="0.5")[:2] == ("given", Fraction("0.5"))


def test_refused_goes_before_pending_whichever_was_decided_where() -> None:
    assert one(decided="refused", statuses={"done": "pending"})[0] == "refused"
    assert one(decided="pending", statuses={"done": "refused"})[0] == "refused"
    assert one(decided="pending", answers={"due": 10})[0] == "pending"


def test_given_where_the_rule_is_made_of_parts() -> None:
    parts = [
        {"kind": "per_item", "of": "items", "points": 1},
        {"kind": "per_item", "of": "late", "points": -1},
    ]
    rule = {"kind": "sum_of", "parts": parts}
    assert one(rule=rule, answers={"items": 1})[:2] == ("missing", 0)
    assert one(rule=rule, answers={"items": 1}, given="1.5")[:2] == ("given", Fraction("1.5"))


def test_a_pending_adjustment_makes_the_unit_pending_unless_points_are_given() -> None:
    assert one(leaf="B1", decided="pending") == ("pending", 0, "pending", "pending")
    assert one(leaf="B1", decided="pending", given="0.5")[3] == "ranked"
    assert one(leaf="P1")[1] == -1
    assert one(leaf="P1", given="-1.75")[:2] == ("given", Fraction("-1.75"))
    assert one(leaf="P1", given="0")[:2] == ("given", 0)
    assert one(leaf="P1", decided="refused")[:2] == ("refused", 0)


def test_given_points_count_in_sums_index_and_rank() -> None:
    units = [
        UnitAnswers("a", GOOD, given={"1.1": Fraction("0.5"), "P1": Fraction(0)}),
        UnitAnswers("b", GOOD, given={"1.1": Fraction(2), "B1": Fraction("0.25")}),
        UnitAnswers("c", GOOD, decided={"1.1": "not_applicable", "B1": "refused"}),
    ]
    frame = scored(a_set(), *units).frame
    assert frame["points"].to_list() == [150, 300, 100]
    assert frame["maximum"].to_list() == [5 * NANO, 5 * NANO, 3 * NANO]
    # 100 x 1.5 / 5 + 1;  100 x 3 / 5 + 0.25 - 1;  100 x 1 / 3 - 1
    assert frame["index"].to_list() == [3100, 5925, 3233]
    assert frame["rank"].to_list() == [3, 1, 2]


@pytest.mark.parametrize(("law", "index"), [("flat", 5000), ("nested", 5000)])
def test_a_leaf_left_out_leaves_both_sums(law: str, index: int) -> None:
    unit = UnitAnswers(
        "u", {"items": 1, "late": 0}, decided={"1.1": "not_applicable", "B1": "refused"}
    )
    given = replace(unit, given={"1.1": Fraction(2), "1.2": Fraction("1.5")})
    assert scored(a_set(not_applicable=law), given).frame["index"][0] == index


# --- the best of the group ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "half"),
    [
        ({}, Fraction(1, 2)),
        ({"given": {"1.1": Fraction("0.1")}}, Fraction(1, 2)),
        ({"decided": {"1.1": "refused"}}, Fraction(2)),
        ({"decided": {"1.1": "pending"}}, Fraction(2)),
        ({"decided": {"1.1": "not_applicable"}}, Fraction(2)),
        ({"decided": {"1.1": "refused"}, "given": {"1.1": Fraction(1)}}, Fraction(2)),
        ({"statuses": {"items": "pending"}, "given": {"1.1": Fraction(1)}}, Fraction(2)),
    ],
)
def test_who_sets_the_best(first: dict[str, Any], half: Fraction) -> None:
    """Given points are no answer: the quantity counts in the same cases with and without them."""
    criteria_set = a_set(rule={"kind": "relative_to_best", "of": "items"})
    units = [UnitAnswers("best", {"items": 8}, **first), UnitAnswers("half", {"items": 2})]
    assert exact(rows_of(scored(criteria_set, *units))["half", "1.1"]) == half


# --- exactness ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("leaf", "given", "places", "points"),
    [
        ("1.1", "1.25", 1, "1.3"),
        ("1.1", "1.2499999999999", 1, "1.2"),
        ("1.1", "0.004999999999", 2, "0"),
        ("1.1", "0.005", 2, "0.01"),
        ("P1", "-1.25", 1, "-1.3"),
        ("P1", "-1.2499999999999", 1, "-1.2"),
        ("1.1", "1.25", None, "1.25"),
        ("1.1", "1.00000000000001", None, "1.00000000000001"),
    ],
)
def test_given_points_are_rounded_as_those_of_every_leaf(
    leaf: str, given: str, places: int | None, points: str
) -> None:
    rounding = {"index": 2} if places is None else {"index": 2, "points": places}
    assert one(leaf=leaf, given=given, rounding=rounding)[1] == Fraction(points)


@pytest.mark.parametrize("adjustments", [[], ADJUSTMENTS])
def test_given_points_tie_with_earned_ones_only_where_they_are_equal(
    adjustments: list[dict[str, Any]],
) -> None:
    """Beyond billionths too: 1.6 by the rule, 1.6 given, and a hair less given."""
    units = [
        UnitAnswers("rule", GOOD),
        UnitAnswers("given", GOOD, given={"1.1": Fraction("1.6")}),
        UnitAnswers("less", GOOD, given={"1.1": Fraction("1.59999999999999")}),
    ]
    assert scored(a_set(adjustments=adjustments), *units).frame["rank"].to_list() == [1, 1, 3]


@pytest.mark.parametrize("adjustments", [[], ADJUSTMENTS])
def test_thirds_beside_given_points_tie(adjustments: list[dict[str, Any]]) -> None:
    units = [
        UnitAnswers("given", {**GOOD, "done": 1, "due": 3}, given={"1.2": Fraction(2)}),
        UnitAnswers("items", {**GOOD, "done": 2, "due": 6, "items": 2}),
        UnitAnswers("less", {**GOOD, "done": 33_333_333_333, "due": 10**11, "items": 2}),
    ]
    assert scored(a_set(adjustments=adjustments), *units).frame["rank"].to_list() == [1, 1, 3]


@pytest.mark.parametrize(
    ("leaf", "given"),
    [("1.1", "2.01"), ("1.1", "-0.01"), ("1.1", "1/3"), ("P1", "0.01"), ("P1", "-2.01")],
)
def test_points_outside_the_maximum_or_without_end_are_no_facts(leaf: str, given: str) -> None:
    unit = UnitAnswers("u", GOOD, given={leaf: Fraction(given)})
    with pytest.raises(ValueError, match=f"given:{leaf}"):
        facts_of(a_set(), [unit])


def test_too_many_decimals_are_no_facts() -> None:
    unit = UnitAnswers("u", GOOD, given={"1.1": 1 + Fraction(1, 10**18)})
    with pytest.raises(OverflowError, match=r"given:1\.1"):
        facts_of(a_set(), [unit])


def test_columns_stand_only_where_something_was_decided() -> None:
    criteria_set = a_set()
    plain = facts_of(criteria_set, [UnitAnswers("u", GOOD)])
    assert plain.decisions == frozenset()
    assert all(term.given == NEVER for term in compile_set(plain).terms)
    units = [
        UnitAnswers("u", GOOD, given={"1.1": Fraction("1.25")}, decided={"B1": "pending"}),
        UnitAnswers("v", GOOD),
    ]
    facts = facts_of(criteria_set, units)
    assert facts.decisions == {"given:1.1", "decided:B1"}
    assert facts.scales["given:1.1"] == 2
    assert facts.frame["given:1.1"].to_list() == [125, None]
    assert facts.frame["decided:B1"].to_list() == [2, 0]
    assert facts.frame.schema["given:1.1"] == pl.Int64
    assert facts.frame.schema["decided:B1"] == pl.Int8


def test_a_tally_that_is_called_given_decides_nothing() -> None:
    tally = {"type": "tally", "title": "Phiếu", "options": ["1.1", "B"]}
    answers = {"kind": "satisfied", "of": "given", "options": ["1.1"]}
    criteria_set = a_set(rule=answers, inputs=INPUTS | {"given": tally, "decided": tally})
    unit = UnitAnswers("u", {**GOOD, "given": {"1.1": 1, "B": 3}, "decided": {"1.1": 2, "B": 0}})
    assert exact(rows_of(scored(criteria_set, unit))["u", "1.1"]) == Fraction(1, 2)


# --- what is told ---------------------------------------------------------------------------

PLACES = {
    "given:1.1": Place("/tmp/x/tham-dinh.csv", line=4),
    "decided:1.1": Place("/tmp/x/tham-dinh.csv", line=5),
}


def reviewed(unit: UnitAnswers, reasons: Mapping[str, str], **keys: Any) -> Facts:
    """One unit, with places of the decisions on leaf 1.1."""
    facts = facts_of(a_set(**keys), [unit])
    return replace(
        facts,
        reasons={(unit.unit, column): reason for column, reason in reasons.items()},
        place=lambda _, column: PLACES.get(column),
    )


def told(facts: Facts, language: Language = "vi", leaf: str = "1.1") -> Explanation:
    row = rows_of(score_set(facts))["u", leaf]
    item = next(item for item in facts.set.items if item.id == leaf)
    return explain_leaf(item, row, facts.set, language)


def decisions_of(facts: Facts, leaf: str = "1.1") -> list[dict[str, str | None]]:
    inputs = rows_of(score_set(facts))["u", leaf]["inputs"]
    return [each for each in inputs if each["input"].partition(":")[0] in ("given", "decided")]


GIVEN = UnitAnswers("u", GOOD, given={"1.1": Fraction("1.250")})
REASON = {"given:1.1": "Biên bản số 12."}


def test_the_ledger_holds_what_was_decided() -> None:
    facts = reviewed(GIVEN, REASON)
    row = rows_of(score_set(facts))["u", "1.1"]
    assert (row["state"], row["branch"], row["points_exact"]) == ("given", "given", "5/4")
    assert row["maximum"] == 2
    assert decisions_of(facts) == [
        {
            "input": "given:1.1",
            "value": "1.25",
            "status": "reported",
            "place": "tham-dinh.csv:4",
            "reason": "Biên bản số 12.",
        }
    ]
    assert decisions_of(facts, "1.2") == []
    refused = replace(GIVEN, decided={"1.1": "refused"})
    both = decisions_of(reviewed(refused, {"decided:1.1": "Thiếu tài liệu"}))
    assert both[1] == {
        "input": "decided:1.1",
        "value": None,
        "status": "refused",
        "place": "tham-dinh.csv:5",
        "reason": "Thiếu tài liệu",
    }
    nobody = UnitAnswers("v", GOOD, given={"1.2": Fraction(1)}, decided={"1.2": "pending"})
    scores = score_set(facts_of(a_set(), [GIVEN, nobody]))
    columns = [each["input"] for each in rows_of(scores)["u", "1.2"]["inputs"]]
    assert columns == ["items"]


def test_given_points_are_told_with_reason_and_place() -> None:
    found = told(reviewed(GIVEN, REASON))
    assert found.sentences == (
        "Số liệu: Đã xong: 8.",
        "Số liệu: Phải làm: 10.",
        "Cách tính: tỷ lệ: từ 100 % trở lên – 2 điểm; từ 0 % đến dưới 100 % – điểm bằng "
        "2 × giá trị đạt ÷ 100 %.",
        "Áp dụng: Cho 1,25 điểm theo kết luận, lý do: Biên bản số 12 (tham-dinh.csv:4).",
        "Kết quả: được 1,25 / 2 điểm, mất 0,75 điểm.",
        "Đơn vị tự chấm; tài liệu kiểm chứng không bắt buộc.",
    )
    assert (found.state, found.arithmetic) == ("cho điểm theo kết luận", ())
    assert found.why == "Cho 1,25 điểm theo kết luận, lý do: Biên bản số 12"
    assert "Cho 1,25 điểm theo kết luận, lý do: Biên bản số 12 – tham-dinh.csv:4" in found.places
    english = told(reviewed(GIVEN, REASON), "en")
    assert english.state == "points were given"
    said = "Applied: 1.25 points were given, reason: Biên bản số 12 (tham-dinh.csv:4)."
    assert said in english.sentences


def test_without_reason_and_place_nothing_is_invented() -> None:
    found = told(facts_of(a_set(), [GIVEN]))
    assert "Áp dụng: Cho 1,25 điểm theo kết luận." in found.sentences


def test_no_points_given_is_not_the_same_as_0_given() -> None:
    nothing = told(facts_of(a_set(), [replace(GIVEN, given={"1.1": Fraction(0)})]))
    assert nothing.why == "Cho 0 điểm theo kết luận"
    assert nothing.lost == "2,00"
    assert told(facts_of(a_set(), [replace(GIVEN, given={})])).state == "đã chấm"


def test_rounded_given_points_are_told() -> None:
    found = told(reviewed(GIVEN, {}, rounding={"index": 2, "points": 1}))
    text = "Làm tròn điểm tiêu chí đến 1 chữ số thập phân: 1,25 → 1,3."
    assert text in found.sentences
    assert found.points == "1,3"
    plain = told(reviewed(GIVEN, {}))
    assert not any("Làm tròn" in sentence for sentence in plain.sentences)


def test_given_points_of_a_bonus_and_a_penalty_are_told() -> None:
    unit = UnitAnswers("u", GOOD, given={"B1": Fraction("0.5"), "P1": Fraction("-1.5")})
    facts = facts_of(a_set(), [unit])
    assert told(facts, leaf="B1").why == "Cho 0,5 điểm theo kết luận"
    penalty = told(facts, leaf="P1")
    assert penalty.why == "Trừ 1,5 điểm theo kết luận"
    assert told(facts, "en", "P1").why == "1.5 points were taken off"
    assert penalty.sentences[-1] == ("Kết quả: trừ 1,50 điểm vào chỉ số (nhiều nhất 2 điểm).")


@pytest.mark.parametrize(
    ("status", "vi", "en"),
    [
        (
            "refused",
            "Cả tiêu chí bị bác (lý do: Thiếu tài liệu): 0 điểm",
            "The criterion as a whole was refused (reason: Thiếu tài liệu): 0 points",
        ),
        (
            "pending",
            "Cả tiêu chí đang chờ thẩm định (lý do: Thiếu tài liệu): tạm tính 0 điểm",
            "The criterion as a whole awaits review (reason: Thiếu tài liệu): 0 points for now",
        ),
        (
            "not_applicable",
            "Cả tiêu chí được quyết định không áp dụng (lý do: Thiếu tài liệu): không tính điểm, "
            "không tính điểm tối đa",
            "The criterion as a whole was decided not applicable (reason: Thiếu tài liệu): "
            "neither points nor maximum count",
        ),
    ],
)
def test_a_status_of_a_leaf_is_told(status: Status, vi: str, en: str) -> None:
    unit = UnitAnswers("u", GOOD, decided={"1.1": status})
    facts = reviewed(unit, {"decided:1.1": "Thiếu tài liệu"})
    assert told(facts).why == vi
    assert f"Áp dụng: {vi} (tham-dinh.csv:5)." in told(facts).sentences
    assert told(facts, "en").why == en


def test_points_that_do_not_count_are_told() -> None:
    unit = replace(GIVEN, statuses={"due": "not_applicable"})
    found = told(reviewed(unit, REASON))
    assert "Được quyết định không áp dụng «Phải làm»" in found.why
    said = (
        "Điểm đã cho theo kết luận (1,25 điểm) không được tính vì không áp dụng (tham-dinh.csv:4)."
    )
    assert said in found.sentences


def test_a_status_of_an_input_is_told_as_before_beside_another_of_the_leaf() -> None:
    unit = UnitAnswers("u", GOOD, statuses={"done": "refused"}, decided={"1.1": "pending"})
    found = told(reviewed(unit, {}))
    assert found.why == "Số liệu bị bác «Đã xong»: 0 điểm"
    assert all("tham-dinh" not in sentence for sentence in found.sentences)


def test_a_row_that_disagrees_with_its_points_is_refused() -> None:
    facts = reviewed(GIVEN, {})
    row = rows_of(score_set(facts))["u", "1.1"]
    for wrong in ({"points_exact": "1"}, {"inputs": row["inputs"][:-1]}):
        with pytest.raises(LedgerDisagrees):
            explain_leaf(facts.set.leaves[0], row | wrong, facts.set, "vi")


def test_the_table_of_a_unit_tells_given_points() -> None:
    facts = reviewed(GIVEN, REASON)
    table = explain_unit(rows_of(score_set(facts)).values(), facts.set, "vi")
    line = next(line for line in table.lines if line.leaf == "1.1")
    assert (line.points, line.lost, line.state) == ("1,25", "0,75", "cho điểm theo kết luận")


def test_the_workbook_prints_given_points(tmp_path: Path) -> None:
    units = [
        UnitAnswers("a", GOOD, name="Xã A", given={"1.1": Fraction("1.25"), "P1": Fraction(-1)}),
        UnitAnswers("b", GOOD, name="Xã B", given={"1.1": Fraction(0)}, decided={"1.2": "refused"}),
    ]
    scores = score_set(facts_of(a_set(), units))
    slices = [*ledger(scores), *adjustments_ledger(scores)]
    path = tmp_path / "results.xlsx"
    write_workbook([printed_group(scores)], {"communes": slices}, path, "vi")
    cells = [[c.value for c in row] for row in openpyxl.load_workbook(path).worksheets[2].rows]
    by_name = {row[1]: row[2:] for row in cells}
    assert by_name["Xã A"] == [1.25, 1, 1, -1]
    assert by_name["Xã B"] == [0, "bị bác", 1, -1]
