"""The plan that a command line names, with the units that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from criteria.packs import LIBRARY, load_pack, pack_ids
from criteria.plan.bodies import Bodies
from criteria.plan.load import LoadedPlan, read_plan
from criteria.plan.model import Plan
from criteria.problems import Place, Problem, ProblemsFound
from inputs.names import meant
from inputs.obligations import bodies_of
from inputs.units import Unit, Units, read_units

_PLAN, _UNITS = "plan.yaml", ("units.csv", "units.xlsx", "units.parquet")


@dataclass(frozen=True)
class Read:
    """A plan file as far as it could be read, and its units; None where there is no list."""

    path: Path
    loaded: LoadedPlan
    units: Units | None


@dataclass(frozen=True)
class Opened:
    """A plan without faults, its units, and who is who."""

    path: Path
    plan: Plan
    units: Units
    bodies: Bodies

    @property
    def names(self) -> dict[str, str]:
        return {unit.unit: unit.name for unit in self.units}

    def unit(self, asked: str) -> Unit:
        """A unit by id or by name.

        Raises: ProblemsFound when there is none, or several of that name.
        """
        found = meant(asked, self.names)
        if found.unit is not None:
            return self.units.by_id[found.unit]
        code = "unit-name-not-unique" if found.several else "unit-unknown"
        values = {"value": asked, "known": ", ".join(found.known)}
        raise ProblemsFound([Problem(code, Place(self.units.source.file), values)])


def read_named(name: str, units_file: Path | None) -> Read:
    """The plan behind a name: a file, a folder that holds `plan.yaml`, or a pack.

    Raises: ProblemsFound when there is none of that name, or its units cannot be read.
    """
    path, beside = _files(name)
    chosen = units_file or beside
    units = None if chosen is None else read_units(chosen)
    return Read(path, read_plan(path), units)


def with_units(read: Read) -> Opened:
    """A plan without faults and its units.

    Raises: ProblemsFound when the plan has faults, or there is no list of units.
    """
    plan = read.loaded.whole()
    if read.units is None:
        raise ProblemsFound([Problem("plan-units-missing", Place(str(read.path)))])
    return Opened(read.path, plan, read.units, bodies_of(plan, read.units))


def open_plan(name: str, units_file: Path | None) -> Opened:
    """The plan behind a name, and its units.

    Raises: ProblemsFound with all that is wrong with them, or when there is no list of units.
    """
    return with_units(read_named(name, units_file))


def _files(name: str) -> tuple[Path, Path | None]:
    """The plan's file, and the list of units that belongs to it."""
    path = Path(name)
    if path.is_file() or path.suffix in (".yaml", ".yml"):
        return path, _units_beside(path.parent)
    if path.is_dir() and (path / _PLAN).is_file():
        return path / _PLAN, _units_beside(path)
    if name in pack_ids():
        pack = load_pack(name)
        if pack.plan is not None:
            return pack.plan, pack.units
        values = {"value": name, "known": _packs_with_plans()}
        raise ProblemsFound([Problem("pack-without-plan", Place(name), values)])
    values = {"value": name, "known": _packs_with_plans()}
    raise ProblemsFound([Problem("plan-not-found", Place(name), values)])


def _packs_with_plans() -> str:
    return ", ".join(each for each in pack_ids() if (LIBRARY / each / _PLAN).is_file()) or "-"


def _units_beside(folder: Path) -> Path | None:
    return next((folder / name for name in _UNITS if (folder / name).is_file()), None)
