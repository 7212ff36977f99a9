"""Documents put into a store by hand, for tests that need no parser."""

import re

from kb.domain import Chunk, ChunkId, Document, DocumentId, Element, ElementKind, Reading
from kb.store.embeddings import context_line, embedded_text
from kb.store.queue import Finished
from kb.wiring import KnowledgeBase


def put(kb: KnowledgeBase, matter: str, name: str, text: str) -> Document:
    """One ready document whose chunks are the paragraphs of `text`."""
    stored = kb.files.put([text.encode()], limit=1 << 20, name=name)
    user = kb.access.local_user()
    home = kb.library.add_matter(matter)
    kb.library.receive(
        stored, matter_id=home.id, name=name, path=f"/{matter}/{name}", added_by=user
    )
    claim = kb.queue.claim()
    assert claim is not None
    chunks = paragraphs(claim.document_id, text)
    title = name.rsplit(".", 1)[0]
    contexts = [context_line(title, "") for _ in chunks]
    texts = [embedded_text(c, chunk.text) for c, chunk in zip(contexts, chunks, strict=True)]
    keys, vectors = kb.embeddings.embed(texts, kb.embedder)
    elements = tuple(Element(ElementKind.PARAGRAPH, c.char_start, c.char_end) for c in chunks)
    reading = Reading("text/plain", text, elements)
    if kb.index:
        kb.index.add([c.id for c in chunks], vectors, [home.id] * len(chunks))
    assert kb.queue.finish(claim, Finished(reading, title, chunks, contexts, keys, vectors))
    return kb.library.document(claim.document_id, kb.access.scope(user))


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
