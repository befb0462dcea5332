"""LibreOffice, headless, as a second opinion on formulas: workbooks in, recalculated ones out."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ABSENT = "LibreOffice (soffice) is not installed"

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
"""Without this it keeps the values that a workbook came with."""


def recalculated(books: Sequence[Path], folder: Path, timeout: int = 300) -> list[Path]:
    """The same workbooks with every formula worked out anew, in one run, in the same order.

    `folder`: an empty place for a fresh profile and the results.

    Raises: AssertionError when a workbook was not converted.
    """
    assert SOFFICE is not None, ABSENT
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    out = folder / "recalculated"
    command = [
        SOFFICE,
        f"-env:UserInstallation={user.parent.as_uri()}",
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(out),
        *map(str, books),
    ]
    done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, text=True)
    found = [out / book.name for book in books]
    assert all(path.exists() for path in found), done.stdout + done.stderr
    return found
