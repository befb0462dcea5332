"""`parindex workbook make`: which files it writes, what it refuses, and what it goes on from."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from cli.folder import Year, open_year
from cli.main import make_app
from criteria.wording import wording
from inputs.obligations import Obligation, Undated
from inputs.store.facts import Batch, Fact, input_subject, leaf_subject, task_subject
from inputs.store.store import create_store, opened_store
from inputs.workbooks.form import FORM, MANIFEST, TASKS, VALUE, form_of
from inputs.workbooks.manifest import Manifest, read_manifest
from inputs.workbooks.owed import owed_by_unit

ASSESSMENT = """\
parindex_assessment: 1
id: thu-2018
title: Chấm điểm thử 2018
province: Tỉnh Thử
year: 2018
sets: {departments: so.yaml, communes: xa.yaml}
units: units.csv
calendar: {self: 2018-12-31, review: 2019-01-31, appeal: 2019-02-15}
contact: Phòng Cải cách hành chính
coordinator: so-noi-vu
reviewers:
  so-noi-vu: {title: Sở Nội vụ}
"""
UNITS = """\
unit,name,group
so-a,Sở A,departments
a/b,Sở B,departments
xa-1,Xã Một,communes
ban-x,Ban X,others
"""
SET = """\
parindex: 1
id: {id}
title: Bộ tiêu chí thử
status: reference
year: 2018
group: {group}
plan: plan.yaml
total: 4
inputs:
  due: {{type: count, title: Số phải làm}}
  done: {{type: count, title: Số đã làm, at_most: due}}
  level: {{type: choice, title: Mức, options: [Tốt, Khá]}}
  open: {{type: yes_no, title: Công khai}}
  issued: {{type: date, title: Ngày ban hành}}
fields:
  - id: "1"
    title: Chỉ đạo
    criteria:
      - {{id: "1.1", title: Rà soát, maximum: 1,
          rule: {{kind: proportional, of: {{ratio: [done, due]}}}}}}
      - {{id: "1.2", title: Mức, maximum: 1,
          rule: {{kind: choice, of: level, points: {{Tốt: 1, Khá: 0}}}}}}
      - {{id: "1.3", title: Công khai, maximum: 1, rule: {{kind: yes_no, of: open}}}}
      - {{id: "1.4", title: Ban hành, maximum: 1,
          rule: {{kind: deadline, of: issued, tiers: [{{by: 2018-01-31, points: 1}}]}}}}
"""
PLAN = """\
parindex_plan: 1
id: ke-hoach
title: Kế hoạch thử
signed: 2017-12-29
province: Tỉnh Thử
starts: 2018-01-01
ends: 2018-12-31
sections:
  - {id: I, title: Thể chế}
tasks:
  - {id: I.1, section: I, title: Rà soát văn bản, lead: Sở A, deadline: Quý I/2018}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    year = tmp_path / "nam"
    year.mkdir()
    files = {
        "assessment.yaml": ASSESSMENT,
        "units.csv": UNITS,
        "so.yaml": SET.format(id="so", group="departments"),
        "xa.yaml": SET.format(id="xa", group="communes"),
        "plan.yaml": PLAN,
    }
    for name, content in files.items():
        (year / name).write_text(content, encoding="utf-8")
    create_store(year / "store.duckdb", "thu-2018")
    monkeypatch.chdir(year)
    monkeypatch.delenv("PARINDEX_LANG", raising=False)
    return year


def owed_by(year: Year) -> Mapping[str, tuple[Obligation | Undated, ...]]:
    sets = {group: each.set for group, each in year.by_group.items()}
    return owed_by_unit(year.plan, year.bodies, year.units, sets)


def run(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(make_app("vi"), ["workbook", "make", *words])
    return done.exit_code, done.stdout, done.stderr


def made(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder).as_posix()) for path in folder.rglob("*.xlsx"))


ALL = [
    "workbooks/communes/xa-1.xlsx",
    "workbooks/departments/a_b.xlsx",
    "workbooks/departments/so-a.xlsx",
]


@pytest.mark.parametrize("told", [{"seal": "ẩn"}, {"sets": "[" * 30_000}])
def test_a_manifest_that_somebody_wrote_into_is_not_ours(told: dict[str, str]) -> None:
    rows = dict(Manifest("self", "thu", "a", {}, "x", 1).rows(b"x")) | told
    assert read_manifest(list(rows.items()), b"x") is None


