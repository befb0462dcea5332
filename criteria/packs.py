"""Packs (bộ mẫu): the published criteria sets that come along, a folder a province and year.

A pack is data only: `pack.yaml` names its sets, its list of units and, where they are published,
the answers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from criteria.problems import Place, Problem, ProblemsFound
from criteria.scalars import Number, Text, Whole, YesNo
from criteria.yaml_tree import plain_value, read_tree

LIBRARY = Path(__file__).with_name("library")


class _PackFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    title: Text
    province: Text
    year: Annotated[Whole, Field(ge=1990, le=2200)]
    basis: Text | None = None
    status: Literal["official", "reference"]
    sets: tuple[Text, ...] = Field(min_length=1)
    units: Text
    plan: Text | None = None
    progress: Text | None = None
    answers: Text | None = None
    published: Text | None = None
    generated: YesNo
    tolerance: Number | None = None
    tolerance_reason: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack; all paths are those of its files.

    `answers` is None where answers must be generated for a demonstration; likewise `progress`
    where the pack has a plan.
    """

    id: str
    title: str
    province: str
    year: int
    status: str
    sets: tuple[Path, ...]
    units: Path
    plan: Path | None
    progress: Path | None
    answers: Path | None
    published: Path | None
    note: str | None


def pack_ids() -> tuple[str, ...]:
    """Ids of the packs in the library, sorted."""
    return tuple(sorted(folder.parent.name for folder in LIBRARY.glob("*/pack.yaml")))


def load_pack(pack_id: str) -> Pack:
    """One pack of the library.

    Raises: ProblemsFound when there is none of that id, or its `pack.yaml` is wrong.
    """
    path = LIBRARY / pack_id / "pack.yaml"
    if pack_id not in pack_ids():
        values = {"value": pack_id, "known": ", ".join(pack_ids())}
        raise ProblemsFound([Problem("pack-unknown", Place(str(LIBRARY)), values)])
    try:
        read = _PackFile.model_validate(plain_value(read_tree(path)))
    except ValidationError as error:
        raise ProblemsFound(
            Problem("value-wrong", Place(str(path)), {"reason": f"{fault['loc']}: {fault['type']}"})
            for fault in error.errors(include_url=False)
        ) from error
    folder = path.parent
    return Pack(
        id=read.id,
        title=read.title,
        province=read.province,
        year=read.year,
        status=read.status,
        sets=tuple(folder / name for name in read.sets),
        units=folder / read.units,
        plan=folder / read.plan if read.plan else None,
        progress=folder / read.progress if read.progress else None,
        answers=folder / read.answers if read.answers else None,
        published=folder / read.published if read.published else None,
        note=read.note,
    )
