"""A small working folder (thư mục làm việc nhỏ) with four reviewing agencies, and workbooks."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from cli.folder import Year, open_year
from cli.review.taking import Taken, take
from criteria.problems import Problem
from inputs.store.facts import Batch, Fact
from inputs.store.facts_at import facts_at
from inputs.store.history import history
from inputs.store.in_force import InForce, in_force
from inputs.store.store import create_store
from inputs.workbooks.agencies import agency_title
from inputs.workbooks.manifest import manifest_of
from inputs.workbooks.review_form import FIRST_ROW, GUIDE, ReviewForm, review_forms
from outputs.forms.review_shown import shown_of
from outputs.forms.review_workbook import write_review_workbook
from scoring.score import Scores, score_set

NOW = "2019-01-20T03:00:00"

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
  cap-huyen: {title: UBND cấp huyện, of: parent}
"""

UNITS = """\
unit,name,group,parent,has_procedures
so-a,Sở A,departments,,yes
so-b,=1+1 Sở B,departments,,no
huyen-x,Huyện X,districts,,no
huyen-y,Huyện Y,districts,,no
xa-1,Xã Một,communes,huyen-x,no
xa-2,Xã Hai,communes,huyen-x,no
xa-3,Xã Ba,communes,huyen-y,no
xa-4,Xã Bốn,communes,,no
"""

DEPARTMENTS = """\
parindex: 1
id: so
title: "=2+2 Bộ tiêu chí thử"
status: reference
year: 2018
group: departments
group_title: Sở, ban, ngành
total: 18
inputs:
  due: {type: count, title: "=3+3 Số văn bản phải rà soát"}
  done: {type: count, title: Số văn bản đã rà soát, at_most: due}
  late: {type: count, title: Số văn bản trễ, at_most: due}
  online: {type: percent, title: Tỷ lệ hồ sơ trực tuyến}
  issued: {type: date, title: Ngày ban hành kế hoạch}
  level: {type: choice, title: Mức độ, options: ["Kịp thời, đủ", Chậm, Không]}
  shown: {type: yes_no, title: Đã công khai}
  files: {type: count, title: Số hồ sơ, measure: hồ sơ}
  model: {type: points, title: Điểm mô hình}
  heard: {type: points, title: Điểm hội đồng}
  votes: {type: tally, title: Phiếu hỏi, options: [A, B, C]}
  breaches: {type: count, title: Số vi phạm}
  report_late: {type: yes_no, title: Báo cáo năm bị trễ}
grades:
  - {name: Tốt, at_least: 80, unless: [report_late]}
  - {name: Yếu}
fields:
  - id: "1"
    title: Thể chế
    criteria:
      - {id: "1.1", title: Rà soát, maximum: 4, evidence: required, reviewed_by: so-tu-phap,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
      - {id: "1.2", title: Đúng hạn, maximum: 2, reviewed_by: so-noi-vu,
         rule: {kind: proportional, of: {complement: [late, due]}}}
      - {id: "1.3", title: "=4+4 Hội đồng", maximum: 2, scored_by: reviewer,
         reviewed_by: so-tu-phap, rule: {kind: judged, of: heard, increment: 0.5}}
  - id: "2"
    title: Kết quả
    criteria:
      - {id: "2.1", title: Trực tuyến, maximum: 2, rule: {kind: proportional, of: online}}
      - {id: "2.2", title: Kế hoạch, maximum: 1,
         rule: {kind: deadline, of: issued, tiers: [{by: 2018-01-31, points: 1}]}}
      - {id: "2.3", title: Mức độ, maximum: 1, reviewed_by: so-tu-phap,
         rule: {kind: choice, of: level, points: {"Kịp thời, đủ": 1, Chậm: 0.5, Không: 0}}}
      - {id: "2.4", title: Thủ tục, maximum: 1, applies_to: has_procedures,
         rule: {kind: per_item, of: files, points: 0.1}}
      - {id: "2.5", title: Mô hình, maximum: 2, reviewed_by: so-tu-phap,
         rule: {kind: judged, of: model, increment: 0.25}}
      - {id: "2.6", title: Khảo sát, maximum: 2, scored_by: survey, reviewed_by: so-tu-phap,
         rule: {kind: answers, of: votes, weights: {A: 100, B: 50, C: 0}}}
      - {id: "2.7", title: Công khai, maximum: 1, rule: {kind: yes_no, of: shown}}
adjustments:
  - {id: P1, title: Vi phạm, maximum: -1, rule: {kind: per_item, of: breaches, points: -0.5}}
"""

COMMUNES = """\
parindex: 1
id: xa
title: Bộ tiêu chí cấp xã
status: official
year: 2018
group: communes
group_title: Xã, phường, thị trấn
total: 4
inputs:
  due: {type: count, title: Số nhiệm vụ}
  done: {type: count, title: Số nhiệm vụ xong, at_most: due}
  opened: {type: yes_no, title: Đã mở trang}
fields:
  - id: "1"
    title: Chỉ đạo
    criteria:
      - {id: "1.1", title: Nhiệm vụ, maximum: 2, reviewed_by: cap-huyen,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
      - {id: "1.2", title: Trang, maximum: 1, rule: {kind: yes_no, of: opened}}
      - {id: "1.3", title: Tiến độ, maximum: 1, scored_by: reviewer,
         rule: {kind: proportional, of: {ratio: [done, due]}}}
"""

ANSWERS: Mapping[str, str] = {
    "due": "60",
    "done": "48",
    "late": "6",
    "online": "81.25",
    "issued": "2018-01-30",
    "level": "Chậm",
    "shown": "yes",
    "files": "7",
    "model": "1.25",
}
"""What so-a and so-b report."""

