"""Read a criteria set, or say on which lines it is wrong: all faults at once.

A fault must not hide the next one.  So what cannot be read is reported and mended or taken out,
and what is left is read again and checked further (references, sums, proofs): ten faults of ten
sorts come out of one run.
"""

from dataclasses import dataclass
from functools import cache
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from criteria.model import CriteriaSet
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from criteria.rules import Rule
from criteria.scalars import Plain
from criteria.yaml_tree import Loc, child, drop, line_of, plain_value, read_tree, tree_faults

_ROUNDS = 40
"""How often a broken file is mended and read again; each round mends all faults it sees."""

_STUBS: dict[str, str] = {
    "parindex": "1",
    "id": "'?'",
    "title": "'?'",
    "name": "'?'",
    "status": "reference",
    "year": "2000",
    "group": "'?'",
}
"""Stand-ins for missing or faulty required keys, so that the rest of the file is still checked."""

_OPTIONAL = frozenset(
    "when_none applies_to direction scored_by reviewed_by evidence basis note measure group_title "
    "rounding rank not_applicable total grade_on adjustments_limit at_most range unless".split()
)
"""Keys that a set can do without: a faulty one is reported, then taken out."""


@dataclass(frozen=True)
class Source:
    """Where a loaded set stands: its file and tree, for the places of later findings.

    `mended`: something could not be read and was replaced or left out; `leaves_lost`: whole
    criteria among it.  `declared` holds the ids of all inputs in the file, read or not.
    """

    file: str
    tree: yaml.MappingNode
    mended: bool
    leaves_lost: bool
    declared: frozenset[str]

    def place(self, *loc: int | str) -> Place:
        """The line of the deepest node on the way to `loc`."""
        return Place(self.file, line_of(self.tree, loc))


@dataclass(frozen=True)
class Loaded:
    """What a file gave: the set as far as it could be read, its places, and all faults."""

    set: CriteriaSet | None
    source: Source | None
    problems: tuple[Problem, ...]


def load_set(path: Path) -> CriteriaSet:
    """Read one criteria set and check all of it.

    Raises: ProblemsFound with every fault and its line.
    """
    from criteria.check import check_set

    loaded = read_set(path)
    problems = loaded.problems
    if loaded.set is not None and loaded.source is not None:
        problems += check_set(loaded.set, loaded.source)
    stop_if_any(_in_order(list(problems)))
    assert loaded.set is not None  # nothing is without a problem and without a set
    return loaded.set


def read_set(path: Path) -> Loaded:
    """Read one file as far as possible; never raises for bad content."""
    try:
        tree = read_tree(path)
    except ProblemsFound as error:
        return Loaded(None, None, error.problems)
    file = str(path)
    faults = list(tree_faults(tree, file))
    if any(fault.code in ("yaml-alias", "yaml-too-deep") for fault in faults):
        return Loaded(None, None, tuple(faults))
    declared = _declared_inputs(tree)
    leaves = _count_leaves(tree)
    mended = bool(faults)
    for round_ in range(_ROUNDS):
        try:
            criteria_set = CriteriaSet.model_validate(plain_value(tree))
        except ValidationError as error:
            details = [d for d in error.errors(include_url=False) if not _false_alarm(tree, d)]
            identity = _text_at(tree, "id")
            # What is missing after the first round is missing because it was taken out.
            new = [d for d in details if round_ == 0 or d["type"] not in ("missing", "too_short")]
            found = [_problem(file, tree, detail, identity) for detail in new]
            faults += [problem for problem in found if problem not in faults]
            mended = True
            if not _mend(tree, details):
                break
        else:
            lost = _count_leaves(tree) != leaves
            source = Source(file, tree, mended, lost, declared)
            return Loaded(criteria_set, source, _in_order(faults))
    return Loaded(None, None, _in_order(faults))


def _false_alarm(tree: yaml.Node, detail: ErrorDetails) -> bool:
    """Pydantic calls a list too short when all its items are faulty; the items tell it better."""
    node = _node_at(tree, _real(tree, detail["loc"]))
    return detail["type"] == "too_short" and node is not None and len(node.value) > 0


def _count_leaves(node: yaml.Node) -> int:
    """How many criteria of any level stand in the tree."""
    if isinstance(node, yaml.SequenceNode):
        return sum(_count_leaves(below) for below in node.value)
    if not isinstance(node, yaml.MappingNode):
        return 0
    below = sum(_count_leaves(value) for _, value in node.value)
    lists = [child(node, "criteria"), child(node, "fields")]
    return below + sum(len(each.value) for each in lists if isinstance(each, yaml.SequenceNode))


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.place.line or 0))


def _declared_inputs(tree: yaml.MappingNode) -> frozenset[str]:
    inputs = child(tree, "inputs")
    if not isinstance(inputs, yaml.MappingNode):
        return frozenset()
    return frozenset(key.value for key, _ in inputs.value if isinstance(key, yaml.ScalarNode))


# --- mending what cannot be read, so that the rest is still checked --------------------------


def _mend(tree: yaml.MappingNode, details: list[ErrorDetails]) -> bool:
    """Put stand-ins for faulty pieces, or take them out; false when nothing could be done."""
    done = False
    for detail in sorted(details, key=lambda each: _last_first(each["loc"]), reverse=True):
        done = _mend_one(tree, detail) or done
    return done


def _last_first(loc: Loc) -> tuple[tuple[int, str | int], ...]:
    return tuple((1, step) if isinstance(step, int) else (0, step) for step in loc)


