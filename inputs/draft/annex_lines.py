"""Lines of an annex: rows whose columns are known, taken apart to one task each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeGuard

from criteria.problems import Place
from inputs.draft.align import Aligned, by_content, by_position, is_ditto
from inputs.draft.contents import Contents
from inputs.draft.document import Document, Found, Row, Table, even
from inputs.draft.headings import Role, header_of, plain, roles_of
from inputs.draft.model import Leftover
from inputs.draft.numbers import UPPER, mark_of, roman_value

_OWN = frozenset({"number", "area", "title"})
_LETTER_SECTION = re.compile(r"(?P<id>[A-H])\s*[.)]\s+(?P<title>\S.*)")
_IS_NUMBER = re.compile(r"\W*\w{1,8}(?:\W\w{1,4})*\W*")
_BLANK = frozenset({"(de trong)", "(left blank)"})
"""What an exported plan says where a cell of the plan is blank."""

_MANNERS = ("cong hoa", "doc lap", "noi nhan", "chu tich")
"""Words of letterheads and signatures, which are set in tables without lines."""
_IN_CELL = re.compile(rf"(?<![\w/.])(\d{{1,2}})\.\s+(?=[{UPPER}])")


@dataclass(frozen=True, slots=True)
class Label:
    """The head of a section (mục): its number and its words."""

    id: str | None
    title: Found


@dataclass(frozen=True, slots=True)
class Line:
    """One row, or the part of a row that is one task.

    `fields`: what stands under the other headings.  `subhead`: a title over the lines below it.
    """

    number: str | None
    title: Found | None
    fields: Mapping[Role, Found]
    label: Label | None = None
    subhead: bool = False
    sound: bool = True

    @property
    def owes(self) -> bool:
        return "lead" in self.fields or "deadline" in self.fields

    @property
    def blank(self) -> bool:
        return self.title is None and not self.fields


def lines_of(
    document: Document, contents: Contents, leftovers: list[Leftover]
) -> list[Line | Label]:
    """Section heads and lines of all tables that have the headings of an annex."""
    lines: list[Line | Label] = []
    roles: tuple[Role, ...] | None = None
    for table in document.tables:
        header = header_of(table.rows)
        rows, found = (table.rows[header[1] :], header[2]) if header else (table.rows, None)
        if found is None and (roles is None or not _goes_on_in(table, roles, contents)):
            leftovers += _not_read(table)
            continue
        roles = found or roles
        assert roles is not None
        aside: list[Leftover] = [Leftover(each, "astray") for each in table.astray]
        aside += [Leftover(each, "columns") for each in table.doubtful]
        own = _merged(list(_lines(rows, roles, table.sound, contents, aside)), aside)
        repeated = _repeated(own, lines)
        if repeated is None:
            lines += own
            leftovers += aside
        else:
            leftovers += [Leftover(each.title, "apart") for each in repeated if each.title]
    return _without_dittos(lines)


def _goes_on_in(table: Table, roles: Sequence[Role], contents: Contents) -> bool:
    """Whether a table without a header has the columns of the one before it."""
    lead = roles.index("lead")
    leads = [row[lead].value for row in table.rows if len(row) == len(roles)]
    named = [text for text in leads if text]
    known = sum(contents.names_bodies(text) for text in named)
    return bool(leads) and 2 * known >= len(named)


def _not_read(table: Table) -> list[Leftover]:
    """A table that may matter, by its headings; not a letterhead, not signatures."""
    rows = [[each for each in row if each.value] for row in table.rows]
    wide = [row for row in rows if len(row) > 1]
    words = plain(" ".join(each.value for row in rows for each in row))
    if len(wide) < 2 or (len(rows) < 9 and any(manner in words for manner in _MANNERS)):
        return []
    seen = Found(" | ".join(each.value for each in wide[0]), wide[0][0].place)
    return [Leftover(seen, "table")]


def _repeated(lines: Sequence[Line | Label], earlier: Sequence[Line | Label]) -> list[Line] | None:
    """What a table adds that lists tasks of one before it again, by id (I.2) and title.

    None for a table that repeats nothing.
    """
    known = {(line.number, line.title.value) for line in earlier if _has_id(line) and line.title}
    own = [line for line in lines if isinstance(line, Line)]
    new = [
        line for line in own if line.title is None or (line.number, line.title.value) not in known
    ]
    return new if len(new) < len(own) else None


def _has_id(line: Line | Label) -> TypeGuard[Line]:
    return isinstance(line, Line) and line.number is not None and "." in line.number


def _without_dittos(lines: Sequence[Line | Label]) -> list[Line | Label]:
    """Cells that only say "như trên" (as above), with the words of the row above."""
    kept: list[Line | Label] = []
    above: Mapping[Role, Found] = {}
    for line in lines:
        if isinstance(line, Line) and not line.subhead:
            fields = {
                role: _as_above(each, above.get(role))
                for role, each in line.fields.items()
                if plain(each.value) not in _BLANK
            }
            line, above = replace(line, fields=fields), fields
        kept.append(line)
    return kept


def _as_above(each: Found, above: Found | None) -> Found:
    if above is None or not is_ditto(each.value) or is_ditto(above.value):
        return each
    return Found(above.value, each.place, (above.place, *above.others), ditto=each.value)


def _lines(
    rows: Sequence[Row],
    roles: Sequence[Role],
    sound: bool,
    contents: Contents,
    leftovers: list[Leftover],
) -> Iterator[Line | Label]:
    for row in rows:
        filled = [each for each in row if each.value]
        if not filled or roles_of(row) is not None or _counts_columns(filled):
            continue
        if label := _label(filled, row):
            yield label
            continue
        in_place = sound and len(row) <= len(roles)
        aligned = by_position(row, roles) if in_place else by_content(row, roles, contents)
        leftovers += [Leftover(each, "astray") for each in aligned.astray]
        if filled == [row[0]] and not _IS_NUMBER.fullmatch(row[0].value) and roles[0] == "number":
            leftovers.append(Leftover(row[0], "astray"))  # a remark across the table
            continue
        yield from _tasks_of(aligned, in_place, leftovers)


def _counts_columns(filled: Sequence[Found]) -> bool:
    """Whether a row only numbers the columns: (1) (2) (3)."""
    return len(filled) > 2 and all(re.fullmatch(r"\(?\d{1,2}\)?", each.value) for each in filled)


def _label(filled: Sequence[Found], row: Row) -> Label | None:
    """The section that a row heads; its number may have a cell of its own."""
    first = filled[0]
    if len(filled) == 2 and roman_value(first.value.strip(" .")):
        return Label(first.value.strip(" ."), filled[1])
    if len(filled) == 1:
        if label := label_of(first):
            return label
        if first.value.isupper() and len(row) > 1:
            return Label(None, first)
    return None


def label_of(text: Found) -> Label | None:
    """Number and words of a section head in one text: `II. Cải cách thể chế`."""
    mark = mark_of(text.value)
    if mark is not None and mark[0] == "roman":
        return Label(mark[1], Found(text.value[mark[2] :].strip(), text.place))
    if lettered := _LETTER_SECTION.fullmatch(text.value):
        return Label(lettered["id"], Found(lettered["title"], text.place))
    return None


def _tasks_of(aligned: Aligned, sound: bool, leftovers: list[Leftover]) -> Iterator[Line]:
    """The tasks in one row: a cell may number several (1. ... 2. ...)."""
    area = aligned.fields.get("area")
    label = label_of(_whole(area)) or Label(None, _whole(area)) if area else None
    title = [one for part in aligned.fields.get("title", ()) for one in _numbered(part)]
    others = {role: parts for role, parts in aligned.fields.items() if role not in _OWN}
    written = aligned.fields.get("number")
    if sum(1 for number, _ in title if number is not None) < 2:
        number = _whole(written).value.strip(" .)") if written else None
        words = _whole([text for _, text in title]) if title else None
        if number is None and title:
            number = title[0][0]
        fields = {role: _whole(parts) for role, parts in others.items()}
        yield Line(number, words, fields, label, sound=sound)
        return
    torn = [role for role, parts in others.items() if len(parts) not in (1, len(title))]
    kept = {"product"} - set(torn) if torn else set(others)  # pieces may have changed columns
    for at, (number, words) in enumerate(title):
        fields = {
            role: parts[at if len(parts) == len(title) else 0]
            for role, parts in others.items()
            if role in kept
        }
        yield Line(number, words, fields, label if at == 0 else None, sound=sound)
    for role, parts in others.items():
        if role not in kept:
            leftovers += [Leftover(part, "shared") for part in parts]


def _numbered(part: Found) -> list[tuple[str | None, Found]]:
    """Texts of a cell that count on from its first number, each with its number."""
    mark = mark_of(part.value)
    if mark is None or mark[0] != "number":
        return [(None, part)]
    if not mark[1].isdigit():
        return [(mark[1], Found(part.value[mark[2] :], part.place))]
    cuts = [(0, mark[2])]
    count = int(mark[1])
    for found in _IN_CELL.finditer(part.value, mark[2]):
        if int(found[1]) == count + 1:
            count += 1
            cuts.append((found.start(), found.end()))
    ends = [start for start, _ in cuts[1:]] + [len(part.value)]
    return [
        (str(int(mark[1]) + at), Found(part.value[start:end].strip(), part.place))
        for at, ((_, start), end) in enumerate(zip(cuts, ends, strict=True))
    ]


def _merged(lines: list[Line | Label], leftovers: list[Leftover]) -> list[Line | Label]:
    """Lines that go on the one before joined to it; titles over other lines marked."""
    kept: list[Line | Label] = []
    counted = any(isinstance(line, Line) and line.number for line in lines)
    for at, line in enumerate(lines):
        if isinstance(line, Label):
            kept.append(line)
            continue
        if line.blank and line.label is None:
            continue
        last = kept[-1] if kept else None
        if isinstance(last, Line) and not last.subhead:
            waiting = _waiting(kept, line)
            if waiting is not None:
                kept[waiting] = _filled(kept[waiting], line)
                continue
            if line.sound and _goes_on(last, line, counted):
                kept[-1] = _with(last, line)
                continue
        if not line.owes and (line.title is None or not (line.sound or line.number)):
            pieces = (line.title, *line.fields.values())
            leftovers += [Leftover(each, "astray") for each in pieces if each is not None]
            continue
        kept.append(replace(line, subhead=_heads(line, lines[at + 1 :])))
    return kept


def _waiting(kept: Sequence[Line | Label], line: Line) -> int | None:
    """The line that took its values from a shared cell and may have its own in this one."""
    if line.number is not None or not line.owes or (line.title and "product" in line.fields):
        return None
    at = len(kept) - 1
    last, before = kept[at], kept[at - 1] if at else None
    if not isinstance(last, Line) or not isinstance(before, Line) or last.title is None:
        return None
    shared = last.fields and before.title and last.title.place == before.title.place
    if (
        not line.sound
        and shared
        and last.number
        and all(before.fields.get(role) == value for role, value in last.fields.items())
    ):
        return at
    return None


def _filled(line: Line | Label, own: Line) -> Line:
    assert isinstance(line, Line)
    fields = dict(own.fields)
    if own.title is not None:  # without a title of its own, its first words are the product
        fields["product"] = own.title
    return replace(line, fields=fields)


def _goes_on(last: Line, line: Line, counted: bool) -> bool:
    """Whether a row is the rest of the one before: a page break, or a cell over both."""
    if _same_cell(line.title, last.title):
        return True
    if line.number is not None or line.label is not None:
        return False
    if line.title is None:
        return counted or not line.owes
    return counted and line.title.value[0].islower() and not line.owes


def _same_cell(one: Found | None, other: Found | None) -> bool:
    """Whether two texts are one cell over several rows."""
    return one is not None and one == other and one.place.cell is not None


def _with(last: Line, line: Line) -> Line:
    over_both = _same_cell(line.title, last.title)
    fields = dict(last.fields)
    for role, value in line.fields.items():
        if role not in fields:
            fields[role] = value
        elif not _same_cell(fields[role], value):
            fields[role] = _both(fields[role], value, "; " if over_both else " ")
    title = last.title
    if not over_both and line.title is not None and title is not None:
        title = _both(title, line.title, " ")
    return replace(last, title=title or line.title, fields=fields)


def _heads(line: Line, following: Sequence[Line | Label]) -> bool:
    """Whether a line is a title over unnumbered lines that owe something."""
    if line.number is None or line.fields or not following:
        return False
    after = following[0]
    return isinstance(after, Line) and after.number is None and after.owes and bool(after.title)


def _both(first: Found, second: Found, between: str) -> Found:
    words = even(f"{first.value}{between}{second.value}")
    return Found(words, first.place, _others(first, second))


def _others(first: Found, *more: Found) -> tuple[Place, ...]:
    places = (*first.others, *(place for each in more for place in (each.place, *each.others)))
    return tuple(place for place in dict.fromkeys(places) if place != first.place)


def _whole(parts: Sequence[Found]) -> Found:
    words = " ".join(part.value for part in parts)
    return Found(words, parts[0].place, _others(*parts))
