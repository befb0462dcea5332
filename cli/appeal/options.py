"""Options of the commands below `appeal`."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from cli.console import say
from cli.options import START

Unit: TypeAlias = Annotated[str, typer.Argument(metavar="UNIT", help=say("option.unit", START))]
By: TypeAlias = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help=say("appeals.option-by", START))
]
OutPath: TypeAlias = Annotated[
    Path | None, typer.Option("--out", metavar="PATH", help=say("appeals.option-out", START))
]
