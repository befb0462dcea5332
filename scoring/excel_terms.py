"""Terms as formulas of a calculation sheet, and the leaf (tiêu chí thành phần) made of them.

Points are a numerator and a denominator in whole numbers until the leaf divides them, once, to
billionths.  The state of the leaf comes first: a leaf that is not scored divides 0 by 1, so that
no cell ever holds an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd
from typing import assert_never

from scoring.excel_cells import LIMIT, TOO_LARGE, CalcSheet, Cell, constant, literal
from scoring.excel_division import MOST_DENOMINATOR, divided, half_up
from scoring.excel_numbers import (
    FALSE,
    TRUE,
    Number,
    Numbers,
    Test,
    common,
    fixed,
    is_text,
    negated,
    of_cell,
)
from scoring.lower import LeafTerms
from scoring.terms import (
    NANO,
    Choose,
    Clip,
    Column,
    Compare,
    Condition,
    Constant,
    Every,
    Fixed,
    Greatest,
    Missing,
    Not,
    Plus,
    Points,
    Quotient,
    Some,
    Times,
    Total,
    Whole,
    Yes,
)

MOST_POINTS = 10**5
"""Maxima up to here are counted in billionths below the limit, sums included."""

_BY_STATE = ("not_applicable", "missing", "none:exclude")
"""Branches of a leaf that its state has decided before points are looked at."""


@dataclass(frozen=True, slots=True)
class ExcelLeaf:
    """One leaf of one unit in cells.

    `state`: scored, missing, not_applicable or too_large.  `points`: half up to the printed
    decimals; 0 where missing, nothing where not applicable or too large.  `sign`: 1, 0, -1.
    `nanos`: |points| in billionths, rounded down; `exact`: nothing is left over.
    `states`: those that may occur; `negative`: points may lie below 0.
    """

    state: Cell
    points: Cell
    sign: Cell
    nanos: Cell
    exact: Cell
    states: frozenset[str]
    negative: bool

    def may_be(self, state: str) -> bool:
        return state in self.states


def excel_leaf(
    calc: CalcSheet,
    terms: LeafTerms,
    columns: Mapping[str, Cell],
    flags: Mapping[str, bool],
    limits: Mapping[str, tuple[int, int]],
    places: int,
    *,
    rounded: int | None,
) -> ExcelLeaf:
    """A leaf or adjustment of one unit, written into the sheet.

    `terms`: lowered without statuses and decisions, of which a form knows none; `columns`: cells
    of the columns of facts; `flags`: what holds for the unit (`has:...`), by column; `limits`:
    bounds of the whole numbers in the columns, as far as a form declares them; `places`: printed
    decimals; `rounded`: decimals to which the leaf itself is rounded, or None.

    Raises: OverflowError for a maximum beyond `MOST_POINTS`; KeyError for an unknown column.
    """
    if abs(terms.item.maximum) > MOST_POINTS:
        raise OverflowError(terms.item.id)
    printer = _Printer(Numbers(calc), columns, flags, limits)
    absent = printer.condition(terms.not_applicable)
    if absent.known:
        return _not_applicable()
    missing = printer.condition(terms.missing)
    cases = printer.ready(*printer.branches(terms.points, _BY_STATE))
    # From here on nothing may turn out too large: the state has looked at all that may.
    state, states = _state(printer, absent, missing)
    if "scored" not in states:
        earned = _ZERO
    elif len(states) > 1:
        earned = cases.unless(negated(is_text(state, "scored"))).chosen(printer.numbers)
    else:
        earned = cases.chosen(printer.numbers)
    return _leaf(printer.numbers, terms.item.maximum, earned, state, states, places, rounded)


def _not_applicable() -> ExcelLeaf:
    nothing, zero = constant(""), constant(0)
    states = frozenset({"not_applicable"})
    state = constant("not_applicable")
    return ExcelLeaf(state, nothing, zero, zero, constant(True), states, False)


def _state(printer: _Printer, absent: Test, missing: Test) -> tuple[Cell, frozenset[str]]:
    """The state of the leaf, and those that may occur; what is decided first is asked first."""
    numbers = printer.numbers
    large = numbers.some(
        [numbers.short(is_text(cell, TOO_LARGE)) for cell in numbers.guards.values()]
    )
    asked = [(large, TOO_LARGE), (absent, "not_applicable"), (missing, "missing")]
    text, value, states = literal("scored"), "scored", {"scored"}
    for test, name in reversed(asked):
        if test.known is False:
            continue
        if test.known:
            text, value, states = literal(name), name, {name}
            continue
        text = f"IF({numbers.short(test).text},{literal(name)},{text})"
        value = name if test.value else value
        states.add(name)
    if len(states) == 1:
        return constant(value), frozenset(states)
    return numbers.calc.put(text, value, "state"), frozenset(states)


def _leaf(
    numbers: Numbers,
    maximum: Fraction,
    earned: _Ratio,
    state: Cell,
    states: frozenset[str],
    places: int,
    rounded: int | None,
) -> ExcelLeaf:
    """The points of a leaf, divided; they lie between 0 and its maximum."""
    top, bottom = replace(earned.top, open_=False), replace(earned.bottom, open_=False)
    ends = (min(maximum, Fraction(0)), max(maximum, Fraction(0)))
    top = replace(
        top,
        low=max(top.low, _down(ends[0] * bottom.high)),
        high=min(top.high, -_down(-ends[1] * bottom.high)),
    )
    negative = top.low < 0
    over = numbers.plain(top, "numerator")
    assert isinstance(over.value, int)
    if negative:
        high = max(-over.low, over.high)
        above = numbers.formula(f"ABS({over.text})", abs(over.value), 0, high, "absolute")
    else:
        above = over
    most = -_down(-max(-ends[0], ends[1]) * NANO)
    found = divided(numbers, above, NANO, bottom, most)
    exact, quotient = found.exact, numbers.plain(found.quotient, "billionths")
    half: Test | None = None
    if 9 in (places, rounded):
        value = found.left.value
        under = bottom.value
        assert isinstance(value, int)
        assert isinstance(under, int)
        half = FALSE
        if exact.known is not True:
            text, met = f"2*{found.left.text}>={bottom.text}", 2 * value >= under
            half = Test(numbers.calc.put(text, met, "comparison").ref, met)
    if rounded is not None:
        printed = half_up(numbers, quotient, rounded, half)
        quotient = numbers.plain(printed.scaled(10 ** (9 - rounded)), "billionths")
        exact, half = TRUE, FALSE
    shown = half_up(numbers, quotient, places, half)
    sign = _sign(numbers, over)
    return ExcelLeaf(
        state,
        _points(numbers, shown, sign if negative else None, places, state, states),
        sign,
        _as_cell(quotient),
        Cell(exact.text, exact.value),
        states,
        negative,
    )


def _sign(numbers: Numbers, over: Number) -> Cell:
    assert isinstance(over.value, int)
    value = (over.value > 0) - (over.value < 0)
    if not over.atom:
        return constant(value)
    return numbers.calc.put(f"SIGN({over.text})", value, "sign")


def _points(
    numbers: Numbers,
    shown: Number,
    sign: Cell | None,
    places: int,
    state: Cell,
    states: frozenset[str],
) -> Cell:
    """What is printed; `sign` where the points may lie below 0."""
    assert isinstance(shown.value, int)
    value = Fraction(shown.value, 10**places)
    text = printed_text(shown.text, places)
    if sign is not None:
        assert isinstance(sign.value, int)
        value, text = sign.value * value, f"{sign.ref}*{text}"
    if not states & {"not_applicable", TOO_LARGE}:
        return numbers.calc.put(text, value, "points")
    there = state.value in ("scored", "missing")
    tests = [is_text(state, name).text for name in ("scored", "missing") if name in states]
    if not tests:
        return constant("")
    test = f"OR({','.join(tests)})" if len(tests) > 1 else tests[0]
    return numbers.calc.put(f'IF({test},{text},"")', value if there else "", "points")


def printed_text(scaled: str, places: int) -> str:
    """A formula's number of last decimals as the number that is shown."""
    return f"{scaled}/{10**places}" if places else scaled


