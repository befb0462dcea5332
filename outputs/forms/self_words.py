"""What all self-scoring workbooks of one set share: rules in words and as terms, checks, sizes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from textwrap import wrap

from criteria.assessment.model import Assessment
from criteria.exact import decimals_needed
from criteria.model import CriteriaSet, Input
from criteria.quantities import TaskColumn
from criteria.rules import BestOf, RelativeToBest, Rule, SumOf
from criteria.wording import has_wording, wording
from inputs.facts import rule_task_columns
from inputs.workbooks.duties import Duty
from inputs.workbooks.entries import Entry, entry_of
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.plan_work import only
from outputs.explain.rule_text import rule_text
from outputs.explain.voice import Voice
from outputs.forms.review_checks import LONGEST_HINT, Check, OptionLists, shortened, value_check
from outputs.forms.review_words import number
from outputs.forms.self_filled import Best
from scoring.excel_columns import limits_of, scale_of
from scoring.lower import LeafTerms, Path, lower_leaf
from scoring.reader import Reader

VOICE = Voice("vi")
"""Forms are Vietnamese: they go to offices that fill them in."""

_HIGHEST = 400.0


def say(key: str, **values: object) -> str:
    """Words of the workbook (`criteria/wording/form.toml`)."""
    return wording("form", key, "vi", **values)


@dataclass(frozen=True)
class SetWords:
    """One set, prepared once for the workbooks of all its units."""

    set: CriteriaSet
    assessment: Assessment
    known: dict[object, object] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out for one unit and holds for others, too."""

    @cached_property
    def marks(self) -> list[str]:
        """What has to be said wherever the set or its data are shown."""
        told = [say("reference")] if self.set.status == "reference" else []
        return [*told, say("generated")] if self.assessment.generated else told

    @cached_property
    def rows(self) -> Mapping[str, LedgerRow]:
        """Leaves of nobody: what their rules say whatever is reported."""
        items = self.set.items
        return {i.id: LedgerRow(i, self.set, "missing", None, "", i.basis, {}) for i in items}

    @cached_property
    def rules(self) -> Mapping[str, str]:
        """Every leaf's rule in words."""
        return {name: self._rule(row) for name, row in self.rows.items()}

    def _rule(self, row: LedgerRow) -> str:
        # As of a part, whose quantity is named in full: the numbers asked for stand just below.
        told = rule_text(row.item.rule, row.item.maximum, row, VOICE, part=True)
        return say("form.rule", rule=f"{told}.")

    def absent(self, duty: Duty) -> str:
        """Why a leaf does not apply to a unit."""
        name = duty.item.applies_to or ""
        known = has_wording("explain", f"attribute.{name}")
        key = f"attribute.{name}" if known else "attribute.other"
        return say("absent.attribute", attribute=VOICE.say(key, attribute=name))

    @cached_property
    def counted(self) -> Mapping[str, TaskColumn]:
        """Columns of counts of the plan's tasks, by name."""
        return {each.name: each for i in self.set.items for each in rule_task_columns(i.rule)}

    def count_title(self, leaf: str, column: str) -> str:
        """What a count of the plan's tasks is called."""
        counted = self.counted[column]
        key = f"reported.{counted.of}_{counted.what}"
        return VOICE.say(key, only=only(counted, self.rows[leaf], VOICE))

    @cached_property
    def entries(self) -> Mapping[str, Entry | None]:
        """What the cells of each input take; None where it is no number."""
        return {name: entry_of(self.set, name) for name in self.set.inputs}

    @cached_property
    def limits(self) -> Mapping[str, tuple[int, int]]:
        """Bounds of the whole numbers in the columns of facts."""
        found: dict[str, tuple[int, int]] = {}
        for name, declared in self.set.inputs.items():
            entry = self.entries[name]
            decimals, low, high = bounds(entry)
            found |= limits_of(name, declared, decimals=decimals, low=low, high=high)
        return found

    @cached_property
    def relative(self) -> Mapping[str, tuple[Path, ...]]:
        """Leaf -> its parts that are measured against the best unit, where it has any."""
        found = {item.id: _relative(item.rule, ()) for item in self.set.items}
        return {name: paths for name, paths in found.items() if paths}

    @cached_property
    def plain_terms(self) -> Mapping[str, LeafTerms]:
        """The terms of every leaf, where no best is known."""
        return {item.id: self.terms(item.id, {}) for item in self.set.items}

    def terms(self, leaf: str, best: Best) -> LeafTerms:
        """The terms of a leaf; those that look at the best unit need it in `best`."""
        item = self.rows[leaf].item
        return lower_leaf(item, Reader(self.set, self._scales, best.get(leaf, {})), frozenset())

    @cached_property
    def _scales(self) -> Mapping[str, int]:
        numbers = {name: entry for name, entry in self.entries.items() if entry is not None}
        return {n: scale_of(self.set.inputs[n], entry.decimals) for n, entry in numbers.items()}

    def agency(self, duty: Duty) -> str:
        """The name of the agency that reviews."""
        declared = self.assessment.reviewers.get(duty.reviewer)
        if declared is not None:
            return declared.title
        key = f"reviewer.{duty.reviewer}"
        return VOICE.say(key) if has_wording("explain", key) else duty.reviewer

    @cached_property
    def lists(self) -> OptionLists:
        """Options that are too long to stand in a check."""
        return OptionLists()

    @cached_property
    def checks(self) -> Mapping[str, Check]:
        """What Excel lets people type for each input, with its hint."""
        return {name: self._check(name) for name in self.set.inputs}

    def _check(self, name: str) -> Check:
        hint = shortened(self.hint(name), LONGEST_HINT)
        told = {"input_message": hint, "error_title": say("entry.wrong"), "error_message": hint}
        return value_check(self.set, name, self.lists) | told

    @cached_property
    def decimals(self) -> int:
        """Decimals of the maxima."""
        return max(decimals_needed(leaf.maximum) or 0 for leaf in self.set.leaves)

    def hint(self, name: str) -> str:
        """What a yellow cell takes, in words."""
        declared, entry = self.set.inputs[name], self.entries[name]
        told = _number_hint(declared, entry) if entry is not None else self._other_hint(declared)
        if declared.at_most is not None:
            told += say("entry.at_most", title=self.set.inputs[declared.at_most].title)
        return told

    def _other_hint(self, declared: Input) -> str:
        return say(f"entry.{declared.type}", year=self.set.year)


