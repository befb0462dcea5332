"""Deadlines as plans spell them: all are read, nothing is guessed, instances keep the calendar."""

from __future__ import annotations

import calendar
import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from criteria.plan.deadlines import (
    DEADLINE_EXAMPLES,
    Continuous,
    Counted,
    Deadline,
    OnCondition,
    Periodic,
    Unstated,
    describe,
    read_deadline,
    spans,
)

YEAR = datetime.date(2018, 1, 1), datetime.date(2018, 12, 31)
FOUR_YEARS = datetime.date(2012, 2, 20), datetime.date(2015, 12, 31)

# A spelling, and the key and last day of each instance in a plan for 2018.
DATED = {
    "Tháng 12 năm 2018": "2018-12 31/12/2018",
    "Tháng 02/2018": "2018-02 28/02/2018",
    "Tháng 02/2020": "2020-02 29/02/2020",
    "Tháng 1 năm 2018": "2018-01 31/01/2018",
    "trong tháng 01 năm 2018": "2018-01 31/01/2018",
    "Tháng 6 /2018": "2018-06 30/06/2018",
    "Tháng 6": "2018-06 30/06/2018",
    "6/2018": "2018-06 30/06/2018",
    "Tháng 7-2018": "2018-07 31/07/2018",
    "Tháng 11, 12/2018": "2018-12 31/12/2018",
    "Tháng 6, 12/2018": "2018-06 30/06/2018; 2018-12 31/12/2018",
    "Từ tháng 3 đến tháng 6/2018": "2018-06 30/06/2018",
    "Quý I/2018": "2018-Q1 31/03/2018",
    "Quý I/ 2018": "2018-Q1 31/03/2018",
    "Quý II /2018": "2018-Q2 30/06/2018",
    "Quý I năm 2018": "2018-Q1 31/03/2018",
    "Quý 3 năm 2018": "2018-Q3 30/09/2018",
    "Quí IV": "2018-Q4 31/12/2018",
    "QUÝ IV": "2018-Q4 31/12/2018",
    "Quý I, II/2018": "2018-Q2 30/06/2018",
    "Quý I và II/2018": "2018-Q2 30/06/2018",
    "Quý I - III/2018": "2018-Q3 30/09/2018",
    "Quý I, II năm 2012": "2012-Q2 30/06/2012",
    "Quý II, IV/2018": "2018-Q2 30/06/2018; 2018-Q4 31/12/2018",
    "Quý I, II, IV/2018": "2018-Q2 30/06/2018; 2018-Q4 31/12/2018",
    "Quý IV/2017, Quý I/2018": "2018-Q1 31/03/2018",
    "Quý III hoặc Quý IV": "2018-Q4 31/12/2018",
    "Quý II hoặc Quý IV năm 2018": "2018-Q4 31/12/2018",
    "Đến hết Quý II/2018": "2018-Q2 30/06/2018",
    "Quý IV hàng năm": "2018-Q4 31/12/2018",
    "6 tháng đầu năm 2018": "2018-H1 30/06/2018",
    "06 tháng đầu năm": "2018-H1 30/06/2018",
    "6 tháng cuối năm 2018": "2018-H2 31/12/2018",
    "Năm 2018": "2018 31/12/2018",
    "Trong năm 2018": "2018 31/12/2018",
    "Trong năm": "2018 31/12/2018",
    "Cả năm": "2018 31/12/2018",
    "Trong cả năm": "2018 31/12/2018",
    "Suốt năm": "2018 31/12/2018",
    "Trong suốt năm 2018": "2018 31/12/2018",
    "Cả năm 2019": "2019 31/12/2019",
    "Cuối tháng 6/2018": "2018-06 30/06/2018",
    "Cuối tháng 2 năm 2020": "2020-02 29/02/2020",
    "Trong cuối tháng 6": "2018-06 30/06/2018",
    "Đến cuối tháng 6/2018": "2018-06 30/06/2018",
    "Chậm nhất cuối tháng 6": "2018-06 30/06/2018",
    "Cuối quý II/2018": "2018-Q2 30/06/2018",
    "Trước ngày 20 tháng cuối quý": (
        "2018-03-19 19/03/2018; 2018-06-19 19/06/2018; 2018-09-19 19/09/2018; 2018-12-19 19/12/2018"
    ),
    "Hàng quý, ngày 30 của tháng cuối mỗi quý": (
        "2018-03-30 30/03/2018; 2018-06-30 30/06/2018; 2018-09-30 30/09/2018; 2018-12-30 30/12/2018"
    ),
    "Năm 2018-2019": "2019 31/12/2019",
    "Năm 2012 - 2015": "2015 31/12/2015",
    "Năm 2012 – 2015": "2015 31/12/2015",
    "2013": "2013 31/12/2013",
    "2012, 2015": "2012 31/12/2012; 2015 31/12/2015",
    "Xong trước tháng 7/2018": "2018-06-30 30/06/2018",
    "Trước quý I/2018": "2017-12-31 31/12/2017",
    "Trước 15/6/2018": "2018-06-14 14/06/2018",
    "Trước ngày 5/3": "2018-03-04 04/03/2018",
    "Trước ngày 01/3/2020": "2020-02-29 29/02/2020",
    "Đến ngày 15/6/2018": "2018-06-15 15/06/2018",
    "Chậm nhất 15/6/2018": "2018-06-15 15/06/2018",
    "chậm nhất là ngày 15/6": "2018-06-15 15/06/2018",
    "15/6/2018": "2018-06-15 15/06/2018",
    "15-6-2018": "2018-06-15 15/06/2018",
    "2018-06-15": "2018-06-15 15/06/2018",
    "ngày 05 tháng 3 năm 2018": "2018-03-05 05/03/2018",
    "31 tháng 01 năm 2018": "2018-01-31 31/01/2018",
    "01/3 - 15/3/2018": "2018-03-15 15/03/2018",
    "5/3, 5/6 và 01/12": "2018-03-05 05/03/2018; 2018-06-05 05/06/2018; 2018-12-01 01/12/2018",
    "5/3/2018; 5/6/2018; 01/12/2018": (
        "2018-03-05 05/03/2018; 2018-06-05 05/06/2018; 2018-12-01 01/12/2018"
    ),
    "5/3 (báo cáo quý I), 5/6 (báo cáo 6 tháng)": "2018-03-05 05/03/2018; 2018-06-05 05/06/2018",
    "Quý I/2018 đối với Chương trình XD VBQPPL": "2018-Q1 31/03/2018",
    "Theo kế hoạch, trước 30/6/2018": "2018-06-29 29/06/2018",
}

