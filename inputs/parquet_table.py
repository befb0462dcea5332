"""Parquet files: typed columns taken over exactly; whole numbers stay integers (the fast path)."""

import io

import polars as pl

from criteria.problems import Place, Problem, ProblemsFound
from inputs.headers import tidy
from inputs.tables import Column, Spots, Table, refuse_wide_header
from inputs.values import Kind


def read_parquet(data: bytes, file: str) -> Table:
    """The table in the bytes of a Parquet file; the place of a row is its number from 1.

    Raises: ProblemsFound when it is broken or has more columns than a table of ours can have.
    """
    try:
        width = len(pl.read_parquet_schema(io.BytesIO(data)))
        refuse_wide_header(width, Place(file))
        frame = pl.read_parquet(io.BytesIO(data))
    except ProblemsFound:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError):
        raise ProblemsFound([Problem("parquet-broken", Place(file))]) from None
    lines = pl.int_range(1, frame.height + 1, dtype=pl.UInt32, eager=True)
    columns: list[Column] = []
    problems: list[Problem] = []
    for position, series in enumerate(frame.iter_columns()):
        taken = _taken(series)
        if taken is None:
            values = {"name": series.name, "type": str(series.dtype)}
            problems.append(Problem("column-of-strange-type", Place(file), values))
            taken = pl.Series([None] * frame.height, dtype=pl.String), Kind.TEXT
        columns.append(Column(tidy(series.name), position, *taken))
    return Table(tuple(columns), Spots(file, lines, header=None), problems=tuple(problems))


def _taken(series: pl.Series) -> tuple[pl.Series, Kind] | None:
    """The cells of one column as our two sorts, or None for lists, structs and bytes."""
    dtype = series.dtype
    if dtype.is_integer():
        fits = dtype not in (pl.UInt64, pl.Int128, pl.UInt128) or _fits(series)
        return series.cast(pl.Int64 if fits else pl.String), Kind.NUMBER
    if dtype.is_numeric():  # floats by their shortest spelling, decimals by their digits
        return series.cast(pl.String), Kind.NUMBER
    if dtype == pl.Boolean:
        return series.cast(pl.String), Kind.YES_NO
    if dtype == pl.Date:
        return series.dt.strftime("%Y-%m-%d"), Kind.DATE
    if isinstance(dtype, pl.Datetime):
        return series.dt.strftime("%Y-%m-%d %H:%M:%S%.f"), Kind.DATE
    if dtype == pl.Null:
        return series.cast(pl.String), Kind.TEXT
    if dtype in (pl.String, pl.Categorical, pl.Enum):
        texts = series.cast(pl.String).str.strip_chars()
        return texts.replace("", None), Kind.TEXT
    return None


def _fits(series: pl.Series) -> bool:
    return series.cast(pl.Int64, strict=False).null_count() == series.null_count()
