"""Self-scoring workbooks at country size: made, collected, and read by others beside it.

    python -m benchmarks.workbooks [--units 3321] [--sample 40] [--folder DIR]

Communes of the Đồng Nai 2017 pack, as many as asked, with generated answers and evidence; every
workbook goes out filled and comes back as it is.  `openpyxl`: the yellow cells of a sample read by
a plain loop over openpyxl, no check at all.  `LibreOffice`: a sample recalculated, headless.  Both
are given for all workbooks in proportion.  Memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.machine import describe

PACK = "dong-nai-2017"
_EPOCH = datetime.datetime(2018, 3, 5, 3)
_ENVIRONMENT = os.environ | {"PARINDEX_NOW": _EPOCH.isoformat()}


@dataclass(frozen=True)
class Timed:
    """Seconds for all workbooks; `measured`: on how many."""

    what: str
    seconds: float
    measured: int
    memory: int | None = None


def prepare(folder: Path, count: int) -> None:
    """A working folder with `count` communes, whose answers stand in the store."""
    subprocess.run(
        [sys.executable, "-m", "cli", "init", str(folder), "--pack", PACK],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    from inputs.units import read_units

    units = read_units(folder / "units.xlsx").units
    others = [unit for unit in units if unit.group != "communes"]
    districts = [unit for unit in units if unit.group == "districts"]
    names = sorted({name for unit in units for name in unit.attributes})
    with (folder / "units.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(["unit", "name", "group", "parent", *names])
        for unit in others:
            flags = ["yes" if unit.attributes.get(name) else "no" for name in names]
            table.writerow([unit.unit, unit.name, unit.group, unit.parent or "", *flags])
        for number in range(count):
            parent = districts[number % len(districts)].unit
            flags = ["yes" if (number + at) % 7 else "no" for at in range(len(names))]
            row = [f"xa-{number:04}", f"Xã {number:04}", "communes", parent, *flags]
            table.writerow(row)
    assessment = folder / "assessment.yaml"
    text = assessment.read_text(encoding="utf-8").replace("units: units.xlsx", "units: units.csv")
    assessment.write_text(text, encoding="utf-8")
    _answer(folder)


def _answer(folder: Path) -> None:
    from cli.folder import open_year
    from inputs.illustrative_year import practice_self
    from inputs.store.facts import Batch

    year = open_year(folder)
    sets = [each.set for each in year.sets]
    facts = practice_self(year.assessment, sets, year.units, 1)
    batches = [
        Batch("self", "workbook", unit, "generated", "", _EPOCH, facts=told)
        for unit, told in facts.items()
    ]
    with year.store(write=True) as store:
        store.add(batches)


def command(folder: Path, *words: str) -> tuple[float, int]:
    """Seconds of one command, and the memory of its largest process in MiB."""
    root = str(Path(__file__).parents[1])
    script = (
        "import resource, subprocess, sys;"
        "done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL);"
        "print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)"
    )
    words = (sys.executable, "-c", script, sys.executable, "-m", "cli", *words)
    environment = _ENVIRONMENT | {"PYTHONPATH": root}
    began = time.perf_counter()
    done = subprocess.run(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    seconds = time.perf_counter() - began
    code, memory = map(int, done.stdout.split())
    if code not in (0, 1):
        raise SystemExit(f"{words}: exit code {code}")
    return seconds, memory


def by_openpyxl(paths: Sequence[Path], *, read_only: bool = False) -> float:
    """Seconds of a loop that reads keys and yellow cells, and checks nothing."""
    import openpyxl

    began = time.perf_counter()
    for path in paths:
        book = openpyxl.load_workbook(path, data_only=True, read_only=read_only)
        for row in book["Tự chấm"].iter_rows(min_row=7, values_only=True):
            _ = (row[0], row[3], row[7], row[8])
    return time.perf_counter() - began


def by_libreoffice(paths: Sequence[Path]) -> float | None:
    """Seconds to recalculate in one run; None where it is not installed."""
    from tests.libreoffice import SOFFICE, recalculated

    if SOFFICE is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        recalculated(paths, Path(folder), timeout=1800)
        return time.perf_counter() - began


def measure(folder: Path, count: int, sample: int) -> list[Timed]:
    """All times on a fresh folder."""
    prepare(folder, count)
    out = [Timed("make", *_with_count(command(folder, "workbook", "make"), count))]
    paths = sorted((folder / "workbooks" / "communes").glob("*.xlsx"))
    assert len(paths) == count
    some = paths[:: max(1, count // sample)][:sample]
    lazily = partial(by_openpyxl, read_only=True)
    peers = (
        ("openpyxl", by_openpyxl),
        ("openpyxl, read_only", lazily),
        ("LibreOffice", by_libreoffice),
    )
    for what, read in peers:
        seconds = _proportional(read, some, count)
        if seconds is not None:
            out.append(Timed(what, seconds, len(some)))
    back = command(folder, "workbook", "collect", str(folder / "workbooks" / "communes"))
    out.append(Timed("collect", *_with_count(back, count)))
    return out


def _with_count(told: tuple[float, int], count: int) -> tuple[float, int, int]:
    return told[0], count, told[1]


def _proportional(
    read: Callable[[Sequence[Path]], float | None], some: Sequence[Path], count: int
) -> float | None:
    seconds = read(some)
    return None if seconds is None else seconds * count / len(some)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=3_321)
    parser.add_argument("--sample", type=int, default=40)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="parindex-workbooks-"))
    try:
        times = measure(folder / "year", asked.units, asked.sample)
    finally:
        if asked.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    machine = describe()
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{machine['processor']}, {machine['cores']} cores, load {load}")
    print(f"{asked.units} workbooks of communes ({PACK}, generated answers)")
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"| what | seconds | ms a workbook | measured on | memory MiB (this: {own}) |")
    print("|---|---:|---:|---:|---:|")
    for each in times:
        ms = 1000 * each.seconds / asked.units
        memory = "" if each.memory is None else each.memory
        print(f"| {each.what} | {each.seconds:.1f} | {ms:.1f} | {each.measured} | {memory} |")


if __name__ == "__main__":
    main()
