"""Vietnamese order, held against ICU's own as DuckDB carries it."""

import duckdb
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from outputs.collation import vietnamese_key

WORDS = """
an àn ản ãn án ạn ăn ằn ân ấn bà da đa dương đường đồng em êm giáp hà hòa khê lý mỹ nhơn
ô ơn phú quận sơn tân thống trảng từ tự vĩnh xuân yên
"""
SYLLABLES = st.sampled_from(WORDS.split())
NAMES = st.lists(
    st.lists(SYLLABLES, min_size=1, max_size=3).map(" ".join), min_size=2, max_size=8, unique=True
)


@given(names=NAMES)
def test_agrees_with_icu(names: list[str]) -> None:
    given_names = pl.DataFrame({"name": names})
    with duckdb.connect() as connection:
        connection.register("names", given_names)
        ordered = connection.sql("SELECT name FROM names ORDER BY name COLLATE vi").pl()
    assert sorted(names, key=vietnamese_key) == ordered["name"].to_list()


def test_the_alphabet() -> None:
    letters = list("aăâbcdđeêghiklmnoôơpqrstuưvxy")
    backwards = letters[::-1]
    assert sorted(backwards, key=vietnamese_key) == letters


def test_composed_and_decomposed_are_one() -> None:
    assert vietnamese_key("Hòa") == vietnamese_key("Ho\u0300a")
