"""`parindex workbook`: self-scoring workbooks out to the units and back, one short file each."""

from __future__ import annotations

import typer

from cli.groups import group_of
from cli.workbook.collect import collect
from cli.workbook.make import make
from criteria.wording import Language


def workbook_app(language: Language) -> typer.Typer:
    """The commands below `workbook`, with their help in one language."""
    return group_of("workbook", {"make": make, "collect": collect}, language)
