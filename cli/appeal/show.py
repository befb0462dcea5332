"""`parindex appeal show`: what was appealed, how it was ruled, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.wording import Language

if TYPE_CHECKING:
    from cli.appeal.opened import Appeals
    from inputs.workbooks.appeal_case import CutLeaf
    from scoring.worth import Move, Standing, Worth


def show(
    unit: Annotated[
        str | None, typer.Argument(metavar="[UNIT]", help=say("option.unit", START))
    ] = None,
    leaf: Annotated[
        str | None, typer.Argument(metavar="[LEAF]", help=say("appeals.option-leaf", START))
    ] = None,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """A table of appeals, or one of them in full."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.appeal.opened import open_appeals
        from cli.folder import open_year

        year = open_year()
        with year.store() as store:
            appeals = open_appeals(year, store, language)
        asked = None if unit is None else appeals.unit(unit)
        if asked is not None and leaf is not None:
            chosen = [appeals.case(asked, leaf)]
        else:
            chosen = [c for c in appeals.appealed if asked is None or c.unit.unit == asked.unit]
        worths = appeals.worths(chosen)
    if json:
        print_json({"appeals": [appeal_record(c, worths[c.key]) for c in chosen]})
    elif leaf is not None:
        print_case(appeals, chosen[0], worths[chosen[0].key])
    else:
        _table(appeals, chosen, worths, None if asked is None else asked.unit)


def state_of(case: CutLeaf, language: Language) -> str:
    """How far an appeal is, in a word or two."""
    if case.appeal is None:
        return say("appeals.state-none", language)
    decision = None if case.ruling is None else case.ruling.decision
    return say(f"appeals.state-{decision or 'open'}", language)


def _table(appeals: Appeals, cases: list[CutLeaf], worths: Any, unit: str | None) -> None:
    from cli.tables import number, print_table

    language, words = appeals.language, appeals.words
    cut = [c for c in appeals.cases if unit is None or c.unit.unit == unit]
    silent = len(cut) - len(cases)
    if not cases:
        typer.echo(say("appeals.none", language, cut=len(cut)))
        return
    rows = []
    for case in cases:
        worth: Worth | None = worths[case.key]
        line = [case.unit.name, case.duty.item.id, words.points(case, case.told)]
        line += [words.points(case, case.reviewed), state_of(case, language)]
        if worth is None:
            rows.append([*line, "–", "–", "–", "–", "–"])
            continue
        was, now = worth.own.before, worth.own.after
        rows.append(
            [
                *line,
                number(_arrow(was.points, now.points), language),
                number(_arrow(was.index, now.index), language),
                _arrow(_rank(was), _rank(now)),
                _arrow(was.grade, now.grade),
                str(len(worth.others)),
            ]
        )
    names = (
        "unit",
        "leaf",
        "self",
        "review",
        "state",
        "points",
        "index",
        "rank",
        "grade",
        "others",
    )
    heads = [say(f"appeals.{name}", language) for name in names]
    print_table(heads, rows, numeric=(2, 3, 9), title=say("appeals.title", language), whole=(1,))
    open_ = sum(case.open for case in cases)
    values = {"count": len(cases), "open": open_, "silent": silent}
    typer.echo(say("appeals.count", language, **values))
    typer.echo(say("appeals.if-granted", language))


def _arrow(before: str, after: str) -> str:
    return (before or "–") if before == after else f"{before or '–'} → {after or '–'}"


def _rank(standing: Standing) -> str:
    return "" if standing.rank is None else str(standing.rank)


def print_case(appeals: Appeals, case: CutLeaf, worth: Worth | None) -> None:
    """One appeal in full: points, both sides' reasons, the ruling, its worth."""
    words, language, item = appeals.words, appeals.language, case.duty.item
    head = {"unit": case.unit.name, "leaf": item.id, "title": item.title}
    typer.echo(say("appeals.case", language, **head))
    values = {
        "told": words.points(case, case.told),
        "reviewed": words.points(case, case.reviewed),
        "maximum": words.bound(item.maximum),
    }
    typer.echo(say("appeals.case-points", language, **values))
    typer.echo(say("appeals.case-why", language, text=_indented(words.why(case))))
    if case.proof is not None:
        typer.echo(say("appeals.case-proof", language, text=_indented(words.proof(case.proof))))
    if case.appeal is None:
        typer.echo(say("appeals.case-silent", language))
    else:
        typer.echo(say("appeals.case-appeal", language, text=_indented(words.proof(case.appeal))))
        typer.echo(say("appeals.case-ruled", language, text=words.ruled(case)))
    typer.echo(say("appeals.case-worth", language, text=_indented(words.worth(case, worth))))
    if worth is not None:
        print_others(appeals, worth)


def print_others(appeals: Appeals, worth: Worth) -> None:
    """The other units whose rank or grade changes."""
    from cli.tables import MOST_ROWS, print_table

    if not worth.others:
        return
    language = appeals.language
    rows = [
        [m.name, _arrow(_rank(m.before), _rank(m.after)), _arrow(m.before.grade, m.after.grade)]
        for m in worth.others[:MOST_ROWS]
    ]
    heads = [say(f"appeals.{name}", language) for name in ("unit", "rank", "grade")]
    print_table(heads, rows, title=say("appeals.others-title", language))
    if len(worth.others) > MOST_ROWS:
        left = len(worth.others) - MOST_ROWS
        typer.echo(say("appeals.more-others", language, left=left))


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def appeal_record(case: CutLeaf, worth: Worth | None) -> dict[str, Any]:
    """One appeal for machines; exact points as fractions, printed ones as texts."""
    appeal, ruling = case.appeal, case.ruling
    return {
        "unit": case.unit.unit,
        "name": case.unit.name,
        "leaf": case.duty.item.id,
        "title": case.duty.item.title,
        "maximum": str(case.duty.item.maximum),
        "self": None if case.told is None else str(case.told),
        "review": None if case.reviewed is None else str(case.reviewed),
        "lost": str(case.lost),
        "state": case.state,
        "appeal": None
        if appeal is None
        else {"explanation": appeal.reason, "evidence": appeal.evidence},
        "ruling": None
        if ruling is None
        else {
            "decision": ruling.decision,
            "points": ruling.points,
            "reason": ruling.reason,
            "by": ruling.who,
        },
        "if_granted": None if worth is None else worth_record(worth),
    }


def worth_record(worth: Worth) -> dict[str, Any]:
    """What a ruling is worth, for machines; numbers are texts, as printed."""
    return {**_move(worth.own), "others": [_move(move) for move in worth.others]}


def _move(move: Move) -> dict[str, Any]:
    return {
        "unit": move.unit,
        "name": move.name,
        "before": _standing(move.before),
        "after": _standing(move.after),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "points": standing.points,
        "index": standing.index or None,
        "rank": standing.rank,
        "grade": standing.grade or None,
    }
