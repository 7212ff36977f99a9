"""Reading and embedding on Ray's local cluster: the same result, and no loss when a worker dies."""

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.folder.batch import Batch
from ingest.folder.scan import find
from ingest.ray_engine import RayEngine
from kb.app.bootstrap import KnowledgeBase
from kb.settings import Settings
from kb.store.changes.queue import MOST_ATTEMPTS
from tests.commands import ROOT
from tests.fakes import FakeEmbedder, load_fake

SAMPLE = ROOT / "data" / "sample" / "aldergate-lease-dispute"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SAMPLE, tmp_path / "in" / "aldergate")
    (tmp_path / "in" / "aldergate" / "broken.pdf").write_bytes(b"%PDF-1.7 cut off")
    return tmp_path / "in"


def store(path: Path) -> KnowledgeBase:
    return KnowledgeBase(Settings(data_dir=path, workers=2), embedder=FakeEmbedder(), chat=None)


def on_ray(kb: KnowledgeBase) -> RayEngine:
    return RayEngine(kb.settings, kb.embedder.name, size=2, load=load_fake)


def held(kb: KnowledgeBase) -> Iterator[tuple[str, str, bytes]]:
    rows = kb.database.rows(
        "SELECT c.id, c.text, e.vector FROM chunk c JOIN embedding e ON e.key = c.embedding "
        "ORDER BY c.id"
    )
    return (tuple(row) for row in rows)


def test_chunks_and_vectors_are_those_of_the_local_engine(folder: Path, tmp_path: Path) -> None:
    stores = [store(tmp_path / "local"), store(tmp_path / "ray")]
    ends = []
    for kb, engine in zip(stores, (None, on_ray), strict=True):
        items = Batch(kb, find([folder], None), engine=engine).run()
        ends.append(sorted((item.path, item.outcome, item.problem) for item in items))
    assert ends[0] == ends[1]
    for here, there in zip(held(stores[0]), held(stores[1]), strict=True):
        assert here[:2] == there[:2]
        rows = [np.frombuffer(one, dtype=np.float32) for one in (here[2], there[2])]
        assert np.abs(rows[0] - rows[1]).max() <= 1e-5
    for kb in stores:
        kb.close()


def test_a_worker_that_is_killed_loses_nothing(folder: Path, tmp_path: Path) -> None:
    kb = store(tmp_path / "ray")
    ended = threading.Event()
    killed: list[int] = []

    def kill() -> None:
        # once more, and a document that was hit each time would rightly be quarantined
        while not ended.is_set() and len(killed) < MOST_ATTEMPTS - 1:
            for pid in ray_workers() - set(killed):
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
                break
            time.sleep(0.5)

    killer = threading.Thread(target=kill)
    batch = Batch(kb, find([folder], None), engine=on_ray)
    killer.start()
    outcomes = {Path(item.path).name: item.outcome for item in batch.run()}
    ended.set()
    killer.join()
    assert killed
    assert outcomes.pop("broken.pdf") == "failed"
    assert set(outcomes.values()) == {"ready"}
    assert kb.in_step() == (0, 0)
    kb.close()


def ray_workers() -> set[int]:
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if command.startswith(b"ray::RayWorker"):
            found.add(int(entry.name))
    return found
