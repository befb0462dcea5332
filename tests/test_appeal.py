"""Appeals: what was cut, workbooks out and back, rulings, and what each of them is worth."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.appeal.opened import Appeals
from cli.appeal.show import worth_record
from cli.desk import desk_of
from cli.folder import Year, open_year
from cli.main import make_app
from criteria.wording import catalogue
from inputs.store.facts import StageEvent
from inputs.store.facts_at import facts_at
from inputs.store.in_force import in_force
from inputs.workbooks.appeal_form import (
    APPEALS,
    RULINGS,
    AppealForm,
    appeal_form,
    case_key,
    key_case,
    rulings_form,
)
from inputs.workbooks.appeal_reading import Returned, read_returned
from inputs.workbooks.appeal_rulings import Ruling, granted, ruling_facts
from inputs.workbooks.manifest import manifest_of
from outputs.forms.appeal_words import AppealWords
from outputs.forms.appeal_workbook import write_appeal_workbook
from scoring.ledger import leaf_results, ledger
from scoring.score import Scores, score_set
from scoring.worth import Worth, retold, worth
from tests.appeal_year import (
    ANSWERS,
    ASSESSMENT,
    REVIEWED,
    SET,
    appeal,
    appeals_of,
    batch,
    fill,
    leaf,
    make_year,
    number,
    row_of,
)

NOW = "2019-02-10T03:00:00"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The program, in this process: exit code, stdout, stderr."""
    monkeypatch.setenv("PARINDEX_NOW", NOW)
    monkeypatch.setenv("COLUMNS", "200")

    def call(year: Year, *words: str | Path) -> tuple[int, str, str]:
        import typer

        monkeypatch.chdir(year.folder)
        capsys.readouterr()
        try:
            code = make_app("vi")(["appeal", *map(str, words)], standalone_mode=False)
        except typer.Exit as error:
            code = error.exit_code
        out, err = capsys.readouterr()
        return code if isinstance(code, int) else 0, out, err

    return call


def scores_at(year: Year, stage: str, extra: object = ()) -> Scores:
    with year.store() as store:
        sets = [each.set for each in year.sets]
        facts = facts_at(store, stage, year.assessment, sets, year.units, extra)  # type: ignore[arg-type]
    return score_set(facts.facts["so"])


def points_of(scores: Scores, unit: str, name: str) -> Fraction | None:
    term = next(term for term in scores.terms if term.item.id == name)
    row = scores.frame["unit"].to_list().index(unit)
    return leaf_results(scores, term)[row].points


def codes(text: str) -> list[str]:
    return [part.split("]")[0] for part in text.split("[")[1:] if "]" in part]


CUTS = [
    leaf("a", "1.1", "given", "1.25"),
    leaf("b", "1.3", "refused", reason="Trang thông tin không mở được"),
    leaf("c", "1.1", "not_applicable"),
    number("a", "good", "0"),
    number("d", "due", "16"),
    number("d", "faults", "1"),
]


# --- what was cut ---------------------------------------------------------------------------------


def test_cut_leaves_exactly(tmp_path: Path) -> None:
    appeals = appeals_of(make_year(tmp_path, CUTS))
    found = {case.key: (case.told, case.reviewed, case.lost) for case in appeals.cases}
    third = Fraction(1, 3)
    assert found == {
        ("a", "1.1"): (4 * third, Fraction(5, 4), Fraction(1, 12)),
        ("a", "2.1"): (2 * third, Fraction(0), 2 * third),
        ("b", "1.3"): (Fraction(1), Fraction(0), Fraction(1)),
        ("c", "1.1"): (Fraction(3, 2), None, Fraction(3, 2)),
        ("d", "1.1"): (Fraction(1), Fraction(1, 2), Fraction(1, 2)),
        ("d", "1.2"): (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)),
        ("d", "P1"): (Fraction(0), Fraction(-1, 2), Fraction(1, 2)),
    }
    assert [case.key for case in appeals.cases] == list(found)
    shared = appeals.by_key["d", "1.2"]
    assert [(c.column, c.home, c.told, c.reviewed) for c in shared.corrections] == [
        ("due", "1.1", "8", "16")
    ]
    assert shared.restorable == ()
    assert shared.kept == shared.corrections


@pytest.mark.parametrize(
    ("points", "cut"),
    [("1.333333333", True), ("1.333333334", False), ("1.33", True), ("2", False)],
)
def test_a_third_is_cut_by_the_smallest_part(tmp_path: Path, points: str, cut: bool) -> None:
    """4/3 against decimals just below and just above it."""
    appeals = appeals_of(make_year(tmp_path, [leaf("a", "1.1", "given", points)]))
    assert (("a", "1.1") in appeals.by_key) is cut


def test_what_is_not_cut(tmp_path: Path) -> None:
    """Raised, agreed, refused where nothing was earned, pending again: none is a cut."""
    year = make_year(tmp_path, [leaf("a", "1.1", "given", "2"), leaf("d", "1.3", "refused")])
    assert appeals_of(year).cases == ()
    year = make_year(tmp_path / "again", [leaf("a", "1.1", "refused")])
    assert [case.key for case in appeals_of(year).cases] == [("a", "1.1")]
    with year.store(write=True) as store:
        store.add([batch("workbook", "a", [number("a", "done", "3", "")])])
    assert appeals_of(year).cases == (), "the unit changed it since: it awaits review again"


def test_what_did_not_apply_and_now_counts(tmp_path: Path) -> None:
    """Nothing arose, says c; two cases arose and none went well, says review."""
    review = [number("c", "arisen", "2"), number("c", "good", "0")]
    case = appeals_of(make_year(tmp_path, review)).by_key["c", "2.1"]
    assert (case.told, case.reviewed, case.lost) == (None, 0, 2)
    review = [number("c", "arisen", "2"), number("c", "good", "2")]
    assert appeals_of(make_year(tmp_path / "full", review)).cases == ()


def test_a_best_that_rose_cuts_others(tmp_path: Path) -> None:
    """Nobody touched b, but the best of the group is better now."""
    appeals = appeals_of(make_year(tmp_path, [number("a", "files", "16")]))
    case = appeals.by_key["b", "1.4"]
    assert (case.told, case.reviewed) == (Fraction(4, 5), Fraction(1, 2))
    assert "Không ai trừ điểm riêng" in appeals.words.why(case)


def granted_worth(appeals: Appeals, key: tuple[str, str]) -> Worth:
    found = appeals.worths([appeals.by_key[key]])[key]
    assert found is not None
    return found


# --- what it is worth -----------------------------------------------------------------------------


def trial(appeals: Appeals, year: Year, key: tuple[str, str], ruling: Ruling) -> None:
    """The quick trial is what the store would give with the ruling in it."""
    case = appeals.by_key[key]
    quick = appeals.trials["so"].worth(case, ruling)
    extra = [batch("ruling", "hd", ruling_facts(ruling, case))]
    slow = worth(scores_at(year, "appeal"), scores_at(year, "appeal", extra), key[0])
    assert quick == slow
    assert appeals.trials["so"]._worth(appeals.trials["so"]._trial(case, ruling)) == slow


