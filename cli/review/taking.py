"""Review workbooks taken in (nhận bảng thẩm định): read, tried out beside all facts, stored."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from cli.desk import desk_of
from cli.folder import Year, now
from criteria.problems import Place, Problem, ProblemsFound
from inputs.originals import RECEIVED, keep_original
from inputs.store.admission import admission
from inputs.store.facts import Batch
from inputs.store.history import history
from inputs.store.store import Store
from inputs.tables import read_bytes
from inputs.workbooks.opened import LARGEST_FILE, OpenedWorkbook, opened
from inputs.workbooks.review_form import review_forms
from inputs.workbooks.review_reading import SKIPPED, ReviewReading, read_review
from inputs.workbooks.review_standing import standing_of
from inputs.workbooks.review_trial import Ground, tried

Outcome: TypeAlias = Literal["taken", "late", "refused", "again", "unread"]


@dataclass(frozen=True)
class Taken:
    """What became of one file: its batch, None where it is of nobody or was taken before.

    `decides`: leaves on which it says something; `blank`: those that it leaves open.
    """

    path: Path
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    batch: Batch | None = None
    decides: int = 0
    blank: int = 0

    @property
    def faults(self) -> int:
        return sum(not problem.advice for problem in self.problems)


@dataclass(frozen=True)
class _Sent:
    """A file that could be opened."""

    path: Path
    data: bytes
    book: OpenedWorkbook


def take(year: Year, store: Store, files: Sequence[Path], seen: Callable[[], None]) -> list[Taken]:
    """Read all files and store what they give, in one transaction; `seen` is called for each file.

    Raises: ProblemsFound when the store or an original cannot be written; then nothing is taken.
    """
    results: list[Taken] = []
    sent: list[_Sent] = []
    for path in files:
        try:
            data = read_bytes(path, LARGEST_FILE)
            sent.append(_Sent(path, data, opened(data, path, SKIPPED)))
        except ProblemsFound as error:
            results.append(Taken(path, "unread", error.problems))
            seen()
    taking = _Taking(year, store, now())
    oldest = datetime.datetime.min
    for each in sorted(sent, key=lambda s: s.book.saved_at or oldest):
        result = taking.take(each)
        if result.batch is not None:
            keep_original(year.folder / RECEIVED, each.book.sha256, each.data)
        results.append(result)
        seen()
    store.add(taking.batches)
    return results


class _Taking:
    """The files of one run, one after the other: each is read beside what those before it said."""

    def __init__(self, year: Year, store: Store, moment: datetime.datetime) -> None:
        self.year, self.store, self.moment = year, store, moment
        self.sets = [each.set for each in year.sets]
        self.forms = review_forms(year.assessment, self.sets, year.units).forms
        self.desk = desk_of(year, store, moment)
        self.closed = store.closed()
        heads = store.batches()
        self.known = set(heads.filter(heads["outcome"] == "taken")["sha256"].to_list())
        self.batches: list[Batch] = []

    def take(self, sent: _Sent) -> Taken:
        book, assessment = sent.book, self.year.assessment
        if book.sha256 in self.known:
            again = Problem("workbook-again", book.place, advice=True)
            return Taken(sent.path, "again", (again,))
        told = history(self.store, self.batches)
        standing = standing_of(told, assessment, self.sets, self.year.units)
        reading = read_review(book, self.desk, self.forms, standing)
        if reading.agency is None:
            return Taken(sent.path, "unread", reading.problems)
        batch, problems = self._tried(reading, book)
        self.batches.append(batch)
        if batch.outcome == "refused":
            return Taken(sent.path, "refused", problems, batch)
        self.known.add(book.sha256)
        outcome: Outcome = "late" if batch.late else "taken"
        return Taken(sent.path, outcome, problems, batch, reading.decides, reading.blank)

    def _tried(
        self, reading: ReviewReading, book: OpenedWorkbook
    ) -> tuple[Batch, tuple[Problem, ...]]:
        """The batch of a workbook, and all its findings."""
        assert reading.agency is not None
        assessment, place = self.year.assessment, Place(book.file)
        admitted = admission(assessment, self.closed, "review", self.moment, place)
        batch = Batch(
            stage="review",
            kind="review",
            who=reading.agency,
            file=book.file,
            sha256=book.sha256,
            at=self.moment,
            late=admitted.late,
            basis=reading.basis,
            facts=reading.facts,
        )
        problems = list(reading.problems)
        refused = reading.refused or admitted.refusal is not None
        if admitted.refusal is not None:
            problems.append(admitted.refusal)
        elif not refused:
            ground = Ground(self.store, assessment, self.year.units, self.batches)
            trial = tried(batch, self.forms[reading.agency], ground)
            batch = trial.batch
            problems += trial.problems
        faults = [problem for problem in problems if not problem.advice]
        if faults and not refused and assessment.policy.faulty == "hold":
            refused = True
            values = {"count": str(len(faults))}
            problems.append(Problem("workbook-held-back", place, values, advice=True))
        if admitted.late and not refused:
            day = assessment.calendar.review.strftime("%d/%m/%Y")
            problems.append(Problem("review-late", place, {"day": day}, advice=True))
        if refused:
            batch = replace(batch, outcome="refused", facts=())
        note = ", ".join(dict.fromkeys(problem.code for problem in faults)) or None
        return replace(batch, problems=len(faults), note=note), tuple(problems)
