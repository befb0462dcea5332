"""Who reviews which leaf of which unit (cơ quan thẩm định), and how an agency is called."""

from __future__ import annotations

from collections.abc import Mapping

from criteria.assessment.model import Assessment
from criteria.wording import has_wording, wording
from inputs.units import Unit


def agency_of(assessment: Assessment, reviewer: str, unit: Unit) -> str:
    """The agency that reviews a unit where a duty names `reviewer` (`Duty.reviewer`).

    `of: parent`: the unit above it; the coordinator where there is none.
    """
    declared = assessment.reviewers.get(reviewer)
    if declared is not None and declared.of == "parent":
        return unit.parent or assessment.coordinator
    return reviewer


def agency_title(assessment: Assessment, units: Mapping[str, Unit], agency: str) -> str:
    """The agency's name: as declared, or that of the unit it is, or a common one, else its id."""
    declared = assessment.reviewers.get(agency)
    if declared is not None:
        return declared.title
    unit = units.get(agency)
    if unit is not None:
        return unit.name
    known = f"reviewer.{agency}"
    return wording("explain", known, "vi") if has_wording("explain", known) else agency
