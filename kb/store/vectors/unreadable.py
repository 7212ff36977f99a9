"""Passages whose writing the embedding model cannot read: found by words alone, and said so."""

from typing import Any

from kb.ports import UNREADABLE, Embedder
from kb.settings import MULTILINGUAL


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
        f"To search it by meaning too, {_other_model(model)} (docs/languages.md)."
    )


def words_only_documents(count: int, model: str) -> str:
    """What is said once of all documents that hold such writing."""
    several = "1 document holds" if count == 1 else f"{count} documents hold"
    name = model.partition("/")[0]
    return (
        f"{several} writing that the embedding model {name} cannot read, which is found by its "
        f"words alone. To search all by meaning, {_other_model(model)} (docs/languages.md)."
    )


def _other_model(model: str) -> str:
    """What a person can do about it."""
    if model.startswith(MULTILINGUAL):
        return "name a model that reads it with KB_EMBEDDER_PATH and run `kb reindex`"
    return "set KB_EMBEDDER_MODEL=multilingual and run `kb reindex`"


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
