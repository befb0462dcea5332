"""Arithmetic of the rules that look at an answer itself: days, options, yes or no, tallies."""

from __future__ import annotations

from fractions import Fraction

from criteria.formula import formula_inputs, parse_formula
from criteria.rules import AllOf, Answers, Choice, Deadline, Formula, Judged, Satisfied, YesNo
from outputs.explain.formula_text import spell, value_of
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.rule_text import worth
from outputs.explain.voice import Voice
from outputs.explain.worked import Worked, clipped, span, without_answer


def deadline(rule: Deadline, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    day = row.day(rule.of)
    if day is None:
        return without_answer("missing", voice)
    title, shown, before = row.title(rule.of), voice.day(day), None
    for number, tier in enumerate(rule.tiers, start=1):
        if day <= tier.by:
            points = worth(tier.points, maximum)
            key = "why.tier" if before is None else "why.tier_after"
            why = voice.say(
                key,
                title=title,
                day=shown,
                by=voice.day(tier.by),
                before="" if before is None else voice.day(before),
                points=voice.points(points),
            )
            return Worked("scored", points, why, branch=f"tier:{number}")
        before = tier.by
    last = voice.day(max(tier.by for tier in rule.tiers))
    why = voice.say("why.late", title=title, day=shown, by=last)
    return Worked("scored", Fraction(0), why, branch="late")


def choice(rule: Choice, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    option = row.text(rule.of)
    if option is None:
        return without_answer("missing", voice)
    known = option in rule.points
    points = worth(rule.points[option], maximum) if known else Fraction(0)
    why = voice.say(
        "why.option", title=row.title(rule.of), option=option, points=voice.points(points)
    )
    return Worked("scored", points, why, branch=f"option:{option if known else 'none'}")


def yes_no(rule: YesNo, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    yes = row.yes(rule.of)
    if yes is None:
        return without_answer("missing", voice)
    points = maximum if yes else Fraction(0)
    word = "yes" if yes else "no"
    why = voice.say(f"why.{word}", title=row.title(rule.of), points=voice.points(points))
    return Worked("scored", points, why, branch=word)


def all_of(rule: AllOf, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    said = {name: row.yes(name) for name in rule.of}
    if None in said.values():
        return without_answer("missing", voice)
    lacking = ", ".join(voice.quoted(row.title(name)) for name, yes in said.items() if not yes)
    if lacking:
        return Worked(
            "scored", Fraction(0), voice.say("why.not_all", titles=lacking), (), "not_all"
        )
    why = voice.say("why.all", points=voice.points(maximum))
    return Worked("scored", maximum, why, branch="all")


def answers(rule: Answers, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    counts = row.counts(rule.of)
    if counts is None:
        return without_answer("missing", voice)
    total = sum(counts.values())
    if total == 0:
        return without_answer("none", voice)
    weighted = sum((w * counts[o] for o, w in rule.weights.items()), Fraction(0))
    points = maximum * weighted / (100 * total)
    top = " + ".join(
        f"{voice.percent(voice.exact(w))} × {voice.inside(Fraction(counts[o]))}"
        for o, w in rule.weights.items()
    )
    expression = f"{voice.inside(maximum)} × ({top}) ÷ {voice.inside(Fraction(total))}"
    equation = voice.equation(expression, points, beside=(Fraction(0), maximum))
    mean = voice.about(weighted / (100 * total), rate=True, beside=(Fraction(0), Fraction(1)))
    why = voice.say("why.mean", total=voice.exact(Fraction(total)), mean=mean)
    return Worked("scored", points, why, (equation,), "mean")


def satisfied(rule: Satisfied, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    counts = row.counts(rule.of)
    if counts is None:
        return without_answer("missing", voice)
    total = sum(counts.values())
    if total == 0:
        return without_answer("none", voice)
    chosen = [Fraction(counts[option]) for option in rule.options]
    share = sum(chosen, Fraction(0)) / total
    top = " + ".join(voice.inside(count) for count in chosen)
    top = f"({top})" if len(chosen) > 1 else top
    expression = f"{voice.inside(maximum)} × {top} ÷ {voice.inside(Fraction(total))}"
    equation = voice.equation(expression, maximum * share, beside=(Fraction(0), maximum))
    why = voice.say(
        "why.satisfied",
        count=voice.exact(sum(chosen, Fraction(0))),
        total=voice.exact(Fraction(total)),
        share=voice.about(share, rate=True, beside=(Fraction(0), Fraction(1))),
    )
    return Worked("scored", maximum * share, why, (equation,), "share")


def judged(rule: Judged, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    given = row.number(rule.of)
    if given is None:
        return without_answer("missing", voice)
    points, remarks = clipped(given, *span(maximum), voice)
    answer = row.answers[rule.of]
    reason = voice.say("why.reason", reason=answer.reason) if answer.reason else ""
    why = voice.say("why.judged", points=voice.points(given), reason=reason)
    return Worked("scored", points, why, remarks, "judged")


def formula(rule: Formula, maximum: Fraction, row: LedgerRow, voice: Voice) -> Worked:
    tree = parse_formula(rule.of)
    names = formula_inputs(tree)
    numbers = {name: row.number(name) for name in names}
    known = {name: number for name, number in numbers.items() if number is not None}
    if len(known) < len(numbers):
        return without_answer("missing", voice)
    known["maximum"] = maximum
    try:
        value = value_of(tree, known)
    except ZeroDivisionError:
        return without_answer("none", voice)

    def spelled(name: str) -> str:
        rate = name in row.set.inputs and row.is_percent(name)
        return voice.inside(known[name], rate=rate)

    equation = voice.equation(spell(tree, spelled, voice), value, beside=span(maximum))
    points, remarks = clipped(value, *span(maximum), voice)
    return Worked("scored", points, voice.say("why.formula"), (equation, *remarks), "formula")
