"""`parindex plan export`: a plan as a workbook to print and to filter."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import START, Json, Lang
from cli.plan.options import PlanName, PlanUnits
from criteria.wording import wording


def export(
    plan: PlanName,
    out: Annotated[
        Path, typer.Option("--out", metavar="F.xlsx", help=say("option.export-out", START))
    ],
    units: PlanUnits = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Write targets, tasks, reports and every unit's obligations to a workbook."""
    language = language_of(lang)
    if out.suffix.lower() != ".xlsx":
        typer.echo(wording("plan", "workbook.suffix", language, value=out), err=True)
        raise typer.Exit(2)
    with reporting_problems(language, json):
        from cli.plan.opened import open_plan
        from inputs.obligations import obligations
        from outputs.plan.workbook import write_plan_workbook
        from outputs.whole_files import write_file

        opened = open_plan(plan, units)
        owes = obligations(opened.plan, opened.bodies)

        def fill(path: Path) -> None:
            write_plan_workbook(opened.plan, opened.bodies, opened.units, owes, path, language)

        write_file(out, fill)
    counts = {
        "targets": len(opened.plan.targets),
        "tasks": len(opened.plan.tasks),
        "reports": len(opened.plan.reports),
        "instances": len(owes),
        "units": len({each.unit for each in owes}),
    }
    if json:
        print_json({"out": str(out), **counts})
    else:
        typer.echo(wording("plan", "workbook.written", language, out=out, **counts))
