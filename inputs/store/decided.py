"""Decisions on leaves (kết luận thẩm định) as columns of facts, `given:` and `decided:`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl

from criteria.exact import parse_plain, shortest
from criteria.model import Adjustment, Leaf
from criteria.problems import Problem
from inputs.facts import Facts, Status, leaf_columns
from inputs.places import Places, Stand
from inputs.store.spots import FactSpots, fact_place


def with_decisions(
    facts: Facts, acting: pl.DataFrame, pending: pl.DataFrame
) -> tuple[Facts, list[Problem]]:
    """The facts with what was decided of whole leaves, and points that nobody can give.

    `acting`: one row a unit and leaf (`in_force.acting`); a leaf in `pending` waits, whatever was
    decided of it before.
    """
    numbers = pl.DataFrame({"unit": facts.frame["unit"]}).with_row_index("local")
    told = acting.join(numbers, on="unit", how="inner", maintain_order="left")
    told = told.filter(pl.col("decision").is_in(["given", "refused", "not_applicable"]))
    told = told.join(pending, on=["unit", "leaf"], how="anti", maintain_order="left")
    by_leaf = told.with_row_index("row").partition_by("leaf", as_dict=True)
    waits = pending.join(numbers, on="unit", how="inner").partition_by("leaf", as_dict=True)
    spots = FactSpots(told.select("file", "sheet", "cell"))
    columns: dict[str, pl.Series] = {}
    scales, reasons = dict(facts.scales), dict(facts.reasons)
    stands: dict[str, tuple[Stand, ...]] = {}
    problems: list[Problem] = []
    for item in facts.set.items:
        rows, waiting = by_leaf.get((item.id,)), waits.get((item.id,))
        if rows is None and waiting is None:
            continue
        given: list[Fraction | None] = [None] * facts.frame.height
        decided: list[Status | None] = [None] * facts.frame.height
        for local in () if waiting is None else waiting["local"]:
            decided[local] = "pending"
        for row in () if rows is None else rows.iter_rows(named=True):
            match row["decision"]:
                case "given":
                    points = _points(row, item)
                    if points is None:
                        problems.append(_no_points(row, item))
                    given[row["local"]] = points
                case status:
                    decided[row["local"]] = status
        made, scale = leaf_columns(item, given, decided)
        columns |= made
        if scale is not None:
            scales[f"given:{item.id}"] = scale
        if rows is not None:
            reasons |= dict(_reasons(rows, item))
            stands |= {name: (_stand(rows, name, spots, facts),) for name in made}
    frame = facts.frame.with_columns(**columns)
    places = facts.place
    if isinstance(places, Places):
        places = Places(places.numbers, {**places.stands, **stands}, places.tasks)
    return replace(facts, frame=frame, scales=scales, reasons=reasons, place=places), problems


def _points(row: dict[str, Any], item: Leaf | Adjustment) -> Fraction | None:
    points = parse_plain(row["points"] or "")
    low, high = sorted((Fraction(0), item.maximum))
    return points if points is not None and low <= points <= high else None


def _no_points(row: dict[str, Any], item: Leaf | Adjustment) -> Problem:
    low, high = sorted((Fraction(0), item.maximum))
    values = {"value": row["points"] or "-", "low": shortest(low), "high": shortest(high)}
    place = fact_place(row["file"], row["sheet"], row["cell"])
    return Problem("given-not-possible", place, values, unit=row["unit"], criterion=item.id)


def _column(decision: str, item: Leaf | Adjustment) -> str:
    return f"given:{item.id}" if decision == "given" else f"decided:{item.id}"


def _reasons(rows: pl.DataFrame, item: Leaf | Adjustment) -> Iterator[tuple[tuple[str, str], str]]:
    for unit, decision, reason in rows.select("unit", "decision", "reason").iter_rows():
        if reason:
            yield (unit, _column(decision, item)), reason


def _stand(rows: pl.DataFrame, name: str, spots: FactSpots, facts: Facts) -> Stand:
    """Where the decisions of one column stand."""
    given = pl.col("decision") == "given"
    own = rows.filter(given if name.startswith("given:") else ~given)
    assert isinstance(facts.place, Places)
    numbers = pl.Series([facts.place.numbers[unit] for unit in own["unit"]], dtype=pl.UInt32)
    return Stand(spots, 0, numbers, own["row"], None)
