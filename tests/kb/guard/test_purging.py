"""What is left of erased documents in the files of a store, and until when."""

import os
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import ingest.worker
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from kb.errors import IndexUnavailable, StoreProblem
from kb.guard import purging
from kb.settings import Settings
from kb.store.remains import Kept
from kb.store.vectors.chroma import ChromaVectors
from kb.store.vectors.exact.quantization import encode
from tests.fakes import FakeEmbedder
from tests.shelf import put

SYLLABLES = [one + two for one in "bcdfghklmnpqrstvwxz" for two in "aeiou"]


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def word(chance: random.Random) -> str:
    """One that stands in no other text, nor in the code of a library."""
    return "".join(chance.choice(SYLLABLES) for _ in range(6))


def document(kb: KnowledgeBase, name: str, chance: random.Random) -> None:
    """Of very different sizes, so that rows move between the pages of the catalogue."""
    paragraphs = [
        f"The {name} rent of unit {chance.random()} " + "and its keys " * chance.randint(1, 40)
        for _ in range(chance.choice([1, 2, 5, 20, 40]))
    ]
    put(kb, "alpha", f"{name}.txt", "\n\n".join(paragraphs))


def vectors(kb: KnowledgeBase, name: str) -> list[bytes]:
    """As numbers, and as the exact search codes them."""
    known = kb.library.find(f"{name}.txt", everything(kb)).id
    rows = kb.database.rows(
        "SELECT e.vector FROM chunk c JOIN embedding e ON e.key = c.embedding "
        "WHERE c.document_id = ?",
        (known,),
    )
    held = [bytes(row[0]) for row in rows]
    coded = encode(np.stack([np.frombuffer(one, np.float32) for one in held]))
    return [*held, *(code.tobytes() for code in coded.codes)]


def erase(kb: KnowledgeBase, *names: str) -> None:
    for name in names:
        kb.eraser.delete(kb.library.find(f"{name}.txt", everything(kb)).id, everything(kb))


def holding(folder: Path, sought: Sequence[bytes]) -> list[str]:
    """The files of a store that have any of these bytes."""
    files = {file: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
    return [file.name for file, held in files.items() if any(one in held for one in sought)]


def spelled(names: Sequence[str]) -> list[bytes]:
    return [name.encode(coding) for name in names for coding in ("utf-8", "utf-16-le")]


def waited(kb: KnowledgeBase, settings: Settings, seconds: float) -> None:
    for kept in Kept:
        if kb.purging.remains.age(kept) is not None:
            os.utime(settings.data_dir / kept, times=(time.time() - seconds,) * 2)


@pytest.fixture
def erased(kb: KnowledgeBase, settings: Settings) -> list[bytes]:
    """A store with much erased among what stays: the vectors and words of what went."""
    chance = random.Random(3)
    names = [word(chance) for _ in range(20)]
    for name in names:
        document(kb, name, chance)
    going = chance.sample(names, 10)
    held = [one for name in going for one in vectors(kb, name)]
    sought = [*spelled(going), *chance.sample(held, min(len(held), 100))]
    for name in going:
        erase(kb, name)
        document(kb, f"other {chance.random()}", chance)
    return sought


def test_no_file_holds_a_word_or_a_vector_of_what_was_erased(
    kb: KnowledgeBase, settings: Settings, erased: list[bytes]
) -> None:
    """Hundreds of rows are put in and taken out, which takes some seconds."""
    assert holding(settings.data_dir, erased)
    known = kb.chunks.ids()
    assert kb.purging.run(now=True)
    assert holding(settings.data_dir, erased) == []
    assert kb.index is not None and kb.index.ids() == known
    assert kb.in_step() == (0, 0)
    [[told]] = kb.database.rows("PRAGMA integrity_check")
    assert told == "ok"
    kb.close()
    assert holding(settings.data_dir, erased) == []


def test_many_erasures_are_followed_by_one_pass_once_it_is_quiet(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []
    rebuild = ChromaVectors.rebuild

    def counted(*given: Any) -> int:
        built.append(1)
        return rebuild(*given)

    monkeypatch.setattr(ChromaVectors, "rebuild", counted)
    for name in ("badefo", "gihoku", "lumina"):
        put(kb, "alpha", f"{name}.txt", f"The {name} rent.")
    assert not kb.purging.due()
    for name in ("badefo", "gihoku"):
        erase(kb, name)
        assert not kb.purging.due() and not kb.purging.run()
    waited(kb, settings, purging.QUIET_S + 1)
    assert kb.purging.due() and kb.purging.run()
    assert not kb.purging.due() and kb.purging.run(now=True)
    assert len(built) == 1


def test_what_was_interrupted_the_next_owner_does(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("badefo", "gihoku"):
        put(kb, "alpha", f"{name}.txt", f"The {name} rent.")
    sought = vectors(kb, "badefo")
    erase(kb, "badefo")
    with monkeypatch.context() as patched:
        patched.setattr(ChromaVectors, "rebuild", _killed)
        with pytest.raises(IndexUnavailable):
            kb.purging.run(now=True)
    kb.close()
    assert holding(settings.data_dir, sought)
    other = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    waited(other, settings, purging.QUIET_S + 1)
    assert other.purging.due() and other.purging.run()
    assert holding(settings.data_dir, sought) == []
    assert [one.name for one in other.library.documents(everything(other))] == ["gihoku.txt"]
    other.close()


def _killed(*_: object, **__: object) -> int:
    raise OSError("killed")


def test_a_mark_that_cannot_be_removed_stays_and_is_told(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(kb, "alpha", "badefo.txt", "The rent.")
    erase(kb, "badefo")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", _killed)
        with pytest.raises(StoreProblem, match="cannot be removed"):
            kb.purging.run(now=True)
    assert (settings.data_dir / Kept.INDEX).exists()
    assert kb.purging.run(now=True)
    assert not (settings.data_dir / Kept.INDEX).exists()


def test_a_large_index_is_built_anew_after_an_hour_or_by_hand(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "AT_ONCE", 0)
    for name in ("badefo", "gihoku"):
        put(kb, "alpha", f"{name}.txt", f"The {name} rent.")
    sought = vectors(kb, "badefo")
    erase(kb, "badefo")
    waited(kb, settings, 10 * purging.QUIET_S)
    assert not kb.purging.run(now=True) and holding(settings.data_dir, sought)
    waited(kb, settings, 2 * purging.RARELY_S)
    assert kb.purging.due() and kb.purging.run()
    assert holding(settings.data_dir, sought) == []


def test_a_large_catalogue_is_written_anew_by_hand(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "MOST_BYTES", 0)
    for name in ("badefo", "gihoku"):
        put(kb, "alpha", f"{name}.txt", f"The {name} rent.")
    erase(kb, "badefo")
    assert not kb.purging.run(now=True)
    assert kb.purging.remains.age(Kept.INDEX) is None
    assert kb.purging.remains.age(Kept.CATALOGUE) is not None and not kb.purging.due()
    assert kb.reindex() == 1
    assert kb.purging.run(now=True)


def test_an_idle_worker_does_it(
    kb: KnowledgeBase, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest.worker, "PURGE_S", 0.0)
    for name in ("badefo", "gihoku"):
        put(kb, "alpha", f"{name}.txt", f"The {name} rent.")
    sought = vectors(kb, "badefo")
    erase(kb, "badefo")
    waited(kb, settings, purging.QUIET_S + 1)
    worker, until = Worker(kb), time.monotonic() + 60
    while holding(settings.data_dir, sought):
        assert time.monotonic() < until
        time.sleep(0.05)
    worker.stop()
