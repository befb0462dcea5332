"""Facts (số liệu đã kiểm tra): what the units of one set reported, typed and exact.

This is the contract between `inputs` and `scoring`: one frame, one row a unit.

| column            | type    | meaning                                                          |
|-------------------|---------|------------------------------------------------------------------|
| `unit`, `name`    | String  | id and printed name                                              |
| `parent`          | String  | id of the unit above, or null                                    |
| `ranked`          | Boolean | false: scored, not ranked                                        |
| `has:<attribute>` | Boolean | one column for each attribute that `applies_to` asks for         |
| `<input>`         | Int64   | count, amount, percent, points: value x 10^scale; date: days     |
|                   |         | since 1970-01-01; choice: position of the option; null = missing |
| `<input>`         | Boolean | yes_no                                                           |
| `<input>:<option>`| Int64   | tally, one column an option                                      |
| `status:<input>`  | Int8    | only where some answer is not simply reported, see `STATUS`      |
| `given:<leaf>`    | Int64   | points that a reviewer gave the leaf (or adjustment) itself:     |
|                   |         | value x 10^scale, from 0 to its maximum; null = none given;      |
|                   |         | only where some unit was given any                               |
| `decided:<leaf>`  | Int8    | only where a leaf as a whole was put in a state, see `STATUS`    |
| `tasks:...`       | Int64   | what a unit owes by the plan, see `TaskColumn`                   |
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias, assert_never

import polars as pl

from criteria.assessment.model import Stage
from criteria.exact import decimals_needed
from criteria.model import Adjustment, CriteriaSet, Input, Leaf
from criteria.problems import Place
from criteria.quantities import TaskColumn, task_columns
from criteria.rules import Rule, rule_quantities

Status: TypeAlias = Literal["not_applicable", "pending", "refused"]
STATUS: Mapping[Status, int] = {"not_applicable": 1, "pending": 2, "refused": 3}
"""Codes in `status:<input>` and `decided:<leaf>`; 0 means that nothing was decided (of an input:
that it is reported), and so does the absence of the column."""

LARGEST = 10**18
"""Numbers are read up to 18 digits, decimals included, so that they fit an Int64 with room."""

EPOCH = datetime.date(1970, 1, 1)

Value: TypeAlias = Fraction | int | datetime.date | bool | str | Mapping[str, int] | None
"""One typed answer in Python: number, date, yes/no, option, tally, or None for missing."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that facts came from, with the SHA-256 of its bytes."""

    file: str
    sha256: str


def _no_place(unit: str, column: str) -> Place | None:
    return None


