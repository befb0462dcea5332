"""`results.xlsx` as another program reads it: real numbers, marks on every sheet, print set-up."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from criteria.model import CriteriaSet
from criteria.wording import LANGUAGES, Language
from inputs.facts import UnitAnswers, facts_of
from outputs import workbook
from outputs.printed import PrintedGroup, printed_group
from outputs.sheets import sheet_name
from outputs.workbook import write_workbook
from scoring.ledger import adjustments_ledger, ledger
from scoring.score import score_set

TREE: dict[str, Any] = {
    "parindex": 1,
    "id": "communes",
    "title": "Bộ tiêu chí cấp xã & phường",
    "basis": "Kế hoạch 12835/KH-UBND",
    "status": "reference",
    "year": 2017,
    "group": "communes",
    "group_title": "Xã, phường / thị trấn",
    "total": 10,
    "grades": [{"name": "Tốt", "at_least": 80}, {"name": "Yếu"}],
    "inputs": {
        "done": {"type": "count", "title": "Đã xong", "at_most": "due"},
        "due": {"type": "count", "title": "Phải làm"},
        "has_budget": {"type": "yes_no", "title": "Có kinh phí"},
        "late": {"type": "count", "title": "Số lần trễ"},
    },
    "fields": [
        {
            "id": "1",
            "title": "Chỉ đạo, điều hành",
            "criteria": [
                {
                    "id": "1.1",
                    "title": "Hoàn thành kế hoạch",
                    "maximum": Fraction("7.5"),
                    "when_none": "exclude",
                    "rule": {"kind": "proportional", "of": {"ratio": ["done", "due"]}},
                }
            ],
        },
        {
            "id": "2",
            "title": "Tài chính công",
            "criteria": [
                {
                    "id": "2.1",
                    "title": "Bố trí kinh phí",
                    "maximum": Fraction("2.5"),
                    "rule": {"kind": "yes_no", "of": "has_budget"},
                }
            ],
        },
    ],
    "adjustments": [
        {
            "id": "P1",
            "title": "Trễ hạn",
            "maximum": -2,
            "rule": {"kind": "per_item", "of": "late", "points": Fraction(-1, 2)},
        }
    ],
}

UNITS = [
    UnitAnswers("a", {"done": 2, "due": 3, "has_budget": True, "late": 1}, name="Xã An Bình"),
    UnitAnswers("b", {"done": 3, "due": 3, "has_budget": True, "late": 0}, name='=HYPERLINK("x")'),
    UnitAnswers("c", {"done": 0, "due": 0, "late": 0}, name="Xã Đồng Tâm"),
    UnitAnswers("d", {"done": 1, "due": 3, "has_budget": True}, name="Bảo hiểm", ranked=False),
    UnitAnswers(
        "e",
        {"done": 1, "due": 3, "has_budget": True, "late": 0},
        name="Xã Chờ",
        statuses={"done": "pending"},
    ),
    UnitAnswers(
        "f",
        {"done": 1, "due": 3, "has_budget": True, "late": 0},
        name="Xã Bác",
        statuses={"has_budget": "refused"},
    ),
]


def made(
    path: Path, language: Language = "vi", *, generated: bool = True, **changes: Any
) -> tuple[Any, PrintedGroup]:
    """The written workbook, read again, and the ranking that it shows."""
    facts = replace(
        facts_of(CriteriaSet.model_validate(TREE | changes), UNITS), generated=generated
    )
    scores = score_set(facts)
    group = printed_group(scores)
    slices = [*ledger(scores), *adjustments_ledger(scores)]
    write_workbook([group], {"communes": slices}, path, language)
    return openpyxl.load_workbook(path), group


def texts(sheet: Any) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def zipped(path: Path) -> list[str]:
    """The sheets' own XML, where a formula would stand as <f>."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        return [archive.read(name).decode() for name in names]


def row_of(sheet: Any, name: str) -> list[Any]:
    return next([c.value for c in row] for row in sheet.iter_rows() if row[1].value == name)


def test_ranking_sheet(tmp_path: Path) -> None:
    book, group = made(tmp_path / "results.xlsx")
    sheet = book.worksheets[0]
    assert sheet.title == "Xếp hạng – Xã, phường thị trấn"
    found = texts(sheet)
    assert found[0] == "BẢNG XẾP HẠNG CHỈ SỐ CẢI CÁCH HÀNH CHÍNH NĂM 2017"
    assert "Bộ tiêu chí cấp xã & phường" in found
    assert "Căn cứ: Kế hoạch 12835/KH-UBND" in found
    for head in ("Xếp hạng", "Đơn vị", "Chỉ đạo, điều hành", "Tổng điểm", "Xếp loại", "Ghi chú"):
        assert head in found
    assert "tối đa 7,5" in found
    assert row_of(sheet, "Xã An Bình") == [2, "Xã An Bình", 5, 2.5, 7.5, 10, 74.5, "Yếu", None]
    order = [c.value for c in sheet["B"] if c.value in {u.name for u in UNITS}]
    assert order == [unit.name for unit in group.units]
    assert row_of(sheet, "Bảo hiểm")[-1] == "Không xếp hạng"
    assert row_of(sheet, "Xã Chờ")[-1] == "Tính tạm vì còn số liệu chờ thẩm định"


