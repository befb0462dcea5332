"""What a case declares: sixty leaves in eight fields, exact text for every number.

Standard library only, because every peer reads it inside its own environment. All numbers are
decimal strings (`"1.05"`, percent as `"97.5"`), so that each peer turns them into the number type
that is natural to it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One step of a `steps` rule: `at_least` (>=) or `above` (>) a bound in percent."""

    relation: str
    percent: str
    points: str


@dataclass(frozen=True)
class Tier:
    """One tier of a `deadline` rule: reported on or before the ISO date."""

    by: str
    points: str


@dataclass(frozen=True)
class Leaf:
    """One leaf; only the parts that belong to its kind are filled.

    steps         done / due against `steps`, first that holds
    proportional  maximum from `full_at` on; coefficient x ratio / full_at from `floor` on; else 0
    deadline      date against `tiers`, first that holds
    deduct        max(0, maximum - count x each)
    A missing answer earns 0 and keeps its maximum.
    """

    id: str
    field: str
    kind: str
    maximum: str
    reads: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    floor: str = "0"
    full_at: str = "100"
    coefficient: str = ""
    tiers: tuple[Tier, ...] = ()
    each: str = ""

    @property
    def rule(self) -> tuple[object, ...]:
        """What two leaves must share to be exchangeable: kind, maximum and bounds."""
        return (
            self.kind,
            self.maximum,
            self.steps,
            self.floor,
            self.full_at,
            self.coefficient,
            self.tiers,
            self.each,
        )


@dataclass(frozen=True)
class Spec:
    """The whole set; leaves stand in the order of their fields, so a field is one slice."""

    leaves: tuple[Leaf, ...]

    @property
    def fields(self) -> dict[str, slice]:
        """Field id -> its slice of the leaves."""
        found: dict[str, slice] = {}
        for at, leaf in enumerate(self.leaves):
            start = found[leaf.field].start if leaf.field in found else at
            found[leaf.field] = slice(start, at + 1)
        return found

    @property
    def total(self) -> Fraction:
        return sum((Fraction(leaf.maximum) for leaf in self.leaves), Fraction(0))

    @property
    def inputs(self) -> list[str]:
        return [name for leaf in self.leaves for name in leaf.reads]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def read(path: Path) -> Spec:
        leaves = []
        for raw in json.loads(path.read_text(encoding="utf-8"))["leaves"]:
            raw["reads"] = tuple(raw["reads"])
            raw["steps"] = tuple(Step(**step) for step in raw["steps"])
            raw["tiers"] = tuple(Tier(**tier) for tier in raw["tiers"])
            leaves.append(Leaf(**raw))
        return Spec(tuple(leaves))


def _steps(maximum: str, *steps: tuple[str, str, str]) -> dict[str, object]:
    return {"kind": "steps", "maximum": maximum, "steps": tuple(Step(*step) for step in steps)}


def _proportional(maximum: str, floor: str, full_at: str, coefficient: str) -> dict[str, object]:
    return {
        "kind": "proportional",
        "maximum": maximum,
        "floor": floor,
        "full_at": full_at,
        "coefficient": coefficient,
    }


def _deadline(maximum: str, *tiers: tuple[str, str]) -> dict[str, object]:
    return {"kind": "deadline", "maximum": maximum, "tiers": tuple(Tier(*tier) for tier in tiers)}


def _deduct(maximum: str, each: str) -> dict[str, object]:
    return {"kind": "deduct", "maximum": maximum, "each": each}


# How often a rule occurs, and the rule. Both conventions of steps (>= and >) and bounds that binary
# floats cannot hold occur, as they do in decrees. Rules repeat, as they do in decrees too; the
# repeats make exact ties possible that reach the same total through other leaves.
NEAR_TIE_RULE = _proportional("2", "50", "100", "2")
LOSE_A_TENTH = _deduct("1", "0.1")
LOSE_TWO_TENTHS = _deduct("1", "0.2")
LOSE_THREE_TENTHS = _deduct("1.5", "0.3")
RULES: tuple[tuple[int, dict[str, object]], ...] = (
    (4, _steps("2", ("at_least", "95", "2"), ("at_least", "80", "1.2"), ("at_least", "60", "0.6"))),
    (3, _steps("2", ("above", "90", "2"), ("above", "70", "1"), ("above", "50", "0.5"))),
    (
        2,
        _steps(
            "2",
            ("at_least", "100", "2"),
            ("at_least", "97.5", "1.7"),
            ("at_least", "90", "0.9"),
            ("at_least", "75", "0.3"),
        ),
    ),
    (
        4,
        _steps(
            "1.5", ("at_least", "100", "1.5"), ("at_least", "90", "1.05"), ("at_least", "80", "0.7")
        ),
    ),
    (2, _steps("1", ("above", "30", "1"), ("at_least", "15", "0.35"))),
    (6, NEAR_TIE_RULE),
    (4, _proportional("2", "80", "95", "1.5")),
    (4, _proportional("2", "0", "90", "2")),
    (4, _proportional("2", "70", "98", "1.8")),
    (3, _proportional("2", "60", "100", "1.6")),
    (4, _proportional("1.5", "75", "97.5", "1.5")),
    (4, _deadline("1", ("2017-01-31", "1"), ("2017-02-28", "0.7"), ("2017-03-31", "0.3"))),
    (3, _deadline("1.5", ("2017-06-15", "1.5"), ("2017-06-30", "0.9"))),
    (3, _deadline("1.5", ("2017-12-05", "1.5"), ("2017-12-15", "1.1"), ("2017-12-31", "0.4"))),
    (3, LOSE_A_TENTH),
    (3, LOSE_TWO_TENTHS),
    (2, LOSE_THREE_TENTHS),
    (2, _deduct("2", "0.25")),
)
FIELDS = 8


def sixty_leaves() -> Spec:
    """The set: 15 steps, 25 proportional, 10 deadline, 10 deduct; maxima add to exactly 100."""
    rules = [rule for count, rule in RULES for _ in range(count)]
    by_field: list[list[dict[str, object]]] = [[] for _ in range(FIELDS)]
    for at, rule in enumerate(rules):
        by_field[at % FIELDS].append(rule)
    leaves: list[Leaf] = []
    for field, members in enumerate(by_field, start=1):
        for place, rule in enumerate(members, start=1):
            number = f"{len(leaves) + 1:02}"
            reads = {
                "steps": (f"done_{number}", f"due_{number}"),
                "proportional": (f"done_{number}", f"due_{number}"),
                "deadline": (f"sent_{number}",),
                "deduct": (f"late_{number}",),
            }[str(rule["kind"])]
            leaves.append(Leaf(id=f"{field}.{place}", field=str(field), reads=reads, **rule))  # type: ignore[arg-type]
    spec = Spec(tuple(leaves))
    assert spec.total == 100
    assert len(leaves) == 60
    return spec
