"""The layout of a unit's self-scoring workbook (bảng tự chấm): which cell asks for what.

One description for those who write the workbook and those who read it back.  It follows from the
set, the unit's attributes and what it owes under the plan; nothing here is formatted or read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet, Group, Leaf, leaf_inputs
from inputs.facts import rule_task_columns
from inputs.obligations import Obligation, Undated
from inputs.units import Unit
from inputs.workbooks.duties import Duty, duties

GUIDE, FORM, TASKS, SUMMARY = "Hướng dẫn", "Tự chấm", "Nhiệm vụ", "Tổng hợp"
WORKING, MANIFEST = "Cách tính", "_parindex"
"""Sheets of the workbook: four to see, the calculation (hidden), the manifest (very hidden)."""

KEY, ID, TITLE, VALUE, MEASURE = "A", "B", "C", "D", "E"
MAXIMUM, POINTS, EVIDENCE, EXPLANATION, REVIEWER = "F", "G", "H", "I", "J"
"""Columns of the form; the key column is hidden."""

HEADS: Mapping[str, str] = {
    "ID": ID,
    "TITLE": TITLE,
    "VALUE": VALUE,
    "MEASURE": MEASURE,
    "MAXIMUM": MAXIMUM,
    "POINTS": POINTS,
    "EVIDENCE": EVIDENCE,
    "EXPLANATION": EXPLANATION,
    "REVIEWER": REVIEWER,
}
"""The columns that are seen, by the name of their heading in the catalogue."""

TASK_ID, TASK_TITLE, TASK_INSTANCE, TASK_DUE = "B", "C", "D", "E"
TASK_DONE, TASK_STATE, TASK_EVIDENCE = "F", "G", "H"
"""Columns of the sheet of tasks; its key column is A, too."""

FIRST_ROW = 7
"""Row of the first entry of the form and of the sheet of tasks; above stand title and header."""
NAME_CELL = "C3"
"""Where the form and the sheet of tasks show the unit's name."""
UNIT_CELL = "C4"
"""Where the form shows the unit's id."""

YES, NO = "Có", "Không"

RowKind: TypeAlias = Literal[
    "field", "group", "adjustments", "leaf", "rule", "ask", "shared", "tasks", "proof"
]
"""Heading of a field or criterion, or of bonuses and penalties; a leaf with maximum and points; its
rule in words; a cell to fill in; an input asked elsewhere; counts of the plan's tasks; a row that
only has evidence and explanation."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One row of the form.

    `option`: of a tally; of `tasks`, the column of facts that counts (`tasks:on_time:II`).
    `proof`: evidence and explanation of the leaf are asked in this row (the first below its rule).
    """

    row: int
    key: str
    kind: RowKind
    group: Group | None = None
    duty: Duty | None = None
    input: str | None = None
    option: str | None = None
    proof: bool = False

    @property
    def column(self) -> str:
        """The column of facts that the row speaks of."""
        if self.input is None:
            assert self.kind == "tasks"
            assert self.option is not None
            return self.option
        return self.input if self.option is None else f"{self.input}:{self.option}"

    def cell(self, column: str) -> str:
        """A cell of this row: `D12`."""
        return f"{column}{self.row}"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One row of the sheet of tasks; `owed` without a day has no cell to fill in."""

    row: int
    key: str
    owed: Obligation | Undated

    def cell(self, column: str) -> str:
        return f"{column}{self.row}"


@dataclass(frozen=True)
class Form:
    """The layout for one unit."""

    set: CriteriaSet
    unit: Unit
    rows: tuple[FormRow, ...]
    tasks: tuple[TaskRow, ...]

    @cached_property
    def duties(self) -> tuple[Duty, ...]:
        return tuple(row.duty for row in self.rows if row.kind == "leaf" and row.duty is not None)

    @cached_property
    def asks(self) -> tuple[FormRow, ...]:
        """The rows with a yellow cell for a value."""
        return tuple(row for row in self.rows if row.kind == "ask")

    @cached_property
    def by_key(self) -> dict[str, FormRow]:
        return {row.key: row for row in self.rows}

    @cached_property
    def layout(self) -> str:
        """SHA-256 of all keys in order: two forms with the same one have the same cells."""
        keys = [row.key for row in self.rows] + [row.key for row in self.tasks]
        return hashlib.sha256("\n".join(keys).encode("utf-8")).hexdigest()


def form_of(
    criteria_set: CriteriaSet,
    assessment: Assessment,
    unit: Unit,
    owed: Sequence[Obligation | Undated] = (),
) -> Form:
    """The layout of one unit's workbook; `owed`: what it leads under the plan, dated ones first."""
    by_item = {duty.item.id: duty for duty in duties(criteria_set, assessment, unit.attributes)}
    bare = list(_rows(criteria_set, by_item))
    rows = tuple(FormRow(number, *fields) for number, fields in enumerate(bare, start=FIRST_ROW))
    return Form(criteria_set, unit, rows, task_rows(owed))


