"""What the plan has to do with a leaf: tasks that lack or came late, targets it is held to."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from fractions import Fraction

from criteria.plan.instances import only_day
from criteria.plan.model import Plan
from criteria.quantities import TaskColumn
from criteria.rules import rule_targets, rule_tasks
from criteria.scalars import Bound
from inputs.facts import rule_task_columns
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.voice import Voice

_MOST_NAMED = 8
"""Instances that are told one by one; the ledger has more."""


def only(column: TaskColumn, row: LedgerRow, voice: Voice) -> str:
    """Which part of the plan is looked at: ` (mục II)`; empty where it is all of it."""
    if column.section:
        return voice.say("quantity.section", section=column.section)
    if column.field:
        sections = [] if row.set.plan is None else row.set.plan.sections
        titles = [voice.quoted(each.title) for each in sections if each.field == column.field]
        return voice.say("quantity.field", sections=", ".join(titles) or column.field)
    return ""


def plan_work(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """The tasks and reports that cost points, each with its due day."""
    told: dict[str, None] = {}
    left = 0
    for column in rule_task_columns(row.item.rule):
        answer = row.answers.get(column.name)
        for entry in json.loads(answer.reason) if answer and answer.reason else ():
            if isinstance(entry, int):
                left += entry
            else:
                told[_entry(entry, row.set.plan, voice)] = None
    yield from list(told)[:_MOST_NAMED]
    left += max(0, len(told) - _MOST_NAMED)
    if left:
        yield voice.say("plan.more", left=left)


def _entry(
    entry: tuple[str, str, str, str | None, str | None], plan: Plan | None, voice: Voice
) -> str:
    """One instance as the ledger holds it, told to a person."""
    name, key, due, done, place = entry
    task = None if plan is None else plan.find(name)
    last = datetime.date.fromisoformat(due)
    values = {
        "task": name if task is None else f"{name} {voice.quoted(task.title)}",
        "instance": "" if key in ("", due) else voice.say("plan.instance", key=key),
        "due": voice.day(last),
        "place": f" ({place})" if place else "",
    }
    if done is None:
        return voice.say("plan.missing", **values)
    finished = datetime.date.fromisoformat(done)
    days = (finished - last).days
    key = "plan.late_one" if days == 1 else "plan.late"
    return voice.say(key, days=days, done=voice.day(finished), **values)


def plan_targets(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """The targets of the plan that the rule takes its bounds from."""
    plan = row.set.plan
    if plan is None:
        return
    for name in dict.fromkeys(rule_targets(row.item.rule)):
        target = plan.targets.get(name)
        if target is not None:
            whole = target.comparison == "at_least" and target.value == Bound(Fraction(1), True)
            comparison = "all" if whole else target.comparison
            yield voice.say(
                "plan.target",
                title=voice.quoted(target.title),
                comparison=voice.say(f"plan.{comparison}"),
                value=voice.bound(target.value.value, rate=target.value.percent),
                measure=f" {target.measure}" if target.measure else "",
                basis=voice.say("plan.basis", basis=target.basis) if target.basis else "",
            )


def plan_days(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """The tasks of the plan whose due days the rule takes for tiers."""
    plan = row.set.plan
    if plan is None:
        return
    for name in dict.fromkeys(rule_tasks(row.item.rule)):
        task = plan.find(name)
        day = None if task is None else only_day(plan, task)
        if task is not None and day is not None:
            yield voice.say(
                "plan.day",
                task=f"{name} {voice.quoted(task.title)}",
                words=voice.quoted(task.deadline.text) if task.deadline.text else "–",
                day=voice.day(day),
                basis=voice.say("plan.basis", basis=task.basis) if task.basis else "",
            )
