"""The criteria language read aloud (trọng tài): one unit, one leaf, one value at a time.

Slow and obvious on purpose, in `fractions.Fraction` throughout.  polars, DuckDB and the workbook
formulas are checked against this file, so it shares no code with `scoring`: it knows the declared
data (`criteria`) and a unit's answers (`inputs.facts.UnitAnswers`), and nothing else of ours.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from criteria.formula import Expression, Extreme, Name, Number, Operation, parse_formula
from criteria.model import Adjustment, CriteriaSet, Group, Leaf
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Count,
    Quantity,
    Ratio,
    Sum,
    TaskNumber,
    Tasks,
    TaskShare,
)
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
    Step,
    Steps,
    SumOf,
    YesNo,
)
from inputs.facts import UnitAnswers

ZERO = Fraction(0)

State: TypeAlias = Literal["scored", "not_applicable", "given", "missing", "pending", "refused"]


@dataclass(frozen=True)
class LeafResult:
    """What one leaf gives one unit; no points and no maximum where it is not applicable."""

    state: State
    points: Fraction | None
    maximum: Fraction | None


@dataclass(frozen=True)
class UnitResult:
    """Everything that is published of one unit.  `points` leaves the adjustments out."""

    leaves: Mapping[str, LeafResult]
    adjustments: Mapping[str, Fraction]
    fields: Mapping[str, Fraction]
    points: Fraction
    maximum: Fraction
    index: Fraction | None
    printed_index: str | None
    printed_points: str
    printed_fields: Mapping[str, str]
    rank: int | None
    grade: str | None
    status: Literal["ranked", "unranked", "pending", "no_maximum"]


class Lack(Enum):
    """Why there is no number to score."""

    MISSING = "an answer that is needed was not reported"
    NONE = "the quantity does not exist: nothing to divide by, nobody answered, no task due"


@dataclass(frozen=True)
class _Reading:
    """What lies on the table while one leaf or adjustment of one unit is read."""

    criteria_set: CriteriaSet
    unit: UnitAnswers
    group: Sequence[UnitAnswers]
    item: Leaf | Adjustment


def score(criteria_set: CriteriaSet, units: Sequence[UnitAnswers]) -> dict[str, UnitResult]:
    """The results of all units of the set's group, by unit id, in the order given."""
    alone = {unit.unit: _unit(criteria_set, unit, units) for unit in units}
    return {
        unit: replace(result, rank=_rank(criteria_set, result, alone.values()))
        for unit, result in alone.items()
    }


# --- one unit -------------------------------------------------------------------------------


def _unit(criteria_set: CriteriaSet, unit: UnitAnswers, group: Sequence[UnitAnswers]) -> UnitResult:
    leaves: dict[str, LeafResult] = {}
    for field in criteria_set.fields:
        for leaf in _leaves_under(field):
            leaves[leaf.id] = _leaf(_Reading(criteria_set, unit, group, leaf), leaf)

    waiting = any(result.state == "pending" for result in leaves.values())
    adjustments: dict[str, Fraction] = {}
    for adjustment in criteria_set.adjustments:
        reading = _Reading(criteria_set, unit, group, adjustment)
        adjustments[adjustment.id] = _adjustment(reading, adjustment)
        undecided = adjustment.id not in unit.given
        waiting = waiting or (undecided and _set_aside(reading) == "pending")

    fields = {field.id: _points_under(field, leaves) for field in criteria_set.fields}
    points = sum(fields.values(), ZERO)
    maximum = sum((result.maximum or ZERO for result in leaves.values()), ZERO)

    index: Fraction | None
    if maximum == 0:
        index = None
    elif criteria_set.not_applicable == "flat":
        index = 100 * points / maximum
    else:
        index = 100 * _nested_share(criteria_set, leaves)
    if index is not None:
        index += _together(criteria_set, adjustments)

    places = criteria_set.rounding.index
    return UnitResult(
        leaves=leaves,
        adjustments=adjustments,
        fields=fields,
        points=points,
        maximum=maximum,
        index=index,
        printed_index=None if index is None else printed(index, places),
        printed_points=printed(points, criteria_set.printed_points),
        printed_fields={
            field: printed(value, criteria_set.printed_points) for field, value in fields.items()
        },
        rank=None,
        grade=None if index is None else _grade(criteria_set, unit, index),
        status=_status(unit, maximum, waiting),
    )