def _mend_one(tree: yaml.MappingNode, detail: ErrorDetails) -> bool:
    loc = _real(tree, detail["loc"])
    node = _node_at(tree, loc)
    key = detail["loc"][-1]
    if node is None:
        return False
    if detail["type"] == "ambiguous-scalar" and isinstance(node, yaml.ScalarNode):
        node.tag = "tag:yaml.org,2002:str"
        return True
    if detail["type"] == "extra_forbidden":
        drop(tree, loc)
        return True
    if "rule" in loc:
        owner = _node_at(tree, loc[: loc.index("rule")])
        return _stand_in(owner, "rule", "{kind: formula, of: maximum}")
    if detail["type"] == "missing" and key in _STUBS:
        return _stand_in(node, str(key), _STUBS[str(key)])
    if loc and loc[-1] in _STUBS and detail["type"] != "missing":
        return _stand_in(_node_at(tree, loc[:-1]), str(loc[-1]), _STUBS[str(loc[-1])])
    if loc and loc[-1] in _OPTIONAL and detail["type"] != "missing":
        drop(tree, loc)
        return True
    for length in range(len(loc), 0, -1):
        if _is_item(loc[:length]):
            drop(tree, loc[:length])
            return True
    return False


def _stand_in(node: yaml.Node | None, key: str, text: str) -> bool:
    """Give the mapping `node` the value `text` under `key`, in the place of what stood there."""
    if not isinstance(node, yaml.MappingNode):
        return False
    line = child(node, key)
    stub = yaml.compose(f"{key}: {text}", Loader=yaml.SafeLoader).value[0]
    for part in (*stub, *(below for pair in _pairs(stub[1]) for below in pair)):
        part.start_mark = (line or node).start_mark
    node.value[:] = [(k, v) for k, v in node.value if k.value != key] + [stub]
    return True


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []


def _is_item(loc: Loc) -> bool:
    """Whether `loc` names something that a set can do without: a leaf, an input, a grade, ..."""
    match loc:
        case ("inputs" | "targets", _) | ("grades" | "adjustments" | "cases", int()):
            return True
        case (*_, "criteria" | "fields", int()):
            return True
        case _:
            return False


def _real(tree: yaml.Node, loc: Loc) -> Loc:
    """The steps of `loc` that name nodes; pydantic's union tags among them are left out."""
    steps: list[int | str] = []
    for step in loc:
        below = child(tree, step)
        if below is not None:
            steps.append(step)
            tree = below
    return tuple(steps)


def _node_at(tree: yaml.Node, loc: Loc) -> yaml.Node | None:
    node: yaml.Node | None = tree
    for step in loc:
        node = child(node, step) if node is not None else None
    return node


# --- from pydantic's errors to problems -----------------------------------------------------


def _problem(file: str, tree: yaml.Node, detail: ErrorDetails, identity: str | None) -> Problem:
    code, values = _finding(detail)
    loc = detail["loc"]
    return Problem(
        code=code,
        place=Place(file, line_of(tree, _real(tree, loc))),
        values=values,
        criterion=_criterion_at(tree, loc),
        set=identity,
    )


def _finding(detail: ErrorDetails) -> tuple[str, dict[str, str]]:
    context = {key: str(value) for key, value in detail.get("ctx", {}).items()}
    value = _shown(detail.get("input"))
    match detail["type"]:
        case "missing":
            return "missing-key", {"key": str(detail["loc"][-1])}
        case "extra_forbidden":
            key = str(detail["loc"][-1])
            near = get_close_matches(key, known_keys(), n=1, cutoff=0.6)
            if near:
                return "unknown-key-near", {"key": key, "near": near[0]}
            return "unknown-key", {"key": key}
        case "literal_error" if detail["loc"][-1] == "parindex":
            return "version-unknown", {"value": value}
        case "literal_error":
            return "word-unknown", {"value": value, "options": context.get("expected", "")}
        case "union_tag_invalid":
            return "kind-unknown", {"value": context["tag"], "options": _kinds()}
        case "union_tag_not_found":
            return "kind-missing", {"options": _kinds()}
        case "model_type" | "dict_type" | "model_attributes_type":
            return "mapping-wanted", {}
        case "tuple_type" | "list_type":
            return "list-wanted", {}
        case "too_short":
            return "list-length", {"value": context["actual_length"], "limit": context["min_length"]}
        case "too_long":
            return "list-length", {"value": context["actual_length"], "limit": context["max_length"]}
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
        "empty-value",
        "number-wanted",
        "points-wanted",
        "quantity-unknown",
        "text-wanted",
        "whole-number-wanted",
        "yes-no-wanted",
    }
)


def _shown(value: Any) -> str:
    if isinstance(value, Plain):
        return value.text
    return str(value) if isinstance(value, str | int) else "..."


def _kinds() -> str:
    union = get_args(Rule)[0]
    return ", ".join(sorted(model.model_fields["kind"].default for model in get_args(union)))


@cache
def known_keys() -> list[str]:
    """All keys of the language, for "did you mean"."""
    schema = CriteriaSet.model_json_schema()
    models = [schema, *schema["$defs"].values()]
    return sorted({key for model in models for key in model.get("properties", {})})


def _criterion_at(tree: yaml.Node, loc: Loc) -> str | None:
    """Id of the innermost field, criterion or adjustment around `loc`."""
    found: str | None = None
    node: yaml.Node | None = tree
    for step in loc:
        below = child(node, step) if node is not None else None
        if below is None:
            continue
        if isinstance(step, int) and isinstance(below, yaml.MappingNode):
            found = _text_at(below, "id") or found
        node = below
    return found


def _text_at(node: yaml.Node, key: str) -> str | None:
    value = child(node, key)
    return str(value.value) if isinstance(value, yaml.ScalarNode) else None
