"""What is shown of a plan: states as of a day, files written whole, calendars, the workbook."""

from __future__ import annotations

import datetime
from pathlib import Path

import icalendar
import openpyxl
import pytest

from criteria.plan.bodies import Bodies
from criteria.plan.load import load_plan
from criteria.plan.model import Plan
from criteria.problems import ProblemsFound
from inputs.obligations import bodies_of, obligations
from inputs.units import Units, read_units
from outputs.plan.calendar import calendar_of_all, calendar_of_unit, events_in
from outputs.plan.owed import Counts, Owed, by_urgency, counted, gathered, helped, owed
from outputs.plan.words import due_days, sort_of, state, target_by, target_value
from outputs.plan.workbook import write_plan_workbook
from outputs.whole_files import file_names, write_file, write_files

PLAN = """\
parindex_plan: 1
id: mau-2018
title: Kế hoạch cải cách hành chính tỉnh Mẫu năm 2018
number: 1/KH-UBND
signed: 2017-12-29
province: Mẫu
starts: 2018-01-01
ends: 2018-12-31
sections:
  - {id: "I", title: Thể chế, field: institutions}
  - {id: "II", title: Thủ tục, field: procedures}
targets:
  on-time: {title: Hồ sơ đúng hạn, at_least: 92.5%, binds: [departments], by: Quý IV, basis: "1"}
  used: {title: Cấp xã nối mạng, above: 15, measure: xã, binds: [province], basis: "2"}
  all-listed: {title: Thủ tục niêm yết, at_least: 100%, binds: [districts, so-a]}
  waiting: {title: Thời gian chờ, at_most: 1.5, measure: giờ, binds: [districts]}
tasks:
  - {id: I.1, section: "I", title: "=1+1; rà soát, tổng hợp", product: Báo cáo, lead: Sở Nội vụ,
     partners: Các sở, deadline: Tháng 3/2018, basis: PL.I.1}
  - {id: I.2, section: "I", title: Kế hoạch, lead: Sở Nội vụ; Sở Tư pháp, partners: UBND cấp huyện,
     deadline: Quý II, basis: PL.I.2}
  - {id: II.1, section: "II", title: Công khai kết quả, lead: UBND cấp huyện,
     deadline: Định kỳ hàng tuần, basis: PL.II.1}
  - {id: II.2, section: "II", title: Đề án, lead: Sở Nội vụ, deadline: Theo hướng dẫn của Bộ Nội vụ}
  - {id: II.3, section: "II", title: Đối thoại, lead: UBND tỉnh, partners: Sở Tư pháp,
     deadline: Tháng 2/2018}
reports:
  - {id: quarterly, title: Báo cáo quý, lead: Các sở, deadline: Định kỳ hàng quý, basis: V}
"""
UNITS = """\
unit,name,group
so-a,Sở Nội vụ,departments
so-b,Sở Tư pháp,departments
h-1,Huyện Đông,districts
h-2,Huyện Tây,districts
"""
JULY = datetime.date(2018, 7, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plan")
    (path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (path / "units.csv").write_text(UNITS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    return load_plan(folder / "plan.yaml")


@pytest.fixture(scope="module")
def units(folder: Path) -> Units:
    return read_units(folder / "units.csv")


@pytest.fixture(scope="module")
def bodies(plan: Plan, units: Units) -> Bodies:
    return bodies_of(plan, units)


# --- states ---------------------------------------------------------------------------------------


def of(items: tuple[Owed, ...], unit: str, task: str) -> list[Owed]:
    return [each for each in items if (each.unit, each.task.id) == (unit, task)]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2018-03-30", ("coming", 1)),
        ("2018-03-31", ("coming", 0)),
        ("2018-04-01", ("late", 1)),
        ("2018-12-31", ("late", 275)),
    ],
)
def test_late_begins_the_day_after(
    plan: Plan, bodies: Bodies, as_of: str, expected: tuple[str, int]
) -> None:
    (one,) = of(owed(plan, bodies, {}, datetime.date.fromisoformat(as_of)), "so-a", "I.1")
    assert (one.state, one.days) == expected


@pytest.mark.parametrize(
    ("done_on", "expected"),
    [
        ("2018-03-20", ("done", 11)),
        ("2018-03-31", ("done", 0)),
        ("2018-04-02", ("done_late", 2)),
        ("2018-07-01", ("done_late", 92)),
        ("2018-07-02", ("late", 92)),
    ],
)
def test_work_done_after_the_day_looked_from_is_not_done_yet(
    plan: Plan, bodies: Bodies, done_on: str, expected: tuple[str, int]
) -> None:
    done = {("so-a", "I.1", "2018-03"): datetime.date.fromisoformat(done_on)}
    (one,) = of(owed(plan, bodies, done, JULY), "so-a", "I.1")
    assert (one.state, one.days) == expected
    assert (one.done_on is None) == (one.state == "late")


def test_all_that_is_owed_is_there_once(plan: Plan, bodies: Bodies) -> None:
    items = owed(plan, bodies, {}, JULY)
    assert len(of(items, "h-1", "II.1")) == 52
    assert [each.state for each in of(items, "so-a", "II.2")] == ["undated"]
    assert len(items) == 1 + 2 + 2 * 52 + 1 + 2 * 4
    assert counted(items) == {
        "so-a": Counts(late=4, coming=2, undated=1),
        "so-b": Counts(late=3, coming=2),
        "h-1": Counts(late=25, coming=27),
        "h-2": Counts(late=25, coming=27),
    }


def test_the_latest_stands_on_top_and_what_has_no_day_last(plan: Plan, bodies: Bodies) -> None:
    done = {("so-a", "quarterly", "2018-Q1"): datetime.date(2018, 4, 9)}
    own = [each for each in owed(plan, bodies, done, JULY) if each.unit == "so-a"]
    lines = [(each.task.id, each.state) for each in by_urgency(own)]
    assert lines == [
        ("I.1", "late"),
        ("I.2", "late"),
        ("quarterly", "late"),
        ("quarterly", "coming"),
        ("quarterly", "coming"),
        ("quarterly", "done_late"),
        ("II.2", "undated"),
    ]


def test_a_partner_is_done_when_all_leads_are(plan: Plan, bodies: Bodies) -> None:
    first = {("so-a", "I.2", "2018-Q2"): datetime.date(2018, 6, 1)}
    both = first | {("so-b", "I.2", "2018-Q2"): datetime.date(2018, 6, 9)}
    (half,) = helped(plan, bodies, first, JULY, "h-1")
    (whole,) = helped(plan, bodies, both, JULY, "h-1")
    assert (half.state, half.role) == ("late", "partner")
    assert (whole.state, whole.done_on) == ("done", datetime.date(2018, 6, 9))
    states = {each.task.id: each.state for each in helped(plan, bodies, {}, JULY, "so-b")}
    assert states == {"I.1": "late", "II.3": "untracked"}
    assert helped(plan, bodies, {}, JULY, "so-a") == ()


def test_many_instances_become_one_line(plan: Plan, bodies: Bodies) -> None:
    own = by_urgency([e for e in owed(plan, bodies, {}, JULY) if e.unit == "h-1"])
    late, coming = gathered(own, 4)
    assert (late.more, coming.more) == (24, 26)
    assert state(late, "vi") == "trễ 175 ngày (và 24 kỳ nữa, đến 24/06/2018)"
    assert state(coming, "en") == "due today (and 26 more, to 30/12/2018)"
    assert len(gathered(own, 25)) == 25 + 1
    assert len(gathered(own, 24)) == 1 + 1


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("on-time", "từ 92,5 % trở lên", "92.5% or more"),
        ("used", "trên 15 xã", "above 15 xã"),
        ("all-listed", "100 %", "100%"),
        ("waiting", "không quá 1,5 giờ", "at most 1.5 giờ"),
    ],
)
def test_targets_in_words(plan: Plan, name: str, vi: str, en: str) -> None:
    assert target_value(plan.targets[name], "vi") == vi
    assert target_value(plan.targets[name], "en") == en


