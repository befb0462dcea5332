"""Where the checks of a set put what they find, and how they walk through the set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches

from criteria.load import Source
from criteria.model import Adjustment, CriteriaSet, Group, Leaf
from criteria.problems import Problem
from criteria.yaml_tree import Loc


@dataclass
class Findings:
    """The set under check, its places, and the problems so far."""

    set: CriteriaSet
    source: Source
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        code: str,
        loc: Loc,
        *,
        about: str | None = None,
        case: str | None = None,
        **values: str,
    ) -> None:
        """Note a problem at `loc`, concerning the criterion `about`."""
        self._note(code, loc, about, case, values, advice=False)

    def advise(self, code: str, loc: Loc, *, about: str | None = None, **values: str) -> None:
        """Note something worth a look that stops nothing; kept back while a set is half read."""
        if not self.source.mended and not self.source.plan_faulty:
            self._note(code, loc, about, None, values, advice=True)

    def _note(
        self,
        code: str,
        loc: Loc,
        about: str | None,
        case: str | None,
        values: dict[str, str],
        *,
        advice: bool,
    ) -> None:
        place = self.source.place(*loc)
        problem = Problem(
            code, place, values, criterion=about, set=self.set.id, advice=advice, case=case
        )
        if problem not in self.problems:
            self.problems.append(problem)

    def items(self) -> Iterator[tuple[Loc, Leaf | Adjustment]]:
        """Every leaf and adjustment with its location."""
        for loc, criterion in self.criteria():
            if isinstance(criterion, Leaf):
                yield loc, criterion
        for position, adjustment in enumerate(self.set.adjustments):
            yield ("adjustments", position), adjustment

    def criteria(self) -> Iterator[tuple[Loc, Group | Leaf]]:
        """Every field, criterion and leaf with its location, parents first."""
        for position, field_ in enumerate(self.set.fields):
            yield from _walk(("fields", position), field_)


def _walk(loc: Loc, criterion: Group | Leaf) -> Iterator[tuple[Loc, Group | Leaf]]:
    yield loc, criterion
    if isinstance(criterion, Group):
        for position, below in enumerate(criterion.criteria):
            yield from _walk((*loc, "criteria", position), below)


def nearest(name: str, known: list[str]) -> str:
    """The known names to suggest for a wrong one: the near ones, else the first few."""
    near = get_close_matches(name, known, n=3, cutoff=0.6)
    return ", ".join(near or known[:8]) or "-"
