"""What a self-scoring workbook shows from the start (nội dung có sẵn): answers, evidence, days."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from scoring.lower import Path

Value: TypeAlias = Fraction | int | datetime.date | bool | str | None
"""What stands in one yellow cell: a number, a day, yes/no, an option; a percent of 95 is 95."""

Best: TypeAlias = Mapping[str, Mapping[Path, Fraction]]
"""Leaf -> path of the part -> the largest quantity of the group, where it is known."""


@dataclass(frozen=True, slots=True)
class Proof:
    """Evidence (tài liệu kiểm chứng) and explanation (giải trình) of one leaf."""

    evidence: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """When one instance of a task was done, and what shows it."""

    day: datetime.date | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Filled:
    """What the store holds for one unit.

    `answers` by column of facts (`docs_due`, `citizens:4`); `proofs` by leaf; `done` by task and
    key of the instance.
    """

    answers: Mapping[str, Value] = field(default_factory=dict)
    proofs: Mapping[str, Proof] = field(default_factory=dict)
    done: Mapping[tuple[str, str], Done] = field(default_factory=dict)


NOTHING = Filled()
