"""The JSON Schema is fresh, says something of every key, and takes every set that we publish."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from criteria import schema
from criteria.faults import known_keys
from criteria.load import read_set
from criteria.model import CriteriaSet
from criteria.packs import LIBRARY

ROOT = Path(__file__).parents[1]
SETS = [
    *sorted(p for p in LIBRARY.glob("*/*.yaml") if p.name not in ("pack.yaml", "plan.yaml")),
    *sorted((ROOT / "tests" / "cases").glob("*.yaml")),
]
SCHEMA = schema.json_schema()


def test_the_file_is_what_the_models_say() -> None:
    for name, text in schema.schema_texts().items():
        written = Path(schema.__file__).with_name(name).read_text(encoding="utf-8")
        assert written == text, "run: python -m criteria.schema"


PLANS = sorted(LIBRARY.glob("*/plan.yaml"))
PLAN_SCHEMA = schema.plan_schema()


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.parent.name)
def test_the_plan_schema_takes_every_plan(path: Path) -> None:
    assert not list(faults(as_an_editor_reads(path), PLAN_SCHEMA, root=PLAN_SCHEMA))
    assert "plan.schema.json" in path.read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("deadline:", "deadlin:"),
        ("starts: 20", "starts: x"),
        ("parindex_plan: 1", "parindex_plan: 2"),
        ("binds: [", "binds: [[x], "),
    ],
)
def test_the_plan_schema_refuses_slips(old: str, new: str, tmp_path: Path) -> None:
    text = PLANS[0].read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert list(faults(as_an_editor_reads(path), PLAN_SCHEMA, root=PLAN_SCHEMA))


def test_every_key_of_a_plan_is_described() -> None:
    pairs = set()
    for name, model in {"Plan": PLAN_SCHEMA, **PLAN_SCHEMA["$defs"]}.items():
        assert model["description"]
        for key, value in model["properties"].items():
            assert value["description"]
            pairs |= {f"{name}.{key}", key}
    assert set(schema._PLAN_KEYS) <= pairs


def test_it_is_a_draft_2020_12_schema_without_an_address() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["title"]
    assert "$id" not in SCHEMA


def test_every_reference_leads_somewhere() -> None:
    references = {node["$ref"] for node in _nodes(SCHEMA) if "$ref" in node}
    assert {each.removeprefix("#/$defs/") for each in references} <= set(SCHEMA["$defs"])


def test_every_key_and_type_is_described() -> None:
    for name, model in _models():
        assert model["description"], name
        for key, value in model["properties"].items():
            assert value["description"], f"{name}.{key}"


def test_no_description_is_left_over() -> None:
    names = {name for name, _ in _models()}
    keys = {key for _, model in _models() for key in model["properties"]}
    pairs = {f"{name}.{key}" for name, model in _models() for key in model["properties"]}
    for written in schema._KEYS:
        assert written in pairs or ("." not in written and written in keys), written
    assert names


def test_keys_are_spelled_as_in_yaml() -> None:
    keys = {key for _, model in _models() for key in model["properties"]}
    assert "from" in keys
    assert "from_" not in keys
    assert keys == set(known_keys(CriteriaSet))


def test_rules_and_criteria_hold_themselves() -> None:
    parts = SCHEMA["$defs"]["SumOf"]["properties"]["parts"]
    assert parts["items"] == {"$ref": "#/$defs/Rule"}
    assert SCHEMA["$defs"]["Group"]["properties"]["criteria"]["items"]["$ref"].endswith("Criterion")


@pytest.mark.parametrize("path", SETS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_sets_are_valid(path: Path) -> None:
    assert read_set(path).set is not None
    assert not list(faults(as_an_editor_reads(path), SCHEMA))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("maximum: 1\n", "maximum: one\n"),
        ("increment: 0.25", "increments: 0.25"),
        ("status: reference", "status: draft"),
        ("kind: judged", "kind: judgement"),
        ("year: 2025\n", ""),
        ("type: points", "type: point"),
    ],
)
def test_a_fault_of_shape_is_seen(old: str, new: str, tmp_path: Path) -> None:
    text = (ROOT / "tests" / "cases" / "judged.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "set.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert list(faults(as_an_editor_reads(path), SCHEMA))


@pytest.mark.parametrize("bound", [0.95, 1, "95%", "95.5 %"])
def test_bounds_are_numbers_or_percents(bound: Any) -> None:
    assert not list(faults(bound, SCHEMA["$defs"]["Bound"]))


@pytest.mark.parametrize("bound", ["95", "%", "ninety", None])
def test_other_bounds_are_refused(bound: Any) -> None:
    assert list(faults(bound, SCHEMA["$defs"]["Bound"]))


def _models() -> Iterator[tuple[str, dict[str, Any]]]:
    yield "CriteriaSet", SCHEMA
    for name, model in SCHEMA["$defs"].items():
        if "properties" in model:
            yield name, model


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        node = list(node.values())
    for below in node if isinstance(node, list) else ():
        yield from _nodes(below)


# --- reading and validating as an editor does -----------------------------------------------


class _EditorLoader(yaml.SafeLoader):
    """YAML as editors read it: a day is a text, everything else as usual."""


_EditorLoader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if not pair[0].endswith(":timestamp")]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_an_editor_reads(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_EditorLoader)


_TYPES: dict[str, Any] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float, Fraction),
    "integer": (int,),
}


def _types(asked: str | list[str]) -> tuple[Any, ...]:
    """The Python types of one word, or of a list of words."""
    names = [asked] if isinstance(asked, str) else asked
    return tuple(t for name in names for t in _TYPES[name])


def faults(
    value: Any, node: dict[str, Any], at: str = "$", root: dict[str, Any] = SCHEMA
) -> Iterator[str]:
    """Where `value` breaks the schema: as much of draft 2020-12 as our schemas use, and no more."""
    for word, asked in node.items():
        match word:
            case "$ref":
                yield from faults(value, root["$defs"][asked.removeprefix("#/$defs/")], at, root)
            case "type":
                if not isinstance(value, _types(asked)) or isinstance(value, bool):
                    yield f"{at}: no {asked}"
                    return
            case "const":
                if value != asked:
                    yield f"{at}: not {asked}"
            case "enum":
                if value not in asked:
                    yield f"{at}: none of {asked}"
            case "pattern":
                if isinstance(value, str) and not re.search(asked, value):
                    yield f"{at}: not like {asked}"
            case "minLength" | "minItems" | "minProperties":
                if isinstance(value, str | list | dict) and len(value) < asked:
                    yield f"{at}: too short"
            case "maxItems":
                if isinstance(value, list) and len(value) > asked:
                    yield f"{at}: too long"
            case "required":
                if isinstance(value, dict):
                    yield from (f"{at}: lacks {key}" for key in asked if key not in value)
            case "properties":
                if isinstance(value, dict):
                    for key in asked.keys() & value.keys():
                        yield from faults(value[key], asked[key], f"{at}.{key}", root)
            case "additionalProperties":
                if isinstance(value, dict) and asked is not True:
                    for key in value.keys() - node.get("properties", {}).keys():
                        if asked is False:
                            yield f"{at}: key {key}"
                        else:
                            yield from faults(value[key], asked, f"{at}.{key}", root)
            case "propertyNames":
                if isinstance(value, dict):
                    for key in value:
                        yield from faults(key, asked, f"{at}.{key}", root)
            case "items":
                if isinstance(value, list):
                    for position, each in enumerate(value):
                        yield from faults(each, asked, f"{at}[{position}]", root)
            case "prefixItems":
                if isinstance(value, list):
                    for position, (each, wanted) in enumerate(zip(value, asked, strict=False)):
                        yield from faults(each, wanted, f"{at}[{position}]", root)
            case "anyOf" | "oneOf":
                fitting = [each for each in asked if not list(faults(value, each, at, root))]
                if not fitting or (word == "oneOf" and len(fitting) > 1):
                    yield f"{at}: fits {len(fitting)} of {len(asked)}"
            case "$schema" | "$defs" | "title" | "description" | "default":
                pass
            case _:
                raise NotImplementedError(word)
