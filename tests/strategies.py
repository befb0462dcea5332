"""Hypothesis strategies for whole criteria sets and the answers of their units.

Valid by construction: what is drawn passes `parindex check`.  Small on purpose, yet every kind of
rule, quantity, input and option of the language is reached, and answers are drawn at and just
beside the declared bounds.  A drawn `World` prints itself as the YAML that a person would debug.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeAlias

from hypothesis import strategies as st

from criteria.exact import decimals_needed, shortest
from criteria.model import CriteriaSet
from criteria.quantities import Count, Tasks, task_columns
from inputs.facts import Status, UnitAnswers, Value

Tree: TypeAlias = dict[str, Any]

KINDS = (
    "yes_no",
    "steps",
    "proportional",
    "line",
    "deadline",
    "choice",
    "all_of",
    "per_item",
    "deduct",
    "answers",
    "satisfied",
    "judged",
    "relative_to_best",
    "formula",
    "sum_of",
    "best_of",
)
PENALTY_KINDS = tuple(kind for kind in KINDS if kind not in ("judged", "best_of"))
QUANTITIES = ("input", "ratio", "complement", "change", "sum", "attained", "tasks", "count")

_ATTRIBUTES = ("has_procedures", "has_communes")
_STATUSES: tuple[Status, ...] = ("pending", "refused", "not_applicable")
_CENT = Fraction(1, 100)


@dataclass(frozen=True)
class World:
    """A criteria set, as the tree of its file, and the units that it scores."""

    tree: Tree
    units: tuple[UnitAnswers, ...]

    @cached_property
    def set(self) -> CriteriaSet:
        return CriteriaSet.model_validate(self.tree)

    def __repr__(self) -> str:
        return "\n".join(["World:", as_yaml(self.tree), *map(_unit_text, self.units)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))


def _unit_text(unit: UnitAnswers) -> str:
    answers = {name: _shown(value) for name, value in unit.answers.items()}
    rest = {"ranked": unit.ranked, "attributes": unit.attributes}
    rest |= {"statuses": unit.statuses, "tasks": unit.tasks, "decided": unit.decided}
    rest |= {"given": {leaf: str(points) for leaf, points in unit.given.items()}}
    return f"{unit.unit}: {answers} {rest}"


def _shown(value: Value) -> object:
    return str(value) if isinstance(value, Fraction | datetime.date) else value


# --- whole sets -----------------------------------------------------------------------------


@st.composite
def worlds(
    draw: st.DrawFn,
    *,
    kinds: Sequence[str] = KINDS,
    most_leaves: int = 6,
    most_units: int = 8,
    fewest_units: int = 2,
) -> World:
    """A whole set with every option of the language, and its units."""
    ground = _Ground(draw)
    ground.places = draw(st.sampled_from((None, 2, 1, 0)))
    fields = _fields(ground, kinds, draw(st.integers(1, most_leaves)))
    tree: Tree = _head(ground, fields)
    _options(ground, tree, kinds)
    tree["inputs"] = ground.inputs
    if ground.targets:
        tree["targets"] = ground.targets
    return World(_in_file_order(tree), _units(ground, fewest_units, most_units))


@st.composite
def leaf_sets(
    draw: st.DrawFn,
    *,
    kinds: Sequence[str] = KINDS,
    fewest_units: int = 1,
    most_units: int = 4,
    statuses: bool = False,
) -> World:
    """A set of one leaf, for properties of one kind; the leaf's id is "1.1"."""
    ground = _Ground(draw)
    ground.with_statuses = statuses
    leaf = _leaf(ground, "1.1", kinds, plain=True)
    tree = _head(ground, [{"id": "1", "title": "Field", "criteria": [leaf]}])
    tree["inputs"] = ground.inputs
    if ground.targets:
        tree["targets"] = ground.targets
    return World(_in_file_order(tree), _units(ground, fewest_units, most_units))


def _in_file_order(tree: Tree) -> Tree:
    late = ("targets", "inputs", "fields", "adjustments")
    order = [key for key in tree if key not in late] + [key for key in late if key in tree]
    return {key: tree[key] for key in order}


def _head(ground: _Ground, fields: list[Tree]) -> Tree:
    tree: Tree = {
        "parindex": 1,
        "id": "generated",
        "title": "Generated set",
        "status": "reference",
        "year": 2017,
        "group": "communes",
    }
    total = sum((leaf["maximum"] for leaf in _leaves(fields)), Fraction(0))
    if total != 100 or ground.chance(2):
        tree["total"] = total
    tree["fields"] = fields
    return tree


def _leaves(criteria: Sequence[Tree]) -> list[Tree]:
    found: list[Tree] = []
    for criterion in criteria:
        found += _leaves(criterion["criteria"]) if "criteria" in criterion else [criterion]
    return found


