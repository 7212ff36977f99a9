"""The audit trail's own file, and how entries come to it that a catalogue still has.

A long write in the catalogue delays no entry, and so no search: each file has its own writer.
"""

from pathlib import Path

from kb.store.data_folder import TRAIL
from kb.store.database import Database
from kb.store.schema.migrations import migrate, run

LOT = 1000
"""Entries that are moved in one transaction."""

_STEPS = (
    run(
        (
            """CREATE TABLE audit (
                seq INTEGER PRIMARY KEY AUTOINCREMENT,
                at TEXT NOT NULL,
                user_id TEXT NOT NULL,
                action TEXT NOT NULL,
                detail TEXT NOT NULL
            )""",
        )
    ),
)

_TAKEN_OVER = """INSERT INTO audit (seq, at, user_id, action, detail)
    SELECT CASE WHEN EXISTS (SELECT 1 FROM audit WHERE seq = ?1) THEN NULL ELSE ?1 END,
        ?2, ?3, ?4, ?5
    WHERE NOT EXISTS (SELECT 1 FROM audit WHERE seq = ?1
        AND at = ?2 AND user_id = ?3 AND action = ?4 AND detail = ?5)
    AND NOT (EXISTS (SELECT 1 FROM audit WHERE seq = ?1) AND EXISTS (SELECT 1 FROM audit
        WHERE at = ?2 AND user_id = ?3 AND action = ?4 AND detail = ?5))"""
"""An entry keeps its number; where another entry has it, as beside a restored catalogue, it
gets the next one: none is left out."""


def open_trail(folder: Path, catalogue: Database) -> Database:
    """The audit trail of the store in `folder`, with every entry that its catalogue still has.

    Raises `StoreProblem` when one of both cannot be opened or written.
    """
    trail = Database(folder / TRAIL, name="audit trail")
    try:
        migrate(trail, _STEPS)
        _move(catalogue, trail)
    except BaseException:
        trail.close()
        raise
    return trail


def _move(catalogue: Database, trail: Database) -> None:
    """Lot by lot: there first, then gone here. Whoever is stopped between goes on the next time."""
    while rows := catalogue.rows("SELECT * FROM audit_to_move ORDER BY seq LIMIT ?", (LOT,)):
        with trail.write() as connection:
            connection.executemany(_TAKEN_OVER, [tuple(row) for row in rows])
        with catalogue.write() as connection:
            connection.execute("DELETE FROM audit_to_move WHERE seq <= ?", (rows[-1]["seq"],))
