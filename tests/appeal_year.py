"""A small working folder in which review has cut something, ready for appeals."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from cli.appeal.opened import Appeals, open_appeals
from cli.folder import Year, open_year
from inputs.store.facts import Batch, Decision, Fact, StageEvent, input_subject, leaf_subject
from inputs.store.store import create_store

REVIEWED = datetime.datetime(2019, 1, 20, 2)

ASSESSMENT = """\
parindex_assessment: 1
id: thu-2018
title: Chấm điểm thử 2018
province: Tỉnh Thử
year: 2018
sets: {g: sets/so.yaml}
units: units.csv
calendar: {self: 2018-12-31, review: 2019-01-31, appeal: 2019-02-15}
contact: Phòng Cải cách hành chính
coordinator: so-noi-vu
reviewers:
  so-noi-vu: {title: Sở Nội vụ}
  so-tu-phap: {title: Sở Tư pháp}
"""

UNITS = """\
unit,name,group
a,Sở A,g
b,=Sở B,g
c,Sở C,g
d,"Sở ""D"", |%7C",g
"""

SET = """\
parindex: 1
id: so
title: Bộ tiêu chí thử
status: reference
year: 2018
group: g
group_title: Sở, ban, ngành
total: 10
grades: [{name: Tốt, at_least: 80}, {name: Khá, at_least: 50}, {name: Yếu}]
inputs:
  due: {type: count, title: Số phải rà soát}
  done: {type: count, title: Số đã rà soát, at_most: due}
  fixed: {type: count, title: Số đã xử lý, at_most: due}
  published: {type: yes_no, title: Đã công khai}
  files: {type: count, title: Số hồ sơ}
  arisen: {type: count, title: Số phát sinh}
  good: {type: count, title: Số làm tốt, at_most: arisen}
  heard: {type: points, title: Điểm hội đồng}
  faults: {type: count, title: Số vi phạm}
fields:
  - id: "1"
    title: Chỉ đạo
    criteria:
      - {id: "1.1", title: Rà soát, maximum: 2, reviewed_by: so-tu-phap,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
      - {id: "1.2", title: "=Xử lý", maximum: 2,
         rule: {kind: proportional, of: {ratio: [fixed, due]}}}
      - {id: "1.3", title: Công khai, maximum: 1, rule: {kind: yes_no, of: published}}
      - {id: "1.4", title: So với đơn vị cao nhất, maximum: 1,
         rule: {kind: relative_to_best, of: files}}
  - id: "2"
    title: Kết quả
    criteria:
      - {id: "2.1", title: Làm tốt, maximum: 2, when_none: exclude,
         rule: {kind: proportional, of: {ratio: [good, arisen]}}}
      - {id: "2.2", title: Hội đồng, maximum: 2, scored_by: reviewer,
         rule: {kind: judged, of: heard, increment: 0.5}}
adjustments:
  - {id: P1, title: Vi phạm, maximum: -1, rule: {kind: per_item, of: faults, points: -0.5}}
"""

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "a": {"due": "3", "done": "2", "fixed": "3", "published": "yes", "files": "10"}
    | {"arisen": "3", "good": "1"},
    "b": {"due": "4", "done": "3", "fixed": "3", "published": "yes", "files": "8"}
    | {"arisen": "2", "good": "2"},
    "c": {"due": "4", "done": "3", "fixed": "3", "published": "yes", "files": "8"}
    | {"arisen": "0", "good": "0"},
    "d": {"due": "8", "done": "4", "fixed": "2", "published": "no", "files": "2"}
    | {"arisen": "2", "good": "1"},
}
"""What the units told; points of a in 1.1: 4/3, in 2.1: 2/3."""

LEAVES = ("1.1", "1.2", "1.3", "1.4", "2.1")


def leaf(unit: str, name: str, status: Decision, points: str | None = None, **more: str) -> Fact:
    """What is said of a leaf; a reason is there unless it is said."""
    reason = more.get("reason", "Thiếu tài liệu")
    return Fact(unit, leaf_subject(name), points, status, reason, more.get("evidence"))


def number(unit: str, name: str, value: str | None, reason: str = "Đối chiếu báo cáo") -> Fact:
    return Fact(unit, input_subject(name), value, None, reason)


def batch(kind: str, who: str, facts: Sequence[Fact], basis: int | None = None) -> Batch:
    stage = {"workbook": "self", "review": "review"}.get(kind, "appeal")
    return Batch(
        stage,  # type: ignore[arg-type]
        kind,  # type: ignore[arg-type]
        who,
        f"{who}.xlsx",
        "0" * 64,
        REVIEWED,
        basis=basis,
        facts=facts,
    )


def make_year(
    folder: Path,
    review: Sequence[Fact] = (),
    answers: Mapping[str, Mapping[str, str]] = ANSWERS,
    assessment: str = ASSESSMENT,
    criteria_set: str = SET,
) -> Year:
    """A working folder: self-scored, agreed to but for what `review` says, review closed."""
    (folder / "sets").mkdir(parents=True)
    (folder / "assessment.yaml").write_text(assessment, encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    (folder / "sets" / "so.yaml").write_text(criteria_set, encoding="utf-8")
    create_store(folder / "store.duckdb", "thu-2018")
    year = open_year(folder)
    with year.store(write=True) as store:
        own = [
            batch(
                "workbook",
                unit,
                [Fact(unit, input_subject(name), value) for name, value in told.items()]
                + [Fact(unit, leaf_subject("1.1"), None, None, "Đã làm", "Báo cáo 12/BC")],
            )
            for unit, told in answers.items()
        ]
        store.add(own)
        agreed = [leaf(unit, name, "agreed") for unit in answers for name in LEAVES]
        heard = [number(unit, "heard", "1.5") for unit in answers]
        counted = [number(unit, "faults", "0") for unit in answers]
        facts = [*agreed, *heard, *counted, *review]
        events = [
            StageEvent("self", True, "so-noi-vu", REVIEWED),
            StageEvent("review", True, "so-noi-vu", REVIEWED),
        ]
        store.add([batch("review", "so-noi-vu", facts, store.last)], events)
    return year


def appeals_of(year: Year) -> Appeals:
    with year.store() as store:
        return open_appeals(year, store, "vi")


def appeal(year: Year, *keys: tuple[str, str]) -> Appeals:
    """Every unit answers these leaves."""
    with year.store(write=True) as store:
        store.add(
            [
                batch(
                    "appeal", unit, [leaf(unit, name, "appealed", reason="Đã có", evidence="QĐ 5")]
                )
                for unit, name in keys
            ]
        )
    return appeals_of(year)


def fill(path: Path, sheet: str, values: Mapping[str, object]) -> None:
    """Type into cells, as a clerk does; texts stay texts."""
    book = openpyxl.load_workbook(path)
    for spot, value in values.items():
        cell = book[sheet][spot]
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
    book.save(path)


def row_of(path: Path, sheet: str, *key: str) -> int:
    """The row of a leaf (unit, leaf) by its hidden key."""
    from inputs.workbooks.appeal_form import case_key

    found = openpyxl.load_workbook(path)[sheet]
    wanted = case_key(*key)
    return next(r for r in range(1, found.max_row + 1) if found.cell(r, 1).value == wanted)
