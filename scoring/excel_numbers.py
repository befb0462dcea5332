"""Whole numbers and conditions in formulas: each step is spelled and worked out at once.

Binary doubles hold whole numbers exactly, and only those appear here.  A number knows between
which bounds it lies; where these pass `LIMIT`, its cell looks at the number itself and holds
`too_large` instead of a wrong digit.  A text in an operand (nothing, or `too_large`) makes the
result nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import gcd, lcm
from operator import eq, ge, gt, le, lt

from scoring.excel_cells import LIMIT, TOO_LARGE, CalcSheet, Cell, literal

_COMPARE = {">=": ge, ">": gt, "<=": le, "<": lt, "==": eq}
_SUMMANDS = 8
"""So many numbers up to `LIMIT` add up exactly in a double."""
_LONG = 160
"""Characters from which a condition gets a cell of its own."""
_LEVELS = 30
"""Levels of IF in one formula; Excel takes 64."""


@dataclass(frozen=True, slots=True)
class Number:
    """factor x atom, where the atom is a reference (a constant has none).

    `low`, `high`: bounds of the value; `open_`: the reference may hold a text instead.
    """

    factor: int
    atom: str
    value: int | str
    low: int
    high: int
    open_: bool = False

    @property
    def text(self) -> str:
        if not self.atom:
            return str(self.factor)
        if self.factor in (1, -1):
            return self.atom if self.factor == 1 else f"-{self.atom}"
        return f"{self.factor}*{self.atom}"

    def scaled(self, by: int) -> Number:
        """The number times a constant; nothing is written."""
        if by == 1:
            return self
        if by == 0 or not self.atom:
            return fixed(self.factor * by)
        ends = self.low * by, self.high * by
        value = self.value if isinstance(self.value, str) else self.value * by
        return Number(self.factor * by, self.atom, value, min(ends), max(ends), self.open_)

    def parted(self, by: int) -> Number:
        """The number without a constant that divides its factor."""
        if by == 1:
            return self
        value = self.value if isinstance(self.value, str) else self.value // by
        return replace(
            self, factor=self.factor // by, value=value, low=self.low // by, high=self.high // by
        )


def fixed(value: int) -> Number:
    """A constant."""
    return Number(value, "", value, value, value)


def of_cell(cell: Cell, low: int, high: int, *, open_: bool = False) -> Number:
    """The number that a cell holds."""
    assert isinstance(cell.value, int | str)
    if not open_ and low == high:
        return fixed(low)
    return Number(1, cell.ref, cell.value, low, high, open_)


@dataclass(frozen=True, slots=True)
class Test:
    """A condition that is always true or false; `known` where the bounds decide it."""

    text: str
    value: bool
    known: bool | None = None


TRUE = Test("TRUE", True, True)
FALSE = Test("FALSE", False, False)


def negated(test: Test) -> Test:
    """The contrary."""
    if test.known is not None:
        return FALSE if test.known else TRUE
    return Test(f"NOT({test.text})", not test.value)


@dataclass
class Numbers:
    """Arithmetic over the cells of one sheet.

    `guards`: cells that hold `too_large` where a number passes the limit, by reference.
    """

    calc: CalcSheet
    guards: dict[str, Cell] = field(default_factory=dict)

    # --- whole numbers ---

    def bounded(self, number: Number, most: int = LIMIT, label: str = "value") -> Number:
        """The number, looked at in a cell of its own where its bounds do not prove it small."""
        if -most <= number.low and number.high <= most:
            return number
        return self._cell([number], number.text, number.value, number.low, number.high, label, most)

    def plain(self, number: Number, label: str = "value") -> Number:
        """The number as a bare reference or constant."""
        if not number.atom or number.factor == 1:
            return self.bounded(number, label=label)
        return self._cell([number], number.text, number.value, number.low, number.high, label)

    def product(self, left: Number, right: Number) -> Number:
        """left x right."""
        for one, other in ((left, right), (right, left)):
            if not one.atom:
                return other.scaled(one.factor)
        factor = left.factor * right.factor
        first, second = left.parted(left.factor), right.parted(right.factor)
        ends = [a * b for a in (first.low, first.high) for b in (second.low, second.high)]
        value: int | str = ""
        if isinstance(first.value, int) and isinstance(second.value, int):
            value = first.value * second.value
        text = f"{first.text}*{second.text}"
        made = self._cell([first, second], text, value, min(ends), max(ends), "product")
        return made.scaled(factor)

    def total(self, parts: Sequence[Number], label: str = "sum") -> Number:
        """The sum of the parts, with what their factors share taken out."""
        known = sum(part.factor for part in parts if not part.atom)
        others = [part for part in parts if part.atom]
        if not others:
            return fixed(known)
        if len(others) == 1 and not known:
            return others[0]
        shared = gcd(known, *(part.factor for part in others))
        others = [self.bounded(part.parted(shared)) for part in others]
        while len(others) > _SUMMANDS - 1:
            first = self._sum(others[:_SUMMANDS], 0, label)
            others = [first, *others[_SUMMANDS:]]
        return self._sum(others, known // shared, label).scaled(shared)

    def _sum(self, parts: list[Number], known: int, label: str) -> Number:
        texts = [part.text for part in parts] + ([str(known)] if known else [])
        text = "".join(
            piece if at == 0 or piece.startswith("-") else f"+{piece}"
            for at, piece in enumerate(texts)
        )
        numbers = [part.value for part in parts if isinstance(part.value, int)]
        value: int | str = sum(numbers) + known if len(numbers) == len(parts) else ""
        low, high = sum(p.low for p in parts) + known, sum(p.high for p in parts) + known
        return self._cell(parts, text, value, low, high, label)

    def formula(self, text: str, value: int, low: int, high: int, label: str) -> Number:
        """A cell with a formula over numbers that are there and fit."""
        return of_cell(self.calc.put(text, value, label), low, high)

    def _cell(
        self,
        operands: Sequence[Number],
        text: str,
        value: int | str,
        low: int,
        high: int,
        label: str,
        most: int = LIMIT,
    ) -> Number:
        """A cell for `text`, which is a number where all operands are."""
        cells = list(dict.fromkeys(operand.atom for operand in operands if operand.open_))
        fits = -most <= low and high <= most
        if any(isinstance(operand.value, str) for operand in operands):
            value = ""
        body = text
        if not fits:
            body = f'IF(ABS({text})>{most},"{TOO_LARGE}",{text})'
            if isinstance(value, int) and abs(value) > most:
                value = TOO_LARGE
        if len(cells) == 1:
            body = f'IF(ISNUMBER({cells[0]}),{body},"")'
        elif cells:
            body = f'IF(COUNT({",".join(cells)})<{len(cells)},"",{body})'
        cell = self.calc.put(body, value, label)
        if not fits:
            self.guards[cell.ref] = cell
        return of_cell(cell, max(low, -most), min(high, most), open_=bool(cells) or not fits)

    # --- conditions ---

    def compare(self, sign: str, left: Number, right: Number) -> Test:
        """left <sign> right, with what their factors share taken out; false for nothing."""
        shared = gcd(left.factor, right.factor) or 1
        left, right = self.bounded(left.parted(shared)), self.bounded(right.parted(shared))
        cells = list(dict.fromkeys(side.atom for side in (left, right) if side.open_))
        known = _decided(sign, left, right)
        if known is False or (known and not cells):
            return TRUE if known else FALSE
        value = (
            isinstance(left.value, int)
            and isinstance(right.value, int)
            and bool(_COMPARE[sign](left.value, right.value))
        )
        text = f"{left.text}{sign.replace('==', '=')}{right.text}"
        if len(cells) == 1:
            text = f"IF(ISNUMBER({cells[0]}),{text},FALSE)"
        elif cells:
            text = f"IF(COUNT({','.join(cells)})<{len(cells)},FALSE,{text})"
        return Test(self.calc.put(text, value, "comparison").ref, value)

    def every(self, tests: Sequence[Test]) -> Test:
        """All hold."""
        kept = [test for test in tests if test.known is not True]
        if any(test.known is False for test in kept):
            return FALSE
        return self._joined("AND", kept, all(t.value for t in kept)) if kept else TRUE

    def some(self, tests: Sequence[Test]) -> Test:
        """At least one holds."""
        kept = [test for test in tests if test.known is not False]
        if any(test.known for test in kept):
            return TRUE
        return self._joined("OR", kept, any(t.value for t in kept)) if kept else FALSE

    def _joined(self, word: str, tests: Sequence[Test], value: bool) -> Test:
        if len(tests) == 1:
            return tests[0]
        texts = list(dict.fromkeys(self.short(test).text for test in tests))
        return Test(f"{word}({','.join(texts)})", value)

    def short(self, test: Test) -> Test:
        """The condition, in a cell of its own where it is long."""
        if len(test.text) <= _LONG:
            return test
        return Test(self.calc.put(test.text, test.value, "condition").ref, test.value)

    # --- choices ---

    def chosen(self, tests: Sequence[Test], options: Sequence[Number], label: str) -> Number:
        """The option of the first test that holds, else the last; there is one option more."""
        kept = [(test, option) for test, option in zip(tests, options, strict=False)]
        last = self.option(options[-1])
        cases: list[tuple[Test, Number]] = []
        for test, option in kept:
            if test.known is False:
                continue
            if test.known:
                last = self.option(option)
                break
            cases.append((self.short(test), self.option(option)))
        while cases and cases[-1][1].text == last.text:
            cases.pop()
        while len(cases) > _LEVELS:
            last = self._choice(cases[-_LEVELS:], last, label)
            cases = cases[:-_LEVELS]
        return self._choice(cases, last, label) if cases else last

    def option(self, option: Number) -> Number:
        """An option that may be nothing is a bare reference, which hands nothing on."""
        return self.plain(option) if option.open_ else self.bounded(option)

    def _choice(self, cases: Sequence[tuple[Test, Number]], last: Number, label: str) -> Number:
        text = last.text
        for test, option in reversed(cases):
            text = f"IF({test.text},{option.text},{text})"
        met = next((option for test, option in cases if test.value), last)
        options = [last, *(option for _, option in cases)]
        low, high = min(o.low for o in options), max(o.high for o in options)
        cell = self.calc.put(text, met.value, label)
        open_ = any(option.open_ for option in options)
        return of_cell(cell, low, high, open_=open_) if open_ or low != high else last


def is_text(cell: Cell, text: str) -> Test:
    """The cell holds this text."""
    return Test(f"{cell.ref}={literal(text)}", cell.value == text)


def common(denominators: Sequence[Number]) -> int | None:
    """The least common multiple of constant denominators; None where one is not constant."""
    if any(each.atom for each in denominators):
        return None
    return lcm(*(each.factor for each in denominators))


def _decided(sign: str, left: Number, right: Number) -> bool | None:
    """What the bounds alone say of a comparison."""
    if sign == "==":
        if left.high < right.low or left.low > right.high:
            return False
        return True if left.low == left.high == right.low == right.high else None
    compare = _COMPARE[sign]
    best, worst = (left.high, right.low), (left.low, right.high)
    if sign in ("<", "<="):
        best, worst = (left.low, right.high), (left.high, right.low)
    if not compare(*best):
        return False
    return True if compare(*worst) else None
