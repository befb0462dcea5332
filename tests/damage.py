"""Ways to damage a workbook that came back (cách làm hỏng bảng tự chấm), each over good bytes.

`small_year.py` has the layout: D10 `done`, D11 `due`, D14 `spent`, D17 `online`, D20 `issued`,
D28 `published`, D31 `level`, D34:D36 `votes`, D39 `model`, D45 `ideas`, shown again in D48;
tasks in F7:F11, and one without a day in row 12.
"""

from __future__ import annotations

import datetime
import io
import re
import struct
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import openpyxl

from inputs.workbooks.self_reading import SKIPPED
from tests.small_year import SPELLED

FORM, TASKS = "Tự chấm", "Nhiệm vụ"

Edit = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Damage:
    """One way, and what must come of it.

    `codes`: of all findings but `points-not-computed` (files saved by openpyxl), in any order.
    `at`: where the first of them stands.  `changes`: values of subjects that are not as in the good
    workbook.  `refused`: nothing is taken.  `name`: of the file.
    """

    edit: Edit
    codes: tuple[str, ...] = ()
    at: str | None = None
    changes: Mapping[str, str | None] = field(default_factory=dict)
    refused: bool = False
    name: str = "so-a.xlsx"


# --- tools ---


def book(change: Callable[[Any], None], *, whole: bool = False) -> Edit:
    """An edit by openpyxl; formulas lose their values, as with many programs.

    `whole`: with the sheets that nobody reads, too; they make it slow.
    """

    def edit(data: bytes) -> bytes:
        workbook = _loaded(data if whole else _light(data))
        change(workbook)
        return _saved(workbook)

    return edit


def _loaded(data: bytes) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(data))


def _saved(workbook: Any) -> bytes:
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@lru_cache(maxsize=4)
def _light(data: bytes) -> bytes:
    workbook = _loaded(data)
    for name in SKIPPED:
        if name in workbook.sheetnames:
            workbook.remove(workbook[name])
    return _saved(workbook)


def cells(values: Mapping[str, object], sheet: str = FORM) -> Edit:
    """Cells set to values."""

    def change(workbook: Any) -> None:
        for spot, value in values.items():
            workbook[sheet][spot] = value

    return book(change)


def members(change: Callable[[dict[str, bytes]], None]) -> Edit:
    """An edit of the zip's members; values of formulas stay."""

    def edit(data: bytes) -> bytes:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = {name: archive.read(name) for name in archive.namelist()}
        change(parts)
        return zipped(parts)

    return edit


def zipped(parts: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def form_xml(change: Callable[[str], str], sheet: int = 2) -> Edit:
    """An edit of a sheet's XML; the form is the second sheet, the tasks are the third."""

    def edit(parts: dict[str, bytes]) -> None:
        name = f"xl/worksheets/sheet{sheet}.xml"
        before = parts[name].decode("utf-8")
        after = change(before)
        assert after != before, "the damage did nothing"
        parts[name] = after.encode("utf-8")

    return members(edit)


def cell_xml(spot: str, make: Callable[[str], str], sheet: int = 2) -> Edit:
    """A cell of a sheet as XML, made of its style: `make(style)`."""
    pattern = re.compile(rf'<c r="{spot}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)')
    return form_xml(lambda xml: pattern.sub(lambda m: make(m[1] or ""), xml, count=1), sheet)


def then(*edits: Edit) -> Edit:
    def edit(data: bytes) -> bytes:
        for each in edits:
            data = each(data)
        return data

    return edit


def _shift(sheet: Any, first: int, by: int) -> None:
    """Merged cells moved along, as Excel does."""
    for area in list(sheet.merged_cells.ranges):
        if area.min_row >= first:
            area.shift(row_shift=by)


def insert_rows(workbook: Any, at: int, count: int = 1, sheet: str = FORM) -> None:
    workbook[sheet].insert_rows(at, count)
    _shift(workbook[sheet], at, count)


def delete_row(workbook: Any, at: int, sheet: str = FORM) -> None:
    for area in list(workbook[sheet].merged_cells.ranges):
        if area.min_row <= at <= area.max_row:
            workbook[sheet].unmerge_cells(str(area))
    workbook[sheet].delete_rows(at)
    _shift(workbook[sheet], at, -1)


def _unmerge(sheet: Any) -> None:
    for area in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(area))