def _status(
    unit: UnitAnswers, maximum: Fraction, waiting: bool
) -> Literal["ranked", "unranked", "pending", "no_maximum"]:
    if maximum == 0:
        return "no_maximum"
    if not unit.ranked:
        return "unranked"
    if waiting:  # something that counts for the index is not reviewed yet
        return "pending"
    return "ranked"


def _leaves_under(criterion: Group | Leaf) -> list[Leaf]:
    if isinstance(criterion, Leaf):
        return [criterion]
    found: list[Leaf] = []
    for child in criterion.criteria:
        found += _leaves_under(child)
    return found


def _points_under(criterion: Group | Leaf, leaves: Mapping[str, LeafResult]) -> Fraction:
    """Points are sums; a leaf that is not applicable adds nothing."""
    total = ZERO
    for leaf in _leaves_under(criterion):
        total += leaves[leaf.id].points or ZERO
    return total


def _full_maximum(criterion: Group | Leaf) -> Fraction:
    """What the criterion weighs, whatever applies to this unit."""
    total = ZERO
    for leaf in _leaves_under(criterion):
        total += leaf.maximum
    return total


def _share(criterion: Group | Leaf, leaves: Mapping[str, LeafResult]) -> Fraction | None:
    """Which share of the criterion is achieved; None where nothing in it is applicable."""
    if isinstance(criterion, Leaf):
        points = leaves[criterion.id].points
        return None if points is None else points / criterion.maximum
    return _weighted(criterion.criteria, leaves)


def _weighted(
    criteria: Sequence[Group | Leaf], leaves: Mapping[str, LeafResult]
) -> Fraction | None:
    """The mean of the children's shares, each weighing its full maximum, where it has a share."""
    achieved, weight = ZERO, ZERO
    for child in criteria:
        share = _share(child, leaves)
        if share is not None:
            achieved += _full_maximum(child) * share
            weight += _full_maximum(child)
    return None if weight == 0 else achieved / weight


def _nested_share(criteria_set: CriteriaSet, leaves: Mapping[str, LeafResult]) -> Fraction:
    share = _weighted(criteria_set.fields, leaves)
    assert share is not None  # asked only of a unit with some applicable maximum
    return share


def _together(criteria_set: CriteriaSet, adjustments: Mapping[str, Fraction]) -> Fraction:
    """All adjustments in index points; together no further from 0 than the limit."""
    total = sum(adjustments.values(), ZERO)
    limit = criteria_set.adjustments_limit
    if limit is None:
        return total
    return min(max(total, -limit), limit)


def _grade(criteria_set: CriteriaSet, unit: UnitAnswers, index: Fraction) -> str | None:
    """The first grade that holds; a grade with an `unless` in force is passed over."""
    looked_at = index
    if criteria_set.grade_on == "printed":
        looked_at = rounded(index, criteria_set.rounding.index)
    for grade in criteria_set.grades:
        if any(_says_yes(unit, name) for name in grade.unless):
            continue
        if grade.at_least is None or looked_at >= grade.at_least:
            return grade.name
    return None


def _says_yes(unit: UnitAnswers, name: str) -> bool:
    """Only an answer in force forbids a grade: a yes that was reported and stands."""
    return unit.answers.get(name) is True and unit.statuses.get(name) is None


def _rank(
    criteria_set: CriteriaSet, result: UnitResult, everybody: Collection[UnitResult]
) -> int | None:
    if result.status not in ("ranked", "pending"):
        return None
    places = criteria_set.rounding.index

    def compared(one: UnitResult) -> Fraction:
        assert one.index is not None  # whoever has a maximum has an index
        if criteria_set.rank.on == "printed":
            return rounded(one.index, places)
        return one.index

    better = [
        compared(other)
        for other in everybody
        if other.status in ("ranked", "pending") and compared(other) > compared(result)
    ]
    if criteria_set.rank.ties == "dense":
        return 1 + len(set(better))
    return 1 + len(better)


