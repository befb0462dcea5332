"""From pydantic's errors to problems: what is wrong with a YAML file, said with its line."""

import re
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

import yaml
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from criteria.problems import Place, Problem
from criteria.rules import Rule
from criteria.scalars import Plain
from criteria.yaml_tree import Loc, child, line_of


def real_loc(tree: yaml.Node, loc: Loc) -> Loc:
    """The steps of `loc` that name nodes; pydantic's union tags among them are left out."""
    steps: list[int | str] = []
    for step in loc:
        below = child(tree, step)
        if below is not None:
            steps.append(step)
            tree = below
    return tuple(steps)


def node_at(tree: yaml.Node, loc: Loc) -> yaml.Node | None:
    """The node at `loc`, where there is one."""
    node: yaml.Node | None = tree
    for step in loc:
        node = child(node, step) if node is not None else None
    return node


def last_first(loc: Loc) -> tuple[tuple[int, str | int], ...]:
    """Sorts locations: reversed, what stands later in a list comes first."""
    return tuple((1, step) if isinstance(step, int) else (0, step) for step in loc)


def problem_of(
    file: str, tree: yaml.Node, detail: ErrorDetails, model: type[BaseModel], owner: str | None
) -> Problem:
    """One fault that pydantic found while it read `tree` as `model`; `owner`: the set's id."""
    code, values = _finding(detail, model)
    loc = detail["loc"]
    return Problem(
        code=code,
        place=Place(file, line_of(tree, real_loc(tree, loc))),
        values=values,
        criterion=criterion_at(tree, loc),
        set=owner,
    )


def _finding(detail: ErrorDetails, model: type[BaseModel]) -> tuple[str, dict[str, str]]:
    context = {key: str(value) for key, value in detail.get("ctx", {}).items()}
    value = _shown(detail.get("input"))
    match detail["type"]:
        case "missing" if isinstance(detail["loc"][-1], int):  # of a pair
            given = detail["input"]
            return "list-length", {"value": str(len(given)), "limit": "2"}
        case "missing":
            return "missing-key", {"key": str(detail["loc"][-1])}
        case kind if kind != "empty-value" and _is_null(detail["input"]):
            return "empty-value", {}
        case "extra_forbidden":
            key = str(detail["loc"][-1])
            others = [known for known in known_keys(model) if known != key]
            near = get_close_matches(key, others, n=1, cutoff=0.6)
            if near:
                return "unknown-key-near", {"key": key, "near": near[0]}
            return "unknown-key", {"key": key}
        case "literal_error" if detail["loc"][-1] in ("parindex", "parindex_plan"):
            return "version-unknown", {"value": value}
        case "literal_error":
            words = re.findall(r"'([^']*)'", context.get("expected", ""))
            return "word-unknown", {"value": value, "options": ", ".join(words)}
        case "union_tag_invalid":
            kind = _shown(detail["input"]["kind"])
            return "kind-unknown", {"value": kind, "options": _kinds()}
        case "union_tag_not_found":
            return "kind-missing", {"options": _kinds()}
        case "model_type" | "dict_type" | "model_attributes_type":
            return "mapping-wanted", {}
        case "tuple_type" | "list_type":
            return "list-wanted", {}
        case "too_short":
            limit = f"≥ {context['min_length']}"
            return "list-length", {"value": context["actual_length"], "limit": limit}
        case "too_long":
            limit = context["max_length"]
            return "list-length", {"value": context["actual_length"], "limit": limit}
        case "greater_than_equal":
            return "number-out-of-range", {"value": value, "limit": f">= {context['ge']}"}
        case "less_than_equal":
            return "number-out-of-range", {"value": value, "limit": f"<= {context['le']}"}
        case known if known in _OWN_CODES:
            return known, context
        case _:
            return "value-wrong", {"reason": detail["msg"]}


_OWN_CODES = frozenset(
    {
        "ambiguous-scalar",
        "bound-wanted",
        "date-wanted",
        "deadline-unknown",
        "empty-value",
        "number-wanted",
        "points-wanted",
        "quantity-unknown",
        "target-comparison",
        "target-unknown",
        "task-unknown",
        "task-without-one-day",
        "text-wanted",
        "whole-number-wanted",
        "yes-no-wanted",
    }
)


def _is_null(value: Any) -> bool:
    return isinstance(value, Plain) and value.tag == "null"


def _shown(value: Any) -> str:
    if isinstance(value, Plain):
        return value.text
    return str(value) if isinstance(value, str | int) else "..."


def _kinds() -> str:
    union = get_args(Rule)[0]
    return ", ".join(sorted(model.model_fields["kind"].default for model in get_args(union)))


@cache
def known_keys(model: type[BaseModel]) -> list[str]:
    """All keys of a language, for "did you mean"."""
    schema = model.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    return sorted({key for model in models for key in model.get("properties", {})})


def criterion_at(tree: yaml.Node, loc: Loc) -> str | None:
    """Id of the innermost field, criterion or adjustment around `loc`."""
    found: str | None = None
    node: yaml.Node | None = tree
    for step in loc:
        below = child(node, step) if node is not None else None
        if below is None:
            continue
        if isinstance(step, int) and isinstance(below, yaml.MappingNode):
            found = text_at(below, "id") or found
        node = below
    return found


def text_at(node: yaml.Node, key: str) -> str | None:
    """The scalar under a key of a mapping, as written."""
    value = child(node, key)
    return str(value.value) if isinstance(value, yaml.ScalarNode) else None
