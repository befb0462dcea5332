"""A small working folder (thư mục nhỏ) with every type of input, and its workbooks filled."""

from __future__ import annotations

import datetime
import io
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from cli.folder import Year, open_year
from inputs.store.store import create_store
from inputs.workbooks.desk import Desk
from inputs.workbooks.manifest import manifest_of
from outputs.forms.self_filled import Done, Filled, Proof
from outputs.forms.self_workbook import write_self_workbook

NOW = "2018-12-20T03:00:00"
TODAY = datetime.date(2018, 12, 20)

ASSESSMENT = """\
parindex_assessment: 1
id: thu-2018
title: Chấm điểm thử 2018
province: Tỉnh Thử
year: 2018
sets: {departments: sets/so.yaml}
units: units.csv
calendar: {self: 2018-12-31, review: 2019-01-31, appeal: 2019-02-15}
contact: Phòng Cải cách hành chính
coordinator: so-noi-vu
reviewers:
  so-noi-vu: {title: Sở Nội vụ}
"""

UNITS = """\
unit,name,group
so-a,Sở A,departments
so-b,Sở B,departments
so-c,Sở C,departments
"""

PLAN = """\
parindex_plan: 1
id: ke-hoach
title: Kế hoạch thử
signed: 2017-12-29
province: Tỉnh Thử
starts: 2018-01-01
ends: 2018-12-31
sections:
  - {id: I, title: Thể chế, field: institutions}
tasks:
  - {id: I.1, section: I, title: Rà soát văn bản, lead: Các sở, deadline: Quý I/2018}
  - {id: I.2, section: I, title: Báo cáo quý, lead: Các sở, deadline: Định kỳ hàng quý}
  - {id: I.3, section: I, title: Đề án, lead: Các sở, deadline: Theo hướng dẫn của Bộ Nội vụ}
"""

SET = """\
parindex: 1
id: so
title: Bộ tiêu chí thử
status: reference
year: 2018
group: departments
group_title: Sở, ban, ngành
plan: ke-hoach.yaml
total: 24
inputs:
  due: {type: count, title: Số văn bản phải rà soát}
  done: {type: count, title: Số văn bản đã rà soát, at_most: due}
  spent: {type: amount, title: Kinh phí, measure: triệu đồng, range: [0, 100000]}
  online: {type: percent, title: Tỷ lệ hồ sơ trực tuyến}
  issued: {type: date, title: Ngày ban hành kế hoạch}
  published: {type: yes_no, title: Đã công khai}
  level: {type: choice, title: Mức độ, options: [Kịp thời, Chậm, Không]}
  votes: {type: tally, title: Phiếu hỏi công chức, options: [A, B, C]}
  model: {type: points, title: Điểm mô hình hay}
  heard: {type: points, title: Điểm hội đồng}
  ideas: {type: count, title: Số sáng kiến}
fields:
  - id: "1"
    title: Chỉ đạo
    criteria:
      - {id: "1.1", title: Rà soát, maximum: 4, evidence: required,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
      - {id: "1.2", title: Kinh phí, maximum: 2,
         rule: {kind: steps, of: spent,
                steps: [{at_least: 100, points: 2}, {at_least: 50, points: 1}]}}
      - {id: "1.3", title: Trực tuyến, maximum: 3,
         rule: {kind: proportional, of: online, full_at: 90%}}
      - {id: "1.4", title: Ban hành kế hoạch, maximum: 2,
         rule: {kind: deadline, of: issued,
                tiers: [{by: 2018-01-31, points: 2}, {by: 2018-03-31, points: 1}]}}
      - {id: "1.5", title: Nhiệm vụ, maximum: 3,
         rule: {kind: proportional, of: {tasks: {share: on_time}}}}
  - id: "2"
    title: Kết quả
    criteria:
      - {id: "2.1", title: Công khai, maximum: 1, rule: {kind: yes_no, of: published}}
      - {id: "2.2", title: Mức độ, maximum: 2,
         rule: {kind: choice, of: level, points: {Kịp thời: 2, Chậm: 1, Không: 0}}}
      - {id: "2.3", title: Công chức, maximum: 3,
         rule: {kind: answers, of: votes, weights: {A: 100, B: 50, C: 0}}}
      - {id: "2.4", title: Mô hình hay, maximum: 2,
         rule: {kind: judged, of: model, increment: 0.25}}
      - {id: "2.5", title: Hội đồng, maximum: 2, scored_by: reviewer,
         rule: {kind: judged, of: heard, increment: 0.5}}
adjustments:
  - {id: T1, title: Sáng kiến, maximum: 1, rule: {kind: per_item, of: ideas, points: 0.5}}
  - {id: T2, title: Nhiều sáng kiến, maximum: 1,
     rule: {kind: steps, of: ideas, steps: [{at_least: 3, points: 1}]}}
"""

ANSWERS: Mapping[str, object] = {
    "due": 60,
    "done": 48,
    "spent": Fraction("75.5"),
    "online": Fraction("81.25"),
    "issued": datetime.date(2018, 1, 30),
    "published": True,
    "level": "Chậm",
    "votes:A": 31,
    "votes:B": 52,
    "votes:C": 7,
    "model": Fraction("1.25"),
    "ideas": 1,
}
SPELLED: Mapping[str, str] = {
    "due": "60",
    "done": "48",
    "spent": "75.5",
    "online": "81.25",
    "issued": "2018-01-30",
    "published": "yes",
    "level": "Chậm",
    "votes:A": "31",
    "votes:B": "52",
    "votes:C": "7",
    "model": "1.25",
    "ideas": "1",
}
"""The same as facts spell them."""

PROOFS = {
    "1.1": Proof("Báo cáo 12/BC-SA ngày 05/12/2018", None),
    "2.4": Proof(None, "Mô hình một cửa tại hai đơn vị"),
}
DONE = {
    ("I.1", "2018-Q1"): Done(datetime.date(2018, 3, 15), "Báo cáo 3/BC"),
    ("I.2", "2018-Q1"): Done(datetime.date(2018, 3, 30)),
    ("I.2", "2018-Q2"): Done(datetime.date(2018, 7, 2)),
}
FILLED = Filled(ANSWERS, PROOFS, DONE)  # type: ignore[arg-type]


def make_year(folder: Path, criteria_set: str = SET, units: str = UNITS) -> Year:
    """A fresh working folder, opened."""
    (folder / "sets").mkdir(parents=True)
    (folder / "assessment.yaml").write_text(ASSESSMENT, encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    (folder / "sets" / "so.yaml").write_text(criteria_set, encoding="utf-8")
    (folder / "sets" / "ke-hoach.yaml").write_text(PLAN, encoding="utf-8")
    create_store(folder / "store.duckdb", "thu-2018")
    return open_year(folder)


def workbook_of(desk: Desk, unit: str, filled: Filled = FILLED) -> bytes:
    """The unit's workbook as `make` writes it, with these answers in it."""
    form = desk.form(desk.units[unit])
    manifest = manifest_of("self", desk.assessment.id, unit, [form.set], form.layout, 0)
    stream = io.BytesIO()
    rows = manifest.rows(desk.secret)
    write_self_workbook(stream, form, desk.assessment, rows, filled=filled)
    return stream.getvalue()
