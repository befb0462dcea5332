"""Proofs on the shape of a rule: what it gives for every possible value, not for samples.

Rules over one quantity are constant or linear between their own breakpoints (điểm gãy), so a few
cells, the breakpoints and the open stretches between them, tell all: whether points stay within 0
and the maximum, whether steps leave a gap or contradict each other, whether each can be reached,
and whether the declared direction holds.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import TypeAlias, assert_never

from criteria.check.cells import Cell, Domain, cells_of, domain_of
from criteria.check.counterexample import case_text
from criteria.check.findings import Findings
from criteria.exact import shortest
from criteria.model import Leaf
from criteria.quantities import Quantity
from criteria.rules import (
    AllOf,
    Answers,
    BestOf,
    Choice,
    Deadline,
    Deduct,
    Formula,
    Judged,
    Line,
    PerItem,
    Proportional,
    RelativeToBest,
    Rule,
    Satisfied,
    Step,
    Steps,
    SumOf,
    YesNo,
)
from criteria.scalars import MAXIMUM, Bound
from criteria.yaml_tree import Loc

EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a rule gives on one cell: `constant` + `slope` x; `branch` None where no step holds."""

    branch: int | None
    constant: Fraction
    slope: Fraction = Fraction(0)

    def at(self, x: Fraction) -> Fraction:
        return self.constant + self.slope * x


Curve: TypeAlias = Callable[[Fraction], Stretch]


def check_shapes(findings: Findings) -> None:
    """Prove every leaf and adjustment, or print a counter-example."""
    faulty = {problem.criterion for problem in findings.problems if not problem.advice}
    for loc, item in findings.items():
        if item.id in faulty:
            continue  # nothing can be proved of a rule whose words are wrong
        direction = item.direction if isinstance(item, Leaf) else None
        proof = _Proof(findings, item.id, direction, isinstance(item, Leaf))
        before = len(findings.problems)
        proof.prove(item.rule, (*loc, "rule"), item.maximum, top=True)
        best = best_points(item.rule, item.maximum) if isinstance(item, Leaf) else None
        if best is not None and best < item.maximum and len(findings.problems) == before:
            values = {"best": shortest(best), "maximum": shortest(item.maximum)}
            findings.advise("maximum-out-of-reach", loc, about=item.id, **values)
        found = findings.problems[before:]
        if any(not problem.advice for problem in found):  # the fault tells it better
            findings.problems[before:] = [problem for problem in found if not problem.advice]


