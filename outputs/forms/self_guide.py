"""The first sheet of a unit's workbook (trang Hướng dẫn): how, by when, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inputs.workbooks.form import FORM, SUMMARY, TASKS, Form
from outputs.forms.looks import SelfFormats
from outputs.forms.self_cells import FREE, put_text
from outputs.forms.self_words import VOICE, SetWords, height, say
from outputs.sheets import A4, set_up_page

_LABEL, _BODY = "B", "C"
_LABEL_WIDTH, _BODY_WIDTH = 24.0, 108.0


@dataclass
class GuideSheet:
    """The sheet being written; `row` is the number of the row written last."""

    sheet: Any
    formats: SelfFormats
    form: Form
    words: SetWords
    row: int = 0

    def write(self) -> None:
        sheet, formats, form = self.sheet, self.formats, self.form
        assessment = self.words.assessment
        set_up_page(sheet, paper=A4, header=(assessment.title, form.unit.name), footer=say("page"))
        sheet.set_portrait()
        sheet.fit_to_pages(1, 1)
        sheet.set_column("A:A", 1.5)
        sheet.set_column("B:B", _LABEL_WIDTH)
        sheet.set_column("C:C", _BODY_WIDTH)
        self._across(say("guide.title", year=assessment.year), formats.title(centred=False), 26)
        self._across(assessment.title, formats.subtitle(centred=False), 20)
        for mark in self.words.marks:
            self._across(mark, formats.banner_line(), 18)
        self._pair(say("unit"), form.unit.name)
        self._pair(say("unit_id"), form.unit.unit)
        self._pair(say("guide.set"), form.set.title)
        if form.set.basis is not None:
            self._pair(say("guide.basis"), form.set.basis)
        day = VOICE.day(assessment.calendar.self)
        self._pair(say("guide.by"), say("guide.by_is", day=day), bold=True)
        self._pair(say("guide.contact"), assessment.contact, bold=True)
        self._heading("guide.how")
        for number, step in enumerate(self._steps(day), start=1):
            self._wide(f"{number}. {step}")
        self._heading("guide.legend")
        self._legend()
        self._heading("guide.evidence")
        for key in ("name", "several"):
            self._wide(f"– {say(f'evidence.{key}', year=assessment.year)}")
        self._heading("guide.next")
        calendar = assessment.calendar
        self._wide(f"– {say('next.review', day=VOICE.day(calendar.review))}")
        self._wide(f"– {say('next.appeal', day=VOICE.day(calendar.appeal))}")
        self._wide(f"– {say('next.final')}")
        sheet.hide_gridlines(2)
        sheet.print_area(0, 1, self.row - 1, 2)
        sheet.protect("", FREE)
        sheet.set_selection("A1")

    def _steps(self, day: str) -> list[str]:
        year = self.words.assessment.year
        names = {"form": FORM, "tasks": TASKS, "summary": SUMMARY, "day": day, "year": year}
        keys = ["1", "2", "3", "4", *(["tasks"] if self.form.tasks else []), "summary", "send"]
        return [say(f"steps.{key}", **names) for key in keys]

    def _legend(self) -> None:
        formats, leaves = self.formats, self.form.duties
        self._pair(say("guide.yellow"), say("guide.yellow_is"), mark=formats.sample(entry=True))
        grey = formats.sample(entry=False)
        self._pair(say("guide.grey"), say("guide.grey_is", tasks=TASKS), mark=grey)
        self._pair(say("guide.required"), say("guide.required_is"))
        if any(duty.applies and not duty.asked for duty in leaves):
            self._pair(say("guide.others"), say("guide.others_is"))
        self._pair(say("guide.absent"), say("guide.absent_is"))
        self._pair(say("guide.later"), say("guide.later_is"))

    def _heading(self, key: str) -> None:
        self._across(say(key), self.formats.subtitle(centred=False), 24)

    def _across(self, value: str, look: Any, points: float) -> None:
        self.row += 1
        self.sheet.set_row(self.row - 1, points)
        put_text(self.sheet, self.row, _LABEL, value, look)

    def _wide(self, value: str) -> None:
        """A paragraph over both columns."""
        self.row += 1
        look = self.formats.paragraph()
        self.sheet.merge_range(self.row - 1, 1, self.row - 1, 2, "", look)
        put_text(self.sheet, self.row, _LABEL, value, look)
        points = height((value, _LABEL_WIDTH + _BODY_WIDTH), line=15.0)
        self.sheet.set_row(self.row - 1, points)

    def _pair(self, label: str, value: str, *, bold: bool = False, mark: Any = None) -> None:
        self.row += 1
        formats = self.formats
        put_text(self.sheet, self.row, _LABEL, label, mark or formats.label())
        put_text(self.sheet, self.row, _BODY, value, formats.pointed(bold=bold))
        points = height((label, _LABEL_WIDTH - 2), (value, _BODY_WIDTH - 2), line=15.0)
        self.sheet.set_row(self.row - 1, points + 1)