def _options(ground: _Ground, tree: Tree, kinds: Sequence[str]) -> None:
    """Rounding, ranks, the law of the not applicable, grades and adjustments."""
    draw = ground.draw
    rounding = {"index": draw(st.sampled_from((2, 1, 0, 3)))}
    if ground.places is not None:
        rounding["points"] = ground.places
    tree["rounding"] = rounding
    tree["rank"] = {
        "on": draw(st.sampled_from(("exact", "printed"))),
        "ties": draw(st.sampled_from(("shared", "dense"))),
    }
    tree["not_applicable"] = draw(st.sampled_from(("flat", "nested")))
    tree["grade_on"] = draw(st.sampled_from(("printed", "exact")))
    if ground.chance(2):
        tree["grades"] = _grades(ground)
    if ground.chance(2):
        tree["adjustments"] = _adjustments(ground, kinds)
        if ground.chance(3):
            tree["adjustments_limit"] = draw(
                st.sampled_from((Fraction(1), Fraction(5, 2), Fraction(1, 4)))
            )


_GRADE_BOUNDS = tuple(
    map(Fraction, ("0", "25", "33.33", "33.3", "50", "55.6", "66.67", "66.7", "75", "87.5", "100"))
)


def _grades(ground: _Ground) -> list[Tree]:
    bounds = ground.draw(st.lists(st.sampled_from(_GRADE_BOUNDS), unique=True, max_size=3))
    grades: list[Tree] = []
    for position, bound in enumerate(sorted(bounds, reverse=True)):
        grade: Tree = {"name": f"Grade {position + 1}", "at_least": bound}
        if ground.chance(3):
            grade["unless"] = [ground.some("yes_no") for _ in range(ground.draw(_one_or_two))]
        grades.append(grade)
    if not grades or not ground.chance(4):
        last: Tree = {"name": "Last grade"}
        if len(grades) > 0 and ground.chance(6):
            last["unless"] = [ground.some("yes_no")]
        grades.append(last)
    return grades


def _adjustments(ground: _Ground, kinds: Sequence[str]) -> list[Tree]:
    made: list[Tree] = []
    for position in range(ground.draw(st.integers(1, 3))):
        penalty = ground.chance(2)
        maximum = ground.maximum() * (-1 if penalty else 1)
        usable = [k for k in kinds if not penalty or k in PENALTY_KINDS] or ["yes_no"]
        adjustment: Tree = {
            "id": f"{'P' if penalty else 'B'}{position + 1}",
            "title": "Penalty" if penalty else "Bonus",
            "maximum": maximum,
            "rule": _rule(ground, maximum, usable, top=True),
        }
        if ground.chance(6):
            adjustment["applies_to"] = ground.attribute()
        ground.items[adjustment["id"]] = maximum
        made.append(adjustment)
    return made


# --- fields, criteria, leaves ---------------------------------------------------------------

_one_or_two = st.integers(1, 2)


def _fields(ground: _Ground, kinds: Sequence[str], leaves: int) -> list[Tree]:
    """A tree of depth one to three over so many leaves."""
    fields: list[Tree] = []
    left = leaves
    while left > 0:
        take = ground.draw(st.integers(1, left)) if len(fields) < 2 else left
        left -= take
        name = str(len(fields) + 1)
        fields.append(_group(ground, name, kinds, take, deepest=2))
    return fields


def _group(ground: _Ground, name: str, kinds: Sequence[str], leaves: int, deepest: int) -> Tree:
    children: list[Tree] = []
    left = leaves
    while left > 0:
        below = f"{name}.{len(children) + 1}"
        if deepest > 0 and ground.chance(3):
            take = ground.draw(st.integers(1, left))
            children.append(_group(ground, below, kinds, take, deepest - 1))
            left -= take
        else:
            children.append(_leaf(ground, below, kinds))
            left -= 1
    group: Tree = {"id": name, "title": f"Criterion {name}", "criteria": children}
    if ground.chance(4):
        group["maximum"] = sum((leaf["maximum"] for leaf in _leaves(children)), Fraction(0))
    return group


def _leaf(ground: _Ground, name: str, kinds: Sequence[str], *, plain: bool = False) -> Tree:
    maximum = ground.maximum()
    ground.items[name] = maximum
    rule = _rule(ground, maximum, kinds, top=True)
    leaf: Tree = {"id": name, "title": f"Leaf {name}", "maximum": maximum, "rule": rule}
    leaf["when_none"] = ground.draw(st.sampled_from(("zero", "exclude", "full")))
    if not plain and ground.chance(4):
        leaf["applies_to"] = ground.attribute()
    direction = direction_of(rule, maximum)
    if direction is not None and ground.chance(2):
        leaf["direction"] = direction
    return leaf


