"""The table that people read, in Markdown."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.run import Line


@dataclass(frozen=True)
class Table:
    """One case with all that ran on it; `scan` = the race against the bare scan."""

    case: dict[str, Any]
    ranking: dict[str, Any]
    lines: list[Line]
    scan: bool


def markdown(
    machine: dict[str, Any],
    tables: list[Table],
    starts: dict[str, list[float]] | None,
    *,
    command: str,
) -> str:
    parts = [
        f"# Benchmark of {time.strftime('%Y-%m-%d')}",
        f"`{command}`",
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, "
        f"{machine['system']}, Python {machine['python']}. "
        f"Load average before and after: {machine['load_before']}, {machine['load_after']}.",
        *(_table(table) for table in tables),
        _start_up(starts),
        _notes(tables),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(table: Table) -> str:
    case, made, ranking = table.case, table.case["constructed"], table.ranking
    against = " against a bare scan" if table.scan else ""
    text = [
        f"## {case['units']:,} units × 60 leaves{against}",
        f"{case['input_columns']} input columns, {_size(case['input_bytes'])}; "
        f"{case['missing_share']:.1%} of the leaves' answers missing; seed {case['seed']}. "
        f"Constructed partners: {float(case['tie_share']):.1%} of the units "
        f"({made['duplicates']:,} duplicates, {made['ties_of_other_shape']:,} exact ties by other "
        f"leaves, {made['near_ties']:,} near-ties). In the exact ranking "
        f"{ranking['units_sharing_a_rank_with_an_earlier_one']:,} units share the rank of an "
        f"earlier one; {ranking['neighbours_nearer_than_1e-9']:,} neighbours differ by less than "
        f"1e-9, {ranking['neighbours_nearer_than_1e-13']:,} of them by less than 1e-13.",
        _scan_rows(table) if table.scan else _race_rows(table),
    ]
    return "\n\n".join(text)


def _race_rows(table: Table) -> str:
    ours = next((line for line in table.lines if line.key == "parindex" and line.runs), None)
    head = [
        "Engine",
        "median",
        "min – max",
        "runs",
        "against parindex",
        "cold start",
        "cores",
        "peak memory",
        "of it scoring",
        "wrong ranks",
        "index error",
    ]
    rows = []
    for line in table.lines:
        if line.failure:
            rows.append([line.name, f"failed: {line.failure}", *[""] * (len(head) - 2)])
            continue
        times = f"{_time(min(line.times))} – {_time(max(line.times))}"
        runs = str(len(line.warm)) if line.warm else f"{len(line.times)} (first call)"
        against = f"{line.median / ours.median:.2f} ×" if ours else ""
        rows.append(
            [
                line.name,
                _time(line.median),
                times,
                runs,
                against,
                _time(line.middle("cold_s")),
                _cores(line),
                _size(line.most("peak")),
                _scoring(line),
                *_judged(line),
            ]
        )
    return _rows(head, rows)


def _scan_rows(table: Table) -> str:
    scan = next((line for line in table.lines if line.key == "scan" and line.runs), None)
    head = [
        "Engine",
        "median",
        "min – max",
        "runs",
        "against the scan",
        "cores",
        "peak memory",
        "peak / input columns",
        "of it scoring",
        "wrong ranks",
        "index error",
    ]
    rows = []
    for line in table.lines:
        if line.failure:
            rows.append([line.name, f"failed: {line.failure}", *[""] * (len(head) - 2)])
            continue
        times = f"{_time(min(line.times))} – {_time(max(line.times))}"
        against = f"{line.median / scan.median:.1f} ×" if scan else ""
        rows.append(
            [
                line.name,
                _time(line.median),
                times,
                str(len(line.times)),
                against,
                _cores(line),
                _size(line.most("peak")),
                _share(line, table.case["input_bytes"]),
                _scoring(line),
                *_judged(line),
            ]
        )
    return _rows(head, rows)


def _share(line: Line, input_bytes: int) -> str:
    """Peak while scoring, inputs included, less what the process weighed after its imports."""
    peak, imported = line.most("peak"), line.most("imported")
    return f"{(peak - imported) / input_bytes:.2f} ×" if peak and imported else ""


def _scoring(line: Line) -> str:
    peak, loaded = line.most("peak"), line.most("loaded")
    return _size(peak - loaded) if peak and loaded else ""


def _judged(line: Line) -> list[str]:
    if line.judged is None:
        return ["", ""]
    return [f"**{line.judged.wrong_ranks:,}**", f"{line.judged.index_error:.1e}"]


def _cores(line: Line) -> str:
    used = line.middle("cores_used")
    return f"{used:.1f}" if used is not None else ""


def _start_up(starts: dict[str, list[float]] | None) -> str:
    if starts is None:
        return ""
    rows = [
        [f"`{n}`", _time(statistics.median(t)), f"{_time(min(t))} – {_time(max(t))}"]
        for n, t in starts.items()
    ]
    bare, program = (statistics.median(times) for times in starts.values())
    count = len(next(iter(starts.values())))
    table = _rows(["Command", f"median of {count}", "min – max"], rows)
    return f"## Start-up\n\n{table}\n\nThe program adds {_time(program - bare)}."


READING = """\
Timed: all leaf points, field totals, index and rank from inputs in memory.

- *Cold start*: from the start of the process to its first result, reading Parquet included.
- *Cores*: processor time by clock time.
- *Of it scoring*: peak memory above what was in use with the inputs loaded.
- *Peak / input columns*: peak memory, inputs included, less what the process weighed after its
  imports, by the size of the input columns.
- *Wrong ranks*: units whose rank differs from the exact one. *Index error*: the largest difference
  from the exact index.
- *First call*: too slow to be repeated; the time is that of the one call.
"""


def _notes(tables: list[Table]) -> str:
    seen: dict[str, str] = {}
    for line in (line for table in tables for line in table.lines if line.runs):
        run = line.runs[-1]
        versions = [f"{name} {version}" for name, version in run["versions"].items()]
        made_of = ", ".join([f"Python {run['python']}", *versions])
        seen.setdefault(line.name, f"- **{line.name}** ({made_of}): {run['note']}")
    return "\n\n".join(["## How to read it", READING.rstrip(), "\n".join(seen.values())])


def _rows(head: list[str], rows: list[list[str]]) -> str:
    marks = ["---"] + ["---:"] * (len(head) - 1)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, marks, *rows))


def _time(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 0.9995:
        return f"{seconds * 1000:.3g} ms" if seconds < 0.0995 else f"{seconds * 1000:.0f} ms"
    return f"{seconds:.3g} s"


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return (
        f"{size / 1e9:.2f} GB"
        if size >= 1e9
        else f"{size / 1e6:.1f} MB"
        if size < 1e7
        else f"{size / 1e6:.0f} MB"
    )
