"""`parindex plan check`: is a plan right, and if not, on which line?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from cli.plan.options import PlanNames, PlanUnits
from criteria.wording import Language, wording

if TYPE_CHECKING:
    from cli.plan.opened import Read
    from criteria.plan.bodies import Bodies
    from criteria.plan.model import Plan
    from criteria.problems import Problem


def check(
    plans: PlanNames,
    units: PlanUnits = None,
    verbose: Annotated[bool, typer.Option("--verbose", help=say("option.verbose", START))] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Check plans: strict reading, ids, deadlines, and whether every lead is somebody known."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.plan.opened import read_named

        checked = [_checked(read_named(name, units)) for name in plans]
    problems = [problem for each in checked for problem in each.problems]
    if json:
        print_json(
            {
                "plans": [_record(each) for each in checked],
                "problems": [problem.record(language) for problem in problems],
            }
        )
    else:
        for each in checked:
            _print(each, verbose, language)
        if problems:
            report(problems, language)
    if not all(each.good for each in checked):
        raise typer.Exit(1)


@dataclass(frozen=True)
class _Checked:
    """One plan file: what it gave, and everything found in it."""

    read: Read
    bodies: Bodies | None
    problems: tuple[Problem, ...]

    @property
    def plan(self) -> Plan | None:
        return self.read.loaded.plan

    @property
    def good(self) -> bool:
        return self.plan is not None and all(problem.advice for problem in self.problems)


def _checked(read: Read) -> _Checked:
    from criteria.plan.bodies import Bodies
    from inputs.obligations import bodies_of, lead_problems

    plan, source = read.loaded.plan, read.loaded.source
    if plan is None or source is None:
        return _Checked(read, None, read.loaded.problems)
    problems = list(read.loaded.problems)
    if read.units is None:
        bodies = Bodies((), plan.aliases)
    else:
        bodies = bodies_of(plan, read.units)
        problems += lead_problems(plan, source, read.units)
    problems += _advice(read, plan, bodies)
    problems.sort(key=lambda problem: problem.place.line or 0)
    return _Checked(read, bodies, tuple(problems))


def _advice(read: Read, plan: Plan, bodies: Bodies) -> Iterator[Problem]:
    """What is worth a look: leads, partners, deadlines, targets, groups that lead nowhere.

    A task with a note has been looked at.  Nothing is called missing in a file with faults: it may
    be what was taken out.
    """
    from criteria.plan.instances import instances
    from criteria.plan.model import KINDS, Task
    from criteria.problems import Problem
    from outputs.plan.words import day

    source = read.loaded.source
    assert source is not None
    for kind in KINDS:
        for position, owed in enumerate(plan.of_kind(kind)):
            if owed.note is not None:
                continue
            place = source.place(kind, position)
            values = {"task": owed.id}
            if owed.lead is None and not source.mended:
                yield Problem("lead-missing", place, values, advice=True)
            elif read.units is not None and _outside(owed.lead, bodies):
                at = source.place(kind, position, "lead")
                yield Problem("lead-outside", at, values | {"words": owed.lead or ""}, advice=True)
            if isinstance(owed, Task):
                at = source.place(kind, position, "partners")
                for words in bodies.unknown(owed.partners):
                    yield Problem("partner-unknown", at, values | {"words": words}, advice=True)
            if not owed.deadline.text and owed.due is None and not source.mended:
                yield Problem("deadline-missing", place, values, advice=True)
            for span in instances(plan, owed):
                if not plan.starts <= span.last <= plan.ends:
                    days = {"day": day(span.last), "starts": day(plan.starts)}
                    days |= {"ends": day(plan.ends)}
                    at = source.place(kind, position, "deadline")
                    yield Problem("deadline-outside", at, values | days, advice=True)
    yield from _about_targets(read, plan)
    if read.units is not None:
        yield from _empty_groups(read, plan, bodies)


def _about_targets(read: Read, plan: Plan) -> Iterator[Problem]:
    """Targets that bind nobody, or by a day before the plan begins."""
    from criteria.plan.deadlines import spans
    from criteria.problems import Problem
    from outputs.plan.words import day

    source = read.loaded.source
    assert source is not None
    for name, target in plan.targets.items():
        if target.note is not None:
            continue
        if not target.binds:
            values = {"target": name}
            yield Problem("target-binds-nobody", source.place("targets", name), values, advice=True)
        by = () if target.by is None else spans(target.by, plan.starts, plan.ends)
        for span in by:
            if span.last < plan.starts:
                values = {"target": name, "day": day(span.last), "starts": day(plan.starts)}
                yield Problem("target-before", source.place("targets", name), values, advice=True)


def _empty_groups(read: Read, plan: Plan, bodies: Bodies) -> Iterator[Problem]:
    """Groups that leads name and no unit of the list belongs to: their work is nobody's."""
    from criteria.problems import Place, Problem

    assert read.units is not None
    groups = {unit.group for unit in read.units}
    named = {
        group: owed.id
        for _, owed in reversed(list(plan.owed()))
        for each in bodies.read(owed.lead)
        if each.kind == "group"
        for group in each.ids
        if group not in groups
    }
    for group, task in named.items():
        values = {"group": group, "task": task, "groups": ", ".join(sorted(groups))}
        place = Place(read.units.source.file)
        yield Problem("group-without-units", place, values, advice=True)


