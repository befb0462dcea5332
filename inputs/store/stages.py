"""Closing and opening stages (đóng, mở giai đoạn): in order, and not while work is left."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from criteria.assessment.model import STAGES, Assessment, Stage
from criteria.model import CriteriaSet
from criteria.problems import Place, Problem
from inputs.store.admission import local_day
from inputs.store.facts import StageEvent
from inputs.store.hands import hands_of
from inputs.store.in_force import InForce, in_force_of
from inputs.store.waiting import waiting
from inputs.units import Units
from inputs.workbooks.agencies import agency_title

_MOST_NAMED = 5
"""Units that one finding names."""


def order_problems(
    stage: Stage, closed: Mapping[Stage, StageEvent], place: Place, *, close: bool
) -> Iterator[Problem]:
    """Why a stage cannot be closed, or opened again, as far as other stages go."""
    event, at = closed.get(stage), STAGES.index(stage)
    if close and event is not None:
        values = {"stage": stage, "day": _day(event.at), "who": event.who}
        yield Problem("stage-is-closed", place, values)
    elif not close and event is None:
        yield Problem("stage-is-open", place, {"stage": stage})
    elif close:
        first = next((each for each in STAGES[:at] if each not in closed), None)
        if first is not None:
            yield Problem("stage-before-open", place, {"stage": stage, "other": first})
    else:
        last = next((each for each in reversed(STAGES[at + 1 :]) if each in closed), None)
        if last is not None:
            yield Problem("stage-after-closed", place, {"stage": stage, "other": last})


def _day(at: datetime.datetime) -> str:
    return local_day(at).strftime("%d/%m/%Y")


def work_left(
    told: pl.DataFrame,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
    place: Place,
) -> Iterator[Problem]:
    """What would be cut off by closing a stage: units that have not sent, pending leaves, appeals
    without a ruling."""
    if stage == "self":
        sent = set(told.filter(pl.col("order") == 0)["unit"].to_list())
        for each in sets:
            lacking = [u.unit for u in units.of_group(each.group) if u.unit not in sent]
            if lacking:
                values = {"group": each.group_title or each.group}
                values |= _named(pl.DataFrame({"unit": lacking}), units)
                yield Problem("stage-units-missing", place, values)
    if stage in ("review", "final"):
        pending = pending_leaves(told, stage, assessment, sets, units)
        for agency in pending["agency"].unique(maintain_order=True):
            theirs = pending.filter(pl.col("agency") == agency)
            yield Problem(
                "stage-leaves-pending",
                place,
                {
                    "stage": stage,
                    "agency": agency_title(assessment, units.by_id, agency),
                    "leaves": str(theirs.height),
                    **_named(theirs, units),
                },
            )
    if stage == "appeal":
        open_ = open_appeals(in_force_of(told, stage))
        if open_.height:
            values = {"appeals": str(open_.height), **_named(open_, units)}
            yield Problem("stage-appeals-open", place, values)


def pending_leaves(
    told: pl.DataFrame,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
) -> pl.DataFrame:
    """What is pending at a stage in all sets: `group` and the columns of `waiting`."""
    frames = [
        waiting(told, hands_of(each, assessment, units.of_group(each.group)), stage).select(
            pl.lit(each.group).alias("group"), pl.all()
        )
        for each in sets
    ]
    return pl.concat(frames)


def open_appeals(in_force: InForce) -> pl.DataFrame:
    """The appeals that have no ruling (`InForce.appeals`)."""
    return in_force.appeals.filter(pl.col("ruling").is_null())


def _named(leaves: pl.DataFrame, units: Units) -> dict[str, str]:
    """How many units a frame is about, and the names of some."""
    ids = leaves["unit"].unique(maintain_order=True).to_list()
    names = [units.by_id[each].name if each in units.by_id else each for each in ids]
    more = "..." if len(names) > _MOST_NAMED else ""
    return {"units": str(len(ids)), "names": ", ".join(names[:_MOST_NAMED]) + more}
