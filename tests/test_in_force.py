"""What is in force at each stage, which leaves are pending, and that scores are the same."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.assessment.model import STAGES, Assessment, Reviewer, Stage
from criteria.load import load_set
from criteria.model import CriteriaSet
from criteria.packs import load_pack, pack_ids
from criteria.plan.model import KINDS
from criteria.problems import Place, Problem
from inputs.answers import Intake, read_answers
from inputs.facts import STATUS, Facts, Source, rule_task_columns
from inputs.illustrative import illustrative_answers, write_answers_csv
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.store.facts import (
    Batch,
    BatchKind,
    Decision,
    Fact,
    input_subject,
    leaf_subject,
    task_subject,
)
from inputs.store.facts_at import facts_at
from inputs.store.hands import hands_of
from inputs.store.history import history
from inputs.store.in_force import acting, in_force
from inputs.store.recording import recorded
from inputs.store.stages import open_appeals, pending_leaves, work_left
from inputs.store.store import FILE, Store, create_store, opened_store
from inputs.units import Attribute, Unit, Units, read_units
from inputs.work import WorkFiles
from scoring.ledger import ledger
from scoring.score import score_set

AT = datetime.datetime(2018, 1, 10, 8, 30)
COUNCIL = "hoi-dong-tham-dinh"


def a_set(**keys: Any) -> CriteriaSet:
    """1.1: done / due, the unit's; 1.2: reads `done` too, reviewed by the district; 1.3: judged by
    the reviewer; 1.4: a survey; 1.5: only for some; B1, P1: a bonus and a penalty."""
    share = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
    steps = [{"at_least": 5, "points": "maximum"}]
    leaves: list[dict[str, Any]] = [
        {"id": "1.1", "title": "Hoàn thành", "maximum": 2, "rule": share},
        {
            **{"id": "1.2", "title": "Khối lượng", "maximum": 1, "reviewed_by": "huyen"},
            "rule": {"kind": "steps", "of": "done", "steps": steps},
        },
        {
            **{"id": "1.3", "title": "Hội đồng", "maximum": 2, "scored_by": "reviewer"},
            "rule": {"kind": "judged", "of": "council", "increment": Fraction(1, 4)},
        },
        {
            **{"id": "1.4", "title": "Điều tra", "maximum": 1, "scored_by": "survey"},
            "rule": {"kind": "satisfied", "of": "citizens", "options": ["4", "5"]},
        },
        {
            **{"id": "1.5", "title": "Riêng", "maximum": 1, "applies_to": "special"},
            "rule": {"kind": "yes_no", "of": "own_rule"},
        },
    ]
    each = {"kind": "per_item", "of": "items", "points": 1}
    late = {"kind": "per_item", "of": "late", "points": Fraction(-1, 2)}
    tree = {
        "parindex": 1,
        "id": "thu",
        "title": "Bộ tiêu chí thử",
        "status": "reference",
        "year": 2017,
        "group": "communes",
        "total": 7,
        "grades": [{"name": "Tốt", "at_least": 0, "unless": ["unlawful"]}, {"name": "Yếu"}],
        "inputs": {
            "due": {"type": "count", "title": "Phải làm"},
            "done": {"type": "count", "title": "Đã xong"},
            "council": {"type": "points", "title": "Điểm hội đồng"},
            "citizens": {"type": "tally", "title": "Phiếu", "options": ["3", "4", "5"]},
            "own_rule": {"type": "yes_no", "title": "Có quy chế"},
            "items": {"type": "count", "title": "Sáng kiến"},
            "late": {"type": "count", "title": "Số lần trễ"},
            "unlawful": {"type": "yes_no", "title": "Có vi phạm"},
        },
        "fields": [{"id": "1", "title": "Lĩnh vực", "criteria": leaves}],
        "adjustments": [
            {"id": "B1", "title": "Thưởng", "maximum": 1, "rule": each},
            {"id": "P1", "title": "Phạt", "maximum": -2, "rule": late},
        ],
    }
    return CriteriaSet.model_validate(tree | keys)


ASSESSMENT = Assessment(
    parindex_assessment=1,
    id="thu",
    title="Kỳ thử",
    province="Tỉnh",
    year=2017,
    generated=True,
    sets={"communes": "thu.yaml"},
    units="units.csv",
    calendar={
        "self": datetime.date(2018, 1, 15),
        "review": datetime.date(2018, 2, 15),
        "appeal": datetime.date(2018, 2, 28),
    },
    contact="-",
    coordinator="so",
    reviewers={"so": Reviewer(title="Sở"), "huyen": Reviewer(title="Huyện", of="parent")},
)
UNITS = Units(
    tuple(
        Unit(name, f"Xã {name}", "communes", parent, attributes={"special": special})
        for name, parent, special in (("a", "h1", True), ("b", "h2", False), ("c", None, False))
    ),
    Source("units.csv", "0" * 64),
    {"special": Attribute("special", Place("units.csv"))},
)
SET = a_set()


def said(name: str, value: str | None, unit: str = "a", **more: Any) -> Fact:
    return Fact(unit, input_subject(name), value, **more)


def leaf(name: str, status: Decision | None, unit: str = "a", **more: Any) -> Fact:
    return Fact(unit, leaf_subject(name), status=status, **more)


_KINDS: Mapping[Stage, BatchKind] = {
    "self": "workbook",
    "review": "review",
    "appeal": "ruling",
    "final": "record",
}


def batch(stage: Stage, *facts: Fact, kind: BatchKind | None = None, **more: Any) -> Batch:
    known = {"who": "a" if stage == "self" else "so", "file": f"{stage}.xlsx", "sha256": "ab" * 32}
    return Batch(stage, kind or _KINDS[stage], at=AT, facts=facts, **(known | more))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    create_store(tmp_path / FILE, "thu")
    with opened_store(tmp_path / FILE, "thu", write=True) as opened:
        yield opened


def at(store: Store, stage: Stage, *extra: Batch, sets: Sequence[CriteriaSet] = (SET,)) -> Intake:
    return facts_at(store, stage, ASSESSMENT, sets, UNITS, extra)


def pending(store: Store, stage: Stage, unit: str = "a") -> dict[str, str]:
    frame = pending_leaves(history(store), stage, ASSESSMENT, [SET], UNITS)
    rows = frame.filter(pl.col("unit") == unit).select("leaf", "why").iter_rows()
    return dict(rows)


def state(store: Store, stage: Stage, name: str, unit: str = "a") -> tuple[str, str | None]:
    """State and exact points of a leaf of a unit."""
    (rows,) = list(ledger(score_set(at(store, stage).facts["thu"])))
    row = rows.filter((pl.col("unit") == unit) & (pl.col("leaf") == name))
    state, points = row.select("state", "points_exact").row(0)
    return state, points


# --- the law of what is in force, against dictionaries ---


@dataclass
class Oracle:
    """Reads all facts aloud, one after the other."""

    stages: dict[tuple[str, str, str], Fact]

    @classmethod
    def of(cls, batches: Sequence[Batch]) -> Oracle:
        stages: dict[tuple[str, str, str], Fact] = {}
        for each in batches:
            for fact in each.facts:
                stages[fact.unit, fact.subject, each.stage] = fact
        return cls(stages)

    def value(self, unit: str, subject: str, stage: Stage) -> str | None:
        found = None
        for each in STAGES[: STAGES.index(stage) + 1]:
            fact = self.stages.get((unit, subject, each))
            if fact is not None and fact.value is not None:
                found = fact.value
        return found


_VALUES = st.sampled_from([None, "0", "1", "7", "12.5", "1.234"])
_SUBJECTS = st.sampled_from(
    [input_subject("done"), input_subject("citizens:4"), task_subject("V@1", "2017-Q1")]
)
_FACTS = st.builds(Fact, st.sampled_from("ab"), _SUBJECTS, _VALUES)
_BATCHES = st.lists(
    st.builds(
        lambda stage, facts: batch(stage, *facts),
        st.sampled_from(STAGES),
        st.lists(_FACTS, max_size=4),
    ),
    max_size=7,
)


@given(_BATCHES, st.integers(0, 7))
def test_in_force_is_the_newest_of_the_highest_stage(batches: list[Batch], stored: int) -> None:
    oracle = Oracle.of(batches)
    store = _memory(batches[:stored])
    subjects = {(fact.unit, fact.subject) for each in batches for fact in each.facts}
    for stage in STAGES:
        found = in_force(store, stage, batches[stored:])
        answers = found.answers.select("unit", "column", "value").iter_rows()
        tasks = found.tasks.select("unit", "task", "instance", "day").iter_rows()
        values = {(unit, input_subject(column)): value for unit, column, value in answers}
        values |= {(unit, task_subject(task, key)): day for unit, task, key, day in tasks}
        wanted = {key: oracle.value(*key, stage) for key in subjects}
        assert values == {key: value for key, value in wanted.items() if value is not None}


def _memory(batches: Sequence[Batch]) -> Store:
    """A store that is nowhere on disk."""
    import duckdb

    from inputs.store import store as module

    connection = duckdb.connect()
    connection.execute(module._SCHEMA)
    made = Store(connection, Path("memory"), {"seal": "00"})
    made.add(batches)
    return made


def test_a_batch_that_is_tried_is_as_if_stored(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    tried = batch("review", said("done", "2", reason="đếm lại"), leaf("1.2", "agreed"))
    before = at(store, "review", tried).facts["thu"]
    last = store.last
    store.add([tried])
    assert (last, store.last) == (2, 4)
    after = at(store, "review").facts["thu"]
    assert before.frame.equals(after.frame)
    assert before.reasons == after.reasons == {("a", "done"): "đếm lại"}
    assert before.sources == after.sources


# --- values, places, reasons ---


def test_values_are_read_exactly_with_their_cells(store: Store) -> None:
    judged = a_set(
        inputs={
            **{name: each.model_dump() for name, each in SET.inputs.items()},
            "rate": {"type": "amount", "title": "Tỷ lệ"},
        }
    )
    facts = [
        said("due", "8", sheet="Tự chấm", cell="D12"),
        said("rate", "1.234", sheet="Tự chấm", cell="D14"),
        said("done", "4", cell="17"),
    ]
    store.add([batch("self", *facts, file="a.xlsx")])
    found = at(store, "self", sets=[judged])
    read = found.facts["thu"]
    assert (read.frame["rate"][0], read.scales["rate"]) == (1234, 3)
    assert read.place("a", "due") == Place("a.xlsx", sheet="Tự chấm", cell="D12")
    assert read.place("a", "done") == Place("a.xlsx", line=17)
    assert read.place("b", "due") is None
    assert (read.stage, read.generated) == ("self", True)
    assert read.sources == (UNITS.source, Source("a.xlsx", "ab" * 32))
    assert found.problems == ()


def test_a_value_that_cannot_be_read_is_a_problem_at_its_cell(store: Store) -> None:
    facts = [said("due", "1/3", cell="D12", sheet="Tự chấm"), said("done", "4,5", cell="D13")]
    store.add([batch("self", *facts)])
    problems = at(store, "self").problems
    assert {(p.code, p.place.cell, p.unit) for p in problems} == {
        ("number-unreadable", "D12", "a"),
        ("count-not-whole", "D13", "a"),
    }


def test_facts_of_units_and_inputs_that_are_no_more_are_advised_on(store: Store) -> None:
    gone = [said("done", "4", unit="x"), said("due", "4", unit="x"), said("old", "1")]
    store.add([batch("self", *gone, said("done", "3"))])
    found = at(store, "self")
    told = {(p.code, p.unit, p.values["count"], p.advice) for p in found.problems}
    assert told == {("fact-of-no-unit", "x", "2", True), ("fact-of-no-input", None, "1", True)}
    store.add([batch("review", leaf("9.9", "agreed"), leaf("9.9", "agreed", unit="b"))])
    (lost,) = (p for p in at(store, "review").problems if p.code == "fact-of-no-leaf")
    assert (lost.criterion, lost.values["count"], lost.advice) == ("9.9", "2", True)
    assert all("{" not in p.text("vi") + p.text("en") for p in found.problems)
    assert found.facts["thu"].frame["done"].to_list() == [3, None, None]


def test_nobody_scores_himself_what_is_in_others_hands(store: Store) -> None:
    claimed = [said("council", "2"), said("citizens:4", "9"), said("unlawful", "no")]
    store.add([batch("self", *claimed, said("own_rule", "yes", unit="b"))])
    for stage in STAGES:
        frame = at(store, stage).facts["thu"].frame
        assert frame["council"].to_list() == frame["citizens:4"].to_list() == [None] * 3
        assert frame["unlawful"].to_list() == [None] * 3
    store.add([batch("review", said("council", "1.5", reason="biên bản"))])
    reviewed = at(store, "review").facts["thu"]
    assert (reviewed.frame["council"][0], reviewed.scales["council"]) == (15, 1)
    assert state(store, "review", "1.3") == ("scored", "3/2")


def test_a_missing_condition_forbids_no_grade_and_a_reported_one_does(store: Store) -> None:
    store.add([batch("review", said("unlawful", "yes"), said("unlawful", "no", unit="b"))])
    grades = score_set(at(store, "review").facts["thu"]).frame["grade"].to_list()
    assert grades == ["Yếu", "Tốt", "Tốt"]


def test_points_without_a_reason_are_the_units_own_affair_only(store: Store) -> None:
    own = a_set(
        fields=[
            {
                "id": "1",
                "title": "Lĩnh vực",
                "criteria": [
                    {
                        **{"id": "1.1", "title": "Tự cho điểm", "maximum": 7},
                        "rule": {"kind": "judged", "of": "council", "increment": 1},
                    }
                ],
            }
        ]
    )
    store.add([batch("self", said("council", "5"))])
    assert at(store, "self", sets=[own]).problems == ()
    changed = batch("review", said("council", "4"))
    codes = [p.code for p in at(store, "review", changed, sets=[own]).problems]
    assert codes == ["judgement-without-reason"]


# --- decisions ---


def test_decisions_reach_the_scores_with_place_and_reason(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"), said("own_rule", "yes"))])
    where = {"sheet": "Xã", "cell": "I7"}
    decided = [
        leaf("1.1", "given", value="1.25", reason="thiếu hồ sơ", **where),
        leaf("1.2", "refused", reason="không có bằng chứng", **where),
        leaf("1.5", "not_applicable", reason="QĐ 45", **where),
        leaf("B1", "agreed"),
        leaf("1.3", "given", value="0", reason="không họp"),
    ]
    store.add([batch("review", *decided, file="huyen.xlsx")])
    facts = at(store, "review").facts["thu"]
    assert facts.scales["given:1.1"] == 2
    assert facts.frame["given:1.1"].to_list() == [125, None, None]
    assert facts.frame["decided:1.2"].to_list() == [STATUS["refused"], 2, 2]
    assert facts.frame["decided:1.5"].to_list() == [STATUS["not_applicable"], 0, 0]
    assert facts.place("a", "given:1.1") == Place("huyen.xlsx", sheet="Xã", cell="I7")
    assert facts.place("b", "given:1.1") is None
    assert facts.place("a", "decided:1.1") is None
    assert facts.place("a", "decided:1.2") == Place("huyen.xlsx", sheet="Xã", cell="I7")
    assert facts.reasons["a", "given:1.1"] == "thiếu hồ sơ"
    assert facts.reasons["a", "decided:1.5"] == "QĐ 45"
    states = {name: state(store, "review", name) for name in ("1.1", "1.2", "1.3", "1.5")}
    assert states == {
        "1.1": ("given", "5/4"),
        "1.2": ("refused", "0"),
        "1.3": ("given", "0"),
        "1.5": ("not_applicable", None),
    }
    # At stage self nothing of it acts.
    assert state(store, "self", "1.1") == ("scored", "1")


@pytest.mark.parametrize(
    ("value", "taken"), [("0", True), ("2", True), ("2.01", False), ("-0.5", False), (None, False)]
)
def test_points_that_nobody_can_give_are_a_problem(
    store: Store, value: str | None, *, taken: bool
) -> None:
    store.add([batch("review", leaf("1.1", "given", value=value, reason="r", cell="J7"))])
    found = at(store, "review")
    codes = [(p.code, p.criterion, p.place.cell) for p in found.problems]
    assert codes == ([] if taken else [("given-not-possible", "1.1", "J7")])
    assert ("given:1.1" in found.facts["thu"].scales) == taken


def test_rulings_act_above_reviews_and_final_above_all(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    store.add([batch("review", leaf("1.1", "refused", reason="r"))])
    assert state(store, "review", "1.1") == ("refused", "0")
    steps: list[tuple[Stage, Fact, tuple[str, str]]] = [
        ("appeal", leaf("1.1", "upheld", reason="r"), ("refused", "0")),
        ("appeal", leaf("1.1", "restored", reason="r"), ("scored", "1")),
        ("appeal", leaf("1.1", "given", value="0.5", reason="r"), ("given", "1/2")),
        ("appeal", leaf("1.1", "withdrawn"), ("refused", "0")),
        ("final", leaf("1.1", "given", value="2", reason="r"), ("given", "2")),
        ("final", leaf("1.1", "withdrawn"), ("refused", "0")),
    ]
    for stage, fact, wanted in steps:
        store.add([batch(stage, fact)])
        assert state(store, "final", "1.1") == wanted, fact
        assert state(store, "review", "1.1") == ("refused", "0")
    held = in_force(store, "final")
    assert acting(held.leaves).select("leaf", "decision").rows() == [("1.1", "refused")]


def test_appeals_and_their_rulings(store: Store) -> None:
    store.add([batch("review", leaf("1.1", "refused", reason="r"))])
    asked = leaf("1.1", "appealed", reason="có đủ hồ sơ", evidence="BC 5")
    other = leaf("1.2", "appealed", unit="b", reason="xin xem lại")
    store.add([batch("appeal", asked, other, kind="appeal", who="a")])
    assert state(store, "appeal", "1.1") == ("refused", "0")
    assert open_appeals(in_force(store, "appeal")).select("unit", "leaf").rows() == [
        ("a", "1.1"),
        ("b", "1.2"),
    ]
    store.add([batch("appeal", leaf("1.1", "upheld", reason="vẫn thiếu"), who=COUNCIL)])
    held = in_force(store, "appeal").appeals.to_dicts()
    first, second = held
    assert (first["explanation"], first["evidence"], first["who"]) == ("có đủ hồ sơ", "BC 5", "a")
    assert (first["ruling"], first["ruled_reason"], first["ruled_by"]) == (
        *("upheld", "vẫn thiếu"),
        COUNCIL,
    )
    assert second["ruling"] is None
    # A new explanation asks for a new ruling; one that is taken back asks for none.
    again = leaf("1.1", "appealed", reason="bổ sung")
    store.add([batch("appeal", again, leaf("1.2", "withdrawn", unit="b"), kind="appeal", who="a")])
    assert open_appeals(in_force(store, "appeal")).select("unit", "leaf").rows() == [("a", "1.1")]
    assert in_force(store, "review").appeals.height == 0


def test_proofs_are_the_units_own(store: Store) -> None:
    first = leaf("1.1", None, evidence="BC 1", reason="đã làm")
    store.add([batch("self", first, leaf("1.2", None, evidence="BC 2"))])
    store.add([batch("self", leaf("1.2", None)), batch("review", leaf("1.1", "agreed"))])
    held = in_force(store, "review")
    assert held.proofs.select("leaf", "evidence", "explanation").rows() == [
        ("1.1", "BC 1", "đã làm")
    ]
    assert held.leaves.select("leaf", "decision", "stage").rows() == [("1.1", "agreed", "review")]


# --- what is pending ---


def test_at_self_what_is_in_others_hands_is_pending(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    assert pending(store, "self") == dict.fromkeys(["1.3", "1.4", "P1"], "others")
    assert state(store, "self", "1.1") == ("scored", "1")
    assert state(store, "self", "1.3") == ("pending", "0")
    assert state(store, "self", "1.5") == ("missing", "0")
    assert pending(store, "self", "b") == pending(store, "self")


def test_from_review_on_everything_waits_for_its_reviewer(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    own = dict.fromkeys(["1.1", "1.2", "1.5", "B1"], "undecided")
    assert pending(store, "review") == own | dict.fromkeys(["1.3", "1.4", "P1"], "unreported")
    assert "1.5" not in pending(store, "review", "b")  # it does not apply there
    frame = pending_leaves(history(store), "review", ASSESSMENT, [SET], UNITS)
    agency = {(u, n): a for u, n, a in frame.select("unit", "leaf", "agency").iter_rows()}
    assert agency["a", "1.1"] == "so"
    assert [agency[unit, "1.2"] for unit in "abc"] == ["h1", "h2", "so"]


@pytest.mark.parametrize(
    ("facts", "settled"),
    [
        ([leaf("1.1", "agreed")], {"1.1"}),
        ([leaf("1.1", "given", value="1", reason="r")], {"1.1"}),
        ([leaf("1.1", "refused", reason="r")], {"1.1"}),
        ([leaf("1.1", "not_applicable", reason="r")], {"1.1"}),
        ([leaf("1.1", "agreed"), leaf("1.1", "withdrawn")], set()),
        ([leaf("1.1", None, reason="chỉ là ghi chú")], set()),
        ([said("done", "3", reason="r")], {"1.1"}),  # its home; 1.2 only reads it
        ([said("due", "3", reason="r")], {"1.1"}),
        ([said("done", "3", reason="r"), said("done", None)], set()),
        ([said("council", "1", reason="r")], {"1.3"}),
        ([said("citizens:5", "9")], {"1.4"}),
        ([said("late", "0")], {"P1"}),
        ([said("items", "0")], {"B1"}),
        ([leaf("1.4", "given", value="1", reason="r")], {"1.4"}),
        ([said("unlawful", "no")], set()),
        ([leaf("9.9", "agreed")], set()),
        ([leaf("1.1", "agreed", unit="b")], set()),
    ],
)
def test_what_settles_a_leaf(store: Store, facts: list[Fact], settled: set[str]) -> None:
    every = set(pending(store, "review"))
    store.add([batch("review", *facts)])
    assert every - set(pending(store, "review")) == settled
    assert every - set(pending(store, "final")) == settled
    assert pending(store, "self") == dict.fromkeys(["1.3", "1.4", "P1"], "others")


def test_a_decision_of_a_later_stage_settles_too(store: Store) -> None:
    store.add([batch("appeal", leaf("1.1", "upheld", reason="r"))])
    store.add([batch("final", said("council", "1", reason="r"))])
    assert "1.1" in pending(store, "review")
    assert "1.1" not in pending(store, "appeal")
    assert "1.3" in pending(store, "appeal")
    assert "1.3" not in pending(store, "final")


def settle(store: Store, basis: int | None = None, **more: Any) -> None:
    """The reviewer agrees to everything that it saw."""
    names = ("1.1", "1.2", "1.3", "1.4", "1.5", "B1", "P1")
    store.add([batch("review", *(leaf(name, "agreed") for name in names), basis=basis, **more)])


def test_what_the_unit_changes_after_the_review_waits_again(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"), said("items", "1"))])
    seen = store.last
    settle(store, seen)
    assert pending(store, "review") == {}
    store.add([batch("self", said("due", "8"), said("items", "1"))])  # the same once more
    assert pending(store, "review") == {}
    store.add([batch("self", said("due", "9"))])
    assert pending(store, "review") == {"1.1": "changed"}
    assert state(store, "review", "1.1") == ("pending", "0")
    store.add([batch("self", said("due", "8"))])  # and back
    assert pending(store, "review") == {}
    store.add([batch("self", said("done", "5"))])
    assert set(pending(store, "review")) == {"1.1", "1.2"}  # both read it
    settle(store, store.last)
    assert pending(store, "review") == {}
    store.add([batch("self", said("items", None))])
    assert pending(store, "review") == {"B1": "changed"}


def test_a_reviewer_had_seen_no_more_than_its_basis(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    seen = store.last
    store.add([batch("self", said("due", "9"))])  # comes while the reviewer works
    settle(store, seen)
    assert pending(store, "review") == {"1.1": "changed"}
    settle(store, None)  # a record has seen all that was before it
    assert pending(store, "review") == {}


def test_a_changed_leaf_loses_points_that_were_given(store: Store) -> None:
    for decision, value in (("given", "2"), ("refused", None), ("not_applicable", None)):
        store.add([batch("self", said("due", "8"))])
        fact = leaf("1.1", decision, value=value, reason="r")  # type: ignore[arg-type]
        store.add([batch("review", fact, basis=store.last)])
        assert state(store, "review", "1.1")[0] == decision
        store.add([batch("self", said("due", "9"))])
        assert state(store, "review", "1.1") == ("pending", "0")


def test_a_value_in_the_place_of_a_shared_one_does_not_change_with_it(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    seen = store.last
    settle(store, seen)
    store.add([batch("review", said("done", "6", reason="đếm lại"), basis=seen)])
    store.add([batch("self", said("done", "5"))])
    # Its home must be looked at again; the other leaf reads 6 as before.
    assert pending(store, "review") == {"1.1": "changed"}
    assert at(store, "review").facts["thu"].frame["done"][0] == 6
    assert at(store, "self").facts["thu"].frame["done"][0] == 5


def test_a_correction_that_came_later_had_seen_more(store: Store) -> None:
    store.add([batch("self", said("done", "4"), said("due", "8"))])
    settle(store, store.last)
    store.add([batch("self", said("due", "9"))])
    assert pending(store, "review") == {"1.1": "changed"}
    store.add([batch("review", said("due", "10", reason="đếm lại"), basis=store.last)])
    assert pending(store, "review") == {}


def test_a_report_settles_every_leaf_in_others_hands_that_reads_it(store: Store) -> None:
    steps = {"kind": "steps", "of": "council", "steps": [{"at_least": 1, "points": "maximum"}]}
    judged = {"kind": "judged", "of": "council", "increment": 1}
    leaves = [
        {"id": "1.1", "title": "Một", "maximum": 3, "scored_by": "reviewer", "rule": judged},
        {"id": "1.2", "title": "Hai", "maximum": 4, "scored_by": "statistics", "rule": steps},
    ]
    shared = a_set(fields=[{"id": "1", "title": "Lĩnh vực", "criteria": leaves}], adjustments=[])

    def waits() -> list[str]:
        frame = pending_leaves(history(store), "review", ASSESSMENT, [shared], UNITS)
        return frame.filter(pl.col("unit") == "a")["leaf"].to_list()

    assert waits() == ["1.1", "1.2"]
    store.add([batch("review", said("council", "2", reason="biên bản"))])
    assert waits() == []


def test_a_unit_that_comes_after_the_review_waits(store: Store) -> None:
    settle(store, store.last)
    assert pending(store, "review") == {}
    store.add([batch("self", said("due", "8"))])
    assert pending(store, "review") == {"1.1": "changed"}


def test_work_left_names_agencies_and_appeals(store: Store) -> None:
    def left(stage: Stage) -> list[Problem]:
        place = Place("store.duckdb")
        return list(work_left(history(store), stage, ASSESSMENT, [SET], UNITS, place))

    (unsent,) = left("self")
    assert (unsent.code, unsent.values["units"]) == ("stage-units-missing", "3")
    store.add([batch("self", said("done", None, unit=unit)) for unit in ("a", "b")])
    assert left("self")[0].values["names"] == "Xã c"
    store.add([batch("self", said("done", None, unit="c"))])
    assert left("self") == left("appeal") == []
    by_agency = {p.values["agency"]: p.values["leaves"] for p in left("review")}
    assert by_agency == {"Sở": "17", "h1": "1", "h2": "1"}
    assert [p.code for p in left("final")] == ["stage-leaves-pending"] * 3
    store.add([batch("appeal", leaf("1.1", "appealed", reason="r"), kind="appeal", who="a")])
    (problem,) = left("appeal")
    assert (problem.code, problem.values["appeals"], problem.values["names"]) == (
        *("stage-appeals-open", "1"),
        "Xã a",
    )
    assert all("{" not in p.text("vi") + p.text("en") for p in (*left("review"), problem))


# --- the five packs: through the store or straight from the tables ---


def _told(
    pack_id: str, folder: Path
) -> tuple[list[CriteriaSet], Units, Assessment, Mapping[str, Facts], list[Batch]]:
    """Generated (or published) answers of a pack, straight, and as batches of self and review."""
    pack = load_pack(pack_id)
    sets, units = [load_set(path) for path in pack.sets], read_units(pack.units)
    answers, progress, rows = pack.answers, None, []
    if answers is None:
        answers = folder / "answers.csv"
        write_answers_csv(answers, [r for s in sets for r in illustrative_answers(s, units, 7)])
    plan = next((each.plan for each in sets if each.plan is not None), None)
    if plan is not None:
        progress, rows = folder / "progress.csv", illustrative_progress(plan, units, 7)
        write_progress_csv(progress, rows)
    direct = read_answers([answers], units, sets, WorkFiles(progress=progress))
    names = {item.reviewed_by for each in sets for item in each.items if item.reviewed_by}
    reviewers = {name: Reviewer(title=name) for name in (*sorted(names), "so")}
    changes = {"reviewers": reviewers, "sets": {each.group: each.id for each in sets}}
    assessment = ASSESSMENT.model_copy(update=changes)
    work = [
        Fact(row.unit, task_subject(row.task, row.instance), _iso(row.done_on))
        for row in rows
        if row.done_on
    ]
    own, theirs = list(work), []
    for each in sets:
        hands = hands_of(each, assessment, units.of_group(each.group))
        homes = hands.reads.filter("own").join(hands.units, on="like")
        mine = set(homes.filter("own_hands").select("unit", "column").iter_rows())
        for _, fact in recorded(direct[each.id]):
            column = fact.subject.removeprefix("input:")
            (own if (fact.unit, column) in mine else theirs).append(fact)
        theirs += [
            Fact(unit, leaf_subject(name), status="agreed")
            for unit, name in hands.leaves.select("unit", "leaf").iter_rows()
        ]
    return sets, units, assessment, direct, [batch("self", *own), batch("review", *theirs)]


def _iso(day: str) -> str:
    return datetime.datetime.strptime(day, "%d/%m/%Y").date().isoformat()


@pytest.mark.parametrize("pack_id", pack_ids())
def test_a_pack_scores_the_same_through_the_store(
    pack_id: str, store: Store, tmp_path: Path
) -> None:
    sets, units, assessment, direct, batches = _told(pack_id, tmp_path)
    store.add(batches)
    through = facts_at(store, "final", assessment, sets, units)
    at_self = facts_at(store, "self", assessment, sets, units)
    assert [p for p in through.problems if not p.advice] == []
    for each in sets:
        straight, stored = score_set(direct[each.id]), score_set(through.facts[each.id])
        assert stored.frame.height
        assert stored.frame.equals(straight.frame)
        points = ["unit", "leaf", "state", "points_exact", "branch"]
        for one, other in zip(ledger(straight), ledger(stored), strict=True):
            assert one.select(points).equals(other.select(points))
        others = {i.id for i in each.leaves if i.scored_by != "unit"}
        (rows,) = list(ledger(score_set(at_self.facts[each.id])))
        waits = rows.filter(pl.col("state") == "pending")["leaf"].unique().to_list()
        applied = set(rows.filter(pl.col("state") != "not_applicable")["leaf"])
        assert set(waits) == others & applied


def test_leaves_hang_on_the_tasks_and_reports_that_they_count() -> None:
    pack = load_pack("dong-nai-2017")
    units = read_units(pack.units)
    kinds = set()
    for each in map(load_set, pack.sets):
        assert each.plan is not None
        tasks, reports = ({owed.id for owed in each.plan.of_kind(kind)} for kind in KINDS)
        sections = {task.id: task.section for task in each.plan.tasks}
        fields = {section.id: section.field for section in each.plan.sections}
        counts = hands_of(each, ASSESSMENT, units.of_group(each.group)).counts
        for item in each.items:
            wanted = set()
            for column in rule_task_columns(item.rule):
                kinds.add((column.of, column.section is None and column.field is None))
                chosen = reports if column.of == "reports" else tasks
                inside = {t for t in chosen if column.section in (None, sections.get(t))}
                field = column.field
                wanted |= {t for t in inside if field in (None, fields.get(sections.get(t, "")))}
            found = set(counts.filter(pl.col("leaf") == item.id)["task"])
            assert found in (wanted, set()), item.id  # none where it applies to nobody
    assert kinds >= {("reports", True), ("tasks", True), ("tasks", False)}


def test_work_of_a_plan_that_the_unit_changes_waits_again(store: Store, tmp_path: Path) -> None:
    sets, units, assessment, _, batches = _told("binh-phuoc-2018", tmp_path)
    store.add(batches)
    departments = next(each for each in sets if each.group == "departments")

    def waits() -> set[tuple[str, str]]:
        frame = pending_leaves(history(store), "review", assessment, [departments], units)
        return set(frame.select("unit", "leaf").iter_rows())

    assert waits() == set()
    hands = hands_of(departments, assessment, units.of_group("departments"))
    counted = hands.counts.join(hands.units, on="like")
    tasks = in_force(store, "self").tasks.join(counted, on=["unit", "task"])
    unit, task, key = tasks.select("unit", "task", "instance").row(0)
    store.add([batch("self", Fact(unit, task_subject(task, key), "2017-12-30"))])
    of_task = (pl.col("unit") == unit) & (pl.col("task") == task)
    leaves = set(counted.filter(of_task).select("unit", "leaf").iter_rows())
    assert leaves
    assert waits() == leaves
    store.add([batch("self", Fact(unit, task_subject(task, "không có kỳ này"), "2017-12-30"))])
    problems = facts_at(store, "self", assessment, sets, units).problems
    (lost,) = (p for p in problems if p.code == "fact-of-no-task")
    assert (lost.values["task"], lost.values["instance"], lost.advice) == (
        *(task, "không có kỳ này"),
        True,
    )


def test_a_set_that_counts_tasks_needs_a_plan(store: Store) -> None:
    counting = a_set(
        fields=[
            {
                "id": "1",
                "title": "Lĩnh vực",
                "criteria": [
                    {
                        **{"id": "1.1", "title": "Nhiệm vụ", "maximum": 7},
                        "rule": {"kind": "proportional", "of": {"tasks": {"share": "done"}}},
                    }
                ],
            }
        ]
    )
    assert [p.code for p in at(store, "self", sets=[counting]).problems] == ["tasks-table-missing"]
