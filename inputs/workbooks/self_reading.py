"""A unit's workbook read back (đọc bảng tự chấm): its facts, each with its cell, and its faults.

Nothing in the file is believed but the values in yellow cells: the layout is worked out again, and
a total is only held against ours.  The newest workbook speaks for all its cells: one that is blank,
or that cannot be read, takes back what an earlier workbook said there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from criteria.model import CriteriaSet, Input, Leaf
from criteria.problems import Place, Problem
from criteria.wording import wording
from inputs.headers import fold
from inputs.limits import Judgement, judgements
from inputs.obligations import Obligation
from inputs.store.facts import Fact, input_subject, leaf_subject, task_subject
from inputs.units import Unit
from inputs.values import Kind
from inputs.workbooks.between import between_cells
from inputs.workbooks.cells import Question, Said, read_entry, read_note, years_of
from inputs.workbooks.desk import Desk, identify, older_sets, unit_of
from inputs.workbooks.entries import Entry, entry_of
from inputs.workbooks.form import (
    EVIDENCE,
    EXPLANATION,
    GUIDE,
    POINTS,
    SUMMARY,
    TASK_DONE,
    TASK_EVIDENCE,
    VALUE,
    WORKING,
    Form,
    FormRow,
)
from inputs.workbooks.keyed_rows import KeyedRows
from inputs.workbooks.labels import asked_title
from inputs.workbooks.opened import OpenedWorkbook, SheetCells
from inputs.workbooks.same import Same
from inputs.workbooks.self_sheets import form_sheet, identity_problems, tasks_sheet
from inputs.workbooks.strays import form_labels, form_strays, tasks_strays

SKIPPED = (GUIDE, SUMMARY, WORKING)
"""Sheets that are not read: nothing is asked there."""


TASKS_DOUBTFUL = "tasks"
"""Stands in `doubtful` for all counts of the plan's tasks."""

TOTAL, TOTAL_ROW = "total", 3
"""Name and row of the sum that stands above the form."""


_MOST_KEPT = 200
"""Characters kept of what was typed into a cell and not taken."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of the workbook, with what stands in it where that matters."""

    sheet: str
    cell: str
    number: Fraction | None = None


@dataclass(frozen=True)
class SelfReading:
    """What one workbook gave.

    `refused`: nothing of it can be taken.  `points`: the points that it shows, by leaf,
    `field:<id>` and `TOTAL`.  `later`: leaves whose points it leaves to the scoring.
    `unproved`: leaves whose evidence is required and blank -> the cell.  `doubtful`: columns of
    facts (and `TASKS_DOUBTFUL`) that did not come through as typed, so that points differ.
    `basis`: the last fact in the store when the workbook was made.
    """

    unit: str | None
    facts: Sequence[Fact] = ()
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    points: Mapping[str, Spot] = field(default_factory=dict)
    later: frozenset[str] = frozenset()
    unproved: Mapping[str, Spot] = field(default_factory=dict)
    doubtful: frozenset[str] = frozenset()
    basis: int = 0

    @property
    def faults(self) -> int:
        """Problems that are more than advice."""
        return sum(not problem.advice for problem in self.problems)

    @property
    def blank(self) -> bool:
        """Whether every yellow cell is blank, and nothing of it is in doubt."""
        said = ((fact.value, fact.reason, fact.evidence) for fact in self.facts)
        return not self.faults and not any(map(any, said))


