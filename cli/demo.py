"""`parindex demo`: score a pack at once, on its published answers or on generated ones."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, reporting_problems, say
from cli.options import START, Lang
from criteria.wording import Language

if TYPE_CHECKING:
    from outputs.printed import PrintedGroup

SEED = 2017
DEFAULT_OUT = Path("parindex-demo")


def demo(
    pack: Annotated[
        str, typer.Argument(metavar="[PACK]", help=say("option.pack", START))
    ] = "dong-nai-2017",
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help=say("option.demo-out", START))
    ] = DEFAULT_OUT,
    lang: Lang = None,
) -> None:
    """Score a pack and show its rankings."""
    language = language_of(lang)
    with reporting_problems(language), tempfile.TemporaryDirectory() as folder:
        from cli.score import run, show
        from cli.sets import sets_to_score
        from criteria.packs import load_pack
        from criteria.plan.load import load_plan
        from inputs.illustrative import illustrative_answers, write_answers_csv
        from inputs.illustrative_work import (
            illustrative_progress,
            illustrative_tasks,
            write_progress_csv,
            write_tasks_csv,
        )
        from inputs.units import read_units
        from inputs.work import WorkFiles

        chosen = load_pack(pack)
        sets, _ = sets_to_score(chosen.sets)
        extra = {"units.csv": chosen.units}
        tasks: Path | None = None
        progress = chosen.progress
        if chosen.answers is None:
            units = read_units(chosen.units)
            answers = Path(folder) / "answers.csv"
            rows = [row for each in sets for row in illustrative_answers(each.set, units, SEED)]
            write_answers_csv(answers, rows)
            task_rows = illustrative_tasks([each.set for each in sets], units, SEED)
            if task_rows:
                tasks = Path(folder) / "tasks.csv"
                write_tasks_csv(tasks, task_rows)
                extra["tasks.csv"] = tasks
            if progress is None and chosen.plan is not None:
                progress = Path(folder) / "progress.csv"
                plan = load_plan(chosen.plan)
                write_progress_csv(progress, illustrative_progress(plan, units, SEED))
        else:
            answers = chosen.answers
        extra["answers.csv"] = answers
        if progress is not None:
            extra["progress.csv"] = progress
        groups, _ = run(
            sets,
            chosen.units,
            [answers],
            out,
            work=WorkFiles(tasks, progress),
            language=language,
            generated=chosen.answers is None,
            extra=extra,
        )
    show(groups, out, language)
    _suggest(groups, out, pack, language)


def _suggest(groups: Sequence[PrintedGroup], out: Path, pack: str, language: Language) -> None:
    """What to look at next: the last unit of the first group, and a leaf it earned in part."""
    from outputs.explain import explain_unit
    from outputs.run_folder import read_run

    ranked = [unit for unit in groups[0].units if unit.rank is not None]
    if not ranked:
        return
    unit = ranked[-1].unit
    told = explain_unit(read_run(out).rows(unit), groups[0].set, language)
    leaves = [line for line in told.lines if not line.adjustment]
    partly = [line for line in leaves if line.lost.strip("0.,") and line.points.strip("0.,")]
    values = {"program": _program(), "out": out, "unit": unit, "pack": pack}
    typer.echo(say("demo.next", language, leaf=(partly or leaves)[0].leaf, **values))


def _program() -> str:
    """How the program was called, as it can be typed again from here."""
    called = Path(sys.argv[0])
    here = Path.cwd()
    if not called.is_absolute() and len(called.parts) > 1:
        return str(called)
    if called.is_absolute() and called.is_relative_to(here):
        return str(called.relative_to(here))
    return "parindex"
