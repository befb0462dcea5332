"""Letterheads in tables, headings of annexes in other words, and tables that are no annex."""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inputs.draft import Draft, draft_plan
from inputs.draft.cases import sentence_case
from inputs.draft.headings import role_of

TITLE = ("KẾ HOẠCH", "CẢI CÁCH HÀNH CHÍNH TỈNH MẪU SƠN NĂM 2024")
ANNEX = (
    ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian"),
    ("1", "Lập sổ", "Sở Nội vụ", "Sở Tài chính", "Quý I/2024"),
)

Rows = Sequence[Sequence[str]]


def _word() -> Any:
    return pytest.importorskip("docx", reason="python-docx is not installed").Document()


def _table(document: Any, rows: Rows) -> Any:
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    return table


def _drafted(document: Any, folder: Path) -> Draft:
    document.save(folder / "plan.docx")
    return draft_plan(folder / "plan.docx")


def _head(draft: Draft) -> list[str | None]:
    head = draft.head
    found = (head.title, head.number, head.signed, head.province, head.starts, head.ends)
    return [each.value if each else None for each in found]


HEAD = [
    "Kế hoạch cải cách hành chính tỉnh Mẫu Sơn năm 2024",
    "12/KH-UBND",
    "2023-12-29",
    "Mẫu Sơn",
    "2024-01-01",
    "2024-12-31",
]

LETTERHEADS: dict[str, Rows] = {
    "rows": (
        ("ỦY BAN NHÂN DÂN\nTỈNH MẪU SƠN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do"),
        ("Số: 12/KH-UBND", "Mẫu Sơn, ngày 29 tháng 12 năm 2023"),
    ),
    "one row": (
        (
            "UBND TỈNH MẪU SƠN\n-------\nSố: 12 /KH-UBND",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập\nMẫu Sơn, ngày 29 tháng 12 năm 2023",
        ),
    ),
    "broken lines": (
        (
            "ỦY BAN NHÂN DÂN\nTỈNH MẪU SƠN\nSố:\n12/KH-UBND",
            "Độc lập\nMẫu Sơn, ngày 29\ntháng 12 năm 2023",
        ),
    ),
    "a form not filled in": (
        ("ỦY BAN NHÂN DÂN\nTỈNH MẪU SƠN", "CỘNG HÒA"),
        ("Số: 12/KH-UBND", "Tỉnh, ngày 29 tháng 12 năm 2023"),
    ),
}


@pytest.mark.parametrize("letterhead", LETTERHEADS)
def test_letterheads_in_word_tables(letterhead: str, tmp_path: Path) -> None:
    document = _word()
    _table(document, LETTERHEADS[letterhead])
    for line in TITLE:
        document.add_paragraph(line)
    document.add_paragraph("Căn cứ Kế hoạch số 99/KH-BNV ngày 01/02/2022;")
    _table(document, ANNEX)
    draft = _drafted(document, tmp_path)
    assert _head(draft) == HEAD
    assert draft.head.number is not None
    assert draft.head.number.place.sheet == "bảng 1"
    assert [task.id for task in draft.tasks] == ["I.1"]
    assert draft.leftovers == ()


def test_a_letterhead_in_merged_cells(tmp_path: Path) -> None:
    document = _word()
    table = _table(document, (("", "", "", ""), ("Số: 12/KH-UBND", "", "", ""), *[("",) * 4] * 2))
    table.cell(0, 0).merge(table.cell(0, 1)).text = "UBND TỈNH MẪU SƠN"
    table.cell(1, 2).merge(table.cell(2, 3)).text = "Mẫu Sơn, ngày 29 tháng 12 năm 2023"
    table.cell(3, 0).merge(table.cell(3, 3)).text = "\n".join(TITLE)
    _table(document, ANNEX)
    assert _head(_drafted(document, tmp_path)) == HEAD


def test_the_letterhead_of_a_workbook(tmp_path: Path) -> None:
    rows = (
        (
            "ỦY BAN NHÂN DÂN\nTỈNH MẪU SƠN\nSố: 12/KH-UBND",
            "",
            "",
            "CỘNG HÒA\nMẫu Sơn, ngày 29 tháng 12 năm 2023",
        ),
        ("\n".join(TITLE),),
        (),
        *ANNEX,
    )
    draft = _book(tmp_path, {"Phụ lục": rows})
    assert _head(draft) == HEAD
    assert len(draft.tasks) == 1


