"""The self-scoring workbook: what may be typed where, what it says, whose points it shows."""

from __future__ import annotations

import datetime
import io
import math
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from criteria.model import CriteriaSet
from criteria.plan.model import Plan
from criteria.rules import BestOf, RelativeToBest, Rule, SumOf
from inputs.facts import facts_of, set_task_columns
from inputs.obligations import Obligation
from inputs.units import Unit
from inputs.workbooks import form as layout
from inputs.workbooks.entries import LARGEST, entry_of
from inputs.workbooks.form import FORM, GUIDE, MANIFEST, SUMMARY, TASKS, WORKING, Form, form_of
from inputs.workbooks.manifest import manifest_of, read_manifest
from outputs.forms.self_calc import Calculated, calculated
from outputs.forms.self_cells import Formula, certain, points_shown
from outputs.forms.self_filled import NOTHING, Best, Done, Filled, Proof, Value
from outputs.forms.self_words import SetWords, instance_words
from outputs.forms.self_workbook import write_self_workbook
from scoring.best import best_of_group
from scoring.excel_cells import Cell
from scoring.excel_totals import Printed
from scoring.ledger import leaf_results
from scoring.score import Scores, score_set
from tests.form_worlds import (
    PACKS,
    assessment_of,
    facts_of_form,
    filled_by_chance,
    pack_forms,
    task_counts,
)
from tests.libreoffice import ABSENT, SOFFICE, recalculated
from tests.strategies import World, worlds

SECRET = b"secret"


def written(form: Form, filled: Filled = NOTHING, best: Best | None = None) -> bytes:
    """The workbook's bytes."""
    assessment = assessment_of([form.set.group], form.set.year)
    manifest = manifest_of("self", assessment.id, form.unit.unit, [form.set], form.layout, 7)
    stream = io.BytesIO()
    write_self_workbook(
        stream, form, assessment, manifest.rows(SECRET), filled=filled, best=best or {}
    )
    return stream.getvalue()


def opened(content: bytes, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=values)


GROUPS = (
    *((PACKS[0], group) for group in ("departments", "districts", "communes")),
    *((name, "departments") for name in PACKS[-2:]),
)


@cache
def pack_book(at: int) -> tuple[Form, Filled, bytes]:
    """One workbook of a group of a pack, filled in."""
    name, group = GROUPS[at]
    pack = pack_forms(name)
    form = pack.form(pack.units.of_group(group)[0])
    filled = filled_by_chance(form, at)
    return form, filled, written(form, filled)


@cache
def opened_pack(at: int, *, values: bool = False) -> Any:
    return opened(pack_book(at)[2], values=values)


# --- a small set with everything ------------------------------------------------------------------


def tree(**changes: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "parindex": 1,
        "id": "nho",
        "title": "Bộ tiêu chí nhỏ",
        "status": "reference",
        "year": 2018,
        "group": "departments",
        "total": 14,
        "inputs": {
            "due": {"type": "count", "title": "Số phải làm"},
            "done": {"type": "count", "title": "Số đã làm", "at_most": "due"},
            "rate": {"type": "percent", "title": "Tỷ lệ", "range": None},
            "spent": {"type": "amount", "title": "Kinh phí", "measure": "triệu đồng"},
            "issued": {"type": "date", "title": "Ngày ban hành"},
            "open": {"type": "yes_no", "title": "Đã công khai"},
            "level": {"type": "choice", "title": "Mức", "options": ["Tốt", "Khá, được"]},
            "votes": {"type": "tally", "title": "Phiếu", "options": ["A", "B"]},
            "given": {"type": "points", "title": "Điểm mô hình"},
            "council": {"type": "points", "title": "Điểm hội đồng"},
        },
        "fields": [
            {
                "id": "1",
                "title": "Chỉ đạo",
                "criteria": [
                    leaf("1.1", {"kind": "proportional", "of": {"ratio": ["done", "due"]}}, 2)
                    | {"evidence": "required", "when_none": "exclude"},
                    leaf("1.2", {"kind": "proportional", "of": "rate", "full_at": "90%"}),
                    leaf("1.3", {"kind": "per_item", "of": "spent", "points": Fraction(1, 2)}),
                    leaf("1.4", {"kind": "relative_to_best", "of": {"ratio": ["done", "due"]}}),
                ],
            },
            {
                "id": "2",
                "title": "Kết quả",
                "criteria": [
                    leaf(
                        "2.1",
                        {
                            "kind": "deadline",
                            "of": "issued",
                            "tiers": [{"by": datetime.date(2018, 1, 31), "points": 1}],
                        },
                    ),
                    leaf("2.2", {"kind": "yes_no", "of": "open"}),
                    leaf(
                        "2.3",
                        {"kind": "choice", "of": "level", "points": {"Tốt": 1, "Khá, được": 0}},
                    ),
                    leaf("2.4", {"kind": "answers", "of": "votes", "weights": {"A": 100, "B": 0}}),
                    leaf("2.5", {"kind": "judged", "of": "given", "increment": Fraction(1, 4)}),
                    leaf("2.6", {"kind": "judged", "of": "council", "increment": Fraction(1, 4)}, 2)
                    | {"scored_by": "reviewer"},
                    leaf("2.7", {"kind": "yes_no", "of": "open"}, 2) | {"applies_to": "special"},
                ],
            },
        ],
    }
    return whole | changes


