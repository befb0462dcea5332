"""Fields, points, applicable maximum and index as formulas, each with the width of its error.

A sum is a whole number of billionths and a width: the truth lies from there to below there plus
the width, and where the width is 0, just there.  What both ends print alike is certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from criteria.exact import decimals_needed
from criteria.model import Adjustment, CriteriaSet, Group, Leaf, leaves_of, maximum_of
from scoring.excel_cells import TOO_LARGE, CalcSheet, Cell, constant
from scoring.excel_division import divided, half_up
from scoring.excel_numbers import FALSE, Number, Numbers, Test, fixed, is_text, negated, of_cell
from scoring.excel_terms import MOST_POINTS, ExcelLeaf, printed_text
from scoring.terms import NANO, billionths


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed number from the lower and from the upper end of its error; alike: certain."""

    low: Cell
    high: Cell


@dataclass(frozen=True, slots=True)
class ExcelTotals:
    """The sums of one unit; nothing where a leaf is too large, or no index exists.

    `fields`, `maxima`: points and applicable maximum, by the field's id; maxima are exact.
    """

    fields: Mapping[str, Printed]
    maxima: Mapping[str, Printed]
    points: Printed
    maximum: Printed
    index: Printed


def excel_totals(
    calc: CalcSheet,
    criteria_set: CriteriaSet,
    leaves: Mapping[str, ExcelLeaf | None],
    without: frozenset[str] = frozenset(),
) -> ExcelTotals:
    """The sums of one unit from its leaves and adjustments, by id.

    None: not in the unit's hands; 0 points, and the maximum is kept.  `without`: leaves that do
    not apply to the unit, whatever it reports.

    Raises: OverflowError when the total is too large to be counted in billionths.
    """
    if sum(abs(item.maximum) for item in criteria_set.items) > MOST_POINTS:
        raise OverflowError(criteria_set.id)
    work = _Work(Numbers(calc), criteria_set, leaves, without)
    fields = {field.id: work.points(field) for field in criteria_set.fields}
    everything = work.added(list(fields.values()), "points")
    places = criteria_set.printed_points
    large = {field.id: work.large(list(leaves_of(field))) for field in criteria_set.fields}
    any_large = work.numbers.some(list(large.values()))
    return ExcelTotals(
        {name: work.printed(span, places, large[name]) for name, span in fields.items()},
        {
            field.id: work.maximum_shown(list(leaves_of(field)), large[field.id])
            for field in criteria_set.fields
        },
        work.printed(everything, places, any_large),
        work.maximum_shown(list(criteria_set.leaves), any_large),
        work.index(everything, any_large),
    )


@dataclass(frozen=True, slots=True)
class _Span:
    """Billionths: the truth lies in [low, low + width), or is `low` where `width` is 0."""

    low: Number
    width: Number


_NOTHING = _Span(fixed(0), fixed(0))


