"""The stages so far (các giai đoạn đã qua): each scored, and all that was said until the last."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from criteria.assessment.model import STAGES, Assessment, Stage
from criteria.model import CriteriaSet
from inputs.store.facts_at import facts_of_history
from inputs.units import Units
from outputs.stages.history import history_of
from scoring.score import Scores, score_set


@dataclass(frozen=True)
class StagesSoFar:
    """The stages from self up to the one that the run scores, which comes last.

    `scores`: by stage, then by set id.  `history`: every fact until then, see `history_of`.
    `newest`: the number of the last of them.
    """

    scores: Mapping[Stage, Mapping[str, Scores]]
    history: pl.DataFrame
    newest: int = 0

    @property
    def stages(self) -> tuple[Stage, ...]:
        return tuple(self.scores)


@dataclass(frozen=True)
class Told:
    """What a store holds, read once.

    `facts`: all of them (`inputs.store.history`); `batches`: the files and commands that brought
    them (`Store.batches`); `path`: the store's file, for findings.
    """

    facts: pl.DataFrame
    batches: pl.DataFrame
    path: str


def stages_so_far(
    told: Told,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
    scored: Sequence[Scores],
    *,
    as_of: datetime.date | None = None,
) -> StagesSoFar:
    """Score the stages before `stage` as `scored` was, and gather the history of all.

    What was wrong with the facts of an earlier stage does not stop: they count as far as they could
    be read.
    """
    by_stage: dict[Stage, dict[str, Scores]] = {}
    for earlier in STAGES[: STAGES.index(stage)]:
        intake = facts_of_history(
            told.facts, earlier, assessment, sets, units, told.path, as_of=as_of
        )
        by_stage[earlier] = {
            scores.facts.set.id: score_set(intake.facts[scores.facts.set.id]) for scores in scored
        }
    by_stage[stage] = {scores.facts.set.id: scores for scores in scored}
    history = history_of(told.facts, told.batches, stage, assessment, sets, units)
    newest = told.facts.filter(pl.col("order") <= STAGES.index(stage))["seq"].max()
    return StagesSoFar(by_stage, history, newest if isinstance(newest, int) else 0)
