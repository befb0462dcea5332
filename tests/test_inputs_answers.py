"""Answers of all shapes: the facts they become, and for each fault its code and exact place."""

import datetime
import hashlib
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from criteria.model import CriteriaSet
from criteria.problems import Problem, ProblemsFound
from inputs.answers import Intake, read_answers, take_in
from inputs.facts import EPOCH, STATUS, Facts
from inputs.units import Units, read_units

INPUTS: dict[str, dict[str, Any]] = {
    "due": {"type": "count", "title": "t"},
    "done": {"type": "count", "title": "t", "at_most": "due"},
    "budget": {"type": "amount", "title": "t"},
    "spent": {"type": "amount", "title": "t"},
    "rate": {"type": "percent", "title": "t"},
    "issued": {"type": "date", "title": "t"},
    "has_plan": {"type": "yes_no", "title": "t"},
    "level": {"type": "choice", "title": "t", "options": ["kịp thời", "chậm"]},
    "citizens": {"type": "tally", "title": "t", "options": ["1", "2", "3"]},
    "council": {"type": "points", "title": "t"},
}
RULES: list[dict[str, Any]] = [
    {"kind": "proportional", "of": {"ratio": ["done", "due"]}},
    {"kind": "proportional", "of": {"ratio": ["spent", "budget"]}},
    {"kind": "per_item", "of": "rate", "points": 1},
    {
        "kind": "deadline",
        "of": "issued",
        "tiers": [{"by": datetime.date(2017, 1, 31), "points": 1}],
    },
    {"kind": "yes_no", "of": "has_plan"},
    {"kind": "choice", "of": "level", "points": {"kịp thời": 1, "chậm": 0}},
    {"kind": "satisfied", "of": "citizens", "options": ["3"]},
    {"kind": "judged", "of": "council", "increment": Fraction(1, 4)},
]


def a_set(
    inputs: dict[str, dict[str, Any]] = INPUTS,
    rules: Sequence[dict[str, Any]] = RULES,
    group: str = "g",
    identity: str = "s",
) -> CriteriaSet:
    leaves = [
        {"id": f"1.{number}", "title": "t", "maximum": 2, "rule": rule}
        for number, rule in enumerate(rules, 1)
    ]
    return CriteriaSet.model_validate(
        {
            "parindex": 1,
            "id": identity,
            "title": "t",
            "status": "reference",
            "year": 2017,
            "group": group,
            "inputs": inputs,
            "fields": [{"id": "1", "title": "t", "criteria": leaves}],
        }
    )


SET = a_set()


@pytest.fixture
def units(tmp_path: Path) -> Units:
    return some_units(tmp_path)


def some_units(folder: Path) -> Units:
    path = folder / "units.csv"
    path.write_text("unit,name,group\na,A,g\nb,B,g\nc,C,g\nz,Z,h\n", encoding="utf-8")
    return read_units(path)


