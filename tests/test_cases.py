"""Worked cases by hand: complete sets in `cases/`, one a rule kind, each run on both engines."""

from pathlib import Path

import pytest

from criteria.check import check_set
from criteria.load import read_set
from criteria.model import CriteriaSet
from criteria.rules import BestOf, Rule, SumOf
from inputs.facts import facts_of
from scoring.cases import case_unit, check_cases
from scoring.score import score_set

FILES = sorted(Path(__file__).with_name("cases").glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_holds(path: Path) -> None:
    loaded = read_set(path)
    assert loaded.set is not None
    assert loaded.source is not None
    assert loaded.set.cases
    problems = (*loaded.problems, *check_set(loaded.set, loaded.source))
    problems += check_cases(loaded.set, loaded.source)
    assert [problem.text("en") for problem in problems if not problem.advice] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_engines_agree_on_every_case(path: Path) -> None:
    loaded = read_set(path)
    assert loaded.set is not None
    for case in loaded.set.cases:
        several = [case_unit(loaded.set, case, case.answers, "case")]
        several += [
            case_unit(loaded.set, case, other, f"other {place}")
            for place, other in enumerate(case.others)
        ]
        facts = facts_of(loaded.set, several)
        assert score_set(facts, "polars").frame.equals(score_set(facts, "duckdb").frame)


def test_every_kind_has_cases() -> None:
    kinds = {kind for path in FILES for kind in _kinds(read_set(path).set)}
    assert kinds >= {
        "steps", "proportional", "line", "deadline", "choice", "yes_no", "all_of", "per_item",
        "deduct", "sum_of", "best_of", "relative_to_best", "answers", "satisfied", "judged",
        "formula",
    }  # fmt: skip


def _kinds(criteria_set: CriteriaSet | None) -> set[str]:
    assert criteria_set is not None
    return {kind for item in criteria_set.items for kind in _rule_kinds(item.rule)}


def _rule_kinds(rule: Rule) -> set[str]:
    parts = rule.parts if isinstance(rule, SumOf | BestOf) else ()
    return {rule.kind} | {kind for part in parts for kind in _rule_kinds(part)}
