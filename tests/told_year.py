"""A small working folder whose store has lived through all four stages (một kỳ chấm điểm nhỏ).

So A: cut and restored, a late workbook that superseded an earlier one.  So B: refused.  So C:
corrected, upheld.  So D: nothing but its self-score, and text that means harm.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from cli.folder import Year, open_year
from criteria.assessment.model import Stage
from inputs.store.facts import Batch, Fact, StageEvent, leaf_subject, task_subject
from inputs.store.store import create_store

ASSESSMENT = """\
parindex_assessment: 1
id: thu-2018
title: Chấm điểm thử 2018
province: Tỉnh Thử
year: 2018
sets: {departments: sets/so.yaml, communes: sets/xa.yaml}
units: units.csv
calendar: {self: 2018-12-31, review: 2019-01-31, appeal: 2019-02-15}
contact: Phòng Cải cách hành chính
coordinator: so-noi-vu
reviewers:
  so-noi-vu: {title: Sở Nội vụ}
  so-tu-phap: {title: Sở Tư pháp}
"""

HOSTILE = '=HYPERLINK("http://x";"bấm")'

UNITS = f"""\
unit,name,group,ranked
so-a,Sở A,departments,yes
so-b,Sở B,departments,yes
so-c,Sở C,departments,yes
so-d,"{HOSTILE.replace('"', '""')}",departments,yes
xa-1,Xã Một,communes,yes
xa-2,Xã Hai,communes,no
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
"""

DEPARTMENTS = """\
parindex: 1
id: so
title: Bộ tiêu chí thử
status: reference
year: 2018
group: departments
group_title: Sở, ban, ngành
plan: ke-hoach.yaml
total: 12
grades: [{name: Tốt, at_least: 80, unless: [report_late]}, {name: Yếu}]
inputs:
  due: {type: count, title: Số văn bản phải rà soát}
  done: {type: count, title: Số văn bản đã rà soát, at_most: due}
  late: {type: count, title: Số văn bản trễ, at_most: due}
  heard: {type: points, title: Điểm hội đồng}
  online: {type: percent, title: Tỷ lệ trực tuyến}
  issued: {type: date, title: Ngày ban hành kế hoạch}
  level: {type: choice, title: Mức độ, options: ["Kịp thời, đủ", Chậm]}
  votes: {type: tally, title: Phiếu hỏi, options: [A, B]}
  files: {type: amount, title: Kinh phí, measure: triệu đồng}
  ideas: {type: count, title: Số sáng kiến}
  report_late: {type: yes_no, title: Báo cáo năm bị trễ}
