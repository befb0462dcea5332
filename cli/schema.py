"""`parindex schema`: the JSON Schemas of criteria sets and plans, for editors."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.console import print_json, say
from cli.options import START


def schema(
    plan: Annotated[bool, typer.Option("--plan", help=say("option.schema-plan", START))] = False,
) -> None:
    """Print the JSON Schema of the criteria language, or of plans."""
    from criteria.schema import json_schema, plan_schema

    print_json(plan_schema() if plan else json_schema())
