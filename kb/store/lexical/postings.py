"""Which chunks hold a term, how often, and how long they are: part by part of a matter.

A part holds some dozens of documents of one matter, so that a search reads what is in
its matters and nothing else, and a document's terms lie near each other on the disk.
The row of a term in a part is all its entries there. Written in the transaction that
writes the words (`chunk_words`), from which it can be made again.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.store import generations
from kb.store.write_batches import Steps, at_once

ENTRY = np.dtype(
    [("key", "<u4"), ("document", "<u4"), ("length", "<u2"), ("text", "u1"), ("context", "u1")]
)
"""A chunk's key, its document's `seq`, its length in terms, how often the term stands in its
text and in its context line; the last three up to the most that their bytes can say."""
_START = struct.Struct("<IIH").pack
Entries = NDArray[np.void]

PART_DOCUMENTS = 64
PART_CHUNKS = 4096
"""A part with this many is not added to: adding to a row copies it."""
ROWS = 100
"""Terms that are written between two points at which a transaction may end."""
CHUNKS = 20
"""Chunks whose words are counted between two such points."""

TABLES = (
    """CREATE TABLE posting_part (
        part INTEGER PRIMARY KEY,
        matter_id TEXT NOT NULL REFERENCES matter(id),
        documents INTEGER NOT NULL DEFAULT 0,
        chunks INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX posting_part_matter ON posting_part(matter_id, part)",
    """CREATE TABLE posting (
        part INTEGER NOT NULL REFERENCES posting_part(part),
        term TEXT NOT NULL,
        entries BLOB NOT NULL,
        PRIMARY KEY (part, term)
    ) WITHOUT ROWID""",
    # what a search needs to know of a document before it reads any entry
    "ALTER TABLE document ADD COLUMN part INTEGER",
    "ALTER TABLE document ADD COLUMN posted INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE document ADD COLUMN posted_length INTEGER NOT NULL DEFAULT 0",
)


def posting(document: str) -> Steps[None]:
    """Enter the words of a document's chunks; those entered before go first.

    Nothing is found by them before the last step.
    """
    yield from unposting(document)
    connection = yield
    row = connection.execute(
        "SELECT matter_id, seq FROM document WHERE id = ?", (document,)
    ).fetchone()
    if row is None:
        return
    part = _room(connection, row["matter_id"])
    connection.execute("UPDATE document SET part = ? WHERE seq = ?", (part, row["seq"]))
    connection.execute("UPDATE posting_part SET documents = documents + 1 WHERE part = ?", (part,))
    entries: defaultdict[str, bytearray] = defaultdict(bytearray)
    chunks, length, last = 0, 0, -1
    while several := _words(connection, row["seq"], last):
        for key, words, context, count in several:
            chunks, length, last = chunks + 1, length + count, key
            _enter(entries, _START(key, row["seq"], min(count, 0xFFFF)), words, context)
        connection = yield
    terms = sorted(entries.items())
    for first in range(0, len(terms), ROWS):
        _append(connection, part, terms[first : first + ROWS])
        connection = yield
    connection.execute(
        "UPDATE document SET posted = ?, posted_length = ? WHERE seq = ?",
        (chunks, length, row["seq"]),
    )
    connection.execute("UPDATE posting_part SET chunks = chunks + ? WHERE part = ?", (chunks, part))
    generations.touch(connection, row["matter_id"])


def unposting(document: str) -> Steps[None]:
    """Take a document's entries out of every row, before its words or its rows go.

    From the first step on it is found by none of them.
    """
    connection = yield
    row = connection.execute(
        "SELECT seq, part, posted, matter_id FROM document WHERE id = ? AND part IS NOT NULL",
        (document,),
    ).fetchone()
    if row is None:
        return
    connection.execute(
        "UPDATE document SET posted = 0, posted_length = 0 WHERE seq = ?", (row["seq"],)
    )
    connection.execute(
        "UPDATE posting_part SET chunks = chunks - ? WHERE part = ?", (row["posted"], row["part"])
    )
    generations.touch(connection, row["matter_id"])
    term: str | None = ""
    while term is not None:
        term = _take_out(connection, row["part"], row["seq"], term)
        connection = yield
    connection.execute("UPDATE document SET part = NULL WHERE seq = ?", (row["seq"],))
    connection.execute(
        "UPDATE posting_part SET documents = documents - 1 WHERE part = ?", (row["part"],)
    )
    generations.touch(connection, row["matter_id"])


def _take_out(connection: Any, part: int, document: int, after: str) -> str | None:
    """Take a document out of the next rows of a part; the last one's term, None at the end."""
    rows = connection.execute(
        "SELECT term, entries FROM posting WHERE part = ? AND term > ? ORDER BY term LIMIT ?",
        (part, after, ROWS),
    ).fetchall()
    changed = []
    for term, entries in rows:
        found = np.frombuffer(entries, dtype=ENTRY)
        kept = found["document"] != document
        if not kept.all():
            changed.append((found[kept].tobytes(), part, term))
    connection.executemany(
        "DELETE FROM posting WHERE part = ? AND term = ?",
        [one[1:] for one in changed if not one[0]],
    )
    connection.executemany(
        "UPDATE posting SET entries = ? WHERE part = ? AND term = ?",
        [one for one in changed if one[0]],
    )
    return str(rows[-1][0]) if len(rows) == ROWS else None


def _enter(entries: defaultdict[str, bytearray], start: bytes, words: str, context: str) -> None:
    in_text, in_context = Counter(words.split()), Counter(context.split())
    for term, often in in_text.items():
        entries[term] += start + _often(often, in_context.pop(term, 0))
    for term, often in in_context.items():
        entries[term] += start + _often(0, often)


def fill(connection: Any) -> None:
    """Make the tables, and enter every document that is there: a step of migration."""
    for statement in TABLES:
        connection.execute(statement)
    for (document,) in connection.execute(
        "SELECT DISTINCT d.id FROM document d JOIN chunk c ON c.document_id = d.id ORDER BY d.seq"
    ).fetchall():
        at_once(connection, posting(document))


def _words(connection: Any, document: int, after: int) -> list[tuple[int, str, str, int]]:
    """Of the next chunks: key, terms of the text, terms of the context line, length."""
    rows = connection.execute(
        "SELECT c.key, w.words, w.context, c.length FROM document d CROSS JOIN chunk c "
        "ON c.document_id = d.id JOIN chunk_words w ON w.rowid = c.key "
        "WHERE d.seq = ? AND c.key > ? ORDER BY c.key LIMIT ?",
        (document, after, CHUNKS),
    ).fetchall()
    return [tuple(row) for row in rows]


@lru_cache(maxsize=10_000)
def _often(text: int, context: int) -> bytes:
    return bytes((min(text, 0xFF), min(context, 0xFF)))


def _append(connection: Any, part: int, terms: Sequence[tuple[str, bytearray]]) -> None:
    connection.executemany(
        "INSERT INTO posting VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
        "entries = CAST(entries || excluded.entries AS BLOB)",
        [(part, term, bytes(found)) for term, found in terms],
    )


def _room(connection: Any, matter: str) -> int:
    """A part that can take one more document."""
    row = connection.execute(
        "SELECT part, documents, chunks FROM posting_part WHERE matter_id = ? "
        "ORDER BY part DESC LIMIT 1",
        (matter,),
    ).fetchone()
    if row and row["documents"] < PART_DOCUMENTS and row["chunks"] < PART_CHUNKS:
        return int(row["part"])
    made = connection.execute(
        "INSERT INTO posting_part (matter_id) VALUES (?) RETURNING part", (matter,)
    ).fetchone()
    return int(made["part"])