PERIODIC = {
    "Định kỳ hàng tuần": "week",
    "Định kỳ hàng tháng": "month",
    "Định kỳ hằng tháng": "month",
    "Định kỳ hàng quý": "quarter",
    "Hàng quý": "quarter",
    "3 tháng một lần": "quarter",
    "định kỳ 3 tháng": "quarter",
    "01 lần/quý": "quarter",
    "Hàng quý, 6 tháng và năm": "quarter",
    "Hàng tháng, quý, 6 tháng, năm": "month",
    "6 tháng một lần": "half_year",
    "Định kỳ 06 tháng, năm": "half_year",
    "Hàng năm": "year",
    "Hằng năm": "year",
}

CONDITIONS = (
    "Theo hướng dẫn của Bộ Nội vụ",
    "Theo hướng dẫn của Bộ ngành Trung ương",
    "Theo tiến độ phê duyệt",
    "Theo tiến độ kế hoạch",
    "Theo quy định",
    "Theo kế hoạch năm 2018",
    "Theo Kế hoạch",
    "Theo Kế hoạch số 105/KH-UBND ngày 26/12/2017",
    "Theo yêu cầu của kế hoạch",
    "Theo chỉ tiêu biên chế và nhu cầu của các cơ quan, đơn vị",
    "Sau khi Bộ Nội vụ có hướng dẫn việc thực hiện",
    "Khi có văn bản của Bộ Nội vụ",
)

