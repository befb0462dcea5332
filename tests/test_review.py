"""Review workbooks: out to every agency, and back: decisions in force, faults with their cells."""

from __future__ import annotations

import datetime
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from cli.main import make_app
from cli.review.taking import Taken
from criteria.problems import Problem
from inputs.facts import STATUS
from inputs.store.facts import StageEvent
from inputs.store.facts_at import facts_at
from inputs.workbooks.form import MANIFEST
from inputs.workbooks.manifest import manifest_of, read_manifest
from inputs.workbooks.review_form import (
    DECISIONS,
    GUIDE,
    RULES,
    review_forms,
    unit_and_leaf,
)
from outputs.forms.review_workbook import write_review_workbook
from tests.review_year import (
    ANSWERS,
    ASSESSMENT,
    NOW,
    UNITS,
    Edit,
    World,
    codes,
    key,
    leaf,
    make_world,
)
from tests.small_year import make_year

SO, XA = "Thẩm định – Sở, ban, ngành", "Thẩm định – Xã, phường, thị…"
JUSTICE, HOME = "so-tu-phap", "so-noi-vu"
A, B = leaf("so-a", "1.1"), leaf("so-a", "2.3")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARINDEX_NOW", NOW)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A folder to copy, with the workbooks of two agencies made in it."""
    world = make_world(tmp_path_factory.mktemp("mau") / "nam")
    for agency in (JUSTICE, HOME):
        world.make(agency, world.ready(agency))
    return world


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    folder = tmp_path / "nam"
    shutil.copytree(template.year.folder, folder)
    return World(replace(template.year, folder=folder))


def ask(unit: str, leaf_id: str, column: str) -> str:
    return key("ask", unit, leaf_id, column)


def faults(taken: Taken) -> list[Problem]:
    return [problem for problem in taken.problems if not problem.advice]


def only(taken: Taken, code: str) -> Problem:
    """The one finding of a file, of that code; its sentences can be spelled."""
    assert codes(taken.problems) == [code]
    problem = taken.problems[0]
    assert all(problem.text(language) for language in ("vi", "en"))
    return problem


# --- layout -----------------------------------------------------------------------------------


def test_every_leaf_of_every_unit_stands_with_exactly_one_agency(world: World) -> None:
    seen: list[tuple[str, str]] = []
    for form in world.forms.values():
        for sheet in form.sheets:
            seen += [(row.unit.unit, str(row.leaf)) for row in sheet.rows if row.kind == "leaf"]
    units = {"so-a", "so-b", "xa-1", "xa-2", "xa-3", "xa-4"}
    assert {unit for unit, _ in seen} == units
    assert len(seen) == len(set(seen)) == 2 * 11 + 4 * 3


def test_parents_review_their_children_and_the_coordinator_who_has_none(world: World) -> None:
    forms = world.forms
    assert list(forms) == [JUSTICE, HOME, "huyen-x", "huyen-y"]
    assert [row.unit.unit for row in forms["huyen-x"].sheets[0].rows if row.kind == "leaf"] == [
        "xa-1",
        "xa-2",
    ]
    assert forms[HOME].reviews("xa-4", "1.1")
    assert not forms[HOME].reviews("xa-1", "1.1")
    sets = [each.set for each in world.year.sets]
    advice = review_forms(world.year.assessment, sets, world.year.units).problems
    assert [(p.code, p.unit, p.advice) for p in advice] == [("review-no-parent", "xa-4", True)]


def test_inputs_are_asked_at_their_home_and_shown_elsewhere(world: World) -> None:
    rows = {row.key: row for row in world.forms[HOME].sheets[0].rows}
    assert key("shared", "so-a", "1.2", "due") in rows
    assert ask("so-a", "1.2", "late") in rows
    assert ask("so-a", "2.4", "files") in rows
    # 2.4 does not apply to so-b: its row is there, and asks nothing.
    assert ask("so-b", "2.4", "files") not in rows
    assert rows[leaf("so-b", "2.4")].decisions == ()
    assert rows[leaf("so-a", "2.4")].decisions == tuple(DECISIONS)
    assert rows[leaf("so-a", "P1")].decisions == ("Cho điểm", "Không áp dụng")


def test_conditions_of_grades_stand_with_the_coordinator(world: World) -> None:
    asked = [
        (form.agency, row.key)
        for form in world.forms.values()
        for sheet in form.sheets
        for row in sheet.rows
        if row.kind == "condition"
    ]
    assert asked == [(HOME, key("condition", unit, "report_late")) for unit in ("so-a", "so-b")]


def test_ids_with_the_sign_that_divides_keys_stay_apart(tmp_path: Path) -> None:
    units = UNITS.replace("so-b,", "so|b%,")
    form = make_world(tmp_path / "nam", units=units).forms[JUSTICE]
    keys = [row.key for row in form.sheets[0].rows]
    assert leaf("so%7Cb%25", "1.1") in keys
    assert unit_and_leaf(leaf("so%7Cb%25", "1.1")) == ("leaf", "so|b%", "1.1")
    assert unit_and_leaf("gì đó") is None


# --- the workbook -----------------------------------------------------------------------------


def sheet_of(path: Path, name: str = SO) -> Worksheet:
    found = openpyxl.load_workbook(path)[name]
    assert isinstance(found, Worksheet)
    return found


def row_of(sheet: Worksheet, wanted: str) -> int:
    return next(n for n in range(1, sheet.max_row + 1) if sheet.cell(n, 1).value == wanted)


def test_the_workbook_shows_what_the_unit_said(world: World) -> None:
    sheet = sheet_of(world.make(JUSTICE))
    row = row_of(sheet, leaf("so-a", "1.1"))
    shown = [sheet.cell(row, n).value for n in range(2, 13)]
    assert shown == [
        *("Sở A", "1.1", "Rà soát", 4, 3.2, "Chờ thẩm định"),
        "TLKC: =6+6 Báo cáo 12/BC ngày 05/12/2018\nGiải trình: =5+5 giải trình",
        *(None, None, None, None),
    ]
    done = row_of(sheet, ask("so-a", "1.1", "done"))
    assert [sheet.cell(done, n).value for n in (3, 4, 6)] == ["1.1", "Số văn bản đã rà soát", 48]
    survey = row_of(sheet, leaf("so-a", "2.6"))
    assert [sheet.cell(survey, n).value for n in (6, 7)] == ["–", "Chờ số liệu"]
    silent = make_silent(world)
    assert silent == "Chưa báo cáo"
    home = sheet_of(world.make(HOME))
    day = row_of(home, ask("so-a", "2.2", "issued"))
    assert home.cell(day, 6).value == datetime.datetime(2018, 1, 30)
    yes = row_of(home, ask("so-a", "2.7", "shown"))
    assert home.cell(yes, 6).value == "Có"
    shared = row_of(home, key("shared", "so-a", "1.2", "due"))
    assert [home.cell(shared, n).value for n in (6, 8)] == [60, "số liệu của mục 1.1"]


def make_silent(world: World) -> object:
    """State of a leaf of which the unit said nothing."""
    sheet = sheet_of(world.make("huyen-x"), XA)
    return sheet.cell(row_of(sheet, leaf("xa-1", "1.1")), 7).value


