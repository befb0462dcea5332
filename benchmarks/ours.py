"""parindex in the race: the engine's own calls behind `prepare` and `score`.

`prepare` reads the criteria set and the inputs into the engine's own form in memory (as every peer
does before its clock starts); `score` is the timed call and must work everything out anew each
time: all leaf points, all field totals, the exact index, ranks.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from benchmarks.case import Case
from benchmarks.peers.common import Columns, Peer, main
from benchmarks.spec import Spec
from criteria.load import load_set
from inputs.facts import Facts
from scoring.compiled import Compiled, compile_set
from scoring.leaf_points import Engine
from scoring.score import score_core
from scoring.terms import NANO


@dataclass(frozen=True)
class Prepared:
    """Checked facts in memory, as `parindex score` holds them, and the engine to use."""

    facts: Facts
    compiled: Compiled
    engine: Engine


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


def prepare(case: Case, engine: str = "polars") -> Prepared:
    """Criteria from `case.criteria_file`, inputs from `case.inputs_file`; not timed."""
    criteria_set = load_set(Path(case.criteria_file))
    names = pl.read_parquet_schema(case.inputs_file)
    columns = [pl.read_parquet(case.inputs_file, columns=[name])[name].rechunk() for name in names]
    typed = [c.to_physical().cast(pl.Int64) if c.dtype == pl.Date else c for c in columns]
    units = typed[0]
    frame = pl.DataFrame(
        [
            units,
            units.alias("name"),
            pl.Series("parent", [None], dtype=pl.String).new_from_index(0, len(units)),
            pl.Series("ranked", [True]).new_from_index(0, len(units)),
            *typed[1:],
        ]
    )
    scales = {name: 0 for name, i in criteria_set.inputs.items() if i.type == "count"}
    facts = Facts(criteria_set, frame, scales)
    return Prepared(facts, compile_set(facts), "duckdb" if engine == "duckdb" else "polars")


def score(prepared: Prepared) -> Result:
    """The timed call: everything anew from the compiled rules, ranks certain."""
    core = score_core(prepared.facts, prepared.compiled, prepared.engine)
    fields = [f"field:{field.id}" for field in prepared.facts.set.fields]
    leaves = [f"p:{leaf.id}" for leaf in prepared.facts.set.leaves]
    assert core.rank is not None  # the case ranks on the exact index
    sums = core.sums.frame
    return Result(sums["index"], core.rank, sums[fields], core.leaves.frame[leaves])


def columns(case: Case, result: Result) -> Columns:
    """The answer as plain columns for the judge; not timed."""
    spec: Spec = case.spec
    answer: Columns = {"index": result.index / NANO, "rank": result.rank}
    fields, leaves = [c / NANO for c in result.fields], [c / NANO for c in result.leaves]
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
