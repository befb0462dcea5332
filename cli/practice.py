"""`parindex practice`: workbooks filled in with generated data, to rehearse a year with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console import language_of, reporting_problems, say
from cli.options import START, Lang
from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.folder import Year
    from criteria.assessment.model import Stage
    from criteria.model import CriteriaSet
    from inputs.store.facts import Batch, BatchKind, Fact
    from inputs.store.store import Store

SEED = 2017
FOLDER = "practice"


def practice(
    stage: Annotated[
        str,
        typer.Argument(metavar="self|review|appeal", help=say("year-option.practice-stage", START)),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help=say("year-option.practice-out", START)),
    ] = None,
    lang: Lang = None,
) -> None:
    """Write the workbooks of a stage as if everybody had filled them in and sent them back."""
    language = language_of(lang)
    if stage not in ("self", "review", "appeal"):
        typer.echo(say("practice.wrong", language, value=stage), err=True)
        raise typer.Exit(2)
    with reporting_problems(language):
        from cli.folder import open_year

        year = open_year()
        if not year.assessment.generated:
            place = Place(str(year.folder / "assessment.yaml"))
            raise ProblemsFound([Problem("practice-not-generated", place)])
        folder = out or year.folder / FOLDER / stage
        with year.store() as store:
            match stage:
                case "self":
                    count = _self(year, store, folder)
                case "review":
                    count = _review(year, store, folder, language)
                case _:
                    count = _appeal(year, store, folder, language)
    collect = "workbook" if stage == "self" else stage
    typer.echo(say("practice.written", language, count=count, folder=folder, command=collect))


def _self(year: Year, store: Store, folder: Path) -> int:
    from cli.workbook.make import orders
    from cli.workbook.making import Maker, make_all
    from inputs.illustrative_year import practice_self
    from inputs.store.self_answers import told_by_unit

    facts = practice_self(year.assessment, _sets(year), year.units, SEED)
    told = told_by_unit(store, _batches("self", "workbook", facts))
    sets = {name: each.set for name, each in year.by_group.items()}
    maker = Maker(year.assessment, sets, store.seal, store.last)
    asked = orders(year, list(year.units), told, folder)
    return sum(make_all(maker, asked, None))


def _review(year: Year, store: Store, folder: Path, language: Language) -> int:
    from cli.review.make import write_review
    from inputs.illustrative_year import practice_review
    from inputs.store.history import history
    from inputs.workbooks.agencies import agency_title
    from inputs.workbooks.review_form import review_forms
    from outputs.forms.review_shown import shown_of
    from outputs.whole_files import file_names

    sets, path = _sets(year), str(year.store_path)
    before = shown_of(history(store), year.assessment, sets, year.units, path)
    points = {key: score.points for key, score in before.scores.items()}
    facts = practice_review(year.assessment, sets, year.units, points, SEED)
    told = history(store, _batches("review", "review", facts))
    shown = shown_of(told, year.assessment, sets, year.units, path)
    forms = review_forms(year.assessment, sets, year.units).forms
    names = file_names(list(forms), ".xlsx")
    for agency, form in forms.items():
        title = agency_title(year.assessment, year.units.by_id, agency)
        write_review(form, title, folder / names[agency], year, shown, store.last, store.seal)
    return len(forms)


def _appeal(year: Year, store: Store, folder: Path, language: Language) -> int:
    from cli.appeal.make import forms_of_units, write_forms
    from cli.appeal.opened import open_appeals
    from inputs.illustrative_year import practice_appeals

    cut = [case.key for case in open_appeals(year, store, language).cases]
    facts = practice_appeals(cut, SEED)
    appeals = open_appeals(year, store, language, _batches("appeal", "appeal", facts))
    forms, _ = forms_of_units(appeals, list(facts))
    write_forms(appeals, folder, forms, again=True)
    return len(forms)


def _sets(year: Year) -> list[CriteriaSet]:
    return [each.set for each in year.sets]


def _batches(stage: Stage, kind: BatchKind, facts: Mapping[str, Sequence[Fact]]) -> list[Batch]:
    """Facts as if they had been collected now, for workbooks that show them."""
    from cli.folder import now
    from inputs.store.facts import Batch

    return [Batch(stage, kind, who, "-", "", now(), facts=said) for who, said in facts.items()]
