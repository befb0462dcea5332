"""`parindex workbook make`: a self-scoring workbook for every unit."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.folder import Year
    from cli.workbook.making import Order
    from inputs.store.self_answers import Told
    from inputs.units import Unit

_FOLDER = "workbooks"
_NAMED = 5
"""Files that a problem names."""


def make(
    units: Annotated[
        list[str] | None, typer.Argument(metavar="[UNIT...]", help=say("make.option-units", START))
    ] = None,
    group: Annotated[
        str | None, typer.Option("--group", metavar="G", help=say("make.option-group", START))
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=say("make.option-out", START))
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", metavar="N", min=1, help=say("make.option-jobs", START)),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=say("make.option-again", START))] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Write the workbooks of all units, or of those named, with what the store holds of them."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.folder import open_year
        from cli.workbook.making import Maker, make_all
        from inputs.store.self_answers import told_by_unit

        year = open_year()
        chosen = _chosen(year, units or [], group)
        folder = year.folder / _FOLDER if out is None else out
        with year.store() as store:
            told = told_by_unit(store)
            sets = {name: each.set for name, each in year.by_group.items()}
            maker = Maker(year.assessment, sets, store.seal, store.last)
        made = orders(year, chosen, told, folder)
        if not again:
            _refuse_existing(made, folder)
        _watched(make_all(maker, made, jobs), len(made), language, quiet=json)
    _tell(made, folder, year, language, json)


def _chosen(year: Year, asked: Sequence[str], group: str | None) -> list[Unit]:
    """The units that get a workbook, in the order of the groups.

    Raises: ProblemsFound for names that are nobody's, and an unknown group.
    """
    from inputs.names import meant

    groups = [name for name in year.by_group if group in (None, name)]
    problems: list[Problem] = []
    if not groups:
        values = {"value": group or "", "known": ", ".join(year.by_group)}
        problems.append(Problem("group-unknown", Place(str(year.folder)), values))
    names = {unit.unit: unit.name for unit in year.units}
    wanted: set[str] = set()
    for each in asked:
        found = meant(each, names)
        if found.unit is not None:
            wanted.add(found.unit)
            continue
        code = "unit-name-not-unique" if found.several else "unit-unknown"
        values = {"value": each, "known": ", ".join(found.known)}
        problems.append(Problem(code, Place(year.units.source.file), values))
    for unit in year.units:
        if unit.unit in wanted and groups and unit.group not in groups:
            values = {"group": unit.group, "known": ", ".join(groups)}
            problems.append(Problem("workbook-unit-outside", unit.place, values, unit=unit.unit))
    if problems:
        raise ProblemsFound(problems)
    return [
        unit
        for name in groups
        for unit in year.units.of_group(name)
        if not asked or unit.unit in wanted
    ]


def orders(
    year: Year, units: Iterable[Unit], told: Mapping[str, Told], folder: Path
) -> list[Order]:
    """Where each workbook goes, and what it holds; units of groups without a set have none."""
    from cli.workbook.making import Order
    from inputs.workbooks.owed import owed_by_unit
    from outputs.whole_files import file_names

    groups = file_names(list(year.by_group), "")
    names = file_names([unit.unit for unit in year.units], ".xlsx")
    sets = {group: each.set for group, each in year.by_group.items()}
    owed = owed_by_unit(year.plan, year.bodies, year.units, sets)
    return [
        Order(
            unit,
            owed.get(unit.unit, ()),
            told.get(unit.unit),
            folder / groups[unit.group] / names[unit.unit],
        )
        for unit in units
        if unit.group in year.by_group
    ]


def _refuse_existing(made: Sequence[Order], folder: Path) -> None:
    there = [order.path for order in made if order.path.exists()]
    if there:
        names = ", ".join(str(path.relative_to(folder)) for path in there[:_NAMED])
        more = " ..." if len(there) > _NAMED else ""
        values = {"count": str(len(there)), "names": f"{names}{more}"}
        raise ProblemsFound([Problem("workbook-exists", Place(str(folder)), values)])


def _watched(steps: Iterator[int], total: int, language: Language, *, quiet: bool) -> None:
    """Go through the work, with a bar where somebody watches."""
    if quiet or not sys.stderr.isatty():
        for _ in steps:
            pass
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(say("make.progress", language), total=total)
        for step in steps:
            progress.advance(task, step)


def _advice(year: Year) -> list[Problem]:
    """What is better put right before workbooks go out to everybody."""
    from cli.folder import now
    from criteria.assessment.load import FILE
    from criteria.wording import LANGUAGES, wording
    from inputs.store.admission import local_day
    from outputs.explain.voice import Voice

    place, assessment = Place(str(year.folder / FILE)), year.assessment
    found: list[Problem] = []
    if assessment.contact in {wording("year", "assessment.contact", each) for each in LANGUAGES}:
        found.append(Problem("workbook-contact-open", place, advice=True))
    if assessment.calendar.self < local_day(now()):
        values = {"day": Voice("vi").day(assessment.calendar.self)}
        found.append(Problem("workbook-day-past", place, values, advice=True))
    return found


def _tell(made: Sequence[Order], folder: Path, year: Year, language: Language, json: bool) -> None:
    advice = _advice(year)
    counts: dict[str, list[Order]] = {}
    for order in made:
        counts.setdefault(order.unit.group, []).append(order)
    if json:
        files = [{"unit": each.unit.unit, "file": str(each.path)} for each in made]
        problems = [each.record(language) for each in advice]
        print_json({"folder": str(folder), "files": files, "problems": problems})
        return
    if advice:
        report(advice, language)
    from cli.tables import print_table
    from outputs.explain.voice import Voice
    from outputs.plan.words import group_name

    rows = [
        [
            year.by_group[group].set.group_title or group_name(group, language),
            str(len(some)),
            str(sum(order.told is not None for order in some)),
            str(some[0].path.parent),
        ]
        for group, some in counts.items()
    ]
    heads = [say(f"make.{name}", language) for name in ("group", "count", "filled", "folder")]
    print_table(heads, rows, numeric=(1, 2))
    day = Voice(language).day(year.assessment.calendar.self)
    typer.echo(say("make.done", language, count=len(made), folder=folder, day=day))
