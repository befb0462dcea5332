"""Read a criteria set, or say on which lines it is wrong: all faults at once.

A fault must not hide the next one.  So what cannot be read is reported and mended or taken out,
and what is left is read again and checked further (references, sums, proofs): ten faults of ten
sorts come out of one run.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
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
    (
        *("when_none", "applies_to", "direction", "scored_by", "reviewed_by", "evidence"),
        *("basis", "note", "measure", "group_title", "rounding", "rank", "not_applicable"),
        *("total", "grade_on", "grades", "targets", "adjustments", "adjustments_limit", "cases"),
        *("at_most", "range", "unless"),
    )
)
"""Keys that a set can do without: a faulty one is reported, then taken out."""

_FIELD = "[{id: '?', title: '?', criteria: [{id: '?', title: '?', maximum: 1, rule: ?}]}]"
_RULE = "{kind: formula, of: maximum}"
"""Stand-ins for the fields where none can be read, and for a rule that cannot."""


@dataclass(frozen=True)
class Source:
    """Where a loaded set stands: its file and tree, for the places of later findings.

    `mended`: something could not be read and was replaced or left out; `leaves_lost`: whole
    criteria or adjustments among it; `lost`: keys of the set itself.  `declared` and `targets`
    hold the ids of all inputs and targets in the file, read or not.
    """

    file: str
    tree: yaml.MappingNode
    mended: bool
    leaves_lost: bool
    lost: frozenset[str]
    declared: frozenset[str]
    targets: frozenset[str]

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
    before = _keys(tree)
    declared, targets = _keys(child(tree, "inputs")), _keys(child(tree, "targets"))
    criteria = list(_criteria_nodes(tree))
    mended = bool(faults)
    for round_ in range(_ROUNDS):
        try:
            criteria_set = CriteriaSet.model_validate(plain_value(tree))
        except ValidationError as error:
            details = [d for d in error.errors(include_url=False) if not _false_alarm(tree, d)]
            identity = _text_at(tree, "id")
            # What is missing after the first round is missing because it was taken out.
            new = [d for d in details if round_ == 0 or d["type"] not in ("missing", "too_short")]
            for detail in new:
                problem = _problem(file, tree, detail, identity)
                if problem not in faults:
                    faults.append(problem)
            mended = True
            if not _mend(tree, details):
                break
        else:
            left = {id(node) for node in _criteria_nodes(tree)}
            leaves_lost = any(id(node) not in left for node in criteria)
            lost = before - _keys(tree)
            source = Source(file, tree, mended, leaves_lost, lost, declared, targets)
            return Loaded(criteria_set, source, _in_order(faults))
    return Loaded(None, None, _in_order(faults))


def _false_alarm(tree: yaml.Node, detail: ErrorDetails) -> bool:
    """Pydantic calls a list too short when all its items are faulty; the items tell it better."""
    node = _node_at(tree, _real(tree, detail["loc"]))
    return detail["type"] == "too_short" and node is not None and len(node.value) > 0


def _criteria_nodes(node: yaml.Node) -> Iterator[yaml.Node]:
    """The nodes of all fields, criteria of any level and adjustments."""
    if isinstance(node, yaml.SequenceNode):
        for below in node.value:
            yield from _criteria_nodes(below)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value in _CRITERIA and isinstance(value, yaml.SequenceNode):
                yield from value.value
            yield from _criteria_nodes(value)


_CRITERIA = ("fields", "criteria", "adjustments")


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: problem.place.line or 0))


def _keys(node: yaml.Node | None) -> frozenset[str]:
    """The keys of a mapping; nothing of anything else."""
    if not isinstance(node, yaml.MappingNode):
        return frozenset()
    return frozenset(key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode))


# --- mending what cannot be read, so that the rest is still checked --------------------------


def _mend(tree: yaml.MappingNode, details: list[ErrorDetails]) -> bool:
    """Put stand-ins for faulty pieces, or take them out; false when nothing could be done.

    The last piece comes first, so that positions before it stay true.  A fault inside a piece that
    is out of the tree by then needs no more mending.
    """
    last_first = sorted(details, key=lambda each: _last_first(each["loc"]), reverse=True)
    ways = [(detail, _nodes_on(tree, _real(tree, detail["loc"]))) for detail in last_first]
    done = False
    for detail, nodes in ways:
        loc = _real(tree, detail["loc"])
        now = _nodes_on(tree, loc)
        if len(now) == len(nodes) and all(a is b for a, b in zip(now, nodes, strict=True)):
            done = _mend_one(tree, detail, loc) or done
    return done


def _nodes_on(tree: yaml.Node, loc: Loc) -> list[yaml.Node]:
    """Every node on the way to `loc`."""
    nodes = [tree]
    for step in loc:
        below = child(nodes[-1], step)
        if below is not None:
            nodes.append(below)
    return nodes


def _last_first(loc: Loc) -> tuple[tuple[int, str | int], ...]:
    return tuple((1, step) if isinstance(step, int) else (0, step) for step in loc)


def _mend_one(tree: yaml.MappingNode, detail: ErrorDetails, loc: Loc) -> bool:
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
        return _stand_in(owner, "rule", _RULE)
    if detail["type"] == "missing" and key in _STUBS:
        return _stand_in(node, str(key), _STUBS[str(key)])
    if loc and loc[-1] in _STUBS and detail["type"] != "missing":
        return _stand_in(_node_at(tree, loc[:-1]), str(loc[-1]), _STUBS[str(loc[-1])])
    if loc and loc[-1] == "maximum" and child(_owner(tree, loc), "criteria") is not None:
        drop(tree, loc)
        return True
    for length in range(len(loc), 0, -1):
        if _is_item(loc[:length]) or loc[length - 1] in _OPTIONAL:
            drop(tree, loc[:length])
            return True
    if loc == ("fields",):
        return _stand_in(tree, "fields", _FIELD.replace("rule: ?", f"rule: {_RULE}"))
    if loc == ("inputs",) and isinstance(node, yaml.ScalarNode):
        drop(tree, loc)
        return True
    return False


def _stand_in(node: yaml.Node | None, key: str, text: str) -> bool:
    """Give the mapping `node` the value `text` under `key`, in the place of what stood there."""
    if not isinstance(node, yaml.MappingNode):
        return False
    mark = (child(node, key) or node).start_mark
    made = yaml.compose(f"{key}: {text}", Loader=yaml.SafeLoader)
    assert isinstance(made, yaml.MappingNode)
    _set_marks(made, mark)
    node.value[:] = [(k, v) for k, v in node.value if k.value != key] + made.value
    return True


def _set_marks(node: yaml.Node, mark: Any) -> None:
    """Say of a node, and of everything in it, that it stands at `mark`."""
    node.start_mark = mark
    if isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                _set_marks(part, mark)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            _set_marks(part, mark)


def _owner(tree: yaml.Node, loc: Loc) -> yaml.Node:
    """The node that holds the last step of `loc`."""
    return _node_at(tree, loc[:-1]) or tree


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
        case "missing" if isinstance(detail["loc"][-1], int):  # of a pair
            given = detail["input"]
            return "list-length", {"value": str(len(given)), "limit": "2"}
        case "missing":
            return "missing-key", {"key": str(detail["loc"][-1])}
        case kind if kind != "empty-value" and _is_null(detail["input"]):
            return "empty-value", {}
        case "extra_forbidden":
            key = str(detail["loc"][-1])
            near = get_close_matches(key, known_keys(), n=1, cutoff=0.6)
            if near:
                return "unknown-key-near", {"key": key, "near": near[0]}
            return "unknown-key", {"key": key}
        case "literal_error" if detail["loc"][-1] == "parindex":
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
        "empty-value",
        "number-wanted",
        "points-wanted",
        "quantity-unknown",
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
