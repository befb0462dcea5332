"""A plain Python loop in floats; its rules serve the row-by-row pandas peer too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.case import days_since_1970
from benchmarks.peers.common import Columns, Peer, main, named, ranks_of_list, read_lists, read_spec
from benchmarks.spec import Leaf, Spec

Rule = Callable[[Any, Any], float]


def rule(leaf: Leaf) -> Callable[..., float]:
    """One leaf as a function of its one or two answers (None = missing)."""
    match leaf.kind:
        case "steps":
            steps = [
                (s.relation == "at_least", float(s.percent) / 100, float(s.points))
                for s in leaf.steps
            ]

            def by_steps(done: float | None, due: float | None) -> float:
                if done is None or due is None:
                    return 0.0
                ratio = done / due
                for closed, bound, points in steps:
                    if ratio > bound or (closed and ratio == bound):
                        return points
                return 0.0

            return by_steps
        case "proportional":
            maximum, coefficient = float(leaf.maximum), float(leaf.coefficient)
            floor, full_at = float(leaf.floor) / 100, float(leaf.full_at) / 100

            def by_proportion(done: float | None, due: float | None) -> float:
                if done is None or due is None:
                    return 0.0
                ratio = done / due
                if ratio >= full_at:
                    return maximum
                return coefficient * ratio / full_at if ratio >= floor else 0.0

            return by_proportion
        case "deadline":
            tiers = [(days_since_1970(tier.by), float(tier.points)) for tier in leaf.tiers]

            def by_date(sent: float | None) -> float:
                if sent is not None:
                    for last, points in tiers:
                        if sent <= last:
                            return points
                return 0.0

            return by_date
        case "deduct":
            most, each = float(leaf.maximum), float(leaf.each)

            def by_deduction(late: float | None) -> float:
                return 0.0 if late is None else max(0.0, most - late * each)

            return by_deduction
        case kind:
            raise AssertionError(kind)


def build(folder: Path, variant: str) -> tuple[Spec, list[Callable[..., float]]]:
    spec = read_spec(folder)
    return spec, [rule(leaf) for leaf in spec.leaves]


def load(
    rules: tuple[Spec, list[Callable[..., float]]], inputs: Path
) -> list[list[tuple[float | None, ...]]]:
    """One list a unit, holding each leaf's answers; dates as day numbers."""
    spec = rules[0]
    lists = read_lists(spec, inputs)
    by_leaf = [
        list(zip(*(lists[name] for name in leaf.reads), strict=True)) for leaf in spec.leaves
    ]
    return [list(unit) for unit in zip(*by_leaf, strict=True)]


def score(
    rules: tuple[Spec, list[Callable[..., float]]], units: list[list[tuple[float | None, ...]]]
) -> tuple[list[list[float]], list[list[float]], list[float], list[int]]:
    spec, leaves = rules
    fields = list(spec.fields.values())
    total = float(spec.total)
    all_points, all_fields, index = [], [], []
    for answers in units:
        points = [leaf(*answer) for leaf, answer in zip(leaves, answers, strict=True)]
        sums = [sum(points[members]) for members in fields]
        all_points.append(points)
        all_fields.append(sums)
        index.append(100 * sum(sums) / total)
    return all_points, all_fields, index, ranks_of_list(index)


def columns(rules: tuple[Spec, list[Callable[..., float]]], result: tuple[Any, ...]) -> Columns:
    points, fields, index, rank = result
    return named(
        rules[0], list(zip(*points, strict=True)), list(zip(*fields, strict=True)), index, rank
    )


PEER = Peer(
    name="plain Python loop, float",
    note="Answers in lists, dates as day numbers; one closure a leaf; one thread.",
    distributions=(),
    build=build,
    load=load,
    score=score,
    columns=columns,
)

if __name__ == "__main__":
    main(PEER)