def direction_of(rule: Tree, maximum: Fraction) -> str | None:
    """The direction in which a rule's own text makes it monotone, where that is plain to see."""
    match rule["kind"]:
        case "proportional" | "relative_to_best":
            return "higher_is_better"
        case "per_item":
            return "higher_is_better" if rule["points"] > 0 else None
        case "deduct":
            return "lower_is_better"
        case "line":
            first, second = sorted(rule["through"], key=lambda point: _bound_value(point["at"]))
            low, high = (_worth_value(p["points"], maximum) for p in (first, second))
            return "higher_is_better" if low <= high else "lower_is_better"
        case _:
            return None


def _worth_value(points: Fraction | str, maximum: Fraction) -> Fraction:
    return maximum if points == "maximum" else Fraction(points)


def _bound_value(bound: Fraction | str) -> Fraction:
    return Fraction(bound[:-1]) / 100 if isinstance(bound, str) else Fraction(bound)


# --- inputs ---------------------------------------------------------------------------------

_MAXIMA: Mapping[int | None, tuple[Fraction, ...]] = {
    None: tuple(map(Fraction, ("1", "2", "0.5", "3", "0.25", "1.2", "7.5", "10", "0.3", "40"))),
    0: tuple(map(Fraction, ("1", "2", "3", "7", "10"))),
    1: tuple(map(Fraction, ("1", "2", "0.5", "0.3", "1.2", "7.5"))),
    2: tuple(map(Fraction, ("1", "2", "0.5", "0.25", "1.33", "7.5"))),
}
"""By the decimals that points are rounded to: a maximum is always a rounded number itself."""


class _Ground:
    """What is collected while a set is drawn: inputs, targets, and answers that meet its bounds."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.places: int | None = None
        self.with_statuses = True
        self.inputs: dict[str, Tree] = {}
        self.targets: dict[str, Tree] = {}
        self.hints: list[dict[str, Value]] = []
        self.grid: dict[str, tuple[Fraction, int]] = {}
        self.work: list[Tasks | Count] = []
        self.attributes: list[str] = []
        self.items: dict[str, Fraction] = {}

    def chance(self, one_in: int) -> bool:
        """True about once in `one_in` times, and false in the simplest example."""
        return bool(self.draw(st.integers(0, one_in - 1)) == one_in - 1)

    def maximum(self) -> Fraction:
        return self.draw(st.sampled_from(_MAXIMA[self.places]))

    def attribute(self) -> str:
        name = self.draw(st.sampled_from(_ATTRIBUTES))
        if name not in self.attributes:
            self.attributes.append(name)
        return name

    def fresh(self, kind: str, **keys: Any) -> str:
        name = f"{kind}_{len(self.inputs) + 1}"
        self.inputs[name] = {"type": kind, "title": f"Input {name}", **keys}
        return name

    def some(self, kind: str) -> str:
        """A new input of the type, or one that is already there: leaves share inputs."""
        there = [
            name
            for name, declared in self.inputs.items()
            if declared["type"] == kind and Fraction(declared.get("range", [0])[0]) >= 0
        ]
        if there and self.chance(3):
            return self.draw(st.sampled_from(there))
        match kind:
            case "count" if self.chance(6):
                return self.fresh(kind, range=[0, 20])
            case "amount" if self.chance(6):
                return self.fresh(kind, range=[0, 100])
            case "percent" if self.chance(6):
                return self.fresh(kind, range=[0, 150])
            case "choice":
                return self.fresh(kind, options=["đạt", "một phần", "no"])
            case "tally":
                options = self.draw(st.sampled_from((["A", "B"], ["5", "4", "3", "1"])))
                return self.fresh(kind, options=options)
            case _:
                return self.fresh(kind)

    def numeric(self, *kinds: str) -> str:
        return self.some(self.draw(st.sampled_from(kinds or ("count", "amount", "percent"))))

    def pair(self) -> tuple[str, str]:
        """Two inputs of one type, sometimes the first declared not above the second."""
        kind = self.draw(st.sampled_from(("count", "amount", "percent")))
        second = self.some(kind)
        free = "range" not in self.inputs[second] and "at_most" not in self.inputs[second]
        if free and self.chance(2):
            return self.fresh(kind, at_most=second), second
        return self.some(kind), second

    def fits(self, name: str, value: Fraction) -> bool:
        """Whether a unit may report this number."""
        declared = self.inputs[name]
        low, high = self.limits(name)
        if value < low or value > high:
            return False
        places = decimals_needed(value)
        return places is not None and places <= (0 if declared["type"] == "count" else 3)

    def limits(self, name: str) -> tuple[Fraction, Fraction]:
        declared = self.inputs[name]
        if "range" in declared:
            low, high = declared["range"]
            return Fraction(low), Fraction(high)
        return Fraction(0), Fraction(100 if declared["type"] == "percent" else 10**15 - 1)

    def hint(self, **numbers: Fraction) -> None:
        """Remember answers that meet a bound, and their neighbours, where they may be reported."""
        if not all(self.fits(name, value) for name, value in numbers.items()):
            return
        self.hints.append(dict(numbers))
        for name, value in numbers.items():
            nudge = Fraction(1) if self.inputs[name]["type"] == "count" else _CENT
            for near in (value - nudge, value + nudge):
                if self.fits(name, near):
                    self.hints.append({**numbers, name: near})


# --- quantities -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Drawn:
    """A quantity's tree, and what is known of its values."""

    tree: Any
    rate: bool
    whole: bool = False
    above_one: bool = False
    meet: Callable[[Fraction], None] = lambda x: None
    """Leaves answers behind for which the quantity is exactly x."""