def leaf(name: str, rule: dict[str, Any], maximum: int = 1) -> dict[str, Any]:
    return {"id": name, "title": f"Tiêu chí {name}", "maximum": maximum, "rule": rule}


def small_set(**changes: Any) -> CriteriaSet:
    whole = tree(**changes)
    for declared in whole["inputs"].values():
        if declared.get("range", 0) is None:
            del declared["range"]
    return CriteriaSet.model_validate(whole)


UNIT = Unit("so-a", "Sở A", "departments", attributes={"special": False})
ANSWERS: dict[str, Value] = {
    "due": 60,
    "done": 48,
    "rate": Fraction("81.25"),
    "spent": Fraction("0.5"),
    "issued": datetime.date(2018, 1, 31),
    "open": True,
    "level": "Khá, được",
    "votes:A": 2,
    "votes:B": 1,
    "given": Fraction(3, 4),
}


def small_form(criteria_set: CriteriaSet | None = None, unit: Unit = UNIT) -> Form:
    criteria_set = criteria_set or small_set()
    return form_of(criteria_set, assessment_of(["departments"]), unit)


def value_at(book: Any, form: Form, key: str, column: str) -> Any:
    return book[FORM][form.by_key[key].cell(column)].value


# --- what may be typed where ----------------------------------------------------------------------


def cells_of(areas: Any) -> Iterator[tuple[int, int]]:
    for area in areas:
        left, top, right, bottom = range_boundaries(str(area))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield row, column


def proof_cells(sheet: Worksheet, form: Form) -> set[tuple[int, int]]:
    """The cells of evidence and explanation, each over all rows of its leaf's numbers."""
    found = set()
    for row in form.rows:
        if row.proof and row.duty is not None:
            own = [
                r.row for r in form.rows if r.duty is row.duty and r.kind not in ("leaf", "rule")
            ]
            for number in own:
                found |= {(number, 8), (number, 9)}
    return found


@pytest.mark.parametrize("at", range(len(GROUPS)))
def test_yellow_cells_are_open_and_all_others_locked(at: int) -> None:
    form, _, _ = pack_book(at)
    book = opened_pack(at)
    sheet = book[FORM]
    asked = {(row.row, 4) for row in form.asks}
    unlocked = {
        (cell.row, cell.column)
        for line in sheet.iter_rows()
        for cell in line
        if not cell.protection.locked
    }
    assert unlocked == asked | proof_cells(sheet, form)
    checked: set[tuple[int, int]] = set()
    for validation in sheet.data_validations.dataValidation:
        checked |= set(cells_of(validation.sqref.ranges))
        assert validation.error
        assert validation.prompt
    assert checked == asked
    for each in book.worksheets:
        assert each.protection.sheet
        if each.title not in (FORM, TASKS):
            assert all(cell.protection.locked for line in each.iter_rows() for cell in line)
    if form.tasks:
        tasks = book[TASKS]
        dated = {row.row for row in form.tasks if isinstance(row.owed, Obligation)}
        open_ = {
            c.coordinate for line in tasks.iter_rows() for c in line if not c.protection.locked
        }
        assert open_ == {f"F{row}" for row in dated} | {f"H{row}" for row in dated}
        (validation,) = tasks.data_validations.dataValidation
        assert {row for row, _ in cells_of(validation.sqref.ranges)} == dated
        assert validation.type == "date"


@pytest.mark.parametrize("at", range(len(GROUPS)))
def test_labels_and_keys_stand_where_the_layout_says(at: int) -> None:
    form, _, _ = pack_book(at)
    book = opened_pack(at)
    sheet = book[FORM]
    assert sheet[layout.NAME_CELL].value == form.unit.name
    assert sheet[layout.UNIT_CELL].value == form.unit.unit
    for row in form.rows:
        assert sheet[row.cell(layout.KEY)].value == row.key
        if row.kind == "leaf":
            assert row.duty is not None
            assert sheet[row.cell(layout.ID)].value == row.duty.item.id
            assert sheet[row.cell(layout.TITLE)].value == row.duty.item.title
            assert Fraction(str(sheet[row.cell(layout.MAXIMUM)].value)) == row.duty.item.maximum
            assert sheet[row.cell(layout.REVIEWER)].value
        if row.kind == "rule":
            assert len(sheet[row.cell(layout.TITLE)].value) > 20
        if row.group is not None:
            assert sheet[row.cell(layout.ID)].value == row.group.id
            assert sheet[row.cell(layout.TITLE)].value == row.group.title
    for task in form.tasks:
        assert book[TASKS][task.cell(layout.KEY)].value == task.key
        assert book[TASKS][task.cell(layout.TASK_ID)].value == task.owed.task.id
        assert book[TASKS][task.cell(layout.TASK_TITLE)].value == task.owed.task.title
    assert sheet.column_dimensions["A"].hidden
    assert sheet.freeze_panes == "A7"
    assert sheet.print_title_rows == "$6:$6"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    shown = [sheet.column_dimensions[c].width for c in "BCDEFGHIJ"]
    # 1366 pixels, less row numbers and the scroll bar; 7 pixels a character, padding included.
    assert sum(shown) * 7 < 1366 - 60


