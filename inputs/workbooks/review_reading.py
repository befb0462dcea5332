"""A review workbook read back (đọc bảng thẩm định): the agency's facts, each with its cell.

Nothing in the file is believed but the yellow cells: which leaves are the agency's, what the units
reported and what was decided before comes from the store.  Of a leaf with a fault nothing is taken,
so that half a decision never acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from criteria.exact import shortest
from criteria.problems import Problem
from inputs.headers import fold
from inputs.store.facts import Fact
from inputs.values import Fault, read_yes_no
from inputs.workbooks.desk import Desk, identify, older_sets
from inputs.workbooks.form import MAXIMUM as OF_A_NUMBER
from inputs.workbooks.keyed_rows import keyed_rows
from inputs.workbooks.labels import same_label
from inputs.workbooks.opened import OpenedWorkbook, SheetCells
from inputs.workbooks.review_form import (
    AGENCY_CELL,
    BULK_CELL,
    DECISION,
    FIRST_ROW,
    GUIDE,
    ID,
    KEY,
    MAXIMUM,
    POINTS,
    REASON,
    RULES,
    TITLE,
    UNIT,
    VALUE,
    ReviewForm,
    ReviewRow,
    ReviewSheet,
    unit_and_leaf,
)
from inputs.workbooks.review_leaf import LeafReader, Page
from inputs.workbooks.review_standing import Standing

SKIPPED = (RULES,)
"""Sheets that are not read: nothing is asked there."""

_ENTRIES = (DECISION, POINTS, VALUE, REASON)


@dataclass(frozen=True)
class ReviewReading:
    """What one workbook gave.

    `agency` None: it is none of ours; `refused`: nothing of it can be taken.  `basis`: number of
    the last fact that the agency had seen.  `decides`: on how many leaves, `blank`: how
    many of the agency's it leaves undecided.
    """

    agency: str | None
    basis: int = 0
    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    refused: bool = False
    decides: int = 0
    blank: int = 0


def read_review(
    book: OpenedWorkbook, desk: Desk, forms: Mapping[str, ReviewForm], standing: Standing
) -> ReviewReading:
    """The facts and faults of a workbook, opened with `SKIPPED`; `forms`: of all agencies."""
    identity = identify(book, desk, "review")
    manifest = identity.manifest
    if manifest is None:
        return ReviewReading(None, problems=(*book.advice, *identity.problems), refused=True)
    form = forms.get(manifest.who)
    if form is None:
        values = {"value": manifest.who, "known": ", ".join(forms)}
        problem = Problem("review-agency-unknown", book.place, values)
        return ReviewReading(None, problems=(*book.advice, problem), refused=True)
    problems = [*book.advice, *older_sets(book, manifest, desk), *_other_agency(book, form)]
    if any(not problem.advice for problem in problems):
        return ReviewReading(form.agency, problems=tuple(problems), refused=True)
    same = manifest.layout == form.layout
    if not same:
        problems.append(Problem("review-layout-older", book.place, advice=True))
    reading = _Reading(book, desk, form, forms, standing, manifest.basis, same)
    reading.read()
    return ReviewReading(
        form.agency,
        manifest.basis,
        tuple(reading.facts),
        (*problems, *reading.problems),
        decides=reading.decides,
        blank=reading.blank,
    )


def _other_agency(book: OpenedWorkbook, form: ReviewForm) -> Iterator[Problem]:
    """The guide names another agency than the manifest: sheets of two workbooks in one."""
    guide = book.sheet(GUIDE)
    if guide is None:
        yield book.missing(GUIDE)
        return
    shown = guide.text(AGENCY_CELL[0], int(AGENCY_CELL[1:]))
    if fold(shown) != fold(form.agency):
        values = {"value": shown or "-", "wanted": form.agency}
        yield Problem("review-agency-differs", guide.place(AGENCY_CELL), values)


@dataclass
class _Reading:
    """One workbook being read; facts and problems gather."""

    book: OpenedWorkbook
    desk: Desk
    form: ReviewForm
    forms: Mapping[str, ReviewForm]
    standing: Standing
    basis: int
    same_layout: bool
    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    decides: int = 0
    blank: int = 0

    def read(self) -> None:
        bulk = self._bulk()
        for layout in self.form.sheets:
            sheet = self.book.sheet(layout.name)
            if sheet is None:
                self.problems.append(self.book.missing(layout.name))
                continue
            self._sheet(layout, sheet, bulk)

    def _bulk(self) -> bool:
        """Whether blank rows mean that the agency agrees."""
        guide = self.book.sheet(GUIDE)
        assert guide is not None  # looked for with the agency's id
        column, row = BULK_CELL[0], int(BULK_CELL[1:])
        trouble = guide.trouble(column, row)
        cell = guide.cell(column, row)
        if trouble is not None:
            self.problems.append(trouble)
            return False
        if cell is None:
            return False
        said = read_yes_no(cell)
        if isinstance(said, Fault):
            values = {"name": BULK_CELL, **said.values}
            self.problems.append(Problem(said.code, guide.place(BULK_CELL), values))
            return False
        return said

    def _sheet(self, layout: ReviewSheet, sheet: SheetCells, bulk: bool) -> None:
        expected = {row.key: row.row for row in layout.rows}
        criteria = {row.key: row.leaf for row in layout.rows if row.leaf is not None}
        keyed = keyed_rows(sheet, expected, FIRST_ROW, unit=None, criteria=criteria)
        self.problems += self._key_problems(keyed.problems, layout)
        if not keyed.own:
            return
        rows = dict(keyed.rows)
        labels = list(_label_problems(sheet, layout, rows))
        self.problems += [problem for _, problem in labels]
        for key, _ in labels:
            rows.pop(key, None)
        self.problems += _keyless(sheet)
        page = Page(sheet, layout, rows, self.desk.today, bulk)
        reader = LeafReader(page, self.standing, self.basis)
        for leaf in layout.leaves:
            said = reader.read(leaf)
            self.facts += said.facts
            self.problems += said.problems
            self.decides += said.decides
            self.blank += said.undecided
        self.problems += reader.summary()

    def _key_problems(self, found: Sequence[Problem], layout: ReviewSheet) -> Iterator[Problem]:
        """Rows that came from another agency's workbook are named as such; rows of units that
        joined since the workbook was made are not missed."""
        joined = 0
        for problem in found:
            key = problem.values.get("key", "")
            match problem.code:
                case "key-unknown":
                    yield self._foreign(problem, key)
                case "key-missing":
                    row = layout.by_key[key]
                    if not self.same_layout:
                        joined += 1
                    elif row.asks_value or row.decisions:
                        yield replace(problem, unit=row.unit.unit)
                case "rows-moved":
                    continue  # the sheet is there to be filtered and sorted
                case _:
                    yield problem
        if joined:
            values = {"count": str(joined), "sheet": layout.name}
            yield Problem("review-rows-joined", self.book.place, values, advice=True)

    def _foreign(self, problem: Problem, key: str) -> Problem:
        named = unit_and_leaf(key)
        if named is None:
            return problem
        _, unit, leaf = named
        owner = next((f.agency for f in self.forms.values() if f.reviews(unit, leaf)), None)
        if owner is None:
            return problem
        values = {"leaf": leaf, "owner": owner, "agency": self.form.agency}
        return Problem("review-not-theirs", problem.place, values, unit=unit, criterion=leaf)


def _label_problems(
    sheet: SheetCells, layout: ReviewSheet, rows: Mapping[str, int]
) -> Iterator[tuple[str, Problem]]:
    """Rows whose locked cells say something else: what is typed there may be about another."""
    for row in layout.rows:
        number = rows.get(row.key)
        if number is None or not (row.decisions or row.asks_value):
            continue
        for column, wanted in _labels(row, layout):
            said = sheet.text(column, number)
            if same_label(OF_A_NUMBER if column == MAXIMUM else "", said, (wanted,)):
                continue
            values = {"value": said or "-", "wanted": wanted}
            place = sheet.place(f"{column}{number}")
            yield (
                row.key,
                Problem("review-label-changed", place, values, row.unit.unit, row.criterion),
            )
            break


def _labels(row: ReviewRow, layout: ReviewSheet) -> Iterator[tuple[str, str]]:
    yield UNIT, row.unit.name
    if row.leaf is not None:
        yield ID, row.leaf
    yield TITLE, layout.title(row)
    if row.kind == "leaf" and row.duty is not None:
        yield MAXIMUM, shortest(row.duty.item.maximum)


def _keyless(sheet: SheetCells) -> Iterator[Problem]:
    """Rows that were typed or pasted in without a key: nobody knows whose they are."""
    told: set[int] = set()
    for column, row in sheet.filled():
        if row >= FIRST_ROW and column in _ENTRIES and not sheet.text(KEY, row) and row not in told:
            told.add(row)
            yield Problem("review-row-without-key", sheet.place(f"{column}{row}"))
