"""Quantities (đại lượng): what a rule looks at, made from one or more inputs.

A quantity is frozen data; `scoring.reader` says how it is computed.  Percent inputs, ratios,
complements, changes, attainments and task shares are *rates*: `95%` and 0.95 are the same bound.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from criteria.plan.model import Kind
from criteria.scalars import Text


class _Quantity(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sum(_Quantity):
    """The sum of inputs: `{sum: [a, b]}`."""

    sum: tuple[Text, ...] = Field(min_length=1)


def _term_tag(value: Any) -> str:
    return "sum" if isinstance(value, dict | Sum) else "input"


Term: TypeAlias = Annotated[
    Annotated[Text, Tag("input")] | Annotated[Sum, Tag("sum")], Discriminator(_term_tag)
]
"""One side of a ratio: an input, or a sum of inputs."""


class Ratio(_Quantity):
    """a / b; does not exist where b is 0: `{ratio: [a, b]}` (tỷ lệ)."""

    ratio: tuple[Term, Term]


class Complement(_Quantity):
    """(b - a) / b, the share that is free of a: `{complement: [a, b]}`."""

    complement: tuple[Term, Term]


class Change(_Quantity):
    """(now - before) / before: `{change: [now, before]}` (mức tăng so với năm trước)."""

    change: tuple[Term, Term]


class Attained(_Quantity):
    """A result against a target of the plan: `{attained: [input, target-id]}`."""

    attained: tuple[Text, Text]


TaskState: TypeAlias = Literal["due", "done", "on_time", "late", "missing"]
"""Of what is due: all of it; done at all; done in time; done late; not done."""


class _TaskSelection(_Quantity):
    of: Kind = "tasks"
    """Tasks of the plan's annex (nhiệm vụ), or its periodic reports (báo cáo định kỳ)."""
    section: Text | None = None
    """Only those of one section (mục) of the annex."""
    field: Text | None = None
    """Only those of one field of reform (lĩnh vực), as the plan's sections name it."""


class TaskShare(_TaskSelection):
    """Which share of what a unit owes by now is done, or done on time."""

    share: Literal["done", "on_time"]


class TaskNumber(_TaskSelection):
    """How much of what a unit owes by now is in one state."""

    which: TaskState


class Tasks(_Quantity):
    """`{tasks: {share: on_time, section: "II"}}`; does not exist where nothing is due."""

    tasks: TaskShare


class Count(_Quantity):
    """`{count: {which: late, of: reports}}`: a plain number, 0 where nothing is due."""

    count: TaskNumber


_KEYS = ("ratio", "complement", "change", "sum", "attained", "tasks", "count")


def _quantity_tag(value: Any) -> str | None:
    if isinstance(value, BaseModel):
        return type(value).__name__.lower()
    if not isinstance(value, dict):
        return "input"
    return next((key for key in _KEYS if key in value), None)


Quantity: TypeAlias = Annotated[
    Annotated[Text, Tag("input")]
    | Annotated[Ratio, Tag("ratio")]
    | Annotated[Complement, Tag("complement")]
    | Annotated[Change, Tag("change")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Attained, Tag("attained")]
    | Annotated[Tasks, Tag("tasks")]
    | Annotated[Count, Tag("count")],
    Discriminator(
        _quantity_tag,
        custom_error_type="quantity-unknown",
        custom_error_message="",
    ),
]
"""Any quantity; a bare text is the id of an input."""


@dataclass(frozen=True, slots=True)
class TaskColumn:
    """A column of facts that holds how much a unit owes in one state; `name` is its header."""

    what: TaskState
    of: Kind = "tasks"
    section: str | None = None
    field: str | None = None

    @property
    def name(self) -> str:
        kind = "" if self.of == "tasks" else f"{self.of}:"
        only = f":{self.section}" if self.section else ""
        only += f"@{self.field}" if self.field else ""
        return f"tasks:{kind}{self.what}{only}"


def share_columns(share: TaskShare) -> tuple[TaskColumn, TaskColumn]:
    """The columns of a share: what is done (or done on time), and what is due."""
    of, section, field = share.of, share.section, share.field
    return TaskColumn(share.share, of, section, field), TaskColumn("due", of, section, field)


def count_column(number: TaskNumber) -> TaskColumn:
    """The column of a count."""
    return TaskColumn(number.which, number.of, number.section, number.field)


def task_columns(quantity: "Quantity") -> tuple[TaskColumn, ...]:
    """The columns of plan tasks and reports that a quantity reads."""
    match quantity:
        case Tasks(tasks=share):
            return share_columns(share)
        case Count(count=number):
            return (count_column(number),)
        case _:
            return ()


def term_inputs(term: "str | Sum") -> tuple[str, ...]:
    """Ids of the inputs that one side of a ratio reads."""
    return term.sum if isinstance(term, Sum) else (term,)


def quantity_inputs(quantity: "Quantity") -> tuple[str, ...]:
    """Ids of the declared inputs that a quantity reads, in the order written."""
    match quantity:
        case str():
            return (quantity,)
        case Ratio(ratio=terms) | Complement(complement=terms) | Change(change=terms):
            return term_inputs(terms[0]) + term_inputs(terms[1])
        case Sum(sum=inputs):
            return inputs
        case Attained(attained=(result, _)):
            return (result,)
        case Tasks() | Count():
            return ()
