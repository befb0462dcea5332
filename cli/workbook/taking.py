"""Workbooks taken in (nhận bảng tự chấm): all read, held against our points, stored at once."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from cli.desk import desk_of
from cli.folder import Year, now
from cli.workbook.points import held_against
from criteria.problems import Place, Problem
from inputs.originals import RECEIVED
from inputs.store.admission import VIETNAM, admission
from inputs.store.facts import Batch
from inputs.store.store import Store
from inputs.workbooks.desk import Desk
from inputs.workbooks.received import Received, in_order, receive
from inputs.workbooks.self_reading import SelfReading

_FEW = 24
"""Files up to which it is quicker to read them here than to start other processes."""


@dataclass(frozen=True)
class Taken:
    """What became of one file: its batch, None where it is of nobody or was taken before."""

    received: Received
    batch: Batch | None
    problems: tuple[Problem, ...]

    @property
    def faults(self) -> int:
        return sum(not problem.advice for problem in self.problems)


def take(
    year: Year,
    store: Store,
    files: Sequence[Path],
    *,
    jobs: int,
    seen: Callable[[], None],
) -> list[Taken]:
    """Read all files and store what they give, in one transaction; `seen` is called for each file.

    Raises: ProblemsFound when the store or an original cannot be written; then nothing is taken.
    """
    moment = now()
    desk = desk_of(year, store, moment)
    batches = store.batches()
    taken = frozenset(batches.filter(batches["outcome"] == "taken")["sha256"].to_list())
    keep = year.folder / RECEIVED
    received: list[Received] = []
    for each in _read(files, desk, taken, keep, jobs):
        received.append(each)
        seen()
    counted = _judged(year, store, list(_each_once(in_order(received))), moment)
    store.add([each.batch for each in counted if each.batch is not None])
    return counted


# --- reading, here or in other processes ---

_AT_WORK: list[tuple[Desk, frozenset[str], Path]] = []


def _start(desk: Desk, taken: frozenset[str], keep: Path) -> None:
    _AT_WORK[:] = [(desk, taken, keep)]
    # A command that is killed cannot end its helpers: they watch it and go by themselves.
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _receive(path: Path) -> Received:
    return receive(path, *_AT_WORK[0])


def _read(
    files: Sequence[Path], desk: Desk, taken: frozenset[str], keep: Path, jobs: int
) -> Iterator[Received]:
    if len(files) <= _FEW or jobs == 1:
        yield from (receive(path, desk, taken, keep) for path in files)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(jobs, len(files)), context, _start, (desk, taken, keep)
    ) as helpers:
        yield from helpers.map(_receive, files, chunksize=8)


def cores() -> int:
    """Processes that may work at a time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _each_once(received: Iterable[Received]) -> Iterator[Received]:
    """The files; of equal bytes the first only, and of each unit all but the last are told so."""
    files = list(received)
    newest = {each.unit: each for each in files if _gives(each)}
    digests: set[str] = set()
    for each in files:
        if each.sha256 and each.sha256 in digests and not each.again:
            again = Problem("workbook-again", Place(str(each.path)), advice=True)
            yield Received(each.path, each.sha256, problems=(again,), again=True)
            continue
        digests.add(each.sha256)
        newer = newest.get(each.unit)
        if newer is not None and newer is not each and newer.sha256 != each.sha256 and _gives(each):
            values = {"newer": newer.path.name}
            place = Place(str(each.path))
            advice = Problem("workbook-superseded", place, values, each.unit, advice=True)
            each = replace(each, problems=(*each.problems, advice))
        yield each


def _gives(received: Received) -> bool:
    return received.reading is not None and not received.reading.refused


def _is_stale(received: Received, said: Mapping[str, int]) -> bool:
    """Whether it is as it was made, and its unit has said more since: it would blank that out."""
    reading = received.reading
    if reading is None or reading.unit is None or received.saved_at is not None:
        return False
    return said.get(reading.unit, 0) > reading.basis


# --- what is taken ---


