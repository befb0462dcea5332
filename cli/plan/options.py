"""Options that the commands below `plan` share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cli.console import say
from cli.options import START

PlanName: TypeAlias = Annotated[str, typer.Argument(metavar="PLAN", help=say("option.plan", START))]
PlanNames: TypeAlias = Annotated[
    list[str], typer.Argument(metavar="PLAN...", help=say("option.plan", START))
]
PlanUnits: TypeAlias = Annotated[
    Path | None, typer.Option("--units", metavar="F", help=say("option.plan-units", START))
]
UnitName: TypeAlias = Annotated[
    str | None, typer.Option("--unit", metavar="U", help=say("option.unit", START))
]
