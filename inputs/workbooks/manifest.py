"""The manifest inside a workbook (nhãn hồ sơ): whose it is, of which set; sealed against slips.

It stands on a very hidden sheet, a name and a value a row.  The seal is a keyed hash with the
store's secret: it tells a manifest of this store from one that was put together by hand.  It is no
security against somebody who has the store.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from criteria.fingerprint import fingerprint
from criteria.model import CriteriaSet

FORMAT = "1"

ManifestKind: TypeAlias = Literal["self", "review", "appeal", "rulings"]
"""A unit's self-scoring; a reviewing agency's; a unit's appeals; the council's rulings."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a workbook says of itself.

    `who`: unit or agency.  `sets`: set id -> fingerprint.  `layout`: hash of its keys.  `basis`:
    number of the last fact in the store when it was made.
    """

    kind: str
    assessment: str
    who: str
    sets: Mapping[str, str]
    layout: str
    basis: int
    format: str = FORMAT

    def rows(self, secret: bytes) -> list[tuple[str, str]]:
        """As written into the hidden sheet, the seal last."""
        fields = self._fields()
        return [*fields, ("seal", _seal(fields, secret))]

    def _fields(self) -> list[tuple[str, str]]:
        return [
            ("parindex_workbook", self.format),
            ("kind", self.kind),
            ("assessment", self.assessment),
            ("who", self.who),
            ("sets", json.dumps(dict(sorted(self.sets.items())), ensure_ascii=False)),
            ("layout", self.layout),
            ("basis", str(self.basis)),
        ]


def manifest_of(
    kind: ManifestKind,
    assessment: str,
    who: str,
    sets: Iterable[CriteriaSet],
    layout: str,
    basis: int,
) -> Manifest:
    """The manifest of a workbook that is being made."""
    return Manifest(kind, assessment, who, {s.id: fingerprint(s) for s in sets}, layout, basis)


def read_manifest(rows: Sequence[Sequence[object]], secret: bytes) -> Manifest | None:
    """The manifest in the rows of its sheet; None when it is none, or its seal does not fit."""
    said = {str(row[0]).strip(): str(row[1]).strip() for row in rows if len(row) >= 2 and row[0]}
    try:
        sets = json.loads(said["sets"])
        found = Manifest(
            kind=said["kind"],
            assessment=said["assessment"],
            who=said["who"],
            sets={str(name): str(digest) for name, digest in sets.items()},
            layout=said["layout"],
            basis=int(said["basis"]),
            format=said["parindex_workbook"],
        )
    except (KeyError, ValueError, AttributeError, RecursionError):
        return None
    seal = said.get("seal", "").encode("utf-8", "replace")
    fits = hmac.compare_digest(_seal(found._fields(), secret).encode("ascii"), seal)
    return found if fits else None


def _seal(fields: Sequence[tuple[str, str]], secret: bytes) -> str:
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(secret, text.encode("utf-8"), hashlib.sha256).hexdigest()
