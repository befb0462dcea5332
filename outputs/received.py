"""Originals (tệp gốc): what came in is kept as it was, under the SHA-256 of its bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from outputs.whole_files import WRITE_ERRORS, not_written, write_files

RECEIVED = "received"
"""The folder of originals inside a working folder."""


def keep_originals(files: Sequence[Path], folder: Path) -> None:
    """Copy the files into `received/`; one that is there already is not written again.

    Raises: ProblemsFound when one of them cannot be written; then none was.
    """
    kept = folder / RECEIVED
    new: dict[str, bytes] = {}
    try:
        for path in files:
            data = path.read_bytes()
            name = hashlib.sha256(data).hexdigest() + path.suffix.lower()
            if not (kept / name).is_file():
                new[name] = data
    except WRITE_ERRORS as error:
        raise not_written(kept, error) from error
    if new:
        write_files(kept, new)
