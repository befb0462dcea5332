"""`parindex score`: declared criteria and reported answers in, rankings out.

With SET the tables on the command line are scored; without, a stage of the working folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.console import day_of, language_of, print_json, report, reporting_problems, say
from cli.options import (
    START,
    AsOf,
    EngineName,
    Json,
    Lang,
    ProgressFile,
    StageName,
    TasksFile,
    stage_of,
)
from criteria.wording import Language

if TYPE_CHECKING:
    import datetime

    from cli.folder import Year
    from cli.sets import ChosenSet
    from criteria.assessment.model import Stage
    from criteria.problems import Problem
    from inputs.facts import Facts
    from inputs.work import WorkFiles
    from outputs.printed import PrintedGroup
    from outputs.stages.so_far import StagesSoFar
    from scoring.leaf_points import Engine
    from scoring.score import Scores

RESULTS = "results"
"""The folder of results inside a working folder."""


def score(
    sets: Annotated[
        list[str] | None, typer.Argument(metavar="[SET...]", help=say("option.sets", START))
    ] = None,
    units: Annotated[
        Path | None, typer.Option("--units", metavar="F", help=say("option.units", START))
    ] = None,
    answers: Annotated[
        list[Path] | None, typer.Option("--answers", metavar="F", help=say("option.answers", START))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=say("option.score-out", START))
    ] = None,
    tasks: TasksFile = None,
    progress: ProgressFile = None,
    stage: StageName = None,
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
    day, wanted = day_of(as_of, language), stage_of(stage, language)
    tables = {"--units": units, "--answers": answers, "--tasks": tasks, "--progress": progress}
    given = [name for name, value in tables.items() if value]
    chosen_engine: Engine = "duckdb" if engine == "duckdb" else "polars"
    if not sets:
        if given:
            _refuse(say("use.folder-has-tables", language, names=", ".join(given)))
        with reporting_problems(language, json):
            groups, out, advice = run_folder(
                wanted, out, as_of=day, engine=chosen_engine, language=language, quiet=json
            )
    else:
        if units is None or not answers or out is None:
            needed = {"--units": units, "--answers": answers, "--out": out}
            names = ", ".join(name for name, value in needed.items() if not value)
            _refuse(say("use.missing", language, name=names))
        if wanted is not None:
            _refuse(say("use.stage-of-folder", language))
        with reporting_problems(language, json):
            from cli.sets import set_files, sets_to_score
            from inputs.work import WorkFiles

            chosen, advice = sets_to_score(set_files(sets))
            groups, more = run(
                chosen,
                units,
                answers,
                out,
                work=WorkFiles(tasks, progress, day),
                engine=chosen_engine,
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


def _refuse(sentence: str) -> NoReturn:
    """Wrong use of the command."""
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def run_folder(
    stage: Stage | None,
    out: Path | None,
    *,
    as_of: datetime.date | None = None,
    engine: Engine = "polars",
    language: Language,
    quiet: bool = False,
) -> tuple[tuple[PrintedGroup, ...], Path, list[Problem]]:
    """Score a stage of the working folder (None: the one in force) and write the results.

    Raises: ProblemsFound; then nothing was written.
    """
    from cli.folder import open_year
    from cli.progress import steps
    from criteria.assessment.model import STAGES
    from criteria.problems import Place, Problem, each_once, stop_if_any
    from inputs.store.facts_at import facts_of_history
    from inputs.store.history import history
    from inputs.store.in_force import stage_in_force
    from outputs.stages.so_far import Told, stages_so_far

    with steps(language, quiet) as step:
        step("reading")
        year = open_year()
        sets = [each.set for each in year.sets]
        advice = list(year.advice)
        with year.store() as store:
            reached = stage_in_force(store)
            wanted = stage or reached
            told = Told(history(store), store.batches(), str(store.path))
        known = (year.assessment, sets, year.units)
        intake = facts_of_history(told.facts, wanted, *known, told.path, as_of=as_of)
        if STAGES.index(wanted) > STAGES.index(reached):
            values = {"stage": wanted, "reached": reached}
            place = Place(str(year.store_path))
            advice.append(Problem("stage-not-reached", place, values, advice=True))
        stop_if_any(intake.problems)
        folder = out or year.folder / RESULTS
        advice += _changed_since(folder, year)

        def so_far(scored: Sequence[Scores]) -> StagesSoFar:
            return stages_so_far(told, wanted, *known, scored, as_of=as_of)

        groups = _write(year.sets, intake.facts, folder, engine, language, step, so_far=so_far)
    return groups, folder, list(each_once([*advice, *intake.problems]))


def _changed_since(folder: Path, year: Year) -> Iterator[Problem]:
    """Advice where sets or units are no longer those of the results that are there."""
    from criteria.fingerprint import fingerprint
    from criteria.problems import Place, Problem
    from outputs.run_folder import scored_with

    before = scored_with(folder)
    if before is None:
        return
    for each in year.sets:
        if before.sets.get(each.set.id, "") not in ("", fingerprint(each.set)):
            values = {"value": each.set.id}
            yield Problem("set-changed-since", Place(str(each.path)), values, advice=True)
    source = year.units.source
    if before.sources.get(Path(source.file).name, source.sha256) != source.sha256:
        yield Problem("units-changed-since", Place(source.file), advice=True)


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
    from outputs.run_folder import holds_generated

    with steps(language, quiet) as step:
        step("reading")
        units = read_units(units_file)
        only_sets = [each.set for each in sets]
        files = work or NO_WORK
        reported = [*answer_files, *(f for f in (files.progress, files.tasks) if f is not None)]
        marked = generated or any(map(holds_generated, reported))
        intake = take_in(answer_files, units, only_sets, files, generated=marked)
        stop_if_any([*intake.problems, *plan_problems(sets, units)])
        groups = _write(sets, intake.facts, out, engine, language, step, extra)
    return groups, list(intake.problems)


def _write(
    sets: Sequence[ChosenSet],
    facts_of: Mapping[str, Facts],
    out: Path,
    engine: Engine,
    language: Language,
    step: Callable[..., None],
    extra: dict[str, Path] | None = None,
    so_far: Callable[[Sequence[Scores]], StagesSoFar] | None = None,
) -> tuple[PrintedGroup, ...]:
    """Score the facts of all sets and write the run; `so_far` scores the stages before."""
    from outputs.run_folder import Scored, write_run
    from scoring.score import score_set

    scored = []
    for each in sets:
        facts = facts_of[each.set.id]
        if facts.frame.height:
            step("scoring", set=each.set.id, units=facts.frame.height)
            scored.append(Scored(each.path, score_set(facts, engine), each.plan))
    stages = None if so_far is None else so_far([each.scores for each in scored])
    step("writing")
    return write_run(scored, out, language, extra, stages)


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
        "stage": next((group.stage for group in groups), None),
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
