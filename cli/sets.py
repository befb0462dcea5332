"""The criteria sets that a command line names: files, folders of a pack, or packs by id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from criteria.check import check_set
from criteria.load import Loaded, read_set
from criteria.model import CriteriaSet
from criteria.packs import load_pack, pack_ids
from criteria.problems import Place, Problem, ProblemsFound


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
        if path.is_file() or path.suffix in (".yaml", ".yml"):
            files.append(path)
        elif path.is_dir() and sorted(path.glob("*.yaml")):
            files += [f for f in sorted(path.glob("*.yaml")) if f.name != "pack.yaml"]
        elif name in pack_ids():
            files += load_pack(name).sets
        else:
            values = {"value": name, "known": ", ".join(pack_ids())}
            problems.append(Problem("set-not-found", Place(name), values))
    if problems:
        raise ProblemsFound(problems)
    return list(dict.fromkeys(files))


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


def sets_to_score(files: Sequence[Path]) -> tuple[list[tuple[Path, CriteriaSet]], list[Problem]]:
    """The sets, and advice on them.

    Raises: ProblemsFound when a set has a fault, or two sets score the same group.
    """
    checked = check_files(files)
    problems = [problem for each in checked for problem in each.problems]
    sets = [(each.path, each.set) for each in checked if each.set is not None]
    for position, (path, criteria_set) in enumerate(sets):
        for _, earlier in sets[:position]:
            if earlier.id == criteria_set.id:
                values = {"value": criteria_set.id}
                problems.append(Problem("set-twice", Place(str(path)), values))
            elif earlier.group == criteria_set.group:
                values = {"group": criteria_set.group, "first": earlier.id}
                values |= {"second": criteria_set.id}
                problems.append(Problem("group-scored-twice", Place(str(path)), values))
    if any(not problem.advice for problem in problems):
        raise ProblemsFound(problems)
    return sets, problems
