"""`parindex explain`: why did this unit earn these points?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.wording import Language

if TYPE_CHECKING:
    from outputs.run_folder import Run


def explain(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=say("option.dir", START))],
    unit: Annotated[str, typer.Argument(metavar="UNIT", help=say("option.unit", START))],
    leaf: Annotated[
        str | None, typer.Argument(metavar="[LEAF]", help=say("option.leaf", START))
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Explain one leaf of a unit, or list where the unit lost points, largest first."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from outputs.run_folder import read_run

        run = read_run(folder)
        line = find_unit(run, unit)
        if leaf is None:
            _explain_unit(run, line, language, json)
        else:
            _explain_leaf(run, line, leaf, language, json)


def find_unit(run: Run, asked: str) -> dict[str, str]:
    """The line of `scores.csv` of a unit, by id or by name.

    Raises: ProblemsFound when there is none, or several of that name.
    """
    from difflib import get_close_matches

    from criteria.problems import Place, Problem, ProblemsFound
    from inputs.headers import fold

    lines = run.units()
    by_id = {line["unit"]: line for line in lines}
    if asked in by_id:
        return by_id[asked]
    named = [line for line in lines if fold(line["name"]) == fold(asked)]
    if len(named) == 1:
        return named[0]
    place = Place(str(run.folder))
    if named:
        values = {"value": asked, "known": ", ".join(line["unit"] for line in named[:10])}
        raise ProblemsFound([Problem("unit-name-not-unique", place, values)])
    names = {fold(line["name"]): line["unit"] for line in lines}
    near = get_close_matches(asked, by_id, n=5) or [
        names[name] for name in get_close_matches(fold(asked), names, n=5)
    ]
    values = {"value": asked, "known": ", ".join(near or list(by_id)[:5])}
    raise ProblemsFound([Problem("unit-not-in-results", place, values)])


def _explain_unit(run: Run, line: dict[str, str], language: Language, as_json: bool) -> None:
    raise NotImplementedError


def _explain_leaf(
    run: Run, line: dict[str, str], leaf: str, language: Language, as_json: bool
) -> None:
    raise NotImplementedError
