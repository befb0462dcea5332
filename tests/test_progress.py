"""Progress on a plan: who owes what by when, what was done, and how a set counts it."""

from __future__ import annotations

import csv
import datetime
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cli.sets import sets_to_score
from criteria.load import load_set
from criteria.model import CriteriaSet
from criteria.packs import load_pack, pack_ids
from criteria.plan.instances import instances
from criteria.plan.load import load_plan, read_plan
from criteria.plan.model import Plan
from criteria.problems import Place, Problem, ProblemsFound
from criteria.quantities import TaskColumn
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.obligations import bodies_of, lead_problems, obligations, undated
from inputs.progress import Progress, count_progress, take_in_progress
from inputs.task_counts import Cut, Work, count
from inputs.units import Units, read_units
from inputs.work import WorkFiles, count_work

UNITS = """\
unit,name,group
SNV,Sở Nội vụ,departments
STP,Sở Tư pháp,departments
LT,Huyện Long Thành,districts
x1,Xã Một,communes
bao,Báo tỉnh,others
"""
PLAN = """\
parindex_plan: 1
id: mau-2018
title: Kế hoạch mẫu
signed: 2017-12-29
province: Mẫu
starts: 2018-01-01
ends: 2018-12-31
sections:
  - {id: I, title: Thể chế, field: institutions}
  - {id: II, title: Thủ tục, field: procedures}
tasks:
  - {id: I.1, section: I, title: Rà soát văn bản, lead: Sở Tư pháp, deadline: Quý I/2018}
  - {id: I.2, section: I, title: Báo cáo quý, lead: Các sở, deadline: Định kỳ hàng quý}
  - id: II.1
    section: II
    title: Công khai
    lead: Các sở, ngành; UBND cấp huyện
    deadline: Thường xuyên
  - {id: II.2, section: II, title: Đề án, lead: Sở Nội vụ, deadline: Theo hướng dẫn của Bộ Nội vụ}
  - {id: II.3, section: II, title: Dự án, lead: Sở Nội vụ, deadline: Năm 2018-2019}
  - {id: II.4, section: II, title: Chỉ đạo, lead: UBND tỉnh, deadline: Tháng 3/2018}
reports:
  - {id: report, title: Báo cáo định kỳ, lead: UBND cấp huyện, deadline: 5/3/2018; 5/6/2018}
"""
SET = """\
parindex: 1
id: s
title: Đơn vị
status: reference
year: 2018
group: {group}
total: 3
plan: plan.yaml
fields:
  - id: "1"
    title: Kế hoạch
    criteria:
      - id: "1.1"
        title: Xong
        maximum: 1
        when_none: exclude
        rule: {{kind: proportional, of: {{tasks: {{share: done}}}}}}
      - id: "1.2"
        title: Đúng hạn
        maximum: 1
        when_none: exclude
        rule: {{kind: proportional, of: {{tasks: {{share: on_time, field: institutions}}}}}}
      - id: "1.3"
        title: Báo cáo
        maximum: 1
        rule: {{kind: deduct, of: {{count: {{which: late, of: reports}}}}, points: 0.5}}
"""


def made(folder: Path, plan: str = PLAN, group: str = "departments") -> tuple[Plan, Units]:
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    (folder / "set.yaml").write_text(SET.format(group=group), encoding="utf-8")
    return load_plan(folder / "plan.yaml"), read_units(folder / "units.csv")


def table(folder: Path, rows: str) -> Path:
    path = folder / "progress.csv"
    path.write_text(f"unit,task,instance,done_on,evidence\n{rows}", encoding="utf-8")
    return path


def read(folder: Path, rows: str, plan: str = PLAN) -> Progress:
    made_plan, units = made(folder, plan)
    return take_in_progress(table(folder, rows), made_plan, bodies_of(made_plan, units), units)


# --- who owes what ---------------------------------------------------------------------------


def test_every_lead_owes_every_instance(tmp_path: Path) -> None:
    plan, units = made(tmp_path)
    owed = obligations(plan, bodies_of(plan, units))
    assert [(each.unit, each.task.id, each.span.key, each.kind) for each in owed] == [
        ("STP", "I.1", "2018-Q1", "tasks"),
        *(("SNV", "I.2", f"2018-Q{quarter}", "tasks") for quarter in range(1, 5)),
        *(("STP", "I.2", f"2018-Q{quarter}", "tasks") for quarter in range(1, 5)),
        ("SNV", "II.1", "2018", "tasks"),
        ("STP", "II.1", "2018", "tasks"),
        ("LT", "II.1", "2018", "tasks"),
        ("SNV", "II.3", "2019", "tasks"),
        ("LT", "report", "2018-03-05", "reports"),
        ("LT", "report", "2018-06-05", "reports"),
    ]
    assert [(each.unit, each.task.id) for each in undated(plan, bodies_of(plan, units))] == [
        ("SNV", "II.2")
    ]


