"""`parindex workbook`: self-scoring workbooks out to the units and back, one short file each."""

from __future__ import annotations

from collections.abc import Callable

import typer

from cli.console import say
from cli.workbook.collect import collect
from cli.workbook.make import make
from criteria.wording import Language


def workbook_app(language: Language) -> typer.Typer:
    """The commands below `workbook`, with their help in one language."""
    app = typer.Typer(
        name="workbook",
        help=say("help.workbook", language),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    commands: dict[str, Callable[..., None]] = {"make": make, "collect": collect}
    for name, command in commands.items():
        app.command(name, help=say(f"help.workbook-{name}", language))(command)
    return app
