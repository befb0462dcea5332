"""The arithmetic of any rule, parts and all: from what was reported to the points of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TypeAlias, assert_never

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
from outputs.explain import answer_rules, quantity_rules
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.quantity import Presence, measure
from outputs.explain.rule_text import part_maximum
from outputs.explain.voice import Voice
from outputs.explain.worked import Worked, clipped, span, without_answer

Path: TypeAlias = tuple[int, ...]


def work(
    rule: Rule,
    maximum: Fraction,
    row: LedgerRow,
    voice: Voice,
    given: Fraction | None = None,
    branch: str | None = None,
    path: Path = (),
) -> Worked:
    """What the rule came to; `path` numbers it where it is a part: (2, 1) is the first of part 2.

    `given`: the exact points of this rule where the ledger tells them, `branch` the branch; only
    what depends on other units needs them.
    """
    match rule:
        case Steps(of=of):
            return quantity_rules.steps(rule, maximum, measure(of, row, voice), voice)
        case Proportional(of=of):
            return quantity_rules.proportional(rule, maximum, measure(of, row, voice), voice)
        case Line(of=of):
            return quantity_rules.line(rule, maximum, measure(of, row, voice), voice)
        case PerItem(of=of):
            return quantity_rules.per_item(rule, maximum, measure(of, row, voice), voice)
        case Deduct(of=of):
            return quantity_rules.deduct(rule, maximum, measure(of, row, voice), voice)
        case RelativeToBest(of=of):
            measured = measure(of, row, voice)
            return quantity_rules.relative_to_best(maximum, measured, given, branch, voice)
        case Deadline():
            return answer_rules.deadline(rule, maximum, row, voice)
        case Choice():
            return answer_rules.choice(rule, maximum, row, voice)
        case YesNo():
            return answer_rules.yes_no(rule, maximum, row, voice)
        case AllOf():
            return answer_rules.all_of(rule, maximum, row, voice)
        case Answers():
            return answer_rules.answers(rule, maximum, row, voice)
        case Satisfied():
            return answer_rules.satisfied(rule, maximum, row, voice)
        case Judged():
            return answer_rules.judged(rule, maximum, row, voice)
        case Formula():
            return answer_rules.formula(rule, maximum, row, voice)
        case SumOf():
            return _sum_of(rule, maximum, row, voice, given, path)
        case BestOf():
            return _best_of(rule, maximum, row, voice, given, path)
        case _:
            assert_never(rule)


def _sum_of(
    rule: SumOf,
    maximum: Fraction,
    row: LedgerRow,
    voice: Voice,
    given: Fraction | None,
    path: Path,
) -> Worked:
    parts = _parts(rule.parts, maximum, row, voice, path)
    feared = any(
        part.presence == "missing" and isinstance(each, PerItem) and maximum > 0 > each.points
        for each, part in zip(rule.parts, parts, strict=True)
    )
    if feared:
        return Worked("missing", Fraction(0), voice.say("absent.feared"))
    presence = _presence(parts)
    if presence is not None:
        return without_answer(presence, voice)
    unknown = [index for index, part in enumerate(parts) if part.points is None]
    if len(unknown) == 1 and given is not None and _is_open(given, maximum):
        index = unknown[0]
        others = sum((part.points or Fraction(0) for part in parts), Fraction(0))
        own = part_maximum(rule.parts[index], maximum)
        parts[index] = work(
            rule.parts[index], own, row, voice, given - others, path=(*path, index + 1)
        )
    told = _told(rule.parts, parts, voice, path)
    known = [part.points for part in parts if part.points is not None]
    if len(known) < len(parts):
        return Worked("scored", None, voice.say("why.sum_unknown"), told)
    total = sum(known, Fraction(0))
    shown = [voice.shortened(value) for value in known]
    expression = " + ".join(f"({text})" if text.startswith("−") else text for text, _ in shown)
    exact = all(ends for _, ends in shown)
    equation = voice.equation(expression, total, beside=span(maximum), exact=exact)
    points, remarks = clipped(total, *span(maximum), voice)
    return Worked(
        "scored", points, voice.say("why.sum_of"), (*told, *_own((equation, *remarks), voice, path))
    )


def _best_of(
    rule: BestOf,
    maximum: Fraction,
    row: LedgerRow,
    voice: Voice,
    given: Fraction | None,
    path: Path,
) -> Worked:
    parts = _parts(rule.parts, maximum, row, voice, path)
    presence = _presence(parts)
    if presence is not None:
        return without_answer(presence, voice)
    known = [part.points for part in parts if part.points is not None]
    unknown = [index for index, part in enumerate(parts) if part.points is None]
    if unknown and given is not None and _is_open(given, maximum):
        if len(unknown) == 1 and given > max(known, default=given - 1):
            index = unknown[0]
            own = part_maximum(rule.parts[index], maximum)
            parts[index] = work(rule.parts[index], own, row, voice, given, path=(*path, index + 1))
            known = [part.points for part in parts if part.points is not None]
            unknown = [] if parts[index].points is not None else unknown
        elif known and given == max(known):
            # The parts that this row cannot tell are no better than the best one that it can.
            unknown = []
    told = _told(rule.parts, parts, voice, path)
    if unknown or not known:
        return Worked("scored", None, voice.say("why.best_unknown"), told)
    best = max(known)
    number = next(n for n, part in enumerate(parts, start=1) if part.points == best)
    why = voice.say("why.best_of", number=_label((*path, number)), points=voice.points(best))
    if best == 0 and len(known) == len(parts) and not any(known):
        why = voice.say("why.best_none")
    points, remarks = clipped(best, *span(maximum), voice)
    return Worked("scored", points, why, (*told, *_own(remarks, voice, path)))


def _parts(
    rules: Sequence[Rule], maximum: Fraction, row: LedgerRow, voice: Voice, path: Path
) -> list[Worked]:
    return [
        work(part, part_maximum(part, maximum), row, voice, path=(*path, number))
        for number, part in enumerate(rules, start=1)
    ]


def _presence(parts: Sequence[Worked]) -> Presence | None:
    """Why the whole is not scored: a part is missing, or none exists."""
    if any(part.presence == "scored" for part in parts):
        return None
    return "missing" if any(part.presence == "missing" for part in parts) else "none"


def _is_open(given: Fraction, maximum: Fraction) -> bool:
    """Strictly inside, so that nothing was cut off."""
    low, high = span(maximum)
    return low < given < high


def _told(
    rules: Sequence[Rule], parts: Sequence[Worked], voice: Voice, path: Path
) -> tuple[str, ...]:
    """Every part with its reason and its own lines; parts of parts are numbered 2.1, 2.2."""
    told: list[str] = []
    for number, (rule, part) in enumerate(zip(rules, parts, strict=True), start=1):
        label = _label((*path, number))
        points = "" if part.points is None else voice.points(part.points)
        # Most reasons end with the points already.
        key = "part.unknown" if not points or part.why.endswith(points) else "part.known"
        told.append(voice.say(key, number=label, why=part.why, points=points))
        if isinstance(rule, SumOf | BestOf):
            told += part.lines
        else:
            told += [voice.say("part.line", number=label, line=line) for line in part.lines]
    return tuple(told)


def _own(lines: Sequence[str], voice: Voice, path: Path) -> tuple[str, ...]:
    """Lines of a whole that is itself a part carry its number."""
    if not path:
        return tuple(lines)
    return tuple(voice.say("part.line", number=_label(path), line=line) for line in lines)


def _label(path: Path) -> str:
    return ".".join(map(str, path))
