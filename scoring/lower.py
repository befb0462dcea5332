"""From a leaf to its terms: the table of contents of the rule kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, assert_never

from criteria.model import Adjustment, Leaf, leaf_inputs
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
from inputs.facts import STATUS, Status
from scoring.reader import Lowered, Reader
from scoring.rules import (
    all_of,
    answers,
    choice,
    composite,
    deadline,
    deduct,
    formula,
    judged,
    line,
    per_item,
    proportional,
    relative_to_best,
    satisfied,
    steps,
    yes_no,
)
from scoring.terms import (
    NEVER,
    ZERO,
    Branch,
    Choose,
    Column,
    Compare,
    Condition,
    Constant,
    Fixed,
    Missing,
    Points,
    Quotient,
    Whole,
    Yes,
    every,
    negate,
    some,
)

Path: TypeAlias = tuple[int, ...]
"""Where a part stands: (0, 2) is the third part of the first part of the rule."""


@dataclass(frozen=True, slots=True)
class LeafTerms:
    """One leaf (or adjustment) ready for the engines.

    `points`: 0 where it is missing, refused, pending or not applicable, and what a reviewer gave
    where it is `given`.  The conditions say where it is in which state; the first that holds
    decides, in the order written here.
    """

    item: Leaf | Adjustment
    points: Points
    not_applicable: Condition
    given: Condition
    refused: Condition
    pending: Condition
    missing: Condition
    none: Condition


def lower_rule(rule: Rule, maximum: Fraction, reader: Reader, path: Path = ()) -> Lowered:
    """The terms of a rule whose maximum is `maximum`; `path` leads to it from the leaf."""
    match rule:
        case Steps():
            return steps.lower(rule, maximum, reader)
        case Proportional():
            return proportional.lower(rule, maximum, reader)
        case Line():
            return line.lower(rule, maximum, reader)
        case Deadline():
            return deadline.lower(rule, maximum, reader)
        case Choice():
            return choice.lower(rule, maximum, reader)
        case YesNo():
            return yes_no.lower(rule, maximum, reader)
        case AllOf():
            return all_of.lower(rule, maximum, reader)
        case PerItem():
            return per_item.lower(rule, maximum, reader)
        case Deduct():
            return deduct.lower(rule, maximum, reader)
        case SumOf(parts=parts):
            return composite.sum_of(_parts(parts, maximum, reader, path), maximum)
        case BestOf(parts=parts):
            return composite.best_of(_parts(parts, maximum, reader, path), maximum)
        case RelativeToBest():
            return relative_to_best.lower(rule, maximum, reader, path)
        case Answers():
            return answers.lower(rule, maximum, reader)
        case Satisfied():
            return satisfied.lower(rule, maximum, reader)
        case Judged():
            return judged.lower(rule, maximum, reader)
        case Formula():
            return formula.lower(rule, maximum, reader)
        case _:
            assert_never(rule)


def _parts(parts: Sequence[Rule], maximum: Fraction, reader: Reader, path: Path) -> list[Lowered]:
    return [
        lower_rule(part, maximum if part.maximum is None else part.maximum, reader, (*path, index))
        for index, part in enumerate(parts)
    ]


def lower_leaf(
    item: Leaf | Adjustment,
    reader: Reader,
    statuses: frozenset[str],
    decisions: frozenset[str] = frozenset(),
) -> LeafTerms:
    """The terms of a leaf; `statuses` names the inputs that have a `status:` column, `decisions`
    the columns of what was decided of leaves (`Facts.decisions`)."""
    rule = lower_rule(item.rule, item.maximum, reader)
    decided = f"decided:{item.id}"
    marks = [f"status:{name}" for name in leaf_inputs(item) if name in statuses]
    marks += [decided] if decided in decisions else []
    not_applicable = _having(marks, "not_applicable")
    if item.applies_to is not None:
        not_applicable = some(negate(Yes(f"has:{item.applies_to}")), not_applicable)
    when_none = item.when_none if isinstance(item, Leaf) else "zero"
    refused, pending = _having(marks, "refused"), _having(marks, "pending")
    excluded = rule.none if when_none == "exclude" else NEVER
    arose_not = every(excluded, negate(some(refused, pending)))
    given, points_given = _given(item, reader, decisions, arose_not)
    full = Fixed(item.maximum) if when_none == "full" else ZERO
    branches = [
        Branch(not_applicable, ZERO, "not_applicable"),
        Branch(given, points_given, "given"),
        Branch(refused, ZERO, "refused"),
        Branch(pending, ZERO, "pending"),
        Branch(rule.none, full, f"none:{when_none}"),
    ]
    if not rule.safe:
        branches.append(Branch(rule.missing, ZERO, "missing"))
    if isinstance(item.rule, PerItem):  # below 0 only as a part of a sum
        wrong_way = Compare(
            "<" if item.maximum * item.rule.points > 0 else ">", *_signs(reader, item.rule)
        )
        branches.append(Branch(wrong_way, ZERO, "items"))
    points = rule.points
    kept = tuple(branch for branch in branches if branch.when != NEVER)
    return LeafTerms(
        item,
        Choose(kept, points, "") if kept else points,
        some(not_applicable, arose_not),
        given,
        refused,
        pending,
        rule.missing,
        rule.none,
    )


def _given(
    item: Leaf | Adjustment, reader: Reader, decisions: frozenset[str], arose_not: Condition
) -> tuple[Condition, Points]:
    """Where a reviewer gave points that count, and these points."""
    name = f"given:{item.id}"
    if name not in decisions:
        return NEVER, ZERO
    points = Quotient(Column(name), Constant(10 ** reader.scales[name]))
    return every(negate(Missing(name)), negate(arose_not)), points


def _signs(reader: Reader, rule: PerItem) -> tuple[Whole, Whole]:
    """Both sides of a comparison of the quantity with 0."""
    return reader.amount(rule.of).numerator, Constant(0)


def _having(marks: Sequence[str], status: Status) -> Condition:
    """Some of the columns holds this status."""
    code = Constant(STATUS[status])
    return some(*(Compare("==", Column(name), code) for name in marks))