def test_places_of_the_head_are_the_lines_they_come_from(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    lines = (
        "Số: 12/KH-UBND",
        "Mẫu Sơn, ngày 20 tháng 02 năm 2012",
        "",
        "KẾ HOẠCH",
        "CẢI CÁCH HÀNH CHÍNH",
        "GIAI ĐOẠN 2011 - 2015",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    head = draft_plan(path).head
    assert head.title is not None
    assert head.starts is not None
    assert head.ends is not None
    places = {
        name: [each.place.line, *(place.line for place in each.others)]
        for name, each in (("title", head.title), ("starts", head.starts), ("ends", head.ends))
    }
    assert (head.starts.value, head.ends.value) == ("2012-02-20", "2015-12-31")
    assert places == {"title": [4, 5, 6], "starts": [2, 6], "ends": [6]}


# --- headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("Hoạt động", "title"),
        ("Nhiệm vụ, giải pháp", "title"),
        ("Đầu mối", "lead"),
        ("Đơn vị đầu mối", "lead"),
        ("Đơn vị chủ trì", "lead"),
        ("Đơn vị thực hiện", "lead"),
        ("Trách nhiệm thực hiện", "lead"),
        ("Cơ quan, đơn vị chủ trì thực hiện", "lead"),
        ("Đơn vị phối hợp thực hiện", "partners"),
        ("Hạn", "deadline"),
        ("Thời hạn", "deadline"),
        ("Tiến độ", "deadline"),
        ("Thời hạn ghi trong kế hoạch", "deadline"),
        ("Kết quả/Sản phẩm", "product"),
        ("Mã", "number"),
        ("Hạn tính đến ngày", None),
        ("Sở Nội vụ chủ trì", None),
    ],
)
def test_other_words_for_columns(heading: str, role: str | None) -> None:
    assert role_of(heading) == role


def _book(folder: Path, sheets: dict[str, Rows], merged: Sequence[str] = ()) -> Draft:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in sheets.items():
        sheet = workbook.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, text in enumerate(row, start=1):
                sheet.cell(at, column, text or None)
        for area in merged:
            sheet.merge_cells(area)
    stream = io.BytesIO()
    workbook.save(stream)
    (folder / "plan.xlsx").write_bytes(stream.getvalue())
    return draft_plan(folder / "plan.xlsx")


def _first(draft: Draft) -> tuple[str | None, ...]:
    (task,) = draft.tasks
    found = (task.title, task.lead, task.partners, task.deadline, task.product)
    return tuple(each.value if each else None for each in found)


TWO_ROWS = (
    ("TT", "Hoạt động", "Trách nhiệm thực hiện", "", "Hạn", "Kết quả/Sản phẩm"),
    ("", "", "Chủ trì", "Phối hợp", "", ""),
    ("1", "Lập sổ", "Sở Nội vụ", "Sở Tài chính", "Quý I/2024", "Báo cáo"),
)


@pytest.mark.parametrize("above", ["Trách nhiệm thực hiện", "Cơ quan", "Đơn vị thực hiện"])
def test_a_header_over_two_rows_in_word(above: str, tmp_path: Path) -> None:
    document = _word()
    table = _table(document, TWO_ROWS)
    table.cell(0, 2).merge(table.cell(0, 3)).text = above
    for column in (0, 1, 4, 5):
        merged = table.cell(0, column).merge(table.cell(1, column))
        merged.text = TWO_ROWS[0][column]
    draft = _drafted(document, tmp_path)
    assert _first(draft) == ("Lập sổ", "Sở Nội vụ", "Sở Tài chính", "Quý I/2024", "Báo cáo")


@pytest.mark.parametrize("merged", [(), ("A1:A2", "B1:B2", "C1:D1", "E1:E2", "F1:F2")])
def test_a_header_over_two_rows_in_a_workbook(merged: Sequence[str], tmp_path: Path) -> None:
    draft = _book(tmp_path, {"Phụ lục": TWO_ROWS}, merged)
    assert _first(draft) == ("Lập sổ", "Sở Nội vụ", "Sở Tài chính", "Quý I/2024", "Báo cáo")


def test_a_task_below_a_header_is_not_taken_for_its_second_row(tmp_path: Path) -> None:
    rows = (("STT", "Nội dung", "Chủ trì", "Sản phẩm"), ("1", "Lập sổ", "Sở Nội vụ", "Báo cáo"))
    draft = _book(tmp_path, {"Phụ lục": rows})
    assert _first(draft) == ("Lập sổ", "Sở Nội vụ", None, None, "Báo cáo")


