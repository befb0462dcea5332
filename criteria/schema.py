"""Sets and plans as JSON Schemas, so that an editor completes and checks them (lược đồ).

`criteria/criteria.schema.json` and `criteria/plan.schema.json` are these schemas as texts; a file
names its schema in its first line:

    # yaml-language-server: $schema=../../criteria.schema.json

A schema knows the shape of a file.  What names lead to, sums and proofs are `parindex check`.
`python -m criteria.schema` writes both files.
"""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

from criteria.model import CriteriaSet
from criteria.plan.model import Plan

Schema: TypeAlias = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"

_PLAN_KEYS: dict[str, str] = {
    "Plan.parindex_plan": "Version of the plan language: 1.",
    "Plan.id": "Id of the plan, such as dong-nai-2017.",
    "Plan.number": "Number of the document (số văn bản).",
    "Plan.signed": "The day it was signed.",
    "Plan.province": "The province (tỉnh, thành phố).",
    "Plan.starts": "First day of the work it plans.",
    "Plan.ends": "Last day of the work it plans.",
    "Plan.policy": "How work without a day of its own counts (quy ước tính).",
    "Plan.aliases": "Names of bodies in this plan: id of a unit or group, or a list of them.",
    "Plan.sections": "Sections of the annex (mục), in their order.",
    "Plan.targets": "Targets (chỉ tiêu), by id.",
    "Plan.tasks": "Tasks of the annex (nhiệm vụ), in their order.",
    "Plan.reports": "Periodic reports (báo cáo định kỳ).",
    "Policy.continuous": "Work done all the time: once a year, or not counted.",
    "Policy.conditional": "Work on a condition: once `due` is set, once a year, or not counted.",
    "Policy.unstated": "Work without a deadline: once `due` is set, once a year, or not counted.",
    "Policy.repeated": "each: every instance counts; all: a task counts once.",
    "Section.field": "The field of reform (lĩnh vực) that the section belongs to.",
    "PlanTarget.at_least": "A result reaches it from this value on (từ ... trở lên).",
    "PlanTarget.above": "A result reaches it above this value (trên).",
    "PlanTarget.at_most": "A result reaches it up to this value (không quá).",
    "PlanTarget.below": "A result reaches it below this value (dưới).",
    "PlanTarget.exactly": "A result reaches it at this value.",
    "PlanTarget.measure": "Unit of measurement (đơn vị tính) of a plain number.",
    "PlanTarget.binds": "Groups or units that must reach it; province: the province as a whole.",
    "PlanTarget.by": "By when, as the plan writes it, or a day.",
    "Task.section": "The section (mục) it stands in.",
    "Task.product": "What comes out of it (sản phẩm).",
    "Task.partners": "Who helps (cơ quan phối hợp), in the plan's words.",
    "Task.approved_by": "Who issues or approves (cấp ban hành, phê duyệt).",
    "lead": "Who owes it (cơ quan chủ trì), in the plan's words.",
    "deadline": "By when (thời hạn), as the plan writes it: Quý II/2018, Thường xuyên.",
    "due": "The day, fixed by hand once a condition has come about.",
    "id": "Id, unique in the plan.",
    "title": "A short title.",
    "basis": "The clause it rests on (căn cứ).",
    "note": "A remark for readers.",
}

