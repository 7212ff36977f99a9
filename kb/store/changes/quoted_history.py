"""The history below a reply is searched once: in the message that said it first.

A reply is read before or after the message that it quotes. Whichever comes
second settles it: a quoted chunk goes when a message that it answers holds its
words. Until then it stays, since nobody else has them, and when that message is
erased it comes back.
"""

import re
from typing import Any

from kb.domain import ChunkId, DocumentId
from kb.store import generations
from kb.store.lexical.positions import place_words
from kb.store.lexical.postings import post, unpost
from kb.store.lexical.terms import reword
from kb.store.vectors.embeddings import drop_unused, keys_of

_KEPT = "ordinal, heading, page_from, page_to, char_start, char_end, text"
_MARKS = re.compile(r"^[\s>|]+", re.MULTILINE)


def drop_repeated(connection: Any, document_id: DocumentId) -> list[ChunkId]:
    """Drop quoted chunks that this document repeats, and those elsewhere that repeat it."""
    pairs = connection.execute(
        """SELECT r.document_id AS reply, m.document_id AS message
        FROM document_fact r JOIN document_fact m ON m.value = r.value
        JOIN document rd ON rd.id = r.document_id JOIN document md ON md.id = m.document_id
        WHERE r.name = 'reply-to' AND m.name = 'message-id' AND rd.matter_id = md.matter_id
            AND r.document_id <> m.document_id AND (r.document_id = ?1 OR m.document_id = ?1)""",
        (document_id,),
    ).fetchall()
    gone: list[ChunkId] = []
    for pair in pairs:
        gone.extend(_drop(connection, pair["reply"], pair["message"]))
    return gone


def _drop(connection: Any, reply: str, message: str) -> list[ChunkId]:
    chunks = connection.execute(
        "SELECT key, id, text FROM chunk WHERE document_id = ? AND quoted", (reply,)
    ).fetchall()
    if not chunks:
        return []
    said = connection.execute(
        "SELECT text FROM content WHERE document_id = ?", (message,)
    ).fetchone()
    whole = _bare(said["text"]) if said else ""
    repeated = [row for row in chunks if _bare(row["text"]) in whole]
    if repeated:
        unpost(connection, reply)
    vectors = keys_of(connection, [row["key"] for row in repeated])
    for row in repeated:
        connection.execute(
            f"INSERT OR REPLACE INTO repeated SELECT id, document_id, ?, {_KEPT} FROM chunk "
            "WHERE key = ?",
            (message, row["key"]),
        )
        connection.execute("DELETE FROM chunk_words WHERE rowid = ?", (row["key"],))
        connection.execute("DELETE FROM chunk WHERE key = ?", (row["key"],))
    drop_unused(connection, vectors)
    if repeated:
        post(connection, reply)
        _place_again(connection, DocumentId(reply))
    [matter] = connection.execute(
        "UPDATE document SET chunks = chunks - ? WHERE id = ? RETURNING matter_id",
        (len(repeated), reply),
    ).fetchone()
    generations.touch(connection, matter)
    return [ChunkId(row["id"]) for row in repeated]


def bring_back(connection: Any, message: str) -> None:
    """Quoted chunks that this message, now erased, held the words of; their vectors follow."""
    rows = connection.execute(
        "SELECT document_id, count(*) AS count FROM repeated WHERE said_by = ? GROUP BY 1",
        (message,),
    ).fetchall()
    for reply, count in rows:
        connection.execute(
            f"INSERT INTO chunk (id, document_id, matter_id, {_KEPT}, length, quoted) "
            "SELECT r.id, d.id, d.matter_id, ordinal, heading, page_from, page_to, char_start, "
            "char_end, text, 0, 1 FROM repeated r JOIN document d ON d.id = r.document_id "
            "WHERE r.document_id = ? AND said_by = ?",
            (reply, message),
        )
        connection.execute(
            "UPDATE document SET chunks = chunks + ?, "
            "status = CASE status WHEN 'ready' THEN 'words' ELSE status END WHERE id = ?",
            (count, reply),
        )
        reword(connection, reply)
        _place_again(connection, DocumentId(reply))
    connection.execute("DELETE FROM repeated WHERE said_by = ?", (message,))
    for reply, _ in rows:
        drop_repeated(connection, reply)  # another message may hold the same words


def _place_again(connection: Any, document: DocumentId) -> None:
    row = connection.execute(
        "SELECT text FROM content WHERE document_id = ?", (document,)
    ).fetchone()
    place_words(connection, document, row["text"])


def _bare(text: str) -> str:
    """The words alone: without the marks and line ends that quoting adds."""
    return " ".join(_MARKS.sub("", text).split())
