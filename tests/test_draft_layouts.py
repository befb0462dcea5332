"""Drafts of the small plan in every layout: tasks, sections, targets, head, places."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from inputs.draft import Draft, draft_plan
from tests import plan_texts
from tests.plan_texts import DATA, SECTIONS, TARGETS, TASKS

LAYOUTS: dict[str, Callable[[], str]] = {
    "bars": plan_texts.bars,
    "barred_rows": plan_texts.barred_rows,
    "blank_lines": plan_texts.blank_lines,
    "tabs": plan_texts.tabs,
    "woven": plan_texts.woven,
}


def _found(draft: Draft, product: bool = True) -> list[tuple[str, ...]]:
    """Id, title, product, lead, partners and deadline of each task; blank where not found."""
    fields = ("title", "product", "lead", "partners", "deadline")
    rows = []
    for task in draft.tasks:
        values = [getattr(task, name) for name in fields if product or name != "product"]
        rows.append((task.id, *(value.value if value else "" for value in values)))
    return rows


def _expected(product: bool) -> list[tuple[str, ...]]:
    return [
        task if product else (task.id, task.title, task.lead, task.partners, task.deadline)
        for task in TASKS
    ]


def _targets(draft: Draft) -> set[tuple[str | None, str, str]]:
    return {(each.clause, each.comparison, each.value) for each in draft.targets if each.sure}


@pytest.mark.parametrize("layout", [each for each in LAYOUTS if each != "woven"])
def test_every_layout_gives_all_tasks(layout: str) -> None:
    draft = draft_plan(DATA / f"plan_{layout}.txt")
    product = layout in {"barred_rows", "tabs"}
    assert _found(draft, product) == _expected(product)


def test_woven_tasks_are_right_or_said_to_be_doubtful() -> None:
    draft = draft_plan(DATA / "plan_woven.txt")
    doubtful = [each.found.value for each in draft.leftovers if each.why == "columns"]
    assert 0 < len(doubtful) < len(TASKS) - 2
    for found, right in zip(_found(draft, False), _expected(False), strict=True):
        if any(right[1] in text for text in doubtful):
            assert (*found[:2], {*found[2:4]}, found[4]) == (
                *right[:2],
                {*right[2:4]},
                right[4],
            )
        else:
            assert found == right


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_all_targets(layout: str) -> None:
    assert _targets(draft_plan(DATA / f"plan_{layout}.txt")) == TARGETS


@pytest.mark.parametrize("layout", LAYOUTS)
def test_texts_on_disk_are_the_layouts_of_the_small_plan(layout: str) -> None:
    written = (DATA / f"plan_{layout}.txt").read_text(encoding="utf-8")
    assert written == LAYOUTS[layout]()


@pytest.mark.parametrize("layout", ["bars", "barred_rows", "blank_lines", "woven"])
def test_sections_keep_number_and_title(layout: str) -> None:
    draft = draft_plan(DATA / f"plan_{layout}.txt")
    assert {s.id: s.title.value if s.title else None for s in draft.sections} == SECTIONS


def test_a_lost_section_head_is_not_invented() -> None:
    draft = draft_plan(DATA / "plan_tabs.txt")
    titles = {section.id: section.title for section in draft.sections}
    assert list(titles) == ["I", "II", "III"]
    assert titles["III"] is None
    assert titles["II"] is not None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_head_of_every_layout(layout: str) -> None:
    head = draft_plan(DATA / f"plan_{layout}.txt").head
    values = [head.number, head.signed, head.province, head.starts, head.ends]
    assert [value.value if value else None for value in values] == [
        "77/KH-UBND",
        "2030-12-20",
        "Mẫu Sơn",
        "2031-01-01",
        "2031-12-31",
    ]
    assert head.title is not None
    assert head.title.value == "Kế hoạch cải cách hành chính tỉnh Mẫu Sơn năm 2031"


def test_places_are_the_lines_of_the_file() -> None:
    path = DATA / "plan_barred_rows.txt"
    lines = path.read_text(encoding="utf-8").splitlines()
    draft = draft_plan(path)
    for task in draft.tasks:
        for found in (task.title, task.product, task.lead, task.deadline):
            assert found is not None
            assert found.place.line is not None
            assert found.value in lines[found.place.line - 1]
    for target in draft.targets:
        assert target.sentence.place.line is not None
        assert target.value.rstrip("%") in lines[target.sentence.place.line - 1]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_bom_crlf_and_decomposed_accents_change_nothing(layout: str, tmp_path: Path) -> None:
    text = LAYOUTS[layout]()
    path = tmp_path / "plan.txt"
    decomposed = unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + decomposed.encode())
    draft = draft_plan(path)
    plain = draft_plan(DATA / f"plan_{layout}.txt")
    assert _found(draft) == _found(plain)
    assert _targets(draft) == _targets(plain)


@pytest.mark.parametrize(
    ("title", "bodies"),
    [(20, 13), (22, 14), (24, 15)],
)
def test_woven_columns_of_other_widths(title: int, bodies: int, tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(plan_texts.woven(title, bodies), encoding="utf-8")
    draft = draft_plan(path)
    doubtful = {each.found.value for each in draft.leftovers if each.why == "columns"}
    found = {row[0]: row for row in _found(draft, product=False)}
    for right in _expected(product=False):
        own = found[right[0]]
        assert (*own[:2], own[4]) == (*right[:2], right[4])
        assert own == right or any(right[1] in text for text in doubtful)


def test_markdown_tables_are_read(tmp_path: Path) -> None:
    rows = plan_texts.grid(("number", "title", "lead", "partners", "deadline"))
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---|:--|---|---|--:|")
    path = tmp_path / "plan.md"
    path.write_text("\n".join([*plan_texts.PROSE, "", *lines]), encoding="utf-8")
    assert _found(draft_plan(path), product=False) == _expected(product=False)


def test_a_text_without_annex_is_drafted_from_its_prose(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(plan_texts.PROSE), encoding="utf-8")
    draft = draft_plan(path)
    assert draft.tasks == ()
    assert _targets(draft) == TARGETS


COLUMNS = (
    ("number", "title", "product", "lead", "partners", "deadline"),
    ("title", "lead", "partners", "deadline", "product"),
    ("number", "deadline", "lead", "partners", "title", "product"),
    ("deadline", "title", "product", "partners", "lead"),
)


@pytest.mark.parametrize("columns", [c for c in COLUMNS if c[0] in {"number", "title"}])
@pytest.mark.parametrize("merged", [True, False])
def test_word_tables(columns: tuple[str, ...], merged: bool, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    path = tmp_path / "plan.docx"
    path.write_bytes(plan_texts.docx_bytes(columns, merged=merged))
    draft = draft_plan(path)
    assert _found(draft) == _expected(product=True)
    assert _targets(draft) == TARGETS
    assert {s.id: s.title.value if s.title else None for s in draft.sections} == SECTIONS
    assert draft.tasks[1].deadline is not None
    assert draft.tasks[1].deadline.place.sheet == "bảng 1"
    letter = "ABCDEF"[columns.index("deadline")]
    assert draft.tasks[1].deadline.place.cell == f"{letter}4"


@pytest.mark.parametrize("columns", COLUMNS)
def test_workbooks(columns: tuple[str, ...], tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(plan_texts.xlsx_bytes(columns))
    draft = draft_plan(path)
    assert _found(draft) == _expected(product=True)
    assert _targets(draft) == TARGETS
    assert draft.tasks[0].deadline is not None
    assert draft.tasks[0].deadline.place.sheet == "Phụ lục"


def test_all_orders_of_columns_in_barred_rows(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    for columns in permutations(("title", "lead", "partners", "deadline")):
        rows = [" | ".join(row) + " |" for row in plan_texts.grid(columns)]
        path.write_text("\n".join([*plan_texts.PROSE, *rows]), encoding="utf-8")
        assert _found(draft_plan(path), product=False) == _expected(product=False), columns
