"""`parindex review`: workbooks for reviewing agencies, out and back; one short file a command."""

from __future__ import annotations

from collections.abc import Callable

import typer

from cli.console import say
from cli.review.collect import collect
from cli.review.make import make
from criteria.wording import Language


def review_app(language: Language) -> typer.Typer:
    """The commands below `review`, with their help in one language."""
    app = typer.Typer(
        name="review",
        help=say("help.review", language),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    commands: dict[str, Callable[..., None]] = {"make": make, "collect": collect}
    for name, command in commands.items():
        app.command(name, help=say(f"help.review-{name}", language))(command)
    return app