def _judged(
    year: Year, store: Store, received: Sequence[Received], moment: datetime.datetime
) -> list[Taken]:
    """Each file with its batch and all its findings."""
    closed = store.closed()
    query = "SELECT unit, max(seq) FROM facts WHERE stage = 'self' GROUP BY unit"
    said: dict[str, int] = dict(store.connection.execute(query).fetchall())
    drafts: list[Taken] = []
    for each in received:
        found = each.found
        admitted = admission(year.assessment, closed, "self", moment, Place(str(each.path)))
        if admitted.refusal is not None and each.unit is not None:
            found += (replace(admitted.refusal, unit=each.unit),)
        if _gives(each) and _is_stale(each, said):
            place = Place(str(each.path))
            found += (Problem("workbook-untouched", place, {}, each.unit, advice=True),)
            drafts.append(Taken(each, None, found))
            continue
        takes = _gives(each) and admitted.refusal is None
        drafts.append(Taken(each, _batch(each, moment, admitted.late, takes), found))
    batches = [each.batch for each in drafts if each.batch is not None]
    taken = [batch for batch in batches if batch.outcome == "taken"]
    newest: dict[str, Received] = {}
    readings: dict[str, SelfReading] = {}
    for draft in drafts:
        reading = draft.received.reading
        if draft.batch is not None and draft.batch.outcome == "taken" and reading is not None:
            newest[draft.batch.who], readings[draft.batch.who] = draft.received, reading
    more: dict[Path, list[Problem]] = {}
    for problem in held_against(year, store, taken, readings):
        if problem.unit is not None:
            more.setdefault(newest[problem.unit].path, []).append(problem)
    earlier = _earlier(store, newest)
    decided = [_decided(year, draft, more.get(draft.received.path, [])) for draft in drafts]
    return [_with_advice(each, newest, earlier) for each in decided]


@dataclass(frozen=True)
class _Earlier:
    """The workbook of a unit that was taken last before: when, and its values by subject."""

    at: datetime.datetime
    values: Mapping[str, str | None]


_EARLIER = """
SELECT b.who, b.taken_at, f.subject, f.value
FROM facts f JOIN batches b USING (batch)
WHERE b.batch IN (
    SELECT max(batch) FROM batches
    WHERE kind = 'workbook' AND stage = 'self' AND outcome = 'taken' GROUP BY who
)
"""


def _earlier(store: Store, units: Collection[str]) -> dict[str, _Earlier]:
    """What the workbooks of these units said that are in the store."""
    found: dict[str, tuple[datetime.datetime, dict[str, str | None]]] = {}
    if units:
        for who, at, subject, value in store.connection.execute(_EARLIER).fetchall():
            if who in units:
                found.setdefault(who, (at, {}))[1][subject] = value
    return {unit: _Earlier(*told) for unit, told in found.items()}


def _with_advice(
    taken: Taken, newest: Mapping[str, Received], earlier: Mapping[str, _Earlier]
) -> Taken:
    """The file, told so where it is blank or says other than the one before it."""
    batch, reading = taken.batch, taken.received.reading
    if batch is None or batch.outcome != "taken" or reading is None:
        return taken
    place, found = Place(batch.file), taken.problems
    if reading.blank:
        found += (Problem("workbook-blank", place, {}, batch.who, advice=True),)
    before = earlier.get(batch.who)
    if before is not None and newest[batch.who] is taken.received:
        values = before.values
        count = sum(values.get(fact.subject) != fact.value for fact in batch.facts)
        if count:
            when = before.at.replace(tzinfo=datetime.UTC).astimezone(VIETNAM)
            told = {"when": f"{when:%d/%m/%Y %H:%M}", "count": str(count)}
            found += (Problem("workbook-replaces", place, told, batch.who, advice=True),)
    return replace(taken, problems=found)


def _batch(received: Received, moment: datetime.datetime, late: bool, takes: bool) -> Batch | None:
    reading = received.reading
    if reading is None or reading.unit is None:
        return None
    return Batch(
        stage="self",
        kind="workbook",
        who=reading.unit,
        file=str(received.path),
        sha256=received.sha256,
        at=moment,
        outcome="taken" if takes else "refused",
        late=late,
        facts=reading.facts if takes else (),
    )


def _decided(year: Year, draft: Taken, more: Sequence[Problem]) -> Taken:
    """The file with all its findings, held back where the policy wants that."""
    found = (*draft.problems, *more)
    faults = sum(not problem.advice for problem in found)
    batch = draft.batch
    if batch is None:
        return Taken(draft.received, None, found)
    if batch.outcome == "taken" and faults and year.assessment.policy.faulty == "hold":
        values = {"count": str(faults)}
        held = Problem("workbook-held-back", Place(batch.file), values, batch.who, advice=True)
        found += (held,)
        batch = replace(batch, outcome="refused", facts=())
    codes = dict.fromkeys(problem.code for problem in found if not problem.advice)
    note = ", ".join(codes) or None
    return Taken(draft.received, replace(batch, problems=faults, note=note), found)
