"""`parindex workbook collect`: who sent what, what is taken of it, and all of it or nothing."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import io
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from cli.desk import desk_of
from cli.folder import Year, open_year
from cli.main import make_app
from cli.workbook.taking import Taken, take
from criteria.load import read_set
from criteria.model import CriteriaSet, Input
from criteria.problems import Place, ProblemsFound
from inputs.facts import UnitAnswers
from inputs.facts import facts_of as facts_of_units
from inputs.originals import keep_original
from inputs.store.facts import StageEvent
from inputs.store.facts_at import facts_at
from inputs.values import Cell, Kind
from inputs.workbooks.between import between_cells
from inputs.workbooks.desk import Desk
from inputs.workbooks.form import form_of
from inputs.workbooks.manifest import Manifest, manifest_of
from inputs.workbooks.opened import opened
from inputs.workbooks.received import files_in
from inputs.workbooks.self_reading import SKIPPED, read_self
from outputs.forms.self_filled import NOTHING, Filled, Proof
from outputs.forms.self_workbook import write_self_workbook
from scoring.score import Scores, score_set
from scoring.shown import claimed, differences
from tests.damage import TASKS, cell_xml, cells, members, reverse_rows
from tests.small_year import (
    ANSWERS,
    FILLED,
    NOW,
    PROOFS,
    SET,
    SPELLED,
    make_year,
    workbook_of,
)

MOMENT = datetime.datetime.fromisoformat(NOW)


@dataclass(frozen=True)
class Kit:
    year: Year
    desk: Desk
    good: bytes


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    year = make_year(tmp_path_factory.mktemp("kit") / "year")
    with year.store() as store:
        desk = desk_of(year, store, MOMENT)
    return Kit(year, desk, workbook_of(desk, "so-a"))


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARINDEX_NOW", NOW)


@pytest.fixture
def year(kit: Kit, tmp_path: Path) -> Year:
    """The kit's year with a store of its own, empty."""
    folder = tmp_path / "year"
    folder.mkdir()
    shutil.copy(kit.year.store_path, folder)
    return replace(kit.year, folder=folder)


def collect(year: Year, *paths: Path, jobs: int = 1) -> list[Taken]:
    with year.store(write=True) as store:
        return take(year, store, paths, jobs=jobs, seen=lambda: None)


def with_policy(year: Year, **policy: str) -> Year:
    changed = year.assessment.policy.model_copy(update=policy)
    return replace(year, assessment=year.assessment.model_copy(update={"policy": changed}))


def close(year: Year, stage: str = "self") -> None:
    with year.store(write=True) as store:
        store.add([], [StageEvent(stage, True, "Sở Nội vụ", MOMENT)])  # type: ignore[arg-type]


def saved_at(data: bytes, moment: str) -> bytes:
    """The workbook as if saved at that time."""

    def change(parts: dict[str, bytes]) -> None:
        core = parts["docProps/core.xml"].decode()
        stamp = re.sub(r"(<dcterms:modified[^>]*>)[^<]*", rf"\g<1>{moment}", core)
        parts["docProps/core.xml"] = stamp.encode()

    return members(change)(data)


def codes(taken: Taken, *, advice: bool = False) -> list[str]:
    return [each.code for each in taken.problems if each.advice is advice]


def facts_of(taken: Taken) -> dict[str, str | None]:
    assert taken.batch is not None
    return {fact.subject: fact.value for fact in taken.batch.facts}


def stored(year: Year, query: str) -> list[tuple[object, ...]]:
    with year.store() as store:
        return store.connection.execute(query).fetchall()


# --- what a good workbook gives ---


