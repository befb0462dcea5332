"""Looks of cells that only the review workbook has (ô nhập, ô khóa, dòng tiêu chí)."""

from __future__ import annotations

from typing import Any

from outputs.sheets import Formats

_YELLOW, _MIST, _PALE = "#FFF2CC", "#EDEDED", "#EAF1FA"


class ReviewFormats(Formats):
    """Formats of results, and those of a form that is filled in."""

    def shown(
        self, *, leaf: bool, align: str = "left", digits: str = "General", bold: bool = True
    ) -> Any:
        """A cell to read; `leaf`: in the row of a leaf as a whole, in bold unless told."""
        tone = {"bold": bold, "bg_color": _PALE} if leaf else {}
        return self._cell(
            quiet=False, align=align, text_wrap=True, num_format=digits, font_size=10, **tone
        )

    def indented(self) -> Any:
        """The name of a number below its leaf."""
        return self._cell(quiet=False, text_wrap=True, font_size=10, indent=1)

    def entry(self, *, align: str = "left", digits: str = "General") -> Any:
        """A cell to fill in."""
        return self._cell(
            quiet=False,
            align=align,
            text_wrap=True,
            num_format=digits,
            font_size=10,
            bg_color=_YELLOW,
            locked=False,
        )

    def shut(self) -> Any:
        """A cell of the agency's columns in which nothing is asked."""
        return self._cell(quiet=False, bg_color=_MIST)

    def label(self) -> Any:
        return self._format(bold=True, text_wrap=True, valign="top")

    def paragraph(self) -> Any:
        return self._format(text_wrap=True, valign="top")

    def small(self) -> Any:
        return self._format(text_wrap=True, valign="top", italic=True, font_size=10)

    def sample(self, *, entry: bool) -> Any:
        """A cell of the key."""
        return self._cell(quiet=False, align="center", bg_color=_YELLOW if entry else _MIST)

    def banner_line(self) -> Any:
        return self.banner(centred=False)
