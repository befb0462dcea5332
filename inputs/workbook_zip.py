"""A workbook as the zip that it is (tệp nén): told from other zips, unpacked within limits.

What a zip says of its own sizes is not believed: members are unpacked piece by piece, and never
beyond a limit.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field

from criteria.problems import Place, Problem, ProblemsFound

_OTHER_KINDS = (
    ("word/document.xml", ".docx"),
    ("xl/workbook.bin", ".xlsb"),
    ("ppt/presentation.xml", ".pptx"),
    ("mimetype", "OpenDocument (.ods, .odt)"),
)
_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, OSError, NotImplementedError, EOFError)
_PLAIN_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1


def workbook_zip(data: bytes, place: Place) -> zipfile.ZipFile:
    """The zip, once its names say that it holds a workbook that can be read.

    Raises: ProblemsFound when it is broken or holds something else.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = set(archive.namelist())
    except _BROKEN:
        raise ProblemsFound([Problem("workbook-broken", place)]) from None
    for member, kind in _OTHER_KINDS:
        if member in names:
            raise ProblemsFound([Problem("save-as-xlsx", place, {"kind": kind})])
    if "[Content_Types].xml" not in names:
        raise ProblemsFound([Problem("zip-not-workbook", place)])
    return archive


@dataclass
class Unpacking:
    """Members of one zip, unpacked within limits; `left`: bytes that may still come out."""

    archive: zipfile.ZipFile
    place: Place
    largest: int
    left: int
    names: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = frozenset(self.archive.namelist())

    def member(self, name: str) -> bytes | None:
        """The bytes of a member; None where there is none.

        Raises: ProblemsFound when it is broken, locked by a password or larger than the limit.
        """
        if name not in self.names:
            return None
        info = self.archive.getinfo(name)
        if info.flag_bits & _ENCRYPTED:
            raise ProblemsFound([Problem("workbook-encrypted", self.place)])
        limit = min(self.largest, self.left)
        try:
            if info.compress_type not in _PLAIN_METHODS:
                raise zipfile.BadZipFile(name)
            with self.archive.open(info) as stream:
                data = stream.read(limit + 1)
        except (*_BROKEN, RuntimeError):
            raise ProblemsFound([Problem("workbook-broken", self.place)]) from None
        if len(data) > limit:
            values = {"limit": str(self.largest // 1_000_000), "part": name}
            raise ProblemsFound([Problem("workbook-too-large", self.place, values)])
        self.left -= len(data)
        return data
