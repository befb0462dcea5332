"""One cell at a time: what is read, what is refused, and that nothing is read as something else."""

import datetime
import unicodedata
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inputs.values import (
    Cell,
    Fault,
    Kind,
    read_date,
    read_number,
    read_option,
    read_yes_no,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("1234", "1234"),
        ("007", "7"),
        ("-12", "-12"),
        ("\u22123,5", "-3.5"),
        ("1.234,5", "1234.5"),
        ("1.234.567", "1234567"),
        ("1.234.567,25", "1234567.25"),
        ("1,234,567.8", "1234567.8"),
        ("1,234,567", "1234567"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("0,234", "0.234"),
        ("0.234", "0.234"),
        ("1234.567", "1234.567"),
        ("1,2340", "1.234"),
        ("1 234", "1234"),
        ("1 234 567,5", "1234567.5"),
        ("1\u00a0234", "1234"),
        ("1\u2009234\u2009567", "1234567"),
        ("1\u202f234.5", "1234.5"),
        (" 8 ", "8"),
        ("999999999999999999", "999999999999999999"),
    ],
)
def test_numbers_as_people_write_them(text: str, value: str) -> None:
    assert read_number(Cell(text)) == Fraction(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1.234", "number-ambiguous"),
        ("1,234", "number-ambiguous"),
        ("-999.000", "number-ambiguous"),
        ("1e3", "number-scientific"),
        ("1,5E+10", "number-scientific"),
        ("nan", "number-not-finite"),
        ("-inf", "number-not-finite"),
        ("∞", "number-not-finite"),
        ("１２", "number-other-digits"),
        ("٣٤", "number-other-digits"),
        ("1234567890123456789", "number-too-long"),
        ("123456789012345678,5", "number-too-long"),
        ("9" * 5000, "number-too-long"),
        ("12 triệu", "number-unreadable"),
        ("1.23.456", "number-unreadable"),
        ("1,234,5", "number-unreadable"),
        ("1.234.567.89", "number-unreadable"),
        ("1 2345", "number-unreadable"),
        ("12/15", "number-unreadable"),
        ("1_000", "number-unreadable"),
        ("+5", "number-unreadable"),
        ("5.", "number-unreadable"),
        (",5", "number-unreadable"),
        ("95 %", "percent-not-wanted"),
        ("-", "word-for-blank"),
        ("N/A", "word-for-blank"),
        ("Không áp dụng", "word-for-blank"),
        (unicodedata.normalize("NFD", "không áp dụng"), "word-for-blank"),
    ],
)
def test_numbers_that_are_refused(text: str, code: str) -> None:
    fault = read_number(Cell(text))
    assert isinstance(fault, Fault)
    assert fault.code == code


def test_an_ambiguous_number_shows_both_readings() -> None:
    fault = read_number(Cell("-1.234"))
    assert isinstance(fault, Fault)
    assert fault.values == {
        "value": "-1.234",
        "whole": "-1234",
        "comma": "-1,2340",
        "point": "-1.2340",
    }
    for spelling in ("whole", "comma", "point"):
        assert not isinstance(read_number(Cell(fault.values[spelling])), Fault)


@pytest.mark.parametrize("text", ["95 %", "95%", "95,0 %", "95\u00a0%", "95"])
def test_percents(text: str) -> None:
    assert read_number(Cell(text), percent=True) == 95


def test_native_numbers_are_never_ambiguous() -> None:
    assert read_number(Cell("1.234", Kind.NUMBER)) == Fraction("1.234")
    assert read_number(Cell("1e-07", Kind.NUMBER)) == Fraction(1, 10**7)
    assert read_number(Cell("95", Kind.PERCENT), percent=True) == 95


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (Cell("nan", Kind.NUMBER), "number-not-finite"),
        (Cell("inf", Kind.NUMBER), "number-not-finite"),
        (Cell("1e300", Kind.NUMBER), "number-too-long"),
        (Cell("1e-300", Kind.NUMBER), "number-too-long"),
        (Cell("95", Kind.PERCENT), "percent-not-wanted"),
        (Cell("2017-01-31", Kind.DATE), "number-is-date"),
        (Cell("true", Kind.YES_NO), "number-unreadable"),
        (Cell("#REF!", Kind.BROKEN), ""),
    ],
)
def test_native_cells_that_are_refused(cell: Cell, code: str) -> None:
    fault = read_number(cell)
    assert isinstance(fault, Fault)
    assert fault.code == code


def _grouped(digits: str, mark: str) -> str:
    return f"{int(digits):,}".replace(",", mark)


numbers = st.tuples(
    st.integers(0, 10**12).map(str), st.text("0123456789", max_size=5), st.booleans()
)


