"""The story of a point: who said what, when and why, in the words that `explain` prints."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from cli.explain import explain, meant_by
from cli.folder import Year
from cli.score import run_folder
from criteria.assessment.model import STAGES, Stage
from criteria.wording import LANGUAGES, has_wording
from inputs.store.facts import Decision
from outputs.explain.story import Story, story, what_was_said
from outputs.explain.voice import Voice
from outputs.run_folder import Run, read_run
from tests.told_year import live, make_year

VI = Voice("vi")
Told = Callable[..., str]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The lived year, scored at its last stage into results/ and at the first into self/."""
    made = make_year(tmp_path_factory.mktemp("year") / "thu")
    live(made)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made.folder)
        run_folder(None, None, language="vi", quiet=True)
        run_folder("self", Path("self"), language="vi", quiet=True)
        yield made


@pytest.fixture(scope="module")
def run(year: Year) -> Run:
    return read_run(year.folder / "results")


@pytest.fixture
def told(year: Year, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """What `parindex explain` prints inside the folder, where the terminal is wide."""
    monkeypatch.setenv("COLUMNS", "160")

    def ask(*words: str, **options: Any) -> str:
        first, second, third = (*words, None, None, None)[:3]
        explain(first or "", second, third, **options)
        return capsys.readouterr().out

    return ask


def story_of(run: Run, unit: str, leaf: str, language: Any = "vi") -> Story:
    group = next(line["group"] for line in run.units if line["unit"] == unit)
    criteria_set = run.set_of(group)
    item = next(each for each in criteria_set.items if each.id == leaf)
    stages = run.stages(unit)[leaf]
    return story(item, criteria_set, run.history(unit, leaf), stages, language)


# --- stories --------------------------------------------------------------------------------------


def test_a_cut_and_restored_point(run: Run) -> None:
    found = story_of(run, "so-a", "1.1")
    assert found.title == "Diễn biến qua các giai đoạn (giờ Việt Nam, UTC+7):"
    assert found.lines[4:] == (
        "15/01/2019 09:00 · Thẩm định · Sở Tư pháp: cho 0,5 điểm, lý do: Thiếu tài liệu "
        "(so-tu-phap.xlsx: Thẩm định!F9)",
        "10/02/2019 09:00 · Giải trình · Sở A: đề nghị xem lại điểm, giải trình: Đã gửi bổ sung; "
        "tài liệu kiểm chứng: CV 7 (so-a.xlsx: Thẩm định!F9)",
        "14/02/2019 09:00 · Kết luận giải trình · Hội đồng thẩm định: chấp nhận giải trình, trở "
        "lại tự chấm, lý do: Tài liệu đủ (hoi-dong-tham-dinh.xlsx: Thẩm định!F9)",
    )
    assert found.points == (
        "Điểm qua các giai đoạn: Tự chấm 1,33 → Thẩm định 0,50 → Cuối cùng 1,33"
    )


def test_a_late_workbook_and_the_one_that_it_superseded(run: Run) -> None:
    lines = story_of(run, "so-a", "1.1").lines
    assert lines[1] == (
        "20/12/2018 08:30 · Tự chấm · Sở A: Số văn bản đã rà soát: 3 "
        "(so-a.xlsx: Tự chấm!D11) [đã có bản sau thay thế]"
    )
    # 18:00 of the day before, by the clock of the store.
    assert lines[3] == (
        "03/01/2019 01:00 · Tự chấm · Sở A: Số văn bản đã rà soát: 2 "
        "(so-a.xlsx: Tự chấm!D11) [nộp trễ]"
    )


def test_a_refused_leaf(run: Run) -> None:
    found = story_of(run, "so-b", "1.1")
    assert found.lines[-1].endswith(
        "Sở Tư pháp: bác, lý do: Số liệu không đúng (so-tu-phap.xlsx: Thẩm định!F9)"
    )
    assert found.points.endswith("Tự chấm 2,00 → Thẩm định (bị bác) → Cuối cùng (bị bác)")


def test_the_appeals_are_told_where_final_changed_their_points(run: Run) -> None:
    assert story_of(run, "so-b", "1.3").points.endswith(
        "Tự chấm (chờ thẩm định) → Thẩm định 1,50 → Giải trình 1,50 → Cuối cùng 2,00"
    )


def test_shared_numbers_tasks_and_notes_of_the_unit(run: Run) -> None:
    shared = story_of(run, "so-c", "1.2").lines[0]
    assert "Số văn bản phải rà soát: 3 (số liệu dùng chung, kê khai ở 1.1)" in shared
    task = story_of(run, "so-c", "1.4").lines[0]
    assert (
        "I.1 – Rà soát văn bản (2018-Q1): hoàn thành ngày 15/03/2018; "
        "tài liệu kiểm chứng: Báo cáo 3/BC (so-c.xlsx)" in task
    )
    note = story_of(run, "so-c", "1.1").lines[2]
    assert "Sở C: giải trình: Đã xong; tài liệu kiểm chứng: BC 12 (so-c.xlsx)" in note


def test_nobody_has_said_anything(run: Run) -> None:
    found = story_of(run, "so-a", "2.4")
    assert found.lines == ("Chưa ai nêu số liệu hay kết luận nào về tiêu chí này.",)
    assert found.points.endswith(
        "Tự chấm (chờ thẩm định) → Thẩm định (chờ thẩm định) → Cuối cùng (chờ thẩm định)"
    )


def test_text_that_means_harm_stays_on_its_line(run: Run) -> None:
    for leaf in ("1.1", "1.2"):
        for line in story_of(run, "so-d", leaf).lines:
            assert line.isprintable()
    assert "giải trình: =1+1 [2J@x; tài liệu" in story_of(run, "so-d", "1.1").lines[-1]


def test_in_english(run: Run) -> None:
    found = story_of(run, "so-a", "1.1", "en")
    assert found.title == "Through the stages (Vietnam time, UTC+7):"
    assert found.lines[3].startswith("2019-01-03 01:00 · Self-score · Sở A: ")
    assert found.lines[3].endswith("[late]")
    assert found.lines[4].startswith(
        "2019-01-15 09:00 · Review · Sở Tư pháp: gave 0.5 points, reason: Thiếu tài liệu"
    )
    assert found.points == "Points by stage: Self-score 1.33 → Review 0.50 → Final 1.33"


# --- every sort of fact ---------------------------------------------------------------------------


def said(run: Run, subject: str, value: str | None = None, /, **more: str | None) -> str:
    """One fact in words, as of leaf 1.1 of a department (or of `leaf`)."""
    criteria_set = run.set_of("departments")
    leaf = more.pop("leaf", None) or "1.1"
    item = next(each for each in criteria_set.items if each.id == leaf)
    fact: dict[str, Any] = {
        "subject": subject,
        "title": "Tên",
        "value": value,
        "decision": None,
        "reason": None,
        "evidence": None,
        "home": leaf,
        "kind": "review",
        "stage": "review",
    }
    return what_was_said(fact | more, item, criteria_set, VI)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("due", "1234", "1.234"),
        ("online", "81.25", "81,25 %"),
        ("files", "12.5", "12,5 triệu đồng"),
        ("issued", "2018-01-30", "30/01/2018"),
        ("report_late", "yes", "có"),
        ("report_late", "no", "không"),
        ("level", "Kịp thời, đủ", "«Kịp thời, đủ»"),
        ("votes:A", "7", "7"),
        ("heard", "1.5", "1,5"),
        # What is of another type, or of no input that the set still has, is told as it stands.
        ("due", "nhiều", "«nhiều»"),
        ("issued", "30/2", "«30/2»"),
        ("report_late", "maybe", "«maybe»"),
        ("online", "ba\nmươi", "«ba mươi»"),
        ("gone", "3", "«3»"),
    ],
)
def test_values_are_spelled_by_their_type(run: Run, column: str, value: str, words: str) -> None:
    assert said(run, f"input:{column}", value) == f"Tên: {words}"


