"""The names by which a plan may call bodies (tên gọi cơ quan): a common table, the units, aliases.

`bodies.yaml` holds the spellings of common bodies and of groups, and the words that join names or
change what they stand for.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml

from criteria.plan.spellings import (
    Contractions,
    Names,
    Words,
    as_spelled,
    bare,
    key,
    names,
    words_of,
)

Kind = Literal["unit", "group", "outside", "unknown", "except"]

_FILE = Path(__file__).with_name("bodies.yaml")
_HEADS = {
    "departments": ("sở",),
    "districts": ("huyện", "thị xã", "thành phố", "quận"),
    "communes": ("xã", "phường", "thị trấn"),
}
"""Words that a list of one group gives once: "Các sở: Nội vụ, Tư pháp"."""
COMMITTEE = "ubnd"
_PROVINCE = key("tỉnh")

Target: TypeAlias = tuple[tuple[Kind, str], ...]
"""All that one spelling names: kinds with unit or group ids, "" where there is none."""
OUTSIDE: Target = (("outside", ""),)
UNKNOWN: Target = (("unknown", ""),)


@dataclass(frozen=True)
class Vocabulary:
    """All spellings that mean something, for one list of units.

    `groups`: the group of each unit.  `main`: bodies, units and groups; `short`: names without the
    head that a list of a group gives once; `levels`: "cấp xã" after a level.  `parenthesised`:
    names of units that hold a parenthesis.  The rest are words around names.
    """

    groups: Mapping[str, str]
    main: Names[Target]
    short: Mapping[str, Names[Target]]
    levels: Names[Target]
    parenthesised: frozenset[Words]
    remarks: Names[Target]
    connectives: Names[Target]
    committees: Names[Target]
    partners: Names[Target]
    excepting: Names[Target]
    nobody: Names[Target]


def vocabulary(
    units: tuple[tuple[str, str, str], ...], own: Mapping[str, tuple[str, ...]]
) -> Vocabulary:
    """`units`: (unit id, name, group id); `own`: aliases of the plan, to unit or group ids."""
    groups = {unit: group for unit, _, group in units}
    table = _table()
    spellings = _bodies(table, units)
    spellings.update(_group_names(table, spellings))
    spellings.update(_unit_names(table, units))
    for words, ids in own.items():
        spellings[_spelling(words)] = tuple(
            ("unit", name) if name in groups else ("group", name) for name in ids
        )
    spellings.pop((), None)
    named = [name for _, name, _ in units if "(" in name]
    levels: dict[Words, Target] = {}
    for group, level_words in table["levels"].items():
        levels |= {_spelling(word): (("group", group),) for word in level_words}
    return Vocabulary(
        groups=groups,
        main=names(spellings),
        short={group: _short_names(heads, spellings) for group, heads in _HEADS.items()},
        levels=names(levels),
        parenthesised=frozenset(tuple(map(bare, _spelling(name))) for name in named),
        remarks=_plain([*table["remarks"], *table["provinces"], *_provinces(table)]),
        connectives=_plain(table["connectives"]),
        committees=_plain(table["committees"]),
        partners=_plain(table["partners"]),
        excepting=as_spelled({_spelling(words): OUTSIDE for words in table["excepting"]}),
        nobody=names(_nobody(table)),
    )


def _bodies(
    table: Mapping[str, Any], units: tuple[tuple[str, str, str], ...]
) -> dict[Words, Target]:
    """Spellings of the common bodies: the unit of the same name, else `outside`."""
    own = _unit_names(table, units)
    found: dict[Words, Target] = {}
    for name, others in table["bodies"].items():
        spellings = [_spelling(spelled) for spelled in _spelled_out(table, [name, *others])]
        named = {own[words] for words in spellings if own.get(words, UNKNOWN) != UNKNOWN}
        target = named.pop() if len(named) == 1 else OUTSIDE
        found.update(dict.fromkeys(spellings, target))
    return found


def _group_names(table: Mapping[str, Any], bodies: Mapping[Words, Target]) -> dict[Words, Target]:
    """Spellings of groups, of several groups or bodies, and of nobody."""
    found: dict[Words, Target] = {}
    for group, spelled in table["groups"].items():
        for words in spelled:
            found.update(_with_plural(words, (("group", group),)))
    for words, several in table["several"].items():
        targets = (bodies.get(_spelling(name), (("group", name),)) for name in several)
        found.update(_with_plural(words, tuple(part for parts in targets for part in parts)))
    return found | _nobody(table)


def _unit_names(
    table: Mapping[str, Any], units: tuple[tuple[str, str, str], ...]
) -> dict[Words, Target]:
    """Spellings of the units' own names; one that two units share names neither."""
    provinces = [_spelling(words) for words in (*_provinces(table), *table["provinces"])]
    found: dict[Words, set[str]] = {}
    for unit, name, group in units:
        spellings = {_spelling(name), _spelling(name.partition("(")[0])}
        spellings |= {_without_end(words, provinces) for words in spellings}
        # "Thanh tra tỉnh" without its last word would claim "Thanh tra huyện".
        long = {words for words in spellings if len(words) > 3 and words[-1] == _PROVINCE}
        spellings |= {words[:-1] for words in long if words[0] != "vp"}
        if group in ("districts", "communes"):
            spellings |= {(COMMITTEE, *words) for words in spellings}
        for words in spellings:
            found.setdefault(words, set()).add(unit)
    return {
        words: (("unit", next(iter(ids))),) if len(ids) == 1 else UNKNOWN
        for words, ids in found.items()
        if words
    }


