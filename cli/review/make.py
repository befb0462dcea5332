"""`parindex review make`: a workbook for each reviewing agency, with all that it has to review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from cli.progress import steps

if TYPE_CHECKING:
    from cli.folder import Year
    from inputs.workbooks.review_form import ReviewForm
    from outputs.forms.review_shown import Shown

FOLDER = "review"
"""Where the workbooks go, in the working folder, unless told otherwise."""


def make(
    agencies: Annotated[
        list[str] | None,
        typer.Argument(metavar="[AGENCY]...", help=say("review.option-agencies", START)),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help=say("review.option-out", START))
    ] = None,
    again: Annotated[bool, typer.Option("--again", help=say("review.option-again", START))] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Write the review workbooks of the agencies named, or of all."""
    language = language_of(lang)
    with reporting_problems(language, json), steps(language, quiet=json) as step:
        from cli.folder import open_year
        from criteria.problems import Place, Problem
        from inputs.store.history import history
        from inputs.workbooks.agencies import agency_title
        from inputs.workbooks.review_form import review_forms
        from outputs.forms.review_shown import shown_of
        from outputs.whole_files import file_names

        step("review-read")
        year = open_year()
        sets = [each.set for each in year.sets]
        laid = review_forms(year.assessment, sets, year.units)
        chosen = _chosen(agencies or [], laid.forms, year)
        folder = year.folder / FOLDER if out is None else out
        names = file_names(list(laid.forms), ".xlsx")
        paths = {agency: folder / names[agency] for agency in chosen}
        _refuse_overwriting(paths, again=again)
        advice = [*year.advice, *laid.problems]
        with year.store() as store:
            closed, basis, seal = store.closed(), store.last, store.seal
            told = history(store)
        if "self" not in closed:
            place = Place(str(year.store_path))
            advice.append(Problem("review-self-open", place, advice=True))
        shown = shown_of(told, year.assessment, sets, year.units, str(year.store_path))
        for agency, path in paths.items():
            title = agency_title(year.assessment, year.units.by_id, agency)
            step("review-write", agency=title)
            write_review(laid.forms[agency], title, path, year, shown, basis, seal)
    rows = [_told(laid.forms[agency], path, year, shown) for agency, path in paths.items()]
    if json:
        print_json({"made": rows, "problems": [each.record(language) for each in advice]})
        return
    if advice:
        report(advice, language)
    from cli.tables import print_table

    columns = ("agency", "title", "units", "leaves", "open", "file")
    print_table(
        [say(f"review.{column}", language) for column in columns],
        [[str(row[column]) for column in columns] for row in rows],
        numeric=(2, 3, 4),
        title=say("review.made", language, count=len(rows)),
        whole=(0,),
    )


def _chosen(
    asked: Sequence[str], forms: Mapping[str, ReviewForm], year: Year
) -> dict[str, ReviewForm]:
    """The agencies that are meant, by id or by name; all where none is named."""
    from criteria.problems import Place, Problem, ProblemsFound
    from inputs.headers import fold
    from inputs.workbooks.agencies import agency_title

    if not asked:
        return dict(forms)
    titles = {fold(agency_title(year.assessment, year.units.by_id, each)): each for each in forms}
    problems = []
    chosen: dict[str, ReviewForm] = {}
    for name in asked:
        agency = name if name in forms else titles.get(fold(name))
        if agency is None:
            values = {"value": name, "known": ", ".join(forms)}
            problems.append(Problem("review-nobody", Place(str(year.folder)), values))
        else:
            chosen[agency] = forms[agency]
    if problems:
        raise ProblemsFound(problems)
    return chosen


def _refuse_overwriting(paths: Mapping[str, Path], *, again: bool) -> None:
    """Somebody may have filled in what is there."""
    from criteria.problems import Place, Problem, ProblemsFound

    there = [path for path in paths.values() if path.exists()]
    if there and not again:
        raise ProblemsFound(
            Problem("review-out-exists", Place(str(path)), {"value": path.name}) for path in there
        )


def write_review(
    form: ReviewForm, title: str, path: Path, year: Year, shown: Shown, basis: int, seal: bytes
) -> None:
    from inputs.workbooks.manifest import manifest_of
    from outputs.forms.review_workbook import write_review_workbook
    from outputs.whole_files import write_file

    assessment = year.assessment
    manifest = manifest_of("review", assessment.id, form.agency, form.sets, form.layout, basis)

    def fill(target: Path) -> None:
        write_review_workbook(target, form, title, assessment, manifest.rows(seal), shown)

    write_file(path, fill)


def _told(form: ReviewForm, path: Path, year: Year, shown: Shown) -> dict[str, object]:
    from inputs.workbooks.agencies import agency_title

    asked = [row for sheet in form.sheets for row in sheet.rows if row.decisions]
    return {
        "agency": form.agency,
        "title": agency_title(year.assessment, year.units.by_id, form.agency),
        "units": len({row.unit.unit for sheet in form.sheets for row in sheet.rows}),
        "leaves": len(asked),
        "open": sum((row.unit.unit, row.leaf) in shown.standing.open for row in asked),
        "file": str(path),
    }
