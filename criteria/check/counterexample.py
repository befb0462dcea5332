"""Counter-examples as worked cases: the finding that can be pasted into the set's own `cases:`."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from criteria.exact import decimals_needed, shortest
from criteria.model import CriteriaSet
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Count,
    Quantity,
    Ratio,
    Sum,
    Tasks,
    term_inputs,
)


def case_text(leaf: str, answers: Mapping[str, str], points: Fraction) -> str:
    """One case of the leaf, as it stands in a criteria set."""
    spelled = ", ".join(f"{name}: {_quoted(value)}" for name, value in answers.items())
    shown = f"{shortest(points)}" if decimals_needed(points) is not None else f"{float(points):.6f}"
    return f'- {{name: "{leaf}", leaf: "{leaf}", answers: {{{spelled}}}, points: {shown}}}'


def _quoted(value: str) -> str:
    return value if value.replace(".", "", 1).replace("-", "").isdigit() else f'"{value}"'


def answers_giving(
    quantity: Quantity, x: Fraction, criteria_set: CriteriaSet
) -> dict[str, str] | None:
    """Answers for which the quantity is exactly `x`; None when the rule reads no plain inputs."""
    match quantity:
        case str():
            declared = criteria_set.inputs.get(quantity)
            percent = declared is not None and declared.type == "percent"
            value = x * 100 if percent else x
            return {quantity: shortest(value)} if decimals_needed(value) is not None else None
        case Ratio(ratio=(a, b)):
            return _pair(a, x.numerator, b, x.denominator)
        case Complement(complement=(a, b)):
            return _pair(a, x.denominator - x.numerator, b, x.denominator)
        case Change(change=(now, before)):
            return _pair(now, x.denominator + x.numerator, before, x.denominator)
        case Sum(sum=names):
            spread = dict.fromkeys(names[1:], "0")
            return {names[0]: shortest(x), **spread}
        case Attained(attained=(name, target_id)):
            target = criteria_set.targets.get(target_id)
            declared = criteria_set.inputs.get(name)
            if target is None or declared is None:
                return None
            value = x * target.value.value * (100 if declared.type == "percent" else 1)
            return {name: shortest(value)} if decimals_needed(value) is not None else None
        case Tasks() | Count():
            return None


def _pair(a: str | Sum, first: int, b: str | Sum, second: int) -> dict[str, str]:
    answers: dict[str, str] = {}
    for term, value in ((b, second), (a, first)):
        names = term_inputs(term)
        answers |= dict.fromkeys(names[1:], "0") | {names[0]: str(value)}
    return answers
