"""A year in its working folder, as people call it: init, record, stages, scores, status."""

from __future__ import annotations

import csv
import datetime
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from cli.folder import now, open_year
from cli.main import make_app
from criteria.assessment.load import load_assessment
from criteria.packs import load_pack, pack_ids
from inputs.store.facts import Batch, Fact, input_subject, leaf_subject
from inputs.store.history import history
from inputs.store.in_force import stage_in_force
from inputs.units import read_units
from outputs import working_folder

ROOT = Path(__file__).parent.parent
AT = datetime.datetime(2018, 1, 10, 8, 30)

_SET_YAML = """\
parindex: 1
id: thu
title: Bộ tiêu chí thử
status: official
year: 2017
group: communes
group_title: Xã, phường
total: 5
grades: [{name: Tốt, at_least: 0, unless: [unlawful]}, {name: Yếu}]
inputs:
  due: {type: count, title: Phải làm}
  done: {type: count, title: Đã xong, at_most: due}
  council: {type: points, title: Điểm hội đồng}
  unlawful: {type: yes_no, title: Có vi phạm}
fields:
  - id: "1"
    title: Lĩnh vực
    criteria:
      - id: "1.1"
        title: Hoàn thành
        maximum: 2
        reviewed_by: huyen
        rule: {kind: proportional, of: {ratio: [done, due]}}
      - id: "1.2"
        title: Hội đồng
        maximum: 3
        scored_by: reviewer
        reviewed_by: so
        rule: {kind: judged, of: council, increment: 0.25}
"""
_ASSESSMENT = """\
parindex_assessment: 1
id: nam-2017
title: Kỳ chấm điểm 2017
province: Tỉnh
year: 2017
sets: {communes: thu.yaml}
units: units.csv
calendar: {self: 2018-01-15, review: 2018-02-15, appeal: 2018-02-28}
contact: Phòng CCHC
coordinator: so
reviewers:
  so: {title: Sở Nội vụ}
  stp: {title: Sở Tư pháp}
  huyen: {title: Huyện, of: parent}
policy: {late: refuse}
"""
_UNITS = "unit,name,group,parent\nb,Xã Đông,communes,h1\na,Xã Ân,communes,h1\nc,Xã An,communes,\n"

Run = Callable[..., Any]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls the program in this process; gives exit code, stdout and stderr."""
    monkeypatch.setenv("PARINDEX_NOW", "2018-01-20T03:00:00")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.delenv("PARINDEX_LANG", raising=False)
    runner = CliRunner()

    def call(*words: object, code: int = 0) -> Any:
        done = runner.invoke(make_app("vi"), [str(word) for word in words])
        assert done.exit_code == code, done.output + done.stderr
        return done

    return call


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small working folder, and the program running inside it."""
    from inputs.store.store import FILE, create_store

    (tmp_path / "thu.yaml").write_text(_SET_YAML, encoding="utf-8")
    (tmp_path / "assessment.yaml").write_text(_ASSESSMENT, encoding="utf-8")
    (tmp_path / "units.csv").write_text(_UNITS, encoding="utf-8")
    create_store(tmp_path / FILE, "nam-2017")
    (tmp_path / "workbooks").mkdir()
    monkeypatch.chdir(tmp_path / "workbooks")
    return tmp_path


def add(folder: Path, *batches: Batch) -> None:
    with open_year(folder).store(write=True) as store:
        store.add(batches)


def workbook(unit: str, done: str, due: str, **more: Any) -> Batch:
    facts = [
        Fact(unit, input_subject("done"), done, sheet="Tự chấm", cell="D9"),
        Fact(unit, input_subject("due"), due, sheet="Tự chấm", cell="D10"),
    ]
    known = {"file": f"{unit}.xlsx", "sha256": "ab" * 32, "at": AT, "facts": facts}
    return Batch("self", "workbook", unit, **(known | more))


def decided(unit: str, leaf: str, status: Any, value: str | None = None) -> Batch:
    fact = Fact(unit, leaf_subject(leaf), value, status, "lý do")
    return Batch("review", "review", "h1", "huyen.xlsx", "cd" * 32, AT, facts=[fact])