def test_deadlines_in_words(plan: Plan) -> None:
    assert target_by(plan.targets["on-time"], "vi") == "đến 31/12/2018"
    assert target_by(plan.targets["used"], "vi") == "hết kỳ kế hoạch"
    by_id = {each.id: each for _, each in plan.owed()}
    assert due_days(plan, by_id["I.1"], "vi") == "31/03/2018"
    assert due_days(plan, by_id["quarterly"], "vi").count(";") == 3
    assert due_days(plan, by_id["II.1"], "vi") == "hằng tuần"
    assert due_days(plan, by_id["II.2"], "vi") == ""
    assert [sort_of(by_id[i]) for i in ("I.1", "II.1", "II.2")] == [
        "dated",
        "periodic",
        "conditional",
    ]


# --- files ----------------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "new" / "plan.xlsx"

    def fails(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError(28, "no space", str(path))

    with pytest.raises(ProblemsFound) as caught:
        write_file(out, fails)
    assert caught.value.problems[0].code == "out-locked"
    assert list(tmp_path.iterdir()) == []
    write_file(out, lambda path: path.write_text("old", encoding="utf-8") and None)
    with pytest.raises(ProblemsFound):
        write_file(out, fails)
    assert out.read_text(encoding="utf-8") == "old"
    assert list(out.parent.iterdir()) == [out]


def test_many_files_are_written_all_or_none(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.ics": b"1", "b.ics": b"1"})
    (tmp_path / "c.ics").mkdir()
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ProblemsFound):
        write_files(tmp_path, {"a.ics": b"2", "b.ics": b"2", "c.ics": b"2"})
    assert (tmp_path / "a.ics").read_bytes() == (tmp_path / "b.ics").read_bytes() == b"1"
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"a.ics", "b.ics", "c.ics", "mine.txt"}
    write_files(tmp_path, {"a.ics": b"3"})
    assert (tmp_path / "a.ics").read_bytes() == b"3"