_KEYS: dict[str, str] = {
    "CriteriaSet.parindex": "Version of the criteria language: 1.",
    "CriteriaSet.id": "Id of the set, such as dong-nai-2017-communes.",
    "CriteriaSet.status": "official: as issued; reference: derived, and marked so wherever shown.",
    "CriteriaSet.year": "The year that is assessed (năm đánh giá).",
    "CriteriaSet.group": "The units that are ranked together (nhóm đơn vị), as in the units table.",
    "CriteriaSet.group_title": "Name of the group for headings.",
    "CriteriaSet.plan": "The plan (kế hoạch) that rules refer to: a file beside the set.",
    "CriteriaSet.rounding": "Where and how far numbers are rounded, half up.",
    "CriteriaSet.rank": "What units are ranked on, and how ties are numbered.",
    "CriteriaSet.not_applicable": "flat: points / applicable maximum; nested: by field first.",
    "CriteriaSet.total": "What the maxima of all fields add up to; 100 unless stated.",
    "CriteriaSet.grades": "Grades (xếp loại); the first that holds is given.",
    "CriteriaSet.grade_on": "Grades look at the printed index, or at the exact one.",
    "CriteriaSet.targets": "Targets (chỉ tiêu) of the set's own, by id, where it has no plan.",
    "CriteriaSet.inputs": "Everything that units report (số liệu), by id.",
    "CriteriaSet.fields": "Fields (lĩnh vực) with their criteria.",
    "CriteriaSet.adjustments": "Bonuses and penalties (điểm thưởng, điểm phạt) outside the 100.",
    "CriteriaSet.adjustments_limit": "The adjustments together stay within plus and minus this.",
    "CriteriaSet.cases": "Worked cases; `parindex check` scores them.",
    "Input.type": "What is reported, and how it is spelled in tables.",
    "Input.measure": "Unit of measurement (đơn vị tính), for print only.",
    "Input.at_most": "Another input that this one may not exceed.",
    "Input.range": "The least and the greatest value that is taken.",
    "Input.options": "The options of a choice or a tally.",
    "Leaf.maximum": "Maximum points (điểm tối đa).",
    "Leaf.rule": "How points are earned (cách tính điểm).",
    "Leaf.when_none": "What it earns where nothing arose (không phát sinh).",
    "Leaf.applies_to": "An attribute of units; the leaf applies where it is yes.",
    "Leaf.direction": "Which way is better; `parindex check` proves it.",
    "Leaf.scored_by": "Who gives the points: the unit itself, a reviewer, a survey or statistics.",
    "Leaf.reviewed_by": "Who reviews (cơ quan thẩm định).",
    "Leaf.evidence": "Whether evidence (tài liệu kiểm chứng) must come along.",
    "Group.criteria": "Criteria or subcriteria; those with a rule carry points.",
    "Group.maximum": "What the leaves inside must add up to.",
    "Adjustment.maximum": "Above 0: the most a bonus adds. Below 0: the most a penalty takes.",
    "Adjustment.rule": "How index points are earned; negative points for a penalty.",
    "Adjustment.applies_to": "An attribute of units; the adjustment applies where it is yes.",
    "Adjustment.reviewed_by": "Who reviews (cơ quan thẩm định).",
    "Grade.name": "Name of the grade.",
    "Grade.at_least": "The index from which it is given; the last grade has none.",
    "Grade.unless": "Yes/no inputs; a yes forbids the grade.",
    "Rounding.index": "Printed decimals of the index, 0 to 9.",
    "Rounding.points": "Decimals to which every leaf is rounded before anything is added.",
    "Ranking.on": "The exact index, or the printed one.",
    "Ranking.ties": "shared: 1, 2, 2, 4; dense: 1, 2, 2, 3.",
    "Target.value": "The number to reach: 30% or a plain number.",
    "Case.name": "What the case shows.",
    "Case.leaf": "The leaf (or adjustment) it is about; without it the whole unit is scored.",
    "Case.answers": "What the unit reports; an input left out is missing.",
    "Case.attributes": "Attributes of the unit; yes where not stated.",
    "Case.others": "Answers of the other units of the group, for relative_to_best.",
    "Case.points": "The points that must come out.",
    "Case.maximum": "The maximum that must come out.",
    "Case.state": "The state that must come out.",
    "Case.index": "The index of the whole unit that must come out.",
    "Case.grade": "The grade of the whole unit that must come out.",
    "Step.at_least": "Holds from this value on (≥).",
    "Step.above": "Holds above this value (>).",
    "Step.at_most": "Holds up to and including this value (≤).",
    "Step.below": "Holds below this value (<).",
    "Steps.steps": "The steps; the first that holds decides.",
    "Proportional.from": "Below this rate there are no points.",
    "Proportional.full_at": "From this rate on: the maximum.",
    "Proportional.coefficient": "Multiplied by x / full_at in between; the maximum unless stated.",
    "Line.through": "Two points; flat outside them.",
    "LinePoint.at": "The value of the quantity.",
    "Deadline.tiers": "Days in order of time; the first not passed decides.",
    "Tier.by": "The last day that counts, year-month-day, or {task: id} of the plan.",
    "Choice.points": "Points of every option, 0 included.",
    "PerItem.points": "Points of one item.",
    "Deduct.points": "Points taken off for one item.",
    "Deduct.percent_of_maximum": "Percent of the maximum taken off for one item.",
    "Answers.weights": "Weight of every option, in percent.",
    "Satisfied.options": "The options that count as satisfied.",
    "Judged.increment": "The steps in which points are given.",
    "Formula.of": "An expression with + - * / ( ) min( , ) max( , ), input ids and maximum.",
    "Ratio.ratio": "[a, b]: a / b.",
    "Complement.complement": "[a, b]: (b - a) / b.",
    "Change.change": "[now, before]: (now - before) / before.",
    "Sum.sum": "Inputs that are added.",
    "Attained.attained": "[input, target]: the result as a rate of the target.",
    "Tasks.tasks": "A share of what the unit owes by the plan.",
    "Count.count": "A number of tasks or reports that the unit owes by the plan.",
    "TaskShare.share": "done, or on_time.",
    "TaskShare.of": "tasks of the annex (nhiệm vụ), or periodic reports (báo cáo định kỳ).",
    "TaskNumber.which": "due, done, on_time, late or missing.",
    "TaskNumber.of": "tasks of the annex (nhiệm vụ), or periodic reports (báo cáo định kỳ).",
    "field": "Only tasks of this field of reform (lĩnh vực), as the plan's sections name it.",
    "section": "Only tasks of this section (mục) of the plan.",
    "id": "Id: letters without accents, digits, points, hyphens, underscores.",
    "title": "Title as it is printed.",
    "basis": "The clause or decision it rests on (căn cứ).",
    "note": "A remark for readers.",
    "of": "What the rule looks at.",
    "kind": "The kind of rule.",
    "maximum": "Of a part of sum_of or best_of: its own maximum.",
    "points": "A number, or the word maximum.",
    "parts": "Rules that are put together.",
}
"""What an editor shows beside a key: `Model.key`, or `key` where it means the same everywhere."""


