"""zen-engine (GoRules): the rules as one expression node of a decision, compiled once.

Two ways of asking: `evaluate_batch` over a loaded decision, its fastest way (it uses several
threads), and one `evaluate` a unit (`--variant single`), which is what most programs that embed it
do.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import zen

from benchmarks.case import days_since_1970
from benchmarks.peers.common import Columns, Peer, main, named, ranks_of_list, read_lists, read_spec
from benchmarks.spec import Leaf, Spec

# Spec, the names of the leaves, those of the fields, and how a list of units is asked.
Ask = Callable[[list[dict[str, Any]]], Iterator[dict[str, Any]]]
Rules = tuple[Spec, list[str], list[str], Ask]
SLICE = 10_000  # requests in one batch, so that answers do not pile up in memory


def rate(percent: str) -> str:
    """`97.5` as the exact decimal 0.975; zen counts in decimals."""
    return format(Decimal(percent) / 100, "f")


def variable(leaf: Leaf) -> str:
    return "p" + leaf.id.replace(".", "_")


def expression(leaf: Leaf) -> str:
    first = leaf.reads[0]
    missing = " or ".join(f"{name} == null" for name in leaf.reads)
    match leaf.kind:
        case "steps":
            ratio = f"{first} / {leaf.reads[1]}"
            points = "0"
            for step in reversed(leaf.steps):
                sign = ">=" if step.relation == "at_least" else ">"
                points = f"{ratio} {sign} {rate(step.percent)} ? {step.points} : ({points})"
        case "proportional":
            ratio = f"{first} / {leaf.reads[1]}"
            full_at = rate(leaf.full_at)
            part = f"{ratio} >= {rate(leaf.floor)} ? {leaf.coefficient} * {ratio} / {full_at} : 0"
            points = f"{ratio} >= {full_at} ? {leaf.maximum} : ({part})"
        case "deadline":
            points = "0"
            for tier in reversed(leaf.tiers):
                points = f"{first} <= {days_since_1970(tier.by)} ? {tier.points} : ({points})"
        case "deduct":
            points = f"max([0, {leaf.maximum} - {first} * {leaf.each}])"
        case kind:
            raise AssertionError(kind)
    return f"({missing}) ? 0 : ({points})"


def build(folder: Path, variant: str) -> Rules:
    spec = read_spec(folder)
    leaves = [variable(leaf) for leaf in spec.leaves]
    fields = [f"f{field}" for field in spec.fields]
    lines = [(variable(leaf), expression(leaf)) for leaf in spec.leaves]
    for field, members in zip(fields, spec.fields.values(), strict=True):
        lines.append((field, " + ".join(f"$.{variable(leaf)}" for leaf in spec.leaves[members])))
    lines.append(
        ("index", f"100 * ({' + '.join(f'$.{field}' for field in fields)}) / {int(spec.total)}")
    )
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        {
            "id": "rules",
            "name": "rules",
            "type": "expressionNode",
            "content": {
                "expressions": [{"id": key, "key": key, "value": value} for key, value in lines]
            },
        },
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in (("in", "rules"), ("rules", "out"))
    ]
    graph = {"nodes": nodes, "edges": edges}
    return spec, leaves, fields, one_by_one(graph) if variant == "single" else in_batches(graph)


def one_by_one(graph: dict[str, Any]) -> Ask:
    """ZenDecisionContent is compiled here; a plain string proved a third slower at each call."""
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(graph)))

    def ask(units: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for unit in units:
            yield decision.evaluate(unit["context"])["result"]

    return ask


def in_batches(graph: dict[str, Any]) -> Ask:
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": graph}}})

    def ask(units: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for start in range(0, len(units), SLICE):
            for answer in engine.evaluate_batch(units[start : start + SLICE]):
                yield answer["data"]["result"]

    return ask


def load(rules: Rules, inputs: Path) -> list[dict[str, Any]]:
    """One request a unit; dates as day numbers."""
    lists = read_lists(rules[0], inputs)
    units = zip(*lists.values(), strict=True)
    return [{"key": "rules", "context": dict(zip(lists, unit, strict=True))} for unit in units]


def score(rules: Rules, units: list[dict[str, Any]]) -> tuple[Any, ...]:
    _, leaves, fields, ask = rules
    points, sums, index = [], [], []
    for result in ask(units):
        points.append([result[name] for name in leaves])
        sums.append([result[name] for name in fields])
        index.append(result["index"])
    return points, sums, index, ranks_of_list(index)


def columns(rules: Rules, result: tuple[Any, ...]) -> Columns:
    points, fields, index, rank = result

    def floats(rows: list[list[Any]]) -> list[list[float]]:
        return [[float(value) for value in column] for column in zip(*rows, strict=True)]

    return named(rules[0], floats(points), floats(fields), [float(value) for value in index], rank)


def peer(*, single: bool) -> Peer:
    shared = (
        "Decision compiled once; one expression node; dicts made before the clock; "
        "dates as day numbers; "
    )
    way = (
        "one evaluate a unit, one thread"
        if single
        else "evaluate_batch in slices of 10,000, its own threads"
    )
    return Peer(
        name="zen-engine, one call a unit" if single else "zen-engine, in batches",
        note=f"{shared}{way}; rank by Python.",
        distributions=("zen-engine",),
        build=build,
        load=load,
        score=score,
        columns=columns,
    )


if __name__ == "__main__":
    main(peer(single="single" in sys.argv))
