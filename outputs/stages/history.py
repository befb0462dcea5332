"""`history.parquet`: every fact, once for each leaf that it concerns (diễn biến số liệu).

Nothing is hidden: what was superseded or taken back stands here, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from criteria.assessment.model import STAGES, Assessment, Stage
from criteria.model import CriteriaSet
from criteria.wording import has_wording, wording
from inputs.store.facts import INPUT, LEAF, TASK
from inputs.store.hands import Hands, columns_of, hands_of
from inputs.store.spots import fact_place
from inputs.units import Units
from inputs.workbooks.agencies import agency_title

HISTORY: dict[str, Any] = {
    "unit": pl.String,
    "leaf": pl.String,
    "number": pl.Int64,
    "stage": pl.String,
    "kind": pl.String,
    "who": pl.String,
    "who_name": pl.String,
    "when": pl.String,
    "subject": pl.String,
    "title": pl.String,
    "home": pl.String,
    "value": pl.String,
    "decision": pl.String,
    "reason": pl.String,
    "evidence": pl.String,
    "place": pl.String,
    "late": pl.Boolean,
    "superseded": pl.Boolean,
}
"""`leaf` is null where no leaf of the unit reads the fact (a condition of a grade, work that no
rule counts).  `number`: of the fact, in order of entry.  `when`: UTC, ISO.  `home`: the leaf where
an input is asked.  `superseded`: a newer fact of the same stage says something on its subject."""


def history_of(
    told: pl.DataFrame,
    batches: pl.DataFrame,
    stage: Stage,
    assessment: Assessment,
    sets: Sequence[CriteriaSet],
    units: Units,
) -> pl.DataFrame:
    """All facts up to `stage`, of the units that `sets` score, as `HISTORY`.

    `told`: all facts of a store (`inputs.store.history`); `batches`: its batches.  By set, unit and
    leaf, oldest first.
    """
    known = _marked(told.filter(pl.col("order") <= STAGES.index(stage)))
    known = known.join(batches.select("batch", "late"), on="batch", how="left")
    people = known["who"].unique().to_list()
    names = {who: _name(assessment, units, who) for who in people}
    parts = [
        _of_set(known, each, hands_of(each, assessment, units.of_group(each.group)), names)
        for each in sorted(sets, key=lambda each: each.group)
    ]
    return pl.concat([pl.DataFrame(schema=HISTORY), *parts])


def _marked(told: pl.DataFrame) -> pl.DataFrame:
    """With `superseded`.  A unit's appeal and the ruling on it stand side by side."""
    answered = (pl.col("about") == LEAF) & (pl.col("kind") == "appeal")
    alike = ["unit", "subject", "stage", answered.alias("answered")]
    return told.with_columns((pl.col("seq") < pl.col("seq").max().over(alike)).alias("superseded"))


def _name(assessment: Assessment, units: Units, who: str) -> str:
    """A printed name: of an agency or a unit, else the usual one of such an id."""
    title = agency_title(assessment, units.by_id, who)
    usual = f"reviewer.{who}"
    # A name with a dot in it would look like a path into the catalogue.
    if title != who or "." in who or not has_wording("explain", usual):
        return title
    return wording("explain", usual, "vi")


def _of_set(
    known: pl.DataFrame, criteria_set: CriteriaSet, hands: Hands, names: Mapping[str, str]
) -> pl.DataFrame:
    """The facts on the units of one set."""
    own = known.join(hands.units.with_row_index("position"), on="unit", how="inner")
    homes = hands.reads.filter("own").select("like", "column", pl.col("leaf").alias("home"))
    reads = hands.reads.select("like", "leaf", "column").unique(maintain_order=True)
    inputs = own.filter(pl.col("about") == INPUT)
    inputs = inputs.join(reads, left_on=["like", "name"], right_on=["like", "column"], how="left")
    inputs = inputs.join(homes, left_on=["like", "name"], right_on=["like", "column"], how="left")
    task = pl.col("name").str.extract(r"^(.*)@", 1).alias("task")
    tasks = own.filter(pl.col("about") == TASK).with_columns(task)
    tasks = tasks.join(hands.counts, on=["like", "task"], how="left").drop("task")
    leaves = own.filter(pl.col("about") == LEAF).with_columns(pl.col("name").alias("leaf"))
    whole = pl.concat([inputs, tasks, leaves], how="diagonal")
    order = {item.id: number for number, item in enumerate(criteria_set.items)}
    titles = dict(_titles(criteria_set))
    last = pl.lit(len(order), dtype=pl.Int64)
    sorted_ = whole.with_columns(
        pl.col("leaf").replace_strict(order, default=last, return_dtype=pl.Int64).alias("in_set")
    ).sort("position", "in_set", "leaf", "seq")
    subjects = sorted_["subject"].unique()
    named = {subject: _title(subject, titles) for subject in subjects}
    spots = sorted_.select("file", "sheet", "cell").unique()
    places = {spot: None if spot[0] == "-" else str(fact_place(*spot)) for spot in spots.rows()}
    spelled = [places[spot] for spot in sorted_.select("file", "sheet", "cell").iter_rows()]
    return sorted_.with_columns(
        pl.col("seq").alias("number"),
        pl.col("who").replace_strict(names, return_dtype=pl.String).alias("who_name"),
        pl.col("taken_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ").alias("when"),
        pl.col("subject").replace_strict(named, return_dtype=pl.String).alias("title"),
        pl.col("status").alias("decision"),
        pl.Series("place", spelled, dtype=pl.String),
    ).select([pl.col(name).cast(dtype) for name, dtype in HISTORY.items()])


def _titles(criteria_set: CriteriaSet) -> Iterator[tuple[str, str]]:
    """Subject -> what it is called; of a task without its instance."""
    for name, declared in criteria_set.inputs.items():
        options = declared.options or () if declared.type == "tally" else (None,)
        for column, option in zip(columns_of(criteria_set, name), options, strict=True):
            title = declared.title if option is None else f"{declared.title} – {option}"
            yield f"{INPUT}{column}", title
    for item in criteria_set.items:
        yield f"{LEAF}{item.id}", item.title
    if criteria_set.plan is not None:
        for _, owed in criteria_set.plan.owed():
            yield f"{TASK}{owed.id}", owed.title


def _title(subject: str, titles: Mapping[str, str]) -> str:
    """What a subject is called; one that is no longer declared, by its own name."""
    key, at, instance = subject.rpartition("@") if subject.startswith(TASK) else (subject, "", "")
    bare = subject.partition(":")[2]
    if not at:
        return titles.get(key, bare)
    task = key.removeprefix(TASK)
    title = titles.get(key)
    return bare if title is None else f"{task} – {title} ({instance})"