def test_sheets_stand_in_order_and_the_last_two_are_hidden() -> None:
    form, _, _ = pack_book(0)
    assert form.tasks
    states = {sheet.title: sheet.sheet_state for sheet in opened_pack(0).worksheets}
    assert list(states) == [GUIDE, FORM, TASKS, SUMMARY, WORKING, MANIFEST]
    assert states[WORKING] == "hidden"
    assert states[MANIFEST] == "veryHidden"
    assert {states[name] for name in (GUIDE, FORM, TASKS, SUMMARY)} == {"visible"}


def test_no_sheet_of_tasks_where_nothing_is_owed() -> None:
    assert TASKS not in opened(written(small_form())).sheetnames


def validation_of(book: Any, form: Form, key: str) -> Any:
    wanted = form.by_key[key].cell(layout.VALUE)
    sheet = book[FORM]
    return next(v for v in sheet.data_validations.dataValidation if wanted in str(v.sqref).split())


def test_what_each_type_of_cell_takes() -> None:
    form = small_form()
    book = opened(written(form))

    def told(key: str) -> tuple[str, Any, Any]:
        found = validation_of(book, form, key)
        return found.type, float(found.formula1), float(found.formula2)

    assert told("ask:1.1:due") == ("whole", 0, 999_999_999)
    assert told("ask:1.2:rate") == ("decimal", 0, 100)
    assert told("ask:1.3:spent") == ("decimal", -999_999_999, 999_999_999)
    assert told("ask:2.1:issued")[0] == "date"
    listed = validation_of(book, form, "ask:2.2:open")
    assert (listed.type, listed.formula1) == ("list", '"Có,Không"')
    assert told("ask:2.4:votes:B") == ("whole", 0, 999_999_999)
    assert told("ask:2.5:given") == ("decimal", 0, 1)
    assert "Số phải làm" in validation_of(book, form, "ask:1.1:done").error
    hints = {row.key: validation_of(book, form, row.key).prompt for row in form.asks}
    assert "không gõ dấu %" in hints["ask:1.2:rate"]
    assert "từ 0 trở lên" in hints["ask:1.1:due"]
    assert "4 chữ số thập phân" in hints["ask:1.3:spent"]
    assert "31/01/2018" in hints["ask:2.1:issued"]
    assert "ghi lý do" in hints["ask:2.5:given"]
    assert "số phiếu" in hints["ask:2.4:votes:A"]
    formats = {
        key: book[FORM][form.by_key[key].cell(layout.VALUE)].number_format
        for key in ("ask:1.1:due", "ask:1.3:spent", "ask:2.1:issued")
    }
    assert list(formats.values()) == ["#,##0", "#,##0.0###", "dd/mm/yyyy"]


def set_with_options(options: list[str]) -> CriteriaSet:
    inputs = tree()["inputs"] | {"level": {"type": "choice", "title": "Mức", "options": options}}
    fields = tree()["fields"]
    points = {option: 1 if option == options[0] else 0 for option in options}
    fields[1]["criteria"][2]["rule"] = {"kind": "choice", "of": "level", "points": points}
    return small_set(inputs=inputs, fields=fields)


def test_an_option_with_a_comma_or_quote_and_a_long_list_go_to_the_hidden_sheet() -> None:
    long = [f"Mức độ hoàn thành nhiệm vụ thứ {number}" for number in range(20)]
    quoted = ['Đạt "tốt"', "Không"]
    for criteria_set, options in (
        (small_set(), ["Tốt", "Khá, được"]),
        (set_with_options(long), long),
        (set_with_options(quoted), quoted),
    ):
        form = small_form(criteria_set)
        book = opened(written(form, Filled({"level": options[0]})))
        source = validation_of(book, form, "ask:2.3:level").formula1
        name, _, area = source.partition("!")
        assert name == f"'{MANIFEST}'"
        cells = book[MANIFEST][area.replace("$", "")]
        assert [cell.value for line in cells for cell in line] == options


def test_an_option_that_looks_like_a_number_stays_the_text_that_it_is() -> None:
    form = small_form(set_with_options(["50%", "100%"]))
    cell = opened(written(form))[FORM][form.by_key["ask:2.3:level"].cell(layout.VALUE)]
    assert cell.number_format == "@"


def test_leaves_of_others_and_leaves_that_do_not_apply_say_so_and_ask_nothing() -> None:
    form = small_form()
    book = opened(written(form), values=True)
    assert value_at(book, form, "leaf:2.6", layout.POINTS) == "chờ thẩm định"
    assert value_at(book, form, "rule:2.6", layout.TITLE).startswith("Không phải nhập: chờ thẩm")
    assert value_at(book, form, "leaf:2.7", layout.POINTS) == "không áp dụng"
    assert "«special»" in value_at(book, form, "rule:2.7", layout.TITLE)
    assert value_at(book, form, "leaf:1.1", layout.EVIDENCE).startswith("★ Bắt buộc")
    assert value_at(book, form, "leaf:1.2", layout.EVIDENCE) == "Tài liệu không bắt buộc"
    assert "ask:2.6:council" not in form.by_key


