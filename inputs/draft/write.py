"""A draft as a plan file: every value with its place, everything doubtful as a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from criteria.problems import Place
from criteria.wording import DEFAULT_LANGUAGE, Language, wording
from inputs.draft.contents import Contents, contents_of
from inputs.draft.document import Found, even
from inputs.draft.model import Draft, DraftSection, DraftTarget, DraftTask, Head
from inputs.draft.slugs import slug


def draft_yaml(draft: Draft, language: Language = DEFAULT_LANGUAGE) -> str:
    """The plan file of a draft.

    It loads when the text held all that a plan must have; what is missing stands as a comment at
    its place, so that the loader names the line.
    """
    lines = [
        *_head(draft.head, draft.source, language),
        *_sections(draft.sections, language),
        *_targets(draft, language),
        *_tasks(draft, language),
        *_review(draft, language),
    ]
    return "\n".join(lines) + "\n"


def _say(language: Language, key: str, **values: object) -> str:
    return wording("draft", key, language, **values)


def _head(head: Head, source: str, language: Language) -> Iterator[str]:
    yield f"# {_one_line(_say(language, 'head.made', source=source))}"
    yield "parindex_plan: 1"
    name = _plan_id(head)
    missing_id = _say(language, "head.missing_id")
    yield f"id: {_quoted(name)}" if name else f"# id:  # {missing_id}"
    missing = _say(language, "head.missing")
    yield _line("title", head.title, missing)
    if head.number is not None:
        yield _line("number", head.number, missing)
    yield _line("signed", head.signed, _say(language, "head.missing_signed"), plain=True)
    yield _line("province", head.province, missing)
    yield _line("starts", head.starts, _say(language, "head.missing_starts"), plain=True)
    yield _line("ends", head.ends, _say(language, "head.missing_ends"), plain=True)


def _plan_id(head: Head) -> str | None:
    """Province and years, both from the text."""
    if head.province is None or head.starts is None or head.ends is None:
        return None
    stage = re.search(r"(20\d\d)\D{1,5}(20\d\d)", head.title.value if head.title else "")
    years = stage.groups() if stage else (head.starts.value[:4], head.ends.value[:4])
    return "-".join([slug(head.province.value), *dict.fromkeys(years)])


def _sections(sections: Iterable[DraftSection], language: Language) -> Iterator[str]:
    for at, section in enumerate(sections):
        if at == 0:
            yield "\nsections:"
        yield f"  - id: {_quoted(section.id)}"
        yield _line("title", section.title, _say(language, "task.section_lost"), indent=4)


def _targets(draft: Draft, language: Language) -> Iterator[str]:
    sure = [target for target in draft.targets if target.sure]
    if not sure:
        yield f"\n# {_say(language, 'head.no_targets')}"
        return
    yield "\ntargets:"
    for target in sure:
        yield from _target(target, language)


def _target(target: DraftTarget, language: Language) -> Iterator[str]:
    yield f"  {target.id}:"
    yield _line("title", target.title, "", indent=4)
    yield f"    {target.comparison}: {target.value}  # {_place(target.sentence.place)}"
    if target.measure is not None:
        yield f"    measure: {_quoted(target.measure)}"
    groups = ", ".join(Contents().groups(target.title.value))
    yield f"    # binds: [{groups}]  # {_say(language, 'target.binds_lost')}"
    if target.by is not None:
        unknown = not Contents().is_deadline(target.by.value)
        note = _say(language, "target.by_unknown") if unknown else None
        yield _line("by", target.by, "", indent=4, note=note, off=unknown)
    if target.clause is not None:
        yield f"    basis: {_quoted(target.clause)}"


def _tasks(draft: Draft, language: Language) -> Iterator[str]:
    if not draft.tasks:
        yield f"\n# {_say(language, 'head.no_tasks')}"
        return
    yield "\ntasks:"
    contents = contents_of(draft.head)
    for task in draft.tasks:
        yield from _task(task, contents, language)


def _task(task: DraftTask, contents: Contents, language: Language) -> Iterator[str]:
    yield f"  - id: {_quoted(task.id)}"
    yield f"    section: {_quoted(task.section)}"
    yield _line("title", task.title, _say(language, "task.title_lost"), indent=4)
    if task.product is not None:
        note = _ditto(task.product, language)
        yield _line("product", task.product, "", indent=4, note=note)
    note = None
    if task.lead is not None and (unknown := contents.unknown_bodies(task.lead.value)):
        note = _say(language, "task.lead_unknown", words=", ".join(unknown))
    note = _notes(_ditto(task.lead, language), note)
    yield _line("lead", task.lead, _say(language, "task.lead_lost"), indent=4, note=note)
    for key, found in (("partners", task.partners), ("approved_by", task.approved_by)):
        if found is not None:
            yield _line(key, found, "", indent=4, note=_ditto(found, language))
    off = task.deadline is not None and not contents.is_deadline(task.deadline.value)
    lost = _say(language, "task.deadline_lost")
    note = _say(language, "task.deadline_unknown") if off else None
    note = _notes(_ditto(task.deadline, language), note)
    yield _line("deadline", task.deadline, lost, indent=4, note=note, off=off)
    yield f"    basis: {_quoted(f'PL.{task.id}')}"
    if task.note is not None:
        yield _line("note", task.note, "", indent=4)


def _ditto(found: Found | None, language: Language) -> str | None:
    """That a cell only pointed to the row above."""
    if found is None or found.ditto is None:
        return None
    return _say(language, "task.ditto", words=found.ditto)


def _notes(*notes: str | None) -> str | None:
    return "; ".join(note for note in notes if note) or None


def _review(draft: Draft, language: Language) -> Iterator[str]:
    """What a person must look at: everything that is not sure, with its place."""
    unsure = [target for target in draft.targets if not target.sure]
    if not (unsure or draft.leftovers or draft.doubts or draft.reports):
        return
    yield f"\n# {_say(language, 'review.head')}"
    if draft.doubts:
        yield f"# {_say(language, 'review.doubts')}"
    for doubt in draft.doubts:
        field = _say(language, f"review.{doubt.field}")
        yield f"#   - {doubt.task} {field}: {_one_line(doubt.words)}  {_places(doubt.found)}"
    if unsure:
        yield f"# {_say(language, 'review.targets')}"
    for target in unsure:
        why = _say(language, f"why.{target.why}")
        amount = f"{target.value} {target.measure or ''}".strip()
        compared = f"{target.comparison}: {amount}" if target.comparison else amount
        basis = f" {target.clause}" if target.clause else ""
        yield f"#   - {compared} ({why}){basis}  {_place(target.sentence.place)}"
        yield f"#     {_one_line(_around(target))}"
    if draft.reports:
        yield f"# {_say(language, 'review.reports')}"
    for report in draft.reports:
        basis = f"{report.clause}: " if report.clause else ""
        yield f"#   - {basis}{_one_line(report.sentence.value)}  {_places(report.sentence)}"
    if draft.leftovers:
        yield f"# {_say(language, 'review.leftovers')}"
    for leftover in draft.leftovers:
        why = _say(language, f"why.{leftover.why}")
        found = leftover.found
        yield f"#   - {_one_line(found.value)} ({why})  {_places(found)}"
    if any(leftover.why == "table" for leftover in draft.leftovers):
        yield f"#     {_say(language, 'review.tables')}"


def _around(target: DraftTarget) -> str:
    """The sentence, or where that is a whole page, the part around the number."""
    return target.sentence.value if len(target.sentence.value) <= 400 else target.title.value


def _line(
    key: str,
    found: Found | None,
    missing: str,
    *,
    indent: int = 0,
    plain: bool = False,
    note: str | None = None,
    off: bool = False,
) -> str:
    """One key with its value, place and remark; as a comment where there is none, or it is off."""
    blanks = " " * indent
    if found is None:
        return f"{blanks}# {key}:  # {missing}"
    value = found.value if plain else _quoted(found.value)
    remark = f"{_places(found)}; {_one_line(note)}" if note else _places(found)
    return f"{blanks}{'# ' if off else ''}{key}: {value}  # {remark}"


def _quoted(text: str) -> str:
    """A YAML string in double quotes, which JSON writes alike."""
    return json.dumps(even(text), ensure_ascii=False)


def _place(place: Place) -> str:
    """The place by the file's name alone: the folder stands in the first line of the draft."""
    return _one_line(str(replace(place, file=re.split(r"[/\\\\]", place.file)[-1])))


def _places(found: Found) -> str:
    """All places of a value; the file is named once: `plan.txt:15, 21`."""
    first = found.place
    others = [
        _place(place) if place.file != first.file else _one_line(_within(place))
        for place in found.others
        if place != first
    ]
    return ", ".join([_place(first), *dict.fromkeys(others)])


def _within(place: Place) -> str:
    """A place without its file."""
    if place.cell is not None:
        return f"{place.sheet}!{place.cell}" if place.sheet else place.cell
    return str(place.line) if place.line is not None else str(place)


def _one_line(text: str) -> str:
    """Text that cannot end a comment early: no line breaks, no control characters."""
    return "".join(letter if letter.isprintable() else " " for letter in even(text))
