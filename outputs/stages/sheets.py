"""The sheets on the stages in `results.xlsx`: units compared, and every leaf that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any, Literal

from criteria.assessment.model import Stage
from criteria.exact import decimals_needed, fixed, shortest
from criteria.model import Adjustment, Leaf
from criteria.wording import Language, wording
from outputs.explain.story import one_line, step, what_was_said
from outputs.explain.voice import Voice
from outputs.printed import PrintedGroup, PrintedUnit
from outputs.sheets import A4, Formats, set_up_page, sheet_name, text
from outputs.stages.compared import Change, Compared
from outputs.stages.looks import StageFormats

_LINE, _HIGHEST = 14.5, 409
"""Points of one line, and of the highest row that Excel takes."""

Kind = Literal["compared", "changes"]


def write_stages(
    book: Any,
    formats: Formats,
    taken: set[str],
    groups: Sequence[PrintedGroup],
    compared: Compared,
    language: Language,
) -> None:
    """Add both sheets to an open workbook; nothing while there is only the self-score."""
    if len(compared.stages) < 2:
        return
    for kind in ("compared", "changes"):
        name = wording("workbook", f"stages.sheet_{kind}", language)
        sheet = book.add_worksheet(sheet_name(name, taken))
        page = _Page(sheet, StageFormats(book, formats.made), groups, compared, language)
        page.compared_units() if kind == "compared" else page.changes()


@dataclass
class _Page:
    """One sheet being written; `row` is the next free one."""

    sheet: Any
    formats: StageFormats
    groups: Sequence[PrintedGroup]
    found: Compared
    language: Language
    row: int = 0

    def say(self, key: str, **values: object) -> str:
        return wording("workbook", f"stages.{key}", self.language, **values)

    @property
    def stages(self) -> tuple[Stage, ...]:
        return self.found.stages

    # --- units ------------------------------------------------------------------------------

    def compared_units(self) -> None:
        formats, per_stage = self.formats, ("points", "index", "rank", "grade")
        width = 2 + len(per_stage) * len(self.stages) + 2
        self._heading("compared")
        top = self.row
        for column, key in ((0, "group"), (1, "unit"), (width - 2, "difference")):
            self._tall(top, column, self.say(key))
        self._tall(top, width - 1, self.say("rank_change"))
        for number, stage in enumerate(self.stages):
            first = 2 + number * len(per_stage)
            last = first + len(per_stage) - 1
            self.sheet.merge_range(top, first, top, last, "", formats.header())
            self._text(top, first, self.say(stage), formats.header())
            for side, key in enumerate(per_stage):
                self._text(top + 1, first + side, self.say(key), formats.header_small())
        self.sheet.set_row(top, 20)
        self.sheet.set_row(top + 1, 20)
        names = [group.set.group_title or group.set.group for group in self.groups]
        units = [unit.name for group in self.groups for unit in group.units]
        widths = [_fitting(names, 12, 20), _fitting(units, 20, 32)]
        self._widths([*widths, *([9, 9, 7, 12] * len(self.stages)), 11, 9])
        self.row = top + 2
        for group, name in zip(self.groups, names, strict=True):
            for unit in group.units:
                self._compared(group, name, unit.unit, widths)
        self._close("compared", (top, top + 1), width, frozen=2)

    def _compared(
        self, group: PrintedGroup, title: str, unit: str, widths: Sequence[float]
    ) -> None:
        formats, row, places = self.formats, self.row, group.set.printed_points
        told = [self.found.standings[stage, unit] for stage in self.stages]
        first, last = told[0], told[-1]
        quiet = last.rank is None
        self._text(row, 0, title, formats.text(quiet=quiet))
        self._text(row, 1, last.name, formats.text(quiet=quiet))
        centred = formats.text(align="center", quiet=quiet)
        for number, each in enumerate(told):
            column = 2 + 4 * number
            self._number(row, column, each.points, formats.number(places, quiet=quiet))
            index = formats.number(group.set.rounding.index, quiet=quiet)
            self._number(row, column + 1, each.index, index)
            rank = "" if each.rank is None else str(each.rank)
            if rank:
                self._number(row, column + 2, rank, centred)
            else:
                self._text(row, column + 2, "–", centred)
            self._text(row, column + 3, each.grade, centred)
        column = 2 + 4 * len(told)
        difference = fixed(self.found.difference(unit), places)
        self._number(row, column, difference, formats.signed(places, bold=not quiet, quiet=quiet))
        self._rank_change(row, column + 1, first, last)
        lines = max(_lines(title, widths[0]), _lines(last.name, widths[1]))
        self.sheet.set_row(row, _height(lines))
        self.row += 1

    def _rank_change(self, row: int, column: int, first: PrintedUnit, last: PrintedUnit) -> None:
        if first.rank is None or last.rank is None:
            look = self.formats.text(align="center", quiet=True)
            self._text(row, column, "–", look)
            return
        moved = self.formats.risen()
        self.sheet.write_number(row, column, first.rank - last.rank, moved)

    # --- leaves -----------------------------------------------------------------------------

    def changes(self) -> None:
        heads = ["group", "unit", "leaf", "title", "maximum", *self.stages]
        heads += ["difference", "who", "why"]
        widths = [16, 22, 9, 30, 8, *([10] * len(self.stages)), 10, 20, 46]
        self._heading("changes")
        top = self.row
        for column, key in enumerate(heads):
            self._text(top, column, self.say(key), self.formats.header())
        self.sheet.set_row(top, 34)
        self._widths(widths)
        self.row = top + 1
        for group in self.groups:
            items = {item.id: item for item in group.set.items}
            for unit in group.units:
                for change in self.found.changes.get(unit.unit, ()):
                    self._change(group, unit, items[change.leaf], change, widths)
        if self.row == top + 1:
            self._text(self.row, 0, self.say("none"), self.formats.foot())
            self.row += 1
        self._close("changes", (top, top), len(heads), frozen=3)

    def _change(
        self,
        group: PrintedGroup,
        unit: PrintedUnit,
        item: Leaf | Adjustment,
        change: Change,
        widths: Sequence[float],
    ) -> None:
        formats, row = self.formats, self.row
        places = max(group.set.printed_points, decimals_needed(item.maximum) or 0)
        who = "; ".join(dict.fromkeys(one_line(fact["who_name"]) for fact in change.said))
        why = "\n".join(self._said(group, item, change)) or self.say("other_units")
        texts = {
            0: group.set.group_title or group.set.group,
            1: unit.name,
            2: item.id,
            3: item.title,
            len(widths) - 2: who or "–",
            len(widths) - 1: why,
        }
        for column, words in texts.items():
            self._text(row, column, words, formats.note() if column > 3 else formats.text())
        self._number(row, 4, shortest(item.maximum), formats.number(None))
        for column, stage in enumerate(self.stages, start=5):
            seen = change.seen[stage]
            if seen.state in ("scored", "given") and seen.points is not None:
                look = formats.number(places)
                self._number(row, column, fixed(seen.points, places), look)
            else:
                self._text(row, column, self.say(seen.state), formats.state())
        column = 5 + len(self.stages)
        if change.difference is None:
            self._text(row, column, "–", formats.text(align="center"))
        else:
            look = formats.signed(places, bold=True)
            self._number(row, column, fixed(change.difference, places), look)
        lines = max(_lines(words, widths[column]) for column, words in texts.items())
        self.sheet.set_row(row, _height(lines))
        self.row += 1

    def _said(self, group: PrintedGroup, item: Leaf | Adjustment, change: Change) -> Iterator[str]:
        voice = Voice(self.language)
        for fact in change.said:
            yield self.say(
                "said",
                stage=step(fact, voice),
                who=one_line(fact["who_name"]),
                what=what_was_said(fact, item, group.set, voice),
            )

    # --- what both have ---------------------------------------------------------------------

    def _heading(self, kind: Kind) -> None:
        """Title, legend, and what is not official.  Not merged: columns below are frozen."""
        formats = self.formats
        year = max(group.set.year for group in self.groups)
        self._text(0, 0, self.say(f"title_{kind}", year=year), formats.title(centred=False))
        self.sheet.set_row(0, 22)
        self.row = 1
        for mark in self._marks("{}"):
            self._text(self.row, 0, mark, formats.banner(centred=False))
            self.sheet.set_row(self.row, 18)
            self.row += 1
        for part in wrap(self.say(f"legend_{kind}"), 150):
            self._text(self.row, 0, part, formats.foot())
            self.row += 1
        self.row += 1

    def _marks(self, form: str) -> list[str]:
        """What some group's set or data is not; `form`: `{}` on the sheet, `{}_print` on paper."""
        kinds = {
            "reference": any(group.set.status == "reference" for group in self.groups),
            "generated": any(group.generated for group in self.groups),
        }
        marks = [
            wording("workbook", f"banner.{form.format(key)}", self.language)
            for key, wanted in kinds.items()
            if wanted
        ]
        for day in sorted({group.as_of for group in self.groups if group.as_of is not None}):
            shown = day.strftime("%d/%m/%Y")
            key = f"banner.{form.format('as_of')}"
            marks.append(wording("workbook", key, self.language, day=shown))
        return marks

    def _close(self, kind: Kind, header: tuple[int, int], width: int, *, frozen: int) -> None:
        first, last = header
        # A filter over nothing would hide the sentence below it.
        self.sheet.autofilter(last, 0, max(self.row - 1, last), width - 1)
        marks = self._marks("{}_print")
        page = wording("workbook", "print.page", self.language)
        title = self.say(f"sheet_{kind}")
        set_up_page(
            self.sheet,
            paper=A4,
            header=(title, " – ".join(marks)),
            footer=" – ".join([*marks, page]),
        )
        self.sheet.repeat_rows(first, last)
        self.sheet.freeze_panes(last + 1, frozen)
        self.sheet.hide_gridlines(2)

    def _tall(self, top: int, column: int, words: str) -> None:
        """A head over two rows."""
        self.sheet.merge_range(top, column, top + 1, column, "", self.formats.header())
        self._text(top, column, words, self.formats.header())

    def _text(self, row: int, column: int, value: str, look: Any) -> None:
        if value:
            self.sheet.write_string(row, column, text(value), look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def _number(self, row: int, column: int, printed: str, look: Any) -> None:
        if printed:
            self.sheet.write_number(row, column, float(printed), look)
        else:
            self.sheet.write_blank(row, column, None, look)

    def _widths(self, widths: Sequence[float]) -> None:
        for column, width in enumerate(widths):
            self.sheet.set_column(column, column, width)


def _fitting(texts: Sequence[str], low: int, high: int) -> int:
    longest = max((len(each) for each in texts), default=0)
    return min(max(longest + 2, low), high)


def _lines(value: str, width: float) -> int:
    """Lines that a text takes in a column so wide; letters are narrower than digits."""
    letters = int(width * 1.1)
    return sum(max(len(wrap(part, letters)), 1) for part in value.split("\n"))


def _height(lines: int) -> float:
    return min(_LINE * lines + 4, _HIGHEST)
