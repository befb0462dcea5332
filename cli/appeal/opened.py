"""The appeals of a working folder, opened: cut leaves scored at each stage, ready for trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language, wording

if TYPE_CHECKING:
    from cli.folder import Year
    from criteria.assessment.model import Stage
    from inputs.store.facts import Batch, Fact, StageEvent
    from inputs.store.store import Store
    from inputs.units import Unit
    from inputs.workbooks.appeal_case import CaseKey, CutLeaf
    from inputs.workbooks.appeal_rulings import Ruling
    from outputs.forms.appeal_words import AppealWords
    from scoring.trials import Trials
    from scoring.worth import Worth

COUNCIL = "hoi-dong-tham-dinh"
"""Who rules, where nobody else is named."""


@dataclass(frozen=True)
class Appeals:
    """What the store holds when a command begins.

    `cases`: by set, unit and leaf.  `last`: number of the last fact; `closed`: closed stages.
    """

    year: Year
    cases: tuple[CutLeaf, ...]
    trials: Mapping[str, Trials]
    last: int
    seal: bytes
    closed: Mapping[Stage, StageEvent]
    language: Language

    @cached_property
    def by_key(self) -> dict[CaseKey, CutLeaf]:
        return {case.key: case for case in self.cases}

    @property
    def appealed(self) -> tuple[CutLeaf, ...]:
        """What the council has before it, ruled on or not."""
        return tuple(case for case in self.cases if case.appeal is not None)

    @cached_property
    def names(self) -> dict[str, str]:
        """Printed names of units, agencies and the council."""
        from criteria.wording import has_wording

        known = COUNCIL, *self.year.assessment.reviewers
        titles = {
            each: wording("explain", f"reviewer.{each}", self.language)
            for each in known
            if has_wording("explain", f"reviewer.{each}")
        }
        titles |= {unit.unit: unit.name for unit in self.year.units}
        return titles | {a: r.title for a, r in self.year.assessment.reviewers.items()}

    @cached_property
    def words(self) -> AppealWords:
        """Sentences for the terminal."""
        from outputs.forms.appeal_words import AppealWords

        return AppealWords(self.language, self.names)

    def unit(self, asked: str) -> Unit:
        """A unit by id or by name.

        Raises: ProblemsFound when there is none, or several of that name.
        """
        from inputs.names import meant

        units = self.year.units
        found = meant(asked, {unit.unit: unit.name for unit in units})
        if found.unit is not None:
            return units.by_id[found.unit]
        code = "unit-name-not-unique" if found.several else "unit-unknown"
        values = {"value": asked, "known": ", ".join(found.known)}
        raise ProblemsFound([Problem(code, Place(units.source.file), values)])

    def case(self, unit: Unit, leaf: str) -> CutLeaf:
        """A cut leaf.  Raises: ProblemsFound when the set has no such leaf, or it was not cut."""
        from inputs.headers import nearest

        case = self.by_key.get((unit.unit, leaf))
        if case is not None:
            return case
        place = Place(str(self.year.store_path))
        chosen = self.year.by_group.get(unit.group)
        known = [] if chosen is None else [item.id for item in chosen.set.items]
        if leaf not in known:
            values = {"value": leaf, "near": nearest(leaf, known)}
            raise ProblemsFound([Problem("appeal-leaf-unknown", place, values, unit=unit.unit)])
        cut = ", ".join(name for each, name in self.by_key if each == unit.unit)
        values = {"cut": cut or "–"}
        raise ProblemsFound([Problem("appeal-leaf-not-cut", place, values, unit.unit, leaf)])

    def worths(self, cases: Sequence[CutLeaf]) -> dict[CaseKey, Worth | None]:
        """What granting each appeal is worth, each on its own; None where no ruling but points
        could grant it."""
        from inputs.workbooks.appeal_rulings import granted

        rulings = {c.key: ruling for c in cases if (ruling := granted(c)) is not None}
        return dict.fromkeys(case.key for case in cases) | self.weighed(rulings)

    def weighed(self, rulings: Mapping[CaseKey, Ruling]) -> dict[CaseKey, Worth]:
        """What each ruling is worth, each on its own, against what is in force now."""
        from cli.progress import steps

        found: dict[CaseKey, Worth] = {}
        with steps(self.language, quiet=not rulings) as step:
            step("appeal-weigh", count=len(rulings))
            for name, trials in self.trials.items():
                keys = [key for key in rulings if self.by_key[key].set.id == name]
                worths = trials.worths([(self.by_key[key], rulings[key]) for key in keys])
                found |= dict(zip(keys, worths, strict=True))
        return found

    def worse(
        self, worths: Mapping[CaseKey, Worth], places: Mapping[CaseKey, Place]
    ) -> dict[CaseKey, Problem]:
        """The problems of rulings that leave their unit with a lower index than review did."""
        from criteria.exact import fixed
        from inputs.workbooks.appeal_rulings import Ruling

        # A ruling may take back what an earlier one gave, but nothing that review had left.
        lower = {key: worth for key, worth in worths.items() if worth.after < worth.before}
        upheld = Ruling("upheld", None, "")
        floors = {key: worth.before for key, worth in lower.items()}
        again = {key: upheld for key in lower if self.by_key[key].overruled}
        floors |= {key: worth.after for key, worth in self.weighed(again).items()}
        found: dict[CaseKey, Problem] = {}
        for key, worth in lower.items():
            if worth.after < floors[key]:
                numbers = {"before": floors[key], "after": worth.after}
                values = {name: self.words.number(fixed(n, 6)) for name, n in numbers.items()}
                found[key] = Problem("ruling-makes-worse", places[key], values, *key)
        return found

    def contradicting(
        self, store: Store, facts: Mapping[CaseKey, Sequence[Fact]]
    ) -> dict[CaseKey, dict[str, str]]:
        """Rulings after whose facts the numbers of their unit could not be scored any more: which
        of its numbers, and where the other stands."""
        from cli.folder import now
        from inputs.store.facts import INPUT, Batch
        from inputs.store.facts_at import facts_at

        told = [fact for said in facts.values() for fact in said]
        keys = {
            (fact.unit, fact.subject.removeprefix(INPUT)): key
            for key, said in facts.items()
            for fact in said
            if fact.subject.startswith(INPUT)
        }
        if not keys:
            return {}
        known = ([each.set for each in self.year.sets], self.year.units)
        batch = Batch("appeal", "ruling", COUNCIL, "-", "", now(), facts=told)
        found: dict[CaseKey, dict[str, str]] = {}
        for problem in facts_at(store, "appeal", self.year.assessment, *known, [batch]).problems:
            named = [n for n in problem.values.values() if (problem.unit or "", n) in keys]
            if named and not problem.advice:
                where = problem.values.get("where", "-")
                spot = str(problem.place) if where == "-" else f"{problem.place}, {where}"
                values = {"names": ", ".join(named), "where": spot}
                found.setdefault(keys[problem.unit or "", named[0]], values)
        return found

    def review_open(self) -> list[Problem]:
        """Advice where reviewed points may still change."""
        if "review" in self.closed:
            return []
        return [Problem("appeal-review-open", Place(str(self.year.store_path)), advice=True)]


def open_appeals(
    year: Year, store: Store, language: Language, extra: Sequence[Batch] = ()
) -> Appeals:
    """The cut leaves of all sets, with what was appealed and ruled; `extra`: batches that are not
    stored yet, as if added last.

    Raises: ProblemsFound when the store cannot be read.
    """
    from inputs.store.facts_at import facts_of_history
    from inputs.store.history import history
    from inputs.store.in_force import in_force_of
    from outputs.forms.appeal_cases import cut_leaves, held_of
    from scoring.score import score_set
    from scoring.trials import Trials

    sets = [each.set for each in year.sets]
    said, path = history(store, extra), str(store.path)
    stages: tuple[Stage, ...] = ("self", "review", "appeal")
    told, reviewed, now = (
        facts_of_history(said, stage, year.assessment, sets, year.units, path).facts
        for stage in stages
    )
    held = held_of(*(in_force_of(said, stage) for stage in stages))
    cases: list[CutLeaf] = []
    trials: dict[str, Trials] = {}
    for each in sets:
        before, after = score_set(told[each.id]), score_set(reviewed[each.id])
        cases += cut_leaves(before, after, held, year.assessment, year.units.by_id)
        current = score_set(now[each.id])
        trials[each.id] = Trials(told[each.id], reviewed[each.id], current)
    return Appeals(year, tuple(cases), trials, store.last, store.seal, store.closed(), language)
