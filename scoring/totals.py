"""From leaf points to field points, unit points and the index, in billionths, rounded down.

Flat: 100 x points / applicable maximum.  Nested: from the leaves up, each group takes the share
of its applicable children, weighted by their full maxima (peers: XCCDF's default model).  Both
are worked out on whole numbers; each value carries a width within which the truth lies above it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import and_

import polars as pl

from criteria.model import Group, Leaf, leaves_of, maximum_of
from inputs.facts import Facts
from scoring.leaf_points import LeafPoints
from scoring.terms import NANO, billionths


@dataclass(frozen=True)
class Totals:
    """One row a unit: `field:<id>`, `points`, `maximum`, `index` (null where nothing applies).

    All in billionths; `widths` as in `LeafPoints`.  `maximum` is exact.
    """

    frame: pl.DataFrame
    widths: dict[str, int]


def totals(facts: Facts, leaves: LeafPoints) -> Totals:
    """Sums and index of every unit."""
    work = _Work(facts, leaves)
    fields = {f"field:{field.id}": work.points(field) for field in facts.set.fields}
    widths = {name: value.width for name, value in fields.items()}
    whole = sum(widths.values())
    frame = leaves.frame.select(
        *(value.expression.alias(name) for name, value in fields.items()),
        work.maximum().alias("maximum"),
        *work.adjustment_columns(),
    )
    frame = frame.with_columns(pl.sum_horizontal(list(fields)).alias("points"))
    widths["points"] = whole
    if facts.set.not_applicable == "nested" and work.anything_varies():
        nested = work.nested()
        frame = frame.hstack(leaves.frame.select(nested.expression.alias("index")))
        widths["index"] = nested.width
    else:
        index, widths["index"] = work.flat(whole)
        frame = frame.with_columns(index.alias("index"))
    if facts.set.adjustments:
        limit = facts.set.adjustments_limit
        added = pl.sum_horizontal(f"a:{item.id}" for item in facts.set.adjustments)
        if limit is not None:
            # Both ends rounded down, as the sum itself: the truth lies above, never below.
            added = added.clip(_int(billionths(-limit)), _int(billionths(limit)))
        frame = frame.with_columns(pl.col("index") + added)
        widths["index"] += sum(leaves.widths[item.id] for item in facts.set.adjustments)
        widths["index"] += 1 if limit is not None and (limit * NANO).denominator != 1 else 0
    return Totals(frame, widths)


@dataclass(frozen=True)
class _Value:
    expression: pl.Expr
    width: int


@dataclass(frozen=True)
class _Work:
    facts: Facts
    leaves: LeafPoints

    def points(self, criterion: Group | Leaf) -> _Value:
        """Points earned at or under a criterion."""
        ids = [leaf.id for leaf in leaves_of(criterion)]
        width = sum(self.leaves.widths[name] for name in ids)
        return _Value(pl.sum_horizontal(f"p:{name}" for name in ids), width)

    def anything_varies(self) -> bool:
        return any(self.leaves.varies(leaf.id) for leaf in self.facts.set.leaves)

    def maximum(self) -> pl.Expr:
        """The unit's applicable maximum; exact, since maxima have at most nine decimals."""
        full = sum((leaf.maximum for leaf in self.facts.set.leaves), Fraction(0))
        lost = [
            pl.when(pl.col(f"na:{leaf.id}")).then(_int(billionths(leaf.maximum))).otherwise(_int(0))
            for leaf in self.facts.set.leaves
            if self.leaves.varies(leaf.id)
        ]
        total = _int(billionths(full))
        return total - pl.sum_horizontal(lost) if lost else total

    def adjustment_columns(self) -> list[pl.Expr]:
        """Adjustments under names of their own; one that does not apply adds 0."""
        return [pl.col(f"p:{item.id}").alias(f"a:{item.id}") for item in self.facts.set.adjustments]

    def flat(self, width: int) -> tuple[pl.Expr, int]:
        """100 x points / maximum, and its width."""
        full = sum((leaf.maximum for leaf in self.facts.set.leaves), Fraction(0))
        if not self.anything_varies():
            factor = 100 / full
            top, bottom = factor.numerator, factor.denominator
            product = pl.col("points") * _int(top)
            # points <= full, so points x top <= 100 x bottom billionths: far within an Int64
            index = product // _int(bottom) if bottom != 1 else product
            return index, _up(width * factor) + (1 if bottom != 1 else 0)
        smallest = min(leaf.maximum for leaf in self.facts.set.leaves)
        wide = pl.col("points").cast(pl.Int128) * pl.lit(100 * NANO, dtype=pl.Int128)
        index = wide // pl.col("maximum").cast(pl.Int128)
        return (
            pl.when(pl.col("maximum") > 0).then(index.cast(pl.Int64)),
            _up(width * 100 / smallest) + 1,
        )

    def nested(self) -> _Value:
        """100 x the share of the set, each group's share taken over its applicable children."""
        children = self.facts.set.fields
        share = self._weighted(children, Fraction(100))
        anything = ~reduce(and_, [self._absent(leaf) for leaf in self.facts.set.leaves])
        return _Value(pl.when(anything).then(share.expression), share.width)

    def _group(self, criterion: Group | Leaf) -> _Value:
        """Points-equivalent of a criterion: its share x its full maximum."""
        if isinstance(criterion, Leaf):
            return self.points(criterion)
        return self._weighted(criterion.criteria, maximum_of(criterion))

    def _weighted(self, children: tuple[Group | Leaf, ...], scale: Fraction) -> _Value:
        """scale x (sum of the children's points-equivalents) / (their applicable full maxima)."""
        parts = [self._group(child) for child in children]
        total = pl.sum_horizontal(part.expression for part in parts)
        width = sum(part.width for part in parts)
        full = sum((maximum_of(child) for child in children), Fraction(0))
        may_lack = [child for child in children if self._may_lack(child)]
        if not may_lack and scale == full:
            return _Value(total, width)
        lost = [
            pl.when(self._gone(child)).then(_int(billionths(maximum_of(child)))).otherwise(_int(0))
            for child in may_lack
        ]
        applicable = (
            _int(billionths(full)) - pl.sum_horizontal(lost) if lost else _int(billionths(full))
        )
        wide = total.cast(pl.Int128) * pl.lit(billionths(scale), dtype=pl.Int128)
        value = (wide // applicable.cast(pl.Int128)).cast(pl.Int64)
        smallest = min(maximum_of(child) for child in children)
        guarded = pl.when(applicable > 0).then(value).otherwise(_int(0))
        return _Value(guarded, _up(width * scale / smallest) + 1)

    def _may_lack(self, criterion: Group | Leaf) -> bool:
        """Whether the whole criterion may not apply to some unit."""
        return all(self.leaves.varies(leaf.id) for leaf in leaves_of(criterion))

    def _gone(self, criterion: Group | Leaf) -> pl.Expr:
        return reduce(and_, [self._absent(leaf) for leaf in leaves_of(criterion)])

    def _absent(self, leaf: Leaf) -> pl.Expr:
        return pl.col(f"na:{leaf.id}") if self.leaves.varies(leaf.id) else pl.lit(False)


def _int(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.Int64)


def _up(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
