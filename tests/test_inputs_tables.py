"""Files of every sort: what comes out, and for bad ones the code, the place, no traceback."""

import datetime
import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from criteria.problems import Problem, ProblemsFound
from inputs.tables import Table, read_table
from inputs.values import Cell, Kind


def cells(table: Table) -> dict[str, list[Any]]:
    return {
        column.name: [None if cell is None else cell.text for cell in column.cells]
        for column in table.columns
    }


def refused(path: Path, sheet: str | None = None) -> list[Problem]:
    with pytest.raises(ProblemsFound) as error:
        read_table(path, sheet)
    for problem in error.value.problems:
        assert problem.text("vi")
        assert problem.text("en")
    return list(error.value.problems)


def problems_of(path: Path) -> tuple[Problem, ...]:
    """What a file gives, whether it can be read on or not."""
    try:
        return read_table(path).problems
    except ProblemsFound as error:
        return error.problems


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


# --- CSV ---


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_in_every_dress(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    rows = [["unit", "name", "group"], ["a", "Sở Nội vụ", "sở"], ["b", "", "sở"]]
    text = end.join(separator.join(row) for row in rows) + end
    table = read_table(written(tmp_path / "a.csv", text.encode(encoding)))
    assert cells(table) == {"unit": ["a", "b"], "name": ["Sở Nội vụ", None], "group": ["sở", "sở"]}
    assert table.spots.at(1, 2).line == 3
    assert table.problems == ()


def test_csv_lines_are_physical_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'unit,name\na,"two\nlines"\n\n,\nb,x\n')
    table = read_table(path)
    assert cells(table) == {"unit": ["a", "b"], "name": ["two\nlines", "x"]}
    assert [table.spots.at(row).line for row in (0, 1)] == [2, 6]


def test_csv_separator_line_of_excel(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", "sep=;\nunit;value\na;1,5\n"))
    assert cells(table) == {"unit": ["a"], "value": ["1,5"]}
    assert table.spots.at(0).line == 3
    assert table.spots.head().line == 2


def test_csv_quoted_separators_do_not_confuse(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", '"unit";"a, b, c";"d, e"\nx;1;2\n'))
    assert list(cells(table)) == ["unit", "a, b, c", "d, e"]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "file-empty", None),
        (b"  \n\n", "file-empty", None),
        (b"\xef\xbb\xbf", "file-empty", None),
        ("unit,name\na,x\n".encode("utf-16-le"), "csv-not-utf8", 1),
        ("unit,name\na,Sở\n".encode("utf-16-le"), "csv-not-utf8", 2),
        (b"unit,name\na,x\nb,S\xf4\n", "csv-not-utf8", 3),
        (b'unit,name\na,x\nb,"open\nc,y\n', "csv-quotes-broken", 3),
        (b'unit,name\na,"x"y\n', "csv-quotes-broken", 2),
        (b"unit,name\na," + b"x" * 200_000 + b"\n", "cell-too-long", 2),
    ],
)
def test_csv_that_is_refused(tmp_path: Path, content: bytes, code: str, line: int | None) -> None:
    problems = refused(written(tmp_path / "a.csv", content))
    assert [(p.code, p.place.line) for p in problems] == [(code, line)]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("unit,name\n", "table-without-rows", 1),
        ("unit,value\na,1\nb,12,5\n", "row-of-other-length", 3),
        ("unit,value,note\na,1,x\nb,2\n", "row-of-other-length", 3),
        ("unit,,name\na,7,b\n", "header-without-name", 1),
        ("unit,name,Name \na,7,b\n", "header-twice", 1),
        ("unit,mã đơn vị\na,7\n", "header-twice", 1),
    ],
)
def test_csv_with_a_fault(tmp_path: Path, content: str, code: str, line: int) -> None:
    table = read_table(written(tmp_path / "a.csv", content))
    assert [(p.code, p.place.line) for p in table.problems] == [(code, line)]
    assert table.problems[0].text("vi")


def test_csv_trailing_separators_are_nothing(tmp_path: Path) -> None:
    table = read_table(written(tmp_path / "a.csv", "unit,name,\na,b,,\n"))
    assert cells(table) == {"unit": ["a"], "name": ["b"]}
    assert table.problems == ()


def test_a_million_columns_are_one_problem(tmp_path: Path) -> None:
    header = "unit," + ",".join(f"c{number}" for number in range(1_000_000))
    problems = refused(written(tmp_path / "a.csv", header + "\na,1\n"))
    assert [p.code for p in problems] == ["too-many-columns"]


