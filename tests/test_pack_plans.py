"""The five plans of the library: everything in the annex, every number, and a ranking of each."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from cli.score import run as score_run
from cli.sets import sets_to_score
from criteria.load import load_set
from criteria.packs import Pack, load_pack, pack_ids
from criteria.plan.load import load_plan, read_plan
from criteria.plan.model import Plan
from criteria.rules import rule_targets
from inputs.facts import set_task_columns
from inputs.illustrative import illustrative_answers, write_answers_csv
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.obligations import bodies_of, lead_problems
from inputs.units import read_units
from inputs.work import WorkFiles

PACKS = [name for name in pack_ids() if load_pack(name).plan is not None]

ANNEX = {
    "binh-phuoc-2018": "I 3, II 7, III 5, IV 4, V 5, VI 11, VII 11",
    "dong-nai-2017": "I 1, II 12, III 1, IV 3, V 1, VI 3, VII 3",
    "hung-yen-2018": "I 4, II 6, III 11, IV 5, V 6, VI 3, VII 8, VIII 7",
    "soc-trang-2011-2015": "I 11, II 7, III 6, IV 4, V 3, VI 3",
    "tien-giang-2018": "I 11, II 3, III 6, IV 9, V 9, VI 4, VII 11, VIII 2",
}
"""Tasks in each section of the annexes, as one counts them in the printed texts."""

TARGETS = {
    "binh-phuoc-2018": 10,
    "dong-nai-2017": 14,
    "hung-yen-2018": 13,
    "soc-trang-2011-2015": 7,
    "tien-giang-2018": 22,
}
"""How many numbers to reach a careful reader finds at least."""

DISTRICTS = {
    "binh-phuoc-2018": 11,
    "dong-nai-2017": 11,
    "hung-yen-2018": 10,
    "soc-trang-2011-2015": 11,
    "tien-giang-2018": 11,
}
"""Districts, towns and cities of each province at the time."""


def pack_and_plan(name: str) -> tuple[Pack, Plan]:
    pack = load_pack(name)
    assert pack.plan is not None
    return pack, load_plan(pack.plan)


def test_the_packs_with_plans_are_the_five() -> None:
    assert set(PACKS) == set(ANNEX)


@pytest.mark.parametrize("name", PACKS)
def test_the_whole_annex_is_there(name: str) -> None:
    _, plan = pack_and_plan(name)
    counted = Counter(task.section for task in plan.tasks)
    told = ", ".join(f"{section.id} {counted[section.id]}" for section in plan.sections)
    assert told == ANNEX[name]
    for task in plan.tasks:
        assert task.id.startswith(f"{task.section}.")
        assert task.basis
        assert len(task.title.split()) <= 16, task.id
        assert len((task.product or "").split()) <= 10, task.id
        assert unicodedata.is_normalized("NFC", task.title)
    assert all(section.field for section in plan.sections)


@pytest.mark.parametrize("name", PACKS)
def test_every_number_of_the_plan_is_there(name: str) -> None:
    _, plan = pack_and_plan(name)
    assert len(plan.targets) >= TARGETS[name]
    for target in plan.targets.values():
        assert target.basis
        assert target.binds
    assert plan.reports
    assert all(report.basis for report in plan.reports)


@pytest.mark.parametrize("name", PACKS)
def test_units_are_those_of_the_time_and_every_lead_is_known(name: str) -> None:
    pack, plan = pack_and_plan(name)
    units = read_units(pack.units)
    assert len(units.of_group("districts")) == DISTRICTS[name]
    assert units.of_group("departments")
    loaded = read_plan(pack.plan or Path())
    assert loaded.source is not None
    found = list(lead_problems(plan, loaded.source, units))
    assert [problem.text("en") for problem in found] == []
    bodies = bodies_of(plan, units)
    led = {unit for task in plan.tasks for unit in bodies.units(task.lead)}
    groups = {unit.group for unit in units if unit.unit in led}
    assert {"departments", "districts"} <= groups


@pytest.mark.parametrize("name", PACKS)
def test_sets_take_what_binds_their_group_from_the_plan(name: str) -> None:
    """A target that binds a group stands in the group's set, and none of its numbers beside it."""
    pack, plan = pack_and_plan(name)
    for path in pack.sets:
        criteria_set = load_set(path)
        assert criteria_set.plan == plan
        used = {target for item in criteria_set.items for target in rule_targets(item.rule)}
        binding = {
            target_id
            for target_id, target in plan.targets.items()
            if criteria_set.group in target.binds
        }
        assert binding <= used
        assert "\ntargets:" not in path.read_text(encoding="utf-8")
        assert set_task_columns(criteria_set)


@pytest.mark.parametrize("name", PACKS)
def test_every_group_is_ranked(name: str, tmp_path: Path) -> None:
    pack, plan = pack_and_plan(name)
    units = read_units(pack.units)
    sets, advice = sets_to_score(pack.sets)
    assert [problem.text("en") for problem in advice] == []
    answers, progress = tmp_path / "answers.csv", tmp_path / "progress.csv"
    write_answers_csv(
        answers, [row for each in sets for row in illustrative_answers(each.set, units, 3)]
    )
    write_progress_csv(progress, illustrative_progress(plan, units, 3))
    groups, _ = score_run(
        sets,
        pack.units,
        [answers],
        tmp_path / "out",
        work=WorkFiles(progress=progress),
        language="vi",
        quiet=True,
    )
    assert len(groups) == len(pack.sets)
    for group in groups:
        ranks = [unit.rank for unit in group.units if unit.rank is not None]
        assert ranks[0] == 1
        members = units.of_group(group.set.group)
        assert len(ranks) == sum(unit.ranked for unit in members)
    folder = tmp_path / "out" / "sets"
    assert (folder / "plan.yaml").read_bytes() == (pack.plan or Path()).read_bytes()


@pytest.mark.parametrize("name", PACKS)
def test_titles_are_words_of_our_own(name: str) -> None:
    """Facts carry over from the plan, sentences do not: no title repeats twelve words in a row."""
    source = Path(__file__).parents[2] / "shared" / "plans" / f"{name}.txt"
    if not source.is_file():
        pytest.skip(f"the text of the plan is not here: {source.name}")
    text = _words(source.read_text(encoding="utf-8"))
    _, plan = pack_and_plan(name)
    for task in plan.tasks:
        words = _words(task.title).split()
        for at in range(len(words) - 11):
            assert " ".join(words[at : at + 12]) not in text, task.id


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))