def _quantity(ground: _Ground) -> _Drawn:
    match ground.draw(st.sampled_from(QUANTITIES)):
        case "input":
            return _input_quantity(ground)
        case "ratio":
            a, b = _terms(ground)
            within = _declared_within(ground, a, b)
            meet = _meeting(ground, a, b, lambda p, q: (p, q))
            return _Drawn({"ratio": [a, b]}, rate=True, above_one=not within, meet=meet)
        case "complement":
            a, b = _terms(ground)
            meet = _meeting(ground, a, b, lambda p, q: (q - p, q))
            return _Drawn({"complement": [a, b]}, rate=True, meet=meet)
        case "change":
            a, b = _terms(ground)
            meet = _meeting(ground, a, b, lambda p, q: (p + q, q))
            return _Drawn({"change": [a, b]}, rate=True, above_one=True, meet=meet)
        case "sum":
            names = [ground.numeric("count", "amount") for _ in range(ground.draw(_one_or_two))]
            whole = all(ground.inputs[name]["type"] == "count" for name in names)

            def meet_sum(x: Fraction) -> None:
                ground.hint(**({name: Fraction(0) for name in names} | {names[0]: x}))

            return _Drawn({"sum": names}, rate=False, whole=whole, meet=meet_sum)
        case "attained":
            return _attained(ground)
        case "tasks":
            return _tasks(ground)
        case _:
            return _count(ground)


def _input_quantity(ground: _Ground) -> _Drawn:
    # a negative amount never divides, so it is no input that other quantities may share
    below_zero = ground.chance(6)
    name = ground.fresh("amount", range=[-100, 100]) if below_zero else ground.numeric()
    declared = ground.inputs[name]
    percent = declared["type"] == "percent"

    def meet(x: Fraction) -> None:
        ground.hint(**{name: x * 100 if percent else x})

    return _Drawn(
        name,
        rate=percent,
        whole=declared["type"] == "count",
        above_one=percent and "range" in declared,
        meet=meet,
    )


def _terms(ground: _Ground) -> tuple[Any, Any]:
    a, b = ground.pair()
    first: Any = a
    second: Any = b
    kind = ground.inputs[b]["type"]
    if ground.chance(5):
        second = {"sum": [b, ground.some(kind)]}
    if ground.chance(5):
        first = {"sum": [a, ground.some(kind)]}
    return first, second


def _declared_within(ground: _Ground, a: Any, b: Any) -> bool:
    return isinstance(a, str) and ground.inputs[a].get("at_most") == b


def _meeting(
    ground: _Ground,
    a: Any,
    b: Any,
    sides: Callable[[Fraction, Fraction], tuple[Fraction, Fraction]],
) -> Callable[[Fraction], None]:
    def meet(x: Fraction) -> None:
        numbers: dict[str, Fraction] = {}
        first, second = sides(Fraction(x.numerator), Fraction(x.denominator))
        for term, value in ((b, second), (a, first)):
            names = term["sum"] if isinstance(term, dict) else [term]
            numbers |= {name: Fraction(0) for name in names[1:]} | {names[0]: value}
        ground.hint(**numbers)

    return meet


def _attained(ground: _Ground) -> _Drawn:
    name = ground.numeric()
    percent = ground.inputs[name]["type"] == "percent"
    target = f"target-{len(ground.targets) + 1}"
    if percent:
        value = ground.draw(st.sampled_from(("30%", "75%", Fraction(9, 10))))
    else:
        value = ground.draw(st.sampled_from((Fraction(40), Fraction(3), Fraction("12.5"))))
    ground.targets[target] = {"value": value}

    def meet(x: Fraction) -> None:
        ground.hint(**{name: x * _bound_value(value) * (100 if percent else 1)})

    return _Drawn({"attained": [name, target]}, rate=True, above_one=True, meet=meet)


def _tasks(ground: _Ground) -> _Drawn:
    tree: Tree = {"share": ground.draw(st.sampled_from(("done", "on_time")))}
    if ground.chance(3):
        tree["section"] = ground.draw(st.sampled_from(("II", "III")))
    ground.work.append(Tasks.model_validate({"tasks": tree}))
    return _Drawn({"tasks": tree}, rate=True)


