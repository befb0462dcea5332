"""The reference of the language is true: its examples load, prove and score, its tables agree.

A fenced block whose first line is `# example: <name>` is a whole set, or, where it leaves out the
head, a piece that is put into one here.  Every example carries cases; a table right behind it
gives the same cases and what comes out.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from criteria.check import check_set
from criteria.check.references import RESERVED
from criteria.exact import fixed, parse_plain, shortest
from criteria.load import load_set, read_set
from criteria.model import CriteriaSet, InputType
from criteria.quantities import Quantity
from criteria.rules import Rule
from criteria.schema import json_schema
from criteria.wording import catalogue
from scoring.cases import check_cases
from tests.test_schema import as_an_editor_reads, faults

PAGE = Path(__file__).parents[1] / "docs" / "criteria-language.md"
TEXT = PAGE.read_text(encoding="utf-8")
SCHEMA = json_schema()

_BLOCK = re.compile(
    r"^```yaml\n# example: (?P<name>\S+)\n(?P<yaml>.*?)^```\n(?P<table>\n\|.*?(?=\n\n|\Z))?",
    re.MULTILINE | re.DOTALL,
)
_HEAD = """\
parindex: 1
id: example-{name}
title: Ví dụ
status: reference
year: 2017
group: departments
total: {total}
"""
_FIELD = """\
fields:
  - id: "field"
    title: Lĩnh vực
    criteria:
"""


@dataclass(frozen=True)
class Example:
    """One block of the page; `table` holds the rows behind it, the header left out."""

    name: str
    yaml: str
    table: tuple[tuple[str, ...], ...]

    @property
    def file(self) -> str:
        """The whole set."""
        if self.yaml.startswith("parindex:"):
            return self.yaml
        before, _, after = self.yaml.partition("criteria:\n")
        criteria, _, cases = after.partition("cases:\n")
        maxima = re.findall(r"^(?:    |  - .*?, )maximum: ([\d.]+)", criteria, re.MULTILINE)
        total = sum((Fraction(maximum) for maximum in maxima), Fraction(0))
        head = _HEAD.format(name=self.name, total=shortest(total))
        indented = "".join(f"    {line}\n" for line in criteria.splitlines())
        return f"{head}{before}{_FIELD}{indented}cases:\n{cases}"


def _examples() -> Iterator[Example]:
    for found in _BLOCK.finditer(TEXT):
        rows = (found["table"] or "").strip().splitlines()[2:]
        table = tuple(tuple(cell.strip() for cell in row.strip("| ").split(" | ")) for row in rows)
        yield Example(found["name"], found["yaml"], table)


EXAMPLES = list(_examples())


def loaded(example: Example, folder: Path) -> CriteriaSet:
    path = folder / f"{example.name}.yaml"
    path.write_text(example.file, encoding="utf-8")
    return load_set(path)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_examples_load_prove_and_score(example: Example, tmp_path: Path) -> None:
    criteria_set = loaded(example, tmp_path)
    assert criteria_set.cases
    found = read_set(tmp_path / f"{example.name}.yaml")
    assert found.source is not None
    assert not found.problems
    assert not check_set(criteria_set, found.source)
    assert not check_cases(criteria_set, found.source)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_editor_takes_the_examples(example: Example, tmp_path: Path) -> None:
    loaded(example, tmp_path)
    assert not list(faults(as_an_editor_reads(tmp_path / f"{example.name}.yaml"), SCHEMA))


@pytest.mark.parametrize(
    "example", [each for each in EXAMPLES if each.table], ids=lambda example: example.name
)
def test_tables_say_what_the_cases_say(example: Example, tmp_path: Path) -> None:
    criteria_set = loaded(example, tmp_path)
    cases = criteria_set.cases
    assert [row[0] for row in example.table] == [case.name for case in cases]
    for row, case in zip(example.table, cases, strict=True):
        if case.leaf is not None or case.index is None or len(row) == 3:
            shown = parse_plain(row[-1])
            assert shown == case.points, case.name
        else:
            assert row[-2] == fixed(case.index, criteria_set.rounding.index), case.name
            assert case.grade is None or row[-1] == case.grade
            assert row[-1] in {grade.name for grade in criteria_set.grades}


def test_every_kind_has_an_example_and_a_table(tmp_path: Path) -> None:
    with_tables = {each.name: each for each in EXAMPLES if each.table}
    for kind in _kinds():
        example = with_tables[kind.replace("_", "-")]
        kinds = {leaf.rule.kind for leaf in loaded(example, tmp_path).leaves}
        assert kinds == {kind}


def test_names_of_examples_are_their_own() -> None:
    names = [example.name for example in EXAMPLES]
    assert len(names) == len(set(names))
    assert len(re.findall(r"^```yaml$", TEXT, re.MULTILINE)) == len(names)


@pytest.mark.parametrize("kind", get_args(get_args(Rule)[0]))
def test_every_rule_kind_has_a_section_and_a_row(kind: Any) -> None:
    name = kind.model_fields["kind"].default
    assert re.search(rf"^### {name}$", TEXT, re.MULTILINE)
    assert f"| [`{name}`](#{name}) |" in TEXT


def test_every_input_type_has_a_row() -> None:
    for name in get_args(InputType):
        assert re.search(rf"^\| `{name}` \|", TEXT, re.MULTILINE), name


def test_every_quantity_has_a_row() -> None:
    keys = {
        key
        for member in get_args(get_args(Quantity)[0])
        for key in getattr(get_args(member)[0], "model_fields", {})
    }
    assert keys == {"ratio", "complement", "change", "sum", "attained", "tasks", "count"}
    for key in keys:
        assert re.search(rf"^\| `of: {{{key}: .*` \|", TEXT, re.MULTILINE), key


def test_every_key_is_named() -> None:
    models = {"CriteriaSet": SCHEMA, **SCHEMA["$defs"]}
    for name, model in models.items():
        for key in model.get("properties", {}):
            spellings = (f"`{key}`", f"`{key}:", f"`{{{key}: ")
            assert any(spelling in TEXT for spelling in spellings), f"{name}.{key}"


def test_every_word_to_choose_from_is_named() -> None:
    for name, model in {"CriteriaSet": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, value in model.get("properties", {}).items():
            for word in value.get("enum", ()):
                assert f"`{word}`" in TEXT, f"{name}.{key}: {word}"


def test_defaults_are_told_right() -> None:
    for key, value in SCHEMA["properties"].items():
        default = value.get("default")
        if isinstance(default, str | int):
            assert re.search(rf"^\| `{key}` \|.*\| `{default}` \|$", TEXT, re.MULTILINE), key
    for key in SCHEMA["required"]:
        assert re.search(rf"^\| `{key}` \|.*\| must be there \|$", TEXT, re.MULTILINE), key


def test_reserved_words_and_codes_exist() -> None:
    sentence = TEXT[TEXT.index("and so not to be had:") :].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z]+)`", sentence)) == RESERVED
    section = TEXT[TEXT.index("## 11.") : TEXT.index("## 12.")]
    for code in re.findall(r"`([a-z]+(?:-[a-z]+)+)`", section):
        assert code in catalogue("problems"), code


def test_links_within_the_page_lead_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for link in re.findall(r"\]\(#([^)]+)\)", TEXT):
        assert link in anchors, link


def _kinds() -> list[str]:
    return [model.model_fields["kind"].default for model in get_args(get_args(Rule)[0])]