def test_every_yellow_cell_is_a_fact_with_its_cell(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(kit.good)
    (taken,) = collect(year, path)
    assert taken.problems == ()
    rows = stored(year, "SELECT subject, value, sheet, cell FROM facts WHERE value IS NOT NULL")
    inputs = {str(row[0])[6:]: row[1] for row in rows if str(row[0]).startswith("input:")}
    assert inputs == dict(SPELLED)
    assert ("input:done", "48", "Tự chấm", "D10") in rows
    assert ("task:I.2@2018-Q2", "2018-07-02", "Nhiệm vụ", "F9") in rows
    notes = stored(year, "SELECT subject, evidence, reason, cell FROM facts WHERE cell[1] != 'D'")
    assert ("leaf:1.1", "Báo cáo 12/BC-SA ngày 05/12/2018", None, "H10") in notes
    assert ("leaf:2.4", None, "Mô hình một cửa tại hai đơn vị", "H39") in notes
    assert ("task:I.1@2018-Q1", "Báo cáo 3/BC", None, "F7") in notes


def test_a_judged_number_carries_its_explanation(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(kit.good)
    collect(year, path)
    rows = stored(year, "SELECT reason FROM facts WHERE subject = 'input:model'")
    assert rows == [("Mô hình một cửa tại hai đơn vị",)]


def test_blank_cells_are_facts_without_a_value(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(workbook_of(kit.desk, "so-a", NOTHING))
    (taken,) = collect(year, path)
    assert codes(taken) == []
    facts = facts_of(taken)
    assert {f"input:{name}" for name in SPELLED} <= set(facts)
    assert set(facts.values()) == {None}


@pytest.mark.parametrize(
    ("spot", "typed", "kept"),
    [
        ("D10", 61, "61"),  # above the denominator
        ("D14", "khoảng\n 75 ", "khoảng 75"),
        ("D14", "x" * 201, "x" * 200),
        ("D14", " \u00a0", None),
        ("D14", None, None),
        ("D20", "30/2/2018", "30/2/2018"),
        ("D10", datetime.date(2018, 5, 1), "01/05/2018"),
    ],
)
def test_what_was_typed_and_not_taken_is_kept(
    kit: Kit, year: Year, spot: str, typed: object, kept: str | None
) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(cells({spot: typed})(kit.good))
    collect(year, path)
    rows = stored(year, f"SELECT value, reason FROM facts WHERE cell = '{spot}'")
    assert rows[0] == (None, kept)
    others = f"SELECT DISTINCT reason FROM facts WHERE cell != '{spot}' AND subject[:5] = 'input'"
    assert set(stored(year, others)) == {(None,), ("Mô hình một cửa tại hai đơn vị",)}


def test_an_error_that_was_not_taken_is_kept(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    error = cell_xml("D10", lambda style: f'<c r="D10"{style} t="e"><v>#REF!</v></c>')
    path.write_bytes(error(kit.good))
    collect(year, path)
    rows = stored(year, "SELECT value, reason FROM facts WHERE subject = 'input:done'")
    assert rows == [(None, "#REF!")]


def test_what_may_stand_in_anothers_row_is_not_kept(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(reverse_rows(2, 34, 36)(kit.good))
    collect(year, path)
    rows = stored(year, "SELECT value, reason FROM facts WHERE subject LIKE 'input:votes%'")
    # The row in the middle stays where it was: its number is its own, but no tally without others.
    assert rows == [(None, None), (None, "52"), (None, None)]


def test_what_was_not_taken_is_nobodys_reason(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(cells({"D39": 2.5, "D10": 61})(kit.good))
    (taken,) = collect(year, path)
    assert {"points-out-of-range", "more-than-at-most"} <= set(codes(taken))
    with year.store() as store:
        sets = [each.set for each in year.sets]
        intake = facts_at(store, "review", year.assessment, sets, year.units)
    reasons = intake.facts["so"].reasons
    assert not {("so-a", "done"), ("so-a", "model")} & set(reasons)
    assert not [problem for problem in intake.problems if problem.unit == "so-a"]


def test_a_workbook_without_anything_filled_in_is_told(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(workbook_of(kit.desk, "so-a", NOTHING))
    (taken,) = collect(year, path)
    assert codes(taken, advice=True) == ["workbook-blank"]


@pytest.mark.parametrize(
    "filled",
    [
        replace(NOTHING, answers={"ideas": Fraction(0)}),
        replace(NOTHING, proofs={"1.1": PROOFS["1.1"]}),
        replace(NOTHING, proofs={"2.4": PROOFS["2.4"]}),
        replace(NOTHING, done=FILLED.done),
    ],
)
def test_one_cell_is_enough_not_to_be_blank(kit: Kit, year: Year, filled: Filled) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(workbook_of(kit.desk, "so-a", filled))
    (taken,) = collect(year, path)
    assert "workbook-blank" not in codes(taken, advice=True)


def test_a_cell_that_is_not_taken_is_not_blank(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(cells({"F8": "đã xong"}, TASKS)(workbook_of(kit.desk, "so-a", NOTHING)))
    (taken,) = collect(year, path)
    assert codes(taken) == ["date-unreadable"]
    assert "workbook-blank" not in codes(taken, advice=True)


def test_an_input_in_others_hands_is_not_asked(kit: Kit) -> None:
    reading = read_self(opened(kit.good, Path("a.xlsx"), SKIPPED), kit.desk)
    assert "input:heard" not in {fact.subject for fact in reading.facts}


_WHOLE = st.integers(0, 10**6)
_NOTES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40
).filter(lambda text: text.strip() != "")


@settings(max_examples=40)
@given(
    due=_WHOLE,
    share=st.fractions(0, 1),
    spent=st.integers(0, 10**9).map(lambda n: Fraction(n, 10_000)),
    online=st.integers(0, 10**6).map(lambda n: Fraction(n, 10_000)),
    issued=st.dates(datetime.date(2017, 1, 1), datetime.date(2018, 12, 20)),
    published=st.booleans(),
    level=st.sampled_from(("Kịp thời", "Chậm", "Không")),
    votes=st.tuples(_WHOLE, _WHOLE, _WHOLE),
    model=st.integers(0, 8).map(lambda n: Fraction(n, 4)),
    blank=st.sets(st.sampled_from(("due", "spent", "online", "issued", "published", "level"))),
    evidence=_NOTES,
    explanation=_NOTES,
)
def test_what_goes_out_filled_comes_back(
    kit: Kit,
    due: int,
    share: Fraction,
    spent: Fraction,
    online: Fraction,
    issued: datetime.date,
    published: bool,
    level: str,
    votes: tuple[int, int, int],
    model: Fraction,
    blank: set[str],
    evidence: str,
    explanation: str,
) -> None:
    answers: dict[str, object] = {
        **{"due": due, "done": int(due * share), "spent": spent, "online": online},
        **{"issued": issued, "published": published, "level": level, "model": model},
        **{f"votes:{option}": count for option, count in zip("ABC", votes, strict=True)},
    }
    answers = {name: value for name, value in answers.items() if name not in blank}
    proofs = {"1.1": Proof(evidence, None), "2.4": Proof(None, explanation)}
    data = workbook_of(kit.desk, "so-a", Filled(answers, proofs))  # type: ignore[arg-type]
    reading = read_self(opened(data, Path("a.xlsx"), SKIPPED), kit.desk)
    assert [p.text("en") for p in reading.problems if not p.advice] == []
    values = {fact.subject[6:]: fact.value for fact in reading.facts if fact.value is not None}
    assert set(values) == set(answers)
    for name, value in answers.items():
        match value:
            case bool():
                assert values[name] == ("yes" if value else "no")
            case int() | Fraction():
                assert Fraction(values[name] or "") == value
            case datetime.date():
                assert values[name] == value.isoformat()
            case _:
                assert values[name] == value
    notes = {fact.subject: (fact.evidence, fact.reason) for fact in reading.facts}

    assert notes["leaf:1.1"][0] == unicodedata.normalize("NFC", evidence).strip()
    assert notes["leaf:2.4"][1] == unicodedata.normalize("NFC", explanation).strip()


def test_notes_beside_rows_out_of_line_are_not_taken(kit: Kit) -> None:
    data = reverse_rows(2)(kit.good)
    reading = read_self(opened(data, Path("a.xlsx"), SKIPPED), kit.desk)
    assert any(not problem.advice for problem in reading.problems)
    told = {(fact.evidence, fact.reason) for fact in reading.facts if fact.subject[0] == "l"}
    assert told == {(None, None)}


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        ("2018-03-01", "2018-03-02", True),
        ("2018-03-02", "2018-03-02", True),
        ("2018-03-03", "2018-03-02", False),
        ("2018-03-03", None, True),
    ],
)
def test_days_are_held_against_each_other(first: str, last: str | None, fits: bool) -> None:
    inputs = {
        "first": Input(type="date", title="Bắt đầu", at_most="last"),
        "last": Input(type="date", title="Kết thúc"),
    }
    criteria_set = CriteriaSet.model_construct(inputs=inputs)
    places = {name: Place("a.xlsx", sheet="Tự chấm", cell=name) for name in inputs}
    found = list(between_cells(criteria_set, {"first": first, "last": last}, places, ()))
    assert [columns for columns, _ in found] == ([] if fits else [("first",)])
    for _, problem in found:
        assert problem is not None
        assert problem.values["value"] == "03/03/2018"


# --- whose workbook ---


def remade(kit: Kit, **changes: object) -> bytes:
    """The good workbook with a manifest that says something else, sealed as ours."""
    form = kit.desk.form(kit.desk.units["so-a"])
    made = manifest_of("self", kit.desk.assessment.id, "so-a", [form.set], form.layout, 0)
    manifest: Manifest = dataclasses.replace(made, **changes)  # type: ignore[arg-type]
    stream = io.BytesIO()
    rows = manifest.rows(kit.desk.secret)
    write_self_workbook(stream, form, kit.desk.assessment, rows, filled=FILLED)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"kind": "review"}, "manifest-other-kind"),
        ({"assessment": "thu-2017"}, "manifest-other-assessment"),
        ({"format": "0"}, "manifest-format"),
        ({"who": "so-z"}, "manifest-unit-unknown"),
        ({"who": "so-b"}, "unit-differs"),
        ({"sets": {"so": "0" * 64}}, "manifest-older-set"),
        ({"sets": {}}, "manifest-older-set"),
        ({"sets": {"so-2017": "0" * 64}}, "manifest-set-unknown"),
        ({"layout": "0" * 64}, "manifest-older-layout"),
    ],
)
def test_a_manifest_that_is_not_of_today_refuses_the_file(
    kit: Kit, changes: dict[str, object], code: str
) -> None:
    reading = read_self(opened(remade(kit, **changes), Path("a.xlsx"), SKIPPED), kit.desk)
    assert reading.refused
    assert reading.facts == ()
    assert code in [problem.code for problem in reading.problems]


def test_the_seal_of_another_store_is_refused(kit: Kit) -> None:
    other = dataclasses.replace(kit.desk, secret=bytes(32))
    reading = read_self(opened(kit.good, Path("a.xlsx"), SKIPPED), other)
    assert [problem.code for problem in reading.problems] == ["manifest-not-ours"]


def test_an_older_set_is_told_with_the_set(kit: Kit, tmp_path: Path) -> None:
    newer = make_year(tmp_path / "newer", criteria_set=SET.replace("full_at: 90%", "full_at: 95%"))
    with newer.store() as store:
        desk = dataclasses.replace(desk_of(newer, store, MOMENT), secret=kit.desk.secret)
    reading = read_self(opened(kit.good, Path("a.xlsx"), SKIPPED), desk)
    assert [problem.code for problem in reading.problems] == ["manifest-older-set"]
    assert "`so`" in reading.problems[0].found("en")


def test_units_with_other_attributes_have_other_rows(tmp_path: Path) -> None:
    some = SET.replace('{id: "2.1", title', '{id: "2.1", applies_to: public, title')
    units = "unit,name,group,public\nso-a,Sở A,departments,yes\nso-b,Sở B,departments,no\n"
    year = make_year(tmp_path / "year", criteria_set=some, units=units)
    with year.store() as store:
        desk = desk_of(year, store, MOMENT)
    for unit in ("so-a", "so-b", "so-a"):
        wanted = form_of(
            desk.sets["departments"], desk.assessment, desk.units[unit], desk.owed[unit]
        )
        assert desk.form(desk.units[unit]) == wanted
    answers = {name: value for name, value in ANSWERS.items() if name != "published"}
    for unit in ("so-b", "so-a"):
        data = workbook_of(desk, unit, replace(FILLED, answers=answers))
        reading = read_self(opened(data, Path("a.xlsx"), SKIPPED), desk)
        assert reading.problems == ()
        asked = {fact.subject for fact in reading.facts}
        assert ("input:published" in asked) is (unit == "so-a")


# --- points ---

_THIRDS = """\
parindex: 1
id: ba
title: Bộ thử
status: reference
year: 2018
group: g
total: 1
inputs:
  a: {type: count, title: A}
  b: {type: count, title: B, range: [1, 100000000000000]}
fields:
  - id: "1"
    title: Lĩnh vực
    criteria:
      - {id: "1.1", title: Tiêu chí, maximum: 1,
         rule: {kind: sum_of, parts: [
           {kind: proportional, of: {ratio: [a, b]}, maximum: 1},
           {kind: proportional, of: {ratio: [a, b]}, maximum: 1},
           {kind: proportional, of: {ratio: [a, b]}, maximum: 1}]}}
"""


def _scores(tmp_path: Path, a: int, b: int) -> Scores:
    path = tmp_path / "ba.yaml"
    path.write_text(_THIRDS, encoding="utf-8")
    criteria_set = read_set(path).set
    assert criteria_set is not None
    return score_set(facts_of_units(criteria_set, [UnitAnswers("u", {"a": a, "b": b})]))


@pytest.mark.parametrize(
    ("shown", "differs"),
    [("0.13", False), ("0.125", False), ("0.134", False), ("0.12", True), ("0.135", True)],
)
def test_points_are_compared_as_printed_and_exactly(
    tmp_path: Path, shown: str, differs: bool
) -> None:
    scores = _scores(tmp_path, 1, 24)  # three times 1/24, each rounded down, is not quite 0.125
    assert scores.leaves.frame["p:1.1"][0] < 125_000_000
    found = list(differences(scores, {"u": {"1.1": Fraction(shown)}}, {}))
    assert [each.ours for each in found] == (["0.13"] if differs else [])


def test_sums_are_compared_too_and_strangers_are_not(tmp_path: Path) -> None:
    scores = _scores(tmp_path, 1, 2)
    told = {name: Fraction("0.99") for name in ("field:1", "total", "7.7")}
    found = list(differences(scores, {"u": told, "v": told}, {}))
    assert {(each.unit, each.name, each.ours) for each in found} == {
        ("u", "field:1", "1.00"),
        ("u", "total", "1.00"),
    }


def test_what_a_workbook_leaves_to_the_scoring_is_not_in_its_sums(tmp_path: Path) -> None:
    scores = _scores(tmp_path, 1, 2)
    told = {"u": {"field:1": Fraction(0), "total": Fraction(0)}}
    assert list(differences(scores, told, {"u": frozenset({"1.1"})})) == []
    assert len(list(differences(scores, told, {}))) == 2


@pytest.mark.parametrize(("a", "points"), [(0, None), (1, "0.00"), (10**13, "0.30")])
def test_the_least_points_are_claimed_too(tmp_path: Path, a: int, points: str | None) -> None:
    scores = _scores(tmp_path, a, 10**14)
    found = claimed(scores, {"u": frozenset({"1.1"}), "v": frozenset({"1.1"})})
    assert dict(found) == ({} if points is None else {("u", "1.1"): points})


# --- sent twice ---


def test_the_one_saved_last_is_in_force_whatever_its_name(kit: Kit, year: Year) -> None:
    first, second = year.folder / "z.xlsx", year.folder / "a.xlsx"
    first.write_bytes(saved_at(kit.good, "2018-12-01T08:00:00Z"))
    newer = workbook_of(kit.desk, "so-a", replace(FILLED, answers={**ANSWERS, "done": 54}))
    second.write_bytes(saved_at(newer, "2018-12-02T08:00:00Z"))
    taken = collect(year, second, first)
    assert [each.received.path.name for each in taken] == ["z.xlsx", "a.xlsx"]
    assert codes(taken[0], advice=True) == ["workbook-superseded"]
    assert taken[1].problems == ()
    rows = stored(year, "SELECT value FROM facts WHERE subject = 'input:done' ORDER BY seq")
    assert rows == [("48",), ("54",)]
    assert stored(year, "SELECT count(*) FROM batches WHERE outcome = 'taken'") == [(2,)]


def test_the_same_bytes_are_taken_once(kit: Kit, year: Year) -> None:
    first, second = year.folder / "a.xlsx", year.folder / "b.xlsx"
    first.write_bytes(kit.good)
    second.write_bytes(kit.good)
    both = collect(year, first, second)
    assert [codes(each, advice=True) for each in both] == [[], ["workbook-again"]]
    (later,) = collect(year, first)
    assert codes(later, advice=True) == ["workbook-again"]
    assert later.batch is None
    assert stored(year, "SELECT count(*) FROM batches") == [(1,)]


def test_a_blank_in_a_newer_workbook_takes_back(kit: Kit, year: Year) -> None:
    first, second = year.folder / "a.xlsx", year.folder / "b.xlsx"
    first.write_bytes(kit.good)
    collect(year, first)
    answers = {name: value for name, value in ANSWERS.items() if name != "spent"}
    newer = workbook_of(kit.desk, "so-a", replace(FILLED, answers=answers))
    second.write_bytes(saved_at(newer, "2018-12-03T08:00:00Z"))
    collect(year, second)
    rows = stored(year, "SELECT value FROM facts WHERE subject = 'input:spent' ORDER BY seq")
    assert rows == [("75.5",), (None,)]


def changed_to(kit: Kit, moment: str, unit: str = "so-a", **answers: object) -> bytes:
    newer = replace(FILLED, answers={**ANSWERS, **answers})  # type: ignore[arg-type]
    return saved_at(workbook_of(kit.desk, unit, newer), moment)


def test_other_values_than_before_are_told_with_the_time(
    kit: Kit, year: Year, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(kit.good)
    (taken,) = collect(year, path)
    assert taken.problems == ()
    monkeypatch.setenv("PARINDEX_NOW", "2018-12-20T20:00:00")
    path.write_bytes(changed_to(kit, "2018-12-03T08:00:00Z", done=54, spent=80))
    (taken,) = collect(year, path)
    (advice,) = taken.problems
    assert (advice.code, advice.advice, advice.unit) == ("workbook-replaces", True, "so-a")
    assert advice.values == {"when": "20/12/2018 10:00", "count": "2"}
    # Held against the last one, not the first; in Vietnam it was the next day already.
    path.write_bytes(changed_to(kit, "2018-12-04T08:00:00Z", done=54))
    (taken,) = collect(year, path)
    assert taken.problems[0].values == {"when": "21/12/2018 03:00", "count": "1"}


def test_the_same_values_again_or_anothers_replace_nothing(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(kit.good)
    collect(year, path)
    path.write_bytes(saved_at(kit.good, "2018-12-03T08:00:00Z"))
    other = year.folder / "so-b.xlsx"
    other.write_bytes(changed_to(kit, "2018-12-03T08:00:00Z", "so-b", done=54))
    assert [each.problems for each in collect(year, path, other)] == [(), ()]


def test_what_is_held_back_replaces_nothing(kit: Kit, year: Year) -> None:
    path = year.folder / "so-a.xlsx"
    path.write_bytes(kit.good)
    collect(year, path)
    path.write_bytes(cells({"D14": "nhiều"})(kit.good))
    (taken,) = collect(with_policy(year, faulty="hold"), path)
    assert "workbook-replaces" not in codes(taken, advice=True)
    path.write_bytes(changed_to(kit, "2018-12-05T08:00:00Z", done=54))
    (taken,) = collect(year, path)
    assert taken.problems[0].values["count"] == "1"


def test_of_several_at_once_the_last_is_told_what_it_replaces(kit: Kit, year: Year) -> None:
    first, second = year.folder / "a.xlsx", year.folder / "b.xlsx"
    first.write_bytes(kit.good)
    collect(year, first)
    first.write_bytes(changed_to(kit, "2018-12-03T08:00:00Z", done=54))
    second.write_bytes(changed_to(kit, "2018-12-04T08:00:00Z", done=50))
    taken = collect(year, first, second)
    told = [codes(each, advice=True) for each in taken]
    assert told == [["workbook-superseded"], ["workbook-replaces"]]


def test_a_file_named_for_another_unit_takes_nothing_from_either(kit: Kit, year: Year) -> None:
    path = year.folder / "So-B.xlsx"
    path.write_bytes(kit.good)
    (taken,) = collect(year, path)
    (problem,) = taken.problems
    assert (problem.code, problem.unit, problem.advice) == ("file-named-for-other", "so-a", False)
    assert problem.values == {"value": "so-b", "expected": "so-a"}
    assert problem.place == Place(str(path))
    assert stored(year, "SELECT who, outcome, note FROM batches") == [
        ("so-a", "refused", "file-named-for-other")
    ]
    assert stored(year, "SELECT count(*) FROM facts") == [(0,)]
    path = path.rename(year.folder / "so-b của so-a.xlsx")
    (taken,) = collect(year, path)
    assert taken.problems == ()
    assert facts_of(taken)["input:done"] == "48"


def test_a_workbook_as_it_was_made_stands_behind_one_that_was_filled_in(
    kit: Kit, year: Year
) -> None:
    # What is made says the last day of its year; what was filled in was saved before that day.
    filled, made = year.folder / "a.xlsx", year.folder / "b.xlsx"
    filled.write_bytes(saved_at(kit.good, "2018-12-02T08:00:00Z"))
    made.write_bytes(workbook_of(kit.desk, "so-a", NOTHING))
    collect(year, made, filled)
    rows = stored(year, "SELECT value FROM facts WHERE subject = 'input:done' ORDER BY seq")
    assert rows == [(None,), ("48",)]


def test_and_blanks_out_nothing_later(kit: Kit, year: Year) -> None:
    filled, made = year.folder / "a.xlsx", year.folder / "b.xlsx"
    filled.write_bytes(saved_at(kit.good, "2018-12-02T08:00:00Z"))
    collect(year, filled)
    made.write_bytes(workbook_of(kit.desk, "so-a", NOTHING))
    (taken,) = collect(year, made)
    assert codes(taken, advice=True) == ["workbook-untouched"]
    assert taken.batch is None
    made.write_bytes(saved_at(made.read_bytes(), "2018-12-03T08:00:00Z"))
    (taken,) = collect(year, made)
    assert facts_of(taken)["input:done"] is None


def test_one_made_from_what_was_said_may_come_as_it_is(kit: Kit, year: Year) -> None:
    filled, made = year.folder / "a.xlsx", year.folder / "b.xlsx"
    filled.write_bytes(saved_at(kit.good, "2018-12-02T08:00:00Z"))
    collect(year, filled)
    with year.store() as store:
        made.write_bytes(remade(kit, basis=store.last))
    (taken,) = collect(year, made)
    assert taken.batch is not None
    assert taken.batch.outcome == "taken"


# --- policy, late, closed ---


def test_keep_takes_the_good_cells(kit: Kit, year: Year) -> None:
    path = year.folder / "a.xlsx"
    path.write_bytes(cells({"D14": "nhiều"})(kit.good))
    (taken,) = collect(year, path)
    assert taken.batch is not None
    assert (taken.batch.outcome, taken.batch.problems) == ("taken", 1)
    assert facts_of(taken)["input:spent"] is None
    assert facts_of(taken)["input:done"] == "48"


def test_hold_takes_nothing_but_stays_on_record(kit: Kit, year: Year) -> None:
    path = year.folder / "a.xlsx"
    path.write_bytes(cells({"D14": "nhiều"})(kit.good))
    (taken,) = collect(with_policy(year, faulty="hold"), path)
    assert codes(taken, advice=True)[-1] == "workbook-held-back"
    rows = stored(year, "SELECT outcome, problems, note FROM batches")
    assert rows == [("refused", 1, "number-unreadable")]
    assert stored(year, "SELECT count(*) FROM facts") == [(0,)]
    assert (year.folder / "received" / f"{taken.received.sha256}.xlsx").is_file()


def test_hold_looks_at_points_and_evidence_too(kit: Kit, year: Year) -> None:
    path = year.folder / "a.xlsx"
    unproved = replace(FILLED, proofs={"2.4": PROOFS["2.4"]})
    path.write_bytes(workbook_of(kit.desk, "so-a", unproved))
    (taken,) = collect(with_policy(year, faulty="hold"), path)
    assert codes(taken) == ["evidence-missing"]
    assert taken.batch is not None
    assert taken.batch.outcome == "refused"


def test_hold_takes_what_has_advice_only(kit: Kit, year: Year) -> None:
    path = year.folder / "a.xlsx"
    path.write_bytes(cells({"D10": "48"})(kit.good))
    (taken,) = collect(with_policy(year, faulty="hold"), path)
    assert taken.batch is not None
    assert taken.batch.outcome == "taken"


def test_no_evidence_is_wanted_where_nothing_is_claimed(kit: Kit, year: Year) -> None:
    path = year.folder / "a.xlsx"
    answers = {**ANSWERS, "done": 0}
    path.write_bytes(workbook_of(kit.desk, "so-a", Filled(answers, {"2.4": PROOFS["2.4"]})))  # type: ignore[arg-type]
    (taken,) = collect(year, path)
    assert codes(taken) == []


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        ("2018-12-31T16:59:59", False),  # 23:59:59 in Hà Nội
        ("2018-12-31T17:00:00", True),  # the first second of the next day
    ],
)
def test_late_begins_with_the_day_after(
    kit: Kit, year: Year, monkeypatch: pytest.MonkeyPatch, moment: str, late: bool
) -> None:
    monkeypatch.setenv("PARINDEX_NOW", moment)
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        path = year.folder / "a.xlsx"
        path.write_bytes(kit.good)
        collect(year, path)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert stored(year, "SELECT late, outcome FROM batches") == [(late, "taken")]


def test_a_closed_stage_refuses(kit: Kit, year: Year) -> None:
    close(year)
    path = year.folder / "a.xlsx"
    path.write_bytes(kit.good)
    (taken,) = collect(year, path)
    assert codes(taken) == ["stage-closed"]
    rows = stored(year, "SELECT outcome, late, note FROM batches")
    assert rows == [("refused", True, "stage-closed")]
    assert stored(year, "SELECT count(*) FROM facts") == [(0,)]


def test_or_marks_late_where_the_policy_says_so(kit: Kit, year: Year) -> None:
    close(year)
    path = year.folder / "a.xlsx"
    path.write_bytes(kit.good)
    (taken,) = collect(with_policy(year, late="mark"), path)
    assert taken.problems == ()
    assert stored(year, "SELECT outcome, late FROM batches") == [("taken", True)]


def test_a_refused_file_may_come_again(kit: Kit, year: Year) -> None:
    path = year.folder / "a.xlsx"
    path.write_bytes(cells({"D14": "nhiều"})(kit.good))
    collect(with_policy(year, faulty="hold"), path)
    (taken,) = collect(year, path)
    assert taken.batch is not None
    assert taken.batch.outcome == "taken"


# --- files ---


def test_folders_are_walked_and_others_told(kit: Kit, tmp_path: Path) -> None:
    deep = tmp_path / "Sở A" / "gửi lại"
    deep.mkdir(parents=True)
    for name in ("a.XLSX", "b.xlsm", "~$a.xlsx", "c.pdf", ".hidden"):
        (deep / name).write_bytes(b"x")
    files, problems = files_in([tmp_path, deep / "c.pdf"])
    assert [path.name for path in files] == ["a.XLSX", "b.xlsm", "c.pdf"]
    assert [(p.code, Path(p.place.file).name, p.advice) for p in problems] == [
        ("workbook-not-read", "c.pdf", True)
    ]


def test_an_empty_folder_is_a_problem(tmp_path: Path) -> None:
    assert [problem.code for problem in files_in([tmp_path])[1]] == ["no-workbooks"]


def test_other_workbooks_do_not_stop_ours(kit: Kit, year: Year) -> None:
    results = openpyxl.Workbook()
    results.save(year.folder / "results.xlsx")
    (year.folder / "so-a.xlsx").write_bytes(kit.good)
    taken = collect(year, year.folder / "results.xlsx", year.folder / "so-a.xlsx")
    found = {each.received.path.name: codes(each) for each in taken}
    assert found == {"results.xlsx": ["manifest-missing"], "so-a.xlsx": []}
    assert stored(year, "SELECT who FROM batches") == [("so-a",)]
    assert len(list((year.folder / "received").iterdir())) == 1


def test_a_lock_file_of_excel_says_so(kit: Kit, year: Year) -> None:
    path = year.folder / "~$so-a.xlsx"
    path.write_bytes(b"x" * 165)
    (taken,) = collect(year, path)
    assert codes(taken) == ["excel-lock-file"]


def test_originals_are_kept_by_their_hash(kit: Kit, tmp_path: Path) -> None:
    digest = hashlib.sha256(kit.good).hexdigest()
    keep_original(tmp_path / "received", digest, kit.good)
    keep_original(tmp_path / "received", digest, kit.good)
    assert [path.name for path in (tmp_path / "received").iterdir()] == [f"{digest}.xlsx"]
    assert (tmp_path / "received" / f"{digest}.xlsx").read_bytes() == kit.good


def test_nothing_is_taken_where_originals_cannot_be_kept(kit: Kit, year: Year) -> None:
    (year.folder / "received").write_text("a file in the way")
    path = year.folder / "so-a.xlsx"
    path.write_bytes(kit.good)
    with pytest.raises(ProblemsFound) as caught:
        collect(year, path)
    assert [problem.code for problem in caught.value.problems] == ["out-locked"]
    assert stored(year, "SELECT count(*) FROM batches") == [(0,)]


def test_many_files_are_read_by_several_processes(kit: Kit, year: Year) -> None:
    paths = []
    for number in range(26):
        unit = ("so-a", "so-b", "so-c")[number % 3]
        path = year.folder / f"{number:02}.xlsx"
        path.write_bytes(saved_at(workbook_of(kit.desk, unit), f"2018-12-01T08:00:{number:02}Z"))
        paths.append(path)
    taken = collect(year, *paths, jobs=2)
    assert [each.received.path for each in taken] == paths
    assert stored(year, "SELECT count(*), count(DISTINCT who) FROM batches") == [(26, 3)]


# --- the command ---


@pytest.fixture
def folder(kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A whole working folder with a workbook of each unit in `back`."""
    folder = tmp_path / "folder"
    shutil.copytree(kit.year.folder, folder)
    (folder / "back").mkdir()
    for unit in kit.desk.units:
        (folder / "back" / f"{unit}.xlsx").write_bytes(workbook_of(kit.desk, unit))
    monkeypatch.chdir(folder)
    return folder


def run(*words: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(make_app("vi"), ["workbook", "collect", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_the_command_tells_group_by_group(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "back" / "so-c.xlsx").unlink()
    monkeypatch.setenv("COLUMNS", "140")
    code, out, err = run("back")
    assert code == 0
    assert re.search(r"Sở, ban, ngành +3 +2 +2 +0 +0 +1", out)
    assert err == ""


def test_problems_end_in_1_and_stand_in_the_report(folder: Path) -> None:
    path = folder / "back" / "so-b.xlsx"
    bad = "=HYPERLINK('x')"
    path.write_bytes(cells({"D14": "nhiều", "D31": bad[1:]})(path.read_bytes()))
    code, out, err = run("back", "--report", "r.xlsx", "--report-dir", "mail")
    assert code == 1
    assert "Tự chấm!D14" in err
    assert "Có 2 lỗi. Số liệu ở các ô tốt đã được lấy" in out
    book = openpyxl.load_workbook(folder / "r.xlsx")
    assert book.sheetnames == ["Tổng hợp", "Vấn đề"]
    assert [cell.value for cell in book["Tổng hợp"][4]] == ["so-b", "Sở B", 2, 1]
    rows = list(book["Vấn đề"].iter_rows(min_row=4, values_only=True))
    assert rows[0][:6] == ("Sở B", "so-b.xlsx", "Tự chấm", "D14", "1.2", "lỗi")
    assert book["Vấn đề"].auto_filter.ref == "A3:H6"
    assert [path.name for path in (folder / "mail").iterdir()] == ["so-b.xlsx"]
    mailed = openpyxl.load_workbook(folder / "mail" / "so-b.xlsx")
    assert mailed.sheetnames == ["Vấn đề"]


def test_where_nothing_is_taken_nothing_is_said_to_be(folder: Path) -> None:
    good = (folder / "back" / "so-a.xlsx").read_bytes()
    (folder / "one.xlsx").write_bytes(cells({"C4": "so-b"})(good))
    code, out, _ = run("one.xlsx")
    assert code == 1
    assert "Có 1 lỗi. Lần này chưa lấy số liệu nào." in out
    assert "đã được lấy" not in out
    code, out, _ = run("back")
    assert code == 0
    assert "chưa lấy số liệu" not in out
    code, out, _ = run("back")  # all of it was taken before
    assert code == 0
    assert "Lần này chưa lấy số liệu nào." in out
    assert "lỗi." not in out


def test_json_has_files_groups_and_problems(folder: Path) -> None:
    (folder / "back" / "so-a.xlsx").write_bytes(b"")
    code, out, err = run("back", "--json")
    assert code == 1
    assert err == ""
    told = json.loads(out)
    assert [each["outcome"] for each in told["files"]].count("taken") == 2
    assert told["groups"][0]["missing"] == 1
    assert [each["code"] for each in told["problems"]] == ["file-empty"]


def test_outside_a_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(str(tmp_path))
    assert code == 1
    assert "[assessment-missing]" in err


def test_a_store_in_use_says_so(folder: Path) -> None:
    script = (
        "import sys, duckdb; c = duckdb.connect('store.duckdb'); print('held', flush=True);"
        "sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=folder
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        code, _, err = run("back")
    finally:
        holder.communicate(b"")
    assert code == 1
    assert "[store-locked]" in err


_KILLED = """
import os, sys
import cli.main, cli.workbook.taking, cli.folder, openpyxl, duckdb, polars, scoring.shown
import inputs.store.facts_at, outputs.forms.report_workbook, typer.testing
print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        sys.argv = ["parindex", "workbook", "collect", "back"]
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        cli.main.main()
    print(child, flush=True)
    sys.stdin.readline()  # not waited for before: its number stays its own until it is killed
    _, status = os.waitpid(child, 0)
    print(status, flush=True)
"""
"""Everything is imported once; each line of stdin is one run of the command in a fork."""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills by signal")
@pytest.mark.slow
def test_killed_at_any_moment_it_is_before_or_after(kit: Kit, folder: Path) -> None:
    empty = (folder / "store.duckdb").read_bytes()
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    pipe = subprocess.PIPE
    runner = subprocess.Popen(
        [sys.executable, "-c", _KILLED], cwd=folder, env=environment, stdin=pipe, stdout=pipe
    )
    assert runner.stdin is not None
    assert runner.stdout is not None
    runner.stdout.readline()

    def after(seconds: float | None) -> tuple[int, tuple[int, int]]:
        """The status of a run that is killed then, and how many batches and facts there are."""
        for path in folder.glob("store.duckdb*"):
            path.unlink()
        (folder / "store.duckdb").write_bytes(empty)
        assert runner.stdin is not None
        assert runner.stdout is not None
        runner.stdin.write(b"go\n")
        runner.stdin.flush()
        child = int(runner.stdout.readline())
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        runner.stdin.write(b"wait\n")
        runner.stdin.flush()
        status = int(runner.stdout.readline())
        for path in (folder / "received").glob("*.xlsx"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.stem
        with open_year(folder).store() as store:
            return status, (store.batches().height, store.last)

    try:
        began = time.monotonic()
        assert after(None) == (0, (3, 84))
        whole = time.monotonic() - began
        chance = random.Random(4)
        killed = [after(whole * chance.uniform(0.2, 1.0)) for _ in range(8)]
        assert {told for _, told in killed} <= {(0, 0), (3, 84)}
        assert any(status == signal.SIGKILL for status, _ in killed)
        assert after(None) == (0, (3, 84))
    finally:
        runner.communicate()


# --- opening ---


def test_a_sheet_is_found_whatever_the_case_of_its_name(kit: Kit) -> None:
    book = opened(kit.good, Path("a.xlsx"))
    sheet = book.sheet("TỰ CHẤM")
    assert sheet is not None
    assert sheet.name == "Tự chấm"
    assert book.sheet("Không có") is None


def test_a_cell_says_what_stands_in_it(kit: Kit) -> None:
    sheet = opened(kit.good, Path("a.xlsx")).sheet("Tự chấm")
    assert sheet is not None
    told = [sheet.cell("D", row) for row in (10, 14, 20, 28, 12)]
    assert told == [
        Cell("48", Kind.NUMBER),
        Cell("75.5", Kind.NUMBER),
        Cell("2018-01-30", Kind.DATE),
        Cell("Có", Kind.TEXT),
        None,
    ]
    broken = cell_xml("D10", lambda s: f'<c r="D10"{s} t="e"><v>#REF!</v></c>')(kit.good)
    waiting = cell_xml("D10", lambda s: f'<c r="D10"{s}><f>1+1</f></c>')(kit.good)
    for data, shown, code in (
        (broken, "#REF!", "cell-with-error"),
        (waiting, "", "formula-without-value"),
    ):
        sheet = opened(data, Path("a.xlsx")).sheet("Tự chấm")
        assert sheet is not None
        assert sheet.cell("D", 10) == Cell(shown, Kind.BROKEN)
        assert sheet.text("D", 10) == ""
        trouble = sheet.trouble("D", 10)
        assert trouble is not None
        assert (trouble.code, trouble.place.cell) == (code, "D10")


def test_the_time_of_saving_is_read(kit: Kit) -> None:
    for spelled in ("2018-12-02T08:00:00Z", "2018-12-02T15:00:00+07:00"):
        book = opened(saved_at(kit.good, spelled), Path("a.xlsx"), SKIPPED)
        assert book.saved_at == datetime.datetime(2018, 12, 2, 8)
    assert opened(saved_at(kit.good, "gần đây"), Path("a.xlsx"), SKIPPED).saved_at is None


def _random_bytes(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        out[chance.randrange(len(out))] = chance.randrange(256)
    return bytes(out)


def _random_xml(data: bytes, chance: random.Random) -> bytes:
    def change(parts: dict[str, bytes]) -> None:
        name = chance.choice([each for each in parts if each.startswith("xl/")])
        xml, at = bytearray(parts[name]), chance.randrange(len(parts[name]))
        hostile = (b"<", b'"', b"-1", b"99999999999999", b'<c r="XFD9"><v>1</v></c>', b"")
        xml[at : at + chance.randint(0, 30)] = chance.choice(hostile)
        parts[name] = bytes(xml)

    return members(change)(data)


@pytest.mark.parametrize("spoil", [_random_bytes, _random_xml])
def test_spoilt_files_never_crash(kit: Kit, spoil: Callable[[bytes, random.Random], bytes]) -> None:
    chance = random.Random(7)
    for _ in range(80):
        spoilt = spoil(kit.good, chance)
        try:
            found = read_self(opened(spoilt, Path("a.xlsx"), SKIPPED), kit.desk).problems
        except ProblemsFound as stopped:
            found = stopped.problems
            assert found
        assert all(problem.text("vi") for problem in found)