def _count(ground: _Ground) -> _Drawn:
    states = ("missing", "late", "on_time", "done", "due")
    tree: Tree = {"which": ground.draw(st.sampled_from(states))}
    if ground.chance(3):
        tree["section"] = ground.draw(st.sampled_from(("II", "III")))
    ground.work.append(Count.model_validate({"count": tree}))
    return _Drawn({"count": tree}, rate=False, whole=True)


# --- bounds ---------------------------------------------------------------------------------

_RATES = tuple(map(Fraction, ("80", "50", "90", "95", "70", "30", "33.3", "66.67", "5", "99.9")))


def _bounds(ground: _Ground, of: _Drawn, count: int) -> list[tuple[Fraction, Any]]:
    """So many different bounds of a quantity, rising, as (value, spelling)."""
    if of.rate:
        pool = [*_RATES, Fraction(100)] + ([Fraction(120)] if of.above_one else [])
        drawn = ground.draw(
            st.lists(st.sampled_from(pool), min_size=count, max_size=count, unique=True)
        )
        return [(x / 100, _rate_spelling(ground, x)) for x in sorted(drawn)]
    # Whole numbers stand at least two apart, so that no step between them is out of reach.
    steps = ground.draw(st.lists(st.integers(1, 6), min_size=count, max_size=count))
    values: list[Fraction] = []
    for step in steps:
        gap = Fraction(step + 1) if of.whole else Fraction(step, 2)
        values.append((values[-1] if values else Fraction(0)) + gap)
    return [(x, x) for x in values]


def _rate_spelling(ground: _Ground, percent: Fraction) -> Any:
    if percent <= 100 and ground.chance(3):
        return percent / 100
    return f"{shortest(percent)}%"


# --- rules ----------------------------------------------------------------------------------


def _worth(ground: _Ground, maximum: Fraction) -> Fraction | str:
    """Points of a step, tier or option: from 0 to the maximum, or the word."""
    eighths = ground.draw(st.sampled_from((8, 4, 0, 2, 6, 1, 3, 7)))
    return "maximum" if eighths == 8 and ground.chance(2) else maximum * eighths / 8


def _rule(
    ground: _Ground, maximum: Fraction, kinds: Sequence[str], *, top: bool, deeper: int = 2
) -> Tree:
    """One rule worth at most `maximum`; a penalty's maximum lies below 0."""
    usable = [k for k in kinds if deeper > 0 or k not in ("sum_of", "best_of")] or ["yes_no"]
    kind = ground.draw(st.sampled_from(usable))
    match kind:
        case "yes_no":
            return {"kind": kind, "of": ground.some("yes_no")}
        case "all_of":
            names = [ground.some("yes_no") for _ in range(ground.draw(st.integers(1, 3)))]
            return {"kind": kind, "of": names}
        case "deadline":
            return _deadline(ground, maximum)
        case "choice":
            name = ground.some("choice")
            options = ground.inputs[name]["options"]
            points = {option: _worth(ground, maximum) for option in options}
            return {"kind": kind, "of": name, "points": points}
        case "steps":
            return _steps(ground, maximum)
        case "proportional":
            return _proportional(ground, maximum)
        case "line":
            return _line(ground, maximum)
        case "per_item":
            return _per_item(ground, maximum, top=top)
        case "deduct":
            return _deduct(ground, maximum)
        case "answers":
            return _answers(ground)
        case "satisfied":
            name = ground.some("tally")
            options = ground.inputs[name]["options"]
            chosen = ground.draw(
                st.lists(st.sampled_from(options), min_size=1, max_size=3, unique=True)
            )
            return {"kind": kind, "of": name, "options": chosen}
        case "judged":
            return _judged(ground, maximum)
        case "relative_to_best":
            return {"kind": kind, "of": _quantity(ground).tree}
        case "formula":
            return {"kind": kind, "of": _formula(ground, 3)}
        case _:
            return _parts(ground, kind, maximum, kinds, deeper)


def _deadline(ground: _Ground, maximum: Fraction) -> Tree:
    name = ground.some("date")
    days = ground.draw(st.lists(st.integers(0, 90), min_size=1, max_size=3, unique=True))
    worths = sorted(
        (_worth(ground, maximum) for _ in days),
        key=lambda worth: abs(_worth_value(worth, maximum)),
        reverse=True,
    )
    tiers: list[Tree] = []
    for day, points in zip(sorted(days), worths, strict=True):
        by = datetime.date(2017, 1, 31) + datetime.timedelta(day)
        tiers.append({"by": by, "points": points})
        for near in (-1, 0, 1):
            ground.hints.append({name: by + datetime.timedelta(near)})
    return {"kind": "deadline", "of": name, "tiers": tiers}


