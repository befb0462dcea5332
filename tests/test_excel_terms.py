"""The formulas of a form and the engine agree to the last digit, and LibreOffice agrees with both.

Two proofs: the value that is kept with each formula equals the engine's, and a spreadsheet that
works the formulas out anew, from wrong values, arrives at the values that were kept.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, seed, settings

from criteria.model import CriteriaSet, Input
from criteria.packs import pack_ids
from inputs.facts import UnitAnswers
from scoring.excel_cells import LABELS, LIMIT, CalcSheet, Cell, literal
from scoring.excel_columns import Entry, entry_columns, limits_of, scale_of
from scoring.excel_division import MOST_DENOMINATOR, divided, half_up
from scoring.excel_numbers import Number, Numbers, fixed, of_cell
from scoring.excel_terms import MOST_POINTS, ExcelLeaf
from scoring.excel_totals import Printed, excel_totals
from tests.excel_sheets import (
    Book,
    Sheet,
    as_written,
    book_of,
    cells,
    expected,
    pack_facts,
    read_calc,
    reported,
    write_book,
)
from tests.libreoffice import ABSENT, SOFFICE, recalculated
from tests.strategies import World, leaf_sets, worlds
from tests.test_ties import judged_set, shares_set, unit

FUNCTIONS = {"IF", "AND", "OR", "NOT", "INT", "ABS", "SIGN", "ROUND", "MIN", "MAX", "COUNT"}
FUNCTIONS |= {"ISNUMBER", "EXACT"}
"""All that Excel 2010 and LibreOffice are asked for."""
WRONG = -77.0
"""What every formula is given as its value before LibreOffice works it out."""


def agree(book: Book, row: int, sheet: Sheet) -> int:
    """How many values of the sheet were held against the engine; fails where one differs."""
    wanted, found = expected(book, row, sheet), cells(sheet)
    for name, value in wanted.items():
        ends = [cell.value for cell in found[name]]
        if len(ends) == 1 or value == "":
            assert ends == [value] * len(ends), name
        else:
            low, high = ends
            assert not isinstance(low, str)
            assert not isinstance(high, str)
            assert low <= value <= high, name
    return len(wanted)


def certain(printed: Printed) -> bool:
    return printed.low.value == printed.high.value


def within(sheet: Sheet) -> bool:
    """No number beyond what the bounded forms of these tests take."""
    values = [entry.value for entry in sheet.entries.values()]
    return all(abs(v) <= 10**9 for v in values if isinstance(v, Fraction))


def sound(sheet: Sheet) -> None:
    """Small formulas of functions that every spreadsheet has, in rows that are numbered."""
    columns = {*sheet.entries, *LABELS}
    for at, row in enumerate(sheet.calc.rows, start=1):
        assert row.row == at
        assert len(row.formula) < 1000
        bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", row.formula)
        assert set(re.findall(r"([A-Z]+)\(", bare)) <= FUNCTIONS
        assert row.is_heading or row.label in columns
        if isinstance(row.value, int) and row.label != "scaled":  # as typed
            assert abs(row.value) <= LIMIT


@given(world=worlds())
def test_the_value_kept_with_each_formula_is_the_engines(world: World) -> None:
    book = book_of(reported(world.set, world.units))
    for row in range(len(world.units)):
        sheet = book.sheet(row)
        agree(book, row, sheet)
        sound(sheet)
        bounded = book.sheet(row, bounded=True)
        if within(bounded):
            agree(book, row, bounded)


@given(world=leaf_sets(kinds=("sum_of", "best_of", "formula", "per_item", "deduct")))
def test_parts_and_formulas_of_parts_agree(world: World) -> None:
    book = book_of(reported(world.set, world.units))
    for row in range(len(world.units)):
        agree(book, row, book.sheet(row))


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> list[Book]:
    found = []
    for name in pack_ids():
        for facts in pack_facts(name, tmp_path_factory.mktemp(name)):
            found.append(book_of(replace(facts, frame=facts.frame.head(12))))
    return found


def test_every_pack_agrees_and_is_certain(packs: list[Book]) -> None:
    assert len(packs) >= 16
    for book in packs:
        for row in range(book.facts.frame.height):
            sheet = book.sheet(row, bounded=True)
            assert agree(book, row, sheet) == len(cells(sheet))
            totals = sheet.totals
            assert all(map(certain, (*totals.fields.values(), totals.points, totals.index)))
            sound(sheet)


def test_twenty_rows_a_leaf(packs: list[Book]) -> None:
    """Inputs and sums included."""
    for book in packs:
        rows = len(book.sheet(0, bounded=True).calc.rows)
        assert rows <= 26 * len(book.set.leaves)


# --- LibreOffice --------------------------------------------------------------------------------


def compared(before: list[tuple[Path, list[Sheet]]], folder: Path) -> int:
    """Every formula worked out anew from wrong values, against the value kept with it."""
    count = 0
    for path, (_, sheets) in zip(
        recalculated([path for path, _ in before], folder), before, strict=True
    ):
        for sheet in sheets:
            found = read_calc(path, sheet)
            for row in sheet.calc.rows:
                if row.is_heading:
                    continue
                value, wanted = found.get(row.row, ""), as_written(row.value)
                assert (value, isinstance(value, bool)) == (wanted, isinstance(wanted, bool)), row
                count += 1
    return count


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason=ABSENT)
def test_libreoffice_arrives_at_the_same_cells(
    packs: list[Book], tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    drawn: list[World] = []

    @seed(20171)
    @settings(max_examples=70, database=None)
    @given(world=worlds())
    def draw(world: World) -> None:
        drawn.append(world)

    draw()
    books: list[list[Sheet]] = [[] for _ in range(8)]
    held = 0
    for at, world in enumerate(drawn):
        book = book_of(reported(world.set, world.units))
        for row in range(len(world.units)):
            sheet = book.sheet(row, bounded=at % 3 == 0, name=f" {at} {row}")
            if at % 3 or within(sheet):
                held += agree(book, row, sheet)
            books[at % len(books)].append(sheet)
    for at, book in enumerate(packs):
        for row in range(min(2, book.facts.frame.height)):
            sheet = book.sheet(row, bounded=True, name=f" b{at} {row}")
            held += agree(book, row, sheet)
            books[at % len(books)].append(sheet)
    paths = [(tmp_path / f"{at}.xlsx", sheets) for at, sheets in enumerate(books)]
    for path, sheets in paths:
        write_book(path, sheets, cached=WRONG)
    path, sheets = paths[0]
    assert set(read_calc(path, sheets[0]).values()) <= {WRONG, ""}
    count = compared(paths, tmp_path / "lo")
    record_property("cells recalculated by LibreOffice", count)
    record_property("results held against the engine", held)
    print(f"\n{count} cells recalculated, {held} results held against the engine")
    assert count > 15_000
    assert held > 5_000


# --- entries ------------------------------------------------------------------------------------

COUNT = Input(type="count", title="Count")
AMOUNT = Input(type="amount", title="Amount")
DATE = Input(type="date", title="Date")
YES = Input(type="yes_no", title="Yes")
CHOICE = Input(type="choice", title="Choice", options=("đạt", "Đạt", 'một "phần"', "x" * 300))
MANY = Input(type="choice", title="Many", options=tuple(f"option {n}" for n in range(70)))

ENTRIES: list[tuple[Input, int, tuple[Any, Any], Any, Any]] = [
    (COUNT, 0, (0, None), None, ""),
    (COUNT, 0, (0, None), 0, 0),
    (COUNT, 0, (0, None), 12, 12),
    (COUNT, 0, (0, None), -1, ""),
    (COUNT, 0, (0, 20), 20, 20),
    (COUNT, 0, (0, 20), 21, ""),
    (COUNT, 2, (0, None), Fraction("2.5"), ""),
    (COUNT, 0, (0, None), "mười", ""),
    (COUNT, 0, (0, None), LIMIT, LIMIT),
    (COUNT, 0, (0, None), LIMIT + 1, "too_large"),
    (COUNT, 0, (0, LIMIT), LIMIT + 1, ""),
    (AMOUNT, 2, (None, None), Fraction("0.29"), 29),
    (AMOUNT, 2, (None, None), Fraction("-0.29"), -29),
    (AMOUNT, 2, (None, None), Fraction("1.006"), ""),
    (AMOUNT, 2, (None, None), Fraction("1.00001"), ""),
    (AMOUNT, 3, (None, None), Fraction("1.005"), 1005),
    (AMOUNT, 2, (None, None), Fraction("9999999999999.99"), LIMIT),
    (AMOUNT, 2, (None, None), Fraction(10**13), "too_large"),
    (AMOUNT, 2, (None, None), Fraction(-(10**13)), "too_large"),
    (AMOUNT, 2, (Fraction("0.125"), Fraction("0.375")), Fraction("0.12"), ""),
    (AMOUNT, 2, (Fraction("0.125"), Fraction("0.375")), Fraction("0.13"), 13),
    (AMOUNT, 2, (Fraction("0.125"), Fraction("0.375")), Fraction("0.37"), 37),
    (AMOUNT, 2, (Fraction("0.125"), Fraction("0.375")), Fraction("0.38"), ""),
    (DATE, 0, (None, None), "31/01/2017", ""),
    (DATE, 0, (None, None), Fraction("42766.5"), ""),
    (DATE, 0, (None, None), Fraction(42766), 17197),
    (DATE, 0, (None, None), Fraction(61), 61 - 25569),
    (DATE, 0, (None, None), Fraction(60), ""),
    (YES, 0, (None, None), True, True),
    (YES, 0, (None, None), False, False),
    (YES, 0, (None, None), "có", ""),
    (YES, 0, (None, None), Fraction(1), ""),
    (YES, 0, (None, None), None, ""),
    (CHOICE, 0, (None, None), "đạt", 0),
    (CHOICE, 0, (None, None), "Đạt", 1),
    (CHOICE, 0, (None, None), "ĐẠT", ""),
    (CHOICE, 0, (None, None), 'một "phần"', 2),
    (CHOICE, 0, (None, None), "x" * 300, 3),
    (CHOICE, 0, (None, None), None, ""),
    *((MANY, 0, (None, None), f"option {n}", n) for n in (0, 19, 20, 39, 40, 69)),
    (MANY, 0, (None, None), "option 70", ""),
]


def entry_sheet() -> tuple[Sheet, list[Cell]]:
    """All of them on one sheet."""
    calc, entries, found = CalcSheet(), {}, []
    for at, (declared, decimals, (low, high), value, _) in enumerate(ENTRIES):
        name = f"input_{at}"
        entry = Entry(f"'Tự chấm'!$C${at + 1}", value)
        entries[name] = entry
        made = entry_columns(
            calc, name, declared, {name: entry}, decimals=decimals, low=low, high=high
        )
        assert list(made) == [name]
        found.append(made[name])
    return Sheet("Tự chấm", entries, calc, {}), found


def test_entries_read_as_intake_reads_them() -> None:
    _, found = entry_sheet()
    wanted = [value for *_, value in ENTRIES]
    assert [cell.value for cell in found] == wanted
    assert [type(cell.value) for cell in found] == list(map(type, wanted))


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason=ABSENT)
def test_libreoffice_divides_the_largest_numbers_too(tmp_path: Path) -> None:
    """Shares next to 1 and next to a half of the last decimal, up to what a form can hold."""
    chance = random.Random(7)
    pairs: list[tuple[int | None, int | None]] = [(done, due) for done, due, _, _ in EDGES]
    for _ in range(50):
        due = chance.randrange(1, 10 ** chance.randrange(1, 15))
        near = (due, due // 2, due // 3, chance.randrange(due + 1))
        pairs.append((max(0, chance.choice(near) - chance.randrange(3)), due))
    halves = [10**8 + 5 * 10**k for k in range(8)]
    pairs += [(half + nudge, 10**9) for half in halves for nudge in (-1, 0, 1)]
    rules = [{**SHARE, "coefficient": Fraction(1, 3)}, SHARE]
    sheets = []
    for at, rule in enumerate(rules):
        book = book_of(reported(one_leaf(rule, SHARE_INPUTS), [share(*pair) for pair in pairs]))
        for row in range(len(pairs)):
            sheets.append(book.sheet(row, name=f" {at} {row}"))
            agree(book, row, sheets[-1])
    for at, (what, _) in enumerate(ADJUSTED):
        criteria_set, reporting = adjusted(*what)
        sheets.append(book_of(reported(criteria_set, [reporting])).sheet(0, name=f" a{at}"))
    products = one_leaf({"kind": "formula", "of": "done * due"}, SHARE_INPUTS)
    pairs = [(3, LIMIT // 3), (5, (LIMIT + 1) // 5), (10**8, 10**7), (0, LIMIT)]
    book = book_of(reported(products, [share(*pair) for pair in pairs]))
    sheets += [book.sheet(row, name=f" p{row}") for row in range(len(pairs))]
    states = [sheet.leaves["1.1"].state.value for sheet in sheets[-len(pairs) :]]
    assert states == ["scored", "too_large", "too_large", "scored"]
    path = tmp_path / "shares.xlsx"
    write_book(path, sheets, cached=WRONG)
    assert compared([(path, sheets)], tmp_path / "lo") > 2_500


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason=ABSENT)
def test_libreoffice_reads_entries_so_too(tmp_path: Path) -> None:
    sheet, found = entry_sheet()
    path = tmp_path / "entries.xlsx"
    write_book(path, [sheet], cached=WRONG)
    assert compared([(path, [sheet])], tmp_path / "lo") > len(found)


def test_limits_and_scales_are_those_of_the_columns() -> None:
    assert [scale_of(declared, 3) for declared in (COUNT, AMOUNT, DATE, YES)] == [0, 3, 0, 0]
    low, high = Fraction("0.125"), Fraction("0.375")
    assert limits_of("a", AMOUNT, decimals=2, low=low, high=high) == {"a": (13, 37)}
    assert limits_of("a", AMOUNT, decimals=2, low=low, high=None) == {}
    tally = Input(type="tally", title="Tally", options=("4", "5"))
    wanted = {"t:4": (0, 20), "t:5": (0, 20)}
    assert limits_of("t", tally, decimals=2, low=Fraction(0), high=Fraction(20)) == wanted
    assert limits_of("c", CHOICE, decimals=0, low=None, high=None) == {"c": (0, 3)}
    assert limits_of("y", YES, decimals=0, low=None, high=None) == {}


# --- numbers that grow --------------------------------------------------------------------------


def number(value: int, high: int = LIMIT, ref: str = "A1") -> Number:
    return of_cell(Cell(ref, value), -high, high, open_=True)


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        (10**7, 10**7, 10**14),
        (LIMIT, 1, LIMIT),
        (-LIMIT, 1, -LIMIT),
        (10**8, 10**7, "too_large"),
        (-(10**8), 10**7, "too_large"),
        (3, 333_333_333_333_333, LIMIT),
        (5, 200_000_000_000_000, "too_large"),
    ],
)
def test_a_product_beyond_fifteen_digits_is_too_large(
    left: int, right: int, wanted: int | str
) -> None:
    numbers = Numbers(CalcSheet())
    made = numbers.product(number(left), number(right, ref="A2"))
    assert made.value == wanted
    assert [cell.value for cell in numbers.guards.values()] == [wanted]
    guarded = 'IF(ABS(A1*A2)>999999999999999,"too_large",A1*A2)'
    assert numbers.calc.rows[-1].formula == f'IF(COUNT(A1,A2)<2,"",{guarded})'


def test_a_product_that_is_proved_small_has_no_guard() -> None:
    numbers = Numbers(CalcSheet())
    made = numbers.product(number(7, 10**7), number(6, 10**7, "A2"))
    assert (made.value, made.high, numbers.guards) == (42, 10**14, {})
    assert numbers.calc.rows[0].formula == 'IF(COUNT(A1,A2)<2,"",A1*A2)'
    larger = Numbers(CalcSheet())
    larger.product(number(7, 10**8), number(6, 10**7, "A2"))
    assert len(larger.guards) == 1


@pytest.mark.parametrize(("values", "wanted"), [((LIMIT, 0), LIMIT), ((LIMIT, 1), "too_large")])
def test_a_sum_beyond_fifteen_digits_is_too_large(
    values: tuple[int, ...], wanted: int | str
) -> None:
    numbers = Numbers(CalcSheet())
    made = numbers.total([number(v, ref=f"A{at}") for at, v in enumerate(values)])
    assert made.value == wanted


def test_long_sums_are_guarded_before_a_double_loses_a_digit() -> None:
    numbers = Numbers(CalcSheet())
    parts = [number(LIMIT if at % 2 else -LIMIT, ref=f"A{at}") for at in range(30)]
    made = numbers.total(parts)
    assert made.value == 0
    assert max(row.formula.count("+") for row in numbers.calc.rows) <= 7 * 2


@pytest.mark.parametrize("most", [10**3, 5 * 10**11, 5 * 10**12, MOST_DENOMINATOR])
@pytest.mark.parametrize("above", [0, 1, 2])
def test_a_division_fits_fifteen_digits_on_the_way(most: int, above: int) -> None:
    """The remainder may be twice the denominator when the quotient was off by one."""
    numbers = Numbers(CalcSheet())
    top, bottom = of_cell(Cell("A1", most - above), 0, most), of_cell(Cell("A2", most), 1, most)
    found = divided(numbers, top, 10**9, bottom, 10**9)
    assert found.quotient.value == (most - above) * 10**9 // most
    assert found.exact.value is ((most - above) * 10**9 % most == 0)
    remainders = [row for row in numbers.calc.rows if row.label == "remainder"]
    by = {int(n) for row in remainders for n in re.findall(r"\((\d+)\*", row.formula)}
    assert by
    assert 2 * most * max(by) <= LIMIT + 1


def test_a_factor_of_one_large_prime_is_refused() -> None:
    numbers = Numbers(CalcSheet())
    over, under = of_cell(Cell("A1", 5), 0, 10**9), of_cell(Cell("A2", 7), 1, 10**9)
    assert divided(numbers, over, 499_979, under, 10**18).quotient.value == 5 * 499_979 // 7
    with pytest.raises(OverflowError):
        divided(numbers, over, 500_009, under, 10**18)


def short(ref: str) -> str:
    return "B" + ref.partition("$B$")[2]


@pytest.mark.parametrize("off", [-1, 0, 1])
@pytest.mark.parametrize(("top", "bottom"), [(0, 7), (1, 3), (6, 7), (10**9, 3), (7, 7), (41, 6)])
def test_a_quotient_that_is_off_by_one_is_put_right(top: int, bottom: int, off: int) -> None:
    """A spreadsheet may round a quotient to 15 digits before it takes the whole part."""
    for factor in (10**9, 40, 9_973 * 1009):
        numbers = Numbers(CalcSheet())
        over, under = of_cell(Cell("A1", top), 0, 10**9), of_cell(Cell("A2", bottom), 1, 10**9)
        found = divided(numbers, over, factor, under, 10**18)
        cells: dict[str, Any] = {"A1": Fraction(top), "A2": Fraction(bottom)}
        cells |= {
            "ABS": abs,
            "INT": lambda value: Fraction(floor(value) + off),
            "OR": lambda *any_: any(any_),
        }
        for row in numbers.calc.rows:
            cells[f"B{row.row}"] = eval(re.sub(r"(?<![<>])=", "==", row.formula), cells)
        wanted = divmod(top * factor, bottom)
        assert cells[short(found.quotient.text)] == wanted[0]
        assert cells[short(found.exact.text)] is (wanted[1] == 0)


def test_half_up_at_its_edge() -> None:
    numbers = Numbers(CalcSheet())
    for billionths, places, wanted in [
        (2_674_999_999, 2, 267),
        (2_675_000_000, 2, 268),
        (499_999_999, 0, 0),
        (500_000_000, 0, 1),
        (14, 8, 1),
        (15, 8, 2),
    ]:
        made = half_up(numbers, of_cell(Cell(f"A{billionths}", billionths), 0, 10**14), places)
        assert made.value == wanted
    assert half_up(numbers, fixed(7), 9) == fixed(7)


def test_a_long_text_is_spelled_in_pieces() -> None:
    assert literal('a"b') == '"a""b"'
    assert literal("x" * 300).count("&") == 2
    assert literal("") == '""'


# --- leaves at their edges ------------------------------------------------------------------------


def one_leaf(
    rule: dict[str, Any], inputs: dict[str, Any], maximum: str = "1", **more: Any
) -> CriteriaSet:
    leaf = {"id": "1.1", "title": "Leaf", "maximum": Fraction(maximum), "rule": rule}
    leaf |= more.pop("leaf", {})
    return CriteriaSet.model_validate(
        {
            "parindex": 1,
            "id": "one",
            "title": "One",
            "status": "reference",
            "year": 2017,
            "group": "units",
            "total": Fraction(maximum),
            "inputs": inputs,
            "fields": [{"id": "1", "title": "Field", "criteria": [leaf]}],
            **more,
        }
    )


def only_sheet(criteria_set: CriteriaSet, unit: UnitAnswers) -> Sheet:
    """The sheet of one unit, held against the engine."""
    book = book_of(reported(criteria_set, [unit]))
    sheet = book.sheet(0)
    agree(book, 0, sheet)
    return sheet


def only_leaf(criteria_set: CriteriaSet, answers: dict[str, Any], **more: Any) -> ExcelLeaf:
    return only_sheet(criteria_set, UnitAnswers("u", answers, **more)).leaves["1.1"]


DONE = {"type": "count", "title": "Done"}
YES_NO = {"type": "yes_no", "title": "Yes"}
SHARE = {"kind": "proportional", "of": {"ratio": ["done", "due"]}}
SHARE_INPUTS = {"done": DONE, "due": DONE}


EDGES: list[tuple[int | None, int | None, str, Any]] = [
    (1, 3, "scored", Fraction("0.33")),
    (2, 3, "scored", Fraction("0.67")),
    (5, 1000, "scored", Fraction("0.01")),
    (4999, 1_000_000, "scored", 0),
    (10**13 - 1, 10**13, "scored", 1),
    (MOST_DENOMINATOR - 1, MOST_DENOMINATOR, "scored", 1),
    (MOST_DENOMINATOR - 1, MOST_DENOMINATOR + 1, "too_large", ""),
    (1, LIMIT + 1, "too_large", ""),
    (LIMIT + 1, 7, "too_large", ""),
    (LIMIT, 7, "scored", 1),
    (None, 7, "missing", 0),
    (7, None, "missing", 0),
    (0, 0, "scored", 0),
]


def share(done: int | None, due: int | None) -> UnitAnswers:
    return UnitAnswers(f"{done} {due}", {"done": done, "due": due})


@pytest.mark.parametrize(("done", "due", "state", "points"), EDGES)
def test_a_share_up_to_what_excel_can_hold(
    done: int | None, due: int | None, state: str, points: Any
) -> None:
    criteria_set = one_leaf(SHARE, SHARE_INPUTS)
    leaf = only_leaf(criteria_set, {"done": done, "due": due})
    assert (leaf.state.value, leaf.points.value) == (state, points)
    if state == "too_large":
        assert (leaf.sign.value, leaf.nanos.value, leaf.exact.value) == (0, 0, True)


def test_amounts_of_one_scale_cost_no_digits() -> None:
    """Money with two decimals: the hundredths on both sides are taken out before they grow."""
    amount = {"type": "amount", "title": "Money"}
    shares = one_leaf({**SHARE, "from": "50%"}, {"done": amount, "due": amount}, "2")
    due = Fraction("400000000000.02")
    leaf = only_leaf(shares, {"done": due / 2, "due": due})
    assert (leaf.state.value, leaf.nanos.value) == ("scored", 1_000_000_000)


def adjusted(maximum: int, late: int, due: int, places: int = 2, limit: str | None = None) -> Any:
    """A leaf of no points, and a bonus or penalty of the share of two counts."""
    share = {"kind": "proportional", "of": {"ratio": ["late", "due"]}}
    item = {"id": "A1", "title": "Adjustment", "maximum": maximum, "rule": share}
    more = {} if limit is None else {"adjustments_limit": Fraction(limit)}
    criteria_set = one_leaf(
        {"kind": "yes_no", "of": "yes"},
        {"late": DONE, "due": DONE, "yes": YES_NO},
        adjustments=[item],
        rounding={"index": places},
        **more,
    )
    return criteria_set, UnitAnswers("u", {"late": late, "due": due, "yes": False})


ADJUSTED: list[tuple[tuple[Any, ...], tuple[Any, Any]]] = [
    ((-1, 0, 3), (0, 0)),
    ((-1, 1, 3), ("-0.33", "-0.33")),
    ((-1, 2, 3), ("-0.67", "-0.67")),
    ((-1, 3, 3), (-1, -1)),
    ((-1, 9, 3), (-1, -1)),
    ((-1, 1, 200), ("-0.01", "-0.01")),
    # Just above -0.005, where a half goes down: no number of billionths tells it from the half.
    ((-1, 9_999_999, 2 * 10**9), ("-0.01", 0)),
    ((-1, 10_000_001, 2 * 10**9), ("-0.01", "-0.01")),
    ((1, 9_999_999, 2 * 10**9), (0, 0)),
    ((1, 10_000_001, 2 * 10**9), ("0.01", "0.01")),
    ((-1, 1, 3, 9), ("-0.333333334", "-0.333333333")),
    ((1, 1, 3, 9), ("0.333333333", "0.333333334")),
    ((-1, 2, 3, 9, "0.5"), ("-0.5", "-0.5")),
    ((1, 2, 3, 9, "0.5"), ("0.5", "0.5")),
    ((1, 1, 3, 9, "0.333333333"), ("0.333333333", "0.333333333")),
    ((1, 1, 3, 9, "0.333333334"), ("0.333333333", "0.333333334")),
    ((1, 1, 3, 9, "0.3333333331"), ("0.333333333", "0.333333334")),
    ((-1, 1, 3, 9, "0.3333333331"), ("-0.333333334", "-0.333333332")),
    ((-1, 2, 3, 2, "0.5"), ("-0.5", "-0.5")),
    ((-1, 1, 3, 2, "0.5"), ("-0.33", "-0.33")),
]
"""What is adjusted, and the index from both ends of its error."""


@pytest.mark.parametrize(("what", "index"), ADJUSTED)
def test_adjustments_around_zero_and_at_their_limit(
    what: tuple[Any, ...], index: tuple[Any, Any]
) -> None:
    criteria_set, reporting = adjusted(*what)
    sheet = only_sheet(criteria_set, reporting)
    assert ends(sheet.totals.index) == tuple(map(Fraction, index))
    late = what[1]
    assert sheet.leaves["A1"].sign.value == (what[0] if late else 0)


def test_an_adjustment_that_is_too_large_leaves_the_index_blank() -> None:
    criteria_set, reporting = adjusted(-1, 1, LIMIT)
    totals = only_sheet(criteria_set, reporting).totals
    assert (ends(totals.points), ends(totals.index)) == ((0, 0), ("", ""))


@pytest.mark.parametrize("places", [0, 1, 2, 8, 9])
@pytest.mark.parametrize("share", [(1, 2), (1, 3), (2, 3), (1, 7), (1, 800), (3, 800), (1, 1024)])
def test_leaves_are_rounded_half_up_to_every_number_of_decimals(
    places: int, share: tuple[int, int]
) -> None:
    for rounding in ({"points": places, "index": places}, {"index": places}):
        criteria_set = one_leaf(SHARE, SHARE_INPUTS, rounding=rounding)
        leaf = only_leaf(criteria_set, dict(zip(SHARE_INPUTS, share, strict=True)))
        assert leaf.state.value == "scored"


def test_what_does_not_apply_and_what_did_not_arise() -> None:
    only = one_leaf(SHARE, SHARE_INPUTS, leaf={"applies_to": "big", "when_none": "exclude"})
    off = only_leaf(only, {"done": 1, "due": 2}, attributes={"big": False})
    assert (off.state.ref, off.points.ref) == ('"not_applicable"', '""')
    none = only_leaf(only, {"done": 0, "due": 0}, attributes={"big": True})
    assert (none.state.value, none.points.value, none.nanos.value) == ("not_applicable", "", 0)
    full = one_leaf(SHARE, SHARE_INPUTS, leaf={"when_none": "full"})
    assert only_leaf(full, {"done": 0, "due": 0}).points.value == 1


def test_a_maximum_too_large_for_billionths_is_refused() -> None:
    given = {"kind": "yes_no", "of": "yes"}
    most = one_leaf(given, {"yes": YES_NO}, str(MOST_POINTS))
    assert only_leaf(most, {"yes": True}).points.value == MOST_POINTS
    more = one_leaf(given, {"yes": YES_NO}, str(MOST_POINTS + 1))
    with pytest.raises(OverflowError, match=r"1\.1"):
        only_leaf(more, {"yes": True})


# --- totals -------------------------------------------------------------------------------------


def ends(printed: Printed) -> tuple[Any, Any]:
    return printed.low.value, printed.high.value


def test_thirds_that_make_a_half_leave_the_rounding_open() -> None:
    """1/3 + 1/6 is a half, and no number of billionths shows it: the two ends differ."""
    criteria_set = shares_set([1, 1], rounding={"index": 0})
    for shares, wanted in [
        (((1, 3), (1, 6)), (0, 1)),
        (((1, 3), (1, 7)), (0, 0)),
        (((1, 2), (0, 7)), (1, 1)),
    ]:
        assert ends(only_sheet(criteria_set, unit("u", *shares)).totals.points) == wanted


def test_one_inexact_leaf_leaves_nothing_open() -> None:
    """The truth lies below the end of its error, so the billionth before decides."""
    criteria_set = shares_set([1, 1], rounding={"index": 0})
    sheet = only_sheet(criteria_set, unit("u", (4_999_999_999, 10_000_000_000), (0, 1)))
    assert sheet.leaves["1.1"].nanos.value == 499_999_999
    assert ends(sheet.totals.points) == (0, 0)


@pytest.mark.parametrize("law", ["flat", "nested"])
@pytest.mark.parametrize("shares", [((1, 3), (0, 1), (0, 1)), ((1, 3), (1, 3), (1, 7))])
def test_the_index_lies_within_its_error(law: str, shares: tuple[tuple[int, int], ...]) -> None:
    """Whatever the truth is behind the billionths of the leaves."""
    criteria_set = shares_set([1, 2, 4], rounding={"index": 9}, not_applicable=law)
    sheet = only_sheet(criteria_set, unit("u", *shares))
    leaves = sheet.leaves.values()
    low = sum(leaf.nanos.value for leaf in leaves)
    high = low + sum(leaf.exact.value is False for leaf in leaves)
    first, last = ends(sheet.totals.index)
    scaled = [Fraction(100 * nanos, 7 * 10**9) for nanos in (low, high)]
    assert first <= scaled[0] < scaled[1] <= last
    assert last - first <= scaled[1] - scaled[0] + Fraction(2, 10**9)


@pytest.mark.parametrize("law", ["flat", "nested"])
@pytest.mark.parametrize(("given", "index"), [("0.12", 12), ("0.125", 13), ("0.625", 63)])
def test_ties_at_the_rounding_edge(law: str, given: str, index: int) -> None:
    criteria_set = judged_set(["1"], rounding={"index": 0}, not_applicable=law)
    answers = {"given_1": Fraction(given)}
    assert ends(only_sheet(criteria_set, UnitAnswers("u", answers)).totals.index) == (index, index)


def test_leaves_that_are_in_other_hands_keep_their_maximum() -> None:
    criteria_set = shares_set([1, 2, 3])
    sheet = only_sheet(criteria_set, unit("u", (1, 2), (1, 1), (1, 1)))
    pending = excel_totals(sheet.calc, criteria_set, {**sheet.leaves, "1.2": None})
    assert ends(pending.points) == (Fraction("3.5"), Fraction("3.5"))
    assert ends(pending.maximum) == (6, 6)
    leaves = {**sheet.leaves, "1.2": None, "1.3": None}
    gone = excel_totals(sheet.calc, criteria_set, leaves, frozenset({"1.3"}))
    assert ends(gone.maximum) == ends(gone.maxima["1"]) == (3, 3)
    assert ends(gone.index) == (Fraction("16.67"), Fraction("16.67"))
    nothing = excel_totals(sheet.calc, criteria_set, dict.fromkeys(leaves), frozenset(leaves))
    assert [ends(p)[0] for p in (nothing.points, nothing.maximum, nothing.index)] == [0, 0, ""]


def test_a_leaf_that_is_too_large_leaves_its_sums_blank() -> None:
    criteria_set = shares_set([1, 1])
    totals = only_sheet(criteria_set, unit("u", (1, 2), (LIMIT, LIMIT))).totals
    found = [totals.fields["1"], totals.maxima["1"], totals.points, totals.maximum, totals.index]
    assert set(map(ends, found)) == {("", "")}


def test_the_same_formula_is_written_once() -> None:
    calc = CalcSheet("Tờ 'một'")
    calc.heading("1.1")
    first = calc.put("1+1", 2, "sum")
    again = calc.put(f"{first.ref}*2", 4, "product")
    assert calc.put("1+1", 2) == first
    assert (first.ref, again.ref) == ("'Tờ ''một'''!$B$2", "'Tờ ''một'''!$B$3")
    assert [row.formula for row in calc.rows] == ["", "1+1", "B2*2"]
    assert [row.is_heading for row in calc.rows] == [True, False, False]
