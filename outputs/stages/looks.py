"""The cell formats that only the sheets on stages need."""

from __future__ import annotations

from typing import Any

from outputs.sheets import Formats

_RISEN = '"▲ "0;"▼ "0;"–"'


class StageFormats(Formats):
    """Formats of `results.xlsx`, with those of differences."""

    def signed(self, places: int, *, bold: bool = False, quiet: bool = False) -> Any:
        """A difference: +0.35, -0.20, 0.00."""
        digits = "0" + ("." + "0" * places if places else "")
        look = {"num_format": f"+{digits};-{digits};{digits}", "align": "right", "indent": 1}
        return self._cell(bold=bold, quiet=quiet, **look)

    def risen(self) -> Any:
        """Ranks gained or lost."""
        return self._cell(align="center", quiet=False, num_format=_RISEN)
