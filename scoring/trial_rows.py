"""Many trials in one scoring (thử nhiều kết luận): each trial is one more row of the group.

Only one unit changes in a trial, so its points and its index may be worked out beside everybody
else's.  The copies are not ranked themselves: for each trial the group is ranked anew with the copy
in its unit's place, by the same certified ranking.  This does not hold where the change may move
the best of the group, on which others' points hang: see `alone`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import polars as pl

from criteria.model import CriteriaSet, leaf_inputs
from criteria.rules import BestOf, RelativeToBest, Rule, SumOf
from inputs.facts import Facts, Status
from scoring.compiled import compile_set
from scoring.rank import certain_ranks, ranks
from scoring.refine import Refiner
from scoring.score import Core, Scores, score_core, score_set
from scoring.worth import Move, Standing, Worth, move_order, retold, standings


@dataclass(frozen=True, slots=True)
class Telling:
    """One leaf of a unit told otherwise, as `retold` takes it."""

    source: Facts
    columns: tuple[str, ...]
    given: Fraction | None = None
    decided: Status | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """A change of one leaf of one unit from what is in force; None: it stays so."""

    unit: str
    leaf: str
    after: Telling | None


def alone(criteria_set: CriteriaSet, leaf: str, columns: Iterable[str]) -> bool:
    """Whether a change of the leaf and of these columns leaves all other units' points alone."""
    changed = {column.partition(":")[0] for column in columns}
    return not any(
        item.id == leaf or changed & set(leaf_inputs(item))
        for item in criteria_set.items
        if _relative(item.rule)
    )


def _relative(rule: Rule) -> bool:
    match rule:
        case RelativeToBest():
            return True
        case BestOf(parts=parts) | SumOf(parts=parts):
            return any(map(_relative, parts))
        case _:
            return False


def worths(facts: Facts, trials: Sequence[Trial]) -> list[Worth]:
    """What each trial is worth; all of them leave other units' points `alone`.

    Raises: OverflowError as `retold`.
    """
    if not trials:
        return []
    rows = _Rows(facts.frame["unit"].to_list())
    whole = _with_copies(facts, rows, trials)
    scores = score_set(whole)
    compiled = compile_set(whole)
    core = score_core(whole, compiled)
    exact = core.fractions.index
    # All at once; later each is only looked up.
    after = {rows.after(number, trial) for number, trial in enumerate(trials)}
    exact(sorted(after | {rows.unit(trial) for trial in trials}))
    refiner = Refiner(whole, compiled, core.leaves, core.sums.frame["points"], exact)
    ranking = _Ranking(scores, core, refiner, standings(scores), facts.frame.height)
    return [_worth(ranking, rows, number, trial) for number, trial in enumerate(trials)]


@dataclass(frozen=True)
class _Rows:
    """Where things stand: the units, then a copy for each trial."""

    units: list[str]

    def unit(self, trial: Trial) -> int:
        return self.units.index(trial.unit)

    def after(self, number: int, trial: Trial) -> int:
        """The row of the unit after a trial: its own where nothing is told otherwise."""
        return self.unit(trial) if trial.after is None else len(self.units) + number


def _with_copies(facts: Facts, rows: _Rows, trials: Sequence[Trial]) -> Facts:
    frame = facts.frame
    at = [rows.unit(trial) for trial in trials]
    # No unit of ours has a name such as these.
    names = pl.Series("unit", [f"\0{number}" for number in range(len(at))], dtype=pl.String)
    copies = frame[at].with_columns(names, pl.lit(value=False).alias("ranked"))
    whole = replace(facts, frame=pl.concat([frame, copies]))
    for number, trial in enumerate(trials):
        telling = trial.after
        if telling is not None:
            whole = retold(
                *(whole, trial.unit, trial.leaf, telling.source, telling.columns),
                given=telling.given,
                decided=telling.decided,
                row=rows.after(number, trial),
            )
    return whole


@dataclass(frozen=True)
class _Ranking:
    """The scored rows, ranked as often as it takes; `height`: how many are units."""

    scores: Scores
    core: Core
    refiner: Refiner
    printed: Sequence[Standing]
    height: int

    def standing(self, row: int, ranks: pl.Series, unit: int) -> Standing:
        """A row as printed, with its unit's rank in a trial."""
        return replace(self.printed[row], rank=ranks[unit])

    def ranks(self, unit: int, row: int) -> pl.Series:
        """The rank of every unit, with a row in the place of its unit."""
        criteria_set = self.scores.facts.set
        printed = criteria_set.rank.on == "printed"
        index = (self.scores.frame if printed else self.core.sums.frame)["index"]
        competes = self.core.status.is_in(["ranked", "pending"])
        of_copy = index[row] if self.scores.facts.frame["ranked"][unit] else None
        values = pl.select(pl.when(competes).then(index)).to_series()
        values = values.scatter([unit, row], pl.Series([None, None], dtype=pl.Int64))
        values = values.scatter([row], pl.Series([of_copy], dtype=pl.Int64))
        ties = criteria_set.rank.ties
        if printed:
            found = certain_ranks(values, ties)
        else:
            found = ranks(values, self.core.sums.widths["index"], ties, self.refiner.places)
        return found.scatter([unit], found[[row]])[: self.height]


def _worth(ranking: _Ranking, rows: _Rows, number: int, trial: Trial) -> Worth:
    unit, after = rows.unit(trial), rows.after(number, trial)
    was, now = ranking.ranks(unit, unit), ranking.ranks(unit, after)
    names = ranking.scores.frame["name"]

    def move(row: int, left: int, right: int) -> Move:
        old, new = ranking.standing(left, was, row), ranking.standing(right, now, row)
        return Move(rows.units[row], names[row], old, new)

    own = move(unit, unit, after)
    moved = [row for row in was.ne_missing(now).arg_true().to_list() if row != unit]
    others = [move(row, row, row) for row in moved]
    exact = ranking.core.fractions.index([unit, after])
    return Worth(own, tuple(sorted(others, key=move_order)), exact[unit], exact[after])
