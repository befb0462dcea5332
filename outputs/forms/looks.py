"""Looks of cells that only a unit's own workbook has (định dạng bảng tự chấm)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from outputs.forms.review_looks import ReviewFormats

_FIELD, _GROUP, _LEAF, _YELLOW, _MIST = "#BDD0E9", "#DCE6F1", "#F1F5FB", "#FFF2CC", "#EDEDED"


class SelfFormats(ReviewFormats):
    """Formats of results and of forms, and those of the rows of a unit's form."""

    def _format(self, **look: Any) -> Any:
        """The same look is asked for in every row, so it is found by what asks for it."""
        key = tuple(look.items())
        found = self._asked.get(key)
        if found is None:
            found = self._asked[key] = super()._format(**look)
        return found

    @cached_property
    def _asked(self) -> dict[tuple[tuple[str, Any], ...], Any]:
        return {}

    def band(self, kind: str, *, align: str = "left", digits: str = "General") -> Any:
        """A row that names a field, a criterion or a leaf."""
        colour = {"field": _FIELD, "group": _GROUP, "leaf": _LEAF}[kind]
        size = 12 if kind == "field" else 11
        return self._cell(
            quiet=False,
            bold=True,
            bg_color=colour,
            align=align,
            text_wrap=True,
            num_format=digits,
            font_size=size,
        )

    def band_note(self, *, align: str = "left") -> Any:
        """A remark in the row of a leaf."""
        return self._cell(
            quiet=False, italic=True, bg_color=_LEAF, align=align, text_wrap=True, font_size=10
        )

    @cached_property
    def rule(self) -> Any:
        """A rule in words, across the row."""
        return self._cell(quiet=False, italic=True, text_wrap=True, font_size=10, indent=1)

    @cached_property
    def key(self) -> Any:
        return self._format(font_size=8, font_color="#808080")

    @cached_property
    def data(self) -> Any:
        """The name of a number below its leaf."""
        return self._cell(quiet=False, text_wrap=True, indent=1)

    @cached_property
    def measure(self) -> Any:
        return self._cell(quiet=False, text_wrap=True, align="center", font_size=10)

    @cached_property
    def day(self) -> Any:
        return self._cell(quiet=False, align="center", num_format="dd/mm/yyyy")

    @cached_property
    def bare(self) -> Any:
        """A cell of the table with nothing in it."""
        return self._cell(quiet=False)

    def yellow(self, *, digits: str = "General", wrap: bool = False) -> Any:
        """A cell to fill in."""
        return self._cell(
            quiet=False,
            align="center",
            num_format=digits,
            text_wrap=wrap,
            bg_color=_YELLOW,
            locked=False,
        )

    @cached_property
    def proof(self) -> Any:
        """A cell to write in: evidence, explanation."""
        return self._cell(
            quiet=False,
            align="left",
            valign="top",
            text_wrap=True,
            font_size=10,
            bg_color=_YELLOW,
            locked=False,
        )

    def grey(self, *, digits: str = "General", wrap: bool = True) -> Any:
        """A locked cell in a column that is else filled in."""
        return self._cell(
            quiet=False, align="center", num_format=digits, bg_color=_MIST, text_wrap=wrap
        )

    def caption(self, *, indent: int = 0) -> Any:
        return self._format(font_size=10, font_color="#404040", indent=indent)

    def strong(self, *, align: str = "left", digits: str = "General") -> Any:
        """A value above the table."""
        return self._format(bold=True, align=align, num_format=digits, indent=1)

    def centred_line(self, *, bold: bool = False, italic: bool = False) -> Any:
        return self._format(bold=bold, italic=italic, align="center")

    def percent(self, *, bold: bool = False) -> Any:
        return self._cell(quiet=False, bold=bold, align="center", num_format="0.0%")

    @cached_property
    def foot_note(self) -> Any:
        return self._format(italic=True, font_size=10, text_wrap=True, valign="top")

    def pointed(self, *, bold: bool) -> Any:
        """What stands beside a label."""
        return self._format(bold=bold, text_wrap=True, valign="top", indent=1)
