"""`parindex review`: workbooks for reviewing agencies, out and back; one short file a command."""

from __future__ import annotations

import typer

from cli.groups import group_of
from cli.review.collect import collect
from cli.review.make import make
from criteria.wording import Language


def review_app(language: Language) -> typer.Typer:
    """The commands below `review`, with their help in one language."""
    return group_of("review", {"make": make, "collect": collect}, language)