def read_self(book: OpenedWorkbook, desk: Desk) -> SelfReading:
    """The facts and faults of a workbook, opened with `SKIPPED`."""
    identity = identify(book, desk, "self")
    if identity.manifest is None:
        return SelfReading(None, problems=(*book.advice, *identity.problems), refused=True)
    unit = unit_of(book, identity.manifest, desk)
    if isinstance(unit, Problem):
        return SelfReading(None, problems=(*book.advice, unit), refused=True)
    problems = [*book.advice, *older_sets(book, identity.manifest, desk)]
    problems += _named_for_other(book, unit, desk)
    form = desk.form(unit)
    sheet, found = form_sheet(book, form)
    problems += found
    if sheet is not None:
        problems += identity_problems(sheet.cells, identity.manifest, form, desk)
    tasks, found = tasks_sheet(book, form)
    problems += found
    wrong = any(not problem.advice for problem in problems)
    if sheet is None or wrong:
        told = tuple(replace(each, unit=each.unit or unit.unit) for each in problems)
        return SelfReading(unit.unit, problems=told, refused=True)
    reading = _Reading(desk, unit, form, sheet.cells, sheet.keyed)
    reading.read()
    if tasks is not None:
        reading.read_tasks(tasks.cells, tasks.keyed)
    points = reading.points()
    keys = (*sheet.problems, *(tasks.problems if tasks is not None else ()))
    found_all = (*problems, *keys, *reading.problems)
    told = tuple(replace(each, unit=unit.unit) for each in found_all)
    return SelfReading(
        unit.unit,
        tuple(reading.facts),
        told,
        points=points,
        later=frozenset(reading.later),
        unproved=reading.unproved,
        doubtful=frozenset(reading.doubtful),
        basis=identity.manifest.basis,
    )


def _named_for_other(book: OpenedWorkbook, unit: Unit, desk: Desk) -> list[Problem]:
    """A file that bears the id of another unit: whose numbers these are, nobody can tell."""
    stem = fold(Path(book.file).stem)
    if stem == fold(unit.unit):
        return []
    named = next((each for each in desk.units if fold(each) == stem), None)
    if named is None:
        return []
    values = {"value": named, "expected": unit.unit}
    return [Problem("file-named-for-other", Place(book.file), values)]


@lru_cache(maxsize=4096)
def _entry(criteria_set: Same[CriteriaSet], name: str) -> Entry | None:
    return entry_of(criteria_set.held, name)


@lru_cache(maxsize=64)
def _judged(criteria_set: Same[CriteriaSet]) -> dict[str, list[Judgement]]:
    return judgements(criteria_set.held)


