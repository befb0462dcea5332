"""Packs and generated worlds as self-scoring forms, with what the engine says of the same units."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache

from criteria.assessment.model import Assessment
from criteria.load import read_set
from criteria.model import CriteriaSet
from criteria.packs import load_pack
from criteria.plan.load import load_plan
from inputs.facts import Facts, UnitAnswers, facts_of, set_task_columns
from inputs.illustrative import AnswerRow, illustrative_answers
from inputs.obligations import Obligation, Undated, bodies_of
from inputs.progress import Progress, plan_works
from inputs.task_counts import Cut, counted
from inputs.units import Unit, Units, read_units
from inputs.workbooks.form import Form, form_of
from inputs.workbooks.owed import owed_by_unit
from outputs.forms.self_filled import NOTHING, Done, Filled, Proof, Value

PACKS = (
    "dong-nai-2017",
    "tien-giang-2018",
    "hung-yen-2018",
    "binh-phuoc-2018",
    "soc-trang-2011-2015",
)
"""Those whose units score themselves."""


def assessment_of(
    groups: Sequence[str], year: int = 2018, *, generated: bool = False
) -> Assessment:
    tree = {
        "parindex_assessment": 1,
        "id": "thu",
        "title": "Chấm điểm cải cách hành chính",
        "province": "Tỉnh Thử",
        "year": year,
        "generated": generated,
        "sets": dict.fromkeys(groups, "set.yaml"),
        "units": "units.csv",
        "calendar": {
            "self": datetime.date(year + 1, 1, 15),
            "review": datetime.date(year + 1, 2, 15),
            "appeal": datetime.date(year + 1, 2, 28),
        },
        "contact": "Phòng Cải cách hành chính",
        "coordinator": "so-noi-vu",
        "reviewers": {"so-noi-vu": {"title": "Sở Nội vụ"}},
    }
    return Assessment.model_validate(tree)


@dataclass(frozen=True)
class PackForms:
    """One pack: its sets by group, and what its units owe."""

    sets: Mapping[str, CriteriaSet]
    units: Units
    owed: Mapping[str, tuple[Obligation | Undated, ...]]
    assessment: Assessment

    def form(self, unit: Unit) -> Form:
        return form_of(self.sets[unit.group], self.assessment, unit, self.owed.get(unit.unit, ()))

    def some(self, count: int) -> Iterator[Unit]:
        """The first units of every group."""
        for group in self.sets:
            yield from self.units.of_group(group)[:count]


@cache
def pack_forms(name: str) -> PackForms:
    pack = load_pack(name)
    sets = {}
    for path in pack.sets:
        found = read_set(path).set
        assert found is not None
        sets[found.group] = found
    units = read_units(pack.units)
    assert pack.plan is not None
    plan = load_plan(pack.plan)
    owed = owed_by_unit(plan, bodies_of(plan, units), units, sets)
    return PackForms(sets, units, owed, assessment_of(list(sets), pack.year))


# --- generated contents ---------------------------------------------------------------------------


def filled_by_chance(form: Form, seed: int) -> Filled:
    """A form filled in by generated answers; some cells stay blank."""
    rows = illustrative_answers(form.set, [form.unit], seed)
    answers = {row.input: _value(form.set, row) for row in rows}
    proofs = {
        duty.item.id: Proof("Báo cáo 12/BC-SNV ngày 05/12/2017, trang 3", "Đã sáp nhập")
        for number, duty in enumerate(form.duties)
        if (number + seed) % 3
    }
    done = {}
    for number, row in enumerate(form.tasks):
        if isinstance(row.owed, Obligation) and (number + seed) % 4:
            late = datetime.timedelta((number * 7 + seed) % 5 - 3)
            key = (row.owed.task.id, row.owed.span.key)
            done[key] = Done(row.owed.span.last + late, "Công văn 3/CV")
    return Filled(answers, proofs, done)


def _value(criteria_set: CriteriaSet, row: AnswerRow) -> Value:
    name = row.input if row.input in criteria_set.inputs else row.input.partition(":")[0]
    match criteria_set.inputs[name].type:
        case "date":
            return datetime.datetime.strptime(row.value, "%d/%m/%Y").date()
        case "yes_no":
            return row.value == "có"
        case "choice":
            return row.value
        case _:
            return Fraction(row.value.removesuffix(" %").replace(",", "."))


# --- the same for the engine ----------------------------------------------------------------------


def facts_of_form(form: Form, filled: Filled, open_: frozenset[str] = frozenset()) -> Facts:
    """What the engine is given of one unit at stage self: its own answers, and all leaves pending
    that are in others' hands, or are `open_`."""
    answers: dict[str, object] = {}
    own = {row.input for row in form.asks}
    for name, declared in form.set.inputs.items():
        if name not in own:
            continue
        if declared.type == "tally":
            counts = {o: filled.answers.get(f"{name}:{o}") for o in declared.options or ()}
            if None not in counts.values():
                answers[name] = counts
        elif (value := filled.answers.get(name)) is not None:
            answers[name] = value
    pending = {d.item.id for d in form.duties if not d.asked and d.applies} | open_
    unit = UnitAnswers(
        form.unit.unit,
        answers,  # type: ignore[arg-type]
        attributes=form.unit.attributes,
        tasks=task_counts(form, filled),
        decided=dict.fromkeys(pending, "pending"),
    )
    return facts_of(form.set, [unit])


def task_counts(form: Form, filled: Filled) -> dict[str, int]:
    """Counts of the unit's tasks, worked out as tables of progress are."""
    plan = form.set.plan
    if plan is None:
        return {}
    done = {
        (form.unit.unit, *key): said.day
        for key, said in filled.done.items()
        if said.day is not None
    }
    unit = form.unit
    bodies = bodies_of(plan, Units((unit,), None))  # type: ignore[arg-type]
    owed = {row.owed.task.id for row in form.tasks}
    works = [work for work in plan_works(plan, bodies, Progress(done)) if work.name in owed]
    columns = set_task_columns(form.set)
    cut = Cut.of(form.set.year, None)
    counts, _ = counted(columns, works, cut, repeated=plan.policy.repeated)
    return {name: found.get(unit.unit, 0) for name, found in counts.items()}


def blank(filled: Filled = NOTHING, **changes: Value) -> Filled:
    return replace(filled, answers={**filled.answers, **changes})