def test_yellow_cells_are_open_and_checked_all_others_locked(world: World) -> None:
    for agency, form in world.forms.items():
        book = openpyxl.load_workbook(world.make(agency))
        for layout in form.sheets:
            sheet = book[layout.name]
            assert sheet.protection.sheet
            assert sheet.column_dimensions["A"].hidden
            checked = {str(c) for v in sheet.data_validations.dataValidation for c in cells(v)}
            for row in layout.rows:
                assert sheet[row.cell("A")].value == row.key
                open_ = "IJL" if row.decisions else "KL" if row.asks_value else ""
                for column in "ABCDEFGHIJKL":
                    locked = sheet[row.cell(column)].protection.locked
                    assert locked == (column not in open_), row.cell(column)
                    wanted = column in open_ and column != "L"
                    assert (row.cell(column) in checked) == wanted, row.cell(column)


def cells(validation: Any) -> Iterator[str]:
    for area in validation.sqref.ranges:
        for row, column in area.cells:
            yield f"{openpyxl.utils.get_column_letter(column)}{row}"


def test_no_text_of_anybody_is_a_formula(world: World) -> None:
    world.send(JUSTICE, {(leaf("so-a", "1.1"), "I"): "Bác", (leaf("so-a", "1.1"), "L"): "'=9+9"})
    for agency in world.forms:
        book = openpyxl.load_workbook(world.make(agency))
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                assert all(cell.data_type != "f" for cell in row)


def test_every_sheet_names_its_group_in_full_and_what_is_not_official(world: World) -> None:
    book = openpyxl.load_workbook(world.make(JUSTICE))
    for each in world.forms[JUSTICE].sheets:
        sheet = book[each.name]
        assert sheet["B1"].value == f"Thẩm định – {each.set.group_title}"
        marks = [each.set.status == "reference", world.year.assessment.generated]
        words = ["không phải văn bản chính thức", "không phải số liệu thật"]
        assert [word in (sheet["B4"].value or "") for word in words] == marks


def test_lists_with_commas_go_to_the_hidden_sheet(world: World) -> None:
    book = openpyxl.load_workbook(world.make(JUSTICE))
    sheet, hidden = book[SO], book[MANIFEST]
    row = row_of(sheet, ask("so-a", "2.3", "level"))
    check = next(v for v in sheet.data_validations.dataValidation if f"K{row}" in set(cells(v)))
    assert check.formula1 == f"'{MANIFEST}'!$D$1:$D$3"
    assert [hidden[f"D{n}"].value for n in (1, 2, 3)] == ["Kịp thời, đủ", "Chậm", "Không"]


def test_the_manifest_and_the_bytes(world: World) -> None:
    form = world.forms[JUSTICE]
    book = openpyxl.load_workbook(world.make(JUSTICE))
    sheet = book[MANIFEST]
    assert sheet.sheet_state == "veryHidden"
    with world.year.store() as store:
        found = read_manifest(list(sheet.iter_rows(values_only=True)), store.seal)
        last = store.last
    assert found is not None
    assert (found.kind, found.who, found.basis, found.layout) == (
        "review",
        JUSTICE,
        last,
        form.layout,
    )
    assert book.sheetnames == [GUIDE, SO, RULES, MANIFEST]
    assert world.make(JUSTICE).read_bytes() == world.make(JUSTICE).read_bytes()


def test_rules_stand_in_words_beside_the_cell_and_on_their_sheet(world: World) -> None:
    path = world.make(JUSTICE)
    rules = {row[0].value: row[3].value for row in sheet_of(path, RULES).iter_rows(min_row=4)}
    assert rules["1.1"].startswith("Tỷ lệ «Số văn bản đã rà soát» trên «=3+3 Số văn bản phải")
    sheet = sheet_of(path)
    row = row_of(sheet, leaf("so-a", "1.1"))
    check = next(v for v in sheet.data_validations.dataValidation if f"I{row}" in set(cells(v)))
    assert check.promptTitle == "Cách chấm 1.1"
    assert check.prompt.startswith("Tỷ lệ: từ 100 % trở lên – 4 điểm")


def test_an_agency_without_content_still_writes(world: World) -> None:
    stream = io.BytesIO()
    form = world.forms["huyen-y"]
    write_review_workbook(stream, form, "Huyện Y", world.year.assessment, [("kind", "review")])
    assert openpyxl.load_workbook(stream).sheetnames == [GUIDE, XA, RULES, MANIFEST]


# --- round trip -------------------------------------------------------------------------------


def test_decisions_come_into_force(world: World) -> None:
    taken = world.send(
        JUSTICE,
        {
            (leaf("so-a", "1.1"), "I"): "Đồng ý",
            (leaf("so-a", "2.3"), "I"): "cho điểm",
            (leaf("so-a", "2.3"), "J"): 0.25,
            (leaf("so-a", "2.3"), "L"): "Thiếu văn bản",
            (leaf("so-a", "2.5"), "I"): "Bác",
            (leaf("so-a", "2.5"), "L"): "Không có mô hình",
            (leaf("so-b", "1.1"), "I"): "Không áp dụng",
            (leaf("so-b", "1.1"), "L"): "Không có văn bản",
            # blank decision and points: given
            (leaf("so-b", "2.3"), "J"): 0,
            (leaf("so-b", "2.3"), "L"): "Không có gì",
        },
    )
    assert taken.problems == ()
    assert (taken.outcome, taken.decides, taken.blank) == ("taken", 5, 5)
    assert world.decision("so-a", "1.1") == ("agreed", None, None)
    assert world.decision("so-a", "2.3") == ("given", "0.25", "Thiếu văn bản")
    assert world.decision("so-a", "2.5") == ("refused", None, "Không có mô hình")
    assert world.decision("so-b", "1.1") == ("not_applicable", None, "Không có văn bản")
    assert world.decision("so-b", "2.3") == ("given", "0", "Không có gì")
    assert world.state("so-a", "1.1") == ("scored", "16/5")
    assert world.state("so-a", "2.3") == ("given", "1/4")
    assert world.state("so-a", "2.5") == ("refused", "0")
    assert world.state("so-b", "1.1") == ("not_applicable", None)
    assert world.state("so-b", "2.5") == ("pending", "0")


def test_facts_know_file_sheet_and_cell(world: World) -> None:
    filled = world.fill(world.make(JUSTICE), {(leaf("so-a", "1.1"), "I"): "Đồng ý"})
    world.collect(filled)
    found = world.in_force().leaves.select("who", "file", "sheet", "cell").rows()
    assert found == [(JUSTICE, str(filled), SO, "I6")]
    with world.year.store() as store:
        digest = store.batches()["sha256"][-1]
    kept = world.year.folder / "received" / f"{digest}.xlsx"
    assert kept.read_bytes() == filled.read_bytes()


def test_corrections_act_where_the_number_is_read(world: World) -> None:
    taken = world.send(
        JUSTICE,
        {(ask("so-a", "1.1", "due"), "K"): 80, (ask("so-a", "1.1", "due"), "L"): "Sót 20 văn bản"},
    )
    assert taken.problems == ()
    assert world.value("so-a", "due") == ("80", "review")
    assert world.value("so-a", "done") == ("48", "self")
    assert world.state("so-a", "1.1") == ("scored", "12/5")
    # 1.2 shares the number; it is its own reviewer's, who has not looked yet.
    assert world.state("so-a", "1.2") == ("pending", "0")
    world.send(HOME, {(leaf("so-a", "1.2"), "I"): "Đồng ý"})
    assert world.state("so-a", "1.2") == ("scored", "37/20")


