"""The plan that a command line names, with the units that it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from criteria.packs import LIBRARY, load_pack, pack_ids
from criteria.plan.bodies import Bodies
from criteria.plan.load import LoadedPlan, read_plan
from criteria.plan.model import Plan
from criteria.problems import Place, Problem, ProblemsFound, stop_if_any
from inputs.headers import fold
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
        return _find(self.units, asked)


def read_named(name: str, units_file: Path | None) -> Read:
    """The plan behind a name: a file, a folder that holds `plan.yaml`, or a pack.

    Raises: ProblemsFound when there is none of that name, or its units cannot be read.
    """
    path, beside = _files(name)
    chosen = units_file or beside
    units = None if chosen is None else read_units(chosen)
    return Read(path, read_plan(path), units)


def whole(read: Read) -> Plan:
    """The plan of a file without faults.

    Raises: ProblemsFound with every fault of the file.
    """
    stop_if_any(read.loaded.problems)
    assert read.loaded.plan is not None  # nothing is without a problem and without a plan
    return read.loaded.plan


def with_units(read: Read) -> Opened:
    """A plan without faults and its units.

    Raises: ProblemsFound when the plan has faults, or there is no list of units.
    """
    plan = whole(read)
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


def _find(units: Units, asked: str) -> Unit:
    if asked in units.by_id:
        return units.by_id[asked]
    named = [unit for unit in units if fold(unit.name) == fold(asked)]
    if len(named) == 1:
        return named[0]
    place = Place(units.source.file)
    if named:
        values = {"value": asked, "known": ", ".join(unit.unit for unit in named[:10])}
        raise ProblemsFound([Problem("unit-name-not-unique", place, values)])
    names = {fold(unit.name): unit.unit for unit in units}
    near = get_close_matches(asked, units.by_id, n=5) or [
        names[name] for name in get_close_matches(fold(asked), names, n=5)
    ]
    known = ", ".join(near or list(units.by_id)[:5])
    raise ProblemsFound([Problem("unit-unknown", place, {"value": asked, "known": known})])
