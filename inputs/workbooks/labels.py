"""What the locked cells of the form say (nhãn của dòng), to be held against what came back.

A value under an edited label may answer another question, so an edit is told.  Workbooks are made
in either language; the words of the form stand in `criteria/wording/form.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cache

from criteria.exact import shortest
from criteria.model import CriteriaSet, Input
from criteria.wording import LANGUAGES, Language, wording
from inputs.headers import fold
from inputs.workbooks.form import HEADS, ID, MAXIMUM, TITLE, FormRow


def asked_title(declared: Input, option: str | None, language: Language = "vi") -> str:
    """What a row for a number is called; of a tally, each option has its row."""
    if option is None:
        return declared.title
    return wording("form", "form.option", language, title=declared.title, option=option)


def labels_of(row: FormRow, criteria_set: CriteriaSet) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Column and accepted texts of the row's id, title and, of leaves, maximum."""
    if row.group is not None:
        yield ID, (row.group.id,)
        yield TITLE, (row.group.title,)
    elif row.kind == "leaf" and row.duty is not None:
        yield ID, (row.duty.item.id,)
        yield TITLE, (row.duty.item.title,)
        yield MAXIMUM, (shortest(row.duty.item.maximum),)
    elif row.input is not None:
        declared = criteria_set.inputs[row.input]
        titles = (asked_title(declared, row.option, language) for language in LANGUAGES)
        yield TITLE, tuple(dict.fromkeys(titles))


def same_label(column: str, shown: str, accepted: tuple[str, ...]) -> bool:
    """Whether a cell says one of the texts; a maximum is a number, however it is spelled."""
    if column == MAXIMUM:
        return same_number(shown, accepted[0])
    return shown in accepted or fold(shown) in map(fold, accepted)


def same_number(shown: str, expected: str) -> bool:
    """Whether a text spells the number that is expected, with a point or a comma."""
    try:
        return Fraction(shown.replace(",", ".")) == Fraction(expected)
    except (ValueError, ZeroDivisionError):
        return False


@cache
def heads() -> Mapping[str, tuple[str, frozenset[str]]]:
    """Column of the form -> its header, and what it may say in any language, folded."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for name, column in HEADS.items():
        texts = [wording("form", f"head.{name}", language) for language in LANGUAGES]
        found[column] = texts[0], frozenset(map(fold, texts))
    return found
