"""Documents put into a store by hand, for tests that need no parser."""

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.app.catalogue import Catalogue
from kb.domain import (
    Chunk,
    ChunkId,
    Document,
    DocumentId,
    Element,
    ElementKind,
    Fact,
    Reading,
    Revision,
)
from kb.domain.jobs import Offered
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Family
from kb.store.data_folder import TRAIL
from kb.store.database import Database
from kb.store.documents.sources import FoundFile
from kb.text.context import context_line


def offer(kb: Catalogue, matter: str, path: str, content: bytes) -> Document:
    """Content promised at a path, as an upload or a folder would."""
    name = path.rsplit("/", 1)[-1]
    stored = kb.files.put([content], limit=1 << 30, name=name)
    user = kb.access.local_user()
    offered = Offered(None, kb.library.add_matter(matter).id, path)
    known = kb.sources.receive(FoundFile(offered, stored, name, user))
    return kb.library.document(known, kb.access.scope(user))


def put(
    kb: KnowledgeBase,
    matter: str,
    name: str,
    text: str,
    *,
    path: str = "",
    facts: tuple[Fact, ...] = (),
    quoted: str = "",
    revisions: tuple[Revision, ...] = (),
) -> Document:
    """One ready document whose chunks are the paragraphs of `text`, then those it quotes."""
    found = put_words(
        kb, matter, name, text, path=path, facts=facts, quoted=quoted, revisions=revisions
    )
    embed(kb)
    return kb.library.document(found.id, kb.access.scope(kb.access.local_user()))


def put_words(
    kb: KnowledgeBase,
    matter: str,
    name: str,
    text: str,
    *,
    path: str = "",
    facts: tuple[Fact, ...] = (),
    quoted: str = "",
    revisions: tuple[Revision, ...] = (),
) -> Document:
    """As `put`, without the vectors."""
    offer(kb, matter, path or f"/{matter}/{name}", (text + quoted).encode())
    claim = kb.queue.claim_to_read()
    assert claim is not None
    whole = f"{text}\n\n{quoted}" if quoted else text
    chunks = paragraphs(claim.document_id, whole)
    title = name.rsplit(".", 1)[0]
    contexts = [context_line(title, "") for _ in chunks]
    elements = tuple(_element(chunk, len(text)) for chunk in chunks)
    reading = Reading("text/plain", whole, elements, revisions=revisions)
    parsed = Parsed(claim.document_id, reading, title, chunks, contexts, facts)
    assert kb.queue.words(claim, parsed, Family()) is not None
    return kb.library.document(claim.document_id, kb.access.scope(kb.access.local_user()))


def embed(kb: KnowledgeBase) -> None:
    """Give the document that waits for its vectors what it waits for."""
    claim = kb.queue.claim_to_embed()
    assert claim is not None
    kb.queue.settle(claim)
    ids, texts = kb.queue.texts(claim)
    keys, vectors = kb.embeddings.embed(texts, kb.embedder.name, kb.embedder.embed)
    if kb.index:
        kb.index.add(ids, vectors, [claim.matter_id] * len(ids))
    assert kb.queue.finish(claim, ids, keys, vectors)


def entries(kb: Catalogue, action: str = "") -> list[dict[str, Any]]:
    """The audit trail as its file has it, oldest first, or the entries of one action."""
    with closing(Database(kb.settings.data_dir / TRAIL)) as trail:
        rows = trail.rows("SELECT * FROM audit WHERE ?1 IN ('', action) ORDER BY seq", (action,))
        return [dict(row) for row in rows]


@contextmanager
def unrecordable(kb: Catalogue, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No entry can be written to the audit trail, and nobody waits half a minute to be told."""
    monkeypatch.setattr("kb.store.database._PRAGMAS", ("PRAGMA busy_timeout=10",))
    path = kb.settings.data_dir / TRAIL
    usual = kb.audit._db
    with closing(Database(path, name="audit trail")) as hasty, closing(Database(path)) as other:
        kb.audit._db = hasty
        with other.write():
            yield
        kb.audit._db = usual


def _element(chunk: Chunk, own: int) -> Element:
    kind = ElementKind.PARAGRAPH if chunk.char_start < own else ElementKind.QUOTED
    return Element(kind, chunk.char_start, chunk.char_end)


def paragraphs(document: DocumentId, text: str) -> list[Chunk]:
    found = []
    for ordinal, match in enumerate(re.finditer(r"\S(?:.|\n(?!\n))*", text)):
        body = match.group(0).rstrip()
        start = match.start()
        digest = f"{document}-{ordinal:05d}"
        found.append(
            Chunk(
                id=ChunkId(digest),
                document_id=document,
                ordinal=ordinal,
                text=body,
                heading="",
                page_from=None,
                page_to=None,
                char_start=start,
                char_end=start + len(body),
            )
        )
    return found