def json_schema() -> Schema:
    """The schema of one criteria set (draft 2020-12).

    Numbers are numbers, bounds also percent texts; recursion goes through `#/$defs/Rule` and
    `#/$defs/Criterion`.
    """
    raw = CriteriaSet.model_json_schema(by_alias=True)
    defs: Schema = raw.pop("$defs")
    for name, model in (*defs.items(), ("CriteriaSet", raw)):
        _make_pleasant(name, model, _KEYS)
    shared = _shared(defs)
    defs = {**_with_refs(defs, shared), **_named(shared)}
    return _whole("parindex criteria set, version 1", _with_refs(raw, shared), defs)


def plan_schema() -> Schema:
    """The schema of one plan file (draft 2020-12)."""
    raw = Plan.model_json_schema(by_alias=True)
    defs: Schema = raw.pop("$defs")
    for name, model in (*defs.items(), ("Plan", raw)):
        _make_pleasant(name, model, _PLAN_KEYS)
    return _whole("parindex plan, version 1", raw, defs)


def _whole(title: str, top: Schema, defs: Schema) -> Schema:
    return {
        "$schema": _DRAFT,
        "title": title,
        "description": top["description"],
        **{key: value for key, value in top.items() if key not in ("title", "description")},
        "$defs": dict(sorted(defs.items())),
    }


def schema_texts() -> dict[str, str]:
    """The texts of the schema files in `criteria/`, by name."""
    schemas = {"criteria.schema.json": json_schema(), "plan.schema.json": plan_schema()}
    return {
        name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for name, schema in schemas.items()
    }


