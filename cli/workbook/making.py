"""Many workbooks at once (lập hàng loạt): one process writes some, several share the rest."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from criteria.assessment.model import Assessment
from criteria.fingerprint import fingerprint
from criteria.model import CriteriaSet
from criteria.problems import Problem, ProblemsFound
from inputs.obligations import Obligation, Undated
from inputs.store.self_answers import Told, typed_answers
from inputs.units import Unit
from inputs.workbooks.form import form_of
from inputs.workbooks.manifest import Manifest
from outputs.forms.self_filled import NOTHING, Done, Filled, Proof
from outputs.forms.self_words import SetWords
from outputs.forms.self_workbook import write_self_workbook
from outputs.whole_files import write_file

_WORTH_A_POOL = 24
"""Workbooks from which on starting further processes is quicker."""
_AT_A_TIME = 8


@dataclass(frozen=True)
class Maker:
    """What all workbooks of a year share; `sets` by group."""

    assessment: Assessment
    sets: Mapping[str, CriteriaSet]
    seal: bytes
    basis: int

    @cached_property
    def words(self) -> Mapping[str, SetWords]:
        return {group: SetWords(each, self.assessment) for group, each in self.sets.items()}

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        return {group: fingerprint(each) for group, each in self.sets.items()}

    def make(self, order: Order) -> None:
        """Write one workbook.  Raises: ProblemsFound when it cannot be written."""
        unit, criteria_set = order.unit, self.sets[order.unit.group]
        form = form_of(criteria_set, self.assessment, unit, order.owed)
        digests = {criteria_set.id: self.fingerprints[unit.group]}
        manifest = Manifest("self", self.assessment.id, unit.unit, digests, form.layout, self.basis)
        rows, filled = manifest.rows(self.seal), filled_of(criteria_set, order.told)
        words = self.words[unit.group]

        def fill(path: Path) -> None:
            write_self_workbook(path, form, self.assessment, rows, filled=filled, words=words)

        write_file(order.path, fill)


@dataclass(frozen=True)
class Order:
    """One workbook to be made."""

    unit: Unit
    owed: tuple[Obligation | Undated, ...]
    told: Told | None
    path: Path


def filled_of(criteria_set: CriteriaSet, told: Told | None) -> Filled:
    """What the workbook shows from the start."""
    if told is None:
        return NOTHING

    def day(text: str | None) -> datetime.date | None:
        return None if text is None else datetime.date.fromisoformat(text)

    return Filled(
        typed_answers(criteria_set, told.answers),
        {leaf: Proof(*said) for leaf, said in told.proofs.items()},
        {key: Done(day(text), proof) for key, (text, proof) in told.done.items()},
    )


def make_all(maker: Maker, orders: Sequence[Order], jobs: int | None) -> Iterator[int]:
    """Write all workbooks; gives how many more are done, as they are.

    `jobs`: processes; None: as many as there are cores, and one where there is little to do.
    Raises: ProblemsFound when one cannot be written; those before it stand.
    """
    count = jobs or (os.cpu_count() or 1 if len(orders) >= _WORTH_A_POOL else 1)
    if count <= 1:
        for order in orders:
            maker.make(order)
            yield 1
        return
    from multiprocessing import get_context

    parts = [orders[at : at + _AT_A_TIME] for at in range(0, len(orders), _AT_A_TIME)]
    # Spawned on every system alike: nothing of the store or of the terminal is inherited.
    with get_context("spawn").Pool(count, _start, (maker,)) as pool:
        for done, problems in pool.imap_unordered(_make_some, parts):
            if problems:
                raise ProblemsFound(problems)
            yield done


_maker: list[Maker] = []
"""What this process makes workbooks with."""


def _start(maker: Maker) -> None:
    _maker[:] = [maker]


def _make_some(orders: Sequence[Order]) -> tuple[int, tuple[Problem, ...]]:
    try:
        for order in orders:
            _maker[0].make(order)
    except ProblemsFound as error:
        return 0, tuple(error.problems)
    return len(orders), ()
