"""`parindex plan`: commands over the plan (kế hoạch) itself, one short file each."""

from __future__ import annotations

import typer

from cli.groups import group_of
from cli.plan.calendar import calendar
from cli.plan.check import check
from cli.plan.draft import draft
from cli.plan.export import export
from cli.plan.show import show
from criteria.wording import Language


def plan_app(language: Language) -> typer.Typer:
    """The commands below `plan`, with their help in one language."""
    return group_of(
        "plan",
        {
            "show": show,
            "check": check,
            "calendar": calendar,
            "export": export,
            "draft": draft,
        },
        language,
    )
