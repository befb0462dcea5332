"""The store as one DuckDB file (kho số liệu): opened, added to in one transaction, looked into.

Nothing is ever changed or deleted: there is no UPDATE and no DELETE in this package.  All batches
of one command enter together or not at all, wherever it is killed.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from criteria.assessment.model import Stage
from criteria.problems import Place, Problem, ProblemsFound
from inputs.store.facts import Batch, StageEvent

if TYPE_CHECKING:
    import duckdb

FILE = "store.duckdb"
FORMAT = "1"

_SCHEMA = """
CREATE TABLE meta (key VARCHAR PRIMARY KEY, value VARCHAR NOT NULL);
CREATE TABLE batches (
    batch BIGINT PRIMARY KEY, stage VARCHAR NOT NULL, kind VARCHAR NOT NULL, who VARCHAR NOT NULL,
    file VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, taken_at TIMESTAMP NOT NULL,
    outcome VARCHAR NOT NULL, late BOOLEAN NOT NULL, problems INTEGER NOT NULL,
    basis BIGINT, note VARCHAR
);
CREATE TABLE facts (
    seq BIGINT NOT NULL, batch BIGINT NOT NULL, stage VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    subject VARCHAR NOT NULL, value VARCHAR, status VARCHAR, reason VARCHAR, evidence VARCHAR,
    sheet VARCHAR, cell VARCHAR
);
CREATE TABLE stages (
    number BIGINT PRIMARY KEY, stage VARCHAR NOT NULL, closed BOOLEAN NOT NULL,
    who VARCHAR NOT NULL, taken_at TIMESTAMP NOT NULL, reason VARCHAR
);
"""

BATCHES_SCHEMA: dict[str, Any] = {
    "batch": pl.Int64,
    "stage": pl.String,
    "kind": pl.String,
    "who": pl.String,
    "file": pl.String,
    "sha256": pl.String,
    "taken_at": pl.Datetime("us"),
    "outcome": pl.String,
    "late": pl.Boolean,
    "problems": pl.Int32,
    "basis": pl.Int64,
    "note": pl.String,
}
FACTS_SCHEMA: dict[str, Any] = {
    "seq": pl.Int64,
    "batch": pl.Int64,
    "stage": pl.String,
    "unit": pl.String,
    "subject": pl.String,
    "value": pl.String,
    "status": pl.String,
    "reason": pl.String,
    "evidence": pl.String,
    "sheet": pl.String,
    "cell": pl.String,
}
_SLICE = 256
"""Batches whose facts are Python objects at a time: thousands of workbooks fit into memory so."""

_TOLD = ("unit", "subject", "value", "status", "reason", "evidence", "sheet", "cell")


def create_store(path: Path, assessment: str) -> None:
    """A new, empty store for the assessment of that id, with a secret that seals its workbooks."""
    import duckdb

    with duckdb.connect(str(path)) as connection:
        connection.execute("BEGIN")
        connection.execute(_SCHEMA)
        meta = {"format": FORMAT, "assessment": assessment, "seal": secrets.token_hex(32)}
        connection.executemany("INSERT INTO meta VALUES (?, ?)", list(meta.items()))
        connection.execute("COMMIT")


@contextmanager
def opened_store(path: Path, assessment: str, *, write: bool = False) -> Iterator[Store]:
    """The store of a working folder, closed again at the end.

    Raises: ProblemsFound when there is none, it is another year's, broken, or held by another
    command.
    """
    import duckdb

    place = Place(str(path))
    if not path.is_file():
        raise ProblemsFound([Problem("store-missing", place)])
    try:
        connection = duckdb.connect(str(path), read_only=not write)
    except duckdb.Error as error:
        said = str(error).casefold()
        held = "lock" in said or "being used" in said
        denied = "permission denied" in said or "read-only" in said or "access is denied" in said
        values = {"reason": str(error).splitlines()[0][:200]}
        code = "store-locked" if held else "store-not-writable" if denied else "store-broken"
        raise ProblemsFound([Problem(code, place, values)]) from None
    try:
        yield Store(connection, path, _known(connection, place, assessment))
    finally:
        connection.close()


def _known(connection: duckdb.DuckDBPyConnection, place: Place, assessment: str) -> dict[str, str]:
    import duckdb

    try:
        meta = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    except duckdb.Error as error:
        values = {"reason": str(error).splitlines()[0][:200]}
        raise ProblemsFound([Problem("store-broken", place, values)]) from None
    if meta.get("format") != FORMAT:
        values = {"reason": f"format {meta.get('format')}"}
        raise ProblemsFound([Problem("store-broken", place, values)])
    if meta.get("assessment") != assessment:
        values = {"value": str(meta.get("assessment")), "wanted": assessment}
        raise ProblemsFound([Problem("store-other-assessment", place, values)])
    return meta


class Store:
    """An open store."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, path: Path, meta: dict[str, str]
    ) -> None:
        self.connection, self.path = connection, path
        self.seal = bytes.fromhex(meta["seal"])

    def frame(self, query: str, parameters: Sequence[object] = ()) -> pl.DataFrame:
        """What a query gives."""
        table = self.connection.sql(query, params=list(parameters)).to_arrow_table()
        frame = pl.from_arrow(table)
        assert isinstance(frame, pl.DataFrame)
        return frame

    @property
    def last(self) -> int:
        """The number of the last fact; 0 in an empty store."""
        return self._highest("facts", "seq")

    @property
    def newest_batch(self) -> int:
        """The number of the last batch; 0 in an empty store."""
        return self._highest("batches", "batch")

    def newest(self, stages: Sequence[Stage]) -> int:
        """The number of the last fact of some stages; 0 where there is none."""
        marks = ", ".join("?" * len(stages))
        query = f"SELECT coalesce(max(seq), 0) FROM facts WHERE stage IN ({marks})"
        return int(self.connection.execute(query, list(stages)).fetchall()[0][0])

    def batches(self) -> pl.DataFrame:
        """All batches in the order in which they were taken."""
        return self.frame("SELECT * FROM batches ORDER BY batch")

    def closed(self) -> dict[Stage, StageEvent]:
        """The stages that are closed now, with the event that closed them."""
        rows = self.connection.execute(
            "SELECT stage, closed, who, taken_at, reason FROM stages ORDER BY number"
        ).fetchall()
        newest = {row[0]: StageEvent(*row) for row in rows}
        return {stage: event for stage, event in newest.items() if event.closed}

    def add(self, batches: Sequence[Batch], events: Sequence[StageEvent] = ()) -> None:
        """Add batches, their facts and events of stages: all of them, or none.

        Raises: ProblemsFound when the disk is full or the file cannot be written.
        """
        import duckdb

        try:
            self.connection.execute("BEGIN")
            self._insert(batches, events)
            self.connection.execute("COMMIT")
        except duckdb.Error as error:
            with suppress(duckdb.Error):  # a commit that failed has ended the transaction itself
                self.connection.execute("ROLLBACK")
            values = {"reason": str(error).splitlines()[0][:200]}
            raise ProblemsFound([Problem("store-broken", Place(str(self.path)), values)]) from error

    def _insert(self, batches: Sequence[Batch], events: Sequence[StageEvent]) -> None:
        number = self.newest_batch
        if batches:
            self._append("batches", batches_frame(batches, number + 1))
        facts = facts_frame(batches, number + 1, self.last + 1)
        if facts.height:
            self._append("facts", facts)
        start = self._highest("stages", "number")
        for at, event in enumerate(events, start=start + 1):
            row = [at, event.stage, event.closed, event.who, event.at, event.reason]
            self.connection.execute("INSERT INTO stages VALUES (?, ?, ?, ?, ?, ?)", row)

    def _append(self, table: str, rows: pl.DataFrame) -> None:
        self.connection.register("new_rows", rows.to_arrow())
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM new_rows")
        self.connection.unregister("new_rows")

    def _highest(self, table: str, column: str) -> int:
        query = f"SELECT coalesce(max({column}), 0) FROM {table}"
        # All rows are fetched: DuckDB holds a connection until then.
        return int(self.connection.execute(query).fetchall()[0][0])