def file(folder: Path, text: str, name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def intake(units: Units, *paths: Path, sets: Sequence[CriteriaSet] = (SET,)) -> Intake:
    taken = take_in(paths, units, sets)
    for problem in taken.problems:
        assert "{" not in problem.text("vi").replace("{...}", "")
        assert problem.text("en")
    return taken


def found(taken: Intake) -> list[tuple[str, int | None, str | None]]:
    """What is wrong, advice left out."""
    return [(p.code, p.place.line, p.unit) for p in taken.problems if not p.advice]


def facts(taken: Intake) -> Facts:
    assert found(taken) == []
    return taken.facts["s"]


LONG = """unit,input,value,reason
b,due,10,
a,due,1.234.567,
a,done,8,
a,budget,"1.234,5",
a,spent,12,
b,spent,"0,25",
a,rate,95 %,
a,issued,31/01/2017,
a,has_plan,Có,
b,has_plan,no,
b,level,CHẬM,
a,citizens:1,0,
a,citizens:2,7,
a,citizens:3,5,
a,council,1.25,Hội đồng thống nhất
"""
WIDE = """unit;name;due;done;budget;spent;rate;issued;has_plan;level;\
citizens:1;citizens:2;citizens:3;council;council:reason
b;B;10;;;0,25;;;no;CHẬM;;;;;
a;A;1.234.567;8;1.234,5;12;95 %;31/01/2017;Có;;0;7;5;1.25;Hội đồng thống nhất
"""


def check_the_sample(read: Facts) -> None:
    frame = read.frame
    assert frame["unit"].to_list() == ["a", "b", "c"]
    assert frame.columns == [
        *("unit", "name", "parent", "ranked"),
        *("due", "done", "budget", "spent", "rate", "issued", "has_plan", "level"),
        *("citizens:1", "citizens:2", "citizens:3", "council"),
    ]
    assert frame["due"].to_list() == [1234567, 10, None]
    assert frame["budget"].to_list() == [12345, None, None]
    assert frame["spent"].to_list() == [1200, 25, None]
    assert frame["rate"].to_list() == [95, None, None]
    assert frame["issued"].to_list() == [(datetime.date(2017, 1, 31) - EPOCH).days, None, None]
    assert frame["has_plan"].to_list() == [True, False, None]
    assert frame["level"].to_list() == [None, 1, None]
    assert frame["citizens:2"].to_list() == [7, None, None]
    assert frame["council"].to_list() == [125, None, None]
    assert read.scales == {
        **{"due": 0, "done": 0, "budget": 1, "spent": 2, "rate": 0, "council": 2}
    }
    assert read.reasons == {("a", "council"): "Hội đồng thống nhất"}
    for name, dtype in frame.schema.items():
        if name in INPUTS and name != "has_plan":
            assert dtype == pl.Int64


def test_long_and_wide_tables_say_the_same(units: Units, tmp_path: Path) -> None:
    check_the_sample(facts(intake(units, file(tmp_path, LONG))))
    check_the_sample(facts(intake(units, file(tmp_path, WIDE))))


def test_vietnamese_headers_and_workbooks(units: Units, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Mã đơn vị", "Số liệu", "Giá trị", "Trạng thái", "Lý do"])
    sheet.append(["a", "spent", 1.234])
    sheet.append(["a", "rate", 0.95])
    sheet.append(["b", "rate", 95])
    sheet.append(["a", "issued", datetime.date(2017, 1, 31)])
    sheet.append(["b", "due", None, "Không áp dụng", "QĐ 12/QĐ-UBND"])
    sheet["C3"].number_format = "0.0%"
    book.save(tmp_path / "answers.xlsx")
    read = facts(intake(units, tmp_path / "answers.xlsx"))
    assert read.frame["spent"].to_list() == [1234, None, None]
    assert read.frame["rate"].to_list() == [95, 95, None]
    assert read.frame["status:due"].to_list() == [0, STATUS["not_applicable"], 0]
    assert read.reasons == {("b", "due"): "QĐ 12/QĐ-UBND"}
    assert str(read.place("b", "rate")).endswith("answers.xlsx: Sheet!C4")


def test_parquet_goes_the_same_way(units: Units, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "unit": ["c", "a"],
            "due": [5, None],
            "spent": [0.1, 1.5],
            "has_plan": [True, None],
            "issued": [datetime.date(2017, 2, 1), None],
        }
    ).write_parquet(path)
    read = facts(intake(units, path))
    assert read.frame["due"].to_list() == [None, None, 5]
    assert read.frame["spent"].to_list() == [15, None, 1]
    assert read.frame["has_plan"].to_list() == [None, None, True]
    assert read.place("c", "due") is not None


def test_places_of_every_answer(units: Units, tmp_path: Path) -> None:
    read = facts(intake(units, file(tmp_path, LONG)))

    def line(unit: str, column: str) -> int | None:
        place = read.place(unit, column)
        return None if place is None else place.line

    assert line("a", "budget") == 5
    assert line("b", "due") == 2
    assert line("a", "citizens:3") == 15
    assert line("a", "citizens") == 13
    assert line("b", "budget") is None
    assert line("nobody", "due") is None
    assert line("a", "nothing") is None
    wide = facts(intake(units, file(tmp_path, WIDE)))
    blank = wide.place("b", "budget")
    assert blank is not None  # the cell to fill in
    assert blank.line == 2


def test_several_files_and_their_hashes(units: Units, tmp_path: Path) -> None:
    one = file(tmp_path, "unit,due\na,3\nb,\n", "one.csv")
    two = file(tmp_path, "unit,input,value\nb,due,4\n", "two.csv")
    read = facts(intake(units, one, two, one))
    assert read.frame["due"].to_list() == [3, 4, None]
    assert read.place("b", "due") is not None
    assert str(read.place("b", "due")).endswith("two.csv:2")
    assert [source.sha256 for source in read.sources[1:]] == [
        hashlib.sha256(path.read_bytes()).hexdigest() for path in (one, two)
    ]
    assert [Path(source.file).name for source in read.sources] == [
        "units.csv",
        "one.csv",
        "two.csv",
    ]


def test_statuses(units: Units, tmp_path: Path) -> None:
    text = (
        "unit,input,value,status,reason\n"
        "a,due,5,pending,\n"
        "b,due,6,bị bác,Thiếu văn bản\n"
        "c,due,7,reported,\n"
        "a,citizens,,not_applicable,QĐ 5\n"
        "a,done,1,,\n"
    )
    read = facts(intake(units, file(tmp_path, text)))
    assert read.frame["due"].to_list() == [5, 6, 7]
    assert read.frame["status:due"].to_list() == [2, 3, 0]
    assert read.frame["status:due"].dtype == pl.Int8
    assert read.frame["status:citizens"].to_list() == [1, 0, 0]
    assert "status:done" not in read.frame.columns
    assert read.reasons == {("b", "due"): "Thiếu văn bản", ("a", "citizens"): "QĐ 5"}


def test_a_refused_answer_is_not_held_against_at_most(units: Units, tmp_path: Path) -> None:
    text = "unit,input,value,status,reason\na,due,5,,\na,done,9,refused,Sai số liệu\n"
    assert found(intake(units, file(tmp_path, text))) == []


def test_a_value_and_a_status_on_two_rows_are_two_answers(units: Units, tmp_path: Path) -> None:
    text = "unit,input,value,status\na,due,,pending\na,due,5,\n"
    assert found(intake(units, file(tmp_path, text))) == [("answer-twice", 3, "a")]


LONG_FAULTS = [
    ("q,due,5,,", "answer-unit-unknown", "q"),
    (",due,5,,", "answer-without-unit", None),
    ("a,,5,,", "answer-without-input", None),
    ("a,dun,5,,", "answer-input-unknown", None),
    ("a,due:4,5,,", "answer-input-unknown", None),
    ("a,citizens:9,5,,", "tally-option-unknown", None),
    ("a,citizens,5,,", "tally-without-option", "a"),
    ("a,citizens:1,5,,", "tally-incomplete", "a"),
    ("a,due,-1,,", "value-out-of-range", "a"),
    ('a,due,"1,5",,', "count-not-whole", "a"),
    ("a,due,1.234,,", "number-ambiguous", "a"),
    ("a,due,95 %,,", "percent-not-wanted", "a"),
    ("a,due,n/a,,", "word-for-blank", "a"),
    ("a,rate,100.1,,", "value-out-of-range", "a"),
    ("a,rate,-1,,", "value-out-of-range", "a"),
    ("a,budget,-5,,", "denominator-negative", "a"),
    ("a,issued,31/02/2017,,", "date-impossible", "a"),
    ("a,issued,42766,,", "date-is-number", "a"),
    ("a,has_plan,maybe,,", "yes-no-unreadable", "a"),
    ("a,level,kip thoi,,", "option-not-offered", "a"),
    ("a,council,1.25,,", "judgement-without-reason", "a"),
    ("a,council,1.3,,ok", "points-off-increment", "a"),
    ("a,council,2.25,,ok", "points-out-of-range", "a"),
    ("a,council,-0.25,,ok", "points-out-of-range", "a"),
    ("a,due,5,xong,", "status-unknown", None),
    ("a,due,5,refused,", "status-without-reason", "a"),
    ("a,due,,not_applicable,", "status-without-reason", "a"),
]


@pytest.mark.parametrize(("row", "code", "unit"), LONG_FAULTS)
def test_each_fault_of_a_long_table(
    units: Units, tmp_path: Path, row: str, code: str, unit: str | None
) -> None:
    path = file(tmp_path, f"unit,input,value,status,reason\nb,due,1,,\n{row}\n")
    assert found(intake(units, path)) == [(code, 3, unit)]


def test_all_faults_come_at_once_and_in_order(units: Units, tmp_path: Path) -> None:
    rows = ["unit,input,value,status,reason", *(row for row, _, _ in LONG_FAULTS)]
    taken = intake(units, file(tmp_path, "\n".join(rows) + "\n"))
    codes = {code for _, code, _ in LONG_FAULTS} - {"judgement-without-reason"}
    assert codes <= {code for code, _, _ in found(taken)}  # one of the points has a reason here
    lines = [line or 0 for _, line, _ in found(taken)]
    assert len(set(lines)) >= 20
    with pytest.raises(ProblemsFound) as error:
        read_answers([tmp_path / "answers.csv"], units, [SET])
    assert len(error.value.problems) == len(taken.problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit,dun\na,1\n", [("answer-input-unknown", 1, None)]),
        ("name,due\nA,1\n", [("column-missing", 1, None)]),
        ("unit,input\na,due\n", [("column-missing", 1, None)]),
        ("unit,due\na,1\na,2\n", [("answer-twice", 3, "a")]),
        ("unit,due,done\nb,1,1\na,4,5\n", [("more-than-at-most", 3, "a")]),
        ("unit,citizens:1,citizens:2,citizens:3\na,1,,0\n", [("tally-incomplete", 2, "a")]),
        ("unit,citizens:1,citizens:2,citizens:3\na,1,x1,0\n", [("number-unreadable", 2, "a")]),
        ("unit,due\nz,1\n", []),
        ("unit,name,group\na,A,g\n", [("answers-without-inputs", 1, None)]),
        ("unit,due\na,999999999999999999\n", []),
        ("unit,due\na,1000000000000000000\n", [("number-too-long", 2, "a")]),
        (
            "unit;spent\na;99999999999999999\nb;0,25\n",
            [("number-too-long-beside", 2, "a")],
        ),
    ],
)
def test_each_fault_of_a_wide_table(
    units: Units, tmp_path: Path, text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert found(intake(units, file(tmp_path, text))) == expected


def only(taken: Intake) -> Problem:
    (problem,) = [problem for problem in taken.problems if not problem.advice]
    return problem


def test_messages_hold_both_places_and_values(units: Units, tmp_path: Path) -> None:
    one = file(tmp_path, "unit,due\na,4\n", "one.csv")
    two = file(tmp_path, "unit,done\na,5\n", "two.csv")
    problem = only(intake(units, one, two))
    assert str(problem.place) == f"{two}:2"
    assert problem.values["where"] == f"{one}:2"
    assert (problem.values["value"], problem.values["limit"]) == ("5", "4")
    three = file(tmp_path, "unit,due\na,4\n", "three.csv")
    problem = only(intake(units, one, three))
    assert (problem.code, str(problem.place)) == ("answer-twice", f"{three}:2")
    assert problem.values["first"] == f"{one}:2"


def test_the_same_slip_in_two_columns_of_a_line_is_two_problems(
    units: Units, tmp_path: Path
) -> None:
    taken = intake(units, file(tmp_path, "unit,due,done,rate\na,n/a,n/a,n/a\n"))
    assert [p.values["name"] for p in taken.problems if not p.advice] == ["due", "done", "rate"]
    assert "`done`" in taken.problems[-2].text("en")


def test_near_names_are_suggested(units: Units, tmp_path: Path) -> None:
    problem = only(intake(units, file(tmp_path, "unit,has_plann\na,có\n")))
    assert problem.values["near"] == "`has_plan`"
    problem = only(intake(units, file(tmp_path, "unit,citizens:4\na,1\n")))
    assert "`citizens:3`" in problem.values["options"]


def test_broken_cells_of_a_workbook_are_named_once(units: Units, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["unit", "due", "citizens:1", "citizens:2", "citizens:3"])
    sheet.append(["a", "=1+1", "=2", 3, 4])
    sheet.append(["b", "#N/A", 1, 2, 3])
    book.save(tmp_path / "a.xlsx")
    taken = intake(units, tmp_path / "a.xlsx")
    assert [(p.code, p.place.cell) for p in taken.problems if not p.advice] == [
        ("formula-without-value", "B2"),
        ("formula-without-value", "C2"),
        ("cell-with-error", "B3"),
    ]


def test_sets_of_two_groups(tmp_path: Path, units: Units) -> None:
    other = a_set(
        {"extra": {"type": "yes_no", "title": "t"}, "has_plan": {"type": "yes_no", "title": "t"}},
        [{"kind": "all_of", "of": ["extra", "has_plan"]}],
        group="h",
        identity="o",
    )
    good = file(tmp_path, "unit,due,extra,has_plan\na,1,,có\nz,,có,không\n")
    taken = intake(units, good, sets=[SET, other])
    assert found(taken) == []
    assert taken.facts["s"].frame["has_plan"].to_list() == [True, None, None]
    assert taken.facts["o"].frame["has_plan"].to_list() == [False]
    bad = file(tmp_path, "unit,due,extra\na,1,có\nz,2,\n")
    assert found(intake(units, bad, sets=[SET, other])) == [
        ("answer-not-of-group", 2, "a"),
        ("answer-not-of-group", 3, "z"),
    ]


def test_one_bad_cell_read_by_two_sets_is_named_once(tmp_path: Path, units: Units) -> None:
    taken = intake(units, file(tmp_path, "unit,due\na,x\n"), sets=[SET, a_set(identity="again")])
    assert found(taken) == [("number-unreadable", 2, "a")]


def test_groups_without_set_and_sets_without_units(tmp_path: Path, units: Units) -> None:
    path = file(tmp_path, "unit,due\na,1\n")
    taken = intake(units, path)
    assert [(p.code, p.advice) for p in taken.problems] == [("group-without-set", True)]
    nobody = a_set(group="nobody", identity="n")
    assert [p.code for p in intake(units, path, sets=[SET, nobody]).problems if p.set == "n"] == [
        "set-without-units"
    ]
    taken = intake(units, path, sets=[nobody])
    assert ("set-without-units", None, None) in found(taken)


def test_no_answers_at_all_are_all_missing(units: Units) -> None:
    read = facts(intake(units))
    assert read.frame.height == 3
    assert read.frame["due"].null_count() == 3
    assert read.frame.schema["due"] == pl.Int64
    assert read.frame.schema["has_plan"] == pl.Boolean


def test_shares_in_a_percent_column_are_pointed_out(units: Units, tmp_path: Path) -> None:
    taken = intake(units, file(tmp_path, "unit;rate\na;0,95\nb;1\nc;0,5\n"))
    assert found(taken) == []
    assert "percents-look-like-shares" in [problem.code for problem in taken.problems]


def test_all_missing_files_are_named(units: Units, tmp_path: Path) -> None:
    taken = intake(units, tmp_path / "x.csv", tmp_path / "y.csv")
    assert [p.code for p in taken.problems if not p.advice] == ["file-missing", "file-missing"]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("abc"),
        st.tuples(
            st.none() | st.integers(0, 10**12),
            st.none() | st.decimals(-(10**6), 10**6, places=3),
            st.none() | st.booleans(),
            st.none() | st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 1, 1)),
        ),
    )
)
def test_what_is_written_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory, answers: dict[str, Any]
) -> None:
    """CSV, workbook and Parquet of the same answers give the same exact facts, or a problem."""
    folder = tmp_path_factory.getbasetemp()
    units = some_units(folder)
    names = ("due", "spent", "has_plan", "issued")
    csv = "unit;" + ";".join(names) + "\n"
    for unit, (due, spent, plan, day) in answers.items():
        amount = "" if spent is None else f"{spent:.4f}".replace(".", ",")
        flag = "" if plan is None else "có" if plan else "không"
        on = "" if day is None else f"{day.day}/{day.month}/{day.year:04}"
        csv += f"{unit};{'' if due is None else due};{amount};{flag};{on}\n"
    paths = [file(folder, csv, "round.csv"), folder / "round.xlsx", folder / "round.parquet"]
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["unit", *names])
    for unit, values in answers.items():
        sheet.append([unit, *values])
    book.save(paths[1])
    pl.DataFrame(
        [[unit, *values] for unit, values in answers.items()],
        schema={
            "unit": pl.String,
            "due": pl.Int64,
            "spent": pl.Decimal(18, 3),
            "has_plan": pl.Boolean,
            "issued": pl.Date,
        },
        orient="row",
    ).write_parquet(paths[2])
    for path in paths:
        taken = take_in([path], units, [SET])
        if not answers:
            assert "table-without-rows" in [problem.code for problem in taken.problems]
            continue
        read = facts(taken)
        for row in read.frame.iter_rows(named=True):
            due, spent, plan, day = answers.get(row["unit"], (None,) * 4)
            scale = read.scales["spent"]
            got = None if row["spent"] is None else Fraction(row["spent"], 10**scale)
            assert row["due"] == due
            assert got == (None if spent is None else Fraction(spent))
            assert row["has_plan"] == plan
            assert row["issued"] == (None if day is None else (day - EPOCH).days)
