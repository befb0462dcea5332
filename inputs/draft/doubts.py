"""What the program cannot read in a task that it found: bodies and deadlines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inputs.draft.contents import Contents
from inputs.draft.model import Doubt, DraftTask


def doubts_of(tasks: Sequence[DraftTask], contents: Contents) -> tuple[Doubt, ...]:
    """Leads that name a body unknown to the common table, and deadlines that are not understood."""
    return tuple(doubt for task in tasks for doubt in _of_task(task, contents))


def _of_task(task: DraftTask, contents: Contents) -> Iterator[Doubt]:
    if task.lead is not None and (unknown := contents.unknown_bodies(task.lead.value)):
        yield Doubt(task.id, "lead", task.lead, ", ".join(unknown))
    if task.deadline is not None and not contents.is_deadline(task.deadline.value):
        yield Doubt(task.id, "deadline", task.deadline, task.deadline.value)
