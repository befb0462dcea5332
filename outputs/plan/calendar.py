"""Calendars (lịch, .ics) of what falls due: one all-day event an instance, without any clock.

What comes back every week is one event that repeats.  The same plan gives the same bytes, and an
event keeps its UID when the plan is exported again, so that calendars update instead of doubling.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from criteria.plan.model import Kind, Plan, Report, Task
from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language, wording
from inputs.obligations import Obligation

if TYPE_CHECKING:
    from icalendar import Calendar, Event

_WEEK = datetime.timedelta(days=7)
_AT_EIGHT = datetime.timedelta(hours=8)
"""All-day events begin at midnight; reminders come at eight in the morning."""
_AHEAD = datetime.timedelta(days=7)
_AHEAD_OF_WEEKLY = datetime.timedelta(days=2)
"""A week's work is due on Sunday: the reminder comes on the Friday before."""
_NAMED_IN_SUMMARY, _NAMED_BELOW = 2, 30
"""Units that an event names in its summary and its description; more are counted."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One event: a task's day, who owes it, and how many weeks it comes back."""

    kind: Kind
    task: Task | Report
    day: datetime.date
    key: str
    units: tuple[str, ...]
    weeks: int = 1

    @property
    def weekly(self) -> bool:
        return "-W" in self.key


def calendar_of_unit(
    plan: Plan, owes: Sequence[Obligation], unit: str, name: str, language: Language
) -> bytes:
    """The calendar of one unit; `owes` may hold those of others, too.

    Raises: ProblemsFound when the library for calendars is not installed.
    """
    own = [each for each in owes if each.unit == unit]
    title = wording("plan", "calendar.of-unit", language, plan=plan.title, unit=name)
    return _calendar(plan, _entries(own), {unit: name}, title, language, f"{unit}.")


def calendar_of_all(
    plan: Plan, owes: Sequence[Obligation], names: Mapping[str, str], language: Language
) -> bytes:
    """One calendar for the province: what several units owe on a day is one event that names them.

    Raises: ProblemsFound when the library for calendars is not installed.
    """
    return _calendar(plan, _entries(owes), names, plan.title, language, "")


def events_in(calendar: bytes) -> int:
    """How many events a calendar holds."""
    return calendar.count(b"BEGIN:VEVENT")


def _entries(owes: Sequence[Obligation]) -> list[_Entry]:
    """Events by day, those of one day in the order of the plan."""
    units: dict[tuple[str, str], list[str]] = {}
    first: dict[tuple[str, str], Obligation] = {}
    for each in owes:
        instance = (each.task.id, each.span.key)
        units.setdefault(instance, []).append(each.unit)
        first.setdefault(instance, each)
    entries = [
        _Entry(each.kind, each.task, each.span.last, each.span.key, tuple(units[instance]))
        for instance, each in first.items()
    ]
    return sorted(_weeks_together(entries), key=lambda entry: entry.day)


def _weeks_together(entries: Sequence[_Entry]) -> Iterator[_Entry]:
    """Weeks of one task that follow each other become one entry."""
    open_: dict[str, _Entry] = {}
    for entry in sorted(entries, key=lambda each: each.day):
        if not entry.weekly:
            yield entry
            continue
        before = open_.get(entry.task.id)
        if before is None:
            open_[entry.task.id] = entry
        elif before.day + before.weeks * _WEEK == entry.day and before.units == entry.units:
            open_[entry.task.id] = _Entry(
                before.kind, before.task, before.day, before.key, before.units, before.weeks + 1
            )
        else:
            yield before
            open_[entry.task.id] = entry
    yield from open_.values()


def _calendar(
    plan: Plan,
    entries: Sequence[_Entry],
    names: Mapping[str, str],
    title: str,
    language: Language,
    whose: str,
) -> bytes:
    calendar = _new_calendar()
    calendar.add("prodid", f"-//parindex//plan calendar//{language.upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", title)
    for entry in entries:
        calendar.add_component(_event(plan, entry, names, language, whose))
    content: bytes = calendar.to_ical()
    return content


def _new_calendar() -> Calendar:
    try:
        from icalendar import Calendar
    except ModuleNotFoundError:
        raise ProblemsFound([Problem("calendar-library-missing", Place("icalendar"))]) from None
    return Calendar()


def _event(
    plan: Plan, entry: _Entry, names: Mapping[str, str], language: Language, whose: str
) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("uid", f"{plan.id}.{whose}{entry.task.id}.{entry.key}@parindex")
    stamp = datetime.datetime.combine(plan.signed, datetime.time(), datetime.UTC)
    event.add("dtstamp", stamp)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + datetime.timedelta(days=1))
    if entry.weeks > 1:
        event.add("rrule", {"freq": "weekly", "count": entry.weeks})
    summary = _summary(entry, names, language, of_one=bool(whose))
    event.add("summary", summary)
    event.add("description", "\n".join(_description(plan, entry, names, language)))
    # A day on which something is due is not a day on which somebody is away.
    event.add("transp", "TRANSPARENT")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", _AT_EIGHT - (_AHEAD_OF_WEEKLY if entry.weekly else _AHEAD))
    event.add_component(alarm)
    return event


def _summary(entry: _Entry, names: Mapping[str, str], language: Language, *, of_one: bool) -> str:
    title = entry.task.title
    if entry.kind == "tasks":
        title = wording("plan", "calendar.task", language, task=entry.task.id, title=title)
    if of_one:
        return title
    shown = _units(entry, names, language, _NAMED_IN_SUMMARY)
    return wording("plan", "calendar.summary-of-all", language, title=title, units=shown)


def _units(entry: _Entry, names: Mapping[str, str], language: Language, most: int) -> str:
    """The units of an event by name; counted where there are over `most`."""
    if len(entry.units) > most:
        return wording("plan", "calendar.units", language, count=len(entry.units))
    return "; ".join(names[unit] for unit in entry.units)


def _description(
    plan: Plan, entry: _Entry, names: Mapping[str, str], language: Language
) -> Iterator[str]:
    task = entry.task
    product = task.product if isinstance(task, Task) else None
    partners = task.partners if isinstance(task, Task) else None
    approved_by = task.approved_by if isinstance(task, Task) else None
    section = plan.section(task.section) if isinstance(task, Task) else None
    for key, value in (
        ("section", f"{section.id}. {section.title}" if section else None),
        ("product", product),
        ("lead", task.lead),
        ("partners", partners),
        ("approved_by", approved_by),
        ("deadline", task.deadline.text),
        ("units", _units(entry, names, language, _NAMED_BELOW)),
        ("clause", _clause(plan, task)),
    ):
        if value:
            yield wording("plan", "calendar.line", language, label=_label(key, language), it=value)


def _clause(plan: Plan, task: Task | Report) -> str:
    return ", ".join(part for part in (task.basis, plan.number) if part)


def _label(key: str, language: Language) -> str:
    return wording("plan", f"column.{key}", language)
