"""The layout of a reviewing agency's workbook (bảng thẩm định): which cell asks for what.

One sheet for each group of units, one row for each leaf of each unit that the agency reviews and
one for each of its numbers.  It follows from the sets, the units and the assessment; nothing here
is formatted or read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import shorten
from typing import Literal, TypeAlias

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet, leaf_inputs
from criteria.problems import Problem
from inputs.facts import rule_task_columns
from inputs.store.facts import Decision
from inputs.units import Unit, Units
from inputs.workbooks.agencies import agency_of
from inputs.workbooks.duties import Duty, conditions, duties
from inputs.workbooks.form import MANIFEST
from inputs.workbooks.labels import asked_title
from inputs.workbooks.sheet_names import sheet_name

GUIDE, RULES = "Hướng dẫn", "Cách chấm"
"""Sheets beside those of the groups: what to do, the rules in words; and the manifest."""

KEY, UNIT, ID, TITLE, MAXIMUM, SELF, STATE, PROOF = "A", "B", "C", "D", "E", "F", "G", "H"
DECISION, POINTS, VALUE, REASON = "I", "J", "K", "L"
"""Columns of a group's sheet; the key column is hidden, the last four are the agency's."""

HEAD_ROW, FIRST_ROW = 5, 6
"""Row of the header, and of the first entry."""

BULK_CELL = "C8"
"""Where the guide asks whether blank rows mean that the agency agrees."""
AGENCY_CELL = "C4"
"""Where the guide shows the agency's id."""

DECISIONS: Mapping[str, Decision] = {
    "Đồng ý": "agreed",
    "Cho điểm": "given",
    "Bác": "refused",
    "Không áp dụng": "not_applicable",
}
"""What the agency may conclude of a leaf as a whole, by the word in the cell."""

_LONGEST_GROUP = 19
"""Letters of a group's title that the name of its sheet has room for."""

_OF_OTHERS = ("given", "not_applicable")

