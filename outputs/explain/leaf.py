"""The whole explanation of one leaf of one unit, from its row of the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from criteria.exact import decimals_needed, round_half_up
from criteria.model import Adjustment, CriteriaSet, Leaf
from criteria.rules import rule_quantities
from criteria.wording import Language, has_wording
from outputs.explain.arithmetic import work
from outputs.explain.ledger_row import LedgerDisagrees, LedgerRow
from outputs.explain.plan_work import plan_days, plan_targets, plan_work
from outputs.explain.quantity import full_name, measure
from outputs.explain.quantity_rules import kept
from outputs.explain.rule_text import rule_text
from outputs.explain.states import decision, reported, state_reason, state_word
from outputs.explain.voice import Voice
from outputs.explain.way_up import way_up
from outputs.explain.worked import Worked


@dataclass(frozen=True, slots=True)
class Explanation:
    """One leaf told to a person.

    `sentences` in reading order: what was reported, the quantity, the rule, what applied and why,
    the arithmetic, the result, the way up, clause and reviewer.  `points`, `maximum` and `lost`
    are printed texts (empty: none), `points` and `lost` with the decimals that the set prints.
    """

    leaf: str
    title: str
    state: str
    why: str
    sentences: tuple[str, ...]
    points: str
    maximum: str
    lost: str
    places: tuple[str, ...]
    arithmetic: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """Points as printed, such that points + lost = maximum also in print."""

    points: str
    maximum: str
    lost: str


def explain_leaf(
    item: Leaf | Adjustment, row: Mapping[str, Any], criteria_set: CriteriaSet, language: Language
) -> Explanation:
    """Why the leaf (or bonus, or penalty) earned what it earned.

    Raises: LedgerDisagrees when the row cannot have come from this set.
    """
    read, voice = LedgerRow.of(row, item, criteria_set), Voice(language)
    answers = list(reported(read, voice))
    shown = printed(read, voice)
    reason = state_reason(read, voice)
    worked = None if reason is not None else _worked(read, voice)
    arithmetic = () if worked is None else worked.lines
    sentences = [
        voice.say("told.reported", answer=text, place=f" ({place})" if place else "")
        for text, place in answers
    ]
    sentences += plan_work(read, voice)
    if worked is not None:
        sentences += _quantity(read, voice)
    if read.state != "not_applicable":
        rule = rule_text(item.rule, item.maximum, read, voice)
        sentences.append(voice.say("told.rule", rule=rule))
    part = voice.say("part.word")
    why = reason if worked is None else worked.why
    assert why is not None
    basis = decision(read)
    beside = f" ({basis.place})" if basis is not None and basis.place else ""
    sentences.append(voice.say("told.why", why=f"{_capital(why)}{beside}"))
    sentences += [
        f"{line}." if line.startswith(part) else voice.say("told.arithmetic", line=line)
        for line in arithmetic
    ]
    if worked is not None:
        sentences += _rounding(read, worked.points, voice)
    sentences += _given(read, voice)
    sentences.append(_result(read, shown, voice))
    if worked is not None and isinstance(item, Leaf) and read.points != item.maximum:
        ways = way_up(item.rule, item.maximum, read, voice)
        sentences += [voice.say("told.up", way=way) for way in ways]
    sentences += _background(read, voice)
    told = [*answers, *([] if basis is None else [(_capital(why), basis.place)])]
    return Explanation(
        leaf=item.id,
        title=item.title,
        state=state_word(read, voice),
        why=_capital(why),
        sentences=tuple(sentences),
        points=shown.points,
        maximum=shown.maximum,
        lost=shown.lost,
        places=tuple(f"{text} – {place}" for text, place in told if place),
        arithmetic=arithmetic,
    )


def _worked(row: LedgerRow, voice: Voice) -> Worked:
    """The rule worked out on the reported numbers, and held against the ledger."""
    item, places = row.item, row.set.rounding.points
    given = row.points if places is None else None
    worked = kept(work(item.rule, item.maximum, row, voice, given, row.branch), item.maximum, voice)
    points = worked.points
    if worked.presence != "scored":
        raise LedgerDisagrees(f"{item.id}: {row.state}, not {worked.presence}")
    if points is not None:
        rounded = points if places is None else round_half_up(points, places)
        if rounded != row.points:
            raise LedgerDisagrees(f"{item.id}: {row.points}, not {rounded}")
    if worked.branch is not None and row.branch != worked.branch:
        raise LedgerDisagrees(f"{item.id}: {row.branch}, not {worked.branch}")
    return worked


def _quantity(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """How each quantity of the rule comes from the reported numbers."""
    told: dict[str, None] = {}
    for of in rule_quantities(row.item.rule):
        measured = measure(of, row, voice)
        if measured.presence == "scored" and not measured.simple:
            equation = measured.equation(voice)
            name = _capital(full_name(of, row, voice))
            told[voice.say("told.quantity", quantity=name, equation=equation)] = None
    yield from told


def _given(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """What became of points that a reviewer gave: rounded, or not counted."""
    points = row.points_given
    if points is None:
        return
    if row.points is None:
        place = row.given.place if row.given is not None else None
        beside = f" ({place})" if place else ""
        yield voice.say("told.given_ignored", points=voice.points(points), place=beside)
    elif row.state == "given":
        places = row.set.rounding.points
        rounded = points if places is None else round_half_up(points, places)
        if rounded != row.points:
            raise LedgerDisagrees(f"{row.item.id}: {row.points}, not {rounded}")
        yield from _rounding(row, points, voice)


def _rounding(row: LedgerRow, points: Fraction | None, voice: Voice) -> Iterator[str]:
    """The rounding of the leaf, and what is known where the row alone does not hold the points."""
    places = row.set.rounding.points
    assert row.points is not None
    if places is not None and points != row.points:
        before = "" if points is None else voice.about(points, beside=(row.points,))
        key = "told.rounded" if points is not None else "told.rounded_unknown"
        after = voice.exact(row.points)
        yield voice.say(key, places=places, before=before, after=after)
    if points is None:
        share = voice.equation(
            f"{voice.inside(row.points)} ÷ {voice.inside(row.item.maximum)}"
            if decimals_needed(row.points) is not None
            else voice.say("told.points_over_maximum"),
            row.points / row.item.maximum,
            rate=True,
        )
        yield voice.say("told.share", share=share)


def printed(row: LedgerRow, voice: Voice) -> Printed:
    """Points, maximum and what was lost; all empty where the leaf does not apply."""
    points, maximum = row.points, row.item.maximum
    if points is None:
        return Printed("", "", "")
    places = max(row.set.printed_points, decimals_needed(maximum) or 0)
    shown = round_half_up(points, places)
    lost = ""
    if isinstance(row.item, Leaf):
        gap = maximum - shown
        last = Fraction(1, 10**places)
        short = gap == 0 and points != maximum
        lost = f"< {voice.decimal(last, places)}" if short else voice.decimal(gap, places)
    return Printed(voice.decimal(shown, places), voice.exact(maximum), lost)


def _result(row: LedgerRow, shown: Printed, voice: Voice) -> str:
    if row.points is None:
        return voice.say("told.result_na")
    said = {"points": shown.points, "maximum": shown.maximum, "lost": shown.lost}
    if isinstance(row.item, Adjustment):
        key = "told.result_bonus" if row.item.maximum > 0 else "told.result_penalty"
        said["points"] = shown.points.removeprefix("−")
        said["maximum"] = shown.maximum.removeprefix("−")
        return voice.say(key, **said)
    full = row.points == row.item.maximum
    return voice.say("told.result_full" if full else "told.result", **said)


def _background(row: LedgerRow, voice: Voice) -> Iterator[str]:
    """The clause, who scores, who reviews, which evidence."""
    if row.clause:
        yield voice.say("told.basis", clause=row.clause)
    item = row.item
    yield from plan_targets(row, voice)
    yield from plan_days(row, voice)
    parts = []
    if isinstance(item, Leaf):
        parts.append(voice.say(f"scored_by.{item.scored_by}"))
    if item.reviewed_by:
        key = f"reviewer.{item.reviewed_by}"
        known = "." not in item.reviewed_by and has_wording("explain", key)
        name = voice.say(key) if known else item.reviewed_by
        parts.append(voice.say("told.reviewer", name=name))
    if isinstance(item, Leaf) and item.evidence != "none":
        parts.append(voice.say(f"evidence.{item.evidence}"))
    if parts:
        yield f"{_capital(voice.listed(parts))}."
    if item.note:
        yield voice.say("told.note", note=item.note.strip().removesuffix("."))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
