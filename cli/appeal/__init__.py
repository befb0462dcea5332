"""`parindex appeal`: units answer cut points, the council rules; one short file a command."""

from __future__ import annotations

import typer

from cli.appeal.collect import collect
from cli.appeal.make import make
from cli.appeal.rule import rule
from cli.appeal.show import show
from cli.groups import group_of
from criteria.wording import Language


def appeal_app(language: Language) -> typer.Typer:
    """The commands below `appeal`, with their help in one language."""
    return group_of(
        "appeal",
        {
            "make": make,
            "collect": collect,
            "show": show,
            "rule": rule,
        },
        language,
    )
