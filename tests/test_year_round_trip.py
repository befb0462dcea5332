"""Out and back: workbooks made, filled in, collected and reviewed score as the same answers do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from typer.testing import CliRunner

from cli.main import make_app
from criteria.load import load_set
from criteria.packs import load_pack
from inputs import illustrative_year
from inputs.answers import read_answers
from inputs.illustrative import illustrative_answers, write_answers_csv
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.units import read_units
from inputs.work import WorkFiles
from scoring.ledger import adjustments_ledger, ledger
from scoring.score import score_set

PACKS = (
    "binh-phuoc-2018",
    "dong-nai-2017",
    "hung-yen-2018",
    "soc-trang-2011-2015",
    "tien-giang-2018",
)
SEED = 2017


@pytest.mark.slow
@pytest.mark.parametrize("pack", PACKS)
def test_a_year_through_workbooks_scores_as_its_answers(
    pack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every unit, leaf, index, rank and grade; agencies agree with all that they see."""
    monkeypatch.setattr(illustrative_year, "_CUT", 0)
    monkeypatch.setattr(illustrative_year, "_REFUSED", 0)
    monkeypatch.setenv("PARINDEX_NOW", "2020-01-06T02:00:00")
    year = tmp_path / "year"
    _run("init", str(year), "--pack", pack, "--practice")
    monkeypatch.chdir(year)
    _run("practice", "self")
    _run("workbook", "collect", "practice/self", "--jobs", "1")
    _run("stage", "close", "self", "--by", "so-noi-vu")
    _run("practice", "review")
    _run("review", "collect", "practice/review")
    _run("score")

    by_hand = _directly(pack, tmp_path)
    points = pl.concat(
        [pl.read_parquet(path) for path in sorted((year / "results").glob("*ledger.parquet"))]
        + [pl.read_parquet(path) for path in (year / "results").glob("adjustments.parquet")]
    )
    ours = {
        (unit, leaf): exact
        for unit, leaf, exact in points.select("unit", "leaf", "points_exact").iter_rows()
    }
    assert ours == by_hand["points"]
    scores = pl.read_csv(year / "results" / "scores.csv", infer_schema=False)
    shown = scores.select("unit", "rank", "index", "grade").rows()
    assert {unit: tuple(rest) for unit, *rest in shown} == by_hand["scores"]


def _run(*words: str) -> None:
    result = CliRunner().invoke(make_app("vi"), list(words))
    assert result.exit_code == 0, f"{words}\n{result.output[-3000:]}"


def _directly(pack: str, folder: Path) -> dict[str, Any]:
    """The same answers as one table, scored without any workbook."""
    chosen = load_pack(pack)
    sets, units = [load_set(path) for path in chosen.sets], read_units(chosen.units)
    answers, progress = folder / "answers.csv", folder / "progress.csv"
    rows = [row for each in sets for row in illustrative_answers(each, units, SEED)]
    write_answers_csv(answers, rows)
    plan = next(each.plan for each in sets if each.plan is not None)
    write_progress_csv(progress, illustrative_progress(plan, units, SEED))
    facts = read_answers([answers], units, sets, WorkFiles(progress=progress))
    found: dict[str, Any] = {"points": {}, "scores": {}}
    for each in facts.values():
        scores = score_set(each)
        for frame in (*ledger(scores), *adjustments_ledger(scores)):
            rows_ = frame.select("unit", "leaf", "points_exact").iter_rows()
            found["points"] |= {(unit, leaf): exact for unit, leaf, exact in rows_}
        places = each.set.rounding.index
        for unit, rank, index, grade in scores.frame.select(
            "unit", "rank", "index", "grade"
        ).iter_rows():
            text = None if index is None else f"{index / 10**places:.{places}f}"
            found["scores"][unit] = (None if rank is None else str(rank), text, grade)
    return found
