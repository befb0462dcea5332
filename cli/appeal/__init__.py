"""`parindex appeal`: units answer cut points, the council rules; one short file a command."""

from __future__ import annotations

from collections.abc import Callable

import typer

from cli.appeal.collect import collect
from cli.appeal.make import make
from cli.appeal.rule import rule
from cli.appeal.show import show
from cli.console import say
from criteria.wording import Language


def appeal_app(language: Language) -> typer.Typer:
    """The commands below `appeal`, with their help in one language."""
    app = typer.Typer(
        name="appeal",
        help=say("help.appeal", language),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    commands: dict[str, Callable[..., None]] = {
        "make": make,
        "collect": collect,
        "show": show,
        "rule": rule,
    }
    for name, command in commands.items():
        app.command(name, help=say(f"help.appeal-{name}", language))(command)
    return app
