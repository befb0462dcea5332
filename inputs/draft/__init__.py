"""A first draft of a plan file, from the text of a plan (kế hoạch) as it was issued.

Word files, workbooks and plain texts are read to plain blocks; tables and prose are then read
alike.  Nothing is invented: each value keeps the place where it was found.
"""

from __future__ import annotations

from pathlib import Path

from criteria.problems import Place, Problem, ProblemsFound
from inputs.draft.annex_lines import lines_of
from inputs.draft.contents import contents_of
from inputs.draft.document import Document, Found, Step, unwatched
from inputs.draft.doubts import doubts_of
from inputs.draft.head import head_of
from inputs.draft.model import (
    Doubt,
    Draft,
    DraftReport,
    DraftSection,
    DraftTarget,
    DraftTask,
    Head,
    Leftover,
)
from inputs.draft.prose import clauses
from inputs.draft.reports import reports_of
from inputs.draft.targets import targets_of
from inputs.draft.tasks import tasks_of
from inputs.tables import read_bytes

__all__ = [
    "Doubt",
    "Draft",
    "DraftReport",
    "DraftSection",
    "DraftTarget",
    "DraftTask",
    "Found",
    "Head",
    "Leftover",
    "draft_plan",
    "read_document",
]

_LARGEST = 200_000_000
"""Bytes of the largest text of a plan; real ones have some hundred kilobytes."""


def draft_plan(path: Path, step: Step = unwatched) -> Draft:
    """Everything that can be told of a plan from its text; `step` is told of slow work.

    Raises: ProblemsFound when the file cannot be read at all; a text without an annex is drafted
    from its prose alone.
    """
    document = read_document(path, step)
    head = head_of(document)
    leftovers: list[Leftover] = []
    contents = contents_of(head)
    lines = lines_of(document, contents, leftovers)
    names = [head.province.value] if head.province else []
    sections, tasks = tasks_of(lines, leftovers, names)
    prose = list(clauses(document.paragraphs))
    return Draft(
        head,
        sections,
        tasks,
        targets_of(prose, tasks, _first_year(head)),
        tuple(leftovers),
        document.file,
        reports_of(prose),
        doubts_of(tasks, contents),
    )


def _first_year(head: Head) -> int | None:
    """The year in which the plan's work begins."""
    first = head.starts or head.signed
    return int(first.value[:4]) if first else None


def read_document(path: Path, step: Step = unwatched) -> Document:
    """The blocks of a file; what it is, its bytes say, not its name.

    Raises: ProblemsFound.
    """
    data = read_bytes(path, _LARGEST)
    file = str(path)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ProblemsFound([Problem("draft-old-or-locked", Place(file))])
    if data.startswith(b"PK"):
        if path.suffix.lower() in {".xlsx", ".xlsm"} or b"xl/workbook.xml" in data:
            from inputs.draft.xlsx import read_xlsx

            return read_xlsx(data, file)
        from inputs.draft.docx import read_docx

        return read_docx(data, file)
    if path.suffix.lower() in {".docx", ".docm", ".xlsx", ".xlsm"}:
        code = "draft-docx-broken" if "doc" in path.suffix.lower() else "workbook-broken"
        raise ProblemsFound([Problem(code, Place(file))])
    if data[:5] == b"%PDF-" or path.suffix.lower() in {".pdf", ".doc", ".rtf", ".odt", ".html"}:
        values = {"kind": path.suffix or "PDF"}
        raise ProblemsFound([Problem("draft-kind-unknown", Place(file), values)])
    from inputs.draft.text import read_text

    return read_text(data, file, step)