@given(numbers, st.sampled_from([(".", ","), (",", "."), (" ", ","), ("\u00a0", "."), ("", ",")]))
def test_a_printed_number_reads_back_or_is_called_ambiguous(
    number: tuple[str, str, bool], marks: tuple[str, str]
) -> None:
    whole, decimals, negative = number
    group, point = marks
    sign = "-" if negative else ""
    text = sign + _grouped(whole, group) + (point + decimals if decimals else "")
    read = read_number(Cell(text))
    if isinstance(read, Fault):
        assert read.code == "number-ambiguous"
        assert sum(text.count(mark) for mark in ".,") == 1
    else:
        assert read == Fraction(f"{sign}{whole}.{decimals or 0}")


@given(st.text())
def test_any_text_reads_as_a_value_or_a_fault(text: str) -> None:
    for kind in Kind:
        cell = Cell(text, kind)
        assert isinstance(read_number(cell), Fraction | Fault)
        assert isinstance(read_number(cell, percent=True), Fraction | Fault)
        assert isinstance(read_date(cell), datetime.date | Fault)
        assert isinstance(read_yes_no(cell), bool | Fault)
        assert isinstance(read_option(cell, ("a", "b")), int | Fault)


@given(st.text("0123456789.,-% \u00a0", max_size=12))
def test_a_text_of_digits_never_loses_or_gains_a_digit(text: str) -> None:
    read = read_number(Cell(text), percent=True)
    if isinstance(read, Fraction):
        digits = "".join(filter(str.isdigit, text)).lstrip("0").rstrip("0")
        scaled = str(abs(read.numerator * (10**12 // read.denominator)))
        assert scaled.strip("0") == digits


@pytest.mark.parametrize(
    "text",
    [
        "2017-01-31",
        "31/01/2017",
        "31/1/2017",
        "31-01-2017",
        "31.01.2017",
        "ngày 31 tháng 01 năm 2017",
        "Ngày  31 tháng 1 năm 2017",
        unicodedata.normalize("NFD", "ngày 31 tháng 01 năm 2017"),
        "2017-01-31 00:00:00",
        "2017-01-31T00:00:00",
        "2017-01-31 00:00:00.000000",
        "31/01/2017 00:00",
        "31/01/2017 12:00:00 SA",
    ],
)
def test_dates_as_people_write_them(text: str) -> None:
    assert read_date(Cell(text)) == datetime.date(2017, 1, 31)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/2017", "date-impossible"),
        ("00/01/2017", "date-impossible"),
        ("2017-02-30", "date-impossible"),
        ("31/31/2017", "date-impossible"),
        ("01/31/2017", "date-month-first"),
        ("31/01/17", "date-short-year"),
        ("31/01/1017", "date-year-outside"),
        ("31/01/2201", "date-year-outside"),
        ("42766", "date-is-number"),
        ("2017", "date-is-number"),
        ("2017-01-31 10:30", "date-with-time"),
        ("31-01/2017", "date-unreadable"),
        ("quý I/2017", "date-unreadable"),
        ("chưa có", "word-for-blank"),
    ],
)
def test_dates_that_are_refused(text: str, code: str) -> None:
    fault = read_date(Cell(text))
    assert isinstance(fault, Fault)
    assert fault.code == code


def test_a_month_first_date_is_shown_the_right_way_round() -> None:
    fault = read_date(Cell("01/31/2017"))
    assert isinstance(fault, Fault)
    assert fault.values["instead"] == "31/01/2017"


def test_an_excel_serial_is_no_date() -> None:
    fault = read_date(Cell("42766", Kind.NUMBER))
    assert isinstance(fault, Fault)
    assert fault.code == "date-is-number"


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)), st.sampled_from("/-."))
def test_every_day_reads_back(day: datetime.date, mark: str) -> None:
    assert read_date(Cell(day.isoformat())) == day
    assert read_date(Cell(f"{day.day}{mark}{day.month}{mark}{day.year:04}")) == day
    words = f"ngày {day.day} tháng {day.month:02} năm {day.year:04}"
    assert read_date(Cell(words)) == day


def test_yes_and_no() -> None:
    for yes in ("yes", "YES", "có", "CÓ", unicodedata.normalize("NFD", "Có"), "1", "true", " Yes "):
        assert read_yes_no(Cell(yes)) is True
    for no in ("no", "Không", unicodedata.normalize("NFD", "không"), "0", "False"):
        assert read_yes_no(Cell(no)) is False
    assert read_yes_no(Cell("1", Kind.NUMBER)) is True
    assert read_yes_no(Cell("true", Kind.YES_NO)) is True
    for other in ("2", "co", "đúng", "x"):
        fault = read_yes_no(Cell(other))
        assert isinstance(fault, Fault)
        assert fault.code == "yes-no-unreadable"


def test_options() -> None:
    options = ("kịp thời", "không kịp thời", "không ban hành")
    assert read_option(Cell("Kịp  thời"), options) == 0
    assert read_option(Cell(unicodedata.normalize("NFD", "KHÔNG BAN HÀNH")), options) == 2
    assert read_option(Cell("4.0", Kind.NUMBER), ("3", "4")) == 1
    fault = read_option(Cell("kip thoi"), options)
    assert isinstance(fault, Fault)
    assert fault.code == "option-not-offered"
    assert "`kịp thời`" in fault.values["options"]
