"""Generated answers: the same for the same seed, accepted by the door that everyone uses."""

from pathlib import Path

import pytest

from criteria.load import load_set
from criteria.model import CriteriaSet
from inputs.answers import take_in
from inputs.illustrative import (
    illustrative_answers,
    write_answers_csv,
)
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.units import Units, read_units
from inputs.work import WorkFiles
from tests.test_inputs_answers import SET, some_units

LIBRARY = Path(__file__).parents[1] / "criteria" / "library" / "dong-nai-2017"


def dong_nai() -> tuple[list[CriteriaSet], Units]:
    names = ("departments", "districts", "communes")
    return [load_set(LIBRARY / f"{name}.yaml") for name in names], read_units(LIBRARY / "units.csv")


@pytest.mark.parametrize("seed", [1, 2017])
def test_the_pack_reads_its_generated_answers(tmp_path: Path, seed: int) -> None:
    sets, units = dong_nai()
    answers = tmp_path / "answers.csv"
    write_answers_csv(answers, [row for s in sets for row in illustrative_answers(s, units, seed)])
    plan = sets[0].plan
    assert plan is not None
    progress = tmp_path / "progress.csv"
    write_progress_csv(progress, illustrative_progress(plan, units, seed))
    taken = take_in([answers], units, sets, WorkFiles(progress=progress), generated=True)
    assert [problem.text("en") for problem in taken.problems if not problem.advice] == []
    for criteria_set in sets:
        facts = taken.facts[criteria_set.id]
        assert facts.generated
        answered = facts.frame.select(list(criteria_set.inputs)[:1]).null_count().item()
        assert answered < max(2, facts.frame.height / 2)


@pytest.mark.parametrize("seed", range(20))
def test_every_sort_of_input(tmp_path: Path, seed: int) -> None:
    units = some_units(tmp_path)
    path = tmp_path / "answers.csv"
    write_answers_csv(path, illustrative_answers(SET, units, seed))
    taken = take_in([path], units, [SET])
    assert [problem.text("en") for problem in taken.problems if not problem.advice] == []


def test_the_same_seed_gives_the_same_answers(tmp_path: Path) -> None:
    units = some_units(tmp_path)
    assert illustrative_answers(SET, units, 5) == illustrative_answers(SET, units, 5)
    assert illustrative_answers(SET, units, 5) != illustrative_answers(SET, units, 6)