class _Proof:
    def __init__(
        self, findings: Findings, about: str, direction: str | None, is_leaf: bool
    ) -> None:
        self.findings, self.about, self.direction = findings, about, direction
        self.is_leaf = is_leaf

    def add(self, code: str, loc: Loc, *, case: str | None = None, **values: str) -> None:
        self.findings.add(code, loc, about=self.about, case=case, **values)

    def prove(self, rule: Rule, loc: Loc, maximum: Fraction, *, top: bool) -> None:
        match rule:
            case Steps(of=of, steps=steps):
                breaks = [bound.value for step in steps for bound in _bounds(step)]
                curve = partial(_steps, steps, maximum)
                self.curve(loc, of, breaks, curve, maximum, top=top, steps="steps")
                self.steps(loc, of, steps, maximum, breaks)
            case Proportional(of=of):
                if rule.full_at.value <= 0 or rule.from_.value > rule.full_at.value:
                    return  # reported as a broken reference; there is no curve to prove
                full, start = rule.full_at.value, rule.from_.value
                coefficient = maximum if rule.coefficient is None else rule.coefficient
                if (coefficient < 0) != (maximum < 0) or abs(coefficient) > abs(maximum):
                    values = {"value": shortest(coefficient), "maximum": shortest(maximum)}
                    self.add("coefficient-out-of-range", (*loc, "coefficient"), **values)
                    return
                self.curve(
                    loc,
                    of,
                    [start, full],
                    lambda x: _proportional(maximum, coefficient, start, full, x),
                    maximum,
                    top=top,
                )
            case Line(of=of, through=(first, second)):
                (x0, p0), (x1, p1) = sorted(
                    (point.at.value, _worth(point.points, maximum)) for point in (first, second)
                )
                if x0 != x1:
                    self.curve(
                        loc, of, [x0, x1], lambda x: _line(x0, p0, x1, p1, x), maximum, top=top
                    )
            case Deadline():
                self.tiers(loc, rule, maximum)
            case Choice(points=points):
                for option, worth in points.items():
                    given = _worth(worth, maximum)
                    if not _inside(given, maximum):
                        case = case_text(self.about, {rule.of: option}, given)
                        self.outside((*loc, "points", option), given, maximum, case)
                self.unproved(loc, top=top)
            case PerItem(points=each):
                if each == 0 or (top and each * maximum < 0):
                    self.add("per-item-sign", (*loc, "points"), value=shortest(each))
                elif top:
                    self.always(loc, rises=each > 0)
            case Deduct():
                if top:
                    self.always(loc, rises=False)
            case SumOf(parts=parts) | BestOf(parts=parts):
                for position, part in enumerate(parts):
                    own = maximum if part.maximum is None else part.maximum
                    self.prove(part, (*loc, "parts", position), own, top=False)
                self.unproved(loc, top=top)
            case RelativeToBest() | YesNo() | AllOf() | Satisfied() | Judged():
                if top:  # within 0 and the maximum by what they are
                    self.always(loc, rises=True)
            case Answers() | Formula():
                self.unproved(loc, top=top)
            case _:
                assert_never(rule)

    def outside(self, loc: Loc, given: Fraction, maximum: Fraction, case: str | None) -> None:
        values = {"points": shortest(given), "maximum": shortest(maximum)}
        self.add("points-outside", loc, case=case, **values)

    def always(self, loc: Loc, *, rises: bool) -> None:
        """A kind that always rises (or falls) must not be declared the other way round."""
        wanted = {"higher_is_better": True, "lower_is_better": False}.get(self.direction or "")
        if wanted is not None and wanted != rises:
            self.add("direction-wrong-way", loc, direction=str(self.direction))

    def unproved(self, loc: Loc, *, top: bool) -> None:
        """A kind of which no direction can be proved."""
        if top and self.direction is not None:
            self.findings.advise("direction-not-proved", loc, about=self.about)

    def curve(
        self,
        loc: Loc,
        of: Quantity,
        breaks: list[Fraction],
        curve: Curve,
        maximum: Fraction,
        *,
        top: bool,
        steps: str = "",
    ) -> None:
        """Range and direction of a rule that is linear between `breaks`.

        `steps`: the key under which its branches stand, if they have places of their own.
        """
        domain = domain_of(of, self.findings.set)
        cells = cells_of(domain, breaks)
        for cell in cells:
            stretch = curve(cell.inner)
            for x in cell.ends():
                if not _inside(stretch.at(x), maximum):
                    inner = cell.near(x)
                    given = stretch.at(inner)
                    case = self.example(of, inner, given)
                    at = (*loc, steps, stretch.branch or 0) if steps else loc
                    self.outside(at, given, maximum, case)
                    return
        if top:
            self.monotone(loc, of, cells, curve)

    def monotone(self, loc: Loc, of: Quantity, cells: list[Cell], curve: Curve) -> None:
        """The declared direction, cell by cell and across every breakpoint."""
        if self.direction is None:
            rising = _first_fall(cells, curve, 1) is None
            falling = _first_fall(cells, curve, -1) is None
            if not rising and not falling and self.is_leaf:
                self.findings.advise("not-monotone", loc, about=self.about)
            return
        sign = 1 if self.direction == "higher_is_better" else -1
        fall = _first_fall(cells, curve, sign)
        if fall is not None:
            low, high = fall
            better, worse = (high, low) if sign == 1 else (low, high)
            earned = curve(better).at(better)
            values = {
                "better": self.shown(of, better),
                "worse": self.shown(of, worse),
                "better_points": shortest(earned),
                "worse_points": shortest(curve(worse).at(worse)),
                "direction": str(self.direction),
            }
            self.add("direction-broken", loc, case=self.example(of, better, earned), **values)

    def steps(
        self,
        loc: Loc,
        of: Quantity,
        steps: tuple[Step, ...],
        maximum: Fraction,
        breaks: list[Fraction],
    ) -> None:
        """Gaps between steps, contradictions, and steps that nobody can reach."""
        cells = cells_of(domain_of(of, self.findings.set), breaks)
        holds = [[_holds(step, cell.inner) for cell in cells] for step in steps]
        chosen = [_steps(steps, maximum, cell.inner).branch for cell in cells]
        for position in range(len(steps)):
            if position not in chosen:
                self.add("step-out-of-reach", (*loc, "steps", position), step=str(position + 1))
        covered = [index for index, branch in enumerate(chosen) if branch is not None]
        for index in range(covered[0], covered[-1]) if covered else ():
            if chosen[index] is None:
                x = cells[index].inner
                case = self.example(of, x, Fraction(0))
                self.add("steps-gap", (*loc, "steps"), case=case, value=self.shown(of, x))
                break
        for earlier in range(len(steps)):
            for later in range(earlier + 1, len(steps)):
                both = [a and b for a, b in zip(holds[earlier], holds[later], strict=True)]
                nested = both in (holds[earlier], holds[later])
                first, second = (_worth(steps[k].points, maximum) for k in (earlier, later))
                if any(both) and not nested and first != second:
                    x = cells[both.index(True)].inner
                    values = {"value": self.shown(of, x)}
                    values |= {"first": str(earlier + 1), "second": str(later + 1)}
                    at = (*loc, "steps", later)
                    self.add("steps-overlap", at, case=self.example(of, x, first), **values)

    def tiers(self, loc: Loc, rule: Deadline, maximum: Fraction) -> None:
        """Tiers must come in order of time, and a later day may not earn more."""
        for position, tier in enumerate(rule.tiers):
            given = _worth(tier.points, maximum)
            if not _inside(given, maximum):
                case = case_text(self.about, {rule.of: tier.by.isoformat()}, given)
                self.outside((*loc, "tiers", position), given, maximum, case)
        for position, (earlier, later) in enumerate(pairwise(rule.tiers), start=1):
            at: Loc = (*loc, "tiers", position)
            if later.by <= earlier.by:
                self.add("tier-out-of-reach", at, by=str(later.by), earlier=str(earlier.by))
                continue
            more, less = _worth(later.points, maximum), _worth(earlier.points, maximum)
            if abs(more) > abs(less):
                case = case_text(self.about, {rule.of: later.by.isoformat()}, more)
                values = {"points": shortest(more), "earlier": shortest(less)}
                self.add("later-earns-more", at, case=case, **values)
        if self.direction == "higher_is_better":
            self.add("direction-wrong-way", loc, direction=str(self.direction))

    def example(self, of: Quantity, x: Fraction, points: Fraction) -> str | None:
        """A worked case in which the quantity is `x`."""
        from criteria.check.counterexample import answers_giving

        answers = answers_giving(of, x, self.findings.set)
        return None if answers is None else case_text(self.about, answers, points)

    def shown(self, of: Quantity, x: Fraction) -> str:
        domain: Domain = domain_of(of, self.findings.set)
        return f"{shortest(x * 100)}%" if domain.rate else shortest(x)


