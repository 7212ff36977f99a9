"""Another embedding model takes over: searches go on, at every moment by one model alone."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from ingest.pipeline import LocalEngine
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase, open_kb
from kb.domain.similar import Sample
from kb.errors import StoreProblem
from kb.ports import Embedder, Vectors
from kb.settings import Settings
from kb.store.vectors import reembedding
from tests.fakes import FakeEmbedder
from tests.kb.store.documents.test_sources import everything
from tests.shelf import embed, offer, put, put_words
from tests.soak.invariants import broken

LEASE = "The tenant shall pay the rent.\n\nThe lease ends in June."
QUERY = "When does the lease end?"


class Renewed(FakeEmbedder):
    """Another model, with vectors of another length; it can call out as it embeds."""

    name = "renewed-96"
    dimensions = 96

    def __init__(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        self.meanwhile = meanwhile
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        self.texts.extend(texts)
        self.meanwhile()
        return super().embed(texts, query=query)


@contextmanager
def opened(
    settings: Settings, wanted: Embedder, former: Embedder | None
) -> Iterator[KnowledgeBase]:
    kb = KnowledgeBase(settings, embedder=wanted, chat=None, former=lambda name, folder: former)
    try:
        yield kb
    finally:
        kb.close()


@pytest.fixture
def filled(settings: Settings, kb: KnowledgeBase) -> Settings:
    """A store whose vectors are the fake's, closed."""
    for number in range(6):
        put(kb, "alpha", f"lease-{number}.txt", f"Lease {number}.\n\n{LEASE}")
    kb.close()
    return settings


def nearness(kb: KnowledgeBase, embedder: Embedder) -> float:
    """How near the best passage of the query is, found by a search and by this embedder."""
    best = kb.retriever.search(QUERY, everything(kb)).passages[0]
    text = f"{best.document.title}\n{best.chunk.text}"
    query, passage = embedder.embed([QUERY, text])
    assert best.similarity is not None
    assert best.similarity == pytest.approx(float(query @ passage), abs=1e-5)
    assert best.similarity > 0.3
    return best.similarity


def test_searches_go_on_by_the_old_model_until_all_is_there(filled: Settings) -> None:
    seen: list[float] = []
    wanted, old = Renewed(), FakeEmbedder()
    with opened(filled, wanted, old) as kb:
        wanted.meanwhile = lambda: seen.append(nearness(kb, old))
        assert kb.embedder is old
        assert kb.reindex() == 18
        wanted.meanwhile = lambda: None
        assert seen
        assert kb.ready() == ["No language model is installed; quotes are given alone."]
        assert kb.embedder is wanted
        nearness(kb, wanted)
        assert kb.similar.find(Sample("lease-0.txt"), everything(kb), everything(kb)).passages
    with opened(filled, wanted, None) as kb:
        nearness(kb, wanted)
        assert kb.in_step() == (0, 0)
    assert broken(filled.data_dir, wanted) == []


def test_a_search_during_the_switch_is_done_again(filled: Settings) -> None:
    """Its query was embedded by the old model, and the vectors are the new one's by then."""
    wanted = Renewed()

    class Overtaken(FakeEmbedder):
        def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
            if kb.embeddings.model() == self.name and texts[0] == QUERY:
                vectors = super().embed(texts, query=query)
                kb.reindex()
                return vectors
            return super().embed(texts, query=query)

    with opened(filled, wanted, Overtaken()) as kb:
        nearness(kb, wanted)


def test_an_interrupted_renewal_is_taken_up_again(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reembedding, "BATCH", 5)

    def stop() -> None:
        if len(wanted.texts) > 10:
            raise KeyboardInterrupt

    wanted = Renewed(stop)
    with opened(filled, wanted, FakeEmbedder()) as kb, pytest.raises(KeyboardInterrupt):
        kb.reindex()
    assert broken(filled.data_dir) == []
    first, wanted = wanted.texts[:10], Renewed()
    with opened(filled, wanted, FakeEmbedder()) as kb:
        nearness(kb, FakeEmbedder())
        kb.reindex()
        assert len(wanted.texts) == 8
        assert not set(first) & set(wanted.texts)
    assert broken(filled.data_dir, wanted) == []


def test_a_renewal_that_is_given_up_leaves_nothing(filled: Settings) -> None:
    with opened(filled, Renewed(), FakeEmbedder()) as kb:
        kb.renewal.fill(Renewed())
    with opened(filled, FakeEmbedder(), None) as kb:
        kb.reindex()
        lengths = {len(row[0]) for row in kb.database.rows("SELECT vector FROM embedding")}
        assert lengths == {4 * FakeEmbedder.dimensions}
    assert broken(filled.data_dir) == []


def test_what_is_deleted_meanwhile_leaves_no_vector_and_what_comes_has_the_new_one(
    filled: Settings,
) -> None:
    wanted = Renewed()
    with opened(filled, wanted, FakeEmbedder()) as kb:
        kb.renewal.fill(wanted)
        for document in kb.library.documents(everything(kb), limit=9)[:2]:
            kb.eraser.delete(document.id, everything(kb))
        assert len(kb.database.rows("SELECT * FROM renewal")) == 12
        held = np.array([len(r[0]) for r in kb.database.rows("SELECT vector FROM embedding")])
        assert (held == 4 * wanted.dimensions).sum() == 12
        put(kb, "beta", "new.txt", "The court denied the motion.")
        kb.reindex()
    assert broken(filled.data_dir, wanted) == []


