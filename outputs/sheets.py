"""How a sheet looks and prints: fonts, colours, names, paper (định dạng, trang in).

Nothing here knows what a sheet says.  The look is that of an official Vietnamese table: Times New
Roman, thin grey lines, one calm blue.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from inputs.workbooks.sheet_names import sheet_name as sheet_name

FONT = "Times New Roman"
_INK, _BLUE, _PALE, _LINE = "#000000", "#1F3864", "#DCE6F1", "#A6A6A6"
_AMBER, _CREAM, _GREY, _MIST = "#7F4A00", "#FFF4DC", "#6B6B6B", "#F2F2F2"

A4, A3 = 9, 8
"""Paper sizes, in Excel's numbering."""

_LONGEST_TEXT = 32_767
"""Characters that one cell holds."""


@dataclass
class Formats:
    """The cell formats of one workbook, each made once."""

    book: Any
    made: dict[tuple[tuple[str, Any], ...], Any] = field(default_factory=dict)

    def _format(self, **look: Any) -> Any:
        base = {"font_name": FONT, "font_size": 11, "font_color": _INK, "valign": "vcenter"}
        whole = base | look
        key = tuple(sorted(whole.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(whole)
        return self.made[key]

    def title(self, *, centred: bool) -> Any:
        align = "center" if centred else "left"
        return self._format(bold=True, font_size=14, font_color=_BLUE, align=align)

    def subtitle(self, *, centred: bool) -> Any:
        return self._format(bold=True, font_size=12, align="center" if centred else "left")

    def plain_line(self, *, centred: bool) -> Any:
        return self._format(italic=True, align="center" if centred else "left")

    def banner(self, *, centred: bool) -> Any:
        """The line that says that a set or its data are not official."""
        if centred:
            return self._format(bold=True, font_color=_AMBER, bg_color=_CREAM, align="center")
        # Not merged, so a fill would end with the first cell.
        return self._format(bold=True, font_color=_AMBER, align="left")

    def header(self, *, turned: bool = False) -> Any:
        if turned:
            return self._format(**self._head(), rotation=90, font_size=10)
        return self._format(**self._head(), bold=True)

    def header_small(self) -> Any:
        return self._format(**self._head(), italic=True, font_size=10)

    def header_number(self) -> Any:
        """A maximum in the last row of a header."""
        return self._format(**self._head(), italic=True, font_size=10, num_format="General")

    def _head(self) -> dict[str, Any]:
        return {
            "bg_color": _PALE,
            "font_color": _BLUE,
            "align": "center",
            "text_wrap": True,
            "border": 1,
            "border_color": _LINE,
        }

    def text(self, *, align: str = "left", bold: bool = False, quiet: bool = False) -> Any:
        return self._cell(align=align, bold=bold, text_wrap=True, quiet=quiet)

    def note(self, *, quiet: bool = False) -> Any:
        return self._cell(text_wrap=True, font_size=10, quiet=quiet)

    def number(
        self, places: int | None, *, bold: bool = False, share: bool = False, quiet: bool = False
    ) -> Any:
        """A number with so many decimals; None: as many as it has."""
        digits = "General" if places is None else "0" + ("." + "0" * places if places else "")
        shade = {"bg_color": _MIST} if share else {}
        # Decimals stand below each other at the right; numbers of mixed length look calmer centred.
        place = {"align": "center"} if places is None else {"align": "right", "indent": 1}
        return self._cell(bold=bold, num_format=digits, quiet=quiet, **place, **shade)

    def _cell(self, *, quiet: bool, **look: Any) -> Any:
        """`quiet`: units outside the ranking."""
        tone = {"font_color": _GREY, "italic": True} if quiet else {}
        return self._format(border=1, border_color=_LINE, **look, **tone)

    def tight(self, places: int, *, quiet: bool = False) -> Any:
        """Points in a narrow column."""
        digits = "0" + ("." + "0" * places if places else "")
        return self._cell(align="center", font_size=10, num_format=digits, quiet=quiet)

    def state(self) -> Any:
        """A word in the place of points."""
        return self._cell(align="center", quiet=True, font_size=9, bg_color=_MIST)

    def foot(self) -> Any:
        return self._format(italic=True, font_size=10, font_color=_GREY)


def text(value: str) -> str:
    """What a cell can hold; always written as a string, so `=...` is never a formula."""
    return value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 1] + "…"


def set_up_page(sheet: Any, *, paper: int, header: tuple[str, str], footer: str) -> None:
    """Landscape, one page wide, as many high as it takes; `header` is left and right text."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
    left, right = (_printable(part) for part in header)
    style = f'&"{FONT},Italic"&9'
    sheet.set_header(f"&L{style} {left}&R{style} {right}", {"margin": 0.35})
    sheet.set_footer(f'&C&"{FONT},Regular"&9 {footer}', {"margin": 0.3})


def _printable(value: str) -> str:
    """Text for a page header, where & begins a command and 255 characters are all there is."""
    short = value if len(value) <= 90 else value[:89] + "…"
    return short.replace("&", "&&")
