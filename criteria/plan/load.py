"""Read a plan file, or say on which lines it is wrong: all faults at once.

A faulty piece is reported and taken out, and what is left is read again and checked further.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from criteria.faults import last_first, problem_of, real_loc, text_at
from criteria.mend import stand_in
from criteria.plan.check import check_plan
from criteria.plan.model import Plan, days_of
from criteria.problems import Place, Problem, ProblemsFound, in_file_order, stop_if_any
from criteria.yaml_tree import child, drop, line_of, plain_value, read_tree, tree_faults

MARK = "parindex_plan"
"""The key that says that a YAML file is a plan."""

_ROUNDS = 10
_ANY_DAYS = (date(1990, 1, 1), date(1990, 12, 31))
"""Stand-in where the plan's own days cannot be read, so that its deadlines still are."""


@dataclass(frozen=True)
class PlanSource:
    """Where a loaded plan stands, for the places of later findings.

    `mended`: something could not be read and was left out.  `sections`: ids of all sections in the
    file, read or not.
    """

    file: str
    tree: yaml.MappingNode
    mended: bool
    sections: frozenset[str]

    def place(self, *loc: int | str) -> Place:
        """The line of the deepest node on the way to `loc`."""
        return Place(self.file, line_of(self.tree, loc))


@dataclass(frozen=True)
class LoadedPlan:
    """What a file gave: the plan as far as it could be read, its places, and all faults."""

    plan: Plan | None
    source: PlanSource | None
    problems: tuple[Problem, ...]

    def whole(self) -> Plan:
        """The plan of a file without faults.

        Raises: ProblemsFound with every fault of the file.
        """
        stop_if_any(self.problems)
        assert self.plan is not None  # nothing is without a problem and without a plan
        return self.plan


def load_plan(path: Path) -> Plan:
    """Read one plan and check all of it.

    Raises: ProblemsFound with every fault and its line.
    """
    return read_plan(path).whole()


def read_plan(path: Path) -> LoadedPlan:
    """Read and check one file as far as possible; never raises for bad content."""
    try:
        tree = read_tree(path)
    except ProblemsFound as error:
        return LoadedPlan(None, None, error.problems)
    file = str(path)
    if child(tree, MARK) is None and child(tree, "parindex") is not None:
        return LoadedPlan(None, None, (Problem("plan-is-set", Place(file)),))
    faults = list(tree_faults(tree, file))
    mended = bool(faults)
    sections = _section_ids(tree)
    for round_ in range(_ROUNDS):
        raw = plain_value(tree)
        days = days_of(raw.get("starts"), raw.get("ends")) or _ANY_DAYS
        try:
            plan = Plan.model_validate(raw, context={"days": days})
        except ValidationError as error:
            details = error.errors(include_url=False)
            for detail in details:
                problem = replace(problem_of(file, tree, detail, Plan, None), criterion=None)
                if problem not in faults and (round_ == 0 or detail["type"] != "missing"):
                    faults.append(problem)
            mended = True
            if not _stand_in(tree, details) | _take_out(tree, details):
                return LoadedPlan(None, None, in_file_order(faults))
            continue
        source = PlanSource(file, tree, mended, sections)
        return LoadedPlan(plan, source, in_file_order([*faults, *check_plan(plan, source)]))
    return LoadedPlan(None, None, in_file_order(faults))


def _section_ids(tree: yaml.Node) -> frozenset[str]:
    nodes = child(tree, "sections")
    listed = nodes.value if isinstance(nodes, yaml.SequenceNode) else []
    return frozenset(name for node in listed if (name := text_at(node, "id")) is not None)


def is_plan(path: Path) -> bool:
    """Whether a YAML file says of itself that it is a plan."""
    try:
        return child(read_tree(path), MARK) is not None
    except ProblemsFound:
        return False


def _take_out(tree: yaml.MappingNode, details: list[ErrorDetails]) -> bool:
    """Drop every faulty piece that a plan can do without, last first; false when none was."""
    locs = {real_loc(tree, detail["loc"]): detail for detail in details}
    pieces = {piece for loc, detail in locs.items() if (piece := _piece(loc, detail))}
    for piece in sorted(pieces, key=last_first, reverse=True):
        drop(tree, piece)
    return bool(pieces)


def _stand_in(tree: yaml.MappingNode, details: list[ErrorDetails]) -> bool:
    """Put something harmless for what the head lacks or has wrong, so that the rest is read."""
    done = False
    for key in dict.fromkeys(detail["loc"][0] for detail in details if len(detail["loc"]) == 1):
        if key in _STUBS:
            done = stand_in(tree, str(key), _STUBS[str(key)]) or done
    return done


_STUBS = {
    **{MARK: "1", "id": "stub", "title": "'?'", "province": "'?'"},
    **{"signed": "2000-01-01", "starts": "2000-01-01", "ends": "2000-12-31"},
}
"""Stand-ins for keys that a plan cannot do without."""


def _piece(loc: tuple[int | str, ...], detail: Mapping[str, Any]) -> tuple[int | str, ...] | None:
    """What to take out for a fault at `loc`: a wrong key alone, else the whole item around it."""
    if detail["type"] == "extra_forbidden":
        return loc
    match loc:
        case ("tasks" | "reports" | "sections" as kind, int(at), *rest):
            optional = rest and rest[0] in _CAN_BE_LEFT_OUT and detail["type"] != "missing"
            return (kind, at, rest[0]) if optional else (kind, at)
        case ("targets" | "aliases" | "policy" as kind, str(name), *_):
            return (kind, name)
        case ("tasks" | "reports" | "sections" | "targets" | "aliases" | "policy" | "note",):
            return loc if detail["type"] != "missing" else None
        case _:
            return None


_CAN_BE_LEFT_OUT = frozenset(
    ("lead", "deadline", "due", "basis", "note", "product", "partners", "approved_by", "field")
)