def test_a_document_that_is_embedded_across_the_switch_has_the_new_models_vectors(
    filled: Settings,
) -> None:
    wanted = Renewed()
    with opened(filled, wanted, FakeEmbedder()) as kb:

        class Slow(LocalEngine):
            def embed(self, texts: list[str], model: str) -> Vectors:
                vectors = super().embed(texts, model)
                if model == FakeEmbedder.name:
                    kb.reindex()
                return vectors

        worker = Worker(kb, size=1, engine=Slow(kb.settings, kb.embedders, 1))
        try:
            document = offer(kb, "alpha", "/alpha/late.txt", b"The court denied the motion.")
            while kb.library.document(document.id, everything(kb)).status != "ready":
                pass
        finally:
            worker.stop()
        assert kb.embedder is wanted
    assert broken(filled.data_dir, wanted) == []


def test_a_full_disk_at_the_switch_leaves_the_old_model_in_use(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(connection: object, model: str) -> None:
        raise OSError("no space")

    old = FakeEmbedder()
    with opened(filled, Renewed(), old) as kb:
        with monkeypatch.context() as patched:
            patched.setattr(reembedding, "tell_again", full)
            with pytest.raises(Exception, match=r"Make room|disk"):
                kb.reindex()
        assert kb.embedder is old
        assert kb.index is not None and kb.index.searchable
        nearness(kb, old)
        kb.reindex()
        nearness(kb, kb.embedders.wanted)


def test_an_index_that_did_not_follow_is_built_anew_at_the_next_start(filled: Settings) -> None:
    wanted = Renewed()
    with opened(filled, wanted, FakeEmbedder()) as kb:
        kb.renewal.switch(wanted, "")  # killed before the index followed
    with opened(filled, wanted, None) as kb:
        assert kb.index is not None
        assert kb.index.ids() == kb.chunks.ids()
    assert broken(filled.data_dir, wanted) == []


def test_a_store_whose_model_is_gone_says_what_to_do(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.app.bootstrap.load_embedder", lambda settings: Renewed())
    with pytest.raises(StoreProblem, match=r"made by fake-64 .* `kb reindex`"):
        open_kb(filled, chat=False)
    kb = open_kb(filled, chat=False, renewing=True)
    try:
        kb.reindex()
    finally:
        kb.close()
    open_kb(filled, chat=False).close()


def test_the_old_model_is_loaded_from_where_it_was(
    filled: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {None: FakeEmbedder(), tmp_path / "one": Renewed()}
    monkeypatch.setattr("kb.app.bootstrap.load_embedder", lambda told: known[told.embedder_path])
    one = filled.model_copy(update={"embedder_path": tmp_path / "one"})
    kb = open_kb(one, chat=False)
    assert kb.embedder is known[None]
    kb.reindex()
    kb.close()
    for settings in (one, filled):  # back at the packaged one, before and after a renewal
        kb = open_kb(settings, chat=False)
        assert kb.embedder is known[tmp_path / "one"]
        kb.close()


def test_a_chunk_that_has_the_number_of_one_deleted_meanwhile_has_its_own_vector(
    filled: Settings,
) -> None:
    """SQLite gives the highest number again once its row is gone."""

    def exchange() -> None:
        wanted.meanwhile = lambda: None
        last = max(kb.library.documents(everything(kb), limit=9), key=lambda one: one.name)
        kb.eraser.delete(last.id, everything(kb))
        put(kb, "beta", "new.txt", "The court denied the motion.\n\nCosts follow.\n\nSo ordered.")

    wanted = Renewed(exchange)
    with opened(filled, wanted, FakeEmbedder()) as kb:
        kb.reindex()
    assert broken(filled.data_dir, wanted) == []


def test_what_is_embedded_in_part_begins_again_by_the_new_model(settings: Settings) -> None:
    """Its first vectors have another length than all that come."""
    wanted, old = Renewed(), FakeEmbedder()
    with opened(settings, old, None) as kb:
        put(kb, "alpha", "a.txt", "One.\n\nTwo.")
        put_words(kb, "alpha", "b.txt", "\n\n".join(f"Part {n} of it." for n in range(60)))
        claim = kb.queue.claim_to_embed()
        assert claim and kb.index
        ids, texts = kb.queue.texts(claim)
        keys, vectors = kb.embeddings.embed(texts[:32], old.name, old.embed)
        kb.index.add(ids[:32], vectors, [claim.matter_id] * 32)
        assert kb.queue.keep(claim, ids[:32], keys, vectors)
        kb.queue.release(claim)
    with opened(settings, wanted, old) as kb:
        kb.reindex()
        embed(kb)
        assert kb.in_step() == (0, 0)
    # texts so alike are not all reached by an approximate search; searches here are exact
    told = [one for one in broken(settings.data_dir, wanted) if "by its own vector" not in one]
    assert told == []