NOT_UNDERSTOOD = (
    "Tháng 13",
    "Tháng 0/2018",
    "13/2018",
    "Quý V",
    "Quý IIII",
    "Quý 5/2018",
    "Quý 0",
    "31/2",
    "29/2/2018",
    "32/1/2018",
    "1/13/2018",
    "30/6/18",
    "Tháng 6/20189",
    "Năm 18",
    "Năm 3018",
    "5.3",
    "Quý",
    "6 tháng",
    "Sớm",
    "cuối năm",
    "đến năm 2018",
    "2 tháng một lần",
    "hàng ngày",
    "Hàng tháng hoặc hàng quý",
    "ngày 30 hàng tháng",
    "ngày 31 tháng cuối quý",
    "ngày 0 tháng cuối quý",
    "trước ngày 1 tháng cuối quý",
    "ngày 15 tháng cuối quý II",
    "ngày 15 tháng đầu quý",
    "Đầu tháng 6",
    "Đầu tháng 6/2018",
    "Giữa tháng 6/2018",
    "Cuối tháng 13/2018",
    "Cuối tháng",
    "Cuối tháng 6, 7/2018",
    "Cuối năm 2018",
    "Cuối 6 tháng đầu năm",
    "Trước cuối tháng 6/2018",
    "Cuối 30/6/2018",
    "Cả tháng",
    "Nửa cả năm",
    "Quý I/2018, II",
    "Quý IV, I/2018",
    "Quý I, I/2018",
    "Quý I hoặc II, IV",
    "Quý II và tháng 12/2018",
    "2012-2013-2014",
    "Trước 5/3, 5/6",
    "Theo kế hoạch trong tháng 6",
    "Thường xuyên; sớm",
    "Thường xuyên (trừ quý I)",
    ";",
)


def understood(text: str | None, plan: tuple[datetime.date, datetime.date] = YEAR) -> Deadline:
    deadline = read_deadline(text, *plan)
    assert deadline is not None, text
    return deadline


def instances(text: str | None, plan: tuple[datetime.date, datetime.date] = YEAR) -> str:
    found = spans(understood(text, plan), *plan)
    return "; ".join(f"{span.key} {span.last:%d/%m/%Y}" for span in found)


@pytest.mark.parametrize(("text", "expected"), DATED.items())
def test_dated(text: str, expected: str) -> None:
    assert instances(text) == expected
    decomposed = unicodedata.normalize("NFD", f"  {text.upper()}\n")
    assert instances(decomposed) == expected


@pytest.mark.parametrize(("text", "every"), PERIODIC.items())
def test_periodic(text: str, every: str) -> None:
    assert understood(text).parts == (Periodic(every),)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "Thường xuyên",
        "Thường xuyên trong năm",
        "Thường xuyên năm 2018",
        "Thường xuyên/định kỳ",
        "Thường xuyên/định\nkỳ",
        "Thường xuyên, liên tục",
        "Định kỳ",
        "Định kì",
    ],
)
def test_continuous(text: str) -> None:
    assert understood(text).parts == (Continuous(),)


@pytest.mark.parametrize("text", CONDITIONS)
def test_conditions_keep_their_words(text: str) -> None:
    assert understood(text).parts == (OnCondition(text),)
    assert instances(text) == ""


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_nothing_is_guessed(text: str) -> None:
    assert read_deadline(text, *YEAR) is None


@pytest.mark.parametrize("text", [None, "", "  ", "-", "…"])
def test_blank_is_unstated(text: str | None) -> None:
    assert read_deadline(text, *YEAR) == Deadline("", (Unstated(),))


