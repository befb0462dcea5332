"""Tables of a reviewing agency (bảng số liệu của cơ quan thẩm định): checked, as batches of facts.

Survey results, statistics, numbers of the reviewer's own: what `score --answers` reads.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath

import polars as pl

from criteria.assessment.model import Assessment, Stage
from criteria.exact import parse_plain
from criteria.model import CriteriaSet
from criteria.problems import Place, Problem
from inputs.answers import take_in
from inputs.facts import STATUS, Facts
from inputs.store.admission import admission
from inputs.store.facts import INPUT, Batch, Fact, StageEvent
from inputs.store.hands import hands_of
from inputs.store.in_force import acting, in_force_of
from inputs.store.recording import recorded
from inputs.units import Units
from inputs.workbooks.agencies import agency_of, agency_title

_OF_OTHER_TABLES = ("progress-missing", "tasks-table-missing")
"""Findings on tables that are not recorded this way."""


_OUTWEIGHING = ("given", "refused", "not_applicable")
"""Decisions on a leaf that act whatever its numbers are."""


@dataclass(frozen=True)
class Desk:
    """What tables are held against; `told`: the history of the store, `closed`: closed stages."""

    assessment: Assessment
    sets: Sequence[CriteriaSet]
    units: Units
    told: pl.DataFrame
    closed: Mapping[Stage, StageEvent]

    @cached_property
    def agencies(self) -> frozenset[str]:
        """Everybody who reviews some leaf of some unit."""
        declared = self.assessment.reviewers
        named = {each for each, reviewer in declared.items() if reviewer.of is None}
        above = [each for each, reviewer in declared.items() if reviewer.of == "parent"]
        units = {agency_of(self.assessment, each, unit) for each in above for unit in self.units}
        return frozenset(named | units | {self.assessment.coordinator})


@dataclass(frozen=True)
class Taken:
    """`batches`: one a file, refused ones without facts; `problems`: with any that is no advice,
    nothing is to be taken."""

    batches: tuple[Batch, ...]
    problems: tuple[Problem, ...]


def record_tables(
    files: Sequence[Path], stage: Stage, who: str, at: datetime.datetime, desk: Desk
) -> Taken:
    """Read tables of answers as what the agency `who` says at a stage, at the time `at` (UTC)."""
    files = list(dict.fromkeys(files))
    if who not in desk.agencies:
        values = {"value": who, "known": ", ".join(sorted(desk.agencies))}
        return Taken((), (Problem("record-agency-unknown", Place(str(files[0])), values),))
    intake = take_in(files, desk.units, desk.sets)
    problems = [each for each in intake.problems if each.code not in _OF_OTHER_TABLES]
    digests = {s.file: s.sha256 for facts in intake.facts.values() for s in facts.sources}
    found: dict[str, list[Fact]] = {str(path): [] for path in files}
    for each in desk.sets:
        facts = intake.facts[each.id]
        problems += _waiting(facts)
        checks = _Checks(desk, each, stage, who)
        for place, fact in recorded(facts):
            found[place.file].append(fact)
            problems += checks.faults(fact, place)
    batches = []
    for file, said in found.items():
        entry = admission(desk.assessment, desk.closed, stage, at, Place(file))
        problems += [entry.refusal] if entry.refusal else []
        batches.append(
            Batch(
                stage=stage,
                kind="record",
                who=who,
                file=PurePath(file).name,
                sha256=digests.get(file, ""),
                at=at,
                outcome="refused" if entry.refusal else "taken",
                late=entry.late,
                problems=sum(each.place.file == file for each in problems),
                facts=() if entry.refusal else tuple(said),
            )
        )
    return Taken(tuple(batches), tuple(problems))


def _waiting(facts: Facts) -> Iterator[Problem]:
    """Answers that a table marks as pending."""
    for name in facts.set.inputs:
        marks = f"status:{name}"
        if marks not in facts.frame.columns:
            continue
        for unit in facts.frame.filter(pl.col(marks) == STATUS["pending"])["unit"]:
            place = facts.place(unit, name)
            assert place is not None  # a status stands in a row
            yield Problem("record-status-pending", place, unit=unit)


class _Checks:
    """Whether an agency may say what it says, of the units of one set."""

    def __init__(self, desk: Desk, criteria_set: CriteriaSet, stage: Stage, who: str) -> None:
        self.desk, self.who = desk, who
        members = desk.units.of_group(criteria_set.group)
        hands = hands_of(criteria_set, desk.assessment, members)
        homes = hands.reads.filter("own").select("like", "leaf", "column")
        homes = homes.join(hands.units, on="like").join(hands.leaves, on=["unit", "leaf"])
        rows = homes.select("unit", "column", "own_hands", "agency", "leaf").iter_rows()
        self.homes = {(unit, column): rest for unit, column, *rest in rows}
        self.conditions = hands.conditions
        now = in_force_of(desk.told, stage)
        answers = now.answers.join(hands.units, on="unit", how="semi")
        told = answers.select("unit", "column", "value").iter_rows()
        self.told = {(unit, column): value for unit, column, value in told}
        # The council speaks last: after it only what was reported at this very stage may change.
        ruled = answers.filter((pl.col("stage") == "appeal") & (stage == "final"))
        self.ruled = frozenset(ruled.select("unit", "column").iter_rows())
        decided = acting(now.leaves).filter(pl.col("decision").is_in(_OUTWEIGHING))
        self.decided = frozenset(decided.select("unit", "leaf").iter_rows())

    def faults(self, fact: Fact, place: Place) -> Iterator[Problem]:
        coordinator = self.desk.assessment.coordinator
        column = fact.subject.removeprefix(INPUT)
        own, agency, leaf = self.homes.get((fact.unit, column), (False, self.who, ""))
        if column in self.conditions:
            agency = coordinator
        if self.who not in (agency, coordinator):
            title = agency_title(self.desk.assessment, self.desk.units.by_id, agency)
            values = {"name": column, "agency": title, "who": self.who}
            yield Problem("record-not-theirs", place, values, unit=fact.unit)
            return
        told = self.told.get((fact.unit, column))
        if (fact.unit, column) in self.ruled:
            values = {"name": column, "told": told or "–"}
            yield Problem("record-ruled", place, values, unit=fact.unit)
            return
        if (fact.unit, leaf) in self.decided:
            values = {"name": column}
            yield Problem("record-decided", place, values, fact.unit, leaf, advice=True)
        if own and not fact.reason and fact.value is not None and not _same(told, fact.value):
            values = {"name": column, "told": told or "–", "value": fact.value}
            yield Problem("record-without-reason", place, values, unit=fact.unit)


def _same(told: str | None, value: str) -> bool:
    if told is None or told == value:
        return told == value
    numbers = parse_plain(told), parse_plain(value)
    return None not in numbers and numbers[0] == numbers[1]
