"""`parindex plan ...` as people call it: exit codes, streams, languages, files whole or not."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from criteria.packs import LIBRARY
from tests.test_cli import ROOT, parindex
from tests.test_outputs_plan import PLAN, UNITS

PROGRESS = """\
unit,task,instance,done_on,evidence
so-a,I.1,,20/03/2018,Báo cáo số 5
so-a,I.2,,02/07/2018,
so-a,quarterly,2018-Q1,09/04/2018,
"""
AS_OF = ("--as-of", "2018-07-10")
DONG_NAI = LIBRARY / "dong-nai-2017" / "departments.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "units.csv").write_text(UNITS, encoding="utf-8")
    (tmp_path / "progress.csv").write_text(PROGRESS, encoding="utf-8")
    return tmp_path


# --- show -----------------------------------------------------------------------------------------


def test_show_a_plan(folder: Path) -> None:
    done = parindex("plan", "show", "plan.yaml", *AS_OF, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    for words in (
        "1/KH-UBND",
        "từ 92,5 % trở lên",
        "sở, ban, ngành",
        "Thủ tục",
        "Báo cáo quý",
        "Sở Nội vụ",
        "Huyện Tây",
        "mọi việc được coi là chưa xong",
        "II.3",
    ):
        assert words in done.stdout
    english = parindex("plan", "show", ".", *AS_OF, "--lang", "en", cwd=folder)
    assert "92.5% or more" in english.stdout
    assert "everything counts as not done" in english.stdout


def test_show_what_a_unit_owes(folder: Path) -> None:
    words = ("plan", "show", "plan.yaml", "--unit", "sở nội vụ", "--progress", "progress.csv")
    done = parindex(*words, *AS_OF, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    shown = done.stdout
    assert "1 việc trễ, 2 sắp đến, 3 đã xong, 1 chưa có ngày" in shown
    assert shown.index("trễ 10 ngày") < shown.index("còn 82 ngày") < shown.index("xong 20/03/2018")
    for part in ("xong 02/07/2018, trễ 2", "xong 09/04/2018, trễ 9", "chưa có ngày", "PL.I.1"):
        assert part in shown
    assert "coi là chưa xong" not in shown
    assert "Báo cáo số 5" in shown
    told = json.loads(parindex(*words, *AS_OF, "--json", cwd=folder).stdout)["owed"]
    assert {each["task"]: each["evidence"] for each in told}["I.1"] == "Báo cáo số 5"
    before = parindex(*words, "--as-of", "2018-03-01", cwd=folder).stdout
    assert "Báo cáo số 5" not in before
    assert "phối hợp" not in shown.split("--partners")[0]


def test_show_what_a_unit_helps_with(folder: Path) -> None:
    words = ("plan", "show", "plan.yaml", "--unit", "so-b", "--partners", *AS_OF)
    done = parindex(*words, cwd=folder)
    assert "phối hợp" in done.stdout
    assert "không báo cáo ở đây" in done.stdout
    as_json = json.loads(parindex(*words, "--json", cwd=folder).stdout)
    roles = {(each["task"], each["role"]) for each in as_json["owed"]}
    assert roles == {
        ("I.1", "partner"),
        ("I.2", "lead"),
        ("II.3", "partner"),
        ("quarterly", "lead"),
    }


def test_show_for_machines_is_the_same_in_both_languages(folder: Path) -> None:
    for unit in ((), ("--unit", "h-1")):
        words = ("plan", "show", "plan.yaml", *unit, *AS_OF, "--json")
        vi, en = (parindex(*words, "--lang", each, cwd=folder).stdout for each in ("vi", "en"))
        assert vi == en
    owed = json.loads(vi)
    assert len(owed["owed"]) == 52
    assert owed["counts"] == {"late": 27, "coming": 25, "done": 0, "undated": 0}
    assert owed["owed"][0] | {"title": ""} == {
        "kind": "tasks",
        "task": "II.1",
        "title": "",
        "section": "II",
        "product": None,
        "role": "lead",
        "deadline": "Định kỳ hàng tuần",
        "instance": "2018-W01",
        "first": "2018-01-01",
        "due": "2018-01-07",
        "state": "late",
        "days": 184,
        "done_on": None,
        "evidence": None,
        "basis": "PL.II.1",
    }
    whole = json.loads(parindex("plan", "show", "plan.yaml", "--json", cwd=folder).stdout)
    target = whole["plan"]["targets"][0]
    assert (target["comparison"], target["value"], target["percent"]) == ("at_least", "37/40", True)
    assert whole["without_unit"] == ["II.3"]


def test_show_without_units_shows_the_plan_alone(folder: Path) -> None:
    (folder / "units.csv").unlink()
    done = parindex("plan", "show", "plan.yaml", cwd=folder)
    assert done.returncode == 0
    assert "--units" in done.stdout
    one = parindex("plan", "show", "plan.yaml", "--unit", "so-a", cwd=folder)
    assert (one.returncode, one.stdout) == (1, "")
    assert "plan-units-missing" in one.stderr


# --- check ----------------------------------------------------------------------------------------


def test_check_a_plan(folder: Path) -> None:
    done = parindex("plan", "check", "plan.yaml", "--verbose", cwd=folder)
    assert done.returncode == 0
    assert "ĐẠT   plan.yaml: mau-2018, 5 nhiệm vụ, 1 báo cáo định kỳ, 115 lượt" in done.stdout
    assert "3 có ngày; 2 định kỳ; 1 có điều kiện" in done.stdout
    assert "đến 31/03/2018" in done.stdout
    assert "UBND cấp huyện (2 đơn vị)" in done.stdout
    assert "[lead-outside]" in done.stderr
    assert "0 lỗi, 1 lưu ý" in done.stderr


def test_check_names_every_fault_with_its_line(folder: Path) -> None:
    broken = PLAN.replace("lead: Các sở", "lead: Hội Hoa Lan").replace("Quý II", "Quý V")
    (folder / "plan.yaml").write_text(broken, encoding="utf-8")
    done = parindex("plan", "check", "plan.yaml", cwd=folder)
    assert done.returncode == 1
    assert done.stdout.startswith("HỎNG  plan.yaml")
    lines = broken.splitlines()
    for code, part in (
        ("lead-unknown", "Hội Hoa Lan"),
        ("deadline-unknown", "Quý V"),
    ):
        line = next(n for n, text in enumerate(lines, start=1) if part in text)
        (found,) = [text for text in done.stderr.splitlines() if f"[{code}]" in text]
        assert f"plan.yaml:{line}:" in found
    told = json.loads(parindex("plan", "check", "plan.yaml", "--json", cwd=folder).stdout)
    codes = {problem["code"] for problem in told["problems"] if not problem["advice"]}
    assert codes == {"lead-unknown", "deadline-unknown"}
    assert told["plans"][0]["ok"] is False


def test_check_says_what_the_plan_leaves_open(folder: Path) -> None:
    open_ = PLAN.replace("     deadline: Tháng 2/2018}", "     basis: x}")
    open_ = open_.replace("lead: Các sở, ", "")
    (folder / "plan.yaml").write_text(open_, encoding="utf-8")
    done = parindex("plan", "check", "plan.yaml", cwd=folder)
    assert done.returncode == 0
    lines = open_.splitlines()
    for code, part in (
        ("deadline-missing", "id: II.3"),
        ("lead-outside", "id: II.3"),
        ("lead-missing", "id: quarterly"),
    ):
        line = next(n for n, text in enumerate(lines, start=1) if part in text)
        (found,) = [text for text in done.stderr.splitlines() if f"[{code}]" in text]
        assert f"plan.yaml:{line}:" in found


@pytest.mark.parametrize("pack", ["dong-nai-2017", "tien-giang-2018"])
def test_the_plans_of_packs_are_right(pack: str) -> None:
    done = parindex("plan", "check", pack, "--json")
    assert done.returncode == 0
    (told,) = json.loads(done.stdout)["plans"]
    assert told["ok"] is True
    assert told["tasks"] == {"dong-nai-2017": 24, "tien-giang-2018": 55}[pack]


# --- calendar, export -----------------------------------------------------------------------------


def test_calendars_of_a_unit_of_all_and_of_each(folder: Path) -> None:
    words = ("plan", "calendar", "plan.yaml", "--out")
    assert parindex(*words, "all.ics", cwd=folder).returncode == 0
    assert parindex(*words, "one.ics", "--unit", "Sở Nội vụ", cwd=folder).returncode == 0
    each = parindex(*words, "each", cwd=folder)
    assert (each.returncode, each.stderr) == (0, "")
    names = sorted(path.name for path in (folder / "each").iterdir())
    assert names == ["h-1.ics", "h-2.ics", "so-a.ics", "so-b.ics"]
    assert (folder / "one.ics").read_bytes() == (folder / "each" / "so-a.ics").read_bytes()
    assert "Sở Nội vụ; Sở Tư pháp" in (
        (folder / "all.ics").read_text(encoding="utf-8").replace("\n ", "").replace("\\;", ";")
    )


def test_a_unit_that_owes_nothing_gets_no_calendar(folder: Path) -> None:
    (folder / "units.csv").write_text(UNITS + "x-1,Xã Nam,communes\n", encoding="utf-8")
    done = parindex("plan", "calendar", "plan.yaml", "--out", "each", cwd=folder)
    assert "1 đơn vị không có việc" in done.stdout
    assert len(list((folder / "each").iterdir())) == 4
    none = parindex("plan", "calendar", ".", "--unit", "x-1", "--out", "x.ics", cwd=folder)
    assert none.returncode == 0
    assert not (folder / "x.ics").exists()


def test_calendars_without_their_library(folder: Path) -> None:
    (folder / "icalendar.py").write_text("raise ModuleNotFoundError('icalendar')", encoding="utf-8")
    done = parindex("plan", "calendar", "plan.yaml", "--out", "all.ics", cwd=folder)
    assert done.returncode == 1
    assert "parindex[plan]" in done.stderr
    assert not (folder / "all.ics").exists()


def test_export_a_workbook(folder: Path) -> None:
    done = parindex("plan", "export", "plan.yaml", "--out", "new/kh.xlsx", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "115 lượt phải làm của 4 đơn vị" in done.stdout
    again = parindex("plan", "export", "plan.yaml", "--out", "b.xlsx", "--json", cwd=folder)
    assert json.loads(again.stdout)["instances"] == 115
    assert (folder / "new" / "kh.xlsx").read_bytes() == (folder / "b.xlsx").read_bytes()
    assert [path.name for path in (folder / "new").iterdir()] == ["kh.xlsx"]


# --- draft ----------------------------------------------------------------------------------------

TEXT = """\
ỦY BAN NHÂN DÂN
TỈNH MẪU
Số: 12/KH-UBND
Mẫu, ngày 05 tháng 01 năm 2018
KẾ HOẠCH
Cải cách hành chính năm 2018
I. MỤC TIÊU
1. Phấn đấu 90% hồ sơ được giải quyết đúng hạn.
PHỤ LỤC
STT | Nội dung công việc | Cơ quan chủ trì | Cơ quan phối hợp | Thời gian hoàn thành |
I | Cải cách thể chế | | | |
1 | Rà soát văn bản | Sở Tư pháp | Các sở, ngành | Quý II/2018 |
2 | Tập huấn công chức | Sở Nội vụ | Các sở, ngành | Tháng 9/2018 |
"""


def test_draft_a_plan_and_never_over_another(folder: Path) -> None:
    (folder / "kh.txt").write_text(TEXT, encoding="utf-8")
    done = parindex("plan", "draft", "kh.txt", "--out", "draft.yaml", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert "2 nhiệm vụ" in done.stdout
    assert "plan check draft.yaml" in done.stdout
    text = (folder / "draft.yaml").read_text(encoding="utf-8")
    assert "Sở Tư pháp" in text
    again = parindex("plan", "draft", "kh.txt", "--out", "plan.yaml", cwd=folder)
    assert again.returncode == 1
    assert "out-exists" in again.stderr
    assert (folder / "plan.yaml").read_text(encoding="utf-8") == PLAN
    words = ("plan", "draft", "kh.txt", "--out", "plan.yaml", "--force", "--json")
    forced = json.loads(parindex(*words, cwd=folder).stdout)
    assert forced["counts"]["tasks"] == 2
    assert (folder / "plan.yaml").read_text(encoding="utf-8") == text
    itself = parindex("plan", "draft", "kh.txt", "--out", "./kh.txt", "--force", cwd=folder)
    assert "out-is-source" in itself.stderr
    assert (folder / "kh.txt").read_text(encoding="utf-8") == TEXT


# --- wrong use ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("plan",), 2),
        (("plan", "nothing"), 2),
        (("plan", "show"), 2),
        (("plan", "show", "plan.yaml", "--as-of", "2018-02-30"), 2),
        (("plan", "show", "no-such-plan"), 1),
        (("plan", "show", "no-such.yaml"), 1),
        (("plan", "show", "units.csv"), 1),
        (("plan", "show", "national-2020"), 1),
        (("plan", "show", "plan.yaml", "--unit", "Sở Nội"), 1),
        (("plan", "show", "plan.yaml", "--progress", "no.csv"), 1),
        (("plan", "show", "plan.yaml", "--units", "no.csv"), 1),
        (("plan", "check"), 2),
        (("plan", "calendar", "plan.yaml"), 2),
        (("plan", "calendar", "plan.yaml", "--out", "units.csv"), 1),
        (("plan", "export", "plan.yaml", "--out", "kh.pdf"), 2),
        (("plan", "draft", "no.txt", "--out", "new.yaml"), 1),
        (("plan", "draft", "plan.yaml"), 2),
    ],
)
def test_what_is_wrong_is_told_without_a_traceback(
    folder: Path, words: tuple[str, ...], code: int
) -> None:
    before = sorted(path.name for path in folder.iterdir())
    done = parindex(*words, cwd=folder)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "lỗi của chương trình" not in done.stderr
    assert done.stderr or "Usage" in done.stdout
    assert sorted(path.name for path in folder.iterdir()) == before


def test_every_help_has_an_example() -> None:
    for name in ("show", "check", "calendar", "export", "draft"):
        for language in ("vi", "en"):
            told = parindex("plan", name, "--lang", language, "--help", cwd=ROOT).stdout
            assert f"parindex plan {name} " in " ".join(told.split())


# --- what is worth a look, and what scoring says of the day ---------------------------------------


def test_check_advises_on_what_leads_nowhere(tmp_path: Path) -> None:
    text = """\
