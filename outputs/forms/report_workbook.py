"""Problems by unit as a workbook (phiếu trả lại bảng tự chấm): to print, filter and mail back."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from criteria.problems import Problem
from criteria.wording import Language, wording
from outputs.collation import vietnamese_key
from outputs.forms.self_words import height
from outputs.sheets import A4, Formats, set_up_page, text
from outputs.whole_files import file_names, write_file

_COLUMNS = (
    ("unit", 22.0),
    ("file", 18.0),
    ("sheet", 10.0),
    ("cell", 7.0),
    ("criterion", 9.0),
    ("kind", 9.0),
    ("found", 42.0),
    ("fix", 42.0),
)


def write_report(
    path: Path, problems: Sequence[Problem], names: Mapping[str, str], language: Language
) -> None:
    """One workbook with a summary by unit and all problems; `names`: of units, by id.

    Raises: ProblemsFound when it cannot be written.
    """
    title = _say("title", language)
    write_file(path, lambda fresh: _write(fresh, problems, names, title, language, summary=True))


def write_reports(
    folder: Path, problems: Sequence[Problem], names: Mapping[str, str], language: Language
) -> None:
    """A small workbook for each unit that has any problem, named by its id.

    Raises: ProblemsFound when one cannot be written.
    """
    by_unit = _by_unit([problem for problem in problems if problem.unit in names], names)
    files = file_names(list(by_unit), ".xlsx")
    for unit, mine in by_unit.items():
        title = _say("title_unit", language, unit=names[unit])

        def fill(fresh: Path, mine: Sequence[Problem] = mine, title: str = title) -> None:
            _write(fresh, mine, names, title, language, summary=False)

        write_file(folder / files[unit], fill)


def _say(key: str, language: Language, **values: object) -> str:
    return wording("cli", f"mailed_back.{key}", language, **values)


def _by_unit(problems: Sequence[Problem], names: Mapping[str, str]) -> dict[str, list[Problem]]:
    """Problems of each unit, in the order of the units' names; those of nobody last."""
    ids = dict.fromkeys(problem.unit or "" for problem in problems)
    order = sorted(ids, key=lambda unit: (unit not in names, vietnamese_key(names.get(unit, unit))))
    return {unit: [p for p in problems if (p.unit or "") == unit] for unit in order}


def _write(
    path: Path,
    problems: Sequence[Problem],
    names: Mapping[str, str],
    title: str,
    language: Language,
    *,
    summary: bool,
) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(str(path), options)
    # A fixed day instead of the clock: the same problems are the same file.
    book.set_properties(
        {"title": title, "created": datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)}
    )
    formats = Formats(book)
    by_unit = _by_unit(problems, names)
    if summary:
        _summary(book.add_worksheet(_say("summary", language)), formats, by_unit, names, language)
    sheet = book.add_worksheet(_say("problems", language))
    _problems(sheet, formats, by_unit, names, title, language)
    book.close()


def _summary(
    sheet: Any,
    formats: Formats,
    by_unit: Mapping[str, Sequence[Problem]],
    names: Mapping[str, str],
    language: Language,
) -> None:
    """One row a unit: how many problems, how much advice."""
    _page(sheet, _say("title", language), language)
    sheet.write_string(0, 0, _say("title", language), formats.title(centred=False))
    heads = ("unit_id", "unit", "faults", "advices")
    for column, (key, width) in enumerate(zip(heads, (24.0, 44.0, 12.0, 12.0), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, _say(key, language), formats.header())
    for row, (unit, mine) in enumerate(by_unit.items(), start=3):
        advice = sum(problem.advice for problem in mine)
        name = names.get(unit, _say("nobody", language))
        sheet.write_string(row, 0, text(unit), formats.text())
        sheet.write_string(row, 1, text(name), formats.text())
        sheet.write_number(row, 2, len(mine) - advice, formats.number(0))
        sheet.write_number(row, 3, advice, formats.number(0))
    sheet.autofilter(2, 0, max(2 + len(by_unit), 3), len(heads) - 1)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)


def _problems(
    sheet: Any,
    formats: Formats,
    by_unit: Mapping[str, Sequence[Problem]],
    names: Mapping[str, str],
    title: str,
    language: Language,
) -> None:
    """One row a problem, by unit."""
    _page(sheet, title, language)
    sheet.write_string(0, 0, text(title), formats.title(centred=False))
    sheet.write_string(1, 0, _say("how", language), formats.plain_line(centred=False))
    for column, (key, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, _say(key, language), formats.header())
    row = 3
    for unit, mine in by_unit.items():
        name = names.get(unit, unit or _say("nobody", language))
        for problem in sorted(mine, key=lambda each: each.advice):
            kind = _say("advice" if problem.advice else "fault", language)
            cells = (
                name,
                Path(problem.place.file).name,
                problem.place.sheet or "",
                problem.place.cell or "",
                problem.criterion or "",
                kind,
                problem.found(language),
                problem.fix(language),
            )
            for column, value in enumerate(cells):
                sheet.write_string(row, column, text(value), formats.text())
            widths = (width for _, width in _COLUMNS)
            sheet.set_row(row, height(*zip(cells, widths, strict=True)))
            row += 1
    sheet.autofilter(2, 0, max(row - 1, 3), len(_COLUMNS) - 1)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)


def _page(sheet: Any, title: str, language: Language) -> None:
    set_up_page(sheet, paper=A4, header=(title, ""), footer=_say("page", language))
