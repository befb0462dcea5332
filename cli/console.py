"""How the commands speak: results on stdout, problems on stderr, exit code 1 when there are any."""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

from criteria.wording import Language, chosen_language, wording

if TYPE_CHECKING:
    from criteria.problems import Problem

_MOST_OF_A_KIND = 20
"""Findings of one code in one file that are printed; `--json` has them all."""


def say(key: str, language: Language, /, **values: object) -> str:
    """A sentence of the program's own (`criteria/wording/cli.toml`)."""
    return wording("cli", key, language, **values)


def language_of(asked: str | None) -> Language:
    """The language for this command; an unknown one is wrong use."""
    if asked is not None and asked not in ("vi", "en"):
        language = chosen_language(None)
        typer.echo(say("wrong-language", language, value=asked), err=True)
        raise typer.Exit(2)
    return chosen_language(asked)


def day_of(asked: str | None, language: Language) -> datetime.date | None:
    """A day, as 2018-06-30 or 30/06/2018; anything else is wrong use."""
    if asked is None:
        return None
    for spelling in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.datetime.strptime(asked, spelling).date()
        except ValueError:
            continue
    typer.echo(say("wrong-day", language, value=asked), err=True)
    raise typer.Exit(2)


def who_of(asked: str, language: Language) -> str:
    """The name of who does something, for the record; a blank one is wrong use."""
    if asked.strip():
        return asked.strip()
    typer.echo(say("wrong-who", language), err=True)
    raise typer.Exit(2)


@contextmanager
def reporting_problems(language: Language, as_json: bool = False) -> Iterator[None]:
    """Turn problems into a readable list and exit code 1."""
    from criteria.problems import ProblemsFound

    try:
        yield
    except ProblemsFound as error:
        report(error.problems, language, as_json)
        raise typer.Exit(1) from error


def report(problems: Sequence[Problem], language: Language, as_json: bool = False) -> None:
    """Print findings: as JSON on stdout, else as text on stderr with a closing count."""
    if as_json:
        print_json({"problems": [problem.record(language) for problem in problems]})
        return
    for line in _shortened(problems, language):
        typer.echo(line, err=True)
    errors = sum(not problem.advice for problem in problems)
    advice = len(problems) - errors
    typer.echo(say("count", language, errors=errors, advice=advice), err=True)


def _shortened(problems: Sequence[Problem], language: Language) -> Iterator[str]:
    seen: dict[tuple[str, str], int] = {}
    for problem in problems:
        kind = (problem.code, problem.place.file)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= _MOST_OF_A_KIND:
            mark = say("advice", language) if problem.advice else say("problem", language)
            yield f"{mark} {problem.text(language)}"
    for (code, file), count in seen.items():
        if count > _MOST_OF_A_KIND:
            more = count - _MOST_OF_A_KIND
            yield say("more-of-a-kind", language, more=more, code=code, file=file)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def use_utf8() -> None:
    """Vietnamese on every terminal, the Windows console included."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
