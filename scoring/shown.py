"""Points that somebody else worked out, held against ours (đối chiếu điểm), to the last digit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from criteria.exact import fixed, fixed_from_scaled, round_half_up, scaled_half_up
from criteria.model import Group, leaves_of
from scoring.ledger import leaf_results
from scoring.lower import LeafTerms
from scoring.score import Scores
from scoring.terms import NANO

TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not ours: a leaf, `field:<id>` or `TOTAL` of a unit; `ours` as printed."""

    unit: str
    name: str
    ours: str


def differences(
    scores: Scores,
    shown: Mapping[str, Mapping[str, Fraction]],
    later: Mapping[str, frozenset[str]],
) -> Iterator[Difference]:
    """Where the points shown for a unit, by name, are not those printed of these scores.

    `later`: leaves that a unit's workbook leaves to the scoring; its sums do not hold them.
    """
    places = scores.facts.set.printed_points
    rows = [row for row, unit in enumerate(scores.frame["unit"].to_list()) if unit in shown]
    units = scores.frame["unit"].to_list()
    ours = {term.item.id: _Leaf(scores, term, places) for term in scores.terms}
    sums = {
        column: scores.frame["points" if column == TOTAL else column].to_list()
        for column in (TOTAL, *(f"field:{field.id}" for field in scores.facts.set.fields))
    }
    parts = {f"field:{field.id}": _ids(field) for field in scores.facts.set.fields}
    parts[TOTAL] = [leaf.id for leaf in scores.facts.set.leaves]
    for row in rows:
        for name, number in shown[units[row]].items():
            if name in sums:
                left = [each for each in later.get(units[row], ()) if each in parts[name]]
                printed = (
                    _sum([ours[each] for each in parts[name] if each not in left], row, places)
                    if left
                    else fixed_from_scaled(sums[name][row] or 0, places)
                )
            elif name in ours:
                printed = ours[name].printed(row)
            else:
                continue
            if fixed(number, places) != printed:
                yield Difference(units[row], name, printed)


def _ids(field: Group) -> list[str]:
    return [leaf.id for leaf in leaves_of(field)]


def _sum(leaves: Sequence[_Leaf], row: int, places: int) -> str:
    """The printed sum of some leaves; in fractions only where billionths leave a digit open."""
    low = sum(leaf.low[row] for leaf in leaves)
    high = low + sum(leaf.width for leaf in leaves)
    digits = scaled_half_up(Fraction(low, NANO), places)
    if digits != scaled_half_up(Fraction(high, NANO), places):
        exact = sum((leaf.value(row) for leaf in leaves), Fraction(0))
        digits = scaled_half_up(exact, places)
    return fixed_from_scaled(digits, places)


def claimed(scores: Scores, units: Mapping[str, frozenset[str]]) -> Mapping[tuple[str, str], str]:
    """(unit, leaf) -> printed points, of the leaves asked for that have any points at all."""
    places = scores.facts.set.printed_points
    names = {unit: row for row, unit in enumerate(scores.frame["unit"].to_list())}
    ours = {term.item.id: _Leaf(scores, term, places) for term in scores.terms}
    found: dict[tuple[str, str], str] = {}
    for unit, leaves in units.items():
        for leaf in leaves:
            if leaf in ours and unit in names and ours[leaf].some(names[unit]):
                found[unit, leaf] = ours[leaf].printed(names[unit])
    return found


class _Leaf:
    """One leaf of every unit, in fractions only where billionths leave a digit open."""

    def __init__(self, scores: Scores, term: LeafTerms, places: int) -> None:
        self.scores, self.term, self.places = scores, term, places
        self.low: list[int] = scores.leaves.frame[f"p:{term.item.id}"].to_list()
        self.width = scores.leaves.widths.get(term.item.id, 0)
        self.exact: list[Fraction] | None = None

    def printed(self, row: int) -> str:
        low, high = self.low[row], self.low[row] + self.width
        digits = scaled_half_up(Fraction(low, NANO), self.places)
        if digits == scaled_half_up(Fraction(high, NANO), self.places):
            return fixed_from_scaled(digits, self.places)
        return fixed(round_half_up(self.value(row), self.places), self.places)

    def some(self, row: int) -> bool:
        """Whether there are points at all."""
        if self.low[row] == 0 and self.width:
            return self.value(row) != 0
        return self.low[row] != 0

    def value(self, row: int) -> Fraction:
        if self.exact is None:
            results = leaf_results(self.scores, self.term)
            self.exact = [result.points or Fraction(0) for result in results]
        return self.exact[row]
