"""Numbers of a sentence: which are targets, how they are meant, where they stand."""

from __future__ import annotations

import datetime

import pytest

from criteria.plan.deadlines import describe, read_deadline
from criteria.problems import Place
from inputs.draft.document import Paragraph
from inputs.draft.headings import role_of
from inputs.draft.model import DraftTarget
from inputs.draft.numbers import mark_of, roman, roman_value
from inputs.draft.prose import clauses
from inputs.draft.targets import targets_of


def _targets(*texts: str, first_year: int | None = None) -> tuple[DraftTarget, ...]:
    paragraphs = [
        Paragraph(text, ((0, Place("plan.txt", line)),)) for line, text in enumerate(texts, start=1)
    ]
    return targets_of(clauses(paragraphs), (), first_year)


def _read(text: str) -> list[tuple[str, str, bool]]:
    return [(each.comparison, each.value, each.sure) for each in _targets(text)]


@pytest.mark.parametrize(
    ("text", "comparison", "value"),
    [
        ("Hồ sơ đúng hạn đạt từ 90% trở lên.", "at_least", "90%"),
        ("85% trở lên các văn bản được gửi qua mạng", "at_least", "85%"),
        ("sự hài lòng đạt mức trên 80%", "above", "80%"),
        ("kiểm tra trên 30% số cơ quan", "above", "30%"),
        ("sử dụng tối thiểu 30% dịch vụ", "at_least", "30%"),
        ("ít nhất 50% các đơn vị", "at_least", "50%"),
        ("không dưới 12,5% số hộ", "at_least", "12.5%"),
        ("phấn đấu 100% văn bản đúng quy định", "at_least", "100%"),
        ("đảm bảo 100% hồ sơ được giải quyết", "at_least", "100%"),
        ("Thực hiện đúng (100%) cơ cấu ngạch", "at_least", "100%"),
        ("Có 50% các cơ quan có trang thông tin", "at_least", "50%"),
        ("hồ sơ trễ hạn dưới 5%", "below", "5%"),
        ("hồ sơ bị trả lại không quá 2%", "at_most", "2%"),
        ("hồ sơ bị trả lại tối đa 3 %", "at_most", "3%"),
        ("còn 40% trở xuống", "at_most", "40%"),
        ("giảm tỷ lệ hồ sơ trễ hạn từ 10% xuống dưới 5%", "below", "5%"),
        ("giảm hồ sơ trễ hạn từ 10% (năm 2030) xuống còn 5%", "at_most", "5%"),
        ("nâng tỷ lệ hồ sơ qua mạng từ 70% lên trên 80%", "above", "80%"),
        ("hồ sơ trễ hạn giảm xuống dưới 5%", "below", "5%"),
        ("triển khai tại 15 xã", "at_least", "15"),
        ("thí điểm 05 cơ quan", "at_least", "5"),
    ],
)
def test_comparisons(text: str, comparison: str, value: str) -> None:
    assert _read(text) == [(comparison, value, True)]


@pytest.mark.parametrize(
    "text",
    [
        "Quyết định số 12/2015/QĐ-UBND ngày 20/4/2015",
        "trong thời hạn 15 ngày kể từ ngày ký",
        "theo tiêu chuẩn TCVN ISO 9001:2015",
        "dịch vụ công mức độ 3 và mức độ 4",
        "theo khoản 2 Điều 5 của Luật",
        "giai đoạn 2016 - 2020",
        "báo cáo 6 tháng đầu năm 2018",
        "Điều 3. Các cơ quan chịu trách nhiệm thi hành",
    ],
)
def test_no_targets(text: str) -> None:
    assert _read(text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("giải quyết 26 thủ tục về đất đai", "count"),
        ("Tất cả các thủ tục được niêm yết", "all"),
        ("tăng từ 20% lên nhiều hơn", "doubtful"),
        ("đạt 20% - 30% số hộ", "range"),
        ("Hồ sơ qua mạng tăng 20% so với năm 2030", "change"),
        ("giảm ít nhất 20% hồ sơ trễ hạn so với năm 2030", "change"),
        ("cao hơn năm 2030 ít nhất 5%", "change"),
        ("đạt 90 phần trăm hồ sơ", "words"),
    ],
)
def test_doubtful_numbers_are_left_to_a_person(text: str, why: str) -> None:
    found = _targets(text)
    assert found
    assert found[0].why == why
    assert not found[0].sure


