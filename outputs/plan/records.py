"""A plan and what is owed under it for machines (`--json`): codes and ISO days, no language."""

from __future__ import annotations

from criteria.plan.bodies import Bodies
from criteria.plan.deadlines import (
    Continuous,
    Deadline,
    Once,
    OnCondition,
    Part,
    Periodic,
    Several,
    Span,
    Unstated,
)
from criteria.plan.instances import instances
from criteria.plan.model import Kind, Plan, PlanTarget, Report, Task
from outputs.plan.owed import Counts, Owed


def plan_record(plan: Plan, bodies: Bodies) -> dict[str, object]:
    """Everything that a plan says, with how its deadlines and leads are read."""
    return {
        "id": plan.id,
        "title": plan.title,
        "number": plan.number,
        "signed": plan.signed.isoformat(),
        "province": plan.province,
        "starts": plan.starts.isoformat(),
        "ends": plan.ends.isoformat(),
        "policy": plan.policy.model_dump(),
        "sections": [section.model_dump() for section in plan.sections],
        "targets": [target_record(name, each) for name, each in plan.targets.items()],
        "tasks": [task_record(plan, each, bodies) for each in plan.tasks],
        "reports": [task_record(plan, each, bodies) for each in plan.reports],
    }


def target_record(name: str, target: PlanTarget) -> dict[str, object]:
    """One target; its value is exact: `9/10` for 90 %."""
    return {
        "id": name,
        "title": target.title,
        "comparison": target.comparison,
        "value": str(target.value.value),
        "percent": target.value.percent,
        "shown": str(target.value),
        "measure": target.measure,
        "binds": list(target.binds),
        "by": None if target.by is None else deadline_record(target.by),
        "basis": target.basis,
    }


def task_record(plan: Plan, task: Task | Report, bodies: Bodies) -> dict[str, object]:
    """One task or report, its days, and who it is taken to mean."""
    own: dict[str, object] = {}
    if isinstance(task, Task):
        own = {
            "section": task.section,
            "product": task.product,
            "partners": task.partners,
            "approved_by": task.approved_by,
        }
    return {
        "id": task.id,
        "title": task.title,
        **own,
        "lead": task.lead,
        "lead_read": [
            {"words": named.words, "kind": named.kind, "ids": list(named.ids)}
            for named in bodies.read(task.lead)
        ],
        "units": list(bodies.units(task.lead)),
        "deadline": deadline_record(task.deadline),
        "due": None if task.due is None else task.due.isoformat(),
        "instances": [span_record(span) for span in instances(plan, task)],
        "basis": task.basis,
    }


def deadline_record(deadline: Deadline) -> dict[str, object]:
    """A deadline as written and as read."""
    return {"text": deadline.text, "parts": [_part(part) for part in deadline.parts]}


def span_record(span: Span) -> dict[str, str]:
    return {"key": span.key, "first": span.first.isoformat(), "last": span.last.isoformat()}


def _part(part: Part) -> dict[str, object]:
    match part:
        case Once(span):
            return {"kind": "once", "spans": [span_record(span)]}
        case Several(spans):
            return {"kind": "several", "spans": [span_record(span) for span in spans]}
        case Periodic(every):
            return {"kind": "periodic", "every": every}
        case Continuous():
            return {"kind": "continuous"}
        case OnCondition(words):
            return {"kind": "on_condition", "words": words}
        case Unstated():
            return {"kind": "unstated"}


def owed_record(owed: Owed, evidence: str | None) -> dict[str, object]:
    """One instance that a unit owes; `evidence` of work that is done."""
    task, span = owed.task, owed.span
    return {
        "kind": owed.kind,
        "task": task.id,
        "title": task.title,
        "section": task.section if isinstance(task, Task) else None,
        "product": task.product if isinstance(task, Task) else None,
        "role": owed.role,
        "deadline": task.deadline.text,
        "instance": None if span is None else span.key,
        "first": None if span is None else span.first.isoformat(),
        "due": None if span is None else span.last.isoformat(),
        "state": owed.state,
        "days": owed.days,
        "done_on": None if owed.done_on is None else owed.done_on.isoformat(),
        "evidence": evidence,
        "basis": task.basis,
    }


def counts_record(counts: Counts) -> dict[str, int]:
    return {
        "late": counts.late,
        "coming": counts.coming,
        "done": counts.done,
        "undated": counts.undated,
    }


def nobodys(plan: Plan, bodies: Bodies) -> list[tuple[Kind, Task | Report]]:
    """Tasks and reports that no unit of the list leads."""
    return [(kind, task) for kind, task in plan.owed() if not bodies.units(task.lead)]


def unknown_leads(plan: Plan, bodies: Bodies) -> list[tuple[Task | Report, str]]:
    """Words in leads that stand for nobody known, with their task."""
    return [(task, words) for _, task in plan.owed() for words in bodies.unknown(task.lead)]