def test_what_is_left_blank_or_taken_back(run: Run) -> None:
    assert said(run, "input:due", stage="self", kind="workbook") == "Tên: để trống"
    typed = {"stage": "self", "reason": "60\x1b[2J"}
    not_taken = said(run, "input:due", kind="workbook", **typed)
    assert not_taken == "Tên: ghi «60 [2J», không được nhận"
    assert said(run, "input:due", kind="record", **typed) == "Tên: để trống, lý do: 60 [2J"
    assert said(run, "input:due", reason="Sai") == "Tên: rút lại số liệu đã nêu, lý do: Sai"
    judged = said(run, "input:heard", "1.5", kind="workbook", stage="self", reason="Hay")
    assert judged == "Tên: 1,5, giải trình: Hay"
    assert said(run, "input:due") == "Tên: rút lại số liệu đã nêu"
    assert said(run, "task:I.1@2018-Q1") == "Tên: chưa báo hoàn thành"
    assert said(run, "task:I.1@2018-Q1", "2018-03-31") == "Tên: hoàn thành ngày 31/03/2018"
    proof = "để trống giải trình và tài liệu kiểm chứng"
    assert said(run, "leaf:1.1", stage="self", kind="workbook") == proof


@pytest.mark.parametrize(
    ("decision", "value", "words"),
    [
        ("agreed", None, "đồng ý với tự chấm"),
        ("given", "1.25", "cho 1,25 điểm"),
        ("given", "rất cao", "cho rất cao"),
        ("refused", None, "bác"),
        ("not_applicable", None, "không áp dụng"),
        ("upheld", None, "giữ nguyên kết quả thẩm định"),
        ("withdrawn", None, "rút lại kết luận"),
    ],
)
def test_decisions_on_a_leaf(run: Run, decision: str, value: str | None, words: str) -> None:
    assert said(run, "leaf:1.1", value, decision=decision) == words
    with_reason = said(run, "leaf:1.1", value, decision=decision, reason="a\nb", evidence="c")
    assert with_reason == f"{words}, lý do: a b; tài liệu kiểm chứng: c"