def _first_fall(cells: list[Cell], curve: Curve, sign: int) -> tuple[Fraction, Fraction] | None:
    """The first two values, low then high, where `sign` x points fall; None when they never do."""
    for cell in cells:
        if not cell.is_point and curve(cell.inner).slope * sign < 0:
            low, high = cell.two()
            return low, high
    for left, right in pairwise(cells):
        edge = right.low if right.is_point else left.high
        before, after = curve(left.inner).at(edge), curve(right.inner).at(edge)
        if (after - before) * sign < 0:
            return left.near(edge), right.near(edge)
    return None


def _inside(points: Fraction, maximum: Fraction) -> bool:
    return min(maximum, Fraction(0)) <= points <= max(maximum, Fraction(0))


def _worth(points: Fraction | str, maximum: Fraction) -> Fraction:
    return maximum if points == MAXIMUM else Fraction(points)


def _bounds(step: Step) -> Iterator[Bound]:
    for bound in (step.at_least, step.above, step.at_most, step.below):
        if bound is not None:
            yield bound


def _holds(step: Step, x: Fraction) -> bool:
    return (
        (step.at_least is None or x >= step.at_least.value)
        and (step.above is None or x > step.above.value)
        and (step.at_most is None or x <= step.at_most.value)
        and (step.below is None or x < step.below.value)
    )


def _steps(steps: tuple[Step, ...], maximum: Fraction, x: Fraction) -> Stretch:
    for position, step in enumerate(steps):
        if _holds(step, x):
            return Stretch(position, _worth(step.points, maximum))
    return Stretch(None, Fraction(0))


def _proportional(
    maximum: Fraction, coefficient: Fraction, start: Fraction, full: Fraction, x: Fraction
) -> Stretch:
    if x >= full:
        return Stretch(0, maximum)
    if x >= start:
        return Stretch(1, Fraction(0), coefficient / full)
    return Stretch(2, Fraction(0))


def _line(x0: Fraction, p0: Fraction, x1: Fraction, p1: Fraction, x: Fraction) -> Stretch:
    if x <= x0:
        return Stretch(0, p0)
    if x >= x1:
        return Stretch(2, p1)
    slope = (p1 - p0) / (x1 - x0)
    return Stretch(1, p0 - slope * x0, slope)


def best_points(rule: Rule, maximum: Fraction) -> Fraction | None:
    """The most that a rule can give; None where that is not told by its text alone."""
    match rule:
        case Steps(steps=steps):
            return max(_worth(step.points, maximum) for step in steps)
        case Line(through=through):
            return max(_worth(point.points, maximum) for point in through)
        case Deadline(tiers=tiers):
            return max(_worth(tier.points, maximum) for tier in tiers)
        case Choice(points=points):
            return max(_worth(worth, maximum) for worth in points.values())
        case SumOf(parts=parts):
            best = [best_points(part, _own(part, maximum)) for part in parts]
            known = [points for points in best if points is not None]
            return sum(known, Fraction(0)) if len(known) == len(best) else None
        case BestOf(parts=parts):
            best = [best_points(part, _own(part, maximum)) for part in parts]
            known = [points for points in best if points is not None]
            return max(known) if len(known) == len(best) else None
        case PerItem(points=each) if each <= 0:
            return Fraction(0)
        case Formula():
            return None
        case _:
            return maximum


def _own(part: Rule, maximum: Fraction) -> Fraction:
    return maximum if part.maximum is None else part.maximum
