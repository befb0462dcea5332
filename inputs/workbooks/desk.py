"""What workbooks that come back are held against (bàn tiếp nhận): the year as it stands here.

It is handed whole to every process that reads, and asks nothing of the files but whose they are.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from criteria.assessment.model import Assessment
from criteria.model import CriteriaSet
from criteria.problems import Problem
from inputs.headers import fold, nearest
from inputs.obligations import Obligation, Undated
from inputs.units import Unit
from inputs.workbooks.form import MANIFEST, Form, FormRow, form_of, task_rows
from inputs.workbooks.manifest import FORMAT, Manifest, ManifestKind, read_manifest
from inputs.workbooks.opened import OpenedWorkbook


@dataclass(frozen=True)
class Desk:
    """The year, as the reader knows it.

    `sets` by group; `fingerprints` by set id; `owed`: work under the plan by unit; `secret`: the
    store's seal; `today`: the local day; `plan_from`: the plan's first day.
    """

    assessment: Assessment
    sets: Mapping[str, CriteriaSet]
    fingerprints: Mapping[str, str]
    units: Mapping[str, Unit]
    owed: Mapping[str, tuple[Obligation | Undated, ...]]
    secret: bytes
    today: datetime.date
    plan_from: datetime.date | None = None
    _rows: dict[tuple[str, tuple[bool | None, ...]], tuple[FormRow, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Units of a group with the same attributes have the same rows."""

    def form(self, unit: Unit) -> Form:
        """The layout of a unit's workbook, as we would make it now."""
        criteria_set, owed = self.sets[unit.group], self.owed.get(unit.unit, ())
        flags = tuple(unit.attributes.get(name) for name in criteria_set.attributes)
        if (unit.group, flags) not in self._rows:
            form = form_of(criteria_set, self.assessment, unit)
            self._rows[unit.group, flags] = form.rows
        return Form(criteria_set, unit, self._rows[unit.group, flags], task_rows(owed))


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose workbook it is: the manifest, once it is believed; else the reasons why not."""

    manifest: Manifest | None
    problems: tuple[Problem, ...] = ()


def identify(book: OpenedWorkbook, desk: Desk, kind: ManifestKind) -> Identity:
    """The manifest of a workbook of this kind, store, assessment and format.

    What it says of sets and layout is for the caller to hold against its own.
    """
    sheet = book.sheet(MANIFEST)
    if sheet is None:
        return Identity(None, (Problem("manifest-missing", book.place),))
    place = sheet.place("A1")
    manifest = read_manifest(sheet.grid, desk.secret)
    if manifest is None:
        return Identity(None, (Problem("manifest-not-ours", place),))
    if manifest.format != FORMAT:
        values = {"value": manifest.format, "wanted": FORMAT}
        return Identity(None, (Problem("manifest-format", place, values),))
    if manifest.assessment != desk.assessment.id:
        values = {"value": manifest.assessment, "wanted": desk.assessment.id}
        return Identity(None, (Problem("manifest-other-assessment", place, values),))
    if manifest.kind != kind:
        values = {"value": manifest.kind, "wanted": kind}
        return Identity(None, (Problem("manifest-other-kind", place, values),))
    return Identity(manifest)


def older_sets(book: OpenedWorkbook, manifest: Manifest, desk: Desk) -> Iterator[Problem]:
    """Sets that the workbook was made for and that are not ours, or are no longer the same."""
    place = next(s.place("A1") for s in book.sheets if fold(s.name) == fold(MANIFEST))
    for name, digest in manifest.sets.items():
        if name not in desk.fingerprints:
            values = {"value": name, "known": ", ".join(desk.fingerprints)}
            yield Problem("manifest-set-unknown", place, values)
        elif digest != desk.fingerprints[name]:
            yield Problem("manifest-older-set", place, {"value": name})


def unit_of(book: OpenedWorkbook, manifest: Manifest, desk: Desk) -> Unit | Problem:
    """The unit that a workbook is of."""
    unit = desk.units.get(manifest.who)
    if unit is not None and unit.group in desk.sets:
        return unit
    values = {"value": manifest.who, "near": nearest(manifest.who, list(desk.units))}
    return Problem("manifest-unit-unknown", book.place, values)
