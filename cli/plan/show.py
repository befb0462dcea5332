"""`parindex plan show`: what a plan says, and what a unit owes under it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import day_of, language_of, print_json, reporting_problems, say
from cli.options import START, Json, Lang, ProgressFile
from cli.plan.options import PlanName, PlanUnits, UnitName
from criteria.wording import Language, wording

if TYPE_CHECKING:
    from cli.plan.opened import Opened
    from criteria.plan.bodies import Bodies
    from criteria.plan.model import Plan
    from inputs.progress import Progress
    from inputs.units import Unit, Units
    from outputs.plan.owed import Counts, Done, Owed

_MOST_ALIKE = 4
"""Instances of one task in one state that have lines of their own; of more, the first."""


def show(
    plan: PlanName,
    unit: UnitName = None,
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="YYYY-MM-DD", help=say("option.show-as-of", START)),
    ] = None,
    progress: ProgressFile = None,
    partners: Annotated[
        bool, typer.Option("--partners", help=say("option.partners", START))
    ] = False,
    units: PlanUnits = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show a plan, or what one unit owes: late first, then what comes, by day."""
    language = language_of(lang)
    # The only look at a clock in the whole program.
    day = day_of(as_of, language) or datetime.date.today()
    with reporting_problems(language, json):
        from cli.plan.opened import read_named, with_units
        from criteria.plan.bodies import Bodies
        from inputs.progress import Progress

        read = read_named(plan, units)
        whole_plan = read.loaded.whole()
        if read.units is None and unit is None and progress is None:
            bodies = Bodies((), whole_plan.aliases)
            view = _View(whole_plan, bodies, None, Progress(), False, day, language)
            _plan(view, json)
            return
        opened = with_units(read)
        reported = _progress(progress, opened)
        view = _View(
            opened.plan,
            opened.bodies,
            opened.units,
            reported,
            progress is not None,
            day,
            language,
        )
        if unit is None:
            _plan(view, json)
        else:
            _unit(view, opened.unit(unit), partners, json)


@dataclass(frozen=True)
class _View:
    """What is looked at, as of which day; `units` None where there is no list of them."""

    plan: Plan
    bodies: Bodies
    units: Units | None
    progress: Progress
    reported: bool
    as_of: datetime.date
    language: Language

    @property
    def done(self) -> Done:
        return self.progress.done

    def evidence(self, owed: Owed) -> str | None:
        """What was named as evidence (tài liệu kiểm chứng) of work that is done."""
        if owed.span is None or owed.done_on is None:
            return None
        return self.progress.evidence.get((owed.unit, owed.task.id, owed.span.key))

    def say(self, key: str, **values: object) -> str:
        return wording("plan", key, self.language, **values)

    def heads(self, *names: str) -> list[str]:
        return [self.say(f"column.{name}") for name in names]


def _progress(path: Path | None, opened: Opened) -> Progress:
    """What was done when.

    Raises: ProblemsFound with all faults of the table.
    """
    from inputs.progress import Progress, read_progress

    if path is None:
        return Progress()
    return read_progress(path, opened.plan, opened.bodies, opened.units)


# --- one unit -------------------------------------------------------------------------------------


def _unit(view: _View, unit: Unit, partners: bool, as_json: bool) -> None:
    from outputs.plan.owed import Counts, by_urgency, counted, helped, owed
    from outputs.plan.records import counts_record, owed_record

    everything = owed(view.plan, view.bodies, view.done, view.as_of)
    own = [each for each in everything if each.unit == unit.unit]
    counts = counted(own).get(unit.unit, Counts())
    if partners:
        own += helped(view.plan, view.bodies, view.done, view.as_of, unit.unit)
    lines = by_urgency(own)
    if as_json:
        print_json(
            {
                "plan": view.plan.id,
                "as_of": view.as_of.isoformat(),
                "progress": view.reported,
                "unit": {"unit": unit.unit, "name": unit.name, "group": unit.group},
                "counts": counts_record(counts),
                "owed": [owed_record(each, view.evidence(each)) for each in lines],
            }
        )
        return
    _print_title(view)
    values = {"late": counts.late, "coming": counts.coming, "done": counts.done}
    values |= {"undated": counts.undated}
    typer.echo(view.say("show.unit", name=unit.name, unit=unit.unit, **values))
    if lines:
        _print_owed(view, lines)
    else:
        typer.echo(view.say("show.nothing"))
    if not partners:
        typer.echo(view.say("show.partners-hint"))


def _print_owed(view: _View, lines: Sequence[Owed]) -> None:
    """One line a task and instance; products and evidence only where there are any."""
    from cli.tables import print_table
    from criteria.plan.model import Task
    from outputs.plan.owed import gathered
    from outputs.plan.words import as_written, day, state

    names = (
        *("task", "title", "product", "role", "deadline", "due", "state"),
        *("evidence", "clause"),
    )
    rows = [
        (
            line.first.task.id,
            line.first.task.title,
            (line.first.task.product or "") if isinstance(line.first.task, Task) else "",
            view.say(f"role.{line.first.role}"),
            as_written(line.first.task.deadline, view.language),
            "–" if line.first.span is None else day(line.first.span.last),
            state(line, view.language),
            view.evidence(line.first) or "",
            line.first.task.basis or "",
        )
        for line in gathered(lines, _MOST_ALIKE)
    ]
    rare = (names.index("product"), names.index("evidence"))
    kept = [n for n in range(len(names)) if n not in rare or any(row[n] for row in rows)]
    heads = view.heads(*names)
    whole = [at for at, n in enumerate(kept) if names[n] in ("task", "due")]
    shown = [[row[n] for n in kept] for row in rows]
    print_table([heads[n] for n in kept], shown, whole=whole)