def batches_frame(batches: Sequence[Batch], first: int) -> pl.DataFrame:
    """The heads of all batches, numbered on."""
    rows = [
        (
            *(number, each.stage, each.kind, each.who, each.file, each.sha256, each.at),
            *(each.outcome, each.late, each.problems, each.basis, each.note),
        )
        for number, each in enumerate(batches, start=first)
    ]
    return pl.DataFrame(rows, schema=BATCHES_SCHEMA, orient="row")


def facts_frame(batches: Sequence[Batch], first_batch: int, first: int) -> pl.DataFrame:
    """The facts of all batches, numbered on."""
    frames = [pl.DataFrame(schema=FACTS_SCHEMA)]
    for start in range(0, len(batches), _SLICE):
        part = batches[start : start + _SLICE]
        frames.append(_facts_frame(part, first_batch + start, first))
        first += frames[-1].height
    return pl.concat(frames)


def _facts_frame(batches: Sequence[Batch], first_batch: int, first: int) -> pl.DataFrame:
    columns: dict[str, list[Any]] = {name: [] for name in FACTS_SCHEMA}
    for at, batch in enumerate(batches, start=first_batch):
        facts = list(batch.facts)
        columns["batch"] += [at] * len(facts)
        columns["stage"] += [batch.stage] * len(facts)
        for name in _TOLD:
            columns[name] += [getattr(fact, name) for fact in facts]
    columns["seq"] = list(range(first, first + len(columns["batch"])))
    return pl.DataFrame(columns, schema=FACTS_SCHEMA)
