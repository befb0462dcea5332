"""Reading running text for names of bodies: what each stretch of it stands for.

The longest name wins, and words that no table knows come out as unknown instead of being passed
over.  Words that change what a name stands for ("trừ ...", "phối hợp ...") hold up to the end of
their item.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from criteria.plan.body_names import (
    COMMITTEE,
    OUTSIDE,
    UNKNOWN,
    Target,
    Vocabulary,
    contractions,
    level_words,
)
from criteria.plan.spellings import Names, Word, bare, words_of


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the text and all that it names.

    `levels`: whether it is one level of administration, which "cấp xã" may go on with.
    `stands`: what not even a parenthesis makes a mere remark.
    """

    start: int
    end: int
    several: Target
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
        return self.several == UNKNOWN


@dataclass(frozen=True, slots=True)
class _Marker:
    """Words that change what the names after them stand for, and where those begin."""

    sort: Literal["partners", "excepting"]
    start: int
    end: int


class Reader:
    """Reads texts with one vocabulary."""

    def __init__(self, known: Vocabulary) -> None:
        self.known = known

    def stretches(self, text: str) -> list[Found]:
        """All that a text names, exclusions of what it does not name put as unknown."""
        found = self._read(text, 0, len(text), None)
        if not found and words_of(text, 0, len(text), ()):
            return [Found(0, len(text), UNKNOWN)]
        return [
            replace(one, several=UNKNOWN)
            if one.excepts and not self._takes_out(one, found[:position])
            else one
            for position, one in enumerate(found)
        ]

    def _takes_out(self, one: Found, before: list[Found]) -> bool:
        """Whether all that an exclusion holds may be among what was named before it.

        "Các sở trừ Sở Nội vụ, UBND cấp huyện": are the districts out, or are they in?
        """
        if not before or before[-1].several == OUTSIDE:
            return bool(before)
        named = {name for each in before if each.gathers for name in each.ids}
        return all(name in named or self.known.groups.get(name) in named for name in one.ids)

    def _read(
        self, text: str, start: int, end: int, within: str | None, *, bracketed: bool = False
    ) -> list[Found]:
        """What `text[start:end]` names; `within`: the group whose short names are understood."""
        found: list[Found] = []
        helpers = (
            self.known.partners.match(words_of(text, start, end, contractions()), 0) is not None
        )
        at = start
        while at < end:
            at = self._read_item(text, at, end, found, within, helpers, bracketed)
        return found

    def _read_item(
        self,
        text: str,
        start: int,
        end: int,
        found: list[Found],
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
            words = words_of(text, at, first, contractions())
            within, marker = self._read_words(text, words, found, within, helpers)
            if marker is not None and marker.sort == "partners":
                alone = not words_of(text, marker.end, end, ())
                begin = found[-1].start if found and alone else marker.start
                found.append(Found(begin, _trimmed(text, begin, end), UNKNOWN, stands=True))
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
        self, text: str, marker: _Marker, stop: int, found: list[Found], within: str | None
    ) -> Iterator[Found]:
        """What "trừ ..." takes out, and the unknown words in it."""
        last = found[-1] if found else None
        end = _trimmed(text, marker.start, stop)
        inside = self._read(text, marker.end, stop, _group_of(last) or within, bracketed=True)
        known = [one for one in inside if not one.unknown and not one.excepts]
        if not known:
            yield Found(marker.start, end, UNKNOWN, stands=True)
            return
        ids = dict.fromkeys(name for one in known for _, name in one.several if name)
        target: Target = tuple(("except", name) for name in ids) or (("except", ""),)
        levels = last is not None and last.levels
        yield Found(marker.start, end, target, levels, stands=True)
        for one in inside:
            if one not in known:
                yield Found(one.start, one.end, UNKNOWN, stands=True)

    def _marker(self, words: list[Word], at: int, *, helpers: bool) -> _Marker | None:
        """The words at a position, if what follows them is taken out or only helps."""
        match = self.known.excepting.match(words, at)
        if match is not None:
            return _Marker("excepting", words[at].start, words[match[1] - 1].end)
        match = None if helpers else self.known.partners.match(words, at)
        if match is not None:
            return _Marker("partners", words[at].start, words[match[1] - 1].end)
        return None

    def _end_of_item(self, text: str, start: int, end: int) -> int:
        """Where an item of a list ends: at ";", a bullet, or a line that begins with a name."""
        pairs = list(_parentheses(text, start, end))
        signs = (at for at in range(start, end) if text[at] == ";")
        stop = next((at for at in signs if not any(a < at < b for a, b in pairs)), end)
        words = words_of(text, start, stop, contractions())
        at, begin = 0, start
        while at < len(words):
            gap = text[begin : words[at].start]
            name = self.known.main.match(words, at)
            joined = at > 0 and self.known.connectives.match(words[:at], at - 1) is not None
            if at and not joined and _new_line(gap, named=name is not None):
                return begin + gap.index("\n")
            at = at + 1 if name is None else name[1]
            begin = words[at - 1].end
        return stop

    def _read_words(
        self,
        text: str,
        words: list[Word],
        found: list[Found],
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
                    found.append(Found(words[at].start, words[after - 1].end, target))
                at = after
                continue
            target, after = match
            levels = words[at].key == COMMITTEE or any(kind == "group" for kind, _ in target)
            taken = Found(words[at].start, words[after - 1].end, target, levels)
            introduced = self._introduced(text, words, at, after, taken)
            if introduced is not None:
                at, within = after, introduced
                continue
            if self._is_part_of_another(text, words, after, taken):
                after, _ = self._unknown(text, words, after, [taken], within)
                taken = Found(taken.start, words[after - 1].end, UNKNOWN)
            elif taken.groups:
                within = None
            found.append(taken)
            at = after
        return within, None

    def _best(
        self, words: list[Word], at: int, found: list[Found], within: str | None
    ) -> tuple[Target, int] | None:
        """The longest of what the tables in force know at a position."""
        tables = [self.known.main]
        if within is not None and within in self.known.short:
            tables.append(self.known.short[within])
        if found and found[-1].levels:
            tables.append(self.known.levels)
        best = _longest(tables, words, at)
        return None if best is None else self._shortened(words, at, best)

    def _shortened(
        self, words: list[Word], at: int, best: tuple[Target, int]
    ) -> tuple[Target, int]:
        """A name that took the head of the next: "UBND các huyện, thành phố | Biên Hòa"."""
        for cut in range(at + 1, best[1]):
            after = self.known.main.match(words, cut)
            before = self.known.main.match(words[:cut], at)
            if after is None or before is None or before[1] < cut:
                continue
            if after[1] > best[1] and after[0][0][0] == "unit":
                return before
        return best

    def _passed_over(self, words: list[Word], at: int, found: list[Found]) -> int | None:
        """The position after words that join names, or that remark on the one before."""
        remark = self.known.remarks.match(words, at)
        if remark is not None and found and not found[-1].unknown:
            found[-1] = replace(found[-1], end=words[remark[1] - 1].end)
            return remark[1]
        joining = _longest([self.known.connectives, self.known.partners], words, at)
        return None if joining is None else joining[1]

    def _unknown(
        self, text: str, words: list[Word], at: int, found: list[Found], within: str | None
    ) -> tuple[int, Target]:
        """The position after unknown words that hang together, and what they are.

        A district's name in them does not stop them: "Hội Nông dân huyện Long Thành" is one body.
        """
        after = at + 1
        committee = self.known.committees.match(words, at)
        while after < len(words) and _adjoins(text, words[after - 1], words[after]):
            local = self._local(words, after)
            if local is not None:
                after = local
            elif (
                self.known.connectives.match(words, after)
                or self._marker(words, after, helpers=False)
                or self._best(words, after, found, within)
            ):
                break
            else:
                after += 1
        return after, OUTSIDE if committee is not None else UNKNOWN

    def _local(self, words: list[Word], at: int) -> int | None:
        """The position after the bare name of a district or commune, or of its level."""
        found = _longest([self.known.main, self.known.levels], words, at)
        if found is None or words[at].key == COMMITTEE:
            return None
        heads = (words[at].key, " ".join(word.key for word in words[at : at + 2]))
        named = any(head in level_words() for head in heads)
        return found[1] if named else None

    def _introduced(
        self, text: str, words: list[Word], at: int, after: int, taken: Found
    ) -> str | None:
        """The group whose names a list gives after "Các sở:"; None where `taken` names itself.

        An empty group id stands for a list of bodies after "Các đơn vị được phân công:".
        """
        if after == len(words) or len(taken.several) > 1:
            return None
        group = taken.groups[0] if taken.groups else ""
        if not group and self.known.nobody.match(words[:after], at) != (OUTSIDE, after):
            return None
        tables = [self.known.short[group]] if group in self.known.short else []
        gap = text[taken.end : words[after].start]
        if not gap.strip():
            short, main = _longest(tables, words, after), self.known.main.match(words, after)
            return group if short and (main is None or short[1] >= main[1]) else None
        if ":" not in gap:
            return None
        best = _longest([self.known.main, *tables], words, after)
        return None if best and any(kind == "group" for kind, _ in best[0]) else group

    def _is_part_of_another(self, text: str, words: list[Word], after: int, taken: Found) -> bool:
        """Whether the next words make another body of a known name.

        "UBND huyện Abc" is not every district, "Công an huyện Abc" not the provincial police.  On
        a new line a name begins that is known, or the one before goes on.
        """
        if after == len(words) or text[taken.end : words[after].start].strip():
            return False
        one_line = _adjoins(text, words[after - 1], words[after])
        if not one_line and self.known.committees.match(words, after):
            return False
        local = self._local(words, after)
        if local is not None:
            if not one_line:
                return False
            unit = self.known.main.match(words, after) is not None
            return unit or not taken.levels or taken.groups == ("departments",)
        known = (self.known.main, self.known.levels, self.known.remarks, self.known.connectives)
        if self._marker(words, after, helpers=False) is not None:
            return False
        return bool(taken.groups) and all(table.match(words, after) is None for table in known)

    def _in_name(self, text: str, start: int, end: int) -> bool:
        """Whether a parenthesis ends the name of a unit: "Phường 01 (Biên Hòa)"."""
        before = text.rfind("\n", 0, start) + 1
        keys = tuple(bare(word.key) for word in words_of(text, before, end, contractions()))
        return any(keys[at:] in self.known.parenthesised for at in range(len(keys)))

    def _take_remark(
        self, text: str, start: int, end: int, found: list[Found], within: str | None
    ) -> None:
        """A parenthesis: bodies when it names nothing else, else a remark on the one before.

        "Các sở (Nội vụ, Tư pháp)" are those two.  What is taken out is so beside a remark, too.
        """
        words = words_of(text, start + 1, end - 1, contractions())
        if not words:
            return
        last = found[-1] if found else None
        partners = self.known.partners.match(words, 0)
        if last and partners and partners[1] == len(words):
            found.append(Found(last.start, end, UNKNOWN, stands=True))
            return
        group = _group_of(last) or within
        read = self._read(text, start + 1, end - 1, group, bracketed=True)
        standing = [one for one in read if one.stands]
        inside = [one for one in read if not one.stands]
        remark = partners is not None or self.known.connectives.match(words, 0) is not None
        unknown = any(one.unknown for one in (*inside, *found[-1:]))
        if inside and not remark and not unknown:
            listed = last is not None and last.groups == (group,) and _all_of_units(inside)
            if listed and (len(inside) > 1 or self.known.main.match(words, 0) is None):
                found.pop()
            found.extend(inside)
        elif inside or not standing:
            if last is None:
                found.append(Found(start, end, UNKNOWN))
            else:
                found[-1] = replace(last, end=end)
        levels = last is not None and last.levels
        found.extend(replace(one, levels=levels and one.excepts) for one in standing)


def _group_of(found: Found | None) -> str | None:
    """The group that something names, if it names nothing else."""
    alone = found is not None and len(found.groups) == len(found.several) == 1
    return found.groups[0] if found is not None and alone else None


def _all_of_units(found: list[Found]) -> bool:
    return all(kind == "unit" for one in found for kind, _ in one.several)


def _longest(
    tables: Iterable[Names[Target]], words: list[Word], at: int
) -> tuple[Target, int] | None:
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
