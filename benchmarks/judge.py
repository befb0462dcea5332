"""The exact judge: every point a `Fraction`, read one answer at a time, in the plainest words.

Shares no code with the engine or a peer. Speed comes from two exact devices only: a leaf's points
are worked out once for each different answer, and units are summed as integers over one common
denominator.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.case import Case
from benchmarks.spec import Leaf, Spec


def leaf_points(leaf: Leaf, answer: tuple[Any, ...]) -> Fraction:
    """The points of one answer. A missing part (None) earns 0."""
    if any(part is None for part in answer):
        return Fraction(0)
    maximum = Fraction(leaf.maximum)
    match leaf.kind:
        case "steps":
            ratio = Fraction(answer[0], answer[1])
            for step in leaf.steps:
                bound = Fraction(step.percent) / 100
                if ratio > bound or (step.relation == "at_least" and ratio == bound):
                    return Fraction(step.points)
            return Fraction(0)
        case "proportional":
            ratio = Fraction(answer[0], answer[1])
            full_at = Fraction(leaf.full_at) / 100
            if ratio >= full_at:
                return maximum
            if ratio >= Fraction(leaf.floor) / 100:
                return Fraction(leaf.coefficient) * ratio / full_at
            return Fraction(0)
        case "deadline":
            for tier in leaf.tiers:
                if answer[0].isoformat() <= tier.by:
                    return Fraction(tier.points)
            return Fraction(0)
        case "deduct":
            left = maximum - Fraction(leaf.each) * int(answer[0])
            return max(Fraction(0), left)
        case kind:
            raise AssertionError(kind)


def exact(case: Case) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The true table of a case, and what its ranking holds.

    Columns `rank` (1, 2, 2, 4), `index`, `field:<id>` and `leaf:<id>`; the ranks are exact, the
    other columns are the float64 nearest to the exact value, for measuring errors. Kept on disk
    beside the case.
    """
    table_file, about_file = case.folder / "exact.parquet", case.folder / "exact.json"
    if not (table_file.exists() and about_file.exists()):
        table, about = _judge(case.spec, case.inputs_file)
        table.write_parquet(table_file)
        about_file.write_bytes(pl.DataFrame([about]).write_json().encode())
    return pl.read_parquet(table_file), pl.read_json(about_file).to_dicts()[0]


def _judge(spec: Spec, inputs_file: Path) -> tuple[pl.DataFrame, dict[str, Any]]:
    memos = [_memo(leaf, inputs_file) for leaf in spec.leaves]
    common = math.lcm(*(points.denominator for memo in memos for points in set(memo.values())))
    columns: dict[str, pl.Series] = {}
    totals: list[int] = []
    for field, members in spec.fields.items():
        field_totals: list[int] = []
        for leaf, memo in zip(spec.leaves[members], memos[members], strict=True):
            whole = {
                key: (p.numerator * (common // p.denominator), float(p)) for key, p in memo.items()
            }
            found = [
                whole[key]
                for key in pl.read_parquet(inputs_file, columns=list(leaf.reads)).iter_rows()
            ]
            columns[f"leaf:{leaf.id}"] = pl.Series(
                [nearest for _, nearest in found], dtype=pl.Float64
            )
            field_totals = _added(field_totals, [points for points, _ in found])
        columns[f"field:{field}"] = pl.Series(
            [points / common for points in field_totals], dtype=pl.Float64
        )
        totals = _added(totals, field_totals)
    # Integers over integers are divided by Python to the nearest float64, so no error is added
    # here.
    share = common * spec.total
    index = [100 * points * share.denominator / share.numerator for points in totals]
    ranks, about = _ranks(totals, Fraction(100, common) / spec.total)
    head = {"rank": pl.Series(ranks, dtype=pl.Int64), "index": pl.Series(index, dtype=pl.Float64)}
    return pl.DataFrame(head | columns), about


def _memo(leaf: Leaf, inputs_file: Path) -> dict[tuple[Any, ...], Fraction]:
    answers = pl.read_parquet(inputs_file, columns=list(leaf.reads)).unique()
    return {answer: leaf_points(leaf, answer) for answer in answers.iter_rows()}


def _added(left: list[int], right: list[int]) -> list[int]:
    return [a + b for a, b in zip(left, right, strict=True)] if left else right


def _ranks(totals: list[int], index_of_one: Fraction) -> tuple[list[int], dict[str, Any]]:
    """Shared ranks, and how tight they are: exact ties, neighbours nearer than 1e-9 and 1e-13."""
    order = sorted(range(len(totals)), key=totals.__getitem__, reverse=True)
    ranks = [0] * len(totals)
    tied = near = below_float = 0
    nearest = Fraction(1, 10**9) / index_of_one
    float_gap = Fraction(1, 10**13) / index_of_one
    for place, unit in enumerate(order):
        before = order[place - 1]
        if place and totals[before] == totals[unit]:
            ranks[unit] = ranks[before]
            tied += 1
        else:
            ranks[unit] = place + 1
            if place and totals[before] - totals[unit] < nearest:
                near += 1
                below_float += totals[before] - totals[unit] < float_gap
    about = {
        "units_sharing_a_rank_with_an_earlier_one": tied,
        "neighbours_nearer_than_1e-9": near,
        "neighbours_nearer_than_1e-13": below_float,
        "highest_index": float(totals[order[0]] * index_of_one),
        "median_index": float(totals[order[len(order) // 2]] * index_of_one),
        "lowest_index": float(totals[order[-1]] * index_of_one),
    }
    return ranks, about


@dataclass(frozen=True)
class Verdict:
    """A peer's answer against the truth.

    Errors are the largest over all units; None where nothing was delivered.
    """

    wrong_ranks: int
    furthest_rank: int
    index_error: float
    field_error: float | None
    leaf_error: float | None
    leaves_delivered: int
    fields_delivered: int


def verdict(case: Case, answer: pl.DataFrame) -> Verdict:
    """Judge a table of `rank`, `index`, and what `field:<id>`, `leaf:<id>` columns there are."""
    truth, _ = exact(case)
    if len(truth) != len(answer):
        raise ValueError(f"{len(answer)} units answered, {len(truth)} asked")
    off = (answer["rank"].cast(pl.Int64) - truth["rank"]).abs()
    if off.null_count():
        raise ValueError("a unit has no rank")
    fields = [
        name for name in truth.columns if name.startswith("field:") and name in answer.columns
    ]
    leaves = [name for name in truth.columns if name.startswith("leaf:") and name in answer.columns]
    return Verdict(
        wrong_ranks=int((off != 0).sum()),
        furthest_rank=int(off.max() or 0),  # type: ignore[arg-type]
        index_error=_error(truth, answer, ["index"]) or 0.0,
        field_error=_error(truth, answer, fields),
        leaf_error=_error(truth, answer, leaves),
        leaves_delivered=len(leaves),
        fields_delivered=len(fields),
    )


def _error(truth: pl.DataFrame, answer: pl.DataFrame, names: list[str]) -> float | None:
    """The largest difference; a null or NaN counts as infinitely wrong."""
    if not names:
        return None
    worst = 0.0
    for name in names:
        off = (
            (answer[name].cast(pl.Float64) - truth[name])
            .abs()
            .fill_null(math.inf)
            .fill_nan(math.inf)
        )
        worst = max(worst, float(off.max()))  # type: ignore[arg-type]
    return worst
