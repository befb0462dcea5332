"""Mending a set that cannot be read whole, so that the rest of it is still checked.

What is faulty is reported elsewhere; here it is taken out, or something harmless put in its place.
"""

from typing import Any

import yaml
from pydantic_core import ErrorDetails

from criteria.faults import last_first, node_at, real_loc
from criteria.yaml_tree import Loc, child, drop

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
        *("at_most", "range", "unless", "plan"),
    )
)
"""Keys that a set can do without: a faulty one is reported, then taken out."""

_FIELD = "[{id: '?', title: '?', criteria: [{id: '?', title: '?', maximum: 1, rule: ?}]}]"
_RULE = "{kind: formula, of: maximum}"
"""Stand-ins for the fields where none can be read, and for a rule that cannot."""


def mend(tree: yaml.MappingNode, details: list[ErrorDetails]) -> bool:
    """Put stand-ins for faulty pieces, or take them out; false when nothing could be done.

    The last piece comes first, so that positions before it stay true.  A fault inside a piece that
    is out of the tree by then needs no more mending.
    """
    backwards = sorted(details, key=lambda each: last_first(each["loc"]), reverse=True)
    ways = [(detail, _nodes_on(tree, real_loc(tree, detail["loc"]))) for detail in backwards]
    done = False
    for detail, nodes in ways:
        loc = real_loc(tree, detail["loc"])
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


def _mend_one(tree: yaml.MappingNode, detail: ErrorDetails, loc: Loc) -> bool:
    node = node_at(tree, loc)
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
        owner = node_at(tree, loc[: loc.index("rule")])
        return stand_in(owner, "rule", _RULE)
    if detail["type"] == "missing" and key in _STUBS:
        return stand_in(node, str(key), _STUBS[str(key)])
    if loc and loc[-1] in _STUBS and detail["type"] != "missing":
        return stand_in(node_at(tree, loc[:-1]), str(loc[-1]), _STUBS[str(loc[-1])])
    if loc and loc[-1] == "maximum" and child(_owner(tree, loc), "criteria") is not None:
        drop(tree, loc)
        return True
    for length in range(len(loc), 0, -1):
        if _is_item(loc[:length]) or loc[length - 1] in _OPTIONAL:
            drop(tree, loc[:length])
            return True
    if loc == ("fields",):
        return stand_in(tree, "fields", _FIELD.replace("rule: ?", f"rule: {_RULE}"))
    if loc == ("inputs",) and isinstance(node, yaml.ScalarNode):
        drop(tree, loc)
        return True
    return False


def stand_in(node: yaml.Node | None, key: str, text: str) -> bool:
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
    return node_at(tree, loc[:-1]) or tree


def _is_item(loc: Loc) -> bool:
    """Whether `loc` names something that a set can do without: a leaf, an input, a grade, ..."""
    match loc:
        case ("inputs" | "targets", _) | ("grades" | "adjustments" | "cases", int()):
            return True
        case (*_, "criteria" | "fields", int()):
            return True
        case _:
            return False
