"""Read `assessment.yaml`, or say on which lines it is wrong: all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import ValidationError

from criteria.assessment.model import Assessment
from criteria.faults import problem_of
from criteria.problems import Place, Problem, ProblemsFound, in_file_order
from criteria.yaml_tree import line_of, plain_value, read_tree, tree_faults

FILE = "assessment.yaml"


def find_folder(start: Path) -> Path | None:
    """The working folder at or above `start`: the nearest one that holds `assessment.yaml`."""
    here = start.resolve()
    return next((each for each in (here, *here.parents) if (each / FILE).is_file()), None)


def load_assessment(folder: Path) -> Assessment:
    """The assessment of a working folder.

    Raises: ProblemsFound with every fault and its line.
    """
    path = folder / FILE
    if not path.is_file():
        raise ProblemsFound([Problem("assessment-missing", Place(str(path)))])
    tree = read_tree(path)
    faults = list(tree_faults(tree, str(path)))
    try:
        assessment = Assessment.model_validate(plain_value(tree))
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults += [problem_of(str(path), tree, each, Assessment, None) for each in details]
        raise ProblemsFound(in_file_order(faults)) from None
    faults += _checked(assessment, tree, path)
    if faults:
        raise ProblemsFound(in_file_order(faults))
    return assessment


def _checked(assessment: Assessment, tree: yaml.MappingNode, path: Path) -> Iterator[Problem]:
    """What the keys say of each other and of the folder."""
    folder = path.parent

    def place(*loc: int | str) -> Place:
        return Place(str(path), line_of(tree, loc))

    for group, name in assessment.sets.items():
        if not (folder / name).is_file():
            yield Problem("assessment-file-missing", place("sets", group), {"value": name})
    if not (folder / assessment.units).is_file():
        values = {"value": assessment.units}
        yield Problem("assessment-file-missing", place("units"), values)
    if assessment.coordinator not in assessment.reviewers:
        values = {"value": assessment.coordinator, "known": ", ".join(assessment.reviewers) or "-"}
        yield Problem("coordinator-unknown", place("coordinator"), values)
    days = [(name, getattr(assessment.calendar, name)) for name in ("self", "review", "appeal")]
    for (earlier, day), (later, next_day) in pairwise(days):
        if next_day < day:
            values = {"earlier": earlier, "later": later}
            yield Problem("calendar-runs-back", place("calendar", later), values)