# --- one leaf or adjustment -----------------------------------------------------------------


def _leaf(reading: _Reading, leaf: Leaf) -> LeafResult:
    aside = _set_aside(reading)
    if aside == "not_applicable":
        return LeafResult("not_applicable", None, None)
    earned = _earned(leaf.rule, leaf.maximum, reading, part_of_sum=False)
    left_out = aside is None and earned is Lack.NONE and leaf.when_none == "exclude"
    if leaf.id in reading.unit.given and not left_out:  # whatever the answers say
        given = reading.unit.given[leaf.id]
        return LeafResult("given", _round_points(reading, given), leaf.maximum)
    if aside is not None:
        return LeafResult(aside, ZERO, leaf.maximum)
    match earned:
        case Lack.MISSING:
            return LeafResult("missing", ZERO, leaf.maximum)
        case Lack.NONE if leaf.when_none == "exclude":
            return LeafResult("not_applicable", None, None)
        case Lack.NONE if leaf.when_none == "full":
            points = leaf.maximum
        case Lack.NONE:
            points = ZERO
        case _:
            points = _within(earned, leaf.maximum)
    return LeafResult("scored", _round_points(reading, points), leaf.maximum)


def _adjustment(reading: _Reading, adjustment: Adjustment) -> Fraction:
    """A bonus or a penalty counts only when it is applicable, in force and reported.

    One that is applicable counts as a reviewer gave it, if any did.
    """
    aside = _set_aside(reading)
    given = reading.unit.given.get(adjustment.id)
    if given is not None and aside != "not_applicable":
        return _round_points(reading, given)
    if aside is not None:
        return ZERO
    earned = _earned(adjustment.rule, adjustment.maximum, reading, part_of_sum=False)
    if isinstance(earned, Lack):
        return ZERO
    return _round_points(reading, _within(earned, adjustment.maximum))


def _round_points(reading: _Reading, points: Fraction) -> Fraction:
    places = reading.criteria_set.rounding.points
    return points if places is None else rounded(points, places)


def _set_aside(reading: _Reading) -> Literal["not_applicable", "refused", "pending"] | None:
    """The state that keeps the rule from being looked at, if any; the first one here wins."""
    asked = reading.item.applies_to
    if asked is not None and not reading.unit.attributes.get(asked, False):
        return "not_applicable"
    statuses = [reading.unit.statuses.get(name) for name in _inputs_of(reading.item.rule)]
    statuses.append(reading.unit.decided.get(reading.item.id))  # of the whole, like of an input
    if "not_applicable" in statuses:
        return "not_applicable"
    if "refused" in statuses:
        return "refused"
    if "pending" in statuses:
        return "pending"
    return None


def _inputs_of(rule: Rule) -> list[str]:
    """Every input that the rule or one of its parts names."""
    match rule:
        case Steps() | Proportional() | Line() | PerItem() | Deduct() | RelativeToBest():
            return _inputs_of_quantity(rule.of)
        case Deadline() | Choice() | YesNo() | Answers() | Satisfied() | Judged():
            return [rule.of]
        case AllOf():
            return list(rule.of)
        case SumOf() | BestOf():
            return [name for part in rule.parts for name in _inputs_of(part)]
        case Formula():
            return _inputs_of_formula(parse_formula(rule.of))
        case _:
            assert_never(rule)


def _inputs_of_quantity(quantity: Quantity) -> list[str]:
    match quantity:
        case str():
            return [quantity]
        case Ratio(ratio=(first, second)):
            return _inputs_of_term(first) + _inputs_of_term(second)
        case Complement(complement=(first, second)):
            return _inputs_of_term(first) + _inputs_of_term(second)
        case Change(change=(first, second)):
            return _inputs_of_term(first) + _inputs_of_term(second)
        case Sum():
            return list(quantity.sum)
        case Attained(attained=(result, _)):
            return [result]
        case Tasks() | Count():
            return []
        case _:
            assert_never(quantity)


def _inputs_of_term(term: str | Sum) -> list[str]:
    return list(term.sum) if isinstance(term, Sum) else [term]