def test_the_reason_of_the_leaf_serves_its_numbers(world: World) -> None:
    edits: Edit = {
        (ask("so-a", "1.1", "due"), "K"): 80,
        (ask("so-a", "1.1", "done"), "K"): 40,
        (leaf("so-a", "1.1"), "L"): "Đếm lại",
    }
    assert world.send(JUSTICE, edits).problems == ()
    reasons = world.in_force().answers.filter(stage="review")["reason"].to_list()
    assert reasons == ["Đếm lại", "Đếm lại"]


def test_numbers_of_what_units_do_not_score(world: World) -> None:
    edits: Edit = {
        (ask("so-a", "1.3", "heard"), "K"): 1.5,
        (ask("so-a", "1.3", "heard"), "L"): "Biên bản 12",
        (ask("so-a", "2.6", "votes:A"), "K"): 10,
        (ask("so-a", "2.6", "votes:B"), "K"): 10,
        (ask("so-a", "2.6", "votes:C"), "K"): 0,
        (leaf("so-b", "2.6"), "I"): "Không áp dụng",
        (leaf("so-b", "2.6"), "L"): "Không có phiếu",
    }
    taken = world.send(JUSTICE, edits)
    assert taken.problems == ()
    assert world.state("so-a", "1.3") == ("scored", "3/2")
    assert world.state("so-a", "2.6") == ("scored", "3/2")
    assert world.state("so-b", "2.6") == ("not_applicable", None)
    assert world.state("so-b", "1.3") == ("pending", "0")


def test_penalties_and_conditions(world: World) -> None:
    edits: Edit = {
        (ask("so-a", "P1", "breaches"), "K"): 1,
        (leaf("so-b", "P1"), "J"): -0.75,
        (leaf("so-b", "P1"), "L"): "Kết luận thanh tra",
        (key("condition", "so-a", "report_late"), "K"): "Có",
        (key("condition", "so-a", "report_late"), "L"): "Gửi ngày 20/01",
        (key("condition", "so-b", "report_late"), "K"): "Không",
    }
    assert world.send(HOME, edits).problems == ()
    assert world.state("so-a", "P1") == ("scored", "-1/2")
    assert world.state("so-b", "P1") == ("given", "-3/4")
    assert world.value("so-a", "report_late") == ("yes", "review")
    assert world.value("so-b", "report_late") == ("no", "review")


def test_two_agencies_on_one_unit_do_not_meet(world: World) -> None:
    one = world.fill(world.make(JUSTICE), {(leaf("so-a", "1.1"), "I"): "Đồng ý"})
    other = world.fill(world.make(HOME), {(leaf("so-a", "1.2"), "I"): "Đồng ý"})
    taken = world.collect(one, other)
    assert [each.problems for each in taken] == [(), ()]
    assert world.decision("so-a", "1.1") == world.decision("so-a", "1.2") == ("agreed", None, None)
    who = world.in_force().leaves.sort("leaf")["who"].to_list()
    assert who == [JUSTICE, HOME]


def test_a_parent_decides_on_its_children(world: World) -> None:
    world.report("xa-1", {"due": "3", "done": "1"})
    assert world.send("huyen-x", {(leaf("xa-1", "1.1"), "I"): "Đồng ý"}).problems == ()
    assert world.state("xa-1", "1.1") == ("scored", "2/3")
    assert world.in_force().leaves["who"].to_list() == ["huyen-x"]


def test_what_others_score_by_the_units_own_numbers_can_be_agreed_to(world: World) -> None:
    world.report("xa-1", {"due": "3", "done": "1"})
    assert world.send(HOME, {(leaf("xa-1", "1.3"), "I"): "Đồng ý"}).problems == ()
    assert world.state("xa-1", "1.3") == ("scored", "1/3")


# --- the switch of the whole workbook ---------------------------------------------------------


def test_blank_rows_stay_open_unless_the_switch_says_yes(world: World) -> None:
    edits: Edit = {
        (leaf("so-a", "2.3"), "I"): "Bác",
        (leaf("so-a", "2.3"), "L"): "Sai",
        (ask("so-b", "1.1", "done"), "K"): 40,
        (ask("so-b", "1.1", "done"), "L"): "Đếm lại",
    }
    no = world.send(JUSTICE, edits, bulk="Không")
    assert (no.decides, no.blank) == (2, 8)
    assert world.decision("so-a", "1.1") is None
    yes = world.send(JUSTICE, {}, bulk="có")
    assert yes.problems == ()
    # what units do not score is not agreed to: 1.3 and 2.6 of both units stay open
    assert (yes.decides, yes.blank) == (6, 4)
    assert world.decision("so-a", "1.1") == ("agreed", None, None)
    assert world.decision("so-b", "2.5") == ("agreed", None, None)
    assert world.decision("so-a", "2.3") == ("refused", None, "Sai")
    assert world.decision("so-b", "1.1") is None  # decided by its corrected number
    assert world.decision("so-a", "1.3") is None
    assert world.state("so-b", "1.1") == ("scored", "8/3")


def test_the_switch_spares_leaves_with_faults(world: World) -> None:
    taken = world.send(JUSTICE, {(leaf("so-a", "1.1"), "I"): "Tốt"}, bulk="Có")
    assert codes(taken.problems) == ["review-decision-unknown"]
    assert world.decision("so-a", "1.1") is None
    assert world.decision("so-b", "1.1") == ("agreed", None, None)


def test_an_unreadable_switch_is_told(world: World) -> None:
    problem = only(world.send(JUSTICE, {}, bulk="Chắc vậy"), "yes-no-unreadable")
    assert (problem.place.sheet, problem.place.cell) == (GUIDE, "C8")
    assert world.decision("so-a", "1.1") is None


# --- going on ---------------------------------------------------------------------------------

GIVEN: Edit = {
    (leaf("so-a", "2.3"), "I"): "Cho điểm",
    (leaf("so-a", "2.3"), "J"): 0.25,
    (leaf("so-a", "2.3"), "L"): "Thiếu văn bản",
    (ask("so-b", "1.1", "done"), "K"): 40,
    (ask("so-b", "1.1", "done"), "L"): "Đếm lại",
}


def test_a_workbook_made_again_goes_on_where_it_stood(world: World) -> None:
    world.send(JUSTICE, GIVEN)
    path = world.make(JUSTICE)
    sheet = sheet_of(path)
    row = row_of(sheet, leaf("so-a", "2.3"))
    found = [sheet.cell(row, n).value for n in (7, 9, 10, 12)]
    assert found == ["Đã thẩm định", "Cho điểm", 0.25, "Thiếu văn bản"]
    row = row_of(sheet, ask("so-b", "1.1", "done"))
    assert [sheet.cell(row, n).value for n in (6, 7, 11, 12)] == [48, "Đã sửa", 40, "Đếm lại"]
    # sent back as it is, it says nothing new
    taken = world.collect(world.fill(path, {}))[0]
    assert (taken.problems, taken.decides) == ((), 2)
    assert taken.batch is not None
    assert list(taken.batch.facts) == []


