"""A change of the plan changes the rules that refer to it, their points and ranks: nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from criteria.exact import shortest
from criteria.fingerprint import fingerprint
from criteria.load import load_set
from criteria.model import CriteriaSet
from criteria.packs import LIBRARY
from criteria.plan.load import load_plan
from criteria.rules import Deadline, rule_targets
from inputs.answers import take_in
from inputs.illustrative import illustrative_answers, write_answers_csv
from inputs.illustrative_work import illustrative_progress, write_progress_csv
from inputs.units import read_units
from inputs.work import WorkFiles
from outputs.explain import explain_leaf
from outputs.printed import printed_group
from scoring.ledger import ledger
from scoring.score import score_set

PACK = LIBRARY / "tien-giang-2018"
SEED = 11


@dataclass(frozen=True)
class Scored:
    """One set after scoring: the ledger by (unit, leaf), and rank, index and points by unit."""

    set: CriteriaSet
    rows: Mapping[tuple[str, str], Mapping[str, object]]
    ranking: Mapping[str, tuple[int | None, str]]


def pack_in(folder: Path) -> Path:
    copy = folder / PACK.name
    shutil.copytree(PACK, copy)
    return copy


@cache
def scored(pack: Path, group: str, answers: Path, progress: Path) -> Scored:
    criteria_set, units = load_set(pack / f"{group}.yaml"), read_units(pack / "units.csv")
    taken = take_in([answers], units, [criteria_set], WorkFiles(progress=progress))
    scores = score_set(taken.facts[criteria_set.id])
    rows = pl.concat(list(ledger(scores))).to_dicts()
    printed = printed_group(scores).units
    return Scored(
        criteria_set,
        {(row["unit"], row["leaf"]): row for row in rows},
        {unit.unit: (unit.rank, unit.index) for unit in printed},
    )


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Answers and progress of all units, made once and scored under every plan."""
    folder = tmp_path_factory.mktemp("reported")
    answers, progress = folder / "answers.csv", folder / "progress.csv"
    units, plan = read_units(PACK / "units.csv"), load_plan(PACK / "plan.yaml")
    sets = [load_set(PACK / f"{name}.yaml") for name in ("departments", "districts")]
    rows = [row for each in sets for row in illustrative_answers(each, units, SEED)]
    write_answers_csv(answers, rows)
    write_progress_csv(progress, illustrative_progress(plan, units, SEED))
    return answers, progress


PLAN = load_plan(PACK / "plan.yaml")
SETS = {name: load_set(PACK / f"{name}.yaml") for name in ("departments", "districts")}
TARGETS = sorted(
    {name for each in SETS.values() for item in each.items for name in rule_targets(item.rule)}
)


def set_target(pack: Path, name: str, value: str) -> None:
    """One number of the plan written anew; the rest of the file stays to the byte."""
    path = pack / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    found = re.search(
        rf"^  {name}:\n(?:    .*\n)*?    (?:at_least|above): (.*)$", text, re.MULTILINE
    )
    assert found is not None, name
    path.write_text(text[: found.start(1)] + value + text[found.end(1) :], encoding="utf-8")


@pytest.mark.parametrize("name", TARGETS)
def test_a_target_moves_the_leaves_that_refer_to_it_and_no_other(
    name: str, tmp_path: Path, reported: tuple[Path, Path]
) -> None:
    """One percentage point off a target, with the same answers."""
    pack = pack_in(tmp_path)
    value = PLAN.targets[name].value
    assert value.percent
    lower = shortest((value.value - Fraction(1, 100)) * 100)
    set_target(pack, name, f"{lower}%")
    for group in SETS:
        before, after = scored(PACK, group, *reported), scored(pack, group, *reported)
        referring = {item.id for item in before.set.items if name in rule_targets(item.rule)}
        for (unit, leaf), row in before.rows.items():
            if leaf not in referring:
                assert after.rows[unit, leaf] == row
        moved = {
            key for key, row in before.rows.items() if _points(after.rows[key]) != _points(row)
        }
        assert {leaf for _, leaf in moved} <= referring
        assert (fingerprint(after.set) == fingerprint(before.set)) == (not referring)
        for unit, (_, index) in before.ranking.items():
            if unit not in {each for each, _ in moved}:
                assert after.ranking[unit][1] == index
        for leaf in referring:
            item = next(each for each in after.set.items if each.id == leaf)
            told = explain_leaf(item, after.rows[min(after.ranking), leaf], after.set, "vi")
            stated = f"{lower.replace('.', ',')} %"
            assert any(stated in sentence for sentence in told.sentences), told.sentences


def _points(row: Mapping[str, object]) -> tuple[object, object]:
    return row["points_exact"], row["branch"]


def test_a_stricter_target_costs_points_and_ranks(
    tmp_path: Path, reported: tuple[Path, Path]
) -> None:
    """From a part to nearly all: nobody gains, somebody loses, and somewhere the order changes."""
    partial = [name for name in TARGETS if PLAN.targets[name].value.value < Fraction(9, 10)]
    assert len(partial) > 3
    orders_changed = costly = 0
    for name, group in product(partial, SETS):
        pack = tmp_path / name / PACK.name
        if not pack.exists():
            pack = pack_in(tmp_path / name)
            set_target(pack, name, "99%")
        before, after = scored(PACK, group, *reported), scored(pack, group, *reported)
        gains = [
            Fraction(str(after.rows[key]["points_exact"])) - Fraction(str(row["points_exact"]))
            for key, row in before.rows.items()
            if row["points_exact"] is not None
        ]
        assert max(gains) == 0
        refers = any(name in rule_targets(item.rule) for item in before.set.items)
        assert refers or min(gains) == 0
        costly += min(gains) < 0
        orders_changed += any(
            after.ranking[unit][0] != rank for unit, (rank, _) in before.ranking.items()
        )
    assert costly > len(partial)
    assert orders_changed


def test_a_later_day_in_the_plan_is_a_later_day_in_the_rule(tmp_path: Path) -> None:
    """A deadline rule takes its tier from the task; the tiers written in the set stay."""
    other = LIBRARY / "dong-nai-2017"
    pack = tmp_path / "pack"
    shutil.copytree(other, pack)
    path = pack / "plan.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index('id: "V.1"')
    assert "deadline: Tháng 10/2017" in text[at : at + 900]
    path.write_text(
        text[:at] + text[at:].replace("Tháng 10/2017", "5/11/2017", 1), encoding="utf-8"
    )
    days = [
        tier.by
        for folder in (other, pack)
        for leaf in load_set(folder / "departments.yaml").leaves
        if isinstance(leaf.rule, Deadline) and leaf.rule.of == "autonomy_report"
        for tier in leaf.rule.tiers
    ]
    assert [day.isoformat() for day in days] == [
        *("2017-10-31", "2017-11-15"),
        *("2017-11-05", "2017-11-15"),
    ]
