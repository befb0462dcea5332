"""Trial rulings (thử kết luận): the group scored once more with one leaf of one unit ruled on.

Each trial stands alone: before it everything is as it is in force, an earlier ruling on the leaf
among it; after it only this leaf is as the ruling has it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from inputs.facts import STATUS, Facts, Status
from inputs.workbooks.appeal_case import CutLeaf
from inputs.workbooks.appeal_rulings import Ruling, settled
from scoring.score import Scores, score_set
from scoring.trial_rows import Telling, Trial, alone, worths
from scoring.worth import Worth, retold, worth


@dataclass(frozen=True)
class Trials:
    """What rulings on the units of one set would do.

    `told`, `reviewed`: facts of the stages self and review; `now`: scores with all rulings so far.
    """

    told: Facts
    reviewed: Facts
    now: Scores

    def worths(self, rulings: Sequence[tuple[CutLeaf, Ruling]]) -> list[Worth]:
        """What each ruling is worth, each on its own.  Raises: OverflowError as `retold`."""
        trials = [self._trial(case, ruling) for case, ruling in rulings]
        apart = [alone(self.now.facts.set, t.leaf, _columns(t)) for t in trials]
        quick = iter(
            worths(self.now.facts, [t for t, yes in zip(trials, apart, strict=True) if yes])
        )
        return [
            next(quick) if yes else self._worth(trial)
            for trial, yes in zip(trials, apart, strict=True)
        ]

    def worth(self, case: CutLeaf, ruling: Ruling) -> Worth:
        """What one ruling is worth."""
        return self.worths([(case, ruling)])[0]

    def _worth(self, trial: Trial) -> Worth:
        """By a scoring of the whole group."""
        telling = trial.after
        if telling is None:
            return worth(self.now, self.now, trial.unit)
        facts = retold(
            *(self.now.facts, trial.unit, trial.leaf, telling.source, telling.columns),
            given=telling.given,
            decided=telling.decided,
        )
        return worth(self.now, score_set(facts), trial.unit)

    def _trial(self, case: CutLeaf, ruling: Ruling) -> Trial:
        """From the leaf as it is in force to the leaf as the ruling has it."""
        unit, leaf = case.key
        columns = tuple(each.column for each in case.restorable)
        after: Telling | None = None
        ruling = settled(ruling, case)
        match ruling.decision:
            case "upheld" if case.overruled:
                after = Telling(self.reviewed, columns, *_decided(self.reviewed, unit, leaf))
            case "upheld":
                pass
            case "restored":
                after = Telling(self.told, columns)
            case "given":
                # Inputs that an earlier ruling put back are as review left them, too.
                after = Telling(self.reviewed, columns, ruling.points)
            case _:
                assert_never(ruling.decision)
        return Trial(unit, leaf, after)


def _columns(trial: Trial) -> tuple[str, ...]:
    return () if trial.after is None else trial.after.columns


def _decided(facts: Facts, unit: str, leaf: str) -> tuple[Fraction | None, Status | None]:
    """What was decided of a leaf as a whole."""
    row = facts.frame["unit"].to_list().index(unit)
    name, state = f"given:{leaf}", f"decided:{leaf}"
    given = facts.frame[name][row] if name in facts.decisions else None
    code = facts.frame[state][row] if state in facts.decisions else 0
    status = next((word for word, number in STATUS.items() if number == code), None)
    return None if given is None else Fraction(given, 10 ** facts.scales[name]), status