def _content(cell: Any) -> tuple[object, str]:
    return cell.value, cell.number_format


def reverse_rows(first_column: int, first: int = 7, last: int = 48) -> Edit:
    """Rows in the opposite order, from a column on: a sort that leaves out what is before it."""

    def change(workbook: Any) -> None:
        sheet = workbook[FORM]
        _unmerge(sheet)
        width = range(first_column, 11)
        rows = [[_content(sheet.cell(row, at)) for at in width] for row in range(first, last + 1)]
        for row, contents in zip(range(first, last + 1), reversed(rows), strict=True):
            for at, (value, shown_as) in zip(width, contents, strict=True):
                sheet.cell(row, at).value = value
                sheet.cell(row, at).number_format = shown_as

    return book(change)


def insert_column(at: int) -> Edit:
    def change(workbook: Any) -> None:
        _unmerge(workbook[FORM])
        workbook[FORM].insert_cols(at)

    return book(change)


def delete_column(at: int) -> Edit:
    def change(workbook: Any) -> None:
        _unmerge(workbook[FORM])
        workbook[FORM].delete_cols(at)

    return book(change)


def _rename(old: str, new: str) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        workbook[old].title = new

    return change


def _copy_sheet(workbook: Any, value: object) -> None:
    copy = workbook.copy_worksheet(workbook[FORM])
    copy.title = f"{FORM} (2)"
    copy["D10"] = value


def _style(spot: str, value: object, number_format: str) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        workbook[FORM][spot] = value
        workbook[FORM][spot].number_format = number_format

    return change


def _manifest(name: str, value: str) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        for row in workbook["_parindex"].iter_rows():
            if row[0].value == name:
                row[1].value = value

    return change


