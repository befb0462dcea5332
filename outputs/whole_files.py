"""Files written whole or not at all (ghi trọn vẹn hoặc không ghi)."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from criteria.problems import Place, Problem, ProblemsFound

WRITE_ERRORS = (OSError, FileCreateError)
"""XlsxWriter has an error of its own for a full disk or a file that is held."""


def write_file(path: Path, fill: Callable[[Path], None]) -> None:
    """Let `fill` write a file beside `path`, then put it in its place.

    Raises: ProblemsFound when it cannot be written; then what stood there still stands.
    """
    if path.is_dir():
        raise ProblemsFound([Problem("file-is-folder", Place(str(path)))])
    _put(path.parent, {path.name: fill})


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files by name into a folder, all or none; other files in it stay as they are.

    Raises: ProblemsFound when one of them cannot be written; then nothing has changed.
    """
    if folder.is_file():
        raise ProblemsFound([Problem("out-is-file", Place(str(folder)), {"value": str(folder)})])
    _put(folder, {name: _writer(content) for name, content in files.items()})


def _writer(content: bytes) -> Callable[[Path], None]:
    def fill(path: Path) -> None:
        path.write_bytes(content)

    return fill


def _put(folder: Path, files: Mapping[str, Callable[[Path], None]]) -> None:
    made = _first_missing(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=".parindex.", dir=folder))
    except OSError as error:
        raise not_written(folder) from error
    done = False
    try:
        for name, fill in files.items():
            fill(fresh / name)
        for name in files:
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, "", str(folder / name))
        swap(fresh, folder)
        done = True
    except WRITE_ERRORS as error:
        raise not_written(folder, error) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if made is not None and not done:
            shutil.rmtree(made, ignore_errors=True)


def _first_missing(folder: Path) -> Path | None:
    """The highest folder that has to be made for `folder` to exist."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    return missing[-1] if missing else None


def swap(fresh: Path, folder: Path, stale: Iterable[str] = ()) -> None:
    """Move all that is in `fresh` into a folder, in the place of what stood there and of `stale`.

    All of it, or, on any failure, none; what was replaced goes with `fresh`.
    """
    new = sorted(path.name for path in fresh.iterdir())
    old = Path(tempfile.mkdtemp(dir=fresh))
    moved: list[tuple[Path, Path]] = []
    try:
        for name in sorted({*new, *stale}):
            if (folder / name).exists():
                (folder / name).replace(old / name)
                moved.append((old / name, folder / name))
        for name in new:
            (fresh / name).replace(folder / name)
            moved.append((folder / name, fresh / name))
    except OSError:
        for now, before in reversed(moved):
            now.replace(before)
        raise


def not_written(folder: Path, error: Exception | None = None) -> ProblemsFound:
    """That a folder could not be written; the file is named where the error knows it."""
    name = getattr(error, "filename", None) or folder
    return ProblemsFound([Problem("out-locked", Place(str(folder)), {"value": str(name)})])


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def file_names(ids: Sequence[str], suffix: str) -> dict[str, str]:
    """A file name for each id, on every system, none twice.

    >>> file_names(["so-noi-vu", "a/b", "A:B"], ".ics")
    {'so-noi-vu': 'so-noi-vu.ics', 'a/b': 'a_b.ics', 'A:B': 'A_B (2).ics'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for each in ids:
        base = _FORBIDDEN.sub("_", each).strip(" .") or "_"
        if _RESERVED.fullmatch(base):
            base += "_"
        name, number = base, 1
        while name.lower() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.lower())
        names[each] = name + suffix
    return names