def table(folder: Path, text: str, name: str = "khaosat.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def codes(done: Any) -> list[str]:
    return [problem["code"] for problem in json.loads(done.stdout)["problems"]]


# --- the time of a command ---


@pytest.mark.parametrize(
    ("said", "time"),
    [
        ("2018-01-20T03:00:00", datetime.datetime(2018, 1, 20, 3)),
        ("2018-01-20T03:00:00+07:00", datetime.datetime(2018, 1, 19, 20)),
        ("2018-01-20T03:00:00.75Z", datetime.datetime(2018, 1, 20, 3)),
    ],
)
def test_a_command_takes_its_time_from_one_place(
    said: str, time: datetime.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARINDEX_NOW", said)
    assert now() == time
    monkeypatch.delenv("PARINDEX_NOW")
    assert abs(now() - datetime.datetime.now(datetime.UTC).replace(tzinfo=None)).seconds < 60
    assert (now().tzinfo, now().microsecond) == (None, 0)


# --- init ---


@pytest.mark.parametrize("pack_id", pack_ids())
def test_init_makes_a_folder_in_which_all_is_well(pack_id: str, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "thư mục" / "nam"
    done = run("init", folder, "--pack", pack_id, "--json")
    told = json.loads(done.stdout)
    pack, year = load_pack(pack_id), open_year(folder)
    assert (told["units"], told["assessment"]) == (len(year.units), pack_id)
    assert sorted(p.name for p in folder.iterdir()) == [
        *("assessment.yaml", "sets", "store.duckdb", "units.xlsx")
    ]
    before = read_units(pack.units)
    assert [
        (u.unit, u.name, u.group, u.parent, u.ranked, u.attributes, u.texts) for u in before
    ] == [(u.unit, u.name, u.group, u.parent, u.ranked, u.attributes, u.texts) for u in year.units]
    assert (year.plan is None) == (pack.plan is None)
    named = {i.reviewed_by for each in year.sets for i in each.set.items if i.reviewed_by}
    assert set(year.assessment.reviewers) == named | {year.assessment.coordinator}
    assert year.assessment.calendar.self == datetime.date(pack.year + 1, 1, 15)
    above = {n for n, reviewer in year.assessment.reviewers.items() if reviewer.of == "parent"}
    assert above == named & {"ubnd-cap-huyen"}
    with year.store() as store:
        assert (store.last, stage_in_force(store)) == (0, "self")


def test_init_speaks_two_languages_and_says_what_comes_next(tmp_path: Path, run: Run) -> None:
    done = run("init", tmp_path / "vi", "--pack", "dong-nai-2017")
    assert "parindex workbook make" in done.stdout
    assert f"{tmp_path / 'vi'}/assessment.yaml" in done.stdout
    text = (tmp_path / "vi" / "assessment.yaml").read_text(encoding="utf-8")
    assert "GHI TẠI ĐÂY" in text
    assert "# Cơ quan điều phối" in text
    run("init", tmp_path / "en", "--pack", "dong-nai-2017", "--lang", "en")
    assert "GHI TẠI ĐÂY" in load_assessment(tmp_path / "en").contact
    sheets = [
        openpyxl.load_workbook(tmp_path / name / "units.xlsx").worksheets[0]
        for name in ("vi", "en")
    ]
    assert [[cell.value for cell in sheet[1]][:3] for sheet in sheets] == [
        ["Mã đơn vị", "Tên đơn vị", "Nhóm"],
        ["unit", "name", "group"],
    ]
    assert {sheet.freeze_panes for sheet in sheets} == {"C2"}


def test_init_leaves_what_is_there_alone(tmp_path: Path, run: Run) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "thư.txt").write_text("của tôi", encoding="utf-8")
    assert codes(run("init", full, "--pack", "dong-nai-2017", "--json", code=1)) == [
        "folder-not-empty"
    ]
    assert [path.name for path in full.iterdir()] == ["thư.txt"]
    assert codes(run("init", full / "thư.txt", "--pack", "dong-nai-2017", "--json", code=1)) == [
        "out-is-file"
    ]
    assert codes(run("init", tmp_path / "x", "--pack", "no-pack", "--json", code=1)) == [
        "pack-unknown"
    ]
    (tmp_path / "empty").mkdir()
    run("init", tmp_path / "empty", "--pack", "national-2020")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]


def test_init_is_whole_or_nothing(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(working_folder, "create_store", full_disk)
    words = ("init", tmp_path / "a" / "b" / "nam", "--pack", "dong-nai-2017", "--json")
    assert codes(run(*words, code=1)) == ["out-locked"]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "nam").mkdir()
    assert codes(run("init", tmp_path / "nam", *words[2:], code=1)) == ["out-locked"]
    assert [path.name for path in tmp_path.iterdir()] == ["nam"]
    assert list((tmp_path / "nam").iterdir()) == []


# --- stages ---


def test_stages_close_in_order_and_open_from_the_end(year: Path, run: Run) -> None:
    def close(stage: str, *more: str, code: int = 0) -> Any:
        return run("stage", "close", stage, "--by", "Bà Lan", "--json", *more, code=code)

    def reopen(stage: str, code: int = 0) -> Any:
        words = ("--by", "Bà Lan", "--reason", "mất điện", "--json")
        return run("stage", "open", stage, *words, code=code)

    add(year, workbook("a", "4", "8"))
    assert codes(close("appeal", code=1)) == ["stage-before-open"]
    assert codes(close("self", code=1)) == ["stage-units-missing"]
    assert "2 đơn vị nhóm Xã, phường" in close("self", code=1).stdout
    add(year, workbook("b", "4", "8"), workbook("c", "4", "8"), decided("a", "1.1", "agreed"))
    assert json.loads(close("self").stdout)["in_force"] == "review"
    assert codes(close("self", code=1)) == ["stage-is-closed"]
    assert codes(close("review", code=1)) == ["stage-leaves-pending"] * 2
    assert codes(close("review", "--anyway", code=1)) == ["stage-reason-missing"]
    assert codes(close("review", "--anyway", "--reason", " ", code=1)) == ["stage-reason-missing"]
    closed = close("review", "--anyway", "--reason", "hết hạn")
    assert json.loads(closed.stdout)["in_force"] == "appeal"
    assert all(problem["advice"] for problem in json.loads(closed.stdout)["problems"])
    appealed = Fact("a", leaf_subject("1.1"), None, "appealed", "xin xem lại")
    add(year, Batch("appeal", "appeal", "a", "a.xlsx", "ef" * 32, AT, facts=[appealed]))
    assert codes(close("appeal", code=1)) == ["stage-appeals-open"]
    ruled = Fact("a", leaf_subject("1.1"), None, "upheld", "đã rõ")
    add(year, Batch("appeal", "ruling", "hd", "hd.xlsx", "ef" * 32, AT, facts=[ruled]))
    assert codes(close("appeal")) == []
    assert codes(close("final", code=1)) == ["stage-leaves-pending"] * 2
    assert codes(reopen("review", code=1)) == ["stage-after-closed"]
    assert codes(reopen("final", code=1)) == ["stage-is-open"]
    blank = run("stage", "open", "appeal", "--by", "Bà Lan", "--reason", " ", "--json", code=1)
    assert codes(blank) == ["stage-open-reason-missing"]
    assert json.loads(reopen("appeal").stdout)["in_force"] == "appeal"
    rows = json.loads(run("stage", "--json").stdout)["stages"]
    assert rows == json.loads(run("stage", "show", "--json").stdout)["stages"]
    assert [(row["stage"], row["closed"], row["in_force"]) for row in rows] == [
        ("self", True, False),
        ("review", True, False),
        ("appeal", False, True),
        ("final", False, False),
    ]
    assert (rows[1]["closed_by"], rows[1]["reason"]) == ("Bà Lan", "hết hạn")
    assert (rows[1]["closed_at"], rows[1]["last_day"]) == ("2018-01-20T03:00:00", "2018-02-15")


def test_stages_are_shown_in_words(year: Path, run: Run) -> None:
    closed = run("stage", "close", "self", "--by", "Bà Lan", "--anyway", "--reason", "hết hạn")
    assert closed.stdout == (
        "Đã đóng giai đoạn tự chấm (self). Giai đoạn đang có hiệu lực: thẩm định (review).\n"
    )
    shown = run("stage").stdout
    assert "đã đóng ngày 20/01/2018" in shown
    assert "15/02/2018" in shown
    assert run("stage", "--lang", "en").stdout.count("still to come") == 2
    done = run("stage", "open", "self", "--by", "Bà Lan", "--reason", "mất điện")
    assert done.stdout == "Đã mở lại giai đoạn tự chấm (self).\n"
    refused = run("stage", "close", "review", "--by", "x", code=1)
    assert "`self`, còn mở" in refused.stderr


# --- record ---


def test_a_table_becomes_facts_with_their_cells(year: Path, run: Run) -> None:
    path = table(
        year, 'unit,input,value,reason\na,council,"2,25",biên bản 5\nb,council,0,không họp\n'
    )
    told = json.loads(run("record", path, "--stage", "review", "--by", "so", "--json").stdout)
    (batch,) = told["batches"]
    assert (batch["facts"], batch["units"], batch["late"]) == (2, 2, False)
    with open_year(year).store() as store:
        facts = history(store)
    kept = facts.select("kind", "who", "unit", "name", "value", "reason", "file", "cell")
    assert kept.sort("unit").rows() == [
        ("record", "so", "a", "council", "2.25", "biên bản 5", "khaosat.csv", "2"),
        ("record", "so", "b", "council", "0", "không họp", "khaosat.csv", "3"),
    ]
    original = year / "received" / f"{batch['sha256']}.csv"
    assert original.read_bytes() == path.read_bytes()
    scored = json.loads(run("score", "--stage", "review", "--json").stdout)
    points = {unit["unit"]: unit["points"] for unit in scored["groups"][0]["units"]}
    assert points == {"a": "2.25", "b": "0.00", "c": "0.00"}


def test_a_workbook_of_answers_is_recorded_with_sheet_and_cell(year: Path, run: Run) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Điểm"
    for row in (["Đơn vị", "council", "council:reason"], ["a", 1.5, "biên bản"], ["b", None, None]):
        book.active.append(row)
    book.save(year / "diem.xlsx")
    run("record", year / "diem.xlsx", "--stage", "final", "--by", "so")
    with open_year(year).store() as store:
        facts = history(store)
    rows = facts.select("stage", "unit", "value", "sheet", "cell").rows()
    assert rows == [("final", "a", "1.5", "Điểm", "B2")]  # a blank is silence


@pytest.mark.parametrize(
    ("text", "by", "code"),
    [
        ("unit,council\na,1\n", "so", "judgement-without-reason"),
        ("unit,council,council:reason\na,3.25,r\n", "so", "points-out-of-range"),
        ("unit,council,council:reason\na,1.1,r\n", "so", "points-off-increment"),
        ("unit,council,council:reason\nz,1,r\n", "so", "answer-unit-unknown"),
        ("unit,councel\na,1\n", "so", "answer-input-unknown"),
        ("unit,council,council:reason\na,1,r\n", "stp", "record-not-theirs"),
        ("unit,council,council:reason\na,1,r\n", "nobody", "record-agency-unknown"),
        ("unit,council,council:reason\na,1,r\n", "huyen", "record-agency-unknown"),
        ("unit,unlawful\na,có\n", "stp", "record-not-theirs"),
        ("unit,done\nc,1\n", "h1", "record-not-theirs"),
        ("unit,done\na,5\n", "h1", "record-without-reason"),
        ("unit,due,due:reason\na,3,đếm lại\n", "h1", "more-than-at-most"),
        ("unit,input,value,status\na,done,4,pending\n", "h1", "record-status-pending"),
        ("unit,input,value,status\na,done,,refused\n", "h1", "status-without-reason"),
    ],
)
def test_a_table_with_a_fault_leaves_nothing(
    year: Path, run: Run, text: str, by: str, code: str
) -> None:
    add(year, workbook("a", "4", "8"))
    words = ("record", table(year, text), "--stage", "review", "--by", by)
    assert codes(run(*words, "--json", code=1)) == [code]
    shown = run(*words, code=1).stderr
    assert f"[{code}]" in shown
    assert "{" not in shown
    with open_year(year).store() as store:
        assert (store.last, store.newest_batch) == (2, 1)
    assert not (year / "received").exists()


def test_what_agrees_with_the_unit_needs_no_reason_and_settles(year: Path, run: Run) -> None:
    add(year, workbook("a", "4.0", "8"), workbook("b", "5", "8"))
    text = "unit,done,done:reason\na,4,\nb,6,đếm lại\n"
    run("record", table(year, text), "--stage", "review", "--by", "h1")
    scored = json.loads(run("score", "--stage", "review", "--json").stdout)
    points = {unit["unit"]: unit["points"] for unit in scored["groups"][0]["units"]}
    assert points == {"a": "1.00", "b": "1.50", "c": "0.00"}


def test_the_coordinator_records_for_everybody(year: Path, run: Run) -> None:
    add(year, workbook("a", "4", "8"))
    text = "unit,done,done:reason,unlawful\na,5,đếm lại,có\n"
    run("record", table(year, text), "--stage", "review", "--by", "so")
    scored = json.loads(run("score", "--stage", "review", "--json").stdout)
    grades = {unit["unit"]: unit["grade"] for unit in scored["groups"][0]["units"]}
    assert grades == {"a": "Yếu", "b": "Tốt", "c": "Tốt"}


def test_a_closed_stage_refuses_or_marks(
    year: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = table(year, "unit,council,council:reason\na,1,r\n")
    words = ("record", path, "--stage", "review", "--by", "so")
    run("stage", "close", "self", "--by", "x", "--anyway", "--reason", "hết hạn")
    run("stage", "close", "review", "--by", "x", "--anyway", "--reason", "hết hạn")
    assert codes(run(*words, "--json", code=1)) == ["stage-closed"]
    with open_year(year).store() as store:
        heads = store.batches().select("kind", "outcome", "late", "problems").rows()
        assert heads == [("record", "refused", True, 1)]
        assert store.last == 0
    text = _ASSESSMENT.replace("late: refuse", "late: mark")
    (year / "assessment.yaml").write_text(text, encoding="utf-8")
    assert "nộp muộn" in run(*words).stdout
    with open_year(year).store() as store:
        assert store.batches()["outcome"].to_list() == ["refused", "taken"]
        assert store.batches()["late"].to_list() == [True, True]
        assert store.last == 1


@pytest.mark.parametrize(
    ("time", "late"),
    [("2018-02-15T16:59:59", False), ("2018-02-15T17:00:00", True)],  # midnight in Vietnam
)
def test_late_is_what_comes_after_the_day(
    year: Path, run: Run, monkeypatch: pytest.MonkeyPatch, time: str, *, late: bool
) -> None:
    monkeypatch.setenv("PARINDEX_NOW", time)
    path = table(year, "unit,council,council:reason\na,1,r\n")
    told = json.loads(run("record", path, "--stage", "review", "--by", "so", "--json").stdout)
    assert told["batches"][0]["late"] is late


def test_nothing_moves_final_results_that_are_closed(year: Path, run: Run) -> None:
    text = _ASSESSMENT.replace("late: refuse", "late: mark")
    (year / "assessment.yaml").write_text(text, encoding="utf-8")
    path = table(year, "unit,council,council:reason\na,1,r\n")
    record = ("record", path, "--stage", "review", "--by", "so", "--json")
    words = ("--by", "x", "--anyway", "--reason", "r")
    for stage in ("self", "review", "appeal"):
        run("stage", "close", stage, *words)
    assert json.loads(run(*record).stdout)["batches"][0]["late"] is True
    run("stage", "close", "final", *words)
    assert codes(run(*record, code=1)) == ["final-closed"]
    run("stage", "open", "final", "--by", "x", "--reason", "r")
    run(*record)


def test_a_table_at_the_end_writes_over_no_ruling(year: Path, run: Run) -> None:
    add(year, workbook("a", "4", "8"), workbook("b", "4", "8"), decided("b", "1.1", "given", "1"))
    put_back = Fact("a", input_subject("done"), "4", None, "đã rõ")
    add(year, Batch("appeal", "ruling", "hd", "hd.xlsx", "ef" * 32, AT, facts=[put_back]))
    record = ("record", "--stage", "final", "--by", "h1", "--json")
    path = table(year, "unit,done,done:reason\na,3,r\n")
    assert codes(run(*record, path, code=1)) == ["record-ruled"]
    # Other numbers of the unit, and the same at review, are not the council's.
    run(*record, table(year, "unit,due,due:reason\na,9,r\n"))
    run("record", path, "--stage", "review", "--by", "h1", "--json")
    assert codes(run(*record, table(year, "unit,done,done:reason\nb,3,r\n"))) == ["record-decided"]


def test_tables_are_no_self_scores_or_appeals(year: Path, run: Run) -> None:
    path = table(year, "unit,council,council:reason\na,1,r\n")
    for stage in ("self", "appeal"):
        words = ("record", path, "--stage", stage, "--by", "so", "--json")
        assert codes(run(*words, code=1)) == ["record-stage"]
    assert "giai đoạn `x`" in run("record", path, "--stage", "x", "--by", "so", code=2).stderr


# --- scores by stage ---


def test_score_takes_the_stage_in_force_and_says_which(year: Path, run: Run) -> None:
    add(year, workbook("a", "4", "8"), workbook("b", "8", "8"))
    done = run("score")
    assert "giai đoạn tự chấm, tạm tính" in done.stdout
    assert done.stderr == ""
    results = year / "results"
    assert json.loads((results / "run.json").read_text(encoding="utf-8"))["stage"] == "self"
    sources = json.loads((results / "run.json").read_text(encoding="utf-8"))["sources"]
    assert [each["file"] for each in sources] == ["a.xlsx", "b.xlsx", "units.csv"]
    book = openpyxl.load_workbook(results / "results.xlsx")
    for sheet in book.worksheets:
        texts = [cell.value for row in sheet.iter_rows(max_row=8) for cell in row]
        assert "Giai đoạn: tự chấm (tạm tính)" in texts, sheet.title
    explained = run("explain", results, "a", "1.1").stdout
    assert "giai đoạn tự chấm, tạm tính" in explained
    assert "a.xlsx: Tự chấm!D9" in explained

    add(year, decided("a", "1.1", "given", "0.5"), decided("b", "1.1", "agreed"))
    run("stage", "close", "self", "--by", "x", "--anyway", "--reason", "hết hạn")
    told = json.loads(run("score", "--json").stdout)
    assert told["stage"] == "review"
    points = {unit["unit"]: unit["points"] for unit in told["groups"][0]["units"]}
    assert points == {"a": "0.50", "b": "2.00", "c": "0.00"}
    assert "lý do" in run("explain", results, "a", "1.1").stdout

    ahead = run("score", "--stage", "final", "--out", year / "cuoi", "--engine", "duckdb", "--json")
    assert codes(ahead) == ["stage-not-reached"]
    with (year / "cuoi" / "scores.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["unit"]: row["points"] for row in csv.DictReader(file)}
    assert rows == points
    assert "tự chấm" in run("score", "--stage", "self").stdout


def test_score_stops_at_facts_that_cannot_be(year: Path, run: Run) -> None:
    add(year, workbook("a", "9", "8"))
    done = run("score", "--json", code=1)
    assert codes(done) == ["more-than-at-most"]
    assert json.loads(done.stdout)["problems"][0]["place"] == "a.xlsx: Tự chấm!D9"
    assert not (year / "results").exists()


def test_outside_a_working_folder_there_is_nothing_to_score(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words in (("score",), ("status",), ("stage",)):
        assert codes(run(*words, "--json", code=1)) == ["assessment-missing"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("thu.yaml", "--units", "units.csv"), "--answers, --out"),
        (("thu.yaml", "--answers", "x.csv", "--out", "o"), "--units"),
        (("--units", "units.csv"), "--units"),
        (("--answers", "x.csv", "--progress", "p.csv"), "--answers, --progress"),
        (("--stage", "end"), "`end`"),
        (
            ("thu.yaml", "--units", "u", "--answers", "a", "--out", "o", "--stage", "self"),
            "--stage",
        ),
    ],
)
def test_wrong_use_of_score_is_told(
    year: Path, run: Run, words: tuple[str, ...], named: str
) -> None:
    done = run("score", *words, code=2)
    assert named in done.stderr
    assert done.stdout == ""


# --- status ---


def test_status_counts_by_group_unit_and_agency(year: Path, run: Run) -> None:
    late = workbook("b", "8", "8", late=True, problems=3)
    refused = workbook("c", "1", "1", outcome="refused", facts=(), problems=1)
    stranger = workbook("zz", "1", "1", outcome="refused", facts=())
    first = workbook("b", "7", "8", problems=9)
    add(year, workbook("a", "4", "8"), first, late, refused, stranger)
    add(year, decided("a", "1.1", "refused"))
    appealed = Fact("a", leaf_subject("1.1"), None, "appealed", "xin xem lại")
    add(year, Batch("appeal", "appeal", "a", "a.xlsx", "ef" * 32, AT, facts=[appealed]))
    run("stage", "close", "self", "--by", "x", "--anyway", "--reason", "hết hạn")
    run("stage", "close", "review", "--by", "x", "--anyway", "--reason", "r")
    told = json.loads(run("status", "--units", "--json").stdout)
    (group,) = told["groups"]
    assert {name: group[name] for name in ("units", "received", "missing", "late", "refused")} == {
        **{"units": 3, "received": 2, "missing": 1, "late": 1, "refused": 1}
    }
    counts = {name: group[name] for name in ("problems", "leaves", "settled", "pending")}
    assert counts == {"problems": 3, "leaves": 6, "settled": 1, "pending": 5}
    assert (group["rejected"], group["appealed"], group["ruled"]) == (1, 1, 0)
    assert (told["counted_at"], told["refused_of_nobody"]) == ("appeal", 1)
    agencies = {a["agency"]: (a["title"], a["leaves"], a["pending"]) for a in told["agencies"]}
    assert agencies == {"h1": ("h1", 2, 1), "so": ("Sở Nội vụ", 4, 4)}
    units = {unit["unit"]: unit for unit in told["units"]}
    assert list(units) == ["c", "a", "b"]  # An, Ân, Đông: as Vietnamese sorts
    assert (units["a"]["blank"], units["c"]["blank"]) == (0, 2)
    assert units["c"]["agencies"] == ["so"]
    assert [each["who"] for each in told["late"]] == ["b"]
    shown = run("status", "--units", "--late").stdout
    assert "Kỳ chấm điểm 2017" in shown
    assert "chưa gửi" in shown
    assert "không thuộc đơn vị nào" in shown
    assert shown.index("Xã An ") < shown.index("Xã Ân ") < shown.index("Xã Đông ")
    assert "b.xlsx" in shown[shown.index("Nộp muộn", shown.index("Xã Đông ")) :]
    english = run("status", "--units", "--late", "--lang", "en").stdout
    assert "missing" in english
    assert "Self-scoring workbooks" in english


def test_status_lists_only_units_that_lack_something(year: Path, run: Run) -> None:
    add(year, workbook("a", "4", "8"), decided("a", "1.1", "agreed"), decided("a", "1.2", "agreed"))
    shown = run("status", "--units").stdout
    assert "Xã Ân " not in shown
    assert "Xã Đông " in shown


def test_files_of_other_groups_are_of_somebody(year: Path, run: Run) -> None:
    (year / "so.yaml").write_text(
        _SET_YAML.replace("id: thu", "id: so").replace("group: communes", "group: so"),
        encoding="utf-8",
    )
    text = _ASSESSMENT.replace("{communes: thu.yaml}", "{communes: thu.yaml, so: so.yaml}")
    (year / "assessment.yaml").write_text(text, encoding="utf-8")
    (year / "units.csv").write_text(_UNITS + "s,Sở Y tế,so,\n", encoding="utf-8")
    add(year, workbook("s", "1", "1", outcome="refused", facts=()))
    for group, refused in (("communes", 0), ("so", 1)):
        told = json.loads(run("status", "--group", group, "--json").stdout)
        assert (told["refused_of_nobody"], told["groups"][0]["refused"]) == (0, refused)


def test_status_of_one_group(year: Path, run: Run) -> None:
    assert [
        g["group"]
        for g in json.loads(run("status", "--group", "communes", "--json").stdout)["groups"]
    ] == ["communes"]
    assert codes(run("status", "--group", "sở", "--json", code=1)) == ["status-group-unknown"]


def test_a_store_that_is_held_is_told_by_every_command(year: Path, run: Run) -> None:
    hold = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(year / "store.duckdb")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "held"
    path = table(year, "unit,council,council:reason\na,1,r\n")
    try:
        for words in (
            ("score",),
            ("status",),
            ("stage",),
            ("stage", "close", "self", "--by", "x"),
            ("record", path, "--stage", "review", "--by", "so"),
        ):
            assert codes(run(*words, "--json", code=1)) == ["store-locked"]
    finally:
        other.communicate("\n")


def test_wrong_use_comes_with_exit_code_2_in_a_process_of_its_own(year: Path) -> None:
    for words in (
        ("stage", "close", "self"),
        ("stage", "open", "self", "--by", "x"),
        ("init", "x"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "cli", *words],
            cwd=year,
            env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 2, done.stderr
        assert "thiếu --" in done.stderr


@pytest.mark.parametrize("words", [("stage", "close", "self"), ("stage", "open", "self")])
def test_somebody_must_answer_for_a_stage(words: tuple[str, ...], year: Path) -> None:
    result = CliRunner().invoke(make_app("vi"), [*words, "--by", "  ", "--reason", "Thử"])
    assert result.exit_code == 2
    assert "--by" in result.output


def test_results_that_are_older_than_the_store_are_told(year: Path, run: Run) -> None:
    add(year, workbook("a", "4", "8"))
    run("score")
    assert "results-older" not in run("explain", "a", "1.1").stderr
    add(year, workbook("a", "6", "8"))
    assert "results-older" in run("explain", "a", "1.1").stderr
    run("score")
    assert "results-older" not in run("explain", "a", "1.1").stderr


def test_sets_and_units_that_changed_since_the_last_score_are_told(year: Path, run: Run) -> None:
    add(year, workbook("a", "4", "8"))
    assert codes(run("score", "--json")) == []
    assert codes(run("score", "--json")) == []
    (year / "thu.yaml").write_text(_SET_YAML.replace("increment: 0.25", "increment: 0.5"), "utf-8")
    assert codes(run("score", "--json")) == ["set-changed-since"]
    assert codes(run("score", "--json")) == []
    (year / "units.csv").write_text(_UNITS.replace("Xã Ân", "Xã Ẩn"), "utf-8")
    assert codes(run("score", "--json")) == ["units-changed-since"]


def test_a_parent_that_is_nearly_a_unit_is_told(year: Path, run: Run) -> None:
    (year / "units.csv").write_text(f"{_UNITS}h1,Huyện Một,districts,\n".replace(",h1", ",h-1"))
    told = json.loads(run("score", "--json").stdout)["problems"]
    assert [each["code"] for each in told if each["code"] == "parent-unknown"] == ["parent-unknown"]


def test_a_store_that_may_not_be_written_is_not_called_broken(
    year: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import duckdb

    from criteria.problems import ProblemsFound

    def refuse(*_: Any, **__: Any) -> None:
        raise duckdb.IOException("IO Error: Cannot open file: Permission denied")

    monkeypatch.setattr(duckdb, "connect", refuse)
    with pytest.raises(ProblemsFound, match="store-not-writable"), open_year(year).store():
        pass
