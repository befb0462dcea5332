"""The facts of each set at a stage (số liệu theo giai đoạn): from the store to what is scored.

Values go through the same typed reading as tables of answers; places and reasons are those of the
facts in force.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import polars as pl

from criteria.assessment.model import Assessment, Stage
from criteria.model import CriteriaSet
from criteria.problems import Place, Problem, each_once
from inputs.answers import Intake, group_problems
from inputs.facts import STATUS, Facts, Source, set_task_columns
from inputs.obligations import bodies_of
from inputs.pieces import Piece
from inputs.progress import Progress, count_works, plan_works
from inputs.set_reading import Reading, facts_of_set
from inputs.store.decided import with_decisions
from inputs.store.facts import Batch
from inputs.store.hands import Hands, columns_of, hands_of
from inputs.store.history import history
from inputs.store.in_force import InForce, acting, in_force_of
from inputs.store.spots import FactSpots, fact_place
from inputs.store.store import Store
from inputs.store.waiting import waiting
from inputs.tables import Column
from inputs.task_counts import TaskCounts
from inputs.units import Units, attribute_problems
from inputs.values import Cell, Kind, read_date

_PLAIN = r"^-?[0-9]+(\.[0-9]+)?$"
_NUMBERS = ("count", "amount", "percent", "points", "tally")


def facts_at(
    store: Store,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
    extra: Sequence[Batch] = (),
    *,
    as_of: datetime.date | None = None,
) -> Intake:
    """The facts of every set in force at `stage`, by set id, and all findings.

    `extra`: batches that are not stored yet, as if added last.  `as_of`: the work of the plan as
    it stood on that day; None: all that was due in the year.
    """
    told = history(store, extra)
    return facts_of_history(told, stage, assessment, sets, units, str(store.path), as_of=as_of)


def facts_of_history(
    told: pl.DataFrame,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
    store: str,
    *,
    as_of: datetime.date | None = None,
) -> Intake:
    """As `facts_at`, of a history that was read already; `store`: the file that it came from."""
    in_force = in_force_of(told, stage)
    problems = [*units.problems, *attribute_problems(units, sets), *group_problems(units, sets)]
    problems += _strange(in_force, units, sets, store)
    counts = _task_counts(in_force.tasks, units, sets, as_of, store)
    problems += counts.problems
    sources = (units.source, *_sources(told, in_force))
    facts: dict[str, Facts] = {}
    for each in sets:
        hands = hands_of(each, assessment, units.of_group(each.group))
        answers = _counting(in_force.answers, hands)
        pieces = list(_pieces(answers, each, units))
        reading = Reading(units, pieces, sources, assessment.generated, counts)
        read = replace(facts_of_set(reading, each), stage=stage)
        pending = waiting(told, hands, stage)
        problems += _unsettled(_serious(reading.problems, answers), pending)
        facts[each.id], faults = with_decisions(read, acting(in_force.leaves), pending)
        problems += faults
    return Intake(facts, each_once(problems))


def _counting(answers: pl.DataFrame, hands: Hands) -> pl.DataFrame:
    """The answers of a set's units, with `like`; nobody scores himself what is in others' hands."""
    others = hands.reads.filter(pl.col("own") & ~pl.col("own_hands")).select("like", "column")
    others = others.with_columns(pl.lit(value=True).alias("others"))
    told = answers.join(hands.units, on="unit", how="inner", maintain_order="left")
    told = told.join(others, on=["like", "column"], how="left", maintain_order="left")
    theirs = pl.col("others").fill_null(value=False) | pl.col("column").is_in(hands.conditions)
    return told.filter((pl.col("stage") != "self") | ~theirs)


def _pieces(answers: pl.DataFrame, criteria_set: CriteriaSet, units: Units) -> Iterator[Piece]:
    """The answers of a set, column by column, as the typed reading takes them."""
    numbers = pl.DataFrame(
        {"unit": list(units.by_id), "number": range(len(units))},
        schema={"unit": pl.String, "number": pl.UInt32},
    )
    codes = {name: STATUS[name] for name in ("refused", "not_applicable")}
    told = answers.join(numbers, on="unit", how="left", maintain_order="left")
    told = told.with_row_index("row").with_columns(
        pl.col("status").replace_strict(codes, default=0, return_dtype=pl.Int8)
    )
    spots = FactSpots(told.select("file", "sheet", "cell"))
    by_column = told.partition_by("column", as_dict=True)
    for name, declared in criteria_set.inputs.items():
        for column in columns_of(criteria_set, name):
            part = by_column.get((column,))
            if part is None:
                continue
            # Numbers are spelled plainly: 1.234 is no doubt here.  All else is read strictly.
            plain = part["value"].str.contains(_PLAIN).fill_null(value=False)
            number = plain if declared.type in _NUMBERS else plain & False
            kinds = number.cast(pl.UInt8) * int(Kind.NUMBER)
            values = Column(column, 0, part["value"], kinds)
            statuses = part["status"] if (part["status"] != 0).any() else None
            reasons = part["reason"].fill_null("")
            yield Piece(column, spots, values, part["number"], part["row"], statuses, reasons)


def _serious(problems: Sequence[Problem], answers: pl.DataFrame) -> Iterator[Problem]:
    """The findings, but for points without a reason that the unit claims for itself."""
    if not any(problem.code == "judgement-without-reason" for problem in problems):
        yield from problems
        return
    claimed = answers.filter(pl.col("stage") == "self").select("unit", "column")
    own = set(claimed.iter_rows())
    for problem in problems:
        judged = problem.code == "judgement-without-reason"
        if not (judged and (problem.unit, problem.values["name"]) in own):
            yield problem


def _unsettled(problems: Iterable[Problem], pending: pl.DataFrame) -> Iterator[Problem]:
    """The findings; a number that a unit changed after its review stops nobody else's score.

    What it contradicts was corrected before: until it is reviewed again its leaf is pending.
    """
    changed = set(pending.filter(pl.col("why") == "changed")["unit"].to_list())
    for problem in problems:
        waits = problem.code == "more-than-at-most" and problem.unit in changed
        yield replace(problem, advice=True) if waits else problem


def _strange(
    in_force: InForce, units: Units, sets: Sequence[CriteriaSet], store: str
) -> Iterator[Problem]:
    """Advice on facts about units, inputs and leaves that are no more: they do not count."""
    groups = pl.DataFrame(
        [(unit.unit, unit.group) for unit in units],
        schema={"unit": pl.String, "group": pl.String},
        orient="row",
    )
    known = pl.DataFrame(
        [
            (each.group, column)
            for each in sets
            for name in each.inputs
            for column in columns_of(each, name)
        ],
        schema={"group": pl.String, "column": pl.String},
        orient="row",
    )
    place = Place(store)
    gone = in_force.answers.join(groups, on="unit", how="anti")
    for unit, count in gone.group_by("unit").len().sort("unit").iter_rows():
        yield Problem("fact-of-no-unit", place, {"count": str(count)}, unit=unit, advice=True)
    scored = {each.group for each in sets}
    told = in_force.answers.join(groups.filter(pl.col("group").is_in(scored)), on="unit")
    lost = told.join(known, on=["group", "column"], how="anti")
    for name, group, count in lost.group_by("column", "group").len().sort(pl.all()).iter_rows():
        values = {"name": name, "group": group, "count": str(count)}
        yield Problem("fact-of-no-input", place, values, advice=True)
    items = pl.DataFrame(
        [(each.group, item.id) for each in sets for item in each.items],
        schema={"group": pl.String, "leaf": pl.String},
        orient="row",
    )
    ruled = in_force.leaves.join(groups.filter(pl.col("group").is_in(scored)), on="unit")
    lost = ruled.join(items, on=["group", "leaf"], how="anti")
    for name, group, count in lost.group_by("leaf", "group").len().sort(pl.all()).iter_rows():
        values = {"group": group, "count": str(count)}
        yield Problem("fact-of-no-leaf", place, values, criterion=name, advice=True)


def _task_counts(
    tasks: pl.DataFrame,
    units: Units,
    sets: Sequence[CriteriaSet],
    as_of: datetime.date | None,
    store: str,
) -> TaskCounts:
    """The `tasks:` columns of all sets, from what was reported on the plan."""
    counting = [each for each in sets if set_task_columns(each)]
    planned = [each for each in counting if each.plan is not None]
    place = Place(units.source.file)
    problems = [
        Problem("tasks-table-missing", place, set=each.id) for each in counting if not each.plan
    ]
    plan = planned[0].plan if planned else None
    if plan is None:
        return TaskCounts(problems=tuple(problems), as_of=as_of)
    progress = progress_of(tasks)
    works = plan_works(plan, bodies_of(plan, units), progress)
    owed = {(work.unit, work.name, work.key) for work in works}
    lost = Counter(
        (task, key) for unit, task, key in progress.places if (unit, task, key) not in owed
    )
    for (task, key), count in sorted(lost.items()):
        values = {"task": task, "instance": key, "count": str(count)}
        problems.append(Problem("fact-of-no-task", Place(store), values, advice=True))
    counts, told = count_works(works, plan, planned, as_of)
    return TaskCounts(counts, told, problems=(*problems, *progress.problems), as_of=as_of)


def progress_of(tasks: pl.DataFrame) -> Progress:
    """What was reported on a plan, from the tasks in force (`InForce.tasks`)."""
    done: dict[tuple[str, str, str], datetime.date] = {}
    evidence: dict[tuple[str, str, str], str] = {}
    places: dict[tuple[str, str, str], Place] = {}
    problems: list[Problem] = []
    columns = ("unit", "task", "instance", "day", "evidence", "file", "sheet", "cell")
    for unit, task, key, text, proof, *spot in tasks.select(columns).iter_rows():
        said = (unit, task, key)
        places[said] = fact_place(*spot)
        day = read_date(Cell(text))
        if isinstance(day, datetime.date):
            done[said] = day
        else:
            values = {"name": "done_on", **day.values}
            problems.append(Problem(day.code, places[said], values, unit=unit))
        if proof:
            evidence[said] = proof
    return Progress(done, evidence, places, problems=tuple(problems))


def _sources(told: pl.DataFrame, in_force: InForce) -> list[Source]:
    """The files that something in force came from."""
    frames = (in_force.answers, in_force.leaves, in_force.tasks)
    seqs = pl.concat([frame.select("seq") for frame in frames]).unique()
    files = told.join(seqs, on="seq", how="semi").select("file", "sha256").unique()
    return [Source(file, digest) for file, digest in files.sort(pl.all()).iter_rows()]
