"""What Excel lets people type into a review workbook (kiểm tra ô nhập), with its messages.

A courtesy to those who type: everything is checked again when the workbook is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeAlias

from criteria.model import Adjustment, CriteriaSet, Leaf
from criteria.rules import Judged
from inputs.workbooks.entries import FIRST_DAY, LAST_DAY, Entry, entry_of
from inputs.workbooks.form import MANIFEST, NO, YES
from outputs.forms.review_words import number, say

Check: TypeAlias = dict[str, Any]
"""Options of XlsxWriter's `data_validation`."""

_LONGEST_LIST, LONGEST_HINT, LONGEST_HEAD = 255, 255, 32
"""Characters that Excel takes in a list, in the text of a hint, in its title."""

LISTS_FROM = 3
"""Column of the manifest's sheet from which on lists stand, counted from 0."""


@dataclass
class OptionLists:
    """Lists that cannot be spelled in a check, long ones or with commas or quotes in them.

    They stand on the manifest's sheet.
    """

    lists: list[tuple[str, ...]] = field(default_factory=list)

    def source(self, options: Sequence[str]) -> list[str] | str:
        """The options themselves, or the range where they will stand."""
        spelled = ",".join(options)
        if (
            len(spelled) <= _LONGEST_LIST
            and spelled.count(",") < len(options)
            and '"' not in spelled
        ):
            return list(options)
        wanted = tuple(options)
        if wanted not in self.lists:
            self.lists.append(wanted)
        column = _letters(LISTS_FROM + self.lists.index(wanted))
        return f"='{MANIFEST}'!${column}$1:${column}${len(wanted)}"

    def write(self, sheet: Any) -> None:
        for number_, options in enumerate(self.lists):
            for row, option in enumerate(options):
                sheet.write_string(row, LISTS_FROM + number_, option)


def _letters(column: int) -> str:
    first, last = divmod(column, 26)
    return f"{chr(ord('A') + first - 1) if first else ''}{chr(ord('A') + last)}"


def decision_check(words: Sequence[str], leaf: str, rule: str) -> Check:
    """The list of decisions; the rule in words appears beside the cell that is selected."""
    return {
        "validate": "list",
        "source": list(words),
        "input_title": shortened(say("entry.rule_title", leaf=leaf), LONGEST_HEAD),
        "input_message": shortened(rule, LONGEST_HINT),
        "error_title": say("entry.decision_title"),
        "error_message": say("entry.decision"),
    }


def points_check(item: Leaf | Adjustment) -> Check:
    """Points from 0 to the maximum; a penalty's are negative."""
    low, high = sorted((Fraction(0), item.maximum))
    step = ""
    if isinstance(item.rule, Judged):
        step = say("entry.step", increment=number(item.rule.increment))
    said = say("entry.points", low=number(low), high=number(high), step=step)
    return {
        "validate": "decimal",
        "criteria": "between",
        "minimum": float(low),
        "maximum": float(high),
        "input_message": shortened(said, LONGEST_HINT),
        "error_title": say("entry.points_title"),
        "error_message": shortened(said, LONGEST_HINT),
    }


def value_check(criteria_set: CriteriaSet, name: str, lists: OptionLists) -> Check:
    """What a cell for a number, a day or an option takes."""
    declared = criteria_set.inputs[name]
    entry = entry_of(criteria_set, name)
    error = {"error_title": say("entry.value_title")}
    if entry is not None:
        return error | _number_check(entry)
    if declared.type == "date":
        days = {"criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
        return error | days | {"validate": "date", "error_message": say("entry.date")}
    options = (YES, NO) if declared.type == "yes_no" else declared.options or ()
    source = lists.source(options)
    return error | {"validate": "list", "source": source, "error_message": say("entry.list")}


def _number_check(entry: Entry) -> Check:
    values = {
        "low": number(entry.low),
        "high": number(entry.high),
        "decimals": entry.decimals,
    }
    kind = "decimal" if entry.decimals else "integer"
    said = say("entry.decimal" if entry.decimals else "entry.whole", **values)
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": float(entry.low) if entry.decimals else int(entry.low),
        "maximum": float(entry.high) if entry.decimals else int(entry.high),
        "error_message": shortened(said, LONGEST_HINT),
    }


def shortened(value: str, most: int) -> str:
    """A text of so many characters at most."""
    return value if len(value) <= most else f"{value[: most - 1]}…"
