"""What the store holds: batches of facts, each fact with its stage, its author and its cell.

A fact is about one *subject* of one unit: an input (số liệu), one instance of a task of the plan
(nhiệm vụ), or a leaf as a whole (tiêu chí: evidence and explanation, decisions, appeals, rulings).
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from criteria.assessment.model import Stage

BatchKind: TypeAlias = Literal["workbook", "review", "appeal", "ruling", "record"]
"""A unit's workbook; a reviewer's; a unit's appeals; the council's rulings; a plain table."""

Outcome: TypeAlias = Literal["taken", "refused"]
"""A refused file leaves no facts, but stays on record."""

Decision: TypeAlias = Literal[
    "agreed", "given", "refused", "not_applicable", "appealed", "upheld", "restored", "withdrawn"
]
"""Of a leaf.  By reviewers: agreed (đồng ý), given (cho điểm), refused (bác), not_applicable.
By the unit: appealed (giải trình).  By the council: upheld (giữ nguyên), restored (chấp nhận:
back to the self-score), given.  withdrawn: an earlier decision of the same stage is taken back."""

INPUT, TASK, LEAF = "input:", "task:", "leaf:"
"""What a subject begins with."""


def input_subject(column: str) -> str:
    """The subject of an input, or of one option of a tally (`citizens:4`)."""
    return f"{INPUT}{column}"


def task_subject(task: str, instance: str) -> str:
    """The subject of one instance of a task or report of the plan."""
    return f"{TASK}{task}@{instance}"


def leaf_subject(leaf: str) -> str:
    """The subject of a leaf, bonus or penalty as a whole."""
    return f"{LEAF}{leaf}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that somebody said.

    `value`: of an input as the tables of answers spell it (`48`, `12.5`, `2017-11-30`, `yes`, an
    option); of a task the day it was done; of a leaf the points given.  None: left blank, which
    takes back what was said before.  `status`: a `Decision` for leaves; for inputs none.
    `reason`: explanation (giải trình) or reason (lý do); of an input without a value that came in
    a unit's workbook, what was typed there and not taken.
    """

    unit: str
    subject: str
    value: str | None = None
    status: Decision | None = None
    reason: str | None = None
    evidence: str | None = None
    sheet: str | None = None
    cell: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One file (or command) that brought facts.

    `who`: unit or agency.  `at`: when it was taken, in UTC, whole seconds.  `basis`: of a review or
    a ruling, the number of the last fact that its author had seen (`Store.last`).  `late`: after
    its stage's day, or after the stage was closed.  `problems`: how many were found in it.
    """

    stage: Stage
    kind: BatchKind
    who: str
    file: str
    sha256: str
    at: datetime.datetime
    outcome: Outcome = "taken"
    late: bool = False
    problems: int = 0
    basis: int | None = None
    note: str | None = None
    facts: Sequence[Fact] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class StageEvent:
    """A stage was closed, or opened again, by somebody for a reason."""

    stage: Stage
    closed: bool
    who: str
    at: datetime.datetime
    reason: str | None = None
