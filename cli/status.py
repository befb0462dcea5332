"""`parindex status`: who has sent, how far the review is, what is lacking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.console import language_of, print_json, report, reporting_problems, say
from cli.options import START, Json, Lang
from criteria.wording import Language

if TYPE_CHECKING:
    import polars as pl

    from cli.folder import Year
    from inputs.store.standing import Standing

_COUNTS = ("received", "late", "refused", "problems")
_NAMED = 2
"""Agencies that a line names; more are counted."""
_LEAVES = ("leaves", "pending", "rejected", "appealed", "ruled")


def status(
    group: Annotated[
        str | None, typer.Option("--group", metavar="G", help=say("year-option.group", START))
    ] = None,
    units: Annotated[bool, typer.Option("--units", help=say("year-option.listing", START))] = False,
    late: Annotated[bool, typer.Option("--late", help=say("year-option.late", START))] = False,
    lang: Lang = None,
    json: Json = False,
) -> None:
    """Show how the year stands."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.folder import open_year
        from cli.stage.show import stage_rows
        from criteria.problems import Place, Problem, stop_if_any
        from inputs.store.history import history
        from inputs.store.in_force import stage_in_force
        from inputs.store.standing import standing

        year = open_year()
        if group is not None and group not in year.by_group:
            values = {"value": group, "known": ", ".join(year.by_group)}
            stop_if_any([Problem("status-group-unknown", Place(str(year.folder)), values)])
        sets = [each.set for each in year.sets if group in (None, each.set.group)]
        with year.store() as store:
            stages = stage_rows(year.assessment, store.closed())
            now_in_force, told = stage_in_force(store), history(store)
            found = standing(told, store.batches(), now_in_force, year.assessment, sets, year.units)
        rows = _in_order(found.units, year)
        groups = [
            _group(each.group, [row for row in rows if row["group"] == each.group]) for each in sets
        ]
    if json:
        print_json(_record(year, stages, groups, found, rows if units else None, language))
        return
    from cli.stage.show import print_stages

    if year.advice:
        report(year.advice, language)
    typer.echo(year.assessment.title)
    print_stages(stages, language)
    _print_groups(groups, year, found, language)
    _print_agencies(found, year, language)
    if units:
        _print_units(rows, year, language)
    if late:
        _print_late(found.late, year, language)


def _in_order(frame: pl.DataFrame, year: Year) -> list[dict[str, Any]]:
    """The units by group, in Vietnamese order of their names."""
    from outputs.collation import vietnamese_key

    groups = list(year.by_group)
    return sorted(
        frame.to_dicts(),
        key=lambda row: (
            groups.index(row["group"]),
            vietnamese_key(year.units.by_id[row["unit"]].name),
            row["unit"],
        ),
    )


def _group(group: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The sums of one group."""
    sums = {name: sum(int(row[name]) for row in rows) for name in (*_COUNTS, *_LEAVES)}
    missing = len(rows) - sums["received"]
    settled = sums["leaves"] - sums["pending"]
    return {"group": group, "units": len(rows), "missing": missing, "settled": settled, **sums}


def _record(
    year: Year,
    stages: list[dict[str, Any]],
    groups: list[dict[str, Any]],
    found: Standing,
    units: list[dict[str, Any]] | None,
    language: Language,
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "assessment": year.assessment.id,
        "title": year.assessment.title,
        "stages": stages,
        "counted_at": found.stage,
        "groups": groups,
        "agencies": [
            {**row, "title": _agency(row["agency"], year)} for row in found.agencies.to_dicts()
        ],
        "late": [
            {**row, "taken_at": row["taken_at"].isoformat()}
            for row in found.late.select(_LATE).to_dicts()
        ],
        "refused_of_nobody": found.strangers,
        "problems": [problem.record(language) for problem in year.advice],
    }
    return record if units is None else {**record, "units": units}


_LATE = ("batch", "stage", "kind", "who", "file", "taken_at", "outcome")


def _agency(agency: str, year: Year) -> str:
    from inputs.workbooks.agencies import agency_title

    return agency_title(year.assessment, year.units.by_id, agency)


def _group_title(group: str, year: Year) -> str:
    return year.by_group[group].set.group_title or group


def _print_groups(
    groups: list[dict[str, Any]], year: Year, found: Standing, language: Language
) -> None:
    from cli.tables import print_table

    names = ("units", "received", "missing", "late", "refused", "problems")
    print_table(
        [say(f"standing.{name}", language) for name in ("group", *names)],
        [[_group_title(row["group"], year), *(str(row[n]) for n in names)] for row in groups],
        numeric=range(1, 1 + len(names)),
        title=say("standing.workbooks", language),
    )
    if found.strangers:
        typer.echo(say("standing.strangers", language, count=found.strangers))
    names = ("leaves", "settled", "pending", "rejected", "appealed", "ruled")
    print_table(
        [say(f"standing.{name}", language) for name in ("group", *names)],
        [[_group_title(row["group"], year), *(str(row[n]) for n in names)] for row in groups],
        numeric=range(1, 1 + len(names)),
        title=say("standing.review", language, stage=say(f"stage.name.{found.stage}", language)),
    )


def _print_agencies(found: Standing, year: Year, language: Language) -> None:
    from cli.tables import print_table
    from outputs.collation import vietnamese_key

    rows = [(_agency(row["agency"], year), row) for row in found.agencies.to_dicts()]
    rows.sort(key=lambda row: vietnamese_key(row[0]))
    names = ("leaves", "settled", "pending", "waiting-units")
    print_table(
        [say(f"standing.{name}", language) for name in ("agency", *names)],
        [
            [
                title,
                str(row["leaves"]),
                str(row["leaves"] - row["pending"]),
                str(row["pending"]),
                str(row["units"]),
            ]
            for title, row in rows
        ],
        numeric=range(1, 1 + len(names)),
        title=say("standing.agencies", language),
    )


def _print_units(rows: list[dict[str, Any]], year: Year, language: Language) -> None:
    from cli.tables import print_table

    shown = []
    for row in rows:
        open_ = row["appealed"] - row["ruled"]
        if row["received"] and not (row["blank"] or row["pending"] or open_):
            continue
        key = "late" if row["late"] else "received" if row["received"] else "none"
        waits = str(row["pending"])
        if row["agencies"]:
            agencies = [_agency(agency, year) for agency in row["agencies"]]
            many = say("standing.many-agencies", language, count=len(agencies))
            waits += f" ({', '.join(agencies) if len(agencies) <= _NAMED else many})"
        name = year.units.by_id[row["unit"]].name
        workbook = say(f"standing.workbook.{key}", language)
        shown.append([row["unit"], name, workbook, str(row["blank"]), waits, str(open_)])
    names = ("unit", "name", "workbook.head", "blank", "pending", "open-appeals")
    print_table(
        [say(f"standing.{name}", language) for name in names],
        shown,
        numeric=(3, 5),
        title=say("standing.lacking", language),
        whole=(0,),
    )


def _print_late(late: pl.DataFrame, year: Year, language: Language) -> None:
    from cli.tables import print_table
    from inputs.store.admission import local_day

    print_table(
        [say(f"standing.{name}", language) for name in ("day", "stage", "who", "file", "outcome")],
        [
            [
                local_day(row["taken_at"]).strftime("%d/%m/%Y"),
                say(f"stage.name.{row['stage']}", language),
                _agency(row["who"], year),
                row["file"],
                say(f"standing.{row['outcome']}-file", language),
            ]
            for row in late.to_dicts()
        ],
        title=say("standing.late-files", language),
        whole=(0,),
    )