def _inputs_of_formula(tree: Expression) -> list[str]:
    match tree:
        case Number():
            return []
        case Name():
            return [] if tree.name == "maximum" else [tree.name]
        case Operation():
            return _inputs_of_formula(tree.left) + _inputs_of_formula(tree.right)
        case Extreme():
            return [name for part in tree.parts for name in _inputs_of_formula(part)]
        case _:
            assert_never(tree)


# --- one rule -------------------------------------------------------------------------------


def _earned(
    rule: Rule, maximum: Fraction, reading: _Reading, *, part_of_sum: bool
) -> Fraction | Lack:
    """What a rule or part earns within its own maximum, or why it earns nothing.

    Below 0 (or, in a penalty, above it) goes only a `per_item` that is directly a part of a sum.
    """
    match rule:
        case Steps():
            x = _quantity(rule.of, reading)
            if isinstance(x, Lack):
                return x
            for step in rule.steps:
                if _holds(step, x):
                    return _within(_stated(step.points, maximum), maximum)
            return ZERO

        case Proportional():
            x = _quantity(rule.of, reading)
            if isinstance(x, Lack):
                return x
            if x >= rule.full_at.value:
                return maximum
            if x >= rule.from_.value:
                coefficient = maximum if rule.coefficient is None else rule.coefficient
                return _within(coefficient * x / rule.full_at.value, maximum)
            return ZERO

        case Line():
            x = _quantity(rule.of, reading)
            if isinstance(x, Lack):
                return x
            left, right = rule.through
            if left.at.value > right.at.value:
                left, right = right, left
            x0, p0 = left.at.value, _stated(left.points, maximum)
            x1, p1 = right.at.value, _stated(right.points, maximum)
            if x <= x0:
                return _within(p0, maximum)
            if x >= x1:
                return _within(p1, maximum)
            return _within(p0 + (p1 - p0) * (x - x0) / (x1 - x0), maximum)

        case Deadline():
            date = reading.unit.answers.get(rule.of)
            if date is None:
                return Lack.MISSING
            assert isinstance(date, datetime.date)
            for tier in rule.tiers:
                if date <= tier.by:
                    return _within(_stated(tier.points, maximum), maximum)
            return ZERO

        case Choice():
            option = reading.unit.answers.get(rule.of)
            if option is None:
                return Lack.MISSING
            return _within(_stated(rule.points[str(option)], maximum), maximum)

        case YesNo():
            answer = reading.unit.answers.get(rule.of)
            if answer is None:
                return Lack.MISSING
            return maximum if answer is True else ZERO

        case AllOf():
            answers = [reading.unit.answers.get(name) for name in rule.of]
            if None in answers:
                return Lack.MISSING
            return maximum if all(answer is True for answer in answers) else ZERO

        case PerItem():
            x = _quantity(rule.of, reading)
            if isinstance(x, Lack):
                return x
            points = x * rule.points
            if part_of_sum:
                return min(points, maximum) if maximum >= 0 else max(points, maximum)
            return _within(points, maximum)

        case Deduct():
            x = _quantity(rule.of, reading)
            if isinstance(x, Lack):
                return x
            if rule.points is not None:
                return _within(maximum - x * rule.points, maximum)
            assert rule.percent_of_maximum is not None  # a set states exactly one of the two
            return _within(maximum - x * maximum * rule.percent_of_maximum / 100, maximum)

        case SumOf():
            return _sum_of(rule, maximum, reading)

        case BestOf():
            return _best_of(rule, maximum, reading)

        case RelativeToBest():
            x = _quantity(rule.of, reading)
            if isinstance(x, Lack):
                return x
            best = _largest_in_group(rule.of, reading)
            if best is None or best <= 0:
                return ZERO
            return _within(maximum * x / best, maximum)

        case Answers():
            tally = _tally(rule.of, reading)
            if isinstance(tally, Lack):
                return tally
            weighed = ZERO
            for option, count in tally.items():
                weighed += rule.weights[option] / 100 * count
            return _within(maximum * weighed / sum(tally.values()), maximum)

        case Satisfied():
            tally = _tally(rule.of, reading)
            if isinstance(tally, Lack):
                return tally
            chosen = sum(tally.get(option, 0) for option in rule.options)
            return _within(maximum * Fraction(chosen, sum(tally.values())), maximum)

        case Judged():
            given = _number(rule.of, reading)
            return Lack.MISSING if given is None else _within(given, maximum)

        case Formula():
            try:
                value = _evaluated(parse_formula(rule.of), maximum, reading)
            except _NothingToDivideBy:
                return Lack.NONE
            return Lack.MISSING if value is None else _within(value, maximum)

        case _:
            assert_never(rule)


