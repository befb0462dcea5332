"""Do all names lead somewhere, and to something of the right sort?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import assert_never

from criteria.check.findings import Findings, nearest
from criteria.check.plan_references import check_comparison, check_selection, check_targets
from criteria.exact import shortest
from criteria.formula import FormulaError, formula_inputs, parse_formula
from criteria.model import Adjustment, Case, Grade, Input, Leaf, leaf_inputs
from criteria.quantities import (
    Attained,
    Change,
    Complement,
    Count,
    Quantity,
    Ratio,
    Sum,
    Tasks,
    quantity_inputs,
)
from criteria.rules import (
    AllOf,
    Answers,
    BestOf,
    Choice,
    Deadline,
    Deduct,
    Formula,
    Judged,
    Line,
    PerItem,
    Proportional,
    RelativeToBest,
    Rule,
    Satisfied,
    Steps,
    SumOf,
    YesNo,
)
from criteria.scalars import PLAIN_ID, Bound
from criteria.yaml_tree import Loc

RESERVED = frozenset(
    {"unit", "name", "group", "parent", "ranked", "input", "value", "status", "reason", "maximum"}
    | {"min", "max", "tasks", "given", "decided"}
)
"""Words that columns and formulas need for themselves.

Counts of plan tasks are columns `tasks:...`, decisions on leaves `given:...` and `decided:...`.
"""

_INPUT_ID = re.compile(r"[a-z][a-z0-9_]*")
_NUMERIC = ("count", "amount", "percent")
_WITH_OPTIONS = ("choice", "tally")


def check_references(findings: Findings) -> None:
    """Ids, inputs, targets, grades, adjustments and what every rule refers to."""
    _check_ids(findings)
    _check_inputs(findings)
    check_targets(findings)
    for loc, item in findings.items():
        if isinstance(item, Adjustment) and item.maximum == 0:
            findings.add("adjustment-zero", (*loc, "maximum"), about=item.id)
        if item.rule.maximum is not None:
            findings.add("maximum-in-rule", (*loc, "rule", "maximum"), about=item.id)
        _RuleCheck(findings, item).check(item.rule, (*loc, "rule"), item.maximum)
    limit = findings.set.adjustments_limit
    if limit is not None and limit <= 0:
        findings.add("limit-not-positive", ("adjustments_limit",), value=shortest(limit))
    _check_grades(findings)
    for position, case in enumerate(findings.set.cases):
        _check_case(findings, ("cases", position), case)
    if all(problem.advice for problem in findings.problems):
        _advise_unused(findings)  # otherwise a name misspelled in a rule would be told twice


def _check_ids(findings: Findings) -> None:
    seen: dict[str, int] = {}
    if not PLAIN_ID.fullmatch(findings.set.id) and findings.set.id != "?":
        findings.add("id-not-plain", ("id",), value=findings.set.id)
    places = [(loc, item.id) for loc, item in findings.criteria()]
    places += [(loc, item.id) for loc, item in findings.items() if isinstance(item, Adjustment)]
    for loc, name in places:
        if name == "?":
            continue  # a stand-in for an id that is missing and reported
        line = findings.source.place(*loc, "id").line or 0
        if not PLAIN_ID.fullmatch(name):
            findings.add("id-not-plain", (*loc, "id"), about=name, value=name)
        if name in seen:
            findings.add("id-twice", (*loc, "id"), about=name, value=name, first=str(seen[name]))
        seen.setdefault(name, line)


def _check_inputs(findings: Findings) -> None:
    inputs = findings.set.inputs
    for name, declared in inputs.items():
        loc: Loc = ("inputs", name)
        if not _INPUT_ID.fullmatch(name):
            findings.add("input-id-not-plain", loc, value=name)
        elif name in RESERVED:
            findings.add("input-id-reserved", loc, value=name)
        if (declared.options is not None) != (declared.type in _WITH_OPTIONS):
            code = "options-missing" if declared.options is None else "options-not-taken"
            findings.add(code, loc, input=name, type=declared.type)
        for position, option in _repeated(declared.options or ()):
            findings.add("option-twice", (*loc, "options", position), input=name, value=option)
        if declared.range is not None:
            low, high = declared.range
            if declared.type not in (*_NUMERIC, "points"):
                findings.add("range-not-taken", (*loc, "range"), input=name, type=declared.type)
            elif low > high:
                spelled = f"{shortest(low)}, {shortest(high)}"
                findings.add("range-empty", (*loc, "range"), input=name, value=spelled)
        if declared.at_most is not None:
            _check_at_most(findings, loc, name, declared)


def _check_at_most(findings: Findings, loc: Loc, name: str, declared: Input) -> None:
    other = declared.at_most or ""
    if other not in findings.source.declared:
        known = nearest(other, sorted(findings.source.declared))
        findings.add("input-unknown", (*loc, "at_most"), value=other, known=known)
    elif (against := findings.set.inputs.get(other)) is not None and (
        declared.type not in (*_NUMERIC, "date") or against.type != declared.type
    ):
        values = {"input": name, "type": declared.type, "other": other, "other_type": against.type}
        findings.add("at-most-mismatch", (*loc, "at_most"), **values)


def _repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Every name that stood before, with its position."""
    seen: set[str] = set()
    for position, name in enumerate(names):
        if name in seen:
            yield position, name
        seen.add(name)