def test_a_lead_that_nobody_knows_is_told_with_its_line(tmp_path: Path) -> None:
    text = PLAN.replace("lead: Sở Tư pháp", "lead: Sở Tư pháp; Hội Khuyến học")
    text = text.replace(
        "tasks:\n",
        "targets:\n  t: {title: T, at_least: 1, measure: xã, binds: [SNV, XX]}\ntasks:\n",
    )
    text = text.replace("lead: Các sở,", "lead: Các sở phối hợp Sở Tư pháp,", 1)
    text += "aliases: {Tạp chí: YY}\n"
    made(tmp_path, text)
    loaded, units = read_plan(tmp_path / "plan.yaml"), read_units(tmp_path / "units.csv")
    assert loaded.plan is not None
    assert loaded.source is not None
    found = list(lead_problems(loaded.plan, loaded.source, units))
    assert [(each.code, each.place.line) for each in found] == [
        ("lead-unknown", 14),
        ("lead-helped", 15),
        ("target-binds-unknown", 12),
        ("alias-unknown", 26),
    ]
    assert "Hội Khuyến học" in found[0].text("vi")


# --- the table -------------------------------------------------------------------------------


def test_a_row_an_instance(tmp_path: Path) -> None:
    progress = read(
        tmp_path,
        "STP,I.1,,15/03/2018,Văn bản 12\nSNV,I.2,2018-q2,2018-07-01,\nLT,report,2018-03-05,,\n",
    )
    assert progress.problems == ()
    assert progress.done == {
        ("STP", "I.1", "2018-Q1"): datetime.date(2018, 3, 15),
        ("SNV", "I.2", "2018-Q2"): datetime.date(2018, 7, 1),
    }
    assert progress.evidence == {("STP", "I.1", "2018-Q1"): "Văn bản 12"}
    assert progress.places["LT", "report", "2018-03-05"].line == 4


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        (",I.1,,2018-03-15,", "answer-without-unit", ""),
        ("SVN,I.1,,2018-03-15,", "answer-unit-unknown", "SNV"),
        ("Sở Tư Phát,I.1,,2018-03-15,", "answer-unit-unknown", "STP"),
        ("STP,I.9,,2018-03-15,", "progress-task-unknown", "I.1"),
        ("STP,,,2018-03-15,", "progress-task-unknown", ""),
        ("SNV,I.1,,2018-03-15,", "progress-not-led", "Sở Tư pháp"),
        ("SNV,II.2,,2018-03-15,", "progress-undated", "hướng dẫn"),
        ("SNV,I.2,,2018-03-15,", "progress-instance-blank", "2018-Q4"),
        ("SNV,I.2,2018-Q5,2018-03-15,", "progress-instance-unknown", "2018-Q4"),
        ("STP,I.1,2018-Q2,2018-03-15,", "progress-instance-unknown", "2018-Q1"),
        ("STP,I.1,,31/02/2018,", "date-impossible", ""),
        ("STP,I.1,,03/2018,", "date-unreadable", ""),
    ],
)
def test_a_row_that_is_wrong(tmp_path: Path, row: str, code: str, says: str) -> None:
    (problem,) = read(tmp_path, f"STP,I.2,2018-Q1,2018-03-30,\n{row}\n").problems
    assert problem.code == code, problem.text("en")
    assert problem.place.line == 3
    assert says in problem.text("en")


def test_units_by_name_and_instances_as_people_type_them(tmp_path: Path) -> None:
    rows = "sở tư  pháp,i.1,,15/03/2018,\nLT,report,5/3/2018,05/03/2018,\n"
    progress = read(tmp_path, rows + "LT,report,2018-06-05 00:00:00,05/06/2018,\n")
    assert progress.problems == ()
    assert set(progress.done) == {
        ("STP", "I.1", "2018-Q1"),
        ("LT", "report", "2018-03-05"),
        ("LT", "report", "2018-06-05"),
    }


