"""A house to test the HTTP rim in: the real store, a scripted retriever and answerer."""

import time
from collections.abc import Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from typing import Any

import numpy as np

from kb.answer.model_queue import Turn, Turns
from kb.app.catalogue import Catalogue
from kb.domain import (
    Chunk,
    ChunkId,
    Document,
    DocumentId,
    Page,
    Passage,
    Quote,
    Reading,
    Scope,
    SearchResult,
)
from kb.domain.events import (
    Answer,
    Citation,
    Done,
    Event,
    Judged,
    Queued,
    Quotes,
    Sentence,
    Sources,
    Token,
    Verdict,
)
from kb.guard.erasure import Eraser
from kb.pages import pdf_text
from kb.settings import Settings
from kb.store.changes.content import Parsed
from kb.store.changes.deletion import Deleting
from kb.store.changes.progress import Family
from kb.store.changes.queue import Queue
from kb.store.documents.contents import Contents
from kb.store.documents.library import Library
from kb.store.remains import Remains
from tests.shelf import offer

PDF = "application/pdf"
PROSE = (
    ("The lease ends on 30 June 2027 [1].", Verdict.SUPPORTED),
    ("The rent doubles every year [2].", Verdict.NOT_SAID),
    ("Costs are shared [9].", Verdict.UNKNOWN),
)


class NoVectors:
    """An index that is empty."""

    def changing(self) -> AbstractContextManager[None]:
        return nullcontext()

    def add(self, ids: Any, vectors: Any, matters: Any) -> None: ...
    def delete(self, ids: Any) -> None: ...
    def search(self, vector: Any, matters: Any, limit: int) -> list[tuple[ChunkId, float]]:
        return []

    def ids(self) -> set[ChunkId]:
        return set()

    def close(self) -> None: ...


@dataclass
class Retriever:
    """Finds the first paragraph of each readable document that shares a word with the query."""

    library: Library
    contents: Contents

    def search(
        self,
        query: str,
        scope: Scope,
        *,
        limit: int = 10,
        within: frozenset[DocumentId] | None = None,
        around: int = 0,
    ) -> SearchResult:
        words = {word.strip("?.,").casefold() for word in query.split() if len(word) > 3}
        found: list[Passage] = []
        for document in self.library.documents(scope, status="ready"):
            if within is not None and document.id not in within:
                continue
            text = self.library.text(document.id, scope)
            for start, end in _paragraphs(text):
                if words & {word.strip("?.,").casefold() for word in text[start:end].split()}:
                    found.append(self._passage(document, (start, end), len(found) + 1, scope))
        return SearchResult(query, tuple(found[:limit]), {"total": 1.25})

    def _passage(
        self, document: Document, span: tuple[int, int], number: int, scope: Scope
    ) -> Passage:
        text = self.library.text(document.id, scope)
        pages = self.contents.pages(document.id, scope)
        page = next((p.number for p in pages if p.char_start <= span[0] < p.char_end), None)
        chunk = Chunk(
            ChunkId(f"{document.id}-{number}"),
            document.id,
            number,
            text[slice(*span)],
            "",
            page,
            page,
            *span,
        )
        return Passage(chunk, document, number, number, page, 0.5)


@dataclass
class Answerer:
    """Answers with quotes and PROSE; `hold` makes the model think until the turn is stopped."""

    retriever: Retriever
    pause_s: float = 0.0
    hold: bool = False
    fails: Exception | None = None
    closed: Flag = field(default_factory=Flag)

    def events(
        self,
        question: str,
        scope: Scope,
        *,
        turn: Turn | None,
        limit: int = 8,
        within: frozenset[DocumentId] | None = None,
    ) -> Generator[Event, None, None]:
        found = self.retriever.search(question, scope, limit=limit, within=within)
        try:
            yield from self._events(question, found.passages, turn=turn)
        finally:
            self.closed.set()  # giving the turn back is up to the caller

    def _events(
        self, question: str, passages: tuple[Passage, ...], *, turn: Turn | None
    ) -> Generator[Event, None, None]:
        quotes = tuple(_quote(passage) for passage in passages)
        if turn is not None:
            yield Queued(turn.ahead)
        yield Sources(passages)
        yield Quotes(quotes, abstained=not passages, uncertain=False)
        if self.fails is not None:
            raise self.fails
        sentences: tuple[Sentence, ...] = ()
        if turn is not None and passages:
            yield from self._prose(turn)
            sentences = tuple(_judged(text, verdict) for text, verdict in PROSE)
            yield Judged(sentences)
        reason = None if passages else "No passage is close enough to the question."
        prose = " ".join(sentence.text for sentence in sentences)
        model = "scripted" if sentences else None
        yield Done(
            Answer(
                question,
                prose,
                sentences,
                quotes,
                passages,
                abstained=not passages,
                uncertain=False,
                confidence=0.75 if passages else 0.25,
                reason=reason,
                model=model,
                timings={"a": 1},
            )
        )

    def _prose(self, turn: Turn) -> Generator[Event, None, None]:
        if self.hold:
            yield Token("The ")
            turn.stop.wait(30)
            return
        for text, _ in PROSE:
            for word in text.split():
                if turn.stop.is_set():
                    return
                time.sleep(self.pause_s)
                yield Token(f"{word} ")