def _check_grades(findings: Findings) -> None:
    grades = findings.set.grades
    lowest: Grade | None = None
    for position, grade in enumerate(grades):
        loc: Loc = ("grades", position)
        if grade.at_least is None and not grade.unless and position < len(grades) - 1:
            findings.add("grade-hides-others", loc, name=grade.name)
        if grade.at_least is not None:
            if lowest is not None and _hides(lowest, grade.at_least):
                value = shortest(grade.at_least)
                findings.add("grade-out-of-reach", (*loc, "at_least"), name=grade.name, value=value)
            lowest = grade
        for index, name in enumerate(grade.unless):
            _check_input(findings, (*loc, "unless", index), name, ("yes_no",), None)
    if grades and grades[-1].at_least is not None:
        findings.advise("grade-none-left", ("grades", len(grades) - 1), name=grades[-1].name)
    for position, name in _repeated(grade.name for grade in grades):
        findings.add("grade-twice", ("grades", position), name=name)


def _hides(before: Grade, bound: Fraction) -> bool:
    """Whether a grade takes every unit that one with `bound` behind it could get."""
    assert before.at_least is not None
    return before.at_least < bound or (before.at_least == bound and not before.unless)


def _check_input(
    findings: Findings, loc: Loc, name: str, types: tuple[str, ...], about: str | None
) -> Input | None:
    """The input of that name if it exists and has one of the types."""
    declared = findings.set.inputs.get(name)
    if declared is None:
        if name not in findings.source.declared:
            known = nearest(name, sorted(findings.source.declared))
            findings.add("input-unknown", loc, about=about, value=name, known=known)
        return None
    if declared.type not in types:
        values = {"input": name, "type": declared.type, "wanted": ", ".join(types)}
        findings.add("input-of-wrong-type", loc, about=about, **values)
        return None
    return declared


def _check_case(findings: Findings, loc: Loc, case: Case) -> None:
    if case.leaf is not None:
        known = [leaf.id for leaf in findings.set.leaves]
        known += [adjustment.id for adjustment in findings.set.adjustments]
        if case.leaf not in known and not findings.source.leaves_lost:
            near = nearest(case.leaf, known)
            findings.add("case-leaf-unknown", (*loc, "leaf"), value=case.leaf, known=near)
        if case.index is not None or case.grade is not None:
            findings.add("case-leaf-and-index", loc, name=case.name)
    elif case.state is not None:
        findings.add("case-state-without-leaf", (*loc, "state"), name=case.name)
    asked = findings.set.attributes
    for name in case.attributes:
        if name not in asked and not findings.source.mended:
            near = nearest(name, sorted(asked))
            at = (*loc, "attributes", name)
            findings.add("case-attribute-unknown", at, value=name, known=near)
    expected = (case.points, case.state, case.index, case.grade, case.maximum)
    if all(value is None for value in expected):
        findings.add("case-expects-nothing", loc, name=case.name)
    tables: list[tuple[Loc, Iterable[str]]] = [((*loc, "answers"), case.answers)]
    tables += [((*loc, "others", index), other) for index, other in enumerate(case.others)]
    for at, names in tables:
        for name in names:
            if name not in findings.source.declared:
                near = nearest(name, sorted(findings.source.declared))
                findings.add("input-unknown", (*at, name), value=name, known=near)


def _advise_unused(findings: Findings) -> None:
    used = {name for _, item in findings.items() for name in _safe_inputs(item)}
    used |= {name for grade in findings.set.grades for name in grade.unless}
    used |= {declared.at_most or "" for declared in findings.set.inputs.values()}
    for name in findings.set.inputs:
        if name not in used:
            findings.advise("input-unused", ("inputs", name), value=name)