def _steps(ground: _Ground, maximum: Fraction) -> Tree:
    """A staircase in one of the ways people write it; steps meet and each can be reached."""
    of = _quantity(ground)
    bounds = _bounds(ground, of, ground.draw(st.integers(1, 3)))
    closed = [ground.chance(2) for _ in bounds]
    way = ground.draw(st.sampled_from(("downward", "upward", "bands")))
    steps: list[Tree] = []
    if way == "upward":
        for (_, spelled), shut in zip(bounds, closed, strict=True):
            steps.append({"at_most" if shut else "below": spelled})
    else:
        falling = list(reversed(list(zip(bounds, closed, strict=True))))
        for position, ((x, spelled), shut) in enumerate(falling):
            # Nothing lies above 100 % of a share, so the top bound there is closed.
            shut = shut or (of.rate and x >= 1)
            step: Tree = {"at_least" if shut else "above": spelled}
            if way == "bands" and position > 0:
                (_, upper), _ = falling[position - 1]
                step["below" if "at_least" in steps[-1] else "at_most"] = upper
            steps.append(step)
    for x, _ in bounds:
        of.meet(x)
    for step in steps:
        step["points"] = _worth(ground, maximum)
    return {"kind": "steps", "of": of.tree, "steps": steps}


def _proportional(ground: _Ground, maximum: Fraction) -> Tree:
    of = _quantity(ground)
    (low, low_spelled), (high, high_spelled) = _bounds(ground, of, 2)
    rule: Tree = {"kind": "proportional", "of": of.tree}
    if ground.chance(2):
        rule["from"] = low_spelled
        of.meet(low)
    if not of.rate or ground.chance(2):
        rule["full_at"] = high_spelled
        of.meet(high)
    else:
        of.meet(Fraction(1))
    if "from" in rule and "full_at" not in rule and low > 1:
        del rule["from"]
    if ground.chance(3):
        quarters = (3, 1, 4, 2, 0) if maximum > 0 else (3, 1, 4, 2)
        rule["coefficient"] = maximum * ground.draw(st.sampled_from(quarters)) / 4
    return rule


def _line(ground: _Ground, maximum: Fraction) -> Tree:
    of = _quantity(ground)
    bounds = _bounds(ground, of, 2)
    points = [{"at": spelled, "points": _worth(ground, maximum)} for _, spelled in bounds]
    for x, _ in bounds:
        of.meet(x)
    if ground.chance(4):
        points.reverse()
    return {"kind": "line", "of": of.tree, "through": points}


def _per_item(ground: _Ground, maximum: Fraction, *, top: bool) -> Tree:
    of = _quantity(ground)
    each = maximum * ground.draw(st.sampled_from((2, 1, 4, 3, 10))) / 8
    if not top and maximum > 0 and ground.chance(2):
        each = -each
    of.meet(maximum / each if maximum * each > 0 else Fraction(1))
    return {"kind": "per_item", "of": of.tree, "points": each}


def _deduct(ground: _Ground, maximum: Fraction) -> Tree:
    of = _quantity(ground)
    percent = ground.draw(st.sampled_from(tuple(map(Fraction, ("25", "50", "33.3", "100", "5")))))
    rule: Tree = {"kind": "deduct", "of": of.tree}
    # Points off a penalty would be points added to it: a share of it is what can be meant.
    if maximum > 0 and ground.chance(2):
        rule["points"] = maximum * ground.draw(st.sampled_from((2, 1, 3, 8))) / 8
        of.meet(maximum / rule["points"])
    else:
        rule["percent_of_maximum"] = percent
        of.meet(100 / percent)
    return rule


def _answers(ground: _Ground) -> Tree:
    name = ground.some("tally")
    options = ground.inputs[name]["options"]
    pool = tuple(map(Fraction, ("100", "0", "60", "20", "33.3", "66.67")))
    weights = {option: ground.draw(st.sampled_from(pool)) for option in options}
    return {"kind": "answers", "of": name, "weights": weights}


def _judged(ground: _Ground, maximum: Fraction) -> Tree:
    """An input of its own, since a reviewer's points are on the grid of one leaf."""
    steps = ground.draw(st.sampled_from((4, 2, 1, 8)))
    increment = maximum / steps
    name = ground.fresh("points")
    ground.grid[name] = (increment, steps)
    return {"kind": "judged", "of": name, "increment": increment}


