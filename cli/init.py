"""`parindex init`: a year's working folder from a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("year-option.folder", START))],
    pack: Annotated[str, typer.Option("--pack", metavar="PACK", help=say("option.pack", START))],
    practice: Annotated[
        bool, typer.Option("--practice", help=say("year-option.practice", START))
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Make a working folder and say what comes next."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.folder import now, open_year
        from criteria.load import load_set
        from criteria.packs import load_pack
        from inputs.units import read_units
        from outputs.working_folder import make_working_folder

        chosen = load_pack(pack)
        sets = [load_set(path) for path in chosen.sets]
        units = read_units(chosen.units)
        begins = now().date() if practice else None
        make_working_folder(folder, chosen, sets, units, language, begins)
        year = open_year(folder)
    if json:
        print_json(
            {
                "folder": str(folder),
                "assessment": year.assessment.id,
                "sets": {group: each.set.id for group, each in year.by_group.items()},
                "units": len(year.units),
                "reviewers": list(year.assessment.reviewers),
                "problems": [problem.record(language) for problem in year.advice],
            }
        )
        return
    if year.advice:
        report(year.advice, language)
    values = {"folder": folder, "sets": len(year.sets), "units": len(year.units)}
    typer.echo(say("init.done", language, **values))
    typer.echo(say("init.next-practice" if practice else "init.next", language, folder=folder))