def test_several_numbers_of_a_sentence_each_have_their_part() -> None:
    text = (
        "trực tuyến đạt trên 70% mức độ 3 và trên 30% mức độ 4; 100% cán bộ, công chức xã đạt chuẩn"
    )
    found = _targets(text)
    assert [(each.comparison, each.value) for each in found] == [
        ("above", "70%"),
        ("above", "30%"),
        ("at_least", "100%"),
    ]
    assert "mức độ 4" not in found[0].title.value
    assert "mức độ 4" in found[1].title.value
    assert found[2].title.value == "100% cán bộ, công chức xã đạt chuẩn"


@pytest.mark.parametrize(
    ("text", "by"),
    [
        ("đạt trên 60% vào năm 2015", "Năm 2015"),
        ("đến năm 2020 đạt mức trên 80%", "Năm 2020"),
        ("đến hết Quý II/2017, ít nhất 50% thủ tục", "Quý II/2017"),
        ("80% đơn vị trong năm 2018", "Năm 2018"),
        ("triển khai 100% vào năm 2013 tại các cơ quan", "Năm 2013"),
        ("trước ngày 30/9/2024, 90% hồ sơ được số hóa", "Trước ngày 30/9/2024"),
        ("đến ngày 31 tháng 12 năm 2024 đạt 40%", "Ngày 31 tháng 12 năm 2024"),
        ("trước năm 2025 có 50% văn bản", "Trước năm 2025"),
        ("Năm 2024, hồ sơ qua mạng đạt 90%", "Năm 2024"),
        ("theo Kế hoạch ngày 20 tháng 4 năm 2015, đảm bảo 100% hồ sơ", None),
        ("so với năm 2023, đạt 90%", None),
        ("đạt 90% trở lên", None),
    ],
)
def test_time_of_a_target(text: str, by: str | None) -> None:
    (found,) = _targets(text)
    assert (found.by.value if found.by else None) == by


def test_times_of_targets_are_deadlines_of_a_plan_file() -> None:
    found = _targets("trước ngày 30/9/2024 đạt 90%", "đến hết Quý II/2024 đạt 80%")
    days = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
    read = [read_deadline(each.by.value, *days) for each in found if each.by]
    assert [describe(each, "vi") for each in read if each] == ["đến 29/09/2024", "đến 30/06/2024"]


def test_each_of_two_years_has_its_number() -> None:
    found = _targets("Năm 2024 đạt 90%, năm 2025 đạt 100% hồ sơ", first_year=2024)
    assert [(each.value, each.by.value if each.by else None, each.sure) for each in found] == [
        ("90%", "Năm 2024", True),
        ("100%", "Năm 2025", True),
    ]


def test_a_year_before_a_colon_holds_for_all_its_numbers() -> None:
    found = _targets("Đến năm 2025: 100% xã có mạng; 80% hồ sơ qua mạng. Có 60% văn bản")
    assert [each.by.value if each.by else None for each in found] == ["Năm 2025"] * 2 + [None]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("đạt từ 95% đến 98% hồ sơ", "từ 95% đến 98%"),
        ("đạt 80 - 85% hồ sơ", "80 - 85%"),
        ("đạt 80%-85% hồ sơ", "80%-85%"),
        ("từ 80 đến 90 phần trăm hồ sơ", "từ 80 đến 90 phần trăm"),
    ],
)
def test_a_range_is_one_candidate_as_written(text: str, written: str) -> None:
    (found,) = _targets(text)
    assert (found.comparison, found.value, found.why) == (None, written, "range")


def test_what_was_reached_before_the_plan_is_no_target() -> None:
    text = "Năm 2023, hồ sơ đúng hạn đạt 92,3%; qua mạng đạt 50%. Phấn đấu 100% hồ sơ đúng hạn"
    found = _targets(text, "Đạt 90% năm 2023", "Kết quả năm 2023: 80% hồ sơ", first_year=2024)
    assert [(each.value, each.why) for each in found] == [
        ("92.3%", "past"),
        ("50%", "past"),
        ("100%", None),
        ("90%", "past"),
        ("80%", "past"),
    ]
    assert all(each.why != "past" for each in _targets(text, first_year=2023))


