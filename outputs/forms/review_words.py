"""What a review workbook says in words: rules, counts, numbers as the store spells them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from textwrap import wrap

from criteria.assessment.model import Assessment
from criteria.exact import shortest
from criteria.model import CriteriaSet, Input
from criteria.quantities import TaskColumn
from criteria.wording import wording
from inputs.facts import rule_task_columns
from inputs.workbooks.form import NO, YES
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.plan_work import only
from outputs.explain.rule_text import rule_text
from outputs.explain.voice import Voice

VOICE = Voice("vi")
"""Forms are Vietnamese: they go to offices that fill them in."""

_LINE, _HIGHEST = 13.5, 409.0
"""Points of one line of the rows, and of the highest row that Excel takes."""


def say(key: str, **values: object) -> str:
    """Words of the workbook (`criteria/wording/review_form.toml`)."""
    return wording("review_form", key, "vi", **values)


def marks(sets: Iterable[CriteriaSet], assessment: Assessment) -> list[str]:
    """What has to be said wherever these sets or their data are shown."""
    told = [say("guide.reference")] if any(s.status == "reference" for s in sets) else []
    return [*told, say("guide.generated")] if assessment.generated else told


def rule_words(
    criteria_set: CriteriaSet, leaves: Collection[str], *, full: bool
) -> Mapping[str, str]:
    """The rules of some leaves in words; `full`: quantities are named with all their titles."""
    found: dict[str, str] = {}
    for item in criteria_set.items:
        if item.id in leaves:
            row = _bare_row(criteria_set, item.id)
            told = rule_text(item.rule, item.maximum, row, VOICE, part=full)
            found[item.id] = f"{told[:1].upper()}{told[1:]}."
    return found


def count_words(criteria_set: CriteriaSet, leaf: str, name: str) -> str:
    """What a column of counts of the plan is called."""
    row = _bare_row(criteria_set, leaf)
    column = next(each for each in rule_task_columns(row.item.rule) if each.name == name)
    return _counted(column, row)


def _counted(column: TaskColumn, row: LedgerRow) -> str:
    key = f"reported.{column.of}_{column.what}"
    return VOICE.say(key, only=only(column, row, VOICE))


def _bare_row(criteria_set: CriteriaSet, leaf: str) -> LedgerRow:
    """A leaf of nobody: what its rule says whatever is reported."""
    item = next(each for each in criteria_set.items if each.id == leaf)
    return LedgerRow(item, criteria_set, "missing", None, "missing", item.basis, {})


def spelled(value: str, declared: Input) -> str:
    """A stored value as people read it: `Có`, 31/01/2018, 12,5."""
    match declared.type:
        case "yes_no":
            return YES if value == "yes" else NO
        case "date":
            return VOICE.day(datetime.date.fromisoformat(value))
        case "choice":
            return value
        case _:
            return number(Fraction(value))


def number(value: Fraction) -> str:
    """An exact number with the decimal comma."""
    return shortest(value).replace(".", ",")


def height(*cells: tuple[str, float]) -> float:
    """Height of a row, in points, whose texts wrap in columns so wide."""
    lines = max((_wrapped(value, width) for value, width in cells), default=1)
    return min(_LINE * lines + 4, _HIGHEST)


@lru_cache(maxsize=100_000)
def _wrapped(value: str, width: float) -> int:
    """Widths count digits of 11 points; letters of 10 points are narrower."""
    letters = max(int(width * 1.2), 1)
    parts = value.split("\n")
    return sum(1 if len(part) <= letters else len(wrap(part, letters)) for part in parts)
