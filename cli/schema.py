"""`parindex schema`: the JSON Schema of criteria sets, for editors."""

from __future__ import annotations

from cli.console import print_json


def schema() -> None:
    """Print the JSON Schema of the criteria language."""
    from criteria.schema import json_schema

    print_json(json_schema())
