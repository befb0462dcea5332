"""Bodies (cơ quan, đơn vị) that a plan names, and the units that they are.

Plans name bodies in running text: "Các sở, ngành; UBND cấp huyện, xã".  A text is cut into names
by the table `bodies.yaml`, the names of the units, and the aliases of the plan; the longest name
wins, and words that no table knows come out as unknown instead of being passed over.  Words that
change what a name stands for ("trừ ...", "phối hợp ...") hold up to the end of their item.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import yaml

from criteria.plan.spellings import (
    Contractions,
    Names,
    Word,
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
    units) and for an `unknown` one.  Words that name several units or groups give one each.  An
    `except` ("trừ Sở Nội vụ") holds all unit and group ids that it takes out of the groups before.
    """

    words: str
    kind: Kind
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A stretch of the text and all that it names.

    `levels`: whether it is one level of administration, which "cấp xã" may go on with.
    `stands`: what not even a parenthesis makes a mere remark.
    """

    start: int
    end: int
    several: _Target
    levels: bool = False
    stands: bool = False

    @property
    def excepts(self) -> bool:
        return any(kind == "except" for kind, _ in self.several)

    @property
    def gathers(self) -> bool:
        """Whether it stands for units that it does not name one by one."""
        return not self.excepts and (bool(self.groups) or len(self.several) > 1)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(name for _, name in self.several if name)

    @property
    def groups(self) -> tuple[str, ...]:
        return tuple(name for kind, name in self.several if kind == "group")

    @property
    def unknown(self) -> bool:
        return self.several == _UNKNOWN


@dataclass(frozen=True, slots=True)
class _Marker:
    """Words that change what the names after them stand for, and where those begin."""

    sort: Literal["partners", "excepting"]
    start: int
    end: int


class Bodies:
    """Reads the names of bodies for one list of units.

    >>> units = [("SNV", "Sở Nội vụ", "departments"), ("LT", "Huyện Long Thành", "districts")]
    >>> bodies = Bodies(units)
    >>> bodies.units("Sở Nội vụ; UBND cấp huyện, xã")
    ('SNV', 'LT')
    >>> bodies.unknown("Sở Nội vụ, Hội Làm vườn")
    ('Hội Làm vườn',)
    >>> bodies.units("Các sở, ngành; UBND cấp huyện (trừ huyện Long Thành)")
    ('SNV',)
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
        self._partners = _plain(table["partners"])
        self._excepting = as_spelled({_spelling(words): _OUTSIDE for words in table["excepting"]})
        self._nobody = names(_nobody(table))

    def read(self, text: str | None) -> tuple[Named, ...]:
        """All that a text names, in its order; blank gives nothing.

        Every word is in some `Named`, except words that only join or introduce names.
        """
        tidy = unicodedata.normalize("NFC", text or "")
        return tuple(named for found in self._stretches(tidy) for named in _named(tidy, found))

    def units(self, text: str | None) -> tuple[str, ...]:
        """Ids of the units that a text names, groups expanded, in the order of the units.

        What is taken out of a group stays where the text names it by itself, too.
        """
        alone: set[str] = set()
        gathered: set[str] = set()
        for found in self._stretches(unicodedata.normalize("NFC", text or "")):
            ids = found.ids
            units = {unit for unit, group in self._groups.items() if unit in ids or group in ids}
            if found.excepts:
                gathered -= units
            elif found.gathers:
                gathered |= units
            else:
                alone |= units
        return tuple(unit for unit, _, _ in self._units if unit in alone or unit in gathered)

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

    def _stretches(self, text: str) -> list[_Found]:
        """All that a text names, exclusions of what it does not name put as unknown."""
        found = self._read(text, 0, len(text), None)
        if not found and words_of(text, 0, len(text), ()):
            return [_Found(0, len(text), _UNKNOWN)]
        return [
            replace(one, several=_UNKNOWN)
            if one.excepts and not self._takes_out(one, found[:position])
            else one
            for position, one in enumerate(found)
        ]

    def _takes_out(self, one: _Found, before: list[_Found]) -> bool:
        """Whether all that an exclusion holds may be among what was named before it.

        "Các sở trừ Sở Nội vụ, UBND cấp huyện": are the districts out, or are they in?
        """
        if not before or before[-1].several == _OUTSIDE:
            return bool(before)
        named = {name for each in before if each.gathers for name in each.ids}
        return all(name in named or self._groups.get(name) in named for name in one.ids)

    def _read(
        self, text: str, start: int, end: int, within: str | None, *, bracketed: bool = False
    ) -> list[_Found]:
        """What `text[start:end]` names; `within`: the group whose short names are understood."""
        found: list[_Found] = []
        helpers = self._partners.match(words_of(text, start, end, _contractions()), 0) is not None
        at = start
        while at < end:
            at = self._read_item(text, at, end, found, within, helpers, bracketed)
        return found

    def _read_item(
        self,
        text: str,
        start: int,
        end: int,
        found: list[_Found],
        within: str | None,
        helpers: bool,
        bracketed: bool,
    ) -> int:
        """Add to `found` what stands up to the end of the first exclusion; the place after it.

        `helpers`: whether the text is about who helps; `bracketed`: whether it is a parenthesis,
        in which an exclusion goes on past ";".
        """
        at = start
        pairs = [pair for pair in _parentheses(text, start, end) if not self._in_name(text, *pair)]
        for first, last in [*pairs, (end, end)]:
            words = words_of(text, at, first, _contractions())
            within, marker = self._read_words(text, words, found, within, helpers)
            if marker is not None and marker.sort == "partners":
                alone = not words_of(text, marker.end, end, ())
                begin = found[-1].start if found and alone else marker.start
                found.append(_Found(begin, _trimmed(text, begin, end), _UNKNOWN, stands=True))
                return end
            if marker is not None:
                stop = end if bracketed else self._end_of_item(text, marker.end, end)
                found.extend([*self._excepted(text, marker, stop, found, within)])
                return stop
            if first < last:
                self._take_remark(text, first, last, found, within)
            at = last
        return end

    def _excepted(
        self, text: str, marker: _Marker, stop: int, found: list[_Found], within: str | None
    ) -> Iterator[_Found]:
        """What "trừ ..." takes out, and the unknown words in it."""
        last = found[-1] if found else None
        end = _trimmed(text, marker.start, stop)
        inside = self._read(text, marker.end, stop, _group_of(last) or within, bracketed=True)
        known = [one for one in inside if not one.unknown and not one.excepts]
        if not known:
            yield _Found(marker.start, end, _UNKNOWN, stands=True)
            return
        ids = dict.fromkeys(name for one in known for _, name in one.several if name)
        target: _Target = tuple(("except", name) for name in ids) or (("except", ""),)
        levels = last is not None and last.levels
        yield _Found(marker.start, end, target, levels, stands=True)
        for one in inside:
            if one not in known:
                yield _Found(one.start, one.end, _UNKNOWN, stands=True)

    def _marker(self, words: list[Word], at: int, *, helpers: bool) -> _Marker | None:
        """The words at a position, if what follows them is taken out or only helps."""
        match = self._excepting.match(words, at)
        if match is not None:
            return _Marker("excepting", words[at].start, words[match[1] - 1].end)
        match = None if helpers else self._partners.match(words, at)
        if match is not None:
            return _Marker("partners", words[at].start, words[match[1] - 1].end)
        return None

    def _end_of_item(self, text: str, start: int, end: int) -> int:
        """Where an item of a list ends: at ";", a bullet, or a line that begins with a name."""
        pairs = list(_parentheses(text, start, end))
        signs = (at for at in range(start, end) if text[at] == ";")
        stop = next((at for at in signs if not any(a < at < b for a, b in pairs)), end)
        words = words_of(text, start, stop, _contractions())
        at, begin = 0, start
        while at < len(words):
            gap = text[begin : words[at].start]
            name = self._main.match(words, at)
            joined = at > 0 and self._connectives.match(words[:at], at - 1) is not None
            if at and not joined and _new_line(gap, named=name is not None):
                return begin + gap.index("\n")
            at = at + 1 if name is None else name[1]
            begin = words[at - 1].end
        return stop

    def _read_words(
        self,
        text: str,
        words: list[Word],
        found: list[_Found],
        within: str | None,
        helpers: bool,
    ) -> tuple[str | None, _Marker | None]:
        """Add what a run of words names to `found`, up to the first marker.

        Gives the group whose short names hold after it, and that marker.
        """
        at = 0
        while at < len(words):
            match = self._best(words, at, found, within)
            if match is None:
                marker = self._marker(words, at, helpers=helpers)
                if marker is not None:
                    return within, marker
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
        return within, None

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
        remark = self._remarks.match(words, at)
        if remark is not None and found and not found[-1].unknown:
            found[-1] = replace(found[-1], end=words[remark[1] - 1].end)
            return remark[1]
        joining = _longest([self._connectives, self._partners], words, at)
        return None if joining is None else joining[1]

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
            elif (
                self._connectives.match(words, after)
                or self._marker(words, after, helpers=False)
                or self._best(words, after, found, within)
            ):
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

        "UBND huyện Abc" is not every district, "Công an huyện Abc" not the provincial police.  On
        a new line a name begins that is known, or the one before goes on.
        """
        if after == len(words) or text[taken.end : words[after].start].strip():
            return False
        one_line = _adjoins(text, words[after - 1], words[after])
        if not one_line and self._committees.match(words, after):
            return False
        local = self._local(words, after)
        if local is not None:
            if not one_line:
                return False
            unit = self._main.match(words, after) is not None
            return unit or not taken.levels or taken.groups == ("departments",)
        known = (self._main, self._levels, self._remarks, self._connectives)
        if self._marker(words, after, helpers=False) is not None:
            return False
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

        "Các sở (Nội vụ, Tư pháp)" are those two.  What is taken out is so beside a remark, too.
        """
        words = words_of(text, start + 1, end - 1, _contractions())
        if not words:
            return
        last = found[-1] if found else None
        partners = self._partners.match(words, 0)
        if last and partners and partners[1] == len(words):
            found.append(_Found(last.start, end, _UNKNOWN, stands=True))
            return
        group = _group_of(last) or within
        read = self._read(text, start + 1, end - 1, group, bracketed=True)
        standing = [one for one in read if one.stands]
        inside = [one for one in read if not one.stands]
        remark = partners is not None or self._connectives.match(words, 0) is not None
        unknown = any(one.unknown for one in (*inside, *found[-1:]))
        if inside and not remark and not unknown:
            listed = last is not None and last.groups == (group,) and _all_of_units(inside)
            if listed and (len(inside) > 1 or self._main.match(words, 0) is None):
                found.pop()
            found.extend(inside)
        elif inside or not standing:
            if last is None:
                found.append(_Found(start, end, _UNKNOWN))
            else:
                found[-1] = replace(last, end=end)
        levels = last is not None and last.levels
        found.extend(replace(one, levels=levels and one.excepts) for one in standing)


