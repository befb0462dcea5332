"""Files that came in (tệp gửi về): which are read, each read by itself, the originals kept."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from criteria.problems import Place, Problem, ProblemsFound
from inputs.originals import keep_original
from inputs.tables import read_bytes
from inputs.workbooks.desk import Desk
from inputs.workbooks.opened import LARGEST_FILE, opened
from inputs.workbooks.packed import PackedFacts
from inputs.workbooks.self_reading import SKIPPED, SelfReading, read_self

_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True)
class Received:
    """One file: what it gave, or why nothing (`problems`).

    `again`: its very bytes were taken before.
    """

    path: Path
    sha256: str = ""
    saved_at: datetime.datetime | None = None
    reading: SelfReading | None = None
    problems: tuple[Problem, ...] = ()
    again: bool = False

    @property
    def unit(self) -> str | None:
        return None if self.reading is None else self.reading.unit

    @property
    def found(self) -> tuple[Problem, ...]:
        """All findings, of opening and of reading."""
        return self.problems + (() if self.reading is None else self.reading.problems)


def files_in(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    """The workbooks among files and, at any depth, in folders; and what is not read.

    A file that is named is always read, whatever it is called.
    """
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        found = sorted(each for each in path.rglob("*") if each.is_file())
        mine = [each for each in found if each.suffix.lower() in _WORKBOOKS]
        if not mine:
            problems.append(Problem("no-workbooks", Place(str(path))))
        files += [each for each in mine if not each.name.startswith("~$")]
        problems += [
            Problem("workbook-not-read", Place(str(each)), advice=True)
            for each in found
            if each not in mine and not each.name.startswith((".", "~$"))
        ]
    return list(dict.fromkeys(files)), problems


def receive(path: Path, desk: Desk, taken: frozenset[str], keep: Path) -> Received:
    """Read one file; its original is kept in the folder `keep` where it names a unit of ours.

    Raises: ProblemsFound only when the original cannot be kept: nothing may be taken then.
    """
    try:
        data = read_bytes(path, LARGEST_FILE)
        digest = hashlib.sha256(data).hexdigest()
        if digest in taken:
            again = Problem("workbook-again", Place(str(path)), advice=True)
            return Received(path, digest, problems=(again,), again=True)
        book = opened(data, path, SKIPPED)
    except ProblemsFound as error:
        return Received(path, problems=error.problems)
    reading = read_self(book, desk)
    if reading.unit is not None:
        keep_original(keep, digest, data)
    packed = replace(reading, facts=PackedFacts(reading.facts))
    return Received(path, digest, book.saved_at, packed)


def in_order(received: Sequence[Received]) -> Iterator[Received]:
    """Older ones first, by what their program says; those that do not say it before all others."""
    return iter(sorted(received, key=lambda each: each.saved_at or datetime.datetime.min))
