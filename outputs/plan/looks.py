"""Looks of cells that only the workbook of a plan has."""

from __future__ import annotations

from typing import Any

from outputs.sheets import Formats


class PlanFormats(Formats):
    """Formats of results, and those of days and sections."""

    def day(self) -> Any:
        return self._cell(quiet=False, align="center", num_format="dd/mm/yyyy")

    def centred(self) -> Any:
        return self._cell(quiet=False, align="center", text_wrap=True)

    def section(self) -> Any:
        """A row across the table that names a part of the annex."""
        return self._format(**self._head() | {"align": "left"}, bold=True)
