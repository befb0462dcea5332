"""Whether a stage still takes what comes in (nhận hay không), and whether it is late (nộp muộn)."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from criteria.assessment.model import Assessment, Stage
from criteria.problems import Place, Problem
from inputs.store.facts import StageEvent

VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
"""Vietnam has one time, and no summer time."""


@dataclass(frozen=True, slots=True)
class Admission:
    """`late`: after the stage's day, or after it was closed; `refusal`: why nothing is taken."""

    late: bool
    refusal: Problem | None = None


def local_day(at: datetime.datetime) -> datetime.date:
    """The day in Vietnam of a time in UTC.

    >>> local_day(datetime.datetime(2018, 1, 15, 17, 30))
    datetime.date(2018, 1, 16)
    """
    return at.replace(tzinfo=datetime.UTC).astimezone(VIETNAM).date()


def last_day(assessment: Assessment, stage: Stage) -> datetime.date | None:
    """The stage's day in the calendar; None for final results, which have none."""
    match stage:
        case "self":
            return assessment.calendar.self
        case "review":
            return assessment.calendar.review
        case "appeal":
            return assessment.calendar.appeal
        case "final":
            return None


def admission(
    assessment: Assessment,
    closed: Mapping[Stage, StageEvent],
    stage: Stage,
    at: datetime.datetime,
    place: Place,
) -> Admission:
    """What becomes of facts of a stage that come at a time (UTC); `place`: what they come in.

    Once the final results are closed nothing moves them, whatever the policy.
    """
    event = closed.get(stage)
    if event is not None and assessment.policy.late == "refuse":
        day = local_day(event.at).strftime("%d/%m/%Y")
        refusal = Problem("stage-closed", place, {"stage": stage, "day": day})
        return Admission(late=True, refusal=refusal)
    end = closed.get("final")
    if end is not None:
        day = local_day(end.at).strftime("%d/%m/%Y")
        return Admission(late=True, refusal=Problem("final-closed", place, {"day": day}))
    last = last_day(assessment, stage)
    return Admission(late=event is not None or (last is not None and local_day(at) > last))