def test_a_reason_alone_may_change(world: World) -> None:
    world.send(JUSTICE, GIVEN)
    edits: Edit = {
        (leaf("so-a", "2.3"), "L"): "Thiếu hai văn bản",
        (ask("so-b", "1.1", "done"), "L"): "Đếm lại hai lần",
    }
    taken = world.send(JUSTICE, edits)
    assert taken.problems == ()
    assert taken.batch is not None
    assert [fact.reason for fact in taken.batch.facts] == ["Thiếu hai văn bản", "Đếm lại hai lần"]


def test_what_is_blanked_is_taken_back_and_told(world: World) -> None:
    world.send(JUSTICE, GIVEN)
    blank: Edit = dict.fromkeys(GIVEN)
    problem = only(world.send(JUSTICE, blank), "review-taken-back")
    assert problem.advice
    assert problem.values["count"] == "2"
    assert world.decision("so-a", "2.3") is None
    assert world.value("so-b", "done") == ("48", "self")
    assert world.state("so-a", "2.3") == ("pending", "0")
    assert world.state("so-b", "1.1") == ("pending", "0")


def test_what_a_workbook_never_showed_it_does_not_take_back(world: World) -> None:
    first = world.make(JUSTICE)
    one = world.fill(first, GIVEN)
    other = world.fill(first, {(leaf("so-b", "2.5"), "I"): "Đồng ý"})
    taken = world.collect(one)[0], world.collect(other)[0]
    assert taken[0].problems == ()
    problem = only(taken[1], "review-decided-since")
    assert problem.advice
    assert problem.values["count"] == "2"
    assert world.decision("so-a", "2.3") == ("given", "0.25", "Thiếu văn bản")
    assert world.value("so-b", "done") == ("40", "review")
    assert world.decision("so-b", "2.5") == ("agreed", None, None)


def test_two_halves_in_one_run_make_a_whole(world: World) -> None:
    first = world.make(JUSTICE)
    halves = world.fill(first, GIVEN), world.fill(first, {(leaf("so-b", "2.5"), "I"): "Đồng ý"})
    assert codes(world.collect(*halves)[1].problems) == ["review-decided-since"]
    assert world.decision("so-a", "2.3") == ("given", "0.25", "Thiếu văn bản")
    assert world.decision("so-b", "2.5") == ("agreed", None, None)


