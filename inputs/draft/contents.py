"""What a cell says, whatever column it stands in: a deadline, names of bodies, or other words."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from functools import cache

from criteria.plan.bodies import Bodies, Named
from criteria.plan.deadlines import read_deadline
from inputs.draft.model import Head

_ANY_YEAR = datetime.date(1990, 1, 1), datetime.date(2089, 12, 31)


@cache
def common_bodies() -> Bodies:
    """The bodies that every province has, without units of their own."""
    return Bodies([])


@cache
def _named(text: str) -> tuple[Named, ...]:
    return common_bodies().read(text)


@cache
def _reads(text: str, starts: datetime.date, ends: datetime.date) -> bool:
    return read_deadline(text, starts, ends) is not None


@cache
def _unknown(text: str) -> tuple[str, ...]:
    return tuple(each.words for each in _named(text) if each.kind == "unknown")


def contents_of(head: Head) -> Contents:
    """Judges texts between the days that the head of a plan gives, if it gives any."""
    if head.starts is None or head.ends is None:
        return Contents()
    day = datetime.date.fromisoformat
    return Contents((day(head.starts.value), day(head.ends.value)))


@dataclass(frozen=True, slots=True)
class Contents:
    """Judges texts; `days`: the plan's first and last day, for deadlines without a year."""

    days: tuple[datetime.date, datetime.date] = field(default=_ANY_YEAR)

    def is_deadline(self, text: str) -> bool:
        """Whether a text that is not blank reads as a deadline."""
        return bool(text.strip()) and _reads(text, *self.days)

    def names_bodies(self, text: str) -> bool:
        """Whether a text consists of known bodies, remarks and connectives."""
        named = _named(text)
        return bool(named) and all(each.kind != "unknown" for each in named)

    def unknown_bodies(self, text: str) -> tuple[str, ...]:
        """The words of a text that name no body of the common table."""
        return _unknown(text)

    def groups(self, text: str) -> tuple[str, ...]:
        """Ids of the groups that a text names, each once."""
        ids = [one for each in _named(text) if each.kind == "group" for one in each.ids]
        return tuple(dict.fromkeys(ids))