def _as_cell(number: Number) -> Cell:
    return Cell(number.text, number.value)


def _down(value: Fraction) -> int:
    return value.numerator // value.denominator


# --- points before they are divided ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ratio:
    """top / bottom points; the bottom is above 0 wherever the ratio is the one that counts."""

    top: Number
    bottom: Number


_ZERO = _Ratio(fixed(0), fixed(1))


def _exactly(value: Fraction) -> _Ratio:
    return _Ratio(fixed(value.numerator), fixed(value.denominator))


@dataclass(frozen=True, slots=True)
class _Cases:
    """Tests, and one ratio more than tests, all of them looked at for size."""

    tests: Sequence[Test]
    tops: Sequence[Number]
    bottoms: Sequence[Number]

    def unless(self, test: Test) -> _Cases:
        """Where the test holds, 0; over the same denominator where there is but one."""
        one = self.bottoms[-1] if common(self.bottoms) is not None else fixed(1)
        return _Cases([test, *self.tests], [fixed(0), *self.tops], [one, *self.bottoms])

    def chosen(self, numbers: Numbers) -> _Ratio:
        return _Ratio(
            numbers.chosen(self.tests, self.tops, "numerator"),
            numbers.chosen(self.tests, self.bottoms, "denominator"),
        )


@dataclass(frozen=True, slots=True)
class _Printer:
    """Spells the terms of one leaf; `numbers` collects what may be too large in it."""

    numbers: Numbers
    columns: Mapping[str, Cell]
    flags: Mapping[str, bool]
    limits: Mapping[str, tuple[int, int]]

    def whole(self, term: Whole) -> Number:
        match term:
            case Column(name=name):
                return self._column(name)
            case Constant(value=value):
                return fixed(value)
            case Plus(parts=parts):
                return self.numbers.total([self.whole(part) for part in parts])
            case Times(left=left, right=right):
                return self.numbers.product(self.whole(left), self.whole(right))
            case _:
                assert_never(term)

    def _column(self, name: str) -> Number:
        cell = self.columns[name]
        low, high = self.limits.get(name, (-LIMIT - 1, LIMIT + 1))
        if low < -LIMIT or high > LIMIT:
            self.numbers.guards[cell.ref] = cell
        return of_cell(cell, max(low, -LIMIT), min(high, LIMIT), open_=True)

    def condition(self, condition: Condition) -> Test:
        match condition:
            case Compare(sign=sign, left=left, right=right):
                return self.numbers.compare(sign, self.whole(left), self.whole(right))
            case Missing(column=name):
                return is_text(self.columns[name], "")
            case Yes(column=name) if name in self.flags:
                return TRUE if self.flags[name] else FALSE
            case Yes(column=name):
                cell = self.columns[name]
                return Test(f"{cell.ref}=TRUE", cell.value is True)
            case Every(parts=parts):
                return self.numbers.every([self.condition(part) for part in parts])
            case Some(parts=parts):
                return self.numbers.some([self.condition(part) for part in parts])
            case Not(part=part):
                return negated(self.condition(part))
            case _:
                assert_never(condition)

    def branches(
        self, points: Points, decided: tuple[str, ...] = ()
    ) -> tuple[list[Test], list[_Ratio]]:
        """Points as tests and one ratio more; `decided`: outermost branches that are left out."""
        tests: list[Test] = []
        ratios: list[_Ratio] = []
        while isinstance(points, Choose):
            for branch in points.branches:
                if branch.label not in decided:
                    tests.append(self.condition(branch.when))
                    ratios.append(self.ratio(branch.then))
            points, decided = points.otherwise, ()
        return tests, [*ratios, self.ratio(points)]

    def ratio(self, points: Points) -> _Ratio:
        match points:
            case Fixed(points=value):
                return _exactly(value)
            case Quotient(numerator=numerator, denominator=denominator):
                return self._reduced(self.whole(numerator), self.whole(denominator))
            case Choose():
                return self.choose(*self.branches(points))
            case Total(parts=parts):
                return self._total([self.ratio(part) for part in parts])
            case Greatest(parts=parts):
                return self._greatest([self.ratio(part) for part in parts])
            case Clip(part=part, low=low, high=high):
                return self._clipped(self.ratio(part), low, high)
            case _:
                assert_never(points)

    def _reduced(self, top: Number, bottom: Number) -> _Ratio:
        """Without what the factors share; the bottom leaves room for the division."""
        shared = gcd(top.factor, bottom.factor) or 1
        top, bottom = top.parted(shared), bottom.parted(shared)
        return _Ratio(
            self.numbers.bounded(top), self.numbers.bounded(bottom, MOST_DENOMINATOR, "denominator")
        )

    def choose(self, tests: Sequence[Test], ratios: Sequence[_Ratio]) -> _Ratio:
        """The ratio of the first test that holds, else the last."""
        return self.ready(tests, ratios).chosen(self.numbers)

    def ready(self, tests: Sequence[Test], ratios: Sequence[_Ratio]) -> _Cases:
        """What may be chosen, over one denominator where all are constant."""
        live = [(t, r) for t, r in zip(tests, ratios, strict=False) if t.known is not False]
        kept = [*(ratio for _, ratio in live), ratios[-1]]
        tops, bottoms = [r.top for r in kept], [r.bottom for r in kept]
        shared = common(bottoms)
        if shared is not None and shared <= MOST_DENOMINATOR:
            tops = [r.top.scaled(shared // r.bottom.factor) for r in kept]
            bottoms = [fixed(shared)] * len(kept)
        return _Cases(
            [test for test, _ in live],
            [self.numbers.option(top) for top in tops],
            [self.numbers.option(bottom) for bottom in bottoms],
        )

    def _total(self, ratios: Sequence[_Ratio]) -> _Ratio:
        """The sum, over the product of the denominators that differ."""
        found = ratios[0]
        for ratio in ratios[1:]:
            top, other, bottom = self._levelled(found, ratio)
            found = self._reduced(self.numbers.total([top, other], "numerator"), bottom)
        return found

    def _greatest(self, ratios: Sequence[_Ratio]) -> _Ratio:
        found = ratios[0]
        for ratio in ratios[1:]:
            top, other, _ = self._levelled(found, ratio)
            less = self.numbers.compare("<", top, other)
            found = self.choose([less], [ratio, found])
        return found

    def _clipped(self, ratio: _Ratio, low: Fraction, high: Fraction) -> _Ratio:
        tests = []
        for sign, end in (("<", low), (">", high)):
            top, other, _ = self._levelled(ratio, _exactly(end))
            tests.append(self.numbers.compare(sign, top, other))
        return self.choose(tests, [_exactly(low), _exactly(high), ratio])

    def _levelled(self, one: _Ratio, other: _Ratio) -> tuple[Number, Number, Number]:
        """Both numerators over one denominator, and that denominator."""
        if one.bottom.text == other.bottom.text:
            return one.top, other.top, one.bottom
        shared = gcd(one.bottom.factor, other.bottom.factor)
        first, second = one.bottom.factor // shared, other.bottom.factor // shared
        if one.bottom.atom == other.bottom.atom:
            return one.top.scaled(second), other.top.scaled(first), one.bottom.scaled(second)
        one_bottom, other_bottom = one.bottom.parted(shared), other.bottom.parted(shared)
        return (
            self.numbers.product(one.top, other_bottom),
            self.numbers.product(other.top, one_bottom),
            self.numbers.product(one.bottom, other_bottom),
        )