@pytest.mark.parametrize("unit", ["../out", "a/b", "CON", "x:y", "..", " "])
def test_no_id_leads_out_of_the_folder(unit: str) -> None:
    name = file_names([unit], ".ics")[unit]
    assert Path(name).name == name
    assert name.lower() not in ("con.ics", "..ics", ".ics")


# --- calendars ------------------------------------------------------------------------------------


def events(content: bytes) -> list[icalendar.Event]:
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert len(found) == events_in(content)
    return [each for each in found if isinstance(each, icalendar.Event)]


def days_of(event: icalendar.Event) -> list[datetime.date]:
    """Every day on which an event takes place."""
    count = event["RRULE"]["COUNT"][0] if "RRULE" in event else 1
    first = event.decoded("DTSTART")
    return [first + datetime.timedelta(days=7 * week) for week in range(count)]


def test_every_obligation_is_a_day_in_the_calendar_of_its_unit(
    plan: Plan, bodies: Bodies, units: Units
) -> None:
    owes = obligations(plan, bodies)
    for unit in units:
        content = calendar_of_unit(plan, owes, unit.unit, unit.name, "vi")
        days = sorted(day for event in events(content) for day in days_of(event))
        assert days == sorted(each.span.last for each in owes if each.unit == unit.unit)
        assert content == calendar_of_unit(plan, owes, unit.unit, unit.name, "vi")


def test_one_calendar_for_all_names_who_owes(plan: Plan, bodies: Bodies, units: Units) -> None:
    owes = obligations(plan, bodies)
    names = {unit.unit: unit.name for unit in units}
    found = events(calendar_of_all(plan, owes, names, "vi"))
    days = sorted((str(e["SUMMARY"]), day) for e in found for day in days_of(e))
    assert len(days) == len({(each.task.id, each.span.key) for each in owes})
    (shared,) = [e for e in found if "[I.2]" in e["SUMMARY"]]
    assert shared["SUMMARY"] == "[I.2] Kế hoạch – Sở Nội vụ; Sở Tư pháp"
    assert len({str(event["UID"]) for event in found}) == len(found)


