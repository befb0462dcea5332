"""Illustrative answers (dữ liệu minh họa): seeded, realistic, for any set; never real data.

They go to a file and come back through the same door as everybody's answers.  Most units do well,
some are late, a few do not report, in some no case arises, and some are alike to the last digit.
"""

from __future__ import annotations

import csv
import datetime
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from criteria.exact import fixed, shortest
from criteria.model import CriteriaSet, Input, leaf_inputs
from criteria.quantities import Change, Complement, Quantity, Ratio, term_inputs
from criteria.rules import (
    Answers,
    BestOf,
    Choice,
    Deadline,
    Deduct,
    Line,
    PerItem,
    Proportional,
    RelativeToBest,
    Rule,
    Satisfied,
    Steps,
    SumOf,
)
from inputs.limits import Judgement, judgements, range_of
from inputs.units import Unit, Units

COLUMNS = ("unit", "input", "value", "status", "reason")

_REASONS = (
    "Đối chiếu tài liệu kiểm chứng, thống nhất với tự chấm",
    "Thiếu một phần tài liệu kiểm chứng",
    "Kết quả kiểm tra thực tế tại đơn vị",
)
_MISSING = 0.02
"""Share of answers that are not reported."""
_TWINS = 0.04
"""Share of units that report just what the unit before them reports."""


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row of a long table of answers."""

    unit: str
    input: str
    value: str
    status: str = ""
    reason: str = ""


def illustrative_answers(
    criteria_set: CriteriaSet, units: Units | Sequence[Unit], seed: int
) -> list[AnswerRow]:
    """Generated answers of every unit of the set's group, the same for the same seed.

    Answers of a unit hang on the seed, the set and the unit's id alone, not on its neighbours
    (but for twins, who copy the unit before them).
    """
    plan = _Plan(criteria_set)
    rows: list[AnswerRow] = []
    before: list[AnswerRow] = []
    traits: Mapping[str, bool] = {}
    for unit in units:
        if unit.group != criteria_set.group:
            continue
        chance = random.Random(f"{seed}/{criteria_set.id}/{unit.unit}")
        twin = chance.random() < _TWINS and traits == unit.attributes
        own = (
            [replace(row, unit=unit.unit) for row in before]
            if before and twin
            else list(plan.rows(unit, chance))
        )
        rows += own
        before, traits = own, unit.attributes
    return rows


def write_answers_csv(path: Path, rows: Iterable[AnswerRow]) -> None:
    """Write a long table of answers: UTF-8 with a BOM, as Excel likes it, CRLF-free."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for row in rows:
            writer.writerow((row.unit, row.input, row.value, row.status, row.reason))


