"""The criteria sets that a command line names: files, folders of a pack, or packs by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from criteria.check import check_set
from criteria.load import Loaded, read_set
from criteria.model import CriteriaSet
from criteria.packs import load_pack, pack_ids
from criteria.plan.load import PlanSource, is_plan
from criteria.problems import Place, Problem, ProblemsFound, each_once

if TYPE_CHECKING:
    from inputs.units import Units


@dataclass(frozen=True)
class Checked:
    """One set file: what it gave, and everything found in it, worked cases included."""

    path: Path
    loaded: Loaded
    problems: tuple[Problem, ...]

    @property
    def set(self) -> CriteriaSet | None:
        return self.loaded.set

    @property
    def good(self) -> bool:
        return all(problem.advice for problem in self.problems)


def set_files(names: Sequence[str]) -> list[Path]:
    """The files behind the names.

    Raises: ProblemsFound for names that are neither files nor packs.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for name in names:
        path = Path(name)
        if path.is_file() and is_plan(path):
            problems.append(Problem("set-is-plan", Place(name)))
        elif path.is_file() or path.suffix in (".yaml", ".yml"):
            files.append(path)
        elif path.is_dir() and sorted(path.glob("*.yaml")):
            in_folder = [f for f in sorted(path.glob("*.yaml")) if f.name != "pack.yaml"]
            sets = [f for f in in_folder if not is_plan(f)]
            if not sets:
                problems.append(Problem("set-not-found", Place(name), _known(name)))
            files += sets
        elif name in pack_ids():
            files += load_pack(name).sets
        else:
            problems.append(Problem("set-not-found", Place(name), _known(name)))
    if problems:
        raise ProblemsFound(problems)
    return list(dict.fromkeys(files))


def _known(name: str) -> dict[str, str]:
    return {"value": name, "known": ", ".join(pack_ids())}


def check_files(files: Sequence[Path]) -> list[Checked]:
    """Load, prove and try out every file; nothing is raised for what stands in them."""
    return [_check_file(path) for path in files]


def _check_file(path: Path) -> Checked:
    from scoring.cases import check_cases

    loaded = read_set(path)
    problems = loaded.problems
    if loaded.set is not None and loaded.source is not None:
        problems += check_set(loaded.set, loaded.source)
        if all(problem.advice for problem in problems):
            problems += check_cases(loaded.set, loaded.source)
    return Checked(path, loaded, tuple(sorted(problems, key=lambda p: p.place.line or 0)))


@dataclass(frozen=True)
class ChosenSet:
    """A set to score, its file, and the file of the plan that it names, with its places."""

    path: Path
    set: CriteriaSet
    plan: Path | None
    plan_source: PlanSource | None


def sets_to_score(files: Sequence[Path]) -> tuple[list[ChosenSet], list[Problem]]:
    """The sets, and advice on them.

    Raises: ProblemsFound when a set has a fault, or two sets score the same group.
    """
    checked = check_files(files)
    problems = list(each_once(problem for each in checked for problem in each.problems))
    sets = [
        ChosenSet(each.path, each.set, each.loaded.source.plan, each.loaded.source.plan_source)
        for each in checked
        if each.set is not None and each.loaded.source is not None
    ]
    for position, each in enumerate(sets):
        for earlier in (before.set for before in sets[:position]):
            if earlier.id == each.set.id:
                values = {"value": each.set.id}
                problems.append(Problem("set-twice", Place(str(each.path)), values))
            elif earlier.group == each.set.group:
                values = {"group": each.set.group, "first": earlier.id, "second": each.set.id}
                problems.append(Problem("group-scored-twice", Place(str(each.path)), values))
    plans = list(dict.fromkeys(each.plan.resolve() for each in sets if each.plan is not None))
    if len(plans) > 1:
        values = {"plans": ", ".join(map(str, plans))}
        problems.append(Problem("plans-differ", Place(str(sets[0].path)), values))
    for path in plans:
        for each in sets:
            if path.name.casefold() == f"{each.set.id}.yaml".casefold():
                values = {"value": path.name, "set": each.set.id}
                problems.append(Problem("plan-name-taken", Place(str(path)), values))
    if any(not problem.advice for problem in problems):
        raise ProblemsFound(problems)
    return sets, problems


def plan_problems(sets: Sequence[ChosenSet], units: Units) -> list[Problem]:
    """What a plan says of bodies that the units do not know: somebody's duty would be lost."""
    from inputs.obligations import lead_problems

    # Sets that are scored together have one plan between them.
    for each in sets:
        if each.set.plan is not None and each.plan_source is not None:
            return list(lead_problems(each.set.plan, each.plan_source, units))
    return []