def _make_pleasant(name: str, model: Schema, keys: dict[str, str]) -> None:
    """Titles that only repeat the key go, `kind` is required, each key says what it is for."""
    if "description" in model:
        model["description"] = " ".join(model["description"].split())
    properties: Schema = model.get("properties", {})
    for key, value in properties.items():
        properties[key] = _plain(value) | {"description": keys.get(f"{name}.{key}") or keys[key]}
    if "kind" in properties:
        model["required"] = ["kind", *model.get("required", [])]


def _plain(node: Any) -> Any:
    """Without generated titles, without null, defaults as they are written in YAML."""
    if isinstance(node, list):
        return [_plain(each) for each in node]
    if not isinstance(node, dict):
        return node
    node = {key: _plain(value) for key, value in node.items() if key not in _NOISE}
    choices = node.get("anyOf", [])
    if {"type": "null"} in choices:
        rest = [choice for choice in choices if choice != {"type": "null"}]
        node = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
        node |= rest[0] if len(rest) == 1 else {"anyOf": rest}
    if node.get("type") == "boolean":  # `yes` is a text to editors that follow YAML 1.2
        node = {"enum": [True, False, "yes", "no"]}
    if node.get("type") == "number" and isinstance(node.get("default"), str):
        node["default"] = int(node["default"])
    match node.get("default"):
        case {"value": str(value), "percent": True}:
            node["default"] = f"{Fraction(value) * 100}%"
        case dict(stated):
            node["default"] = {key: each for key, each in stated.items() if each is not None}
    if "const" in node:
        node.pop("default", None)
    return node


_NOISE = frozenset({"title", "discriminator"})


def _shared(defs: Schema) -> dict[str, Schema]:
    """The types without a name of their own that many keys share, the innermost first."""
    number_or_percent = defs["Target"]["properties"]["value"]
    threshold = defs["Step"]["properties"]["at_least"]
    day = defs["Tier"]["properties"]["by"]
    points = defs["Step"]["properties"]["points"]
    shared = {
        "Bound": number_or_percent,
        "Threshold": threshold,
        "Day": day,
        "Points": points,
        "Term": defs["Ratio"]["properties"]["ratio"]["prefixItems"][0],
        "Quantity": defs["Steps"]["properties"]["of"],
        "Rule": defs["SumOf"]["properties"]["parts"]["items"],
        "Criterion": defs["Group"]["properties"]["criteria"]["items"],
    }
    return {name: _bare(node) for name, node in shared.items()}


def _named(shared: dict[str, Schema]) -> Schema:
    described = {
        "Bound": "A number: 95% or 0.95; a plain number where the quantity is no rate.",
        "Threshold": "A bound: 95% or 0.95, a plain number, or {target: id} of the plan.",
        "Day": "A day, year-month-day, or {task: id} of the plan.",
        "Points": "A number of points, or the word maximum.",
        "Term": "One side of a ratio: an input, or a sum of inputs.",
        "Quantity": "What a rule looks at: an input, or a quantity made of inputs (đại lượng).",
        "Rule": "How a quantity becomes points (cách tính điểm).",
        "Criterion": "A leaf with a rule, or a criterion with subcriteria (tiêu chí).",
    }
    return {name: {"description": described[name], **node} for name, node in shared.items()}


def _bare(node: Schema) -> Schema:
    return {key: value for key, value in node.items() if key not in ("description", "default")}


def _with_refs(node: Any, shared: dict[str, Schema]) -> Any:
    """Every copy of a shared type replaced by a reference to it."""
    if isinstance(node, list):
        return [_with_refs(each, shared) for each in node]
    if not isinstance(node, dict):
        return node
    bare = _bare(node)
    for name, shape in shared.items():
        if bare == shape:
            kept = {key: node[key] for key in ("description", "default") if key in node}
            return {"$ref": f"#/$defs/{name}", **kept}
    return {key: _with_refs(value, shared) for key, value in node.items()}


if __name__ == "__main__":
    for name, text in schema_texts().items():
        Path(__file__).with_name(name).write_text(text, encoding="utf-8", newline="\n")