def test_a_number_asked_elsewhere_is_shown_by_formula() -> None:
    form = small_form()
    content = written(form, Filled(ANSWERS))
    shown = value_at(opened(content), form, "shared:1.4:due", layout.VALUE)
    home = form.by_key["ask:1.1:due"].cell(layout.VALUE)
    assert shown == f'=IF({home}="","",{home})'
    book = opened(content, values=True)
    assert value_at(book, form, "shared:1.4:due", layout.VALUE) == 60
    assert value_at(book, form, "shared:1.4:due", layout.MEASURE) == "nhập ở mục 1.1"


# --- what is typed is never a formula -------------------------------------------------------------


def test_hostile_names_stay_texts() -> None:
    evil = ("=1+1", "@SUM(A1)", '-2+3", "x', "+cmd|' /C calc'!A0", "Rất dài " * 6_000)
    whole = tree(title=evil[0])
    whole["inputs"]["due"]["title"] = evil[1]
    whole["inputs"]["level"]["options"] = ['=A1&"x"', "SORT(A1), FILTER(B2)"]
    whole["inputs"]["done"]["measure"] = evil[3]
    points = dict.fromkeys(whole["inputs"]["level"]["options"], 1)
    whole["fields"][1]["criteria"][2]["rule"]["points"] = points
    whole["fields"][0]["title"] = evil[2]
    whole["fields"][0]["criteria"][0]["title"] = evil[4]
    unit = Unit("=so-a", '=HYPERLINK("http://x")', "departments", attributes={"special": True})
    del whole["inputs"]["rate"]["range"]
    form = small_form(CriteriaSet.model_validate(whole), unit)
    answers = ANSWERS | {"level": "SORT(A1), FILTER(B2)"}
    proofs = {"1.1": Proof("=1+1", '+A1"'), "1.2": Proof("@x", None)}
    content = written(form, Filled(answers, proofs))
    book = opened(content)
    sheet = book[FORM]
    formulas = {layout.VALUE, layout.POINTS, layout.EXPLANATION}
    for line in sheet.iter_rows():
        for cell in line:
            if cell.data_type == "f":
                assert cell.column_letter in formulas
                assert "HYPERLINK" not in cell.value
                assert "cmd" not in cell.value
    assert sheet[layout.NAME_CELL].value == unit.name
    assert sheet[layout.NAME_CELL].data_type == "s"
    proof = sheet[form.by_key["ask:1.1:done"].cell(layout.EVIDENCE)]
    assert (proof.value, proof.data_type) == ("=1+1", "s")
    assert len(sheet[form.by_key["leaf:1.1"].cell(layout.TITLE)].value) == 32_767
    option = sheet[form.by_key["ask:2.3:level"].cell(layout.VALUE)]
    assert (option.value, option.data_type) == ("SORT(A1), FILTER(B2)", "s")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if "worksheets/sheet" in name]
    # XlsxWriter would have taken the option's text for a newer function.
    assert not any(b"_xlfn" in xml for xml in sheets)
    values = opened(content, values=True)
    assert value_at(values, form, "leaf:2.3", layout.POINTS) == 1
    for row in form.asks:
        found = validation_of(book, form, row.key)
        assert len(found.promptTitle) <= 32
        assert len(found.prompt) <= 255


# --- the points are the engine's ------------------------------------------------------------------


def engine(form: Form, filled: Filled, done: Calculated) -> Scores:
    """The engine's scores of the same unit; what the form leaves open is pending there, too."""
    left = {d.item.id for d in form.duties if d.asked and done.leaves[d.item.id] is None}
    return score_set(facts_of_form(form, filled, frozenset(left)))


def agree(form: Form, filled: Filled, done: Calculated, scores: Scores) -> int:
    """Hold every leaf, field, maximum, total and the index against the engine; how many cells."""
    places = form.set.printed_points
    row = scores.frame.row(0, named=True)
    cells = 0
    for term in scores.terms:
        mine = done.leaves[term.item.id]
        if mine is None:
            continue
        (result,) = leaf_results(scores, term)
        shown = points_shown(mine, relative=False)
        if mine.state.value == "not_applicable":
            assert result.state == "not_applicable", term.item.id
        else:
            assert result.points is not None, term.item.id
            scaled = Fraction(_printed(result.points, places), 10**places)
            assert shown.value == scaled, term.item.id
        cells += 1
    for field in form.set.fields:
        value = certain(done.totals.fields[field.id]).value
        assert value == Fraction(row[f"field:{field.id}"], 10**places), field.id
        cells += 1
    assert certain(done.totals.points).value == Fraction(row["points"], 10**places)
    assert certain(done.totals.maximum).value == Fraction(row["maximum"], 10**9)
    index = certain(done.totals.index).value
    wanted = row["index"]
    assert index == ("" if wanted is None else Fraction(wanted, 10**form.set.rounding.index))
    return cells + 3


