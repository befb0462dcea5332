"""Why the rule gave no points: not reported, reviewed otherwise or not yet, not applicable."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from criteria.model import Leaf
from criteria.rules import Rule
from criteria.wording import has_wording
from inputs.facts import rule_task_columns
from outputs.explain.arithmetic import work
from outputs.explain.ledger_row import Answer, LedgerDisagrees, LedgerRow
from outputs.explain.plan_work import only
from outputs.explain.voice import Voice


def is_none(row: LedgerRow) -> bool:
    """The quantity does not exist for this unit: nothing arose, and the set says what then."""
    return row.branch.startswith("none:")


def state_word(row: LedgerRow, voice: Voice) -> str:
    """One word for tables."""
    return voice.say("state.none" if is_none(row) else f"state.{row.state}")


def state_reason(row: LedgerRow, voice: Voice) -> str | None:
    """One clause on why the rule was not applied; None where it was."""
    match row.state:
        case "given":
            return _given(row, voice)
        case "missing":
            titles = _titles(row, [a for a in row.answers.values() if a.text is None], voice)
            worked = work(row.item.rule, row.item.maximum, row, voice)
            some_reported = any(a.text is not None for a in row.answers.values())
            feared = some_reported and worked.why == voice.say("absent.feared")
            key = "why.missing_feared" if feared else "why.missing"
            return voice.say(key, titles=titles)
        case "pending" | "refused":
            of_leaf = decision(row)
            if of_leaf is not None:
                return voice.say(f"why.{row.state}_leaf", reason=_because(of_leaf, voice))
            held = [a for a in row.answers.values() if a.status == row.state]
            return voice.say(f"why.{row.state}", titles=_with_reasons(row, held, voice))
        case "not_applicable":
            return _not_applicable(row, voice)
        case _:
            if is_none(row):
                return voice.say(f"why.none_{row.branch.removeprefix('none:')}")
            return None


def decision(row: LedgerRow) -> Answer | None:
    """What a reviewer decided of the leaf as a whole, where that is why it stands as it does."""
    if row.state == "given":
        return row.given
    return row.decided if row.decided is not None and row.decided.status == row.state else None


def _given(row: LedgerRow, voice: Voice) -> str:
    points = row.points_given
    if points is None:
        raise LedgerDisagrees(f"{row.item.id}: {row.state}, and no points given")
    reason = row.given.reason if row.given is not None else None
    because = voice.say("why.given_reason", reason=reason.removesuffix(".")) if reason else ""
    key = "why.given_penalty" if row.item.maximum < 0 else "why.given"
    return voice.say(key, points=voice.points(abs(points)), reason=because)


def _not_applicable(row: LedgerRow, voice: Voice) -> str:
    of_leaf = decision(row)
    if of_leaf is not None:
        return voice.say("why.na_leaf", reason=_because(of_leaf, voice))
    decided = [a for a in row.answers.values() if a.status == "not_applicable"]
    if decided:
        return voice.say("why.na_decided", titles=_with_reasons(row, decided, voice))
    if is_none(row) or (_excludes(row) and _nothing_arose(row.item.rule, row, voice)):
        return voice.say("why.none_exclude")
    asked = row.item.applies_to or ""
    known = has_wording("explain", f"attribute.{asked}")
    named = voice.say(f"attribute.{asked}" if known else "attribute.other", attribute=asked)
    return voice.say("why.na_attribute", attribute=named)


def _excludes(row: LedgerRow) -> bool:
    return isinstance(row.item, Leaf) and row.item.when_none == "exclude"


def _nothing_arose(rule: Rule, row: LedgerRow, voice: Voice) -> bool:
    return work(rule, row.item.maximum, row, voice).presence == "none"


def _titles(row: LedgerRow, answers: list[Answer], voice: Voice) -> str:
    return ", ".join(
        voice.quoted(title) for title in dict.fromkeys(_title(row, a) for a in answers)
    )


def _with_reasons(row: LedgerRow, answers: list[Answer], voice: Voice) -> str:
    return ", ".join(dict.fromkeys(_with_reason(row, answer, voice) for answer in answers))


def _with_reason(row: LedgerRow, answer: Answer, voice: Voice) -> str:
    return f"{voice.quoted(_title(row, answer))}{_because(answer, voice)}"


def _because(answer: Answer, voice: Voice) -> str:
    return voice.say("why.reason", reason=answer.reason) if answer.reason else ""


def _title(row: LedgerRow, answer: Answer) -> str:
    """The input's title; of a tally, whichever option it was."""
    return row.title(input_of(row, answer.column))


def input_of(row: LedgerRow, column: str) -> str:
    """The input that a column of the ledger belongs to (a tally has one column an option)."""
    return column if column in row.set.inputs else column.partition(":")[0]


def reported(row: LedgerRow, voice: Voice) -> Iterator[tuple[str, str | None]]:
    """Each input as a phrase `title: value`, and its place; a tally in one phrase."""
    done: set[str] = set()
    of_plan = {column.name: column for column in rule_task_columns(row.item.rule)}
    for column, answer in row.answers.items():
        if column in of_plan:
            counted = of_plan[column]
            title = voice.say(
                f"reported.{counted.of}_{counted.what}", only=only(counted, row, voice)
            )
            yield f"{title}: {_value(row, '', answer.text, voice)}", answer.place
            continue
        name = input_of(row, column)
        if name in done:
            continue
        done.add(name)
        declared = row.set.inputs[name]
        if declared.type == "tally":
            options = declared.options or ()
            answers = [row.answers[f"{name}:{option}"] for option in options]
            told = ", ".join(
                f"{voice.quoted(option)} {_value(row, '', each.text, voice)}"
                for option, each in zip(options, answers, strict=True)
            )
            places = [each.place for each in answers if each.place is not None]
            yield f"{declared.title}: {told}", (places[0] if places else None)
        else:
            text = _value(row, name, answer.text, voice)
            measure = declared.measure if answer.text is not None and declared.measure else ""
            yield f"{declared.title}: {text}{' ' if measure else ''}{measure}", answer.place


def _value(row: LedgerRow, name: str, text: str | None, voice: Voice) -> str:
    """A reported value in the language's print."""
    if text is None:
        return voice.say("reported.missing")
    if not name:
        return voice.exact(Fraction(text))
    match row.set.inputs[name].type:
        case "date":
            day = row.day(name)
            assert day is not None
            return voice.day(day)
        case "yes_no":
            return voice.say(f"reported.{text}")
        case "choice":
            return voice.quoted(text)
        case "percent":
            return voice.percent(voice.exact(Fraction(text)))
        case _:
            return voice.exact(Fraction(text))
