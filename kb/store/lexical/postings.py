"""Which chunks hold a term, how often, and how long they are: part by part of a matter.

A part holds some dozens of documents of one matter, so that a search reads what is in
its matters and nothing else, and a document's terms lie near each other on the disk.
The row of a term in a part is all its entries there. Written in the transaction that
writes the words (`chunk_words`), from which it can be made again.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.store import generations

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


def post(connection: Any, document: str) -> None:
    """Enter the words of a document's chunks; those entered before go first."""
    unpost(connection, document)
    row = connection.execute(
        "SELECT matter_id, seq FROM document WHERE id = ?", (document,)
    ).fetchone()
    if row is not None:
        post_all(connection, row["matter_id"], [row["seq"]])


def post_all(connection: Any, matter: str, documents: Sequence[int]) -> None:
    """Enter the words of documents of one matter, by their `seq`, that are not entered yet."""
    entries: defaultdict[str, bytearray] = defaultdict(bytearray)
    part, free = 0, 0
    for document in documents:
        if not free:
            _append(connection, part, entries)
            part, free = _room(connection, matter)
        chunks, length = 0, 0
        for key, words, context, count in _words(connection, document):
            chunks, length = chunks + 1, length + count
            start = _START(key, document, min(count, 0xFFFF))
            in_text, in_context = Counter(words), Counter(context)
            for term, often in in_text.items():
                entries[term] += start + _often(often, in_context.pop(term, 0))
            for term, often in in_context.items():
                entries[term] += start + _often(0, often)
        connection.execute(
            "UPDATE document SET part = ?, posted = ?, posted_length = ? WHERE seq = ?",
            (part, chunks, length, document),
        )
        [held] = connection.execute(
            "UPDATE posting_part SET documents = documents + 1, chunks = chunks + ? "
            "WHERE part = ? RETURNING chunks",
            (chunks, part),
        ).fetchone()
        free = free - 1 if held < PART_CHUNKS else 0
    _append(connection, part, entries)
    generations.touch(connection, matter)


def unpost(connection: Any, document: str) -> None:
    """Take a document's entries out of every row, before its words or its rows go."""
    row = connection.execute(
        "SELECT seq, part, posted, matter_id FROM document WHERE id = ? AND part IS NOT NULL",
        (document,),
    ).fetchone()
    if row is None:
        return
    changed = []
    for term, entries in connection.execute(
        "SELECT term, entries FROM posting WHERE part = ?", (row["part"],)
    ):
        found = np.frombuffer(entries, dtype=ENTRY)
        kept = found["document"] != row["seq"]
        if not kept.all():
            changed.append((found[kept].tobytes(), row["part"], term))
    connection.executemany(
        "DELETE FROM posting WHERE part = ? AND term = ?",
        [one[1:] for one in changed if not one[0]],
    )
    connection.executemany(
        "UPDATE posting SET entries = ? WHERE part = ? AND term = ?",
        [one for one in changed if one[0]],
    )
    connection.execute(
        "UPDATE document SET part = NULL, posted = 0, posted_length = 0 WHERE seq = ?",
        (row["seq"],),
    )
    connection.execute(
        "UPDATE posting_part SET documents = documents - 1, chunks = chunks - ? WHERE part = ?",
        (row["posted"], row["part"]),
    )
    generations.touch(connection, row["matter_id"])


def fill(connection: Any) -> None:
    """Make the tables, and enter every document that is there: a step of migration."""
    for statement in TABLES:
        connection.execute(statement)
    matters: defaultdict[str, list[int]] = defaultdict(list)
    for matter, document in connection.execute(
        "SELECT DISTINCT d.matter_id, d.seq FROM document d JOIN chunk c ON c.document_id = d.id "
        "ORDER BY d.seq"
    ).fetchall():
        matters[matter].append(document)
    for matter, documents in matters.items():
        post_all(connection, matter, documents)


def _words(connection: Any, document: int) -> Iterator[tuple[int, list[str], list[str], int]]:
    """Of each chunk: its key, the terms of its text and of its context line, its length."""
    for row in connection.execute(
        "SELECT c.key, w.words, w.context, c.length FROM chunk c JOIN document d "
        "ON d.id = c.document_id JOIN chunk_words w ON w.rowid = c.key WHERE d.seq = ? "
        "ORDER BY c.key",
        (document,),
    ).fetchall():
        yield row[0], row[1].split(), row[2].split(), row[3]


@lru_cache(maxsize=10_000)
def _often(text: int, context: int) -> bytes:
    return bytes((min(text, 0xFF), min(context, 0xFF)))


def _append(connection: Any, part: int, entries: defaultdict[str, bytearray]) -> None:
    connection.executemany(
        "INSERT INTO posting VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
        "entries = CAST(entries || excluded.entries AS BLOB)",
        [(part, term, bytes(found)) for term, found in sorted(entries.items())],
    )
    entries.clear()


def _room(connection: Any, matter: str) -> tuple[int, int]:
    """A part that can take more, and how many documents it can take."""
    row = connection.execute(
        "SELECT part, documents, chunks FROM posting_part WHERE matter_id = ? "
        "ORDER BY part DESC LIMIT 1",
        (matter,),
    ).fetchone()
    if row and row["documents"] < PART_DOCUMENTS and row["chunks"] < PART_CHUNKS:
        return row["part"], PART_DOCUMENTS - row["documents"]
    made = connection.execute(
        "INSERT INTO posting_part (matter_id) VALUES (?) RETURNING part", (matter,)
    ).fetchone()
    return made["part"], PART_DOCUMENTS
