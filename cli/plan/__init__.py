"""`parindex plan`: commands over the plan (kế hoạch) itself, one short file each."""

from __future__ import annotations

from collections.abc import Callable

import typer

from cli.console import say
from cli.plan.calendar import calendar
from cli.plan.check import check
from cli.plan.draft import draft
from cli.plan.export import export
from cli.plan.show import show
from criteria.wording import Language


def plan_app(language: Language) -> typer.Typer:
    """The commands below `plan`, with their help in one language."""
    app = typer.Typer(
        name="plan",
        help=say("help.plan", language),
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    commands: dict[str, Callable[..., None]] = {
        "show": show,
        "check": check,
        "calendar": calendar,
        "export": export,
        "draft": draft,
    }
    for name, command in commands.items():
        app.command(name, help=say(f"help.plan-{name}", language))(command)
    return app
