"""The run folder: whole or not at all, the same bytes for the same inputs, and readable again."""

import json
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from xlsxwriter.exceptions import FileCreateError

from criteria.load import load_set
from criteria.packs import load_pack
from criteria.problems import ProblemsFound
from inputs.answers import read_answers
from inputs.units import read_units
from outputs import run_folder
from outputs.run_folder import Scored, read_run, write_run
from scoring.ledger import EnginesDisagree
from scoring.score import score_set


@pytest.fixture(scope="module")
def scored() -> list[Scored]:
    pack = load_pack("national-2020")
    assert pack.answers is not None
    criteria_set = load_set(pack.sets[0])
    facts = read_answers([pack.answers], read_units(pack.units), [criteria_set])
    return [Scored(pack.sets[0], score_set(facts[criteria_set.id]))]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def test_the_same_inputs_give_the_same_bytes(scored: list[Scored], tmp_path: Path) -> None:
    write_run(scored, tmp_path / "one", "vi")
    write_run(scored, tmp_path / "two", "vi")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert set(contents(tmp_path / "one")) == {
        "scores.csv",
        "ledger.parquet",
        "results.xlsx",
        "run.json",
        "sets/national-2020-provinces.yaml",
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_scores_csv_is_sorted_and_uses_a_point(scored: list[Scored], tmp_path: Path) -> None:
    write_run(scored, tmp_path / "run", "vi")
    lines = (tmp_path / "run" / "scores.csv").read_text(encoding="utf-8").splitlines()
    header = "group,rank,unit,name,points,maximum,index,grade,status"
    assert lines[0] == f"{header},field:1,field:2,field:3,field:4"
    assert lines[1].startswith("provinces,1,quang-ninh,Quảng Ninh,91.05,100,91.05,A,ranked,")


def test_the_ledger_adds_up_to_the_published_points(scored: list[Scored], tmp_path: Path) -> None:
    write_run(scored, tmp_path / "run", "vi")
    ledger = pl.read_parquet(tmp_path / "run" / "ledger.parquet")
    assert {
        "unit",
        "leaf",
        "state",
        "points_exact",
        "points",
        "maximum",
        "branch",
        "clause",
    } <= set(ledger.columns)
    sums = ledger.group_by("unit").agg(pl.col("points").sum())
    assert str(sums.filter(pl.col("unit") == "quang-ninh")["points"][0]).startswith("91.05")


def test_results_can_be_replaced_and_read_again(scored: list[Scored], tmp_path: Path) -> None:
    write_run(scored, tmp_path / "run", "vi")
    write_run(scored, tmp_path / "run", "en")
    run = read_run(tmp_path / "run")
    assert run.units[0]["unit"] == "quang-ninh"
    assert [row["leaf"] for row in run.rows("quang-ninh")] == ["1.1", "2.1", "3.1", "4.1"]


def test_a_folder_with_other_files_is_left_alone(scored: list[Scored], tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("precious", encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        write_run(scored, tmp_path, "vi")
    assert found.value.problems[0].code == "out-holds-other-files"
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]


def test_a_locked_file_leaves_everything_as_it_was(
    scored: list[Scored], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where a workbook that Excel holds open cannot be replaced."""
    out = tmp_path / "run"
    write_run(scored, out, "vi")
    before = contents(out)
    real = Path.replace

    def replace_unless_open(path: Path, target: Path) -> Path:
        if path == out / "results.xlsx":
            raise PermissionError(13, "locked", str(path))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace_unless_open)
    with pytest.raises(ProblemsFound) as found:
        write_run(scored, out, "en")
    assert found.value.problems[0].code == "out-locked"
    assert contents(out) == before
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("kind", [OSError, FileCreateError])
def test_a_failure_while_writing_leaves_nothing_behind(
    scored: list[Scored], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise kind(28, "No space left on device")

    monkeypatch.setattr(run_folder, "write_workbook", fail)
    with pytest.raises(ProblemsFound):
        write_run(scored, tmp_path / "run", "vi")
    assert list(tmp_path.iterdir()) == []


def test_what_only_the_run_before_had_is_gone(scored: list[Scored], tmp_path: Path) -> None:
    out = tmp_path / "run"
    write_run(scored, out, "vi")
    (out / "adjustments.parquet").write_bytes(b"of a set with bonuses")
    write_run(scored, out, "vi")
    assert not (out / "adjustments.parquet").exists()


def test_a_changed_result_is_noticed(scored: list[Scored], tmp_path: Path) -> None:
    out = tmp_path / "run"
    write_run(scored, out, "vi")
    text = (out / "scores.csv").read_text(encoding="utf-8")
    (out / "scores.csv").write_text(text.replace("91.05", "99.05"), encoding="utf-8")
    with pytest.raises(ProblemsFound) as found:
        read_run(out)
    assert found.value.problems[0].code == "run-broken"


def test_the_manifest_names_all_that_went_in(scored: list[Scored], tmp_path: Path) -> None:
    write_run(scored, tmp_path / "run", "vi")
    manifest = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert [source["file"] for source in manifest["sources"]] == ["answers.csv", "units.csv"]
    assert manifest["sets"][0]["status"] == "reference"
    assert len(manifest["sets"][0]["fingerprint"]) == 64


def test_a_point_that_two_ways_disagree_on_is_never_published(
    scored: list[Scored], tmp_path: Path
) -> None:
    """A wrong billionth in the fast path is caught by the exact one while the ledger is made."""
    scores = scored[0].scores
    wrong = scores.frame.with_columns(pl.col("p:1.1") + 1)
    broken = Scored(scored[0].path, replace(scores, frame=wrong))
    with pytest.raises(EnginesDisagree):
        write_run([broken], tmp_path / "run", "vi")
    assert list(tmp_path.iterdir()) == []