def test_a_barred_grade_is_explained(tmp_path: Path) -> None:
    grades = [{"name": "Tốt", "at_least": 50, "unless": ["has_budget"]}, {"name": "Yếu"}]
    book, _ = made(tmp_path / "results.xlsx", grades=grades)
    row = row_of(book.worksheets[0], "Xã An Bình")
    assert row[-2:] == ["Yếu", "Không xếp Tốt vì: Có kinh phí"]


def test_numbers_are_numbers_with_the_printed_digits(tmp_path: Path) -> None:
    book, group = made(tmp_path / "results.xlsx", rounding={"index": 3})
    sheet = book.worksheets[0]
    by_name = {unit.name: unit for unit in group.units}
    checked = 0
    for row in sheet.iter_rows():
        unit = by_name.get(row[1].value)
        if unit is None:
            continue
        printed = [unit.fields["1"], unit.fields["2"], unit.points, unit.maximum, unit.index]
        for cell, text in zip(row[2:7], printed, strict=True):
            assert cell.data_type == "n"
            decimals = len(text.partition(".")[2])
            assert cell.number_format in ("General", "0.000")
            assert f"{cell.value:.{decimals}f}" == text
            checked += 1
    assert checked == 5 * len(UNITS)


def test_a_name_is_never_a_formula(tmp_path: Path) -> None:
    book, _ = made(tmp_path / "results.xlsx")
    for sheet in book.worksheets:
        xml = zipped(tmp_path / "results.xlsx")
        assert all("<f>" not in part for part in xml)
        assert '=HYPERLINK("x")' in texts(sheet)


def test_marks_stand_on_every_sheet_and_every_printed_page(tmp_path: Path) -> None:
    for language in LANGUAGES:
        book, _ = made(tmp_path / f"{language}.xlsx", language)
        for sheet in book.worksheets:
            whole = "\n".join(texts(sheet))
            for mark in ("tham chiếu", "dữ liệu minh họa"):
                assert mark in whole
                assert mark in sheet.oddHeader.right.text
                assert mark in sheet.oddFooter.center.text
            assert "&P" in sheet.oddFooter.center.text


def test_an_official_set_with_real_data_has_no_marks(tmp_path: Path) -> None:
    book, _ = made(tmp_path / "results.xlsx", generated=False, status="official")
    for sheet in book.worksheets:
        whole = "\n".join(texts(sheet))
        assert "tham chiếu" not in whole
        assert "minh họa" not in whole
        assert "tham chiếu" not in (sheet.oddFooter.center.text or "")


def test_set_up_for_screen_and_paper(tmp_path: Path) -> None:
    book, _ = made(tmp_path / "results.xlsx")
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.page_setup.fitToWidth in (None, 1)  # one page wide is what is left unsaid
        assert sheet.page_setup.fitToHeight == 0
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.freeze_panes.startswith("C")
        assert sheet.print_title_rows
        assert len(sheet.title) <= 31
    assert book.worksheets[0].auto_filter.ref


def test_fields_sheet(tmp_path: Path) -> None:
    book, _ = made(tmp_path / "results.xlsx")
    sheet = book.worksheets[1]
    assert row_of(sheet, "Xã An Bình")[2:] == [5, 66.67, 2.5, 100]
    assert row_of(sheet, "Xã Đồng Tâm")[2:] == ["KAD", "KAD", 0, 0]


def test_leaves_sheet(tmp_path: Path) -> None:
    book, _ = made(tmp_path / "results.xlsx")
    sheet = book.worksheets[2]
    found = texts(sheet)
    assert [t for t in found if t in ("1.1", "2.1", "P1")] == ["1.1", "2.1", "P1"]
    assert "Hoàn thành kế hoạch" in found
    assert any("KAD – không áp dụng" in text for text in found)
    assert row_of(sheet, "Điểm tối đa")[2:] == [7.5, 2.5, -2]
    assert row_of(sheet, "Xã An Bình")[2:] == [5, 2.5, -0.5]
    assert row_of(sheet, "Xã Đồng Tâm")[2:] == ["KAD", "thiếu", 0]
    assert row_of(sheet, "Xã Chờ")[2] == "chờ"
    assert row_of(sheet, "Xã Bác")[3] == "bị bác"
    assert row_of(sheet, "Bảo hiểm")[4] == "thiếu"


def test_too_many_units_leave_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_UNITS_BY_LEAF", 3)
    book, _ = made(tmp_path / "results.xlsx")
    assert any("ledger.parquet" in text for text in texts(book.worksheets[2]))
    assert row_of(book.worksheets[1], "Xã An Bình")[2:] == [5, 66.67, 2.5, 100]


def test_the_same_results_are_the_same_bytes(tmp_path: Path) -> None:
    made(tmp_path / "one.xlsx")
    made(tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_nothing_to_print(tmp_path: Path) -> None:
    write_workbook([], {}, tmp_path / "empty.xlsx", "vi")
    assert len(openpyxl.load_workbook(tmp_path / "empty.xlsx").worksheets) == 1
    group = PrintedGroup(CriteriaSet.model_validate(TREE), generated=False, units=())
    write_workbook([group], {}, tmp_path / "none.xlsx", "en")
    assert len(openpyxl.load_workbook(tmp_path / "none.xlsx").worksheets) == 3


def test_sheet_names_are_valid_and_unique() -> None:
    taken: set[str] = set()
    long = "Ranking – " + "x" * 40
    names = [sheet_name(long, taken), sheet_name(long.upper(), taken), sheet_name("'[]'", taken)]
    assert len({name.lower() for name in names}) == 3
    assert all(0 < len(name) <= 31 for name in names)
    assert names[1].endswith("(2)")