def _sum_of(rule: SumOf, maximum: Fraction, reading: _Reading) -> Fraction | Lack:
    total, some_scored, some_missing = ZERO, False, False
    for part in rule.parts:
        own = maximum if part.maximum is None else part.maximum
        earned = _earned(part, own, reading, part_of_sum=True)
        if earned is Lack.MISSING:
            # Who keeps quiet about what takes points away must not be better off for it.
            if maximum > 0 and isinstance(part, PerItem) and part.points < 0:
                return Lack.MISSING
            some_missing = True
        elif isinstance(earned, Fraction):
            some_scored = True
            total += earned
    if some_scored:
        return _within(total, maximum)
    return Lack.MISSING if some_missing else Lack.NONE


def _best_of(rule: BestOf, maximum: Fraction, reading: _Reading) -> Fraction | Lack:
    candidates: list[Fraction] = []
    some_scored, some_missing = False, False
    for part in rule.parts:
        own = maximum if part.maximum is None else part.maximum
        earned = _earned(part, own, reading, part_of_sum=False)
        if isinstance(earned, Fraction):
            some_scored = True
            candidates.append(earned)
        else:
            some_missing = some_missing or earned is Lack.MISSING
            candidates.append(ZERO)
    if some_scored:
        return _within(max(candidates), maximum)
    return Lack.MISSING if some_missing else Lack.NONE


def _largest_in_group(quantity: Quantity, reading: _Reading) -> Fraction | None:
    """The largest value among the ranked units that the leaf applies to and that have one."""
    largest: Fraction | None = None
    for other in reading.group:
        theirs = replace(reading, unit=other)
        if not other.ranked or _set_aside(theirs) is not None:
            continue
        x = _quantity(quantity, theirs)
        if isinstance(x, Fraction) and (largest is None or x > largest):
            largest = x
    return largest


def _holds(step: Step, x: Fraction) -> bool:
    if step.at_least is not None and not x >= step.at_least.value:
        return False
    if step.above is not None and not x > step.above.value:
        return False
    if step.at_most is not None and not x <= step.at_most.value:
        return False
    return step.below is None or x < step.below.value


def _stated(points: Fraction | Literal["maximum"], maximum: Fraction) -> Fraction:
    return maximum if points == "maximum" else Fraction(points)


def _within(points: Fraction, maximum: Fraction) -> Fraction:
    """Kept between 0 and the maximum; a penalty's maximum lies below 0."""
    if maximum < 0:
        return max(min(points, ZERO), maximum)
    return min(max(points, ZERO), maximum)


# --- one quantity ---------------------------------------------------------------------------


def _quantity(quantity: Quantity, reading: _Reading) -> Fraction | Lack:
    """The value that a rule looks at; rates are fractions of 1."""
    match quantity:
        case str():
            value = _number(quantity, reading)
            return Lack.MISSING if value is None else value
        case Ratio(ratio=(first, second)):
            a, b = _term(first, reading), _term(second, reading)
            if b == 0:
                return Lack.NONE
            if a is None or b is None:
                return Lack.MISSING
            return a / b
        case Complement(complement=(first, second)):
            a, b = _term(first, reading), _term(second, reading)
            if b == 0:
                return Lack.NONE
            if a is None or b is None:
                return Lack.MISSING
            return (b - a) / b
        case Change(change=(first, second)):
            now, before = _term(first, reading), _term(second, reading)
            if before == 0:
                return Lack.NONE
            if now is None or before is None:
                return Lack.MISSING
            return (now - before) / before
        case Sum():
            total = _term(quantity, reading)
            return Lack.MISSING if total is None else total
        case Attained(attained=(result, target)):
            value = _number(result, reading)
            if value is None:
                return Lack.MISSING
            return value / reading.criteria_set.targets[target].value.value
        case Tasks(tasks=share):
            tasks_due = _counted("due", share, reading)
            if tasks_due == 0:
                return Lack.NONE
            return Fraction(_counted(share.share, share, reading), tasks_due)
        case Count(count=number):
            return Fraction(_counted(number.which, number, reading))
        case _:
            assert_never(quantity)


