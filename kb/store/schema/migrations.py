"""The catalogue's shape, as numbered steps; each runs once, in a transaction of its own."""

from collections.abc import Callable
from typing import Any

from kb.errors import StoreProblem
from kb.store.database import Database
from kb.store.lexical import postings
from kb.store.lexical.positions import fill
from kb.store.schema import statements
from kb.text.normalization import folded


def _run(several: tuple[str, ...]) -> Callable[[Any], None]:
    def step(connection: Any) -> None:
        for statement in several:
            connection.execute(statement)

    return step


def _fold(connection: Any) -> None:
    """Facts also as they are compared: `kb.text.normalization` says how."""
    connection.execute("ALTER TABLE document_fact ADD COLUMN folded TEXT NOT NULL DEFAULT ''")
    rows = connection.execute("SELECT DISTINCT name, value FROM document_fact").fetchall()
    connection.executemany(
        "UPDATE document_fact SET folded = ? WHERE name = ? AND value = ?",
        [(folded(name, value), name, value) for name, value in rows],
    )


STEPS: tuple[Callable[[Any], None], ...] = (
    *(
        _run(step)
        for step in (
            statements.FIRST,
            statements.FAMILIES,
            statements.JOBS,
            statements.EFFORT,
            statements.ENDS,
        )
    ),
    _fold,
    _run(statements.STAMPS),
    postings.fill,
    fill,
    _run(statements.CITATIONS),
    _run(statements.WORDS_ONLY),
    _run(statements.PLAIN_WORDS),
    _run(statements.RENEWAL),
    _run(statements.REPEATED),
    _run(statements.IDENTITY),
    _run(statements.BATCHES),
)


def migrate(database: Database) -> None:
    """Bring the catalogue to the newest shape.

    Raises `StoreProblem` for one that is newer than us, or that cannot be opened.
    """
    database.prepare(_migrate)


def _migrate(connection: Any) -> None:
    if _version(connection) > len(STEPS):
        raise StoreProblem(
            f"The catalogue has shape {_version(connection)} and this program knows {len(STEPS)}. "
            "It was written by a newer version: update this one."
        )
    while (done := _version(connection)) < len(STEPS):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) == done:  # another process may have been quicker
                STEPS[done](connection)
                connection.execute(f"PRAGMA user_version={done + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _version(connection: Any) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