def saved_on(path: Path, day: str) -> Path:
    """The workbook, as if it had been saved on that day."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"]
    members["docProps/core.xml"] = re.sub(
        rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + day.encode() + b"T08:00:00Z", core
    )
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_in_one_run_the_one_saved_last_stands(world: World, turned: bool) -> None:
    first = world.make(JUSTICE)
    refused: Edit = {(A, "I"): "Bác", (A, "L"): "Sai"}
    older = saved_on(world.fill(first, refused), "2019-01-05")
    newer = saved_on(world.fill(first, {(A, "I"): "Đồng ý"}), "2019-01-06")
    world.collect(*((newer, older) if turned else (older, newer)))
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


def test_workbooks_of_one_run_are_tried_beside_each_other(world: World) -> None:
    one: Edit = {
        (ask("so-a", "1.1", "due"), "K"): 50,
        (ask("so-a", "1.1", "due"), "L"): "Đếm lại",
    }
    other: Edit = {
        (ask("so-a", "1.2", "late"), "K"): 55,
        (ask("so-a", "1.2", "late"), "L"): "Đếm lại",
    }
    paths = (
        saved_on(world.fill(world.make(JUSTICE), one), "2019-01-05"),
        saved_on(world.fill(world.make(HOME), other), "2019-01-06"),
    )
    first, second = world.collect(*paths)
    assert first.problems == ()
    assert only(second, "more-than-at-most").place.cell == "K7"


@pytest.mark.parametrize("emptied", ["done", "due"])
def test_what_is_taken_back_stands_beside_the_rest_or_stays(world: World, emptied: str) -> None:
    """48 of 60 were told; review found 30 of 40, or 80 of 100."""
    found = {"done": {"due": 40, "done": 30}, "due": {"due": 100, "done": 80}}[emptied]
    cells = {name: ask("so-a", "1.1", name) for name in found}
    given: Edit = {(cells[n], "K"): v for n, v in found.items()}
    reasons: Edit = {(cells[name], "L"): "Đối chiếu" for name in found}
    assert world.send(JUSTICE, {**given, **reasons}).problems == ()
    both: Edit = {(cells[emptied], column): None for column in "KL"}
    taken = world.send(JUSTICE, both)
    (fault,) = faults(taken)
    assert (fault.code, fault.criterion, fault.unit) == ("more-than-at-most", "1.1", "so-a")
    assert (fault.place.file, fault.place.sheet) == (str(world.year.folder / "gui-04.xlsx"), SO)
    assert world.value("so-a", emptied) == (str(found[emptied]), "review")
    assert world.state("so-a", "1.1")[0] == "scored"


def test_agreeing_takes_back_a_correction(world: World) -> None:
    world.send(JUSTICE, GIVEN)
    edits: Edit = {
        (ask("so-b", "1.1", "done"), "K"): None,
        (ask("so-b", "1.1", "done"), "L"): None,
        (leaf("so-b", "1.1"), "I"): "Đồng ý",
    }
    assert world.send(JUSTICE, edits).problems == ()
    assert world.value("so-b", "done") == ("48", "self")
    assert world.state("so-b", "1.1") == ("scored", "16/5")


def test_agreeing_takes_back_a_correction_that_it_had_not_seen(world: World) -> None:
    first = world.make(JUSTICE)
    number: Edit = {k: v for k, v in GIVEN.items() if k[0].startswith("ask")}
    world.collect(world.fill(first, number))
    agrees = world.fill(first, {(leaf("so-b", "1.1"), "I"): "Đồng ý"})
    assert world.collect(agrees)[0].problems == ()
    assert world.value("so-b", "done") == ("48", "self")


def test_the_switch_leaves_alone_what_was_decided_since(world: World) -> None:
    first = world.make(JUSTICE)
    world.collect(world.fill(first, GIVEN))
    taken = world.collect(world.fill(first, {}, bulk="Có"))[0]
    only(taken, "review-decided-since")
    assert world.decision("so-a", "2.3") == ("given", "0.25", "Thiếu văn bản")
    assert world.value("so-b", "done") == ("40", "review")
    assert world.decision("so-b", "1.1") is None
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


def test_the_same_file_is_taken_once(world: World) -> None:
    filled = world.fill(world.make(JUSTICE), GIVEN)
    first, second = world.collect(filled), world.collect(filled)
    assert first[0].outcome == "taken"
    assert (second[0].outcome, second[0].batch) == ("again", None)
    only(second[0], "workbook-again")


# --- what the unit changed meanwhile ----------------------------------------------------------


def test_a_decision_on_old_numbers_is_not_taken(world: World) -> None:
    path = world.fill(
        world.make(JUSTICE),
        {(leaf("so-a", "1.1"), "I"): "Đồng ý", (leaf("so-b", "1.1"), "I"): "Đồng ý"},
    )
    world.report("so-a", {"done": "50"})
    problem = only(world.collect(path)[0], "review-stale")
    assert (problem.unit, problem.criterion, problem.place.cell) == ("so-a", "1.1", "I6")
    assert world.decision("so-a", "1.1") is None
    assert world.decision("so-b", "1.1") == ("agreed", None, None)


def test_the_same_numbers_sent_again_are_not_newer(world: World) -> None:
    path = world.fill(world.make(JUSTICE), {(leaf("so-a", "1.1"), "I"): "Đồng ý"})
    world.report("so-a", ANSWERS)
    assert world.collect(path)[0].problems == ()
    assert world.state("so-a", "1.1") == ("scored", "16/5")


def test_the_switch_does_not_agree_to_what_it_has_not_seen(world: World) -> None:
    path = world.fill(world.make(JUSTICE), {}, bulk="Có")
    world.report("so-a", {"level": "Không"})
    problem = only(world.collect(path)[0], "review-stale")
    assert (problem.unit, problem.criterion, problem.place.cell) == ("so-a", "2.3", "I11")
    assert world.decision("so-a", "2.3") is None
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


def test_what_is_to_be_reviewed_again_comes_blank_and_says_so(world: World) -> None:
    world.send(JUSTICE, GIVEN)
    world.report("so-a", {"level": "Không"})
    world.report("so-b", {"done": "45"})
    path = world.make(JUSTICE)
    sheet = sheet_of(path)
    row = row_of(sheet, leaf("so-a", "2.3"))
    assert [sheet.cell(row, n).value for n in (7, 9, 10, 12)] == [
        "Thẩm định lại: đơn vị đã sửa",
        *(None, None, None),
    ]
    row = row_of(sheet, ask("so-b", "1.1", "done"))
    assert [sheet.cell(row, n).value for n in (6, 7, 11, 12)] == [45, "Lần trước: 40", None, None]
    # the same decision on the new numbers is a new one
    again: Edit = {k: v for k, v in GIVEN.items() if k[0] == leaf("so-a", "2.3")}
    assert world.collect(world.fill(path, again))[0].problems == ()
    assert world.state("so-a", "2.3") == ("given", "1/4")
    assert world.value("so-b", "done") == ("45", "self")
    assert world.state("so-b", "1.1") == ("pending", "0")


# --- faults of cells --------------------------------------------------------------------------

FAULTS: dict[str, tuple[str, Edit, str, str]] = {
    "unknown word": (JUSTICE, {(A, "I"): "Duyệt"}, "review-decision-unknown", "I6"),
    "word is a number": (JUSTICE, {(A, "I"): 1}, "review-decision-unknown", "I6"),
    "given, no points": (
        JUSTICE,
        {(A, "I"): "Cho điểm", (A, "L"): "Vì"},
        "review-points-missing",
        "J6",
    ),
    "given, no reason": (
        JUSTICE,
        {(A, "I"): "Cho điểm", (A, "J"): 1},
        "review-reason-missing",
        "L6",
    ),
    "points alone, no reason": (JUSTICE, {(A, "J"): 1}, "review-reason-missing", "L6"),
    "refused, no reason": (JUSTICE, {(A, "I"): "Bác"}, "review-reason-missing", "L6"),
    "not applicable, no reason": (
        JUSTICE,
        {(A, "I"): "Không áp dụng", (A, "L"): "  "},
        "review-reason-missing",
        "L6",
    ),
    "points with agreement": (
        JUSTICE,
        {(A, "I"): "Đồng ý", (A, "J"): 4},
        "review-points-with-decision",
        "J6",
    ),
    "points with refusal": (
        JUSTICE,
        {(A, "I"): "Bác", (A, "J"): 0, (A, "L"): "Vì"},
        "review-points-with-decision",
        "J6",
    ),
    "above the maximum": (JUSTICE, {(A, "J"): 4.01, (A, "L"): "Vì"}, "points-out-of-range", "J6"),
    "below 0": (JUSTICE, {(A, "J"): -0.01, (A, "L"): "Vì"}, "points-out-of-range", "J6"),
    "penalty above 0": (
        HOME,
        {(leaf("so-a", "P1"), "J"): 0.5, (leaf("so-a", "P1"), "L"): "Vì"},
        "points-out-of-range",
        "J17",
    ),
    "off the increment": (
        JUSTICE,
        {(leaf("so-a", "2.5"), "J"): 1.3, (leaf("so-a", "2.5"), "L"): "Vì"},
        "points-off-increment",
        "J13",
    ),
    "too many decimals": (JUSTICE, {(A, "J"): 1.23456, (A, "L"): "V"}, "too-many-decimals", "J6"),
    "points in words": (JUSTICE, {(A, "J"): "một", (A, "L"): "Vì"}, "number-unreadable", "J6"),
    "points as percent": (JUSTICE, {(A, "J"): "50%", (A, "L"): "Vì"}, "percent-not-wanted", "J6"),
    "nothing to agree to": (
        JUSTICE,
        {(leaf("so-a", "1.3"), "I"): "Đồng ý"},
        "review-decision-not-offered",
        "I9",
    ),
    "nothing to refuse": (
        JUSTICE,
        {(leaf("so-a", "2.6"), "I"): "Bác", (leaf("so-a", "2.6"), "L"): "Vì"},
        "review-decision-not-offered",
        "I15",
    ),
    "correction without reason": (
        JUSTICE,
        {(ask("so-a", "1.1", "done"), "K"): 40},
        "review-change-without-reason",
        "L7",
    ),
    "judged without reason": (
        JUSTICE,
        {(ask("so-a", "1.3", "heard"), "K"): 1.5},
        "review-change-without-reason",
        "L10",
    ),
    "condition without reason": (
        HOME,
        {(key("condition", "so-a", "report_late"), "K"): "Có"},
        "review-change-without-reason",
        "L19",
    ),
    "judged off its step": (
        JUSTICE,
        {(ask("so-a", "1.3", "heard"), "K"): 1.3, (ask("so-a", "1.3", "heard"), "L"): "Vì"},
        "points-off-increment",
        "K10",
    ),
    "judged above": (
        JUSTICE,
        {(ask("so-a", "1.3", "heard"), "K"): 2.5, (ask("so-a", "1.3", "heard"), "L"): "Vì"},
        "points-out-of-range",
        "K10",
    ),
    "agreed and changed": (
        JUSTICE,
        {
            (A, "I"): "Đồng ý",
            (ask("so-a", "1.1", "done"), "K"): 40,
            (ask("so-a", "1.1", "done"), "L"): "Vì",
        },
        "review-agreed-and-changed",
        "I6",
    ),
    "half a survey": (
        JUSTICE,
        {(ask("so-a", "2.6", "votes:A"), "K"): 10, (ask("so-a", "2.6", "votes:C"), "K"): 0},
        "tally-incomplete",
        "K17",
    ),
    "a third of a survey": (
        JUSTICE,
        {(ask("so-a", "2.6", "votes:A"), "K"): 10},
        "tally-incomplete",
        "K17",
    ),
    "more than at most": (
        JUSTICE,
        {(ask("so-a", "1.1", "done"), "K"): 61, (ask("so-a", "1.1", "done"), "L"): "Đếm lại"},
        "more-than-at-most",
        "K7",
    ),
    "less than what another may not exceed": (
        HOME,
        {(ask("so-a", "1.2", "late"), "K"): 61, (ask("so-a", "1.2", "late"), "L"): "Đếm lại"},
        "more-than-at-most",
        "K7",
    ),
    "a limit below what others reported": (
        JUSTICE,
        {
            (ask("so-a", "1.1", "due"), "K"): 5,
            (ask("so-a", "1.1", "done"), "K"): 4,
            (leaf("so-a", "1.1"), "L"): "Đếm lại",
        },
        "more-than-at-most",
        "K8",
    ),
    "count with decimals": (
        JUSTICE,
        {(ask("so-a", "1.1", "done"), "K"): 40.5, (ask("so-a", "1.1", "done"), "L"): "Vì"},
        "count-not-whole",
        "K7",
    ),
    "option unknown": (
        JUSTICE,
        {(ask("so-a", "2.3", "level"), "K"): "Tốt", (ask("so-a", "2.3", "level"), "L"): "Vì"},
        "option-not-offered",
        "K12",
    ),
    "points in the column of numbers": (JUSTICE, {(A, "K"): 3}, "review-wrong-cell", "K6"),
    "a decision on a number": (
        JUSTICE,
        {(ask("so-a", "1.1", "due"), "I"): "Bác"},
        "review-wrong-cell",
        "I8",
    ),
    "a number asked elsewhere": (
        HOME,
        {(key("shared", "so-a", "1.2", "due"), "K"): 50},
        "review-wrong-cell",
        "K8",
    ),
    "points where it does not apply": (
        HOME,
        {(leaf("so-b", "2.4"), "J"): 0.5},
        "review-not-applicable",
        "J27",
    ),
    "the unit's name edited": (JUSTICE, {(A, "B"): "Sở khác"}, "review-label-changed", "B6"),
    "the leaf's id edited": (JUSTICE, {(A, "C"): "1.2"}, "review-label-changed", "C6"),
    "the maximum edited": (JUSTICE, {(A, "E"): 5}, "review-label-changed", "E6"),
    "a number's title edited": (
        JUSTICE,
        {(ask("so-a", "1.1", "done"), "D"): "Số khác"},
        "review-label-changed",
        "D7",
    ),
    "an error": (JUSTICE, {(A, "J"): "#N/A"}, "cell-with-error", "J6"),
    "a formula without value": (JUSTICE, {(A, "J"): "=1+1"}, "formula-without-value", "J6"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_located_and_hold_only_their_leaf_back(world: World, name: str) -> None:
    agency, edits, code, cell = FAULTS[name]
    beside = leaf("so-b", "2.3" if agency == JUSTICE else "2.1")
    path = world.fill(world.ready(agency), {**edits, (beside, "I"): "Đồng ý"})
    taken = world.collect(path)[0]
    problem = only(taken, code)
    assert (problem.place.sheet, problem.place.cell) == (SO, cell)
    assert problem.unit in ("so-a", "so-b")
    assert problem.criterion is not None
    assert taken.batch is not None
    assert [fact.subject for fact in taken.batch.facts] == [f"leaf:{beside.split('|')[2]}"]
    assert (taken.batch.outcome, taken.batch.problems, taken.batch.note) == ("taken", 1, code)


@pytest.mark.parametrize(
    ("agency", "edits", "points"),
    [
        (JUSTICE, {(A, "J"): 4, (A, "L"): "Vì"}, "4"),
        (JUSTICE, {(A, "J"): 0, (A, "L"): "Vì"}, "0"),
        (JUSTICE, {(A, "J"): 1.2345, (A, "L"): "Vì"}, "1.2345"),
        (JUSTICE, {(leaf("so-a", "2.5"), "J"): 1.75, (leaf("so-a", "2.5"), "L"): "Vì"}, "1.75"),
        (HOME, {(leaf("so-a", "P1"), "J"): -1, (leaf("so-a", "P1"), "L"): "Vì"}, "-1"),
    ],
)
def test_the_other_side_of_each_bound(world: World, agency: str, edits: Edit, points: str) -> None:
    taken = world.send(agency, edits)
    assert taken.problems == ()
    assert taken.batch is not None
    assert [(fact.value, (fact.cell or "")[0]) for fact in taken.batch.facts] == [(points, "J")]


def test_points_kept_as_text_are_read_and_told(world: World) -> None:
    problem = only(world.send(JUSTICE, {(A, "J"): "1,25", (A, "L"): "Vì"}), "number-as-text")
    assert problem.advice
    assert world.decision("so-a", "1.1") == ("given", "1.25", "Vì")


def test_a_formula_counts_by_its_result_and_is_told(world: World) -> None:
    path = world.fill(world.ready(JUSTICE), {(A, "J"): 1.375, (A, "L"): "Vì"})
    part = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    plain = b"<v>1.375</v>"
    assert members[part].count(plain) == 1
    members[part] = members[part].replace(plain, b"<f>2.75/2</f><v>1.375</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert only(world.collect(path)[0], "cell-holds-formula").advice
    assert world.decision("so-a", "1.1") == ("given", "1.375", "Vì")


def test_counts_of_the_plan_are_shown(tmp_path: Path) -> None:
    world = World(make_year(tmp_path / "nam"))
    sheet = sheet_of(world.make(HOME))
    counted = {
        column: row_of(sheet, key("tasks", "so-a", "1.5", column))
        for column in ("tasks:on_time", "tasks:due")
    }
    assert [[sheet.cell(n, c).value for c in (4, 6, 8)] for n in counted.values()] == [
        ["Số nhiệm vụ hoàn thành đúng hạn", 0, "đếm từ kế hoạch"],
        ["Số nhiệm vụ đến hạn", 5, "đếm từ kế hoạch"],
    ]


def test_a_number_that_is_the_units_own_corrects_nothing(world: World) -> None:
    problem = only(
        world.send(JUSTICE, {(ask("so-a", "1.1", "done"), "K"): 48}), "review-value-same"
    )
    assert problem.advice
    assert world.value("so-a", "done") == ("48", "self")
    assert world.state("so-a", "1.1") == ("pending", "0")


@pytest.mark.parametrize("at", [(A, "L"), (ask("so-a", "1.1", "done"), "L")])
def test_a_reason_with_nothing_to_belong_to_is_told(world: World, at: tuple[str, str]) -> None:
    problem = only(world.send(JUSTICE, {at: "Vì thế"}), "review-reason-alone")
    assert problem.advice
    assert world.state("so-a", "1.1") == ("pending", "0")


# --- any cells at all: the law in plain Python --------------------------------------------------

LEAVES = {"1.1": (4, 0, True), "2.3": (1, 0, True), "2.5": (2, 0.25, True), "2.6": (2, 0, False)}
"""Maximum, step of judged points, and whether the unit scores it."""
WORDS = ("", "Đồng ý", "Cho điểm", "Bác", "Không áp dụng", "Duyệt")
TYPED = st.tuples(
    st.sampled_from(WORDS),
    st.sampled_from((None, None, 0, 0.25, 0.3, 1, 2, 4, 4.25, -1)),
    st.sampled_from((None, "Vì thế")),
)


def law(
    word: str, points: float | None, reason: str | None, name: str, bulk: str | None
) -> str | None:
    """The decision that comes into force; `fault` where nothing may; None where nothing is said."""
    maximum, step, own = LEAVES[name]
    said = DECISIONS.get(word)
    if (word and said is None) or (not own and said in ("agreed", "refused")):
        return "fault"
    if points is not None:
        possible = 0 <= points <= maximum and (not step or points % step == 0)
        if said not in (None, "given") or not possible:
            return "fault"
        said = "given"
    elif said == "given":
        return "fault"
    if said in ("given", "refused", "not_applicable") and reason is None:
        return "fault"
    return "agreed" if said is None and bulk == "Có" and own else said


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.fixed_dictionaries(dict.fromkeys(LEAVES, TYPED)),
    bulk=st.sampled_from((None, "Có", "Không")),
)
def test_whatever_is_typed_comes_into_force_or_is_a_fault(
    template: World, tmp_path_factory: pytest.TempPathFactory, typed: Any, bulk: str | None
) -> None:
    folder = tmp_path_factory.mktemp("luat") / "nam"
    shutil.copytree(template.year.folder, folder)
    world = World(replace(template.year, folder=folder))
    edits = {
        (leaf("so-a", name), column): value
        for name, cells_ in typed.items()
        for column, value in zip("IJL", cells_, strict=True)
        if value not in (None, "")
    }
    taken = world.collect(world.fill(world.ready(JUSTICE), edits, bulk))[0]
    wanted = {name: law(*cells_, name, bulk) for name, cells_ in typed.items()}
    blamed = {str(problem.criterion) for problem in faults(taken)}
    assert blamed == {name for name, decision in wanted.items() if decision == "fault"}
    in_force = world.in_force().leaves.filter(unit="so-a")
    found = dict(in_force.select("leaf", "decision").rows())
    given_points = dict(in_force.select("leaf", "points").rows())
    for name, decision in wanted.items():
        stands = decision if decision != "fault" else None
        assert found.get(name) == stands
        points = typed[name][1]
        if stands == "given":
            assert float(given_points[name]) == points


# --- faults of workbooks ----------------------------------------------------------------------


def damaged(world: World, change: Any, agency: str = JUSTICE, edits: Edit | None = None) -> Taken:
    good: Edit = {(leaf("so-a", "1.1"), "I"): "Đồng ý"} if edits is None else edits
    return world.collect(world.fill(world.ready(agency), good, change=change))[0]


def test_rows_pasted_from_another_agency_are_refused(world: World) -> None:
    def paste(book: Any) -> None:
        book[SO]["A40"] = leaf("so-a", "2.1")
        book[SO]["I40"] = "Đồng ý"

    problem = only(damaged(world, paste), "review-not-theirs")
    assert (problem.unit, problem.criterion, problem.place.cell) == ("so-a", "2.1", "A40")
    assert problem.values["owner"] == HOME
    assert world.decision("so-a", "2.1") is None
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


def test_a_condition_pasted_elsewhere_is_not_theirs(world: World) -> None:
    def paste(book: Any) -> None:
        book[SO]["A40"] = key("condition", "so-a", "report_late")

    assert codes(damaged(world, paste).problems) == ["review-not-theirs"]


def test_keys_of_nobody_and_rows_without_key(world: World) -> None:
    def paste(book: Any) -> None:
        book[SO]["A40"] = leaf("so-a", "9.9")
        book[SO]["I41"] = "Bác"
        book[SO]["L41"] = "Vì"

    assert codes(damaged(world, paste).problems) == ["key-unknown", "review-row-without-key"]


def test_sorted_rows_are_read_where_they_stand(world: World) -> None:
    def turn(book: Any) -> None:
        sheet = book[SO]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=6)]
        for number, values in enumerate(reversed(rows), start=6):
            for column, value in enumerate(values, start=1):
                cell = sheet.cell(number, column)
                cell.value = value
                if isinstance(value, str):  # openpyxl would take =... for a formula
                    cell.data_type = "s"

    assert damaged(world, turn).problems == ()
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


def test_labels_sorted_without_their_entries_are_told(world: World) -> None:
    def half(book: Any) -> None:
        sheet = book[SO]
        for column in "BCD":
            sheet[f"{column}6"], sheet[f"{column}20"] = (
                sheet[f"{column}20"].value,
                sheet[f"{column}6"].value,
            )

    found = damaged(world, half)
    assert codes(found.problems) == ["review-label-changed"] * 2
    assert world.decision("so-a", "1.1") is None


def test_a_deleted_row_is_missed(world: World) -> None:
    def delete(book: Any) -> None:
        book[SO].delete_rows(7)

    problem = only(damaged(world, delete), "key-missing")
    assert problem.criterion == "1.1"
    assert world.decision("so-a", "1.1") is None


def test_merged_cells_are_told(world: World) -> None:
    def merge(book: Any) -> None:
        book[SO].merge_cells("I6:J6")

    assert set(codes(damaged(world, merge).problems)) == {"cells-merged"}
    assert world.decision("so-a", "1.1") is None


@pytest.mark.parametrize("name", [SO, GUIDE])
def test_a_sheet_that_is_gone(world: World, name: str) -> None:
    def remove(book: Any) -> None:
        del book[name]

    taken = damaged(world, remove)
    assert codes(faults(taken)) == ["workbook-sheet-missing"]
    assert world.decision("so-a", "1.1") is None


def test_the_guide_of_another_agency(world: World) -> None:
    def other(book: Any) -> None:
        book[GUIDE]["C4"] = HOME

    taken = damaged(world, other)
    only(taken, "review-agency-differs")
    assert taken.outcome == "refused"
    assert taken.batch is not None
    assert (taken.batch.outcome, list(taken.batch.facts)) == ("refused", [])


def test_the_manifest_of_another_agency(world: World) -> None:
    home = openpyxl.load_workbook(world.make(HOME))[MANIFEST]

    def other(book: Any) -> None:
        for row in home.iter_rows():
            for cell in row:
                book[MANIFEST][cell.coordinate] = cell.value

    assert codes(damaged(world, other).problems) == ["review-agency-differs"]


def test_an_edited_manifest_is_none(world: World) -> None:
    def edit(book: Any) -> None:
        book[MANIFEST]["B4"] = HOME

    taken = damaged(world, edit)
    assert codes(taken.problems) == ["manifest-not-ours"]
    assert (taken.outcome, taken.batch) == ("unread", None)


def test_the_workbook_of_an_agency_that_reviews_nothing_now(world: World) -> None:
    form = world.forms[JUSTICE]
    with world.year.store() as store:
        seal = store.seal
    assessment = world.year.assessment.id
    rows = manifest_of("review", assessment, "so-la", form.sets, form.layout, 0).rows(seal)

    def hand_over(book: Any) -> None:
        for number, (_, value) in enumerate(rows, start=1):
            book[MANIFEST][f"B{number}"] = value

    taken = damaged(world, hand_over)
    assert only(taken, "review-agency-unknown").values["value"] == "so-la"
    assert taken.outcome == "unread"


def test_a_units_workbook_is_none_of_an_agencys(world: World) -> None:
    form = world.forms[JUSTICE]
    with world.year.store() as store:
        seal = store.seal
    rows = manifest_of("self", world.year.assessment.id, "so-a", form.sets, "x", 0).rows(seal)

    def hand_over(book: Any) -> None:
        for number, (_, value) in enumerate(rows, start=1):
            book[MANIFEST][f"B{number}"] = value

    assert codes(damaged(world, hand_over).problems) == ["manifest-other-kind"]


def test_a_workbook_of_an_older_set_is_refused(world: World) -> None:
    path = world.fill(world.make(JUSTICE), {(leaf("so-a", "1.1"), "I"): "Đồng ý"})
    file = world.year.folder / "sets" / "so.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("title: Đúng hạn", "title: Trễ hạn"), encoding="utf-8")
    from cli.folder import open_year

    world.year = open_year(world.year.folder)
    taken = world.collect(path)[0]
    only(taken, "manifest-older-set")
    assert taken.outcome == "refused"


def test_a_unit_that_joined_later_is_told_and_the_rest_taken(world: World) -> None:
    path = world.fill(world.make(JUSTICE), {(leaf("so-a", "1.1"), "I"): "Đồng ý"})
    file = world.year.folder / "units.csv"
    file.write_text(UNITS + "so-c,Sở C,departments,,no\n", encoding="utf-8")
    from cli.folder import open_year

    world.year = open_year(world.year.folder)
    taken = world.collect(path)[0]
    assert codes(taken.problems) == ["review-layout-older", "review-rows-joined"]
    assert not faults(taken)
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


def test_a_file_that_is_no_workbook_does_not_stop_the_others(world: World) -> None:
    junk = world.fresh()
    junk.write_bytes(b"PK\x03\x04 nonsense")
    good = world.fill(world.make(JUSTICE), {(leaf("so-a", "1.1"), "I"): "Đồng ý"})
    taken = world.collect(junk, good)
    assert [each.outcome for each in taken] == ["unread", "taken"]
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


# --- policy and calendar ----------------------------------------------------------------------


def test_faulty_hold_takes_nothing(tmp_path: Path) -> None:
    world = make_world(tmp_path / "nam", ASSESSMENT + "policy: {faulty: hold}\n")
    taken = world.send(JUSTICE, {(A, "I"): "Bác", (leaf("so-b", "1.1"), "I"): "Đồng ý"})
    assert codes(taken.problems) == ["review-reason-missing", "workbook-held-back"]
    assert taken.outcome == "refused"
    assert world.decision("so-b", "1.1") is None


@pytest.mark.parametrize(
    ("moment", "late"), [("2019-01-31T16:59:59", False), ("2019-01-31T17:00:00", True)]
)
def test_late_begins_at_midnight_in_vietnam(
    world: World, monkeypatch: pytest.MonkeyPatch, moment: str, late: bool
) -> None:
    monkeypatch.setenv("PARINDEX_NOW", moment)
    taken = world.send(JUSTICE, {(A, "I"): "Đồng ý"})
    assert taken.batch is not None
    assert taken.batch.late == late
    assert codes(taken.problems) == (["review-late"] if late else [])
    assert world.decision("so-a", "1.1") == ("agreed", None, None)


@pytest.mark.parametrize("policy", ["refuse", "mark"])
def test_after_the_review_is_closed(tmp_path: Path, policy: str) -> None:
    world = make_world(tmp_path / "nam", ASSESSMENT + f"policy: {{late: {policy}}}\n")
    path = world.fill(world.make(JUSTICE), {(A, "I"): "Đồng ý"})
    at = datetime.datetime(2019, 1, 19, 20)
    with world.year.store(write=True) as store:
        store.add([], [StageEvent("review", True, "Sở Nội vụ", at)])
    taken = world.collect(path)[0]
    assert taken.batch is not None
    if policy == "mark":
        assert (taken.outcome, taken.batch.late) == ("late", True)
        assert world.decision("so-a", "1.1") == ("agreed", None, None)
    else:
        problem = only(taken, "stage-closed")
        assert problem.values["day"] == "20/01/2019"
        assert taken.batch.outcome == "refused"
        assert world.decision("so-a", "1.1") is None


# --- the commands -----------------------------------------------------------------------------


def run(world: World, monkeypatch: pytest.MonkeyPatch, *words: str) -> Any:
    monkeypatch.chdir(world.year.folder)
    return CliRunner().invoke(make_app("vi"), ["review", *words])


def test_make_writes_for_all_and_refuses_to_overwrite(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run(world, monkeypatch, "make")
    assert made.exit_code == 0
    assert "Đã lập 4 bảng thẩm định" in made.stdout
    assert "review-self-open" in made.stderr
    assert "review-no-parent" in made.stderr
    folder = world.year.folder / "review"
    names = ["huyen-x.xlsx", "huyen-y.xlsx", "so-noi-vu.xlsx", "so-tu-phap.xlsx"]
    assert sorted(path.name for path in folder.iterdir()) == names
    before = (folder / names[0]).read_bytes()
    world.report("xa-1", {"due": "3", "done": "1"})
    again = run(world, monkeypatch, "make")
    assert again.exit_code == 1
    assert again.stderr.count("review-out-exists") == 4
    assert (folder / names[0]).read_bytes() == before
    assert run(world, monkeypatch, "make", "Huyện X", "--again").exit_code == 0
    assert (folder / names[0]).read_bytes() != before
    none = run(world, monkeypatch, "make", "so-la")
    assert none.exit_code == 1
    assert "review-nobody" in none.stderr


def test_make_and_collect_as_json(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = json.loads(run(world, monkeypatch, "make", JUSTICE, "--out", "ra", "--json").stdout)
    assert [(row["agency"], row["units"], row["leaves"], row["open"]) for row in made["made"]] == [
        (JUSTICE, 2, 10, 10)
    ]
    filled = world.fill(
        world.year.folder / "ra" / f"{JUSTICE}.xlsx",
        {(A, "I"): "Đồng ý", (B, "I"): "Bác"},
    )
    back = world.year.folder / "ve"
    back.mkdir()
    filled.rename(back / "tp.xlsx")
    result = run(world, monkeypatch, "collect", "ve", "--json", "--report", "loi.xlsx")
    assert result.exit_code == 1
    said = json.loads(result.stdout)
    assert [(row["agency"], row["outcome"], row["facts"]) for row in said["files"]] == [
        (JUSTICE, "taken", 1)
    ]
    assert [each["code"] for each in said["problems"]] == ["review-reason-missing"]
    assert (world.year.folder / "loi.xlsx").is_file()
    empty = world.year.folder / "trong"
    empty.mkdir()
    assert "no-workbooks" in run(world, monkeypatch, "collect", "trong").stderr


def test_collect_prints_what_it_took(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    filled = world.fill(world.make(JUSTICE), {(A, "I"): "Đồng ý"})
    result = run(world, monkeypatch, "collect", str(filled))
    assert result.exit_code == 0
    assert "Đã đọc 1 bảng thẩm định" in result.stdout
    assert "đã nhận" in result.stdout


def test_a_unit_that_contradicts_its_review_later_stops_nobody(tmp_path: Path) -> None:
    """The correction was 50 of 60; 55 done since then wait for the reviewer, and are told."""
    world = make_world(tmp_path / "year")
    asked = key("ask", "so-a", "1.1", "due")
    sent = world.send("so-tu-phap", {(asked, "K"): 50, (asked, "L"): "Sổ theo dõi"})
    assert sent.outcome == "taken"
    world.report("so-a", dict(ANSWERS, due="60", done="55"))
    with world.year.store() as store:
        sets = [each.set for each in world.year.sets]
        intake = facts_at(store, "review", world.year.assessment, sets, world.year.units)
    told = [p for p in intake.problems if p.code == "more-than-at-most"]
    assert [(p.unit, p.advice) for p in told] == [("so-a", True)]
    frame = intake.facts["so"].frame
    row = frame["unit"].to_list().index("so-a")
    assert frame["decided:1.1"][row] == STATUS["pending"]