def _parts(
    ground: _Ground, kind: str, maximum: Fraction, kinds: Sequence[str], deeper: int
) -> Tree:
    parts: list[Tree] = []
    for _ in range(ground.draw(st.integers(1, 3))):
        own = maximum
        stated = ground.chance(2)
        if stated:
            own = maximum * ground.draw(st.sampled_from((4, 2, 1, 6))) / 8
            if maximum * 4 / own > 32:
                own = maximum
        # Half of the parts are the kind that may take points away: that is where sums differ.
        usable = ("per_item",) if ground.chance(4) and "per_item" in kinds else kinds
        part = _rule(ground, own, usable, top=False, deeper=deeper - 1)
        if stated:
            part = {**part, "maximum": own}
        parts.append(part)
    return {"kind": kind, "parts": parts}


def _formula(ground: _Ground, deepest: int) -> str:
    """The text of an expression; it may divide by zero, on purpose."""
    shapes = ["input", "number", "maximum"]
    if deepest > 0:
        shapes = ["sum", "product", "quotient", "difference", "extreme", "minus", *shapes]
    match ground.draw(st.sampled_from(shapes)):
        case "input":
            judged = [name for name in ground.grid if ground.chance(3)]
            return judged[0] if judged else ground.numeric()
        case "number":
            return ground.draw(st.sampled_from(("2", "0.5", "0", "1", "0.333", "100")))
        case "maximum":
            return "maximum"
        case "minus":
            return f"-{_factor(ground, deepest)}"
        case "extreme":
            parts = [_formula(ground, deepest - 1) for _ in range(ground.draw(st.integers(1, 3)))]
            return f"{ground.draw(st.sampled_from(('min', 'max')))}({', '.join(parts)})"
        case "sum":
            return f"{_formula(ground, deepest - 1)} + {_factor(ground, deepest)}"
        case "difference":
            return f"{_formula(ground, deepest - 1)} - {_factor(ground, deepest)}"
        case "product":
            return f"{_factor(ground, deepest)} * {_factor(ground, deepest)}"
        case _:
            return f"{_factor(ground, deepest)} / {_factor(ground, deepest)}"


def _factor(ground: _Ground, deepest: int) -> str:
    inner = _formula(ground, deepest - 1)
    return inner if re.fullmatch(r"[a-z0-9_.]+|(min|max)\([^()]*\)", inner) else f"({inner})"


# --- units and their answers ----------------------------------------------------------------


def _units(ground: _Ground, fewest: int, most: int) -> tuple[UnitAnswers, ...]:
    """Units, some of them copies of another (a tie), some copies with one digit changed."""
    units: list[UnitAnswers] = []
    for position in range(ground.draw(st.integers(fewest, most))):
        name = f"u{position + 1}"
        if units and ground.chance(4):
            copied = ground.draw(st.sampled_from(units))
            unit = replace(copied, unit=name)
            if ground.chance(2):
                unit = _nudged(ground, unit)
        else:
            unit = _unit(ground, name)
        units.append(unit)
    return tuple(units)


def _unit(ground: _Ground, name: str) -> UnitAnswers:
    answers: dict[str, Value] = {}
    for asked in ground.inputs:
        answers[asked] = None if ground.chance(12) else _answer(ground, asked)
    if ground.hints:
        for hint in ground.draw(st.lists(st.sampled_from(ground.hints), max_size=4)):
            answers |= hint
    _keep_limits(ground, answers)
    statuses: dict[str, Status] = {}
    if ground.with_statuses and answers and ground.chance(3):
        asked = ground.draw(st.sampled_from(sorted(answers)))
        statuses[asked] = ground.draw(st.sampled_from(_STATUSES))
        if ground.chance(3):
            asked = ground.draw(st.sampled_from(sorted(answers)))
            statuses[asked] = ground.draw(st.sampled_from(_STATUSES))
    given: dict[str, Fraction] = {}
    decided: dict[str, Status] = {}
    if ground.with_statuses and ground.chance(3):
        for item in ground.draw(st.lists(st.sampled_from(sorted(ground.items)), max_size=3)):
            if ground.chance(2):
                decided[item] = ground.draw(st.sampled_from(_STATUSES))
            if ground.chance(2):
                given[item] = _given(ground, ground.items[item])
    return UnitAnswers(
        unit=name,
        answers=answers,
        name=f"Unit {name}",
        ranked=not ground.chance(8),
        attributes={attribute: not ground.chance(3) for attribute in ground.attributes},
        statuses=statuses,
        tasks=_task_counts(ground),
        given=given,
        decided=decided,
    )


def _given(ground: _Ground, maximum: Fraction) -> Fraction:
    """A reviewer's points: the ends, eighths, and what has more decimals than billionths hold."""
    eighths = maximum * ground.draw(st.integers(0, 8)) / 8
    if eighths != 0 and ground.chance(4):
        eighths -= Fraction(1 if maximum > 0 else -1, 10**11)
    return eighths


