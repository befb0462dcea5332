"""The list of units: what it may hold, in both languages, and each way it can be wrong."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from criteria.model import CriteriaSet
from criteria.problems import ProblemsFound
from inputs.units import Units, attribute_problems, read_units


def units_from(tmp_path: Path, text: str) -> Units:
    path = tmp_path / "units.csv"
    path.write_text(text, encoding="utf-8")
    return read_units(path)


def faults(tmp_path: Path, text: str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(ProblemsFound) as error:
        units_from(tmp_path, text)
    assert all(problem.text("vi") and problem.text("en") for problem in error.value.problems)
    return [(p.code, p.place.line, p.unit) for p in error.value.problems]


def a_set(applies_to: str | None) -> CriteriaSet:
    leaf: dict[str, Any] = {
        "id": "1.1",
        "title": "t",
        "maximum": Fraction(100),
        "rule": {"kind": "yes_no", "of": "done"},
        "applies_to": applies_to,
    }
    return CriteriaSet.model_validate(
        {
            "parindex": 1,
            "id": "s",
            "title": "t",
            "status": "reference",
            "year": 2017,
            "group": "g",
            "inputs": {"done": {"type": "yes_no", "title": "t"}},
            "fields": [{"id": "1", "title": "t", "criteria": [leaf]}],
        }
    )


def test_units_with_everything(tmp_path: Path) -> None:
    units = units_from(
        tmp_path,
        "unit,name,group,parent,ranked,has_procedures,address\n"
        "a,Sở Nội vụ,g,,yes,có,Biên Hòa\n"
        "b,Xã 1,h,a,no,0,\n",
    )
    first, second = units
    assert (first.name, first.group, first.parent, first.ranked) == ("Sở Nội vụ", "g", None, True)
    assert first.attributes == {"has_procedures": True}
    assert first.texts == {"address": "Biên Hòa"}
    assert (second.parent, second.ranked, second.attributes) == (
        "a",
        False,
        {"has_procedures": False},
    )
    assert second.place.line == 3
    assert units.of_group("h") == (second,)
    assert len(units.source.sha256) == 64


def test_units_with_vietnamese_headers_and_decomposed_accents(tmp_path: Path) -> None:
    import unicodedata

    text = "MÃ ĐƠN VỊ;Tên đơn vị;Nhóm;Cấp trên;Xếp hạng\nsở;Sở Nội vụ;g;;Không\n"
    units = units_from(tmp_path, unicodedata.normalize("NFD", text))
    assert list(units.by_id) == ["sở"]
    assert units.by_id["sở"].ranked is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("unit,name\na,b\n", [("column-missing", 1, None)]),
        ("unit,name,group\n,b,g\n", [("unit-id-missing", 2, None)]),
        ("unit,name,group\na,b,g\nc,d,g\na,e,g\n", [("unit-twice", 4, "a")]),
        (
            "unit,name,group\na,,g\nb,x,\n",
            [("unit-cell-blank", 2, "a"), ("unit-cell-blank", 3, "b")],
        ),
        ("unit,name,group,parent\na,b,g,a\n", [("unit-own-parent", 2, "a")]),
        ("unit,name,group,ranked\na,b,g,maybe\n", [("yes-no-unreadable", 2, "a")]),
        ("unit,name,group\n", [("table-without-rows", 1, None)]),
    ],
)
def test_units_that_are_wrong(
    tmp_path: Path, text: str, expected: list[tuple[str, int | None, str | None]]
) -> None:
    assert faults(tmp_path, text) == expected


def test_attributes_that_a_set_asks_for(tmp_path: Path) -> None:
    criteria_set = a_set("has_desk")

    def codes(text: str) -> list[tuple[str, int | None]]:
        units = units_from(tmp_path, text)
        found = attribute_problems(units, [criteria_set])
        return [(problem.code, problem.place.line) for problem in found]

    assert codes("unit,name,group,has_desk\na,b,g,yes\n") == []
    assert codes("unit,name,group,hasdesk\na,b,g,yes\n") == [("attribute-missing", None)]
    assert codes("unit,name,group,has_desk\na,b,g,yes\nb,c,g,two\n") == [
        ("attribute-not-yes-no", 3)
    ]
    assert codes("unit,name,group,has_desk\na,b,g,\nb,c,other,\n") == [("attribute-blank", 2)]


def test_a_blank_attribute_in_a_workbook_has_its_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["unit", "name", "group", "has_desk"])
    sheet.append(["a", "A", "g", "có"])
    sheet.append(["b", "B", "g"])
    book.save(tmp_path / "units.xlsx")
    units = read_units(tmp_path / "units.xlsx")
    assert [p.place.cell for p in attribute_problems(units, [a_set("has_desk")])] == ["D3"]
