"""Score one set: facts in; points, fields, index, rank and grade out; nothing is read or written.

The fast path gives every value with a width of error.  What that width leaves open (a rounding,
an order, a grade) is worked out in fractions, for those units only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from criteria.exact import scaled_half_up
from inputs.facts import Facts
from scoring.best import best_of_group
from scoring.exact_totals import ExactUnit, exact_units
from scoring.grade import grade
from scoring.leaf_points import Engine, LeafPoints, leaf_points
from scoring.lower import LeafTerms, lower_leaf
from scoring.polars_terms import PolarsTerms, TooLarge
from scoring.rank import ranks
from scoring.reader import Reader
from scoring.rounding import half_up, uncertain
from scoring.terms import NANO, NEVER, every, negate, some
from scoring.totals import Totals, totals


@dataclass(frozen=True)
class Scores:
    """What the units of one set earned.

    `frame`, one row a unit in the order of the facts:

    | column       | type   | meaning                                                          |
    |--------------|--------|------------------------------------------------------------------|
    | `unit`,`name`| String |                                                                  |
    | `rank`       | Int64  | within the group; null: not ranked                               |
    | `points`     | Int64  | in last printed decimals (`set.printed_points`)                  |
    | `maximum`    | Int64  | applicable maximum in billionths, exact                          |
    | `index`      | Int64  | in last printed decimals (`set.rounding.index`); null: none      |
    | `grade`      | String |                                                                  |
    | `status`     | String | ranked, unranked, pending, no_maximum                            |
    | `field:<id>` | Int64  | in last printed decimals (`set.printed_points`)                  |
    | `p:<id>`     | Int64  | leaf or adjustment, in billionths, rounded down; see `leaves`    |

    `recomputed`: how many units needed fractions.
    """

    facts: Facts
    frame: pl.DataFrame
    leaves: LeafPoints
    terms: tuple[LeafTerms, ...]
    recomputed: int


@dataclass
class _Fractions:
    """Exact units, each worked out once."""

    facts: Facts
    terms: tuple[LeafTerms, ...]
    known: dict[int, ExactUnit] = field(default_factory=dict)

    def units(self, rows: list[int]) -> Mapping[int, ExactUnit]:
        new = [row for row in rows if row not in self.known]
        if new:
            self.known |= exact_units(self.facts, self.terms, new)
        return self.known

    def index(self, rows: list[int]) -> dict[int, Fraction]:
        known = self.units(rows)
        return {row: known[row].index or Fraction(0) for row in rows}


def leaf_terms(facts: Facts) -> tuple[LeafTerms, ...]:
    """Every leaf and adjustment of the set as terms over these facts."""
    statuses = _status_names(facts)
    best = best_of_group(facts, statuses)
    return tuple(
        lower_leaf(item, Reader(facts.set, facts.scales, best.get(item.id, {})), statuses)
        for item in (*facts.set.leaves, *facts.set.adjustments)
    )


def score_set(facts: Facts, engine: Engine = "polars") -> Scores:
    """Points, index, rank and grade of every unit of the set."""
    terms = leaf_terms(facts)
    leaves = leaf_points(facts, terms, engine)
    sums = totals(facts, leaves)
    fractions = _Fractions(facts, terms)
    printed = _printed(facts, sums, fractions)
    frame = facts.frame.select("unit", "name").hstack(printed)
    status = _status(facts, terms, sums.frame["maximum"])
    rank = _ranks(facts, sums, frame["index"], status, fractions)
    grades = _grades(facts, sums, frame["index"], fractions)
    frame = frame.with_columns(
        rank.alias("rank"),
        grades.alias("grade"),
        status.alias("status"),
        sums.frame["maximum"],
    )
    if leaves.frame.width:
        frame = frame.hstack(leaves.frame.select(pl.col("^p:.*$")))
    return Scores(facts, frame, leaves, terms, len(fractions.known))


def _status_names(facts: Facts) -> frozenset[str]:
    prefix = "status:"
    return frozenset(c[len(prefix) :] for c in facts.frame.columns if c.startswith(prefix))


def _printed(facts: Facts, sums: Totals, fractions: _Fractions) -> pl.DataFrame:
    """Points, fields and index in printed decimals, each certain."""
    places = {name: facts.set.printed_points for name in sums.widths}
    places["index"] = facts.set.rounding.index
    frame = sums.frame.select(half_up(pl.col(name), places[name]).alias(name) for name in places)
    open_ = [name for name in places if sums.widths[name]]
    if not open_:
        return frame
    doubts = sums.frame.select(
        uncertain(pl.col(name), sums.widths[name], places[name]).fill_null(False).alias(name)
        for name in open_
    )
    rows = doubts.select(pl.any_horizontal(pl.all())).to_series().arg_true().to_list()
    if not rows:
        return frame
    known = fractions.units(rows)
    columns = []
    for name in open_:
        exact = [_value(known[row], name) for row in rows]
        scaled = [None if v is None else scaled_half_up(v, places[name]) for v in exact]
        columns.append(frame[name].scatter(rows, pl.Series(scaled, dtype=pl.Int64)))
    return frame.with_columns(columns)


def _value(unit: ExactUnit, name: str) -> Fraction | None:
    match name:
        case "points":
            return unit.points
        case "index":
            return unit.index
        case _:
            return unit.fields[name.removeprefix("field:")]


def _status(facts: Facts, terms: tuple[LeafTerms, ...], maximum: pl.Series) -> pl.Series:
    """ranked, unranked, pending or no_maximum."""
    leaf_ids = {leaf.id for leaf in facts.set.leaves}
    pending = some(
        *(
            every(term.pending, negate(some(term.not_applicable, term.refused)))
            for term in terms
            if term.item.id in leaf_ids and term.pending != NEVER
        )
    )
    try:
        waiting = PolarsTerms(facts.spans).condition(pending)
    except TooLarge:
        from scoring.exact_terms import holds
        from scoring.leaf_points import ExactColumns

        exact = ExactColumns(facts, range(facts.frame.height))
        waiting = pl.lit(pl.Series(holds(pending, exact.columns, exact.rows), dtype=pl.Boolean))
    status = (
        pl.when(pl.lit(maximum) == 0)
        .then(pl.lit("no_maximum"))
        .when(~pl.col("ranked"))
        .then(pl.lit("unranked"))
        .when(waiting)
        .then(pl.lit("pending"))
        .otherwise(pl.lit("ranked"))
    )
    return facts.frame.select(status.alias("status"))["status"]


def _ranks(
    facts: Facts, sums: Totals, printed: pl.Series, status: pl.Series, fractions: _Fractions
) -> pl.Series:
    rule = facts.set.rank
    on_printed = rule.on == "printed"
    values = printed if on_printed else sums.frame["index"]
    width = 0 if on_printed else sums.widths["index"]
    competing = pl.DataFrame({"value": values, "status": status}).select(
        pl.when(pl.col("status").is_in(["ranked", "pending"])).then(pl.col("value"))
    )
    return ranks(competing.to_series(), width, rule.ties, fractions.index)


def _grades(facts: Facts, sums: Totals, printed: pl.Series, fractions: _Fractions) -> pl.Series:
    statuses = _status_names(facts)
    if facts.set.grade_on == "printed":
        unit = 10**facts.set.rounding.index
        return _graded(facts, printed, unit, statuses)
    fast = sums.frame["index"]
    low = _graded(facts, fast, NANO, statuses)
    high = _graded(facts, fast + sums.widths["index"], NANO, statuses)
    rows = (low.ne_missing(high)).arg_true().to_list()
    if not rows:
        return low
    found = fractions.index(rows)
    floors = [v.numerator * NANO // v.denominator for v in (found[row] for row in rows)]
    exact = fast.scatter(rows, pl.Series(floors, dtype=pl.Int64))
    return _graded(facts, exact, NANO, statuses)


def _graded(facts: Facts, index: pl.Series, unit: int, statuses: frozenset[str]) -> pl.Series:
    expression = grade(pl.col("index"), facts.set.grades, unit, statuses)
    named = {name for each in facts.set.grades for name in each.unless}
    needed = [*named, *(f"status:{name}" for name in named & statuses)]
    frame = facts.frame.select("unit", *needed).with_columns(index.alias("index"))
    return frame.select(expression.alias("grade"))["grade"]
