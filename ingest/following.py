"""Following offered files to their end, in whichever process they are worked on."""

import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingest.offering import Offer, Offering, find
from ingest.worker import Worker
from kb.domain import ENDED, Document, DocumentId, Scope
from kb.errors import KBError, StoreProblem
from kb.wiring import KnowledgeBase

POLL_S = 0.15
SKIPPED_CODES = ("unsupported", "empty")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one offered file ended: ready, unchanged, skipped, failed or quarantined."""

    path: str
    status: str
    problem: str | None = None
    document: Document | None = None

    def json(self) -> dict[str, object]:
        document = self.document
        return {
            "path": self.path,
            "document_id": document.id if document else None,
            "status": self.status,
            "problem": self.problem,
            "pages": document.pages if document else None,
            "chunks": document.chunks if document else 0,
        }


@dataclass(slots=True)
class Batch:
    """Offers on their way. `run` yields each outcome once."""

    kb: KnowledgeBase
    offers: list[Offer]
    worker: Worker | None = None
    _pending: dict[DocumentId, list[str]] = field(default_factory=dict)

    def run(self) -> Generator[Outcome, None, None]:
        """Offer and follow. Works the queue itself when no other process owns the store."""
        user = self.kb.access.local_user()
        limit = self.kb.settings.max_file_mb << 20
        offering = Offering(self.kb.library, self.kb.files, user, limit)
        try:
            for offer in self.offers:
                yield from self._offer(offering, offer)
                yield from self._ended()
            while self._pending:
                self._take_over()
                if self.worker and self.worker.trouble:
                    raise StoreProblem(
                        f"Documents cannot be stored now: {self.worker.trouble} "
                        "What is queued goes on at the next start."
                    )
                yield from self._ended()
                time.sleep(POLL_S)
        except BaseException:
            if self.worker:
                self.worker.abandon()
            raise
        if self.worker:
            self.worker.stop()

    def _offer(self, offering: Offering, offer: Offer) -> Iterator[Outcome]:
        try:
            document, unchanged = offering.receive(offer)
        except KBError as error:
            yield Outcome(str(offer.path), "failed", error.message)
            return
        except OSError as error:
            problem = f"The file cannot be read ({error.strerror}). Check its permissions."
            yield Outcome(str(offer.path), "failed", problem)
            return
        if unchanged:
            yield Outcome(str(offer.path), "unchanged", document.problem, document)
            return
        self._pending.setdefault(document.id, []).append(str(offer.path))
        self._take_over()

    def _take_over(self) -> None:
        """Become the one who works when no other process does, or no longer."""
        if self.worker is None and self.kb.own():
            self.worker = Worker(self.kb)

    def _ended(self) -> Iterator[Outcome]:
        if not self._pending:
            return
        scope = self._scope()
        found = self.kb.library.documents_by_id(list(self._pending), scope)
        for known in [k for k in self._pending if k not in found]:
            for path in self._pending.pop(known):
                yield Outcome(path, "failed", "It was deleted before it was read.")
        for known, document in found.items():
            if document.status in ENDED:
                for path in self._pending.pop(known):
                    yield Outcome(path, _status(document), document.problem, document)

    def _scope(self) -> Scope:
        return self.kb.access.scope(self.kb.access.local_user())


def take_in(kb: KnowledgeBase, paths: Sequence[Path]) -> None:
    """Ingest to the end, without a word; for evaluations, which need only the result."""
    for _ in Batch(kb, find(paths, None)).run():
        pass


def _status(document: Document) -> str:
    return "skipped" if document.code in SKIPPED_CODES else document.status.value
