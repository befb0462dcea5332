"""However a workbook is damaged: the right facts, or a problem with its place; never a crash."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import pytest

from cli.desk import desk_of
from cli.folder import Year
from cli.workbook.taking import Taken, take
from inputs.facts import UnitAnswers, facts_of
from inputs.store.facts_at import facts_at
from inputs.workbooks.desk import Desk
from scoring.score import score_set
from tests.damage import DAMAGES, MANY, Damage
from tests.small_year import NOW, SPELLED, make_year, workbook_of

TASK_VALUES = {
    "I.1@2018-Q1": "2018-03-15",
    "I.2@2018-Q1": "2018-03-30",
    "I.2@2018-Q2": "2018-07-02",
    "I.2@2018-Q3": None,
    "I.2@2018-Q4": None,
}
GOOD: Mapping[str, str | None] = {**SPELLED, **TASK_VALUES}


@dataclass(frozen=True)
class Kit:
    year: Year
    desk: Desk
    good: bytes


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    folder = tmp_path_factory.mktemp("kit") / "year"
    year = make_year(folder)
    with year.store() as store:
        desk = desk_of(year, store, datetime.datetime.fromisoformat(NOW))
    return Kit(year, desk, workbook_of(desk, "so-a"))


def collected(kit: Kit, folder: Path, data: bytes, name: str) -> tuple[Year, Taken, list[Fraction]]:
    """The file taken into a copy of the store, and the unit's points by leaf from that store."""
    folder.mkdir()
    shutil.copy(kit.year.store_path, folder)
    path = folder / name
    path.write_bytes(data)
    year = replace(kit.year, folder=folder)
    with year.store(write=True) as store:
        (taken,) = take(year, store, [path], jobs=1, seen=lambda: None)
        sets = [each.set for each in year.sets]
        intake = facts_at(store, "self", year.assessment, sets, year.units)
    assert not [problem for problem in intake.problems if not problem.advice]
    scores = score_set(intake.facts["so"])
    return year, taken, points_of(scores)


def points_of(scores) -> list[Fraction]:  # type: ignore[no-untyped-def]
    row = scores.frame["unit"].to_list().index("so-a")
    names = [item.id for item in scores.facts.set.items]
    return [scores.leaves.frame[f"p:{name}"][row] for name in names]


def expected_points(year: Year, values: Mapping[str, str | None]) -> list[Fraction]:
    """The points of these values, scored without any workbook or store."""
    criteria_set = year.sets[0].set
    answers: dict[str, object] = {}
    for name, declared in criteria_set.inputs.items():
        if declared.type == "tally":
            counts = {o: values.get(f"{name}:{o}") for o in declared.options or ()}
            told = {o: int(count) for o, count in counts.items() if count is not None}
            answers[name] = told or None
            continue
        value = values.get(name)
        if value is None:
            continue
        match declared.type:
            case "date":
                answers[name] = datetime.date.fromisoformat(value)
            case "yes_no":
                answers[name] = value == "yes"
            case "choice":
                answers[name] = value
            case _:
                answers[name] = Fraction(value)
    due = {"I.1@2018-Q1": "2018-03-31"}
    due |= {f"I.2@2018-Q{n}": day for n, day in enumerate(("2018-03-31", "2018-06-30"), start=1)}
    on_time = sum((values.get(task) or "9") <= day for task, day in due.items())
    unit = UnitAnswers(
        unit="so-a",
        answers=answers,  # type: ignore[arg-type]
        tasks={"tasks:due": 5, "tasks:on_time": on_time},
        decided={"2.5": "pending"},
    )
    return points_of(score_set(facts_of(criteria_set, [unit])))


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damage_ends_in_the_right_facts_or_a_problem(
    name: str, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARINDEX_NOW", NOW)
    damage: Damage = DAMAGES[name]
    year, taken, points = collected(kit, tmp_path / "year", damage.edit(kit.good), damage.name)
    found = [p for p in taken.problems if p.code != "points-not-computed"]
    codes = sorted(problem.code for problem in found)
    if damage.codes == MANY:
        assert taken.faults
    else:
        assert codes == sorted(damage.codes), [problem.text("en") for problem in found]
    for problem in taken.problems:
        assert problem.text("vi")
        assert problem.text("en")
        assert problem.place.file.endswith(damage.name)
    if damage.at is not None:
        assert damage.at in [problem.place.cell for problem in found]
    facts = {} if taken.batch is None else {f.subject: f.value for f in taken.batch.facts}
    if damage.refused:
        assert not facts
        assert any(not problem.advice for problem in found)
        assert not any(points)
        return
    assert taken.batch is not None
    assert taken.batch.outcome == "taken"
    wanted = {**GOOD, **damage.changes}
    told = {subject.partition(":")[2]: value for subject, value in facts.items()}
    assert {name: told[name] for name in wanted} == wanted
    assert points == expected_points(year, wanted)