def _spelling(name: str) -> Words:
    """A name as compared."""
    tidy = unicodedata.normalize("NFC", name)
    return tuple(word.key for word in words_of(tidy, 0, len(tidy), contractions()))


def _plain(spelled: Iterable[str]) -> Names[Target]:
    """A table of words that name nobody."""
    return names({_spelling(words): OUTSIDE for words in spelled})


def _nobody(table: Mapping[str, Any]) -> dict[Words, Target]:
    """Spellings of nobody in particular: "các cơ quan, đơn vị có liên quan"."""
    found: dict[Words, Target] = {}
    for words in table["unscored"]:
        found.update(_with_plural(words, OUTSIDE))
    return found


def _with_plural(words: str, target: Target) -> dict[Words, Target]:
    spelled = _spelling(words)
    return {spelled: target, (key("các"), *spelled): target}


def _spelled_out(table: Mapping[str, Any], spellings: Iterable[str]) -> Iterator[str]:
    """Spellings with the name of each province in the place of `{province}`."""
    for spelled in spellings:
        if "{province}" in spelled:
            yield from (spelled.format(province=name) for name in table["provinces"])
        else:
            yield spelled


def _provinces(table: Mapping[str, Any]) -> list[str]:
    return [f"tỉnh {province}" for province in table["provinces"]]


def _without_end(words: Words, provinces: Iterable[Words]) -> Words:
    """ "Sở Nội vụ tỉnh Đồng Nai" and "Sở Nội vụ Đồng Nai" -> "Sở Nội vụ"; "... tỉnh" stays."""
    for province in provinces:
        if len(words) > len(province) + 1 and words[-len(province) :] == province:
            kept = words[: -len(province)]
            return (*kept, _PROVINCE) if province[0] == _PROVINCE else kept
    return words


def _short_names(heads: Iterable[str], spellings: Mapping[Words, Target]) -> Names[Target]:
    """Names of single bodies without the word that a list gives once."""
    found: dict[Words, Target] = {}
    for head in map(_spelling, heads):
        for words, target in spellings.items():
            single = len(target) == 1 and target[0][0] in ("unit", "outside")
            if single and words[: len(head)] == head and len(words) > len(head):
                found.setdefault(words[len(head) :], target)
    return names(found)


@cache
def _table() -> Mapping[str, Any]:
    table: Mapping[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return table


@cache
def contractions() -> Contractions:
    return tuple(
        (key(short), tuple(bare(key(word)) for word in long.split()))
        for short, long in _table()["words"].items()
    )


@cache
def level_words() -> frozenset[str]:
    """First words of the names of districts and communes, and of their levels."""
    heads = (*_HEADS["districts"], *_HEADS["communes"], "cấp huyện", "cấp xã")
    return frozenset(" ".join(_spelling(head)) for head in heads)
