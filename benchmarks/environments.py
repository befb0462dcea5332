"""Who runs, where, and with which pinned libraries: one environment a peer, made by uv."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(__file__).resolve().parent / ".work"


@dataclass(frozen=True)
class Engine:
    """One line of the table.

    `environment` is None for parindex itself, which runs in the environment that started the
    benchmark. `slow` engines get few repetitions; `huge` ones also run in the race against the
    scan. An index further than `tolerance` from the exact one means that the engine was set up
    wrongly, and counts as a failure.
    """

    key: str
    module: str
    environment: str | None
    variant: str = ""
    slow: bool = False
    huge: bool = False
    tolerance: float = 1e-6


ENGINES = (
    Engine("parindex", "benchmarks.ours", None, "polars", huge=True),
    Engine("parindex-duckdb", "benchmarks.ours", None, "duckdb", huge=True),
    Engine("openfisca", "benchmarks.peers.openfisca", "openfisca", huge=True, tolerance=1e-4),
    Engine("numpy", "benchmarks.peers.numpy_floats", "numpy", huge=True),
    Engine("pandas", "benchmarks.peers.pandas_floats", "pandas"),
    Engine("python", "benchmarks.peers.python_loop", "python"),
    Engine("pandas-rows", "benchmarks.peers.pandas_rows", "pandas", slow=True),
    Engine("zen", "benchmarks.peers.zen_rules", "zen", slow=True),
    Engine("zen-single", "benchmarks.peers.zen_rules", "zen", "single", slow=True),
)

# pyarrow reads the common Parquet file; it takes no part in the scoring.
READER = "pyarrow==26.0.1"
REQUIREMENTS = {
    "openfisca": ("openfisca-core==46.0.1", "numpy==2.4.6", READER),
    "numpy": ("numpy==2.4.6", READER),
    "pandas": ("pandas==3.1.1", "numpy==2.4.6", READER),
    "python": (READER,),
    "zen": ("zen-engine==2.1.3", READER),
}


def make_work() -> Path:
    """The working folder, which tells git to look away by itself."""
    WORK.mkdir(exist_ok=True)
    (WORK / ".gitignore").write_text("*\n", encoding="utf-8")
    return WORK


def find_uv() -> str:
    """uv from the environment variable UV, the project's `.tools`, or the PATH, in this order."""
    named = [os.environ.get("UV", "")]
    tools = [
        ROOT / ".tools" / place
        for place in ("uv", "uv.exe", "bin/uv", "Scripts/uv.exe", "uv/uv", "uv/bin/uv")
    ]
    for candidate in (*named, *map(str, tools)):
        if candidate and Path(candidate).is_file():
            return candidate
    found = shutil.which("uv")
    if found is None:
        raise SystemExit("benchmarks: uv was not found; run `make bench`, or set UV to its path")
    return found


def python_of(engine: Engine) -> str:
    """The interpreter of an engine; its environment is made again whenever a pin changes."""
    if engine.environment is None:
        return sys.executable
    wanted = REQUIREMENTS[engine.environment]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    stamp = hashlib.sha256("\n".join((version, *wanted)).encode()).hexdigest()[:8]
    folder = make_work() / "envs" / f"{engine.environment}-{stamp}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        print(
            f"making the environment of {engine.environment}: {', '.join(wanted)}", file=sys.stderr
        )
        uv = find_uv()
        base = getattr(sys, "_base_executable", sys.executable)
        subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", base, str(folder)], check=True
        )
        subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", str(python), *wanted], check=True
        )
        (folder / "complete").write_text("", encoding="utf-8")
    return str(python)
