"""`parindex stage close`: nothing more of a stage counts as in time."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say, who_of
from cli.options import START, Json, Lang
from cli.stage.options import By, StageArgument, named_stage


def close(
    stage: StageArgument,
    by: By,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="T", help=say("year-option.reason", START))
    ] = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help=say("year-option.anyway", START))
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Close a stage, unless work of it is left."""
    language = language_of(lang)
    by = who_of(by, language)
    wanted = named_stage(stage, language)
    with reporting_problems(language, json):
        from dataclasses import replace

        from cli.folder import now, open_year
        from criteria.problems import Place, Problem, stop_if_any
        from inputs.store.facts import StageEvent
        from inputs.store.history import history
        from inputs.store.in_force import stage_in_force
        from inputs.store.stages import order_problems, work_left

        year = open_year()
        sets = [each.set for each in year.sets]
        place = Place(str(year.store_path))
        with year.store(write=True) as store:
            stop_if_any(order_problems(wanted, store.closed(), place, close=True))
            told = history(store)
            left = list(work_left(told, wanted, year.assessment, sets, year.units, place))
            if left and anyway and not (reason or "").strip():
                left = [Problem("stage-reason-missing", place, {"stage": wanted})]
            elif anyway:
                left = [replace(problem, advice=True) for problem in left]
            stop_if_any(left)
            store.add([], [StageEvent(wanted, True, by, now(), reason)])
            reached = stage_in_force(store)
    if json:
        problems = [problem.record(language) for problem in left]
        print_json({"stage": wanted, "closed": True, "in_force": reached, "problems": problems})
        return
    if left:
        report(left, language)
    name = say(f"stage.name.{wanted}", language)
    in_force = say(f"stage.name.{reached}", language)
    typer.echo(say("stage.closed", language, stage=name, in_force=in_force))
