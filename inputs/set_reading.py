"""The facts of one set: its columns read from the pieces of all files, and checked together.

A value that is refused reads as missing while the rest is checked.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import polars as pl

from criteria.exact import shortest
from criteria.model import CriteriaSet, Input
from criteria.problems import Place, Problem
from inputs.facts import EPOCH, STATUS, Facts, Source, set_task_columns
from inputs.limits import denominators, judgements, range_of
from inputs.pieces import Piece, target_of
from inputs.places import Places, Stand
from inputs.task_counts import TaskCounts
from inputs.typed import Typed, off_step, outside, read_typed
from inputs.units import Units
from inputs.values import Fault, Kind

_ROW_BITS = 32
"""An origin is a piece's number and a row in it, in one Int64."""


@dataclass(eq=False)
class Reading:
    """What all sets are read from; findings gather in `problems`."""

    units: Units
    pieces: Sequence[Piece]
    sources: tuple[Source, ...]
    generated: bool
    counts: TaskCounts
    problems: list[Problem] = field(default_factory=list)


def facts_of_set(reading: Reading, criteria_set: CriteriaSet) -> Facts:
    """The facts of one set, as far as they could be read; what could not is in the problems."""
    return _SetReading(reading, criteria_set).facts()


class _SetReading:
    """The facts of one set."""

    def __init__(self, reading: Reading, criteria_set: CriteriaSet) -> None:
        self.reading = reading
        self.set = criteria_set
        self.members = [unit for unit in reading.units if unit.group == criteria_set.group]
        numbers = {unit.unit: number for number, unit in enumerate(reading.units)}
        self.numbers = {unit.unit: numbers[unit.unit] for unit in self.members}
        local_of: list[int | None] = [None] * len(reading.units)
        for local, unit in enumerate(self.members):
            local_of[numbers[unit.unit]] = local
        self.local_of = pl.Series(local_of, dtype=pl.UInt32)
        self.by_column: dict[str, list[int]] = {}
        self.by_input: dict[str, list[int]] = {}
        self.reason_pieces: dict[str, list[int]] = {}
        for which, piece in enumerate(reading.pieces):
            target = target_of(piece.name, criteria_set)
            if target is None:
                continue
            if target.reason:
                self.reason_pieces.setdefault(target.input, []).append(which)
                continue
            self.by_column.setdefault(target.column, []).append(which)
            self.by_input.setdefault(target.input, []).append(which)
        self.columns: dict[str, pl.Series] = {}
        self.scales: dict[str, int] = {}
        self.reasons: dict[tuple[str, str], str] = {}
        self.judged = judgements(criteria_set)
        self.divisors = denominators(criteria_set)
        self.places = Places(
            self.numbers,
            {
                column: tuple(self._stand(which) for which in wheres)
                for column, wheres in self._stand_columns().items()
            },
            reading.counts.places,
        )

    def _stand_columns(self) -> dict[str, list[int]]:
        """Pieces by column of facts, and for a tally also by its input."""
        return {**self.by_input, **self.by_column}

    def _stand(self, which: int) -> Stand:
        piece = self.reading.pieces[which]
        filled = piece.filled()
        everything = None if filled.all() else filled
        return Stand(piece.spots, piece.values.position, piece.units, piece.rows, everything)

    def facts(self) -> Facts:
        members = self.members
        columns: dict[str, pl.Series] = {
            "unit": pl.Series([u.unit for u in members], dtype=pl.String),
            "name": pl.Series([u.name for u in members], dtype=pl.String),
            "parent": pl.Series([u.parent for u in members], dtype=pl.String),
            "ranked": pl.Series([u.ranked for u in members], dtype=pl.Boolean),
        }
        for attribute in self.set.attributes:
            flags = [u.attributes.get(attribute) for u in members]
            columns[f"has:{attribute}"] = pl.Series(flags, dtype=pl.Boolean)
        statuses: dict[str, pl.Series] = {}
        for name, declared in self.set.inputs.items():
            self._read_input(name, declared)
            self._read_reasons(name)
            codes = self._read_statuses(name)
            if codes is not None:
                statuses[name] = codes
            self._check_reasons(name, codes)
        self._check_at_most(statuses)
        for name in self.set.inputs:
            columns |= {
                column: series
                for column, series in self.columns.items()
                if column == name or column.startswith(f"{name}:")
            }
            if name in statuses:
                columns[f"status:{name}"] = statuses[name]
        ids = columns["unit"].to_list()
        for name in (column.name for column in set_task_columns(self.set)):
            counts = self.reading.counts.of(name, self.set.id)
            columns[name] = pl.Series([counts.get(unit, 0) for unit in ids], dtype=pl.Int64)
        told = self.reading.counts.told.get(self.set.id, {})
        self.reasons |= {key: lines for key, lines in told.items() if key[0] in self.numbers}
        return Facts(
            set=self.set,
            frame=pl.DataFrame(columns),
            scales=self.scales,
            place=self.places,
            reasons=self.reasons,
            sources=self.reading.sources,
            generated=self.reading.generated,
            as_of=self.reading.counts.as_of if set_task_columns(self.set) else None,
        )

    # --- values ---

    def _read_input(self, name: str, declared: Input) -> None:
        if declared.type == "tally":
            self._read_tally(name, declared)
            return
        typed = self._read_column(name, declared)
        if typed.scale is not None:
            self.scales[name] = typed.scale
        if declared.type == "percent":
            self._advise_shares(name, typed)

    def _read_column(self, column: str, declared: Input) -> Typed:
        cells = self._cells(column)
        repeated = cells["local"].n_unique() < cells.height
        if repeated:
            self._report_repeats(cells, column)
        valued = pl.col("whole").is_not_null() | pl.col("text").is_not_null()
        typed = read_typed(cells.filter(valued), declared)
        if typed.scale is not None:
            typed = self._within_limits(column, declared, typed)
        for origin, local, fault in typed.faults:
            if fault.code:
                named = Fault(fault.code, {"name": column, **fault.values})
                self._problem(named, self._place(origin), local)
        good = typed.good
        if repeated:
            good = good.unique("local", keep="first", maintain_order=True)
        self.columns[column] = self._spread(good, column)
        return typed

    def _within_limits(self, column: str, declared: Input, typed: Typed) -> Typed:
        low, high = range_of(declared)
        typed = outside(typed, low, high)
        if column in self.divisors:
            typed = outside(typed, Fraction(0), None, "denominator-negative")
        for judged in self.judged.get(column, ()):
            typed = outside(typed, judged.low, judged.high, "points-out-of-range")
            typed = off_step(typed, judged.increment)
        return typed

    def _cells(self, column: str) -> pl.DataFrame:
        """All cells that say something for a column of facts, whoever said it.

        Columns: `local` (the unit within the set), `origin`, `whole`, `text`, `kind`.
        """
        parts = [self._piece_cells(which) for which in self.by_column.get(column, ())]
        if not parts:
            return _no_cells()
        return pl.concat(parts) if len(parts) > 1 else parts[0]

    def _piece_cells(self, which: int) -> pl.DataFrame:
        piece = self.reading.pieces[which]
        values, kinds = piece.values.values, piece.values.kinds
        native = values.dtype == pl.Int64
        kind = pl.lit(int(kinds), pl.UInt8) if isinstance(kinds, Kind) else pl.lit(kinds)
        cells = pl.DataFrame(
            {
                "local": self.local_of.gather(piece.units),
                "origin": pl.int_range(0, len(values), dtype=pl.Int64, eager=True)
                + (which << _ROW_BITS),
                "cell": values,
                "filled": piece.filled(),
            }
        )
        nothing = pl.lit(None)
        return (
            cells.with_columns(
                (pl.col("cell") if native else nothing).cast(pl.Int64).alias("whole"),
                (nothing if native else pl.col("cell")).cast(pl.String).alias("text"),
                kind.cast(pl.UInt8).alias("kind"),
            )
            .filter(pl.col("local").is_not_null() & pl.col("filled"))
            .select("local", "origin", "whole", "text", "kind")
        )

    def _report_repeats(self, cells: pl.DataFrame, column: str) -> None:
        """Every cell of a unit after its first one is a problem that names both places."""
        repeated = cells.filter(pl.col("local").is_duplicated())
        first: dict[int, int] = {}
        for local, origin in repeated.select("local", "origin").iter_rows():
            if local not in first:
                first[local] = origin
                continue
            values = {"name": column, "first": str(self._place(first[local]))}
            self._problem(Fault("answer-twice", values), self._place(origin), local)

    def _spread(self, good: pl.DataFrame, column: str) -> pl.Series:
        """Values in the order of the set's units, null where there is none."""
        size = len(self.members)
        dtype = good.schema["value"]
        if good.height == size and (good["local"] == pl.int_range(size, eager=True)).all():
            return good["value"].alias(column)
        everyone = pl.DataFrame({"local": pl.int_range(0, size, dtype=pl.UInt32, eager=True)})
        spread = everyone.join(
            good.select("local", "value"), on="local", how="left", maintain_order="left"
        )
        return spread["value"].cast(dtype).alias(column)

    def _read_tally(self, name: str, declared: Input) -> None:
        options = [f"{name}:{option}" for option in declared.options or ()]
        blamed: set[int] = set()
        for column in options:
            typed = self._read_column(column, declared)
            blamed.update(local for _, local, _ in typed.faults)
        for which in self.by_column.get(name, ()):  # written without an option
            piece = self.reading.pieces[which]
            locals_ = self.local_of.gather(piece.units)
            for at in piece.values.values.is_not_null().arg_true().to_list():
                if locals_[at] is not None:
                    values = {"name": name, "options": ", ".join(f"`{o}`" for o in options)}
                    fault = Fault("tally-without-option", values)
                    self._problem(fault, piece.place(at), locals_[at])
        frame = pl.DataFrame([self.columns[column] for column in options])
        some = pl.any_horizontal(pl.all().is_not_null())
        partly = frame.select(some & pl.any_horizontal(pl.all().is_null())).to_series()
        for local in partly.arg_true().to_list():
            if local in blamed:
                continue
            unit = self.members[local].unit
            blank = [column for column in options if self.columns[column][local] is None]
            given = next(column for column in options if column not in blank)
            place = self.places(unit, blank[0]) or self.places(unit, given)
            values = {"name": name, "blank": ", ".join(f"`{column}`" for column in blank)}
            self._problem(
                Fault("tally-incomplete", values),
                place or Place(self.reading.units.source.file),
                local,
            )

    def _advise_shares(self, name: str, typed: Typed) -> None:
        """Percents within 1 look like shares: 0.95 meant as 95 %."""
        values = typed.good["value"]
        if values.len() == 0 or typed.scale is None or typed.scale == 0:
            return
        one = 10**typed.scale
        small = ((values > 0) & (values < one)).arg_true().to_list()
        highest = values.max()
        assert isinstance(highest, int)  # an Int64 column with values
        if values.len() >= 3 and 0 < highest <= one:
            code, at, more = "percents-look-like-shares", int(values.arg_max() or 0), {}
        elif small:
            code, at, more = "percent-looks-like-share", small[0], {"count": str(len(small))}
        else:
            return
        shown = {"name": name, "value": shortest(Fraction(int(values[at]), one))}
        place = self._place(int(typed.good["origin"][at]))
        self.reading.problems.append(Problem(code, place, shown | more, advice=True))

    # --- statuses and reasons ---

    def _read_statuses(self, name: str) -> pl.Series | None:
        codes: dict[int, int] = {}
        for which in self.by_input.get(name, ()):
            piece = self.reading.pieces[which]
            if piece.statuses is None:
                continue
            locals_ = self.local_of.gather(piece.units)
            for at in (piece.statuses.fill_null(0) != 0).arg_true().to_list():
                local, code = locals_[at], piece.statuses[at]
                if local is None:
                    continue
                if codes.setdefault(local, code) != code:
                    self._problem(Fault("status-differs", {"name": name}), piece.place(at), local)
        if not codes:
            return None
        filled = [codes.get(local, 0) for local in range(len(self.members))]
        return pl.Series(filled, dtype=pl.Int8)

    def _read_reasons(self, name: str) -> None:
        for which in self.by_input.get(name, ()):
            piece = self.reading.pieces[which]
            if piece.reasons is not None:
                self._keep_reasons(name, piece.units, piece.reasons)
        for which in self.reason_pieces.get(name, ()):
            piece = self.reading.pieces[which]
            self._keep_reasons(name, piece.units, piece.values.texts())

    def _keep_reasons(self, name: str, units: pl.Series, texts: pl.Series) -> None:
        given = pl.DataFrame({"local": self.local_of.gather(units), "text": texts}).filter(
            pl.col("local").is_not_null() & (pl.col("text") != "")
        )
        for local, text in given.iter_rows():
            self.reasons.setdefault((self.members[local].unit, name), text)

    def _check_reasons(self, name: str, codes: pl.Series | None) -> None:
        """Judged points, refusals and decisions on applicability are nothing without a reason."""
        if name in self.judged:
            for local in self.columns[name].is_not_null().arg_true().to_list():
                self._want_reason(name, local, "judgement-without-reason")
        if codes is not None:
            decided = (codes == STATUS["not_applicable"]) | (codes == STATUS["refused"])
            for local in decided.arg_true().to_list():
                self._want_reason(name, local, "status-without-reason")

    def _want_reason(self, name: str, local: int, code: str) -> None:
        unit = self.members[local].unit
        if (unit, name) not in self.reasons:
            place = self.places(unit, name) or Place(self.reading.units.source.file)
            self._problem(Fault(code, {"name": name}), place, local)

    # --- between inputs ---

    def _check_at_most(self, statuses: Mapping[str, pl.Series]) -> None:
        """`at_most`, but not for answers that a reviewer has refused or set aside already."""
        for name, declared in self.set.inputs.items():
            other = declared.at_most
            if other is None or other not in self.columns or name not in self.columns:
                continue
            mine, limit = self.scales.get(name, 0), self.scales.get(other, 0)
            scale = max(mine, limit)
            frame = pl.DataFrame({"mine": self.columns[name], "limit": self.columns[other]})
            more = frame.select(
                pl.col("mine").cast(pl.Int128) * 10 ** (scale - mine)
                > pl.col("limit").cast(pl.Int128) * 10 ** (scale - limit)
            ).to_series()
            for codes in (statuses.get(name), statuses.get(other)):
                if codes is not None:
                    more = more & (codes != STATUS["refused"]) & (codes != STATUS["not_applicable"])
            show = _days if declared.type == "date" else _numbers
            for local in more.fill_null(value=False).arg_true().to_list():
                unit = self.members[local].unit
                values = {
                    "name": name,
                    "value": show(frame["mine"][local], mine),
                    "other": other,
                    "limit": show(frame["limit"][local], limit),
                    "where": str(self.places(unit, other) or "-"),
                }
                place = self.places(unit, name) or Place(self.reading.units.source.file)
                self._problem(Fault("more-than-at-most", values), place, local)

    def _place(self, origin: int) -> Place:
        piece = self.reading.pieces[origin >> _ROW_BITS]
        return piece.place(origin & ((1 << _ROW_BITS) - 1))

    def _problem(self, fault: Fault, place: Place, local: int) -> None:
        unit = self.members[local].unit
        self.reading.problems.append(Problem(fault.code, place, fault.values, unit=unit))


def _no_cells() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "local": pl.UInt32,
            "origin": pl.Int64,
            "whole": pl.Int64,
            "text": pl.String,
            "kind": pl.UInt8,
        }
    )


def _numbers(scaled: int, scale: int) -> str:
    return shortest(Fraction(scaled, 10**scale))


def _days(days: int, _: int) -> str:
    return (EPOCH + datetime.timedelta(days=days)).strftime("%d/%m/%Y")
