"""Scores by stage in the run folder: what is kept of every stage, and what the workbook shows."""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from cli.folder import Year
from cli.score import run_folder
from criteria.assessment.model import STAGES, Stage
from criteria.exact import fixed
from criteria.problems import ProblemsFound
from criteria.wording import LANGUAGES, Language
from inputs.store.facts import INPUT
from outputs.run_folder import Scored, read_run, write_run
from outputs.stages.compared import Compared, columns_of_stages
from scoring.score import score_set
from tests.test_outputs_run_folder import contents
from tests.test_outputs_workbook import texts, zipped
from tests.told_year import HOSTILE, SELF, UNITS, live, make_year

Runs = dict[Stage, Path]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The lived year; commands run inside its folder."""
    made = make_year(tmp_path_factory.mktemp("year") / "thu")
    live(made)
    before = Path.cwd()
    os.chdir(made.folder)
    yield made
    os.chdir(before)


@pytest.fixture(scope="module")
def runs(year: Year, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """The results of every stage, each scored by itself."""
    folder = tmp_path_factory.mktemp("runs")
    return {stage: scored(folder / stage, stage) for stage in STAGES}


def scored(out: Path, stage: Stage | None = None, language: Language = "vi") -> Path:
    """Results of a stage of the folder we are in."""
    return run_folder(stage, out, language=language, quiet=True)[1]


def lines(folder: Path) -> list[dict[str, str]]:
    with (folder / "scores.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def book(folder: Path) -> Any:
    return openpyxl.load_workbook(folder / "results.xlsx")


def table(sheet: Any, head: str) -> list[dict[str, Any]]:
    """Rows below the header row whose first cell is `head`, by heading."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(number for number, row in enumerate(rows) if row[0] == head)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :] if row[0]]


def points(folder: Path, unit: str, leaf: str) -> dict[str, tuple[str, str | None]]:
    rows = pl.read_parquet(folder / "stages.parquet").filter(unit=unit, leaf=leaf)
    found = rows.select("stage", "state", "points_exact").rows()
    return {stage: (state, exact) for stage, state, exact in found}


# --- the files ------------------------------------------------------------------------------------


def test_the_manifest_lists_what_is_kept_of_the_stages(runs: Runs) -> None:
    for stage, folder in runs.items():
        written = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert written["stage"] == stage
        names = {"stages.parquet", "standings.parquet", "history.parquet"}
        assert names <= set(written["results"])


def test_points_of_a_cut_and_restored_leaf_are_exact(runs: Runs) -> None:
    assert points(runs["final"], "so-a", "1.1") == {
        "self": ("scored", "4/3"),
        "review": ("given", "1/2"),
        "appeal": ("scored", "4/3"),
        "final": ("scored", "4/3"),
    }
    assert points(runs["review"], "so-a", "1.1") == {
        "self": ("scored", "4/3"),
        "review": ("given", "1/2"),
    }
    assert points(runs["final"], "so-b", "1.1")["review"] == ("refused", "0")
    assert points(runs["final"], "so-b", "1.3")["self"] == ("pending", "0")
    assert points(runs["final"], "so-b", "T1")["final"] == ("scored", "1/2")


def test_each_stage_is_what_scoring_that_stage_alone_gives(runs: Runs) -> None:
    told = pl.read_parquet(runs["final"] / "stages.parquet")
    standing = pl.read_parquet(runs["final"] / "standings.parquet")
    for stage, folder in runs.items():
        kept = ["unit", "leaf", "state", "points_exact", "points", "maximum"]
        alone = pl.concat(
            pl.read_parquet(folder / name).select(kept)
            for name in ("ledger.parquet", "adjustments.parquet")
        )
        both = told.filter(stage=stage).select(kept).sort("unit", "leaf")
        assert both.equals(alone.sort("unit", "leaf"))
        names = ("unit", "points", "maximum", "index", "grade", "status")
        found = {row["unit"]: row for row in standing.filter(stage=stage).iter_rows(named=True)}
        assert len(found) == 6
        for line in lines(folder):
            assert [found[line["unit"]][name] for name in names] == [line[name] for name in names]
            assert str(found[line["unit"]]["rank"] or "") == line["rank"]


