"""Wrong use of the program (exit code 2), told in the user's language."""

import typer
from typer.exceptions import TyperException

from cli.console import say
from criteria.wording import Language


def wrong_use(error: Exception, language: Language) -> int | None:
    """Tell what was wrong with the command line; None when the error is of another sort."""
    if not isinstance(error, TyperException):
        return None
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.format_message(), err=True)
        return 2
    typer.echo(_sentence(error, language), err=True)
    if context is not None:
        typer.echo(say("use.see-help", language, command=context.command_path), err=True)
    return 2


def _sentence(error: TyperException, language: Language) -> str:
    match type(error).__name__:
        case "MissingParameter":
            parameter = getattr(error, "param", None)
            shown = parameter.opts[0] if parameter is not None else "?"
            if parameter is not None and not shown.startswith("-"):
                shown = parameter.metavar or shown.upper()
            return say("use.missing", language, name=shown)
        case "NoSuchOption":
            return say("use.no-such-option", language, name=getattr(error, "option_name", "?"))
        case "BadOptionUsage":
            return say("use.no-value", language, name=getattr(error, "option_name", "?"))
        case _:
            return say("use.other", language, reason=error.format_message())
