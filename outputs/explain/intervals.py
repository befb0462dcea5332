"""Stretches of numbers and how they are said: `từ 80 % đến dưới 95 %`.

A staircase is tried from its first step on, so a step is left with what the steps before it did
not take.  That rest is worked out here, ends included or not, and put into words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from criteria.rules import Step
from outputs.explain.voice import Voice


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`; None: without end.  `low_in`, `high_in`: the end itself belongs."""

    low: Fraction | None = None
    low_in: bool = False
    high: Fraction | None = None
    high_in: bool = False

    def __contains__(self, x: Fraction) -> bool:
        above = self.low is None or x > self.low or (self.low_in and x == self.low)
        below = self.high is None or x < self.high or (self.high_in and x == self.high)
        return above and below

    def is_empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (
            self.low == self.high and not (self.low_in and self.high_in)
        )


EVERYTHING = Interval()


def meet(a: Interval, b: Interval) -> Interval:
    """What belongs to both."""
    low, low_in = a.low, a.low_in
    if b.low is not None and (low is None or b.low > low or (b.low == low and not b.low_in)):
        low, low_in = b.low, b.low_in
    high, high_in = a.high, a.high_in
    if b.high is not None and (high is None or b.high < high or (b.high == high and not b.high_in)):
        high, high_in = b.high, b.high_in
    return Interval(low, low_in, high, high_in)


def without(stretches: Sequence[Interval], taken: Interval) -> list[Interval]:
    """What is left of the stretches."""
    left = [] if taken.low is None else [Interval(high=taken.low, high_in=not taken.low_in)]
    right = [] if taken.high is None else [Interval(low=taken.high, low_in=not taken.high_in)]
    rest = [meet(stretch, side) for stretch in stretches for side in (*left, *right)]
    return [stretch for stretch in rest if not stretch.is_empty()]


def of_step(step: Step) -> Interval:
    """The bounds of one step as written."""
    sides = [
        None if step.at_least is None else Interval(low=step.at_least.value, low_in=True),
        None if step.above is None else Interval(low=step.above.value),
        None if step.at_most is None else Interval(high=step.at_most.value, high_in=True),
        None if step.below is None else Interval(high=step.below.value),
    ]
    found = EVERYTHING
    for side in sides:
        found = found if side is None else meet(found, side)
    return found


@dataclass(frozen=True, slots=True)
class Stair:
    """What each step is left with, in the order written, and what no step takes."""

    steps: tuple[tuple[Interval, ...], ...]
    rest: tuple[Interval, ...]


def stair(steps: Sequence[Step]) -> Stair:
    free, found = [EVERYTHING], []
    for step in steps:
        own = of_step(step)
        mine = [meet(stretch, own) for stretch in free]
        found.append(tuple(stretch for stretch in mine if not stretch.is_empty()))
        free = without(free, own)
    return Stair(tuple(found), tuple(free))


def words(stretches: Sequence[Interval], voice: Voice, *, rate: bool) -> str:
    """All stretches in words, one `or` another."""
    joint = f" {voice.say('interval.or')} "
    return joint.join(_words(stretch, voice, rate=rate) for stretch in stretches)


def _words(stretch: Interval, voice: Voice, *, rate: bool) -> str:
    low = None if stretch.low is None else voice.bound(stretch.low, rate=rate)
    high = None if stretch.high is None else voice.bound(stretch.high, rate=rate)
    if low is None and high is None:
        return voice.say("interval.everything")
    if low is None:
        return voice.say("interval.at_most" if stretch.high_in else "interval.below", high=high)
    if high is None:
        return voice.say("interval.at_least" if stretch.low_in else "interval.above", low=low)
    if stretch.low == stretch.high:
        return voice.say("interval.exactly", low=low)
    ends = f"{'closed' if stretch.low_in else 'open'}_{'closed' if stretch.high_in else 'open'}"
    return voice.say(f"interval.{ends}", low=low, high=high)
