"""Bodies (cơ quan, đơn vị) that a plan names, and the units that they are.

Plans name bodies in running text: "Các sở, ngành; UBND cấp huyện, xã".  A text is cut into names
by the table `bodies.yaml`, the names of the units, and the aliases of the plan; the longest name
wins, and words that no table knows come out as unknown instead of being passed over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import yaml

from criteria.plan.spellings import Contractions, Names, Word, Words, bare, key, names, words_of

Kind = Literal["unit", "group", "outside", "unknown"]

_FILE = Path(__file__).with_name("bodies.yaml")
_HEADS = {
    "departments": ("sở",),
    "districts": ("huyện", "thị xã", "thành phố", "quận"),
    "communes": ("xã", "phường", "thị trấn"),
}
"""Words that a list of one group gives once: "Các sở: Nội vụ, Tư pháp"."""
_COMMITTEE = "ubnd"
_PROVINCE = key("tỉnh")

_Target: TypeAlias = tuple[tuple[Kind, str], ...]
"""All that one spelling names: kinds with unit or group ids, "" where there is none."""
_OUTSIDE: _Target = (("outside", ""),)
_UNKNOWN: _Target = (("unknown", ""),)


@dataclass(frozen=True, slots=True)
class Named:
    """What a run of words names.

    `words` are as written, with the remark that follows them.  `ids` holds one unit id for a
    `unit`, one group id for a `group`; it is empty for an `outside` body (known, not among the
    units) and for an `unknown` one.  Words that name several units or groups give one each.
    """

    words: str
    kind: Kind
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of the text and all that it names.

    `levels`: whether it is one level of administration, which "cấp xã" may go on with.
    """

    start: int
    end: int
    several: _Target
    levels: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(name for kind, name in self.several if kind == "group")

    @property
    def unknown(self) -> bool:
        return self.several == _UNKNOWN


