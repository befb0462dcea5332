"""What a rule came to, step by step: the form in which every kind hands over its arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from outputs.explain.quantity import Measured, Presence
from outputs.explain.voice import Voice


@dataclass(frozen=True, slots=True)
class Worked:
    """One rule (or part) of one unit.

    `why`: one clause, the branch that was taken and its reason.  `lines`: the arithmetic, each
    line an equation that a pocket calculator can follow, or a remark on it.  `points` is None
    where this row alone cannot tell them (a part that is measured against the best unit).
    `branch` is the ledger's word for it; None where the ledger has none of its own.
    """

    presence: Presence
    points: Fraction | None
    why: str
    lines: tuple[str, ...] = ()
    branch: str | None = None


def absent(measured: Measured, voice: Voice) -> Worked:
    """A quantity that is not reported, or that does not exist for this unit."""
    assert measured.presence != "scored"
    return without_answer(measured.presence, voice)


def without_answer(presence: Presence, voice: Voice) -> Worked:
    return Worked(presence, Fraction(0), voice.say(f"absent.{presence}"))


def clipped(
    value: Fraction, low: Fraction, high: Fraction, voice: Voice
) -> tuple[Fraction, tuple[str, ...]]:
    """`value` kept within the bounds, and the remark that says so when it had to be."""
    if value > high:
        return high, (voice.say("clip.above", bound=voice.points(high)),)
    if value < low:
        return low, (voice.say("clip.below", bound=voice.points(low)),)
    return value, ()


def span(maximum: Fraction) -> tuple[Fraction, Fraction]:
    """From 0 to the maximum, or from a penalty's maximum to 0."""
    return min(maximum, Fraction(0)), max(maximum, Fraction(0))
