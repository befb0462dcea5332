"""`parindex stage`: the stages of the year, one short file a command."""

from __future__ import annotations

import typer

from cli.groups import group_of
from cli.options import Json, Lang
from cli.stage.close import close
from cli.stage.reopen import reopen
from cli.stage.show import show
from criteria.wording import Language


def stage_app(language: Language) -> typer.Typer:
    """The commands below `stage`, with their help in one language; alone it shows."""
    app = group_of("stage", {"show": show, "close": close, "open": reopen}, language, alone=True)

    @app.callback()
    def root(context: typer.Context, lang: Lang = None, json: Json = False) -> None:
        """Show the stages where no command is named."""
        if context.invoked_subcommand is None:
            show(lang, json)

    return app
