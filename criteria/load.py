"""Read a criteria set, or say on which lines it is wrong: all faults at once.

A fault must not hide the next one.  So what cannot be read is reported and mended or taken out,
and what is left is read again and checked further (references, sums, proofs): ten faults of ten
sorts come out of one run.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from criteria.faults import node_at, problem_of, real_loc, text_at
from criteria.model import CriteriaSet, Target
from criteria.plan.load import LoadedPlan, read_plan
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from criteria.rules import rule_targets
from criteria.scalars import Bound
from criteria.thresholds import PlanNames, plan_names
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
        *("at_most", "range", "unless", "plan"),
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
    hold the ids of all inputs and targets in the file, read or not.  `plan`: the plan's file;
    `plan_faulty`: some of it, or all, could not be read.
    """

    file: str
    tree: yaml.MappingNode
    mended: bool
    leaves_lost: bool
    lost: frozenset[str]
    declared: frozenset[str]
    targets: frozenset[str]
    plan: Path | None = None
    plan_faulty: bool = False

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
    plan_file, behind = _plan_behind(path, tree)
    plan_faults = () if behind is None else behind.problems
    names = _names(tree, behind)
    mended = bool(faults)
    for round_ in range(_ROUNDS):
        try:
            criteria_set = CriteriaSet.model_validate(plain_value(tree), context=names)
        except ValidationError as error:
            details = [d for d in error.errors(include_url=False) if not _false_alarm(tree, d)]
            # What cannot be found in a broken plan may stand in the part that is broken.
            told = [d for d in details if not (plan_faults and d["type"] in _OF_THE_PLAN)]
            identity = text_at(tree, "id")
            # What is missing after the first round is missing because it was taken out.
            new = [d for d in told if round_ == 0 or d["type"] not in ("missing", "too_short")]
            for detail in new:
                problem = problem_of(file, tree, detail, CriteriaSet, identity)
                if problem not in faults:
                    faults.append(problem)
            mended = True
            if not _mend(tree, details):
                break
        else:
            left = {id(node) for node in _criteria_nodes(tree)}
            leaves_lost = any(id(node) not in left for node in criteria)
            source = Source(
                file,
                tree,
                mended=mended,
                leaves_lost=leaves_lost,
                lost=before - _keys(tree),
                declared=declared,
                targets=targets,
                plan=plan_file,
                plan_faulty=bool(plan_faults),
            )
            return Loaded(_with_targets(criteria_set), source, (*plan_faults, *_in_order(faults)))
    return Loaded(None, None, (*plan_faults, *_in_order(faults)))


_OF_THE_PLAN = ("target-unknown", "task-unknown", "task-without-one-day")


def _plan_behind(path: Path, tree: yaml.Node) -> tuple[Path | None, LoadedPlan | None]:
    """The plan that the set names: its file, and what that gave."""
    name = text_at(tree, "plan")
    if not name:
        return None, None
    plan_file, place = path.parent / name, Place(str(path), line_of(tree, ("plan",)))
    if Path(name).name != name:
        return None, LoadedPlan(None, None, (Problem("plan-not-beside", place, {"value": name}),))
    if not plan_file.is_file():
        return None, LoadedPlan(None, None, (Problem("plan-missing", place, {"value": name}),))
    return plan_file, read_plan(plan_file)


def _names(tree: yaml.Node, behind: LoadedPlan | None) -> PlanNames:
    """What rules may refer to: targets and tasks of the plan, targets of the set itself."""
    own: dict[str, Bound] = {}
    node = child(tree, "targets")
    for name in sorted(_keys(node)):
        assert node is not None
        with suppress(ValidationError):
            own[name] = Target.model_validate(plain_value(child(node, name))).value  # type: ignore[arg-type]
    return plan_names(None if behind is None else behind.plan, own)


def _with_targets(criteria_set: CriteriaSet) -> CriteriaSet:
    """The set with those targets of its plan that its rules refer to."""
    plan = criteria_set.plan
    if plan is None:
        return criteria_set
    asked = {name for item in criteria_set.items for name in rule_targets(item.rule)}
    taken = {
        name: Target(value=target.value, title=target.title, basis=target.basis)
        for name, target in plan.targets.items()
        if name in asked and name not in criteria_set.targets
    }
    return criteria_set.model_copy(update={"targets": {**criteria_set.targets, **taken}})


def _false_alarm(tree: yaml.Node, detail: ErrorDetails) -> bool:
    """Pydantic calls a list too short when all its items are faulty; the items tell it better."""
    node = node_at(tree, real_loc(tree, detail["loc"]))
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
    ways = [(detail, _nodes_on(tree, real_loc(tree, detail["loc"]))) for detail in last_first]
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


def _last_first(loc: Loc) -> tuple[tuple[int, str | int], ...]:
    return tuple((1, step) if isinstance(step, int) else (0, step) for step in loc)


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
        return _stand_in(owner, "rule", _RULE)
    if detail["type"] == "missing" and key in _STUBS:
        return _stand_in(node, str(key), _STUBS[str(key)])
    if loc and loc[-1] in _STUBS and detail["type"] != "missing":
        return _stand_in(node_at(tree, loc[:-1]), str(loc[-1]), _STUBS[str(loc[-1])])
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
