"""`parindex appeal make`: workbooks for units to answer cut points, and the council's docket."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.appeal.options import By, OutPath
from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.problems import Place, Problem, stop_if_any
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.appeal.opened import Appeals
    from inputs.workbooks.appeal_form import AppealForm

_FOLDER = "appeal"


def make(
    units: Annotated[
        list[str] | None, typer.Argument(metavar="[UNIT...]", help=say("option.unit", START))
    ] = None,
    council: Annotated[
        bool, typer.Option("--council", help=say("appeals.option-council", START))
    ] = False,
    by: By = None,
    out: OutPath = None,
    again: Annotated[
        bool, typer.Option("--again", help=say("appeals.option-again", START))
    ] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """One workbook for each unit that review cut, or one with all appeals for the council."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.appeal.opened import COUNCIL, open_appeals
        from cli.folder import open_year

        year = open_year()
        with year.store() as store:
            appeals = open_appeals(year, store, language)
        advice = appeals.review_open()
        if council:
            form = _docket(appeals, by or COUNCIL)
            path = out or year.folder / _FOLDER / f"{by or COUNCIL}.xlsx"
            forms = {path.name: form}
            folder = path.parent
        else:
            found, none_cut = forms_of_units(appeals, units or [])
            advice += none_cut
            folder, forms = out or year.folder / _FOLDER, found
        write_forms(appeals, folder, forms, again=again)
    if json:
        _print_record(folder, forms, advice, language)
        return
    if advice:
        report(advice, language)
    _print(folder, forms, language)


def _docket(appeals: Appeals, council: str) -> AppealForm:
    from inputs.workbooks.appeal_form import rulings_form

    return rulings_form(council, appeals.names.get(council, council), appeals.appealed)


def forms_of_units(
    appeals: Appeals, asked: Sequence[str]
) -> tuple[dict[str, AppealForm], list[Problem]]:
    """By file name, the forms of the units asked for, or of all that were cut."""
    from inputs.workbooks.appeal_form import appeal_form
    from outputs.whole_files import file_names

    cut = dict.fromkeys(case.unit.unit for case in appeals.cases)
    wanted = dict.fromkeys(appeals.unit(each).unit for each in asked) if asked else cut
    place = Place(str(appeals.year.store_path))
    none_cut = [
        Problem("appeal-nothing-cut", place, unit=unit, advice=True)
        for unit in wanted
        if unit not in cut
    ]
    chosen = [appeals.year.units.by_id[unit] for unit in wanted if unit in cut]
    names = file_names([unit.unit for unit in chosen], ".xlsx")
    forms = {names[unit.unit]: appeal_form(unit, appeals.cases) for unit in chosen}
    return forms, none_cut


def write_forms(
    appeals: Appeals, folder: Path, forms: dict[str, AppealForm], *, again: bool
) -> None:
    """Write all files, or none.

    Raises: ProblemsFound where one of them exists already, or cannot be written.
    """
    from inputs.workbooks.manifest import manifest_of
    from outputs.forms.appeal_words import AppealWords
    from outputs.forms.appeal_workbook import write_appeal_workbook
    from outputs.whole_files import write_files

    if not again:
        there = [folder / name for name in forms if (folder / name).exists()]
        stop_if_any(Problem("appeal-file-exists", Place(str(path))) for path in there)
    # The workbooks themselves are Vietnamese in any language of the terminal.
    words = AppealWords("vi", appeals.names)
    files: dict[str, bytes] = {}
    for name, form in forms.items():
        cases = [row.case for row in form.rows]
        worths = appeals.worths(cases) if form.kind == "rulings" else {}
        assessment = appeals.year.assessment
        manifest = manifest_of(
            *(form.kind, assessment.id, form.who, form.sets, form.layout, appeals.last)
        )
        held = io.BytesIO()
        rows = manifest.rows(appeals.seal)
        write_appeal_workbook(held, form, assessment, rows, words, worths)
        files[name] = held.getvalue()
    if files:
        write_files(folder, files)


def _lost(form: AppealForm) -> Fraction:
    return sum((row.case.lost for row in form.rows), Fraction(0))


def _print(folder: Path, forms: dict[str, AppealForm], language: Language) -> None:
    from cli.tables import number, print_table
    from criteria.exact import fixed

    if not forms:
        typer.echo(say("appeals.nothing-cut", language))
        return
    rows = []
    for name, form in forms.items():
        open_ = sum(row.case.open for row in form.rows)
        lost = number(fixed(_lost(form), 2), language)
        rows.append([form.title, str(len(form.rows)), lost, str(open_), name])
    heads = [say(f"appeals.{n}", language) for n in ("who", "cut", "lost", "open", "file")]
    print_table(heads, rows, numeric=(1, 2, 3))
    typer.echo(say("appeals.made", language, count=len(forms), folder=folder))


def _print_record(
    folder: Path, forms: dict[str, AppealForm], advice: list[Problem], language: Language
) -> None:
    print_json(
        {
            "folder": str(folder),
            "files": [
                {
                    "file": name,
                    "kind": form.kind,
                    "who": form.who,
                    "name": form.title,
                    "leaves": [row.case.duty.item.id for row in form.rows],
                    "lost": str(_lost(form)),
                }
                for name, form in forms.items()
            ],
            "problems": [problem.record(language) for problem in advice],
        }
    )
