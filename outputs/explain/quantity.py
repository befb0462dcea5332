"""What the rule looked at: the quantity, worked out from the reported numbers (đại lượng)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias, assert_never

from criteria.exact import decimals_needed
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Count,
    Quantity,
    Ratio,
    Sum,
    Tasks,
    count_column,
    share_columns,
    term_inputs,
)
from outputs.explain.ledger_row import LedgerRow
from outputs.explain.plan_work import only
from outputs.explain.voice import Voice

Presence: TypeAlias = Literal["scored", "missing", "none"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A quantity of one unit.

    `name` says what it is, `expression` how it comes from the reported numbers.  `x` is None
    unless `presence` is scored.
    """

    name: str
    rate: bool
    presence: Presence
    x: Fraction | None = None
    expression: str = ""
    simple: bool = False
    """A single reported number: there is nothing to work out."""

    def inside(self, voice: Voice) -> str:
        """The quantity inside a longer expression, always exact."""
        assert self.x is not None
        if self.simple or decimals_needed(self.x * (100 if self.rate else 1)) is not None:
            return voice.inside(self.x, rate=self.rate)
        return f"({self.expression})"

    def about(self, voice: Voice, *beside: Fraction) -> str:
        assert self.x is not None
        return voice.about(self.x, rate=self.rate, beside=beside)

    def equation(self, voice: Voice, *beside: Fraction) -> str:
        """`8 ÷ 10 = 80 %`."""
        assert self.x is not None
        return voice.equation(self.expression, self.x, rate=self.rate, beside=beside)


def quantity_name(of: Quantity, row: LedgerRow, voice: Voice) -> str:
    """What the quantity is called in a sentence."""
    match of:
        case str():
            return voice.say("quantity.input", title=row.title(of))
        case Ratio():
            return voice.say("quantity.ratio")
        case Complement():
            return voice.say("quantity.complement")
        case Change():
            return voice.say("quantity.change")
        case Sum():
            return voice.say("quantity.sum")
        case Attained(attained=(_, target_id)):
            target = row.set.targets[target_id]
            rate = row.is_percent(of.attained[0])
            aim = voice.bound(target.value.value, rate=rate)
            title = f" {voice.quoted(target.title)}" if target.title else ""
            return voice.say("quantity.attained", title=title, target=aim)
        case Tasks(tasks=share):
            counted, _ = share_columns(share)
            return voice.say(f"quantity.{share.of}_{share.share}", only=only(counted, row, voice))
        case Count(count=number):
            counted = count_column(number)
            return voice.say(
                f"quantity.count_{number.of}_{number.which}", only=only(counted, row, voice)
            )
        case _:
            assert_never(of)


def full_name(of: Quantity, row: LedgerRow, voice: Voice) -> str:
    """The name with the titles of what it is made of: `tỷ lệ «A» trên «B»`."""

    def titles(term: str | Sum) -> str:
        return " + ".join(voice.quoted(row.title(name)) for name in term_inputs(term))

    match of:
        case Ratio(ratio=(a, b)):
            return voice.say("quantity.ratio_of", a=titles(a), b=titles(b))
        case Complement(complement=(a, b)):
            return voice.say("quantity.complement_of", a=titles(a), b=titles(b))
        case Change(change=(now, before)):
            return voice.say("quantity.change_of", now=titles(now), before=titles(before))
        case Sum():
            return voice.say("quantity.sum_of", parts=titles(of))
        case Attained(attained=(name, _)):
            title = voice.quoted(row.title(name))
            return f"{quantity_name(of, row, voice)}, {title}"
        case str() | Tasks() | Count():
            return quantity_name(of, row, voice)
        case _:
            assert_never(of)


def is_rate(of: Quantity, row: LedgerRow) -> bool:
    """Whether it is told in percent."""
    match of:
        case str():
            return row.is_percent(of)
        case Sum() | Count():
            return False
        case _:
            return True


def measure(of: Quantity, row: LedgerRow, voice: Voice) -> Measured:
    """The quantity from the texts of the ledger row."""
    name, rate = quantity_name(of, row, voice), is_rate(of, row)
    match of:
        case str():
            value = row.number(of)
            if value is None:
                return Measured(name, rate, "missing")
            return Measured(name, rate, "scored", value, voice.inside(value, rate=rate), True)
        case Sum(sum=names):
            term = _term(of, row, voice)
            if term is None:
                return Measured(name, rate, "missing")
            return Measured(name, rate, "scored", term.value, term.text, len(names) == 1)
        case Ratio(ratio=(a, b)):
            part, whole = _term(a, row, voice), _term(b, row, voice)
            return _over(name, part, whole)
        case Complement(complement=(a, b)):
            part, whole = _term(a, row, voice), _term(b, row, voice)
            return _over(name, _less(whole, part), whole)
        case Change(change=(now, before)):
            after, then = _term(now, row, voice), _term(before, row, voice)
            return _over(name, _less(after, then), then)
        case Attained(attained=(result, target_id)):
            value = row.number(result)
            aim = row.set.targets[target_id].value.value
            if value is None:
                return Measured(name, rate, "missing")
            percent = row.is_percent(result)
            top, bottom = (voice.inside(v, rate=percent) for v in (value, aim))
            return Measured(name, rate, "scored", value / aim, f"{top} ÷ {bottom}")
        case Tasks(tasks=share):
            done, due = (Fraction(row.text(each.name) or 0) for each in share_columns(share))
            if due == 0:
                return Measured(name, rate, "none")
            expression = f"{voice.inside(done)} ÷ {voice.inside(due)}"
            return Measured(name, rate, "scored", done / due, expression)
        case Count(count=number):
            value = Fraction(row.text(count_column(number).name) or 0)
            return Measured(name, rate, "scored", value, voice.inside(value), True)
        case _:
            assert_never(of)


@dataclass(frozen=True, slots=True)
class _Term:
    """One side of a ratio; `text` stands in brackets where it is a sum or a difference."""

    value: Fraction
    text: str
    compound: bool = False

    @property
    def bracketed(self) -> str:
        return f"({self.text})" if self.compound else self.text


def _term(term: str | Sum, row: LedgerRow, voice: Voice) -> _Term | None:
    names = term_inputs(term)
    values = [row.number(name) for name in names]
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    texts = [
        voice.inside(value, rate=row.is_percent(name))
        for name, value in zip(names, known, strict=True)
    ]
    return _Term(sum(known, Fraction(0)), " + ".join(texts), len(texts) > 1)


def _less(left: _Term | None, right: _Term | None) -> _Term | None:
    if left is None or right is None:
        return None
    return _Term(left.value - right.value, f"{left.text} − {right.bracketed}", True)


def _over(name: str, top: _Term | None, bottom: _Term | None) -> Measured:
    if bottom is not None and bottom.value == 0:
        return Measured(name, True, "none")
    if top is None or bottom is None:
        return Measured(name, True, "missing")
    expression = f"{top.bracketed} ÷ {bottom.bracketed}"
    return Measured(name, True, "scored", top.value / bottom.value, expression)
