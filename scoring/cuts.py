"""Cut leaves (tiêu chí bị trừ điểm): where one scoring gives a unit less than an earlier one did.

Compared exactly.  The fast values of both scorings leave few leaves open; only those are worked
out in fractions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import polars as pl

from criteria.model import Adjustment, Leaf
from scoring.ledger import LeafResult, leaf_results
from scoring.lower import LeafTerms
from scoring.score import Scores


@dataclass(frozen=True, slots=True)
class Cut:
    """One leaf of one unit that came out lower."""

    unit: str
    item: Leaf | Adjustment
    before: LeafResult
    after: LeafResult

    @property
    def lost(self) -> Fraction:
        """The points between; of a leaf that did not count before, what it lacks to its maximum."""
        had = self.before.points
        if had is None:
            had = max(self.item.maximum, Fraction(0))
        return had - (self.after.points or Fraction(0))


def cuts(before: Scores, after: Scores) -> list[Cut]:
    """All cut leaves, bonuses and penalties, by unit as in the facts, then in the set's order.

    Both scorings are of the same set and units.  A leaf that is pending has not been cut: nobody
    has decided on it yet.
    """
    found: list[tuple[int, int, Cut]] = []
    units = before.frame["unit"].to_list()
    for number, (old, new) in enumerate(zip(before.terms, after.terms, strict=True)):
        rows = _candidates(before, after, old.item.id)
        if not rows:
            continue
        was, now = _exactly(before, old, rows), _exactly(after, new, rows)
        for row, each, other in zip(rows, was, now, strict=True):
            if is_cut(old.item, each, other):
                found.append((row, number, Cut(units[row], old.item, each, other)))
    return [cut for _, _, cut in sorted(found, key=lambda each: each[:2])]


def is_cut(item: Leaf | Adjustment, before: LeafResult, after: LeafResult) -> bool:
    """Whether the later result is worse for the unit.

    What did not apply before is cut where it now counts with less than the whole maximum; what no
    longer applies, where it had earned anything.
    """
    if after.state == "pending":
        return False
    if after.points is None:
        return before.points is not None and before.points > 0
    if before.points is None:
        return after.points < max(item.maximum, Fraction(0))
    return after.points < before.points


def _candidates(before: Scores, after: Scores, leaf: str) -> list[int]:
    """Rows that the fast values do not clear."""
    points, absent = f"p:{leaf}", f"na:{leaf}"
    width = before.leaves.widths[leaf]
    less = after.frame[points] < before.frame[points] + width
    flags = [
        each.leaves.frame[absent] if each.leaves.varies(leaf) else None for each in (before, after)
    ]
    if flags[0] is None and flags[1] is None:
        return less.arg_true().to_list()
    nobody = pl.Series([False]).new_from_index(0, before.frame.height)
    was, now = (nobody if each is None else each for each in flags)
    return (less | (was != now)).arg_true().to_list()


def _exactly(scores: Scores, term: LeafTerms, rows: list[int]) -> list[LeafResult]:
    chosen = replace(scores.facts, frame=scores.facts.frame[rows])
    return leaf_results(replace(scores, facts=chosen), term)