def bounds(entry: Entry | None) -> tuple[int, Fraction | None, Fraction | None]:
    """Decimals, least and most of what a cell takes."""
    return (0, None, None) if entry is None else (entry.decimals, entry.low, entry.high)


def _relative(rule: Rule, path: Path) -> tuple[Path, ...]:
    if isinstance(rule, RelativeToBest):
        return (path,)
    if isinstance(rule, SumOf | BestOf):
        parts = enumerate(rule.parts)
        return tuple(found for at, part in parts for found in _relative(part, (*path, at)))
    return ()


def _number_hint(declared: Input, entry: Entry) -> str:
    values = {
        "low": number(entry.low),
        "high": number(entry.high),
        "decimals": entry.decimals,
    }
    low, high = declared.range or (None, None)
    match declared.type:
        case "tally":
            return say("entry.tally")
        case "percent":
            return say("entry.percent", **values)
        case "count":
            return say("entry.whole" if high is None else "entry.whole_range", **values)
        case "points":
            return say("entry.points", **values)
        case _ if high is not None:
            return say("entry.decimal_range", **values)
        case _ if low is not None or entry.low == 0:
            return say("entry.decimal", **values)
        case _:
            return say("entry.decimal_any", **values)


def measure(declared: Input) -> str:
    """The unit of measurement, or what kind of value it is."""
    return declared.measure or say(f"measure.{declared.type}")


def instance_words(key: str) -> str:
    """One instance of a task: `2017-W14` as "Tuần 14/2017"; a day as such."""
    year, _, rest = key.partition("-")
    if not rest:
        return say("instance.year", year=year)
    match rest[0]:
        case "W":
            return say("instance.week", number=int(rest[1:]), year=year)
        case "Q":
            roman = ("I", "II", "III", "IV")[int(rest[1:]) - 1]
            return say("instance.quarter", number=rest[1:], roman=roman, year=year)
        case "H":
            return say(f"instance.half{rest[1:]}", year=year)
        case _ if "-" in rest:
            return VOICE.day(datetime.date.fromisoformat(key))
        case _:
            return say("instance.month", number=int(rest), year=year)


def height(*cells: tuple[str, float], line: float = 14.0, least: int = 1) -> float:
    """Height of a row, in points, whose texts wrap in columns so wide."""
    lines = max([least, *(_lines(value, width) for value, width in cells)])
    return min(line * lines + 4, _HIGHEST)


@lru_cache(maxsize=8_192)
def _lines(value: str, width: float) -> int:
    """Lines of a text; widths count digits, and letters of this font are a little narrower."""
    letters = max(int(width * 1.16), 1)
    if len(value) <= letters and "\n" not in value:
        return 1
    return sum(max(len(wrap(part, letters)), 1) for part in value.split("\n"))