def _nfd(workbook: Any) -> None:
    """Everything that was typed in decomposed letters, as some computers store them."""
    for sheet in workbook:
        sheet.title = unicodedata.normalize("NFD", sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and not cell.value.startswith("="):
                    cell.value = unicodedata.normalize("NFD", cell.value)


def _hide(workbook: Any) -> None:
    sheet = workbook[FORM]
    for row in range(8, 20):
        sheet.row_dimensions[row].hidden = True
    for column in "CDEH":
        sheet.column_dimensions[column].hidden = True


def _filter(workbook: Any) -> None:
    workbook[FORM].auto_filter.ref = "B6:J45"
    workbook[FORM].auto_filter.add_filter_column(0, ["1.1"])
    for row in range(12, 45):
        workbook[FORM].row_dimensions[row].hidden = True


def _unprotect(workbook: Any) -> None:
    for sheet in workbook:
        sheet.protection.sheet = False
        sheet.sheet_state = "visible"


def _merge(area: str) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        workbook[FORM].merge_cells(area)

    return change


def _part_evidence(workbook: Any) -> None:
    sheet = workbook[FORM]
    sheet.unmerge_cells("H10:H11")
    sheet["H10"], sheet["H11"] = "Báo cáo 12/BC-SA", "ngày 05/12/2018"


def lying_sizes(declared: int) -> Edit:
    """The form's member with another unpacked size in the zip's own words."""

    def edit(data: bytes) -> bytes:
        out = bytearray(data)
        info = zipfile.ZipFile(io.BytesIO(data)).getinfo("xl/worksheets/sheet2.xml")
        at = data.rindex(b"xl/worksheets/sheet2.xml")  # the central directory comes last
        struct.pack_into("<L", out, at - 46 + 24, declared)
        struct.pack_into("<L", out, info.header_offset + 22, declared)
        return bytes(out)

    return edit


def zip_bomb(megabytes: int = 200) -> Edit:
    """Blanks without end behind the form's XML; small when packed."""

    def edit(data: bytes) -> bytes:
        archive = zipfile.ZipFile(io.BytesIO(data))
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
            for name in archive.namelist():
                with fresh.open(name, "w", force_zip64=True) as stream:
                    stream.write(archive.read(name))
                    if name == "xl/worksheets/sheet2.xml":
                        for _ in range(megabytes):
                            stream.write(b" " * 1_000_000)
        return out.getvalue()

    return edit


def many_rows(filled: bool) -> Edit:
    """A million rows below the form, as when a format is pulled down to the end."""

    def change(xml: str) -> str:
        holds = "<v>1</v>" if filled else ""
        cell = f'<c r="K{{0}}" s="1">{holds}</c>' if filled else '<c r="K{0}" s="1"/>'
        rows = "".join(f'<row r="{n}">{cell.format(n)}</row>' for n in range(1000, 1_000_000))
        return xml.replace("</sheetData>", f"{rows}</sheetData>")

    return form_xml(change)


def encrypted(data: bytes) -> bytes:
    """What Excel makes of a workbook with a password: an OLE file around an encrypted package."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return head + "EncryptedPackage".encode("utf-16-le") + bytes(2048)


def old_excel(data: bytes) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")


def open_document(data: bytes) -> bytes:
    return zipped(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}
    )


def locked_members(data: bytes) -> bytes:
    """The flag for encryption on every member."""
    out = bytearray(data)
    for found in re.finditer(b"PK\x01\x02", data):
        out[found.start() + 8] |= 1
    return bytes(out)


def macros(parts: dict[str, bytes]) -> None:
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0 macro"


def _drop(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        del parts[name]

    return change


def _prefixed(xml: str) -> str:
    """Every tag of the sheet with a prefix, as some libraries write."""
    xml = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", xml)
    return xml.replace("<x:worksheet xmlns=", "<x:worksheet xmlns:x=", 1)


def _inline(spot: str, text: str, sheet: int = 2) -> Edit:
    content = f"<is><t>{text}</t></is>"
    return cell_xml(spot, lambda s: f'<c r="{spot}"{s} t="inlineStr">{content}</c>', sheet)


def _rich(spot: str) -> Edit:
    runs = "<is><r><t>4</t></r><r><rPr><b/></rPr><t>8</t></r></is>"
    return cell_xml(spot, lambda s: f'<c r="{spot}"{s} t="inlineStr">{runs}</c>')


def truncated(share: float) -> Edit:
    return lambda data: data[: int(len(data) * share)]


def flipped(at: float) -> Edit:
    """One byte of a packed member is another: the sum of the zip tells."""

    def edit(data: bytes) -> bytes:
        archive = zipfile.ZipFile(io.BytesIO(data))
        info = archive.getinfo("xl/worksheets/sheet2.xml")
        start = info.header_offset + 30 + len(info.filename)
        out = bytearray(data)
        out[start + int(info.compress_size * at)] ^= 0x55
        return bytes(out)

    return edit


DAY = datetime.date
ALL_BLANK: Mapping[str, str | None] = dict.fromkeys(SPELLED)

MANY = ("many",)
"""Too many findings to list; at least one is more than advice."""

DAMAGES: dict[str, Damage] = {
    # --- rows ---
    "nothing at all": Damage(lambda data: data),
    "saved by another program": Damage(book(lambda workbook: None, whole=True)),
    "a row inserted": Damage(book(lambda w: insert_rows(w, 12)), ("rows-moved",)),
    "rows inserted above the header": Damage(book(lambda w: insert_rows(w, 2, 3)), ("rows-moved",)),
    "a row inserted with a number": Damage(
        then(book(lambda w: insert_rows(w, 12)), cells({"D12": 5})),
        ("value-without-key", "rows-moved"),
        at="D12",
    ),
    "an input's row deleted": Damage(
        book(lambda w: delete_row(w, 14)),
        ("key-missing", "rows-moved"),
        at="A14",
        changes={"spent": None},
    ),
    "rows sorted whole": Damage(reverse_rows(1), ("rows-moved",)),
    "rows sorted without the hidden key": Damage(
        reverse_rows(2, 34, 36),
        ("label-of-other-row", "label-of-other-row"),
        at="C34",
        changes={"votes:A": None, "votes:B": None, "votes:C": None},
    ),
    "everything sorted without the hidden key": Damage(
        reverse_rows(2), MANY, at="C10", changes=ALL_BLANK
    ),
    "a row pasted twice": Damage(
        cells({"A50": "ask:1.2:spent", "D50": 99}),
        ("key-twice",),
        at="A50",
        changes={"spent": None},
    ),
    "a task's row deleted": Damage(
        book(lambda w: delete_row(w, 8, TASKS)),
        ("key-missing", "rows-moved"),
        at="A8",
        changes={"I.2@2018-Q1": None},
    ),
    # --- columns ---
    "a column inserted before the key": Damage(insert_column(1), ("columns-moved",), refused=True),
    "a column inserted before the values": Damage(
        insert_column(4), ("columns-moved",), at="D6", refused=True
    ),
    "a column inserted before the evidence": Damage(
        insert_column(8), ("columns-moved",), at="H6", refused=True
    ),
    "the key's column deleted": Damage(delete_column(1), ("columns-moved",), refused=True),
    "the column of maxima deleted": Damage(delete_column(6), ("columns-moved",), refused=True),
    "the keys cleared": Damage(
        cells({f"A{row}": None for row in range(7, 49)}), ("keys-gone",), at="A1", refused=True
    ),
    # --- sheets ---
    "the form renamed": Damage(book(_rename(FORM, "Sheet1")), ("sheet-renamed",)),
    "the form deleted": Damage(
        book(lambda w: w.remove(w[FORM])), ("workbook-sheet-missing",), refused=True
    ),
    "the tasks deleted": Damage(
        book(lambda w: w.remove(w[TASKS])), ("workbook-sheet-missing",), refused=True
    ),
    "a sheet added": Damage(book(lambda w: w.create_sheet("Ghi chú").append(["ghi chú", 48]))),
    "sheets reordered": Damage(book(lambda w: w.move_sheet("_parindex", -5))),
    "the form copied and the copy filled in": Damage(
        book(lambda w: _copy_sheet(w, 50)), ("sheet-copied",), refused=True
    ),
    "the form copied as it is": Damage(
        book(lambda w: _copy_sheet(w, 48)), ("sheet-copied",), at="A1"
    ),
    "the form renamed, and copied": Damage(
        then(book(lambda w: _copy_sheet(w, 48)), book(_rename(FORM, "Sheet1"))),
        ("workbook-sheet-missing",),
        refused=True,
    ),
    # --- numbers and texts ---
    "a number as text": Damage(
        cells({"D10": "47"}), ("number-as-text",), at="D10", changes={"done": "47"}
    ),
    "a number as text with blanks": Damage(
        cells({"D10": " \u00a047\u00a0"}), ("number-as-text",), changes={"done": "47"}
    ),
    "a decimal with a comma": Damage(
        cells({"D14": "75,25"}), ("number-as-text",), at="D14", changes={"spent": "75.25"}
    ),
    "thousands or decimals": Damage(
        cells({"D14": "1.234"}), ("number-ambiguous",), at="D14", changes={"spent": None}
    ),
    "words for a number": Damage(
        cells({"D10": "48 văn bản"}), ("number-unreadable",), at="D10", changes={"done": None}
    ),
    "shown as percent": Damage(book(_style("D17", 0.875, "0.0%")), changes={"online": "87.5"}),
    "a share for a percent": Damage(
        cells({"D17": 0.95}), ("percent-looks-like-share",), at="D17", changes={"online": "0.95"}
    ),
    "the least that is taken": Damage(
        cells({"D10": 0, "D17": 0, "D39": 0}), changes={"done": "0", "online": "0", "model": "0"}
    ),
    "the most that is taken": Damage(
        cells({"D17": 100, "D39": 2}), changes={"online": "100", "model": "2"}
    ),
    "above the most": Damage(
        cells({"D17": 100.5}), ("value-out-of-range",), at="D17", changes={"online": None}
    ),
    "one percent": Damage(cells({"D17": 1}), changes={"online": "1"}),
    "a count as percent": Damage(
        book(_style("D10", 0.48, "0%")), ("percent-not-wanted",), at="D10", changes={"done": None}
    ),
    "a text that begins with =": Damage(
        _inline("D10", "=1+1"), ("number-unreadable",), at="D10", changes={"done": None}
    ),
    "hostile texts in the evidence": Damage(
        then(_inline("H14", "=HYPERLINK(&quot;http://x&quot;)"), _inline("I14", "+84 @cmd|-1"))
    ),
    "a very long text": Damage(_inline("I14", "a" * 40_000), ("note-too-long",), at="I14"),
    "a text as long as a cell": Damage(_inline("I14", "a" * 32_767)),
    "a very long text for a number": Damage(
        _inline("D10", "9" * 40_000), ("number-too-long",), at="D10", changes={"done": None}
    ),
    "a negative count": Damage(
        cells({"D10": -1}), ("value-out-of-range",), at="D10", changes={"done": None}
    ),
    "half a document": Damage(
        cells({"D10": 47.5}), ("count-not-whole",), at="D10", changes={"done": None}
    ),
    "too many decimals": Damage(
        cells({"D17": 81.23456}), ("too-many-decimals",), at="D17", changes={"online": None}
    ),
    "1e300": Damage(cells({"D14": 1e300}), ("number-too-long",), at="D14", changes={"spent": None}),
    "not a number": Damage(
        cell_xml("D14", lambda s: f'<c r="D14"{s}><v>NaN</v></c>'),
        ("number-not-finite",),
        at="D14",
        changes={"spent": None},
    ),
    "all done that was due": Damage(cells({"D10": 60}), changes={"done": "60"}),
    "more done than due": Damage(
        cells({"D10": 61}), ("more-than-at-most",), at="D10", changes={"done": None}
    ),
    "an option of the tally blank": Damage(
        cells({"D35": None}),
        ("tally-options-blank",),
        at="D35",
        changes={"votes:A": None, "votes:B": None, "votes:C": None},
    ),
    "off the increment": Damage(
        cells({"D39": 1.3}), ("points-off-increment",), at="D39", changes={"model": None}
    ),
    "above the maximum": Damage(
        cells({"D39": 2.25}), ("points-out-of-range",), at="D39", changes={"model": None}
    ),
    "judged without a word": Damage(cells({"I39": None}), ("explanation-missing",), at="I39"),
    "no such option": Damage(
        cells({"D31": "Rất kịp thời"}), ("option-not-offered",), at="D31", changes={"level": None}
    ),
    "an option in capitals": Damage(cells({"D31": "KỊP THỜI"}), changes={"level": "Kịp thời"}),
    "a native yes": Damage(cells({"D28": False}), changes={"published": "no"}),
    "a word for yes": Damage(
        cells({"D28": "đã xong"}), ("yes-no-unreadable",), at="D28", changes={"published": None}
    ),
    "a yes for a count": Damage(
        cells({"D10": True}), ("number-unreadable",), at="D10", changes={"done": None}
    ),
    # --- days ---
    "a day as text": Damage(cells({"D20": "02/03/2018"}), changes={"issued": "2018-03-02"}),
    "a day in American order": Damage(
        cells({"D20": "01/30/2018"}), ("date-month-first",), at="D20", changes={"issued": None}
    ),
    "a day as a serial number": Damage(
        book(_style("D20", 43130, "0")), ("date-is-number",), at="D20", changes={"issued": None}
    ),
    "a day in 1899": Damage(
        cells({"D20": "31/12/1899"}), ("date-year-outside",), at="D20", changes={"issued": None}
    ),
    "a day in 9999": Damage(
        book(_style("D20", 2958465, "dd/mm/yyyy")),
        ("date-year-outside",),
        at="D20",
        changes={"issued": None},
    ),
    "a day of the year before": Damage(
        cells({"D20": DAY(2017, 12, 31)}), changes={"issued": "2017-12-31"}
    ),
    "today": Damage(cells({"D20": DAY(2018, 12, 20)}), changes={"issued": "2018-12-20"}),
    "tomorrow": Damage(
        cells({"D20": DAY(2018, 12, 21)}),
        ("date-in-future",),
        at="D20",
        changes={"issued": "2018-12-21"},
    ),
    "another century": Damage(
        cells({"D20": DAY(1918, 1, 30)}),
        ("date-year-outside",),
        at="D20",
        changes={"issued": None},
    ),
    "another decade": Damage(
        cells({"D20": DAY(1998, 1, 30)}),
        ("date-far-from-year",),
        at="D20",
        changes={"issued": "1998-01-30"},
    ),
    "a date for a count": Damage(
        cells({"D10": DAY(2018, 5, 1)}), ("number-is-date",), at="D10", changes={"done": None}
    ),
    "a task done tomorrow": Damage(
        cells({"F8": DAY(2018, 12, 21)}, TASKS),
        ("task-done-in-future",),
        at="F8",
        changes={"I.2@2018-Q1": None},
    ),
    "a task done today": Damage(
        cells({"F8": DAY(2018, 12, 20)}, TASKS), changes={"I.2@2018-Q1": "2018-12-20"}
    ),
    "a task done on the plan's first day": Damage(
        cells({"F8": DAY(2018, 1, 1)}, TASKS), changes={"I.2@2018-Q1": "2018-01-01"}
    ),
    "a task done before the plan": Damage(
        cells({"F8": DAY(2017, 3, 30)}, TASKS),
        ("task-done-before-plan",),
        at="F8",
        changes={"I.2@2018-Q1": "2017-03-30"},
    ),
    "a word for a day": Damage(
        cells({"F8": "đã xong"}, TASKS),
        ("date-unreadable",),
        at="F8",
        changes={"I.2@2018-Q1": None},
    ),
    "a word for a day, points still shown": Damage(
        _inline("F8", "đã xong", sheet=3),
        ("date-unreadable",),
        at="F8",
        changes={"I.2@2018-Q1": None},
    ),
    # --- merged, formulas, errors ---
    "values merged": Damage(
        book(_merge("D10:D11")),
        ("cells-merged", "cells-merged"),
        at="D10",
        changes={"done": None, "due": None},
    ),
    "evidence parted": Damage(book(_part_evidence)),
    "a formula with its result": Damage(
        cell_xml("D10", lambda s: f'<c r="D10"{s}><f>40+7</f><v>47</v></c>'),
        ("cell-holds-formula", "points-differ", "points-differ", "points-differ"),
        at="D10",
        changes={"done": "47"},
    ),
    "a formula without a result": Damage(
        cells({"D10": "=40+7"}), ("formula-without-value",), at="D10", changes={"done": None}
    ),
    "an error": Damage(
        cell_xml("D10", lambda s: f'<c r="D10"{s} t="e"><v>#REF!</v></c>'),
        ("cell-with-error",),
        at="D10",
        changes={"done": None},
    ),
    "an error in the points": Damage(
        cell_xml("G8", lambda s: f'<c r="G8"{s} t="e"><f>1/0</f><v>#DIV/0!</v></c>'),
        ("points-with-error",),
        at="G8",
    ),
    "points typed over": Damage(
        cell_xml("G8", lambda s: f'<c r="G8"{s}><v>4</v></c>'), ("points-differ",), at="G8"
    ),
    "the total typed over": Damage(
        cell_xml("I3", lambda s: f'<c r="I3"{s}><v>24</v></c>'), ("points-differ",), at="I3"
    ),
    "inputs changed without calculating": Damage(
        cell_xml("D10", lambda s: f'<c r="D10"{s}><v>30</v></c>'),
        ("points-differ", "points-differ", "points-differ"),
        at="G8",
        changes={"done": "30"},
    ),
    "inline text": Damage(
        _inline("D31", "Kịp thời"), ("points-differ",) * 3, changes={"level": "Kịp thời"}
    ),
    "rich text for a number": Damage(_rich("D10"), ("number-as-text",), at="D10"),
    "tags with a prefix": Damage(form_xml(_prefixed)),
    # --- beside the cells ---
    "a number beside its cell": Damage(
        cells({"D14": None, "E14": 75.5}),
        ("value-in-wrong-column",),
        at="E14",
        changes={"spent": None},
    ),
    "a number in the column of points": Damage(
        cells({"D14": None, "G14": 75.5}),
        ("value-in-wrong-column",),
        at="G14",
        changes={"spent": None},
    ),
    "a number in the evidence": Damage(
        cells({"D14": None, "H14": 75.5}),
        ("value-in-wrong-column",),
        at="H14",
        changes={"spent": None},
    ),
    "a number for a document": Damage(cells({"H14": 12})),
    "a number beyond the form": Damage(
        cells({"D14": None, "L14": 75.5}),
        ("value-in-wrong-column", "note-outside"),
        at="L14",
        changes={"spent": None},
    ),
    "a number in the row of the title": Damage(
        cells({"D14": None, "D12": 75.5}),
        ("value-in-wrong-column",),
        at="D12",
        changes={"spent": None},
    ),
    "a number typed over one that is shown": Damage(
        cells({"D48": 3}), ("value-in-wrong-column",), at="D48"
    ),
    "a shown number as a value": Damage(cells({"D48": 1})),
    "a day for a task that has none yet": Damage(
        cells({"F12": DAY(2018, 6, 1)}, TASKS), ("task-without-day",), at="F12"
    ),
    "a task in a row of one's own": Damage(
        cells({"C14": "Việc thêm", "F14": DAY(2018, 6, 1)}, TASKS),
        ("value-without-key",),
        at="F14",
    ),
    "a note beside the tasks": Damage(cells({"J8": "xem"}, TASKS), ("note-outside",), at="J8"),
    "a note beside the form": Damage(cells({"L14": "xem lại"}), ("note-outside",), at="L14"),
    "a value for an option in another row": Damage(
        cells({"D31": "Rà soát"}), ("option-not-offered",), at="D31", changes={"level": None}
    ),
    # --- labels and keys ---
    "a label edited": Damage(
        cells({"C10": "Số văn bản (gồm cả huyện)"}), ("label-changed",), at="C10"
    ),
    "a maximum edited": Damage(cells({"F8": 10}), ("label-changed",), at="F8"),
    "a header edited": Damage(cells({"D6": "Số"}), ("label-changed",), at="D6"),
    "the header cleared": Damage(
        cells({f"{c}6": None for c in "BCDEFGHIJ"}), ("header-missing",), at="A6"
    ),
    "a key edited": Damage(
        cells({"A14": "ask:1.2:spend"}),
        ("key-unknown", "key-missing"),
        at="A14",
        changes={"spent": None},
    ),
    "a key of another leaf": Damage(
        cells({"A14": "ask:1.3:online"}),
        ("key-twice", "key-missing"),
        changes={"spent": None, "online": None},
    ),
    "evidence removed": Damage(cells({"H10": None}), ("evidence-missing",), at="H10"),
    # --- looks ---
    "hidden rows and columns": Damage(book(_hide)),
    "filtered": Damage(book(_filter)),
    "protection removed": Damage(book(_unprotect)),
    "decomposed letters": Damage(book(_nfd)),
    "another name": Damage(lambda data: data, name="Bản sao (1) của tự chấm.xlsx"),
    # --- whose it is ---
    "another unit's id on the form": Damage(
        cells({"C4": "so-b"}), ("unit-differs",), at="C4", refused=True
    ),
    "another unit's id as the file's name": Damage(
        lambda data: data, ("file-named-for-other",), refused=True, name="SO-B.xlsx"
    ),
    "another unit's id within the file's name": Damage(lambda data: data, name="so-b (1).xlsx"),
    "its own id in capitals": Damage(lambda data: data, name="SO-A.xlsx"),
    "another unit's manifest": Damage(
        book(_manifest("who", "so-b")), ("manifest-not-ours",), refused=True
    ),
    "the manifest edited": Damage(
        book(_manifest("basis", "99")), ("manifest-not-ours",), refused=True
    ),
    "the manifest deleted": Damage(
        book(lambda w: w.remove(w["_parindex"])), ("manifest-missing",), refused=True
    ),
    # --- other files ---
    "password-protected": Damage(encrypted, ("workbook-encrypted",), refused=True),
    "members locked": Damage(locked_members, ("workbook-encrypted",), refused=True),
    "an .xls renamed": Damage(old_excel, ("save-as-xlsx",), refused=True),
    "an .ods renamed": Damage(open_document, ("save-as-xlsx",), refused=True),
    "a .csv renamed": Damage(
        lambda data: b"unit,due\nso-a,60\n", ("workbook-broken",), refused=True
    ),
    "a .csv": Damage(
        lambda data: b"unit,due\nso-a,60\n", ("workbook-wanted",), refused=True, name="so-a.csv"
    ),
    "zero bytes": Damage(lambda data: b"", ("file-empty",), refused=True),
    "truncated at half": Damage(truncated(0.5), ("workbook-broken",), refused=True),
    "truncated at the end": Damage(truncated(0.99), ("workbook-broken",), refused=True),
    "a byte flipped": Damage(flipped(0.5), ("workbook-broken",), refused=True),
    "a zip of other things": Damage(
        lambda data: zipped({"a.txt": b"a"}), ("zip-not-workbook",), refused=True
    ),
    "a zip bomb": Damage(zip_bomb(), ("workbook-too-large",), refused=True),
    "a size that lies, too small": Damage(lying_sizes(100), ("workbook-broken",), refused=True),
    "a size that lies, too large": Damage(lying_sizes(4_000_000_000)),
    "a million formatted rows": Damage(many_rows(filled=False)),
    "a million filled rows": Damage(
        many_rows(filled=True), ("cell-far-outside",), at="K50001", refused=True
    ),
    "a cell in the last corner": Damage(
        form_xml(
            lambda x: x.replace(
                "</sheetData>", '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
            )
        ),
        ("cell-far-outside",),
        at="XFD1048576",
        refused=True,
    ),
    "a macro workbook": Damage(members(macros), ("macros-not-run",), name="so-a.xlsm"),
    "no styles": Damage(
        members(_drop("xl/styles.xml")),
        ("date-is-number",) * 4,
        at="D20",
        changes={"issued": None, **dict.fromkeys(("I.1@2018-Q1", "I.2@2018-Q1", "I.2@2018-Q2"))},
    ),
    "no list of texts": Damage(
        members(_drop("xl/sharedStrings.xml")), ("workbook-broken",), refused=True
    ),
    "entities": Damage(
        form_xml(lambda x: x.replace("<worksheet", "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet", 1)),
        ("workbook-strange",),
        refused=True,
    ),
    "two cells at one address": Damage(
        form_xml(lambda x: x.replace('<c r="E10"', '<c r="D10"><v>3</v></c><c r="E10"', 1)),
        ("workbook-strange",),
        refused=True,
    ),
}
