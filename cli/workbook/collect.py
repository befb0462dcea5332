"""`parindex workbook collect`: self-scoring workbooks back from the units, into the store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from cli.progress import counting
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.folder import Year
    from cli.workbook.taking import Taken
    from criteria.problems import Problem

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE|DIR...", help=say("collected.files", START))
]
Report = Annotated[
    Path | None, typer.Option("--report", metavar="F.xlsx", help=say("collected.report", START))
]
ReportDir = Annotated[
    Path | None, typer.Option("--report-dir", metavar="D", help=say("collected.report-dir", START))
]
Jobs = Annotated[
    int | None, typer.Option("--jobs", metavar="N", min=1, help=say("collected.jobs", START))
]


def collect(
    files: Files,
    report_file: Report = None,
    report_dir: ReportDir = None,
    jobs: Jobs = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Read workbooks that came back, tell every problem, and store what is good."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.folder import open_year
        from cli.workbook.taking import cores, take
        from criteria.problems import ProblemsFound
        from inputs.workbooks.received import files_in
        from outputs.forms.report_workbook import write_report, write_reports

        year = open_year()
        paths, strays = files_in(files)
        if not paths:
            raise ProblemsFound(strays)
        with (
            year.store(write=True) as store,
            counting("collected.reading", language, len(paths), quiet=json) as seen,
        ):
            taken = take(year, store, paths, jobs=jobs or cores(), seen=seen)
            submitted = _submitted(store.batches().iter_rows(named=True))
        found = [*strays, *(problem for each in taken for problem in each.problems)]
        names = {unit.unit: unit.name for unit in year.units}
        if report_file is not None:
            write_report(report_file, found, names, language)
        if report_dir is not None:
            write_reports(report_dir, found, names, language)
    groups = list(_groups(year, taken, submitted))
    if json:
        print_json(_record(taken, groups, found, language))
    else:
        _show(groups, found, language)
    if any(not problem.advice for problem in found):
        raise typer.Exit(1)


def _submitted(batches: Iterator[dict[str, object]]) -> frozenset[str]:
    """The units of which a workbook has been taken, now or before."""
    return frozenset(
        str(each["who"])
        for each in batches
        if each["kind"] == "workbook" and each["outcome"] == "taken"
    )


def _groups(
    year: Year, taken: Sequence[Taken], submitted: frozenset[str]
) -> Iterator[dict[str, object]]:
    """By group: files received, taken, with problems, refused; units still missing."""
    for criteria_set in (each.set for each in year.sets):
        units = {unit.unit for unit in year.units.of_group(criteria_set.group)}
        mine = [each for each in taken if each.received.unit in units]
        outcomes = [each.batch.outcome for each in mine if each.batch is not None]
        yield {
            "group": criteria_set.group,
            "title": criteria_set.group_title or criteria_set.group,
            "units": len(units),
            "received": len(mine),
            "taken": outcomes.count("taken"),
            "with_problems": sum(each.faults > 0 for each in mine),
            "refused": outcomes.count("refused"),
            "missing": len(units - submitted),
        }


_COLUMNS = ("units", "received", "taken", "with_problems", "refused", "missing")


def _show(
    groups: Sequence[dict[str, object]], found: Sequence[Problem], language: Language
) -> None:
    from cli.tables import print_table

    if found:
        report(found, language)
    headers = [say(f"collected.{name}", language) for name in ("group", *_COLUMNS)]
    rows = [[str(each[name]) for name in ("title", *_COLUMNS)] for each in groups]
    print_table(headers, rows, numeric=range(1, len(headers)))
    faults = sum(not problem.advice for problem in found)
    took = any(each["taken"] for each in groups)
    if faults:
        key = "collected.faults" if took else "collected.faults_nothing"
        typer.echo(say(key, language, count=faults))
    elif not took:
        typer.echo(say("collected.nothing", language))


def _record(
    taken: Sequence[Taken],
    groups: Sequence[dict[str, object]],
    found: Sequence[Problem],
    language: Language,
) -> dict[str, object]:
    return {
        "files": [
            {
                "file": str(each.received.path),
                "sha256": each.received.sha256 or None,
                "unit": each.received.unit,
                "outcome": None if each.batch is None else each.batch.outcome,
                "late": None if each.batch is None else each.batch.late,
                "again": each.received.again,
                "facts": 0 if each.batch is None else len(each.batch.facts),
                "problems": each.faults,
            }
            for each in taken
        ],
        "groups": list(groups),
        "problems": [problem.record(language) for problem in found],
    }
