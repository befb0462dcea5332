"""What a draft holds: everything found in the text of a plan, each value with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from criteria.plan.model import Comparison
from inputs.draft.document import Found


@dataclass(frozen=True, slots=True)
class DraftSection:
    """A part of the annex (mục); the title may have been lost."""

    id: str
    title: Found | None


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One line of the annex (nhiệm vụ); `note` is the table's own column (ghi chú)."""

    id: str
    section: str
    title: Found | None
    product: Found | None = None
    lead: Found | None = None
    partners: Found | None = None
    approved_by: Found | None = None
    deadline: Found | None = None
    note: Found | None = None


@dataclass(frozen=True, slots=True)
class DraftTarget:
    """A number with a comparison (chỉ tiêu); a range has none, its `value` is as written.

    `title`: the part of the sentence it stands in.  `value`: `90%`, or a plain number with
    `measure`.  `clause`: in the plan's own numbering, as far as the text kept it.
    `sure`: False for a candidate that a person must look at; `why` then names the reason.
    """

    id: str
    title: Found
    comparison: Comparison | None
    value: str
    measure: str | None
    by: Found | None
    sentence: Found
    clause: str | None
    sure: bool
    why: str | None = None


@dataclass(frozen=True, slots=True)
class DraftReport:
    """A sentence that may order a periodic report (báo cáo định kỳ), and its clause."""

    sentence: Found
    clause: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """What the plan says of itself; None for what the text does not tell."""

    title: Found | None = None
    number: Found | None = None
    signed: Found | None = None
    province: Found | None = None
    starts: Found | None = None
    ends: Found | None = None


@dataclass(frozen=True, slots=True)
class Leftover:
    """A piece of the text that found no field; `why` is a code of `draft.toml`."""

    found: Found
    why: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A lead or a deadline that is not understood; `words`: what of it is not."""

    task: str
    field: Literal["lead", "deadline"]
    found: Found
    words: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan as read, before anybody has looked at it."""

    head: Head
    sections: tuple[DraftSection, ...]
    tasks: tuple[DraftTask, ...]
    targets: tuple[DraftTarget, ...]
    leftovers: tuple[Leftover, ...]
    source: str
    reports: tuple[DraftReport, ...] = ()
    doubts: tuple[Doubt, ...] = ()
