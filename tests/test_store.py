"""The store: opened or refused with a reason, added to whole or not at all, never changed."""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from criteria.problems import ProblemsFound
from inputs.store.facts import Batch, Fact, StageEvent, input_subject, leaf_subject, task_subject
from inputs.store.in_force import stage_in_force
from inputs.store.store import FILE, Store, create_store, opened_store

AT = datetime.datetime(2018, 1, 10, 8, 30)
SOURCES = Path(__file__).parent.parent / "inputs" / "store"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_store(tmp_path / FILE, "nam-2017")
    return tmp_path / FILE


def batch(*facts: Fact, who: str = "xa-01", file: str = "xa-01.xlsx") -> Batch:
    return Batch("self", "workbook", who, file, "ab" * 32, AT, facts=facts)


def code_of(path: Path, assessment: str = "nam-2017") -> str:
    with pytest.raises(ProblemsFound) as caught, opened_store(path, assessment):
        pass
    (problem,) = caught.value.problems
    assert problem.place.file == str(path)
    assert "{" not in problem.text("vi") + problem.text("en")
    return problem.code


def test_a_new_store_is_empty_and_has_a_secret_of_its_own(path: Path, tmp_path: Path) -> None:
    with opened_store(path, "nam-2017") as store:
        assert (store.last, store.newest_batch, store.batches().height) == (0, 0, 0)
        assert store.closed() == {}
        first = store.seal
    create_store(tmp_path / "other.duckdb", "nam-2017")
    with opened_store(tmp_path / "other.duckdb", "nam-2017") as store:
        assert len(store.seal) == 32
        assert store.seal != first


def test_what_is_no_store_of_the_year_is_refused(path: Path, tmp_path: Path) -> None:
    assert code_of(tmp_path / "none.duckdb") == "store-missing"
    assert code_of(path, "nam-2018") == "store-other-assessment"
    (tmp_path / "text.duckdb").write_text("không phải kho số liệu" * 100, encoding="utf-8")
    assert code_of(tmp_path / "text.duckdb") == "store-broken"
    with duckdb.connect(str(tmp_path / "empty.duckdb")) as connection:
        connection.execute("CREATE TABLE other (a INTEGER)")
    assert code_of(tmp_path / "empty.duckdb") == "store-broken"
    with duckdb.connect(str(tmp_path / "newer.duckdb")) as connection:
        connection.execute("CREATE TABLE meta (key VARCHAR, value VARCHAR)")
        connection.execute("INSERT INTO meta VALUES ('format', '2'), ('assessment', 'nam-2017')")
    assert code_of(tmp_path / "newer.duckdb") == "store-broken"


