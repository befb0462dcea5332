"""The layouts of appeals (bảng giải trình) and of the council's docket (bảng kết luận).

One row a cut leaf: of one unit, or of all units that appealed.  Those who write the workbooks and
those who read them back share it; nothing here is formatted or read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal, TypeAlias

from criteria.model import CriteriaSet
from inputs.units import Unit
from inputs.workbooks.appeal_case import CutLeaf, RulingWord

GUIDE, APPEALS, RULINGS, MANIFEST = "Hướng dẫn", "Giải trình", "Kết luận", "_parindex"
"""Sheets: what to do; the unit's leaves; the council's; the manifest (very hidden)."""

KEY = "A"
"""The key column is hidden in both."""

ID, TITLE, MAXIMUM, SELF, REVIEW, LOST = "B", "C", "D", "E", "F", "G"
WHY, PROOF, APPEALED, EXPLANATION, EVIDENCE, RULED = "H", "I", "J", "K", "L", "M"
"""Columns of the unit's sheet; `APPEALED`, `EXPLANATION` and `EVIDENCE` are the unit's."""

COUNCIL_UNIT, COUNCIL_ID, COUNCIL_TITLE, COUNCIL_MAXIMUM = "B", "C", "D", "E"
COUNCIL_SELF, COUNCIL_REVIEW, COUNCIL_WHY, COUNCIL_APPEAL = "F", "G", "H", "I"
COUNCIL_WORTH, COUNCIL_RULING, COUNCIL_POINTS, COUNCIL_REASON = "J", "K", "L", "M"
"""Columns of the docket; the last three are the council's."""

HEAD_ROW, FIRST_ROW = 6, 7
"""Row of the header, and of the first leaf."""

WHO_CELL = "C4"
"""Where the sheet shows whose it is, by id."""

YES, NO = "Có", "Không"

RULING_WORDS: Mapping[str, RulingWord] = {
    "Giữ nguyên": "upheld",
    "Chấp nhận": "restored",
    "Cho điểm": "given",
}
"""What the council may conclude, by the word in the cell."""

AppealKind: TypeAlias = Literal["appeal", "rulings"]


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One leaf of one unit."""

    row: int
    key: str
    case: CutLeaf

    def cell(self, column: str) -> str:
        """A cell of this row: `K12`."""
        return f"{column}{self.row}"


@dataclass(frozen=True)
class AppealForm:
    """The layout of one workbook; `who`: the unit, or the council."""

    kind: AppealKind
    who: str
    title: str
    rows: tuple[AppealRow, ...]

    @property
    def sheet(self) -> str:
        return APPEALS if self.kind == "appeal" else RULINGS

    @property
    def sets(self) -> tuple[CriteriaSet, ...]:
        return tuple({row.case.set.id: row.case.set for row in self.rows}.values())

    @cached_property
    def layout(self) -> str:
        """SHA-256 of all keys in order."""
        keys = "\n".join([self.kind, *(row.key for row in self.rows)])
        return hashlib.sha256(keys.encode("utf-8")).hexdigest()


def appeal_form(unit: Unit, cases: Sequence[CutLeaf]) -> AppealForm:
    """The layout for one unit: its own cut leaves, in the order of the set."""
    own = [each for each in cases if each.unit.unit == unit.unit]
    return AppealForm("appeal", unit.unit, unit.name, _rows(own))


def rulings_form(council: str, title: str, cases: Sequence[CutLeaf]) -> AppealForm:
    """The layout of the docket: all that was appealed."""
    return AppealForm("rulings", council, title, _rows([c for c in cases if c.appeal is not None]))


def limits(case: CutLeaf) -> tuple[Fraction, Fraction]:
    """The least and the most that the council may give: not below the review, up to the maximum."""
    high = max(case.duty.item.maximum, Fraction(0))
    low = min(case.duty.item.maximum, Fraction(0)) if case.reviewed is None else case.reviewed
    return low, high


def _rows(cases: Sequence[CutLeaf]) -> tuple[AppealRow, ...]:
    numbered = enumerate(cases, start=FIRST_ROW)
    return tuple(AppealRow(row, case_key(*case.key), case) for row, case in numbered)


_MARK = "appeal"


def case_key(unit: str, leaf: str) -> str:
    """The key of a row.

    >>> case_key("so-noi-vu", "1.2"), key_case("appeal|so-noi-vu|1.2")
    ('appeal|so-noi-vu|1.2', ('so-noi-vu', '1.2'))
    """
    plain = (part.replace("%", "%25").replace("|", "%7C") for part in (unit, leaf))
    return "|".join([_MARK, *plain])


def key_case(key: str) -> tuple[str, str] | None:
    """The unit and the leaf that a key names; None where it is no key."""
    mark, *parts = key.split("|")
    if mark != _MARK or len(parts) != 2:
        return None
    unit, leaf = (part.replace("%7C", "|").replace("%25", "%") for part in parts)
    return unit, leaf
