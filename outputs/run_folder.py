"""The run folder (thư mục kết quả): everything one scoring leaves behind, written whole or not.

    scores.csv          the rankings, one line a unit
    ledger.parquet      one row a unit and leaf: why
    adjustments.parquet the same for bonuses and penalties, where a set has any
    results.xlsx        the tables to print
    stages.parquet      points of every leaf at each stage so far   (these three only
    standings.parquet   results of every unit at each stage so far   inside a working
    history.parquet     who said what when, superseded facts too     folder)
    sets/<id>.yaml      the criteria sets as they were, and the plan that they name
    run.json            what was scored with what: versions and SHA-256 of all files

Nothing in it tells the time or the machine: the same inputs give the same bytes.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from criteria.assessment.model import STAGES, Stage
from criteria.fingerprint import fingerprint
from criteria.load import read_set
from criteria.model import CriteriaSet
from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language
from outputs.printed import PrintedGroup, printed_groups, scores_table
from outputs.stages.compared import Compared, compare
from outputs.stages.points import stage_points, standings
from outputs.stages.so_far import StagesSoFar
from outputs.whole_files import WRITE_ERRORS, not_written, swap
from outputs.workbook import MOST_UNITS_BY_LEAF, write_workbook
from scoring.ledger import SCHEMA, adjustments_ledger, ledger
from scoring.score import Scores

VERSION = "0.1.0"
FORMAT = 1
SCORES, LEDGER, ADJUSTMENTS = "scores.csv", "ledger.parquet", "adjustments.parquet"
STAGE_POINTS, STANDINGS, HISTORY = "stages.parquet", "standings.parquet", "history.parquet"
WORKBOOK, SETS, MANIFEST = "results.xlsx", "sets", "run.json"
_OURS = {SCORES, LEDGER, ADJUSTMENTS, WORKBOOK, SETS, MANIFEST}
_OURS |= {STAGE_POINTS, STANDINGS, HISTORY}


@dataclass(frozen=True)
class Scored:
    """One set that was scored, with the file it was read from and that of its plan."""

    path: Path
    scores: Scores
    plan: Path | None = None


def write_run(
    several: Sequence[Scored],
    out: Path,
    language: Language,
    extra: Mapping[str, Path] | None = None,
    stages: StagesSoFar | None = None,
) -> tuple[PrintedGroup, ...]:
    """Write all results to the folder `out`; gives back the printed rankings.

    `extra`: further files to lay beside, by name (the generated data of a demonstration).
    `stages`: of a working folder, the stages up to the one that `several` are the scores of.
    Raises: ProblemsFound when the folder cannot be written; then nothing in it has changed.
    """
    extra = extra or {}
    _refuse_foreign(out, set(extra))
    groups = printed_groups(each.scores for each in several)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise not_written(out) from error
    try:
        _write_files(several, groups, fresh, language, stages)
        for name, source in extra.items():
            shutil.copyfile(source, fresh / name)
        _write_manifest(several, fresh, stages)
        out.mkdir(exist_ok=True)
        swap(fresh, out, _OURS | set(extra))
    except WRITE_ERRORS as error:
        raise not_written(out, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return groups


def _refuse_foreign(out: Path, extra: set[str]) -> None:
    """A folder with other things in it is not ours to write into."""
    if out.is_file():
        raise ProblemsFound([Problem("out-is-file", Place(str(out)), {"value": str(out)})])
    if not out.is_dir() or (out / MANIFEST).is_file():
        return
    names = sorted(path.name for path in out.iterdir() if path.name not in _OURS | extra)
    if names:
        values = {"value": ", ".join(names[:5])}
        raise ProblemsFound([Problem("out-holds-other-files", Place(str(out)), values)])


def _write_files(
    several: Sequence[Scored],
    groups: Sequence[PrintedGroup],
    folder: Path,
    language: Language,
    stages: StagesSoFar | None,
) -> None:
    header, rows = scores_table(groups)
    with (folder / SCORES).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    ordered = sorted((each.scores for each in several), key=lambda s: s.facts.set.group)
    _write_ledger(folder / LEDGER, (slice_ for s in ordered for slice_ in ledger(s)))
    if any(scores.facts.set.adjustments for scores in ordered):
        slices = (slice_ for s in ordered for slice_ in adjustments_ledger(s))
        _write_ledger(folder / ADJUSTMENTS, slices)
    paths = [path for path in (folder / LEDGER, folder / ADJUSTMENTS) if path.is_file()]
    ledgers = {s.facts.set.group: [_rows_of(path, s) for path in paths] for s in ordered}
    compared = None if stages is None else _write_stages(stages, groups, paths, folder)
    write_workbook(groups, ledgers, folder / WORKBOOK, language, compared)
    (folder / SETS).mkdir()
    for each in several:
        shutil.copyfile(each.path, folder / SETS / f"{each.scores.facts.set.id}.yaml")
        if each.plan is not None:
            shutil.copyfile(each.plan, folder / SETS / each.plan.name)


def _rows_of(path: Path, scores: Scores) -> pl.DataFrame:
    """The rows of one group, as far as a workbook shows them."""
    if scores.frame.height > MOST_UNITS_BY_LEAF:
        return pl.DataFrame(schema=SCHEMA)
    units = scores.frame["unit"].to_list()
    return pl.scan_parquet(path).filter(pl.col("unit").is_in(units)).collect()


def _write_stages(
    so_far: StagesSoFar, groups: Sequence[PrintedGroup], ledgers: Sequence[Path], folder: Path
) -> Compared:
    """The three files on the stages, and what the workbook shows of them.

    `ledgers`: the ledger of the last stage, written already.
    """
    last = so_far.stages[-1]
    by_stage = {
        stage: groups if stage == last else printed_groups(so_far.scores[stage].values())
        for stage in so_far.stages
    }
    rows = [pl.scan_parquet(path).drop("inputs", "branch", "clause").collect() for path in ledgers]
    points = stage_points(so_far, rows)
    for name, frame in (
        (STAGE_POINTS, points),
        (STANDINGS, standings(by_stage)),
        (HISTORY, so_far.history),
    ):
        _write_table(folder / name, frame)
    return compare(by_stage, points, so_far.history)


def _write_table(path: Path, frame: pl.DataFrame) -> None:
    import pyarrow.parquet as pq

    pq.write_table(frame.to_arrow(), path, compression="zstd")


def _write_ledger(path: Path, slices: Iterable[pl.DataFrame]) -> None:
    """One Parquet file from slices, so that a large ledger is never whole in memory."""
    import pyarrow.parquet as pq

    writer: Any = None
    for frame in slices:
        table = frame.cast(pl.Schema(SCHEMA)).to_arrow()
        writer = writer or pq.ParquetWriter(path, table.schema, compression="zstd")
        writer.write_table(table)
    if writer is not None:
        writer.close()


def _write_manifest(several: Sequence[Scored], folder: Path, so_far: StagesSoFar | None) -> None:
    sources = {
        (Path(source.file).name, source.sha256)
        for each in several
        for source in each.scores.facts.sources
    }
    written = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "format": FORMAT,
        "parindex": VERSION,
        "generated": any(each.scores.facts.generated for each in several),
        **_stage_record(several),
        **({} if so_far is None else {"last_fact": so_far.newest}),
        "sets": [
            {
                "id": each.scores.facts.set.id,
                "group": each.scores.facts.set.group,
                "status": each.scores.facts.set.status,
                "fingerprint": fingerprint(each.scores.facts.set),
                "units": each.scores.frame.height,
                "recomputed_exactly": each.scores.recomputed,
                **_plan_record(each),
            }
            for each in sorted(several, key=lambda each: each.scores.facts.set.id)
        ],
        "sources": [{"file": name, "sha256": digest} for name, digest in sorted(sources)],
        "results": {path.relative_to(folder).as_posix(): _sha256(path) for path in written},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def _stage_record(several: Sequence[Scored]) -> dict[str, str]:
    """The stage that was scored; all sets of one run are of the same."""
    stages = (each.scores.facts.stage for each in several)
    return {"stage": stage} if (stage := next(stages, None)) else {}


def _plan_record(each: Scored) -> dict[str, str]:
    """Which plan stood behind a set, and up to which day its work was counted."""
    facts = each.scores.facts
    plan = facts.set.plan
    record = {} if plan is None else {"plan": plan.id, "plan_fingerprint": fingerprint(plan)}
    if facts.as_of is not None:
        record["as_of"] = facts.as_of.isoformat()
    return record


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- reading a run back ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """A written run: its folder, its sets by id, and whether its data was generated.

    `as_of`: by set, the day on which work of the plan was counted, where it was not the whole year.
    `stage`: the stage that was scored; None: tables alone.
    """

    folder: Path
    sets: Mapping[str, CriteriaSet]
    generated: bool
    as_of: Mapping[str, datetime.date]
    stage: Stage | None = None
    newest_fact: int = 0

    @cached_property
    def units(self) -> list[dict[str, str]]:
        """The lines of `scores.csv`."""
        with (self.folder / SCORES).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def set_of(self, group: str) -> CriteriaSet:
        return next(each for each in self.sets.values() if each.group == group)

    def rows(self, unit: str) -> list[dict[str, Any]]:
        """The ledger of one unit, adjustments last."""
        return [row for path in self._ledgers() for row in _unit_rows(path, unit)]

    @property
    def has_history(self) -> bool:
        """Whether it was made in a working folder, and so tells of stages."""
        return (self.folder / HISTORY).is_file()

    def history(self, unit: str, leaf: str) -> list[dict[str, Any]]:
        """All facts on one leaf of a unit, oldest first."""
        rows = _unit_rows(self.folder / HISTORY, unit)
        return [row for row in rows if row["leaf"] == leaf]

    def stages(self, unit: str) -> dict[str, list[dict[str, Any]]]:
        """The points of a unit at each stage so far, by leaf."""
        by_leaf: dict[str, list[dict[str, Any]]] = {}
        for row in _unit_rows(self.folder / STAGE_POINTS, unit) if self.has_history else ():
            by_leaf.setdefault(row["leaf"], []).append(row)
        return by_leaf

    def _ledgers(self) -> Iterator[Path]:
        for name in (LEDGER, ADJUSTMENTS):
            if (self.folder / name).is_file():
                yield self.folder / name


def read_run(folder: Path) -> Run:
    """A run as it was written.

    Raises: ProblemsFound when the folder holds none, or a file is not what was written.
    """
    place = Place(str(folder))
    manifest = folder / MANIFEST
    if not manifest.is_file() or not (folder / LEDGER).is_file():
        raise ProblemsFound([Problem("run-missing", place)])
    try:
        written = json.loads(manifest.read_text(encoding="utf-8"))
        results: dict[str, str] = written["results"]
        changed = [n for n, digest in results.items() if not _same(folder / n, n, digest)]
        ids = [str(each["id"]) for each in written["sets"]]
        generated = bool(written["generated"])
        stage = next((each for each in STAGES if each == written.get("stage")), None)
        newest_fact = int(written.get("last_fact", 0))
        as_of = {
            str(each["id"]): datetime.date.fromisoformat(each["as_of"])
            for each in written["sets"]
            if "as_of" in each
        }
    except (ValueError, KeyError, TypeError, OSError) as error:
        values = {"reason": f"{MANIFEST}: {error}"}
        raise ProblemsFound([Problem("run-broken", Place(str(manifest)), values)]) from error
    if changed:
        values = {"reason": ", ".join(changed)}
        raise ProblemsFound([Problem("run-broken", place, values)])
    sets: dict[str, CriteriaSet] = {}
    for set_id in ids:
        loaded = read_set(folder / SETS / f"{set_id}.yaml")
        if loaded.set is None:
            raise ProblemsFound(loaded.problems)
        sets[set_id] = loaded.set
    return Run(folder, sets, generated, as_of, stage, newest_fact)


@dataclass(frozen=True)
class ScoredWith:
    """What an earlier run was scored with: fingerprints of its sets, SHA-256 of its sources."""

    sets: Mapping[str, str]
    sources: Mapping[str, str]


def scored_with(folder: Path) -> ScoredWith | None:
    """What stands in a folder's `run.json`; None where there is no readable one."""
    try:
        written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return ScoredWith(
            {str(each["id"]): str(each["fingerprint"]) for each in written["sets"]},
            {str(each["file"]): str(each["sha256"]) for each in written["sources"]},
        )
    except (ValueError, KeyError, TypeError, OSError):
        return None


def missing_leaves(folder: Path) -> dict[str, int]:
    """How many leaves of each unit lack an answer; units that lack none are left out."""
    rows = pl.scan_parquet(folder / LEDGER).filter(pl.col("state") == "missing")
    counts = rows.group_by("unit").len().collect()
    return dict(counts.iter_rows())


def holds_generated(path: Path) -> bool:
    """Whether a file of answers is the generated one that a demonstration left beside its results.

    So generated answers stay marked when somebody scores them again.
    """
    manifest = path.parent / MANIFEST
    try:
        written = json.loads(manifest.read_text(encoding="utf-8"))
        return bool(written["generated"]) and written["results"].get(path.name) == _sha256(path)
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        return False


def _same(path: Path, name: str, digest: str) -> bool:
    """Whether a file is as written; the workbook may be annotated by people, nothing reads it."""
    return name == WORKBOOK or (path.is_file() and _sha256(path) == digest)


def _unit_rows(path: Path, unit: str) -> list[dict[str, Any]]:
    return pl.scan_parquet(path).filter(pl.col("unit") == unit).collect().to_dicts()
