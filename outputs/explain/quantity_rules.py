"""Arithmetic of the rules that look at a quantity: steps, shares, lines, counts, comparisons."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from criteria.rules import Deduct, Line, PerItem, Proportional, RelativeToBest, Steps
from outputs.explain.intervals import Interval, stair, words
from outputs.explain.quantity import Measured
from outputs.explain.rule_text import worth
from outputs.explain.voice import Voice
from outputs.explain.worked import Worked, absent, clipped, span

QuantityRule: TypeAlias = Steps | Proportional | Line | PerItem | Deduct | RelativeToBest


def steps(rule: Steps, maximum: Fraction, measured: Measured, voice: Voice) -> Worked:
    if measured.x is None:
        return absent(measured, voice)
    x, found = measured.x, stair(rule.steps)
    ends = [end for stretches in (*found.steps, found.rest) for end in _ends(stretches)]
    shown = measured.about(voice, *ends)
    for number, (step, stretches) in enumerate(zip(rule.steps, found.steps, strict=True), start=1):
        if any(x in stretch for stretch in stretches):
            points = worth(step.points, maximum)
            why = voice.say(
                "why.step",
                quantity=measured.name,
                shown=shown,
                stretch=_where(x, stretches, voice, measured.rate),
                points=voice.points(points),
            )
            return Worked("scored", points, why, branch=f"step:{number}")
    where = _where(x, found.rest, voice, measured.rate)
    why = voice.say(
        "why.step",
        quantity=measured.name,
        shown=shown,
        stretch=where,
        points=voice.points(Fraction(0)),
    )
    return Worked("scored", Fraction(0), why, branch="step:none")


def _where(x: Fraction, stretches: tuple[Interval, ...], voice: Voice, rate: bool) -> str:
    return words([stretch for stretch in stretches if x in stretch], voice, rate=rate)


def _ends(stretches: tuple[Interval, ...]) -> list[Fraction]:
    return [end for s in stretches for end in (s.low, s.high) if end is not None]


def proportional(rule: Proportional, maximum: Fraction, measured: Measured, voice: Voice) -> Worked:
    if measured.x is None:
        return absent(measured, voice)
    x, low, full = measured.x, rule.from_.value, rule.full_at.value
    shown = measured.about(voice, low, full)
    words_ = {
        "quantity": measured.name,
        "shown": shown,
        "low": voice.bound(low, rate=measured.rate),
        "full": voice.bound(full, rate=measured.rate),
    }
    if x >= full:
        why = voice.say("why.full", points=voice.points(maximum), **words_)
        return Worked("scored", maximum, why, branch="full")
    if x < low:
        why = voice.say("why.below", **words_)
        return Worked("scored", Fraction(0), why, branch="below")
    coefficient = maximum if rule.coefficient is None else rule.coefficient
    points = coefficient * x / full
    expression = (
        f"{voice.inside(coefficient)} × {measured.inside(voice)}"
        f" ÷ {voice.inside(full, rate=measured.rate)}"
    )
    line = voice.equation(expression, points, beside=(Fraction(0), maximum))
    return Worked("scored", points, voice.say("why.share", **words_), (line,), "share")


def line(rule: Line, maximum: Fraction, measured: Measured, voice: Voice) -> Worked:
    if measured.x is None:
        return absent(measured, voice)
    x, rate = measured.x, measured.rate
    (x0, p0), (x1, p1) = sorted((p.at.value, worth(p.points, maximum)) for p in rule.through)
    said = {
        "quantity": measured.name,
        "shown": measured.about(voice, x0, x1),
        "low": voice.bound(x0, rate=rate),
        "high": voice.bound(x1, rate=rate),
    }
    if x <= x0:
        why = voice.say("why.line_before", points=voice.points(p0), **said)
        return Worked("scored", p0, why, branch="before")
    if x >= x1:
        why = voice.say("why.line_after", points=voice.points(p1), **said)
        return Worked("scored", p1, why, branch="after")
    points = p0 + (p1 - p0) * (x - x0) / (x1 - x0)
    start = f"{voice.inside(p0)} + ({voice.inside(p1)} − {voice.inside(p0)})"
    expression = (
        f"{start if p0 else voice.inside(p1)}"
        f" × ({measured.inside(voice)} − {voice.inside(x0, rate=rate)})"
        f" ÷ ({voice.inside(x1, rate=rate)} − {voice.inside(x0, rate=rate)})"
    )
    equation = voice.equation(expression, points, beside=(p0, p1))
    return Worked("scored", points, voice.say("why.line_between", **said), (equation,), "between")


def per_item(rule: PerItem, maximum: Fraction, measured: Measured, voice: Voice) -> Worked:
    if measured.x is None:
        return absent(measured, voice)
    points = rule.points * measured.x
    expression = f"{measured.inside(voice)} × {voice.inside(rule.points)}"
    equation = voice.equation(expression, points, beside=(Fraction(0), maximum))
    why = voice.say("why.items", quantity=measured.name, shown=measured.about(voice))
    if (points >= maximum) if maximum > 0 else (points <= maximum):
        remark = voice.say("clip.to", bound=voice.points(maximum))
        lines = (equation,) if points == maximum else (equation, remark)
        return Worked("scored", maximum, why, lines, "capped")
    return Worked("scored", points, why, (equation,), "items")


def deduct(rule: Deduct, maximum: Fraction, measured: Measured, voice: Voice) -> Worked:
    if measured.x is None:
        return absent(measured, voice)
    x = measured.x
    if rule.percent_of_maximum is not None:
        each = maximum * rule.percent_of_maximum / 100
        share = voice.percent(voice.exact(rule.percent_of_maximum))
        off = f"{voice.inside(maximum)} × {share}"
    else:
        each = (rule.points or Fraction(0)) * (1 if maximum > 0 else -1)
        off = voice.inside(each)
    points = maximum - x * each
    expression = f"{voice.inside(maximum)} − {measured.inside(voice)} × {off}"
    equation = voice.equation(expression, points, beside=(Fraction(0), maximum))
    why = voice.say("why.items", quantity=measured.name, shown=measured.about(voice))
    if x >= maximum / each:
        lines = (equation,) if points == 0 else (equation, voice.say("clip.used_up"))
        return Worked("scored", Fraction(0), why, lines, "used_up")
    if x < 0:  # a fall below 0 gives nothing back
        _, remarks = clipped(points, *span(maximum), voice)
        return Worked("scored", maximum, why, (equation, *remarks), "deducted")
    return Worked("scored", points, why, (equation,), "deducted")


def relative_to_best(
    maximum: Fraction, measured: Measured, given: Fraction | None, branch: str | None, voice: Voice
) -> Worked:
    """`given`: the exact points that the ledger has for this very rule, if it has.

    The best unit's quantity is not part of the row; maximum × x ÷ points gives it back, exactly.
    """
    if measured.x is None:
        return absent(measured, voice)
    said = {"quantity": measured.name, "shown": measured.about(voice)}
    full = voice.points(maximum)
    x = measured.x
    match branch or _relative_branch(x, maximum, given):
        case "best":
            why = voice.say("why.best", points=full, **said)
            return Worked("scored", maximum, why, branch="best")
        case "nothing":
            why = voice.say("why.nothing", **said)
            return Worked("scored", Fraction(0), why, branch="nothing")
        case "no_best":
            return Worked("scored", Fraction(0), voice.say("why.no_best"), branch="no_best")
        case "relative" if given:
            best = maximum * x / given
            top = voice.about(best, rate=measured.rate, beside=(x,))
            expression = (
                f"{voice.inside(maximum)} × {measured.inside(voice)}"
                f" ÷ {voice.inside(best, rate=measured.rate)}"
            )
            equation = voice.equation(expression, given, beside=(Fraction(0), maximum))
            why = voice.say("why.relative", best=top, **said)
            return Worked("scored", given, why, (equation,), "relative")
        case "relative":
            return Worked("scored", None, voice.say("why.relative_unknown", **said), (), "relative")
        case _:
            why = voice.say("why.relative_unknown", **said)
            return Worked("scored", None, why)


def _relative_branch(x: Fraction, maximum: Fraction, given: Fraction | None) -> str | None:
    if given is None:
        return None
    if given == 0:
        return "nothing" if x <= 0 else "no_best"
    return "best" if given == maximum else "relative"


def kept(worked: Worked, maximum: Fraction, voice: Voice) -> Worked:
    """The points of a whole leaf, never outside 0 and its maximum."""
    if worked.points is None:
        return worked
    points, remarks = clipped(worked.points, *span(maximum), voice)
    if not remarks:
        return worked
    lines = (*worked.lines, *remarks)
    return Worked(worked.presence, points, worked.why, lines, worked.branch)
