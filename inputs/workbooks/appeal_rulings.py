"""Rulings (kết luận của Hội đồng): what one may say, and the facts that it leaves.

Granted, a leaf goes back to what the unit told: the review's decision no longer acts, and the
leaf's own inputs that review changed get the unit's values again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fractions import Fraction

from criteria.exact import decimals_needed, shortest
from criteria.problems import Place, Problem
from inputs.store.facts import Fact, input_subject, leaf_subject
from inputs.workbooks.appeal_case import CaseKey, CutLeaf, RulingWord
from inputs.workbooks.appeal_form import RULING_WORDS, limits
from inputs.workbooks.entries import DECIMALS


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the council says of one appeal; `points` only where they are given."""

    decision: RulingWord
    points: Fraction | None
    reason: str


def word_of(decision: str) -> str:
    """A ruling as the docket writes it."""
    return next((word for word, known in RULING_WORDS.items() if known == decision), decision)


def ruling_problems(
    ruling: Ruling, case: CutLeaf, place: Place, granted: Collection[CaseKey] = ()
) -> Iterator[Problem]:
    """What forbids a ruling.  `granted`: leaves that are granted along with it."""
    unit, leaf = case.key

    def problem(code: str, **values: str) -> Problem:
        return Problem(code, place, values, unit=unit, criterion=leaf)

    if case.appeal is None:
        yield problem("ruling-not-appealed")
        return
    if not ruling.reason.strip():
        yield problem("ruling-without-reason")
    low, high = limits(case)
    bounds = {"low": shortest(low), "high": shortest(high)}
    points = ruling.points
    match ruling.decision:
        case "given" if points is None:
            yield problem("ruling-without-points", **bounds)
        case "given":
            assert points is not None
            values = {"points": shortest(points), **bounds}
            if points > high:
                yield problem("ruling-above-maximum", **values)
            elif points < low:
                yield problem("ruling-below-review", **values)
            elif (decimals_needed(points) or 0) > DECIMALS:
                yield problem("ruling-points-fine", **values, decimals=str(DECIMALS))
        case _ if points is not None:
            yield problem("ruling-points-unwanted", word=word_of(ruling.decision))
        case "restored" if case.duty.by == "unit":
            kept = [
                each
                for each in case.kept
                if each.told is None or (case.unit.unit, each.home) not in granted
            ]
            if kept:
                names = dict.fromkeys(f"{each.column} ({each.home})" for each in kept)
                yield problem("ruling-cannot-restore", kept=", ".join(names))
        case _:
            pass


def settled(ruling: Ruling, case: CutLeaf) -> Ruling:
    """A ruling as it is recorded.

    What the unit does not score has no self-score to go back to: granted, nothing is taken off.
    """
    if ruling.decision == "restored" and case.duty.by != "unit":
        return Ruling("given", case.told or Fraction(0), ruling.reason)
    return ruling


def granted(case: CutLeaf) -> Ruling | None:
    """The ruling that gives the unit what it asks for: back to its self-score, by points where its
    own data do not lead there; None where no decimal spells them."""
    if case.duty.by != "unit" or not case.kept:
        return Ruling("restored", None, "")
    if case.told is None or (decimals_needed(case.told) or 0) > DECIMALS:
        return None
    return None if decimals_needed(case.told) is None else Ruling("given", case.told, "")


def same_ruling(ruling: Ruling, case: CutLeaf) -> bool:
    """Whether the store holds this very ruling."""
    held, wanted = case.ruling, settled(ruling, case)
    if held is None:
        return False
    points = None if held.points is None else Fraction(held.points)
    said = (held.decision, points, held.reason)
    return said == (wanted.decision, wanted.points, wanted.reason)


def ruling_facts(
    ruling: Ruling, case: CutLeaf, sheet: str | None = None, cell: str | None = None
) -> list[Fact]:
    """The facts of a ruling: the leaf's, and those of its inputs; of a changed ruling the values
    that the earlier one had put back are taken back."""
    unit, leaf = case.key
    ruling = settled(ruling, case)
    decision = ruling.decision
    value = None if ruling.points is None else shortest(ruling.points)
    facts = [Fact(unit, leaf_subject(leaf), value, decision, ruling.reason, None, sheet, cell)]
    back = {each.column: each.told for each in case.restorable if decision == "restored"}
    for column in case.put_back:
        back.setdefault(column, None)
    return facts + [
        Fact(unit, input_subject(column), told, None, ruling.reason, None, sheet, cell)
        for column, told in back.items()
    ]


def withdrawal(case: CutLeaf, sheet: str | None, cell: str | None) -> list[Fact]:
    """The facts that take a ruling back."""
    unit, leaf = case.key
    facts = [Fact(unit, leaf_subject(leaf), None, "withdrawn", None, None, sheet, cell)]
    return facts + [
        Fact(unit, input_subject(column), None, None, None, None, sheet, cell)
        for column in case.put_back
    ]
