"""What reading a document adds to the catalogue: text, pages, facts, changes, chunks."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from kb.domain import Chunk, DocumentId, ElementKind, Fact, MatterId, Page, Reading
from kb.domain.citations import LegalCitation
from kb.store.changes.removal import ROWS, clearing
from kb.store.documents.citations import adding_citations
from kb.store.documents.page_lines import lines_kept
from kb.store.lexical.boundaries import Laid, laid
from kb.store.lexical.positions import placing
from kb.store.lexical.postings import posting
from kb.store.lexical.terms import write_words
from kb.store.lexical.worded import Worded
from kb.store.write_batches import Steps
from kb.text.normalization import folded


@dataclass(frozen=True, slots=True)
class Parsed:
    """Everything that reading one document adds; the i-th context goes with the i-th chunk.

    `read_s` are the seconds that reading took, `ocr_s` those of work in recognising text.
    `words` are what each chunk is found by, made in the language of `facts`, and `places` where
    the words stand; where there are none they are made when it is stored.
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
    words: Sequence[Worded] = field(default=(), kw_only=True)
    places: Laid | None = field(default=None, kw_only=True)


def adding(matter: MatterId, parsed: Parsed, words: Sequence[Worded]) -> Steps[None]:
    """Everything of a document that stands beside its row; what a person has stated stays.

    Nothing of it is seen before the document's status says that it is read. What an
    interrupted one has left goes first.
    """
    known, reading = parsed.document_id, parsed.reading
    places = parsed.places  # before the first transaction
    if places is None:
        places = laid(reading, [(chunk.char_start, chunk.char_end) for chunk in parsed.chunks])
    yield from clearing(known)
    connection = yield
    connection.execute("INSERT INTO content VALUES (?, ?)", (known, reading.text))
    _add_facts(connection, parsed)
    for statement, rows in _beside(parsed):
        for first in range(0, len(rows), ROWS):
            connection.executemany(statement, rows[first : first + ROWS])
            connection = yield
    yield from _adding_chunks(matter, parsed, words)
    yield from posting(known)
    yield from placing(known, reading.text, places)
    yield from adding_citations(known, parsed.citations)


def _add_facts(connection: Any, parsed: Parsed) -> None:
    known = parsed.document_id
    stated = {
        row["name"]
        for row in connection.execute(
            "SELECT DISTINCT name FROM document_fact WHERE document_id = ? AND by_person", (known,)
        )
    }
    connection.executemany(
        "INSERT INTO document_fact (document_id, name, value, folded, char_start, char_end) "
        "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (known, one.name, one.value, folded(one.name, one.value), one.char_start, one.char_end)
            for one in parsed.facts
            if one.name not in stated
        ],
    )


def _beside(parsed: Parsed) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    known, reading = parsed.document_id, parsed.reading
    yield (
        "INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(known, p.number, p.char_start, p.char_end, p.needs_ocr, p.label, _boxes(p)),
                *(lines_kept(p), p.printed),
            )
            for p in reading.pages
        ],
    )
    yield (
        "INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (known, n, r.kind, r.author, r.date, r.char_start, r.char_end, r.text)
            for n, r in enumerate(reading.revisions)
        ],
    )


def _adding_chunks(matter: MatterId, parsed: Parsed, words: Sequence[Worded]) -> Steps[None]:
    """Chunks and their words, without vectors yet."""
    connection = yield
    quoted = sorted(
        (one.char_start, one.char_end)
        for one in parsed.reading.elements
        if one.kind is ElementKind.QUOTED
    )
    for number, (chunk, found) in enumerate(zip(parsed.chunks, words, strict=True)):
        row = connection.execute(
            "INSERT INTO chunk (id, document_id, matter_id, ordinal, heading, page_from, page_to, "
            "char_start, char_end, text, length, quoted, opinion, opinion_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?) RETURNING key",
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
                _within(quoted, chunk.char_start),
                chunk.opinion.part if chunk.opinion else "",
                chunk.opinion.by if chunk.opinion else "",
            ),
        ).fetchone()
        write_words(connection, row["key"], found)
        if number % ROWS == ROWS - 1:
            connection = yield


def _within(spans: Sequence[tuple[int, int]], at: int) -> bool:
    place = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return place >= 0 and at < spans[place][1]


def _boxes(page: Page) -> str | None:
    if not page.words:
        return None
    return json.dumps(
        [
            [w.char_start, w.char_end, *(round(x, 5) for x in (w.left, w.top, w.right, w.bottom))]
            for w in page.words
        ]
    )
