"""Rows of a woven table: how many lines each cell has, found by trying.

A guess at the numbers of lines orders all lines of a row.  Its price says how badly the text fits:
blanks of the wrong width between lines, words that no body or deadline has, cells that begin small.
The cheapest chain of rows through the whole table is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeAlias

from criteria.problems import Place
from inputs.draft.letter_widths import BLANK, width
from inputs.draft.numbers import roman, roman_value
from inputs.draft.woven_orders import (
    COLUMNS,
    Column,
    Line,
    Orders,
    lower_orders,
    section_orders,
    still_open,
    task_orders,
    upper_orders,
)
from inputs.draft.woven_words import said, strange

_MOST_WORDS = {"number": 1, "title": 14, "lead": 6, "partners": 6, "deadline": 4}
_LONGEST_ROW = 160
"""Words in which a row's number is looked for."""

_LONGEST_SPLIT = 70
"""Words that a row may have before it goes on overleaf."""

_DEAREST_ROW = 7.0
_MOST_PAID = (1.3, 3.5, _DEAREST_ROW)
"""Prices up to which a row is looked for, one after the other until it is found."""

_BOLD = 1.05
"""How much wider a line may be than the widest seen: it may be set in bold type."""

_MISREAD = 20
"""One line in so many may have been read wrongly when the widths of columns are taken."""

_MOST_SKIPPED = 2
"""Numbers that a table may leave out between two rows."""

_AGAIN = 0.3
"""What a cell is cheaper by when the same stood in a row before."""

_BLANK_CELLS = 5
"""Blanks in a row that blank cells leave behind."""

_SECTION_WORDS = 20
"""Words among which a section head's blank cells are looked for."""

_ROWS_KEPT = 24
_CHAINS_KEPT = 8
_DEARER_KEPT = 2.0
_STATES_KEPT = 8
"""Readings of a row, and of a line, that are followed further."""

_PAIRS_KEPT = 20_000
"""Readings of a row that goes on overleaf, that are judged by what their cells say."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word, the number of blanks before it, and whether a new page begins with it."""

    text: str
    blanks: int
    new_page: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Section:
    """A section head (mục)."""

    number: str
    title: str
    place: Place