class House(Catalogue):
    """What `open_kb` gives, as far as the rim uses it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.queue = Queue(self.database)
        self.retriever = Retriever(self.library, self.contents)
        self.answerer = Answerer(self.retriever)
        self.turns = Turns(settings.chat_queue)
        self.eraser = Eraser(
            self.library,
            Deleting(self.database),
            self.files,
            NoVectors(),
            audit=self.audit,
            remains=Remains(settings.data_dir),
        )
        self.reasons: list[str] = []

    def own(self) -> bool:
        return True

    def ready(self) -> list[str]:
        return self.reasons

    def everything(self) -> Scope:
        return self.access.scope(self.access.local_user())

    def add(self, matter: str, name: str, content: bytes) -> Document:
        """Receive a document and work on it, as the worker would."""
        received = offer(self, matter, name, content)
        while received.status == "queued" and self.work():
            received = self.library.document(received.id, self.everything())
        return received

    def work(self) -> bool:
        """Finish the oldest queued document; False when there is none."""
        claim = self.queue.claim_to_read()
        if claim is None:
            return False
        path = self.files.path(claim.sha256)
        reading = _read(path)
        if not reading.text:
            self.queue.fail(claim, "It has no text. Add a copy with text.", "no-text")
            return True
        chunk = Chunk(
            ChunkId(f"c{claim.document_id}"),
            DocumentId(claim.document_id),
            0,
            reading.text,
            "",
            None,
            None,
            0,
            len(reading.text),
        )
        parsed = Parsed(claim.document_id, reading, claim.name, [chunk], [""])
        self.queue.words(claim, parsed, Family())
        held = self.queue.claim_to_embed()
        assert held is not None
        vectors = np.zeros((1, 4), dtype=np.float32)
        return self.queue.finish(held, [chunk.id], [claim.document_id], vectors)


def _read(path: Path) -> Reading:
    content = path.read_bytes()
    if not content.startswith(b"%PDF"):
        return Reading("text/plain", content.decode(), ())
    texts = [page.text for page in pdf_text(str(path)).pages]
    pages, at = [], 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, at, at + len(text)))
        at += len(text) + 2
    return Reading(PDF, "\n\n".join(texts), (), tuple(pages))


def _paragraphs(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            spans.append((at, at + len(paragraph)))
        at += len(paragraph) + 2
    return spans


def _quote(passage: Passage) -> Quote:
    chunk = passage.chunk
    return Quote(
        passage.number,
        passage.document,
        passage.page,
        chunk.char_start,
        chunk.char_end,
        chunk.text,
    )


def _judged(text: str, verdict: Verdict) -> Sentence:
    number = int(text[text.index("[") + 1 : text.index("]")])
    return Sentence(text, (Citation(number, verdict),))


def pdf(*pages: str) -> bytes:
    """A PDF with one paragraph of Helvetica a page; lines are split at newlines."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    kids = []
    font = len(objects) + 2 * len(pages) + 1
    for text in pages:
        lines = " ".join(f"({line}) Tj T*" for line in text.split("\n"))
        stream = f"BT /F1 14 Tf 20 TL 72 700 Td {lines} ET"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects) + 2} "
            f"0 R /Resources << /Font << /F1 {font} 0 R >> >> >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    body = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>"
    return body + f"{trailer}\nstartxref\n{len(body)}\n%%EOF\n".encode("latin-1")


LEASE = pdf(
    "Lease of Unit 3",
    "The lease ends on 30 June 2027.\nThe rent is due on the first day of each month.",
)
NOTE = "Ærø note \U0001d4d0: the tenant’s rent was late.\r\n\tTwice.\n"