# --- files that are something else ---


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save-as-xlsx"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save-as-xlsx"),
        ("renamed.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "save-as-xlsx"),
        (
            "secret.xlsx",
            b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
            "workbook-encrypted",
        ),
        ("a.pdf", b"%PDF-1.7 ...", "save-as-xlsx"),
        ("a.csv", b"%PDF-1.7 ...", "save-as-xlsx"),
        ("a.xls", b"\n<html><table><tr><td>unit</td></tr></table></html>", "save-as-xlsx"),
        ("a.rtf", b"{\\rtf1 text}", "save-as-xlsx"),
        ("a.ods", b"text", "save-as-xlsx"),
        ("a.xlsx", b"unit,name\na,b\n", "workbook-broken"),
        ("a.parquet", b"unit,name\na,b\n", "parquet-broken"),
        ("a.parquet", b"PAR1 cut short", "parquet-broken"),
        ("a.json", b"{}", "file-kind-unknown"),
        ("a.xlsx", b"PK\x03\x04 cut short", "workbook-broken"),
        ("~$a.xlsx", b"\x05Owner", "excel-lock-file"),
    ],
)
def test_other_files_are_named(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert [p.code for p in refused(written(tmp_path / name, content))] == [code]


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("word/document.xml", "save-as-xlsx"),
        ("xl/workbook.bin", "save-as-xlsx"),
        ("mimetype", "save-as-xlsx"),
        ("notes.txt", "zip-not-workbook"),
        ("[Content_Types].xml", "workbook-broken"),
    ],
)
def test_zips_that_are_no_workbook(tmp_path: Path, member: str, code: str) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    assert [p.code for p in refused(path)] == [code]


def test_missing_folder_and_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(tmp_path / "none.csv")[0].code == "file-missing"
    assert refused(tmp_path)[0].code == "file-is-folder"
    path = written(tmp_path / "a.xlsx", b"x")

    def locked(self: Path) -> bytes:
        raise PermissionError(13, "in use")

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert refused(path)[0].code == "file-locked"


def test_a_file_without_permission(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "unit\na\n")
    path.chmod(0)
    try:
        if os.access(path, os.R_OK):
            pytest.skip("this user may read everything")
        assert refused(path)[0].code == "file-locked"
    finally:
        path.chmod(stat.S_IRWXU)


# --- Excel ---


def workbook(path: Path, *rows: list[Any], sheet: str = "Số liệu") -> Path:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.title = sheet
    for row in rows:
        active.append(row)
    book.save(path)
    return path


def edited(path: Path, change: Callable[[Any], None]) -> Path:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)
    return path