@dataclass(frozen=True)
class Facts:
    """The checked answers of all units of one set; `frame` as described above.

    `scales`: decimals that are folded into each numeric input column, and into `given:<leaf>`.
    `place` tells where the answer of a unit to an input stood, or (by the name of its column) a
    decision on a leaf.  `reasons`: (unit, input or `given:<leaf>` or `decided:<leaf>`) -> why it
    was given, refused or decided not applicable.  `generated`: illustrative data, and shown as
    such everywhere.
    `as_of`: the day on which work of the plan was counted; None: all that was due in the year.
    `stage`: the stage at which these facts are in force; None: they come from tables alone.
    """

    set: CriteriaSet
    frame: pl.DataFrame
    scales: Mapping[str, int]
    place: Callable[[str, str], Place | None] = _no_place
    reasons: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    generated: bool = False
    as_of: datetime.date | None = None
    stage: Stage | None = None

    @cached_property
    def decisions(self) -> frozenset[str]:
        """The columns that hold decisions on leaves: `given:<leaf>`, `decided:<leaf>`."""
        # Scale and type tell them from the counts of a tally that somebody called `given`.
        schema, ids = self.frame.schema, [item.id for item in self.set.items]
        given = {name for id_ in ids if (name := f"given:{id_}") in self.scales}
        decided = {name for id_ in ids if schema.get(name := f"decided:{id_}") == pl.Int8}
        return frozenset(given | decided)

    @cached_property
    def spans(self) -> Mapping[str, Span]:
        """What values each column holds: what proves that nothing overflows, or is ever null."""
        frame, names = self.frame, self.frame.columns
        if frame.height == 0:
            return {name: Span(0, 0, nulls=False) for name in names}
        whole = [pl.col(name) for name, dtype in frame.schema.items() if dtype.is_integer()]
        none = pl.lit(0).alias("unit")  # a row even where the set has no such column
        highest = frame.select(none, *(c.max() for c in whole)).row(0, named=True)
        lowest = frame.select(none, *(c.min() for c in whole)).row(0, named=True)
        return {
            name: Span(lowest.get(name) or 0, highest.get(name) or 0, frame[name].null_count() > 0)
            for name in names
        }


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the greatest value of a column (0 where it is no integer), and any nulls."""

    low: int
    high: int
    nulls: bool


@dataclass(frozen=True, slots=True)
class UnitAnswers:
    """One unit and its answers as Python values, for worked cases, tests and small callers.

    `given`, `decided`: by leaf or adjustment, what a reviewer decided of it as a whole.
    """

    unit: str
    answers: Mapping[str, Value] = field(default_factory=dict)
    name: str = ""
    parent: str | None = None
    ranked: bool = True
    attributes: Mapping[str, bool] = field(default_factory=dict)
    statuses: Mapping[str, Status] = field(default_factory=dict)
    tasks: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, Fraction] = field(default_factory=dict)
    decided: Mapping[str, Status] = field(default_factory=dict)


def facts_of(criteria_set: CriteriaSet, units: Sequence[UnitAnswers]) -> Facts:
    """Facts from Python values; the values must already be of their inputs' types.

    Raises: OverflowError when a number does not fit 18 digits with the decimals of its column,
    ValueError as `leaf_columns`.
    """
    columns: dict[str, pl.Series] = {
        "unit": pl.Series([u.unit for u in units], dtype=pl.String),
        "name": pl.Series([u.name or u.unit for u in units], dtype=pl.String),
        "parent": pl.Series([u.parent for u in units], dtype=pl.String),
        "ranked": pl.Series([u.ranked for u in units], dtype=pl.Boolean),
    }
    for attribute in criteria_set.attributes:
        flags = [u.attributes.get(attribute) for u in units]
        columns[f"has:{attribute}"] = pl.Series(flags, dtype=pl.Boolean)
    scales: dict[str, int] = {}
    for name, declared in criteria_set.inputs.items():
        values = [u.answers.get(name) for u in units]
        made, scale = input_columns(name, declared, values)
        columns |= made
        if scale is not None:
            scales[name] = scale
        codes = [STATUS[s] if (s := u.statuses.get(name)) else 0 for u in units]
        if any(codes):
            columns[f"status:{name}"] = pl.Series(codes, dtype=pl.Int8)
    for column in set_task_columns(criteria_set):
        counts = [u.tasks.get(column.name, 0) for u in units]
        columns[column.name] = pl.Series(counts, dtype=pl.Int64)
    for item in criteria_set.items:
        given = [u.given.get(item.id) for u in units]
        made, scale = leaf_columns(item, given, [u.decided.get(item.id) for u in units])
        columns |= made
        if scale is not None:
            scales[f"given:{item.id}"] = scale
    return Facts(criteria_set, pl.DataFrame(columns), scales)


def input_columns(
    name: str, declared: Input, values: Sequence[Value]
) -> tuple[dict[str, pl.Series], int | None]:
    """The frame columns of one input, and the scale of a numeric one."""
    match declared.type:
        case "count" | "amount" | "percent" | "points":
            numbers = [None if v is None else Fraction(v) for v in values]  # type: ignore[arg-type]
            series, scale = _scaled(name, numbers)
            return {name: series}, scale
        case "date":
            days = [(v - EPOCH).days if isinstance(v, datetime.date) else None for v in values]
            return {name: pl.Series(days, dtype=pl.Int64)}, None
        case "yes_no":
            return {name: pl.Series(list(values), dtype=pl.Boolean)}, None
        case "choice":
            options = declared.options or ()
            codes = [None if v is None else options.index(str(v)) for v in values]
            return {name: pl.Series(codes, dtype=pl.Int64)}, None
        case "tally":
            tallies = [v if isinstance(v, Mapping) else None for v in values]
            return {
                f"{name}:{option}": pl.Series(
                    [None if t is None else int(t.get(option, 0)) for t in tallies], dtype=pl.Int64
                )
                for option in declared.options or ()
            }, None
        case _:
            assert_never(declared.type)


def leaf_columns(
    item: Leaf | Adjustment, given: Sequence[Fraction | None], decided: Sequence[Status | None]
) -> tuple[dict[str, pl.Series], int | None]:
    """The frame columns of decisions on one leaf, none where nothing was decided, and the scale of
    the given points.

    Raises: ValueError when given points are no decimal number or lie outside 0 and the maximum,
    OverflowError as `facts_of`.
    """
    columns: dict[str, pl.Series] = {}
    scale: int | None = None
    low, high = min(item.maximum, Fraction(0)), max(item.maximum, Fraction(0))
    known = [points for points in given if points is not None]
    if known:
        name = f"given:{item.id}"
        if any(decimals_needed(points) is None or not low <= points <= high for points in known):
            raise ValueError(name)
        columns[name], scale = _scaled(name, given)
    if any(decided):
        codes = [STATUS[status] if status else 0 for status in decided]
        columns[f"decided:{item.id}"] = pl.Series(codes, dtype=pl.Int8)
    return columns, scale


def _scaled(name: str, numbers: Sequence[Fraction | None]) -> tuple[pl.Series, int]:
    """Decimal numbers as whole ones, and how many decimals were folded in."""
    scale = common_scale(numbers)
    scaled = [None if n is None else int(n * 10**scale) for n in numbers]
    if any(s is not None and abs(s) >= LARGEST for s in scaled):
        raise OverflowError(name)
    return pl.Series(scaled, dtype=pl.Int64), scale


def common_scale(numbers: Iterable[Fraction | None]) -> int:
    """The fewest decimals that hold all numbers exactly."""
    return max((decimals_needed(n) or 0 for n in numbers if n is not None), default=0)


def set_task_columns(criteria_set: CriteriaSet) -> tuple[TaskColumn, ...]:
    """Columns of plan tasks and reports that some rule of the set reads."""
    rules = (item.rule for item in criteria_set.items)
    return tuple(dict.fromkeys(column for rule in rules for column in rule_task_columns(rule)))


def rule_task_columns(rule: Rule) -> tuple[TaskColumn, ...]:
    """Columns of plan tasks and reports that one rule reads."""
    columns = (column for of in rule_quantities(rule) for column in task_columns(of))
    return tuple(dict.fromkeys(columns))