@pytest.mark.parametrize("key", [("a", "1.1"), ("a", "2.1"), ("b", "1.3"), ("c", "1.1")])
def test_trial_is_the_difference_of_two_scorings(tmp_path: Path, key: tuple[str, str]) -> None:
    year = make_year(tmp_path, CUTS)
    appeals = appeal(year, key)
    trial(appeals, year, key, Ruling("restored", None, "Đủ"))
    trial(appeals, year, key, Ruling("given", Fraction("0.875"), "Đủ"))
    trial(appeals, year, key, Ruling("upheld", None, "Thiếu"))


@pytest.mark.parametrize("ties", ["shared", "dense"])
@pytest.mark.parametrize("on", ["exact", "printed"])
def test_many_trials_at_once(tmp_path: Path, on: str, ties: str) -> None:
    """All rulings on all appeals in one go, ruled ones among them, tied units and an unranked one:
    each as two scorings of its own would have it."""
    spelled = SET.replace("total: 10", f"total: 10\nrank: {{'on': {on}, ties: {ties}}}")
    told = {**ANSWERS, "c": {**ANSWERS["b"], "done": "4"}, "d": ANSWERS["a"]}
    review = [
        *(leaf(unit, "1.2", "refused") for unit in "abcd"),
        leaf("a", "1.1", "given", "1.25"),
        leaf("c", "1.1", "not_applicable"),
        number("d", "done", "1"),
    ]
    year = make_year(tmp_path, review, told, criteria_set=spelled)
    units = (
        (year.folder / "units.csv").read_text(encoding="utf-8").replace("group\n", "group,ranked\n")
    )
    for name in "abcd":
        units = units.replace(f"\n{name},", f"\n{name}@,")
    lines = [line + (",no" if line.startswith("b@") else ",yes") for line in units.splitlines()[1:]]
    text = "\n".join([units.splitlines()[0], *lines]).replace("@,", ",")
    (year.folder / "units.csv").write_text(text + "\n", encoding="utf-8")
    year = open_year(year.folder)
    keys = [(unit, "1.2") for unit in "abcd"] + [("a", "1.1"), ("c", "1.1"), ("d", "1.1")]
    appeal(year, *keys)
    rule(year, ("d", "1.1"), Ruling("restored", None, "x"))
    rule(year, ("c", "1.2"), Ruling("given", Fraction("1.5"), "x"))
    appeals = appeals_of(year)
    trials = appeals.trials["so"]
    asked = [
        (appeals.by_key[key], ruling)
        for key in keys
        for ruling in (
            Ruling("restored", None, "x"),
            Ruling("given", Fraction("1.75"), "x"),
            Ruling("upheld", None, "x"),
        )
    ]
    found = trials.worths(asked)
    assert found == [trials._worth(trials._trial(*each)) for each in asked]
    for key in (("c", "1.2"), ("d", "1.1")):
        trial(appeals, year, key, Ruling("restored", None, "x"))
    assert any(each.others for each in found)
    assert len({each.own.after.rank for each in found}) > 1


def test_trial_of_shared_inputs_and_penalties(tmp_path: Path) -> None:
    year = make_year(tmp_path, CUTS)
    appeals = appeal(year, ("d", "1.1"), ("d", "1.2"), ("d", "P1"))
    for name in ("1.1", "P1"):
        trial(appeals, year, ("d", name), Ruling("restored", None, "Đủ"))
    found = granted_worth(appeals, ("d", "1.1"))
    # 1.1 asks for `due`: both leaves that read it go back, 1/2 and 1/4 points.
    assert (found.own.before.points, found.own.after.points) == ("3.45", "4.20")


def test_trial_of_the_best_of_the_group(tmp_path: Path) -> None:
    """a's files were halved: restored, everybody else's share of the best falls again."""
    year = make_year(tmp_path, [number("a", "files", "8")])
    appeals = appeal(year, ("a", "1.4"))
    case = appeals.by_key.get(("a", "1.4"))
    assert case is None, "8 is still the best"
    year = make_year(tmp_path / "less", [number("a", "files", "4")])
    appeals = appeal(year, ("a", "1.4"))
    trial(appeals, year, ("a", "1.4"), Ruling("restored", None, "Đủ"))


def test_trials_that_move_the_best(tmp_path: Path) -> None:
    """A refused best unit sets no best; a number that is asked at another leaf may be the best."""
    year = make_year(tmp_path / "refused", [leaf("a", "1.4", "refused")])
    appeals = appeal(year, ("a", "1.4"))
    trial(appeals, year, ("a", "1.4"), Ruling("restored", None, "Đủ"))
    assert granted_worth(appeals, ("a", "1.4")).own.moved
    spelled = SET.replace(
        "rule: {kind: yes_no, of: published}}",
        "rule: {kind: sum_of, parts: [{kind: yes_no, of: published, maximum: 0.5},"
        " {kind: steps, of: files, steps: [{at_least: 10, points: 0.5}], maximum: 0.5}]}}",
    )
    year = make_year(tmp_path / "asked", [number("a", "files", "4")], criteria_set=spelled)
    appeals = appeal(year, ("a", "1.3"))
    assert appeals.by_key["a", "1.3"].restorable
    trial(appeals, year, ("a", "1.3"), Ruling("restored", None, "Đủ"))


def test_columns_of_decisions_go_with_the_last_one(tmp_path: Path) -> None:
    facts = scores_at(make_year(tmp_path, CUTS), "review").facts
    assert {"decided:1.3", "given:1.1", "decided:1.1"} <= facts.decisions
    facts = retold(facts, "b", "1.3", facts, ())
    facts = retold(facts, "a", "1.1", facts, ())
    facts = retold(facts, "c", "1.1", facts, ())
    assert facts.decisions == frozenset()


def test_ranks_and_grades_of_others(tmp_path: Path) -> None:
    """b and c are tied to the digit until b is refused; restored, b stands beside c again."""
    twins = {unit: dict(ANSWERS["b"]) for unit in ("a", "b", "c", "d")}
    year = make_year(tmp_path, [leaf("b", "1.1", "refused")], twins)
    appeals = appeal(year, ("b", "1.1"))
    found = granted_worth(appeals, ("b", "1.1"))
    assert (found.own.before.rank, found.own.after.rank) == (4, 1)
    assert (found.own.before.grade, found.own.after.grade) == ("Khá", "Tốt")
    assert found.others == ()
    year = make_year(
        tmp_path / "ahead", [leaf("b", "1.1", "refused")], {**twins, "d": ANSWERS["d"]}
    )
    appeals = appeal(year, ("b", "1.1"))
    lower = appeals.trials["so"].worth(appeals.by_key["b", "1.1"], Ruling("restored", None, "x"))
    assert (lower.own.before.rank, lower.own.after.rank) == (3, 1)


def test_others_that_fall_are_named(tmp_path: Path) -> None:
    year = make_year(tmp_path, [leaf("a", "1.2", "refused")])
    appeals = appeal(year, ("a", "1.2"))
    found = granted_worth(appeals, ("a", "1.2"))
    slow = worth(scores_at(year, "review"), scores_at(year, "self"), "a")
    assert [move.unit for move in found.others] == sorted(m.unit for m in found.others)
    assert all(move.before.rank != move.after.rank for move in found.others)
    assert slow.own.after.points  # the same shape of answer from any two scorings


