"""Options that several commands share, with their help in the language the program starts in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cli.console import say
from criteria.wording import Language, chosen_language

if TYPE_CHECKING:
    from criteria.assessment.model import Stage


def asked_language(words: list[str]) -> Language:
    """The language of the help texts, which are fixed before any option is read."""
    for place, word in enumerate(words, start=1):
        if word == "--lang":
            return chosen_language(words[place] if place < len(words) else None)
        if word.startswith("--lang="):
            return chosen_language(word.partition("=")[2])
    return chosen_language()


START = asked_language(sys.argv[1:])

Sets: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="SET...", help=say("option.sets", START))
]
UnitsFile: TypeAlias = Annotated[
    Path, typer.Option("--units", metavar="F", help=say("option.units", START))
]
AnswerFiles: TypeAlias = Annotated[
    list[Path], typer.Option("--answers", metavar="F", help=say("option.answers", START))
]
TasksFile: TypeAlias = Annotated[
    Path | None, typer.Option("--tasks", metavar="F", help=say("option.tasks", START))
]
ProgressFile: TypeAlias = Annotated[
    Path | None, typer.Option("--progress", metavar="F", help=say("option.progress", START))
]
StageName: TypeAlias = Annotated[
    str | None,
    typer.Option("--stage", metavar="self|review|appeal|final", help=say("option.stage", START)),
]
AsOf: TypeAlias = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help=say("option.count-as-of", START)),
]
Out: TypeAlias = Annotated[
    Path, typer.Option("--out", metavar="DIR", help=say("option.out", START))
]
EngineName: TypeAlias = Annotated[
    str, typer.Option("--engine", metavar="polars|duckdb", help=say("option.engine", START))
]
Lang: TypeAlias = Annotated[
    str | None, typer.Option("--lang", metavar="vi|en", help=say("option.lang", START))
]
Json: TypeAlias = Annotated[bool, typer.Option("--json", help=say("option.json", START))]


def stage_of(asked: str | None, language: Language) -> Stage | None:
    """A stage by its id; an unknown one is wrong use."""
    from criteria.assessment.model import STAGES

    known = next((stage for stage in STAGES if stage == asked), None)
    if asked is not None and known is None:
        typer.echo(say("use.wrong-stage", language, value=asked), err=True)
        raise typer.Exit(2)
    return known
