"""The story of a point (diễn biến của một điểm): who said what, when and why, stage by stage."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from criteria.assessment.model import STAGES
from criteria.exact import decimals_needed, parse_plain
from criteria.model import Adjustment, CriteriaSet, Input, Leaf
from criteria.wording import Language
from inputs.store.admission import VIETNAM
from inputs.store.facts import INPUT, TASK
from outputs.explain.voice import Voice


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one leaf of one unit.

    `lines`: one a fact, oldest first.  `points`: the points of every stage in one line.
    """

    title: str
    lines: tuple[str, ...]
    points: str


def story(
    item: Leaf | Adjustment,
    criteria_set: CriteriaSet,
    facts: Sequence[Mapping[str, Any]],
    stages: Iterable[Mapping[str, Any]],
    language: Language,
) -> Story:
    """The story from the rows of `history.parquet` and `stages.parquet` of one unit and leaf."""
    voice = Voice(language)
    lines = tuple(_line(fact, item, criteria_set, voice) for fact in facts)
    told = " → ".join(
        voice.say(
            "story.stage" if has_points(row) else "story.stage_state",
            stage=voice.say(f"stage.{row['stage']}"),
            points=points_or_state(row, item, criteria_set, voice),
        )
        for row in stages_to_tell(list(stages))
    )
    return Story(
        title=voice.say("story.title"),
        lines=lines or (voice.say("story.nobody"),),
        points=voice.say("story.points", points=told),
    )


