"""When the work of a plan falls due: each task and report as dated instances (kỳ).

A task with a period has one instance a period; a condition has none until its day is set.
"""

import datetime

from criteria.plan.deadlines import Span, spans
from criteria.plan.model import Plan, Report, Task


def instances(plan: Plan, owed: Task | Report) -> tuple[Span, ...]:
    """The dated instances of a task or report, by due day; none where no day is known."""
    if owed.due is not None:
        return (Span(owed.due.isoformat(), min(plan.starts, owed.due), owed.due),)
    policy = plan.policy
    return spans(
        owed.deadline,
        plan.starts,
        plan.ends,
        policy.continuous,
        policy.conditional,
        policy.unstated,
    )


def only_day(plan: Plan, owed: Task | Report) -> datetime.date | None:
    """The day on which a task is due, where there is exactly one."""
    dated = instances(plan, owed)
    return dated[0].last if len(dated) == 1 else None
