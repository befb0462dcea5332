"""A small invented plan (tỉnh Mẫu), set in every layout that drafts are read from."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import openpyxl

DATA = Path(__file__).parent / "data"


class Task(NamedTuple):
    """One line of the annex, as it should be found."""

    id: str
    title: str
    product: str
    lead: str
    partners: str
    deadline: str


SECTIONS = {
    "I": "Cải cách thể chế",
    "II": "Cải cách thủ tục hành chính",
    "III": "Hiện đại hóa hành chính",
}

TASKS = (
    Task(
        "I.1",
        "Rà soát các quyết định về đất đai đã hết thời hạn áp dụng",
        "Báo cáo",
        "Sở Tư pháp",
        "Các sở, ban, ngành; UBND cấp huyện",
        "Quý II/2031",
    ),
    Task(
        "I.2",
        "Lập danh mục văn bản cần thay mới trong năm kế hoạch",
        "Danh mục",
        "Sở Tư pháp",
        "Các sở, ngành",
        "Tháng 10/2031",
    ),
    Task(
        "II.1",
        "Niêm yết đủ thủ tục tại nơi tiếp nhận và trên mạng",
        "Kế hoạch",
        "Các sở, ban, ngành; UBND cấp huyện",
        "Văn phòng UBND tỉnh",
        "Thường xuyên",
    ),
    Task(
        "II.2",
        "Hỏi ý kiến người dân về nơi tiếp nhận hồ sơ",
        "Báo cáo",
        "Sở Nội vụ",
        "UBND cấp huyện",
        "Định kỳ hàng quý",
    ),
    Task(
        "II.3",
        "Họp mặt doanh nghiệp trong tỉnh để nghe kiến nghị",
        "Biên bản",
        "Sở Kế hoạch và Đầu tư",
        "Sở Tài chính",
        "Trước ngày 15/11/2031",
    ),
    Task(
        "III.1",
        "Nối mạng máy tính cho các xã vùng xa còn thiếu",
        "Đường truyền",
        "Sở Thông tin và Truyền thông",
        "UBND cấp xã",
        "Năm 2031",
    ),
    Task(
        "III.2",
        "Dạy cách dùng chữ ký số cho người đứng đầu",
        "Lớp học",
        "Sở Thông tin và Truyền thông",
        "",
        "Theo hướng dẫn của Bộ Nội vụ",
    ),
)

PROSE = (
    "ỦY BAN NHÂN DÂN",
    "TỈNH MẪU",
    "Số: 77/KH-UBND",
    "Mẫu Sơn, ngày 20 tháng 12 năm 2030",
    "KẾ HOẠCH",
    "CẢI CÁCH HÀNH CHÍNH TỈNH MẪU SƠN NĂM 2031",
    "Căn cứ Nghị quyết số 11/NQ-CP ngày 01/02/2030, Ủy ban nhân dân tỉnh ban hành kế hoạch:",
    "I. MỤC TIÊU",
    "1. Mục tiêu chung",
    "- Làm cho việc giải quyết hồ sơ nhanh hơn trong vòng 15 ngày;",
    "2. Mục tiêu cụ thể",
    "a) Hồ sơ trả đúng hẹn đạt từ 95% trở lên; 100% hồ sơ trễ hẹn có thư xin lỗi.",
    "b) Đến hết Quý II/2031, ít nhất 40% thủ tục được làm qua mạng; sự hài lòng đạt mức trên 82%.",
    "II. NHIỆM VỤ",
    "1. Thể chế",
    "- Tỷ lệ văn bản ban hành chậm dưới 5%; hồ sơ bị trả lại không quá 2%.",
    "- Áp dụng hệ thống TCVN ISO 9001:2015 tại 12 xã và 02 đơn vị sự nghiệp.",
)

TARGETS = {
    ("I.2.a", "at_least", "95%"),
    ("I.2.a", "at_least", "100%"),
    ("I.2.b", "at_least", "40%"),
    ("I.2.b", "above", "82%"),
    ("II.1", "below", "5%"),
    ("II.1", "at_most", "2%"),
    ("II.1", "at_least", "12"),
    ("II.1", "at_least", "2"),
}

HEADINGS = {
    "number": "STT",
    "title": "Nội dung công việc",
    "product": "Sản phẩm",
    "lead": "Cơ quan chủ trì",
    "partners": "Cơ quan phối hợp",
    "deadline": "Thời gian hoàn thành",
}

Grid = list[list[str]]


def grid(columns: Sequence[str]) -> Grid:
    """Header, section rows and task rows under the named columns; without `number`, numbers stand
    before the titles."""
    rows = [[HEADINGS[column] for column in columns]]
    section = ""
    for task in TASKS:
        head, number = task.id.split(".")
        if head != section:
            section = head
            first = [f"{head}. {SECTIONS[head]}"]
            if "number" in columns:
                first = [head, SECTIONS[head]]
            rows.append([*first, *[""] * (len(columns) - len(first))])
        cells = {**task._asdict(), "number": number}
        if "number" not in columns:
            cells["title"] = f"{number}. {task.title}"
        rows.append([cells[column] for column in columns])
    return rows


def barred_rows() -> str:
    """One row a line, cells parted by bars."""
    rows = grid(("number", "title", "product", "lead", "partners", "deadline"))
    lines = [" | ".join(row) + " |" for row in rows]
    return "\n".join([*PROSE, "PHỤ LỤC", *lines, "Nơi nhận: như trên"]) + "\n"


def bars() -> str:
    """One cell after the other, lines wrapped, parted by lines that hold a bar."""
    lines = [*PROSE, "PHỤ LỤC"]
    for row in grid(("title", "lead", "partners", "deadline")):
        cells = row[:1] if row[0].startswith(tuple(f"{one}. " for one in SECTIONS)) else row
        for cell in cells:
            words = cell.split()
            lines += [" ".join(words[at : at + 4]) for at in range(0, len(words), 4)]
            lines.append("|")
    return "\n".join(lines) + "\n"


def blank_lines() -> str:
    """One cell after the other between blank lines; a blank cell is a no-break space."""
    cells = [
        cell or "\u00a0"
        for row in grid(("number", "title", "lead", "partners", "deadline"))
        for cell in row
    ]
    return "\n\n".join([*PROSE, "PHỤ LỤC", *cells]) + "\n"


def tabs() -> str:
    """Rows parted by tabs, damaged as scanning does it: cells shifted, heads lost, rows merged."""
    one, two, three, four, five, six, seven = TASKS
    header = "Nhiệm vụ chung\tNhiệm vụ cụ thể\tSản phẩm\tCơ quan chủ trì\tCơ quan phối hợp"
    lines = [
        f"{header}\tThời gian thực hiện\tGhi chú",
        f"I. {SECTIONS['I']}\t1. {one.title}\t{_cells(one)}\t",
        f"\t\t2. {two.title}\t{_cells(two)}",
        "",
        f"1. {three.title}\t{_cells(three)}",
        f"II. {SECTIONS['II']}\t<p>2. {four.title}</p> <p>3. {five.title}</p>\t"
        f"<p>{four.product}</p> <p>{five.product}</p>\t<p>{four.lead}</p><p>{five.lead}</p>\t"
        f"<p>{four.partners}</p><p>{five.partners}</p>\t<p>{four.deadline}</p>"
        f"<p>{five.deadline}</p>",
        "",
        f"\t1. {six.title} 2. {seven.title}\t{_cells(six)}",
        f"\t{seven.product}\t{seven.lead}\t{seven.deadline}",
    ]
    return "\n".join([*PROSE, "", "PHỤ LỤC", "", *lines]) + "\n"


def _cells(task: Task) -> str:
    return "\t".join((task.product, task.lead, task.partners, task.deadline))


def woven(width_of_title: int = 26, width_of_bodies: int = 14) -> str:
    """Lines of all columns by height, then from left to right; a page of prose in one line."""
    parts: list[str] = []
    for row in grid(("number", "title", "lead", "partners", "deadline")):
        widths = (4, width_of_title, width_of_bodies, width_of_bodies - 2, 10)
        columns = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=True)]
        parts.append(_laid(columns))
    prose = " ".join(PROSE)
    return f"  1. {prose} \n  2. PHỤ LỤC (kèm theo). {''.join(parts)}\n"


def _wrapped(text: str, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _laid(columns: Sequence[Sequence[str]]) -> str:
    """Each line with its height, cells set in the middle; blank cells leave blanks."""
    placed: list[tuple[float, int, str]] = []
    for at, lines in enumerate(columns):
        if not lines:
            placed.append((0.0, at, "  "))
        for number, line in enumerate(lines):
            last = number == len(lines) - 1
            placed.append((number - (len(lines) - 1) / 2, at, f"{line} " if last else f"{line}  "))
    return "".join(text for _, _, text in sorted(placed, key=lambda each: each[:2]))


def docx_bytes(columns: Sequence[str], *, merged: bool = True) -> bytes:
    """A Word file: prose as paragraphs, the annex as a table with merged section rows."""
    import docx

    document = docx.Document()
    for line in PROSE:
        document.add_paragraph(line)
    rows = grid(columns)
    table = document.add_table(rows=len(rows), cols=len(columns))
    for at, row in enumerate(rows):
        section = at > 0 and not any(row[2:])
        if section and merged:
            table.cell(at, 0).merge(table.cell(at, len(columns) - 1))
            row = [". ".join(cell.rstrip(".") for cell in row if cell)]
        for column, cell in enumerate(row):
            if cell:
                table.cell(at, column).text = cell
    same = [at for at, row in enumerate(rows) if "Sở Tư pháp" in row]
    lead = list(columns).index("lead")
    if merged:  # both tasks of the first section are led by one body, in one cell
        for at in same[1:]:
            table.cell(at, lead).text = ""
        table.cell(same[0], lead).merge(table.cell(same[-1], lead)).text = "Sở Tư pháp"
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def xlsx_bytes(columns: Sequence[str]) -> bytes:
    """A workbook: a sheet of prose, then the annex with its header in the fourth row."""
    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    first.title = "Kế hoạch"
    for at, line in enumerate(PROSE, start=1):
        first.cell(at, 1, line)
    sheet = workbook.create_sheet("Phụ lục")
    sheet.cell(1, 1, "PHỤ LỤC")
    top = 4
    rows = grid(columns)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row, start=1):
            if cell:
                sheet.cell(top + at, column, int(cell) if cell.isdigit() else cell)
        if at > 0 and not any(row[2:]) and "number" not in columns:
            sheet.merge_cells(
                start_row=top + at, end_row=top + at, start_column=1, end_column=len(columns)
            )
    same = [top + at for at, row in enumerate(rows) if "Sở Tư pháp" in row]
    lead = list(columns).index("lead") + 1
    sheet.merge_cells(start_row=same[0], end_row=same[-1], start_column=lead, end_column=lead)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
