"""The assessment of one year (kỳ chấm điểm): sets, units, calendar, reviewers, policy.

Frozen data, read by `criteria.assessment.load` from `assessment.yaml`.  Nothing here scores.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from criteria.plan.model import PlanDay
from criteria.scalars import Text, Whole, YesNo, whole

Stage: TypeAlias = Literal["self", "review", "appeal", "final"]
"""Tự chấm, thẩm định, giải trình, kết quả cuối cùng."""
STAGES: tuple[Stage, ...] = ("self", "review", "appeal", "final")


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Calendar(_Data):
    """The last day of each stage (hạn chót); what comes later is marked late."""

    self: PlanDay
    review: PlanDay
    appeal: PlanDay


class Reviewer(_Data):
    """A reviewing agency (cơ quan thẩm định).

    `of: parent`: each unit is reviewed by the unit above it (a commune by its district).
    """

    title: Text
    of: Literal["parent"] | None = None


class Policy(_Data):
    """What happens where people differ in habits.

    `late`: facts of a stage that is closed are refused, or taken and marked late.  `faulty`: of a
    workbook with problems the good cells are kept, or the whole of it is held back.
    """

    late: Literal["refuse", "mark"] = "refuse"
    faulty: Literal["keep", "hold"] = "keep"


class Assessment(_Data):
    """Everything that a year's scoring agrees on before the first workbook goes out."""

    parindex_assessment: Annotated[Literal[1], BeforeValidator(whole)]
    id: Text
    title: Text
    province: Text
    year: Annotated[Whole, Field(ge=1990, le=2200)]
    generated: YesNo = False
    """The answers are illustrative, and it is said wherever they are shown."""
    sets: dict[Text, Text] = Field(min_length=1)
    """Group of units -> file of its criteria set, beside this file."""
    units: Text
    calendar: Calendar
    contact: Text
    """Whom a clerk may ask: office, telephone, e-mail."""
    coordinator: Text
    """The agency that reviews what names no reviewer."""
    reviewers: dict[Text, Reviewer]
    policy: Policy = Policy()

    def reviewer_of(self, named: str | None) -> str:
        """The agency behind `reviewed_by`."""
        return named or self.coordinator