def test_one_workbook_a_unit_by_group(folder: Path) -> None:
    code, told, _ = run()
    assert code == 0
    assert made(folder) == ALL
    assert "Đã lập 3 bảng tự chấm" in told
    assert "31/12/2018" in told
    with opened_store(folder / "store.duckdb", "thu-2018") as store:
        secret = store.seal
    year = open_year(folder)
    owed = owed_by(year)
    for path in folder.rglob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        manifest = read_manifest(list(book[MANIFEST].iter_rows(values_only=True)), secret)
        assert manifest is not None
        unit = year.units.by_id[manifest.who]
        chosen = year.by_group[unit.group].set
        form = form_of(chosen, year.assessment, unit, owed.get(unit.unit, ()))
        assert manifest.layout == form.layout
        assert (TASKS in book.sheetnames) == (unit.unit == "so-a")
    assert [p.name for p in folder.iterdir() if p.name.startswith(".")] == []


def test_units_whose_set_has_no_plan_have_no_tasks_and_come_back(folder: Path) -> None:
    bare = SET.format(id="xa", group="communes").replace("plan: plan.yaml\n", "")
    (folder / "xa.yaml").write_text(bare, encoding="utf-8")
    plan = PLAN.replace("lead: Sở A", "lead: Sở A; Xã Một")
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    assert run()[0] == 0
    (book,) = (path for path in folder.rglob("*.xlsx") if path.stem == "xa-1")
    assert TASKS not in openpyxl.load_workbook(book).sheetnames
    words = ["workbook", "collect", str(folder / "workbooks"), "--json"]
    taken = json.loads(CliRunner().invoke(make_app("vi"), words).stdout)
    outcomes = {each["unit"]: each["outcome"] for each in taken["files"]}
    assert outcomes == dict.fromkeys(("so-a", "a/b", "xa-1"), "taken")
    assert all(each["advice"] for each in taken["problems"])


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (("--group", "communes"), ALL[:1]),
        (("so-a", "Xã Một"), [ALL[0], ALL[2]]),
        (("--group", "departments", "SỞ A"), ALL[2:]),
    ],
)
def test_only_some(folder: Path, words: tuple[str, ...], files: list[str]) -> None:
    assert run(*words)[0] == 0
    assert made(folder) == files


def test_json_lists_the_files(folder: Path) -> None:
    code, told, _ = run("--json", "--out", "gui")
    assert code == 0
    files = json.loads(told)["files"]
    assert [each["unit"] for each in files] == ["so-a", "a/b", "xa-1"]
    assert all(Path(each["file"]).is_file() for each in files)
    assert not (folder / "workbooks").exists()


@pytest.mark.parametrize(
    ("contact", "moment", "codes"),
    [
        ("Phòng Cải cách hành chính", "2018-12-31T16:59:59", []),
        ("Phòng Cải cách hành chính", "2018-12-31T17:00:00", ["workbook-day-past"]),
        (wording("year", "assessment.contact", "vi"), "2018-12-01", ["workbook-contact-open"]),
        (wording("year", "assessment.contact", "en"), "2018-12-01", ["workbook-contact-open"]),
    ],
)
def test_what_everybody_would_see_is_told_before_it_goes_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, contact: str, moment: str, codes: list[str]
) -> None:
    text = ASSESSMENT.replace("contact: Phòng Cải cách hành chính", f'contact: "{contact}"')
    (folder / "assessment.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PARINDEX_NOW", moment)
    code, told, _ = run("--json")
    assert code == 0
    assert [each["code"] for each in json.loads(told)["problems"]] == codes
    code, _, warned = run("--again")
    assert code == 0
    assert [name for name in ("workbook-day-past", "workbook-contact-open") if name in warned] == (
        codes
    )


def test_what_is_there_is_not_overwritten_unless_asked(folder: Path) -> None:
    path = folder / ALL[0]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"filled in")
    code, _, told = run()
    assert code == 1
    assert "[workbook-exists]" in told
    assert "communes/xa-1.xlsx" in told.replace("\\", "/")
    assert made(folder) == ALL[:1]
    assert path.read_bytes() == b"filled in"
    assert run("--again")[0] == 0
    assert path.read_bytes() != b"filled in"
    assert made(folder) == ALL


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("so-x",), "unit-unknown"),
        (("--group", "sở"), "group-unknown"),
        (("ban-x",), "workbook-unit-outside"),
        (("so-a", "--group", "communes"), "workbook-unit-outside"),
    ],
)
def test_nobody_is_left_out_in_silence(folder: Path, words: tuple[str, ...], code: str) -> None:
    exit_code, _, told = run(*words)
    assert exit_code == 1
    assert f"[{code}]" in told
    assert made(folder) == []


