"""`parindex appeal rule`: one ruling of the council, weighed before it is recorded."""

from __future__ import annotations

import datetime
import hashlib
import json as json_text
import sys
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from cli.appeal.options import Unit
from cli.console import language_of, print_json, reporting_problems, say, who_of
from cli.options import START, Json, Lang
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.appeal.opened import Appeals
    from inputs.store.facts import Batch
    from inputs.workbooks.appeal_case import CutLeaf
    from inputs.workbooks.appeal_rulings import Ruling
    from scoring.worth import Worth

_WORDS = {"uphold": "upheld", "restore": "restored", "points": "given"}


def rule(
    unit: Unit,
    leaf: Annotated[str, typer.Argument(metavar="LEAF", help=say("appeals.option-leaf", START))],
    ruling: Annotated[
        str,
        typer.Argument(metavar="uphold|restore|points", help=say("appeals.option-ruling", START)),
    ],
    reason: Annotated[
        str, typer.Option("--reason", metavar="T", help=say("appeals.option-reason", START))
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help=say("appeals.option-by", START))],
    points: Annotated[
        str | None,
        typer.Option("--points", metavar="P", help=say("appeals.option-points", START)),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=say("appeals.option-yes", START))] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Say first what a ruling is worth, then record it."""
    language = language_of(lang)
    by = who_of(by, language)
    if ruling not in _WORDS:
        known = ", ".join(_WORDS)
        typer.echo(say("appeals.wrong-ruling", language, value=ruling, known=known), err=True)
        raise typer.Exit(2)
    with reporting_problems(language, json):
        from cli.appeal.opened import open_appeals
        from cli.folder import now, open_year

        year = open_year()
        moment = now()
        with year.store(write=True) as store:
            appeals = open_appeals(year, store, language)
            case = appeals.case(appeals.unit(unit), leaf)
            said = _ruling(ruling, points, reason, case, Place(str(year.store_path)))
            worth, batch = _checked(appeals, case, said, by, moment)
            wrong = appeals.contradicting(store, {case.key: batch.facts})
            stop_if_any(
                Problem("ruling-contradicts", Place(str(year.store_path)), values, *case.key)
                for values in wrong.values()
            )
            if not json:
                _print_worth(appeals, case, worth)
            if not _agreed(yes, language):
                raise typer.Exit(1)
            store.add([batch])
    if json:
        from cli.appeal.show import worth_record

        key = {"unit": case.unit.unit, "leaf": case.duty.item.id}
        print_json({**key, "ruling": said.decision, "worth": worth_record(worth)})
    else:
        typer.echo(say("appeals.ruled", language, by=by))


def _ruling(word: str, points: str | None, reason: str, case: CutLeaf, place: Place) -> Ruling:
    """The ruling as the command line has it.  Raises: ProblemsFound for unreadable points."""
    from inputs.values import Cell, Fault, read_number
    from inputs.workbooks.appeal_rulings import Ruling

    number: Fraction | None = None
    if points is not None:
        read = read_number(Cell(points))
        if isinstance(read, Fault):
            unit, leaf = case.key
            values = {"value": points[:60]}
            raise ProblemsFound(
                [Problem("ruling-points-unreadable", place, values, unit=unit, criterion=leaf)]
            )
        number = read
    match word:
        case "uphold":
            return Ruling("upheld", number, reason.strip())
        case "restore":
            return Ruling("restored", number, reason.strip())
        case _:
            return Ruling("given", number, reason.strip())


def _checked(
    appeals: Appeals, case: CutLeaf, said: Ruling, by: str, moment: datetime.datetime
) -> tuple[Worth, Batch]:
    """What a ruling is worth that nothing forbids, and its batch.  Raises: ProblemsFound."""
    from inputs.store.admission import admission
    from inputs.store.facts import Batch
    from inputs.workbooks.appeal_rulings import ruling_facts, ruling_problems

    place = Place(str(appeals.year.store_path))
    reached = admission(appeals.year.assessment, appeals.closed, "appeal", moment, place)
    stop_if_any([] if reached.refusal is None else [reached.refusal])
    stop_if_any(ruling_problems(said, case, place))
    worths = appeals.weighed({case.key: said})
    stop_if_any(appeals.worse(worths, {case.key: place}).values())
    unit, leaf = case.key
    told = {
        "unit": unit,
        "leaf": leaf,
        "decision": said.decision,
        "points": None if said.points is None else str(said.points),
        "reason": said.reason,
        "by": by,
        "at": moment.isoformat(),
        "basis": appeals.last,
    }
    text = json_text.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    batch = Batch(
        stage="appeal",
        kind="ruling",
        who=by,
        file="-",
        sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        at=moment,
        late=reached.late,
        basis=appeals.last,
        facts=tuple(ruling_facts(said, case)),
    )
    return worths[case.key], batch


def _print_worth(appeals: Appeals, case: CutLeaf, worth: Worth) -> None:
    from cli.appeal.show import print_others

    language, item = appeals.language, case.duty.item
    head = {"unit": case.unit.name, "leaf": item.id, "title": item.title}
    typer.echo(say("appeals.case", language, **head))
    if case.ruling is not None:
        typer.echo(say("appeals.rule-before", language, text=appeals.words.ruled(case)))
    typer.echo(say("appeals.rule-worth", language))
    for line in appeals.words.worth_lines(worth):
        typer.echo(f"    {line}")
    print_others(appeals, worth)


def _agreed(yes: bool, language: Language) -> bool:
    """Whether the ruling is to be recorded; without a terminal only `--yes` says so."""
    if yes:
        return True
    if not sys.stdin.isatty():
        typer.echo(say("appeals.yes-needed", language), err=True)
        raise typer.Exit(2)
    return typer.confirm(say("appeals.confirm", language))