_SMALL = st.integers(0, 5)
_COUNTS = st.one_of(_SMALL, st.integers(0, 100), st.integers(0, 10**12))
_AMOUNTS = st.one_of(
    _SMALL.map(Fraction),
    st.integers(0, 10_000).map(lambda n: Fraction(n, 100)),
    st.integers(0, 10**18 - 1).map(lambda n: Fraction(n, 1000)),
)
_PERCENTS = st.one_of(
    st.integers(0, 100).map(Fraction), st.integers(0, 10_000).map(lambda n: Fraction(n, 100))
)
_DATES = st.integers(0, 150).map(lambda n: datetime.date(2017, 1, 1) + datetime.timedelta(n))


def _answer(ground: _Ground, name: str) -> Value:
    draw, declared = ground.draw, ground.inputs[name]
    low, high = ground.limits(name)
    match declared["type"]:
        case "count" if "range" in declared:
            return draw(st.integers(int(low), int(high)))
        case "count":
            return draw(_COUNTS)
        case "amount" | "percent" if "range" in declared:
            tenths = draw(st.integers(0, int((high - low) * 10)).map(lambda n: Fraction(n, 10)))
            return low + tenths
        case "amount":
            return draw(_AMOUNTS)
        case "percent":
            return draw(_PERCENTS)
        case "date":
            return draw(_DATES)
        case "yes_no":
            return draw(st.booleans())
        case "choice":
            return draw(st.sampled_from(declared["options"]))
        case "tally":
            counts = st.one_of(_SMALL, st.integers(0, 200), st.integers(0, 10**9))
            return {option: draw(counts) for option in declared["options"]}
        case _:
            increment, steps = ground.grid[name]
            return increment * draw(st.integers(0, steps))


def _keep_limits(ground: _Ground, answers: dict[str, Value]) -> None:
    """Bring an answer down to the one that it may not exceed."""
    for name, declared in ground.inputs.items():
        if "at_most" not in declared:
            continue
        value, limit = answers[name], answers[declared["at_most"]]
        if isinstance(value, Fraction | int) and isinstance(limit, Fraction | int):
            answers[name] = min(value, limit)


def _task_counts(ground: _Ground) -> dict[str, int]:
    counts: dict[str, int] = {}
    columns = [column for quantity in ground.work for column in task_columns(quantity)]
    for column in columns:
        due = replace(column, what="due").name
        if due not in counts:
            counts[due] = ground.draw(st.one_of(_SMALL, st.sampled_from((10, 20, 1000))))
        if column.name not in counts:
            all_of_it = ground.chance(4)
            some = counts[due] if all_of_it else ground.draw(st.integers(0, counts[due]))
            counts[column.name] = some
    return counts


def _nudged(ground: _Ground, unit: UnitAnswers) -> UnitAnswers:
    """The same unit with one number changed in its last digit: a tie that is none."""
    names = [
        name
        for name, value in unit.answers.items()
        if isinstance(value, Fraction | int)
        and not isinstance(value, bool)
        and name not in ground.grid
    ]
    if not names:
        return unit
    name = ground.draw(st.sampled_from(names))
    value = unit.answers[name]
    assert isinstance(value, Fraction | int)
    last = Fraction(1) if ground.inputs[name]["type"] == "count" else Fraction(1, 1000)
    for near in (Fraction(value) + last, Fraction(value) - last):
        if ground.fits(name, near):
            answers = {**unit.answers, name: near}
            _keep_limits(ground, answers)
            return replace(unit, answers=answers)
    return unit


# --- the set as a file ----------------------------------------------------------------------

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_NOT_TEXT = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def as_yaml(tree: Mapping[str, Any]) -> str:
    """The text of a criteria file with exactly these values."""
    lines: list[str] = []
    for key, value in tree.items():
        lines += _block(key, value, "")
    return "\n".join(lines) + "\n"


def _block(key: str, value: Any, indent: str) -> list[str]:
    """Criteria stand below each other; everything else fits on a line."""
    if key == "inputs" and value:
        return [f"{indent}inputs:"] + [
            f"{indent}  {_key(name)}: {_flow(declared)}" for name, declared in value.items()
        ]
    if key in ("fields", "criteria", "adjustments", "cases") and value:
        lines = [f"{indent}{key}:"]
        for item in value:
            below: list[str] = []
            for name, inner in item.items():
                below += _block(name, inner, f"{indent}    ")
            below[0] = f"{indent}  - {below[0].lstrip()}"
            lines += below
        return lines
    return [f"{indent}{_key(key)}: {_flow(value)}"]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) and name.lower() not in _NOT_TEXT else _quoted(name)


def _flow(value: Any) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_key(k)}: {_flow(v)}" for k, v in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case bool():
            return "yes" if value else "no"
        case int():
            return str(value)
        case Fraction():
            assert decimals_needed(value) is not None, value
            return shortest(value)
        case datetime.date():
            return value.isoformat()
        case _:
            return _quoted(str(value))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
