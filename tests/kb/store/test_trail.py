"""The audit trail has a file of its own: entries move there once, and nothing delays them."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import UserId
from kb.errors import StoreProblem
from kb.guard.audit import Audit
from kb.store.database import Database
from kb.store.schema import trail
from kb.store.schema.migrations import STEPS, TRAIL_LEAVES, migrate
from kb.store.schema.trail import open_trail
from tests.shelf import entries, put, unrecordable

BEFORE = STEPS.index(TRAIL_LEAVES)
"""The shape of a catalogue that still has the entries itself."""


def written(number: int) -> tuple[str, str, str, str]:
    return f"2026-11-{number + 1:02d}", "local:1", "search", f'{{"shown": [["d{number}", 0, 9]]}}'


def catalogue_with(folder: Path, count: int) -> None:
    """A store's catalogue as it was before the trail had a file, with so many entries."""
    with closing(Database(folder / "catalogue.db")) as before:
        migrate(before, STEPS[:BEFORE])
        with before.write() as connection:
            connection.executemany(
                "INSERT INTO audit (at, user_id, action, detail) VALUES (?, ?, ?, ?)",
                [written(number) for number in range(count)],
            )


def moved(folder: Path) -> list[Any]:
    """Open the store as any command does; all entries then, and none is left in the catalogue."""
    with closing(Database(folder / "catalogue.db")) as catalogue:
        migrate(catalogue)
        with closing(open_trail(folder, catalogue)) as opened:
            rows = [tuple(row) for row in opened.rows("SELECT * FROM audit ORDER BY seq")]
        assert catalogue.rows("SELECT * FROM audit_to_move") == []
    return rows


@contextmanager
def stopped_at(monkeypatch: pytest.MonkeyPatch, wanted: int) -> Iterator[None]:
    """Writing ends for good at the `wanted`th transaction, as for a process that is killed."""
    begun, write = 0, Database.write

    @contextmanager
    def stopping(database: Database) -> Iterator[Any]:
        nonlocal begun
        begun += 1
        if begun >= wanted:
            raise KeyboardInterrupt
        with write(database) as connection:
            yield connection

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", stopping)
        yield


@pytest.mark.parametrize("wanted", range(1, 8))
def test_entries_move_once_wherever_the_moving_was_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: int
) -> None:
    monkeypatch.setattr(trail, "LOT", 3)  # three lots of two transactions each
    catalogue_with(tmp_path, 8)
    with stopped_at(monkeypatch, wanted), suppress(KeyboardInterrupt):
        moved(tmp_path)
    expected = [(number + 1, *written(number)) for number in range(8)]
    assert moved(tmp_path) == expected
    assert moved(tmp_path) == expected


def test_new_entries_follow_those_that_were_moved(tmp_path: Path) -> None:
    catalogue_with(tmp_path, 5)
    with closing(Database(tmp_path / "catalogue.db")) as catalogue:
        migrate(catalogue)
        with closing(Audit(open_trail(tmp_path, catalogue))) as audit:
            audit.record(UserId("local:2"), "search", "rent", [])
    rows = moved(tmp_path)
    assert [row[0] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[-1][2] == "local:2"


def test_a_number_that_another_entry_has_costs_none(tmp_path: Path) -> None:
    """As where an old catalogue was put back beside a trail that had begun anew."""
    with closing(Database(tmp_path / "catalogue.db")) as catalogue:
        migrate(catalogue)
        with closing(Audit(open_trail(tmp_path, catalogue))) as audit:
            audit.record(UserId("local:2"), "search", "rent", [])
    for left in tmp_path.glob("catalogue.db*"):
        left.unlink()
    catalogue_with(tmp_path, 3)
    rows = moved(tmp_path)
    assert {row[1:] for row in rows} >= {written(number) for number in range(3)}
    assert [row[2] for row in rows].count("local:2") == 1


def test_an_older_program_writes_no_entry_where_nobody_reads_it(tmp_path: Path) -> None:
    catalogue_with(tmp_path, 1)
    with closing(Database(tmp_path / "catalogue.db")) as older:
        moved(tmp_path)
        with pytest.raises(StoreProblem), older.write() as connection:
            connection.execute(
                "INSERT INTO audit (at, user_id, action, detail) VALUES (?, ?, ?, ?)", written(1)
            )


def test_a_long_write_in_the_catalogue_delays_no_search(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", "The monthly rent is 5,000 dollars.")
    scope = kb.access.scope(kb.access.local_user())
    with closing(Database(kb.settings.data_dir / "catalogue.db")) as other, other.write() as held:
        held.execute("UPDATE matter SET client = 'Ferrant'")
        began = time.monotonic()
        assert kb.retriever.search("rent", scope).passages
        assert kb.connectors.search("rent", scope).result.passages
        assert time.monotonic() - began < 5  # a writer is waited for half a minute
    assert [entry["action"] for entry in entries(kb)] == ["search", "terms"]


def test_what_cannot_be_recorded_is_not_found(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kb, "alpha", "lease.txt", "The monthly rent is 5,000 dollars.")
    scope = kb.access.scope(kb.access.local_user())
    refused = pytest.raises(StoreProblem, match="audit trail cannot be written")
    with unrecordable(kb, monkeypatch), refused:
        kb.retriever.search("rent", scope)
