"""`parindex stage`: the stages of the year, one short file a command."""

from __future__ import annotations

from collections.abc import Callable

import typer

from cli.console import say
from cli.options import Json, Lang
from cli.stage.close import close
from cli.stage.reopen import reopen
from cli.stage.show import show
from criteria.wording import Language


def stage_app(language: Language) -> typer.Typer:
    """The commands below `stage`, with their help in one language; alone it shows."""
    app = typer.Typer(
        name="stage",
        help=say("help.stage", language),
        invoke_without_command=True,
        rich_markup_mode=None,
    )

    @app.callback()
    def root(context: typer.Context, lang: Lang = None, json: Json = False) -> None:
        """Show the stages where no command is named."""
        if context.invoked_subcommand is None:
            show(lang, json)

    commands: dict[str, Callable[..., None]] = {"show": show, "close": close, "open": reopen}
    for name, command in commands.items():
        app.command(name, help=say(f"help.stage-{name}", language))(command)
    return app