def _printed(points: Fraction, places: int) -> int:
    scaled = abs(points) * 10**places + Fraction(1, 2)
    return (-1 if points < 0 else 1) * (scaled.numerator // scaled.denominator)


def test_points_of_all_packs_are_the_engines(record_property: Any) -> None:
    cells = 0
    for name in PACKS:
        pack = pack_forms(name)
        words = {group: SetWords(each, pack.assessment) for group, each in pack.sets.items()}
        for number, unit in enumerate(pack.some(2)):
            form = pack.form(unit)
            filled = NOTHING if number % 4 == 3 else filled_by_chance(form, number)
            done = calculated(form, words[unit.group], filled, {})
            cells += agree(form, filled, done, engine(form, filled, done))
    record_property("cells_compared", cells)
    print(f"{cells} cells compared")
    assert cells > 1_000


@settings(max_examples=25, deadline=None)
@given(world=worlds(fewest_units=2, most_units=3), knows_best=st.booleans())
def test_points_of_generated_sets_are_the_engines(world: World, knows_best: bool) -> None:
    units = [replace(u, statuses={}, decided={}, given={}) for u in world.units]
    best = best_of_group(facts_of(world.set, units), frozenset()) if knows_best else {}
    assessment = assessment_of([world.set.group], world.set.year)
    words = SetWords(world.set, assessment)
    for each in units:
        unit = Unit(each.unit, each.name, world.set.group, attributes=each.attributes)
        form = form_of(world.set, assessment, unit)
        filled = Filled({r.column: _answer(r, world.set, each.answers) for r in form.asks})
        done = calculated(form, words, filled, best)
        for duty in form.duties:
            known = best.get(duty.item.id, {})
            if duty.asked and any(p not in known for p in _relative(duty.item.rule)):
                assert done.leaves[duty.item.id] is None
        if any(leaf is not None and leaf.may_be("too_large") for leaf in done.leaves.values()):
            continue
        if not any(_relative(item.rule) for item in world.set.items):
            agree(form, filled, done, engine(form, filled, done))


def _answer(row: layout.FormRow, criteria_set: CriteriaSet, answers: Any) -> Value:
    """What the cell holds; nothing where it takes no number so large."""
    assert row.input is not None
    found = answers.get(row.input)
    if row.option is not None and found is not None:
        found = int(found.get(row.option, 0))
    entry = entry_of(criteria_set, row.input)
    if found is None or entry is None or entry.low <= found <= entry.high:
        return found  # type: ignore[no-any-return]
    return None


def _relative(rule: Rule, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    if isinstance(rule, RelativeToBest):
        return [path]
    if isinstance(rule, SumOf | BestOf):
        return [p for at, part in enumerate(rule.parts) for p in _relative(part, (*path, at))]
    return []


@pytest.mark.parametrize("number", [LARGEST, LARGEST - 1, Fraction(10**8)])
def test_the_largest_numbers_give_the_engines_points_or_none(number: Fraction) -> None:
    scored = 0
    for name in PACKS:
        pack = pack_forms(name)
        form = pack.form(pack.units.of_group("departments")[0])
        answers = dict(filled_by_chance(form, 1).answers)
        for at, row in enumerate(form.asks):
            assert row.input is not None
            entry = entry_of(form.set, row.input)
            if entry is not None and entry.decimals == 0:
                answers[row.column] = min(number - at % 2, entry.high)
        filled = Filled(answers)
        done = calculated(form, SetWords(form.set, pack.assessment), filled, {})
        large = {
            n for n, found in done.leaves.items() if found and found.state.value == "too_large"
        }
        shown = {n: points_shown(done.leaves[n], relative=False).value for n in large}
        assert set(shown.values()) <= {"tính khi chấm"}
        scores = engine(form, filled, done)
        for term in scores.terms:
            mine = done.leaves[term.item.id]
            (result,) = leaf_results(scores, term)
            if mine is not None and mine.state.value == "scored" and result.points is not None:
                places = form.set.printed_points
                wanted = Fraction(_printed(result.points, places), 10**places)
                assert mine.points.value == wanted, term.item.id
                scored += 1
    assert scored > 50


def test_a_unit_to_which_a_leaf_of_others_applies_has_its_own_maximum() -> None:
    whole = tree()
    whole["fields"][1]["criteria"][5]["applies_to"] = "special"
    del whole["fields"][1]["criteria"][6]["applies_to"]
    del whole["inputs"]["rate"]["range"]
    criteria_set = CriteriaSet.model_validate(whole)
    words = SetWords(criteria_set, assessment_of(["departments"]))
    maxima = []
    for special in (False, True, False):
        unit = replace(UNIT, attributes={"special": special})
        form = small_form(criteria_set, unit)
        maxima.append(certain(calculated(form, words, NOTHING, {}).totals.maximum).value)
    assert maxima == [12, 14, 12]


def test_a_leaf_against_the_best_unit_is_open_until_the_best_is_known() -> None:
    form = small_form()
    filled = Filled(ANSWERS)
    book = opened(written(form, filled), values=True)
    word = "so với đơn vị cao nhất, tính khi chấm"
    assert value_at(book, form, "leaf:1.4", layout.POINTS) == word
    known = opened(written(form, filled, {"1.4": {(): Fraction(9, 10)}}), values=True)
    assert value_at(known, form, "leaf:1.4", layout.POINTS) == pytest.approx(0.89)
    # 48/60 against 9/10 is 0.888...: the total has it, the provisional total has not.
    assert value_at(known, form, "field:1", layout.POINTS) == pytest.approx(3.64)
    assert value_at(book, form, "field:1", layout.POINTS) == pytest.approx(2.75)


@pytest.mark.parametrize(("rate", "points"), [("89.9999", 1.0), ("90", 1.0), ("45", 0.5)])
def test_percents_are_typed_as_numbers(rate: str, points: float) -> None:
    form = small_form()
    content = written(form, Filled({"rate": Fraction(rate)}))
    found = value_at(opened(content, values=True), form, "leaf:1.2", layout.POINTS)
    assert found == pytest.approx(points)
    typed = value_at(opened(content), form, "ask:1.2:rate", layout.VALUE)
    assert Fraction(str(typed)) == Fraction(rate)


@pytest.mark.parametrize(
    ("day", "points"), [(datetime.date(2018, 1, 31), 1), (datetime.date(2018, 2, 1), 0)]
)
def test_days_on_both_sides_of_a_deadline(day: datetime.date, points: int) -> None:
    form = small_form()
    book = opened(written(form, Filled({"issued": day})), values=True)
    assert value_at(book, form, "leaf:2.1", layout.POINTS) == points


def test_nothing_arose_is_told_and_leaves_the_maximum() -> None:
    form = small_form()
    book = opened(written(form, Filled({"due": 0, "done": 0})), values=True)
    assert value_at(book, form, "leaf:1.1", layout.POINTS) == "không tính"
    assert value_at(book, form, "leaf:1.1", layout.EXPLANATION) == "không phát sinh"
    blank = opened(written(form), values=True)
    assert value_at(blank, form, "leaf:1.1", layout.POINTS) == 0
    assert value_at(blank, form, "leaf:1.1", layout.EXPLANATION) == "chưa đủ số liệu"
    assert _summary(book, "Chỉ đạo")["own"] == 2  # 1.1 is out, 1.4 waits
    assert _summary(blank, "Chỉ đạo")["own"] == 4


# --- the plan's tasks -----------------------------------------------------------------------------


def test_counts_of_tasks_are_those_of_the_plan() -> None:
    compared = 0
    for name in PACKS:
        pack = pack_forms(name)
        for unit in pack.some(1):
            for repeated in ("each", "all"):
                form = _repeated(pack.form(unit), repeated)
                filled = filled_by_chance(form, 1)
                words = SetWords(form.set, pack.assessment)
                found = calculated(form, words, filled, {}).columns
                for column, count in task_counts(form, filled).items():
                    assert found[column].value == count, (name, unit.unit, repeated, column)
                    compared += 1
    assert compared > 50


def _repeated(form: Form, repeated: str) -> Form:
    plan = form.set.plan
    assert isinstance(plan, Plan)
    policy = plan.policy.model_copy(update={"repeated": repeated})
    changed = plan.model_copy(update={"policy": policy})
    return Form(form.set.model_copy(update={"plan": changed}), form.unit, form.rows, form.tasks)


def test_a_task_on_its_day_is_on_time_and_a_day_later_late() -> None:
    form, _, _ = pack_book(0)
    first, second, third = [r for r in form.tasks if isinstance(r.owed, Obligation)][:3]
    day = datetime.timedelta(1)
    done = {
        (first.owed.task.id, _span(first).key): Done(_span(first).last),
        (second.owed.task.id, _span(second).key): Done(_span(second).last + day, "Công văn 1"),
    }
    sheet = opened(written(form, Filled(done=done)), values=True)[TASKS]
    states = [sheet[row.cell(layout.TASK_STATE)].value for row in (first, second, third)]
    assert states == ["đúng hạn", "trễ", "chưa xong"]
    assert sheet[second.cell(layout.TASK_EVIDENCE)].value == "Công văn 1"
    assert sheet["H3"].value.startswith("1 / 1 / ")


def test_a_count_reads_just_its_own_tasks_in_whatever_order_they_stand() -> None:
    compared = 0
    for name in PACKS:
        pack = pack_forms(name)
        unit = pack.units.of_group("departments")[0]
        owed = pack.owed[unit.unit]
        dated = [each for each in owed if isinstance(each, Obligation)]
        form = form_of(pack.sets["departments"], pack.assessment, unit, dated[::2] + dated[1::2])
        done = calculated(form, SetWords(form.set, pack.assessment), NOTHING, {})
        formulas = {f"'{WORKING}'!$B${row.row}": row.formula for row in done.calc.rows}
        for column in set_task_columns(form.set):
            due = done.columns.get(replace(column, what="due").name)
            if column.what == "due" or due is None or due.value == 0:
                continue
            areas = re.findall(r"COUNTIF\(([^,]+),", formulas[done.columns[column.name].ref])
            read = [cell for area in areas for cell in cells_of([area.replace("$", "")])]
            assert len(read) == len(set(read)) == due.value
            compared += 1
    assert compared >= 5


def test_a_sum_is_shown_where_both_ends_print_alike() -> None:
    low, same, high = Cell("A1", Fraction(1)), Cell("A2", Fraction(1)), Cell("A3", Fraction(2))
    assert certain(Printed(low, low)) == Formula("A1", Fraction(1))
    assert certain(Printed(low, same)).value == 1
    open_ = certain(Printed(low, high))
    assert open_ == Formula('IF(A1=A3,A1,"tính khi chấm")', "tính khi chấm")


def test_what_is_due_after_the_year_is_shown_and_not_counted() -> None:
    pack = pack_forms(PACKS[1])
    unit = pack.units.of_group("departments")[0]
    form = pack.form(unit)
    counted = {*set_task_columns(form.set)}
    assert counted
    first = next(row for row in form.tasks if isinstance(row.owed, Obligation))
    next_year = datetime.date(form.set.year + 1, 1, 1)
    for last, more in ((next_year - datetime.timedelta(1), 1), (next_year, 0)):
        span = replace(_span(first), last=last)
        owed = [replace(first.owed, span=span), *(row.owed for row in form.tasks[1:])]
        moved = form_of(form.set, pack.assessment, unit, owed)
        rest = form_of(form.set, pack.assessment, unit, owed[1:])
        words = SetWords(form.set, pack.assessment)
        filled = Filled(done={(first.owed.task.id, span.key): Done(next_year)})
        found, without = (calculated(f, words, filled, {}).columns for f in (moved, rest))
        for column in counted:
            if column.section is None and column.field is None and column.of == first.owed.kind:
                extra = more if column.what in ("due", "done", "late") else 0
                if (column.what, last) == ("on_time", next_year):
                    extra = 0
                assert found[column.name].value == without[column.name].value + extra  # type: ignore[operator]
        note = opened(written(moved, filled))[TASKS][
            moved.tasks[0].cell(layout.TASK_INSTANCE)
        ].value
        assert ("ngoài năm" in note) == (more == 0)


def _span(row: layout.TaskRow) -> Any:
    assert isinstance(row.owed, Obligation)
    return row.owed.span


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2018", "Năm 2018"),
        ("2018-W07", "Tuần 7/2018"),
        ("2018-03", "Tháng 3/2018"),
        ("2018-Q4", "Quý IV/2018"),
        ("2018-H1", "6 tháng đầu năm 2018"),
        ("2018-H2", "6 tháng cuối năm 2018"),
        ("2018-03-05", "05/03/2018"),
    ],
)
def test_instances_in_words(key: str, words: str) -> None:
    assert instance_words(key) == words


