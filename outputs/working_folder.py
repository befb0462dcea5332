"""A new working folder (thư mục làm việc): sets, plan, units, assessment.yaml and an empty store.

Made whole beside its place and then moved there, or not at all.
"""

from __future__ import annotations

import datetime
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from criteria.assessment.load import FILE
from criteria.model import CriteriaSet
from criteria.packs import Pack
from criteria.problems import Place, Problem, ProblemsFound
from criteria.wording import Language, has_wording, wording
from inputs.store.store import FILE as STORE
from inputs.store.store import create_store
from inputs.units import Units
from outputs.unit_list import write_unit_list
from outputs.whole_files import WRITE_ERRORS, not_written

SETS, UNITS = "sets", "units.xlsx"
_ABOVE = "ubnd-cap-huyen"
"""The reviewer that is not one agency: each commune's own district."""


def make_working_folder(
    folder: Path,
    pack: Pack,
    sets: Sequence[CriteriaSet],
    units: Units,
    language: Language,
    rehearsed: datetime.date | None = None,
) -> None:
    """Make `folder` from a pack; `sets` and `units` are those of the pack, read.

    `rehearsed`: the day on which a rehearsal with generated data begins; None: a real year.
    Raises: ProblemsFound when it exists and holds something, or cannot be written.
    """
    if folder.is_file():
        raise ProblemsFound([Problem("out-is-file", Place(str(folder)), {"value": str(folder)})])
    if folder.is_dir() and (names := sorted(path.name for path in folder.iterdir())):
        values = {"value": ", ".join(names[:5])}
        raise ProblemsFound([Problem("folder-not-empty", Place(str(folder)), values)])
    missing = [each for each in folder.parents if not each.exists()]
    fresh: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
        made = fresh / folder.name  # inside, so that it has the rights of an ordinary folder
        made.mkdir()
        _fill(made, pack, sets, units, language, rehearsed)
        if folder.is_dir():
            folder.rmdir()
        made.rename(folder)
    except (*WRITE_ERRORS, ProblemsFound) as error:
        if missing:
            shutil.rmtree(missing[-1], ignore_errors=True)
        if isinstance(error, ProblemsFound):
            raise
        raise not_written(folder, error) from error
    finally:
        if fresh is not None:
            shutil.rmtree(fresh, ignore_errors=True)


def _fill(
    folder: Path,
    pack: Pack,
    sets: Sequence[CriteriaSet],
    units: Units,
    language: Language,
    rehearsed: datetime.date | None,
) -> None:
    (folder / SETS).mkdir()
    for path in (*pack.sets, *((pack.plan,) if pack.plan else ())):
        shutil.copyfile(path, folder / SETS / path.name)
    write_unit_list(folder / UNITS, units.units, language)
    files = {each.group: f"{SETS}/{path.name}" for each, path in zip(sets, pack.sets, strict=True)}
    lines = assessment_lines(pack, sets, files, units, language, rehearsed)
    content = "\n".join(lines) + "\n"
    (folder / FILE).write_text(content, encoding="utf-8", newline="\n")
    create_store(folder / STORE, pack.id)


def assessment_lines(
    pack: Pack,
    sets: Sequence[CriteriaSet],
    files: dict[str, str],
    units: Units,
    language: Language,
    rehearsed: datetime.date | None,
) -> Iterator[str]:
    """The lines of `assessment.yaml`, with comments."""

    def note(key: str) -> str:
        return f"# {wording('year', f'assessment.{key}', language)}"

    def said(key: str, **values: object) -> str:
        # What workbooks print is Vietnamese in any language of the terminal.
        return quoted(wording("year", f"assessment.{key}", "vi", **values))

    named = Counter(item.reviewed_by for each in sets for item in each.items if item.reviewed_by)
    coordinator = next((name for name, _ in named.most_common(1)), "so-noi-vu")
    reviewers = dict.fromkeys([coordinator, *named])
    year = pack.year
    yield note("head")
    yield note("edit")
    yield "parindex_assessment: 1"
    yield note("id")
    yield f"id: {pack.id}"
    yield f"title: {said('title', province=pack.province, year=year)}"
    yield f"province: {quoted(pack.province)}"
    yield f"year: {year}"
    yield note("generated")
    yield f"generated: {'no' if rehearsed is None else 'yes'}"
    yield ""
    yield note("sets")
    yield "sets:"
    yield from (f"  {quoted(group)}: {quoted(name)}" for group, name in files.items())
    yield note("units")
    yield f"units: {UNITS}"
    yield ""
    yield note("calendar")
    yield "calendar:"
    yield from (f"  {stage}: {day.isoformat()}" for stage, day in _days(year, rehearsed))
    yield note("contact_note")
    yield f"contact: {said('contact')}"
    yield ""
    yield note("coordinator")
    yield f"coordinator: {quoted(coordinator)}"
    yield note("reviewers")
    yield "reviewers:"
    for name in reviewers:
        above = ", of: parent" if name == _ABOVE else ""
        yield f"  {quoted(name)}: {{title: {quoted(reviewer_title(name, units))}{above}}}"
    yield ""
    yield "policy:"
    yield f"  {note('late')}"
    yield "  late: refuse"
    yield f"  {note('faulty')}"
    yield "  faulty: keep"


def _days(year: int, rehearsed: datetime.date | None) -> tuple[tuple[str, datetime.date], ...]:
    """The last day of each stage: early in the next year, or soon after a rehearsal begins."""
    if rehearsed is not None:
        lasting = (("self", 14), ("review", 28), ("appeal", 35))
        return tuple((stage, rehearsed + datetime.timedelta(days=n)) for stage, n in lasting)
    days = (("self", 1, 15), ("review", 2, 15), ("appeal", 2, 28))
    return tuple((stage, datetime.date(year + 1, month, day)) for stage, month, day in days)


def reviewer_title(name: str, units: Units) -> str:
    """How an agency is called in Vietnamese: by the catalogue, else as the unit that it is."""
    if has_wording("explain", f"reviewer.{name}"):
        return wording("explain", f"reviewer.{name}", "vi")
    unit = units.by_id.get(name)
    return name if unit is None else unit.name


def quoted(value: str) -> str:
    """A text as a YAML scalar that means nothing else."""
    return json.dumps(value, ensure_ascii=False)
