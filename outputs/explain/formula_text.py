"""Formulas on paper: `4 × min(1; (8 + 0,5 × 2) ÷ 10)`, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import assert_never

from criteria.formula import Expression, Extreme, Name, Number, Operation
from outputs.explain.voice import Voice

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_RANK = {"+": 1, "-": 1, "*": 2, "/": 2}
_ATOM = 3


def spell(tree: Expression, name: Callable[[str], str], voice: Voice) -> str:
    """The formula with every input written as `name` says, brackets only where they matter."""
    return _spell(tree, name, voice)[0]


def _spell(tree: Expression, name: Callable[[str], str], voice: Voice) -> tuple[str, int]:
    match tree:
        case Number(value=value):
            return voice.exact(value), _ATOM
        case Name(name=named):
            return name(named), _ATOM
        case Extreme(which=which, parts=parts):
            # A comma is the decimal mark of Vietnamese print, so there a semicolon separates.
            mark = "; " if voice.language == "vi" else ", "
            return f"{which}({mark.join(_spell(p, name, voice)[0] for p in parts)})", _ATOM
        case Operation(sign=sign, left=left, right=right):
            rank = _RANK[sign]
            first, first_rank = _spell(left, name, voice)
            second, second_rank = _spell(right, name, voice)
            if first_rank < rank:
                first = f"({first})"
            if second_rank <= rank and not (sign == "+" and second_rank == rank):
                second = f"({second})"
            return f"{first} {_SIGNS[sign]} {second}", rank
        case _:
            assert_never(tree)


def value_of(tree: Expression, numbers: Mapping[str, Fraction]) -> Fraction:
    """What the formula comes to.

    Raises: ZeroDivisionError where something is divided by 0.
    """
    match tree:
        case Number(value=value):
            return value
        case Name(name=name):
            return numbers[name]
        case Extreme(which=which, parts=parts):
            values = [value_of(part, numbers) for part in parts]
            return min(values) if which == "min" else max(values)
        case Operation(sign=sign, left=left, right=right):
            a, b = value_of(left, numbers), value_of(right, numbers)
            match sign:
                case "+":
                    return a + b
                case "-":
                    return a - b
                case "*":
                    return a * b
                case "/":
                    return a / b
                case _:
                    assert_never(sign)
        case _:
            assert_never(tree)
