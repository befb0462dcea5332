"""What the plan has to do with a leaf: tasks that lack or came late, targets it is held to."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from criteria.plan.model import Plan
from criteria.quantities import TaskColumn
from criteria.rules import rule_targets
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
        for entry in (answer.reason if answer and answer.reason else "").split("; "):
            if entry.startswith("+"):
                left += int(entry)
            elif entry:
                told[_entry(entry, row.set.plan, voice)] = None
    yield from list(told)[:_MOST_NAMED]
    left += max(0, len(told) - _MOST_NAMED)
    if left:
        yield voice.say("plan.more", left=left)


def _entry(entry: str, plan: Plan | None, voice: Voice) -> str:
    """One instance as the ledger holds it, `II.3 2017-Q4 2017-12-31 -`, told to a person."""
    name, key, due, done = entry.rsplit(" ", 3)
    task = None if plan is None else plan.find(name)
    values = {
        "task": name if task is None else f"{name} {voice.quoted(task.title)}",
        "instance": "" if key == "-" or key == due else voice.say("plan.instance", key=key),
        "due": voice.day(datetime.date.fromisoformat(due)),
    }
    if done == "-":
        return voice.say("plan.missing", **values)
    days = (datetime.date.fromisoformat(done) - datetime.date.fromisoformat(due)).days
    values["done"] = voice.day(datetime.date.fromisoformat(done))
    return voice.say("plan.late", days=days, **values)


def plan_targets(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """The targets of the plan that the rule takes its bounds from."""
    plan = row.set.plan
    if plan is None:
        return
    for name in dict.fromkeys(rule_targets(row.item.rule)):
        target = plan.targets.get(name)
        if target is not None:
            yield voice.say(
                "plan.target",
                title=voice.quoted(target.title),
                comparison=voice.say(f"plan.{target.comparison}"),
                value=voice.bound(target.value.value, rate=target.value.percent),
                measure=f" {target.measure}" if target.measure else "",
                basis=voice.say("plan.basis", basis=target.basis) if target.basis else "",
            )
