"""An erasure that a disk or the index refused midway: it ends by itself, and nobody sees it."""

from pathlib import Path

import pytest

from ingest.folder.batch import Batch
from ingest.folder.scan import find
from ingest.pipeline import Original
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Part, Reading
from kb.errors import IndexUnavailable
from kb.ports import Vectors
from kb.store import write_batches
from kb.store.changes.content import Parsed
from kb.store.documents import sources
from kb.store.documents.sources import BeingErased
from kb.store.remains import Kept
from tests.fakes import FakeEmbedder
from tests.ingest.test_worker import wait_until
from tests.kb.store.documents.test_sources import everything
from tests.shelf import offer, put

ATTACHED = b"The attachment."


class Engine:
    """Reads what it is told; a mail has one attachment. Counts how often it read which."""

    def __init__(self) -> None:
        self.read_names: list[str] = []

    def read(self, original: Original) -> Parsed:
        claim = original.claim
        self.read_names.append(claim.name)
        parts: tuple[Part, ...] = ()
        if claim.name.endswith(".eml"):
            (original.scratch / "att").write_bytes(ATTACHED)
            parts = (Part("att.txt", str(original.scratch / "att")),)
        return Parsed(claim.document_id, Reading("text/plain", "", (), parts=parts), "t", [], [])

    def embed(self, texts: list[str], model: str) -> Vectors:
        return FakeEmbedder().embed(texts)

    def close(self) -> None:
        pass


def refused(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, name: str = "a.txt") -> None:
    """Erase a document while the index refuses."""

    def refuse(_: object) -> None:
        raise IndexUnavailable("No room.")

    [known] = [one.id for one in kb.library.documents(everything(kb)) if one.name == name]
    with monkeypatch.context() as patched:
        patched.setattr(kb.index, "delete", refuse)
        with pytest.raises(IndexUnavailable):
            kb.eraser.delete(known, everything(kb))


def test_it_is_ended_when_it_can_be_and_is_seen_by_nobody_meanwhile(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kb, "alpha", "a.txt", "The rent is due.")
    refused(kb, monkeypatch)
    assert kb.library.documents(everything(kb)) == []
    assert not kb.purging.run(now=True)  # the files still hold it, and their marks stay
    assert all(kb.purging.remains.age(kept) is not None for kept in Kept)
    kb.eraser.finish()
    assert kb.database.rows("SELECT * FROM document") == []
    assert kb.in_step() == (0, 0)
    assert kb.purging.run(now=True)


def test_an_idle_worker_ends_it(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    put(kb, "alpha", "a.txt", "The rent is due.")
    refused(kb, monkeypatch)
    worker = Worker(kb, size=1, engine=Engine())
    wait_until(lambda: not kb.database.rows("SELECT * FROM document"), 10)
    worker.stop()


def test_the_same_content_is_refused_meanwhile_and_taken_in_afterwards(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One file of a folder that is refused so stops no other."""
    monkeypatch.setattr(sources, "ERASED_S", 0.1)
    put(kb, "alpha", "a.txt", "The rent is due.")
    refused(kb, monkeypatch)
    with pytest.raises(BeingErased):
        offer(kb, "alpha", "/elsewhere/a.txt", b"The rent is due.")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("The rent is due.")
    (tmp_path / "in" / "b.txt").write_text("Another.")
    monkeypatch.setattr(kb.eraser, "finish", lambda: None)
    ended = {
        item.path.rsplit("/", 1)[-1]: item
        for item in Batch(kb, find([tmp_path / "in"], "alpha")).run()
    }
    assert "was erased while it was offered" in (ended["a.txt"].problem or "")
    assert ended["b.txt"].outcome == "ready"
    monkeypatch.undo()
    kb.eraser.finish()
    assert offer(kb, "alpha", "/elsewhere/a.txt", b"The rent is due.").status == "queued"


def test_a_family_is_hidden_as_one(kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing of it is offered again, accepted, and erased with the rest."""
    monkeypatch.setattr(sources, "ERASED_S", 0.1)
    monkeypatch.setattr(write_batches, "BATCH_S", 0.0)
    offer(kb, "alpha", "/a/m.eml", b"mail")
    worker = Worker(kb, size=1, engine=Engine())
    wait_until(lambda: kb.queue.waiting() == 0)
    worker.stop()
    refused(kb, monkeypatch, "m.eml")
    assert {row[0] for row in kb.database.rows("SELECT status FROM document")} == {"erasing"}
    with pytest.raises(BeingErased):
        offer(kb, "alpha", "/b/att.txt", ATTACHED)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_mail_waits_for_what_is_going_and_holds_up_nothing(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    offer(kb, "alpha", "/a/att.txt", ATTACHED)
    with kb.database.write() as connection:
        connection.execute("UPDATE document SET status = 'erasing'")
    finish = kb.eraser.finish
    monkeypatch.setattr(kb.eraser, "finish", lambda: None)
    offer(kb, "alpha", "/a/m.eml", b"mail")
    offer(kb, "alpha", "/a/o.txt", b"other")
    engine = Engine()
    worker = Worker(kb, size=threads, engine=engine)
    wait_until(lambda: "o.txt" in engine.read_names and engine.read_names.count("m.eml") > 1)
    monkeypatch.setattr(kb.eraser, "finish", finish)
    wait_until(lambda: kb.queue.waiting() == 0)
    worker.stop()
    names = {one.name: one.status for one in kb.library.documents(everything(kb))}
    assert names == {"m.eml": "ready", "o.txt": "ready", "att.txt": "ready"}
    [[attempts]] = kb.database.rows("SELECT max(attempts) FROM document")
    assert attempts == 0
