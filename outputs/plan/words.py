"""What stands in a plan, in words for people: days, numbers, who is meant, what state."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Literal, TypeAlias

from criteria.plan.bodies import Bodies, Named
from criteria.plan.deadlines import (
    Continuous,
    Deadline,
    Once,
    OnCondition,
    Part,
    Periodic,
    Several,
    Unstated,
    describe,
)
from criteria.plan.instances import instances
from criteria.plan.model import Plan, PlanTarget, Report, Task
from criteria.wording import Language, has_wording, wording
from inputs.units import Units
from outputs.plan.owed import Gathered, Owed

_MOST_DAYS = 4
"""Days of one task that are listed; more are told by their period."""

Sort: TypeAlias = Literal["dated", "periodic", "continuous", "conditional", "unstated"]
SORTS: tuple[Sort, ...] = ("dated", "periodic", "continuous", "conditional", "unstated")


def day(value: datetime.date) -> str:
    """A day as officials write it: 31/12/2018."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def target_value(target: PlanTarget, language: Language) -> str:
    """The number and how it is compared: "từ 90 % trở lên", "trên 15 xã"."""
    number = str(target.value)
    if target.comparison == "at_least" and number == "100%":
        return wording("plan", "comparison.whole", language)
    if language == "vi":
        number = number.replace(".", ",").replace("%", " %")
    value = f"{number} {target.measure}" if target.measure else number
    return wording("plan", f"comparison.{target.comparison}", language, value=value)


def target_by(target: PlanTarget, language: Language) -> str:
    """By when a target must be reached; by the end of the plan where it names no day."""
    if target.by is None:
        return wording("plan", "deadline.by-end", language)
    return reading(target.by, language)


def bound_names(target: PlanTarget, names: Mapping[str, str], language: Language) -> str:
    """Whom a target binds; `names` are those of the units."""
    return "; ".join(_bound_name(each, names, language) for each in target.binds)


def _bound_name(name: str, names: Mapping[str, str], language: Language) -> str:
    if name in names:
        return names[name]
    return group_name(name, language)


def group_name(group: str, language: Language) -> str:
    """A group in words; one that only this plan knows as it is written."""
    known = has_wording("plan", f"binds.{group}")
    return wording("plan", f"binds.{group}", language) if known else group


def as_written(deadline: Deadline, language: Language) -> str:
    """The plan's own words, or that there are none."""
    return deadline.text or f"({wording('plan', 'deadline.blank', language)})"


def reading(deadline: Deadline, language: Language) -> str:
    """How a deadline is read."""
    if all(isinstance(part, Unstated) for part in deadline.parts):
        return wording("plan", "deadline.blank", language)
    return describe(deadline, language)


def due_days(plan: Plan, task: Task | Report, language: Language) -> str:
    """The days on which a task is due; of many, how often. Empty where there is none."""
    days = list(dict.fromkeys(day(span.last) for span in instances(plan, task)))
    if len(days) > _MOST_DAYS:
        return reading(task.deadline, language)
    return "; ".join(days)


def sort_of(task: Task | Report) -> Sort:
    """What a deadline is in the main: the sort of its first part that is most definite."""
    found = {_sort(part) for part in task.deadline.parts} if task.due is None else {"dated"}
    return next((sort for sort in SORTS if sort in found), "unstated")


def _sort(part: Part) -> Sort:
    match part:
        case Once() | Several():
            return "dated"
        case Periodic():
            return "periodic"
        case Continuous():
            return "continuous"
        case OnCondition():
            return "conditional"
        case Unstated():
            return "unstated"


def state(line: Gathered, language: Language) -> str:
    """The state of one line: "trễ 12 ngày (và 3 kỳ nữa, đến 31/12/2018)"."""
    words = _state(line.first, language)
    if not line.more or line.last.span is None:
        return words
    last = day(line.last.span.last)
    return wording("plan", "state.more", language, state=words, more=line.more, last=last)


def _state(owed: Owed, language: Language) -> str:
    key: str = owed.state
    if owed.state == "coming" and owed.days == 0:
        key = "coming-today"
    elif owed.state in ("late", "coming", "done_late") and owed.days == 1:
        key = f"{owed.state}-one"
    done = "" if owed.done_on is None else day(owed.done_on)
    return wording("plan", f"state.{key}", language, days=owed.days, day=done)


def resolved(words: str | None, bodies: Bodies, units: Units | None, language: Language) -> str:
    """Who a lead is taken for: units by name, groups with their number of units."""
    return "; ".join(_resolved(each, units, language) for each in bodies.read(words))


def _resolved(named: Named, units: Units | None, language: Language) -> str:
    known = {} if units is None else units.by_id
    match named.kind:
        case "unit":
            return ", ".join(known[each].name if each in known else each for each in named.ids)
        case "except" if named.ids:
            names = {each: unit.name for each, unit in known.items()}
            taken = ", ".join(_bound_name(each, names, language) for each in named.ids)
            return wording("plan", "resolution.except", language, words=taken)
        case "except":
            return wording("plan", "resolution.outside", language, words=named.words)
        case "group":
            groups = ", ".join(group_name(each, language) for each in named.ids)
            if units is None:
                return groups
            count = sum(len(units.of_group(each)) for each in named.ids)
            return wording("plan", "resolution.count", language, words=groups, count=count)
        case "outside" | "unknown":
            return wording("plan", f"resolution.{named.kind}", language, words=named.words)
