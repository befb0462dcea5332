"""Options that `parindex stage close` and `open` share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from cli.console import say
from cli.options import START, stage_of
from criteria.wording import Language

if TYPE_CHECKING:
    from criteria.assessment.model import Stage

StageArgument: TypeAlias = Annotated[
    str,
    typer.Argument(metavar="self|review|appeal|final", help=say("year-option.stage", START)),
]
By: TypeAlias = Annotated[
    str, typer.Option("--by", metavar="NAME", help=say("year-option.by", START))
]


def named_stage(asked: str, language: Language) -> Stage:
    """The stage of an argument; an unknown one is wrong use."""
    stage = stage_of(asked, language)
    assert stage is not None  # something was asked for
    return stage
