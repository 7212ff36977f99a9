"""Where each word stands: an inverted index with positions, block by block of a matter.

A block holds some hundred documents of one matter, so that a search reads what is in
its scope and nothing else. Each document has slots of 2**24 places in its block; a word's
row in a block is all its places there, ascending, as unsigned 32-bit numbers. Adding a
document appends to the rows of its words, forgetting it cuts its range out of them all.
"""

from typing import Any

import numpy as np

from kb.domain import DocumentId, MatterId
from kb.store.lexical.boundaries import OFFSET, Laid, laying
from kb.store.write_batches import Steps, at_once
from kb.text.tokens import TOLD_ANEW

SLOT_BITS = 24
SLOTS = 256
"""Slots of a block: 32 bits in all."""
BLOCK_TOKENS = 1 << 18
"""A block with this many is not added to: appending copies the rows that it appends to."""
FARTHEST = 1 << 10
"""Places left free at a document's end: nothing is near what stands in the next one."""

ROWS = 100
"""Words that are written between two points at which a transaction may end."""
CHUNKS, SENTENCES, PARAGRAPHS = " chunk", " sentence", " paragraph"
"""Rows that are no words: where chunks, sentences and paragraphs begin."""

TABLES = (
    """CREATE TABLE word_block (
        block INTEGER PRIMARY KEY,
        matter_id TEXT NOT NULL REFERENCES matter(id),
        slots INTEGER NOT NULL DEFAULT 0,
        tokens INTEGER NOT NULL DEFAULT 0
    )""",
    "CREATE INDEX word_block_matter ON word_block(matter_id, block)",
    # without a cascade: a document cannot go before its words are forgotten
    """CREATE TABLE word_document (
        document_id TEXT PRIMARY KEY REFERENCES document(id),
        block INTEGER NOT NULL REFERENCES word_block(block),
        slot INTEGER NOT NULL,
        slots INTEGER NOT NULL,
        tokens INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE INDEX word_document_block ON word_document(block)",
    """CREATE TABLE word_place (
        block INTEGER NOT NULL,
        word TEXT NOT NULL,
        places BLOB NOT NULL,
        PRIMARY KEY (block, word)
    ) WITHOUT ROWID""",
)

_APPEND = (
    "INSERT INTO word_place VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
    "places = CAST(places || excluded.places AS BLOB)"
)


def placing(document: DocumentId, text: str, found: Laid | None = None) -> Steps[None]:
    """Index the words of a document's chunks; those that are there already go first.

    `text` is its canonical text; `found` is where its words stand, if that is known already.
    """
    yield from forgetting(document)
    connection = yield
    chunks = connection.execute(
        "SELECT char_start, char_end, matter_id FROM chunk WHERE document_id = ? ORDER BY ordinal",
        (document,),
    ).fetchall()
    if not chunks:
        return
    if found is None:
        spans = [(row["char_start"], row["char_end"]) for row in chunks]
        found = yield from laying(text, spans, _lines_of_cells(text))
        connection = yield
    slots = ((found.tokens + FARTHEST) >> SLOT_BITS) + 1
    block, slot = _room(connection, chunks[0]["matter_id"], slots, found.tokens)
    connection.execute(
        "INSERT INTO word_document VALUES (?, ?, ?, ?, ?)",
        (document, block, slot, slots, found.tokens),
    )
    words = _words(found)
    for first in range(0, len(words), ROWS):
        some = words[first : first + ROWS]
        connection.executemany(
            _APPEND, [(block, word, _moved(at, slot << SLOT_BITS)) for word, at in some]
        )
        connection = yield


def forgetting(document: DocumentId) -> Steps[None]:
    """Take every place of a document out of the index.

    Its row in `word_document` goes last, so that an interrupted one is begun again.
    """
    connection = yield
    row = connection.execute(
        "SELECT block, slot, slots, tokens FROM word_document WHERE document_id = ?", (document,)
    ).fetchone()
    if row is None:
        return
    block, first, last = row["block"], row["slot"], row["slot"] + row["slots"]
    word: str | None = ""
    while word is not None:
        word = _cut(connection, block, (first << SLOT_BITS, last << SLOT_BITS), word)
        connection = yield
    connection.execute("DELETE FROM word_document WHERE document_id = ?", (document,))
    connection.execute(
        "UPDATE word_block SET tokens = max(0, tokens - ?) WHERE block = ?", (row["tokens"], block)
    )
    alone = "SELECT 1 FROM word_document WHERE block = ?1 UNION ALL "
    alone += "SELECT 1 FROM word_place WHERE block = ?1 LIMIT 1"
    if not connection.execute(alone, (block,)).fetchone():
        connection.execute("DELETE FROM word_block WHERE block = ?", (block,))


def fill(connection: Any) -> None:
    """Make the tables, and index every document that is there: a step of migration."""
    for statement in TABLES:
        connection.execute(statement)
    known = connection.execute(
        "SELECT d.id FROM document d JOIN content c ON c.document_id = d.id ORDER BY d.seq"
    ).fetchall()
    for (document,) in known:
        text = connection.execute(
            "SELECT text FROM content WHERE document_id = ?", (document,)
        ).fetchone()[0]
        at_once(connection, placing(document, text))


def fill_anew(connection: Any) -> None:
    """Index again the documents whose words are told otherwise since: a step of migration."""
    for (document,) in connection.execute("SELECT document_id FROM word_document").fetchall():
        text = connection.execute(
            "SELECT text FROM content WHERE document_id = ?", (document,)
        ).fetchone()
        if text and TOLD_ANEW.search(text[0]):
            at_once(connection, placing(document, text[0]))


def _room(connection: Any, matter: MatterId, slots: int, count: int) -> tuple[int, int]:
    """A block with room for a document and its first slot there; both are taken."""
    last = connection.execute(
        "SELECT block, slots, tokens FROM word_block WHERE matter_id = ? "
        "ORDER BY block DESC LIMIT 1",
        (matter,),
    ).fetchone()
    if last and last["slots"] + slots <= SLOTS and last["tokens"] < BLOCK_TOKENS:
        block, slot = last["block"], last["slots"]
    else:
        block = connection.execute(
            "INSERT INTO word_block (matter_id) VALUES (?) RETURNING block", (matter,)
        ).fetchone()["block"]
        slot = 0
    connection.execute(
        "UPDATE word_block SET slots = slots + ?, tokens = tokens + ? WHERE block = ?",
        (slots, count, block),
    )
    return block, slot


def _words(found: Laid) -> list[tuple[str, bytes]]:
    """Each row that a document adds to, with its offsets there."""
    units = ((CHUNKS, found.chunks), (SENTENCES, found.sentences), (PARAGRAPHS, found.paragraphs))
    return [(word, at) for word, at in (*units, *sorted(found.words.items())) if at]


def _moved(offsets: bytes, base: int) -> bytes:
    return (np.frombuffer(offsets, OFFSET) + OFFSET.type(base)).tobytes() if base else offsets


def _cut(connection: Any, block: int, span: tuple[int, int], after: str) -> str | None:
    """Take the places of a span out of the next rows of a block; the last one's word, or None."""
    rows = connection.execute(
        "SELECT word, places FROM word_place WHERE block = ? AND word > ? ORDER BY word LIMIT ?",
        (block, after, ROWS),
    ).fetchall()
    changed: list[tuple[bytes, int, str]] = []
    for word, places in rows:
        first, last = np.searchsorted(np.frombuffer(places, OFFSET), span)
        if first < last:
            changed.append((places[: 4 * first] + places[4 * last :], block, word))
    connection.executemany(
        "DELETE FROM word_place WHERE block = ? AND word = ?",
        [(block, word) for places, _, word in changed if not places],
    )
    connection.executemany(
        "UPDATE word_place SET places = ? WHERE block = ? AND word = ?",
        [one for one in changed if one[0]],
    )
    return str(rows[-1][0]) if len(rows) == ROWS else None


def _lines_of_cells(text: str) -> list[tuple[int, int]]:
    """Lines whose cells stand apart by bars or tabs, where no reader says what is a row."""
    spans, at = [], 0
    for line in text.splitlines(keepends=True):
        if " | " in line or "\t" in line.strip():
            spans.append((at, at + len(line)))
        at += len(line)
    return spans