# --- the summary ----------------------------------------------------------------------------------


def _summary(book: Any, title: str) -> dict[str, Any]:
    line = next(row for row in book[SUMMARY].iter_rows(values_only=True) if title in row)
    at = line.index(title)
    keys = ("maximum", "own", "waiting", "points", "share")
    return dict(zip(keys, line[at + 1 : at + 6], strict=True))


def test_the_summary_tells_what_is_the_units_own_and_what_waits() -> None:
    book = opened(written(small_form(), Filled(ANSWERS)), values=True)
    assert _summary(book, "Chỉ đạo") == {
        "maximum": 5,
        "own": 4,
        "waiting": 1,
        "points": pytest.approx(2.75),
        "share": pytest.approx(2.75 / 4),
    }
    assert _summary(book, "Kết quả")["waiting"] == 2
    total = _summary(book, "Tổng cộng")
    assert (total["maximum"], total["own"], total["waiting"]) == (12, 9, 3)
    assert total["points"] == pytest.approx(2.75 + 1 + 1 + 0 + 0.67 + 0.75, abs=0.001)
    # Exactly: 1.6 + 0.9027... + 0.25 + 1 + 1 + 2/3 + 0.75 of 12.
    assert _summary(book, "Chỉ số tạm tính (%)")["points"] == pytest.approx(51.41)


