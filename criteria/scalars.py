"""The small typed values of the criteria language: exact numbers, texts, bounds, points, dates.

A plain YAML scalar that YAML itself would turn into something else than text (a number, a date,
`no`) arrives here as `Plain`; each type says which of them it takes.  So `0.1` is one tenth and
never a float, and a title that reads `no` is refused instead of becoming a boolean.
"""

import datetime
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from criteria.exact import parse_plain, shortest


@dataclass(frozen=True, slots=True)
class Plain:
    """An unquoted YAML scalar that is not text: `tag` is int, float, bool, null or timestamp."""

    text: str
    tag: str


@dataclass(frozen=True, slots=True)
class Bound:
    """A threshold as written: `95%` (percent) or 0.95.  `value` is the exact plain number.

    `target`: the target of the plan that it was taken from.
    """

    value: Fraction
    percent: bool
    target: str | None = None

    def __str__(self) -> str:
        return f"{shortest(self.value * 100)}%" if self.percent else shortest(self.value)


PLAIN_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
"""Ids that people type into tables and file names: no blanks, no accents."""

MAXIMUM: Literal["maximum"] = "maximum"
"""The word that stands for the leaf's (or part's) maximum wherever points are written."""


def _spelling(value: object) -> str:
    return value.text if isinstance(value, Plain) else str(value)


def number(value: Any) -> Fraction:
    """An exact number, from Python or from an unquoted YAML scalar."""
    if isinstance(value, bool | float):
        raise PydanticCustomError("number-wanted", "{value}", {"value": str(value)})
    if isinstance(value, Fraction | int):
        return Fraction(value)
    if isinstance(value, Plain) and value.tag in ("int", "float"):
        parsed = parse_plain(value.text)
        if parsed is not None:
            return parsed
    raise PydanticCustomError("number-wanted", "{value}", {"value": _spelling(value)})


def text(value: Any) -> str:
    """Text that YAML cannot have taken for something else."""
    if isinstance(value, Plain):
        if value.tag == "null":
            raise PydanticCustomError("empty-value", "", {})
        raise PydanticCustomError("ambiguous-scalar", "{value}", {"value": value.text})
    if not isinstance(value, str):
        raise PydanticCustomError("text-wanted", "{value}", {"value": _kind(value)})
    if not value.strip():
        raise PydanticCustomError("empty-value", "", {})
    return value


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "{...}"
    if isinstance(value, list | tuple):
        return "[...]"
    return _spelling(value)


def bound(value: Any) -> Bound:
    """A threshold, from Python or from a YAML scalar."""
    if isinstance(value, Bound):
        return value
    if isinstance(value, str) and value.endswith("%"):
        parsed = parse_plain(value[:-1].strip())
        if parsed is not None:
            return Bound(parsed / 100, percent=True)
        raise PydanticCustomError("bound-wanted", "{value}", {"value": value})
    try:
        return Bound(number(value), percent=False)
    except PydanticCustomError:
        raise PydanticCustomError("bound-wanted", "{value}", {"value": _kind(value)}) from None


def _points(value: Any) -> Fraction | Literal["maximum"]:
    if value == MAXIMUM:
        return MAXIMUM
    try:
        return number(value)
    except PydanticCustomError:
        raise PydanticCustomError("points-wanted", "{value}", {"value": _kind(value)}) from None


def date(value: Any) -> datetime.date:
    """A day, from Python or as year-month-day."""
    if isinstance(value, datetime.date):
        return value
    text = _spelling(value)
    try:
        if len(text) != len("2017-01-31"):
            raise ValueError
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise PydanticCustomError("date-wanted", "{value}", {"value": text}) from None


def yes_no(value: Any) -> bool:
    """Yes or no, from Python or from an unquoted YAML scalar."""
    if isinstance(value, bool):
        return value
    if isinstance(value, Plain) and value.tag == "bool":
        return value.text.lower() in ("yes", "true", "on")
    raise PydanticCustomError("yes-no-wanted", "{value}", {"value": _spelling(value)})


def whole(value: Any) -> int:
    """A whole number, from Python or from an unquoted YAML scalar."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, Plain) and value.tag == "int" and value.text.lstrip("-").isdigit():
        return int(value.text)
    raise PydanticCustomError("whole-number-wanted", "{value}", {"value": _kind(value)})


def _any_scalar(value: Any) -> Any:
    """A value whose type another declaration decides (the answers of a worked case)."""
    if isinstance(value, Plain) and value.tag == "null":
        return None
    return value


NUMBER_OR_PERCENT: dict[str, list[dict[str, str]]] = {
    "anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?\s*%$"}]
}

Number: TypeAlias = Annotated[Fraction, PlainValidator(number), WithJsonSchema({"type": "number"})]
Text: TypeAlias = Annotated[
    str, PlainValidator(text), WithJsonSchema({"type": "string", "minLength": 1})
]
BoundValue: TypeAlias = Annotated[
    Bound, PlainValidator(bound), WithJsonSchema({**NUMBER_OR_PERCENT})
]
Points: TypeAlias = Annotated[
    Fraction | Literal["maximum"],
    PlainValidator(_points),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": "maximum"}]}),
]
Date: TypeAlias = Annotated[
    datetime.date,
    PlainValidator(date),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
YesNo: TypeAlias = Annotated[bool, PlainValidator(yes_no), WithJsonSchema({"type": "boolean"})]
Whole: TypeAlias = Annotated[int, PlainValidator(whole), WithJsonSchema({"type": "integer"})]
CaseValue: TypeAlias = Annotated[Any, PlainValidator(_any_scalar), WithJsonSchema({})]
