"""`parindex plan calendar`: what falls due, for the calendars that people already look at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import START, Json, Lang
from cli.plan.options import PlanName, PlanUnits, UnitName
from criteria.wording import Language, wording

if TYPE_CHECKING:
    from cli.plan.opened import Opened
    from inputs.obligations import Obligation
    from inputs.units import Unit

_SUFFIX = ".ics"


def calendar(
    plan: PlanName,
    out: Annotated[
        Path, typer.Option("--out", metavar="F.ics|DIR", help=say("option.calendar-out", START))
    ],
    unit: UnitName = None,
    units: PlanUnits = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Write due days as calendars: one of a unit, one for all, or one file a unit."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.plan.opened import open_plan
        from inputs.obligations import obligations
        from outputs.plan.calendar import calendar_of_all, events_in
        from outputs.whole_files import write_files

        opened = open_plan(plan, units)
        owes = obligations(opened.plan, opened.bodies)
        chosen = list(opened.units) if unit is None else [opened.unit(unit)]
        one = out.suffix.lower() == _SUFFIX
        if one and unit is None:
            whole = calendar_of_all(opened.plan, owes, opened.names, language)
            files = {out.name: whole}
        else:
            files = _by_unit(opened, owes, chosen, out.name if one else None, language)
        files = {name: content for name, content in files.items() if events_in(content)}
        if files:
            write_files(out.parent if one else out, files)
    events = {name: events_in(content) for name, content in files.items()}
    if json:
        print_json({"out": str(out), "files": events})
    elif not files:
        typer.echo(wording("plan", "calendar.nothing", language))
    elif one or unit is not None:
        (name,) = files
        values = {"out": out if one else out / name, "events": events[name]}
        typer.echo(wording("plan", "calendar.written", language, **values))
    else:
        values = {"out": out, "files": len(files), "events": sum(events.values())}
        typer.echo(wording("plan", "calendar.written-many", language, **values))
        left = len(chosen) - len(files)
        if left:
            typer.echo(wording("plan", "calendar.without", language, units=left))


def _by_unit(
    opened: Opened,
    owes: tuple[Obligation, ...],
    chosen: list[Unit],
    name: str | None,
    language: Language,
) -> dict[str, bytes]:
    """A calendar for each unit, by file name."""
    from outputs.plan.calendar import calendar_of_unit
    from outputs.whole_files import file_names

    own: dict[str, list[Obligation]] = {unit.unit: [] for unit in chosen}
    for each in owes:
        if each.unit in own:
            own[each.unit].append(each)
    names = file_names([unit.unit for unit in chosen], _SUFFIX)
    return {
        name or names[unit.unit]: calendar_of_unit(
            opened.plan, own[unit.unit], unit.unit, unit.name, language
        )
        for unit in chosen
    }
