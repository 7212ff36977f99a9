"""The catalogue's shape, as numbered steps; each runs once, in a transaction of its own."""

from collections.abc import Callable, Sequence
from typing import Any

from kb.errors import StoreProblem
from kb.store.database import Database
from kb.store.lexical import postings
from kb.store.lexical.positions import fill, fill_anew
from kb.store.schema import statements
from kb.text.normalization import folded

Step = Callable[[Any], None]
"""What brings a database one shape on, given its connection."""


def run(several: tuple[str, ...]) -> Step:
    """The step that runs these statements, in this order."""

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


def _opinions(connection: Any) -> None:
    """Of which part of a court's opinion a chunk is, and whose that part is."""
    for name in ("opinion", "opinion_by"):
        connection.execute(f"ALTER TABLE chunk ADD COLUMN {name} TEXT NOT NULL DEFAULT ''")


def _page_lines(connection: Any) -> None:
    """Lines with numbers in the margin; the number that a page bears, 0 where it is its place."""
    connection.execute("ALTER TABLE page ADD COLUMN lines TEXT NOT NULL DEFAULT ''")
    connection.execute("ALTER TABLE page ADD COLUMN printed INTEGER NOT NULL DEFAULT 0")
    connection.execute(
        "CREATE INDEX page_cited ON page (iif(printed, printed, number)) WHERE lines <> ''"
    )


TRAIL_LEAVES = run(statements.TRAIL)
"""From here on the audit trail is in a file of its own: `kb.store.schema.trail` moves it."""

STEPS: tuple[Step, ...] = (
    *(
        run(step)
        for step in (
            statements.FIRST,
            statements.FAMILIES,
            statements.JOBS,
            statements.EFFORT,
            statements.ENDS,
        )
    ),
    _fold,
    run(statements.STAMPS),
    postings.fill,
    fill,
    run(statements.CITATIONS),
    run(statements.WORDS_ONLY),
    run(statements.PLAIN_WORDS),
    run(statements.RENEWAL),
    run(statements.REPEATED),
    run(statements.IDENTITY),
    run(statements.BATCHES),
    TRAIL_LEAVES,
    run(statements.DAMAGED),
    run(statements.SPANS),
    _opinions,
    fill_anew,
    _page_lines,
)


def migrate(database: Database, steps: Sequence[Step] | None = None) -> None:
    """Bring the catalogue, or a database with `steps` of its own, to the newest shape.

    Raises `StoreProblem` for one that is newer than us, that cannot be opened, or that is older
    and can only be read.
    """
    known = STEPS if steps is None else steps
    step = _migrate if database.writes else _look
    database.prepare(lambda connection: step(connection, known, database.name))


def _look(connection: Any, steps: Sequence[Step], name: str) -> None:
    _refuse_newer(connection, steps, name)
    if (shape := _version(connection)) < len(steps):
        raise StoreProblem(
            f"The {name} has shape {shape}, this program needs {len(steps)}, and it can only be "
            "read here. Copy its folder to where it can be written: it is brought up to date there."
        )


def _migrate(connection: Any, steps: Sequence[Step], name: str) -> None:
    _refuse_newer(connection, steps, name)
    while (done := _version(connection)) < len(steps):
        connection.execute("BEGIN IMMEDIATE")
        try:
            if _version(connection) == done:  # another process may have been quicker
                steps[done](connection)
                connection.execute(f"PRAGMA user_version={done + 1}")
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise


def _refuse_newer(connection: Any, steps: Sequence[Step], name: str) -> None:
    if _version(connection) > len(steps):
        raise StoreProblem(
            f"The {name} has shape {_version(connection)} and this program knows {len(steps)}. "
            "It was written by a newer version: update this one."
        )


def _version(connection: Any) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
