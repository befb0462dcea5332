"""The rule in words, as the set declares it: what anybody gets for what (cách tính điểm)."""

from __future__ import annotations

from fractions import Fraction
from typing import assert_never

from criteria.formula import parse_formula
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
from criteria.scalars import MAXIMUM
from outputs.explain.formula_text import spell
from outputs.explain.intervals import Interval, stair, words
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.quantity import full_name, is_rate, measure, quantity_name
from outputs.explain.voice import Voice


def worth(points: Fraction | str, maximum: Fraction) -> Fraction:
    """Points as written: a number, or the word `maximum`."""
    return maximum if points == MAXIMUM else Fraction(points)


def part_maximum(part: Rule, maximum: Fraction) -> Fraction:
    """The maximum of a part: its own, else that of the whole."""
    return maximum if part.maximum is None else part.maximum


def rule_text(
    rule: Rule, maximum: Fraction, row: LedgerRow, voice: Voice, *, part: bool = False
) -> str:
    """One clause, without a full stop; parts are separated by semicolons.

    A part names its quantity in full, since there may be several rates.
    """
    full = voice.points(maximum)
    name_of = full_name if part else quantity_name
    match rule:
        case Steps(of=of):
            return f"{name_of(of, row, voice)}: {_steps(rule, maximum, row, voice)}"
        case Proportional():
            name = name_of(rule.of, row, voice)
            return f"{name}: {_proportional(rule, maximum, row, voice)}"
        case Line(of=of, through=through):
            rate = is_rate(of, row)
            (x0, p0), (x1, p1) = sorted((p.at.value, worth(p.points, maximum)) for p in through)
            return voice.say(
                "rule.line",
                quantity=name_of(of, row, voice),
                low=voice.bound(x0, rate=rate),
                low_points=voice.points(p0),
                high=voice.bound(x1, rate=rate),
                high_points=voice.points(p1),
            )
        case Deadline(of=of, tiers=tiers):
            told = [
                voice.say(
                    "rule.tier",
                    day=voice.day(tier.by),
                    points=voice.points(worth(tier.points, maximum)),
                )
                for tier in tiers
            ]
            return f"{row.title(of)}: {voice.listed([*told, voice.say('rule.later')])}"
        case Choice(of=of, points=options):
            told = [
                f"{voice.quoted(option)} – {voice.points(worth(points, maximum))}"
                for option, points in options.items()
            ]
            return f"{row.title(of)}: {voice.listed(told)}"
        case YesNo(of=of):
            return voice.say("rule.yes_no", title=row.title(of), points=full)
        case AllOf(of=names):
            listed = ", ".join(voice.quoted(row.title(name)) for name in names)
            return voice.say("rule.all_of", titles=listed, points=full)
        case PerItem(of=of, points=points):
            return voice.say(
                "rule.per_item" if points * maximum > 0 else "rule.per_item_off",
                quantity=name_of(of, row, voice),
                points=voice.say("points", number=voice.inside(points)),
                full=full,
            )
        case Deduct():
            name = name_of(rule.of, row, voice)
            return _deduct(rule, maximum, name, voice)
        case RelativeToBest(of=of):
            name = name_of(of, row, voice)
            return voice.say("rule.relative_to_best", quantity=name, points=full)
        case Answers(of=of, weights=weights):
            told = [
                f"{voice.quoted(o)} {voice.percent(voice.exact(w))}" for o, w in weights.items()
            ]
            listed = ", ".join(told)
            return voice.say("rule.answers", title=row.title(of), points=full, weights=listed)
        case Satisfied(of=of, options=chosen):
            listed = ", ".join(voice.quoted(option) for option in chosen)
            return voice.say("rule.satisfied", title=row.title(of), points=full, options=listed)
        case Judged(increment=increment):
            return voice.say("rule.judged", points=full, increment=voice.exact(increment))
        case Formula(of=text):
            titles = {n: voice.say("quantity.input", title=row.title(n)) for n in row.set.inputs}
            titles |= {MAXIMUM: voice.say("rule.the_maximum")}
            spelled = spell(parse_formula(text), titles.__getitem__, voice)
            return voice.say("rule.formula", formula=spelled, points=full)
        case SumOf(parts=parts) | BestOf(parts=parts):
            told = [
                voice.say(
                    "rule.part",
                    number=number,
                    rule=rule_text(each, part_maximum(each, maximum), row, voice, part=True),
                )
                for number, each in enumerate(parts, start=1)
            ]
            key = "rule.sum_of" if isinstance(rule, SumOf) else "rule.best_of"
            return voice.say(key, points=full, parts=voice.listed(told))
        case _:
            assert_never(rule)


def _steps(rule: Steps, maximum: Fraction, row: LedgerRow, voice: Voice) -> str:
    rate, found = is_rate(rule.of, row), stair(rule.steps)
    told = []
    for step, stretches in zip(rule.steps, found.steps, strict=True):
        if stretches:
            points = voice.points(worth(step.points, maximum))
            told.append(f"{words(stretches, voice, rate=rate)} – {points}")
    if found.rest:
        rest = words(found.rest, voice, rate=rate)
        told.append(f"{rest} – {voice.points(Fraction(0))}")
    return voice.listed(told)


def _proportional(rule: Proportional, maximum: Fraction, row: LedgerRow, voice: Voice) -> str:
    rate, low, full = is_rate(rule.of, row), rule.from_.value, rule.full_at.value
    coefficient = maximum if rule.coefficient is None else rule.coefficient
    told = [f"{_said(Interval(full, True), voice, rate)} – {voice.points(maximum)}"]
    if low < full:
        told.append(
            voice.say(
                "rule.share",
                stretch=_said(Interval(low, True, full), voice, rate),
                coefficient=voice.inside(coefficient),
                quantity=voice.say("rule.the_value"),
                full=voice.inside(full, rate=rate),
            )
        )
    x = measure(rule.of, row, voice).x
    if low != 0 or (x is not None and x < 0):
        told.append(f"{_said(Interval(high=low), voice, rate)} – {voice.points(Fraction(0))}")
    return voice.listed(told)


def _said(stretch: Interval, voice: Voice, rate: bool) -> str:
    return words((stretch,), voice, rate=rate)


def _deduct(rule: Deduct, maximum: Fraction, name: str, voice: Voice) -> str:
    if rule.percent_of_maximum is not None:
        share = voice.percent(voice.exact(rule.percent_of_maximum))
        each = voice.say("rule.percent_of_maximum", share=share)
    else:
        each = voice.points((rule.points or Fraction(0)) * (1 if maximum > 0 else -1))
    key = "rule.deduct" if maximum > 0 else "rule.deduct_penalty"
    return voice.say(key, quantity=name, points=voice.points(maximum), each=each)
