"""Rules (cách tính điểm): how a quantity becomes points.

A rule is frozen data read from a criteria set.  It holds no formula and knows no frame library:
`scoring/rules/<kind>.py` says what each kind is worth, `criteria/check/shape.py` what can be
proved of it, `outputs/explain/` how it is told.  `M` below is the maximum of the leaf or part.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import BaseModel, ConfigDict, Field

from criteria.formula import formula_inputs, parse_formula
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Quantity,
    Ratio,
    quantity_inputs,
    term_inputs,
)
from criteria.scalars import Bound, Number, Points, Text
from criteria.thresholds import Day, TaskDay, Threshold


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class _Rule(_Data):
    maximum: Number | None = None
    """Of a part of `sum_of` or `best_of` only: its own M."""


class Step(_Data):
    """One step of a staircase: all its bounds hold -> `points`."""

    at_least: Threshold | None = None
    above: Threshold | None = None
    at_most: Threshold | None = None
    below: Threshold | None = None
    points: Points


class Steps(_Rule):
    """The first step whose bounds hold, in the order written; otherwise 0 (thang bậc)."""

    kind: Literal["steps"] = "steps"
    of: Quantity
    steps: tuple[Step, ...] = Field(min_length=1)


class Proportional(_Rule):
    """M from `full_at` on; `coefficient` x / `full_at` from `from` on; 0 below (theo tỷ lệ)."""

    kind: Literal["proportional"] = "proportional"
    of: Quantity
    from_: Threshold = Field(default=Bound(Fraction(0), percent=True), alias="from")
    full_at: Threshold = Bound(Fraction(1), percent=True)
    coefficient: Number | None = None


class LinePoint(_Data):
    """A point that a line goes through."""

    at: Threshold
    points: Points


class Line(_Rule):
    """A straight line through two points, flat outside them; it may fall (nội suy)."""

    kind: Literal["line"] = "line"
    of: Quantity
    through: tuple[LinePoint, LinePoint]


class Tier(_Data):
    """Up to and including the day `by`: `points`."""

    by: Day
    points: Points


class Deadline(_Rule):
    """The first tier whose day is not passed; otherwise 0 (thời hạn)."""

    kind: Literal["deadline"] = "deadline"
    of: Text
    tiers: tuple[Tier, ...] = Field(min_length=1)


class Choice(_Rule):
    """The points of the option that was chosen (lựa chọn)."""

    kind: Literal["choice"] = "choice"
    of: Text
    points: dict[Text, Points] = Field(min_length=1)


class YesNo(_Rule):
    """M if yes, 0 if no (đạt / không đạt)."""

    kind: Literal["yes_no"] = "yes_no"
    of: Text


class AllOf(_Rule):
    """M if every one is yes (đồng thời đạt)."""

    kind: Literal["all_of"] = "all_of"
    of: tuple[Text, ...] = Field(min_length=1)


class PerItem(_Rule):
    """x times `points`, at most M (mỗi ... được ... điểm)."""

    kind: Literal["per_item"] = "per_item"
    of: Quantity
    points: Number


class Deduct(_Rule):
    """M less x times `points`, or x times a percentage of M, at least 0 (mỗi ... trừ ...)."""

    kind: Literal["deduct"] = "deduct"
    of: Quantity
    points: Number | None = None
    percent_of_maximum: Number | None = None


class SumOf(_Rule):
    """The sum of the parts, kept within 0 and M (tổng các phần)."""

    kind: Literal["sum_of"] = "sum_of"
    parts: tuple[Rule, ...] = Field(min_length=1)


class BestOf(_Rule):
    """The best of the parts (trường hợp có điểm cao nhất)."""

    kind: Literal["best_of"] = "best_of"
    parts: tuple[Rule, ...] = Field(min_length=1)


class RelativeToBest(_Rule):
    """M x / the largest x of the ranked units of the group (so với đơn vị cao nhất)."""

    kind: Literal["relative_to_best"] = "relative_to_best"
    of: Quantity


class Answers(_Rule):
    """M times the mean of the options' weights, in percent, over a tally (phiếu khảo sát)."""

    kind: Literal["answers"] = "answers"
    of: Text
    weights: dict[Text, Number] = Field(min_length=1)


class Satisfied(_Rule):
    """M times the share of the chosen options in a tally (tỷ lệ hài lòng)."""

    kind: Literal["satisfied"] = "satisfied"
    of: Text
    options: tuple[Text, ...] = Field(min_length=1)


class Judged(_Rule):
    """The points that a reviewer gave, in steps of `increment`, with a reason (thẩm định)."""

    kind: Literal["judged"] = "judged"
    of: Text
    increment: Number