def test_an_instance_stands_once(tmp_path: Path) -> None:
    rows = "STP,I.1,,2018-03-15,\nSTP,I.1,2018-Q1,2018-03-16,\n"
    (problem,) = read(tmp_path, rows).problems
    assert problem.code == "progress-twice"
    assert ":2" in problem.text("en")


def test_a_table_without_its_columns(tmp_path: Path) -> None:
    plan, units = made(tmp_path)
    path = tmp_path / "progress.csv"
    path.write_text("đơn vị,việc\nSNV,I.1\n", encoding="utf-8")
    found = take_in_progress(path, plan, bodies_of(plan, units), units).problems
    assert {each.code for each in found} == {"column-missing"}
    missing = take_in_progress(tmp_path / "none.csv", plan, bodies_of(plan, units), units)
    assert [each.code for each in missing.problems] == ["file-missing"]


def test_a_name_that_two_units_have_means_neither(tmp_path: Path) -> None:
    plan, _ = made(tmp_path)
    units_file = tmp_path / "units.csv"
    units_file.write_text(UNITS + "STP2,Sở Tư pháp,departments\n", encoding="utf-8")
    units = read_units(units_file)
    path = table(tmp_path, "Sở Tư pháp,I.2,2018-Q1,2018-03-15,\nSở Nội vụ,I.2,2018-Q1,,\n")
    (problem,) = take_in_progress(path, plan, bodies_of(plan, units), units).problems
    assert (problem.code, problem.place.line) == ("answer-unit-unknown", 2)
    assert "`STP`, `STP2`" in problem.text("vi")


# --- the counts ------------------------------------------------------------------------------

DAY, NEXT = datetime.date(2018, 6, 30), datetime.date(2018, 7, 1)


@pytest.mark.parametrize(
    ("done", "as_of", "outcome"),
    [
        (None, NEXT, "missing"),
        (None, DAY, None),
        (DAY, DAY, "on_time"),
        (DAY, DAY - datetime.timedelta(1), None),
        (NEXT, NEXT, "late"),
        (NEXT, DAY, None),
        (datetime.date(2018, 7, 9), NEXT, "missing"),
        (NEXT, None, "late"),
        (DAY - datetime.timedelta(1), DAY, "on_time"),
    ],
)
def test_both_sides_of_the_day(
    done: datetime.date | None, as_of: datetime.date | None, outcome: str | None
) -> None:
    seen = Cut.of(2018, as_of).seen(Work("u", "t", DAY, done))
    assert (None if seen is None else seen.outcome) == outcome


def test_a_day_after_the_year_counts_what_the_year_asked(tmp_path: Path) -> None:
    cut = Cut.of(2018, datetime.date(2019, 3, 31))
    assert cut.seen(Work("u", "t", datetime.date(2019, 1, 31), None)) is None
    seen = cut.seen(Work("u", "t", datetime.date(2018, 12, 31), datetime.date(2019, 2, 1)))
    assert seen is not None
    assert seen.outcome == "late"


def test_what_a_set_counts(tmp_path: Path) -> None:
    """Sở Nội vụ by the end of the year: four quarters and one yearly task are due."""
    plan, units = made(tmp_path)
    criteria_set = load_set(tmp_path / "set.yaml")
    rows = (
        "SNV,I.2,2018-Q1,31/03/2018,\nSNV,I.2,2018-Q2,01/07/2018,\nSNV,I.2,2018-Q3,30/09/2018,\n"
        "SNV,II.1,2018,31/12/2018,\nSNV,II.3,2019,01/02/2018,\n"
    )
    path = table(tmp_path, rows)
    counts = count_progress(path, plan, units, [criteria_set])
    assert counts.of("tasks:due", "s") == {"SNV": 5, "STP": 6, "LT": 1}
    assert counts.of("tasks:done", "s") == {"SNV": 4}
    assert counts.of("tasks:due@institutions", "s") == {"SNV": 4, "STP": 5}
    assert counts.of("tasks:on_time@institutions", "s") == {"SNV": 2}
    assert counts.told["s"]["SNV", "tasks:on_time@institutions"] == (
        '[["I.2", "2018-Q2", "2018-06-30", "2018-07-01", "progress.csv:3"], '
        '["I.2", "2018-Q4", "2018-12-31", null, null]]'
    )
    by_june = count_progress(path, plan, units, [criteria_set], datetime.date(2018, 6, 30))
    assert by_june.of("tasks:due", "s") == {"SNV": 1, "STP": 2}  # the day itself is not over
    assert by_june.of("tasks:done", "s") == {"SNV": 1}  # what was done on 1 July is not done yet


