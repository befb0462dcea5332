"""Explanations: true on both sides of every bound, with arithmetic a calculator can repeat."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.model import Adjustment, CriteriaSet, Leaf
from criteria.wording import LANGUAGES, Language
from inputs.facts import Facts, UnitAnswers, Value, facts_of
from outputs.explain import Explanation, LedgerDisagrees, explain_leaf, explain_unit
from outputs.explain.voice import Voice
from scoring.ledger import adjustments_ledger, ledger
from scoring.score import score_set
from tests.strategies import World, leaf_sets, worlds

INPUTS: dict[str, Any] = {
    "done": {"type": "count", "title": "Số nhiệm vụ đã xong", "at_most": "due"},
    "due": {"type": "count", "title": "Số nhiệm vụ phải làm"},
    "late": {"type": "count", "title": "Số lần trễ"},
    "items": {"type": "count", "title": "Số sáng kiến"},
    "revenue": {"type": "amount", "title": "Thu ngân sách", "measure": "tỷ đồng"},
    "revenue_before": {"type": "amount", "title": "Thu năm trước", "measure": "tỷ đồng"},
    "satisfaction": {"type": "percent", "title": "Tỷ lệ hài lòng"},
    "issued": {"type": "date", "title": "Ngày ban hành"},
    "has_budget": {"type": "yes_no", "title": "Có kinh phí"},
    "full_tasks": {"type": "yes_no", "title": "Đủ nhiệm vụ"},
    "level": {"type": "choice", "title": "Mức ban hành", "options": ["kịp thời", "chậm", "chưa"]},
    "citizens": {"type": "tally", "title": "Phiếu người dân", "options": ["A", "B", "C"]},
    "council": {"type": "points", "title": "Điểm hội đồng"},
}


def one_leaf(rule: Mapping[str, Any], **keys: Any) -> CriteriaSet:
    """A set of one leaf with maximum 2."""
    leaf = {"id": "1.1.2", "title": "Mức độ hoàn thành", "maximum": 2, "rule": dict(rule)} | {
        key: value for key, value in keys.items() if key != "rounding"
    }
    return set_of([leaf], rounding=keys.get("rounding", {"index": 2}))


def set_of(leaves: list[dict[str, Any]], **keys: Any) -> CriteriaSet:
    tree = {
        "parindex": 1,
        "id": "one",
        "title": "Bộ tiêu chí",
        "status": "reference",
        "year": 2017,
        "group": "communes",
        "total": sum(leaf["maximum"] for leaf in leaves),
        "inputs": INPUTS,
        "targets": {"aim": {"value": "75%", "title": "Hài lòng"}},
        "fields": [{"id": "1", "title": "Chỉ đạo", "criteria": leaves}],
    }
    return CriteriaSet.model_validate(tree | keys)


def rows_of(facts: Facts) -> list[dict[str, Any]]:
    scores = score_set(facts)
    frames = [*ledger(scores), *adjustments_ledger(scores)]
    return [row for frame in frames for row in frame.iter_rows(named=True)]


def told(
    rule: Mapping[str, Any],
    answers: Mapping[str, Value],
    *,
    language: Language = "vi",
    others: Sequence[Mapping[str, Value]] = (),
    statuses: Mapping[str, Any] | None = None,
    attributes: Mapping[str, bool] | None = None,
    tasks: Mapping[str, int] | None = None,
    **keys: Any,
) -> Explanation:
    """The explanation of the one leaf for the first unit."""
    criteria_set = one_leaf(rule, **keys)
    first = UnitAnswers(
        "u", answers, statuses=statuses or {}, attributes=attributes or {}, tasks=tasks or {}
    )
    units = [first, *(UnitAnswers(f"o{i}", other) for i, other in enumerate(others))]
    row = rows_of(facts_of(criteria_set, units))[0]
    return explain_leaf(criteria_set.leaves[0], row, criteria_set, language)


RATIO = {"ratio": ["done", "due"]}
FLOOR = {"kind": "proportional", "of": RATIO, "from": "80%"}
STEPS = {
    "kind": "steps",
    "of": RATIO,
    "steps": [{"above": "90%", "points": "maximum"}, {"at_least": "70%", "points": 1}],
}


# --- one worked explanation a kind ----------------------------------------------------------


def test_the_chairman_is_told_why_he_got_one_point_six_of_two() -> None:
    found = told(
        FLOOR,
        {"done": 8, "due": 10},
        basis="II.7.b",
        reviewed_by="so-noi-vu",
        evidence="required",
    )
    assert found.sentences == (
        "Số liệu: Số nhiệm vụ đã xong: 8.",
        "Số liệu: Số nhiệm vụ phải làm: 10.",
        "Tỷ lệ «Số nhiệm vụ đã xong» trên «Số nhiệm vụ phải làm»: 8 ÷ 10 = 80 %.",
        "Cách tính: tỷ lệ: từ 100 % trở lên – 2 điểm; từ 80 % đến dưới 100 % – điểm bằng "
        "2 × giá trị đạt ÷ 100 %; dưới 80 % – 0 điểm.",
        "Áp dụng: Tỷ lệ (80 %) từ 80 % đến dưới 100 %: tính theo tỷ lệ.",
        "Tính: 2 × 80 % ÷ 100 % = 1,6.",
        "Kết quả: được 1,60 / 2 điểm, mất 0,40 điểm.",
        "Cách nâng điểm: muốn được 2 điểm, tỷ lệ phải từ 100 % trở lên, tức là cần ít nhất "
        "10 trên 10 (Số nhiệm vụ đã xong).",
        "Căn cứ: II.7.b.",
        "Đơn vị tự chấm; thẩm định: Sở Nội vụ; phải có tài liệu kiểm chứng.",
    )
    assert (found.points, found.maximum, found.lost) == ("1,60", "2", "0,40")


day = datetime.date

KINDS: list[tuple[dict[str, Any], dict[str, Value], list[str]]] = [
    (FLOOR, {"done": 79, "due": 100}, ["(79 %) dưới 80 %: 0 điểm", "ít nhất 80 trên 100"]),
    (FLOOR, {"done": 100, "due": 100}, ["(100 %) đạt từ 100 % trở lên", "2,00 / 2", "không mất"]),
    (FLOOR, {"done": 5, "due": 6}, ["5 ÷ 6 ≈ 83,3333 %", "2 × (5 ÷ 6) ÷ 100 % ≈ 1,6667"]),
    (STEPS, {"done": 91, "due": 100}, ["thuộc mức trên 90 %: 2 điểm"]),
    (
        STEPS,
        {"done": 90, "due": 100},
        ["thuộc mức từ 70 % đến hết 90 %: 1 điểm", "phải trên 90 %, tức là cần ít nhất 91 trên"],
    ),
    (STEPS, {"done": 70, "due": 100}, ["thuộc mức từ 70 % đến hết 90 %: 1 điểm"]),
    (STEPS, {"done": 69, "due": 100}, ["(69 %) thuộc mức dưới 70 %: 0 điểm", "ít nhất 70 trên"]),
    (
        {
            "kind": "line",
            "of": RATIO,
            "through": [{"at": "30%", "points": 0}, {"at": "90%", "points": 2}],
        },
        {"done": 60, "due": 100},
        ["2 × (60 % − 30 %) ÷ (90 % − 30 %) = 1.", "ít nhất 90 trên 100"],
    ),
    (
        {
            "kind": "line",
            "of": RATIO,
            "through": [{"at": "30%", "points": 2}, {"at": "90%", "points": "0.5"}],
        },
        {"done": 40, "due": 100},
        ["2 + (0,5 − 2) × (40 % − 30 %) ÷ (90 % − 30 %) = 1,75", "nhiều nhất 30 trên 100"],
    ),
    (
        {
            "kind": "deadline",
            "of": "issued",
            "tiers": [{"by": day(2017, 1, 31), "points": 2}, {"by": day(2017, 3, 31), "points": 1}],
        },
        {"issued": day(2017, 1, 31)},
        ["là 31/01/2017, không sau 31/01/2017: 2 điểm", "sau đó – 0 điểm"],
    ),
    (
        {
            "kind": "deadline",
            "of": "issued",
            "tiers": [{"by": day(2017, 1, 31), "points": 2}, {"by": day(2017, 3, 31), "points": 1}],
        },
        {"issued": day(2017, 2, 1)},
        ["sau 31/01/2017 nhưng không sau 31/03/2017: 1 điểm", "phải chậm nhất là 31/01/2017"],
    ),
    (
        {"kind": "deadline", "of": "issued", "tiers": [{"by": day(2017, 1, 31), "points": 2}]},
        {"issued": day(2017, 2, 1)},
        ["sau hạn cuối 31/01/2017: 0 điểm"],
    ),
    (
        {"kind": "choice", "of": "level", "points": {"kịp thời": 2, "chậm": 1, "chưa": 0}},
        {"level": "chậm"},
        ["Mức ban hành: «chậm» – 1 điểm", "«kịp thời» (2 điểm)"],
    ),
    ({"kind": "yes_no", "of": "has_budget"}, {"has_budget": False}, ["không – 0 điểm", "phải có"]),
    (
        {"kind": "all_of", "of": ["has_budget", "full_tasks"]},
        {"has_budget": True, "full_tasks": False},
        ["Chưa đạt «Đủ nhiệm vụ»: 0 điểm", "phải có «Đủ nhiệm vụ»"],
    ),
    (
        {"kind": "per_item", "of": "items", "points": Fraction("0.3")},
        {"items": 3},
        ["3 × 0,3 = 0,9", "phải từ 7 trở lên"],
    ),
    (
        {"kind": "per_item", "of": "items", "points": Fraction("0.5")},
        {"items": 5},
        ["5 × 0,5 = 2,5", "vượt mức tối đa nên lấy 2 điểm"],
    ),
    (
        {"kind": "deduct", "of": "late", "points": Fraction("0.25")},
        {"late": 3},
        ["2 − 3 × 0,25 = 1,25", "«Số lần trễ» phải bằng 0"],
    ),
    (
        {"kind": "deduct", "of": "late", "percent_of_maximum": 25},
        {"late": 5},
        ["2 − 5 × 2 × 25 % = −0,5", "đã trừ hết nên còn 0 điểm", "mất 2,00"],
    ),
    (
        {"kind": "answers", "of": "citizens", "weights": {"A": 100, "B": 50, "C": 0}},
        {"citizens": {"A": 6, "B": 2, "C": 2}},
        ["2 × (100 % × 6 + 50 % × 2 + 0 % × 2) ÷ 10 = 1,4", "bình quân 70 %"],
    ),
    (
        {"kind": "satisfied", "of": "citizens", "options": ["A", "B"]},
        {"citizens": {"A": 6, "B": 2, "C": 2}},
        ["8 trên 10 phiếu (80 %)", "2 × (6 + 2) ÷ 10 = 1,6"],
    ),
    (
        {"kind": "judged", "of": "council", "increment": Fraction("0.25")},
        {"council": Fraction("1.25")},
        ["Người thẩm định cho 1,25 điểm", "mất 0,75"],
    ),
    (
        {"kind": "formula", "of": "maximum * min(1, (done + 0.5 * late) / due)"},
        {"done": 6, "late": 3, "due": 10},
        ["2 × min(1; (6 + 0,5 × 3) ÷ 10) = 1,5", "điểm tối đa × min(1; («Số nhiệm vụ đã xong»"],
    ),
    (
        {
            "kind": "sum_of",
            "parts": [
                {"kind": "per_item", "of": "items", "points": Fraction("0.1"), "maximum": 1},
                {"kind": "yes_no", "of": "has_budget", "maximum": 1},
            ],
        },
        {"items": 4, "has_budget": True},
        ["Phần 1: 4 × 0,1 = 0,4.", "Phần 2: «Có kinh phí»: có – 1 điểm.", "0,4 + 1 = 1,4"],
    ),
    (
        {
            "kind": "sum_of",
            "parts": [
                {"kind": "yes_no", "of": "has_budget", "maximum": 1},
                {"kind": "per_item", "of": "late", "points": -1},
            ],
        },
        {"late": 3, "has_budget": True},
        ["3 × (−1) = −3", "1 + (−3) = −2", "thấp hơn mức thấp nhất nên lấy 0 điểm"],
    ),
    (
        {
            "kind": "best_of",
            "parts": [
                {"kind": "per_item", "of": "items", "points": Fraction("0.1")},
                {"kind": "yes_no", "of": "has_budget", "maximum": 1},
            ],
        },
        {"items": 4, "has_budget": True},
        ["Phần 2 có điểm cao nhất: 1 điểm", "Phần 1: 4 × 0,1 = 0,4"],
    ),
    (
        {"kind": "steps", "of": {"complement": ["late", "due"]}, "steps": STEPS["steps"]},
        {"late": 2, "due": 10},
        ["(10 − 2) ÷ 10 = 80 %", "nhiều nhất 0 trên 10 (Số lần trễ)"],
    ),
    (
        {
            "kind": "steps",
            "of": {"change": ["revenue", "revenue_before"]},
            "steps": [{"at_least": "5%", "points": "maximum"}],
        },
        {"revenue": Fraction("1234.5"), "revenue_before": 1200},
        ["(1.234,5 − 1.200) ÷ 1.200 = 2,875 %", "Thu ngân sách: 1.234,5 tỷ đồng"],
    ),
    (
        {"kind": "proportional", "of": {"attained": ["satisfaction", "aim"]}, "from": "80%"},
        {"satisfaction": 60},
        ["60 % ÷ 75 % = 80 %", "chỉ tiêu «Hài lòng» 75 %"],
    ),
    (
        {"kind": "per_item", "of": {"sum": ["items", "late"]}, "points": Fraction("0.25")},
        {"items": 3, "late": 1},
        ["3 + 1 = 4", "4 × 0,25 = 1"],
    ),
    (
        {"kind": "proportional", "of": "satisfaction", "full_at": "90%"},
        {"satisfaction": 80},
        ["2 × 80 % ÷ 90 % ≈ 1,7778", "1,78 / 2 điểm, mất 0,22"],
    ),
]


@pytest.mark.parametrize(("rule", "answers", "fragments"), KINDS)
def test_each_kind_is_worked_out(
    rule: dict[str, Any], answers: dict[str, Value], fragments: list[str]
) -> None:
    rule = {k: [fractions(s) for s in v] if k == "through" else v for k, v in rule.items()}
    text = "\n".join(told(rule, answers).sentences)
    for fragment in fragments:
        assert fragment in text, text


def fractions(point: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: Fraction(value) if key == "points" and value != "maximum" else value
        for key, value in point.items()
    }


def test_tasks_of_the_plan() -> None:
    share = {"tasks": {"share": "on_time", "section": "II"}}
    rule = {"kind": "proportional", "of": share}
    found = told(rule, {}, tasks={"tasks:on_time:II": 3, "tasks:due:II": 4})
    text = "\n".join(found.sentences)
    assert "Số nhiệm vụ hoàn thành đúng hạn (mục II): 3." in text
    assert "Tỷ lệ nhiệm vụ hoàn thành đúng hạn (mục II): 3 ÷ 4 = 75 %." in text


def test_the_best_unit_is_named_by_its_value() -> None:
    rule = {"kind": "relative_to_best", "of": RATIO}
    others = [{"done": 19, "due": 20}]
    text = "\n".join(told(rule, {"done": 8, "due": 10}, others=others).sentences)
    assert "(80 %) so với giá trị cao nhất của các đơn vị được xếp hạng trong nhóm (95 %)" in text
    assert "2 × 80 % ÷ 95 % ≈ 1,6842" in text
    best = told(rule, {"done": 19, "due": 20}, others=[{"done": 8, "due": 10}])
    assert "không thấp hơn giá trị cao nhất" in best.why
    rounded = told(rule, {"done": 8, "due": 10}, others=others, rounding={"index": 2, "points": 2})
    text = "\n".join(rounded.sentences)
    assert "không ghi giá trị cao nhất" in text
    assert "1,68 ÷ 2 = 84 %" in text


def test_the_best_unit_inside_a_sum() -> None:
    relative = {"kind": "relative_to_best", "of": RATIO, "maximum": 1}
    rule = {"kind": "sum_of", "parts": [{"kind": "yes_no", "of": "has_budget", "maximum": 1}]}
    rule["parts"] = [*rule["parts"], relative]
    others = [{"done": 10, "due": 10}]
    answers = {"done": 8, "due": 10, "has_budget": True}
    text = "\n".join(told(rule, answers, others=others).sentences)
    assert "trong nhóm (100 %)" in text
    assert "1 × 80 % ÷ 100 % = 0,8" in text
    assert "1 + 0,8 = 1,8" in text


# --- bounds, rounding, print ----------------------------------------------------------------


def test_a_shortened_rate_stays_on_its_side_of_the_bound() -> None:
    under = told(FLOOR, {"done": 7_999_999, "due": 10_000_001})
    assert "dưới 80 %: 0 điểm" in under.why
    assert "(≈ 80 %)" not in under.why
    assert "79,9999" in under.why
    over = told(FLOOR, {"done": 8_000_001, "due": 10_000_001})
    assert "từ 80 % đến dưới 100 %" in over.why
    assert "80,00000" in over.why


def test_rounded_points_are_said() -> None:
    found = told(FLOOR, {"done": 5, "due": 6}, rounding={"index": 2, "points": 2})
    text = "\n".join(found.sentences)
    assert "Làm tròn điểm tiêu chí đến 2 chữ số thập phân: ≈ 1,6667 → 1,67." in text
    assert (found.points, found.lost) == ("1,67", "0,33")


def test_points_and_lost_add_up_in_print() -> None:
    found = told(FLOOR, {"done": 357, "due": 400})  # 1.785: half up on both sides would give 2.01
    assert (found.points, found.lost) == ("1,79", "0,21")
    nearly = told(FLOOR, {"done": 99_999, "due": 100_000})
    assert (nearly.points, nearly.lost) == ("2,00", "< 0,01")


def test_english() -> None:
    found = told(FLOOR, {"done": 8_000, "due": 10_000}, language="en")
    text = "\n".join(found.sentences)
    assert "Reported: Số nhiệm vụ đã xong: 8,000." in text
    assert "8,000 ÷ 10,000 = 80%." in text
    assert "from 80% to less than 100%" in text
    assert "2 × 80% ÷ 100% = 1.6" in text
    assert "Result: 1.60 / 2 points, 0.40 points lost." in text


# --- states ---------------------------------------------------------------------------------


def test_missing() -> None:
    found = told(FLOOR, {"due": 10})
    assert found.state == "thiếu số liệu"
    assert found.why.startswith("Chưa có số liệu «Số nhiệm vụ đã xong»: tính 0 điểm")
    assert "Số liệu: Số nhiệm vụ đã xong: chưa có số liệu." in found.sentences
    assert found.lost == "2,00"


def test_missing_where_it_could_take_points_away() -> None:
    parts = [
        {"kind": "yes_no", "of": "has_budget"},
        {"kind": "per_item", "of": "late", "points": -1},
    ]
    found = told({"kind": "sum_of", "parts": parts}, {"has_budget": True})
    assert "có thể làm trừ điểm" in found.why


@pytest.mark.parametrize(
    ("status", "word", "fragment"),
    [
        ("pending", "chờ thẩm định", "Đang chờ thẩm định «Số nhiệm vụ đã xong»: tạm tính 0 điểm"),
        ("refused", "bị bác", "Số liệu bị bác «Số nhiệm vụ đã xong»: 0 điểm"),
        ("not_applicable", "không áp dụng", "Được quyết định không áp dụng «Số nhiệm vụ đã xong»"),
    ],
)
def test_states_of_answers(status: str, word: str, fragment: str) -> None:
    found = told(FLOOR, {"done": 8, "due": 10}, statuses={"done": status})
    assert found.state == word
    assert fragment in found.why


def test_reasons_are_given() -> None:
    criteria_set = one_leaf(FLOOR)
    facts = facts_of(
        criteria_set,
        [UnitAnswers("u", {"done": 8, "due": 10}, statuses={"done": "refused"})],
    )
    reasons = {("u", "done"): "Công văn 12/SNV"}
    facts = Facts(criteria_set, facts.frame, facts.scales, reasons=reasons)
    found = explain_leaf(criteria_set.leaves[0], rows_of(facts)[0], criteria_set, "vi")
    assert "«Số nhiệm vụ đã xong» (lý do: Công văn 12/SNV)" in found.why


@pytest.mark.parametrize(
    ("when_none", "fragment", "points"),
    [
        ("full", "theo bộ tiêu chí được điểm tối đa", "2,00"),
        ("zero", "theo bộ tiêu chí được 0 điểm", "0,00"),
        ("exclude", "không tính điểm, không tính điểm tối đa", ""),
    ],
)
def test_nothing_arose(when_none: str, fragment: str, points: str) -> None:
    found = told(FLOOR, {"done": 0, "due": 0}, when_none=when_none)
    assert found.why.startswith("Trong kỳ không phát sinh")
    assert fragment in found.why
    assert found.points == points


def test_not_for_this_unit() -> None:
    found = told(
        FLOOR,
        {"done": 8, "due": 10},
        applies_to="has_procedures",
        attributes={"has_procedures": False},
    )
    assert "chỉ áp dụng cho đơn vị có giải quyết thủ tục hành chính" in found.why.lower()
    assert (found.points, found.maximum, found.lost) == ("", "", "")


def test_a_row_of_another_set_is_refused() -> None:
    criteria_set = one_leaf(FLOOR)
    row = rows_of(facts_of(criteria_set, [UnitAnswers("u", {"done": 8, "due": 10})]))[0]
    with pytest.raises(LedgerDisagrees):
        explain_leaf(one_leaf(STEPS).leaves[0], row, one_leaf(STEPS), "vi")
    with pytest.raises(LedgerDisagrees):
        explain_leaf(criteria_set.leaves[0], row | {"points_exact": "1/2"}, criteria_set, "vi")


# --- the way up -----------------------------------------------------------------------------

_COUNT = re.compile(r"muốn (được ([0-9,]+) điểm|có điểm).* (ít nhất|nhiều nhất) ([0-9]+) trên")
_RATE_RULES: list[dict[str, Any]] = [
    FLOOR,
    STEPS,
    {"kind": "steps", "of": RATIO, "steps": [{"at_most": "30%", "points": 2}]},
    {"kind": "steps", "of": RATIO, "steps": [{"below": "30%", "points": 2}]},
    {
        "kind": "steps",
        "of": RATIO,
        "steps": [
            {"at_least": "40%", "at_most": "60%", "points": 2},
            {"above": "60%", "points": 1},
        ],
    },
    {"kind": "proportional", "of": RATIO, "from": "33.3%", "full_at": "90%", "coefficient": 1},
    {
        "kind": "line",
        "of": RATIO,
        "through": [{"at": "30%", "points": 0}, {"at": "90%", "points": 2}],
    },
]


@given(st.sampled_from(_RATE_RULES), st.integers(1, 30), st.integers(0, 30))
def test_the_way_up_leads_there_and_one_step_less_does_not(
    rule: dict[str, Any], due: int, done: int
) -> None:
    done = min(done, due)
    for sentence in told(rule, {"done": done, "due": due}).sentences:
        found = _COUNT.search(sentence)
        if found is None:
            continue
        wanted, aim = int(found[4]), found[2]
        step = -1 if found[3] == "ít nhất" else 1
        there, before = (
            calculator(told(rule, {"done": n, "due": due}).points, "vi")
            for n in (wanted, wanted + step)
        )
        if aim is None:
            assert there > 0
            assert before == 0
        else:
            assert there == calculator(aim, "vi")
            assert before != there


# --- the unit -------------------------------------------------------------------------------


def test_unit_table_puts_the_largest_loss_first() -> None:
    leaves = [
        {"id": "a", "title": "A", "maximum": 1, "rule": {"kind": "yes_no", "of": "has_budget"}},
        {"id": "b", "title": "B", "maximum": 2, "rule": FLOOR, "when_none": "exclude"},
        {"id": "c", "title": "C", "maximum": 2, "rule": {"kind": "yes_no", "of": "full_tasks"}},
    ]
    penalty = {
        "id": "P1",
        "title": "Phạt",
        "maximum": -2,
        "rule": {"kind": "per_item", "of": "late", "points": Fraction(-1, 2)},
    }
    criteria_set = set_of(leaves, adjustments=[penalty])
    answers = {"has_budget": False, "done": 0, "due": 0, "full_tasks": False, "late": 1}
    table = explain_unit(
        rows_of(facts_of(criteria_set, [UnitAnswers("u", answers)])), criteria_set, "vi"
    )
    assert [line.leaf for line in table.lines] == ["c", "a", "b", "P1"]
    assert [line.lost for line in table.lines] == ["2,00", "1,00", "", ""]
    assert table.lines[-1].adjustment
    assert table.lines[-1].points == "−0,50"


# --- every generated set --------------------------------------------------------------------

_EQUATION = re.compile(r"(?:^|: )([^:]+?) ([=≈]) (\(?−?[0-9.,]+ ?%?)$")


def calculator(expression: str, language: Language) -> Fraction:
    """What a pocket calculator makes of a printed expression."""
    group, mark = (".", ",") if language == "vi" else (",", ".")

    def number(found: re.Match[str]) -> str:
        digits = found[1].replace(group, "").replace(mark, ".")
        return f"(F('{digits}')/100)" if found[2] else f"F('{digits}')"

    number_text = rf"([0-9]{{1,3}}(?:\{group}[0-9]{{3}})*(?:\{mark}[0-9]+)?)( ?%)?"
    text = re.sub(number_text, number, expression.replace(";", " @ "))
    text = text.replace("×", "*").replace("÷", "/").replace("−", "-").replace(" @ ", ",")
    assert re.fullmatch(r"(F\('[0-9.]+'\)|min|max|[-+*/(), ]|/100)*", text), text
    names = {"F": Fraction, "min": lambda *a: min(a), "max": lambda *a: max(a)}
    return Fraction(eval(text, {"__builtins__": {}} | names))


def check_arithmetic(found: Explanation, language: Language) -> None:
    """Every equation holds."""
    equations = list(found.arithmetic)
    for line in equations:
        match = _EQUATION.search(line)
        if match is None:
            continue
        left = calculator(match[1], language)
        right = calculator(match[3], language)
        if match[2] == "=":
            assert left == right, line
        else:
            summands = match[1].count("+") + 2
            assert abs(left - right) <= Fraction(summands, 10_000), line


def check_all(world: World) -> None:
    facts = facts_of(world.set, world.units)
    every: tuple[Leaf | Adjustment, ...] = (*world.set.leaves, *world.set.adjustments)
    items = {item.id: item for item in every}
    by_unit: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(facts):
        by_unit.setdefault(row["unit"], []).append(row)
        for language in LANGUAGES:
            found = explain_leaf(items[row["leaf"]], row, world.set, language)
            check_arithmetic(found, language)
            check_end(found, row, world.set, language)
            assert all(s and s.strip() == s and "{" not in s for s in found.sentences)
    for rows in by_unit.values():
        table = explain_unit(rows, world.set, "vi")
        assert len(table.lines) == len(items)


def check_end(
    found: Explanation, row: Mapping[str, Any], criteria_set: CriteriaSet, language: Language
) -> None:
    """The last number of the arithmetic is the points of the ledger."""
    if row["points_exact"] is None:
        assert (found.points, found.lost) == ("", "")
        return
    points = Fraction(row["points_exact"])
    printed = Voice(language)
    if found.points:
        assert abs(calculator(found.points, language) - points) <= Fraction(1, 2)
    told_points = {printed.points(points), printed.about(points)}
    end = found.arithmetic[-1] if found.arithmetic else found.why
    if criteria_set.rounding.points is None and row["state"] == "scored":
        # Of the best of several parts, the lines of the last part need not be those that count.
        best = ("nhất", "best", "hông phần nào", "o part earns")
        known = not any(words in found.why for words in best) and "none:" not in row["branch"]
        if known and found.arithmetic and _EQUATION.search(end):
            value = calculator(_EQUATION.search(end)[3], language)  # type: ignore[index]
            assert abs(value - points) <= Fraction(1, 10_000), end
        elif known and not found.arithmetic:
            assert any(end.endswith(text) for text in told_points) or "judged" in row["branch"], end


@given(worlds())
def test_every_leaf_of_every_set_is_explained(world: World) -> None:
    check_all(world)


@given(leaf_sets(statuses=True))
def test_every_leaf_in_every_state_is_explained(world: World) -> None:
    check_all(world)


@given(leaf_sets(kinds=("sum_of", "best_of", "relative_to_best", "formula", "per_item")))
def test_parts_of_parts_are_explained(world: World) -> None:
    check_all(world)
