"""The plan file of a draft: it loads, tells where things were found, and invents nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from criteria.plan.load import load_plan
from criteria.problems import ProblemsFound
from criteria.wording import LANGUAGES
from inputs.draft import draft_plan
from inputs.draft.write import draft_yaml
from tests import plan_texts
from tests.plan_texts import DATA, SECTIONS, TASKS


def _written(source: Path, folder: Path) -> Path:
    path = folder / "plan.yaml"
    path.write_text(draft_yaml(draft_plan(source)), encoding="utf-8")
    return path


def test_a_whole_draft_loads(tmp_path: Path) -> None:
    plan = load_plan(_written(DATA / "plan_barred_rows.txt", tmp_path))
    assert plan.id == "mau-son-2031"
    assert plan.number == "77/KH-UBND"
    assert {section.id: section.title for section in plan.sections} == SECTIONS
    assert [
        (t.id, t.title, t.product, t.lead, t.partners or "", t.deadline.text) for t in plan.tasks
    ] == list(TASKS)
    assert all(task.basis == f"PL.{task.id}" for task in plan.tasks)
    values = [
        (target.basis, target.comparison, target.value.value, target.measure)
        for target in plan.targets.values()
    ]
    assert ("II.1", "at_least", 12, "xã") in values
    assert len(values) == len(plan_texts.TARGETS)


def test_every_value_has_its_place(tmp_path: Path) -> None:
    text = _written(DATA / "plan_barred_rows.txt", tmp_path).read_text(encoding="utf-8")
    source = (DATA / "plan_barred_rows.txt").read_text(encoding="utf-8").splitlines()
    keys = ("title:", "product:", "lead:", "partners:", "deadline:", "by:")
    valued = [line for line in text.splitlines() if line.strip().startswith(keys)]
    assert len(valued) > 30
    for line in valued:
        value, _, place = line.rpartition("  # ")
        assert place.startswith("plan_barred_rows.txt:"), line
        numbers = [int(each) for each in place.split(":")[1].split(";")[0].split(",")]
        words = value.split(": ", 1)[1].strip('"').casefold().split()
        lines = [source[number - 1].casefold() for number in numbers]
        assert words[0] in lines[0], line
        assert words[-1] in lines[-1], line


def test_lost_titles_are_named_at_their_lines(tmp_path: Path) -> None:
    path = _written(DATA / "plan_tabs.txt", tmp_path)
    with pytest.raises(ProblemsFound) as caught:
        load_plan(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    (problem,) = caught.value.problems
    assert problem.code == "missing-key"
    assert problem.place.line is not None
    assert any(
        "# title:" in line for line in lines[problem.place.line - 1 : problem.place.line + 1]
    )


def test_missing_heads_are_to_be_filled_in(tmp_path: Path) -> None:
    source = tmp_path / "plan.txt"
    source.write_text("Đạt 90% hồ sơ đúng hạn.\n", encoding="utf-8")
    path = _written(source, tmp_path)
    text = path.read_text(encoding="utf-8")
    for key in ("id", "title", "signed", "province", "starts", "ends"):
        assert f"\n# {key}:  # cần điền" in text
    with pytest.raises(ProblemsFound) as caught:
        load_plan(path)
    assert {problem.code for problem in caught.value.problems} == {"missing-key"}
    assert "không tìm thấy bảng nhiệm vụ" in text


def _row(tmp_path: Path, lead: str, deadline: str) -> str:
    rows = [
        "STT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian |",
        "I. Thể chế | |||||",
        f"1 | Sửa quy chế | {lead} | Sở Tài chính | {deadline} |",
    ]
    source = tmp_path / "plan.txt"
    source.write_text("\n".join([*plan_texts.PROSE, *rows]), encoding="utf-8")
    path = _written(source, tmp_path)
    load_plan(path)
    return path.read_text(encoding="utf-8")


def test_what_is_not_understood_says_so(tmp_path: Path) -> None:
    text = _row(tmp_path, "Hội Những Người Lạ", "Khi nào xong thì thôi nhé")
    assert 'lead: "Hội Những Người Lạ"' in text
    assert "chưa nhận ra cơ quan: Hội Những Người Lạ" in text
    assert '# deadline: "Khi nào xong thì thôi nhé"' in text
    assert "chưa hiểu thời hạn này" in text


def test_what_is_missing_says_so(tmp_path: Path) -> None:
    text = _row(tmp_path, "", "")
    assert "# lead:  # bản văn không có hoặc mất cơ quan chủ trì" in text
    assert "# deadline:  # bản văn không có hoặc mất thời hạn" in text


def test_quotes_hashes_and_backslashes_survive(tmp_path: Path) -> None:
    title = 'Lập sổ "một cửa" # số 1: C:\\hồ sơ {x} - [y]'
    rows = [
        "STT | Nhiệm vụ | Cơ quan chủ trì | Thời gian |",
        "I. Thể chế | ||||",
        f"1 | {title} | Sở Nội vụ | Năm 2031 |",
    ]
    source = tmp_path / "plan # lạ.txt"
    source.write_text("\n".join([*plan_texts.PROSE, *rows]), encoding="utf-8")
    assert load_plan(_written(source, tmp_path)).tasks[0].title == title


@pytest.mark.parametrize("language", LANGUAGES)
def test_doubtful_pieces_stand_at_the_end_as_comments(language: str, tmp_path: Path) -> None:
    source = tmp_path / "plan.txt"
    text = (DATA / "plan_barred_rows.txt").read_text(encoding="utf-8")
    source.write_text(text.replace("1. Thể chế", "1. Giải quyết 26 thủ tục"), encoding="utf-8")
    written = draft_yaml(draft_plan(source), language)  # type: ignore[arg-type]
    review = written[written.rindex("\n# ---") :]
    assert "26" in review
    assert "plan.txt:15" in review
    assert all(line.startswith("#") for line in review.strip().splitlines())
