"""Thresholds and days of a rule: written in the set, or taken from the plan by name.

`full_at: 90%` states a bound (ngưỡng), `full_at: {target: on-time}` takes it from the plan's
target (chỉ tiêu); `by: 2017-01-31` states a day, `by: {task: "VII.1"}` takes the day on which the
plan's task is due.  So a change of the plan changes every rule that refers to it, in one place.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Annotated, Any, TypeAlias

from pydantic import PlainValidator, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError

from criteria.plan.deadlines import describe
from criteria.plan.instances import only_day
from criteria.plan.model import Plan
from criteria.scalars import NUMBER_OR_PERCENT, Bound, bound, date, text


@dataclass(frozen=True)
class PlanNames:
    """What the rules of a set may refer to: given as `context` while the set is validated.

    `targets` are the plan's and the set's own.  `days`: due days of tasks and reports that have
    exactly one; `undated`: the others, with their deadline in words.
    """

    plan: Plan | None = None
    targets: Mapping[str, Bound] = field(default_factory=dict)
    days: Mapping[str, datetime.date] = field(default_factory=dict)
    undated: Mapping[str, str] = field(default_factory=dict)


def plan_names(plan: Plan | None, own: Mapping[str, Bound]) -> PlanNames:
    """The names of a plan, if there is one, and of the set's own targets."""
    if plan is None:
        return PlanNames(targets=own)
    days = {owed.id: only_day(plan, owed) for _, owed in plan.owed()}
    return PlanNames(
        plan=plan,
        targets={**{name: target.value for name, target in plan.targets.items()}, **own},
        days={name: day for name, day in days.items() if day is not None},
        undated={
            owed.id: owed.deadline.text or describe(owed.deadline, "vi")
            for _, owed in plan.owed()
            if days[owed.id] is None
        },
    )


class TaskDay(datetime.date):
    """A day that was taken from a task of the plan; a day like any other, but it knows its task."""

    task: str

    @classmethod
    def of(cls, day: datetime.date, task: str) -> TaskDay:
        made = cls(day.year, day.month, day.day)
        made.task = task
        return made


def _names(info: ValidationInfo) -> PlanNames:
    return info.context if isinstance(info.context, PlanNames) else PlanNames()


def _referred(value: Any, key: str) -> str | None:
    """The id in `{target: id}`; None when the value is no reference."""
    if isinstance(value, dict) and set(value) == {key}:
        return text(value[key])
    return None


def _near(name: str, known: Mapping[str, object]) -> str:
    return ", ".join(get_close_matches(name, known, n=3, cutoff=0.5) or list(known)[:8]) or "-"


def _threshold(value: Any, info: ValidationInfo) -> Bound:
    name = _referred(value, "target")
    if name is None:
        return bound(value)
    targets = _names(info).targets
    if name not in targets:
        values = {"value": name, "known": _near(name, targets)}
        raise PydanticCustomError("target-unknown", "{value}", values)
    return replace(targets[name], target=name)


def _day(value: Any, info: ValidationInfo) -> datetime.date:
    name = _referred(value, "task")
    if name is None:
        return date(value)
    names = _names(info)
    if name in names.undated:
        values = {"value": name, "deadline": names.undated[name]}
        raise PydanticCustomError("task-without-one-day", "{value}", values)
    if name not in names.days:
        values = {"value": name, "known": _near(name, names.days)}
        raise PydanticCustomError("task-unknown", "{value}", values)
    return TaskDay.of(names.days[name], name)


def _plan(value: Any, info: ValidationInfo) -> Plan | None:
    if isinstance(value, Plan):
        return value
    text(value)
    return _names(info).plan


def _reference(key: str) -> dict[str, object]:
    return {
        "type": "object",
        "properties": {key: {"type": "string", "minLength": 1}},
        "required": [key],
        "additionalProperties": False,
    }


Threshold: TypeAlias = Annotated[
    Bound,
    PlainValidator(_threshold),
    WithJsonSchema({"anyOf": [*NUMBER_OR_PERCENT["anyOf"], _reference("target")]}),
]
Day: TypeAlias = Annotated[
    datetime.date,
    PlainValidator(_day),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}, _reference("task")]}
    ),
]
PlanFile: TypeAlias = Annotated[
    Plan | None, PlainValidator(_plan), WithJsonSchema({"type": "string", "minLength": 1})
]
"""The plan behind a set; in the file its path, seen from the set's own folder."""