def test_reports_are_late_or_missing(tmp_path: Path) -> None:
    plan, units = made(tmp_path, group="districts")
    criteria_set = load_set(tmp_path / "set.yaml")
    path = table(tmp_path, "LT,report,2018-03-05,05/03/2018,\nLT,report,2018-06-05,06/06/2018,\n")
    counts = count_progress(path, plan, units, [criteria_set])
    assert counts.of("tasks:reports:late", "s") == {"LT": 1}


def test_a_task_that_counts_once(tmp_path: Path) -> None:
    """`repeated: all`: missing if one instance is, else late if one is."""
    column = {what: TaskColumn(what) for what in ("due", "on_time", "late", "missing")}
    quarters = [datetime.date(2018, month, 30) for month in (3, 6, 9)]
    in_time = [Work("u", "a", day, day, key=str(day)) for day in quarters]
    late = [*in_time[:2], Work("u", "a", quarters[2], datetime.date(2018, 10, 1), key="x")]
    missing = [in_time[0], late[2], Work("u", "a", quarters[1], None, key="y")]
    end = Cut(datetime.date(2018, 12, 31))
    for works, state in ((in_time, "on_time"), (late, "late"), (missing, "missing")):
        numbers = {
            what: count(each, works, end, repeated="all")[0].get("u", 0)
            for what, each in column.items()
        }
        assert numbers == {"due": 1, "on_time": 0, "late": 0, "missing": 0} | {state: 1}


def test_the_policy_of_a_plan_reaches_the_count(tmp_path: Path) -> None:
    rows = "STP,I.2,2018-Q1,31/03/2018,\nSTP,I.2,2018-Q2,30/06/2018,\nSTP,I.2,2018-Q3,2/10/2018,\n"
    wanted = {"each": ({"STP": 2, "SNV": 0}, 6), "all": ({"STP": 0, "SNV": 0}, 3)}
    for repeated, (on_time, due) in wanted.items():
        text = PLAN.replace("sections:", f"policy: {{repeated: {repeated}}}\nsections:", 1)
        plan, units = made(tmp_path, text)
        criteria_set = load_set(tmp_path / "set.yaml")
        counts = count_progress(table(tmp_path, rows), plan, units, [criteria_set])
        found = counts.of("tasks:on_time@institutions", "s")
        assert {unit: found.get(unit, 0) for unit in on_time} == on_time
        assert counts.of("tasks:due", "s")["STP"] == due


# --- a second reading that shares no code ----------------------------------------------------


