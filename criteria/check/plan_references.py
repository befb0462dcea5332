"""What the rules of a set take from its plan: targets that bind the group, sections, fields."""

from criteria.check.findings import Findings, nearest
from criteria.plan.model import GROUPS, PROVINCE
from criteria.quantities import TaskNumber, TaskShare
from criteria.rules import rule_targets
from criteria.scalars import Bound
from criteria.yaml_tree import Loc


def check_targets(findings: Findings) -> None:
    """A target stands in the plan or in the set, and a rule refers to those that bind its group."""
    criteria_set = findings.set
    plan = criteria_set.plan
    if plan is None:
        return
    for name in sorted(findings.source.targets & set(plan.targets)):
        findings.add("target-twice", ("targets", name), value=name)
    for loc, item in findings.items():
        for name in dict.fromkeys(rule_targets(item.rule)):
            target = plan.targets.get(name)
            if target is not None and target.binds and not _binds(target.binds, criteria_set.group):
                values = {"value": name, "binds": ", ".join(target.binds)}
                values |= {"group": criteria_set.group}
                findings.advise("target-not-bound", (*loc, "rule"), about=item.id, **values)


def _binds(bound: tuple[str, ...], group: str) -> bool:
    """Whether a target may bind units of a group; a unit by name may be of any."""
    return group in bound or any(name not in GROUPS | {PROVINCE} for name in bound)


def check_selection(
    findings: Findings, about: str, loc: Loc, selection: TaskShare | TaskNumber
) -> None:
    """Which tasks or reports are looked at: what a plan must have, where there is one."""
    if selection.section and selection.field:
        findings.add("task-section-and-field", loc, about=about)
    plan = findings.set.plan
    if plan is None:
        # Without a plan tasks come as a table: it has sections, but no fields and no reports.
        beyond = selection.field is not None or selection.of == "reports"
        source = findings.source
        if beyond and not source.plan_faulty and "plan" not in source.lost:
            findings.add("tasks-without-plan", loc, about=about)
        return
    if findings.source.plan_faulty:
        return
    sections = [section.id for section in plan.sections]
    fields = list(dict.fromkeys(each.field for each in plan.sections if each.field))
    if selection.section and selection.section not in sections:
        values = {"value": selection.section, "known": nearest(selection.section, sections)}
        findings.add("task-section-unknown", (*loc, "section"), about=about, **values)
    if selection.field and selection.field not in fields:
        values = {"value": selection.field, "known": nearest(selection.field, fields)}
        findings.add("task-field-unknown", (*loc, "field"), about=about, **values)
    if selection.of == "reports" and not plan.reports:
        findings.add("plan-without-reports", loc, about=about)


def check_comparison(findings: Findings, about: str, loc: Loc, bound: Bound | None) -> None:
    """A step that takes its bound from the plan compares as the plan does."""
    plan, step = findings.set.plan, str(loc[-1])
    if plan is None or bound is None or bound.target is None:
        return
    target = plan.targets.get(bound.target)
    if target is None or target.comparison in ("exactly", step, _BEYOND[step]):
        return
    values = {"value": bound.target, "plan": target.comparison, "step": step}
    findings.advise("target-compared-otherwise", loc, about=about, **values)


_BEYOND = {"at_least": "below", "above": "at_most", "at_most": "above", "below": "at_least"}
"""What holds just where a step does not: a lower step that ends at the target says so."""
