"""Tasks and sections of the annex, from its lines: what belongs together, in which numbering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inputs.draft.annex_lines import Label, Line
from inputs.draft.cases import sentence_case
from inputs.draft.document import Found
from inputs.draft.model import DraftSection, DraftTask, Leftover
from inputs.draft.numbers import roman, roman_value


@dataclass
class _Group:
    """The lines of one section while the annex is walked."""

    label: Label | None = None
    lines: list[Line] = field(default_factory=list)

    @property
    def last_number(self) -> int:
        """The last plain number written in the section; 0 before the first."""
        return max((int(line.number or 0) for line in self.lines if _plain(line)), default=0)


def tasks_of(
    lines: Sequence[Line | Label], leftovers: list[Leftover], names: Sequence[str] = ()
) -> tuple[tuple[DraftSection, ...], tuple[DraftTask, ...]]:
    """Sections and tasks in the order of the annex; `names` keep their capitals in titles."""
    sections: list[DraftSection] = []
    tasks: list[DraftTask] = []
    groups = _groups(lines)
    for group, name in zip(groups, _names(groups), strict=True):
        title = _title(group.label.title if group.label else None, names)
        sections.append(DraftSection(name, title))
        leftovers += [
            Leftover(line.title, "subhead") for line in group.lines if line.subhead and line.title
        ]
        own = [line for line in group.lines if not line.subhead]
        for number, line in zip(_numbers(own), own, strict=True):
            tasks.append(_task(name, number, line, names))
    return tuple(sections), tuple(tasks)


def _title(found: Found | None, names: Sequence[str]) -> Found | None:
    return found and replace(found, value=sentence_case(found.value, *names))


def _task(section: str, number: str, line: Line, names: Sequence[str]) -> DraftTask:
    fields = line.fields
    own = number.removeprefix(f"{section}.")  # an exported plan repeats the section: I.2
    return DraftTask(
        f"{section}.{own}",
        section,
        _title(line.title, names),
        product=fields.get("product"),
        lead=fields.get("lead"),
        partners=fields.get("partners"),
        approved_by=fields.get("approved_by"),
        deadline=fields.get("deadline"),
        note=fields.get("note"),
    )


def _groups(lines: Sequence[Line | Label]) -> list[_Group]:
    """Lines by section; a section whose head was lost is known by its numbers starting again."""
    groups = [_Group()]
    for line in lines:
        last = groups[-1]
        if isinstance(line, Label):
            groups.append(_Group(line))
            continue
        if _plain(line) and int(line.number or 0) <= last.last_number:
            missing = int(line.number or 0) - 1
            moved = _unnumbered_end(last, missing)
            groups.append(_Group(None, moved))
            last = groups[-1]
        if line.label is not None:
            if last.label is None and (last.lines or not _same(groups, line.label)):
                last.label = line.label
            elif last.label is None or last.label.title != line.label.title:
                groups.append(_Group(line.label))
        groups[-1].lines.append(line)
    return [group for group in groups if group.lines]


def _same(groups: Sequence[_Group], label: Label) -> bool:
    return any(group.label is not None and group.label.title == label.title for group in groups)


def _unnumbered_end(group: _Group, count: int) -> list[Line]:
    """Up to `count` lines without number at the end of a group, taken out of it."""
    end = len(group.lines)
    while end and len(group.lines) - end < count and group.lines[end - 1].number is None:
        end -= 1
    moved = group.lines[end:]
    del group.lines[end:]
    return moved


def _plain(line: Line) -> bool:
    return line.number is not None and line.number.isdigit()


def _names(groups: Sequence[_Group]) -> list[str]:
    """Each section's number; one whose head was lost follows the section before it."""
    names: list[str] = []
    for at, group in enumerate(groups, start=1):
        if group.label is not None and group.label.id is not None:
            name = group.label.id
        else:
            before = roman_value(names[-1]) if names else 0
            name = roman(at if before is None else before + 1)
        while name in names:
            name += "+"
        names.append(name)
    return names


def _numbers(lines: Sequence[Line]) -> list[str]:
    """The numbers as written where every line has one of its own, else the position."""
    written = [line.number for line in lines]
    if all(written) and len(set(written)) == len(written):
        return [str(number) for number in written]
    return [str(at) for at in range(1, len(lines) + 1)]