# --- the whole plan -------------------------------------------------------------------------------


def _plan(view: _View, as_json: bool) -> None:
    from outputs.plan.owed import Counts, counted, owed
    from outputs.plan.records import counts_record, nobodys, plan_record, unknown_leads

    counts = counted(owed(view.plan, view.bodies, view.done, view.as_of))
    if as_json:
        units = view.units or ()
        print_json(
            {
                "plan": plan_record(view.plan, view.bodies),
                "as_of": view.as_of.isoformat(),
                "progress": view.reported,
                "units": [
                    {"unit": unit.unit, "name": unit.name, "group": unit.group}
                    | counts_record(counts.get(unit.unit, Counts()))
                    for unit in units
                ],
                "unknown_leads": [
                    {"task": task.id, "words": words}
                    for task, words in unknown_leads(view.plan, view.bodies)
                ],
                "without_unit": [task.id for _, task in nobodys(view.plan, view.bodies)],
            }
        )
        return
    _print_title(view)
    _print_span(view)
    _print_targets(view)
    _print_sections(view)
    _print_reports(view)
    if view.units is None:
        typer.echo(view.say("show.no-units"))
    else:
        _print_units(view, view.units, counts)
    _print_leads(view)


def _print_title(view: _View) -> None:
    """Which plan it is, as of which day."""
    from outputs.plan.words import day

    plan = view.plan
    key = "show.plan-no-number" if plan.number is None else "show.plan"
    typer.echo(view.say(key, title=plan.title, number=plan.number, signed=day(plan.signed)))
    if view.units is not None:
        typer.echo(view.say("show.as-of", as_of=day(view.as_of)))
        if not view.reported:
            typer.echo(view.say("show.no-progress"))


def _print_span(view: _View) -> None:
    """How long the plan runs, and how much it asks for."""
    from outputs.plan.words import day

    plan = view.plan
    numbers = {"targets": len(plan.targets), "tasks": len(plan.tasks)}
    numbers |= {"reports": len(plan.reports)}
    days = {"starts": day(plan.starts), "ends": day(plan.ends)}
    typer.echo(view.say("show.span", **days, **numbers))


def _print_targets(view: _View) -> None:
    from cli.tables import print_table
    from outputs.plan.words import bound_names, target_by, target_value

    names = {} if view.units is None else {unit.unit: unit.name for unit in view.units}
    rows = [
        [
            target.title,
            target_value(target, view.language),
            target_by(target, view.language),
            bound_names(target, names, view.language),
            target.basis or "",
        ]
        for target in view.plan.targets.values()
    ]
    heads = view.heads("target", "value", "by", "binds", "clause")
    if rows:
        print_table(heads, rows, title=view.say("show.targets"))


def _print_sections(view: _View) -> None:
    from cli.tables import print_table

    plan = view.plan
    rows = [
        [section.id, section.title, str(sum(t.section == section.id for t in plan.tasks))]
        for section in plan.sections
    ]
    if rows:
        heads = [*view.heads("section"), "", *view.heads("tasks")]
        print_table(heads, rows, numeric=(2,), title=view.say("show.sections"))


def _print_reports(view: _View) -> None:
    from cli.tables import print_table
    from outputs.plan.words import as_written, due_days

    rows = [
        [
            report.id,
            report.title,
            report.lead or "",
            as_written(report.deadline, view.language),
            due_days(view.plan, report, view.language),
            report.basis or "",
        ]
        for report in view.plan.reports
    ]
    heads = view.heads("task", "report", "lead", "deadline", "due", "clause")
    if rows:
        print_table(heads, rows, title=view.say("show.reports"))


def _print_units(view: _View, units: Units, counts: dict[str, Counts]) -> None:
    """A table for each group, the units with most late work first."""
    from cli.tables import MOST_ROWS, print_table
    from outputs.plan.words import group_name

    for group in dict.fromkeys(unit.group for unit in units):
        members = [unit for unit in units.of_group(group) if unit.unit in counts]
        if not members:
            continue
        members.sort(key=lambda unit: -counts[unit.unit].late)
        print_table(
            view.heads("unit", "late", "coming", "done", "undated"),
            [_unit_row(unit, counts[unit.unit]) for unit in members[:MOST_ROWS]],
            numeric=(1, 2, 3, 4),
            title=view.say("show.group", group=group_name(group, view.language)),
        )
        if len(members) > MOST_ROWS:
            typer.echo(view.say("show.more-units", left=len(members) - MOST_ROWS))


def _unit_row(unit: Unit, counts: Counts) -> list[str]:
    numbers: Sequence[int] = (counts.late, counts.coming, counts.done, counts.undated)
    return [unit.name, *map(str, numbers)]


def _print_leads(view: _View) -> None:
    """Leads that stand for nobody, and what nobody of the list has to do."""
    from cli.tables import print_table
    from outputs.plan.records import nobodys, unknown_leads

    unknown = [[task.id, words] for task, words in unknown_leads(view.plan, view.bodies)]
    if unknown:
        print_table(view.heads("task", "words"), unknown, title=view.say("show.unknown"))
    if view.units is None:
        return
    rows = [[task.id, task.title, task.lead or ""] for _, task in nobodys(view.plan, view.bodies)]
    if rows:
        print_table(view.heads("task", "title", "lead"), rows, title=view.say("show.nobody"))
