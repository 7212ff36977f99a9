"""Passages whose writing the embedding model cannot read: found by words alone, and said so."""

from typing import Any

from kb.models.vocabulary import UNREADABLE
from kb.ports import Embedder


def readable(embedder: Embedder, text: str) -> bool:
    """Whether the model can read enough of a passage or a query for its vector to mean anything."""
    return embedder.unread(text) < UNREADABLE


def words_only(unread: int, chunks: int, model: str) -> str | None:
    """What is said of a document of which `unread` passages have no vector; None if all have."""
    if not unread:
        return None
    which = "its writing" if unread == chunks else f"the writing of {unread} of {chunks} passages"
    name = model.partition("/")[0]
    return (
        f"The embedding model {name} cannot read {which}, so that is found by its words alone. "
        "To search it by meaning too, name a multilingual model with KB_EMBEDDER_PATH and run "
        "`kb reindex` (docs/languages.md)."
    )


def tell_again(connection: Any, model: str) -> None:
    """Say of every ready document anew how much of it has no vector, after a renewal of them."""
    rows = connection.execute(
        "SELECT d.seq, d.words_only, count(*) AS chunks, sum(c.embedding = '') AS unread "
        "FROM document d JOIN chunk c ON c.document_id = d.id WHERE d.status = 'ready' "
        "GROUP BY d.seq HAVING unread OR d.words_only IS NOT NULL"
    ).fetchall()
    for row in rows:
        told = words_only(row["unread"], row["chunks"], model)
        if told != row["words_only"]:  # what had no vector may have one now: a new stamp
            connection.execute(
                "UPDATE document SET words_only = ?, stamp = random() | 1 WHERE seq = ?",
                (told, row["seq"]),
            )
