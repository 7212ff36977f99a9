"""Taking documents out of the catalogue, with what was only found inside them."""

import json
from collections.abc import Callable
from typing import Any

from kb.domain import DocumentId
from kb.store import generations
from kb.store.blobs import FileStore
from kb.store.changes.quoted_history import bringing_back
from kb.store.changes.removal import clearing
from kb.store.database import Database
from kb.store.documents.orphans import remove
from kb.store.documents.sources import refresh
from kb.store.jobs.outcomes import erase_items
from kb.store.scope import ERASING
from kb.store.write_batches import Steps, in_batches


class Deleting:
    """A document is hidden first, in a moment, and then taken out in batches.

    What was hidden and not taken out, since the program was ended, goes with `resume`.
    """

    def __init__(self, database: Database) -> None:
        self._db = database

    def delete(
        self, wanted: DocumentId, files: FileStore, *, before: Callable[[list[str]], None]
    ) -> None:
        """Remove a document and its family, and the bytes in `files` that nothing needs then.

        `before` is handed the chunk ids before they go, to take them out of the index first:
        a crash between leaves rows, and rows are deleted again.
        """
        with self._db.write() as connection:
            family = _hide(connection, wanted)
        self._take_out(family, files, before)
        self._db.forget()

    def left(self) -> bool:
        """Whether something was hidden and is not taken out: an erasure goes on, or has failed."""
        return erasing(self._db)

    def resume(
        self, files: FileStore, before: Callable[[list[str]], None] = lambda _: None
    ) -> None:
        """Take out what was hidden before.

        Without `before` the index is not open yet: it sees at its start that the chunks went.
        """
        hidden = self._db.rows("SELECT id FROM document WHERE status = ? ORDER BY seq", (ERASING,))
        self._take_out([row["id"] for row in hidden], files, before)
        if hidden:
            self._db.forget()

    def _take_out(
        self, family: list[str], files: FileStore, before: Callable[[list[str]], None]
    ) -> None:
        in_batches(self._db, _parting(family))
        for known in reversed(family):
            rows = self._db.rows("SELECT id FROM chunk WHERE document_id = ?", (known,))
            before([row["id"] for row in rows])
            orphan = in_batches(self._db, _deleting(DocumentId(known)))
            remove(self._db, files, [orphan] if orphan else [])


def erasing(database: Database) -> bool:
    """Whether a row is hidden and still there."""
    row = database.row("SELECT 1 FROM document WHERE status = ? LIMIT 1", (ERASING,))
    return row is not None


def _parting(family: list[str]) -> Steps[None]:
    """What was hidden, parted from the rest: from jobs, paths, and what is found elsewhere too."""
    connection = yield
    for known in reversed(family):
        erase_items(connection, known)
        touched = connection.execute(
            "SELECT DISTINCT document_id FROM source WHERE parent = ?1 OR (matter_id, path) IN "
            "(SELECT matter_id, path FROM source WHERE document_id = ?1)",
            (known,),
        ).fetchall()
        connection.execute("DELETE FROM source WHERE document_id = ?1 OR parent = ?1", (known,))
        for other in touched:
            refresh(connection, other["document_id"])
        connection = yield


def _hide(connection: Any, wanted: str) -> list[str]:
    """The document and all that was found nowhere else: from now on nobody sees any of it."""
    family = _family(connection, wanted)
    matters = connection.execute(
        "UPDATE document SET status = ?, held = 0 "
        "WHERE id IN (SELECT value FROM json_each(?)) RETURNING matter_id",
        (ERASING, json.dumps(family)),
    ).fetchall()
    for matter in {row["matter_id"] for row in matters}:
        generations.touch(connection, matter)
    return family


def _deleting(known: DocumentId) -> Steps[str | None]:
    """A hidden document's rows; the hash of its original, where no other document has it."""
    yield from clearing(known)
    yield from bringing_back(known)
    connection = yield
    row = connection.execute(
        "DELETE FROM document WHERE id = ? RETURNING matter_id, sha256", (known,)
    ).fetchone()
    if row is None:
        return None
    generations.touch(connection, row["matter_id"])
    if connection.execute("SELECT 1 FROM document WHERE sha256 = ?", (row["sha256"],)).fetchone():
        return None
    connection.execute("INSERT OR IGNORE INTO unneeded VALUES (?)", (row["sha256"],))
    return str(row["sha256"])


def _family(connection: Any, wanted: str) -> list[str]:
    """The document, and below it all that was found nowhere else."""
    family, held = [wanted], {wanted}
    for known in family:  # grows while it is walked
        rows = connection.execute(
            "SELECT DISTINCT document_id FROM source WHERE parent = ?", (known,)
        ).fetchall()
        for row in rows:
            child = row["document_id"]
            parents = connection.execute(
                "SELECT parent FROM source WHERE document_id = ?", (child,)
            ).fetchall()
            if child not in held and all(one["parent"] in held for one in parents):
                family.append(child)
                held.add(child)
    return family
