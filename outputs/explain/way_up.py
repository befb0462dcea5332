"""What would have earned more, where that can be said exactly (cần thêm gì)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import assert_never

from criteria.exact import decimals_needed, round_half_up
from criteria.quantities import Complement, Quantity, Ratio, term_inputs
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
    Steps,
    SumOf,
    YesNo,
)
from outputs.explain.intervals import Interval, stair, words
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.quantity import is_rate, measure, quantity_name
from outputs.explain.rule_text import worth as declared_worth
from outputs.explain.voice import Voice


def way_up(rule: Rule, maximum: Fraction, row: LedgerRow, voice: Voice) -> tuple[str, ...]:
    """Sentences on what earns more points; none where nothing simple and exact can be said.

    For a scored leaf that lost points.  The parts of a sum are not followed.
    """
    earned = row.points or Fraction(0)
    worth = _Worth(row.set.rounding.points)
    match rule:
        case Steps() | Proportional() | Line() | PerItem():
            return tuple(_towards(rule, maximum, earned, row, voice))
        case Deduct(of=of):
            name = quantity_name(of, row, voice)
            return (voice.say("up.nothing", quantity=name, points=voice.points(maximum)),)
        case Deadline(of=of, tiers=tiers):
            better = [t for t in tiers if worth(t.points, maximum) > earned]
            return tuple(
                voice.say(
                    "up.by_day",
                    title=row.title(of),
                    by=voice.day(tier.by),
                    points=voice.points(worth(tier.points, maximum)),
                )
                for tier in reversed(better)
            )
        case Choice(of=of, points=options):
            worths = {option: worth(points, maximum) for option, points in options.items()}
            better_options = [
                f"{voice.quoted(option)} ({voice.points(points)})"
                for option, points in worths.items()
                if points > earned
            ]
            if not better_options:
                return ()
            listed = ", ".join(better_options)
            return (voice.say("up.option", title=row.title(of), options=listed),)
        case YesNo(of=of):
            return (_need_yes([of], maximum, row, voice),)
        case AllOf(of=names):
            lacking = [name for name in names if not row.yes(name)]
            return (_need_yes(lacking, maximum, row, voice),)
        case RelativeToBest():
            return (voice.say("up.best", points=voice.points(maximum)),)
        case Answers() | Satisfied() | Judged() | Formula() | SumOf() | BestOf():
            return ()
        case _:
            assert_never(rule)


@dataclass(frozen=True, slots=True)
class _Worth:
    """What declared points come to for a leaf: the set may round them."""

    places: int | None

    def __call__(self, points: Fraction | str, maximum: Fraction) -> Fraction:
        value = declared_worth(points, maximum)
        return value if self.places is None else round_half_up(value, self.places)


def _need_yes(names: Sequence[str], maximum: Fraction, row: LedgerRow, voice: Voice) -> str:
    titles = ", ".join(voice.quoted(row.title(name)) for name in names)
    return voice.say("up.yes", titles=titles, points=voice.points(maximum))


@dataclass(frozen=True, slots=True)
class _Aim:
    """Values of the quantity that earn so many points."""

    stretches: tuple[Interval, ...]
    points: Fraction


def _aims(
    rule: Steps | Proportional | Line | PerItem,
    maximum: Fraction,
    earned: Fraction,
    x: Fraction,
    row: LedgerRow,
) -> Iterator[_Aim]:
    """The nearest aims first; only such as earn more than was earned."""
    worth = _Worth(row.set.rounding.points)
    match rule:
        case Steps(steps=steps):
            aims = [
                _Aim(stretches, worth(step.points, maximum))
                for step, stretches in zip(steps, stair(steps).steps, strict=True)
                if stretches
            ]
            yield from sorted(
                (aim for aim in aims if aim.points > earned),
                key=lambda aim: (aim.points, _distance(aim, x)),
            )
        case Proportional(from_=low, full_at=full, coefficient=coefficient):
            if x < low.value and 0 < low.value < full.value and coefficient != 0:
                yield _Aim((Interval(low.value, True, full.value),), Fraction(-1))
            yield _Aim((Interval(full.value, True),), maximum)
        case Line(through=through):
            (x0, p0), (x1, p1) = sorted((p.at.value, worth(p.points, maximum)) for p in through)
            if p1 > p0:
                yield _Aim((Interval(x1, True),), p1)
            elif p0 > p1:
                yield _Aim((Interval(high=x0, high_in=True),), p0)
        case PerItem(of=of, points=points):
            if points > 0 and maximum > 0:
                enough = maximum / points
                if isinstance(of, str) and row.set.inputs[of].type == "count":
                    enough = Fraction(ceil(enough))
                yield _Aim((Interval(enough, True),), maximum)
        case _:
            assert_never(rule)


def _distance(aim: _Aim, x: Fraction) -> Fraction:
    ends = [e for s in aim.stretches for e in (s.low, s.high) if e is not None]
    return min((abs(end - x) for end in ends), default=Fraction(0))


def _towards(
    rule: Steps | Proportional | Line | PerItem,
    maximum: Fraction,
    earned: Fraction,
    row: LedgerRow,
    voice: Voice,
) -> Iterator[str]:
    measured = measure(rule.of, row, voice)
    if measured.x is None:
        return
    rate, name = is_rate(rule.of, row), quantity_name(rule.of, row, voice)
    for aim in _aims(rule, maximum, earned, measured.x, row):
        if any(not _spellable(stretch) for stretch in aim.stretches):
            continue
        counted = [
            told
            for stretch in aim.stretches
            if (told := _counted(rule.of, stretch, measured.x, row, voice)) is not None
        ]
        start = aim.points < 0
        yield voice.say(
            "up.start" if start else "up.reach",
            quantity=name,
            stretch=words(aim.stretches, voice, rate=rate),
            points="" if start else voice.points(aim.points),
            count=counted[0] if len(aim.stretches) == 1 and counted else "",
        )


def _spellable(stretch: Interval) -> bool:
    """Bounds such as a third of an item cannot be written as a decimal."""
    return all(
        decimals_needed(end) is not None for end in (stretch.low, stretch.high) if end is not None
    )


def _counted(
    of: Quantity, stretch: Interval, x: Fraction, row: LedgerRow, voice: Voice
) -> str | None:
    """The stretch as a count of cases, `at least 10 of 10`, when one count alone may move."""
    match of:
        case Ratio(ratio=(str() as moved, whole)):
            total = _total(moved, term_inputs(whole), row)
            if total is None:
                return None
            wanted = _nearest(stretch, x, total, falling=False)
        case Complement(complement=(str() as moved, whole)):
            total = _total(moved, term_inputs(whole), row)
            if total is None:
                return None
            wanted = _nearest(stretch, x, total, falling=True)
        case _:
            return None
    if wanted is None or not _may_be(moved, wanted, row):
        return None
    now = row.number(moved)
    assert now is not None
    return voice.say(
        "up.count_least" if wanted > now else "up.count_most",
        wanted=voice.exact(Fraction(wanted)),
        total=voice.exact(total),
        title=row.title(moved),
    )


def _total(moved: str, whole: tuple[str, ...], row: LedgerRow) -> Fraction | None:
    """The denominator, when it is known, above 0, and stays as it is while `moved` moves."""
    values = [row.number(name) for name in whole]
    known = [value for value in values if value is not None]
    if moved in whole or len(known) < len(values) or row.set.inputs[moved].type != "count":
        return None
    total = sum(known, Fraction(0))
    return total if total > 0 and total.denominator == 1 else None


def _nearest(stretch: Interval, x: Fraction, total: Fraction, *, falling: bool) -> int | None:
    """The count nearest to the present one for which the rate lies in the stretch."""
    if falling:  # the rate is 1 - count / total
        stretch = Interval(
            None if stretch.high is None else 1 - stretch.high,
            stretch.high_in,
            None if stretch.low is None else 1 - stretch.low,
            stretch.low_in,
        )
        x = 1 - x
    if stretch.low is not None and x <= stretch.low:
        count = ceil(stretch.low * total)
        if not stretch.low_in and count == stretch.low * total:
            count += 1
    elif stretch.high is not None and x >= stretch.high:
        count = floor(stretch.high * total)
        if not stretch.high_in and count == stretch.high * total:
            count -= 1
    else:
        return None
    return count if Fraction(count) / total in stretch else None


def _may_be(name: str, count: int, row: LedgerRow) -> bool:
    """Whether a unit could report this count at all."""
    declared = row.set.inputs[name]
    if count < 0:
        return False
    if declared.range is not None and not declared.range[0] <= count <= declared.range[1]:
        return False
    limit = declared.at_most
    above = None if limit is None or limit not in row.answers else row.number(limit)
    return above is None or count <= above
