"""Word tables as offices make them: heads over two rows, cells over several, automatic numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from inputs.draft import Draft, draft_plan, read_document

docx = pytest.importorskip("docx", reason="python-docx is not installed")

HEAD = ("STT", "Nhiệm vụ", "Cơ quan chủ trì", "Cơ quan phối hợp", "Thời gian thực hiện")


def _table(document: Any, rows: Sequence[Sequence[str]]) -> Any:
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    return table


def _draft(document: Any, folder: Path) -> Draft:
    document.save(folder / "plan.docx")
    return draft_plan(folder / "plan.docx")


def _rows(draft: Draft) -> list[tuple[str | None, ...]]:
    fields = ("title", "lead", "partners", "deadline")
    found = [[getattr(task, name) for name in fields] for task in draft.tasks]
    return [
        (task.id, *(each.value if each else None for each in values))
        for task, values in zip(draft.tasks, found, strict=True)
    ]


def test_a_header_over_two_rows(tmp_path: Path) -> None:
    document = docx.Document()
    table = _table(
        document,
        [
            ("STT", "Nhiệm vụ", "Cơ quan", "", "Thời hạn"),
            ("", "", "Chủ trì", "Phối hợp", ""),
            ("I", "Thể chế", "", "", ""),
            ("1", "Sửa quy chế", "Sở Tư pháp", "Sở Nội vụ", "Quý I/2031"),
        ],
    )
    table.cell(0, 2).merge(table.cell(0, 3))
    for column in (0, 1, 4):
        table.cell(0, column).merge(table.cell(1, column))
    assert _rows(_draft(document, tmp_path)) == [
        ("I.1", "Sửa quy chế", "Sở Tư pháp", "Sở Nội vụ", "Quý I/2031")
    ]


def test_a_row_that_goes_on_overleaf(tmp_path: Path) -> None:
    document = docx.Document()
    _table(
        document,
        [
            HEAD,
            ("I", "Thể chế", "", "", ""),
            ("1", "Sửa quy chế làm việc", "Sở Tư pháp", "Sở Nội vụ, Sở", "Quý I/2031"),
            ("", "của các phòng", "", "Tài chính", ""),
            ("2", "Lập sổ", "Sở Nội vụ", "", "Năm 2031"),
        ],
    )
    assert _rows(_draft(document, tmp_path)) == [
        (
            "I.1",
            "Sửa quy chế làm việc của các phòng",
            "Sở Tư pháp",
            "Sở Nội vụ, Sở Tài chính",
            "Quý I/2031",
        ),
        ("I.2", "Lập sổ", "Sở Nội vụ", None, "Năm 2031"),
    ]


def test_one_task_over_two_rows_keeps_both_bodies(tmp_path: Path) -> None:
    document = docx.Document()
    table = _table(
        document,
        [
            HEAD,
            ("I", "Thể chế", "", "", ""),
            ("1", "Lập sổ", "Sở Nội vụ", "", "Năm 2031"),
            ("", "", "Sở Tư pháp", "", ""),
        ],
    )
    for column in (0, 1, 4):
        table.cell(2, column).merge(table.cell(3, column))
    assert _rows(_draft(document, tmp_path)) == [
        ("I.1", "Lập sổ", "Sở Nội vụ; Sở Tư pháp", None, "Năm 2031")
    ]


def test_sections_in_a_column_of_their_own(tmp_path: Path) -> None:
    document = docx.Document()
    table = _table(
        document,
        [
            ("Nhiệm vụ chung", "Nhiệm vụ cụ thể", "Cơ quan chủ trì", "Thời gian"),
            ("I. Thể chế", "1. Lập sổ", "Sở Nội vụ", "Năm 2031"),
            ("", "2. Giữ sổ", "Sở Nội vụ", "Thường xuyên"),
            ("II. Thủ tục", "1. Niêm yết", "Sở Tư pháp", "Quý I/2031"),
        ],
    )
    table.cell(1, 0).merge(table.cell(2, 0))
    draft = _draft(document, tmp_path)
    assert [task.id for task in draft.tasks] == ["I.1", "I.2", "II.1"]
    assert [section.title.value for section in draft.sections if section.title] == [
        "Thể chế",
        "Thủ tục",
    ]


def test_heads_over_unnumbered_tasks_are_no_tasks(tmp_path: Path) -> None:
    document = docx.Document()
    _table(
        document,
        [
            HEAD,
            ("I", "Hiện đại hóa", "", "", ""),
            ("1", "Công nghệ thông tin", "", "", ""),
            ("", "Nối mạng", "Sở Nội vụ", "", "Năm 2031"),
            ("", "Mua máy", "Sở Tài chính", "", "Năm 2031"),
            ("2", "Áp dụng ISO", "", "", ""),
            ("", "Kiểm tra", "Sở Nội vụ", "", "Quý I/2031"),
        ],
    )
    draft = _draft(document, tmp_path)
    assert [(task.id, task.title.value if task.title else None) for task in draft.tasks] == [
        ("I.1", "Nối mạng"),
        ("I.2", "Mua máy"),
        ("I.3", "Kiểm tra"),
    ]
    assert [each.found.value for each in draft.leftovers if each.why == "subhead"] == [
        "Công nghệ thông tin",
        "Áp dụng ISO",
    ]


def test_a_letterhead_is_no_annex(tmp_path: Path) -> None:
    document = docx.Document()
    _table(document, [("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), ("Số: 1", "x")])
    _table(document, [HEAD, ("1", "Lập sổ", "Sở Nội vụ", "", "Năm 2031")])
    _table(document, [("2", "Giữ sổ", "Sở Tư pháp", "", "Năm 2031")])
    draft = _draft(document, tmp_path)
    assert [task.id for task in draft.tasks] == ["I.1", "I.2"]


def test_automatic_numbers_are_part_of_the_text(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    space = {"w": numbering.nsmap["w"]}
    decimal = next(
        each
        for each in numbering.findall("w:num", space)
        if _format(numbering, each, space) == "decimal"
    )
    for text in ("Thể chế", "Thủ tục"):
        paragraph = document.add_paragraph(text)
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = int(decimal.get(f"{{{space['w']}}}numId"))
    document.save(tmp_path / "plan.docx")
    texts = [each.text for each in read_document(tmp_path / "plan.docx").paragraphs]
    assert texts == ["1. Thể chế", "2. Thủ tục"]


def _format(numbering: Any, number: Any, space: dict[str, str]) -> str | None:
    link = number.find("w:abstractNumId", space).get(f"{{{space['w']}}}val")
    for abstract in numbering.findall("w:abstractNum", space):
        if abstract.get(f"{{{space['w']}}}abstractNumId") == link:
            found = abstract.find("w:lvl/w:numFmt", space)
            return None if found is None else str(found.get(f"{{{space['w']}}}val"))
    return None