RowKind: TypeAlias = Literal["leaf", "ask", "shared", "tasks", "condition"]
"""A leaf as a whole; a number whose home it is; a number asked elsewhere; counts of the plan's
tasks; a yes/no that only forbids grades (điều kiện xếp loại)."""


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One row; `duty` is None for conditions only.

    `option`: of a tally; of `tasks`, the column of facts that counts.
    """

    row: int
    key: str
    kind: RowKind
    unit: Unit
    duty: Duty | None = None
    input: str | None = None
    option: str | None = None

    @property
    def column(self) -> str:
        """The column of facts that the row speaks of."""
        if self.input is None:
            assert self.option is not None
            return self.option
        return self.input if self.option is None else f"{self.input}:{self.option}"

    @property
    def leaf(self) -> str | None:
        """Id of the leaf (or bonus, or penalty); None for conditions."""
        return None if self.duty is None else self.duty.item.id

    @property
    def criterion(self) -> str:
        """What problems call it: the leaf, or the condition."""
        return self.leaf or self.column

    @property
    def decisions(self) -> tuple[str, ...]:
        """The words that its cell of decisions offers; none where nothing is asked."""
        if self.kind != "leaf" or self.duty is None or not self.duty.applies:
            return ()
        # What nobody self-scored can neither be agreed to nor refused.
        whole = self.duty.by == "unit" or not self.duty.own
        return tuple(w for w, d in DECISIONS.items() if whole or d in _OF_OTHERS)

    @property
    def asks_value(self) -> bool:
        return self.kind in ("ask", "condition")

    def cell(self, column: str) -> str:
        """A cell of this row: `K12`."""
        return f"{column}{self.row}"


@dataclass(frozen=True, slots=True)
class LeafRows:
    """All rows of one leaf of one unit, that of the leaf as a whole first; or of one condition."""

    rows: tuple[ReviewRow, ...]

    @property
    def head(self) -> ReviewRow:
        return self.rows[0]

    @property
    def asks(self) -> tuple[ReviewRow, ...]:
        """The rows with a cell for a number."""
        return tuple(row for row in self.rows if row.asks_value)

    @property
    def self_scored(self) -> bool:
        duty = self.head.duty
        return duty is not None and duty.by == "unit"


@dataclass(frozen=True)
class ReviewSheet:
    """The sheet of one group of units."""

    name: str
    set: CriteriaSet
    rows: tuple[ReviewRow, ...]

    @cached_property
    def by_key(self) -> dict[str, ReviewRow]:
        return {row.key: row for row in self.rows}

    def title(self, row: ReviewRow) -> str:
        """What the row is about, as the set declares it."""
        if row.kind == "leaf":
            assert row.duty is not None
            return row.duty.item.title
        if row.input is None:
            return row.column
        return asked_title(self.set.inputs[row.input], row.option)

    @cached_property
    def leaves(self) -> tuple[LeafRows, ...]:
        """The rows of each leaf of each unit; a condition stands for itself."""
        found: dict[tuple[str, str | None, str | None], list[ReviewRow]] = {}
        for row in self.rows:
            alone = row.input if row.kind == "condition" else None
            found.setdefault((row.unit.unit, row.leaf, alone), []).append(row)
        return tuple(LeafRows(tuple(rows)) for rows in found.values())


@dataclass(frozen=True)
class ReviewForm:
    """The layout for one agency; `agency` is its id."""

    agency: str
    sheets: tuple[ReviewSheet, ...]

    @property
    def sets(self) -> tuple[CriteriaSet, ...]:
        return tuple(sheet.set for sheet in self.sheets)

    def reviews(self, unit: str, leaf: str) -> bool:
        """Whether a leaf (or condition) of a unit stands in this workbook."""
        return (unit, leaf) in self._reviewed

    @cached_property
    def home(self) -> Mapping[tuple[str, str], str]:
        """Unit and column of facts -> the leaf (or condition) in whose rows it is asked."""
        rows = (row for sheet in self.sheets for row in sheet.rows if row.asks_value)
        return {(row.unit.unit, row.column): row.criterion for row in rows}

    @cached_property
    def _reviewed(self) -> frozenset[tuple[str, str]]:
        rows = (row for sheet in self.sheets for row in sheet.rows)
        return frozenset((row.unit.unit, row.criterion) for row in rows)

    @cached_property
    def layout(self) -> str:
        """SHA-256 of all keys in order: two forms with the same one have the same cells."""
        keys = [f"{sheet.name}\n{row.key}" for sheet in self.sheets for row in sheet.rows]
        return hashlib.sha256("\n".join(keys).encode("utf-8")).hexdigest()


@dataclass(frozen=True)
class ReviewForms:
    """The layouts of all agencies, in the order in which the sets first name them.

    `problems`: advice on units that have nobody above them.
    """

    forms: Mapping[str, ReviewForm]
    problems: tuple[Problem, ...]


def review_forms(assessment: Assessment, sets: Sequence[CriteriaSet], units: Units) -> ReviewForms:
    """What each agency has to review: every leaf of every unit stands with exactly one of them."""
    sheets: dict[str, list[ReviewSheet]] = {}
    problems: list[Problem] = []
    taken: dict[str, set[str]] = {}
    for each in sets:
        for agency, rows in _by_agency(assessment, each, units, problems).items():
            names = taken.setdefault(agency, {n.casefold() for n in (GUIDE, RULES, MANIFEST)})
            group = shorten(each.group_title or each.group, _LONGEST_GROUP, placeholder="…")
            name = sheet_name(f"Thẩm định – {group}", names)
            numbered = enumerate(rows, start=FIRST_ROW)
            laid = tuple(ReviewRow(number, *fields) for number, fields in numbered)
            sheets.setdefault(agency, []).append(ReviewSheet(name, each, laid))
    forms = {agency: ReviewForm(agency, tuple(found)) for agency, found in sheets.items()}
    return ReviewForms(forms, tuple(problems))


_Fields: TypeAlias = tuple[str, RowKind, Unit, Duty | None, str | None, str | None]


def _by_agency(
    assessment: Assessment, criteria_set: CriteriaSet, units: Units, problems: list[Problem]
) -> dict[str, list[_Fields]]:
    """The rows of one group's units, by agency."""
    found: dict[str, list[_Fields]] = {}
    known: dict[tuple[bool, ...], tuple[Duty, ...]] = {}
    forbidding = conditions(criteria_set)
    for unit in units.of_group(criteria_set.group):
        flags = tuple(unit.attributes.get(name) is True for name in criteria_set.attributes)
        if flags not in known:
            known[flags] = duties(criteria_set, assessment, unit.attributes)
        orphan = False
        for duty in known[flags]:
            agency = agency_of(assessment, duty.reviewer, unit)
            declared = assessment.reviewers.get(duty.reviewer)
            orphan = orphan or (
                declared is not None and declared.of == "parent" and not unit.parent
            )
            found.setdefault(agency, []).extend(_rows(duty, unit, criteria_set))
        if orphan:
            values = {"name": unit.name, "coordinator": assessment.coordinator}
            found_at = Problem("review-no-parent", unit.place, values, unit=unit.unit, advice=True)
            problems.append(found_at)
        if forbidding:
            asked = found.setdefault(assessment.coordinator, [])
            for name in forbidding:
                asked.append((_key("condition", unit, name), "condition", unit, None, name, None))
    return found


def _rows(duty: Duty, unit: Unit, criteria_set: CriteriaSet) -> Iterator[_Fields]:
    leaf = duty.item.id
    yield (_key("leaf", unit, leaf), "leaf", unit, duty, None, None)
    if not duty.applies:
        return
    for name in leaf_inputs(duty.item):
        kind: RowKind = "ask" if name in duty.own else "shared"
        declared = criteria_set.inputs[name]
        options = declared.options or () if declared.type == "tally" else (None,)
        for option in options:
            column = name if option is None else f"{name}:{option}"
            yield (_key(kind, unit, leaf, column), kind, unit, duty, name, option)
    for counted in rule_task_columns(duty.item.rule):
        yield (_key("tasks", unit, leaf, counted.name), "tasks", unit, duty, None, counted.name)


def _key(kind: RowKind, unit: Unit, *parts: str) -> str:
    """Unit and leaf may hold any sign: what divides a key is spelled otherwise in them."""
    return "|".join([kind, *(_plain(part) for part in (unit.unit, *parts))])


def _plain(part: str) -> str:
    return part.replace("%", "%25").replace("|", "%7C")


def unit_and_leaf(key: str) -> tuple[str, str, str] | None:
    """Kind, unit and leaf (or condition) that a key names; None where it is no key."""
    kind, *parts = key.split("|")
    if kind not in ("leaf", "ask", "shared", "tasks", "condition") or len(parts) < 2:
        return None
    unit, leaf = (part.replace("%7C", "|").replace("%25", "%") for part in parts[:2])
    return kind, unit, leaf