@pytest.mark.parametrize(
    ("text", "comparison", "value", "measure"),
    [
        ("chỉ số đạt 85 điểm trở lên", "at_least", "85", "điểm"),
        ("chỉ số từ 85 điểm trở lên", "at_least", "85", "điểm"),
        ("mỗi đơn vị không quá 03 hồ sơ trễ hạn", "at_most", "3", "hồ sơ"),
        ("không để quá 3", "at_most", "3", None),
        ("đạt ít nhất 1.000 hồ sơ", "at_least", "1000", "hồ sơ"),
    ],
)
def test_compared_numbers_without_percent_are_listed(
    text: str, comparison: str, value: str, measure: str | None
) -> None:
    (found,) = _targets(text)
    assert (found.comparison, found.value, found.measure, found.why) == (
        comparison,
        value,
        measure,
        "words",
    )


def test_clause_follows_the_plans_own_numbering() -> None:
    found = _targets(
        "II. NHIỆM VỤ",
        "1. Thủ tục",
        "đ) Hồ sơ đúng hạn đạt 90%",
        "- 100% hồ sơ được số hóa",
        "2. Khác",
        "Sự hài lòng trên 85%",
        "III. GIẢI PHÁP",
        "Trên 10% số vụ việc được kiểm tra",
    )
    assert [each.clause for each in found] == ["II.1.đ", "II.1.đ", "II.2", "III"]
    assert [each.sentence.place.line for each in found] == [3, 4, 6, 8]


def test_a_target_that_stands_twice_is_sure_once() -> None:
    found = _targets(
        "I. MỤC TIÊU",
        "Tối thiểu 30% thủ tục trực tuyến có hồ sơ",
        "II. NHIỆM VỤ",
        "Đạt tối thiểu 30% thủ tục trực tuyến có hồ sơ",
        "Tối thiểu 30% cán bộ được bồi dưỡng",
    )
    assert [each.sure for each in found] == [True, False, True]
    assert found[1].why == "again"


def test_ids_are_latin_and_unique() -> None:
    found = _targets("Sự hài lòng đạt 80%", "Sự hài lòng đạt 85%", "90%")
    ids = [each.id for each in found]
    assert ids[0] == "su-hai-long-dat"
    assert len(set(ids)) == 3
    assert all(each.isascii() and each[0].isalpha() for each in ids)


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("STT", "number"),
        ("TT", "number"),
        ("Nội dung\ncông việc", "title"),
        ("NHIỆM VỤ CỤ THỂ", "title"),
        ("Nhiệm vụ chung", "area"),
        ("Cơ quan chủ trì đề xuất/tham mưu/ thực hiện", "lead"),
        ("Co quan chu tri", "lead"),
        ("Đơn vị thực hiện", "lead"),
        ("Cơ quan,  đơn vị phối hợp", "partners"),
        ("Thời gian hoàn thành", "deadline"),
        ("Thời hạn", "deadline"),
        ("Sản phẩm", "product"),
        ("Cấp ban hành/phê duyệt", "approved_by"),
        ("Ghi chú", "note"),
        ("Sở Nội vụ", None),
        ("Thực hiện kế hoạch năm 2018", None),
    ],
)
def test_headings(heading: str, role: str | None) -> None:
    assert role_of(heading) == role


def test_roman_numbers_and_marks() -> None:
    assert [roman_value(roman(value)) for value in range(1, 40)] == list(range(1, 40))
    assert mark_of("IV. Tổ chức")[:2] == ("roman", "IV")  # type: ignore[index]
    assert mark_of("1.2. Nội dung")[:2] == ("number", "1.2")  # type: ignore[index]
    assert mark_of("- Gạch")[:2] == ("dash", "-")  # type: ignore[index]
    assert mark_of("100% văn bản") is None
    assert mark_of("Văn bản") is None
