"""What reading a document adds to the catalogue: text, pages, facts, changes, chunks."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.domain import Chunk, DocumentId, ElementKind, Fact, MatterId, Page, Reading
from kb.domain.citations import LegalCitation
from kb.store.lexical.positions import place_words
from kb.store.lexical.postings import post
from kb.store.lexical.terms import labels_of, language_of, write_words
from kb.text.normalization import folded

_WHOLE = (ElementKind.TITLE, ElementKind.HEADING, ElementKind.TABLE_ROW)
"""What no sentence reaches into or out of."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """Everything that reading one document adds; the i-th context goes with the i-th chunk.

    `read_s` are the seconds that reading took, `ocr_s` those of work in recognising text.
    """

    document_id: DocumentId
    reading: Reading
    title: str
    chunks: Sequence[Chunk]
    contexts: Sequence[str]
    facts: Sequence[Fact] = ()
    citations: Sequence[LegalCitation] = field(default=(), kw_only=True)
    read_s: float = 0.0
    ocr_s: float = 0.0


def add_content(connection: Any, parsed: Parsed) -> None:
    """Text, pages, changes and facts; what a person has stated of a fact stays."""
    known, reading = parsed.document_id, parsed.reading
    connection.execute("INSERT INTO content VALUES (?, ?)", (known, reading.text))
    connection.executemany(
        "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (known, p.number, p.char_start, p.char_end, p.needs_ocr, p.label, _boxes(p))
            for p in reading.pages
        ],
    )
    connection.executemany(
        "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (known, n, r.kind, r.author, r.date, r.char_start, r.char_end, r.text)
            for n, r in enumerate(reading.revisions)
        ],
    )
    connection.executemany(
        "INSERT INTO document_fact SELECT ?1, ?2, ?3, 0, ?4 WHERE NOT EXISTS (SELECT 1 FROM "
        "document_fact WHERE document_id = ?1 AND name = ?2 AND by_person) ON CONFLICT DO NOTHING",
        [(known, one.name, one.value, folded(one.name, one.value)) for one in parsed.facts],
    )


def add_chunks(connection: Any, matter: MatterId, parsed: Parsed) -> None:
    """Chunks and their words, without vectors yet; the labels of their pages are words too."""
    quoted = [
        (one.char_start, one.char_end)
        for one in parsed.reading.elements
        if one.kind is ElementKind.QUOTED
    ]
    labels = {page.number: page.label for page in parsed.reading.pages if page.label}
    language = language_of(connection, parsed.document_id)
    for chunk, context in zip(parsed.chunks, parsed.contexts, strict=True):
        row = connection.execute(
            "INSERT INTO chunk (id, document_id, matter_id, ordinal, heading, page_from, page_to, "
            "char_start, char_end, text, length, quoted) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?) RETURNING key",
            (
                chunk.id,
                chunk.document_id,
                matter,
                chunk.ordinal,
                chunk.heading,
                chunk.page_from,
                chunk.page_to,
                chunk.char_start,
                chunk.char_end,
                chunk.text,
                any(start <= chunk.char_start < end for start, end in quoted),
            ),
        ).fetchone()
        around = [context, *labels_of((chunk.page_from, chunk.page_to), labels)]
        write_words(connection, row["key"], chunk.text, around, language)
    post(connection, parsed.document_id)
    place_words(
        connection,
        parsed.document_id,
        parsed.reading.text,
        [(one.char_start, one.char_end) for one in parsed.reading.elements if one.kind in _WHOLE],
    )


def _boxes(page: Page) -> str | None:
    if not page.words:
        return None
    return json.dumps(
        [
            [w.char_start, w.char_end, *(round(x, 5) for x in (w.left, w.top, w.right, w.bottom))]
            for w in page.words
        ]
    )
