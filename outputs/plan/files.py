"""Files written whole or not at all (ghi trọn vẹn hoặc không ghi)."""

from __future__ import annotations

import errno
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from xlsxwriter.exceptions import FileCreateError

from criteria.problems import Place, Problem, ProblemsFound


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
        raise _locked(folder, folder) from error
    done = False
    try:
        for name, fill in files.items():
            fill(fresh / name)
        _swap(fresh, folder, list(files))
        done = True
    except OSError as error:
        raise _locked(folder, Path(str(error.filename or folder))) from error
    except FileCreateError as error:  # XlsxWriter's own, no OSError: a full disk, a file held
        raise _locked(folder, folder) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if made is not None and not done:
            shutil.rmtree(made, ignore_errors=True)


def _first_missing(folder: Path) -> Path | None:
    """The highest folder that has to be made for `folder` to exist."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    return missing[-1] if missing else None


def _swap(fresh: Path, folder: Path, names: list[str]) -> None:
    """Move the new files in, the old ones aside; back again where one of them will not move."""
    old = Path(tempfile.mkdtemp(dir=fresh))
    moved: list[tuple[Path, Path]] = []
    try:
        for name in names:
            if (folder / name).is_dir():
                raise IsADirectoryError(errno.EISDIR, "", str(folder / name))
            if (folder / name).exists():
                (folder / name).replace(old / name)
                moved.append((old / name, folder / name))
            (fresh / name).replace(folder / name)
            moved.append((folder / name, fresh / name))
    except OSError:
        for now, before in reversed(moved):
            now.replace(before)
        raise


def _locked(folder: Path, name: Path) -> ProblemsFound:
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