@dataclass(frozen=True, slots=True)
class Task:
    """A row of the table, its cells as texts.

    `doubtful`: nothing tells its lead from its partners.
    """

    number: str
    title: str
    lead: str
    partners: str
    deadline: str
    place: Place
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Fit:
    """A row that was read: where the text goes on, what it cost, its cells, and its lines.

    `lines`: each line of print with its column and the positions of its words.
    """

    after: int
    price: float
    row: Task | Section
    lines: tuple[tuple[Column, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Chain:
    """Rows read so far."""

    price: float
    rows: tuple[_Fit, ...]
    number: int
    section: int


def read_rows(words: Sequence[Word]) -> tuple[list[Task | Section], list[Sequence[Word]]]:
    """The rows of the table, and the stretches of words that could not be read as rows."""
    first, _ = _all_rows(_Reader(words, {}), words)
    reader = _Reader(words, _widths_of_columns(words, first))
    fits, unread = _all_rows(reader, words)
    rows = [
        replace(fit.row, doubtful=True)
        if isinstance(fit.row, Task) and reader.could_be_swapped(fit)
        else fit.row
        for fit in fits
    ]
    return rows, unread


def _all_rows(reader: _Reader, words: Sequence[Word]) -> tuple[list[_Fit], list[Sequence[Word]]]:
    """Chains of rows; after words that are no row, reading begins again at the next section."""
    fits: list[_Fit] = []
    unread: list[Sequence[Word]] = []
    at = section = 0
    while at < len(words):
        chain, end = _cheapest_chain(reader, at, section)
        fits += chain.rows
        at, section = _next_section(words, max(end, at + 1), chain.section)
        if end < at:
            unread.append(words[end:at])
    return fits, unread


def _next_section(words: Sequence[Word], start: int, last: int) -> tuple[int, int]:
    """Where a later section begins, and the number before its own; else the end of the words."""
    for at in range(start, len(words)):
        number = roman_value(words[at].text)
        if number is None or not last < number <= last + 3 or words[at].blanks > 1:
            continue
        if any(word.blanks >= _BLANK_CELLS for word in words[at + 1 : at + _SECTION_WORDS]):
            return at, number - 1
    return len(words), last


def _widths_of_columns(words: Sequence[Word], fits: Sequence[_Fit]) -> dict[Column, float]:
    """How wide each column is, from rows in which lead and partners cannot be taken for another.

    They can where no line of one stands beside a line of the other: where one has an even number
    of lines, the other an odd one.
    """
    widths: dict[Column, list[float]] = {}
    for fit in fits:
        counts = Counter(column for column, _, _ in fit.lines)
        if isinstance(fit.row, Task) and not _interchangeable(counts):
            for column, start, end in fit.lines:
                line = " ".join(word.text for word in words[start:end])
                widths.setdefault(column, []).append(width(line))
    return {
        column: sorted(each)[-1 - len(each) // _MISREAD]
        for column, each in widths.items()
        if len(each) >= _MISREAD
    }


def _interchangeable(counts: Mapping[Column, int]) -> bool:
    """Whether no line of the lead stands beside a line of the partners."""
    both = counts["lead"] and counts["partners"]
    return bool(both) and (counts["lead"] - counts["partners"]) % 2 == 1


def _cheapest_chain(reader: _Reader, start: int, section: int) -> tuple[_Chain, int]:
    """The chain of rows that goes furthest, at the lowest price, and where it ends."""
    reached: dict[int, _Chain] = {start: _Chain(0.0, (), 0, section)}
    last = reached
    while reached:
        last = reached
        reached = _one_row_more(reader, last)
    at, chain = min(last.items(), key=lambda each: (each[1].price, -each[0]))
    return chain, at


def _one_row_more(reader: _Reader, reached: Mapping[int, _Chain]) -> dict[int, _Chain]:
    """The chains with one row more; dear rows are looked for only where no cheap one is found."""
    cheapest = min(chain.price for chain in reached.values())
    states = sorted(reached.items(), key=lambda each: each[1].price)[:_CHAINS_KEPT]
    following: dict[int, _Chain] = {}
    for most in _MOST_PAID:
        for at, chain in states:
            if chain.price > cheapest + _DEARER_KEPT:
                continue
            for fit in reader.rows_at(at, chain, most):
                further = _with(chain, fit)
                known = following.get(fit.after)
                if known is None or further.price < known.price:
                    following[fit.after] = further
        if following:
            break
    return following


def _bodies_of(row: Task | Section) -> tuple[str, ...]:
    return (row.lead, row.partners) if isinstance(row, Task) else ()


def _with(chain: _Chain, fit: _Fit) -> _Chain:
    """The chain with one row more; cells that stood before are likelier than new ones."""
    rows = (*chain.rows, fit)
    cells = {cell for before in chain.rows for cell in _bodies_of(before.row)}
    again = sum(cell in cells for cell in _bodies_of(fit.row))
    price = chain.price + fit.price - _AGAIN * again
    match fit.row:
        case Section():
            return _Chain(price, rows, 0, roman_value(fit.row.number) or chain.section)
        case Task():
            return _Chain(price, rows, int(fit.row.number), chain.section)


_State: TypeAlias = tuple[float, tuple[int, ...]]
"""A way to cut the text into some lines: the price, and where each line ended."""


_Reading: TypeAlias = tuple[float, list[Line], tuple[int, ...]]
"""A way to read a whole row: the price, its lines, and where each of them ended."""


class _Reader:
    """Reads single rows of one text; remembers where its lines may end."""

    def __init__(self, words: Sequence[Word], columns: Mapping[Column, float]) -> None:
        self._words = words
        self._columns = columns
        self._widths = [0.0, *accumulate(width(word.text) + BLANK for word in words)]
        self._ends: dict[tuple[int, Line, str, int], list[tuple[int, float]]] = {}

    def rows_at(self, at: int, chain: _Chain, most: float) -> list[_Fit]:
        """The cheapest readings of the row that begins at a word, one for each end and bodies."""
        if at >= len(self._words):
            return []
        best: dict[tuple[object, ...], _Fit] = {}
        sections = self._sections(at, chain.section, most)
        for fit in (*sections, *self._tasks(at, chain.number, most)):
            key = fit.after, *_bodies_of(fit.row)
            if key not in best or fit.price < best[key].price:
                best[key] = fit
        return sorted(best.values(), key=lambda fit: fit.price)[:_ROWS_KEPT]

    def could_be_swapped(self, fit: _Fit) -> bool:
        """Whether lead and partners of a row would fit each other's column about as well."""
        if not _interchangeable(Counter(column for column, _, _ in fit.lines)):
            return False
        lead = [(start, end) for column, start, end in fit.lines if column == "lead"]
        partners = [(start, end) for column, start, end in fit.lines if column == "partners"]
        as_read = self._cell_misfit("lead", lead) + self._cell_misfit("partners", partners)
        swapped = self._cell_misfit("lead", partners) + self._cell_misfit("partners", lead)
        return swapped - as_read < _AGAIN

    def _cell_misfit(self, column: Column, spans: Sequence[tuple[int, int]]) -> float:
        return sum(self._misfit(column, spans[: at + 1]) for at in range(len(spans)))

    def _sections(self, at: int, last: int, most: float) -> Iterator[_Fit]:
        """A section head of one to three lines, with blank cells beside it."""
        words = self._words
        number = roman(last + 1)
        if not any(word.text == number for word in words[at : at + 30]):
            return
        for price, lines, cuts in self._walk(section_orders(), at, number, len(words), most):
            blank = max((words[cut].blanks for cut in cuts if cut < len(words)), default=0)
            if self._may_begin(cuts[-1]) and (blank >= _BLANK_CELLS or cuts[-1] == len(words)):
                title = self._text(at, lines, cuts, "title")
                section = Section(number, title, words[at].place)
                yield _Fit(cuts[-1], price, section)

    def _tasks(self, at: int, last: int, most: float) -> Iterator[_Fit]:
        near = [word.text for word in self._words[at : at + _LONGEST_ROW]]
        page = next(
            (i for i in range(at + 1, len(self._words)) if self._words[i].new_page),
            len(self._words),
        )
        for skipped in range(_MOST_SKIPPED + 1):
            number = str(last + 1 + skipped)
            left = most - 3.0 * skipped
            if number not in near or left < 0:
                continue
            for price, lines, cuts in self._walk(task_orders(), at, number, page, left):
                yield from self._judged(at, lines, cuts, number, price + most - left, most)
            if number in near[: page - at] and page - at < _LONGEST_SPLIT:
                yield from self._over_pages(at, page, number, most - left, most)

    def _over_pages(
        self, at: int, page: int, number: str, paid: float, most: float
    ) -> Iterator[_Fit]:
        """A row that goes on overleaf: its cells begin at the top, their rest is centred.

        A cell has lines overleaf if, and only if, it did not end before.
        """
        lower: dict[frozenset[Column], list[_Reading]] = {}
        for price, lines, cuts in self._walk(
            lower_orders(), page, number, len(self._words), most - paid
        ):
            if self._may_begin(cuts[-1]):
                columns = frozenset(line.column for line in lines)
                lower.setdefault(columns, []).append((price, lines, cuts))
        pairs: list[_Reading] = []
        for price, lines, cuts in self._walk(upper_orders(), at, number, page, most - paid):
            open_columns = still_open(lines)
            if cuts[-1] != page or open_columns not in lower:
                continue
            ended = [column for column in COLUMNS[2:] if column not in open_columns]
            least = price + sum(
                said(column, self._text(at, lines, cuts, column)) for column in ended
            )
            pairs += [
                (price + more, [*lines, *below], (*cuts, *further))
                for more, below, further in lower[open_columns]
                if least + more <= most - paid
            ]
        pairs.sort(key=lambda pair: pair[0])
        for price, lines, cuts in pairs[:_PAIRS_KEPT]:
            yield from self._judged(at, lines, cuts, number, paid + price, most)

    def _walk(
        self, orders: Orders, at: int, number: str, stop: int, most: float
    ) -> Iterator[_Reading]:
        """All orders of lines into which the text can be cut: price, lines, ends of the lines."""
        start: list[_State] = [(0.0, ())]
        waiting: list[tuple[Orders, list[Line], list[_State]]] = [(orders, [], start)]
        while waiting:
            order, lines, states = waiting.pop()
            if order.whole:
                for price, cuts in states:
                    yield price, lines, cuts
            for line, further in order.following.items():
                path = [*lines, line]
                reached = self._after(states, at, path, number, stop, most)
                if reached:
                    waiting.append((further, path, reached))

    def _after(
        self,
        states: Sequence[_State],
        at: int,
        path: Sequence[Line],
        number: str,
        stop: int,
        most: float,
    ) -> list[_State]:
        line = path[-1]
        same = [i for i, each in enumerate(path) if each.column == line.column]
        reached: list[_State] = []
        for price, cuts in states:
            start = cuts[-1] if cuts else at
            for end, cost in self._line_ends(start, line, number, stop):
                total = price + cost
                if total > most:
                    continue
                further = (*cuts, end)
                spans = [(further[i - 1] if i else at, further[i]) for i in same]
                total += self._misfit(line.column, spans)
                if total <= most:
                    reached.append((total, further))
        if len(reached) <= _STATES_KEPT:
            return reached
        kept: list[_State] = []
        ending: dict[int, int] = {}
        for state in sorted(reached):
            end = state[1][-1]
            ending[end] = ending.get(end, 0) + 1
            if ending[end] <= _STATES_KEPT:
                kept.append(state)
        return kept

    def _misfit(self, column: Column, spans: Sequence[tuple[int, int]]) -> float:
        """The price of a cell's last line: too wide, or begun while lines above had room.

        Room that the lines above were already blamed for is not counted again.
        """
        widths = [self._width(start, end) for start, end in spans]
        known = self._columns.get(column, 0.0)
        price = 1.5 * max(0.0, widths[-1] - known * _BOLD) if known else 0.0
        needed = [
            widths[at] + BLANK + self._width(start, start + 1)
            for at, (start, _) in enumerate(spans[1:])
        ]
        room = max(known, *widths)
        price += sum(_grave(room - each) for each in needed)
        if len(widths) > 1:
            room_before = max(known, *widths[:-1])
            price -= sum(_grave(room_before - each) for each in needed[:-1])
        return price

    def _width(self, start: int, end: int) -> float:
        """The width of a line of print, in the height of its letters."""
        return self._widths[end] - self._widths[start] - BLANK

    def _line_ends(self, start: int, line: Line, number: str, stop: int) -> list[tuple[int, float]]:
        """Where a line may end, and at what price."""
        key = start, line, number if line.column == "number" else "", stop
        if key not in self._ends:
            self._ends[key] = list(self._tried_ends(*key))
        return self._ends[key]

    def _tried_ends(
        self, start: int, line: Line, number: str, stop: int
    ) -> Iterator[tuple[int, float]]:
        words = self._words
        if line.column == "number":
            if start < stop and words[start].text == number:
                yield start + 1, self._gap(start + 1, True)
            return
        cost = 0.0
        for end in range(start + 1, min(start + _MOST_WORDS[line.column], stop) + 1):
            word = words[end - 1]
            if end - 1 > start and word.blanks > 1:
                cost += 2.0 if word.blanks == 2 else 4.0
            if end - 1 == start and line.begins and word.text[0].islower():
                cost += 1.5
            cost += strange(word.text, line.column)
            if cost > _DEAREST_ROW:
                return
            yield end, cost + self._gap(end, line.ends)

    def _gap(self, at: int, ends: bool) -> float:
        """The price of the blanks between a line and the next."""
        if at >= len(self._words):
            return 0.0
        word = self._words[at]
        if word.new_page or word.blanks > 2:
            return 0.0
        if ends:
            return 0.0 if word.blanks == 1 else 1.0
        return 0.0 if word.blanks == 2 else 1.2

    def _text(self, at: int, lines: Sequence[Line], cuts: Sequence[int], column: Column) -> str:
        starts = [at, *cuts[:-1]]
        return " ".join(
            word.text
            for line, start, end in zip(lines, starts, cuts, strict=True)
            if line.column == column
            for word in self._words[start:end]
        )

    def _may_begin(self, at: int) -> bool:
        """Whether a row may begin at a word: none begins small."""
        return at >= len(self._words) or not self._words[at].text[0].islower()

    def _judged(
        self,
        at: int,
        lines: Sequence[Line],
        cuts: Sequence[int],
        number: str,
        price: float,
        most: float,
    ) -> Iterator[_Fit]:
        """The row with the price of what its cells say, unless it is too dear."""
        if not self._may_begin(cuts[-1]):
            price += 1.5
        cells = {column: self._text(at, lines, cuts, column) for column in COLUMNS[1:]}
        for column in COLUMNS[1:]:
            if price <= most:
                price += said(column, cells[column])
        if price <= most:
            row = Task(
                number,
                cells["title"],
                cells["lead"],
                cells["partners"],
                cells["deadline"],
                self._words[at].place,
            )
            starts = (at, *cuts[:-1])
            spans = [
                (line.column, start, end)
                for line, start, end in zip(lines, starts, cuts, strict=True)
            ]
            yield _Fit(cuts[-1], price, row, tuple(spans))


def _grave(excess: float) -> float:
    """The price of a width that is out by so much; a little may be the font."""
    return 0.8 * min(1.0, max(0.0, (excess - 0.05) / 0.4))