class _Reading:
    """The cells of one unit's workbook; facts and problems gather."""

    def __init__(
        self, desk: Desk, unit: Unit, form: Form, sheet: SheetCells, keyed: KeyedRows
    ) -> None:
        self.desk, self.unit, self.form = desk, unit, form
        self.sheet, self.rows = sheet, keyed.rows
        self.key = Same(form.set)
        self.proofs = {
            row.duty.item.id: self.rows.get(row.key, row.row)
            for row in form.rows
            if row.proof and row.duty is not None
        }
        self.facts: list[Fact] = []
        self.problems: list[Problem] = []
        self.unproved: dict[str, Spot] = {}
        self.later: set[str] = set()
        self.doubtful: set[str] = set()
        self.mixed: frozenset[str] = frozenset()

    def read(self) -> None:
        """The form: labels, strays, then leaf by leaf what is asked."""
        labels = form_labels(self.sheet, self.form, self.rows)
        self.problems += labels.problems
        self.mixed = labels.mixed
        self.problems += form_strays(self.sheet, self.form, self.rows)
        by_leaf: dict[str, list[FormRow]] = {}
        for row in self.form.rows:
            if row.duty is not None and row.duty.asked and row.kind not in ("leaf", "rule"):
                by_leaf.setdefault(row.duty.item.id, []).append(row)
        said: dict[str, tuple[FormRow, Said]] = {}
        notes: dict[str, str | None] = {}
        for leaf, rows in by_leaf.items():
            asked = {row.column: (row, self._said(row)) for row in rows if row.kind == "ask"}
            said |= asked
            notes[leaf] = self._notes(leaf, rows)
        said |= self._between(said)
        for row, told in said.values():
            self._fact(row, told, notes)

    # --- one cell ---

    def _said(self, row: FormRow) -> Said:
        assert row.duty is not None
        assert row.input is not None
        number = self.rows.get(row.key)
        if number is None or row.key in self.mixed:  # told with the keys, or the labels
            self.doubtful.add(row.column)
            return Said(None)
        declared = self.form.set.inputs[row.input]
        question = self._question(row.input, declared, row.option)
        leaf = row.duty.item.id
        said = read_entry(self.sheet, VALUE, number, question, unit=self.unit.unit, criterion=leaf)
        self.problems += said.problems
        if said.faulty:
            self.doubtful.add(row.column)
        return said

    def _question(self, name: str, declared: Input, option: str | None) -> Question:
        return Question(
            name=asked_title(declared, option),
            declared=declared,
            entry=_entry(self.key, name),
            judged=tuple(_judged(self.key).get(name, ())),
            years=years_of(self.form.set),
            today=self.desk.today,
        )

    def _between(self, said: Mapping[str, tuple[FormRow, Said]]) -> dict[str, tuple[FormRow, Said]]:
        """The cells that do not stand beside others, as blank."""
        places = {
            column: self.sheet.place(f"{VALUE}{self.rows[row.key]}")
            for column, (row, _) in said.items()
            if row.key in self.rows
        }
        values = {column: told.value for column, (_, told) in said.items()}
        blank: dict[str, tuple[FormRow, Said]] = {}
        for columns, problem in between_cells(self.form.set, values, places, self.doubtful):
            for column in columns:
                row, _ = said[column]
                blank[column] = (row, Said(None))
                self.doubtful.add(column)
            if problem is not None:
                row, _ = said[columns[0]]
                assert row.duty is not None
                self.problems.append(replace(problem, criterion=row.duty.item.id))
        return blank

    def _fact(self, row: FormRow, said: Said, notes: Mapping[str, str | None]) -> None:
        assert row.duty is not None
        assert row.input is not None
        number, leaf = self.rows.get(row.key), row.duty.item.id
        reason: str | None = None
        if row.input in _judged(self.key) and said.value is not None:
            reason = notes.get(leaf)
            if reason is None:
                place = self.sheet.place(f"{EXPLANATION}{self.proofs[leaf]}")
                values = {"name": self.form.set.inputs[row.input].title}
                self.problems.append(Problem("explanation-missing", place, values, None, leaf))
        if said.value is None and number is not None and row.key not in self.mixed:
            reason = self._not_taken(number)
        self.facts.append(
            Fact(
                unit=self.unit.unit,
                subject=input_subject(row.column),
                value=said.value,
                reason=reason,
                sheet=self.sheet.name,
                cell=None if number is None else f"{VALUE}{number}",
            )
        )

    def _not_taken(self, number: int) -> str | None:
        """What stands in a yellow cell that counts as blank, on one line; None when nothing."""
        text, _ = read_note(self.sheet, VALUE, number, unit=self.unit.unit, criterion="")
        shown = text or self.sheet.marks.errors.get(f"{VALUE}{number}", "")
        return " ".join(shown.split())[:_MOST_KEPT] or None

    # --- evidence and explanation ---

    def _out_of_line(self, row: FormRow) -> bool:
        """Whether what stands in a row may be another's; rows without a label go with the rest."""
        return row.key in self.mixed or (bool(self.mixed) and row.kind in ("tasks", "proof"))

    def _notes(self, leaf: str, rows: list[FormRow]) -> str | None:
        """The fact of the leaf's evidence and explanation; the explanation is returned.

        Where cells that we merged were parted, what stands in any of them counts.
        """
        texts: dict[str, list[str]] = {EVIDENCE: [], EXPLANATION: []}
        broken = False
        for row in rows:
            number = self.rows.get(row.key)
            if number is None or self._out_of_line(row):
                continue
            for column, found in texts.items():
                text, problems = read_note(
                    self.sheet, column, number, unit=self.unit.unit, criterion=leaf
                )
                self.problems += problems
                broken = broken or bool(problems)
                if text is not None:
                    found.append(text)
        evidence = "\n".join(texts[EVIDENCE]) or None
        explanation = "\n".join(texts[EXPLANATION]) or None
        spot = f"{EVIDENCE}{self.proofs[leaf]}"
        self.facts.append(
            Fact(
                unit=self.unit.unit,
                subject=leaf_subject(leaf),
                reason=explanation,
                evidence=evidence,
                sheet=self.sheet.name,
                cell=spot,
            )
        )
        item = None if rows[0].duty is None else rows[0].duty.item
        required = isinstance(item, Leaf) and item.evidence == "required"
        if required and evidence is None and not broken:
            self.unproved[leaf] = Spot(self.sheet.name, spot)
        return explanation

    # --- points ---

    def points(self) -> dict[str, Spot]:
        """The points that the workbook shows: by leaf, `field:<id>`, and `total`."""
        cells = {TOTAL: (EXPLANATION, TOTAL_ROW)} if self._shows_total() else {}
        for row in self.form.rows:
            number = self.rows.get(row.key)
            if number is None:
                continue
            if row.kind == "leaf" and row.duty is not None and row.duty.asked:
                cells[row.duty.item.id] = (POINTS, number)
            elif row.kind == "field":
                cells[row.key] = (POINTS, number)
        shown: dict[str, Spot] = {}
        uncomputed: list[str] = []
        for name, (column, number) in cells.items():
            spot, cell = f"{column}{number}", self.sheet.cell(column, number)
            if spot in self.sheet.marks.errors:
                values = {"value": self.sheet.marks.errors[spot]}
                place = self.sheet.place(spot)
                self.problems.append(Problem("points-with-error", place, values, advice=True))
            elif spot in self.sheet.marks.uncomputed:
                uncomputed.append(spot)
            elif cell is not None and cell.kind is Kind.NUMBER:
                shown[name] = Spot(self.sheet.name, spot, Fraction(cell.text))
            elif cell is not None and cell.kind is Kind.TEXT:
                # A word in place of points (`tính khi chấm`) is nothing to hold against.
                self.later.add(name)
        if uncomputed:
            place = self.sheet.place(uncomputed[0])
            self.problems.append(Problem("points-not-computed", place, advice=True))
        return shown

    def _shows_total(self) -> bool:
        label = fold(wording("form", "form.total", "vi"))
        return fold(self.sheet.text(EVIDENCE, TOTAL_ROW)) == label

    # --- tasks of the plan ---

    def read_tasks(self, sheet: SheetCells, keyed: KeyedRows) -> None:
        """The days on which tasks were done, and their evidence."""
        self.problems += tasks_strays(sheet, self.form, keyed.rows)
        done = Input(type="date", title="-")
        for row in self.form.tasks:
            if not isinstance(row.owed, Obligation):
                continue
            number = keyed.rows.get(row.key)
            name, instance = row.owed.task.id, row.owed.span.key
            value: str | None = None
            evidence: str | None = None
            if number is not None:
                question = Question(name=row.owed.task.title, declared=done, entry=None)
                said = read_entry(
                    sheet, TASK_DONE, number, question, unit=self.unit.unit, criterion=name
                )
                said = self._plausible(said, sheet, number)
                evidence, problems = read_note(
                    sheet, TASK_EVIDENCE, number, unit=self.unit.unit, criterion=name
                )
                told = (*said.problems, *problems)
                self.problems += [replace(each, criterion=None) for each in told]
                value = said.value
                if said.faulty:
                    self.doubtful.add(TASKS_DOUBTFUL)
            else:
                self.doubtful.add(TASKS_DOUBTFUL)
            self.facts.append(
                Fact(
                    unit=self.unit.unit,
                    subject=task_subject(name, instance),
                    value=value,
                    evidence=evidence,
                    sheet=sheet.name,
                    cell=None if number is None else f"{TASK_DONE}{number}",
                )
            )

    def _plausible(self, said: Said, sheet: SheetCells, row: int) -> Said:
        """A day in the future is refused; one before the plan began is worth a look."""
        if said.value is None:
            return said
        place = sheet.place(f"{TASK_DONE}{row}")
        day = said.value
        shown = "/".join(reversed(day.split("-")))
        if day > self.desk.today.isoformat():
            values = {"value": shown, "today": self.desk.today.strftime("%d/%m/%Y")}
            return Said(None, (*said.problems, Problem("task-done-in-future", place, values)))
        begins = self.desk.plan_from
        if begins is not None and day < begins.isoformat():
            values = {"value": shown, "begins": begins.strftime("%d/%m/%Y")}
            problem = Problem("task-done-before-plan", place, values, advice=True)
            return Said(said.value, (*said.problems, problem))
        return said