@pytest.mark.parametrize("name", [n for n in pack_ids() if load_pack(n).plan is not None])
def test_the_counts_of_a_pack_by_hand(name: str, tmp_path: Path) -> None:
    """Generated progress, counted from the CSV and the YAML texts with plain dictionaries."""
    pack = load_pack(name)
    assert pack.plan is not None
    plan, units = load_plan(pack.plan), read_units(pack.units)
    path = tmp_path / "progress.csv"
    write_progress_csv(path, illustrative_progress(plan, units, 5))
    sections = {
        task["id"]: str(task["section"])
        for task in yaml.safe_load(pack.plan.read_text(encoding="utf-8"))["tasks"]
    }
    due_days = {
        (owed.id, span.key): span.last for _, owed in plan.owed() for span in instances(plan, owed)
    }
    for set_path in pack.sets:
        criteria_set = load_set(set_path)
        last = datetime.date(criteria_set.year, 12, 31)
        due, done, on_time = Counter[str](), Counter[str](), Counter[str]()
        by_section = Counter[tuple[str, str]]()
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                day = due_days[row["task"], row["instance"]]
                if row["task"] not in sections or day > last:
                    continue
                due[row["unit"]] += 1
                by_section[row["unit"], sections[row["task"]]] += 1
                if row["done_on"]:
                    finished = datetime.datetime.strptime(row["done_on"], "%d/%m/%Y").date()
                    done[row["unit"]] += 1
                    on_time[row["unit"]] += finished <= day
        counts = count_progress(path, plan, units, [criteria_set])
        assert counts.problems == ()
        known = counts.counts[criteria_set.id]
        for column, wanted in (("due", due), ("done", done), ("on_time", on_time)):
            if f"tasks:{column}" in known:
                assert known[f"tasks:{column}"] == {u: n for u, n in wanted.items() if n}
        for section in {section for _, section in by_section}:
            if f"tasks:due:{section}" in known:
                assert known[f"tasks:due:{section}"] == {
                    unit: n for (unit, of), n in by_section.items() if of == section
                }


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.integers(0, 400),
            st.one_of(st.none(), st.integers(0, 400)),
            st.sampled_from(["tasks", "reports"]),
            st.sampled_from(["", "I", "II"]),
        ),
        max_size=12,
    ),
    st.integers(0, 400),
)
def test_what_is_due_is_on_time_late_or_missing(
    drawn: list[tuple[str, int, int | None, str, str]], today: int
) -> None:
    start = datetime.date(2018, 1, 1)
    day = [start + datetime.timedelta(n) for n in range(401)]
    works = [
        Work(unit, f"t{at}", day[due], None if done is None else day[done], section, of=of)  # type: ignore[arg-type]
        for at, (unit, due, done, of, section) in enumerate(drawn)
    ]
    for of in ("tasks", "reports"):
        numbers = {
            what: count(TaskColumn(what, of), works, Cut(day[today], day[today]))[0]  # type: ignore[arg-type]
            for what in ("due", "done", "on_time", "late", "missing")
        }
        for unit in "abc":
            due, done, on_time, late, missing = (each.get(unit, 0) for each in numbers.values())
            assert due == on_time + late + missing
            assert done == on_time + late
            own = [each for each in drawn if each[0] == unit and each[3] == of]
            met = [each for each in own if each[2] is not None and each[2] <= today]
            unmet = [each for each in own if each not in met]
            assert missing == sum(each[1] < today for each in unmet)
            assert done == sum(each[1] <= today for each in met)
            share = Fraction(on_time, due) if due else None
            assert share is None or 0 <= share <= 1


# --- which file speaks for which set ---------------------------------------------------------


def two_sets(folder: Path) -> tuple[list[CriteriaSet], Units, list[Path]]:
    """A set of departments and one of districts, each on a plan of its own."""
    sets, paths = [], []
    for group in ("departments", "districts"):
        own = folder / group
        own.mkdir()
        _, units = made(own, PLAN.replace("mau-2018", f"{group}-2018"), group)
        path = own / "set.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("id: s", f"id: {group}"), "utf-8")
        sets.append(load_set(path))
        paths.append(path)
    return sets, units, paths


def codes(problems: Iterable[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_progress_speaks_of_one_plan(tmp_path: Path) -> None:
    sets, units, paths = two_sets(tmp_path)
    progress = table(tmp_path, "SNV,I.2,2018-Q1,31/03/2018,\n")
    place = Place("answers.csv")
    both = count_work(WorkFiles(progress=progress), units, sets, place)
    assert codes(both.problems) == ["plans-differ"]
    one = count_work(WorkFiles(progress=progress), units, sets[:1], place)
    assert codes(one.problems) == []
    with pytest.raises(ProblemsFound) as found:
        sets_to_score(paths)
    assert codes(found.value.problems) == ["plans-differ"]


def test_a_set_on_a_plan_wants_progress_and_no_table(tmp_path: Path) -> None:
    _, units = made(tmp_path)
    criteria_set = load_set(tmp_path / "set.yaml")
    place = Place("answers.csv")
    assert codes(count_work(WorkFiles(), units, [criteria_set], place).problems) == [
        "progress-missing"
    ]
    tasks = tmp_path / "tasks.csv"
    tasks.write_text("unit,task,due,done_on\nSNV,a,2018-03-01,\n", encoding="utf-8")
    progress = table(tmp_path, "SNV,I.2,2018-Q1,31/03/2018,\n")
    files = WorkFiles(tasks=tasks, progress=progress)
    found = count_work(files, units, [criteria_set], place).problems
    assert [(problem.code, problem.advice) for problem in found] == [("tasks-not-asked", True)]
    counting_nothing = criteria_set.model_copy(
        update={"fields": (criteria_set.fields[0].model_copy(update={"criteria": ()}),)}
    )
    idle = count_work(WorkFiles(progress=progress), units, [counting_nothing], place).problems
    assert [(problem.code, problem.advice) for problem in idle] == [("progress-not-asked", True)]
