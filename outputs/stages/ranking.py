"""The stages in the sheet of a ranking (cột theo giai đoạn): points of each, and the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from criteria.exact import fixed
from criteria.model import CriteriaSet
from criteria.wording import Language, wording
from outputs.sheets import Formats
from outputs.stages.compared import Compared
from outputs.stages.looks import StageFormats


@dataclass(frozen=True)
class StageColumns:
    """The columns of one group's ranking; none while there is only the self-score."""

    compared: Compared | None
    set: CriteriaSet
    language: Language

    def __len__(self) -> int:
        """How many columns there are: one a stage, and the difference."""
        stages = () if self.compared is None else self.compared.stages
        return len(stages) + 1 if len(stages) > 1 else 0

    def write_heads(self, sheet: Any, formats: Formats, top: int, column: int) -> None:
        """Heads over two rows, from `column` on."""
        if self.compared is None or not len(self):
            return
        for at, key in enumerate((*self.compared.stages, "difference"), start=column):
            words = wording("workbook", f"stages.{key}", self.language)
            sheet.merge_range(top, at, top + 1, at, "", formats.header())
            sheet.write_string(top, at, words, formats.header())

    def write(
        self, sheet: Any, formats: Formats, row: int, column: int, unit: str, *, quiet: bool
    ) -> None:
        """The points of one unit, from `column` on; the difference is exact, then rounded."""
        if self.compared is None or not len(self):
            return
        places, looks = self.set.printed_points, StageFormats(formats.book, formats.made)
        for at, stage in enumerate(self.compared.stages, start=column):
            points = float(self.compared.standings[stage, unit].points)
            sheet.write_number(row, at, points, formats.number(places, quiet=quiet))
        difference = float(fixed(self.compared.difference(unit), places))
        at = column + len(self.compared.stages)
        sheet.write_number(row, at, difference, looks.signed(places, quiet=quiet))
