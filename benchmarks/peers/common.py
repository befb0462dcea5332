"""How every engine is timed: the same steps, the same clock, the same answer file.

    build    rules made ready (tax-benefit system, compiled decision, bounds as floats); apart
    load     the input table into the engine's own form in memory; apart
    fresh    before every repetition, untimed: all that must be new so that no cache can answer
    score    THE timed call: all leaf points, all field totals, index, rank
    columns  afterwards, untimed: the answer as columns, for the judge

Standard library only at import, so that start-up is the engine's own.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.spec import Spec

Columns = dict[str, Any]


def _same(rules: Any, inputs: Any) -> Any:
    return inputs


@dataclass(frozen=True)
class Peer:
    """One engine as five functions; `note` is printed under the table."""

    name: str
    note: str
    distributions: tuple[str, ...]
    build: Callable[[Path, str], Any]
    load: Callable[[Any, Path], Any]
    score: Callable[[Any, Any], Any]
    columns: Callable[[Any, Any], Columns]
    fresh: Callable[[Any, Any], Any] = _same


def main(peer: Peer) -> None:
    """Run one peer on one case; prints one JSON object on stdout."""
    options = argparse.ArgumentParser(description=peer.note)
    options.add_argument("case", type=Path, help="folder of the case")
    options.add_argument("--reps", type=int, default=5, help="warm repetitions wanted")
    options.add_argument("--seconds", type=float, default=60.0, help="stop repeating after so long")
    options.add_argument("--answer", type=Path, help="where to write the answer (Parquet)")
    options.add_argument(
        "--brief", action="store_true", help="leave leaf points out of the answer file"
    )
    options.add_argument("--variant", default="", help="a choice within the engine")
    options.add_argument(
        "--started", type=float, help="time.time() just before this process was started"
    )
    args = options.parse_args()

    start = time.time() - args.started if args.started else None
    memory = {"imported": _resident()}
    rules, build = _timed(lambda: peer.build(args.case, args.variant))
    inputs, load = _timed(lambda: peer.load(rules, args.case / "inputs.parquet"))
    _give_back()
    memory["loaded"] = _resident()
    peak_is_of_scoring = _forget_peak()

    ready, setting = _timed(lambda: peer.fresh(rules, inputs))
    result, first = _timed(lambda: peer.score(rules, ready))
    cold = time.time() - args.started if args.started else None
    warm: list[float] = []
    wall, cpu = 0.0, 0.0
    while len(warm) < args.reps and sum(warm) + first < args.seconds:
        del result, ready
        ready, setting = _timed(lambda: peer.fresh(rules, inputs))
        gc.collect()
        before = time.process_time()
        result, took = _timed(partial(peer.score, rules, ready))
        cpu += time.process_time() - before
        wall += took
        warm.append(took)
    memory["peak"] = _peak()
    if args.answer:
        _write(peer.columns(rules, result), args.answer, brief=args.brief)
    report = {
        "peer": peer.name,
        "note": peer.note,
        "start_s": start,
        "build_s": build,
        "load_s": load,
        "fresh_s": setting,
        "first_s": first,
        "cold_s": cold,
        "warm_s": warm,
        "cores_used": cpu / wall if wall else None,
        "memory_bytes": memory,
        "peak_is_of_scoring": peak_is_of_scoring,
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in peer.distributions},
    }
    json.dump(report, sys.stdout)


def _timed(call: Callable[[], Any]) -> tuple[Any, float]:
    before = time.perf_counter()
    result = call()
    return result, time.perf_counter() - before


# --- memory --------------------------------------------------------------------
# `ru_maxrss` is inherited from the parent over fork and exec on Linux, so the kernel's own figures
# come first.


def _status(key: str) -> int | None:
    try:
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return None


def _resident() -> int | None:
    return _status("VmRSS")


def _give_back() -> None:
    """Return to the system what reading left free, so that it is not counted as input."""
    gc.collect()
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    try:
        import ctypes

        ctypes.CDLL("libc.so.6").malloc_trim(0)
    except (OSError, AttributeError):  # not glibc
        return


def _forget_peak() -> bool:
    """Start the peak anew, so that reading Parquet is not laid at the engine's door."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return False
    return True


def _peak() -> int | None:
    if (peak := _status("VmHWM")) is not None:
        return peak
    try:
        import resource
    except ImportError:
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


# --- reading and writing -------------------------------------------------------


def read_spec(folder: Path) -> Spec:
    return Spec.read(folder / "spec.json")


def read_columns(spec: Spec, inputs: Path) -> Any:
    """The input columns as a pyarrow table, in the order of the leaves."""
    import pyarrow.parquet as pq

    return pq.read_table(inputs, columns=spec.inputs)


def read_lists(spec: Spec, inputs: Path) -> dict[str, list[float | None]]:
    """The input columns as Python lists; dates as day numbers, missing as None."""
    import pyarrow as pa

    table = read_columns(spec, inputs)
    return {
        name: (column.cast(pa.int32()) if pa.types.is_date(column.type) else column).to_pylist()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def named(spec: Spec, leaves: Any, fields: Any, index: Any, rank: Any) -> Columns:
    """The answer as columns, from a sequence of leaf columns and one of field columns."""
    answer: Columns = {"index": index, "rank": rank}
    answer |= {f"field:{field}": fields[at] for at, field in enumerate(spec.fields)}
    answer |= {f"leaf:{leaf.id}": leaves[at] for at, leaf in enumerate(spec.leaves)}
    return answer


def _write(columns: Columns, path: Path, *, brief: bool) -> None:
    kept = {
        name: values for name, values in columns.items() if not (brief and name.startswith("leaf:"))
    }
    try:
        import polars as pl
    except ImportError:  # the peers' environments have pyarrow instead
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(kept), path)
    else:
        pl.DataFrame(kept).write_parquet(path)


def ranks_of_list(index: list[float]) -> list[int]:
    """Shared ranks (1, 2, 2, 4), highest first, as plain Python writes them."""
    first: dict[float, int] = {}
    for place, value in enumerate(sorted(index, reverse=True), start=1):
        first.setdefault(value, place)
    return [first[value] for value in index]
