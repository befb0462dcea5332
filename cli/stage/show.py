"""`parindex stage`: which stages are closed, since when and by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.console import language_of, print_json, reporting_problems, say
from cli.options import Json, Lang
from criteria.wording import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from criteria.assessment.model import Assessment, Stage
    from inputs.store.facts import StageEvent


def show(lang: Lang = None, json: Json = False) -> None:
    """The four stages, their days, and whether they are closed."""
    language = language_of(lang)
    with reporting_problems(language, json):
        from cli.folder import open_year

        year = open_year()
        with year.store() as store:
            rows = stage_rows(year.assessment, store.closed())
    if json:
        print_json({"stages": rows})
        return
    print_stages(rows, language)


def stage_rows(
    assessment: Assessment, closed: Mapping[Stage, StageEvent]
) -> list[dict[str, str | bool | None]]:
    """The stages as `--json` tells them; days and times are ISO, times in UTC."""
    from criteria.assessment.model import STAGES
    from inputs.store.admission import last_day

    first_open = next((stage for stage in STAGES[:-1] if stage not in closed), STAGES[-1])
    rows: list[dict[str, str | bool | None]] = []
    for stage in STAGES:
        event, day = closed.get(stage), last_day(assessment, stage)
        rows.append(
            {
                "stage": stage,
                "last_day": None if day is None else day.isoformat(),
                "closed": event is not None,
                "closed_at": None if event is None else event.at.isoformat(),
                "closed_by": None if event is None else event.who,
                "reason": None if event is None else event.reason,
                "in_force": stage == first_open,
            }
        )
    return rows


def print_stages(rows: Sequence[dict[str, str | bool | None]], language: Language) -> None:
    """The stages as a table."""
    from cli.tables import print_table

    names = ("name", "last-day", "state", "by", "reason")
    print_table(
        [say(f"stage.column.{name}", language) for name in names],
        [
            [
                say(f"stage.name.{row['stage']}", language),
                _day(row["last_day"]) or "–",
                _state(row, language),
                str(row["closed_by"] or ""),
                str(row["reason"] or ""),
            ]
            for row in rows
        ],
        whole=(1,),
    )


def _state(row: dict[str, str | bool | None], language: Language) -> str:
    if row["closed"]:
        return say("stage.is.closed", language, day=_day(row["closed_at"]))
    return say("stage.is.in-force" if row["in_force"] else "stage.is.open", language)


def _day(text: str | bool | None) -> str:
    """An ISO day, or the day in Vietnam of an ISO time, as it is printed."""
    import datetime

    from inputs.store.admission import local_day

    if not isinstance(text, str):
        return ""
    time = datetime.datetime.fromisoformat(text)
    return (local_day(time) if "T" in text else time.date()).strftime("%d/%m/%Y")
