"""The plan (kế hoạch): what a province set itself for the year, and who owes what by when.

Frozen data, read by `criteria.plan.load`.  Nothing here counts or scores.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from criteria.plan.deadlines import DEADLINE_EXAMPLES, Deadline, Unstated, read_deadline
from criteria.scalars import Bound, BoundValue, Plain, Text, date, text, whole

Comparison: TypeAlias = Literal["at_least", "above", "at_most", "below", "exactly"]
COMPARISONS: tuple[Comparison, ...] = ("at_least", "above", "at_most", "below", "exactly")

Kind: TypeAlias = Literal["tasks", "reports"]
"""What a unit can owe: tasks of the annex (nhiệm vụ), periodic reports (báo cáo định kỳ)."""
KINDS: tuple[Kind, ...] = ("tasks", "reports")


OTHERS = "others"
"""The group of bodies that a plan speaks of and nobody scores (police, broadcasters)."""
GROUPS = frozenset({"departments", "districts", "communes", OTHERS})
"""Groups of units that every plan may speak of."""
PROVINCE = "province"
"""Stands for the province as a whole, where a target binds it."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_LAST_YEAR = 2200


def _plan_day(value: Any) -> datetime.date:
    day = date(value)
    if not 1990 <= day.year <= _LAST_YEAR:
        raise PydanticCustomError("date-wanted", "{value}", {"value": day.isoformat()})
    return day


PlanDay: TypeAlias = Annotated[
    datetime.date,
    PlainValidator(_plan_day),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
]
"""A day of the years that a plan can have, so that its weeks can be counted."""


def _deadline(value: Any, info: ValidationInfo) -> Deadline:
    if isinstance(value, Deadline):
        return value
    if isinstance(value, Plain) and value.tag == "timestamp":
        words = date(value).isoformat()
    elif isinstance(value, Plain) and value.tag == "int":
        words = value.text
    else:
        words = text(value)
    assert info.context is not None  # deadlines are read between the days of their plan
    starts, ends = info.context["days"]
    found = read_deadline(words, starts, ends)
    if found is None:
        values = {"value": words, "examples": "; ".join(DEADLINE_EXAMPLES)}
        raise PydanticCustomError("deadline-unknown", "{value}", values)
    return found


DeadlineValue: TypeAlias = Annotated[
    Deadline, PlainValidator(_deadline), WithJsonSchema({"type": ["string", "integer"]})
]
"""A deadline as the plan spells it (`Quý II/2018`), read by `criteria.plan.deadlines`."""

NO_DEADLINE = Deadline("", (Unstated(),))


def _texts(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


Texts: TypeAlias = Annotated[
    tuple[Text, ...],
    BeforeValidator(_texts),
    Field(min_length=1),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1},
            ]
        }
    ),
]
"""One text, or a list of them."""


class Policy(_Data):
    """How work without a day of its own counts, where the plan leaves it open (quy ước tính).

    `yearly`: once a year, due on its last day.  `when_set`: once `due` gives the day.
    `repeated: all` counts a task that comes back once: done when all its instances are.
    """

    continuous: Literal["yearly", "leave_out"] = "yearly"
    conditional: Literal["when_set", "yearly", "leave_out"] = "when_set"
    unstated: Literal["when_set", "yearly", "leave_out"] = "when_set"
    repeated: Literal["each", "all"] = "each"


class Section(_Data):
    """A part of the annex (mục), and the field of reform (lĩnh vực) that it belongs to."""

    id: Text
    title: Text
    field: Text | None = None


class PlanTarget(_Data):
    """A number that the plan sets (chỉ tiêu), and whom it binds."""

    title: Text
    at_least: BoundValue | None = None
    above: BoundValue | None = None
    at_most: BoundValue | None = None
    below: BoundValue | None = None
    exactly: BoundValue | None = None
    measure: Text | None = None
    """Unit of measurement (đơn vị tính) of a plain number."""
    binds: Texts = ()
    """Groups or units that must reach it; `province` for the province as a whole."""
    by: DeadlineValue | None = None
    basis: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one_comparison(self) -> PlanTarget:
        given = [name for name in COMPARISONS if getattr(self, name) is not None]
        if len(given) != 1:
            raise PydanticCustomError("target-comparison", "", {"given": ", ".join(given) or "-"})
        return self

    @property
    def comparison(self) -> Comparison:
        """How a result is held against `value`."""
        return next(name for name in COMPARISONS if getattr(self, name) is not None)

    @property
    def value(self) -> Bound:
        bound: Bound = getattr(self, self.comparison)
        return bound


class _Owed(_Data):
    id: Text
    title: Text
    lead: Text | None = None
    """Who owes it (cơ quan chủ trì), in the plan's words."""
    deadline: DeadlineValue = NO_DEADLINE
    due: PlanDay | None = None
    """The day, fixed by hand once a condition has come about; it goes before `deadline`."""
    basis: Text | None = None
    note: Text | None = None


class Task(_Owed):
    """One line of the annex (nhiệm vụ)."""

    section: Text
    product: Text | None = None
    partners: Text | None = None
    """Who helps (cơ quan phối hợp), in the plan's words."""
    approved_by: Text | None = None


class Report(_Owed):
    """A report that comes back (báo cáo định kỳ)."""


class Plan(_Data):
    """Everything that one plan asks for."""

    parindex_plan: Annotated[Literal[1], BeforeValidator(whole)]
    id: Text
    title: Text
    number: Text | None = None
    signed: PlanDay
    province: Text
    starts: PlanDay
    ends: PlanDay
    note: Text | None = None
    policy: Policy = Policy()
    aliases: dict[Text, Texts] = Field(default_factory=dict)
    """Names of bodies in this plan beyond the common table: unit or group ids."""
    sections: tuple[Section, ...] = ()
    targets: dict[Text, PlanTarget] = Field(default_factory=dict)
    tasks: tuple[Task, ...] = ()
    reports: tuple[Report, ...] = ()

    def of_kind(self, kind: Kind) -> tuple[Task | Report, ...]:
        return self.tasks if kind == "tasks" else self.reports

    def owed(self) -> Iterator[tuple[Kind, Task | Report]]:
        """All tasks, then all reports."""
        for kind in KINDS:
            for owed in self.of_kind(kind):
                yield kind, owed

    def find(self, owed_id: str) -> Task | Report | None:
        """The task or report of an id; ids are unique over both."""
        return next((each for _, each in self.owed() if each.id == owed_id), None)

    def section(self, section_id: str) -> Section | None:
        return next((each for each in self.sections if each.id == section_id), None)


def days_of(starts: Any, ends: Any) -> tuple[datetime.date, datetime.date] | None:
    """First and last day of a plan from raw values; None where either cannot be read."""
    try:
        return _plan_day(starts), _plan_day(ends)
    except PydanticCustomError:
        return None
