"""Read a criteria set, or say on which lines it is wrong: all faults at once.

A fault must not hide the next one.  So what cannot be read is reported and mended or taken out,
and what is left is read again and checked further (references, sums, proofs): ten faults of ten
sorts come out of one run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from criteria.faults import node_at, problem_of, real_loc, text_at
from criteria.mend import mend
from criteria.model import CriteriaSet
from criteria.plan.load import PlanSource
from criteria.problems import Place, Problem, ProblemsFound, in_file_order, stop_if_any
from criteria.set_plan import OF_THE_PLAN, names_for, plan_behind, with_targets
from criteria.yaml_tree import (
    child,
    keys_of,
    line_of,
    plain_value,
    read_tree,
    tree_faults,
)

_ROUNDS = 40
"""How often a broken file is mended and read again; each round mends all faults it sees."""


@dataclass(frozen=True)
class Source:
    """Where a loaded set stands: its file and tree, for the places of later findings.

    `mended`: something could not be read and was replaced or left out; `leaves_lost`: whole
    criteria or adjustments among it; `lost`: keys of the set itself.  `declared` and `targets`
    hold the ids of all inputs and targets in the file, read or not.  `plan`: the plan's file;
    `plan_source`: its places; `plan_faulty`: some of it, or all, could not be read.
    """

    file: str
    tree: yaml.MappingNode
    mended: bool
    leaves_lost: bool
    lost: frozenset[str]
    declared: frozenset[str]
    targets: frozenset[str]
    plan: Path | None = None
    plan_source: PlanSource | None = None
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
    stop_if_any(in_file_order(list(problems)))
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
    before = keys_of(tree)
    declared, targets = keys_of(child(tree, "inputs")), keys_of(child(tree, "targets"))
    criteria = list(_criteria_nodes(tree))
    plan_file, behind = plan_behind(path, tree)
    plan_faults = () if behind is None else tuple(p for p in behind.problems if not p.advice)
    names = names_for(tree, behind)
    mended = bool(faults)
    for round_ in range(_ROUNDS):
        try:
            criteria_set = CriteriaSet.model_validate(plain_value(tree), context=names)
        except ValidationError as error:
            details = [d for d in error.errors(include_url=False) if not _false_alarm(tree, d)]
            told = [d for d in details if not (plan_faults and d["type"] in OF_THE_PLAN)]
            identity = text_at(tree, "id")
            # What is missing after the first round is missing because it was taken out.
            new = [d for d in told if round_ == 0 or d["type"] not in ("missing", "too_short")]
            for detail in new:
                problem = problem_of(file, tree, detail, CriteriaSet, identity)
                if problem not in faults:
                    faults.append(problem)
            mended = True
            if not mend(tree, details):
                break
        else:
            left = {id(node) for node in _criteria_nodes(tree)}
            leaves_lost = any(id(node) not in left for node in criteria)
            source = Source(
                file,
                tree,
                mended=mended,
                leaves_lost=leaves_lost,
                lost=before - keys_of(tree),
                declared=declared,
                targets=targets,
                plan=plan_file,
                plan_source=None if behind is None else behind.source,
                plan_faulty=bool(plan_faults),
            )
            return Loaded(
                with_targets(criteria_set), source, (*plan_faults, *in_file_order(faults))
            )
    return Loaded(None, None, (*plan_faults, *in_file_order(faults)))


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