class Formula(_Rule):
    """A small arithmetic expression over inputs, kept within 0 and M (công thức)."""

    kind: Literal["formula"] = "formula"
    of: Text


Rule: TypeAlias = Annotated[
    Steps
    | Proportional
    | Line
    | Deadline
    | Choice
    | YesNo
    | AllOf
    | PerItem
    | Deduct
    | SumOf
    | BestOf
    | RelativeToBest
    | Answers
    | Satisfied
    | Judged
    | Formula,
    Field(discriminator="kind"),
]
"""Any rule; `kind` says which.  A new kind joins here, and mypy names every place that lacks it."""

for _model in (SumOf, BestOf):
    _model.model_rebuild()


def rule_inputs(rule: Rule) -> tuple[str, ...]:
    """Ids of the inputs that a rule reads, in the order written, each once."""
    return tuple(dict.fromkeys(_inputs(rule)))


def _inputs(rule: Rule) -> tuple[str, ...]:
    match rule:
        case Steps(of=of) | Proportional(of=of) | Line(of=of) | PerItem(of=of) | Deduct(of=of):
            return quantity_inputs(of)
        case RelativeToBest(of=of):
            return quantity_inputs(of)
        case Deadline(of=of) | Choice(of=of) | YesNo(of=of) | Judged(of=of):
            return (of,)
        case Answers(of=of) | Satisfied(of=of):
            return (of,)
        case AllOf(of=several):
            return several
        case SumOf(parts=parts) | BestOf(parts=parts):
            return tuple(name for part in parts for name in _inputs(part))
        case Formula(of=text):
            return formula_inputs(parse_formula(text))
        case _:
            assert_never(rule)


def rule_quantities(rule: Rule) -> tuple[Quantity, ...]:
    """The quantities that a rule and its parts look at."""
    match rule:
        case Steps(of=of) | Proportional(of=of) | Line(of=of) | PerItem(of=of) | Deduct(of=of):
            return (of,)
        case RelativeToBest(of=of):
            return (of,)
        case SumOf(parts=parts) | BestOf(parts=parts):
            return tuple(quantity for part in parts for quantity in rule_quantities(part))
        case Deadline() | Choice() | YesNo() | AllOf() | Answers() | Satisfied():
            return ()
        case Judged() | Formula():
            return ()
        case _:
            assert_never(rule)


def rule_divisors(rule: Rule) -> tuple[str, ...]:
    """Inputs by which the quantities of a rule and its parts divide, each once."""
    names: dict[str, None] = {}
    for quantity in rule_quantities(rule):
        match quantity:
            case Ratio(ratio=(_, below)) | Complement(complement=(_, below)):
                names |= dict.fromkeys(term_inputs(below))
            case Change(change=(_, before)):
                names |= dict.fromkeys(term_inputs(before))
            case _:
                pass
    return tuple(names)


def rule_bounds(rule: Rule) -> tuple[Bound, ...]:
    """The thresholds that a rule and its parts hold a quantity against."""
    match rule:
        case Steps(steps=steps):
            bounds = (b for s in steps for b in (s.at_least, s.above, s.at_most, s.below))
            return tuple(each for each in bounds if each is not None)
        case Proportional(from_=low, full_at=full):
            return (low, full)
        case Line(through=(first, second)):
            return (first.at, second.at)
        case SumOf(parts=parts) | BestOf(parts=parts):
            return tuple(each for part in parts for each in rule_bounds(part))
        case Deadline() | Choice() | YesNo() | AllOf() | PerItem() | Deduct() | RelativeToBest():
            return ()
        case Answers() | Satisfied() | Judged() | Formula():
            return ()
        case _:
            assert_never(rule)


def rule_targets(rule: Rule) -> tuple[str, ...]:
    """Ids of the targets that a rule takes bounds from or holds results against."""
    bounds = (bound.target for bound in rule_bounds(rule))
    results = (of.attained[1] for of in rule_quantities(rule) if isinstance(of, Attained))
    return (*(name for name in bounds if name is not None), *results)


def rule_tasks(rule: Rule) -> tuple[str, ...]:
    """Ids of the plan's tasks whose due days a rule and its parts take for tiers."""
    match rule:
        case Deadline(tiers=tiers):
            return tuple(tier.by.task for tier in tiers if isinstance(tier.by, TaskDay))
        case SumOf(parts=parts) | BestOf(parts=parts):
            return tuple(task for part in parts for task in rule_tasks(part))
        case _:
            return ()
