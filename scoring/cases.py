"""Worked cases (ví dụ tính sẵn) of a set: scored, and held against what they say."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, assert_never

from criteria.exact import decimals_needed, fixed_from_scaled, round_half_up, shortest
from criteria.load import Source
from criteria.model import Case, CriteriaSet, Input
from criteria.problems import Problem
from criteria.scalars import Plain
from criteria.scalars import date as read_date
from criteria.scalars import number as read_number
from criteria.scalars import yes_no as read_yes_no
from inputs.facts import UnitAnswers, Value, facts_of, set_task_columns
from scoring.ledger import leaf_results
from scoring.score import Scores, score_set
from scoring.terms import NANO


def check_cases(criteria_set: CriteriaSet, source: Source) -> tuple[Problem, ...]:
    """Every case of the set that does not hold, or whose answers cannot be read."""
    problems: list[Problem] = []
    for position, case in enumerate(criteria_set.cases):
        place = source.place("cases", position)
        values, code = {"name": case.name}, "case-unreadable"
        try:
            differences = _differences(criteria_set, case)
        except (ValueError, OverflowError) as error:
            values |= {"reason": str(error)}
            problems.append(Problem(code, place, values, criterion=case.leaf, set=criteria_set.id))
            continue
        for what, expected, found in differences:
            shown = values | {"what": what, "expected": expected, "found": found}
            problems.append(
                Problem("case-fails", place, shown, criterion=case.leaf, set=criteria_set.id)
            )
    return tuple(problems)


def _differences(criteria_set: CriteriaSet, case: Case) -> list[tuple[str, str, str]]:
    """(what, expected, found) for everything that comes out otherwise."""
    units = [case_unit(criteria_set, case, case.answers, "case")]
    units += [
        case_unit(criteria_set, case, answers, f"other {index}")
        for index, answers in enumerate(case.others)
    ]
    scores = score_set(facts_of(criteria_set, units))
    return _of_leaf(scores, case) if case.leaf is not None else _of_unit(scores, case)


def _of_leaf(scores: Scores, case: Case) -> list[tuple[str, str, str]]:
    term = next(term for term in scores.terms if term.item.id == case.leaf)
    result = leaf_results(scores, term)[0]
    found: list[tuple[str, str, str]] = []
    if case.state is not None and case.state != result.state:
        found.append(("state", case.state, result.state))
    if case.points is not None and not _same(case.points, result.points):
        earned = "-" if result.points is None else shortest(result.points)
        found.append(("points", shortest(case.points), earned))
    if case.maximum is not None and case.maximum != result.maximum:
        whole = "-" if result.maximum is None else shortest(result.maximum)
        found.append(("maximum", shortest(case.maximum), whole))
    return found


def _of_unit(scores: Scores, case: Case) -> list[tuple[str, str, str]]:
    row = scores.frame.row(0, named=True)
    rounding = scores.facts.set.rounding
    places = {"points": scores.facts.set.printed_points, "index": rounding.index}
    found: list[tuple[str, str, str]] = []
    for what, expected in (("points", case.points), ("index", case.index)):
        if expected is None:
            continue
        decimals = places[what]
        printed = row[what]
        if printed is None or round_half_up(expected, decimals) * 10**decimals != printed:
            shown = "-" if printed is None else fixed_from_scaled(printed, decimals)
            found.append((what, shortest(expected), shown))
    maximum = Fraction(row["maximum"], NANO)
    if case.maximum is not None and case.maximum != maximum:
        found.append(("maximum", shortest(case.maximum), shortest(maximum)))
    if case.grade is not None and case.grade != row["grade"]:
        found.append(("grade", case.grade, row["grade"] or "-"))
    return found


def _same(expected: Fraction, found: Fraction | None) -> bool:
    """Equal; a case that writes six or more decimals is compared at its own decimals."""
    if found is None:
        return False
    decimals = decimals_needed(expected) or 0
    return expected == found or (decimals >= 6 and round_half_up(found, decimals) == expected)


def case_unit(
    criteria_set: CriteriaSet, case: Case, answers: Mapping[str, Any], name: str
) -> UnitAnswers:
    """The answers of a case as those of a unit; attributes it does not name are yes."""
    values = {each: case_value(criteria_set.inputs[each], raw) for each, raw in answers.items()}
    attributes = dict.fromkeys(criteria_set.attributes, True) | dict(case.attributes)
    for each, declared in criteria_set.inputs.items():
        value, limit = values.get(each), values.get(declared.at_most or "")
        if isinstance(value, Fraction) and isinstance(limit, Fraction) and value > limit:
            raise ValueError(f"{each} > {declared.at_most}")
    tasks = {column.name: 0 for column in set_task_columns(criteria_set)}
    return UnitAnswers(name, values, attributes=attributes, tasks=tasks)


def case_value(declared: Input, raw: Any) -> Value:
    """The value of one answer in a case; None is a missing answer.

    Raises: ValueError when it is not of the input's type.
    """
    if raw is None:
        return None
    match declared.type:
        case "count" | "amount" | "percent" | "points":
            return _in_range(declared, read_number(raw))
        case "date":
            value: datetime.date = read_date(raw)
            return value
        case "yes_no":
            return read_yes_no(raw)
        case "choice":
            if raw not in (declared.options or ()):
                raise ValueError(f"{raw.text if isinstance(raw, Plain) else raw}")
            return str(raw)
        case "tally":
            if not isinstance(raw, Mapping) or set(raw) != set(declared.options or ()):
                raise ValueError(", ".join(declared.options or ()))
            return {option: int(read_number(count)) for option, count in raw.items()}
        case _:
            assert_never(declared.type)


def _in_range(declared: Input, value: Fraction) -> Fraction:
    """The number, if a table of answers would take it.

    Raises: ValueError.
    """
    if declared.type == "count" and (value.denominator != 1 or value < 0):
        raise ValueError(shortest(value))
    if declared.range is not None:
        low, high = declared.range
    else:
        low, high = Fraction(0), Fraction(100)
    limited = declared.range is not None or declared.type == "percent"
    if limited and not low <= value <= high:
        raise ValueError(f"{shortest(value)}: {shortest(low)}..{shortest(high)}")
    return value