Edit = Mapping[tuple[str, str], Any]
"""(key, column) -> what is typed there; None clears it."""


def key(kind: str, unit: str, *parts: str) -> str:
    return "|".join([kind, unit, *parts])


def leaf(unit: str, name: str) -> str:
    return key("leaf", unit, name)


@dataclass
class World:
    """The folder; `number` counts the files that were sent."""

    year: Year
    number: int = 0

    @property
    def forms(self) -> Mapping[str, ReviewForm]:
        sets = [each.set for each in self.year.sets]
        return review_forms(self.year.assessment, sets, self.year.units).forms

    def report(self, unit: str, values: Mapping[str, str | None], proof: str | None = None) -> None:
        """What a unit says of itself, straight into the store."""
        facts = [Fact(unit, f"input:{n}", v, sheet="Tự chấm", cell="D9") for n, v in values.items()]
        if proof is not None:
            facts.append(Fact(unit, "leaf:1.1", reason="=5+5 giải trình", evidence=proof))
        at = datetime.datetime(2018, 12, 20, 3)
        batch = Batch("self", "workbook", unit, f"{unit}.xlsx", "0" * 64, at, facts=facts)
        with self.year.store(write=True) as store:
            store.add([batch])

    def make(self, agency: str, path: Path | None = None) -> Path:
        """The agency's workbook, with all that the store holds now."""
        form, year = self.forms[agency], self.year
        sets = [each.set for each in year.sets]
        with year.store() as store:
            told, basis, seal = history(store), store.last, store.seal
        shown = shown_of(told, year.assessment, sets, year.units, str(year.store_path))
        manifest = manifest_of("review", year.assessment.id, agency, form.sets, form.layout, basis)
        title = agency_title(year.assessment, year.units.by_id, agency)
        target = path or self.fresh()
        rows = manifest.rows(seal)
        write_review_workbook(target, form, title, year.assessment, rows, shown)
        return target

    def ready(self, agency: str) -> Path:
        """Where the workbook of an agency lies that was made with the folder."""
        return self.year.folder / f"san-{agency}.xlsx"

    def fresh(self) -> Path:
        self.number += 1
        return self.year.folder / f"gui-{self.number:02}.xlsx"

    def fill(
        self,
        path: Path,
        edits: Edit,
        bulk: str | None = None,
        change: Callable[[Any], None] | None = None,
    ) -> Path:
        """A filled copy of a workbook; `change`: whatever else is done to it."""
        book = openpyxl.load_workbook(path)
        rows = {
            sheet.cell(number, 1).value: (sheet, number)
            for sheet in book.worksheets
            if sheet.title not in (GUIDE,)
            for number in range(FIRST_ROW, sheet.max_row + 1)
        }
        for (name, column), value in edits.items():
            sheet, number = rows[name]
            sheet[f"{column}{number}"] = value
        if bulk is not None:
            book[GUIDE]["C8"] = bulk
        if change is not None:
            change(book)
        target = self.fresh()
        book.save(target)
        return target

    def collect(self, *paths: Path) -> list[Taken]:
        with self.year.store(write=True) as store:
            return take(self.year, store, paths, lambda: None)

    def send(self, agency: str, edits: Edit, bulk: str | None = None) -> Taken:
        """Make, fill, collect."""
        return self.collect(self.fill(self.make(agency), edits, bulk))[0]

    def in_force(self, stage: str = "review") -> InForce:
        with self.year.store() as store:
            return in_force(store, stage)  # type: ignore[arg-type]

    def decision(self, unit: str, name: str) -> tuple[str | None, str | None, str | None] | None:
        """Decision, points and reason in force of a leaf; None: none."""
        rows = self.in_force().leaves.filter(unit=unit, leaf=name)
        found = rows.select("decision", "points", "reason").rows()
        return found[0] if found else None

    def value(self, unit: str, column: str) -> tuple[str, str] | None:
        """Value and stage in force of an input; None: none."""
        rows = self.in_force().answers.filter(unit=unit, column=column)
        found = rows.select("value", "stage").rows()
        return found[0] if found else None

    def scores(self, set_id: str = "so", stage: str = "review") -> Scores:
        sets = [each.set for each in self.year.sets]
        with self.year.store() as store:
            intake = facts_at(store, stage, self.year.assessment, sets, self.year.units)  # type: ignore[arg-type]
        return score_set(intake.facts[set_id])

    def state(self, unit: str, name: str) -> tuple[str, str | None]:
        """State and exact points of a leaf at stage review."""
        from scoring.ledger import leaf_results

        scores = self.scores("so" if unit.startswith("so") else "xa")
        term = next(each for each in scores.terms if each.item.id == name)
        at = scores.frame["unit"].to_list().index(unit)
        result = leaf_results(scores, term)[at]
        return result.state, None if result.points is None else str(result.points)


def make_world(folder: Path, assessment: str = ASSESSMENT, units: str = UNITS) -> World:
    """A fresh working folder; so-a and so-b have reported."""
    (folder / "sets").mkdir(parents=True)
    (folder / "assessment.yaml").write_text(assessment, encoding="utf-8")
    (folder / "units.csv").write_text(units, encoding="utf-8")
    (folder / "sets" / "so.yaml").write_text(DEPARTMENTS, encoding="utf-8")
    (folder / "sets" / "xa.yaml").write_text(COMMUNES, encoding="utf-8")
    create_store(folder / "store.duckdb", "thu-2018")
    world = World(open_year(folder))
    for unit in ("so-a", "so-b"):
        world.report(unit, ANSWERS, "=6+6 Báo cáo 12/BC ngày 05/12/2018")
    return world


def codes(problems: Sequence[Problem]) -> list[str]:
    return [problem.code for problem in problems]
