"""Illustrative facts of a year (dữ liệu tập dượt): what units, agencies would say; never real data.

The answers are those of `inputs.illustrative`, dealt out to whoever has to give them.  Agencies
agree with most of what they see, cut some points and say why; units answer some of the cuts.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from criteria.assessment.model import Assessment
from criteria.exact import shortest
from criteria.model import CriteriaSet, Leaf
from criteria.plan.model import Plan
from inputs.answers import take_in
from inputs.illustrative import illustrative_answers, write_answers_csv
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.store.facts import Decision, Fact, input_subject, leaf_subject, task_subject
from inputs.store.hands import columns_of
from inputs.store.recording import recorded
from inputs.units import Unit, Units
from inputs.values import Cell, read_date
from inputs.work import WorkFiles
from inputs.workbooks.agencies import agency_of
from inputs.workbooks.duties import Duty, conditions, duties

_CUT, _REFUSED = 0.08, 0.02
"""Shares of self-scored leaves that an agency cuts, or refuses."""
_REASONS = (
    "Tài liệu kiểm chứng chỉ chứng minh được một phần",
    "Số liệu cao hơn số liệu trên hệ thống theo dõi",
    "Văn bản ban hành sau thời hạn quy định",
)
_REFUSALS = ("Không có tài liệu kiểm chứng", "Tài liệu gửi kèm không thuộc năm đánh giá")
_NOTHING_KNOWN = "Không có số liệu để thẩm định"
_LATE = "Đối chiếu với sổ theo dõi công văn đến"
_ANSWERS = (
    "Bổ sung tài liệu còn thiếu, đề nghị xem xét lại",
    "Số liệu đã được đối chiếu lại với sổ theo dõi, có xác nhận kèm theo",
)


def practice_answers(
    assessment: Assessment, sets: Sequence[CriteriaSet], units: Units, seed: int
) -> dict[tuple[str, str], Fact]:
    """Generated answers of all units, by unit and column of facts."""
    plan = next((each.plan for each in sets if each.plan is not None), None)
    with tempfile.TemporaryDirectory() as folder:
        answers, progress = Path(folder) / "answers.csv", Path(folder) / "progress.csv"
        rows = [row for each in sets for row in illustrative_answers(each, units, seed)]
        write_answers_csv(answers, rows)
        if plan is not None:
            write_progress_csv(progress, illustrative_progress(plan, units, seed))
        work = WorkFiles(progress=progress if plan is not None else None)
        intake = take_in([answers], units, sets, work, generated=True)
        told = [fact for each in intake.facts.values() for _, fact in recorded(each)]
    return {(fact.unit, fact.subject): _bare(fact) for fact in told}


def _bare(fact: Fact) -> Fact:
    """Without the cell of the table that it passed through."""
    return Fact(fact.unit, fact.subject, fact.value, fact.status, fact.reason)


def practice_self(
    assessment: Assessment, sets: Sequence[CriteriaSet], units: Units, seed: int
) -> dict[str, list[Fact]]:
    """What each unit would report of what is in its own hands, with evidence and days of tasks."""
    answers = practice_answers(assessment, sets, units, seed)
    found: dict[str, list[Fact]] = {}
    for each in sets:
        for unit in units.of_group(each.group):
            said = found.setdefault(unit.unit, [])
            for duty in duties(each, assessment, unit.attributes):
                if duty.asked:
                    said += _own(duty, each, unit, answers)
    plan = next((each.plan for each in sets if each.plan is not None), None)
    if plan is not None:
        for fact in _days(plan, units, seed):
            found.setdefault(fact.unit, []).append(fact)
    return found


def _own(
    duty: Duty, criteria_set: CriteriaSet, unit: Unit, answers: Mapping[tuple[str, str], Fact]
) -> list[Fact]:
    """The answers of one leaf that its unit gives, and the papers that show them."""
    given = _given(duty.own, criteria_set, unit, answers)
    proofs = []
    shown = given or not duty.own  # what the plan or another leaf counts is shown here, too
    if shown and isinstance(duty.item, Leaf) and duty.item.evidence != "none":
        chance = random.Random(f"{unit.unit}/{duty.item.id}")
        paper = f"Báo cáo số {chance.randint(10, 400)}/BC, trang {chance.randint(1, 12)}"
        reason = next((fact.reason for fact in given if fact.reason), None)
        proofs.append(Fact(unit.unit, leaf_subject(duty.item.id), reason=reason, evidence=paper))
    return [*given, *proofs]


def _given(
    names: Iterable[str],
    criteria_set: CriteriaSet,
    unit: Unit,
    answers: Mapping[tuple[str, str], Fact],
) -> list[Fact]:
    subjects = (input_subject(c) for name in names for c in columns_of(criteria_set, name))
    return [fact for subject in subjects if (fact := answers.get((unit.unit, subject))) is not None]


def _days(plan: Plan, units: Units, seed: int) -> list[Fact]:
    facts = []
    for row in illustrative_progress(plan, units, seed):
        if row.done_on:
            day = str(read_date(Cell(row.done_on)))
            subject = task_subject(row.task, row.instance)
            facts.append(Fact(row.unit, subject, day, evidence=row.evidence))
    return facts


def practice_review(
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
    self_points: Mapping[tuple[str, str], Fraction | None],
    seed: int,
) -> dict[str, list[Fact]]:
    """What each agency would decide and report.

    `self_points`: unit and leaf -> points at stage self; None or absent: there is nothing to cut.
    """
    answers = practice_answers(assessment, sets, units, seed)
    found: dict[str, list[Fact]] = {}
    for each in sets:
        for unit in units.of_group(each.group):
            for duty in duties(each, assessment, unit.attributes):
                said = found.setdefault(agency_of(assessment, duty.reviewer, unit), [])
                if duty.asked:
                    said.append(_decided(duty, unit, self_points, seed))
                elif duty.applies and duty.own:
                    found_out = _given(duty.own, each, unit, answers)
                    subject = leaf_subject(duty.item.id)
                    nothing = Fact(unit.unit, subject, "0", "given", _NOTHING_KNOWN)
                    said += found_out or [nothing]
                elif duty.applies:
                    said.append(Fact(unit.unit, leaf_subject(duty.item.id), None, "agreed"))
            forbidding = _given(conditions(each), each, unit, answers)
            said = found.setdefault(assessment.coordinator, [])
            said += [
                replace(fact, reason=_LATE) if fact.value == "yes" else fact for fact in forbidding
            ]
    return found


def _decided(
    duty: Duty, unit: Unit, self_points: Mapping[tuple[str, str], Fraction | None], seed: int
) -> Fact:
    """Mostly agreed; where points were claimed, some are cut to a half, or refused."""
    chance = random.Random(f"{seed}/review/{unit.unit}/{duty.item.id}")
    subject, roll = leaf_subject(duty.item.id), chance.random()
    points = self_points.get((unit.unit, duty.item.id))
    half = duty.item.maximum / 2
    decision: Decision = "agreed"
    if points and roll < _REFUSED:
        decision = "refused"
        return Fact(unit.unit, subject, None, decision, chance.choice(_REFUSALS))
    if points is not None and points > half and roll < _REFUSED + _CUT:
        decision = "given"
        return Fact(unit.unit, subject, shortest(half), decision, chance.choice(_REASONS))
    return Fact(unit.unit, subject, None, decision)


def practice_appeals(cut: Iterable[tuple[str, str]], seed: int) -> dict[str, list[Fact]]:
    """What units would answer to some of the leaves (unit, leaf) that were cut."""
    found: dict[str, list[Fact]] = {}
    for unit, leaf in cut:
        chance = random.Random(f"{seed}/appeal/{unit}/{leaf}")
        if chance.random() < 0.5:
            paper = f"Công văn số {chance.randint(10, 900)}/CV bổ sung tài liệu"
            fact = Fact(unit, leaf_subject(leaf), None, "appealed", chance.choice(_ANSWERS), paper)
            found.setdefault(unit, []).append(fact)
    return found
