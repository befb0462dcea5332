"""Drafts of the five real plans against the packs made by hand: the measured figures hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.draft_recall import measure

PLANS = Path(__file__).parents[2] / "shared" / "plans"

FLOORS = {
    # pack: tasks right, targets found, candidates that fit no target
    "tien-giang-2018": (55, 28, 0),
    "dong-nai-2017": (24, 14, 0),
    "hung-yen-2018": (48, 15, 0),
    "soc-trang-2011-2015": (34, 7, 0),
    "binh-phuoc-2018": (43, 10, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("pack", FLOORS)
def test_a_real_plan_is_drafted_as_well_as_measured(pack: str) -> None:
    text = PLANS / f"{pack}.txt"
    if not text.exists():
        pytest.skip(f"{text} is not here: the sources of the packs are not part of the project")
    measured = measure(pack, text)
    right, matched, wrong = FLOORS[pack]
    assert measured.right >= right, measured.misses
    assert measured.drafted == measured.tasks
    assert measured.matched >= matched, measured.misses
    assert measured.written - measured.fitting <= wrong, measured.misses
