"""Taking documents out of the catalogue, with what was only found inside them."""

from collections.abc import Callable
from typing import Any

from kb.domain import DocumentId
from kb.store import generations
from kb.store.blobs import FileStore
from kb.store.changes.quoted_history import bring_back
from kb.store.database import Database
from kb.store.documents.orphans import remove
from kb.store.documents.sources import refresh
from kb.store.jobs.outcomes import erase_items
from kb.store.lexical.positions import forget_words
from kb.store.lexical.postings import unpost
from kb.store.vectors.embeddings import drop_unused, keys_of


class Deleting:
    def __init__(self, database: Database) -> None:
        self._db = database

    def delete(
        self, wanted: DocumentId, files: FileStore, *, before: Callable[[list[str]], None]
    ) -> None:
        """Remove a document and its family, and the bytes in `files` that nothing needs then.

        `before` is handed the chunk ids inside the transaction, to take them out of
        the index first: a crash between leaves rows, and rows can be deleted again.
        """
        with self._db.write() as connection:
            family = _family(connection, wanted)
            before([chunk for known in family for chunk in _chunks(connection, known)])
            orphans = [hash_ for known in family if (hash_ := _delete(connection, known))]
            connection.executemany(
                "INSERT OR IGNORE INTO unneeded VALUES (?)", [(one,) for one in orphans]
            )
        remove(self._db, files, orphans)
        self._db.forget()


def _family(connection: Any, wanted: str) -> list[str]:
    """The document, and below it all that was found nowhere else."""
    family = [wanted]
    for known in family:  # grows while it is walked
        rows = connection.execute(
            "SELECT DISTINCT document_id FROM source WHERE parent = ?", (known,)
        ).fetchall()
        for row in rows:
            child = row["document_id"]
            parents = connection.execute(
                "SELECT parent FROM source WHERE document_id = ?", (child,)
            ).fetchall()
            if child not in family and all(one["parent"] in family for one in parents):
                family.append(child)
    return family


def _chunks(connection: Any, known: str) -> list[str]:
    rows = connection.execute("SELECT id FROM chunk WHERE document_id = ?", (known,)).fetchall()
    return [row["id"] for row in rows]


def _delete(connection: Any, known: str) -> str | None:
    row = connection.execute(
        "SELECT matter_id, sha256 FROM document WHERE id = ?", (known,)
    ).fetchone()
    if row is None:
        return None
    forget_words(connection, DocumentId(known))
    rows = connection.execute("SELECT key FROM chunk WHERE document_id = ?", (known,)).fetchall()
    chunks = [one["key"] for one in rows]
    vectors = keys_of(connection, chunks)
    unpost(connection, known)
    connection.executemany("DELETE FROM chunk_words WHERE rowid = ?", [(one,) for one in chunks])
    touched = connection.execute(
        "SELECT DISTINCT document_id FROM source WHERE parent = ?1 OR (matter_id, path) IN "
        "(SELECT matter_id, path FROM source WHERE document_id = ?1)",
        (known,),
    ).fetchall()
    erase_items(connection, known)
    connection.execute("DELETE FROM document WHERE id = ?", (known,))
    drop_unused(connection, vectors)
    bring_back(connection, known)
    generations.touch(connection, row["matter_id"])
    for other in touched:
        refresh(connection, other["document_id"])
    others = connection.execute(
        "SELECT count(*) FROM document WHERE sha256 = ?", (row["sha256"],)
    ).fetchone()[0]
    return None if others else str(row["sha256"])
