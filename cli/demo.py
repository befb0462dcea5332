"""`parindex demo`: score a pack at once, on its published answers or on generated ones."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli.console import language_of, reporting_problems, say
from cli.options import START, Lang

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
        from inputs.illustrative import (
            illustrative_answers,
            illustrative_tasks,
            write_answers_csv,
            write_tasks_csv,
        )
        from inputs.units import read_units

        chosen = load_pack(pack)
        sets, _ = sets_to_score(chosen.sets)
        extra = {"units.csv": chosen.units}
        tasks: Path | None = None
        if chosen.answers is None:
            units = read_units(chosen.units)
            answers = Path(folder) / "answers.csv"
            rows = [row for _, each in sets for row in illustrative_answers(each, units, SEED)]
            write_answers_csv(answers, rows)
            task_rows = illustrative_tasks([each for _, each in sets], units, SEED)
            if task_rows:
                tasks = Path(folder) / "tasks.csv"
                write_tasks_csv(tasks, task_rows)
                extra["tasks.csv"] = tasks
        else:
            answers = chosen.answers
        extra["answers.csv"] = answers
        groups, _ = run(
            sets,
            chosen.units,
            [answers],
            out,
            tasks=tasks,
            language=language,
            generated=chosen.answers is None,
            extra=extra,
        )
    show(groups, out, language)
    best = groups[0]
    last = best.units[-1] if best.units else None
    if last is not None:
        leaf = best.set.leaves[0].id
        values = {"out": out, "unit": last.unit, "leaf": leaf, "pack": pack}
        typer.echo(say("demo.next", language, **values))
