"""Bodies (cơ quan, đơn vị) that a plan names, and the units that they are.

Plans name bodies in running text: "Các sở, ngành; UBND cấp huyện, xã".  A text is cut into names
by the table `bodies.yaml`, the names of the units, and the aliases of the plan; the longest name
wins, and words that no table knows come out as unknown instead of being passed over.  Words that
change what a name stands for ("trừ ...", "phối hợp ...") hold up to the end of their item.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from criteria.plan.body_names import Kind, vocabulary
from criteria.plan.body_reading import Found, Reader


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
        self._reader = Reader(vocabulary(self._units, own))

    def read(self, text: str | None) -> tuple[Named, ...]:
        """All that a text names, in its order; blank gives nothing.

        Every word is in some `Named`, except words that only join or introduce names.
        """
        tidy = unicodedata.normalize("NFC", text or "")
        return tuple(
            named for found in self._reader.stretches(tidy) for named in _named(tidy, found)
        )

    def units(self, text: str | None) -> tuple[str, ...]:
        """Ids of the units that a text names, groups expanded, in the order of the units.

        What is taken out of a group stays where the text names it by itself, too.
        """
        alone: set[str] = set()
        gathered: set[str] = set()
        for found in self._reader.stretches(unicodedata.normalize("NFC", text or "")):
            ids = found.ids
            units = {
                unit
                for unit, group in self._reader.known.groups.items()
                if unit in ids or group in ids
            }
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


def _named(text: str, found: Found) -> Iterator[Named]:
    words = _tidy(text[found.start : found.end])
    if found.excepts:
        yield Named(words, "except", tuple(name for _, name in found.several if name))
        return
    for kind, name in found.several:
        yield Named(words, kind, (name,) if name else ())


def _tidy(words: str) -> str:
    closing = ")" if words.count("(") > words.count(")") else ""
    for opens, closes in ("()", "[]"):
        if words.count(closes) > words.count(opens):
            words = words.replace(closes, "", 1)
    return " ".join(words.split()) + closing
