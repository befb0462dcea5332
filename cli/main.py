"""The list of commands, and what happens when something goes wrong around them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import typer

from cli.appeal import appeal_app
from cli.check import check
from cli.console import say, use_utf8
from cli.demo import demo
from cli.explain import explain
from cli.init import init
from cli.options import START, Lang
from cli.packs import packs
from cli.plan import plan_app
from cli.practice import practice
from cli.record import record
from cli.review import review_app
from cli.schema import schema
from cli.score import score
from cli.stage import stage_app
from cli.status import status
from cli.workbook import workbook_app
from cli.wrong_use import wrong_use
from criteria.wording import Language


def make_app(language: Language) -> typer.Typer:
    """The program with its help in one language."""
    app = typer.Typer(
        name="parindex",
        help=say("help.app", language),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback()
    def root(lang: Lang = None) -> None:
        """What stands before the command: only the language of the help, read before anything."""

    commands: dict[str, Callable[..., None]] = {
        "packs": packs,
        "init": init,
        "record": record,
        "practice": practice,
        "status": status,
        "check": check,
        "score": score,
        "explain": explain,
        "demo": demo,
        "schema": schema,
    }
    for name, command in commands.items():
        app.command(name, help=say(f"help.{name}", language))(command)
    app.add_typer(plan_app(language), name="plan")
    app.add_typer(stage_app(language), name="stage")
    app.add_typer(workbook_app(language), name="workbook")
    app.add_typer(review_app(language), name="review")
    app.add_typer(appeal_app(language), name="appeal")
    return app


def main() -> None:
    """Entry point: exit code 0 done, 1 problems in what was given, 2 wrong use."""
    use_utf8()
    language = START
    try:
        code = make_app(language)(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except typer.Abort:
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo(say("interrupted", language), err=True)
        sys.exit(1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        code = wrong_use(error, language)
        if code is None:
            if os.environ.get("PARINDEX_DEBUG"):
                raise
            values = {"kind": type(error).__name__, "reason": str(error)[:300]}
            typer.echo(say("internal", language, **values), err=True)
            code = 1
        sys.exit(code)


if __name__ == "__main__":
    main()
