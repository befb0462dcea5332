"""parindex in the race: the engine's own calls behind `prepare` and `score`.

`prepare` reads the criteria set and the inputs into the engine's own form in memory (as every peer
does before its clock starts); `score` is the timed call and must work everything out anew each
time: all leaf points, all field totals, the exact index, ranks.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.case import Case
from benchmarks.peers.common import Columns, Peer, main
from benchmarks.spec import Spec

NOT_YET = "benchmarks/ours.py: the engine is not plugged in yet"


@dataclass(frozen=True)
class Result:
    """What `score` hands back; all rows in the order of `inputs.parquet`.

    index   the index of each unit (any number type; the judge compares it as float64)
    rank    1, 2, 2, 4
    fields  one column a field, in the order of the set
    leaves  one column a leaf, in the order of the set
    For columns that are not plain numbers (fixed point, pairs of integers), turn them into numbers
    in `columns`, which is not timed.
    """

    index: pl.Series
    rank: pl.Series
    fields: pl.DataFrame
    leaves: pl.DataFrame


def prepare(case: Case, engine: str = "polars") -> Any:
    """Criteria from `case.criteria_file`, inputs from `case.inputs_file`; not timed.

    The inputs are one wide table: `unit`, then a column an input. Read column by column they take
    no more memory than they weigh; `pl.read_parquet(...).rechunk()` leaves twice that behind.
    """
    raise NotImplementedError(NOT_YET)


def score(prepared: Any) -> Result:
    """The timed call."""
    raise NotImplementedError(NOT_YET)


def columns(case: Case, result: Result) -> Columns:
    """The answer as plain columns for the judge; not timed."""
    spec: Spec = case.spec
    answer: Columns = {"index": result.index, "rank": result.rank}
    fields, leaves = result.fields.get_columns(), result.leaves.get_columns()
    answer |= {f"field:{name}": column for name, column in zip(spec.fields, fields, strict=True)}
    answer |= {f"leaf:{leaf.id}": column for leaf, column in zip(spec.leaves, leaves, strict=True)}
    return answer


def _build(folder: Path, variant: str) -> tuple[Case, str]:
    return Case.at(folder), variant or "polars"


def peer(*, duckdb: bool) -> Peer:
    return Peer(
        name="parindex, DuckDB" if duckdb else "parindex, polars",
        note="Exact; inputs as Int64 and Date columns in memory; all cores.",
        distributions=("duckdb", "polars") if duckdb else ("polars",),
        build=_build,
        load=lambda rules, inputs: prepare(*rules),
        score=lambda rules, prepared: score(prepared),
        columns=lambda rules, result: columns(rules[0], result),
    )


if __name__ == "__main__":
    main(peer(duckdb="duckdb" in sys.argv))