def _counted(what: str, of: TaskShare | TaskNumber, reading: _Reading) -> int:
    """How much of what the unit owes is in one state; 0 where nothing of the sort is known."""
    parts = ["tasks"] + (["reports"] if of.of == "reports" else []) + [what]
    parts += [of.section] if of.section else []
    name = ":".join(parts) + (f"@{of.field}" if of.field else "")
    return reading.unit.tasks.get(name, 0)


def _term(term: str | Sum, reading: _Reading) -> Fraction | None:
    """One side of a ratio; None when any of its inputs is missing."""
    total = ZERO
    for name in _inputs_of_term(term):
        value = _number(name, reading)
        if value is None:
            return None
        total += value
    return total


def _number(name: str, reading: _Reading) -> Fraction | None:
    """A reported number; 95 percent is the rate 0.95."""
    value = reading.unit.answers.get(name)
    if value is None:
        return None
    assert isinstance(value, Fraction | int)
    assert not isinstance(value, bool)
    number = Fraction(value)
    if reading.criteria_set.inputs[name].type == "percent":
        return number / 100
    return number


def _tally(name: str, reading: _Reading) -> Mapping[str, int] | Lack:
    tally = reading.unit.answers.get(name)
    if tally is None:
        return Lack.MISSING
    assert isinstance(tally, Mapping)
    return Lack.NONE if sum(tally.values()) == 0 else tally


class _NothingToDivideBy(Exception):
    """A formula divides by zero, so what it describes does not exist."""


def _evaluated(tree: Expression, maximum: Fraction, reading: _Reading) -> Fraction | None:
    """The formula's value; None when it hangs on an answer that was not reported.

    A divisor that is known to be 0 is told first, whatever else is blank: as with a ratio.
    """
    match tree:
        case Number():
            return tree.value
        case Name():
            return maximum if tree.name == "maximum" else _number(tree.name, reading)
        case Operation():
            left = _evaluated(tree.left, maximum, reading)
            right = _evaluated(tree.right, maximum, reading)
            if tree.sign == "/" and right == 0:
                raise _NothingToDivideBy
            if left is None or right is None:
                return None
            match tree.sign:
                case "+":
                    return left + right
                case "-":
                    return left - right
                case "*":
                    return left * right
                case "/":
                    return left / right
                case _:
                    assert_never(tree.sign)
        case Extreme():
            values = [_evaluated(part, maximum, reading) for part in tree.parts]
            known = [value for value in values if value is not None]
            if len(known) < len(values):
                return None
            return min(known) if tree.which == "min" else max(known)
        case _:
            assert_never(tree)


# --- rounding and print ---------------------------------------------------------------------


def rounded(value: Fraction, places: int) -> Fraction:
    """To so many decimals; exactly half goes away from zero.

    >>> rounded(Fraction("0.125"), 2), rounded(Fraction("-0.125"), 2), rounded(Fraction("0.124"), 2)
    (Fraction(13, 100), Fraction(-13, 100), Fraction(3, 25))
    """
    steps = abs(value) * 10**places
    whole = steps.numerator // steps.denominator
    if steps - whole >= Fraction(1, 2):
        whole += 1
    return Fraction(whole if value >= 0 else -whole, 10**places)


def printed(value: Fraction, places: int) -> str:
    """Rounded, with all its decimals and a point.

    >>> printed(Fraction(500, 9), 2), printed(Fraction(-1, 1000), 2), printed(Fraction(7, 2), 0)
    ('55.56', '0.00', '4')
    """
    shown = rounded(value, places)
    digits = str(abs(shown.numerator) * 10**places // shown.denominator)
    sign = "-" if shown < 0 else ""
    if places == 0:
        return sign + digits
    digits = digits.zfill(places + 1)
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