class _Plan:
    """What is known of a set before any unit answers: who divides by whom, deadlines, roles."""

    def __init__(self, criteria_set: CriteriaSet) -> None:
        self.set = criteria_set
        self.judged = judgements(criteria_set)
        self.whole_of: dict[str, str] = {}
        self.badness: set[str] = set()
        self.tiers: dict[str, tuple[datetime.date, ...]] = {}
        self.weights: dict[str, dict[str, Fraction]] = {}
        self.earned: dict[str, dict[str, Fraction]] = {}
        items = criteria_set.items
        self.only_for: dict[str, set[str | None]] = {}
        for item in items:
            for name in leaf_inputs(item):
                self.only_for.setdefault(name, set()).add(item.applies_to)
            for rule in _parts(item.rule):
                self._learn(rule)
        for name, declared in criteria_set.inputs.items():
            if declared.at_most is not None:
                self.whole_of.setdefault(name, declared.at_most)
        for grade in criteria_set.grades:
            self.badness.update(grade.unless)

    def _learn(self, rule: Rule) -> None:
        match rule:
            case Deadline(of=of, tiers=tiers):
                self.tiers[of] = tuple(sorted(tier.by for tier in tiers))
            case Answers(of=of, weights=weights):
                self.weights[of] = dict(weights)
            case Satisfied(of=of, options=options):
                self.weights.setdefault(of, {}).update((o, Fraction(100)) for o in options)
            case Choice(of=of, points=points):
                self.earned[of] = {
                    option: Fraction(10**9) if value == "maximum" else Fraction(value)
                    for option, value in points.items()
                }
            case Deduct(of=of):
                self._learn_quantity(of)
                self.badness.update([of] if isinstance(of, str) else [])
            case (
                Steps(of=of)
                | Proportional(of=of)
                | Line(of=of)
                | PerItem(of=of)
                | RelativeToBest(of=of)
            ):
                self._learn_quantity(of)
                if isinstance(rule, PerItem) and rule.points < 0 and isinstance(of, str):
                    self.badness.add(of)
            case _:
                pass

    def _learn_quantity(self, quantity: Quantity) -> None:
        match quantity:
            case Ratio(ratio=(part, whole)) | Complement(complement=(part, whole)):
                for name in term_inputs(part):
                    self.whole_of.setdefault(name, term_inputs(whole)[0])
                if isinstance(quantity, Complement):
                    self.badness.update(term_inputs(part))
            case Change(change=(now, before)):
                for name in term_inputs(now):
                    self.whole_of.setdefault(name, term_inputs(before)[0])
            case _:
                pass

    def rows(self, unit: Unit, chance: random.Random) -> Iterator[AnswerRow]:
        """The answers of one unit, in the order of the set's inputs."""
        diligence = chance.betavariate(8, 2)
        numbers: dict[str, Fraction] = {}
        for name in self._wholes_first():
            declared = self.set.inputs[name]
            if declared.type in ("count", "amount", "percent"):
                numbers[name] = self._number(name, declared, numbers, diligence, chance)
            elif declared.type == "date":
                day = Fraction(self._day(name, diligence, chance).toordinal())
                numbers[name] = min(day, numbers.get(declared.at_most or "", day))
        for name, declared in self.set.inputs.items():
            missing = chance.random() < _MISSING
            if missing or not self._asked(name, unit):
                continue
            yield from self._answer(unit.unit, name, declared, numbers, diligence, chance)

    def _asked(self, name: str, unit: Unit) -> bool:
        """False for inputs that only criteria read which do not apply to the unit."""
        asking = self.only_for.get(name, {None})
        return any(trait is None or unit.attributes.get(trait, False) for trait in asking)

    def _wholes_first(self) -> list[str]:
        """All inputs, each after the ones that bound it."""
        order: dict[str, None] = {}

        def visit(name: str, on_the_way: frozenset[str]) -> None:
            if name in on_the_way or name in order or name not in self.set.inputs:
                return
            for above in (self.set.inputs[name].at_most, self.whole_of.get(name)):
                if above is not None:
                    visit(above, on_the_way | {name})
            order.setdefault(name)

        for name in self.set.inputs:
            visit(name, frozenset())
        return list(order)

    def _number(
        self,
        name: str,
        declared: Input,
        numbers: Mapping[str, Fraction],
        diligence: float,
        chance: random.Random,
    ) -> Fraction:
        bad = name in self.badness
        if declared.type == "percent":
            low, high = range_of(declared)
            share = _share(diligence, chance, bad)
            low, high = low or Fraction(0), Fraction(100) if high is None else high
            number = low + (high - low) * share
        elif (whole := numbers.get(self.whole_of.get(name, ""))) is not None:
            number = whole * _share(diligence, chance, bad)
        elif bad:
            number = Fraction(chance.choice((0, 0, 0, 0, 1, 1, 2)))
        elif name in set(self.whole_of.values()):
            nothing_arose = chance.random() < 0.05
            size = chance.choice((10, 20, 50, 200, 1000))
            number = Fraction(0 if nothing_arose else chance.randint(size // 2, 2 * size))
        else:
            number = Fraction(chance.choice((0, 1, 1, 2, 2, 3, 4, 6)))
        return self._kept(declared, number, numbers)

    def _kept(self, declared: Input, number: Fraction, numbers: Mapping[str, Fraction]) -> Fraction:
        """`number` with the decimals of its type, inside the range and below `at_most`."""
        step = Fraction(1) if declared.type == "count" else Fraction(1, 10)
        low, high = range_of(declared)
        above = numbers.get(declared.at_most or "")
        if above is not None:
            high = above if high is None else min(high, above)
        number = (number / step).__floor__() * step
        if high is not None:
            number = min(number, high)
        return number if low is None else max(number, low)

    def _answer(
        self,
        unit: str,
        name: str,
        declared: Input,
        numbers: Mapping[str, Fraction],
        diligence: float,
        chance: random.Random,
    ) -> Iterator[AnswerRow]:
        match declared.type:
            case "count":
                yield AnswerRow(unit, name, str(numbers[name].numerator))
            case "amount":
                yield AnswerRow(unit, name, _vietnamese(numbers[name]))
            case "percent":
                yield AnswerRow(unit, name, f"{_vietnamese(numbers[name])} %")
            case "date":
                day = datetime.date.fromordinal(numbers[name].numerator)
                yield AnswerRow(unit, name, day.strftime("%d/%m/%Y"))
            case "yes_no":
                good = chance.random() < 0.6 + 0.4 * diligence
                yes = (chance.random() < 0.06) if name in self.badness else good
                yield AnswerRow(unit, name, "có" if yes else "không")
            case "choice":
                yield AnswerRow(unit, name, self._option(name, declared, diligence, chance))
            case "tally":
                counts = self._tally(name, declared, diligence, chance)
                for option, count in counts.items():
                    yield AnswerRow(unit, f"{name}:{option}", str(count))
            case "points":
                points, reason = self._points(name, declared, diligence, chance)
                yield AnswerRow(unit, name, points, reason=reason)

    def _day(self, name: str, diligence: float, chance: random.Random) -> datetime.date:
        tiers = self.tiers.get(name) or (datetime.date(self.set.year, 3, 31),)
        roll = chance.random()
        if roll < 0.55 + 0.4 * diligence:
            return tiers[0] - datetime.timedelta(days=chance.choice((0, 0, 1, 2, 5, 9, 14, 20)))
        return chance.choice(tiers) + datetime.timedelta(days=chance.choice((1, 3, 10, 25, 60)))

    def _option(self, name: str, declared: Input, diligence: float, chance: random.Random) -> str:
        options = list(declared.options or ())
        earned = self.earned.get(name, {})
        options.sort(key=lambda option: earned.get(option, Fraction(0)), reverse=True)
        best = chance.random() < 0.3 + 0.6 * diligence
        return options[0] if best else chance.choice(options)

    def _tally(
        self, name: str, declared: Input, diligence: float, chance: random.Random
    ) -> dict[str, int]:
        options = declared.options or ()
        liked = self.weights.get(name, {})
        warmth = [
            float(liked.get(option, Fraction(0))) / 100 * 8 * diligence + 0.5 for option in options
        ]
        counts = dict.fromkeys(options, 0)
        for option in chance.choices(options, weights=warmth, k=chance.randint(60, 200)):
            counts[option] += 1
        return counts

    def _points(
        self, name: str, declared: Input, diligence: float, chance: random.Random
    ) -> tuple[str, str]:
        judged = self.judged.get(name)
        if not judged:
            low, high = declared.range or (Fraction(0), Fraction(1))
            judged = [Judgement(Fraction(1, 4), low, high)]
        rule = judged[0]
        low = max(j.low for j in judged)
        high = min(j.high for j in judged)
        if declared.range is not None:
            low, high = max(low, declared.range[0]), min(high, declared.range[1])
        share = _share(diligence, chance, bad=high <= 0)
        steps = ((low + (high - low) * share) / rule.increment).__floor__()
        points = max(low, min(high, steps * rule.increment))
        return _vietnamese(points), chance.choice(_REASONS)


def _parts(rule: Rule) -> Iterator[Rule]:
    yield rule
    if isinstance(rule, SumOf | BestOf):
        for part in rule.parts:
            yield from _parts(part)


def _share(diligence: float, chance: random.Random, bad: bool) -> Fraction:
    """A rate, mostly from 0.75 to 1, often exactly 1; of something bad, mostly near 0."""
    roll = chance.random()
    if roll < 0.35 * diligence:
        share = Fraction(1)
    elif roll < 0.92:
        share = Fraction(chance.randint(750, 1000), 1000)
    else:
        share = Fraction(chance.randint(300, 750), 1000)
    return (1 - share) / 2 if bad else share


def _vietnamese(number: Fraction) -> str:
    """With a decimal comma, and never such that a thousands mark could be meant."""
    text = shortest(number)
    if len(text.partition(".")[2]) == 3:
        text = fixed(number, 4)
    return text.replace(".", ",")
