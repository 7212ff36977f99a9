"""Originals outlive a catalogue that was lost or restored, and no erasure."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from kb.app.adoption import MATTER, adopt
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document
from kb.errors import IndexUnavailable, StoreProblem
from kb.settings import Settings
from kb.store.blobs import FileStore
from kb.store.documents.orphans import KEPT_DAYS, LEFT_BY_A_CRASH, UNPROMISED_S
from tests.fakes import FakeEmbedder
from tests.shelf import put


@contextmanager
def opened(settings: Settings) -> Iterator[KnowledgeBase]:
    kb = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        yield kb
    finally:
        kb.close()


def notes(kb: KnowledgeBase, *numbers: int) -> list[Document]:
    return [
        put(kb, "alpha", f"{n}.txt", f"The rent of unit {n} is {n}00 dollars.") for n in numbers
    ]


def long_ago(kb: KnowledgeBase) -> None:
    """Let what is stored be older than any transaction."""
    past = time.time() - UNPROMISED_S - 60
    for name, _ in kb.files.stored():
        os.utime(kb.files.path(name), (past, past))


def originals(settings: Settings) -> set[str]:
    return {name for name, _ in FileStore(settings.data_dir / "originals").stored()}


def catalogue(settings: Settings) -> list[Path]:
    return sorted(settings.data_dir.glob("catalogue.db*"))


def test_an_empty_catalogue_put_back_costs_no_original(settings: Settings) -> None:
    with opened(settings) as kb:
        notes(kb, *range(8))
        long_ago(kb)
    held = originals(settings)
    for file in catalogue(settings):
        file.unlink()
    (settings.data_dir / "catalogue.db").touch()
    for _ in range(2):  # it is said until somebody decides
        with opened(settings) as kb:
            assert "not the one" in (kb.originals.concern() or "")
        assert originals(settings) == held
    with opened(settings) as kb:
        assert adopt(kb) == 8
        assert kb.originals.concern() is None
        scope = kb.access.scope(kb.access.local_user(), [MATTER])
        found = kb.library.documents(scope, limit=20)
        assert {document.sha256 for document in found} == held
    with opened(settings) as kb:
        assert kb.originals.concern() is None
    assert originals(settings) == held


def test_an_older_catalogue_put_back_is_recognised(settings: Settings, tmp_path: Path) -> None:
    with opened(settings) as kb:
        notes(kb, 1, 2, 3)
    shutil.copy(settings.data_dir / "catalogue.db", tmp_path)
    with opened(settings) as kb:
        notes(kb, 4)
        long_ago(kb)
    held = originals(settings)
    for file in catalogue(settings):
        file.unlink()
    shutil.copy(tmp_path / "catalogue.db", settings.data_dir)
    with opened(settings) as kb:
        assert "older than the store" in (kb.originals.concern() or "")
        assert originals(settings) == held
        assert adopt(kb) == 1
        assert kb.originals.concern() is None


def test_more_than_a_crash_leaves_stays_where_it_is(settings: Settings) -> None:
    with opened(settings) as kb:
        notes(kb, 1, 2)
        for number in range(LEFT_BY_A_CRASH + 1):
            kb.files.put([b"left %d" % number], limit=99, name="x")
        long_ago(kb)
    held = originals(settings)
    with opened(settings) as kb:
        assert "promised by no document" in (kb.originals.concern() or "")
    assert originals(settings) == held


def test_what_a_crash_leaves_is_kept_aside_for_thirty_days(settings: Settings) -> None:
    with opened(settings) as kb:
        notes(kb, 1, 2)
        left = kb.files.put([b"left"], limit=99, name="x").sha256
        long_ago(kb)
    with opened(settings) as kb:
        [(name, place)] = kb.files.aside()
        assert (name, left in originals(settings)) == (left, False)
        assert place.read_bytes() == b"left"
        assert kb.originals.concern() is None
        assert kb.originals.unpromised() == [left]
    for days, there in ((KEPT_DAYS, True), (KEPT_DAYS + 2, False)):
        day = place.parent.with_name((date.today() - timedelta(days=days)).isoformat())
        next(settings.data_dir.glob("set-aside/*")).rename(day)
        with opened(settings) as kb:
            assert bool(list(kb.files.aside())) is there


def test_what_was_erased_is_erased_at_the_next_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(files: FileStore, sha256: str) -> None:
        raise StoreProblem("The disk refuses.")

    with opened(settings) as kb:
        [erased, kept] = notes(kb, 1, 2)
        scope = kb.access.scope(kb.access.local_user())
        with monkeypatch.context() as patched, pytest.raises(StoreProblem):
            patched.setattr(FileStore, "remove", refused)
            kb.eraser.delete(erased.id, scope)
        assert erased.sha256 in originals(settings)
    with opened(settings) as kb:
        assert originals(settings) == {kept.sha256}
        assert list(kb.files.aside()) == []


def test_an_erased_original_is_erased_where_it_was_set_aside(settings: Settings) -> None:
    with opened(settings) as kb:
        [known] = notes(kb, 1)
        kb.files.set_aside(known.sha256, date.today())
        again = put(kb, "beta", "1.txt", "The rent of unit 1 is 100 dollars.")
        assert again.sha256 == known.sha256
        scope = kb.access.scope(kb.access.local_user())
        for document in (known, again):
            kb.eraser.delete(document.id, scope)
        assert list(kb.files.aside()) == []
        assert originals(settings) == set()


def test_only_the_owner_adopts(settings: Settings) -> None:
    with opened(settings), opened(settings) as beside, pytest.raises(IndexUnavailable):
        adopt(beside)
