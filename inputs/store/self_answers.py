"""What the store holds of a unit's own answers (số liệu tự chấm), typed again for its workbook."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from criteria.model import CriteriaSet, Input
from inputs.store.facts import Batch
from inputs.store.in_force import in_force
from inputs.store.store import Store

Typed: TypeAlias = Fraction | datetime.date | bool | str
"""A number, a day, yes/no, an option."""


@dataclass
class Told:
    """What one unit has said: answers by column of facts, spelled as the store does; evidence and
    explanation by leaf; day and evidence by task and instance."""

    answers: dict[str, str] = field(default_factory=dict)
    proofs: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    done: dict[tuple[str, str], tuple[str | None, str | None]] = field(default_factory=dict)


def told_by_unit(store: Store, extra: Sequence[Batch] = ()) -> Mapping[str, Told]:
    """What is in force at stage self, by unit; `extra`: batches that are not stored yet."""
    found: dict[str, Told] = {}
    now = in_force(store, "self", extra)
    for unit, column, value in now.answers.select("unit", "column", "value").iter_rows():
        if value is not None:
            found.setdefault(unit, Told()).answers[column] = value
    proofs = now.proofs.select("unit", "leaf", "evidence", "explanation")
    for unit, leaf, evidence, explanation in proofs.iter_rows():
        found.setdefault(unit, Told()).proofs[leaf] = (evidence, explanation)
    tasks = now.tasks.select("unit", "task", "instance", "day", "evidence")
    for unit, task, instance, day, evidence in tasks.iter_rows():
        found.setdefault(unit, Told()).done[task, instance] = (day, evidence)
    return found


def typed_answers(criteria_set: CriteriaSet, answers: Mapping[str, str]) -> dict[str, Typed]:
    """The answers of one unit as Python values; columns that the set does not have are left out."""
    declared: dict[str, Input] = {}
    for name, each in criteria_set.inputs.items():
        options = (each.options or ()) if each.type == "tally" else ()
        declared |= {f"{name}:{option}": each for option in options} or {name: each}
    known = {name: text for name, text in answers.items() if name in declared}
    return {name: _typed(text, declared[name]) for name, text in known.items()}


def _typed(text: str, declared: Input) -> Typed:
    match declared.type:
        case "date":
            return datetime.date.fromisoformat(text)
        case "yes_no":
            return text == "yes"
        case "choice":
            return text
        case _:
            return Fraction(text)
