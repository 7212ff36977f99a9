"""Taking out what stands beside a document's row: its words, pages, changes, chunks, vectors."""

from typing import Any

from kb.domain import DocumentId
from kb.store.lexical.positions import forgetting
from kb.store.lexical.postings import unposting
from kb.store.vectors.embeddings import drop_unused, keys_of
from kb.store.write_batches import Steps

ROWS = 20
"""Rows that are written between two points at which a transaction may end."""


def clearing(known: DocumentId) -> Steps[None]:
    """Everything of a document that stands beside its row goes, but what a person has stated."""
    yield from forgetting(known)
    yield from unposting(known)
    connection = yield
    while _clear_chunks(connection, known):
        connection = yield
    for table in ("page", "revision", "citation", "repeated"):
        while _clear_rows(connection, table, known):
            connection = yield
    connection.execute(
        "DELETE FROM document_fact WHERE document_id = ? AND NOT by_person", (known,)
    )
    connection.execute("DELETE FROM content WHERE document_id = ?", (known,))


def _clear_chunks(connection: Any, known: str) -> bool:
    """The next chunks of a document, with their words and vectors; whether there were any."""
    rows = connection.execute(
        "SELECT key FROM chunk WHERE document_id = ? LIMIT ?", (known, ROWS)
    ).fetchall()
    chunks = [row["key"] for row in rows]
    vectors = keys_of(connection, chunks)
    several = [(one,) for one in chunks]
    connection.executemany("DELETE FROM chunk_words WHERE rowid = ?", several)
    connection.executemany("DELETE FROM chunk WHERE key = ?", several)
    drop_unused(connection, vectors)
    return bool(chunks)


def _clear_rows(connection: Any, table: str, known: str) -> bool:
    order = {"page": "number", "repeated": "id"}.get(table, "ordinal")
    done = connection.execute(
        f"DELETE FROM {table} WHERE document_id = ?1 AND {order} IN "
        f"(SELECT {order} FROM {table} WHERE document_id = ?1 LIMIT ?2)",
        (known, ROWS),
    )
    return bool(done.rowcount)
