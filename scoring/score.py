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
from scoring.compiled import Compiled, compile_set, status_names
from scoring.exact_totals import ExactUnit, exact_units
from scoring.grade import grade
from scoring.leaf_points import Engine, LeafPoints, leaf_points
from scoring.lower import LeafTerms
from scoring.polars_terms import PolarsTerms, TooLarge
from scoring.rank import certain_ranks, ranks
from scoring.refine import Refiner
from scoring.rounding import half_up, uncertain
from scoring.terms import NANO, NEVER, billionths, every, negate, some
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

    `totals`: points, fields and index in billionths, rounded down (`scoring.totals`).
    `recomputed`: how many units needed fractions.
    """

    facts: Facts
    frame: pl.DataFrame
    totals: pl.DataFrame
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


@dataclass(frozen=True)
class Core:
    """The vectorised heart of a scoring: leaf points, sums and certain ranks, nothing printed."""

    leaves: LeafPoints
    sums: Totals
    status: pl.Series
    rank: pl.Series | None
    fractions: _Fractions


def score_core(facts: Facts, compiled: Compiled, engine: Engine = "polars") -> Core:
    """Leaf points, fields, index and, unless the set ranks on the printed index, ranks."""
    leaves = leaf_points(facts, compiled, engine)
    sums = totals(facts, leaves)
    fractions = _Fractions(facts, compiled.terms)
    status = _status(facts, compiled.terms, sums.frame["maximum"])
    rank = None
    if facts.set.rank.on == "exact":
        refiner = Refiner(facts, compiled, leaves, sums.frame["points"], fractions.index)
        competing = _competing(sums.frame["index"], status)
        rank = ranks(competing, sums.widths["index"], facts.set.rank.ties, refiner.places)
    return Core(leaves, sums, status, rank, fractions)


def score_set(facts: Facts, engine: Engine = "polars") -> Scores:
    """Points, index, rank and grade of every unit of the set."""
    compiled = compile_set(facts)
    core = score_core(facts, compiled, engine)
    printed = _printed(facts, core.sums, core.fractions)
    rank = core.rank
    if rank is None:
        rank = certain_ranks(_competing(printed["index"], core.status), facts.set.rank.ties)
    frame = facts.frame.select("unit", "name").hstack(printed)
    frame = frame.with_columns(
        rank.alias("rank"),
        _grades(facts, core.sums, printed["index"], core.fractions).alias("grade"),
        core.status.alias("status"),
        core.sums.frame["maximum"],
    )
    frame = frame.hstack(core.leaves.frame.select(list(compiled.points)))
    done = len(core.fractions.known)
    return Scores(facts, frame, core.sums.frame, core.leaves, compiled.terms, done)


def _competing(index: pl.Series, status: pl.Series) -> pl.Series:
    """The index of the units that are ranked, null for the others."""
    if status.n_unique() == 1 and status[0] == "ranked":
        return index
    return (
        pl.DataFrame({"index": index, "status": status})
        .select(pl.when(pl.col("status").is_in(["ranked", "pending"])).then(pl.col("index")))
        .to_series()
    )


def _printed(facts: Facts, sums: Totals, fractions: _Fractions) -> pl.DataFrame:
    """Points, fields and index in printed decimals, each certain."""
    places = dict.fromkeys(sums.widths, facts.set.printed_points)
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
    pending = some(
        *(
            every(term.pending, negate(some(term.not_applicable, term.given, term.refused)))
            for term in terms
            if term.pending != NEVER
        )
    )
    try:
        waiting = PolarsTerms(facts.spans).condition(pending)
    except TooLarge:
        from scoring.exact_columns import ExactColumns
        from scoring.exact_terms import holds

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


def _grades(facts: Facts, sums: Totals, printed: pl.Series, fractions: _Fractions) -> pl.Series:
    statuses = status_names(facts)
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
    floors = [billionths(found[row]) for row in rows]
    exact = fast.scatter(rows, pl.Series(floors, dtype=pl.Int64))
    return _graded(facts, exact, NANO, statuses)


def _graded(facts: Facts, index: pl.Series, unit: int, statuses: frozenset[str]) -> pl.Series:
    expression = grade(pl.col("index"), facts.set.grades, unit, statuses)
    named = {name for each in facts.set.grades for name in each.unless}
    needed = [*named, *(f"status:{name}" for name in named & statuses)]
    frame = facts.frame.select("unit", *needed).with_columns(index.alias("index"))
    return frame.select(expression.alias("grade"))["grade"]