def stages_to_tell(stages: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of one leaf in order; that of the appeals only where final changed it again."""
    by_stage = {row["stage"]: row for row in stages}
    last, appeal = by_stage.get("final"), by_stage.get("appeal")
    same = ("state", "points_exact")
    if last is not None and appeal is not None and all(last[n] == appeal[n] for n in same):
        del by_stage["appeal"]
    return [by_stage[stage] for stage in STAGES if stage in by_stage]


def has_points(row: Mapping[str, Any]) -> bool:
    """Whether a leaf earned points at a stage, and not 0 for want of them."""
    return row["state"] in ("scored", "given") and row["points_exact"] is not None


def points_or_state(
    row: Mapping[str, Any], item: Leaf | Adjustment, criteria_set: CriteriaSet, voice: Voice
) -> str:
    """Points as printed; a word where the leaf earned none because of its state."""
    if not has_points(row):
        return voice.say(f"state.{row['state']}")
    places = max(criteria_set.printed_points, decimals_needed(item.maximum) or 0)
    return voice.decimal(Fraction(row["points_exact"]), places)


def _line(
    fact: Mapping[str, Any], item: Leaf | Adjustment, criteria_set: CriteriaSet, voice: Voice
) -> str:
    place = one_line(fact["place"] or "")
    marks = [voice.say(f"story.{name}") for name in ("late", "superseded") if fact[name]]
    return voice.say(
        "story.line",
        when=moment(fact["when"], voice),
        stage=step(fact, voice),
        who=one_line(fact["who_name"]),
        what=what_was_said(fact, item, criteria_set, voice),
        place=voice.say("story.place", place=place) if place else "",
        marks=voice.say("story.marks", marks=voice.listed(marks)) if marks else "",
    )


def moment(when: str, voice: Voice) -> str:
    """A time of the store (UTC, ISO) as a clock in Vietnam shows it."""
    local = datetime.datetime.fromisoformat(when).astimezone(VIETNAM)
    return f"{voice.day(local.date())} {local:%H:%M}"


def step(fact: Mapping[str, Any], voice: Voice) -> str:
    """At which step of the year it was said."""
    return voice.say(f"stage.{'ruling' if fact['kind'] == 'ruling' else fact['stage']}")


def what_was_said(
    fact: Mapping[str, Any], item: Leaf | Adjustment, criteria_set: CriteriaSet, voice: Voice
) -> str:
    """A fact as a clause, with reason and evidence."""
    subject, decision = fact["subject"], fact["decision"]
    if subject.startswith(INPUT):
        what = _input(fact, criteria_set, voice)
        if fact["home"] not in (None, item.id):
            what += voice.say("story.shared", home=fact["home"])
    elif subject.startswith(TASK):
        key = "said.not_done" if fact["value"] is None else "said.done"
        what = voice.say(key, title=_title(fact), value=_day(fact["value"] or "", voice))
    elif decision is None:
        return _proof(fact, voice)
    else:
        what = _decision(fact, item, voice)
    if _not_taken(fact):
        return what
    return "".join([what, *_because(fact, voice)])


def _proof(fact: Mapping[str, Any], voice: Voice) -> str:
    """What a unit wrote beside a leaf of its own."""
    texts = {name: one_line(fact[name] or "") for name in ("reason", "evidence")}
    told = [voice.say(f"said.{name}", text=text) for name, text in texts.items() if text]
    return voice.listed(told) if told else voice.say("said.no_proof")


def _because(fact: Mapping[str, Any], voice: Voice) -> Iterator[str]:
    reason, evidence = one_line(fact["reason"] or ""), one_line(fact["evidence"] or "")
    own = fact["kind"] in ("workbook", "appeal")
    if reason:
        yield voice.say("story.remark" if own else "story.reason", reason=reason)
    if evidence:
        yield voice.say("story.evidence", evidence=evidence)


def _not_taken(fact: Mapping[str, Any]) -> bool:
    """Whether a yellow cell of a unit's workbook was refused: its reason is what was typed."""
    own = fact["kind"] == "workbook" and fact["subject"].startswith(INPUT)
    return own and fact["value"] is None and bool(fact["reason"])


def _decision(fact: Mapping[str, Any], item: Leaf | Adjustment, voice: Voice) -> str:
    """What was decided of the leaf as a whole."""
    decision = fact["decision"]
    if decision == "given":
        points = parse_plain(fact["value"] or "")
        shown = one_line(fact["value"] or "–") if points is None else voice.points(abs(points))
        return voice.say(f"said.given{'_penalty' if item.maximum < 0 else ''}", points=shown)
    if decision == "withdrawn" and fact["kind"] == "appeal":
        return voice.say("said.withdrawn_appeal")
    return voice.say(f"said.{decision}")


def _input(fact: Mapping[str, Any], criteria_set: CriteriaSet, voice: Voice) -> str:
    """What was said of an input."""
    title = _title(fact)
    if fact["decision"] in ("refused", "not_applicable"):
        return voice.say(f"said.{fact['decision']}_input", title=title)
    if _not_taken(fact):
        text = voice.quoted(one_line(fact["reason"]))
        return voice.say("said.not_taken", title=title, text=text)
    if fact["value"] is None:
        blank = fact["stage"] == "self"
        return voice.say("said.blank" if blank else "said.taken_back", title=title)
    column = fact["subject"].removeprefix(INPUT)
    inputs = criteria_set.inputs
    declared = inputs.get(column) or inputs.get(column.partition(":")[0])
    return voice.say("said.value", title=title, value=_value(fact["value"], declared, voice))


def _value(text: str, declared: Input | None, voice: Voice) -> str:
    """A stored value in the language's print; as it stands where it is of another type."""
    number = parse_plain(text)
    match None if declared is None else declared.type:
        case "date":
            return _day(text, voice)
        case "yes_no" if text in ("yes", "no"):
            return voice.say(f"reported.{text}")
        case "percent" if number is not None:
            return voice.percent(voice.exact(number))
        case "count" | "amount" | "points" | "tally" if number is not None:
            measure = declared.measure if declared is not None and declared.measure else ""
            return f"{voice.exact(number)} {measure}".rstrip()
        case _:
            return voice.quoted(one_line(text))


def _day(text: str, voice: Voice) -> str:
    try:
        return voice.day(datetime.date.fromisoformat(text))
    except ValueError:
        return voice.quoted(one_line(text))


def _title(fact: Mapping[str, Any]) -> str:
    return one_line(fact["title"])


def one_line(text: str) -> str:
    """Text that people typed, on one line and without marks that steer a terminal.

    >>> one_line(" a \\n b\\x1b[2J")
    'a b [2J'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