parindex_plan: 1
id: p
title: Kế hoạch
signed: 2017-12-29
province: Mẫu
starts: 2018-01-01
ends: 2018-12-31
sections: [{id: I, title: Mục}]
targets:
  nobody: {title: Không ràng buộc ai, at_least: 90%}
  early: {title: Năm trước, at_least: 90%, binds: communes, by: Quý IV/2017}
  noted: {title: Đã xem, at_least: 90%, note: Chưa rõ ràng buộc ai.}
tasks:
  - {id: I.1, section: I, title: A, lead: UBND cấp xã, partners: Hội X, deadline: Quý I/2108}
  - {id: I.2, section: I, title: Hai, lead: Các sở, partners: Hội Làm vườn, note: Đã xem.}
"""
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "units.csv").write_text("unit,name,group\nx,Xã X,Xã\n", encoding="utf-8")
    done = parindex("plan", "check", "plan.yaml", "--json", cwd=tmp_path)
    found = {(p["code"], p["line"]) for p in json.loads(done.stdout)["problems"]}
    assert found == {
        ("target-binds-nobody", 10),
        ("target-before", 11),
        ("partner-unknown", 14),
        ("deadline-outside", 14),
        ("group-without-units", None),
    }
    assert done.returncode == 0


def test_a_folder_with_a_plan_alone_has_no_set(folder: Path) -> None:
    done = parindex("check", ".", cwd=folder)
    assert done.returncode == 1
    assert "[set-not-found]" in done.stderr
    named = parindex("check", "plan.yaml", cwd=folder)
    assert "[set-is-plan]" in named.stderr
    assert "[plan-is-set]" in parindex("plan", "check", DONG_NAI, cwd=folder).stderr


def test_a_score_as_of_a_day_says_so_wherever_it_is_shown(tmp_path: Path) -> None:
    parindex("demo", "tien-giang-2018", "--out", tmp_path / "demo")
    made = tmp_path / "demo"
    files = ("--units", made / "units.csv", "--answers", made / "answers.csv")
    files += ("--progress", made / "progress.csv", "--out", tmp_path / "june")
    words = "nhiệm vụ tính đến 30/06/2018"
    shown = parindex("score", made / "sets", *files, "--as-of", "30/06/2018")
    assert (shown.returncode, words in shown.stdout) == (0, True)
    assert words in parindex("explain", tmp_path / "june", "so-noi-vu").stdout
    assert "tính đến" not in parindex("explain", made, "so-noi-vu").stdout
    sheet = openpyxl.load_workbook(tmp_path / "june" / "results.xlsx").worksheets[0]
    texts = [str(cell.value) for row in sheet.iter_rows(max_row=12) for cell in row if cell.value]
    assert any("Nhiệm vụ tính đến ngày 30/06/2018" in text for text in texts)
    wrong = parindex("score", made / "sets", *files, "--as-of", "30-06")
    assert (wrong.returncode, "30-06" in wrong.stderr) == (2, True)


def test_a_plan_may_not_take_the_file_name_of_a_set(tmp_path: Path) -> None:
    for name in ("communes.yaml", "plan.yaml", "units.csv"):
        text = (DONG_NAI.parent / name).read_text(encoding="utf-8")
        text = text.replace("id: dong-nai-2017-communes", "id: Plan")
        (tmp_path / name).write_text(text, encoding="utf-8")
    files = ("--units", "units.csv", "--answers", "units.csv", "--out", "o")
    done = parindex("score", "communes.yaml", *files, cwd=tmp_path)
    assert "[plan-name-taken]" in done.stderr
    assert not (tmp_path / "o").exists()