def _outside(lead: str | None, bodies: Bodies) -> bool:
    """Whether a lead names known bodies only, and none of them a unit or a group of units."""
    return lead is not None and {each.kind for each in bodies.read(lead)} == {"outside"}


def _print(each: _Checked, verbose: bool, language: Language) -> None:
    from inputs.obligations import obligations

    plan, bodies, path = each.plan, each.bodies, each.read.path
    if plan is None or bodies is None or not each.good:
        typer.echo(wording("plan", "check.bad", language, file=path))
    else:
        values = {"id": plan.id, "tasks": len(plan.tasks), "reports": len(plan.reports)}
        values |= {"targets": len(plan.targets), "instances": len(obligations(plan, bodies))}
        key = "check.good" if each.read.units is not None else "check.good-no-units"
        typer.echo(wording("plan", key, language, file=path, **values))
    if plan is None or bodies is None:
        return
    counts = "; ".join(
        wording("plan", "check.count", language, count=count, sort=_sort(sort, language))
        for sort, count in _sorts(plan).items()
        if count
    )
    if counts:
        typer.echo(wording("plan", "check.deadlines", language, counts=counts))
    if verbose:
        _print_readings(each, plan, bodies, language)


def _sort(sort: str, language: Language) -> str:
    return wording("plan", f"sort.{sort}", language)


def _sorts(plan: Plan) -> dict[str, int]:
    """How many tasks and reports have a deadline of which sort."""
    from outputs.plan.words import SORTS, sort_of

    found = [sort_of(owed) for _, owed in plan.owed()]
    return {sort: found.count(sort) for sort in SORTS}


def _print_readings(each: _Checked, plan: Plan, bodies: Bodies, language: Language) -> None:
    """How every deadline and lead is read."""
    from cli.tables import print_table
    from outputs.plan.words import as_written, due_days, reading, resolved

    names = ("column.task", "column.deadline", "column.reading", "column.due-days")
    heads = [wording("plan", name, language) for name in (*names, "check.resolved")]
    rows = [
        [
            owed.id,
            as_written(owed.deadline, language),
            reading(owed.deadline, language),
            due_days(plan, owed, language) or "–",
            resolved(owed.lead, bodies, each.read.units, language) or "–",
        ]
        for _, owed in plan.owed()
    ]
    print_table(heads, rows)


def _record(each: _Checked) -> dict[str, object]:
    from inputs.obligations import obligations
    from outputs.plan.records import task_record

    plan, bodies = each.plan, each.bodies
    if plan is None or bodies is None:
        return {"file": str(each.read.path), "id": None, "ok": False}
    return {
        "file": str(each.read.path),
        "id": plan.id,
        "ok": each.good,
        "targets": len(plan.targets),
        "tasks": len(plan.tasks),
        "reports": len(plan.reports),
        "obligations": None if each.read.units is None else len(obligations(plan, bodies)),
        "deadlines": _sorts(plan),
        "readings": [task_record(plan, owed, bodies) for _, owed in plan.owed()],
    }