def open_leaves(book: Any) -> tuple[int, dict[str, str]]:
    """How many leaves lack something, and which."""
    rows = list(book[SUMMARY].iter_rows(values_only=True))
    head = next(at for at, row in enumerate(rows) if "Còn thiếu" in row)
    listed = {row[1]: row[5] for row in rows[head + 1 :] if row[1] and row[2] and row[5]}
    count = next(c for c in reversed(rows[head - 1][:8]) if isinstance(c, int | float))
    return int(count), listed


def test_what_is_still_missing_is_listed() -> None:
    count, listed = open_leaves(opened(written(small_form()), values=True))
    assert count == 8  # 1.4 asks for nothing of its own
    assert listed["1.1"] == "2 ô số liệu"
    assert listed["2.4"] == "2 ô số liệu"
    assert "1.4" not in listed
    answers = {**ANSWERS, "votes:B": None}
    count, listed = open_leaves(opened(written(small_form(), Filled(answers)), values=True))
    assert count == 2
    assert listed == {"1.1": "tài liệu kiểm chứng", "2.4": "1 ô số liệu"}
    proved = Filled(ANSWERS, {"1.1": Proof("Báo cáo 12")})
    assert open_leaves(opened(written(small_form(), proved), values=True)) == (0, {})


def test_a_number_shown_between_two_that_are_asked_is_not_counted_as_blank() -> None:
    whole = tree()
    del whole["inputs"]["rate"]["range"]
    parts = [{"kind": "per_item", "of": name, "points": 1} for name in ("first", "due", "last")]
    whole["inputs"] |= {name: {"type": "count", "title": name} for name in ("first", "last")}
    whole["fields"][0]["criteria"][3]["rule"] = {"kind": "sum_of", "parts": parts}
    form = small_form(CriteriaSet.model_validate(whole))
    content = written(form)
    first, last = (form.by_key[f"ask:1.4:{name}"].row for name in ("first", "last"))
    assert last == first + 2
    counted = [c.value for line in opened(content)[WORKING].iter_rows() for c in line]
    wanted = [f"COUNTBLANK('{FORM}'!$D${row}:$D${row})" for row in (first, last)]
    assert f"={'+'.join(wanted)}" in counted
    assert open_leaves(opened(content, values=True))[1]["1.4"] == "2 ô số liệu"


