"""`parindex stage open`: a closed stage takes facts again."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console import language_of, print_json, reporting_problems, say, who_of
from cli.options import START, Json, Lang
from cli.stage.options import By, StageArgument, named_stage


def reopen(
    stage: StageArgument,
    by: By,
    reason: Annotated[
        str, typer.Option("--reason", metavar="T", help=say("year-option.reason", START))
    ],
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Open a stage again; why stays on record."""
    language = language_of(lang)
    by = who_of(by, language)
    wanted = named_stage(stage, language)
    with reporting_problems(language, json):
        from cli.folder import now, open_year
        from criteria.problems import Place, Problem, stop_if_any
        from inputs.store.facts import StageEvent
        from inputs.store.in_force import stage_in_force
        from inputs.store.stages import order_problems

        year = open_year()
        with year.store(write=True) as store:
            place = Place(str(year.store_path))
            stop_if_any(order_problems(wanted, store.closed(), place, close=False))
            missing = Problem("stage-open-reason-missing", place, {"stage": wanted})
            stop_if_any([] if reason.strip() else [missing])
            store.add([], [StageEvent(wanted, False, by, now(), reason)])
            reached = stage_in_force(store)
    if json:
        print_json({"stage": wanted, "closed": False, "in_force": reached})
        return
    name = say(f"stage.name.{wanted}", language)
    typer.echo(say("stage.opened", language, stage=name))
