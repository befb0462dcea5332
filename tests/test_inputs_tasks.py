"""Plan tasks: due, done and on time, by unit and section; and a table that is wrong."""

import datetime
from pathlib import Path

import pytest

from criteria.model import CriteriaSet
from criteria.problems import ProblemsFound
from inputs.answers import take_in
from inputs.tasks import read_tasks
from inputs.units import Units, read_units
from inputs.work import WorkFiles

SET = CriteriaSet.model_validate(
    {
        "parindex": 1,
        "id": "s",
        "title": "t",
        "status": "reference",
        "year": 2017,
        "group": "g",
        "fields": [
            {
                "id": "1",
                "title": "t",
                "criteria": [
                    {
                        "id": "1.1",
                        "title": "t",
                        "maximum": 1,
                        "rule": {"kind": "proportional", "of": {"tasks": {"share": "done"}}},
                    },
                    {
                        "id": "1.2",
                        "title": "t",
                        "maximum": 1,
                        "rule": {
                            "kind": "proportional",
                            "of": {"tasks": {"share": "on_time", "section": "II"}},
                        },
                    },
                ],
            }
        ],
    }
)
TASKS = """unit,task,section,due,done_on
a,1,I,31/01/2017,31/01/2017
a,2,II,31/01/2017,01/02/2017
a,3,II,30/06/2017,01/06/2017
a,4,II,30/06/2017,
a,5,II,31/01/2018,01/01/2018
b,1,I,2017-03-31,
"""


@pytest.fixture
def units(tmp_path: Path) -> Units:
    path = tmp_path / "units.csv"
    path.write_text("unit,name,group\na,A,g\nb,B,g\nc,C,g\n", encoding="utf-8")
    return read_units(path)


def table(folder: Path, text: str) -> Path:
    path = folder / "tasks.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_counts(units: Units, tmp_path: Path) -> None:
    path = table(tmp_path, TASKS)
    counts = read_tasks(path, units, [SET])
    assert counts.of("tasks:due", "s") == {"a": 4, "b": 1}
    assert counts.of("tasks:done", "s") == {"a": 3}
    assert counts.of("tasks:due:II", "s") == {"a": 3}
    assert counts.of("tasks:on_time:II", "s") == {"a": 1}
    early = read_tasks(path, units, [SET], as_of=datetime.date(2017, 2, 1))
    assert early.of("tasks:due", "s") == {"a": 2}
    day = read_tasks(path, units, [SET], as_of=datetime.date(2017, 1, 31))
    assert day.of("tasks:due", "s") == {"a": 1}  # what is not done may still be, that day


def test_counts_become_facts(units: Units, tmp_path: Path) -> None:
    taken = take_in([], units, [SET], WorkFiles(tasks=table(tmp_path, TASKS)))
    assert taken.problems == ()
    frame = taken.facts["s"].frame
    assert frame["tasks:due"].to_list() == [4, 1, 0]
    assert frame["tasks:on_time:II"].to_list() == [1, 0, 0]
    place = taken.facts["s"].place("b", "tasks:due")
    assert place is not None
    assert place.line == 7
    assert [Path(source.file).name for source in taken.facts["s"].sources] == [
        "units.csv",
        "tasks.csv",
    ]


def test_a_set_that_counts_tasks_wants_the_table(units: Units) -> None:
    assert [p.code for p in take_in([], units, [SET]).problems] == ["tasks-table-missing"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("q,1,II,31/01/2017,", "answer-unit-unknown"),
        (",1,II,31/01/2017,", "answer-without-unit"),
        ("b,,II,31/01/2017,", "task-without-name"),
        ("a,2,II,31/01/2017,", "task-twice"),
        ("b,9,II,,", "task-without-due"),
        ("b,9,II,31/02/2017,", "date-impossible"),
        ("b,9,II,31/01/2017,rồi", "date-unreadable"),
    ],
)
def test_rows_that_are_wrong(units: Units, tmp_path: Path, row: str, code: str) -> None:
    with pytest.raises(ProblemsFound) as error:
        read_tasks(table(tmp_path, TASKS + row + "\n"), units, [SET])
    assert [(p.code, p.place.line) for p in error.value.problems] == [(code, 8)]
    assert error.value.problems[0].text("vi")


def test_a_section_that_no_task_has_is_pointed_out(units: Units, tmp_path: Path) -> None:
    counts = read_tasks(table(tmp_path, TASKS.replace("II", "III")), units, [SET])
    assert [(p.code, p.advice) for p in counts.problems] == [("task-section-unused", True)]
    missing = tmp_path / "none.csv"
    assert [p.code for p in take_in([], units, [SET], WorkFiles(tasks=missing)).problems] == [
        "file-missing"
    ]
