"""numpy, column by column in float64: the speed limit of the ordinary way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers.common import Columns, Peer, main, named, read_columns, read_spec
from benchmarks.spec import Leaf, Spec

Inputs = dict[str, np.ndarray]


def build(folder: Path, variant: str) -> tuple[Spec, list[tuple[Any, ...]]]:
    spec = read_spec(folder)
    return spec, [floats(leaf) for leaf in spec.leaves]


def floats(leaf: Leaf) -> tuple[Any, ...]:
    """The leaf with its numbers as floats and its dates as numpy dates."""
    match leaf.kind:
        case "steps":
            steps = [
                (s.relation == "at_least", float(s.percent) / 100, float(s.points))
                for s in leaf.steps
            ]
            return "steps", *leaf.reads, steps[::-1]
        case "proportional":
            numbers = (leaf.maximum, leaf.coefficient)
            bounds = (leaf.floor, leaf.full_at)
            return (
                "proportional",
                *leaf.reads,
                *map(float, numbers),
                *(float(b) / 100 for b in bounds),
            )
        case "deadline":
            return (
                "deadline",
                *leaf.reads,
                [(np.datetime64(t.by), float(t.points)) for t in leaf.tiers[::-1]],
            )
        case "deduct":
            return "deduct", *leaf.reads, float(leaf.maximum), float(leaf.each)
        case kind:
            raise AssertionError(kind)


def load(rules: tuple[Spec, list[tuple[Any, ...]]], inputs: Path) -> Inputs:
    """Counts as float64 with NaN for a missing one, dates as datetime64[D] with NaT."""
    table = read_columns(rules[0], inputs)
    loaded = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.to_numpy()
        loaded[name] = values.astype("datetime64[D]" if name.startswith("sent_") else np.float64)
    return loaded


def points(rule: tuple[Any, ...], inputs: Inputs) -> np.ndarray:
    """The points of one leaf; NaN and NaT compare false, so a missing answer falls to 0."""
    match rule:
        case "steps", done, due, steps:
            ratio = inputs[done] / inputs[due]
            earned: Any = 0.0
            for closed, bound, value in steps:
                earned = np.where(ratio >= bound if closed else ratio > bound, value, earned)
            return earned
        case "proportional", done, due, maximum, coefficient, floor, full_at:
            ratio = inputs[done] / inputs[due]
            part = np.where(ratio >= floor, coefficient * ratio / full_at, 0.0)
            return np.where(ratio >= full_at, maximum, part)
        case "deadline", sent, tiers:
            earned = 0.0
            for by, value in tiers:
                earned = np.where(inputs[sent] <= by, value, earned)
            return earned
        case "deduct", late, maximum, each:
            return np.fmax(maximum - inputs[late] * each, 0.0)  # fmax passes over NaN
    raise AssertionError(rule)


def ranks(index: np.ndarray) -> np.ndarray:
    """Shared ranks, highest first: how many are strictly above, plus one."""
    ascending = np.sort(index)
    return len(index) - np.searchsorted(ascending, index, side="right") + 1


def score(rules: tuple[Spec, list[tuple[Any, ...]]], inputs: Inputs) -> tuple[Any, ...]:
    spec, leaves = rules
    earned = [points(rule, inputs) for rule in leaves]
    fields = [np.sum(earned[members], axis=0) for members in spec.fields.values()]
    index = 100 * np.sum(fields, axis=0) / float(spec.total)
    return earned, fields, index, ranks(index)


def columns(rules: tuple[Spec, list[tuple[Any, ...]]], result: tuple[Any, ...]) -> Columns:
    return named(rules[0], *result)


PEER = Peer(
    name="numpy, vectorised float64",
    note="Counts float64 with NaN, dates datetime64[D]; one np.where a bound; one thread.",
    distributions=("numpy",),
    build=build,
    load=load,
    score=score,
    columns=columns,
)

if __name__ == "__main__":
    main(PEER)