def test_a_store_that_another_command_holds_is_told_so(path: Path) -> None:
    hold = "import sys, duckdb; c = duckdb.connect(sys.argv[1]); print('held', flush=True); input()"
    other = subprocess.Popen(
        [sys.executable, "-c", hold, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert other.stdout is not None
    assert other.stdout.readline().strip() == "held"
    try:
        assert code_of(path) == "store-locked"
    finally:
        other.communicate("\n")
    with opened_store(path, "nam-2017", write=True) as store:
        assert store.last == 0


def test_facts_are_numbered_on_over_batches(path: Path) -> None:
    with opened_store(path, "nam-2017", write=True) as store:
        store.add([batch(Fact("xa-01", input_subject("a"), "1")), batch(who="xa-02")])
        more = [Fact("xa-01", task_subject("II.1", "2017"), "2017-03-31"), Fact("xa-01", "leaf:1")]
        store.add([batch(*more)])
        assert (store.last, store.newest_batch) == (3, 3)
        facts = store.frame("SELECT seq, batch, stage, subject, value FROM facts ORDER BY seq")
    assert facts.rows() == [
        (1, 1, "self", "input:a", "1"),
        (2, 3, "self", "task:II.1@2017", "2017-03-31"),
        (3, 3, "self", leaf_subject("1"), None),
    ]


def test_all_of_a_command_enters_or_nothing(path: Path) -> None:
    good = batch(Fact("xa-01", input_subject("a"), "1"))
    event = StageEvent("self", None, "x", AT)  # type: ignore[arg-type]
    with opened_store(path, "nam-2017", write=True) as store:
        with pytest.raises(ProblemsFound) as caught:
            store.add([good], [event])
        assert [problem.code for problem in caught.value.problems] == ["store-broken"]
        assert (store.last, store.newest_batch) == (0, 0)
        store.add([good])  # and it still takes what is right
        assert store.last == 1


def test_a_commit_that_fails_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB ends the transaction itself then, and there is nothing to roll back."""
    with opened_store(path, "nam-2017", write=True) as store:
        other = store.connection.cursor()
        insert = store._insert

        def slowly(*told: object) -> None:
            insert(*told)  # type: ignore[arg-type]
            other.execute("INSERT INTO batches SELECT * FROM (VALUES " + _ROW + ")")

        monkeypatch.setattr(store, "_insert", slowly)
        with pytest.raises(ProblemsFound) as caught:
            store.add([batch()])
        assert [problem.code for problem in caught.value.problems] == ["store-broken"]
        monkeypatch.undo()
        store.add([batch(Fact("xa-01", input_subject("a"), "1"))])
        assert (store.last, store.newest_batch) == (1, 2)


_ROW = "(1, 'self', 'record', 'x', 'x', 'x', TIMESTAMP '2018-01-01', 'taken', true, 0, 0, NULL)"


def test_a_store_that_is_opened_to_read_takes_nothing(path: Path) -> None:
    with opened_store(path, "nam-2017") as store, pytest.raises(ProblemsFound) as caught:
        store.add([batch()])
    assert caught.value.problems[0].code == "store-broken"


def test_the_stage_in_force_is_the_first_that_is_not_closed(path: Path) -> None:
    def close(store: Store, stage: str, *, closed: bool = True) -> None:
        store.add([], [StageEvent(stage, closed, "so-noi-vu", AT, "lý do")])  # type: ignore[arg-type]

    with opened_store(path, "nam-2017", write=True) as store:
        assert stage_in_force(store) == "self"
        close(store, "self")
        assert stage_in_force(store) == "review"
        assert store.closed()["self"] == StageEvent("self", True, "so-noi-vu", AT, "lý do")
        close(store, "review")
        close(store, "appeal")
        assert stage_in_force(store) == "final"
        close(store, "final")
        assert stage_in_force(store) == "final"
        close(store, "self", closed=False)
        assert stage_in_force(store) == "self"
        assert set(store.closed()) == {"review", "appeal", "final"}


def test_nothing_in_the_store_is_ever_changed_or_deleted() -> None:
    files = sorted(SOURCES.glob("*.py"))
    assert len(files) >= 8
    changing = re.compile(r"\b(UPDATE|DELETE|DROP|ALTER|TRUNCATE|REPLACE INTO|ON CONFLICT)\b")
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        found = [line for line in lines if changing.search(line)]
        # The one sentence that says so.
        assert all("there is no UPDATE and no DELETE" in line for line in found), (file, found)
    executed = "".join(file.read_text(encoding="utf-8") for file in files)
    statements = set(re.findall(r"\bexecute(?:many)?\(\s*f?\"(\w+)", executed))
    assert statements == {"BEGIN", "COMMIT", "ROLLBACK", "INSERT", "SELECT"}


def test_every_earlier_row_is_there_after_many_batches(path: Path) -> None:
    tables = ("batches", "facts", "stages", "meta")
    seen: dict[str, list[tuple[object, ...]]] = {name: [] for name in tables}
    for number in range(1, 13):
        facts = [Fact("xa-01", input_subject(f"a{n % 3}"), str(number)) for n in range(number)]
        with opened_store(path, "nam-2017", write=True) as store:
            event = StageEvent("self", number % 2 == 0, "x", AT)
            store.add([batch(*facts), batch(*facts[:1], who="xa-02")], [event])
            for name in tables:
                rows = store.frame(f"SELECT * FROM {name} ORDER BY 1").rows()
                assert rows[: len(seen[name])] == seen[name]
                assert name == "meta" or len(rows) > len(seen[name])
                seen[name] = rows


def test_times_and_texts_come_back_as_they_went_in(path: Path) -> None:
    told = ("=1+1", "appealed", "lý do\n“dòng hai”", "VB 12/BC", "Tự chấm", "H7")
    said = Fact("xa-01", "leaf:1.1", *told)  # type: ignore[arg-type]
    with opened_store(path, "nam-2017", write=True) as store:
        store.add([batch(said)])
        facts = store.frame("SELECT * FROM facts")
        heads = store.batches()
    kept = facts.select(pl.exclude("seq", "batch", "stage"))
    assert kept.row(0) == ("xa-01", "leaf:1.1", *told)
    assert heads["taken_at"].to_list() == [AT]
