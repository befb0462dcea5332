"""Tables in the terminal: the ranking as people read it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.console import say
from criteria.wording import Language
from outputs.printed import PrintedGroup, PrintedUnit, barred_because, barred_grade

MOST_ROWS = 25
"""Units of one group that the terminal shows; the files have all."""


def print_table(
    headers: Sequence[str],
    rows: Sequence[Sequence[str]],
    numeric: Sequence[int] = (),
    title: str = "",
    whole: Sequence[int] = (),
) -> None:
    """A plain table on stdout; `numeric` columns are aligned right.

    Nothing is cut: what is too long goes on below.  `whole` columns (ids, days) stay on one line.
    """
    table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for position, header in enumerate(headers):
        right = position in numeric
        table.add_column(
            header,
            justify="right" if right else "left",
            no_wrap=right or position in whole,
            overflow="fold",
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console().print(table)


def console() -> Console:
    """Stdout; a pipe is given room, so that no column is cut there."""
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 140
    return Console(width=width, highlight=False)


def print_ranking(group: PrintedGroup, language: Language, most: int = MOST_ROWS) -> None:
    """The ranking of one group, best first."""
    criteria_set = group.set
    notes = []
    if criteria_set.status == "reference":
        notes.append(say("reference", language))
    if group.generated:
        notes.append(say("generated", language))
    if group.as_of is not None:
        notes.append(say("as-of", language, day=group.as_of.strftime("%d/%m/%Y")))
    if group.stage is not None:
        notes.append(say(f"stage.title.{group.stage}", language))
    title = criteria_set.group_title or criteria_set.group
    heading = say("ranking.title", language, group=title, year=criteria_set.year)
    if notes:
        heading += f" ({'; '.join(notes)})"
    names = ("rank", "unit", "points", "maximum", "index", "grade", "note")
    print_table(
        [say(f"ranking.{name}", language) for name in names],
        [_row(group, unit, language) for unit in group.units[:most]],
        numeric=(0, 2, 3, 4),
        title=heading,
    )
    if criteria_set.adjustments:
        console().print(say("ranking.adjusted", language))
    left = len(group.units) - most
    if left > 0:
        console().print(say("ranking.more", language, left=left))


def _row(group: PrintedGroup, unit: PrintedUnit, language: Language) -> list[str]:
    return [
        "–" if unit.rank is None else str(unit.rank),
        unit.name,
        number(unit.points, language),
        number(unit.maximum, language),
        number(unit.index, language) or "–",
        unit.grade,
        "; ".join(_notes(group, unit, language)),
    ]


def _notes(group: PrintedGroup, unit: PrintedUnit, language: Language) -> Iterator[str]:
    if unit.status != "ranked":
        yield say(f"unit-status.{unit.status}", language)
    barred = barred_grade(group.set, unit)
    if barred is not None:
        because = barred_because(group.set, barred)
        yield say("ranking.barred", language, grade=barred.name, because=because)


def number(text: str, language: Language) -> str:
    """A printed number with the decimal mark of the language."""
    return text.replace(".", ",") if language == "vi" else text
