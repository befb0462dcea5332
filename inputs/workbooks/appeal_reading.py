"""Appeals and rulings read back (đọc bảng giải trình, bảng kết luận): facts, and what is wrong.

Rows are found by their key, whatever was sorted or deleted around them.  What a workbook shows is
never believed: which leaves were cut, what was appealed and what the bounds are comes from the
store.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from criteria.exact import shortest
from criteria.problems import Place, Problem, ProblemsFound
from inputs.headers import fold
from inputs.store.facts import Decision, Fact, leaf_subject
from inputs.tables import read_bytes
from inputs.values import Cell, Fault, read_number, read_yes_no
from inputs.workbooks import appeal_form as form
from inputs.workbooks.appeal_case import CaseKey, Cases, CutLeaf, RulingWord
from inputs.workbooks.appeal_form import RULING_WORDS, AppealKind, key_case
from inputs.workbooks.appeal_rulings import (
    Ruling,
    ruling_facts,
    ruling_problems,
    same_ruling,
    withdrawal,
    word_of,
)
from inputs.workbooks.cells import read_note
from inputs.workbooks.desk import Desk, Identity, identify, older_sets, unit_of
from inputs.workbooks.manifest import Manifest
from inputs.workbooks.opened import (
    LARGEST_FILE,
    OpenedWorkbook,
    SheetCells,
    opened,
    tidy_text,
)


@dataclass(frozen=True)
class Returned:
    """What one file gave; `who` is empty where it is of nobody that we know.

    `facts`: by unit and leaf.  `rulings`: what the council says of each, and where, for trials of
    what it does.  `refused`: nothing of it can be taken.  `saved_at`: as the program says that
    saved the file (UTC).
    """

    file: Path
    sha256: str
    kind: AppealKind | None = None
    who: str = ""
    basis: int = 0
    facts: Mapping[CaseKey, tuple[Fact, ...]] = field(default_factory=dict)
    rulings: Mapping[CaseKey, tuple[Ruling, Place]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    saved_at: datetime.datetime | None = None
    data: bytes = field(default=b"", repr=False)

    @property
    def faulty(self) -> bool:
        return any(not problem.advice for problem in self.problems)


def read_returned(path: Path, desk: Desk, cases: Cases) -> Returned:
    """One workbook of appeals or rulings, held against all cut leaves of the year; nothing is
    raised for what stands in it."""
    sha256 = ""
    try:
        data = read_bytes(path, LARGEST_FILE)
        sha256 = hashlib.sha256(data).hexdigest()
        book = opened(data, path, skip=(form.GUIDE,))
    except ProblemsFound as error:
        return Returned(path, sha256, problems=error.problems)
    identity = _identity(book, desk)
    problems = [*book.advice, *identity.problems]
    manifest = identity.manifest
    if manifest is None:
        return Returned(path, sha256, problems=tuple(problems))
    kind: AppealKind = "appeal" if manifest.kind == "appeal" else "rulings"
    problems += older_sets(book, manifest, desk)
    unit = unit_of(book, manifest, desk) if kind == "appeal" else None
    if isinstance(unit, Problem):
        problems.append(unit)
    name = form.APPEALS if kind == "appeal" else form.RULINGS
    sheet = book.sheet(name)
    if sheet is None:
        problems.append(book.missing(name))
    who = "" if isinstance(unit, Problem) else manifest.who
    facts: dict[CaseKey, tuple[Fact, ...]] = {}
    rulings: dict[CaseKey, tuple[Ruling, Place]] = {}
    refused = sheet is None or any(not problem.advice for problem in problems)
    if sheet is not None and not refused:
        reading = _Reading(sheet, manifest, cases, kind, problems)
        refused = not reading.is_whose()
        if not refused:
            facts, rulings = reading.read()
    return Returned(
        *(path, sha256, kind, who, manifest.basis, facts, rulings, tuple(problems)),
        refused=refused,
        saved_at=book.saved_at,
        data=data,
    )


def _identity(book: OpenedWorkbook, desk: Desk) -> Identity:
    """The manifest of either kind."""
    found = [identify(book, desk, kind) for kind in ("rulings", "appeal")]
    return next((each for each in found if each.manifest is not None), found[-1])


_OWN: Mapping[AppealKind, tuple[str, ...]] = {
    "appeal": (form.APPEALED, form.EXPLANATION, form.EVIDENCE),
    "rulings": (form.COUNCIL_RULING, form.COUNCIL_POINTS, form.COUNCIL_REASON),
}


@dataclass
class _Reading:
    """One sheet on its way in; findings go to `problems`."""

    sheet: SheetCells
    manifest: Manifest
    cases: Cases
    kind: AppealKind
    problems: list[Problem]

    def is_whose(self) -> bool:
        """Whether the sheet shows the id that the manifest is sealed for."""
        column, row = form.WHO_CELL[0], int(form.WHO_CELL[1:])
        shown = self.sheet.text(column, row)
        if shown == tidy_text(self.manifest.who):
            return True
        values = {"sheet": self.sheet.name, "value": shown or "-", "who": self.manifest.who}
        place = self.sheet.place(form.WHO_CELL)
        self.problems.append(Problem("appeal-who-differs", place, values))
        return False

    def read(self) -> tuple[dict[CaseKey, tuple[Fact, ...]], dict[CaseKey, tuple[Ruling, Place]]]:
        """Facts of all good rows, and the rulings among them."""
        rows = self._rows()
        rulings: dict[CaseKey, tuple[Ruling, Place]] = {}
        if self.kind == "appeal":
            facts = {case.key: tuple(self._appeal(row, case)) for row, case in rows}
            return {key: found for key, found in facts.items() if found}, rulings
        facts = {case.key: found for row, case in rows if (found := self._emptied(row, case))}
        said = [(row, case, ruling) for row, case in rows if (ruling := self._said(row, case))]
        for row, case, ruling, problems in _judged(said, self.sheet):
            place = self.sheet.place(f"{form.COUNCIL_RULING}{row}")
            self.problems += [self._at_cell(each, row) for each in problems]
            if not problems and not self._again(row, case, ruling):
                rulings[case.key] = (ruling, place)
                made = ruling_facts(ruling, case, self.sheet.name, place.cell)
                facts[case.key] = tuple(made)
        return facts, rulings

    # --- rows ---------------------------------------------------------------------------------

    def _rows(self) -> list[tuple[int, CutLeaf]]:
        """The rows that speak of a leaf, each leaf once."""
        seen: dict[str, list[int]] = {}
        for row in range(form.FIRST_ROW, self.sheet.height + 1):
            key = self.sheet.text(form.KEY, row)
            if key:
                seen.setdefault(key, []).append(row)
            elif self._filled(row):
                place = self.sheet.place(f"{_OWN[self.kind][0]}{row}")
                self.problems.append(Problem("appeal-row-without-key", place, {"row": str(row)}))
        self._rows_changed(seen)
        found = [(rows[0], case) for key, rows in seen.items() if (case := self._case(key, rows))]
        return [(row, case) for row, case in found if self._labels_stand(row, case)]

    def _rows_changed(self, seen: Mapping[str, list[int]]) -> None:
        in_order = sorted((row, key) for key, rows in seen.items() for row in rows)
        keys = "\n".join([self.kind, *(key for _, key in in_order)])
        if hashlib.sha256(keys.encode("utf-8")).hexdigest() != self.manifest.layout:
            place = self.sheet.place(f"A{form.FIRST_ROW}")
            self.problems.append(Problem("appeal-rows-changed", place, advice=True))

    def _filled(self, row: int) -> bool:
        return any(self.sheet.cell(column, row) is not None for column in _OWN[self.kind])

    def _case(self, key: str, rows: list[int]) -> CutLeaf | None:
        """The case of a key that stands in these rows; a problem where something was typed there
        and there is none."""
        filled = [row for row in rows if self._filled(row)]
        named = key_case(key)
        place = self.sheet.place(f"{_OWN[self.kind][0]}{rows[0]}")
        if named is None:
            if filled:
                values = {"row": str(filled[0])}
                self.problems.append(Problem("appeal-row-without-key", place, values))
            return None
        unit, leaf = named
        if len(rows) > 1:
            values = {"first": str(rows[0]), "row": str(rows[1])}
            twice = Problem("appeal-row-twice", place, values, unit=unit, criterion=leaf)
            self.problems.append(twice)
            return None
        if self.kind == "appeal" and unit != self.manifest.who:
            if filled:
                values = {"unit": unit, "who": self.manifest.who}
                other = Problem("appeal-not-own", place, values, unit=unit, criterion=leaf)
                self.problems.append(other)
            return None
        case = self.cases.get(named)
        if case is None and filled and not self._says_no(rows[0]):
            code = "appeal-not-cut" if self.kind == "appeal" else "ruling-not-appealed"
            self.problems.append(Problem(code, place, unit=unit, criterion=leaf))
        return case

    def _says_no(self, row: int) -> bool:
        return self.kind == "appeal" and fold(self.sheet.text(form.APPEALED, row)) == fold(form.NO)

    def _labels_stand(self, row: int, case: CutLeaf) -> bool:
        """Whether what is printed in the row is still what it was; else it is not taken."""
        item = case.duty.item
        if self.kind == "appeal":
            printed = {form.ID: item.id, form.TITLE: item.title}
            maximum = form.MAXIMUM
        else:
            name = f"{case.unit.name}\n({case.unit.unit})"
            printed = {form.COUNCIL_UNIT: name, form.COUNCIL_ID: item.id}
            printed[form.COUNCIL_TITLE] = item.title
            maximum = form.COUNCIL_MAXIMUM
        changed = [
            (column, shown, wanted)
            for column, wanted in printed.items()
            if fold(shown := self.sheet.text(column, row)) != fold(tidy_text(wanted))
        ]
        cell = self.sheet.cell(maximum, row)
        number = None if cell is None else read_number(cell)
        if number != item.maximum:
            shown = "" if cell is None else cell.text
            changed.append((maximum, shown, shortest(item.maximum)))
        if not changed or not self._filled(row):
            return not changed
        for column, shown, wanted in changed:
            value = shown or "-"
            self._problem(
                "appeal-label-changed", f"{column}{row}", case, value=value, wanted=wanted
            )
        return False

    def _problem(
        self, code: str, spot: str, case: CutLeaf, *, advice: bool = False, **values: str
    ) -> None:
        unit, leaf = case.key
        place = self.sheet.place(spot)
        self.problems.append(Problem(code, place, values, unit=unit, criterion=leaf, advice=advice))

    def _notes(self, row: int, case: CutLeaf, *columns: str) -> list[str | None] | None:
        """The texts in some cells of a row; None where one of them shows an error, and is told."""
        unit, leaf = case.key
        read = [read_note(self.sheet, c, row, unit=unit, criterion=leaf) for c in columns]
        wrong = [problem for _, problems in read for problem in problems]
        self.problems += wrong
        return None if wrong else [text for text, _ in read]

    # --- a unit's appeal ----------------------------------------------------------------------

    def _appeal(self, row: int, case: CutLeaf) -> Iterator[Fact]:
        texts = self._notes(row, case, *_OWN["appeal"])
        if texts is None:
            return
        _, explanation, evidence = texts
        spot = f"{form.EXPLANATION}{row}"
        wanted = self._wanted(row, case, explanation or evidence)
        if wanted is None:
            return
        if not wanted:
            if case.open and self._takes_back(row, case):
                yield self._fact(case, "withdrawn", cell=f"{form.APPEALED}{row}")
            return
        if explanation is None:
            self._problem("appeal-without-explanation", spot, case, cell=spot)
            return
        before = case.appeal
        if before is not None and (before.reason, before.evidence) == (explanation, evidence):
            return
        if case.ruling is not None:
            self._problem("appeal-already-ruled", spot, case)
            return
        yield self._fact(case, "appealed", explanation, evidence, cell=spot)

    def _fact(
        self,
        case: CutLeaf,
        status: Decision,
        reason: str | None = None,
        evidence: str | None = None,
        *,
        cell: str,
    ) -> Fact:
        unit, leaf = case.key
        subject = leaf_subject(leaf)
        return Fact(unit, subject, None, status, reason, evidence, self.sheet.name, cell)

    def _takes_back(self, row: int, case: CutLeaf) -> bool:
        """Whether an appeal is withdrawn: by «Không», or by a blank where the file had shown it."""
        spot = f"{form.APPEALED}{row}"
        shown = case.appeal is not None and case.appeal.seq <= self.manifest.basis
        withdrawn = shown or self.sheet.cell(form.APPEALED, row) is not None
        self._problem("appeal-withdrawn" if withdrawn else "appeal-stays", spot, case, advice=True)
        return withdrawn

    def _wanted(self, row: int, case: CutLeaf, typed: str | None) -> bool | None:
        """Whether the unit appeals against the leaf; None where that cannot be read."""
        spot = f"{form.APPEALED}{row}"
        cell = self.sheet.cell(form.APPEALED, row)
        if cell is None:
            if typed:
                self._problem("appeal-yes-assumed", spot, case, advice=True)
            return typed is not None
        wanted = read_yes_no(cell)
        if isinstance(wanted, Fault):
            self._problem("appeal-word-unknown", spot, case, value=cell.text[:60])
            return None
        if not wanted and typed:
            self._problem("appeal-no-with-text", spot, case, advice=True)
        return wanted

    # --- the council's rulings ----------------------------------------------------------------

    def _said(self, row: int, case: CutLeaf) -> Ruling | None:
        """What the council wrote in a row; None where it wrote nothing that can be read."""
        texts = self._notes(row, case, *_OWN["rulings"]) if self._filled(row) else None
        if texts is None:
            return None
        word, reason = texts[0] or "", texts[2] or ""
        points_cell = self.sheet.cell(form.COUNCIL_POINTS, row)
        spot = f"{form.COUNCIL_RULING}{row}"
        decision = self._decision(word, points_cell)
        known = ", ".join(RULING_WORDS)
        if decision is None:
            code = "ruling-word-unknown" if word else "ruling-without-word"
            self._problem(code, spot, case, value=word[:60], known=known)
            return None
        points: Fraction | None = None
        if points_cell is not None:
            number = read_number(points_cell)
            if isinstance(number, Fault):
                cell = f"{form.COUNCIL_POINTS}{row}"
                self._problem("ruling-points-unreadable", cell, case, value=points_cell.text[:60])
                return None
            points = number
        return Ruling(decision, points, reason)

    def _decision(self, word: str, points: Cell | None) -> RulingWord | None:
        if not word:
            # Points alone say enough.
            return "given" if points is not None else None
        return next((d for name, d in RULING_WORDS.items() if fold(name) == fold(word)), None)

    def _at_cell(self, problem: Problem, row: int) -> Problem:
        """The finding at the cell that has to be mended."""
        column = _CELL_OF.get(problem.code, form.COUNCIL_RULING)
        return Problem(
            problem.code,
            self.sheet.place(f"{column}{row}"),
            problem.values,
            unit=problem.unit,
            criterion=problem.criterion,
        )

    def _again(self, row: int, case: CutLeaf, ruling: Ruling) -> bool:
        """Whether the store has this ruling already, or something that its author had not seen."""
        held, appeal = case.ruling, case.appeal
        if held is not None and same_ruling(ruling, case):
            return True
        newest = max(
            case.newest,
            0 if appeal is None else appeal.seq,
            0 if held is None else held.seq,
        )
        if newest > self.manifest.basis:
            self._problem("ruling-outdated", f"{form.COUNCIL_RULING}{row}", case)
            return True
        if held is not None and held.decision is not None:
            word = word_of(held.decision)
            spot = f"{form.COUNCIL_RULING}{row}"
            self._problem("ruling-again", spot, case, advice=True, word=word)
        return False

    def _emptied(self, row: int, case: CutLeaf) -> tuple[Fact, ...]:
        """A ruling that stood in the row when it was handed out, and was cleared."""
        held = case.ruling
        if held is None or self._filled(row) or held.seq > self.manifest.basis:
            return ()
        spot = f"{form.COUNCIL_RULING}{row}"
        self._problem("ruling-withdrawn", spot, case, advice=True)
        return tuple(withdrawal(case, self.sheet.name, spot))


_Row: TypeAlias = tuple[int, CutLeaf, Ruling]


def _judged(
    said: Sequence[_Row], sheet: SheetCells
) -> list[tuple[int, CutLeaf, Ruling, list[Problem]]]:
    """Each ruling with what forbids it.  One that rests on another that is forbidden is so, too."""
    granted = {case.key for _, case, ruling in said if ruling.decision == "restored"}
    while True:
        judged = [
            (row, case, ruling, list(ruling_problems(ruling, case, sheet.place(f"{row}"), granted)))
            for row, case, ruling in said
        ]
        forbidden = {case.key for _, case, _, problems in judged if problems} & granted
        if not forbidden:
            return judged
        granted -= forbidden


_CELL_OF = {
    "ruling-without-reason": form.COUNCIL_REASON,
    "ruling-without-points": form.COUNCIL_POINTS,
    "ruling-points-unwanted": form.COUNCIL_POINTS,
    "ruling-points-fine": form.COUNCIL_POINTS,
    "ruling-above-maximum": form.COUNCIL_POINTS,
    "ruling-below-review": form.COUNCIL_POINTS,
}
