"""The floor: read every value of every input column once and add it up, with polars in memory.

Nothing that scores can be faster than this. Counts are summed as Int64, dates as day numbers; nulls
are skipped through their masks. All columns at once, on all cores.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.peers.common import Columns, Peer, main


def build(folder: Path, variant: str) -> list[pl.Expr]:
    schema = pl.read_parquet_schema(folder / "inputs.parquet")
    return [pl.col(name).to_physical().sum() for name in schema if name != "unit"]


def load(sums: list[pl.Expr], inputs: Path) -> pl.DataFrame:
    """Column by column, so that reading leaves nothing behind in memory."""
    names = [name for name in pl.read_parquet_schema(inputs) if name != "unit"]
    return pl.DataFrame(
        [pl.read_parquet(inputs, columns=[name]).to_series().rechunk() for name in names]
    )


def score(sums: list[pl.Expr], table: pl.DataFrame) -> pl.DataFrame:
    return table.select(sums)


def columns(sums: list[pl.Expr], result: pl.DataFrame) -> Columns:
    return result.to_dict(as_series=True)


PEER = Peer(
    name="scan: the sum of every input column",
    note="polars, columns in memory, all cores.",
    distributions=("polars",),
    build=build,
    load=load,
    score=score,
    columns=columns,
)

if __name__ == "__main__":
    main(PEER)
