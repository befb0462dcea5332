"""Bodies as five plans spell them: each found, none dropped, none taken for another."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from criteria.plan.bodies import Bodies, Named

LIBRARY = Path(__file__).parents[1] / "criteria" / "library"

UNITS = (
    ("NV", "Sở Nội vụ", "departments"),
    ("TP", "Sở Tư pháp", "departments"),
    ("TC", "Sở Tài chính", "departments"),
    ("KH", "Sở Kế hoạch và Đầu tư", "departments"),
    ("TT", "Sở Thông tin và Truyền thông", "departments"),
    ("CN", "Sở Khoa học và Công nghệ", "departments"),
    ("MT", "Sở Tài nguyên và Môi trường", "departments"),
    ("XD", "Sở Xây dựng", "departments"),
    ("LD", "Sở Lao động, Thương binh và Xã hội", "departments"),
    ("NN", "Sở Nông nghiệp & PTNT", "departments"),
    ("VH", "Sở Văn hóa, Thể thao và Du lịch", "departments"),
    ("GD", "Sở Giáo dục và Đào tạo", "departments"),
    ("YT", "Sở Y tế", "departments"),
    ("VP", "Văn phòng UBND tỉnh", "departments"),
    ("BH", "Bảo hiểm xã hội tỉnh", "departments"),
    ("LT", "Huyện Long Thành", "districts"),
    ("BHO", "Thành phố Biên Hòa", "districts"),
    ("TPH", "Huyện Tân Phú", "districts"),
    ("P1", "Phường 01 (Biên Hòa)", "communes"),
    ("P2", "Phường 01 (Long Khánh)", "communes"),
    ("XTP", "Xã Phú Lộc", "communes"),
)
ALL_DEPARTMENTS = "NV TP TC KH TT CN MT XD LD NN VH GD YT VP BH"
NAMES = {unit: name for unit, name, _ in UNITS}
BODIES = Bodies(UNITS)

# What a text names: unit ids, group ids in angle brackets, `-` for a body outside the units.
D, H, X = "<departments>", "<districts>", "<communes>"
SPELLED = {
    # Đồng Nai 2017
    "Sở Tư pháp": "TP",
    "Các sở, ngành": D,
    "Các sở, ngành; UBND cấp huyện": f"{D} {H}",
    "Các sở, ngành; UBND cấp huyện, cấp xã": f"{D} {H} {X}",
    "Các sở, ban, ngành; UBND cấp huyện và cấp xã": f"{D} {H} {X}",
    "Các sở, ngành; UBND cấp huyện; đơn vị sự nghiệp": f"{D} {H} -",
    "Sở Tư pháp, Sở Nội vụ": "TP NV",
    "Sở Nội vụ; các sở, ngành": f"NV {D}",
    "Sở Nội vụ; Sở Thông tin và Truyền thông": "NV TT",
    "Sở Thông tin và Truyền thông; Các sở, ngành; UBND cấp huyện, cấp xã": f"TT {D} {H} {X}",
    "Các sở: Thông tin và Truyền thông, Tư pháp, Nội vụ,": "TT TP NV",
    "Các sở, ngành: Kế hoạch và Đầu tư, Tài nguyên và Môi trường, Xây dựng, Tư pháp, "
    "Lao động TB & XH, Bảo hiểm xã hội": "KH MT XD TP LD BH",
    "Các sở: Thông tin và Truyền thông, Tài nguyên và Môi trường, Tư pháp, Xây dựng, "
    "Lao động Thương binh và Xã hội": "TT MT TP XD LD",
    # Hưng Yên 2018
    "UBND tỉnh": "-",
    "Các sở, ban, ngành tỉnh; UBND cấp huyện": f"{D} {H}",
    "Các sở, ban, ngành; UBND cấp huyện; UBND cấp xã": f"{D} {H} {X}",
    "Các sở, ban, ngành, UBND cấp huyện, UBND cấp xã": f"{D} {H} {X}",
    "Các cơ quan có liên quan": "-",
    "Các cơ quan liên quan": "-",
    "Báo Hưng Yên, Đài Phát thanh và Truyền hình Hưng Yên; các sở, ban, ngành; UBND cấp huyện": (
        f"- - {D} {H}"
    ),
    "Cơ quan chuyên môn thuộc UBND tỉnh": D,
    "Cơ quan chuyên môn thuộc UBND tỉnh; HĐND, UBND cấp huyện": f"{D} {H}",
    "Cơ quan chuyên môn thuộc UBND tỉnh; UBND cấp huyện": f"{D} {H}",
    "Các đơn vị sự nghiệp công lập": "-",
    "Các sở, ban, ngành; cơ quan hành chính nhà nước; các đơn vị sự nghiệp công lập": (
        f"{D} {D} {H} {X} -"
    ),
    "Các cơ quan hành chính nhà nước": f"{D} {H} {X}",
    "UBND các xã, phường, thị trấn": X,
    "Chi cục TCDLCL, Sở KH&CN": "- CN",
    "Chi cục TCĐLCL, Sở KH&CN": "- CN",
    "Đơn vị tư vấn, Chi cục TCDLCL": "- -",
    "Sở Thông tin và Truyền thông, Sở Nội vụ": "TT NV",
    # Sóc Trăng 2011-2015
    "Sở, ban ngành tỉnh": D,
    "Sở, ban ngành tỉnh, UBND cấp huyện": f"{D} {H}",
    "Sở, ban ngành tỉnh, UBND cấp huyện, xã": f"{D} {H} {X}",
    "Sở, ban ngành tỉnh, UBND cấp huyện; xã": f"{D} {H} {X}",
    "Sở, ban ngành tỉnh, Văn phòng UBND các cấp": f"{D} VP {H} {X}",
    "Sở, ban ngành tỉnh, UBND cấp huyện (theo phê duyệt của Chủ tịch UBND tỉnh)": f"{D} {H}",
    "Sở, ban ngành tỉnh; UBND các huyện, thị xã, thành phố": f"{D} {H}",
    "Sở Nội vụ, Văn phòng, UBND tỉnh": "NV VP",
    "Văn phòng UBND tỉnh, Sở Tư pháp": "VP TP",
    "Sở Khoa học và Công nghệ (Thường trực Ban Chỉ đạo 144)": "CN",
    "Sở Nội vụ, Đài Phát thanh Truyền hình, Báo Sóc Trăng": "NV - -",
    "Đài Phát thanh Truyền hình; Báo Sóc Trăng": "- -",
    "UBND cấp huyện": H,
    # Bình Phước 2018
    "Các sở, ban, ngành và UBND cấp huyện": f"{D} {H}",
    "Văn phòng UBND tỉnh; các sở, ban, ngành, UBND cấp huyện, cấp xã": f"VP {D} {H} {X}",
    "Các cơ quan, đơn vị có liên quan": "-",
    "Các cơ quan, đơn vị liên quan": "-",
    "Các sở, ban, ngành, UBND cấp huyện, cấp xã; Trung tâm Hành chính công tỉnh": (
        f"{D} {H} {X} -"
    ),
    "Trung tâm hành chính công, các sở, ban, ngành và UBND cấp huyện": f"- {D} {H}",
    "Sở Thông tin và Truyền thông; Bưu điện tỉnh": "TT -",
    "Sở Nội vụ và các cơ quan, đơn vị có liên quan": "NV -",
    "Các cơ quan chuyên môn thuộc UBND tỉnh, UBND cấp huyện": f"{D} {H}",
    "Sở Nội vụ thẩm định": "NV",
    "Sở Nội vụ tổng hợp": "NV",
    "Sở Văn hóa, Thể thao và Du lịch; Sở Lao động, Thương binh và Xã hội, Sở Giáo dục và Đào tạo, "
    "Sở Y tế và UBND cấp huyện": f"VH LD GD YT {H}",
    "Sở Nội vụ và Ban Chỉ đạo xây dựng Đề án thành lập Trường Cao đẳng đa ngành tỉnh Bình Phước": (
        "NV -"
    ),
    "Sở Thông tin và Truyền thông, Sở Tài chính, VPUBND tỉnh": "TT TC VP",
    "UBND cấp huyện, Sở Xây dựng và các cơ quan, đơn vị có liên quan": f"{H} XD -",
    "Các sở, ban, ngành, UBND cấp huyện có liên quan": f"{D} {H}",
    "Thường trực Hội đồng thi đua, Khen thưởng tỉnh, Sở Nội vụ": "- NV",
    "Đài phát thanh và truyền hình, Báo Bình Phước": "- -",
    "Các sở, ban, ngành; UBND các huyện, thị xã": f"{D} {H}",
    # Tiền Giang 2018
    "Các sở, ban, ngành tỉnh; UBND cấp huyện, xã": f"{D} {H} {X}",
    "VP. UBND tỉnh": "VP",
    "VP. UBND tỉnh; VP HĐND -UBND cấp huyện": f"VP {H}",
    "UBND tỉnh, cấp huyện, UBND cấp xã": f"- {H} {X}",
    "Các đơn vị được phân công: - Đài Phát thanh - Truyền hình tỉnh - Báo Ấp Bắc "
    "- Văn phòng UBND tỉnh - Sở Kế hoạch và Đầu tư": "- - VP KH",
    "Sở, ngành tỉnh": D,
    "Thủ trưởng Sở ngành": D,
    "Sở Tư pháp và các cơ quan có liên quan": "TP -",
    "Các cơ quan chuyên môn thuộc UBND tỉnh; UBND cấp huyện, cấp xã": f"{D} {H} {X}",
    "Sở, ngành tỉnh, UBND cấp huyện, UBND cấp xã": f"{D} {H} {X}",
    "Các cơ quan chuyên môn UBND tỉnh": D,
    "Các cơ quan chuyên môn thuộc Ủy ban nhân dân tỉnh, Ủy ban nhân dân cấp huyện": f"{D} {H}",
    "Các cơ quan chuyên môn cấp tỉnh, cấp huyện": f"{D} {H}",
    "Các cơ quan chuyên môn, đơn vị sự nghiệp công lập thuộc UBND cấp tỉnh, UBND cấp huyện": (
        f"{D} {H}"
    ),
    "Các sở, ngành tỉnh báo cáo gửi Sở Nội vụ": f"{D} NV",
    "Sở Nội vụ, các sở, ngành tỉnh, các đơn vị sự nghiệp, UBND cấp huyện": f"NV {D} - {H}",
    "Các sở, ngành tỉnh, UBND các huyện, thành, thị": f"{D} {H}",
    "Cơ quan chuyên môn thuộc UBND cấp huyện": H,
    "Sở Tài chính, cơ quan chuyên môn cấp huyện": f"TC {H}",
    "Cơ quan nhà nước cấp tỉnh, cấp huyện": f"{D} {H}",
    "Đơn vị sự nghiệp công lập cấp tỉnh, cấp huyện": "-",
    "UBND tỉnh, UBND huyện": f"- {H}",
    "Cơ quan hành chính nhà nước các cấp": f"{D} {H} {X}",
    "Sở Giáo dục và Đào tạo, Sở Y tế, Sở Văn hóa - Thể thao và Du lịch": "GD YT VH",
    "Sở Nông nghiệp và Phát triển nông thôn": "NN",
    "Sở Lao động-Thương binh và Xã hội": "LD",
}

# Other ways to write them, and names that only look like a known one.
OTHERS = {
    "Sở LĐ-TB&XH, Sở NN&PTNT, Sở KH&ĐT": "LD NN KH",
    "Sở Nội vụ tỉnh Đồng Nai": "NV",
    "Bảo hiểm xã hội": "BH",
    "Giám đốc Sở Nội vụ; Chủ tịch UBND huyện Long Thành": "NV LT",
    "UBND huyện Long Thành, thành phố Biên Hoà": "LT BHO",
    "UBND TP. Biên Hòa": "BHO",
    "UBND các huyện, TX, TP": H,
    "Bưu điện tỉnh: Sở Nội vụ": "- NV",
    "Các cơ quan, đơn vị: Sở Nội vụ, Báo Đồng Nai": "NV -",
    "Các sở, ngành: Hội Làm vườn": "?",
    "UBND các huyện: Long Thành, Tân Phú; Sở Y tế": "LT TPH YT",
    "UBND các huyện Long Thành, Tân Phú": "LT TPH",
    "UBND các huyện, thành phố Biên Hòa": f"{H} BHO",
    "Các sở Nội vụ, Tài chính": "NV TC",
    "Các sở (Nội vụ, Tài chính)": "NV TC",
    "Các sở, ngành (Sở Nội vụ tổng hợp)": f"{D} NV",
    "Các sở, ngành: UBND cấp huyện": f"{D} {H}",
    "UBND tỉnh (qua Sở Nội vụ)": "-",
    "UBND phường 01 (Biên Hòa); Sở Y tế": "P1 YT",
    "Phường 01": "?",
    "Sở Du lịch": "-",
    "Sở Văn thư, Sở Y tế": "? YT",
    "UBND huyện Cần Giờ": "?",
    "UBND xã Tân Phú (huyện Tân Phú)": "?",
    "Công an huyện Long Thành": "?",
    "Bảo hiểm xã hội huyện": "?",
    "Hội Nông dân huyện Long Thành": "?",
    "Phòng Nội vụ huyện Long Thành": "?",
    "Các sở, ngành phía nam": "?",
    "Lãnh đạo": "?",
    "Trụ sở": "?",
    "UBND huyện Tân Trụ": "?",
}

# What is taken out of a group: `-` before all the ids of one exclusion.
EXCEPTED = {
    "Các sở, ban, ngành (trừ Sở Nội vụ)": f"{D} -NV",
    "Các sở, ban, ngành trừ Sở Nội vụ": f"{D} -NV",
    "CÁC SỞ, BAN, NGÀNH (TRỪ SỞ NỘI VỤ)": f"{D} -NV",
    "cac so, nganh (tru So Noi vu)": f"{D} -NV",
    "Các sở, ngành, ngoại trừ Sở Nội vụ và Sở Tư pháp; UBND cấp huyện": f"{D} -NV,TP {H}",
    "Các sở, ngành (không bao gồm Sở Nội vụ), UBND cấp huyện": f"{D} -NV {H}",
    "Các sở [trừ Sở Nội vụ; Sở Tư pháp], Sở Y tế": f"{D} -NV,TP YT",
    "Các sở trừ Nội vụ, Tư pháp": f"{D} -NV,TP",
    "UBND các huyện (trừ Long Thành) trên địa bàn tỉnh": f"{H} -LT",
    "UBND cấp huyện (trừ huyện Long Thành), cấp xã": f"{H} -LT {X}",
    "Cơ quan hành chính nhà nước các cấp (trừ UBND cấp xã)": f"{D} {H} {X} -communes",
    "Các sở (15 đơn vị, trừ Sở Nội vụ)": f"{D} -NV",
    "Các sở trừ Sở Nội vụ (đã làm; năm 2017); UBND cấp huyện": f"{D} -NV {H}",
    "Các sở, UBND cấp huyện trừ UBND huyện Long Thành; xã": f"{D} {H} -LT {X}",
    "UBND các cấp trừ UBND huyện; xã": f"- {H} {X} -districts {X}",
    "Các sở trừ Sở Nội vụ\nUBND cấp huyện": f"{D} -NV {H}",
    "Các sở trừ Sở Nội vụ (đã làm)\nUBND cấp huyện": f"{D} -NV {H}",
    "- Các sở trừ Sở Nội vụ\n- Sở Tư pháp": f"{D} -NV TP",
    "Các sở trừ Sở Nội vụ,\nSở Tư pháp": f"{D} -NV,TP",
    "Các sở trừ Sở Nội vụ và\nSở Tư pháp": f"{D} -NV,TP",
    "Các sở trừ Văn phòng\nUBND tỉnh": f"{D} -VP",
    "Các sở (trừ Công an tỉnh)": f"{D} -",
    "Các cơ quan, đơn vị có liên quan (trừ Sở Nội vụ)": "- -NV",
    "Các sở (trừ Hội Làm vườn)": f"{D} ?",
    "Các sở (trừ Sở Nội vụ, Hội Làm vườn)": f"{D} -NV ?",
    "Các sở trừ": f"{D} ?",
    "Trừ Sở Nội vụ": "?",
    # What was not in cannot be taken out: does the list of exclusions go on after the comma?
    "Các sở trừ Sở Nội vụ, UBND cấp huyện": f"{D} ?",
    "Sở Nội vụ (trừ Sở Tư pháp)": "NV ?",
}

# Who helps the lead is not a lead.
HELPED = {
    "Sở Nội vụ chủ trì, phối hợp Sở Tư pháp": "NV ?",
    "Sở Nội vụ phối hợp các sở": "NV ?",
    "Sở Nội vụ; phối hợp với Sở Y tế (Chi cục A), Sở Tư pháp": "NV ?",
    "Các sở, ngành cùng phối hợp với UBND cấp huyện": f"{D} ?",
    "Chủ trì: Sở Nội vụ; Cơ quan phối hợp: Sở Tư pháp": "NV ?",
    "Chủ trì, phối hợp với Sở Tư pháp": "?",
    "Sở Nội vụ chủ trì, Sở Tư pháp phối hợp": "NV TP ?",
    "Sở Nội vụ (chủ trì), Sở Tư pháp (phối hợp)": "NV TP ?",
    "Các sở (Nội vụ chủ trì, phối hợp Tư pháp)": "NV ?",
    "Phối hợp: Sở Tư pháp": "TP",
    "Phối hợp với Sở Tư pháp; cùng phối hợp: các sở": f"TP {D}",
    "- Cơ quan phối hợp: Sở Tư pháp": "TP",
    "Sở Nội vụ, cùng với Sở Tư pháp": "NV TP",
}

# A new line goes on with the name before it, unless a known name begins there.
BROKEN = {
    "UBND huyện\nCần Giờ": "?",
    "UBND\nhuyện Cần Giờ": "?",
    "Các sở, ngành\nphía nam": "?",
    "UBND huyện\nLong Thành": "LT",
    "UBND cấp huyện\nhuyện Long Thành": f"{H} LT",
    "UBND cấp huyện\ncấp xã": f"{H} {X}",
    "Các sở, ngành\nSở Nội vụ": f"{D} NV",
    "Các sở, ngành\nBan Chỉ đạo 144": f"{D} -",
    "UBND cấp huyện\n- Hội Làm vườn": f"{H} ?",
}


def shown(named: tuple[Named, ...]) -> str:
    marks = {"unit": "{}", "group": "<{}>", "outside": "-", "unknown": "?"}
    counted = [one for one in named if one.kind != "except"]
    assert all(len(one.ids) == (one.kind in ("unit", "group")) for one in counted)
    return " ".join(
        "-" + ",".join(one.ids) if one.kind == "except" else marks[one.kind].format(*one.ids)
        for one in named
    )


@pytest.mark.parametrize(
    ("text", "expected"), (SPELLED | OTHERS | EXCEPTED | HELPED | BROKEN).items()
)
def test_spelled(text: str, expected: str) -> None:
    assert shown(BODIES.read(text)) == expected


@pytest.mark.parametrize(("text", "expected"), SPELLED.items())
def test_case_composition_and_signs_do_not_matter(text: str, expected: str) -> None:
    assert shown(BODIES.read(text.upper())) == expected
    assert shown(BODIES.read(unicodedata.normalize("NFD", text))) == expected
    assert shown(BODIES.read(text.replace(" và ", " & "))) == expected
    assert shown(BODIES.read(re.sub(r"\bUBND", "Uỷ ban nhân dân", text))) == expected
    old_tones = text.replace("hóa", "hoá").replace("Hòa", "Hoà").replace("ủy", "uỷ")
    assert shown(BODIES.read(old_tones)) == expected


@pytest.mark.parametrize("unit", NAMES)
def test_a_name_without_accents_is_understood_where_it_is_unique(unit: str) -> None:
    letters = unicodedata.normalize("NFD", NAMES[unit])
    plain = "".join(one for one in letters if not unicodedata.combining(one))
    assert BODIES.units(plain.replace("đ", "d").replace("Đ", "D")) == (unit,)


def test_accents_decide_where_both_exist() -> None:
    both = Bodies([("A", "Huyện Bình Sơn", "districts"), ("B", "Huyện Bính Sơn", "districts")])
    assert both.units("huyện Bình Sơn") == ("A",)
    assert both.units("huyện Bính Sơn") == ("B",)
    assert both.unknown("huyen Binh Son") == ("huyen Binh Son",)


def test_groups_expand_in_the_order_of_the_units_each_once() -> None:
    assert BODIES.units("UBND cấp huyện; Sở Y tế, các sở, ngành") == (
        *ALL_DEPARTMENTS.split(),
        "LT",
        "BHO",
        "TPH",
    )
    assert BODIES.units("Sở Y tế, Sở Nội vụ; Sở Y tế") == ("NV", "YT")


def test_a_group_without_units_is_still_a_group() -> None:
    few = Bodies(UNITS[:2])
    assert few.read("UBND cấp xã") == (Named("UBND cấp xã", "group", ("communes",)),)
    assert few.units("UBND cấp xã") == ()


def test_a_known_body_that_is_no_unit_is_outside() -> None:
    few = Bodies(UNITS[:2])
    assert few.read("Sở Y tế") == (Named("Sở Y tế", "outside"),)
    assert few.unknown("Sở Y tế") == ()


def test_words_are_kept_as_written_with_their_remark() -> None:
    named = BODIES.read("  Sở  Nội vụ\ntổng hợp, UBND cấp huyện (theo phê duyệt); Hội Làm vườn.")
    assert [one.words for one in named] == [
        "Sở Nội vụ tổng hợp",
        "UBND cấp huyện (theo phê duyệt)",
        "Hội Làm vườn",
    ]
    assert BODIES.unknown("Hội Làm vườn; Sở Y tế và Hội Sinh vật cảnh") == (
        "Hội Làm vườn",
        "Hội Sinh vật cảnh",
    )


@pytest.mark.parametrize("text", [None, "", " \n", "-", "; ,"])
def test_blank_names_nobody(text: str | None) -> None:
    assert BODIES.read(text) == ()


def test_aliases_of_the_plan_win() -> None:
    own = {
        "Báo Ấp Bắc": ("others",),
        "các ngành một cửa": ("NV", "districts"),
        "Sở Tư pháp": ("TC",),
    }
    bodies = Bodies(UNITS, own)
    assert shown(bodies.read("Báo Ấp Bắc; các ngành một cửa")) == f"<others> NV {H}"
    assert bodies.units("SỞ TƯ PHÁP") == ("TC",)
    assert bodies.units("các ngành một cửa") == ("NV", "LT", "BHO", "TPH")


def test_a_name_that_two_units_share_names_neither() -> None:
    twins = Bodies([("A", "Xã Phú Lộc", "communes"), ("B", "Xã Phú Lộc", "communes")])
    assert twins.units("UBND xã Phú Lộc") == ()
    assert twins.unknown("UBND xã Phú Lộc") == ("UBND xã Phú Lộc",)


def test_an_exclusion_holds_for_the_groups_before_it() -> None:
    but_one = tuple(ALL_DEPARTMENTS.split()[1:])
    assert BODIES.units("Các sở, ban, ngành (trừ Sở Nội vụ)") == but_one
    assert BODIES.units("Các sở (trừ Sở Nội vụ); Sở Nội vụ") == ("NV", *but_one)
    assert BODIES.units("Sở Nội vụ; các sở (trừ Sở Nội vụ)") == ("NV", *but_one)
    districts = "Các sở; UBND cấp huyện (trừ huyện Long Thành); cấp xã"
    assert "LT" not in BODIES.units(districts)
    assert {"NV", "TPH", "P1"} <= set(BODIES.units(districts))
    assert BODIES.units("UBND các cấp, trừ UBND cấp xã") == ("LT", "BHO", "TPH")
    own = Bodies(UNITS, {"khối một cửa": ("NV", "districts")})
    assert own.units("khối một cửa (trừ Sở Nội vụ)") == ("LT", "BHO", "TPH")


def test_an_exclusion_keeps_its_words_and_tells_unknown_ones() -> None:
    text = "Các sở (ngoại trừ Sở  Nội vụ); UBND cấp huyện"
    assert [one.words for one in BODIES.read(text)] == [
        "Các sở",
        "ngoại trừ Sở Nội vụ",
        "UBND cấp huyện",
    ]
    assert BODIES.unknown("Các sở (trừ Hội Làm vườn)") == ("trừ Hội Làm vườn",)
    assert BODIES.unknown("Các sở, trừ Sở Nội vụ, Hội Làm vườn.") == ("Hội Làm vườn",)
    ambiguous = "Các sở trừ Sở Nội vụ, UBND cấp huyện"
    assert BODIES.unknown(ambiguous) == ("trừ Sở Nội vụ, UBND cấp huyện",)


def test_helpers_are_told_with_all_their_words() -> None:
    for text, unknown in {
        "Sở Nội vụ chủ trì, phối hợp Sở Tư pháp": "phối hợp Sở Tư pháp",
        "Sở Nội vụ phối hợp với các sở; UBND cấp huyện.": "phối hợp với các sở; UBND cấp huyện",
        "Sở Nội vụ chủ trì, Sở Tư pháp phối hợp": "Sở Tư pháp phối hợp",
        "Sở Nội vụ, Sở Tư pháp (phối hợp)": "Sở Tư pháp (phối hợp)",
    }.items():
        assert BODIES.unknown(text) == (unknown,)
    assert BODIES.units("Sở Nội vụ phối hợp với các sở") == ("NV",)
    assert BODIES.read("Sở Nội vụ chủ trì") == (Named("Sở Nội vụ chủ trì", "unit", ("NV",)),)


_DEPARTMENTS = st.lists(st.sampled_from(ALL_DEPARTMENTS.split()), min_size=1, unique=True)


@given(
    _DEPARTMENTS,
    st.sampled_from(["trừ", "ngoại trừ", "không bao gồm", "Trừ:"]),
    st.sampled_from([", ", " và ", ",\n"]),
    st.sampled_from([" ({})", " {}", ", {}", "\n{}", " [{}]"]),
    st.sampled_from(["", "; UBND cấp huyện", ";\ncấp xã", "\n- UBND cấp huyện"]),
)
def test_all_but_those_taken_out(
    out: list[str], word: str, between: str, around: str, rest: str
) -> None:
    listed = around.format(f"{word} {between.join(NAMES[unit] for unit in out)}")
    text = f"Các sở, ban, ngành{listed}{rest}"
    group = "communes" if "xã" in rest else "districts"
    after = [unit for unit, _, of in UNITS if rest and of == group]
    left = [unit for unit in ALL_DEPARTMENTS.split() if unit not in out]
    assert list(BODIES.units(text)) == left + after
    assert BODIES.unknown(text) == ()


@given(
    _DEPARTMENTS,
    st.lists(st.sampled_from(sorted(NAMES)), min_size=1),
    st.sampled_from([" chủ trì, ", " ", "; ", "\n"]),
    st.sampled_from(["phối hợp ", "phối hợp với ", "cùng phối hợp: "]),
)
def test_helpers_are_never_leads(
    leads: list[str], helpers: list[str], between: str, word: str
) -> None:
    helping = word + ", ".join(NAMES[unit] for unit in helpers)
    text = "; ".join(NAMES[unit] for unit in leads) + between + helping
    assert set(BODIES.units(text)) == set(leads)
    assert BODIES.unknown(text) == (" ".join(helping.split()),)
    assert set(BODIES.units(helping)) == set(helpers)
    assert BODIES.unknown(helping) == ()


_NONSENSE = st.lists(st.text("bcdfgxz", min_size=3, max_size=6), min_size=1, max_size=3).map(
    " ".join
)


@given(
    st.lists(
        st.one_of(st.sampled_from(sorted(NAMES)), _NONSENSE.map(lambda words: f"?{words}")),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from([", ", "; ", " và ", "\n- ", " & "]),
)
def test_unknown_words_between_known_names_are_listed(parts: list[str], between: str) -> None:
    text = between.join(NAMES.get(part, part.removeprefix("?")) for part in parts)
    named = BODIES.read(text)
    assert [one.ids[0] for one in named if one.kind == "unit"] == [p for p in parts if p in NAMES]
    assert list(BODIES.unknown(text)) == [p[1:] for p in parts if p not in NAMES]


@given(
    st.lists(
        st.one_of(
            st.sampled_from([*SPELLED, *OTHERS, "(", ")", ":", ",", "các", "huyện", "xã", "tỉnh"]),
            st.sampled_from(["trừ", "không bao gồm", "phối hợp", "chủ trì", ";", "\n", "[", "]"]),
            _NONSENSE,
        ),
        max_size=8,
    ).map(" ".join)
)
def test_no_word_of_an_unknown_body_is_lost(text: str) -> None:
    said = " ".join(one.words for one in BODIES.read(text)).split()
    for word in text.replace("(", " ").replace(")", " ").split():
        if word.isascii() and set(word) <= set("bcdfgxz"):
            assert any(word in one for one in said)


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text))
    assert bool(BODIES.read(text)) == any(word.casefold() not in ("và", "va") for word in words)


@pytest.mark.parametrize(
    "path", sorted(LIBRARY.glob("*/plan.yaml")), ids=lambda path: path.parent.name
)
def test_every_body_of_the_plans_in_the_library_is_known(path: Path) -> None:
    plan = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = (*plan["tasks"], *plan.get("reports", ()))
    texts = {row.get(key) for row in rows for key in ("lead", "partners", "approved_by")}
    own = {
        words: (ids,) if isinstance(ids, str) else tuple(ids)
        for words, ids in plan.get("aliases", {}).items()
    }
    bodies = Bodies(UNITS, own)
    assert {text: unknown for text in texts if (unknown := bodies.unknown(text))} == {}
