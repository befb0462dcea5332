"""The cells of one leaf of one unit in a review workbook (kết luận thẩm định): facts, or faults."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from criteria.exact import decimals_needed, shortest
from criteria.model import Adjustment, Input, Leaf
from criteria.problems import Problem
from criteria.rules import Judged
from inputs.headers import fold
from inputs.limits import judgements
from inputs.store.facts import Decision, Fact, input_subject, leaf_subject
from inputs.values import Cell, Fault, Kind, read_number
from inputs.workbooks.cells import Question, read_entry, read_note, years_of
from inputs.workbooks.entries import DECIMALS, Entry, entry_of
from inputs.workbooks.opened import SheetCells
from inputs.workbooks.review_form import (
    DECISION,
    DECISIONS,
    POINTS,
    REASON,
    VALUE,
    LeafRows,
    ReviewRow,
    ReviewSheet,
)
from inputs.workbooks.review_standing import Decided, Found, Standing

_MOST_NAMED = 5
"""Rows that one piece of advice names; the others are counted."""


@dataclass
class Page:
    """One sheet that came back: `rows`: key -> where it stands now; `bulk`: blank rows agree."""

    sheet: SheetCells
    layout: ReviewSheet
    rows: Mapping[str, int]
    today: datetime.date
    bulk: bool


@dataclass(frozen=True)
class LeafSaid:
    """`decides`: the workbook says something of the leaf; `undecided`: it leaves it open."""

    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    decides: bool = False
    undecided: bool = False


@dataclass(frozen=True, slots=True)
class _Concluded:
    """The cells of a leaf as a whole; `cell`: where the decision stands, `at`: where the reason."""

    decision: Decision | None
    points: str | None
    reason: str | None
    cell: str
    at: str


@dataclass(frozen=True, slots=True)
class _Number:
    """One number; `reason`: its own, else that of its leaf.  `cell`, `at`: where both stand."""

    row: ReviewRow
    value: str | None
    reason: str | None
    cell: str
    at: str


class LeafReader:
    """Reads leaf after leaf of one sheet."""

    def __init__(self, page: Page, standing: Standing, basis: int) -> None:
        self.page, self.standing, self.basis = page, standing, basis
        self.sheet, self.set = page.sheet, page.layout.set
        self.judged = judgements(self.set)
        self.entries: dict[str, Entry | None] = {}
        self.taken_back: list[str] = []
        self.decided_since: list[str] = []

    def summary(self) -> Iterator[Problem]:
        """What was taken back, and what stays although it is blank here: told once a sheet."""
        for code, cells in (
            ("review-taken-back", self.taken_back),
            ("review-decided-since", self.decided_since),
        ):
            if cells:
                named = ", ".join(cells[:_MOST_NAMED]) + ("…" if len(cells) > _MOST_NAMED else "")
                values = {"count": str(len(cells)), "cells": named}
                yield Problem(code, self.sheet.place(cells[0]), values, advice=True)

    def read(self, leaf: LeafRows) -> LeafSaid:
        """The facts of one leaf; none of them where there is a fault."""
        at = {row.key: self.page.rows[row.key] for row in leaf.rows if row.key in self.page.rows}
        problems = list(_strays(self.sheet, leaf, at))
        asked = [row for row in leaf.rows if row.decisions or row.asks_value]
        if not asked:
            return LeafSaid(problems=tuple(problems))
        open_ = leaf.head.kind == "leaf"  # a condition that nobody answers bars nothing
        if any(row.key not in at for row in asked):  # the reason is told where rows are looked for
            return LeafSaid(problems=tuple(problems), undecided=open_)
        concluded, found = self._concluded(leaf.head, at[leaf.head.key])
        problems += found
        numbers, found = self._numbers(leaf, at, concluded)
        problems += found
        if any(not problem.advice for problem in problems):
            return LeafSaid(problems=tuple(problems), undecided=open_)
        numbers, found = self._corrections(leaf, numbers)
        problems += found
        problems += self._between(leaf, concluded, numbers)
        if any(not problem.advice for problem in problems):
            return LeafSaid(problems=tuple(problems), undecided=open_)
        facts = tuple(self._facts(leaf, concluded, numbers))
        says = self._says(leaf, concluded, numbers)
        return LeafSaid(facts, tuple(problems), decides=says, undecided=open_ and not says)

    # --- cells --------------------------------------------------------------------------------

    def _concluded(self, head: ReviewRow, row: int) -> tuple[_Concluded, list[Problem]]:
        """Decision, points and reason of the leaf as a whole."""
        unit, leaf, at = head.unit.unit, head.leaf, f"{REASON}{row}"
        if not head.decisions:
            return _Concluded(None, None, None, f"{DECISION}{row}", at), []
        assert leaf is not None
        assert head.duty is not None
        problems: list[Problem] = []

        def fault(code: str, column: str, **values: str) -> None:
            place = self.sheet.place(f"{column}{row}")
            problems.append(Problem(code, place, values, unit, leaf))

        for column in (DECISION, POINTS):
            area = self.sheet.merged.get(f"{column}{row}")
            if area is not None:
                fault("cells-merged", column, range=area)
            trouble = self.sheet.trouble(column, row)
            if trouble is not None:
                problems.append(replace(trouble, unit=unit, criterion=leaf))
        reason, found = read_note(self.sheet, REASON, row, unit=unit, criterion=leaf)
        problems += found
        word = self.sheet.text(DECISION, row)
        named = next((d for w, d in DECISIONS.items() if fold(w) == fold(word)), None)
        offered = [DECISIONS[each] for each in head.decisions]
        if word and named is None:
            fault("review-decision-unknown", DECISION, value=word, words=_listed(head.decisions))
        elif named is not None and named not in offered:
            fault(
                "review-decision-not-offered", DECISION, value=word, words=_listed(head.decisions)
            )
        points: str | None = None
        cell = self.sheet.cell(POINTS, row)
        if cell is not None and not problems:
            read = _points(cell, head.duty.item)
            if isinstance(read, Fault):
                fault(read.code, POINTS, name=head.duty.item.title, **read.values)
            elif named not in (None, "given"):
                fault("review-points-with-decision", POINTS, value=read, decision=word)
            else:
                points = read
        if problems:
            return _Concluded(None, None, reason, f"{DECISION}{row}", at), problems
        problems += self._advice(head, row, points)
        decision: Decision | None = "given" if points is not None else named
        spot = f"{POINTS if points is not None and not word else DECISION}{row}"
        if decision == "given" and points is None:
            fault("review-points-missing", POINTS)
        elif decision not in (None, "agreed") and reason is None:
            fault("review-reason-missing", REASON)
        return _Concluded(decision, points, reason, spot, at), problems

    def _advice(self, head: ReviewRow, row: int, points: str | None) -> Iterator[Problem]:
        """What is worth a look in cells that were taken: formulas, points that are kept as text."""
        title, about = self.page.layout.title(head), (head.unit.unit, head.leaf)
        for column in (DECISION, POINTS):
            cell, spot = self.sheet.cell(column, row), f"{column}{row}"
            if cell is None:
                continue
            place, values = self.sheet.place(spot), {"name": title, "value": cell.text}
            if spot in self.sheet.marks.formulas:
                yield Problem("cell-holds-formula", place, values, *about, advice=True)
            if column == POINTS and points is not None and cell.kind is Kind.TEXT:
                read = values | {"read": points}
                yield Problem("number-as-text", place, read, *about, advice=True)

    def _numbers(
        self, leaf: LeafRows, at: Mapping[str, int], concluded: _Concluded
    ) -> tuple[list[_Number], list[Problem]]:
        """What stands in the cells for numbers."""
        numbers: list[_Number] = []
        problems: list[Problem] = []
        for row in leaf.asks:
            number, unit, criterion = at[row.key], row.unit.unit, row.criterion
            assert row.input is not None
            declared = self.set.inputs[row.input]
            question = self._question(row, declared)
            said = read_entry(self.sheet, VALUE, number, question, unit=unit, criterion=criterion)
            reason, found = read_note(self.sheet, REASON, number, unit=unit, criterion=criterion)
            problems += [*said.problems, *found]
            if said.value is None and reason is not None and not said.faulty:
                place = self.sheet.place(f"{REASON}{number}")
                problems.append(
                    Problem("review-reason-alone", place, {}, unit, criterion, advice=True)
                )
            numbers.append(
                _Number(
                    row,
                    said.value,
                    reason or concluded.reason,
                    f"{VALUE}{number}",
                    f"{REASON}{number}",
                )
            )
        return numbers, problems

    def _question(self, row: ReviewRow, declared: Input) -> Question:
        assert row.input is not None
        if row.input not in self.entries:
            self.entries[row.input] = entry_of(self.set, row.input)
        return Question(
            name=self.page.layout.title(row),
            declared=declared,
            entry=self.entries[row.input],
            judged=tuple(self.judged.get(row.input, ())),
            years=years_of(self.set),
            today=self.page.today,
        )

    # --- what they mean together --------------------------------------------------------------

    def _corrections(
        self, leaf: LeafRows, numbers: list[_Number]
    ) -> tuple[list[_Number], list[Problem]]:
        """Of a leaf that the unit scores: numbers equal to its own correct nothing."""
        if not leaf.self_scored:
            return numbers, []
        kept: list[_Number] = []
        problems: list[Problem] = []
        for each in numbers:
            assert each.row.input is not None
            own = self.standing.values.get((each.row.unit.unit, each.row.column))
            if each.value is not None and own is not None and _same(each.value, own):
                values = {"name": self.page.layout.title(each.row)}
                place = self.sheet.place(each.cell)
                about = (each.row.unit.unit, each.row.leaf)
                problems.append(Problem("review-value-same", place, values, *about, advice=True))
                each = replace(each, value=None)
            kept.append(each)
        return kept, problems

    def _between(
        self, leaf: LeafRows, concluded: _Concluded, numbers: list[_Number]
    ) -> Iterator[Problem]:
        """What the cells of a leaf say of each other."""
        unit, criterion = leaf.head.unit.unit, leaf.head.criterion
        given = [each for each in numbers if each.value is not None]
        for each in given:
            if each.reason is None and self._wants_reason(leaf, each):
                values = {"name": self.page.layout.title(each.row)}
                place = self.sheet.place(each.at)
                yield Problem("review-change-without-reason", place, values, unit, criterion)
        if concluded.decision == "agreed" and given:
            values = {"cell": given[0].cell}
            place = self.sheet.place(concluded.cell)
            yield Problem("review-agreed-and-changed", place, values, unit, criterion)
        if not leaf.self_scored:
            yield from self._tallies(numbers)
        says = concluded.decision is not None or given
        if concluded.reason is not None and not says and not self.page.bulk:
            place = self.sheet.place(concluded.at)
            yield Problem("review-reason-alone", place, {}, unit, criterion, advice=True)

    def _wants_reason(self, leaf: LeafRows, number: _Number) -> bool:
        """Changes, judged points, and a condition that bars a grade."""
        row = number.row
        if row.kind == "condition":
            return number.value == "yes"
        return leaf.self_scored or row.input in self.judged

    def _tallies(self, numbers: list[_Number]) -> Iterator[Problem]:
        """A survey that the agency reports has all its options or none."""
        by_input: dict[str, list[_Number]] = {}
        for each in numbers:
            if each.row.option is not None and each.row.input is not None:
                by_input.setdefault(each.row.input, []).append(each)
        for name, options in by_input.items():
            blank = [each for each in options if each.value is None]
            if blank and len(blank) < len(options):
                named = ", ".join(each.row.option or "" for each in blank)
                values = {"name": self.set.inputs[name].title, "blank": named}
                place = self.sheet.place(blank[0].cell)
                about = (blank[0].row.unit.unit, blank[0].row.leaf)
                yield Problem("tally-incomplete", place, values, *about)

    def _agrees_in_bulk(
        self, leaf: LeafRows, concluded: _Concluded, numbers: list[_Number]
    ) -> bool:
        """Whether the switch of the whole workbook speaks for this leaf."""
        blank = concluded.decision is None and all(each.value is None for each in numbers)
        if not (self.page.bulk and blank and leaf.self_scored and leaf.head.decisions):
            return False
        kept = [self._decided(leaf), *(self._found(each.row) for each in numbers)]
        return not any(each is not None and each.seq > self.basis for each in kept)

    def _says(self, leaf: LeafRows, concluded: _Concluded, numbers: list[_Number]) -> bool:
        return (
            concluded.decision is not None
            or any(each.value is not None for each in numbers)
            or self._agrees_in_bulk(leaf, concluded, numbers)
        )

    # --- facts --------------------------------------------------------------------------------

    def _facts(
        self, leaf: LeafRows, concluded: _Concluded, numbers: list[_Number]
    ) -> Iterator[Fact]:
        """What is new, against what is in force; a blank takes back what its author had seen."""
        decision = concluded.decision
        if decision is None and self._agrees_in_bulk(leaf, concluded, numbers):
            decision = "agreed"
        again = (leaf.head.unit.unit, leaf.head.leaf) in self.standing.again
        for each in numbers:
            yield from self._number_fact(each, again=again, agreed=decision == "agreed")
        if not leaf.head.decisions:
            return
        head, stored = leaf.head, self._decided(leaf)
        assert head.leaf is not None
        subject = leaf_subject(head.leaf)
        if decision is not None:
            said = Decided(decision, concluded.points, concluded.reason)
            if stored is None or again or not _same_decision(said, stored):
                yield Fact(
                    head.unit.unit,
                    subject,
                    concluded.points,
                    decision,
                    concluded.reason,
                    sheet=self.sheet.name,
                    cell=concluded.cell,
                )
        elif stored is not None and self._takes_back(stored, concluded.cell, again=again):
            yield Fact(
                head.unit.unit,
                subject,
                status="withdrawn",
                sheet=self.sheet.name,
                cell=concluded.cell,
            )

    def _number_fact(self, each: _Number, *, again: bool, agreed: bool) -> Iterator[Fact]:
        row, stored = each.row, self._found(each.row)
        subject = input_subject(row.column)
        if each.value is None:
            if stored is not None and (agreed or self._takes_back(stored, each.cell, again=again)):
                yield Fact(row.unit.unit, subject, sheet=self.sheet.name, cell=each.cell)
            return
        same = stored is not None and _same(each.value, stored.value)
        if again or not same or (stored is not None and stored.reason != each.reason):
            yield Fact(
                row.unit.unit,
                subject,
                each.value,
                reason=each.reason,
                sheet=self.sheet.name,
                cell=each.cell,
            )

    def _takes_back(self, stored: Decided | Found, cell: str, *, again: bool) -> bool:
        """Whether a blank cell takes back what is stored: only what the workbook had shown."""
        if stored.seq > self.basis:
            self.decided_since.append(cell)
            return False
        if not again:  # what is to be reviewed again was left blank by ourselves
            self.taken_back.append(cell)
        return True

    def _decided(self, leaf: LeafRows) -> Decided | None:
        name = leaf.head.leaf
        return None if name is None else self.standing.decided.get((leaf.head.unit.unit, name))

    def _found(self, row: ReviewRow) -> Found | None:
        return self.standing.found.get((row.unit.unit, row.column))


def _strays(sheet: SheetCells, leaf: LeafRows, at: Mapping[str, int]) -> Iterator[Problem]:
    """What was typed into cells in which nothing is asked."""
    for row in leaf.rows:
        number = at.get(row.key)
        if number is None:
            continue
        for column in (DECISION, POINTS, VALUE, REASON):
            if column in _open(row) or sheet.cell(column, number) is None:
                continue
            place = sheet.place(f"{column}{number}")
            applies = row.duty is None or row.duty.applies
            code = "review-wrong-cell" if applies else "review-not-applicable"
            yield Problem(code, place, {}, row.unit.unit, row.criterion)


def _open(row: ReviewRow) -> tuple[str, ...]:
    """The columns in which the row asks something."""
    if row.asks_value:
        return (VALUE, REASON)
    return (DECISION, POINTS, REASON) if row.decisions else ()


def _points(cell: Cell, item: Leaf | Adjustment) -> str | Fault:
    """Points from 0 to the maximum, in the steps of a judged rule."""
    number = read_number(cell)
    if isinstance(number, Fault):
        return number
    low, high = sorted((Fraction(0), item.maximum))
    value = shortest(number)
    if not low <= number <= high:
        limits = {"value": value, "low": shortest(low), "high": shortest(high)}
        return Fault("points-out-of-range", limits)
    if isinstance(item.rule, Judged) and (number / item.rule.increment).denominator != 1:
        step = {"value": value, "increment": shortest(item.rule.increment)}
        return Fault("points-off-increment", step)
    if (decimals_needed(number) or 0) > DECIMALS:
        return Fault("too-many-decimals", {"value": value, "decimals": str(DECIMALS)})
    return value


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"«{word}»" for word in words)


def _same(one: str, other: str) -> bool:
    """Whether two spellings are one value: `12.5` and `12.50` are."""
    try:
        return Fraction(one) == Fraction(other)
    except (ValueError, ZeroDivisionError):
        return one == other


def _same_decision(said: Decided, stored: Decided) -> bool:
    same = said.decision == stored.decision and said.reason == stored.reason
    if said.points is None or stored.points is None:
        return same and said.points == stored.points
    return same and _same(said.points, stored.points)
