"""Live points of one unit (cách tính điểm): the cells from its yellow cells to its index.

The formulas are those of `scoring.excel_*`; here they are given the cells of the form, and the
counts of the plan's tasks from the sheet of tasks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from criteria.model import Input
from criteria.plan.model import Task
from criteria.quantities import TaskColumn
from inputs.facts import EPOCH, rule_task_columns
from inputs.obligations import Obligation
from inputs.task_counts import Cut, Work, chosen
from inputs.workbooks.duties import Duty
from inputs.workbooks.form import FORM, NO, TASK_DONE, TASKS, VALUE, WORKING, YES, Form, TaskRow
from outputs.forms.self_filled import NOTHING, Best, Done, Filled
from outputs.forms.self_words import SetWords, bounds, say
from scoring.excel_cells import CalcSheet, Cell, constant
from scoring.excel_columns import Entry, entry_columns
from scoring.excel_terms import ExcelLeaf, excel_leaf
from scoring.excel_totals import ExcelTotals, excel_totals

_DAY = Input(type="date", title="done")
"""How the day on which a task was done is read."""


@dataclass(frozen=True)
class Calculated:
    """The calculation of one unit.

    `leaves`: those in the unit's hands; None where the points need other units, or a table of
    tasks.  `columns`: cells by column of facts.  `outcomes`: of each row of the sheet of tasks, 0
    not done, 1 late, 2 on time.
    """

    calc: CalcSheet
    columns: Mapping[str, Cell]
    outcomes: Mapping[int, Cell]
    leaves: Mapping[str, ExcelLeaf | None]
    totals: ExcelTotals


def calculated(form: Form, words: SetWords, filled: Filled, best: Best) -> Calculated:
    """The cells of all leaves in the unit's hands, and of the sums.

    Forms of one layout in which nothing stands yet have the same cells: they are made once.
    """
    if filled != NOTHING or best:
        return _calculated(form, words, filled, best)
    alike = (form.layout, tuple(sorted(form.unit.attributes.items())))
    known = words.known.get(alike)
    if not isinstance(known, Calculated):
        known = words.known[alike] = _calculated(form, words, filled, best)
    return known


def _calculated(form: Form, words: SetWords, filled: Filled, best: Best) -> Calculated:
    criteria_set = form.set
    calc = CalcSheet(WORKING)
    calc.heading(say("calc.title"))
    calc.heading(say("calc.inputs"))
    columns = _inputs(calc, form, words, filled)
    limits = dict(words.limits)
    outcomes: dict[int, Cell] = {}
    if form.tasks or words.counted:
        calc.heading(say("calc.tasks"))
        outcomes = _outcomes(calc, form.tasks, filled)
        counts = _counts(calc, form, words, outcomes, filled)
        columns |= counts
        limits |= dict.fromkeys(counts, (0, len(form.tasks)))
    flags = {f"has:{a}": form.unit.attributes.get(a) is True for a in criteria_set.attributes}
    leaves: dict[str, ExcelLeaf | None] = {}
    for duty in form.duties:
        name = duty.item.id
        if not duty.asked or not _computable(duty, words, columns, best):
            leaves[name] = None
            continue
        calc.heading(say("calc.leaf", id=name))
        terms = words.terms(name, best) if name in words.relative else words.plain_terms[name]
        leaves[name] = excel_leaf(
            calc,
            terms,
            columns,
            flags,
            limits,
            criteria_set.printed_points,
            rounded=criteria_set.rounding.points,
        )
    calc.heading(say("calc.totals"))
    without = frozenset(duty.item.id for duty in form.duties if not duty.applies)
    totals = excel_totals(calc, criteria_set, leaves, without)
    return Calculated(calc, columns, outcomes, leaves, totals)


def _computable(duty: Duty, words: SetWords, columns: Mapping[str, Cell], best: Best) -> bool:
    known = best.get(duty.item.id, {})
    if any(path not in known for path in words.relative.get(duty.item.id, ())):
        return False
    return all(each.name in columns for each in rule_task_columns(duty.item.rule))


def _inputs(calc: CalcSheet, form: Form, words: SetWords, filled: Filled) -> dict[str, Cell]:
    """The columns of all inputs that the form asks for."""
    asked: dict[str, dict[str, Entry]] = {}
    for row in form.asks:
        assert row.input is not None
        ref = f"'{FORM}'!${VALUE}${row.row}"
        entry = Entry(ref, filled.answers.get(row.column))
        asked.setdefault(row.input, {})[row.column] = entry
    columns: dict[str, Cell] = {}
    for name, entries in asked.items():
        decimals, low, high = bounds(words.entries[name])
        columns |= entry_columns(
            calc,
            name,
            form.set.inputs[name],
            entries,
            decimals=decimals,
            low=low,
            high=high,
            yes=YES,
            no=NO,
        )
    return columns


# --- the plan's tasks ---------------------------------------------------------------------------


def done_of(row: TaskRow, filled: Filled) -> Done:
    """What is known of one row of the sheet of tasks."""
    key = row.owed.span.key if isinstance(row.owed, Obligation) else ""
    return filled.done.get((row.owed.task.id, key), Done())


def _outcomes(calc: CalcSheet, rows: Sequence[TaskRow], filled: Filled) -> dict[int, Cell]:
    dated = [row for row in rows if isinstance(row.owed, Obligation)]
    days: dict[int, Cell] = {}
    for row in dated:
        ref = f"'{TASKS}'!${TASK_DONE}${row.row}"
        entry = Entry(ref, done_of(row, filled).day)
        days[row.row] = entry_columns(
            calc, "done", _DAY, {"done": entry}, decimals=0, low=None, high=None
        )["done"]
    found: dict[int, Cell] = {}
    for row in dated:
        assert isinstance(row.owed, Obligation)
        day, due = days[row.row], (row.owed.span.last - EPOCH).days
        value = 0
        if isinstance(day.value, int):
            value = 2 if day.value <= due else 1
        text = f'IF({day.ref}="",0,IF({day.ref}<={due},2,1))'
        found[row.row] = calc.put(text, value, "outcome")
    return found


def _counts(
    calc: CalcSheet, form: Form, words: SetWords, outcomes: Mapping[int, Cell], filled: Filled
) -> dict[str, Cell]:
    """The columns of counts; none where the set has no plan, since nobody knows them here."""
    plan = form.set.plan
    if plan is None:
        return {}
    fields = {section.id: section.field or "" for section in plan.sections}
    works = {row.row: _work(row, fields, filled) for row in form.tasks if row.row in outcomes}
    cut = Cut.of(form.set.year, None)
    counts: dict[str, Cell] = {}
    for name, column in words.counted.items():
        picked = chosen(column)
        rows = [at for at, work in works.items() if picked(work) and cut.seen(work) is not None]
        groups = [[outcomes[at]] for at in rows]
        if plan.policy.repeated == "all":
            together: dict[str, list[Cell]] = {}
            for at in rows:
                together.setdefault(works[at].name, []).append(outcomes[at])
            groups = list(together.values())
        counts[name] = _count(calc, column, [_worst(calc, group) for group in groups])
    return counts


def _work(row: TaskRow, fields: Mapping[str, str], filled: Filled) -> Work:
    owed = row.owed
    assert isinstance(owed, Obligation)
    section = owed.task.section if isinstance(owed.task, Task) else ""
    return Work(
        unit=owed.unit,
        name=owed.task.id,
        due=owed.span.last,
        done_on=done_of(row, filled).day,
        section=section,
        field=fields.get(section, ""),
        of=owed.kind,
        key=owed.span.key,
    )


def _worst(calc: CalcSheet, group: Sequence[Cell]) -> Cell:
    """A task that counts once is not done if one instance is not, else late if one is."""
    if len(group) == 1:
        return group[0]
    value = min(int(str(cell.value)) for cell in group)
    return calc.put(f"MIN({','.join(_runs(group))})", value, "outcome")


_TEST = {"done": ">0", "on_time": "=2", "late": "=1", "missing": "=0"}


def _count(calc: CalcSheet, column: TaskColumn, outcomes: Sequence[Cell]) -> Cell:
    if column.what == "due" or not outcomes:
        return constant(len(outcomes))
    codes = {"done": (1, 2), "on_time": (2,), "late": (1,), "missing": (0,)}[column.what]
    value = sum(cell.value in codes for cell in outcomes)
    test = _TEST[column.what]
    text = "+".join(f'COUNTIF({run},"{test}")' for run in _runs(outcomes))
    return calc.put(text, value, column.name)


def _runs(cells: Sequence[Cell]) -> list[str]:
    """Cells of one column as ranges, as few as may be."""
    rows = sorted({int(cell.ref.rpartition("$")[2]) for cell in cells})
    head = cells[0].ref.rpartition("$")[0]
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and runs[-1][1] == row - 1:
            runs[-1] = (runs[-1][0], row)
        else:
            runs.append((row, row))
    return [f"{head}${a}" if a == b else f"{head}${a}:{head}${b}" for a, b in runs]


def as_number(value: Fraction) -> int | float:
    """A number as a cell holds it."""
    return value.numerator if value.denominator == 1 else float(value)