def replaced(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with bytes of its first sheet replaced."""
    parts: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            parts[name] = archive.read(name)
    sheet = "xl/worksheets/sheet1.xml"
    assert old in parts[sheet]
    parts[sheet] = parts[sheet].replace(old, new)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_excel_values(tmp_path: Path) -> None:
    day = datetime.datetime(2017, 1, 31)
    path = workbook(
        tmp_path / "a.xlsx",
        ["unit", "count", "amount", "on", "flag"],
        ["a", 5, 0.1 + 0.2, day, True],
        ["b", 5.0, 1.234, datetime.datetime(2017, 1, 31, 8, 30), False],
    )
    table = read_table(path)
    assert table.problems == ()
    by_name = {column.name: column.cells for column in table.columns}
    assert by_name["count"] == [Cell("5", Kind.NUMBER), Cell("5", Kind.NUMBER)]
    assert by_name["amount"] == [Cell("0.3", Kind.NUMBER), Cell("1.234", Kind.NUMBER)]
    assert by_name["on"][0] == Cell("2017-01-31 00:00:00", Kind.DATE)
    assert by_name["flag"] == [Cell("true", Kind.YES_NO), Cell("false", Kind.YES_NO)]
    assert str(table.spots.at(1, 2)) == f"{path}: Số liệu!C3"


@pytest.mark.parametrize(
    ("number_format", "kind", "text"),
    [
        ("0%", Kind.PERCENT, "95"),
        ("0.00%", Kind.PERCENT, "95"),
        ("General", Kind.NUMBER, "0.95"),
        ('0.00"%"', Kind.NUMBER, "0.95"),
        ("0.00\\%", Kind.NUMBER, "0.95"),
    ],
)
def test_excel_percent_formats(tmp_path: Path, number_format: str, kind: Kind, text: str) -> None:
    path = workbook(tmp_path / "a.xlsx", ["unit", "rate"], ["a", 0.95])

    def change(book: Any) -> None:
        book.active["B2"].number_format = number_format

    table = read_table(edited(path, change))
    assert table.columns[1].cells == [Cell(text, kind)]


def test_excel_errors_and_formulas_without_value(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("T")
        sheet.write_row("A1", ["unit", "x", "y"])
        sheet.write_row("A2", ["a"])
        sheet.write_formula("B2", "=1/0", value="#DIV/0!")
        sheet.write_formula("C2", "=1+1", value=2)
        sheet.write_row("A3", ["b"])
        sheet.write_formula("B3", '=""', value="zz")
    table = read_table(replaced(path, b"<v>zz</v>", b"<v></v>"))  # as Excel stores an empty text
    assert [(p.code, p.place.cell) for p in table.problems] == [("cell-with-error", "B2")]
    assert table.columns[2].cells == [Cell("2", Kind.NUMBER), None]

    bare = workbook(tmp_path / "b.xlsx", ["unit", "x"], ["a", "=1+1"], [None, "=SUM(B2)"])
    table = read_table(bare)
    assert [(p.code, p.place.cell) for p in table.problems] == [
        ("formula-without-value", "B2"),
        ("formula-without-value", "B3"),
    ]
    assert table.columns[1].cells[0] == Cell("", Kind.BROKEN)


def test_excel_merged_cells(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["BẢNG TỔNG HỢP"], [], ["unit", "x"], ["a", 1], ["b", None]
    )

    def change(book: Any) -> None:
        book.active.merge_cells("A1:B1")  # a title above the table: harmless
        book.active.merge_cells("B4:B5")

    table = read_table(edited(path, change))
    assert [(p.code, p.place.cell, p.values["range"]) for p in table.problems] == [
        ("cells-merged", "B4", "B4:B5")
    ]
    assert table.spots.at(0).cell == "A4"


def test_excel_picks_the_sheet_with_units(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["Hướng dẫn điền biểu mẫu"], sheet="Đọc trước")

    def change(book: Any) -> None:
        book.create_sheet("Trống")
        data = book.create_sheet("Biểu 1")
        data.append(["Mã đơn vị", "x"])
        data.append(["a", 1])

    table = read_table(edited(path, change))
    assert table.spots.sheet == "Biểu 1"
    assert [(p.code, p.advice) for p in table.problems] == [("other-sheets", True)]
    assert table.problems[0].values["others"] == "Đọc trước"
    assert read_table(path, "Đọc trước").spots.sheet == "Đọc trước"
    assert refused(path, "Biểu 9")[0].code == "sheet-missing"


def test_excel_blank_rows_strays_and_hidden_rows(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx", ["unit", "x"], ["a", 1], [None, " "], ["b", 2, 7], [None, None]
    )

    def change(book: Any) -> None:
        book.active.row_dimensions[2].hidden = True
        book.active["A40"].number_format = "0%"

    table = read_table(edited(path, change))
    assert cells(table) == {"unit": ["a", "b"], "x": ["1", "2"]}
    assert [(p.code, p.place.cell) for p in table.problems] == [("header-without-name", "C1")]
    assert table.spots.at(1).cell == "A4"


def test_excel_empty_and_truncated(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx")
    assert refused(path)[0].code == "file-empty"
    whole = workbook(tmp_path / "b.xlsx", ["unit", "x"], ["a", 1]).read_bytes()
    for length in (10, 100, len(whole) // 2, len(whole) - 10):
        cut = written(tmp_path / "cut.xlsx", whole[:length])
        assert refused(cut)[0].code == "workbook-broken"


@pytest.mark.parametrize("seed", range(30))
def test_excel_with_damaged_members(tmp_path: Path, seed: int) -> None:
    """Whatever a damaged part makes openpyxl raise, it comes out as a problem or as a table."""
    import random

    chance = random.Random(seed)
    whole = workbook(tmp_path / "a.xlsx", ["unit", "x"], ["a", 1]).read_bytes()
    damaged = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as source,
        zipfile.ZipFile(damaged, "w") as target,
    ):
        hit = chance.choice(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            if name == hit:
                at = chance.randrange(len(content))
                content = content[:at] + chance.randbytes(5) + content[at + 3 :]
            target.writestr(name, content)
    path = written(tmp_path / "damaged.xlsx", damaged.getvalue())
    assert all(problem.text("vi") for problem in problems_of(path))


# --- Parquet ---


def test_parquet_types(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "unit": ["a", " b "],
            "whole": [5, None],
            "small": pl.Series([1, 2], dtype=pl.UInt8),
            "big": pl.Series([2**63, 1], dtype=pl.UInt64),
            "float": [0.1, 1e-7],
            "single": pl.Series([0.1, 2.0], dtype=pl.Float32),
            "decimal": pl.Series(["1.50", "2.25"]).cast(pl.Decimal(10, 2)),
            "flag": [True, None],
            "on": [datetime.date(2017, 1, 31), None],
            "at": [datetime.datetime(2017, 1, 31), datetime.datetime(2017, 1, 31, 9)],
            "word": pl.Series(["x", ""], dtype=pl.Categorical),
            "nothing": [None, None],
        }
    ).write_parquet(path)
    table = read_table(path)
    assert table.problems == ()
    assert cells(table) == {
        "unit": ["a", "b"],
        "whole": ["5", None],
        "small": ["1", "2"],
        "big": [str(2**63), "1"],
        "float": ["0.1", "1e-7"],
        "single": ["0.1", "2.0"],
        "decimal": ["1.50", "2.25"],
        "flag": ["true", None],
        "on": ["2017-01-31", None],
        "at": ["2017-01-31 00:00:00", "2017-01-31 09:00:00"],
        "word": ["x", None],
        "nothing": [None, None],
    }
    assert table.spots.at(1).line == 2


def test_parquet_of_lists_and_of_a_million_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"unit": ["a"], "list": [[1]]}).write_parquet(path)
    assert [p.code for p in read_table(path).problems] == ["column-of-strange-type"]
    pl.DataFrame({f"c{number}": [1] for number in range(20_000)}).write_parquet(path)
    assert [p.code for p in refused(path)] == ["too-many-columns"]


@given(st.binary(max_size=300), st.sampled_from([".csv", ".xlsx", ".parquet", ""]))
def test_any_bytes_are_a_table_or_a_problem(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    assert all(problem.text("vi") for problem in problems_of(path))
