"""Which unit somebody means: by id, or by a name that only one unit has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from inputs.headers import fold


@dataclass(frozen=True, slots=True)
class Meant:
    """The id that was meant; None where it cannot be told, with ids to choose from.

    `several`: the ids are those of units that all have the name.
    """

    unit: str | None
    known: tuple[str, ...] = ()
    several: bool = False


def meant(asked: str, names: Mapping[str, str]) -> Meant:
    """The unit that is asked for; `names`: name by id.

    >>> meant("sở  nội vụ", {"snv": "Sở Nội vụ", "stp": "Sở Tư pháp"}).unit
    'snv'
    """
    if asked in names:
        return Meant(asked)
    wanted = fold(asked)
    named = tuple(unit for unit, name in names.items() if fold(name) == wanted)
    if len(named) == 1:
        return Meant(named[0])
    if named:
        return Meant(None, named[:10], several=True)
    by_name = {fold(name): unit for unit, name in names.items()}
    near = get_close_matches(asked, names, n=5) or [
        by_name[name] for name in get_close_matches(wanted, by_name, n=5)
    ]
    return Meant(None, tuple(near or list(names)[:5]))