def _safe_inputs(item: Leaf | Adjustment) -> tuple[str, ...]:
    try:
        return leaf_inputs(item)
    except FormulaError:
        return ()


def _parts(of: Ratio | Complement | Change) -> Iterator[tuple[Loc, str]]:
    """Every input that a quantity of two sides reads, with the way to it."""
    ((key, terms),) = of
    for side, term in enumerate(terms):
        if isinstance(term, Sum):
            for position, name in enumerate(term.sum):
                yield (key, side, "sum", position), name
        else:
            yield (key, side), term


class _RuleCheck:
    """What one leaf's rule, and its parts, refer to."""

    def __init__(self, findings: Findings, item: Leaf | Adjustment) -> None:
        self.findings, self.item = findings, item

    def add(self, code: str, loc: Loc, **values: str) -> None:
        self.findings.add(code, loc, about=self.item.id, **values)

    def input(self, loc: Loc, name: str, *types: str) -> Input | None:
        return _check_input(self.findings, loc, name, types, self.item.id)

    def check(self, rule: Rule, loc: Loc, maximum: Fraction) -> None:
        match rule:
            case Steps(of=of, steps=steps):
                rate = self.quantity((*loc, "of"), of)
                for position, step in enumerate(steps):
                    at: Loc = (*loc, "steps", position)
                    bounds = {
                        "at_least": step.at_least,
                        "above": step.above,
                        "at_most": step.at_most,
                        "below": step.below,
                    }
                    if all(bound is None for bound in bounds.values()):
                        self.add("step-without-bound", at)
                    for key, bound in bounds.items():
                        self.bound((*at, key), bound, rate)
                        check_comparison(self.findings, self.item.id, (*at, key), bound)
            case Proportional(of=of):
                rate = self.quantity((*loc, "of"), of)
                stated = rule.model_fields_set
                clear = True
                if rate is False and "full_at" not in stated:
                    self.add("full-at-missing", loc)
                    clear = False
                elif "full_at" in stated:
                    clear = self.bound((*loc, "full_at"), rule.full_at, rate)
                if "from_" in stated:
                    clear = self.bound((*loc, "from"), rule.from_, rate) and clear
                full_at = rule.full_at.value
                if clear and (full_at <= 0 or rule.from_.value > full_at):
                    spelled = {"from": str(rule.from_), "full_at": str(rule.full_at)}
                    self.add("proportional-bounds", loc, **spelled)
            case Line(of=of, through=(first, second)):
                rate = self.quantity((*loc, "of"), of)
                self.bound((*loc, "through", 0, "at"), first.at, rate)
                self.bound((*loc, "through", 1, "at"), second.at, rate)
                if first.at.value == second.at.value:
                    self.add("line-without-slope", (*loc, "through"), value=str(first.at))
            case Deadline(of=name):
                self.input((*loc, "of"), name, "date")
            case Choice(of=name, points=points):
                declared = self.input((*loc, "of"), name, "choice")
                if declared is not None:
                    self.options((*loc, "points"), name, declared, points, whole=True)
            case YesNo(of=name):
                self.input((*loc, "of"), name, "yes_no")
            case AllOf(of=names):
                for position, name in enumerate(names):
                    self.input((*loc, "of", position), name, "yes_no")
            case PerItem(of=of):
                self.quantity((*loc, "of"), of)
            case Deduct(of=of, points=each, percent_of_maximum=percent):
                self.quantity((*loc, "of"), of)
                if (each is None) == (percent is None):
                    self.add("deduct-needs-one", loc)
                for key, taken in (("points", each), ("percent_of_maximum", percent)):
                    if taken is not None and taken <= 0:
                        self.add("deduct-not-positive", (*loc, key), value=shortest(taken))
            case SumOf(parts=parts) | BestOf(parts=parts):
                for position, part in enumerate(parts):
                    own = maximum if part.maximum is None else part.maximum
                    at = (*loc, "parts", position)
                    if part.maximum is not None and part.maximum * maximum <= 0:
                        at_maximum, given = (*at, "maximum"), shortest(part.maximum)
                        self.add("part-maximum-sign", at_maximum, value=given)
                    self.check(part, at, own)
            case RelativeToBest(of=of):
                self.quantity((*loc, "of"), of)
            case Answers(of=name, weights=weights):
                declared = self.input((*loc, "of"), name, "tally")
                if declared is not None:
                    self.options((*loc, "weights"), name, declared, weights, whole=True)
                for option, weight in weights.items():
                    if not 0 <= weight <= 100:
                        at = (*loc, "weights", option)
                        self.add("weight-out-of-range", at, value=shortest(weight))
            case Satisfied(of=name, options=options):
                declared = self.input((*loc, "of"), name, "tally")
                if declared is not None:
                    self.options((*loc, "options"), name, declared, options, whole=False)
                for position, option in _repeated(options):
                    self.add("option-twice", (*loc, "options", position), input=name, value=option)
            case Judged(of=name, increment=increment):
                self.input((*loc, "of"), name, "points")
                if increment <= 0:
                    self.add("increment-not-positive", (*loc, "increment"))
                elif (maximum / increment).denominator != 1:
                    values = {"increment": shortest(increment), "maximum": shortest(maximum)}
                    self.add("increment-does-not-divide", (*loc, "increment"), **values)
            case Formula(of=text):
                self.formula((*loc, "of"), text)
            case _:
                assert_never(rule)

    def quantity(self, loc: Loc, of: Quantity) -> bool | None:
        """Check a quantity; whether it is a rate, None when that cannot be told."""
        match of:
            case str():
                declared = self.input(loc, of, *_NUMERIC)
                return None if declared is None else declared.type == "percent"
            case Ratio() | Complement() | Change():
                kinds = [self.input((*loc, *at), name, *_NUMERIC) for at, name in _parts(of)]
                known = [declared.type == "percent" for declared in kinds if declared is not None]
                if any(known) and not all(known):
                    self.add("percent-mixed", loc, inputs=", ".join(quantity_inputs(of)))
                return True
            case Sum(sum=names):
                for position, name in enumerate(names):
                    self.input((*loc, "sum", position), name, "count", "amount")
                return False
            case Attained(attained=(name, target_id)):
                declared = self.input((*loc, "attained", 0), name, *_NUMERIC)
                target = self.findings.set.targets.get(target_id)
                of_set = self.findings.source.targets
                at: Loc = (*loc, "attained", 1)
                if target is None:
                    plan = self.findings.set.plan
                    ids = of_set if plan is None else of_set | set(plan.targets)
                    if target_id not in ids and not self.findings.source.plan_faulty:
                        near = nearest(target_id, sorted(ids))
                        self.add("target-unknown", at, value=target_id, known=near)
                else:
                    at = ("targets", target_id) if target_id in of_set else at
                    if target.value.value <= 0:
                        self.add("target-not-positive", at, value=target_id)
                    if declared is not None:
                        at = (*at, "value") if target_id in of_set else at
                        self.bound(at, target.value, declared.type == "percent")
                return True
            case Tasks(tasks=selection):
                check_selection(self.findings, self.item.id, (*loc, "tasks"), selection)
                return True
            case Count(count=selection):
                check_selection(self.findings, self.item.id, (*loc, "count"), selection)
                return False
            case _:
                assert_never(of)

    def bound(self, loc: Loc, bound: Bound | None, rate: bool | None) -> bool:
        """`95%` and 0.95 are one bound of a rate; a bare number above 1 there is ambiguous.

        Returns whether the bound is clear, so that more can be said of it.
        """
        if bound is None or rate is None:
            return True
        if rate and not bound.percent and abs(bound.value) > 1:
            self.add("bound-ambiguous", loc, value=str(bound))
            return False
        if not rate and bound.percent and bound.value != 0:
            self.add("bound-percent-on-plain", loc, value=str(bound))
            return False
        return True

    def options(
        self, loc: Loc, name: str, declared: Input, used: Iterable[str], *, whole: bool
    ) -> None:
        if declared.options is None:
            return  # reported where the input is declared
        known = list(declared.options)
        named = list(used)
        for position, option in enumerate(named):
            if option not in known:
                at = (*loc, option if whole else position)
                near = nearest(option, known)
                self.add("option-unknown", at, input=name, value=option, known=near)
        left = [option for option in known if option not in named]
        if whole and left:
            self.add("options-not-covered", loc, input=name, left=", ".join(left))

    def formula(self, loc: Loc, text: str) -> None:
        try:
            names = formula_inputs(parse_formula(text))
        except FormulaError as error:
            self.add("formula-broken", loc, found=error.found, position=str(error.at + 1))
            return
        for name in names:
            self.input(loc, name, *_NUMERIC, "points")
