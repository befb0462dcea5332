"""Files that cannot be read are told by name, each with the way out."""

from __future__ import annotations

import builtins
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from criteria.problems import ProblemsFound
from criteria.wording import LANGUAGES
from inputs.draft import draft_plan, read_document
from inputs.draft.document import Block, Found, Table
from tests import plan_texts


def _problem(path: Path) -> str:
    with pytest.raises(ProblemsFound) as caught:
        draft_plan(path)
    (problem,) = caught.value.problems
    for language in LANGUAGES:
        assert problem.text(language)
    return problem.code


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("plan.txt", b"", "file-empty"),
        ("plan.txt", b" \n\r\n", "file-empty"),
        ("plan.txt", b"K\xff\xfeo", "not-utf8"),
        ("plan.docx", b"not a zip", "draft-docx-broken"),
        ("plan.docx", b"PK\x03\x04 torn", "draft-docx-broken"),
        ("plan.xlsx", b"not a zip", "workbook-broken"),
        ("plan.xlsx", b"PK\x03\x04 torn", "workbook-broken"),
        ("plan.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 EncryptedPackage", "draft-old-or-locked"),
        ("plan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "draft-old-or-locked"),
        ("plan.pdf", b"%PDF-1.7", "draft-kind-unknown"),
    ],
)
def test_unreadable_files(name: str, data: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert _problem(path) == code


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert _problem(tmp_path / "none.txt") == "file-missing"
    assert _problem(tmp_path) == "file-is-folder"


def test_a_zip_that_is_no_word_file(tmp_path: Path) -> None:
    path = tmp_path / "plan.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert _problem(path) == "draft-docx-broken"


@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
def test_torn_word_files(keep: float, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed")
    data = plan_texts.docx_bytes(("number", "title", "lead", "partners", "deadline"))
    path = tmp_path / "plan.docx"
    path.write_bytes(data[: int(len(data) * keep)])
    assert _problem(path) == "draft-docx-broken"


def test_a_missing_python_docx_says_how_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def without_docx(name: str, *rest: Any, **named: Any) -> Any:
        if name == "docx":
            raise ImportError(name)
        return real(name, *rest, **named)

    path = tmp_path / "plan.docx"
    path.write_bytes(b"PK\x03\x04")
    monkeypatch.setattr(builtins, "__import__", without_docx)
    assert _problem(path) == "draft-docx-missing"


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_damaged_bytes_end_in_a_draft_or_a_problem(kind: str, tmp_path: Path) -> None:
    """One byte in some places is another one: never an error of the program."""
    pytest.importorskip("docx", reason="python-docx is not installed")
    columns = ("number", "title", "lead", "partners", "deadline")
    make = plan_texts.docx_bytes if kind == "docx" else plan_texts.xlsx_bytes
    data = bytearray(make(columns))
    path = tmp_path / f"plan.{kind}"
    outcomes = set()
    for at in range(0, len(data), max(1, len(data) // 120)):
        damaged = bytearray(data)
        damaged[at] ^= 0xFF
        path.write_bytes(damaged)
        try:
            draft_plan(path)
            outcomes.add("drafted")
        except ProblemsFound as error:
            outcomes |= {problem.code for problem in error.problems}
    assert outcomes <= {"drafted", "draft-docx-broken", "workbook-broken"}
    assert len(outcomes) > 1


def test_a_percent_cell_is_read_as_it_is_shown(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Kế hoạch", "Mức", "x"), ("Hồ sơ", 0.905, 3), ("Xã", 15, 0.5)):
        sheet.append(row)
    sheet["B2"].number_format = "0.0%"
    path = tmp_path / "plan.xlsx"
    book.save(path)
    texts = [cell.value for block in read_document(path).blocks for cell in _cells(block)]
    assert "90.5%" in texts
    assert {"15", "0.5", "3"} <= set(texts)


def _cells(block: Block) -> list[Found]:
    return [cell for row in block.rows for cell in row] if isinstance(block, Table) else []
