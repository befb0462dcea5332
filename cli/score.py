"""`parindex score`: declared criteria and reported answers in, rankings out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.console import day_of, language_of, print_json, report, reporting_problems, say
from cli.options import (
    AnswerFiles,
    AsOf,
    EngineName,
    Json,
    Lang,
    Out,
    ProgressFile,
    Sets,
    TasksFile,
    UnitsFile,
)
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.sets import ChosenSet
    from criteria.problems import Problem
    from inputs.work import WorkFiles
    from outputs.printed import PrintedGroup
    from scoring.leaf_points import Engine


def score(
    sets: Sets,
    units: UnitsFile,
    answers: AnswerFiles,
    out: Out,
    tasks: TasksFile = None,
    progress: ProgressFile = None,
    as_of: AsOf = None,
    engine: EngineName = "polars",
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Score every unit, write the results to a folder and show the rankings."""
    language = language_of(lang)
    if engine not in ("polars", "duckdb"):
        typer.echo(say("wrong-engine", language, value=engine), err=True)
        raise typer.Exit(2)
    with reporting_problems(language, json):
        from cli.sets import set_files, sets_to_score
        from inputs.work import WorkFiles

        chosen, advice = sets_to_score(set_files(sets))
        groups, more = run(
            chosen,
            units,
            answers,
            out,
            work=WorkFiles(tasks, progress, day_of(as_of, language)),
            engine="duckdb" if engine == "duckdb" else "polars",
            language=language,
            quiet=json,
        )
        advice += more
    if json:
        print_json(record(groups, out, advice, language))
        return
    if advice:
        report(advice, language)
    show(groups, out, language)


def run(
    sets: Sequence[ChosenSet],
    units_file: Path,
    answer_files: Sequence[Path],
    out: Path,
    *,
    work: WorkFiles | None = None,
    engine: Engine = "polars",
    language: Language,
    generated: bool = False,
    extra: dict[str, Path] | None = None,
    quiet: bool = False,
) -> tuple[tuple[PrintedGroup, ...], list[Problem]]:
    """Read, score and write; the printed rankings and the advice on the way.

    Raises: ProblemsFound; then nothing was written.
    """
    from cli.progress import steps
    from cli.sets import plan_problems
    from criteria.problems import stop_if_any
    from inputs.answers import take_in
    from inputs.units import read_units
    from inputs.work import NO_WORK
    from outputs.run_folder import Scored, holds_generated, write_run
    from scoring.score import score_set

    with steps(language, quiet) as step:
        step("reading")
        units = read_units(units_file)
        only_sets = [each.set for each in sets]
        files = work or NO_WORK
        reported = [*answer_files, *(f for f in (files.progress, files.tasks) if f is not None)]
        marked = generated or any(map(holds_generated, reported))
        intake = take_in(answer_files, units, only_sets, files, generated=marked)
        stop_if_any([*intake.problems, *plan_problems(sets, units)])
        scored = []
        for each in sets:
            facts = intake.facts[each.set.id]
            if facts.frame.height:
                step("scoring", set=each.set.id, units=facts.frame.height)
                scored.append(Scored(each.path, score_set(facts, engine), each.plan))
        step("writing")
        groups = write_run(scored, out, language, extra)
    return groups, list(intake.problems)


def show(groups: Sequence[PrintedGroup], out: Path, language: Language) -> None:
    """The rankings in the terminal, and where everything is."""
    from cli.tables import print_ranking
    from outputs.run_folder import missing_leaves

    missing = missing_leaves(out)
    for group in groups:
        print_ranking(group, language)
        lacking = [missing[unit.unit] for unit in group.units if unit.unit in missing]
        if lacking:
            title = group.set.group_title or group.set.group
            values = {"leaves": sum(lacking), "units": len(lacking), "group": title}
            typer.echo(say("ranking.missing", language, **values))
    typer.echo(say("score.written", language, out=out))


def record(
    groups: Sequence[PrintedGroup], out: Path, advice: Sequence[Problem], language: Language
) -> dict[str, object]:
    """The results for machines; numbers are texts, exactly as printed."""
    return {
        "out": str(out),
        "groups": [
            {
                "group": group.set.group,
                "set": group.set.id,
                "status": group.set.status,
                "generated": group.generated,
                "as_of": None if group.as_of is None else group.as_of.isoformat(),
                "units": [
                    {
                        "rank": unit.rank,
                        "unit": unit.unit,
                        "name": unit.name,
                        "points": unit.points,
                        "maximum": unit.maximum,
                        "index": unit.index or None,
                        "grade": unit.grade or None,
                        "status": unit.status,
                        "fields": unit.fields,
                    }
                    for unit in group.units
                ],
            }
            for group in groups
        ],
        "problems": [problem.record(language) for problem in advice],
    }
