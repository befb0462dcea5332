"""`python -m benchmarks.run`: makes the cases, runs the engines, judges, writes the table."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks import report
from benchmarks.case import Case, make_case
from benchmarks.environments import ENGINES, ROOT, WORK, Engine, make_work, python_of
from benchmarks.judge import Verdict, exact, verdict
from benchmarks.machine import describe, load_average, slug

SCAN = Engine("scan", "benchmarks.scan", None, huge=True)
# Rounds x repetitions: every engine's processes take turns, so a slow minute of the machine falls
# on all.
ROUNDS, REPETITIONS = 4, 5
SLOW_REPETITIONS, SLOW_SECONDS = 5, 10.0
STARTS = 20


@dataclass
class Line:
    """One engine on one case. Times in seconds; `failure` says why there are none."""

    key: str
    name: str
    runs: list[dict[str, Any]] = field(default_factory=list)
    judged: Verdict | None = None
    failure: str = ""

    @property
    def warm(self) -> list[float]:
        return [took for run in self.runs for took in run["warm_s"]]

    @property
    def times(self) -> list[float]:
        """The warm times; where an engine is too slow to be asked twice, its first calls."""
        return self.warm or [run["first_s"] for run in self.runs]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def middle(self, key: str) -> float | None:
        """The median of a figure that each process measures once."""
        found = [run[key] for run in self.runs if run[key] is not None]
        return statistics.median(found) if found else None

    def most(self, key: str) -> int | None:
        found = [
            run["memory_bytes"][key] for run in self.runs if run["memory_bytes"][key] is not None
        ]
        return max(found) if found else None


def measure(
    engine: Engine, case: Case, line: Line, *, repetitions: int, seconds: float, brief: bool
) -> None:
    """One process of one engine; its report, or why it failed, goes into the line."""
    answer = answer_file(case, engine)
    command = [
        python_of(engine),
        "-m",
        engine.module,
        str(case.folder),
        "--reps",
        str(repetitions),
        "--seconds",
        str(seconds),
        "--answer",
        str(answer),
        "--variant",
        engine.variant,
        *(["--brief"] if brief else []),
        "--started",
        repr(time.time()),
    ]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if done.returncode != 0:
        line.failure = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        say(f"  {line.failure}")
        return
    line.runs.append(json.loads(done.stdout))
    line.name = line.runs[-1]["peer"]


def fault(case: Case, judged: Verdict, engine: Engine, *, brief: bool) -> str:
    """Why an answer does not count: not all delivered, or wrong beyond the number type."""
    leaves, fields = (0 if brief else len(case.spec.leaves)), len(case.spec.fields)
    if judged.fields_delivered != fields or (judged.leaves_delivered < leaves):
        return f"delivered {judged.leaves_delivered} leaves and {judged.fields_delivered} fields"
    errors = (judged.index_error, judged.field_error or 0.0, judged.leaf_error or 0.0)
    if max(errors) > engine.tolerance:
        found = ", ".join(f"{error:.1e}" for error in errors)
        return f"largest errors of index, field and leaf: {found}"
    return ""


def answer_file(case: Case, engine: Engine) -> Path:
    folder = WORK / "answers" / case.folder.name
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{engine.key}.parquet"


def race(case: Case, engines: Sequence[Engine], *, quick: bool, brief: bool) -> list[Line]:
    """All engines on one case, in rounds of turning order; then the judge."""
    lines = {engine.key: Line(engine.key, engine.key) for engine in engines}
    for turn in range(1 if quick else ROUNDS):
        order = [*engines[turn % len(engines) :], *engines[: turn % len(engines)]]
        for engine in order:
            line = lines[engine.key]
            if line.failure or (engine.slow and turn):
                continue
            say(f"{case.units:,} units, round {turn + 1}: {engine.key}")
            repetitions = SLOW_REPETITIONS if engine.slow else REPETITIONS
            seconds = SLOW_SECONDS if engine.slow else 60.0
            measure(engine, case, line, repetitions=repetitions, seconds=seconds, brief=brief)
    for engine in engines:
        line = lines[engine.key]
        if engine is not SCAN and not line.failure:
            line.judged = verdict(case, pl.read_parquet(answer_file(case, engine)))
            line.failure = fault(case, line.judged, engine, brief=brief)
    return list(lines.values())


def start_up() -> dict[str, list[float]] | None:
    """Seconds of `python -c pass` and `parindex --help`, in turns; None if not installed."""
    folder = Path(sys.executable).parent
    program = next((p for p in (folder / "parindex", folder / "parindex.exe") if p.exists()), None)
    if program is None:
        return None
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "parindex --help": [str(program), "--help"],
    }
    took: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(STARTS + 1):
        for name, command in commands.items():
            before = time.perf_counter()
            subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
            if turn:  # the first start reads the files from the disk
                took[name].append(time.perf_counter() - before)
    return took


def main() -> int:
    """Run what is asked for; 1 where an engine failed or parindex ranked a unit wrongly."""
    args = options()
    engines = [engine for engine in ENGINES if not args.peers or engine.key in args.peers]
    for engine in engines:
        python_of(engine)  # all environments are made before anything is timed
    machine = describe() | {"load_before": load_average()}
    say(f"{machine['processor']}, {machine['cores']} cores, load {machine['load_before']}")
    tables: list[report.Table] = []
    for units in args.sizes:
        case = judged_case(units, args)
        lines = race(case, engines, quick=args.quick, brief=False)
        tables.append(report.Table(case.about, exact(case)[1], lines, scan=False))
    if args.scan:
        case = judged_case(args.scan, args)
        lines = race(case, [SCAN, *(e for e in engines if e.huge)], quick=args.quick, brief=True)
        tables.append(report.Table(case.about, exact(case)[1], lines, scan=True))
    starts = None if args.no_start else start_up()
    machine["load_after"] = load_average()

    text = report.markdown(
        machine, tables, starts, command=" ".join(["python -m benchmarks.run", *sys.argv[1:]])
    )
    print(text)
    write(text, machine, tables, starts, args.results)
    lines = [line for table in tables for line in table.lines]
    wrong = [
        line
        for line in lines
        if line.key.startswith("parindex") and line.judged and line.judged.wrong_ranks
    ]
    failed = [line for line in lines if line.failure]
    return 1 if wrong or failed else 0


def judged_case(units: int, args: argparse.Namespace) -> Case:
    say(f"{units:,} units: making the case and its exact ranks")
    case = make_case(make_work(), units, seed=args.seed, tie_share=args.ties)
    exact(case)
    return case


def write(
    text: str,
    machine: dict[str, Any],
    tables: list[report.Table],
    starts: dict[str, list[float]] | None,
    folder: Path,
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.strftime('%Y-%m-%d')}-{slug(machine)}"
    record = {
        "machine": machine,
        "tables": [
            {"case": t.case, "ranking": t.ranking, "engines": [asdict(line) for line in t.lines]}
            for t in tables
        ],
        "start_up_s": starts,
    }
    for ending, content in (
        (".md", text),
        (".json", json.dumps(record, indent=1, ensure_ascii=False) + "\n"),
    ):
        made = folder / (name + ending + ".part")
        made.write_text(content, encoding="utf-8")
        made.replace(folder / (name + ending))
    say(f"written: {folder / name}.md and .json")


def options() -> argparse.Namespace:
    def sizes(text: str) -> list[int]:
        return [int(part) for part in text.split(",") if part]

    keys = [engine.key for engine in ENGINES]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--sizes", type=sizes, default=[3_000, 100_000], help="units, e.g. 3000,100000; '' for none"
    )
    parser.add_argument(
        "--scan", type=int, default=1_000_000, help="units of the race against a scan; 0 for none"
    )
    parser.add_argument(
        "--peers", type=lambda text: text.split(","), help=f"only these: {','.join(keys)}"
    )
    parser.add_argument("--quick", action="store_true", help="one round instead of four")
    parser.add_argument("--ties", default="0.02", help="share of constructed ties and near-ties")
    parser.add_argument("--seed", type=int, default=2017)
    parser.add_argument("--no-start", action="store_true", help="leave the start-up time out")
    parser.add_argument("--results", type=Path, default=ROOT / "benchmarks" / "results")
    args = parser.parse_args()
    if unknown := set(args.peers or ()) - set(keys):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(keys)}")
    return args


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
