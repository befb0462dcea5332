"""The hidden sheet of the calculation (trang Cách tính), and what is still missing in the form."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from criteria.model import Leaf
from inputs.workbooks.duties import Duty
from inputs.workbooks.form import EVIDENCE, FORM, POINTS, VALUE, WORKING, Form, FormRow
from outputs.forms.looks import SelfFormats
from outputs.forms.self_calc import Calculated
from outputs.forms.self_cells import FREE, Formula, put_formula, put_text, stored
from outputs.forms.self_filled import Filled
from outputs.forms.self_words import SetWords, say
from scoring.excel_cells import LABELS, CalcSheet, literal

_NUMBER, _BLANK, _UNPROVED, _ID, _TITLE, _WHAT = "D", "E", "F", "G", "H", "I"
_FIRST = 3
"""Columns of the list of what is missing, beside the calculation, and the row of its first leaf."""


@dataclass(frozen=True, slots=True)
class _Lack:
    """One leaf in the unit's hands: its blank cells, and whether its evidence is missing."""

    duty: Duty
    blanks: Formula
    unproved: Formula

    @property
    def open(self) -> bool:
        return self.blanks.value != 0 or self.unproved.value != 0

    @property
    def what(self) -> str:
        told = [f"{self.blanks.value}{say('summary.cells')}"] if self.blanks.value else []
        return "; ".join([*told, *([say("summary.proof")] if self.unproved.value else [])])


@dataclass(frozen=True)
class Lacks:
    """What the form still lacks, as cells of the hidden sheet."""

    rows: Sequence[_Lack]

    @property
    def count(self) -> Formula:
        """How many leaves lack something."""
        value = sum(lack.open for lack in self.rows)
        return Formula(f"COUNT({self._range(_NUMBER)})", value) if self.rows else Formula("0", 0)

    def listed(self, place: int) -> tuple[Formula, Formula, Formula]:
        """Number, title and what is missing of the leaf at a place of the list, from 1."""
        found = [lack for lack in self.rows if lack.open]
        lack = found[place - 1] if place <= len(found) else None
        values = ("", "", "") if lack is None else (lack.duty.item.id, _title(lack), lack.what)
        columns = (_ID, _TITLE, _WHAT)
        id_, title, what = (
            Formula(self._nth(letter, place), value)
            for letter, value in zip(columns, values, strict=True)
        )
        return id_, title, what

    def _nth(self, letter: str, place: int) -> str:
        numbers = self._range(_NUMBER)
        found = f"INDEX({self._range(letter)},SMALL({numbers},{place}))"
        return f'IF({place}>COUNT({numbers}),"",{found})'

    def _range(self, letter: str) -> str:
        last = _FIRST + len(self.rows) - 1
        return f"'{WORKING}'!${letter}${_FIRST}:${letter}${last}"


def _title(lack: _Lack) -> str:
    return lack.duty.item.title


def lacks_of(form: Form, calculated: Calculated, filled: Filled) -> Lacks:
    """What each leaf in the unit's hands still lacks."""
    own: dict[str, list[FormRow]] = {}
    for row in form.asks:
        assert row.duty is not None
        own.setdefault(row.duty.item.id, []).append(row)
    found = []
    for row in form.rows:
        if row.proof and row.duty is not None:
            heading = form.by_key[f"leaf:{row.duty.item.id}"]
            unproved = _unproved(heading, row, row.duty, calculated, filled)
            asked = own.get(row.duty.item.id, [])
            found.append(_Lack(row.duty, _blanks(asked, filled), unproved))
    return Lacks(found)


def _blanks(rows: Sequence[FormRow], filled: Filled) -> Formula:
    value = sum(filled.answers.get(row.column) is None for row in rows)
    text = "+".join(
        f"COUNTBLANK('{FORM}'!${VALUE}${first}:${VALUE}${last})" for first, last in _runs(rows)
    )
    return Formula(text or "0", value)


def _runs(rows: Sequence[FormRow]) -> Iterator[tuple[int, int]]:
    first = last = 0
    for row in rows:
        if first and row.row != last + 1:
            yield first, last
            first = 0
        first, last = first or row.row, row.row
    if first:
        yield first, last


def _unproved(
    heading: FormRow, row: FormRow, duty: Duty, calculated: Calculated, filled: Filled
) -> Formula:
    """1 where points are claimed and the evidence that is required is not named."""
    leaf = calculated.leaves[duty.item.id]
    required = isinstance(duty.item, Leaf) and duty.item.evidence == "required"
    if leaf is None or not required:
        return Formula("0", 0)
    points, evidence = f"'{FORM}'!${POINTS}${heading.row}", f"'{FORM}'!${EVIDENCE}${row.row}"
    proof = filled.proofs.get(duty.item.id)
    named = proof is not None and bool((proof.evidence or "").strip())
    earned = isinstance(leaf.points.value, Fraction | int) and leaf.points.value > 0
    text = f"IF(AND(ISNUMBER({points}),N({points})>0,LEN(TRIM({evidence}))=0),1,0)"
    return Formula(text, int(earned and not named))


def write_working(
    sheet: Any, formats: SelfFormats, calc: CalcSheet, words: SetWords, lacks: Lacks
) -> None:
    """Write the calculation step by step, and the list of what is missing beside it."""
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 22)
    sheet.set_column(7, 8, 40)
    heading = formats.label()
    known = set(LABELS) | {"done", "outcome"}
    titles: dict[str, str] = {}
    for row in calc.rows:
        if row.is_heading:
            sheet.write_string(row.row - 1, 0, row.label, heading)
            continue
        if row.label not in titles:
            titles[row.label] = (
                say(f"calc.{row.label}") if row.label in known else _column_title(row.label, words)
            )
        sheet.write_string(row.row - 1, 0, titles[row.label])
        sheet.write_formula(row.row - 1, 1, row.formula, None, stored(row.value))
    _write_lacks(sheet, lacks)
    sheet.protect("", FREE)
    sheet.hide()


def _column_title(name: str, words: SetWords) -> str:
    declared = words.set.inputs.get(name) or words.set.inputs.get(name.partition(":")[0])
    if declared is None:
        return say("calc.count")
    option = "" if name in words.set.inputs else name.partition(":")[2]
    return declared.title if not option else f"{declared.title}: {option}"


def _write_lacks(sheet: Any, lacks: Lacks) -> None:
    put_text(sheet, _FIRST - 1, _ID, say("summary.open_head"), None)
    for number, lack in enumerate(lacks.rows, start=1):
        row = _FIRST + number - 1
        put_formula(sheet, row, _BLANK, lack.blanks, None)
        put_formula(sheet, row, _UNPROVED, lack.unproved, None)
        blank, unproved = f"{_BLANK}{row}", f"{_UNPROVED}{row}"
        order = Formula(f'IF({blank}+{unproved}>0,{number},"")', number if lack.open else "")
        put_formula(sheet, row, _NUMBER, order, None)
        put_text(sheet, row, _ID, lack.duty.item.id, None)
        put_text(sheet, row, _TITLE, lack.duty.item.title, None)
        cells, proof = literal(say("summary.cells")), literal(say("summary.proof"))
        text = (
            f'IF({blank}>0,{blank}&{cells},"")'
            f'&IF(AND({blank}>0,{unproved}>0),"; ","")&IF({unproved}>0,{proof},"")'
        )
        put_formula(sheet, row, _WHAT, Formula(text, lack.what), None)