def test_an_event_tells_all_that_the_plan_says(plan: Plan, bodies: Bodies) -> None:
    content = calendar_of_unit(plan, obligations(plan, bodies), "so-a", "Sở Nội vụ", "vi")
    (event,) = [e for e in events(content) if "I.1" in e["SUMMARY"]]
    assert event["SUMMARY"] == "[I.1] =1+1; rà soát, tổng hợp"
    assert event.decoded("DTSTART") == datetime.date(2018, 3, 31)
    assert event.decoded("DTEND") == datetime.date(2018, 4, 1)
    assert event.decoded("DTSTAMP") == datetime.datetime(2017, 12, 29, tzinfo=datetime.UTC)
    for words in (
        "Sản phẩm: Báo cáo",
        "Cơ quan phối hợp: Các sở",
        "Tháng 3/2018",
        "PL.I.1, 1/KH-UBND",
    ):
        assert words in event["DESCRIPTION"]
    (alarm,) = event.walk("VALARM")
    rings = event.decoded("DTSTART") - datetime.date(2018, 3, 24)
    assert alarm["TRIGGER"].dt == -rings + datetime.timedelta(hours=8)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert event["UID"] == "mau-2018.so-a.I.1.2018-03@parindex"


def test_weekly_work_is_one_event_that_comes_back(plan: Plan, bodies: Bodies) -> None:
    content = calendar_of_unit(plan, obligations(plan, bodies), "h-1", "Huyện Đông", "vi")
    (event,) = events(content)
    assert event["RRULE"]["FREQ"] == ["WEEKLY"]
    assert days_of(event)[0].isoweekday() == days_of(event)[-1].isoweekday() == 7
    assert len(days_of(event)) == 52


# --- the workbook ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(folder: Path, plan: Plan, bodies: Bodies, units: Units) -> openpyxl.Workbook:
    owes = obligations(plan, bodies)
    for name in ("one.xlsx", "two.xlsx"):
        write_plan_workbook(plan, bodies, units, owes, folder / name, "vi")
    assert (folder / "one.xlsx").read_bytes() == (folder / "two.xlsx").read_bytes()
    return openpyxl.load_workbook(folder / "one.xlsx")


def rows(book: openpyxl.Workbook, name: str) -> list[tuple[object, ...]]:
    """The rows of a table below its header."""
    return list(book[name].iter_rows(min_row=6, values_only=True))


def test_the_five_sheets(book: openpyxl.Workbook) -> None:
    assert book.properties.created == datetime.datetime(2017, 12, 29)
    assert book.sheetnames == ["Chỉ tiêu", "Nhiệm vụ", "Báo cáo", "Theo đơn vị", "Chưa có hạn"]
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.freeze_panes == "A6"
        assert sheet.print_title_rows == "$5:$5"
    assert book["Theo đơn vị"].auto_filter.ref == "A5:H120"


def test_a_cell_is_never_a_formula(book: openpyxl.Workbook) -> None:
    assert "=1+1; rà soát, tổng hợp" in [row[1] for row in rows(book, "Nhiệm vụ")]
    for sheet in book.worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_every_obligation_has_a_row_with_a_real_day(
    book: openpyxl.Workbook, plan: Plan, bodies: Bodies, units: Units
) -> None:
    names = {unit.unit: unit.name for unit in units}
    expected = [(names[e.unit], e.task.id, e.span.last) for e in obligations(plan, bodies)]
    found = [
        (row[0], row[2], row[6].date())
        for row in rows(book, "Theo đơn vị")
        if isinstance(row[6], datetime.datetime)
    ]
    assert sorted(found) == sorted(expected)  # type: ignore[type-var]


def test_columns_in_which_nothing_stands_are_left_out(book: openpyxl.Workbook) -> None:
    heads = [cell.value for cell in book["Nhiệm vụ"][5]]
    assert "Sản phẩm" in heads
    assert "Cấp phê duyệt" not in heads
    sections = [row[0] for row in rows(book, "Nhiệm vụ") if row[0] and row[1] is None]
    assert sections[:2] == ["I. Thể chế", "II. Thủ tục"]
    assert sections[2] == "Không đơn vị nào trong danh sách chủ trì: II.3."


def test_what_has_no_day_says_why(book: openpyxl.Workbook) -> None:
    (row,) = rows(book, "Chưa có hạn")
    assert row[:1] + row[3:6] == (
        "II.2",
        "Theo hướng dẫn của Bộ Nội vụ",
        "có điều kiện",
        "Sở Nội vụ",
    )