def test_worth_of_an_unknown_unit(tmp_path: Path) -> None:
    now = scores_at(make_year(tmp_path), "review")
    with pytest.raises(KeyError):
        worth(now, now, "nobody")


@given(points=st.decimals(min_value=0, max_value=2, places=4))
def test_given_points_of_any_scale(
    points: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The scale of a column grows with what is put into it, and shrinks back to nothing."""
    scores = _scores(tmp_path_factory)
    value = Fraction(str(points))
    facts = retold(scores.facts, "a", "1.1", scores.facts, (), given=value)
    assert points_of(score_set(facts), "a", "1.1") == value
    back = retold(facts, "a", "1.1", scores.facts, ())
    assert back.frame.equals(scores.facts.frame)
    assert back.scales == scores.facts.scales


_KEPT: list[Scores] = []


def _scores(factory: pytest.TempPathFactory) -> Scores:
    if not _KEPT:
        _KEPT.append(scores_at(make_year(factory.mktemp("kept") / "year"), "review"))
    return _KEPT[0]


def test_too_many_digits_are_refused(tmp_path: Path) -> None:
    facts = scores_at(make_year(tmp_path), "review").facts
    with pytest.raises(OverflowError):
        retold(facts, "a", "1.1", facts, (), given=1 + Fraction(1, 10**18))


# --- rulings in the store -------------------------------------------------------------------------


def rule(year: Year, key: tuple[str, str], ruling: Ruling) -> None:
    case = appeals_of(year).by_key[key]
    with year.store(write=True) as store:
        store.add([batch("ruling", "hd", ruling_facts(ruling, case), store.last)])


def test_thirds_are_restored_exactly(tmp_path: Path) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"), ("a", "2.1"))
    rule(year, ("a", "1.1"), Ruling("restored", None, "Đủ"))
    rule(year, ("a", "2.1"), Ruling("restored", None, "Đủ"))
    final = scores_at(year, "final")
    assert points_of(final, "a", "1.1") == Fraction(4, 3)
    assert points_of(final, "a", "2.1") == Fraction(2, 3)
    assert points_of(scores_at(year, "review"), "a", "1.1") == Fraction(5, 4), "nothing is lost"
    assert points_of(final, "b", "1.3") == 0


def test_upheld_and_given(tmp_path: Path) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"), ("c", "1.1"), ("d", "P1"))
    rule(year, ("a", "1.1"), Ruling("upheld", None, "Thiếu"))
    rule(year, ("c", "1.1"), Ruling("given", Fraction("1.75"), "Một phần"))
    rule(year, ("d", "P1"), Ruling("restored", None, "Không vi phạm"))
    final = scores_at(year, "final")
    assert points_of(final, "a", "1.1") == Fraction(5, 4)
    assert points_of(final, "c", "1.1") == Fraction(7, 4)
    assert points_of(final, "d", "P1") == 0, "a penalty is taken back, and the leaf is not pending"


def test_a_changed_ruling_takes_the_inputs_back(tmp_path: Path) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("d", "1.1"))
    rule(year, ("d", "1.1"), Ruling("restored", None, "Đủ"))
    assert points_of(scores_at(year, "final"), "d", "1.2") == Fraction(1, 2)
    again = appeals_of(year)
    assert again.by_key["d", "1.1"].put_back == ("due",)
    trial(again, year, ("d", "1.1"), Ruling("given", Fraction("0.75"), "Một phần"))
    rule(year, ("d", "1.1"), Ruling("upheld", None, "Xem lại"))
    final = scores_at(year, "final")
    assert points_of(final, "d", "1.1") == Fraction(1, 2)
    assert points_of(final, "d", "1.2") == Fraction(1, 4)


def test_granting_where_only_points_lead_there(tmp_path: Path) -> None:
    """1.2 lost by what was corrected at 1.1: its own data cannot give it back."""
    year = make_year(tmp_path, CUTS)
    appeals = appeal(year, ("d", "1.2"), ("d", "1.1"))
    case = appeals.by_key["d", "1.2"]
    assert granted(case) == Ruling("given", Fraction(1, 2), "")
    assert granted(replace(case, told=Fraction(1, 3))) is None
    assert "«Cho điểm»" in appeals.words.worth(replace(case, told=Fraction(1, 3)), None)
    rule(year, ("d", "1.1"), Ruling("restored", None, "Đủ"))
    assert granted(appeals_of(year).by_key["d", "1.2"]) == Ruling("restored", None, "")


# --- the unit's workbook --------------------------------------------------------------------------


def made(year: Year, run: Run, unit: str = "a") -> Path:
    code, _, err = run(year, "make")
    assert (code, err) == (0, "")
    return year.folder / "appeal" / f"{unit}.xlsx"


def test_make_writes_one_workbook_a_unit(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    assert sorted(p.name for p in path.parent.iterdir()) == [f"{u}.xlsx" for u in "abcd"]
    sheet = openpyxl.load_workbook(path)[APPEALS]
    row = row_of(path, APPEALS, "a", "1.1")
    shown = [sheet.cell(row, column).value for column in range(2, 10)]
    assert shown[:3] == ["1.1", "Rà soát", 2]
    assert shown[3:6] == [1.33, 1.25, 0.08]
    assert "Sở Nội vụ: cho 1,25 điểm. Lý do: Thiếu tài liệu" in shown[6]
    assert shown[7] == "Đã làm\nTài liệu: Báo cáo 12/BC"
    asked = {f"{column}{row}" for column in "JKL"}
    unlocked = {c.coordinate for line in sheet.iter_rows() for c in line if not c.protection.locked}
    rows = range(7, sheet.max_row + 1)
    assert unlocked == {f"{column}{number}" for column in "JKL" for number in rows}
    assert asked <= unlocked
    assert sheet.protection.sheet
    assert sheet.column_dimensions["A"].hidden
    assert openpyxl.load_workbook(path)["_parindex"].sheet_state == "veryHidden"
    before = path.read_bytes()
    assert run(year, "make", "--again")[0] == 0
    assert path.read_bytes() == before


def test_made_files_are_not_overwritten(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    fill(path, APPEALS, {"J7": "Có"})
    before = path.read_bytes()
    code, _, err = run(year, "make", "a", "b")
    assert code == 1
    assert codes(err) == ["appeal-file-exists", "appeal-file-exists"]
    assert path.read_bytes() == before
    assert run(year, "make", "a", "--again")[0] == 0
    assert path.read_bytes() != before


def test_make_for_chosen_units(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, [leaf("a", "1.1", "refused")])
    code, out, err = run(year, "make", "Sở A", "b", "--out", tmp_path / "elsewhere")
    assert (code, codes(err)) == (0, ["appeal-nothing-cut"])
    assert [p.name for p in (tmp_path / "elsewhere").iterdir()] == ["a.xlsx"]
    assert "Sở A" in out
    code, _, err = run(year, "make", "zzz")
    assert (code, codes(err)) == (1, ["unit-unknown"])
    year = make_year(tmp_path / "none")
    code, out, _ = run(year, "make")
    assert (code, out.strip()) == (0, "Không có tiêu chí nào bị trừ điểm khi thẩm định.")


def test_an_open_review_is_told(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    with year.store(write=True) as store:
        store.add([], [StageEvent("review", False, "so-noi-vu", REVIEWED, "Sửa")])
    code, _, err = run(year, "make")
    assert (code, codes(err)) == (0, ["appeal-review-open"])


def test_hostile_text_is_text(tmp_path: Path, run: Run) -> None:
    """A name, a title, an explanation and a reason that begin with = are never formulas."""
    review = [leaf("b", "1.2", "refused", reason="=1+1"), leaf("d", "1.2", "refused")]
    year = make_year(tmp_path, review)
    path = made(year, run, "b")
    row = row_of(path, APPEALS, "b", "1.2")
    typed = {f"J{row}": "Có", f"K{row}": "=HYPERLINK(1)", f"L{row}": "+84 251"}
    fill(path, APPEALS, typed)
    assert run(year, "collect", path)[0] == 0
    assert run(year, "make", "--again")[0] == 0
    assert run(year, "make", "--council")[0] == 0
    for made_ in (path, year.folder / "appeal" / "hoi-dong-tham-dinh.xlsx"):
        for sheet in openpyxl.load_workbook(made_):
            assert all(c.data_type != "f" for line in sheet.iter_rows() for c in line)
    sheet = openpyxl.load_workbook(path)[APPEALS]
    assert sheet[f"K{row}"].value == "=HYPERLINK(1)"
    assert sheet[f"C{row}"].value == "=Xử lý"
    assert run(year, "make", "d", "--out", tmp_path / "d")[0] == 0
    assert row_of(tmp_path / "d" / "d.xlsx", APPEALS, "d", "1.2")


@given(unit=st.text(min_size=1), name=st.text(min_size=1))
def test_keys_come_back(unit: str, name: str) -> None:
    assert key_case(case_key(unit, name)) == (unit, name)


# --- appeals come back ----------------------------------------------------------------------------


def test_appeal_round_trip(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    row = row_of(path, APPEALS, "a", "1.1")
    fill(path, APPEALS, {f"J{row}": "Có", f"K{row}": " Đã gửi đủ ", f"L{row}": "QĐ 5, trang 2"})
    code, out, err = run(year, "collect", path)
    assert (code, err) == (0, ""), out
    case = appeals_of(year).by_key["a", "1.1"]
    assert case.appeal is not None
    assert (case.appeal.reason, case.appeal.evidence) == ("Đã gửi đủ", "QĐ 5, trang 2")
    assert case.open
    with year.store() as store:
        held = in_force(store, "appeal").appeals.row(0, named=True)
        head = store.batches().row(-1, named=True)
    assert (held["sheet"], held["cell"]) == (APPEALS, f"K{row}")
    assert (head["kind"], head["who"], head["late"], head["outcome"]) == (
        *("appeal", "a", False),
        "taken",
    )
    assert (year.folder / "received" / f"{head['sha256']}.xlsx").read_bytes() == path.read_bytes()
    code, out, err = run(year, "collect", path)
    assert (code, codes(err)) == (0, ["workbook-again"])
    # The next workbook goes on where this one stopped; emptied, the appeal is withdrawn.
    assert run(year, "make", "a", "--again")[0] == 0
    sheet = openpyxl.load_workbook(path)[APPEALS]
    assert [sheet[f"{c}{row}"].value for c in "JKL"] == ["Có", "Đã gửi đủ", "QĐ 5, trang 2"]
    assert sheet[f"M{row}"].value == "Chưa kết luận."
    fill(path, APPEALS, {f"J{row}": "Không"})
    code, _, err = run(year, "collect", path)
    assert (code, codes(err)) == (0, ["appeal-no-with-text", "appeal-withdrawn"])
    assert appeals_of(year).appealed == ()


def test_a_file_that_is_blank_or_unclear_withdraws_nothing(tmp_path: Path, run: Run) -> None:
    """The file as it was made, collected after the filled one, takes no appeal back."""
    year = make_year(tmp_path, CUTS)
    run(year, "make", "a")
    blank = year.folder / "appeal" / "a.xlsx"
    path = Path(shutil.copy(blank, tmp_path / "sent.xlsx"))
    row = row_of(path, APPEALS, "a", "1.1")
    fill(path, APPEALS, {f"J{row}": "Có", f"K{row}": "Đã gửi đủ"})
    assert run(year, "collect", path)[0] == 0
    code, out, err = run(year, "collect", blank)
    assert (code, codes(err), "không có gì mới" in out) == (0, ["appeal-stays"], True)
    fill(path, APPEALS, {f"J{row}": "Có lẽ"})
    assert codes(run(year, "collect", path)[2]) == ["appeal-word-unknown"]
    assert [case.key for case in appeals_of(year).appealed] == [("a", "1.1")]
    # What the file had shown is withdrawn by emptying it.
    run(year, "make", "a", "--again")
    fill(blank, APPEALS, {f"J{row}": None, f"K{row}": None})
    assert codes(run(year, "collect", blank)[2]) == ["appeal-withdrawn"]
    assert appeals_of(year).appealed == ()


FAULTS: list[tuple[dict[str, object], str, str]] = [
    ({"J{r}": "Có"}, "appeal-without-explanation", "K{r}"),
    ({"J{r}": "Có lẽ", "K{r}": "x"}, "appeal-word-unknown", "J{r}"),
    ({"J{r}": "Có", "K{r}": "x", "C{r}": "Tiêu chí khác"}, "appeal-label-changed", "C{r}"),
    ({"J{r}": "Có", "K{r}": "x", "D{r}": 3}, "appeal-label-changed", "D{r}"),
    ({"J{r}": "Có", "K{r}": "x", "A{r}": case_key("b", "1.3")}, "appeal-not-own", "J{r}"),
    ({"J{r}": "Có", "K{r}": "x", "A{r}": case_key("a", "1.2")}, "appeal-not-cut", "J{r}"),
    ({"J{r}": "Có", "K{r}": "x", "A{r}": "1.1"}, "appeal-row-without-key", "J{r}"),
    ({"J{r}": "Có", "K{r}": "x", "A{r}": None}, "appeal-row-without-key", "J{r}"),
    ({"A{s}": case_key("a", "1.1")}, "appeal-row-twice", "J{r}"),
    ({"C4": "b"}, "appeal-who-differs", "C4"),
]


@dataclass(frozen=True)
class Desk:
    """A year whose workbooks are read without the program around them."""

    year: Year
    appeals: Appeals
    path: Path

    def read(self, path: Path) -> Returned:
        with self.year.store() as store:
            desk = desk_of(self.year, store, datetime.datetime(2019, 2, 10))
        return read_returned(path, desk, self.appeals.by_key)


@pytest.fixture(scope="module")
def appealing(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Unit a's workbook, fresh."""
    year = make_year(tmp_path_factory.mktemp("appealing") / "y", CUTS)
    appeals = appeals_of(year)
    form = appeal_form(year.units.by_id["a"], appeals.cases)
    return Desk(year, appeals, _written(appeals, form))


@pytest.fixture(scope="module")
def ruling(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The docket of one appeal, fresh."""
    year = make_year(tmp_path_factory.mktemp("ruling") / "y", CUTS)
    appeals = appeal(year, ("a", "1.1"))
    return Desk(year, appeals, _written(appeals, rulings_form("hd", "Hội đồng", appeals.appealed)))


def _written(appeals: Appeals, form: AppealForm) -> Path:
    path = appeals.year.folder / f"{form.who}.xlsx"
    who = (form.kind, appeals.year.assessment.id, form.who)
    rows = manifest_of(*who, form.sets, form.layout, appeals.last).rows(appeals.seal)
    words = AppealWords("vi", appeals.names)
    write_appeal_workbook(path, form, appeals.year.assessment, rows, words)
    return path


@pytest.mark.parametrize(("typed", "code", "spot"), FAULTS)
def test_faults_of_appeals(
    tmp_path: Path, appealing: Desk, typed: dict[str, object], code: str, spot: str
) -> None:
    """Each is named with its cell, and nothing of the row is taken."""
    path = Path(shutil.copy(appealing.path, tmp_path))
    rows = {"r": row_of(path, APPEALS, "a", "1.1"), "s": row_of(path, APPEALS, "a", "2.1")}
    fill(path, APPEALS, {name.format(**rows): value for name, value in typed.items()})
    returned = appealing.read(path)
    places = {each.code: each.place.cell for each in returned.problems if not each.advice}
    assert places == {code: spot.format(**rows)}
    assert returned.facts == {}


def test_a_typed_explanation_is_an_appeal(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    row = row_of(path, APPEALS, "a", "1.1")
    fill(path, APPEALS, {f"K{row}": "Đã gửi đủ"})
    status, _, err = run(year, "collect", path)
    assert (status, codes(err)) == (0, ["appeal-yes-assumed"])
    assert [case.key for case in appeals_of(year).appealed] == [("a", "1.1")]


def test_sorted_rows_are_read_by_key(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    book = openpyxl.load_workbook(path)
    sheet = book[APPEALS]
    first, second = 7, 8
    for column in range(1, 14):
        one, two = sheet.cell(first, column), sheet.cell(second, column)
        one.value, two.value = two.value, one.value
    row = first if sheet.cell(first, 2).value == "2.1" else second
    sheet.cell(row, 11).value = "Đã làm"
    book.save(path)
    status, _, err = run(year, "collect", path)
    assert status == 0
    assert "appeal-rows-changed" in codes(err)
    assert [case.key for case in appeals_of(year).appealed] == [("a", "2.1")]


def test_several_files_of_one_unit(tmp_path: Path, run: Run) -> None:
    """The one saved last is taken; the other stays on record and may be handed in again, alone."""
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    row = row_of(path, APPEALS, "a", "1.1")
    older, newer = tmp_path / "x.xlsx", tmp_path / "w.xlsx"
    for target, text, hour in ((older, "Trước", 1), (newer, "Sau", 2)):
        book = openpyxl.load_workbook(path)
        book[APPEALS][f"K{row}"].value = text
        book.save(target)
        _saved_at(target, f"2019-02-09T0{hour}:00:00Z")
    copy = tmp_path / "z.xlsx"
    shutil.copy(newer, copy)
    status, _, err = run(year, "collect", newer, older, copy)
    assert (status, sorted(codes(err))) == (
        *(0,),
        ["appeal-superseded", "appeal-yes-assumed", "workbook-again"],
    )
    said = appeals_of(year).by_key["a", "1.1"].appeal
    assert said is not None
    assert said.reason == "Sau"
    with year.store() as store:
        assert store.batches()["kind"].to_list().count("appeal") == 2
    assert run(year, "collect", older)[0] == 0
    said = appeals_of(year).by_key["a", "1.1"].appeal
    assert said is not None
    assert said.reason == "Trước"


def _saved_at(path: Path, moment: str) -> None:
    """Set when the program says that it saved the file."""
    import re
    import zipfile

    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"]
    pattern = rb"(<dcterms:modified[^>]*>)[^<]*"
    members["docProps/core.xml"] = re.sub(pattern, rb"\g<1>" + moment.encode(), core)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_files_that_are_not_ours(tmp_path: Path, run: Run) -> None:
    """Another store's workbook, a stranger, a broken file: told, and the good one still taken."""
    year, other = make_year(tmp_path / "y", CUTS), make_year(tmp_path / "o", CUTS)
    foreign = made(other, run)
    path = made(year, run)
    fill(path, APPEALS, {"K7": "Đã làm"})
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    shutil.copy(foreign, inbox / "foreign.xlsx")
    shutil.copy(path, inbox / "good.xlsx")
    (inbox / "broken.xlsx").write_bytes(path.read_bytes()[:2000])
    openpyxl.Workbook().save(inbox / "stranger.xlsx")
    book = openpyxl.load_workbook(made(make_year(tmp_path / "s", CUTS), run))
    del book[APPEALS]
    book.save(inbox / "sheet.xlsx")
    status, out, err = run(year, "collect", inbox)
    assert status == 1
    assert {"manifest-missing", "manifest-not-ours"} <= set(codes(err))
    assert "good.xlsx" in out
    assert len(appeals_of(year).appealed) == 1
    with year.store() as store:
        assert store.batches().height == 4 + 1 + 1
    status, _, err = run(year, "collect", tmp_path / "received")
    assert status == 1


def test_a_closed_stage(tmp_path: Path, run: Run) -> None:
    """Refused and on record; or, by policy, taken and marked late."""
    for policy, taken in (("refuse", 0), ("mark", 1)):
        text = ASSESSMENT + f"policy: {{late: {policy}}}\n"
        year = make_year(tmp_path / policy, CUTS, assessment=text)
        path = made(year, run)
        fill(path, APPEALS, {"K7": "Đã làm"})
        with year.store(write=True) as store:
            store.add([], [StageEvent("appeal", True, "hd", REVIEWED)])
        status, _, err = run(year, "collect", path)
        assert status == 1 - taken
        assert ("stage-closed" in codes(err)) is not bool(taken)
        assert len(appeals_of(year).appealed) == taken
        with year.store() as store:
            head = store.batches().row(-1, named=True)
        assert (head["late"], head["outcome"]) == (True, "taken" if taken else "refused")


@pytest.mark.parametrize(
    ("now", "late"), [("2019-02-15T16:59:59", False), ("2019-02-15T17:00:00", True)]
)
def test_late_by_the_day_in_vietnam(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch, now: str, late: bool
) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    fill(path, APPEALS, {"K7": "Đã làm"})
    monkeypatch.setenv("PARINDEX_NOW", now)
    assert run(year, "collect", path)[0] == 0
    with year.store() as store:
        assert store.batches()["late"].to_list()[-1] is late


def test_policy_hold(tmp_path: Path, run: Run) -> None:
    text = ASSESSMENT + "policy: {faulty: hold}\n"
    year = make_year(tmp_path, CUTS, assessment=text)
    path = made(year, run)
    fill(path, APPEALS, {"J7": "Có", "K7": "Đã làm", "J8": "Có"})
    status, _, err = run(year, "collect", path)
    assert status == 1
    assert codes(err) == ["appeal-without-explanation", "workbook-held-back"]
    assert appeals_of(year).appealed == ()


# --- the docket -----------------------------------------------------------------------------------


def docket(year: Year, run: Run) -> Path:
    code, _, err = run(year, "make", "--council", "--again")
    assert (code, err) == (0, "")
    return year.folder / "appeal" / "hoi-dong-tham-dinh.xlsx"


def test_docket_shows_both_sides_and_the_worth(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"), ("d", "P1"))
    path = docket(year, run)
    sheet = openpyxl.load_workbook(path)[RULINGS]
    row = row_of(path, RULINGS, "a", "1.1")
    shown = [str(sheet.cell(row, column).value) for column in range(2, 14)]
    assert shown[0] == "Sở A\n(a)"
    assert "cho 1,25 điểm" in shown[6]
    assert shown[7] == "Đã có\nTài liệu: QĐ 5"
    found = appeals_of(year)
    worth_ = granted_worth(found, ("a", "1.1"))
    before, after = worth_.own.before, worth_.own.after
    assert shown[8].startswith(f"Điểm: {before.points} → {after.points}\nChỉ số:".replace(".", ","))
    assert shown[9:] == ["None", "None", "None"]
    assert sheet.max_row == row_of(path, RULINGS, "d", "P1")


def test_ruling_round_trip(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"), ("b", "1.3"), ("c", "1.1"), ("d", "1.1"))
    path = docket(year, run)
    said: dict[str, tuple[object, ...]] = {
        "a": ("Chấp nhận", None, "Đủ"),
        "b": ("Giữ nguyên", None, "Thiếu"),
        "c": (None, 1.75, "Một phần"),
    }
    for unit, values in said.items():
        row = row_of(path, RULINGS, unit, "1.3" if unit == "b" else "1.1")
        fill(path, RULINGS, dict(zip((f"K{row}", f"L{row}", f"M{row}"), values, strict=True)))
    status, out, err = run(year, "collect", path)
    assert (status, err) == (0, ""), out
    final = scores_at(year, "final")
    assert points_of(final, "a", "1.1") == Fraction(4, 3)
    assert points_of(final, "b", "1.3") == 0
    assert points_of(final, "c", "1.1") == Fraction(7, 4)
    now = appeals_of(year)
    assert [case.key for case in now.cases if case.open] == [("d", "1.1")]
    # Continued: what was ruled stands in the next docket; handed in as it is, nothing is new.
    path = docket(year, run)
    sheet = openpyxl.load_workbook(path)[RULINGS]
    row = row_of(path, RULINGS, "c", "1.1")
    assert [sheet[f"{c}{row}"].value for c in "KLM"] == ["Cho điểm", 1.75, "Một phần"]
    status, out, err = run(year, "collect", path)
    assert (status, err) == (0, "")
    assert "không có gì mới" in out
    # Changed and emptied: the new ruling counts, the old one is on record.
    fill(path, RULINGS, {f"K{row}": "Giữ nguyên", f"L{row}": None})
    row = row_of(path, RULINGS, "a", "1.1")
    fill(path, RULINGS, {f"K{row}": None, f"M{row}": None})
    status, _, err = run(year, "collect", path)
    assert (status, codes(err)) == (0, ["ruling-withdrawn", "ruling-again"])
    final = scores_at(year, "final")
    assert points_of(final, "a", "1.1") == Fraction(5, 4)
    assert points_of(final, "c", "1.1") is None
    assert {c.key for c in appeals_of(year).cases if c.open} == {("a", "1.1"), ("d", "1.1")}


RULING_FAULTS: list[tuple[tuple[object, object, object], str, str]] = [
    (("Giữ nguyên", None, None), "ruling-without-reason", "M"),
    (("Hủy", None, "x"), "ruling-word-unknown", "K"),
    ((None, None, "x"), "ruling-without-word", "K"),
    (("Cho điểm", None, "x"), "ruling-without-points", "L"),
    (("Giữ nguyên", 1.5, "x"), "ruling-points-unwanted", "L"),
    (("Cho điểm", "nhiều", "x"), "ruling-points-unreadable", "L"),
    (("Cho điểm", 2.01, "x"), "ruling-above-maximum", "L"),
    (("Cho điểm", 1.24, "x"), "ruling-below-review", "L"),
    (("Cho điểm", "1,33333", "x"), "ruling-points-fine", "L"),
]


@pytest.mark.parametrize(("typed", "code", "column"), RULING_FAULTS)
def test_faults_of_rulings(
    tmp_path: Path, ruling: Desk, typed: tuple[object, object, object], code: str, column: str
) -> None:
    path = Path(shutil.copy(ruling.path, tmp_path))
    fill(path, RULINGS, dict(zip(("K7", "L7", "M7"), typed, strict=True)))
    returned = ruling.read(path)
    assert [(each.code, each.place.cell) for each in returned.problems] == [(code, f"{column}7")]
    assert returned.facts == {}


@pytest.mark.parametrize("points", ["1.25", "2"])
def test_bounds_of_given_points_are_taken(tmp_path: Path, ruling: Desk, points: str) -> None:
    """The reviewed points and the maximum themselves."""
    path = Path(shutil.copy(ruling.path, tmp_path))
    fill(path, RULINGS, {"K7": "Cho điểm", "L7": float(points), "M7": "x"})
    returned = ruling.read(path)
    assert returned.problems == ()
    (facts,) = returned.facts.values()
    assert [(fact.status, fact.value) for fact in facts] == [("given", points)]


def test_ruling_on_what_was_not_appealed(tmp_path: Path, ruling: Desk) -> None:
    for other in (("b", "1.2"), ("b", "1.3")):
        path = Path(shutil.copy(ruling.path, tmp_path))
        fill(path, RULINGS, {"A7": case_key(*other), "K7": "Giữ nguyên", "M7": "x"})
        returned = ruling.read(path)
        told = {each.code for each in returned.problems if not each.advice}
        assert told == {"ruling-not-appealed" if other == ("b", "1.2") else "appeal-label-changed"}
        assert returned.facts == {}


def test_a_leaf_that_cannot_come_back(tmp_path: Path, run: Run) -> None:
    """Granted alone it is refused; granted with the leaf that asks for the number it is taken."""
    year = make_year(tmp_path, CUTS)
    appeal(year, ("d", "1.1"), ("d", "1.2"))
    path = docket(year, run)
    home, shared = row_of(path, RULINGS, "d", "1.1"), row_of(path, RULINGS, "d", "1.2")
    fill(path, RULINGS, {f"K{shared}": "Chấp nhận", f"M{shared}": "Đủ"})
    status, _, err = run(year, "collect", path)
    assert (status, codes(err)) == (1, ["ruling-cannot-restore"])
    fill(path, RULINGS, {f"K{home}": "Chấp nhận"})
    status, _, err = run(year, "collect", path)
    assert set(codes(err)) == {"ruling-without-reason", "ruling-cannot-restore"}
    fill(path, RULINGS, {f"M{home}": "Đủ"})
    assert run(year, "collect", path)[0] == 0
    final = scores_at(year, "final")
    assert points_of(final, "d", "1.1") == 1
    assert points_of(final, "d", "1.2") == Fraction(1, 2)


def test_what_the_council_had_not_seen(tmp_path: Path, run: Run) -> None:
    """A newer appeal, a newer review, a newer ruling: the docket has to be made again."""
    newer: list[Callable[[Year], object]] = [
        lambda year: appeal(year, ("a", "1.1")),
        lambda year: _add(year, "review", leaf("a", "1.1", "given", "1")),
        lambda year: rule(year, ("a", "1.1"), Ruling("upheld", None, "Khác")),
    ]
    for number_, change in enumerate(newer):
        year = make_year(tmp_path / str(number_), CUTS)
        appeal(year, ("a", "1.1"))
        path = docket(year, run)
        fill(path, RULINGS, {"K7": "Chấp nhận", "M7": "Đủ"})
        change(year)
        status, _, err = run(year, "collect", path)
        assert (status, codes(err)) == (1, ["ruling-outdated"])


def test_a_blank_row_of_an_older_docket(tmp_path: Path, run: Run) -> None:
    """Whoever had not seen a ruling does not take it back by leaving its row blank."""
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"))
    path = docket(year, run)
    rule(year, ("a", "1.1"), Ruling("restored", None, "Đủ"))
    status, out, _ = run(year, "collect", path)
    assert (status, "không có gì mới" in out) == (0, True)
    assert not appeals_of(year).by_key["a", "1.1"].open


def _add(year: Year, kind: str, *facts: object) -> None:
    with year.store(write=True) as store:
        store.add([batch(kind, "so-noi-vu", facts, store.last)])  # type: ignore[arg-type]


def test_a_ruling_never_makes_it_worse(tmp_path: Path, run: Run) -> None:
    """c had the leaf put out of the reckoning: 0 points of 2 would be worse than that."""
    year = make_year(tmp_path, CUTS)
    appeal(year, ("c", "1.1"))
    path = docket(year, run)
    fill(path, RULINGS, {"K7": "Cho điểm", "L7": 0, "M7": "Đủ"})
    status, _, err = run(year, "collect", path)
    assert (status, codes(err)) == (1, ["ruling-makes-worse"])
    assert appeals_of(year).by_key["c", "1.1"].open


def test_two_dockets_at_odds(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"), ("b", "1.3"))
    path = docket(year, run)
    second = tmp_path / "second.xlsx"
    rows = [row_of(path, RULINGS, "a", "1.1"), row_of(path, RULINGS, "b", "1.3")]
    fill(path, RULINGS, {f"{c}{r}": v for r in rows for c, v in (("K", "Chấp nhận"), ("M", "x"))})
    shutil.copy(path, second)
    fill(second, RULINGS, {f"K{rows[0]}": "Giữ nguyên"})
    status, _, err = run(year, "collect", path, second)
    assert (status, codes(err)) == (1, ["ruling-twice", "ruling-twice"])
    now = appeals_of(year)
    assert now.by_key["a", "1.1"].open
    assert not now.by_key["b", "1.3"].open


def test_a_new_appeal_after_the_ruling(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    path = made(year, run)
    row = row_of(path, APPEALS, "a", "1.1")
    fill(path, APPEALS, {f"K{row}": "Một"})
    assert run(year, "collect", path)[0] == 0
    rule(year, ("a", "1.1"), Ruling("upheld", None, "Thiếu"))
    fill(path, APPEALS, {f"K{row}": "Hai"})
    status, _, err = run(year, "collect", path)
    assert status == 1
    assert "appeal-already-ruled" in codes(err)
    ruling = appeals_of(year).by_key["a", "1.1"].ruling
    assert ruling is not None


# --- show and rule --------------------------------------------------------------------------------


def test_show(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    code, out, _ = run(year, "show")
    assert (code, out.strip()) == (
        *(0,),
        "Không có giải trình nào; 7 tiêu chí bị trừ điểm khi thẩm định.",
    )
    appeal(year, ("a", "1.1"), ("b", "1.3"))
    rule(year, ("b", "1.3"), Ruling("upheld", None, "Thiếu"))
    code, out, _ = run(year, "show")
    assert code == 0
    assert "2 giải trình, 1 chưa có kết luận; 5 tiêu chí bị trừ điểm không có giải trình." in out
    assert "giữ nguyên" in out
    code, out, _ = run(year, "show", "Sở A", "1.1")
    assert code == 0
    for line in (
        "Sở A – 1.1 Rà soát",
        "Điểm tự chấm 1,33, thẩm định 1,25, tối đa 2.",
        "Sở Nội vụ: cho 1,25 điểm. Lý do: Thiếu tài liệu",
        "Tài liệu: QĐ 5",
        "Kết luận: Chưa kết luận.",
    ):
        assert line in out
    code, out, _ = run(year, "show", "--json")
    found = json.loads(out)["appeals"]
    assert [(each["unit"], each["leaf"], each["self"]) for each in found] == [
        ("a", "1.1", "4/3"),
        ("b", "1.3", "1"),
    ]
    assert found[1]["ruling"] == {
        "decision": "upheld",
        "points": None,
        "reason": "Thiếu",
        "by": "hd",
    }
    code, out, _ = run(year, "show", "d")
    assert (code, "3 tiêu chí bị trừ" in out) == (0, True)
    assert codes(run(year, "show", "a", "9.9")[2]) == ["appeal-leaf-unknown"]
    code, _, err = run(year, "show", "a", "1.2")
    assert (code, codes(err), "bị trừ điểm của đơn vị: 1.1, 2.1" in err) == (
        *(1, ["appeal-leaf-not-cut"]),
        True,
    )
    assert "Sở A – 1.1 Rà soát" in run(year, "show", "a", "1.1", "--lang", "en")[1]


def test_rule_says_its_worth_first(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"))
    words = ("rule", "a", "1.1", "restore", "--reason", "Đủ tài liệu", "--by", "hd")
    code, out, err = run(year, *words)
    assert code == 2
    assert "thêm --yes" in err
    assert "Điểm:" in out
    assert appeals_of(year).by_key["a", "1.1"].open, "nobody agreed"
    code, out, _ = run(year, *words, "--yes")
    assert code == 0
    assert "Đã ghi kết luận của hd." in out
    assert points_of(scores_at(year, "final"), "a", "1.1") == Fraction(4, 3)
    with year.store() as store:
        head = store.batches().row(-1, named=True)
    assert (head["file"], head["who"], head["kind"], len(head["sha256"])) == (
        "-",
        "hd",
        "ruling",
        64,
    )
    code, out, _ = run(year, *words[:3], "uphold", *words[4:], "--yes", "--json")
    told = json.loads(out)
    assert (code, told["ruling"]) == (0, "upheld")
    assert points_of(scores_at(year, "final"), "a", "1.1") == Fraction(5, 4)


FIRST_AND_SECOND = [
    (("restore",), ("uphold",)),
    (("restore",), ("points", "--points", "1,5")),
    (("points", "--points", "1,5"), ("restore",)),
    (("points", "--points", "1,75"), ("points", "--points", "1,5")),
    (("points", "--points", "1,5"), ("uphold",)),
    (("restore",), ("restore",)),
    (("uphold",), ("restore",)),
]


@pytest.mark.parametrize(("first", "second"), FIRST_AND_SECOND)
def test_a_changed_ruling_says_what_it_is_worth_now(
    tmp_path: Path, run: Run, first: tuple[str, ...], second: tuple[str, ...]
) -> None:
    """What is told before recording is the difference of two full scorings around it; with more
    than 1.7 points `a` stands above c."""
    told = {**ANSWERS, "a": {**ANSWERS["a"], "done": "3"}}
    year = make_year(tmp_path, [leaf("a", "1.1", "given", "0.5")], told)
    appeal(year, ("a", "1.1"))
    assert run(year, *RULE, "a", "1.1", *first)[0] == 0
    before = scores_at(year, "final")
    code, out, _ = run(year, "show", "a", "--json")
    (granting,) = json.loads(out)["appeals"]
    code, out, err = run(year, *RULE, "a", "1.1", *second, "--json")
    assert code == 0, err
    after = scores_at(year, "final")
    slow = worth_record(worth(before, after, "a"))
    assert json.loads(out)["worth"] == slow
    assert (slow["before"] == slow["after"]) is (first == second)
    above = {("restore",), ("points", "--points", "1,75")}
    others = [each["unit"] for each in slow["others"]]
    assert others == (["c"] if (first in above) is not (second in above) else [])
    if second == ("restore",):
        assert granting["if_granted"] == slow
    else:
        assert granting["if_granted"]["before"] == slow["before"]


def test_a_changed_ruling_may_take_back_but_not_below_review(tmp_path: Path, run: Run) -> None:
    """c's leaf was put out of the reckoning: what was given goes again, 0 points stay refused."""
    year = make_year(tmp_path, CUTS)
    appeal(year, ("c", "1.1"))
    reviewed = scores_at(year, "final").frame
    words = (*RULE, "c", "1.1")
    assert run(year, *words, "points", "--points", "2")[0] == 0
    path = docket(year, run)
    row = row_of(path, RULINGS, "c", "1.1")
    fill(path, RULINGS, {f"L{row}": 0})
    assert "ruling-makes-worse" in codes(run(year, "collect", path)[2])
    code, _, err = run(year, *words, "points", "--points", "0")
    assert (code, codes(err)) == (1, ["ruling-makes-worse"])
    assert run(year, *words, "points", "--points", "1,9")[0] == 0
    assert run(year, *words, "uphold")[0] == 0
    assert scores_at(year, "final").frame.equals(reviewed)


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (("uphold", "--reason", " "), 1, "ruling-without-reason"),
        (("points", "--reason", "x"), 1, "ruling-without-points"),
        (("points", "--points", "2,5", "--reason", "x"), 1, "ruling-above-maximum"),
        (("points", "--points", "1,2", "--reason", "x"), 1, "ruling-below-review"),
        (("points", "--points", "nhiều", "--reason", "x"), 1, "ruling-points-unreadable"),
        (("restore", "--points", "2", "--reason", "x"), 1, "ruling-points-unwanted"),
    ],
)
def test_faults_of_rule(
    tmp_path: Path, run: Run, words: tuple[str, ...], status: int, code: str
) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("a", "1.1"))
    found = run(year, "rule", "a", "1.1", *words, "--by", "hd", "--yes")
    assert (found[0], codes(found[2])) == (status, [code])
    assert appeals_of(year).by_key["a", "1.1"].open


def test_rule_never_makes_it_worse(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    appeal(year, ("c", "1.1"))
    words = ("rule", "c", "1.1", "points", "--reason", "x", "--by", "hd", "--yes", "--points")
    code, _, err = run(year, *words, "0")
    assert (code, codes(err)) == (1, ["ruling-makes-worse"])
    assert run(year, *words, "2")[0] == 0


def test_what_a_command_said_stands_in_no_file(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, [number("a", "done", "1"), leaf("a", "2.1", "given", "0.5")])
    appeal(year, ("a", "1.1"), ("a", "2.1"))
    assert run(year, *RULE, "a", "1.1", "restore")[0] == 0
    assert run(year, *RULE, "a", "2.1", "points", "--points", "0,6")[0] == 0
    rows = pl.concat(ledger(scores_at(year, "final"))).filter(unit="a")
    places = {
        (row["leaf"], said["input"]): said["place"]
        for row in rows.iter_rows(named=True)
        for said in row["inputs"]
    }
    assert places["1.1", "done"] is None
    assert [place for place in places.values() if place is not None and place[0] == "-"] == []


RULE = ("rule", "--reason", "Đủ", "--by", "hd", "--yes")


def test_a_ruling_that_nothing_could_be_scored_with(tmp_path: Path, run: Run) -> None:
    """Review raised `due` to 4 and found 4 processed; restored alone, 4 of 3 would be."""
    year = make_year(tmp_path, [number("a", "due", "4"), number("a", "fixed", "4")])
    appeal(year, ("a", "1.1"))
    path = docket(year, run)
    words = ("a", "1.1", "restore", "--reason", "Đủ", "--by", "hd", "--yes")
    status, _, err = run(year, "rule", *words)
    assert (status, codes(err)) == (1, ["ruling-contradicts"])
    fill(path, RULINGS, {"K7": "Chấp nhận", "M7": "Đủ"})
    status, _, err = run(year, "collect", path)
    assert (status, codes(err), "Kết luận!K7" in err) == (1, ["ruling-contradicts"], True)
    assert appeals_of(year).by_key["a", "1.1"].open
    with year.store() as store:
        sets = [each.set for each in year.sets]
        found = facts_at(store, "appeal", year.assessment, sets, year.units).problems
    assert [each for each in found if not each.advice] == []


def test_rule_on_what_was_not_appealed(tmp_path: Path, run: Run) -> None:
    year = make_year(tmp_path, CUTS)
    words = ("uphold", "--reason", "x", "--by", "hd", "--yes")
    assert codes(run(year, "rule", "a", "1.1", *words)[2]) == ["ruling-not-appealed"]
    _, _, err = run(year, "rule", "a", "1.2", *words)
    assert (codes(err), "«Có»" in err) == (["appeal-leaf-not-cut"], False)
    code, _, err = run(year, "rule", "a", "1.1", "cancel", *words[1:])
    assert (code, "uphold, restore, points" in err) == (2, True)


def test_every_problem_has_its_sentence() -> None:
    from pathlib import Path as File

    text = File("criteria/wording/problems_appeal.toml").read_text(encoding="utf-8")
    named = {line[1:-1] for line in text.splitlines() if line.startswith("[")}
    assert named <= set(catalogue("problems"))
    here = File(__file__).read_text(encoding="utf-8")
    assert {code for code in named if code not in here} == set()
