"""The criteria set (bộ tiêu chí): fields, criteria, leaves and how points become an index.

Frozen data, read by `criteria.load`.  Nothing here computes a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag

from criteria.rules import Rule, rule_inputs
from criteria.scalars import BoundValue, CaseValue, Number, Text, Whole, YesNo, whole
from criteria.thresholds import PlanFile


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


InputType: TypeAlias = Literal[
    "count", "amount", "percent", "date", "yes_no", "choice", "tally", "points"
]


class Input(_Data):
    """A declared, typed number, date or choice that units report (số liệu)."""

    type: InputType
    title: Text
    measure: Text | None = None
    """Unit of measurement (đơn vị tính), for print only."""
    at_most: Text | None = None
    """Another input that this one may not exceed."""
    range: tuple[Number, Number] | None = None
    options: tuple[Text, ...] | None = None
    """The options of a choice or a tally."""
    note: Text | None = None


class Leaf(_Data):
    """A criterion or subcriterion that carries points (tiêu chí thành phần)."""

    id: Text
    title: Text
    maximum: Number
    rule: Rule
    when_none: Literal["full", "exclude", "zero"] = "zero"
    applies_to: Text | None = None
    direction: Literal["higher_is_better", "lower_is_better"] | None = None
    scored_by: Literal["unit", "reviewer", "survey", "statistics"] = "unit"
    reviewed_by: Text | None = None
    evidence: Literal["required", "optional", "none"] = "optional"
    basis: Text | None = None
    note: Text | None = None


class Group(_Data):
    """A field (lĩnh vực) or a criterion with subcriteria (tiêu chí)."""

    id: Text
    title: Text
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    maximum: Number | None = None
    basis: Text | None = None
    note: Text | None = None


def _criterion_tag(value: Any) -> str:
    if isinstance(value, Group) or (isinstance(value, dict) and "criteria" in value):
        return "group"
    return "leaf"


Criterion: TypeAlias = Annotated[
    Annotated[Leaf, Tag("leaf")] | Annotated[Group, Tag("group")], Discriminator(_criterion_tag)
]

Group.model_rebuild()


class Adjustment(_Data):
    """A bonus (maximum above 0) or a penalty (below 0), in index points, outside the 100."""

    id: Text
    title: Text
    maximum: Number
    rule: Rule
    applies_to: Text | None = None
    reviewed_by: Text | None = None
    basis: Text | None = None
    note: Text | None = None


class Grade(_Data):
    """A grade (xếp loại) and what it takes; `unless`: yes/no inputs that forbid it."""

    name: Text
    at_least: Number | None = None
    unless: tuple[Text, ...] = ()


class Rounding(_Data):
    """Printed decimals of the index; `points` rounds every leaf before anything is added."""

    index: Annotated[Whole, Field(ge=0, le=9)] = 2
    points: Annotated[Whole, Field(ge=0, le=9)] | None = None


class Ranking(_Data):
    """What units are ranked on, and how ties are numbered: 1, 2, 2, 4 or 1, 2, 2, 3."""

    on: Literal["exact", "printed"] = "exact"
    ties: Literal["shared", "dense"] = "shared"


class Target(_Data):
    """A number that the year's plan sets (chỉ tiêu)."""

    value: BoundValue
    title: Text | None = None
    basis: Text | None = None


class Case(_Data):
    """A worked case that the set carries along: answers in, points (or index, grade) out."""

    name: Text
    leaf: Text | None = None
    answers: dict[Text, CaseValue] = Field(default_factory=dict)
    attributes: dict[Text, YesNo] = Field(default_factory=dict)
    others: tuple[dict[Text, CaseValue], ...] = ()
    points: Number | None = None
    maximum: Number | None = None
    state: Literal["scored", "missing", "not_applicable"] | None = None
    index: Number | None = None
    grade: Text | None = None


class CriteriaSet(_Data):
    """Everything that scores one group of units in one year."""

    parindex: Annotated[Literal[1], BeforeValidator(whole)]
    id: Text
    title: Text
    status: Literal["official", "reference"]
    basis: Text | None = None
    year: Annotated[Whole, Field(ge=1990, le=2200)]
    group: Text
    group_title: Text | None = None
    plan: PlanFile = None
    note: Text | None = None
    rounding: Rounding = Rounding()
    rank: Ranking = Ranking()
    not_applicable: Literal["flat", "nested"] = "flat"
    total: Number = Fraction(100)
    grades: tuple[Grade, ...] = ()
    grade_on: Literal["printed", "exact"] = "printed"
    targets: dict[Text, Target] = Field(default_factory=dict)
    inputs: dict[Text, Input] = Field(default_factory=dict)
    fields: tuple[Group, ...] = Field(min_length=1)
    adjustments: tuple[Adjustment, ...] = ()
    adjustments_limit: Number | None = None
    cases: tuple[Case, ...] = ()

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All leaves, in the order written."""
        return tuple(leaf for field in self.fields for leaf in leaves_of(field))

    @property
    def items(self) -> tuple[Leaf | Adjustment, ...]:
        """Everything that carries a rule: all leaves, then the adjustments."""
        return (*self.leaves, *self.adjustments)

    @property
    def printed_points(self) -> int:
        """Decimals with which points are printed."""
        return self.rounding.index if self.rounding.points is None else self.rounding.points

    @property
    def attributes(self) -> tuple[str, ...]:
        """Attributes of units that some leaf or adjustment asks for."""
        asked = [item.applies_to for item in self.items if item.applies_to]
        return tuple(dict.fromkeys(asked))

    def leaf(self, leaf_id: str) -> Leaf | None:
        return next((leaf for leaf in self.leaves if leaf.id == leaf_id), None)


def leaves_of(criterion: Group | Leaf) -> Iterator[Leaf]:
    """The leaves at or under one criterion, in the order written."""
    if isinstance(criterion, Leaf):
        yield criterion
        return
    for child in criterion.criteria:
        yield from leaves_of(child)


def maximum_of(criterion: Group | Leaf) -> Fraction:
    """Full maximum of a criterion: the sum over its leaves."""
    return sum((leaf.maximum for leaf in leaves_of(criterion)), Fraction(0))


def leaf_inputs(item: Leaf | Adjustment) -> tuple[str, ...]:
    """Ids of the inputs that a leaf or adjustment reads."""
    return rule_inputs(item.rule)