def test_points_stand_in_the_order_of_units_leaves_and_stages(runs: Runs) -> None:
    told = pl.read_parquet(runs["final"] / "stages.parquet")
    first = told.filter(unit="so-a")
    leaves = ["1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "T1"]
    assert first["leaf"].unique(maintain_order=True).to_list() == leaves
    assert first["stage"].to_list() == [*STAGES] * len(leaves)
    units = told["unit"].unique(maintain_order=True).to_list()
    assert units == ["xa-1", "xa-2", "so-a", "so-b", "so-c", "so-d"]


def test_nothing_is_missing_from_the_history(year: Year, runs: Runs) -> None:
    with year.store() as store:
        facts = store.frame("SELECT seq, stage FROM facts")
    for number, (stage, folder) in enumerate(runs.items()):
        until = [each for each, at in facts.iter_rows() if at in STAGES[: number + 1]]
        told = pl.read_parquet(folder / "history.parquet")
        assert set(told["number"]) == set(until)
        assert set(told["stage"]) == set(STAGES[: number + 1]), stage


def test_the_history_marks_what_was_superseded_and_what_was_late(runs: Runs) -> None:
    told = pl.read_parquet(runs["final"] / "history.parquet").filter(unit="so-a", leaf="1.1")
    rows = told.select("value", "superseded", "late", "when").rows()[:4]
    assert rows == [
        ("3", True, False, "2018-12-20T01:30:00Z"),
        ("3", True, False, "2018-12-20T01:30:00Z"),
        ("3", False, True, "2019-01-02T18:00:00Z"),
        ("2", False, True, "2019-01-02T18:00:00Z"),
    ]
    # The appeal and the ruling on it are of one stage and one subject; neither replaces the other.
    appeal = told.filter(stage="appeal").select("who_name", "decision", "superseded").rows()
    assert appeal == [
        ("Sở A", "appealed", False),
        ("Hội đồng thẩm định", "restored", False),
    ]


def test_a_shared_input_stands_at_each_leaf_that_reads_it(runs: Runs) -> None:
    told = pl.read_parquet(runs["final"] / "history.parquet")
    due = told.filter(unit="so-b", subject=f"{INPUT}due")
    assert due.select("leaf", "home").rows() == [("1.1", "1.1"), ("1.2", "1.1")]
    task = told.filter(unit="so-c", leaf="1.4", stage="self")
    assert task.select("title", "value").rows() == [
        ("I.1 – Rà soát văn bản (2018-Q1)", "2018-03-15")
    ]
    # A condition of a grade belongs to no leaf, and is told all the same.
    condition = told.filter(subject=f"{INPUT}report_late")
    assert condition.select("unit", "leaf", "value").rows() == [("so-a", None, "no")]


def test_the_same_store_gives_the_same_bytes(year: Year, runs: Runs, tmp_path: Path) -> None:
    assert contents(scored(tmp_path / "again", "final")) == contents(runs["final"])


def test_the_same_year_elsewhere_gives_the_same_bytes(
    year: Year, runs: Runs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing tells in which folder of which machine the year stands."""
    for name in ("a", "z"):
        shutil.copytree(year.folder, tmp_path / name)
        monkeypatch.chdir(tmp_path / name)
        assert contents(scored(tmp_path / f"out-{name}", "final")) == contents(runs["final"])


def test_a_changed_stage_file_is_noticed(year: Year, tmp_path: Path) -> None:
    out = scored(tmp_path / "run", "review")
    told = pl.read_parquet(out / "stages.parquet")
    told.with_columns(pl.lit("2").alias("points_exact")).write_parquet(out / "stages.parquet")
    with pytest.raises(ProblemsFound) as found:
        read_run(out)
    assert found.value.problems[0].code == "run-broken"


def test_a_run_of_tables_alone_takes_the_stages_away(year: Year, tmp_path: Path) -> None:
    from inputs.store.facts_at import facts_at

    out = scored(tmp_path / "run", "final")
    assert read_run(out).has_history
    sets = [each.set for each in year.sets]
    with year.store() as store:
        facts = facts_at(store, "final", year.assessment, sets, year.units).facts["xa"]
    chosen = next(each for each in year.sets if each.set.id == "xa")
    write_run([Scored(chosen.path, score_set(facts))], out, "vi")
    assert not read_run(out).has_history
    assert read_run(out).stages("xa-1") == {}
    assert not list(out.glob("h*.parquet"))
    assert not list(out.glob("st*.parquet"))
    assert len(book(out).worksheets) == 3


# --- the workbook ---------------------------------------------------------------------------------


def test_the_ranking_shows_every_stage_and_the_difference(runs: Runs) -> None:
    sheet = book(runs["final"]).worksheets[3]
    rows = {row["Đơn vị"]: row for row in table(sheet, "Xếp hạng") if row["Đơn vị"]}
    names = ("Tổng điểm", "Tự chấm", "Thẩm định", "Cuối cùng", "Chênh lệch điểm")
    assert [rows["Sở A"][n] for n in names] == [6.83, 5.22, 6, 6.83, 1.61]
    assert [rows["Sở C"][n] for n in names] == [7.67, 8, 7.67, 7.67, -0.33]
    assert list(rows["Sở A"])[-1] == "Ghi chú"
    # 0.9 - 1 with the three decimals of the other set
    commune = table(book(runs["final"]).worksheets[0], "Xếp hạng")[0]
    assert commune["Chênh lệch điểm"] == -0.1


def test_stages_get_columns_as_far_as_they_go(runs: Runs) -> None:
    heads = {stage: texts(book(folder).worksheets[3]) for stage, folder in runs.items()}
    shown = {"Tự chấm", "Thẩm định", "Giải trình", "Cuối cùng", "Chênh lệch điểm"}
    assert {stage: shown & set(found) for stage, found in heads.items()} == {
        "self": set(),
        "review": {"Tự chấm", "Thẩm định", "Chênh lệch điểm"},
        "appeal": {"Tự chấm", "Thẩm định", "Giải trình", "Chênh lệch điểm"},
        "final": {"Tự chấm", "Thẩm định", "Cuối cùng", "Chênh lệch điểm"},
    }
    assert [len(book(folder).worksheets) for folder in runs.values()] == [6, 8, 8, 8]
    assert columns_of_stages(STAGES) == ("self", "review", "final")


def test_differences_are_rounded_once() -> None:
    """Printed points may be alike while the exact ones differ by half a last digit, and back."""
    first, last = Fraction("1.005"), Fraction("1.0149")
    found = Compared(("self", "final"), {}, {("self", "u"): first, ("final", "u"): last}, {})
    assert (fixed(first, 2), fixed(last, 2), fixed(found.difference("u"), 2)) == (
        "1.01",
        "1.01",
        "0.01",
    )


def test_units_compared(runs: Runs) -> None:
    sheet = book(runs["final"])["So sánh giai đoạn"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    found = {row[1]: row for row in rows if row[0] in ("Sở, ban, ngành", "communes")}
    assert found["Sở A"][2:] == [
        *(5.22, 44.02, 4, "Yếu"),
        *(6, 50.5, 2, "Yếu"),
        *(6.83, 57.44, 2, "Yếu"),
        *(1.61, 2),
    ]
    assert found["Sở B"][-2:] == [0.11, -1]
    assert found["Xã Hai"][-2:] == [0, "–"]  # not ranked
    assert found["Xã Hai"][4] == "–"
    assert list(found)[2:] == ["Sở C", "Sở A", "Sở B", HOSTILE]
    change = next(row[-1] for row in sheet.iter_rows() if row[1].value == "Sở A")
    assert change.number_format == '"▲ "0;"▼ "0;"–"'


def test_changes_tell_who_and_why(runs: Runs) -> None:
    rows = table(book(runs["final"])["Thay đổi"], "Nhóm")
    found = {(row["Đơn vị"], row["Tiêu chí"]): row for row in rows}
    assert list(found) == [
        ("Xã Một", "1.1"),
        ("Sở C", "1.1"),
        ("Sở C", "2.1"),
        ("Sở A", "1.1"),
        ("Sở A", "2.1"),
        ("Sở B", "1.1"),
        ("Sở B", "1.3"),
        ("Sở B", "2.1"),
    ]
    names = ("Tự chấm", "Thẩm định", "Cuối cùng", "Chênh lệch điểm", "Ai")
    restored = found["Sở A", "1.1"]
    assert [restored[n] for n in names] == [1.33, 0.5, 1.33, 0, "Sở Tư pháp; Hội đồng thẩm định"]
    assert restored["Vì sao"].splitlines() == [
        "Thẩm định – Sở Tư pháp: cho 0,5 điểm, lý do: Thiếu tài liệu",
        "Kết luận giải trình – Hội đồng thẩm định: chấp nhận giải trình, trở lại tự chấm, "
        "lý do: Tài liệu đủ",
    ]
    refused = found["Sở B", "1.1"]
    assert [refused[n] for n in names] == [2, "bị bác", "bị bác", -2, "Sở Tư pháp"]
    waited = found["Sở B", "1.3"]
    assert [waited[n] for n in names] == ["chờ thẩm định", 1.5, 2, 0.5, "Sở Nội vụ"]
    corrected = found["Sở C", "1.1"]["Vì sao"].splitlines()[0]
    assert corrected == "Thẩm định – Sở Tư pháp: Số văn bản đã rà soát: 1"
    # The best of the group fell, so that others rose without anybody's doing.
    assert found["Sở B", "2.1"]["Ai"] == "–"
    assert "cả nhóm" in found["Sở B", "2.1"]["Vì sao"]


def test_sheets_on_stages_are_marked_and_set_up_for_paper(
    year: Year, runs: Runs, tmp_path: Path
) -> None:
    english = scored(tmp_path / "en", "final", "en")
    folders: dict[Language, Path] = {"vi": runs["final"], "en": english}
    for language in LANGUAGES:
        for sheet in book(folders[language]).worksheets[6:]:
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.page_setup.paperSize == 9
            assert sheet.page_setup.fitToHeight == 0
            assert sheet.freeze_panes
            assert sheet.print_title_rows
            assert sheet.auto_filter.ref
            assert any("tham chiếu" in words for words in texts(sheet))
            assert "tham chiếu" in sheet.oddFooter.center.text
    assert book(english).sheetnames[6:] == ["Stages compared", "Changes"]


def test_what_units_typed_is_never_a_formula(runs: Runs) -> None:
    assert all("<f>" not in part for part in zipped(runs["final"] / "results.xlsx"))
    assert HOSTILE in texts(book(runs["final"])["So sánh giai đoạn"])


def test_no_change_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Review has begun, and nobody has decided on anything: all is pending, nothing has changed."""
    quiet = make_year(tmp_path / "quiet", UNITS)
    live(quiet, ["self"])
    monkeypatch.chdir(quiet.folder)
    out = scored(tmp_path / "out", "review")
    sheet = book(out)["Thay đổi"]
    assert "Không có tiêu chí nào thay đổi điểm." in texts(sheet)
    assert points(out, "so-a", "1.1")["review"] == ("pending", "0")
    told = pl.read_parquet(out / "history.parquet")
    assert set(told["number"]) == set(range(1, sum(len(each.facts) for each in SELF) + 1))
