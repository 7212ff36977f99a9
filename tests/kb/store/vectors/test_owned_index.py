"""The vector index over a long life: what was deleted goes, what a search misses is put in anew."""

import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chromadb.api.client import Client

import ingest.worker
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import ChunkId, MatterId
from kb.errors import IndexUnavailable
from kb.ports import Vectors
from kb.settings import Settings
from kb.store.vectors import chroma as stored
from kb.store.vectors.chroma import ChromaVectors
from tests.fakes import FakeEmbedder
from tests.kb.store.documents.test_sources import OLD
from tests.shelf import put

MATTER = MatterId("m")
_whole_collection = Client.get_or_create_collection


def sparse(self: Any, name: str, **options: Any) -> Any:
    """A graph with so few links that some vectors are linked by no other."""
    options["configuration"]["hnsw"] |= {"max_neighbors": 2, "ef_construction": 20}
    return _whole_collection(self, name, **options)


def clustered(count: int, seed: int = 0) -> Vectors:
    """Unit vectors in tight groups, as chunks of like contracts are."""
    chance = np.random.default_rng(seed)
    middles = chance.normal(size=(30, 64))
    rows = middles[chance.integers(0, 30, count)] + 0.15 * chance.normal(size=(count, 64))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def named(count: int) -> list[ChunkId]:
    return [ChunkId(f"c{number}") for number in range(count)]


def missed(index: ChromaVectors, vectors: Vectors) -> int:
    """How many are not brought up by their own vector."""
    found = [index.search(row, frozenset([MATTER]), 1) for row in vectors]
    return sum(not near or near[0][1] < 0.999 for near in found)


def test_what_a_search_by_its_own_vector_misses_is_put_in_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "get_or_create_collection", sparse)
    ids, vectors = named(300), clustered(300)
    before = after = 0
    for number in range(4):  # Chroma adds on several threads, so how many it misses is chance
        index = ChromaVectors(tmp_path / str(number), "model")
        index.add(ids, vectors, [MATTER] * 300)
        before += missed(index, vectors)
        index.mend()
        after += missed(index, vectors)
        assert index.ids() == set(ids)
        assert np.allclose(index.vectors(ids), vectors, atol=1e-6)
        index.close()
    assert after < before / 2


def test_a_rebuild_looks_for_what_its_searches_would_miss(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Client, "get_or_create_collection", sparse)
    ids, vectors = named(300), clustered(300)
    counts = []
    for mendings in (0, stored.MENDINGS):
        monkeypatch.setattr(stored, "MENDINGS", mendings)
        index = ChromaVectors(tmp_path / str(mendings), "model")
        index.rebuild([(ids, vectors, [MATTER] * 300)], "model")
        counts.append(missed(index, vectors))
        index.close()
    assert counts[1] < counts[0] / 2


def test_a_sound_index_is_left_as_it_is(tmp_path: Path) -> None:
    index = ChromaVectors(tmp_path, "model")
    assert index.mend() == 0
    index.add(named(300), clustered(300), [MATTER] * 300)
    assert index.mend() == 0
    assert missed(index, clustered(300)) == 0
    index.close()


def test_an_index_that_is_worn_is_built_anew_while_its_owner_lives(
    kb: KnowledgeBase, settings: Settings
) -> None:
    put(kb, "alpha", "lease.txt", OLD)
    assert kb.index is not None
    known, going = kb.index.ids(), threading.Event()
    assert not kb.index.tend(going)
    folder = settings.data_dir / "vectors"
    kb.index.add(named(3000), clustered(3000), [MATTER] * 3000)
    kb.index.delete(named(3000))
    grown = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(IndexUnavailable):
        kb.index.tend(stopped)
    assert kb.index.ids() == known
    assert kb.index.tend(going)
    assert kb.index.ids() == known
    assert [path.name for path in folder.iterdir() if path.is_dir()] == [
        (folder / "current").read_text()
    ]
    assert sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) < grown / 3
    assert not kb.index.tend(going)


@pytest.mark.parametrize("begun", [False, True], ids=["before it runs", "while it runs"])
def test_an_interruption_while_its_thread_starts_is_not_hidden_by_closing(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    put(kb, "alpha", "lease.txt", OLD)
    assert kb.index is not None
    known = kb.index.ids()
    kb.close()
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        if begun:
            start(thread)
        raise KeyboardInterrupt

    again = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    assert again.index is not None
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(threading.Thread, "start", interrupted)
        try:
            again.index.open()
        finally:
            again.close()
    with pytest.raises(IndexUnavailable, match=r"It was closed\."):
        again.index.ids()
    third = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    assert third.index is not None and third.index.ids() == known
    third.close()


def test_an_interrupted_start_is_made_good_by_the_next(
    kb: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C comes to one thread alone; the others that need the index must not wait for ever."""
    assert kb.index is not None

    def interrupted(thread: threading.Thread) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(threading.Thread, "start", interrupted)
        kb.index.open()
    assert kb.index.ids() == set()


def test_an_idle_worker_sees_to_it(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.worker, "TEND_S", 0.0)
    put(kb, "alpha", "lease.txt", OLD)
    assert kb.index is not None
    kb.index.add(named(3000), clustered(3000), [MATTER] * 3000)
    kb.index.delete(named(3000))
    old = (settings.data_dir / "vectors" / "current").read_text()
    worker, until = Worker(kb), time.monotonic() + 60
    while (settings.data_dir / "vectors" / "current").read_text() == old:
        assert time.monotonic() < until
        time.sleep(0.05)
    worker.stop()