def test_outside_a_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, told = run()
    assert code == 1
    assert "[assessment-missing]" in told


def test_several_processes_write_the_same_files(folder: Path) -> None:
    assert run("--jobs", "1", "--out", "one")[0] == 0
    assert run("--jobs", "2", "--out", "two")[0] == 0
    one, two = folder / "one", folder / "two"
    assert made(one) == made(two)
    for name in made(one):
        assert (one / name).read_bytes() == (two / name).read_bytes()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_cannot_be_written_is_told_and_leaves_nothing_half(folder: Path, jobs: str) -> None:
    (folder / "gui").mkdir()
    (folder / "gui" / "communes").write_text("a file in the way")
    code, _, told = run("--jobs", jobs, "--out", "gui")
    assert code == 1
    assert "[out-locked]" in told
    assert {p.name for p in (folder / "gui").iterdir()} <= {"communes", "departments"}
    for path in (folder / "gui").rglob("*.xlsx"):
        openpyxl.load_workbook(path)


def test_a_clerk_goes_on_from_what_the_store_holds(folder: Path) -> None:
    said = {"due": "60", "done": "48", "level": "Khá", "open": "no", "issued": "2018-01-30"}
    facts = [Fact("so-a", input_subject(name), value) for name, value in said.items()]
    facts.append(Fact("so-a", leaf_subject("1.1"), reason="Giải trình", evidence="Báo cáo 12"))
    key = "2018-Q1"
    facts.append(Fact("so-a", task_subject("I.1", key), "2018-04-02", evidence="Công văn 3"))
    at = datetime.datetime(2018, 12, 1)
    first = Batch("self", "workbook", "so-a", "a.xlsx", "0" * 64, at, facts=facts)
    newer = [Fact("so-a", input_subject("done"), "51"), Fact("so-a", input_subject("due"))]
    second = Batch("self", "workbook", "so-a", "b.xlsx", "1" * 64, at, facts=newer)
    reviewed = [Fact("so-a", input_subject("done"), "40", reason="sai")]
    third = Batch("review", "review", "so-noi-vu", "c.xlsx", "2" * 64, at, facts=reviewed)
    with opened_store(folder / "store.duckdb", "thu-2018", write=True) as store:
        store.add([first, second, third])
        secret, last = store.seal, store.last
    assert run()[0] == 0
    year = open_year(folder)
    owed = owed_by(year)
    unit = year.units.by_id["so-a"]
    form = form_of(year.by_group["departments"].set, year.assessment, unit, owed["so-a"])
    book = openpyxl.load_workbook(folder / ALL[2])
    sheet = book[FORM]
    shown = {row.column: sheet[row.cell(VALUE)].value for row in form.asks}
    # The unit's own and newest; a blank took `due` back; review does not speak here.
    assert shown["done"] == 51
    assert shown["due"] is None
    assert (shown["level"], shown["open"]) == ("Khá", "Không")
    assert shown["issued"] == datetime.datetime(2018, 1, 30)
    first_row = form.by_key["ask:1.1:done"].row
    assert sheet[f"H{first_row}"].value == "Báo cáo 12"
    assert sheet[f"I{first_row}"].value == "Giải trình"
    (task,) = form.tasks
    assert book[TASKS][f"F{task.row}"].value == datetime.datetime(2018, 4, 2)
    assert book[TASKS][f"H{task.row}"].value == "Công văn 3"
    values = openpyxl.load_workbook(folder / ALL[2], data_only=True)
    assert values[TASKS][f"G{task.row}"].value == "trễ"
    assert Fraction(str(values[FORM][f"G{form.by_key['leaf:1.4'].row}"].value)) == 1
    manifest = read_manifest(list(book[MANIFEST].iter_rows(values_only=True)), secret)
    assert manifest is not None
    assert manifest.basis == last
    other = openpyxl.load_workbook(folder / ALL[1])[FORM]
    assert all(other[row.cell(VALUE)].value is None for row in form.asks)
