"""Whatever stands in a text, a draft of it is written, and the file says what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from criteria.plan.load import load_plan
from criteria.problems import ProblemsFound
from inputs.draft import draft_plan
from inputs.draft.write import draft_yaml
from tests.plan_texts import DATA

PIECES = st.sampled_from(
    [
        "STT",
        "Nội dung công việc",
        "Cơ quan chủ trì",
        "Cơ quan phối hợp",
        "Thời gian",
        "Sở Nội vụ",
        "UBND cấp huyện",
        "Quý I/2031",
        "Thường xuyên",
        "I. Thể chế",
        "II",
        "1. Rà soát",
        "1",
        "2",
        "a) 90% hồ sơ",
        "- trên 100% xã",
        "<p>1. A</p><p>2. B</p>",
        "năm 2031",
        "KẾ HOẠCH",
        "|",
        "\t",
        "\n",
        "\n\n",
        "\u00a0",
        "  ",
        " | ",
        "\u2028",
        "\x85",
        "\x7f",
        "\x93",
        '"#: {',
    ]
)


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pieces=st.lists(PIECES, min_size=1, max_size=60))
def test_any_text_is_drafted(pieces: list[str], tmp_path: Path) -> None:
    text = "".join(pieces)
    if not text.encode().strip():
        return
    _draft_and_load(text, tmp_path)


@pytest.mark.slow
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_damaged_layouts_are_drafted(data: st.DataObject, tmp_path: Path) -> None:
    name = data.draw(st.sampled_from(sorted(path.name for path in DATA.glob("plan_*.txt"))))
    text = (DATA / name).read_text(encoding="utf-8")
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(1, 200))
    _draft_and_load(text[:start] + text[start + length :], tmp_path)


def _draft_and_load(text: str, folder: Path) -> None:
    source = folder / "source.txt"
    source.write_text(text, encoding="utf-8")
    written = draft_yaml(draft_plan(source))
    yaml.compose(written)
    path = folder / "plan.yaml"
    path.write_text(written, encoding="utf-8")
    try:
        load_plan(path)
    except ProblemsFound as error:
        codes = {problem.code for problem in error.problems}
        assert codes <= {"missing-key"}, (codes, written)
