"""A review tried out before it is recorded (chạy thử): what would not stand beside other facts.

Facts of a leaf that the unit has changed since, or that contradict others, are held back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from criteria.assessment.model import Assessment
from criteria.problems import Place, Problem
from inputs.store.facts import INPUT, Batch, Fact
from inputs.store.facts_at import facts_of_history
from inputs.store.history import history
from inputs.store.store import Store
from inputs.units import Units
from inputs.workbooks.review_form import ReviewForm
from inputs.workbooks.review_standing import UnitLeaf, open_leaves


@dataclass(frozen=True)
class Tried:
    """The batch without the facts that cannot stand, and why they cannot."""

    batch: Batch
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Ground:
    """What a review is tried out on; `before`: batches of the same run that were taken already."""

    store: Store
    assessment: Assessment
    units: Units
    before: Sequence[Batch] = ()

    def told(self, batch: Batch) -> pl.DataFrame:
        return history(self.store, [*self.before, batch])


def tried(batch: Batch, form: ReviewForm, ground: Ground) -> Tried:
    """Hold back, leaf by leaf, what does not stand, until the rest does."""
    problems: list[Problem] = []
    while batch.facts:
        found = {**_contradictions(batch, form, ground), **_outdated(batch, form, ground)}
        if not found:
            break
        problems += found.values()
        kept = [fact for fact in batch.facts if _leaf_of(fact, form) not in found]
        batch = replace(batch, facts=kept)
    return Tried(batch, tuple(problems))


def _leaf_of(fact: Fact, form: ReviewForm) -> UnitLeaf:
    """The leaf (or condition) in whose rows a fact stood."""
    name = fact.subject.partition(":")[2]
    if fact.subject.startswith(INPUT):
        return fact.unit, form.home[fact.unit, name]
    return fact.unit, name


def _outdated(batch: Batch, form: ReviewForm, ground: Ground) -> Mapping[UnitLeaf, Problem]:
    """Leaves that the unit has changed after the workbook was made."""
    says = [fact for fact in batch.facts if fact.status != "withdrawn"]
    said = {_leaf_of(fact, form): fact for fact in reversed(says) if _speaks(fact)}
    if not said:
        return {}
    _, again = open_leaves(ground.told(batch), ground.assessment, form.sets, ground.units)
    return {
        leaf: Problem("review-stale", _place(batch, fact), {}, leaf[0], leaf[1])
        for leaf, fact in said.items()
        if leaf in again
    }


def _speaks(fact: Fact) -> bool:
    return fact.status is not None or fact.value is not None


def _contradictions(batch: Batch, form: ReviewForm, ground: Ground) -> dict[UnitLeaf, Problem]:
    """What the checks of all answers find in the cells of this batch, or against them."""
    places = {_place(batch, fact): _leaf_of(fact, form) for fact in batch.facts if _speaks(fact)}
    blanks = {
        (fact.unit, fact.subject.removeprefix(INPUT)): fact
        for fact in batch.facts
        if fact.subject.startswith(INPUT) and not _speaks(fact)
    }
    if not places and not blanks:
        return {}
    told, path = ground.told(batch), str(ground.store.path)
    intake = facts_of_history(told, "review", ground.assessment, form.sets, ground.units, path)
    spelled = {str(place): place for place in places}
    found: dict[UnitLeaf, Problem] = {}
    for problem in intake.problems:
        # A limit may be what is new, and the number that exceeds it another's.
        limit = spelled.get(problem.values.get("where", ""))
        place = problem.place if problem.place in places else limit
        if problem.advice:
            continue
        if place is not None:
            leaf = places[place]
        else:
            # What counts again after a number was taken back may not stand beside the others.
            named = ((problem.unit or "", name) for name in problem.values.values())
            fact = next((blanks[each] for each in named if each in blanks), None)
            if fact is None:
                continue
            place, leaf = _place(batch, fact), _leaf_of(fact, form)
        blamed = replace(problem, place=place, unit=leaf[0], criterion=leaf[1])
        found.setdefault(leaf, blamed)
    return found


def _place(batch: Batch, fact: Fact) -> Place:
    return Place(batch.file, sheet=fact.sheet, cell=fact.cell)