def task_rows(owed: Sequence[Obligation | Undated]) -> tuple[TaskRow, ...]:
    """The rows of the sheet of tasks."""
    return tuple(
        TaskRow(number, _task_key(each), each) for number, each in enumerate(owed, start=FIRST_ROW)
    )


_Fields: TypeAlias = tuple[str, RowKind, Group | None, Duty | None, str | None, str | None, bool]


def _rows(criteria_set: CriteriaSet, by_item: dict[str, Duty]) -> Iterator[_Fields]:
    for field in criteria_set.fields:
        yield (f"field:{field.id}", "field", field, None, None, None, False)
        yield from _below(field, criteria_set, by_item)
    if criteria_set.adjustments:
        yield ("adjustments", "adjustments", None, None, None, None, False)
        for adjustment in criteria_set.adjustments:
            yield from _item(by_item[adjustment.id], criteria_set)


def _below(group: Group, criteria_set: CriteriaSet, by_item: dict[str, Duty]) -> Iterator[_Fields]:
    for child in group.criteria:
        if isinstance(child, Leaf):
            yield from _item(by_item[child.id], criteria_set)
        else:
            yield (f"group:{child.id}", "group", child, None, None, None, False)
            yield from _below(child, criteria_set, by_item)


def _item(duty: Duty, criteria_set: CriteriaSet) -> Iterator[_Fields]:
    name = duty.item.id
    yield (f"leaf:{name}", "leaf", None, duty, None, None, False)
    yield (f"rule:{name}", "rule", None, duty, None, None, False)
    if not duty.asked:
        return
    below = list(_data(duty, criteria_set)) or [(f"proof:{name}", "proof", None, None)]
    for position, (key, kind, input_id, option) in enumerate(below):
        yield (key, kind, None, duty, input_id, option, position == 0)


def _data(
    duty: Duty, criteria_set: CriteriaSet
) -> Iterator[tuple[str, RowKind, str | None, str | None]]:
    """The rows of a leaf's numbers: what is asked, what is shown, what the plan counts."""
    name = duty.item.id
    for input_id in leaf_inputs(duty.item):
        kind: RowKind = "ask" if input_id in duty.own else "shared"
        declared = criteria_set.inputs[input_id]
        options = declared.options or () if declared.type == "tally" else (None,)
        for option in options:
            column = input_id if option is None else f"{input_id}:{option}"
            yield (f"{kind}:{name}:{column}", kind, input_id, option)
    for counted in rule_task_columns(duty.item.rule):
        yield (f"tasks:{name}:{counted.name}", "tasks", None, counted.name)


def _task_key(owed: Obligation | Undated) -> str:
    if isinstance(owed, Obligation):
        return f"task:{owed.task.id}@{owed.span.key}"
    return f"undated:{owed.task.id}"
