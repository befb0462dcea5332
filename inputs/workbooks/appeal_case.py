"""A cut leaf and what became of it (giải trình): both sides' points and reasons, appeal, ruling.

Plain data between the store and the forms: nothing here reads, scores or writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from criteria.model import CriteriaSet
from inputs.store.facts import Decision
from inputs.units import Unit
from inputs.workbooks.duties import Duty

RulingWord: TypeAlias = Literal["upheld", "restored", "given"]
"""What the council may conclude: giữ nguyên, chấp nhận, cho điểm."""

CaseKey: TypeAlias = tuple[str, str]
"""Unit and leaf."""


@dataclass(frozen=True, slots=True)
class Correction:
    """An input that the leaf reads and review changed; values as the store spells them.

    `home`: the leaf where it is asked; `status`: `refused` or `not_applicable`, where that is what
    review said of it; `who`: the agency; `back`: a ruling has put the unit's value
    back already; `seq`: number of the fact.
    """

    column: str
    home: str
    told: str | None
    reviewed: str | None
    who: str
    reason: str | None
    status: str | None = None
    back: bool = False
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody decided, or said, of a leaf as a whole.

    `reason`: of a unit its explanation (giải trình).  `seq`: number of the fact.
    """

    who: str
    seq: int
    decision: Decision | None = None
    points: str | None = None
    reason: str | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class CutLeaf:
    """One leaf of one unit that review left with fewer points than the unit gave itself.

    `told`, `reviewed`: points, None where the leaf did not count; `state`: at review.  `proof`:
    what the unit had named in its self-scoring; `newest`: number of the newest fact that the
    reviewed points rest on.
    """

    set: CriteriaSet
    unit: Unit
    duty: Duty
    told: Fraction | None
    reviewed: Fraction | None
    lost: Fraction
    state: str
    corrections: tuple[Correction, ...] = ()
    proof: Said | None = None
    decided: Said | None = None
    appeal: Said | None = None
    ruling: Said | None = None
    newest: int = 0

    @property
    def key(self) -> CaseKey:
        return self.unit.unit, self.duty.item.id

    @property
    def open(self) -> bool:
        """Appealed, and not ruled on yet."""
        return self.appeal is not None and self.ruling is None

    @property
    def overruled(self) -> bool:
        """Whether a ruling in force has it otherwise than review left it."""
        return self.ruling is not None and self.ruling.decision != "upheld"

    @property
    def restorable(self) -> tuple[Correction, ...]:
        """What goes back to the unit's own value when the appeal is granted."""
        own = self.duty.own
        return tuple(each for each in self.corrections if each.column.partition(":")[0] in own)

    @property
    def kept(self) -> tuple[Correction, ...]:
        """What a granted appeal leaves as reviewed: asked at another leaf, or never told."""
        own = {each.column for each in self.restorable if each.told is not None}
        return tuple(e for e in self.corrections if e.column not in own and not e.back)

    @property
    def put_back(self) -> tuple[str, ...]:
        """Its own inputs that hold the unit's value by a ruling."""
        return tuple(each.column for each in self.restorable if each.back)


Cases: TypeAlias = Mapping[CaseKey, CutLeaf]