class Bodies:
    """Reads the names of bodies for one list of units.

    >>> units = [("SNV", "Sở Nội vụ", "departments"), ("LT", "Huyện Long Thành", "districts")]
    >>> bodies = Bodies(units)
    >>> bodies.units("Sở Nội vụ; UBND cấp huyện, xã")
    ('SNV', 'LT')
    >>> bodies.unknown("Sở Nội vụ, Hội Làm vườn")
    ('Hội Làm vườn',)
    """

    def __init__(
        self,
        units: Iterable[tuple[str, str, str]],
        own: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        """`units`: (unit id, name, group id); `own`: aliases of the plan, to unit or group ids."""
        self._units = tuple(units)
        self._groups = {unit: group for unit, _, group in self._units}
        table = _table()
        spellings = self._bodies(table)
        spellings.update(self._group_names(table, spellings))
        spellings.update(self._unit_names(table))
        for words, ids in own.items():
            spellings[_spelling(words)] = tuple(map(self._target, ids))
        spellings.pop((), None)
        self._main = names(spellings)
        named = [name for _, name, _ in self._units if "(" in name]
        self._parenthesised = {tuple(map(bare, _spelling(name))) for name in named}
        self._short = {group: _short_names(heads, spellings) for group, heads in _HEADS.items()}
        levels: dict[Words, _Target] = {}
        for group, level_words in table["levels"].items():
            levels |= {_spelling(word): (("group", group),) for word in level_words}
        self._levels = names(levels)
        self._remarks = _plain([*table["remarks"], *table["provinces"], *_provinces(table)])
        self._connectives = _plain(table["connectives"])
        self._committees = _plain(table["committees"])
        self._nobody = names(_nobody(table))

    def read(self, text: str | None) -> tuple[Named, ...]:
        """All that a text names, in its order; blank gives nothing.

        Every word is in some `Named`, except words that only join or introduce names.
        """
        tidy = unicodedata.normalize("NFC", text or "")
        stretches = self._read(tidy, 0, len(tidy), None)
        if not stretches and words_of(tidy, 0, len(tidy), ()):
            stretches = [_Found(0, len(tidy), _UNKNOWN)]
        return tuple(
            Named(_tidy(tidy[found.start : found.end]), kind, (name,) if name else ())
            for found in stretches
            for kind, name in found.several
        )

    def units(self, text: str | None) -> tuple[str, ...]:
        """Ids of the units that a text names, groups expanded, in the order of the units."""
        named = self.read(text)
        ids = {name for one in named if one.kind == "unit" for name in one.ids}
        groups = {name for one in named if one.kind == "group" for name in one.ids}
        return tuple(unit for unit, _, group in self._units if unit in ids or group in groups)

    def unknown(self, text: str | None) -> tuple[str, ...]:
        """Words of a text that name nobody known."""
        return tuple(named.words for named in self.read(text) if named.kind == "unknown")

    # The tables

    def _target(self, name: str) -> tuple[Kind, str]:
        return ("unit", name) if name in self._groups else ("group", name)

    def _bodies(self, table: Mapping[str, Any]) -> dict[Words, _Target]:
        """Spellings of the common bodies: the unit of the same name, else `outside`."""
        own = self._unit_names(table)
        found: dict[Words, _Target] = {}
        for name, others in table["bodies"].items():
            spellings = [_spelling(spelled) for spelled in _spelled_out(table, [name, *others])]
            units = {own[words] for words in spellings if own.get(words, _UNKNOWN) != _UNKNOWN}
            target = units.pop() if len(units) == 1 else _OUTSIDE
            found.update(dict.fromkeys(spellings, target))
        return found

    def _group_names(
        self, table: Mapping[str, Any], bodies: Mapping[Words, _Target]
    ) -> dict[Words, _Target]:
        """Spellings of groups, of several groups or bodies, and of nobody."""
        found: dict[Words, _Target] = {}
        for group, spelled in table["groups"].items():
            for words in spelled:
                found.update(_with_plural(words, (("group", group),)))
        for words, several in table["several"].items():
            targets = (bodies.get(_spelling(name), (("group", name),)) for name in several)
            found.update(_with_plural(words, tuple(part for parts in targets for part in parts)))
        return found | _nobody(table)

    def _unit_names(self, table: Mapping[str, Any]) -> dict[Words, _Target]:
        """Spellings of the units' own names; one that two units share names neither."""
        provinces = [_spelling(words) for words in (*_provinces(table), *table["provinces"])]
        found: dict[Words, set[str]] = {}
        for unit, name, group in self._units:
            spellings = {_spelling(name), _spelling(name.partition("(")[0])}
            spellings |= {_without_end(words, provinces) for words in spellings}
            # "Thanh tra tỉnh" without its last word would claim "Thanh tra huyện".
            long = {words for words in spellings if len(words) > 3 and words[-1] == _PROVINCE}
            spellings |= {words[:-1] for words in long if words[0] != "vp"}
            if group in ("districts", "communes"):
                spellings |= {(_COMMITTEE, *words) for words in spellings}
            for words in spellings:
                found.setdefault(words, set()).add(unit)
        return {
            words: (("unit", next(iter(units))),) if len(units) == 1 else _UNKNOWN
            for words, units in found.items()
            if words
        }

    # Reading

    def _read(self, text: str, start: int, end: int, within: str | None) -> list[_Found]:
        """What `text[start:end]` names; `within`: the group whose short names are understood."""
        found: list[_Found] = []
        at = start
        pairs = [pair for pair in _parentheses(text, start, end) if not self._in_name(text, *pair)]
        for first, last in [*pairs, (end, end)]:
            words = words_of(text, at, first, _contractions())
            within = self._read_words(text, words, found, within)
            if first < last:
                self._take_remark(text, first, last, found, within)
            at = last
        return found

    def _read_words(
        self, text: str, words: list[Word], found: list[_Found], within: str | None
    ) -> str | None:
        """Add what a run of words names to `found`; the group whose short names hold after it."""
        at = 0
        while at < len(words):
            match = self._best(words, at, found, within)
            if match is None:
                after = self._passed_over(words, at, found)
                if after is None:
                    after, target = self._unknown(text, words, at, found, within)
                    found.append(_Found(words[at].start, words[after - 1].end, target))
                at = after
                continue
            target, after = match
            levels = words[at].key == _COMMITTEE or any(kind == "group" for kind, _ in target)
            taken = _Found(words[at].start, words[after - 1].end, target, levels)
            introduced = self._introduced(text, words, at, after, taken)
            if introduced is not None:
                at, within = after, introduced
                continue
            if self._is_part_of_another(text, words, after, taken):
                after, _ = self._unknown(text, words, after, [taken], within)
                taken = _Found(taken.start, words[after - 1].end, _UNKNOWN)
            elif taken.groups:
                within = None
            found.append(taken)
            at = after
        return within

    def _best(
        self, words: list[Word], at: int, found: list[_Found], within: str | None
    ) -> tuple[_Target, int] | None:
        """The longest of what the tables in force know at a position."""
        tables = [self._main]
        if within is not None and within in self._short:
            tables.append(self._short[within])
        if found and found[-1].levels:
            tables.append(self._levels)
        best = _longest(tables, words, at)
        return None if best is None else self._shortened(words, at, best)

    def _shortened(
        self, words: list[Word], at: int, best: tuple[_Target, int]
    ) -> tuple[_Target, int]:
        """A name that took the head of the next: "UBND các huyện, thành phố | Biên Hòa"."""
        for cut in range(at + 1, best[1]):
            after = self._main.match(words, cut)
            before = self._main.match(words[:cut], at)
            if after is None or before is None or before[1] < cut:
                continue
            if after[1] > best[1] and after[0][0][0] == "unit":
                return before
        return best

    def _passed_over(self, words: list[Word], at: int, found: list[_Found]) -> int | None:
        """The position after words that join names, or that remark on the one before."""
        joining = self._connectives.match(words, at)
        if joining is not None:
            return joining[1]
        remark = self._remarks.match(words, at)
        if remark is None or not found or found[-1].unknown:
            return None
        found[-1] = replace(found[-1], end=words[remark[1] - 1].end)
        return remark[1]

    def _unknown(
        self, text: str, words: list[Word], at: int, found: list[_Found], within: str | None
    ) -> tuple[int, _Target]:
        """The position after unknown words that hang together, and what they are.

        A district's name in them does not stop them: "Hội Nông dân huyện Long Thành" is one body.
        """
        after = at + 1
        committee = self._committees.match(words, at)
        while after < len(words) and _adjoins(text, words[after - 1], words[after]):
            local = self._local(words, after)
            if local is not None:
                after = local
            elif self._connectives.match(words, after) or self._best(words, after, found, within):
                break
            else:
                after += 1
        return after, _OUTSIDE if committee is not None else _UNKNOWN

    def _local(self, words: list[Word], at: int) -> int | None:
        """The position after the bare name of a district or commune, or of its level."""
        found = _longest([self._main, self._levels], words, at)
        if found is None or words[at].key == _COMMITTEE:
            return None
        heads = (words[at].key, " ".join(word.key for word in words[at : at + 2]))
        named = any(head in _level_words() for head in heads)
        return found[1] if named else None

    def _introduced(
        self, text: str, words: list[Word], at: int, after: int, taken: _Found
    ) -> str | None:
        """The group whose names a list gives after "Các sở:"; None where `taken` names itself.

        An empty group id stands for a list of bodies after "Các đơn vị được phân công:".
        """
        if after == len(words) or len(taken.several) > 1:
            return None
        group = taken.groups[0] if taken.groups else ""
        if not group and self._nobody.match(words[:after], at) != (_OUTSIDE, after):
            return None
        tables = [self._short[group]] if group in self._short else []
        gap = text[taken.end : words[after].start]
        if not gap.strip():
            short, main = _longest(tables, words, after), self._main.match(words, after)
            return group if short and (main is None or short[1] >= main[1]) else None
        if ":" not in gap:
            return None
        best = _longest([self._main, *tables], words, after)
        return None if best and any(kind == "group" for kind, _ in best[0]) else group

    def _is_part_of_another(self, text: str, words: list[Word], after: int, taken: _Found) -> bool:
        """Whether the next words make another body of a known name.

        "UBND huyện Abc" is not every district, "Công an huyện Abc" not the provincial police.
        """
        if after == len(words) or not _adjoins(text, words[after - 1], words[after]):
            return False
        local = self._local(words, after)
        if local is not None:
            unit = self._main.match(words, after) is not None
            return unit or not taken.levels or taken.groups == ("departments",)
        known = (self._main, self._levels, self._remarks, self._connectives)
        return bool(taken.groups) and all(table.match(words, after) is None for table in known)

    def _in_name(self, text: str, start: int, end: int) -> bool:
        """Whether a parenthesis ends the name of a unit: "Phường 01 (Biên Hòa)"."""
        before = text.rfind("\n", 0, start) + 1
        keys = tuple(bare(word.key) for word in words_of(text, before, end, _contractions()))
        return any(keys[at:] in self._parenthesised for at in range(len(keys)))

    def _take_remark(
        self, text: str, start: int, end: int, found: list[_Found], within: str | None
    ) -> None:
        """A parenthesis: bodies when it names nothing else, else a remark on the one before.

        "Các sở (Nội vụ, Tư pháp)" are those two.
        """
        words = words_of(text, start + 1, end - 1, _contractions())
        if not words:
            return
        last = found[-1] if found else None
        group = last.groups[0] if last and len(last.groups) == len(last.several) == 1 else within
        inside = self._read(text, start + 1, end - 1, group)
        remark = self._connectives.match(words, 0) is not None
        unknown = any(one.unknown for one in (*inside, *found[-1:]))
        if not inside or remark or unknown:
            if last is None:
                found.append(_Found(start, end, _UNKNOWN))
            else:
                found[-1] = replace(last, end=end)
            return
        listed = last is not None and last.groups == (group,) and _all_of_units(inside)
        if listed and (len(inside) > 1 or self._main.match(words, 0) is None):
            found.pop()
        found.extend(inside)


def _all_of_units(found: list[_Found]) -> bool:
    return all(kind == "unit" for one in found for kind, _ in one.several)


def _longest(
    tables: Iterable[Names[_Target]], words: list[Word], at: int
) -> tuple[_Target, int] | None:
    matches = [match for table in tables if (match := table.match(words, at)) is not None]
    return max(matches, key=lambda match: match[1], default=None)


def _adjoins(text: str, before: Word, after: Word) -> bool:
    """Whether only blanks of one line stand between two words."""
    gap = text[before.end : after.start]
    return not gap.strip() and "\n" not in gap


def _parentheses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Outermost pairs of parentheses; one without a partner is punctuation."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for at in range(start, end):
        if text[at] == "(":
            opened.append(at)
        elif text[at] == ")" and opened:
            first = opened.pop()
            pairs = [pair for pair in pairs if pair[0] < first]
            pairs.append((first, at + 1))
    return iter(pairs)


def _tidy(words: str) -> str:
    closing = ")" if words.count("(") > words.count(")") else ""
    return " ".join(words.split()) + closing


def _spelling(name: str) -> Words:
    """A name as compared."""
    tidy = unicodedata.normalize("NFC", name)
    return tuple(word.key for word in words_of(tidy, 0, len(tidy), _contractions()))


def _plain(spelled: Iterable[str]) -> Names[_Target]:
    """A table of words that name nobody."""
    return names({_spelling(words): _OUTSIDE for words in spelled})


def _nobody(table: Mapping[str, Any]) -> dict[Words, _Target]:
    """Spellings of nobody in particular: "các cơ quan, đơn vị có liên quan"."""
    found: dict[Words, _Target] = {}
    for words in table["unscored"]:
        found.update(_with_plural(words, _OUTSIDE))
    return found


def _with_plural(words: str, target: _Target) -> dict[Words, _Target]:
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


def _short_names(heads: Iterable[str], spellings: Mapping[Words, _Target]) -> Names[_Target]:
    """Names of single bodies without the word that a list gives once."""
    found: dict[Words, _Target] = {}
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
def _contractions() -> Contractions:
    return tuple(
        (key(short), tuple(bare(key(word)) for word in long.split()))
        for short, long in _table()["words"].items()
    )


@cache
def _level_words() -> frozenset[str]:
    """First words of the names of districts and communes, and of their levels."""
    heads = (*_HEADS["districts"], *_HEADS["communes"], "cấp huyện", "cấp xã")
    return frozenset(" ".join(_spelling(head)) for head in heads)