@pytest.mark.parametrize(
    "text",
    [
        "Quý IV",
        "Tháng 6",
        "Cuối tháng 6",
        "5/3",
        "Trong năm",
        "Cả năm",
        "6 tháng đầu năm",
        "15/6; 15/12/2012",
    ],
)
def test_a_missing_year_is_told_only_by_a_plan_of_one_year(text: str) -> None:
    assert read_deadline(text, *YEAR) is not None
    assert read_deadline(text, *FOUR_YEARS) is None


def test_a_text_stays_as_written() -> None:
    assert understood(" Quý II\n/2018 ").text == "Quý II /2018"


def test_on_request_beside_a_period_adds_nothing_that_falls_due() -> None:
    for text in ("Hàng quý, 6 tháng và năm hoặc đột xuất", "Định kỳ 3 tháng và đột xuất"):
        deadline = understood(text)
        assert deadline.parts == (Periodic("quarter"), OnCondition("đột xuất"))
        assert len(spans(deadline, *YEAR, "yearly", "yearly", "yearly")) == 4
    alone = understood("Đột xuất")
    assert len(spans(alone, *YEAR, "yearly", "yearly", "yearly")) == 1
    assert understood("Định kỳ hoặc đột xuất").parts == (Continuous(), OnCondition("đột xuất"))


def test_dated_and_continuous_side_by_side() -> None:
    text = "Quý I/2018 đối với Chương trình XD VBQPPL; thường xuyên"
    assert instances(text) == "2018-Q1 31/03/2018; 2018 31/12/2018"
    assert [s.key for s in spans(understood(text), *YEAR, policy_continuous="leave_out")] == [
        "2018-Q1"
    ]


def test_one_key_once() -> None:
    assert instances("Năm 2018; thường xuyên") == "2018 31/12/2018"


@pytest.mark.parametrize(
    ("starts", "first"),
    [
        (datetime.date(2017, 1, 1), "2017-W01"),  # a Sunday
        (datetime.date(2016, 1, 1), "2016-W01"),  # a Friday
        (datetime.date(2015, 1, 1), "2015-W01"),  # a Thursday
    ],
)
def test_a_first_week_counts_where_most_of_it_is_planned(starts: datetime.date, first: str) -> None:
    ends = datetime.date(starts.year, 12, 31)
    deadline = read_deadline("Hàng tuần", starts, ends)
    assert deadline is not None
    assert spans(deadline, starts, ends)[0].key == first


def test_weeks_are_iso_weeks_that_end_in_the_plan() -> None:
    weeks = spans(understood("Hàng tuần"), *YEAR)
    assert len(weeks) == 52
    assert (weeks[0].key, weeks[0].last) == ("2018-W01", datetime.date(2018, 1, 7))
    assert (weeks[-1].key, weeks[-1].last) == ("2018-W52", datetime.date(2018, 12, 30))
    first = spans(understood("Hàng tuần", FOUR_YEARS), *FOUR_YEARS)[0]
    assert (first.key, first.first) == ("2012-W08", datetime.date(2012, 2, 20))


def test_a_period_partly_begun_counts_and_is_clipped() -> None:
    quarters = spans(understood("Hàng quý", FOUR_YEARS), *FOUR_YEARS)
    assert len(quarters) == 16
    assert (quarters[0].first, quarters[0].last) == (FOUR_YEARS[0], datetime.date(2012, 3, 31))


def test_a_period_that_the_plan_ends_in_is_due_on_its_last_day() -> None:
    plan = datetime.date(2018, 1, 1), datetime.date(2018, 11, 30)
    assert instances("Hàng quý", plan).endswith("2018-Q3 30/09/2018; 2018-Q4 30/11/2018")
    assert instances("Hàng năm", plan) == "2018 30/11/2018"
    assert instances("Thường xuyên", plan) == "2018 30/11/2018"


@pytest.mark.parametrize("text", ["Thường xuyên", "Theo quy định", ""])
@pytest.mark.parametrize(("policy", "count"), [("yearly", 4), ("leave_out", 0), ("when_set", 0)])
def test_policies(text: str, policy: Counted, count: int) -> None:
    deadline = understood(text, FOUR_YEARS)
    assert len(spans(deadline, *FOUR_YEARS, policy, policy, policy)) == count


