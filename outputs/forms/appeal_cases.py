"""The cases of a year (các tiêu chí bị trừ điểm): scores and stored facts, leaf by leaf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet, leaf_inputs
from inputs.store.hands import columns_of
from inputs.store.in_force import InForce, acting
from inputs.units import Unit
from inputs.workbooks.appeal_case import CaseKey, Correction, CutLeaf, Said
from inputs.workbooks.duties import Duty, duties
from scoring.cuts import Cut, cuts
from scoring.score import Scores


@dataclass(frozen=True)
class Held:
    """What the store holds of cut leaves, looked up by unit and leaf, or unit and column.

    `told`: the units' own values.  `changed`: what review said of an input that the unit had told
    otherwise; `back`: inputs that a ruling has put back.  `decisions`: of reviewers.
    """

    told: Mapping[tuple[str, str], str]
    changed: Mapping[tuple[str, str], Mapping[str, Any]]
    back: frozenset[tuple[str, str]]
    decisions: Mapping[CaseKey, Said]
    proofs: Mapping[CaseKey, Said]
    appeals: Mapping[CaseKey, Said]
    rulings: Mapping[CaseKey, Said]

    def corrections(self, criteria_set: CriteriaSet, unit: str, duty: Duty) -> list[Correction]:
        """What review changed of the inputs that a leaf reads."""
        found = []
        for name in leaf_inputs(duty.item):
            home = duty.shared.get(name, duty.item.id)
            for column in columns_of(criteria_set, name):
                said = self.changed.get((unit, column))
                if said is not None:
                    found.append(
                        Correction(
                            column=column,
                            home=home,
                            told=self.told.get((unit, column)),
                            reviewed=said["value"],
                            who=said["who"],
                            reason=said["reason"],
                            status=said["status"],
                            back=(unit, column) in self.back,
                            seq=said["seq"],
                        )
                    )
        return found


def held_of(told: InForce, reviewed: InForce, now: InForce) -> Held:
    """What stands at the stages self, review and appeal, looked up."""
    answers = ("unit", "column", "value", "status")
    own = told.answers.select(*answers)
    changed = reviewed.answers.join(own, on=["unit", "column"], how="left", suffix="_told").filter(
        pl.col("value").ne_missing(pl.col("value_told"))
        | pl.col("status").ne_missing(pl.col("status_told"))
    )
    touched = changed.select("unit", "column")
    before = own.join(touched, on=["unit", "column"], how="semi")
    again = now.answers.filter(pl.col("stage") == "appeal").select("unit", "column")
    return Held(
        told={(u, c): v for u, c, v, _ in before.iter_rows() if v is not None},
        changed={(row["unit"], row["column"]): row for row in changed.iter_rows(named=True)},
        back=frozenset((u, c) for u, c in again.iter_rows()),
        decisions=_said(acting(reviewed.leaves), "decision", "reason", points="points"),
        proofs=_said(told.proofs, None, "explanation"),
        appeals=_said(now.appeals, None, "explanation"),
        rulings=_rulings(now.appeals),
    )


def _said(
    frame: pl.DataFrame, decision: str | None, reason: str, points: str | None = None
) -> dict[CaseKey, Said]:
    return {
        (row["unit"], row["leaf"]): Said(
            who=row["who"],
            seq=row["seq"],
            decision=None if decision is None else row[decision],
            points=None if points is None else row[points],
            reason=row[reason],
            evidence=row["evidence"],
        )
        for row in frame.iter_rows(named=True)
    }


def _rulings(appeals: pl.DataFrame) -> dict[CaseKey, Said]:
    return {
        (row["unit"], row["leaf"]): Said(
            who=row["ruled_by"],
            seq=row["ruled_seq"],
            decision=row["ruling"],
            points=row["ruled_points"],
            reason=row["ruled_reason"],
        )
        for row in appeals.filter(pl.col("ruling").is_not_null()).iter_rows(named=True)
    }


def cut_leaves(
    told: Scores,
    reviewed: Scores,
    held: Held,
    assessment: Assessment,
    units: Mapping[str, Unit],
) -> list[CutLeaf]:
    """All cut leaves of one set, by unit, then in the set's order.

    `told`, `reviewed`: the set scored at the stages self and review.
    """
    criteria_set = told.facts.set
    known: dict[tuple[bool, ...], dict[str, Duty]] = {}
    found = []
    for cut in cuts(told, reviewed):
        unit = units[cut.unit]
        flags = tuple(unit.attributes.get(name) is True for name in criteria_set.attributes)
        if flags not in known:
            all_ = duties(criteria_set, assessment, unit.attributes)
            known[flags] = {duty.item.id: duty for duty in all_}
        found.append(_case(cut, criteria_set, unit, known[flags][cut.item.id], held))
    return found


def _case(cut: Cut, criteria_set: CriteriaSet, unit: Unit, duty: Duty, held: Held) -> CutLeaf:
    key = (cut.unit, cut.item.id)
    corrections = held.corrections(criteria_set, cut.unit, duty)
    decided = held.decisions.get(key)
    seen = [each.seq for each in corrections]
    return CutLeaf(
        set=criteria_set,
        unit=unit,
        duty=duty,
        told=cut.before.points,
        reviewed=cut.after.points,
        lost=cut.lost,
        state=cut.after.state,
        corrections=tuple(corrections),
        proof=held.proofs.get(key),
        decided=decided,
        appeal=held.appeals.get(key),
        ruling=held.rulings.get(key),
        newest=max([*seen, 0 if decided is None else decided.seq], default=0),
    )