fields:
  - id: "1"
    title: Thể chế
    criteria:
      - {id: "1.1", title: Rà soát, maximum: 2, reviewed_by: so-tu-phap,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
      - {id: "1.2", title: Đúng hạn, maximum: 2, reviewed_by: so-noi-vu,
         rule: {kind: proportional, of: {complement: [late, due]}}}
      - {id: "1.3", title: Hội đồng, maximum: 2, scored_by: reviewer,
         rule: {kind: judged, of: heard, increment: 0.5}}
      - {id: "1.4", title: Nhiệm vụ, maximum: 1,
         rule: {kind: proportional, of: {tasks: {share: done}}}}
  - id: "2"
    title: Kết quả
    criteria:
      - {id: "2.1", title: Trực tuyến, maximum: 1, rule: {kind: relative_to_best, of: online}}
      - {id: "2.2", title: Kế hoạch, maximum: 1,
         rule: {kind: deadline, of: issued, tiers: [{by: 2018-01-31, points: 1}]}}
      - {id: "2.3", title: Mức độ, maximum: 1,
         rule: {kind: choice, of: level, points: {"Kịp thời, đủ": 1, Chậm: 0.5}}}
      - {id: "2.4", title: Khảo sát, maximum: 1, scored_by: survey,
         rule: {kind: answers, of: votes, weights: {A: 100, B: 0}}}
      - {id: "2.5", title: Kinh phí, maximum: 1,
         rule: {kind: steps, of: files, steps: [{at_least: 10, points: 1}]}}
adjustments:
  - {id: T1, title: Sáng kiến, maximum: 1, rule: {kind: per_item, of: ideas, points: 0.5}}
"""

COMMUNES = """\
parindex: 1
id: xa
title: Bộ tiêu chí cấp xã
status: official
year: 2018
group: communes
rounding: {index: 3}
total: 3
inputs:
  due: {type: count, title: Số nhiệm vụ}
  done: {type: count, title: Số nhiệm vụ xong, at_most: due}
fields:
  - id: "1"
    title: Chỉ đạo
    criteria:
      - {id: "1.1", title: Nhiệm vụ, maximum: 3,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
"""


_REASONS = {"heard": "Hội đồng thống nhất"}


def inputs(unit: str, sheet: str = "Tự chấm", /, **values: str | None) -> list[Fact]:
    """Facts of inputs, one below the other from row 10."""
    return [
        Fact(unit, f"input:{name}", value, reason=_REASONS.get(name), sheet=sheet, cell=f"D{row}")
        for row, (name, value) in enumerate(values.items(), start=10)
    ]


def batch(
    stage: Stage,
    kind: str,
    who: str,
    at: str,
    *facts: Fact,
    basis: int | None = None,
    late: bool = False,
) -> Batch:
    return Batch(
        stage=stage,
        kind=kind,  # type: ignore[arg-type]
        who=who,
        file=f"{who}.xlsx",
        sha256=f"{at}{who}".encode().hex().ljust(64, "0")[:64],
        at=datetime.datetime.fromisoformat(at),
        late=late,
        basis=basis,
        facts=facts,
    )


def decided(
    unit: str,
    leaf: str,
    status: str,
    points: str | None = None,
    reason: str | None = None,
    **more: str,
) -> Fact:
    return Fact(
        unit, leaf_subject(leaf), points, status, reason, cell="F9", sheet="Thẩm định", **more
    )  # type: ignore[arg-type]


FIRST = {"due": "3", "done": "3", "late": "0", "online": "80", "issued": "2018-01-30", "ideas": "1"}

SELF = [
    batch("self", "workbook", "so-a", "2018-12-20T01:30", *inputs("so-a", **FIRST)),
    batch("self", "workbook", "so-b", "2018-12-21T03:00", *inputs("so-b", **FIRST, level="Chậm")),
    batch(
        *("self", "workbook", "so-c", "2018-12-21T04:00"),
        *inputs("so-c", **FIRST | {"online": "90", "files": "12.5"}),
        Fact("so-c", task_subject("I.1", "2018-Q1"), "2018-03-15", evidence="Báo cáo 3/BC"),
        Fact("so-c", leaf_subject("1.1"), reason="Đã xong", evidence="BC 12"),
    ),
    batch(
        *("self", "workbook", "so-d", "2018-12-21T05:00"),
        *inputs("so-d", **FIRST),
        Fact("so-d", leaf_subject("1.1"), reason="=1+1\n\x1b[2J@x", evidence="+cmd|' /C calc'!A0"),
    ),
    batch("self", "workbook", "xa-1", "2018-12-21T06:00", *inputs("xa-1", due="3", done="1")),
    batch("self", "workbook", "xa-2", "2018-12-21T06:00", *inputs("xa-2", due="3", done="3")),
    batch(
        *("self", "workbook", "so-a", "2019-01-02T18:00:00"),
        *inputs("so-a", due="3", done="2"),
        late=True,
    ),
]
SEEN = sum(len(each.facts) for each in SELF)
AGREED = [
    *(
        decided(unit, leaf, "agreed")
        for unit in ("so-a", "so-b", "so-c")
        for leaf in ("1.2", "2.2")
    ),
    *(decided(unit, "1.4", "agreed") for unit in ("so-a", "so-b", "so-c")),
    *(decided(unit, "2.3", "agreed") for unit in ("so-a", "so-b", "so-c")),
    *(decided(unit, "2.5", "agreed") for unit in ("so-a", "so-b", "so-c")),
    *(decided(unit, "2.1", "agreed") for unit in ("so-a", "so-b")),
    *(decided(unit, "T1", "agreed") for unit in ("so-a", "so-b", "so-c")),
    decided("xa-1", "1.1", "given", "0.9", "Tròn số"),
    decided("xa-2", "1.1", "agreed"),
]
REVIEW = [
    batch(
        *("review", "review", "so-tu-phap", "2019-01-15T02:00"),
        decided("so-a", "1.1", "given", "0.5", "Thiếu tài liệu"),
        decided("so-b", "1.1", "refused", None, "Số liệu không đúng"),
        *inputs("so-c", "Thẩm định", done="1"),
        basis=SEEN,
    ),
    batch(
        *("review", "review", "so-noi-vu", "2019-01-16T02:00"),
        *AGREED,
        *(fact for unit in ("so-a", "so-b", "so-c", "so-d") for fact in inputs(unit, heard="1.5")),
        Fact("so-c", "input:online", "40", reason="Đếm lại", sheet="Thẩm định", cell="D30"),
        basis=SEEN,
    ),
    batch("review", "record", "so-noi-vu", "2019-01-17T02:00", *inputs("so-a", report_late="no")),
]
APPEAL = [
    batch(
        *("appeal", "appeal", "so-a", "2019-02-10T02:00"),
        decided("so-a", "1.1", "appealed", None, "Đã gửi bổ sung", evidence="CV 7"),
    ),
    batch(
        *("appeal", "appeal", "so-c", "2019-02-10T03:00"),
        decided("so-c", "1.1", "appealed", None, "Xin xem lại"),
    ),
    batch(
        *("appeal", "ruling", "hoi-dong-tham-dinh", "2019-02-14T02:00"),
        decided("so-a", "1.1", "restored", None, "Tài liệu đủ"),
        decided("so-c", "1.1", "upheld", None, "Không đủ căn cứ"),
        basis=SEEN + 60,
    ),
]
FINAL = [batch("final", "record", "so-noi-vu", "2019-02-20T02:00", *inputs("so-b", heard="2"))]
BY_STAGE: dict[Stage, list[Batch]] = {
    "self": SELF,
    "review": REVIEW,
    "appeal": APPEAL,
    "final": FINAL,
}


def make_year(folder: Path, units: str = UNITS) -> Year:
    """A fresh working folder with an empty store, opened."""
    (folder / "sets").mkdir(parents=True)
    (folder / "assessment.yaml").write_text(ASSESSMENT, encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    (folder / "sets" / "so.yaml").write_text(DEPARTMENTS, encoding="utf-8")
    (folder / "sets" / "xa.yaml").write_text(COMMUNES, encoding="utf-8")
    (folder / "sets" / "ke-hoach.yaml").write_text(PLAN, encoding="utf-8")
    create_store(folder / "store.duckdb", "thu-2018")
    return open_year(folder)


def live(year: Year, stages: Sequence[Stage] = ("self", "review", "appeal", "final")) -> None:
    """Let the stages happen one after the other, each but the last of them closed behind it."""
    with year.store(write=True) as store:
        for number, stage in enumerate(stages):
            closed = [
                StageEvent(earlier, True, "so-noi-vu", datetime.datetime(2019, 2, 28))
                for earlier in stages[number - 1 : number]
            ]
            store.add(BY_STAGE[stage], closed)