def test_each_policy_is_for_its_own_kind() -> None:
    out, yearly = "leave_out", "yearly"
    for text, given_policies in {
        "Thường xuyên": (yearly, out, out),
        "Theo quy định": (out, yearly, out),
        "": (out, out, yearly),
    }.items():
        for at in range(3):
            policies = tuple(yearly if at == place else out for place in range(3))
            counted = spans(understood(text), *YEAR, *policies)  # type: ignore[arg-type]
            assert bool(counted) == (policies == given_policies)


def test_recurring_days() -> None:
    assert instances("Trước 15/12 hằng năm", FOUR_YEARS).count("-12-14") == 4
    assert instances("ngày 20 hàng tháng").count("-20 ") == 12
    assert instances("Trước ngày 20 hàng tháng").startswith("2018-01-19")
    assert instances("Hàng tháng, trước ngày 20 hàng tháng").count("-19 ") == 12


@given(
    st.dates(datetime.date(2012, 1, 1), datetime.date(2019, 12, 31)),
    st.integers(0, 900),
    st.integers(2, 30),
    st.sampled_from(["ngày", "đến ngày", "chậm nhất là ngày", "trước ngày"]),
)
def test_a_day_of_the_last_month_of_each_quarter(
    starts: datetime.date, days: int, day: int, word: str
) -> None:
    ends = starts + datetime.timedelta(days=days)
    wanted = [
        datetime.date(year, month, day) - datetime.timedelta(days=word == "trước ngày")
        for year in range(starts.year, ends.year + 1)
        for month in (3, 6, 9, 12)
    ]
    deadline = read_deadline(f"{word} {day} tháng cuối quý", starts, ends)
    found = [] if deadline is None else [span.last for span in spans(deadline, starts, ends)]
    assert found == [one for one in wanted if starts <= one <= ends]


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("Quý II/2018", "đến 30/06/2018", "by 30/06/2018"),
        ("Trước ngày 15/6/2018", "đến 14/06/2018", "by 14/06/2018"),
        (
            "Quý II, IV/2018",
            "các hạn 30/06/2018, 31/12/2018",
            "by each of 30/06/2018, 31/12/2018",
        ),
        ("Định kỳ hàng quý", "hằng quý", "every quarter"),
        ("Quý I; thường xuyên", "đến 31/03/2018; thường xuyên", "by 31/03/2018; continuously"),
        (
            "Theo Kế hoạch",
            "khi có điều kiện: Theo Kế hoạch",
            "when a condition comes about: Theo Kế hoạch",
        ),
        ("", "không nêu thời hạn", "no deadline stated"),
    ],
)
def test_described(text: str, vi: str, en: str) -> None:
    assert describe(understood(text), "vi") == vi
    assert describe(understood(text), "en") == en


@pytest.mark.parametrize("text", [*PERIODIC, "Đột xuất", "Thường xuyên"])
def test_every_kind_is_described_in_both_languages(text: str) -> None:
    assert describe(understood(text), "vi") != describe(understood(text), "en")


def test_examples_are_understood() -> None:
    assert len(DEADLINE_EXAMPLES) == 6
    assert all(read_deadline(text, *YEAR) is not None for text in DEADLINE_EXAMPLES)


def test_long_nonsense_is_refused_soon() -> None:
    assert read_deadline("theo a, thường xuyên và " * 200 + "5/3x", *YEAR) is None


_YEARS = st.integers(1990, 2199)
_ROMAN = ("I", "II", "III", "IV")