def test_there_is_a_chart_of_the_fields() -> None:
    (chart,) = opened(written(small_form()))[SUMMARY]._charts
    references = [series.val.numRef.f for series in chart.series]
    assert references == [f"'{SUMMARY}'!$G$7:$G$8", f"'{SUMMARY}'!$E$7:$E$8"]


def test_the_guide_says_by_when_and_whom_to_ask_and_what_is_not_official() -> None:
    cells = [c.value for line in opened(written(small_form()))[GUIDE].iter_rows() for c in line]
    told = "\n".join(str(value) for value in cells if value)
    for wanted in ("hết ngày 15/01/2019", "15/02/2019", "28/02/2019", "Phòng Cải cách hành chính"):
        assert wanted in told
    assert "Bộ tiêu chí tham chiếu" in told
    assert "minh họa" not in told
    stream = io.BytesIO()
    made = assessment_of(["departments"], generated=True)
    official = small_set(status="official")
    write_self_workbook(stream, form_of(official, made, UNIT), made, [])
    told = str([c.value for line in opened(stream.getvalue())[GUIDE].iter_rows() for c in line])
    assert "minh họa" in told
    assert "tham chiếu" not in told


# --- the file as a whole --------------------------------------------------------------------------


def test_the_manifest_comes_back() -> None:
    form, _, content = pack_book(3)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(MANIFEST)
    found = read_manifest(rows.to_python(), SECRET)
    assert found is not None
    assert (found.who, found.layout, found.basis) == (form.unit.unit, form.layout, 7)
    assert list(found.sets) == [form.set.id]


def test_the_same_content_is_the_same_file_whatever_was_written_before() -> None:
    form, filled, content = pack_book(1)
    assert written(form, filled) == content
    pack = pack_forms(PACKS[0])
    words = SetWords(form.set, pack.assessment)
    first, second = list(pack.units.of_group(form.set.group))[:2]
    alone, after = io.BytesIO(), io.BytesIO()
    other = pack.form(first)
    write_self_workbook(io.BytesIO(), other, pack.assessment, [], words=words)
    write_self_workbook(after, pack.form(second), pack.assessment, [], words=words)
    write_self_workbook(alone, pack.form(second), pack.assessment, [])
    assert after.getvalue() == alone.getvalue()


@pytest.mark.parametrize("at", range(len(GROUPS)))
def test_no_formula_is_broken_and_every_answer_is_shown(at: int) -> None:
    form, filled, _ = pack_book(at)
    formulas, values = opened_pack(at), opened_pack(at, values=True)
    for name, cell in formula_cells(formulas):
        assert not str(values[name][cell.coordinate].value).startswith("#"), cell
        assert "#REF" not in cell.value
    sheet = values[FORM]
    for row in form.asks:
        said, found = filled.answers.get(row.column), sheet[row.cell(layout.VALUE)].value
        match said:
            case bool():
                assert found == (layout.YES if said else layout.NO)
            case datetime.date():
                assert found.date() == said
            case int() | Fraction():
                assert Fraction(str(found)) == said
            case _:
                assert found == said


def formula_cells(book: Any) -> Iterator[tuple[str, Any]]:
    for sheet in book.worksheets:
        for line in sheet.iter_rows():
            yield from ((sheet.title, cell) for cell in line if cell.data_type == "f")


@pytest.mark.skipif(SOFFICE is None, reason=ABSENT)
def test_libreoffice_works_out_what_the_file_says(tmp_path: Path, record_property: Any) -> None:
    contents = [pack_book(at)[2] for at in range(len(GROUPS))]
    contents.append(written(small_form(), Filled(ANSWERS), {"1.4": {(): Fraction(9, 10)}}))
    books = []
    for number, content in enumerate(contents):
        books.append(tmp_path / f"{number}.xlsx")
        books[-1].write_bytes(content)
    cells = 0
    for content, again in zip(contents, recalculated(books, tmp_path / "lo"), strict=True):
        ours = opened(content, values=True)
        theirs = openpyxl.load_workbook(again, data_only=True)
        for name, cell in formula_cells(opened(content)):
            mine = ours[name][cell.coordinate].value
            other = theirs[name][cell.coordinate].value
            assert _same(mine, other), (again.name, name, cell.coordinate, cell.value, mine, other)
            cells += 1
    record_property("cells_recalculated", cells)
    print(f"{cells} cells recalculated")
    assert cells > 5_000


def _same(mine: Any, other: Any) -> bool:
    """To the last of a double's digits; LibreOffice shows what it takes from a day as a day."""
    if isinstance(other, datetime.datetime) and not isinstance(mine, datetime.datetime):
        other = (other - datetime.datetime(1899, 12, 30)).days
    if isinstance(mine, int | float) and isinstance(other, int | float):
        return math.isclose(mine, other, rel_tol=1e-14)
    return mine == other or {mine, other} == {None, ""}
