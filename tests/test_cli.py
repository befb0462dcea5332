"""The program as people call it: exit codes, streams, languages, and never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from criteria.packs import load_pack

ROOT = Path(__file__).parent.parent

SET = """\
parindex: 1
id: xa-2017
title: Bộ tiêu chí thử
status: official
year: 2017
group: communes
total: 3
grades: [{name: Tốt, at_least: 80}, {name: Yếu}]
inputs:
  plan_issued: {type: date, title: Ngày ban hành kế hoạch}
  tasks_due:   {type: count, title: Số nhiệm vụ phải hoàn thành}
  tasks_done:  {type: count, title: Số nhiệm vụ đã hoàn thành, at_most: tasks_due}
fields:
  - id: "1"
    title: Chỉ đạo, điều hành
    criteria:
      - id: "1.1.1"
        title: Ban hành kế hoạch
        maximum: 1
        rule:
          kind: deadline
          of: plan_issued
          tiers: [{by: 2017-01-31, points: 1}, {by: 2017-03-31, points: 0.5}]
      - id: "1.1.2"
        title: Mức độ hoàn thành kế hoạch
        maximum: 2
        when_none: exclude
        rule: {kind: proportional, of: {ratio: [tasks_done, tasks_due]}, from: 80%}
"""
UNITS = "unit,name,group\nx1,Xã An,communes\nx2,Xã Ân,communes\nx3,Xã Bình,communes\n"
ANSWERS = "unit,plan_issued,tasks_due,tasks_done\nx1,31/01/2017,10,8\nx2,01/02/2017,0,\nx3,,10,8\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set.yaml").write_text(SET, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "answers.csv").write_text(ANSWERS, encoding="utf-8")
    return tmp_path


def parindex(*words: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, as a terminal does."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *map(str, words)],
        cwd=cwd,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "ascii", "COLUMNS": "160"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def score(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = ("set.yaml", "--units", "units.csv", "--answers", "answers.csv", "--out", "out", *more)
    return parindex("score", *words, cwd=folder)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_year_from_end_to_end(folder: Path, engine: str) -> None:
    done = score(folder, "--engine", engine)
    assert (done.returncode, done.stderr) == (0, "")
    assert "86,67" in done.stdout
    lines = (folder / "out" / "scores.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1:] == [
        "communes,1,x1,Xã An,2.60,3,86.67,Tốt,ranked,2.60",
        "communes,2,x3,Xã Bình,1.60,3,53.33,Yếu,ranked,1.60",
        "communes,3,x2,Xã Ân,0.50,1,50.00,Yếu,ranked,0.50",
    ]
    told = parindex("explain", "out", "x1", "1.1.2", cwd=folder)
    assert told.returncode == 0
    assert "1,60 / 2" in told.stdout
    table = parindex("explain", "out", "Xã Bình", cwd=folder)
    assert table.stdout.index("1.1.1") < table.stdout.index("1.1.2")
    assert "Chưa có số liệu" in table.stdout


def test_english_and_json(folder: Path) -> None:
    done = score(folder, "--lang", "en", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert [unit["index"] for unit in told["groups"][0]["units"]] == ["86.67", "53.33", "50.00"]
    leaf = parindex("explain", "out", "x1", "1.1.2", "--lang", "en", cwd=folder)
    assert "1.60 / 2" in leaf.stdout
    as_json = parindex("explain", "out", "x1", "1.1.2", "--json", cwd=folder)
    assert json.loads(as_json.stdout)["points_exact"] == "8/5"


def test_wrong_answers_are_all_named_and_nothing_is_written(folder: Path) -> None:
    wrong = "unit,plan_issued,tasks_due,tasks_done\nx1,31/02/2017,10,11\nx9,,1.234,8\n"
    (folder / "answers.csv").write_text(wrong, encoding="utf-8")
    done = score(folder)
    assert (done.returncode, done.stdout) == (1, "")
    for place in ("answers.csv:2", "answers.csv:3"):
        assert place in done.stderr
    assert "cách sửa" in done.stderr
    assert not (folder / "out").exists()
    as_json = json.loads(score(folder, "--json").stdout)
    assert {problem["line"] for problem in as_json["problems"]} == {2, 3}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("score", "set.yaml", "--units", "units.csv"), 2),
        (("nothing",), 2),
        (("check", "--lang"), 2),
        (("check",), 2),
        (("check", "--wrong"), 2),
        (("check", "missing.yaml"), 1),
        (("check", "no-such-pack"), 1),
        (("check", "units.csv"), 1),
        (("score", "set.yaml", "--units", "no.csv", "--answers", "no.csv", "--out", "out"), 1),
        (("explain", "no-such-folder", "x1"), 1),
        (("demo", "no-such-pack"), 1),
        (("packs", "--lang", "fr"), 2),
        (
            (
                "score",
                "set.yaml",
                "--units",
                "units.csv",
                "--answers",
                "answers.csv",
                "--out",
                "set.yaml",
            ),
            1,
        ),
    ],
)
def test_what_is_wrong_is_told_without_a_traceback(
    folder: Path, words: tuple[str, ...], code: int
) -> None:
    done = parindex(*words, cwd=folder)
    assert done.returncode == code
    assert words[0] == "check" or done.stdout == ""
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_a_unit_and_a_leaf_that_do_not_exist(folder: Path) -> None:
    score(folder)
    unit = parindex("explain", "out", "x8", cwd=folder)
    leaf = parindex("explain", "out", "x1", "9.9", cwd=folder)
    assert (unit.returncode, leaf.returncode) == (1, 1)
    assert "unit-not-in-results" in unit.stderr
    assert "leaf-not-in-results" in leaf.stderr


def test_check_prints_a_counter_example_that_can_be_pasted(folder: Path) -> None:
    gap = SET.replace(
        "rule: {kind: proportional, of: {ratio: [tasks_done, tasks_due]}, from: 80%}",
        "rule: {kind: steps, of: {ratio: [tasks_done, tasks_due]}, "
        "steps: [{above: 90%, points: 2}, {at_least: 70%, below: 90%, points: 1}]}",
    )
    (folder / "set.yaml").write_text(gap, encoding="utf-8")
    done = parindex("check", "set.yaml", cwd=folder)
    assert done.returncode == 1
    assert "steps-gap" in done.stderr
    (case,) = {line.strip() for line in done.stderr.splitlines() if line.strip().startswith("- {")}
    (folder / "pasted.yaml").write_text(f"{SET}cases:\n  {case}\n", encoding="utf-8")
    pasted = parindex("check", "pasted.yaml", cwd=folder)
    assert "case-fails" in pasted.stderr
    assert "case-unreadable" not in pasted.stderr


def test_the_demo_ends_in_rankings_and_says_what_its_data_is(tmp_path: Path) -> None:
    done = parindex("demo", "--out", tmp_path / "demo")
    assert done.returncode == 0
    for words in ("dữ liệu minh họa", "tham chiếu", "Sở Nội vụ", "Thành phố Biên Hòa", "explain"):
        assert words in done.stdout
    again = parindex("demo", "--out", tmp_path / "again")
    assert again.returncode == 0
    names = ("scores.csv", "ledger.parquet", "results.xlsx", "answers.csv", "run.json")
    for name in names:
        assert (tmp_path / "demo" / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_the_demo_has_late_plans_missing_answers_no_cases_and_ties(tmp_path: Path) -> None:
    import polars as pl

    parindex("demo", "--out", tmp_path / "demo")
    ledger = pl.read_parquet(tmp_path / "demo" / "ledger.parquet")
    branches = set(ledger["branch"].to_list())
    assert {"late", "tier:2", "none:exclude"} <= branches
    assert {"scored", "missing", "not_applicable"} <= set(ledger["state"].to_list())
    scores = pl.read_csv(tmp_path / "demo" / "scores.csv").filter(pl.col("status") == "ranked")
    assert scores.group_by("group", "rank").len()["len"].max() > 1


def test_without_a_command_the_help_is_shown() -> None:
    done = parindex()
    assert "Traceback" not in done.stderr
    assert "score" in done.stdout + done.stderr


def test_generated_answers_stay_marked_when_they_are_scored_again(tmp_path: Path) -> None:
    parindex("demo", "--out", tmp_path / "demo")
    made = tmp_path / "demo"
    files = ("--units", made / "units.csv", "--answers", made / "answers.csv")
    files += ("--progress", made / "progress.csv")
    again = parindex("score", made / "sets", *files, "--out", tmp_path / "again")
    assert again.returncode == 0
    assert "dữ liệu minh họa" in again.stdout
    assert (made / "scores.csv").read_bytes() == (tmp_path / "again" / "scores.csv").read_bytes()
    text = (made / "answers.csv").read_text(encoding="utf-8")
    (made / "answers.csv").write_text(text + "\n", encoding="utf-8")
    progress = (made / "progress.csv").read_text(encoding="utf-8")
    (made / "progress.csv").write_text(progress + "\n", encoding="utf-8")
    changed = parindex("score", made / "sets", *files, "--out", tmp_path / "third", "--json")
    assert json.loads(changed.stdout)["groups"][0]["generated"] is False


def test_a_forbidden_grade_and_missing_answers_are_said(tmp_path: Path) -> None:
    shown = parindex("demo", "--out", tmp_path / "demo")
    assert "không xếp Tốt: " in shown.stdout
    assert "Thiếu số liệu" in shown.stdout
    lines = (tmp_path / "demo" / "scores.csv").read_text(encoding="utf-8").splitlines()
    barred = next(line.split(",") for line in lines[1:] if line.split(",")[7] == "Khá")
    told = parindex("explain", tmp_path / "demo", barred[2])
    assert told.returncode == 0
    assert "xếp loại: Khá" in told.stdout


def test_packs_are_listed() -> None:
    done = parindex("packs", "--json")
    assert {pack["id"] for pack in json.loads(done.stdout)} >= {"dong-nai-2017", "national-2020"}
    assert load_pack("dong-nai-2017").title in parindex("packs").stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['parindex', '--help']\n"
        "import cli.main\n"
        "try:\n    cli.main.main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'polars', 'duckdb', 'pydantic', 'yaml', 'openpyxl', 'pyarrow', 'xlsxwriter'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_help_in_both_languages(language: str) -> None:
    done = parindex("--help", "--lang", language)
    assert done.returncode in (0, 2)
    done = (
        parindex("score", "--help")
        if language == "vi"
        else parindex("score", "--lang", "en", "--help")
    )
    assert ("Thư mục" if language == "vi" else "folder") in done.stdout
