"""Originals (tệp gốc): what came in is kept as it was, under the SHA-256 of its bytes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from criteria.problems import Place, Problem, ProblemsFound

RECEIVED = "received"
"""The folder of originals inside a working folder."""


def keep_original(folder: Path, digest: str, data: bytes, suffix: str = ".xlsx") -> None:
    """Put the bytes into the folder, named by their hash, whole or not at all.

    Raises: ProblemsFound when that cannot be done.
    """
    path = folder / f"{digest}{suffix}"
    if path.is_file() and path.stat().st_size == len(data):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".parindex.", dir=folder)
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        values = {"value": str(error.filename or path)}
        raise ProblemsFound([Problem("out-locked", Place(str(folder)), values)]) from None
