"""Groups of commands (`plan show`, `review make`): made alike, with their help in one language."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from cli.console import say
from criteria.wording import Language


def group_of(
    name: str,
    commands: Mapping[str, Callable[..., None]],
    language: Language,
    *,
    alone: bool = False,
) -> typer.Typer:
    """The commands below `name`; `alone`: the name without a command does something, too."""
    app = typer.Typer(
        name=name,
        help=say(f"help.{name}", language),
        no_args_is_help=not alone,
        invoke_without_command=alone,
        rich_markup_mode=None,
    )
    for each, command in commands.items():
        app.command(each, help=say(f"help.{name}-{each}", language))(command)
    return app
