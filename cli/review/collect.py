"""`parindex review collect`: review workbooks back from the agencies, into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from cli.progress import counting

if TYPE_CHECKING:
    from cli.review.taking import Taken

_COLUMNS = ("file", "agency", "outcome", "decides", "blank", "facts", "problems")


def collect(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|DIR...", help=say("review.option-files", START)),
    ],
    report_file: Annotated[
        Path | None,
        typer.Option("--report", metavar="F.xlsx", help=say("review.option-report", START)),
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Read review workbooks, tell every problem, and store what is good."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.folder import open_year
        from cli.review.taking import take
        from criteria.problems import ProblemsFound
        from inputs.workbooks.received import files_in
        from outputs.forms.report_workbook import write_report

        year = open_year()
        paths, strays = files_in(files)
        if not paths:
            raise ProblemsFound(strays)
        with (
            year.store(write=True) as store,
            counting("review.reading", language, len(paths), quiet=json) as seen,
        ):
            taken = take(year, store, paths, seen)
        found = [*strays, *(problem for each in taken for problem in each.problems)]
        if report_file is not None:
            names = {unit.unit: unit.name for unit in year.units}
            write_report(report_file, found, names, language)
    rows = [_told(each) for each in taken]
    if json:
        print_json({"files": rows, "problems": [each.record(language) for each in found]})
    else:
        from cli.tables import print_table

        if found:
            report(found, language)
        said = [{**row, "outcome": say(f"review.{row['outcome']}", language)} for row in rows]
        print_table(
            [say(f"review.{column}", language) for column in _COLUMNS],
            [[str(row[column]) for column in _COLUMNS] for row in said],
            numeric=(3, 4, 5, 6),
            title=say("review.collected", language, count=len(rows)),
        )
    if any(not problem.advice for problem in found):
        raise typer.Exit(1)


def _told(taken: Taken) -> dict[str, object]:
    batch = taken.batch
    return {
        "file": str(taken.path),
        "agency": "–" if batch is None else batch.who,
        "outcome": taken.outcome,
        "decides": taken.decides,
        "blank": taken.blank,
        "facts": 0 if batch is None else len(batch.facts),
        "problems": taken.faults,
    }
