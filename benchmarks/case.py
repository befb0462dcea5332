"""Makes a case: the set of `spec.py` and N units that answer it, the same on every machine.

Random numbers are SplitMix64 over (seed, column, row), written in 64-bit integer arithmetic, so no
version of any library can change a case.

Ties by construction. A share of the rows (`tie_share`, default 2 %) are made as partners of other
rows:

- a quarter are duplicates: the same answers;
- two fifths are exact ties of another shape: answers exchanged between leaves of the same rule, and
  a loss of 0.1 + 0.2 in two leaves against 0.3 in one. The totals are equal as fractions, not
  always as floats;
- the rest are near-ties: four (or six) ratios with prime denominators whose sums differ by less
  than 1e-9 (or
  less than 1e-13, which is below what a float64 near 80 can hold), and are not equal.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.spec import (
    LOSE_A_TENTH,
    LOSE_THREE_TENTHS,
    LOSE_TWO_TENTHS,
    NEAR_TIE_RULE,
    Leaf,
    Spec,
    sixty_leaves,
)

if TYPE_CHECKING:
    import polars as pl

MAKER = 1  # raised when the same seed would give another table, so that stored cases never mix
MASK = (1 << 64) - 1
GOLDEN, MIX_1, MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
# Shares of the constructed rows; the rest are near-ties.
DUPLICATES, OTHER_SHAPE = Fraction(1, 4), Fraction(2, 5)
PRIMES = (397, 389, 383, 379, 373, 367, 359, 353, 349, 347)


@dataclass(frozen=True)
class Case:
    """A case on disk. `inputs` is the one table that every engine reads."""

    folder: Path
    units: int
    seed: int
    tie_share: str

    @property
    def spec_file(self) -> Path:
        return self.folder / "spec.json"

    @property
    def criteria_file(self) -> Path:
        return self.folder / "criteria.yaml"

    @property
    def inputs_file(self) -> Path:
        return self.folder / "inputs.parquet"

    @property
    def spec(self) -> Spec:
        return Spec.read(self.spec_file)

    @property
    def about(self) -> dict[str, Any]:
        """What was made: seed, tie share, how many rows of each construction."""
        found: dict[str, Any] = json.loads((self.folder / "case.json").read_text(encoding="utf-8"))
        return found

    @staticmethod
    def at(folder: Path) -> Case:
        about = json.loads((folder / "case.json").read_text(encoding="utf-8"))
        return Case(folder, about["units"], about["seed"], about["tie_share"])


# --- random numbers ------------------------------------------------------------


def _splitmix(state: int) -> int:
    state = (state + GOLDEN) & MASK
    state = ((state ^ (state >> 30)) * MIX_1) & MASK
    state = ((state ^ (state >> 27)) * MIX_2) & MASK
    return state ^ (state >> 31)


def _key(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{MAKER}/{seed}/{name}".encode()).digest()[:8], "big")


def _number(seed: int, name: str, row: int) -> int:
    """One draw, 0 <= n < 2**64, in plain Python."""
    return _splitmix((_key(seed, name) + row * GOLDEN) & MASK)


def _draw(seed: int, name: str, below: int) -> pl.Expr:
    """A column of draws 0 <= n < below over the column `row`; UInt64 wraps as SplitMix64 wants."""
    import polars as pl

    def u64(value: int) -> pl.Expr:
        return pl.lit(value, dtype=pl.UInt64)

    z = pl.col("row") * u64(GOLDEN) + u64(_key(seed, name)) + u64(GOLDEN)
    z = (z ^ (z // u64(1 << 30))) * u64(MIX_1)
    z = (z ^ (z // u64(1 << 27))) * u64(MIX_2)
    z = z ^ (z // u64(1 << 31))
    return (z % u64(below)).cast(pl.Int64)


# --- answers -------------------------------------------------------------------


def _answers(leaf: Leaf, seed: int) -> list[pl.Expr]:
    """The columns of one leaf, from `row` and `quality` (permille: how good the unit is)."""
    import polars as pl

    def draw(what: str, below: int) -> pl.Expr:
        return _draw(seed, f"{leaf.id}/{what}", below)

    missing = draw("missing", 200)
    match leaf.kind:
        case "steps" | "proportional":
            done, due = leaf.reads
            own = _key(seed, f"{leaf.id}/habit")
            most = (12, 40, 120, 400)[
                own % 4
            ]  # a leaf counts months, meetings, documents or case files
            easy = 300 if leaf.maximum == "1" else 840 + own // 4 % 130
            noise = draw("n1", 121) + draw("n2", 121) - 120
            rate = (easy + pl.col("quality") + noise).clip(0, 1000)
            asked = 1 + draw("due", most)
            got = (
                asked * rate + draw("part", 1000)
            ) // 1000  # rounded at random, as a count of successes would be
            return [
                pl.when(missing >= 4).then(pl.min_horizontal(got, asked)).alias(done),
                pl.when(missing >= 1).then(asked).alias(due),
            ]
        case "deadline":
            first = date.fromisoformat(leaf.tiers[0].by)
            days = (
                (first - date(1970, 1, 1)).days
                - 75
                + draw("d1", 61)
                + draw("d2", 61)
                - pl.col("quality") // 8
            )
            return [
                pl.when(missing >= 4).then(days).cast(pl.Int32).cast(pl.Date).alias(leaf.reads[0])
            ]
        case "deduct":
            late = pl.min_horizontal(draw("l1", 7), draw("l2", 7))
            return [pl.when(missing >= 4).then(late).alias(leaf.reads[0])]
        case kind:
            raise AssertionError(kind)


def _units(spec: Spec, units: int, seed: int) -> pl.DataFrame:
    import polars as pl

    rows = pl.DataFrame({"row": pl.int_range(0, units, dtype=pl.UInt64, eager=True)})
    quality = sum((_draw(seed, f"quality/{n}", 81) for n in range(3)), pl.lit(-120, dtype=pl.Int64))
    rows = rows.with_columns(quality=quality)
    return rows.select(*(column for leaf in spec.leaves for column in _answers(leaf, seed)))


# --- ties by construction ------------------------------------------------------


def _alike(spec: Spec) -> list[list[Leaf]]:
    """Leaves that share a rule; only groups of two and more."""
    groups: dict[tuple[object, ...], list[Leaf]] = {}
    for leaf in spec.leaves:
        groups.setdefault(leaf.rule, []).append(leaf)
    return [group for group in groups.values() if len(group) > 1]


def _with_rule(spec: Spec, rule: dict[str, object]) -> list[Leaf]:
    return [
        leaf
        for leaf in spec.leaves
        if all(getattr(leaf, key) == value for key, value in rule.items())
    ]


def _exchange(spec: Spec, answers: dict[str, Any]) -> None:
    """Move the answers one on among the leaves of each rule: the same total by other leaves."""
    for group in _alike(spec):
        names = [leaf.reads for leaf in group]
        values = [[answers[name] for name in reads] for reads in names]
        for reads, moved in zip(names, values[-1:] + values[:-1], strict=True):
            answers.update(zip(reads, moved, strict=True))


def _lose_otherwise(spec: Spec, left: dict[str, Any], right: dict[str, Any]) -> None:
    """0.1 + 0.2 lost by `left` in two leaves, 0.3 lost by `right` in one."""
    tenth, two, three = (
        _with_rule(spec, rule)[0].reads[0]
        for rule in (LOSE_A_TENTH, LOSE_TWO_TENTHS, LOSE_THREE_TENTHS)
    )
    left.update({tenth: 1, two: 1, three: 0})
    right.update({tenth: 0, two: 0, three: 1})


def nearly_equal(leaves: int, most: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Prime denominators, and changes of numerators that move the sum by k / (their product).

    By the Chinese remainder theorem the changes follow from k modulo each prime; those are kept
    whose sum carries no whole number and that are small enough to keep every ratio between 50 % and
    100 %.
    """
    found = []
    for primes in itertools.combinations(PRIMES, leaves):
        product = math.prod(primes)
        for k in range(1, most + 1):
            changes = []
            for prime in primes:
                change = k * pow(product // prime, -1, prime) % prime
                changes.append(change - prime if change > prime // 2 else change)
            exact = sum(
                change * (product // prime) for change, prime in zip(changes, primes, strict=True)
            )
            # The rule gives 2 points for a ratio of 1, so the two totals are 2 k / product apart.
            close = 2 * k * 10**9 < product
            if (
                close
                and exact == k
                and all(5 * abs(c) <= 2 * p for c, p in zip(changes, primes, strict=True))
            ):
                found.append((primes, tuple(changes)))
    return found


def _nearly(
    leaves: list[Leaf],
    change: tuple[tuple[int, ...], tuple[int, ...]],
    draw: int,
    left: dict[str, Any],
    right: dict[str, Any],
) -> None:
    for leaf, due, step in zip(leaves, *change, strict=False):
        low = (due + 1) // 2 + max(0, -step)
        high = due - 1 - max(0, step)
        base = low + draw % (high - low + 1)
        done_name, due_name = leaf.reads
        left.update({done_name: base, due_name: due})
        right.update({done_name: base + step, due_name: due})


def _tie(
    spec: Spec, answers: pl.DataFrame, share: Fraction, seed: int
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Turn the last rows into partners of the first ones, then shuffle."""
    import polars as pl

    count = int(len(answers) * share)
    duplicates, other = int(count * DUPLICATES), int(count * OTHER_SHAPE)
    if count:
        lefts = answers.head(count).to_dicts()
        rights = [dict(row) for row in lefts]
        fours, sixes = nearly_equal(4, 10), nearly_equal(6, 40)
        near_leaves = _with_rule(spec, NEAR_TIE_RULE)
        for at, (left, right) in enumerate(zip(lefts, rights, strict=True)):
            draw = _number(seed, "tie", at)
            if at < duplicates:
                continue
            if at < duplicates + other:
                if draw % 2:
                    _lose_otherwise(spec, left, right)
                _exchange(spec, right)
            else:
                changes = (fours, sixes)[at % 2]
                _nearly(near_leaves, changes[draw % len(changes)], draw >> 32, left, right)
        middle = answers.slice(count, len(answers) - 2 * count)
        made = [pl.DataFrame(rows, schema=answers.schema) for rows in (lefts, rights)]
        answers = pl.concat([made[0], middle, made[1]])
    shuffled = (
        answers.with_columns(pl.int_range(0, len(answers), dtype=pl.UInt64).alias("row"))
        .sort(_draw(seed, "shuffle", 1 << 62), "row")
        .drop("row")
        .rechunk()
    )
    near = count - duplicates - other
    return shuffled, {"duplicates": duplicates, "ties_of_other_shape": other, "near_ties": near}


# --- the case ------------------------------------------------------------------


def make_case(work: Path, units: int, seed: int = 2017, tie_share: str = "0.02") -> Case:
    """Write the case (or find it already written) under `work/cases/`."""
    import polars as pl

    spec = sixty_leaves()
    folder = work / "cases" / f"{units}-seed{seed}-ties{tie_share}-v{MAKER}"
    case = Case(folder, units, seed, tie_share)
    if (folder / "case.json").exists():
        return case
    folder.mkdir(parents=True, exist_ok=True)
    answers, made = _tie(spec, _units(spec, units, seed), Fraction(tie_share), seed)
    width = len(str(units))
    names = pl.int_range(1, units + 1, eager=True).cast(pl.String).str.zfill(width)
    table = answers.insert_column(0, ("u" + names).alias("unit"))
    table.write_parquet(case.inputs_file)
    spec.write(case.spec_file)
    case.criteria_file.write_text(as_criteria_yaml(case), encoding="utf-8")
    inputs = table.drop("unit")
    about = {
        "units": units,
        "seed": seed,
        "tie_share": tie_share,
        "constructed": made,
        "input_columns": inputs.width,
        "input_bytes": inputs.estimated_size(),
        "missing_share": round(_missing(spec, inputs), 4),
    }
    (folder / "case.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return case


def _missing(spec: Spec, inputs: pl.DataFrame) -> float:
    """The share of unit × leaf with a missing part."""
    import polars as pl

    flags = [
        pl.any_horizontal(pl.col(name).is_null() for name in leaf.reads).sum()
        for leaf in spec.leaves
    ]
    counts = inputs.select(flag.alias(str(at)) for at, flag in enumerate(flags)).row(0)
    return float(sum(counts)) / (inputs.height * len(spec.leaves))


def as_criteria_yaml(case: Case) -> str:
    """The case as one criteria set of parindex, group `units`."""
    spec = case.spec
    lines = [
        "parindex: 1",
        "id: benchmark",
        "title: Bộ tiêu chí để đo tốc độ",
        "status: reference",
        "basis: benchmarks/spec.py",
        "year: 2017",
        "group: units",
        "rounding: {index: 2}",
        "rank: {on: exact, ties: shared}",
        "not_applicable: flat",
        "grades:",
        "  - {name: A, at_least: 90}",
        "  - {name: B, at_least: 80}",
        "  - {name: C, at_least: 65}",
        "  - {name: D}",
        "inputs:",
    ]
    for leaf in spec.leaves:
        match leaf.reads:
            case (done, due):
                title = f"hoàn thành ({leaf.id})"
                lines.append(f"  {done}: {{type: count, title: Số đã {title}, at_most: {due}}}")
                lines.append(f"  {due}: {{type: count, title: Số phải {title}}}")
            case (name,):
                kind, title = (
                    ("date", "Ngày gửi")
                    if leaf.kind == "deadline"
                    else ("count", "Số báo cáo trễ hạn")
                )
                lines.append(f"  {name}: {{type: {kind}, title: {title} ({leaf.id})}}")
    lines.append("fields:")
    for field, members in spec.fields.items():
        lines += [f'  - id: "{field}"', f"    title: Lĩnh vực {field}", "    criteria:"]
        for leaf in spec.leaves[members]:
            lines.append(f'      - id: "{leaf.id}"')
            lines.append(f"        title: Tiêu chí {leaf.id}")
            lines.append(f"        maximum: {leaf.maximum}")
            lines.append(f"        rule: {_rule_yaml(leaf)}")
    return "\n".join(lines) + "\n"


def _rule_yaml(leaf: Leaf) -> str:
    of = f"{{ratio: [{', '.join(leaf.reads)}]}}" if len(leaf.reads) == 2 else leaf.reads[0]
    match leaf.kind:
        case "steps":
            steps = ", ".join(
                f"{{{s.relation}: {s.percent}%, points: {s.points}}}" for s in leaf.steps
            )
            return f"{{kind: steps, of: {of}, steps: [{steps}]}}"
        case "proportional":
            bounds = (
                f"from: {leaf.floor}%, full_at: {leaf.full_at}%, coefficient: {leaf.coefficient}"
            )
            return f"{{kind: proportional, of: {of}, {bounds}}}"
        case "deadline":
            tiers = ", ".join(f"{{by: {t.by}, points: {t.points}}}" for t in leaf.tiers)
            return f"{{kind: deadline, of: {of}, tiers: [{tiers}]}}"
        case "deduct":
            return f"{{kind: deduct, of: {of}, points: {leaf.each}}}"
        case kind:
            raise AssertionError(kind)


def days_since_1970(text: str) -> int:
    """An ISO date as a day number, the way Parquet stores it."""
    return (date.fromisoformat(text) - date(1970, 1, 1)) // timedelta(days=1)
