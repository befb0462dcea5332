"""How much of a plan `parindex plan draft` finds: each text against the plan file made by hand.

    python -m benchmarks.draft_recall FOLDER [--verbose]

FOLDER holds `<pack>.txt` for each pack of the library that has a plan.  A task is found by section
and number, and right when its lead names the same bodies and its deadline reads the same.  A target
is found by value, comparison and clause.  A pack may make several targets of one number (100% of
procedures announced, published and posted); `single` counts each number for one target only.  Of
the candidates only sure ones count; those to be looked at are given by number.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from criteria.plan.bodies import Bodies
from criteria.plan.deadlines import Deadline, Unstated, read_deadline
from criteria.plan.load import load_plan
from criteria.plan.model import Plan, PlanTarget
from inputs.draft import Draft, DraftTarget, DraftTask, Found, draft_plan
from inputs.draft.slugs import slug
from inputs.obligations import bodies_of
from inputs.units import read_units

LIBRARY = Path(__file__).parent.parent / "criteria" / "library"


@dataclass(frozen=True)
class Measured:
    """Counts of one plan.

    `matched`: targets of the pack that a candidate fits; `single`: with each candidate used once.
    `fitting`: candidates that fit a target.
    """

    pack: str
    tasks: int
    drafted: int
    found: int
    leads: int
    deadlines: int
    right: int
    targets: int
    written: int
    matched: int
    single: int
    fitting: int
    unsure: int
    misses: tuple[str, ...] = field(default=())

    @property
    def task_recall(self) -> Fraction:
        return _share(self.right, self.tasks)

    @property
    def task_precision(self) -> Fraction:
        return _share(self.right, self.drafted)

    @property
    def target_recall(self) -> Fraction:
        return _share(self.matched, self.targets)

    @property
    def target_precision(self) -> Fraction:
        return _share(self.fitting, self.written)


def packs() -> list[str]:
    """The packs that have a plan."""
    return sorted(path.parent.name for path in LIBRARY.glob("*/plan.yaml"))


def measure(pack: str, text: Path) -> Measured:
    """One text against its pack."""
    plan = load_plan(LIBRARY / pack / "plan.yaml")
    draft = draft_plan(text)
    misses: list[str] = []
    found, leads, deadlines, right = _tasks(
        plan, draft, bodies_of(plan, read_units(LIBRARY / pack / "units.csv")), misses
    )
    sure = [each for each in draft.targets if each.sure]
    matched, single = _targets(plan, sure, misses)
    return Measured(
        pack,
        len(plan.tasks),
        len(draft.tasks),
        found,
        leads,
        deadlines,
        right,
        len(plan.targets),
        len(sure),
        matched,
        single,
        sum(any(_fits(each, target) for target in plan.targets.values()) for each in sure),
        len(draft.targets) - len(sure),
        tuple(misses),
    )


def _tasks(
    plan: Plan, draft: Draft, bodies: Bodies, misses: list[str]
) -> tuple[int, int, int, int]:
    drafted = {task.id: task for task in draft.tasks}
    found = leads = deadlines = right = 0
    for task in plan.tasks:
        own = drafted.get(task.id)
        if own is None:
            misses.append(f"task {task.id}: not found")
            continue
        found += 1
        lead = _named(task.lead, bodies) == _named(_text(own.lead), bodies)
        deadline = _parts(task.deadline) == _draft_parts(own, plan)
        leads, deadlines, right = leads + lead, deadlines + deadline, right + (lead and deadline)
        if not lead:
            misses.append(f"task {task.id}: lead {_text(own.lead)!r}, pack {task.lead!r}")
        if not deadline:
            misses.append(
                f"task {task.id}: deadline {_text(own.deadline)!r}, pack {task.deadline.text!r}"
            )
    extra = set(drafted) - {task.id for task in plan.tasks}
    misses += [f"task {each}: not in the pack" for each in sorted(extra)]
    return found, leads, deadlines, right


def _text(found: Found | None) -> str | None:
    return found.value if found is not None else None


def _named(text: str | None, bodies: Bodies) -> frozenset[tuple[str, ...]]:
    return frozenset(each.ids or (slug(each.words),) for each in bodies.read(text))


def _parts(deadline: Deadline | None) -> object:
    """The typed reading; a blank deadline is the same as none. None: not understood."""
    if deadline is None:
        return None
    return tuple(part for part in deadline.parts if not isinstance(part, Unstated))


def _draft_parts(task: DraftTask, plan: Plan) -> object:
    return _parts(read_deadline(_text(task.deadline), plan.starts, plan.ends))


def _targets(plan: Plan, sure: Sequence[DraftTarget], misses: list[str]) -> tuple[int, int]:
    """Targets that a candidate fits, and those that have one of their own."""
    free = list(sure)
    matched = single = 0
    for name, target in plan.targets.items():
        fitting = [each for each in sure if _fits(each, target)]
        matched += bool(fitting)
        one = next((each for each in fitting if each in free), None)
        if one is None:
            reason = "shares its number with another" if fitting else "not found"
            misses.append(f"target {name} {target.basis}: {reason}")
            continue
        free.remove(one)
        single += 1
    for each in sure:
        if not any(_fits(each, target) for target in plan.targets.values()):
            found = f"{each.clause} {each.comparison} {each.value}"
            misses.append(f"target {each.id} {found}: not in the pack")
    return matched, single


def _fits(each: DraftTarget, target: PlanTarget) -> bool:
    if each.comparison != target.comparison or each.value != _spelled(target):
        return False
    own = each.clause.split(".") if each.clause else []
    return any(_within(own, basis.strip().split(".")) for basis in (target.basis or "").split(";"))


def _within(own: list[str], basis: list[str]) -> bool:
    """Whether a basis lies in the drafted clause; texts may have lost their Roman heads.

    Packs count the dashes of a clause, each in its way; a draft does not.
    """
    return bool(own) and own in (basis[: len(own)], basis[1 : 1 + len(own)])


def _spelled(target: PlanTarget) -> str:
    if target.value.percent:
        return f"{float(target.value.value * 100):g}%"
    return f"{float(target.value.value):g}"


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(1)


def table(rows: Iterable[Measured]) -> str:
    """One line a plan."""
    lines = [
        "pack                   tasks found right  recall  prec. | "
        "targets written found single  recall  prec. unsure"
    ]
    for row in rows:
        lines.append(
            f"{row.pack:<22} {row.tasks:>5} {row.found:>5} {row.right:>5} "
            f"{float(row.task_recall):>7.1%} {float(row.task_precision):>6.1%} | "
            f"{row.targets:>7} {row.written:>7} {row.matched:>5} {row.single:>6} "
            f"{float(row.target_recall):>7.1%} {float(row.target_precision):>6.1%} {row.unsure:>6}"
        )
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verbose", action="store_true", help="list what was missed")
    asked = parser.parse_args()
    rows: list[Measured] = []
    missing: list[Path] = []
    for pack in packs():
        text = asked.folder / f"{pack}.txt"
        if not text.exists():
            missing.append(text)
            continue
        rows.append(measure(pack, text))
    print(table(rows))
    if asked.verbose:
        for row in rows:
            print(f"\n{row.pack}")
            print("\n".join(f"  {miss}" for miss in row.misses))
    for text in missing:
        print(f"missing: {text}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
