"""pandas row by row (`DataFrame.apply(axis=1)`): what in-house scripts look like."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.peers import python_loop
from benchmarks.peers.common import Columns, Peer, main, named, read_spec
from benchmarks.spec import Spec

Rules = tuple[Spec, list[tuple[tuple[str, ...], Callable[..., float]]]]


def build(folder: Path, variant: str) -> Rules:
    spec = read_spec(folder)
    return spec, [(leaf.reads, python_loop.rule(leaf)) for leaf in spec.leaves]


def load(rules: Rules, inputs: Path) -> pd.DataFrame:
    """All columns float64, dates as day numbers: a table of one type is the kindest to `apply`."""
    table = pd.read_parquet(inputs, columns=rules[0].inputs)
    epoch = pd.Timestamp("1970-01-01")
    for name in table.columns:
        if name.startswith("sent_"):
            table[name] = (table[name].astype("datetime64[s]") - epoch).dt.days
    return table.astype("float64")


def score(rules: Rules, table: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    spec, leaves = rules
    fields = list(spec.fields.values())
    total = float(spec.total)

    def one(unit: Any) -> tuple[float, ...]:
        points = []
        for reads, rule in leaves:
            answers = [unit[name] for name in reads]
            points.append(0.0 if any(answer != answer for answer in answers) else rule(*answers))
        sums = [sum(points[members]) for members in fields]
        return *points, *sums, 100 * sum(sums) / total

    scored = table.apply(one, axis=1, result_type="expand")
    return scored, scored.iloc[:, -1].rank(method="min", ascending=False)


def columns(rules: Rules, result: tuple[pd.DataFrame, pd.Series]) -> Columns:
    spec = rules[0]
    scored, rank = result
    by_place = [scored.iloc[:, at].to_numpy() for at in range(scored.shape[1])]
    leaves = len(spec.leaves)
    return named(
        spec, by_place[:leaves], by_place[leaves:-1], by_place[-1], rank.to_numpy().astype("int64")
    )


PEER = Peer(
    name="pandas, row by row",
    note=(
        "apply(axis=1, result_type='expand') over one float64 table, dates as day numbers; "
        "one thread."
    ),
    distributions=("pandas", "numpy", "pyarrow"),
    build=build,
    load=load,
    score=score,
    columns=columns,
)

if __name__ == "__main__":
    main(PEER)