def test_decisions_on_an_input_and_what_a_unit_takes_back(run: Run) -> None:
    assert said(run, "input:due", decision="refused", reason="x") == "Tên: bác số liệu, lý do: x"
    assert said(run, "input:due", decision="not_applicable") == "Tên: không áp dụng"
    assert said(run, "leaf:1.1", decision="withdrawn", kind="appeal") == "rút giải trình"


def test_every_decision_has_its_words() -> None:
    assert all(has_wording("explain", f"said.{each}") for each in get_args(Decision))
    assert all(has_wording("explain", f"stage.{each}") for each in STAGES)


# --- the command ----------------------------------------------------------------------------------


def test_explain_finds_the_results_of_the_folder(told: Told) -> None:
    whole = told("so-a", "1.1")
    assert "Diễn biến qua các giai đoạn" in whole
    assert whole.splitlines()[-1] == (
        "  • Điểm qua các giai đoạn: Tự chấm 1,33 → Thẩm định 0,50 → Cuối cùng 1,33"
    )
    assert told("results", "so-a", "1.1") == whole
    assert told("so-a", "1.1", run_dir=Path("results")) == whole
    assert told("Sở A", "1.1") == whole


def test_another_run_can_be_asked_for(told: Told) -> None:
    for text in (told("self", "so-a", "1.1"), told("so-a", "1.1", run_dir=Path("self"))):
        assert "Điểm qua các giai đoạn: Tự chấm 1,33" in text
        assert "Thẩm định 0,50" not in text
        assert "Thiếu tài liệu" not in text


def test_a_unit_has_a_column_of_points_for_every_stage(told: Told) -> None:
    lines = told("so-a").splitlines()
    head = next(line for line in lines if "Tiêu chí" in line)
    assert " ".join(head.split()[:9]) == "Tiêu chí Tên Tự chấm Thẩm định Cuối cùng"
    row = next(line for line in lines if line.split()[:1] == ["1.1"])
    assert row.split()[3:8] == ["1,33", "0,50", "1,33", "2", "0,67"]
    waited = next(line for line in lines if line.split()[:1] == ["1.3"])
    assert "chờ thẩm định" in waited
    alone = next(line for line in told("self", "so-a").splitlines() if "Tiêu chí" in line)
    assert alone.split()[3:5] == ["Điểm", "Tối"]


def test_explain_as_data(told: Told) -> None:
    leaf = json.loads(told("so-a", "1.1", json=True))
    assert [(each["stage"], each["points_exact"]) for each in leaf["stages"]] == [
        ("self", "4/3"),
        ("review", "1/2"),
        ("appeal", "4/3"),
        ("final", "4/3"),
    ]
    assert [fact["decision"] for fact in leaf["history"]][-3:] == ["given", "appealed", "restored"]
    assert leaf["history"][4]["when"] == "2019-01-15T02:00:00Z"
    unit = json.loads(told("so-a", json=True))
    assert all(len(each["stages"]) == 4 for each in unit["leaves"])
    assert "history" not in unit


def test_which_words_mean_what(year: Year, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = year.folder / "results"
    assert meant_by(["so-a", None, None], None, "vi") == (own, "so-a", None)
    assert meant_by(["so-a", "1.1", None], None, "vi") == (own, "so-a", "1.1")
    assert meant_by(["self", "so-a", None], None, "vi") == (Path("self"), "so-a", None)
    assert meant_by(["x", "so-a", "1.1"], None, "vi") == (Path("x"), "so-a", "1.1")
    assert meant_by(["self", None, None], tmp_path, "vi") == (tmp_path, "self", None)
    monkeypatch.chdir(tmp_path)
    assert meant_by(["x", "so-a", None], None, "vi") == (Path("x"), "so-a", None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_few_or_too_many_words_are_wrong_use(
    language: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, run_dir, wanted in (
        (["so-a", None, None], None, "UNIT"),
        (["so-a", "1.1", "x"], tmp_path, "`x`"),
    ):
        with pytest.raises(typer.Exit) as ended:
            meant_by(words, run_dir, language)
        assert ended.value.exit_code == 2
        assert wanted in capsys.readouterr().err


def test_a_folder_without_results_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = make_year(tmp_path / "fresh")
    monkeypatch.chdir(fresh.folder)
    with pytest.raises(typer.Exit):
        explain("so-a", "1.1")
    assert "[run-missing]" in capsys.readouterr().err


def test_stages_are_told_in_order_whatever_the_rows_are(run: Run) -> None:
    criteria_set = run.set_of("departments")
    item = criteria_set.items[0]
    rows = list(reversed(run.stages("so-a")["1.1"]))
    wanted: list[Stage] = ["self", "review"]
    few = [row for row in rows if row["stage"] in wanted]
    assert story(item, criteria_set, [], few, "vi").points.endswith("Tự chấm 1,33 → Thẩm định 0,50")
