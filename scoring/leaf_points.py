"""All leaves of all units: billionths of a point, rounded down, by polars or by DuckDB.

Both engines give the same whole numbers.  What does not fit 128 bits is worked out exactly, in
place; with `rounding: {points: d}` each leaf is rounded half up here, and where the fast value
does not certify the rounding, that leaf of that unit is worked out exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

import polars as pl

from criteria.exact import scaled_half_up
from inputs.facts import Facts
from scoring.compiled import Compiled
from scoring.exact_columns import ExactColumns
from scoring.exact_terms import earned, holds
from scoring.polars_terms import TooLarge
from scoring.rounding import half_up, uncertain
from scoring.terms import Condition, Points, billionths

Engine: TypeAlias = Literal["polars", "duckdb"]

_LARGE = 500_000
"""Units from which polars works slice by slice: less memory is touched, in the same order."""


@dataclass(frozen=True)
class LeafPoints:
    """One row a unit: `p:<id>` for every leaf and adjustment, `na:<id>` where it may not apply.

    `widths`: by how many billionths the truth may lie above `p:<id>`.
    """

    frame: pl.DataFrame
    widths: Mapping[str, int]

    def varies(self, leaf_id: str) -> bool:
        """Whether some unit may lack the leaf."""
        return f"na:{leaf_id}" in self.frame.columns


def leaf_points(facts: Facts, compiled: Compiled, engine: Engine) -> LeafPoints:
    """Points of every leaf and adjustment for every unit."""
    points, absent = compiled.points, compiled.absent
    match engine:
        case "polars":
            frame, large = _by_polars(facts, compiled), list(compiled.large)
        case "duckdb":
            frame, large = _by_duckdb(facts, points, absent)
        case _:
            assert_never(engine)
    if large:
        frame = frame.with_columns(
            *(_exact_points(facts, name, points[name]) for name in large if name in points),
            *(_exact_flags(facts, name, absent[name]) for name in large if name in absent),
        )
    widths = compiled.widths
    places = facts.set.rounding.points
    if places is not None:
        frame = _rounded(facts, frame, points, widths, places)
        widths = dict.fromkeys(widths, 0)
    return LeafPoints(frame, widths)


def _by_polars(facts: Facts, compiled: Compiled) -> pl.DataFrame:
    # A constant leaf comes out as one value; beside a column it is repeated for every unit.
    asked = (pl.col("unit"), *compiled.expressions)
    if facts.frame.height < _LARGE:
        return facts.frame.select(asked).drop("unit")
    return facts.frame.lazy().select(asked).collect(engine="streaming").drop("unit")


def _by_duckdb(
    facts: Facts, points: Mapping[str, Points], absent: Mapping[str, Condition]
) -> tuple[pl.DataFrame, list[str]]:
    import duckdb

    from scoring.duckdb_terms import DuckDbTerms, quoted

    speller, large = DuckDbTerms(facts.spans), []
    spelled: list[str] = []
    for name, term in points.items():
        try:
            spelled.append(f"coalesce({speller.points(term)}, 0) AS {quoted(name)}")
        except TooLarge:
            large.append(name)
    for name, condition in absent.items():
        try:
            spelled.append(f"{speller.condition(condition)} AS {quoted(name)}")
        except TooLarge:
            large.append(name)
    numbered = facts.frame.with_row_index("row number")
    query = f'SELECT {", ".join(spelled or ["1"])} FROM facts ORDER BY "row number"'
    with duckdb.connect() as connection:
        connection.register("facts", numbered)
        frame: pl.DataFrame = connection.sql(query).pl()
    return frame if spelled else pl.DataFrame(), large


def _exact_points(facts: Facts, name: str, points: Points) -> pl.Series:
    exact = ExactColumns(facts, range(facts.frame.height))
    found = earned(points, exact.columns, exact.rows)
    values = [billionths(value) for value, _ in found]
    return pl.Series(name, values, dtype=pl.Int64)


def _exact_flags(facts: Facts, name: str, condition: Condition) -> pl.Series:
    exact = ExactColumns(facts, range(facts.frame.height))
    return pl.Series(name, holds(condition, exact.columns, exact.rows), dtype=pl.Boolean)


def _rounded(
    facts: Facts,
    frame: pl.DataFrame,
    points: Mapping[str, Points],
    widths: Mapping[str, int],
    places: int,
) -> pl.DataFrame:
    """Every leaf half up to `places` decimals, still in billionths."""
    unit = 10 ** (9 - places)
    rounded = frame.with_columns(
        (half_up(pl.col(name), places) * unit).alias(name) for name in points
    )
    doubtful = [name for name in points if widths[name[2:]]]
    if not doubtful:
        return rounded
    doubts = frame.select(
        uncertain(pl.col(name), widths[name[2:]], places).alias(name) for name in doubtful
    )
    for name in doubtful:
        rows = doubts[name].arg_true().to_list()
        if rows:
            exact = ExactColumns(facts, rows)
            found = earned(points[name], exact.columns, exact.rows)
            values = [scaled_half_up(value, places) * unit for value, _ in found]
            rounded = rounded.with_columns(
                rounded[name].scatter(rows, pl.Series(values, dtype=pl.Int64))
            )
    return rounded
