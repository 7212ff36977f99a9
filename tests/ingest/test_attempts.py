"""An interruption counts for what was in hand alone, and for nothing that the store refused."""

import time

from ingest.pipeline import Original
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.errors import StoreProblem
from kb.ports import Vectors
from kb.settings import Settings
from kb.store.changes.content import Parsed
from tests.fakes import FakeEmbedder
from tests.shelf import offer


class Refusing:
    """What a worker meets on a full disk."""

    def read(self, original: Original) -> Parsed:
        raise StoreProblem("No space is left.")

    def embed(self, texts: list[str], model: str) -> Vectors:
        raise StoreProblem("No space is left.")

    def close(self) -> None:
        pass


def test_an_end_while_the_store_refuses_counts_no_attempt(settings: Settings) -> None:
    for turn in range(3):
        kb = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
        if not turn:
            offer(kb, "alpha", "/alpha/a.txt", b"The rent.")
        worker = Worker(kb, size=1, engine=Refusing())
        time.sleep(0.2)
        worker.stop()
        rows = kb.database.rows("SELECT status, held, attempts FROM document")
        assert [tuple(row) for row in rows] == [("queued", 0, 0)]
        kb.close()


def test_nothing_begins_beside_what_was_interrupted_before(kb: KnowledgeBase) -> None:
    offer(kb, "alpha", "/alpha/a.txt", b"A")
    assert kb.queue.claim_to_read()
    kb.queue.recover()  # its owner was killed
    tried = kb.queue.claim_to_read()
    assert tried and tried.attempts == 2
    offer(kb, "alpha", "/alpha/b.txt", b"B")
    assert kb.queue.claim_to_read() is None
    kb.queue.release(tried)
    fresh = kb.queue.claim_to_read()
    assert fresh and fresh.name == "b.txt"