def _named(text: str, found: _Found) -> Iterator[Named]:
    words = _tidy(text[found.start : found.end])
    if found.excepts:
        yield Named(words, "except", tuple(name for _, name in found.several if name))
        return
    for kind, name in found.several:
        yield Named(words, kind, (name,) if name else ())


def _group_of(found: _Found | None) -> str | None:
    """The group that something names, if it names nothing else."""
    alone = found is not None and len(found.groups) == len(found.several) == 1
    return found.groups[0] if found is not None and alone else None


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


def _new_line(gap: str, *, named: bool) -> bool:
    """Whether a gap between words parts two items: a line with a bullet, or before a known name.

    Not after a comma or "và", which go on with the list.
    """
    line, broken, rest = gap.partition("\n")
    if not broken or line.strip(" )]") or re.search(r"\w", rest):
        return False
    return named or bool(rest.strip())


def _trimmed(text: str, start: int, end: int) -> int:
    """The end of a stretch without the signs behind its last word."""
    return start + len(text[start:end].rstrip(" \t\n,;.:-–•+"))


def _parentheses(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Outermost pairs of parentheses; one without a partner is punctuation."""
    opened: list[int] = []
    pairs: list[tuple[int, int]] = []
    for at in range(start, end):
        if text[at] in "([":
            opened.append(at)
        elif text[at] in ")]" and opened:
            first = opened.pop()
            pairs = [pair for pair in pairs if pair[0] < first]
            pairs.append((first, at + 1))
    return iter(pairs)


def _tidy(words: str) -> str:
    closing = ")" if words.count("(") > words.count(")") else ""
    for opens, closes in ("()", "[]"):
        if words.count(closes) > words.count(opens):
            words = words.replace(closes, "", 1)
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
