"""Quantities (đại lượng): what a rule looks at, made from one or more inputs.

A quantity is frozen data; `scoring.reader` says how it is computed.  Percent inputs, ratios,
complements, changes, attainments and task shares are *rates*: `95%` and 0.95 are the same bound.
"""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

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


class TaskShare(_Quantity):
    """Which share of a unit's plan tasks (nhiệm vụ) that are due is done, or done on time."""

    share: Literal["done", "on_time"]
    section: Text | None = None


class Tasks(_Quantity):
    """`{tasks: {share: on_time, section: "II"}}`; does not exist where no task is due."""

    tasks: TaskShare


_KEYS = ("ratio", "complement", "change", "sum", "attained", "tasks")


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
    | Annotated[Tasks, Tag("tasks")],
    Discriminator(
        _quantity_tag,
        custom_error_type="quantity-unknown",
        custom_error_message="",
    ),
]
"""Any quantity; a bare text is the id of an input."""


def task_columns(share: TaskShare) -> tuple[str, str]:
    """The two fact columns that a task share reads: tasks done (or on time) and tasks due."""
    section = f":{share.section}" if share.section else ""
    return f"tasks:{share.share}{section}", f"tasks:due{section}"


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
        case Tasks():
            return ()
