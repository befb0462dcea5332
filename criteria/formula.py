"""Formulas: a small arithmetic over inputs, parsed into a tree, never evaluated as code.

expression := term (("+" | "-") term)*
term       := factor (("*" | "/") factor)*
factor     := number | input | "maximum" | "-" factor | "(" expression ")"
            | ("min" | "max") "(" expression ("," expression)* ")"
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from criteria.exact import parse_plain

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>\S))"
)
_DEEPEST = 50
"""Levels of brackets that are followed: far more than a person reads, less than Python's stack."""


class FormulaError(ValueError):
    """The text is not a formula; `found` quotes the spot."""

    def __init__(self, found: str, at: int) -> None:
        self.found, self.at = found, at
        super().__init__(f"{found!r} at {at}")


@dataclass(frozen=True, slots=True)
class Number:
    value: Fraction


@dataclass(frozen=True, slots=True)
class Name:
    """An input, or the word `maximum`."""

    name: str


@dataclass(frozen=True, slots=True)
class Operation:
    sign: Literal["+", "-", "*", "/"]
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Extreme:
    """`min(...)` or `max(...)`."""

    which: Literal["min", "max"]
    parts: tuple["Expression", ...]


Expression: TypeAlias = Number | Name | Operation | Extreme


def parse_formula(text: str) -> Expression:
    """The tree of a formula.

    Raises: FormulaError naming the first spot that does not fit.

    >>> parse_formula("2 * done")
    Operation(sign='*', left=Number(value=Fraction(2, 1)), right=Name(name='done'))
    """
    reader = _Reader(text)
    tree = reader.expression(0)
    if reader.kind is not None:
        raise FormulaError(reader.token, reader.at)
    return tree


def formula_inputs(tree: Expression) -> tuple[str, ...]:
    """Names of the inputs in the tree, each once, in the order written."""
    match tree:
        case Number():
            return ()
        case Name(name=name):
            return () if name == "maximum" else (name,)
        case Operation(left=left, right=right):
            return tuple(dict.fromkeys(formula_inputs(left) + formula_inputs(right)))
        case Extreme(parts=parts):
            return tuple(dict.fromkeys(name for part in parts for name in formula_inputs(part)))


class _Reader:
    """Recursive descent over the tokens of one text."""

    def __init__(self, text: str) -> None:
        self.text, self.end = text, 0
        self.kind: str | None = None
        self.token, self.at = "", 0
        self.next()

    def next(self) -> None:
        found = _TOKEN.match(self.text, self.end)
        if found is None:
            self.kind, self.token, self.at = None, "", len(self.text)
            return
        self.kind = found.lastgroup
        self.token = found[found.lastgroup or 0]
        self.at, self.end = found.start(found.lastgroup or 0), found.end()

    def expect(self, token: str) -> None:
        if self.token != token:
            raise FormulaError(self.token or self.text, self.at)
        self.next()

    def expression(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise FormulaError(self.token, self.at)
        tree = self.term(depth)
        while self.token in ("+", "-"):
            sign: Literal["+", "-"] = "+" if self.token == "+" else "-"
            self.next()
            tree = Operation(sign, tree, self.term(depth))
        return tree

    def term(self, depth: int) -> Expression:
        tree = self.factor(depth)
        while self.token in ("*", "/"):
            sign: Literal["*", "/"] = "*" if self.token == "*" else "/"
            self.next()
            tree = Operation(sign, tree, self.factor(depth))
        return tree

    def factor(self, depth: int) -> Expression:
        kind, token, at = self.kind, self.token, self.at
        if depth > _DEEPEST:
            raise FormulaError(token, at)
        if kind == "number":
            self.next()
            value = parse_plain(token)
            assert value is not None  # the token pattern admits plain decimals only
            return Number(value)
        if kind == "name":
            self.next()
            if token not in ("min", "max"):
                return Name(token)
            self.expect("(")
            parts = [self.expression(depth + 1)]
            while self.token == ",":
                self.next()
                parts.append(self.expression(depth + 1))
            self.expect(")")
            return Extreme("min" if token == "min" else "max", tuple(parts))
        if token == "-":
            self.next()
            return Operation("-", Number(Fraction(0)), self.factor(depth + 1))
        if token == "(":
            self.next()
            tree = self.expression(depth + 1)
            self.expect(")")
            return tree
        raise FormulaError(token or self.text, at)