def test_the_exported_workbook_is_drafted_again(tmp_path: Path) -> None:
    from cli.plan.opened import open_plan
    from inputs.obligations import obligations
    from outputs.plan.workbook import write_plan_workbook

    opened = open_plan("hung-yen-2018", None)
    path = tmp_path / "kehoach.xlsx"
    owes = obligations(opened.plan, opened.bodies)
    write_plan_workbook(opened.plan, opened.bodies, opened.units, owes, path, "vi")
    draft = draft_plan(path)
    own = opened.plan
    assert [(t.id, t.title and t.title.value) for t in draft.tasks] == [
        (t.id, t.title) for t in own.tasks
    ]
    assert [t.lead.value if t.lead else None for t in draft.tasks] == [t.lead for t in own.tasks]
    deadlines = [t.deadline.value if t.deadline else "" for t in draft.tasks]
    assert deadlines == [t.deadline.text for t in own.tasks]
    assert draft.doubts == ()
    assert draft.reports == ()
    assert {s.id: s.title.value if s.title else None for s in draft.sections} == {
        s.id: s.title for s in own.sections
    }
    assert draft.head.title is not None
    assert draft.head.title.value == own.title
    assert draft.head.signed is not None
    assert datetime.date.fromisoformat(draft.head.signed.value) == own.signed
    assert not any(each.sure for each in draft.targets if each.title.place.sheet == "Chỉ tiêu")


# --- tables that are no annex ---------------------------------------------------------------------

PEOPLE = (("STT", "Họ tên", "Chức vụ", "Điện thoại"), ("1", "Lê Văn Mẫu", "Giám đốc", "0123"))


def test_tables_without_headings_of_an_annex_are_told_in_word(tmp_path: Path) -> None:
    document = _word()
    _table(document, LETTERHEADS["rows"])
    _table(document, PEOPLE)
    draft = _drafted(document, tmp_path)
    assert draft.tasks == ()
    (leftover,) = draft.leftovers
    assert leftover.why == "table"
    assert leftover.found.value == "STT | Họ tên | Chức vụ | Điện thoại"
    assert (leftover.found.place.sheet, leftover.found.place.cell) == ("bảng 2", "A1")


def test_tables_without_headings_of_an_annex_are_told_in_a_workbook(tmp_path: Path) -> None:
    draft = _book(tmp_path, {"Danh sách": (("DANH SÁCH",), *PEOPLE), "Phụ lục": ANNEX})
    assert len(draft.tasks) == 1
    (leftover,) = draft.leftovers
    assert (leftover.why, leftover.found.place.sheet) == ("table", "Danh sách")


@pytest.mark.parametrize("between", [" | ", "\t"])
def test_tables_without_headings_of_an_annex_are_told_in_a_text(
    between: str, tmp_path: Path
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(["KẾ HOẠCH", *map(between.join, PEOPLE)]), encoding="utf-8")
    (leftover,) = draft_plan(path).leftovers
    assert (leftover.why, leftover.found.place.line) == ("table", 2)
    assert leftover.found.value == "STT | Họ tên | Chức vụ | Điện thoại"


# --- capitals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("CẢI CÁCH THỂ CHẾ", "Cải cách thể chế"),
        ("ỨNG DỤNG CNTT TẠI UBND TỈNH MẪU SƠN", "Ứng dụng CNTT tại UBND tỉnh Mẫu Sơn"),
        ("ÁP DỤNG ISO, GIAI ĐOẠN II", "Áp dụng ISO, giai đoạn II"),
        ("Cải cách TTHC", "Cải cách TTHC"),
    ],
)
def test_capitals_become_a_sentence(text: str, sentence: str) -> None:
    assert sentence_case(text, "Mẫu Sơn") == sentence


def test_titles_in_capitals_become_sentences(tmp_path: Path) -> None:
    rows = (ANNEX[0], ("I", "CẢI CÁCH THỂ CHẾ"), ("1", "LẬP SỔ TTHC", *ANNEX[1][2:]))
    draft = _book(tmp_path, {"Phụ lục": rows})
    assert [each.title.value for each in draft.sections if each.title] == ["Cải cách thể chế"]
    assert [each.title.value for each in draft.tasks if each.title] == ["Lập sổ TTHC"]
