"""How numbers, days and sentences are spelled: Vietnamese print by default, or English."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from criteria.exact import decimals_needed, fixed, round_half_up
from criteria.wording import Language, wording

_LONGEST_EXACT = 8
"""Decimals up to which an exact number is written out; a longer one is shortened, with `≈`."""

_SHORTENED = 4
_MOST = 60


@dataclass(frozen=True, slots=True)
class Voice:
    """One language.  Nothing here rounds without saying `≈`, except printed points."""

    language: Language

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the catalogue."""
        return wording("explain", key, self.language, **values)

    def exact(self, value: Fraction) -> str:
        """A number with all its decimals.

        Raises: ValueError when no number of decimals is enough.
        """
        places = decimals_needed(value)
        if places is None:
            raise ValueError(value)
        return self.decimal(value, places)

    def decimal(self, value: Fraction, places: int) -> str:
        """A number with so many decimals, half up, thousands apart: `1.234,50`."""
        digits = fixed(abs(value), places)
        whole, _, rest = digits.partition(".")
        apart, mark = (".", ",") if self.language == "vi" else (",", ".")
        grouped = f"{int(whole):,}".replace(",", apart)
        minus = "−" if value < 0 and digits.strip("0.") else ""
        return f"{minus}{grouped}{mark}{rest}" if rest else f"{minus}{grouped}"

    def rate(self, value: Fraction) -> str:
        """An exact rate as percent: `95 %`."""
        return self.percent(self.exact(value * 100))

    def percent(self, digits: str) -> str:
        return f"{digits} %" if self.language == "vi" else f"{digits}%"

    def bound(self, value: Fraction, *, rate: bool) -> str:
        """A threshold: of a rate in percent, otherwise plain."""
        return self.rate(value) if rate else self.exact(value)

    def shortened(
        self, value: Fraction, *, rate: bool = False, beside: Iterable[Fraction] = ()
    ) -> tuple[str, bool]:
        """The number, and whether it is exact.

        A shortened one keeps enough decimals to stand on its own side of every number `beside`:
        79.99999 % never reads as 80 %.
        """
        scale = 100 if rate else 1
        shown = value * scale
        places = decimals_needed(shown)
        exact = places is not None and places <= _LONGEST_EXACT
        if places is None or not exact:
            places = _SHORTENED
            others = [other * scale for other in beside]
            while places < _MOST and not _keeps_order(shown, places, others):
                places += 1
        text = self.decimal(shown, places)
        return (self.percent(text) if rate else text), exact

    def about(self, value: Fraction, *, rate: bool = False, beside: Iterable[Fraction] = ()) -> str:
        """The number for a sentence: `80 %`, or `≈ 66,6667 %`."""
        text, exact = self.shortened(value, rate=rate, beside=beside)
        return text if exact else f"≈ {text}"

    def equation(
        self,
        expression: str,
        value: Fraction,
        *,
        rate: bool = False,
        beside: Iterable[Fraction] = (),
        exact: bool = True,
    ) -> str:
        """`2 × 80 % ÷ 100 % = 1,6`; `exact=False`: the expression holds shortened numbers."""
        text, ends = self.shortened(value, rate=rate, beside=beside)
        return f"{expression} {'=' if exact and ends else '≈'} {text}"

    def inside(self, value: Fraction, *, rate: bool = False) -> str:
        """A number inside an expression: exact always, negative ones and quotients in brackets."""
        scale = 100 if rate else 1
        if decimals_needed(value * scale) is None:
            top, bottom = (self.exact(Fraction(n)) for n in (value.numerator, value.denominator))
            return f"({top} ÷ {bottom})"
        text = self.bound(value, rate=rate)
        return f"({text})" if value < 0 else text

    def day(self, value: datetime.date) -> str:
        """31/01/2017 in Vietnamese, 2017-01-31 in English, where 02/01 could be read two ways."""
        return value.strftime("%d/%m/%Y") if self.language == "vi" else value.isoformat()

    def points(self, value: Fraction) -> str:
        """So many points, as a phrase: `1,5 điểm`."""
        return self.say("point" if value == 1 else "points", number=self.about(value))

    def quoted(self, text: str) -> str:
        return f"«{text}»" if self.language == "vi" else f"“{text}”"

    def listed(self, texts: Sequence[str]) -> str:
        return "; ".join(texts)


def _keeps_order(value: Fraction, places: int, others: Sequence[Fraction]) -> bool:
    rounded = round_half_up(value, places)
    return all(
        (value > other) == (rounded > other) and (value < other) == (rounded < other)
        for other in others
    )
