"""The history below a reply is searched once: in the message that said it first.

A reply is read before or after the message that it quotes. Whichever comes
second settles it: a quoted chunk goes when a message that it answers holds its
words. Until then it stays, since nobody else has them, and when that message is
erased it comes back.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from kb.domain import ChunkId, DocumentId
from kb.store import generations
from kb.store.lexical.positions import placing
from kb.store.lexical.postings import posting, unposting
from kb.store.lexical.terms import rewording
from kb.store.vectors.embeddings import drop_unused, keys_of
from kb.store.write_batches import Steps

_KEPT = "ordinal, heading, page_from, page_to, char_start, char_end, text"
_MARKS = re.compile(r"^[\s>|]+", re.MULTILINE)


def settling(document_id: DocumentId) -> Steps[list[ChunkId]]:
    """Drop quoted chunks that this document repeats, and those elsewhere that repeat it.

    The chunks that went. Interrupted, it is begun again by whoever embeds the document.
    """
    connection = yield
    pairs = connection.execute(
        """SELECT DISTINCT r.document_id AS reply, m.document_id AS message
        FROM document_fact r JOIN document_fact m ON m.value = r.value
        JOIN document rd ON rd.id = r.document_id JOIN document md ON md.id = m.document_id
        WHERE r.name = 'reply-to' AND m.name = 'message-id' AND rd.matter_id = md.matter_id
            AND rd.status IN ('words', 'ready') AND md.status IN ('words', 'ready')
            AND r.document_id <> m.document_id AND (r.document_id = ?1 OR m.document_id = ?1)""",
        (document_id,),
    ).fetchall()
    messages: defaultdict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        messages[pair["reply"]].append(pair["message"])
    gone: list[ChunkId] = []
    for reply, said in messages.items():
        gone.extend((yield from _dropping(reply, said)))
    return gone


def _dropping(reply: str, messages: Sequence[str]) -> Steps[list[ChunkId]]:
    """Drop the quoted chunks of a reply that one of these messages holds."""
    connection = yield
    chunks = connection.execute(
        "SELECT key, id, text FROM chunk WHERE document_id = ? AND quoted", (reply,)
    ).fetchall()
    said_by: dict[int, str] = {}
    for message in messages if chunks else ():
        whole = _bare(_text(connection, message))
        for row in chunks:
            connection = yield
            if row["key"] not in said_by and _bare(row["text"]) in whole:
                said_by[row["key"]] = message
    if not said_by:
        return []
    connection.execute("INSERT OR IGNORE INTO unworded VALUES (?)", (reply,))
    yield from unposting(reply)
    for key, message in said_by.items():
        connection.execute(
            f"INSERT OR REPLACE INTO repeated SELECT id, document_id, ?, {_KEPT} FROM chunk "
            "WHERE key = ?",
            (message, key),
        )
        vectors = keys_of(connection, [key])
        connection.execute("DELETE FROM chunk_words WHERE rowid = ?", (key,))
        connection.execute("DELETE FROM chunk WHERE key = ?", (key,))
        drop_unused(connection, vectors)
        connection = yield
    yield from posting(reply)
    yield from _ending(reply)
    return [ChunkId(row["id"]) for row in chunks if row["key"] in said_by]


def bringing_back(message: str) -> Steps[None]:
    """Quoted chunks that this message, now erased, held the words of; their vectors follow."""
    connection = yield
    replies = connection.execute(
        "SELECT DISTINCT document_id FROM repeated WHERE said_by = ?", (message,)
    ).fetchall()
    for (reply,) in replies:
        connection.execute("INSERT OR IGNORE INTO unworded VALUES (?)", (reply,))
        connection.execute(
            "UPDATE document SET status = 'words' WHERE id = ? AND status = 'ready'", (reply,)
        )
        for (known,) in connection.execute(
            "SELECT id FROM repeated WHERE document_id = ? AND said_by = ?", (reply, message)
        ).fetchall():
            connection.execute(
                f"INSERT INTO chunk (id, document_id, matter_id, {_KEPT}, length, quoted) "
                "SELECT r.id, d.id, d.matter_id, ordinal, heading, page_from, page_to, "
                "char_start, char_end, text, 0, 1 FROM repeated r "
                "JOIN document d ON d.id = r.document_id WHERE r.id = ?",
                (known,),
            )
            connection.execute("DELETE FROM repeated WHERE id = ?", (known,))
            connection = yield
        yield from mending(DocumentId(reply))
        yield from settling(DocumentId(reply))  # another message may hold the same words


def mending(known: DocumentId) -> Steps[None]:
    """The words of a document written anew, whatever became of them meanwhile."""
    yield from rewording(known)
    yield from _ending(known)


def _ending(reply: str) -> Steps[None]:
    connection = yield
    text = _text(connection, reply)
    yield from placing(DocumentId(reply), text)
    [matter] = connection.execute(
        "UPDATE document SET chunks = (SELECT count(*) FROM chunk WHERE document_id = ?1) "
        "WHERE id = ?1 RETURNING matter_id",
        (reply,),
    ).fetchone()
    generations.touch(connection, matter)
    connection.execute("DELETE FROM unworded WHERE document_id = ?", (reply,))


def _text(connection: Any, document: str) -> str:
    row = connection.execute(
        "SELECT text FROM content WHERE document_id = ?", (document,)
    ).fetchone()
    return str(row["text"]) if row else ""


def _bare(text: str) -> str:
    """The words alone: without the marks and line ends that quoting adds."""
    return " ".join(_MARKS.sub("", text).split())