@dataclass(frozen=True, slots=True)
class _Work:
    numbers: Numbers
    set: CriteriaSet
    leaves: Mapping[str, ExcelLeaf | None]
    without: frozenset[str]

    # --- points ---

    def points(self, criterion: Group | Leaf) -> _Span:
        """Points earned at or under a criterion."""
        return self.added([self.span(leaf) for leaf in leaves_of(criterion)], "points")

    def added(self, spans: Sequence[_Span], label: str) -> _Span:
        return _Span(
            self.numbers.total([span.low for span in spans], label),
            self.numbers.total([span.width for span in spans], "open"),
        )

    def span(self, item: Leaf | Adjustment) -> _Span:
        """The points of one leaf or adjustment."""
        leaf = None if item.id in self.without else self.leaves[item.id]
        if leaf is None:
            return _NOTHING
        most = -(-abs(item.maximum) * NANO).__floor__()
        nanos = _number(leaf.nanos, 0, most)
        exact = leaf.exact.value is True
        if leaf.exact.ref == "TRUE":
            width = fixed(0)
        else:
            put = self.numbers.calc.put(f"IF({leaf.exact.ref},0,1)", int(not exact), "open")
            width = of_cell(put, 0, 1)
        if not leaf.negative:
            return _Span(nanos, width)
        below = leaf.sign.value == -1
        assert isinstance(nanos.value, int)
        text = f"{leaf.sign.ref}*{nanos.text}"
        value = -nanos.value if below else nanos.value
        if width.atom:
            text = f"{text}-IF({leaf.sign.ref}<0,{width.text},0)"
            value -= int(below and not exact)
        return _Span(self.numbers.formula(text, value, -most - 1, most, "billionths"), width)

    # --- what applies ---

    def absent(self, leaf: Leaf) -> Test:
        """The leaf does not apply."""
        if leaf.id in self.without:
            return Test("TRUE", True, True)
        found = self.leaves[leaf.id]
        if found is None or not found.may_be("not_applicable"):
            return FALSE
        if len(found.states) == 1:
            return Test("TRUE", True, True)
        return is_text(found.state, "not_applicable")

    def large(self, leaves: Sequence[Leaf | Adjustment]) -> Test:
        """Some of the leaves is too large."""
        found = [
            self.numbers.short(is_text(leaf.state, TOO_LARGE))
            for item in leaves
            if (leaf := self.leaves.get(item.id)) is not None
            and item.id not in self.without
            and leaf.may_be(TOO_LARGE)
        ]
        return self.numbers.short(self.numbers.some(found))

    def applicable(self, children: Sequence[Group | Leaf], unit: int) -> Number:
        """The sum of the full maxima of those children that apply at all, in 1 / unit."""
        parts = []
        for child in children:
            gone = self.numbers.every([self.absent(leaf) for leaf in leaves_of(child)])
            full = (maximum_of(child) * unit).numerator
            parts.append(self.numbers.chosen([gone], [fixed(0), fixed(full)], "maximum"))
        return self.numbers.total(parts, "maximum")

    def maximum_shown(self, leaves: Sequence[Leaf], large: Test) -> Printed:
        """The applicable maximum, with the decimals that it has."""
        places = self._decimals()
        number = self.applicable(leaves, 10**places)
        cell = self._shown(number, places, "maximum", large)
        return Printed(cell, cell)

    def _decimals(self) -> int:
        return max(decimals_needed(leaf.maximum) or 0 for leaf in self.set.leaves)

    # --- the index ---

    def index(self, points: _Span, large: Test) -> Printed:
        """100 x points / maximum or the nested shares, and the adjustments; see scoring.totals."""
        unit = 10 ** self._decimals()
        whole = self.applicable(self.set.leaves, unit)
        if self.set.not_applicable == "nested":
            found = self._weighted(self.set.fields, Fraction(100), unit)
        else:
            found = self._share(points, Fraction(100), whole, unit, self.set.leaves)
        if self.set.adjustments:
            found = self.added([found, self._adjustments()], "index")
        without = [large, self.large(self.set.adjustments), self._empty(whole)]
        return self.printed(found, self.set.rounding.index, self.numbers.some(without))

    def _empty(self, whole: Number) -> Test:
        return self.numbers.compare("==", whole, fixed(0))

    def _group(self, criterion: Group | Leaf, unit: int) -> _Span:
        """Points-equivalent of a criterion: its share x its full maximum."""
        if isinstance(criterion, Leaf):
            return self.span(criterion)
        return self._weighted(criterion.criteria, maximum_of(criterion), unit)

    def _weighted(self, children: Sequence[Group | Leaf], scale: Fraction, unit: int) -> _Span:
        total = self.added([self._group(child, unit) for child in children], "points")
        return self._share(total, scale, self.applicable(children, unit), unit, children)

    def _share(
        self,
        points: _Span,
        scale: Fraction,
        applicable: Number,
        unit: int,
        children: Sequence[Group | Leaf],
    ) -> _Span:
        """scale x points / applicable, where something applies."""
        if not applicable.atom and applicable.factor == 0:
            return _NOTHING
        top, bottom = (scale * unit).numerator, applicable
        shared = gcd(top, bottom.factor)
        top, bottom = top // shared, bottom.parted(shared)
        if not bottom.atom and bottom.factor == 1:
            return _Span(points.low.scaled(top), points.width.scaled(top))
        if bottom.low <= 0:
            bottom = self.numbers.plain(bottom)
            empty = self._empty(bottom)
            bottom = self.numbers.chosen([empty], [fixed(1), bottom], "maximum")
        bottom = _at_least_one(bottom)
        most = billionths(scale) + NANO
        below = divided(self.numbers, points.low, top, bottom, most)
        low = self.numbers.plain(below.quotient, "quotient")
        if points.width.atom or points.width.factor:
            end = self.numbers.total([points.low, points.width], "points")
            above = divided(self.numbers, end, top, bottom, most)
            high = self.numbers.plain(above.quotient, "quotient")
            parts = [high, low.scaled(-1), self._bit(negated(above.exact))]
            return _Span(low, self.numbers.total(parts, "open"))
        return _Span(low, self._bit(negated(below.exact)))

    def _bit(self, test: Test) -> Number:
        """1 where the test holds, else 0."""
        return self.numbers.chosen([test], [fixed(1), fixed(0)], "open")

    def _adjustments(self) -> _Span:
        """Bonuses and penalties together, within their limit."""
        added = self.added([self.span(item) for item in self.set.adjustments], "points")
        limit = self.set.adjustments_limit
        if limit is None:
            return added
        return self._limited(added, billionths(limit), (limit * NANO).denominator == 1)

    def _limited(self, span: _Span, limit: int, whole: bool) -> _Span:
        """The span between -limit and limit; a limit that is no whole number widens it by one."""
        low, width = self.numbers.plain(span.low), self.numbers.plain(span.width)
        assert isinstance(low.value, int)
        assert isinstance(width.value, int)
        least, more = (-limit, 0) if whole else (-limit - 1, 1)
        start = min(max(low.value, least), limit)
        cut = self.numbers.formula(
            f"MAX({least},MIN({limit},{low.text}))", start, least, limit, "points"
        )
        if not more and not width.atom and width.factor == 0:
            return _Span(cut, fixed(0))
        end = max(start, min(low.value + width.value, limit + 1))
        fixed_already = width.value == 0 or low.value >= limit
        wide = (0 if fixed_already else end - start) + more
        text = (
            f"IF(OR({width.text}=0,{low.text}>={limit}),0,"
            f"MAX({cut.text},MIN({low.text}+{width.text},{limit + 1}))-{cut.text})"
        )
        text += f"+{more}" if more else ""
        return _Span(cut, self.numbers.formula(text, wide, 0, width.high + 1 + more, "open"))

    # --- print ---

    def printed(self, span: _Span, places: int, nothing: Test) -> Printed:
        """Half up from both ends of the error; nothing where the test holds."""
        low = self.numbers.plain(span.low, "points")
        width = self.numbers.plain(span.width, "open")
        first = self._half_up(low, places, nothing)
        if not width.atom and width.factor == 0:
            return Printed(first, first)
        return Printed(first, self._half_up(self._end(low, width, places), places, nothing))

    def _end(self, low: Number, width: Number, places: int) -> Number:
        """The number that rounds as the greatest truth in the span does.

        The end of the span is not reached: above 0 the billionth before it decides, while below 0,
        where a half goes down, so does the end itself.  With nine places digits beyond decide.
        """
        assert isinstance(low.value, int)
        assert isinstance(width.value, int)
        end = low.value + width.value
        if places == 9:
            return self.numbers.total([low, width], "points")
        value = end - int(width.value > 0 and end > 0)
        both = f"{low.text}+{width.text}"
        text = f"{both}-IF(AND({width.text}>0,{both}>0),1,0)"
        return self.numbers.formula(text, value, low.low, low.high + width.high, "points")

    def _half_up(self, number: Number, places: int, nothing: Test) -> Cell:
        assert isinstance(number.value, int)
        if number.low >= 0:
            return self._shown(half_up(self.numbers, number, places), places, "printed", nothing)
        high = max(-number.low, number.high)
        size = self.numbers.formula(f"ABS({number.text})", abs(number.value), 0, high, "absolute")
        rounded = half_up(self.numbers, size, places)
        assert isinstance(rounded.value, int)
        sign = -1 if number.value < 0 else 1
        signed = self.numbers.formula(
            f"IF({number.text}<0,-{rounded.text},{rounded.text})",
            sign * rounded.value,
            -rounded.high,
            rounded.high,
            "rounded",
        )
        return self._shown(signed, places, "printed", nothing)

    def _shown(self, number: Number, places: int, label: str, nothing: Test) -> Cell:
        """Last decimals as the number that is shown."""
        assert isinstance(number.value, int)
        if nothing.known:
            return constant("")
        value, text = Fraction(number.value, 10**places), printed_text(number.text, places)
        if nothing.known is None:
            text = f'IF({nothing.text},"",{text})'
        return self.numbers.calc.put(text, "" if nothing.value else value, label)


def _number(cell: Cell, low: int, high: int) -> Number:
    if cell.ref.lstrip("-").isdigit():
        assert isinstance(cell.value, int)
        return fixed(cell.value)
    return of_cell(cell, low, high)


def _at_least_one(number: Number) -> Number:
    """A number that was kept from being 0."""
    return Number(number.factor, number.atom, number.value, max(number.low, 1), number.high)
