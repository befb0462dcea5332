"""What a draft leaves to a person: listed at its end with places, and counted in the summary."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from criteria.plan.load import load_plan
from inputs.draft import Draft, draft_plan
from inputs.draft.write import draft_yaml
from tests import plan_texts
from tests.test_cli import parindex

ROWS = (
    "STT | Nhiệm vụ | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian | Sản phẩm |",
    "I. Thể chế | |||||",
)


def _source(folder: Path, *rows: str, prose: tuple[str, ...] = ()) -> Path:
    path = folder / "plan.txt"
    path.write_text("\n".join([*plan_texts.PROSE, *prose, *ROWS, *rows]), encoding="utf-8")
    return path


def _review(draft: Draft) -> str:
    text = draft_yaml(draft)
    return text[text.index("--- cần xem lại ---") :]


# --- as above -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["nt", "-nt-", "- nt -", "NT", "Như trên", '"', "''", "”", "nt."])
def test_as_above_takes_the_value_of_the_row_above(mark: str, tmp_path: Path) -> None:
    path = _source(
        tmp_path,
        "1 | Lập sổ | Sở Nội vụ | Sở Tài chính | Quý I/2031 | Báo cáo |",
        f"2 | Giữ sổ | {mark} | {mark} | {mark} | {mark} |",
        f"3 | Nộp sổ | {mark} | | {mark} | |",
    )
    draft = draft_plan(path)
    found = [
        tuple(each.value if each else None for each in (t.lead, t.partners, t.deadline, t.product))
        for t in draft.tasks
    ]
    assert found == [
        ("Sở Nội vụ", "Sở Tài chính", "Quý I/2031", "Báo cáo"),
        ("Sở Nội vụ", "Sở Tài chính", "Quý I/2031", "Báo cáo"),
        ("Sở Nội vụ", None, "Quý I/2031", None),
    ]
    assert draft.doubts == ()
    lead = draft.tasks[1].lead
    assert lead is not None
    last = len(path.read_text(encoding="utf-8").splitlines())
    assert (lead.place.line, lead.others[0].line, lead.ditto) == (last - 1, last - 2, mark)
    written = draft_yaml(draft)
    place = f'deadline: "Quý I/2031"  # plan.txt:{last - 1}, {last - 2}; ghi “{mark}”, lấy theo'
    assert place in written


def test_as_above_without_a_row_above_is_not_understood(tmp_path: Path) -> None:
    draft = draft_plan(
        _source(
            tmp_path,
            "1 | Lập sổ | Sở Nội vụ | | | |",
            "2 | Giữ sổ | Sở Nội vụ | | nt | |",
        )
    )
    assert [(doubt.task, doubt.field, doubt.words) for doubt in draft.doubts] == [
        ("I.2", "deadline", "nt")
    ]


# --- what is not understood -----------------------------------------------------------------------


def test_unknown_leads_and_deadlines_stand_again_at_the_end(tmp_path: Path) -> None:
    path = _source(
        tmp_path,
        "1 | Lập sổ | Hội Những Người Lạ | | Quý I/2031 | |",
        "2 | Giữ sổ | Sở Nội vụ | | Lúc nào cũng được | |",
        "3 | Nộp sổ | Sở Nội vụ | | 31/13/2031 | |",
        "4 | Đốt sổ | Sở Nội vụ | | Năm 2031 | |",
    )
    last = len(path.read_text(encoding="utf-8").splitlines())
    review = _review(draft_plan(path))
    for line in (
        f"#   - I.1 chủ trì: Hội Những Người Lạ  plan.txt:{last - 3}",
        f"#   - I.2 thời hạn: Lúc nào cũng được  plan.txt:{last - 2}",
        f"#   - I.3 thời hạn: 31/13/2031  plan.txt:{last - 1}",
    ):
        assert line in review.splitlines()
    assert "I.4" not in review


def _run(*words: str) -> str:
    done = parindex("plan", "draft", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_summary_counts_what_is_understood(tmp_path: Path) -> None:
    path = _source(
        tmp_path,
        "1 | Lập sổ | Hội Những Người Lạ | | Quý I/2031 | |",
        "2 | Giữ sổ | Sở Nội vụ | | 31/13/2031 | |",
        "3 | Nộp sổ | | | Năm 2031 | |",
        prose=("III. BÁO CÁO", "Định kỳ hàng quý, các sở báo cáo kết quả về Sở Nội vụ."),
    )
    out = str(tmp_path / "plan.yaml")
    said = _run(str(path), "--out", out, "--lang", "vi")
    assert "3 nhiệm vụ (hiểu được cơ quan chủ trì của 1, thời hạn của 2)" in said
    assert "2 cơ quan hay thời hạn chưa hiểu" in said
    assert "1 câu có thể là báo cáo định kỳ" in said
    counts = json.loads(_run(str(path), "--out", out, "--force", "--json"))["counts"]
    assert (counts["lead"], counts["deadline"]) == (1, 2)
    assert (counts["not_understood"], counts["reports"]) == (2, 1)


def test_a_plan_without_tasks_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    out = str(tmp_path / "plan.yaml")
    path.write_text("\n".join(plan_texts.PROSE), encoding="utf-8")
    assert "Không tìm thấy bảng nhiệm vụ nào" in _run(str(path), "--out", out, "--lang", "vi")
    path.write_text("A | B | C\n1 | 2 | 3\n", encoding="utf-8")
    said = _run(str(path), "--out", out, "--force", "--lang", "vi")
    assert "cuối bản nháp ghi các bảng đã thấy" in said
    written = Path(out).read_text(encoding="utf-8")
    assert "#   - A | B | C (bảng này không đọc được như phụ lục nhiệm vụ)  plan.txt:1" in written
    assert "Cơ quan chủ trì, Đơn vị chủ trì, Đơn vị thực hiện, Đầu mối" in written


# --- periodic reports -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sentence",
    [
        "Thực hiện báo cáo định kỳ với Sở Nội vụ hàng quý, 6 tháng và năm.",
        "Gửi báo cáo trước ngày 5/3, 5/6 và 5/9.",
        "Báo cáo kết quả trước ngày 05 hằng tháng.",
        "Báo cáo quý I gửi Sở Nội vụ.",
        "Định kỳ 6 tháng một lần các huyện báo cáo Sở Nội vụ.",
    ],
)
def test_sentences_that_order_reports_are_suggested(sentence: str, tmp_path: Path) -> None:
    path = _source(
        tmp_path,
        "1 | Lập sổ | Sở Nội vụ | | Năm 2031 | |",
        prose=("III. TỔ CHỨC THỰC HIỆN", f"1. Các sở phân công người làm. {sentence} Hết."),
    )
    draft = draft_plan(path)
    assert [(each.sentence.value, each.clause) for each in draft.reports] == [(sentence, "III.1")]
    line = len(plan_texts.PROSE) + 2
    assert f"#   - III.1: {sentence}  plan.txt:{line}" in _review(draft).splitlines()
    written = tmp_path / "plan.yaml"
    written.write_text(draft_yaml(draft), encoding="utf-8")
    assert load_plan(written).reports == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Căn cứ Báo cáo năm 2030 của Sở Nội vụ.",
        "Sở Nội vụ tổng hợp, báo cáo khi được yêu cầu.",
        "Định kỳ hàng quý kiểm tra các huyện.",
    ],
)
def test_other_sentences_are_no_reports(sentence: str, tmp_path: Path) -> None:
    path = _source(tmp_path, prose=(sentence,))
    assert draft_plan(path).reports == ()


def test_past_years_ranges_and_changes_stand_at_the_end_as_written(tmp_path: Path) -> None:
    prose = (
        "III. KẾT QUẢ",
        "1. Năm 2030, hồ sơ đúng hẹn đạt 92,3%.",
        "2. Hồ sơ qua mạng đạt từ 95% đến 98%.",
        "3. Hồ sơ giấy giảm 20% so với năm 2030.",
    )
    draft = draft_plan(_source(tmp_path, "1 | Lập sổ | Sở Nội vụ | | Năm 2031 | |", prose=prose))
    assert not [each for each in draft.targets if each.sure and each.clause in {"III.1", "III.2"}]
    review = _review(draft)
    line = len(plan_texts.PROSE) + 2
    for start in (
        "#   - at_least: 92.3% (có lẽ là kết quả của năm trước kế hoạch) III.1",
        "#   - từ 95% đến 98% (một khoảng, không phải một mức) III.2",
        "#   - at_least: 20% (mức tăng, giảm, không phải mức phải đạt) III.3",
    ):
        assert f"{start}  plan.txt:{line}" in review
        line += 1


# --- languages ------------------------------------------------------------------------------------

_ACCENTS = re.compile("[àáảãạăâđèéẻẽẹêìíỉĩịòóỏõọôơùúủũụưỳýỷỹỵấầẩẫậắằẳẵặếềểễệốồổỗộớờởỡợứừửữự]", re.I)


def test_comments_are_in_the_language_asked_for(tmp_path: Path) -> None:
    path = _source(
        tmp_path,
        "1 | Lap so | | | nt | |",
        "2 | Giu so | Hoi La | | 31/13/2031 | |",
    )
    out = tmp_path / "plan.yaml"
    said = _run(str(path), "--out", str(out), "--lang", "en")
    assert "2 tasks (the lead of 0" in said
    text = out.read_text(encoding="utf-8")
    assert "# --- to be looked at ---" in text
    assert "# Leads and deadlines that are not understood:" in text
    made = [line for line in text.splitlines() if "to be filled in" in line]
    assert made
    remarks = [line.rpartition("  # ")[2] for line in text.splitlines() if "  # " in line]
    assert not [remark for remark in remarks if _ACCENTS.search(remark)]