@st.composite
def _spelled(draw: st.DrawFn) -> tuple[str, str, datetime.date, datetime.date]:
    """A text, its key, first and last day, by a computation of its own."""
    year = draw(_YEARS)
    sign = draw(st.sampled_from(["/", " năm ", " /", "/ "]))
    match draw(st.sampled_from(["month", "quarter", "half", "year", "date"])):
        case "month":
            month = draw(st.integers(1, 12))
            first, months, key = month, 1, f"{year}-{month:02}"
            text = f"Tháng {draw(st.sampled_from(['', '0'])) if month < 10 else ''}{month}"
        case "quarter":
            quarter = draw(st.integers(1, 4))
            first, months, key = 3 * quarter - 2, 3, f"{year}-Q{quarter}"
            text = f"Quý {draw(st.sampled_from([_ROMAN[quarter - 1], str(quarter)]))}"
        case "half":
            half = draw(st.integers(1, 2))
            first, months, key = 6 * half - 5, 6, f"{year}-H{half}"
            text, sign = f"6 tháng {('đầu', 'cuối')[half - 1]}", " năm "
        case "year":
            first, months, key, text, sign = (
                1,
                12,
                f"{year}",
                draw(st.sampled_from(["Năm", ""])),
                " ",
            )
        case _:
            day = draw(st.dates(datetime.date(year, 1, 1), datetime.date(year, 12, 31)))
            text = draw(st.sampled_from([f"{day.day}/{day.month}", f"{day:%d/%m}"]))
            return f"{text}/{year}", day.isoformat(), day, day
    last_month = first + months - 1
    last = datetime.date(year, last_month, calendar.monthrange(year, last_month)[1])
    return f"{text}{sign}{year}", key, datetime.date(year, first, 1), last


@given(_spelled())
def test_reading_agrees_with_the_calendar(
    spelled: tuple[str, str, datetime.date, datetime.date],
) -> None:
    text, key, first, last = spelled
    (span,) = spans(understood(text), *YEAR)
    assert (span.key, span.first, span.last) == (key, first, last)


@given(
    st.lists(
        st.one_of(_spelled().map(lambda one: one[0]), st.sampled_from([*DATED, *PERIODIC])),
        min_size=1,
        max_size=4,
    ),
    st.dates(datetime.date(2012, 1, 1), datetime.date(2019, 12, 31)),
    st.integers(0, 900),
)
def test_instances_are_ordered_and_their_keys_unique(
    texts: list[str], starts: datetime.date, days: int
) -> None:
    plan = starts, starts + datetime.timedelta(days=days)
    deadline = read_deadline("; ".join(texts), *plan)
    if deadline is None:
        # Only a year that is missing and that the plan does not tell, or a day that never comes.
        quarterly = any("tháng cuối" in text for text in texts)
        assert plan[0].year != plan[1].year or (quarterly and days < 100)
        return
    found = spans(deadline, *plan, "yearly", "yearly", "yearly")
    assert [span.last for span in found] == sorted(span.last for span in found)
    assert len({span.key for span in found}) == len(found)
    assert all(span.first <= span.last for span in found)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    deadline = read_deadline(text, *YEAR)
    assert deadline is None or deadline.parts


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Quý I, II, III, IV/2018", ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]),
        ("Quý I, II, III và IV năm 2018", ["2018-Q1", "2018-Q2", "2018-Q3", "2018-Q4"]),
        ("6 tháng đầu năm và 6 tháng cuối năm 2018", ["2018-H1", "2018-H2"]),
        ("Quý I, II, III/2018", ["2018-Q3"]),
        ("Quý I - Quý IV/2018", ["2018-Q4"]),
    ],
)
def test_all_of_a_year_means_each(text: str, keys: list[str]) -> None:
    assert [span.key for span in spans(understood(text), *YEAR)] == keys


def test_the_last_period_is_clipped_where_a_plan_ends_in_it() -> None:
    plan = datetime.date(2018, 1, 1), datetime.date(2018, 12, 15)
    assert [s.last for s in spans(understood("Hàng quý", plan), *plan)][-2:] == [
        datetime.date(2018, 9, 30),
        datetime.date(2018, 12, 15),
    ]
    assert [s.key for s in spans(understood("Hàng năm", plan), *plan)] == ["2018"]
    assert spans(understood("Hàng tuần", plan), *plan)[-1].key == "2018-W50"
