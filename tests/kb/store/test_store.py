import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError
from sqlcipher3 import dbapi2

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Status
from kb.errors import Ambiguous, IndexUnavailable, NotFound, StoreProblem, TooLarge
from kb.settings import Settings
from kb.store.blobs import FileStore
from tests.fakes import FakeEmbedder
from tests.shelf import entries, offer, put

TEXT = "The rent is five thousand dollars.\n\nThe deposit is two months of rent."


def test_adding_twice_is_adding_once(kb: KnowledgeBase) -> None:
    first = put(kb, "alpha", "lease.txt", TEXT)
    again = offer(kb, "alpha", "/elsewhere/copy.txt", TEXT.encode())
    assert again.id == first.id
    assert again.status is Status.READY
    scope = kb.access.scope(kb.access.local_user())
    assert [s.path for s in kb.sources.of(first.id, scope)] == [
        "/alpha/lease.txt",
        "/elsewhere/copy.txt",
    ]


def test_the_same_content_in_two_matters_is_two_documents(kb: KnowledgeBase) -> None:
    assert put(kb, "alpha", "a.txt", TEXT).id != put(kb, "beta", "a.txt", TEXT).id


def test_deleting_leaves_no_row_no_word_no_vector_no_byte(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", TEXT)
    other = put(kb, "beta", "note.txt", "Something else entirely.")
    scope = kb.access.scope(kb.access.local_user())
    kb.eraser.delete(document.id, scope)
    assert kb.index is not None
    assert kb.index.ids() == kb.chunks.ids()
    assert not kb.files.path(document.sha256).exists()
    assert kb.files.path(other.sha256).exists()
    for table in ("chunk", "content", "source", "document", "embedding", "chunk_words"):
        assert kb.database.rows(f"SELECT count(*) FROM {table}")[0][0] == 1, table
    with pytest.raises(NotFound):
        kb.library.document(document.id, scope)


def test_the_bytes_stay_while_another_matter_needs_them(kb: KnowledgeBase) -> None:
    first = put(kb, "alpha", "a.txt", TEXT)
    second = put(kb, "beta", "a.txt", TEXT)
    kb.eraser.delete(first.id, kb.access.scope(kb.access.local_user()))
    assert kb.files.path(second.sha256).exists()
    assert kb.retriever.search("rent", kb.access.scope(kb.access.local_user())).passages


def test_the_index_is_rebuilt_from_the_catalogue_alone(
    kb: KnowledgeBase, settings: Settings
) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    before = kb.chunks.ids()
    kb.close()
    for file in (settings.data_dir / "vectors").rglob("*.sqlite3"):
        file.write_bytes(b"torn")
    again = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        assert again.index is not None
        assert again.index.ids() == before
        assert again.reindex() == len(before)
        assert again.in_step() == (0, 0)
    finally:
        again.close()


def test_a_second_process_reads_without_owning(kb: KnowledgeBase, settings: Settings) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    second = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        assert second.index is None
        scope = second.access.scope(second.access.local_user())
        assert second.retriever.search("deposit", scope).passages
        assert not second.own()
        kb.close()
        assert second.own()
    finally:
        second.close()


def test_what_was_being_worked_on_is_queued_again(kb: KnowledgeBase) -> None:
    offer(kb, "alpha", "a.txt", b"text")
    claim = kb.queue.claim_to_read()
    assert claim and kb.queue.claim_to_read() is None
    assert kb.queue.recover() == 1
    assert kb.queue.claim_to_read()


def test_a_document_whose_parser_was_killed_twice_is_set_aside(kb: KnowledgeBase) -> None:
    offer(kb, "alpha", "a.txt", b"text")
    ends = []
    for _ in range(2):
        claim = kb.queue.claim_to_read()
        assert claim
        ends.append(kb.queue.fail(claim, "It took too long.", "limit", killed=True))
    assert ends == [Status.QUEUED, Status.QUARANTINED]
    assert kb.queue.claim_to_read() is None


def test_a_path_finds_its_document_if_it_is_unique(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    put(kb, "beta", "lease.txt", TEXT + " More.")
    scope = kb.access.scope(kb.access.local_user())
    assert kb.library.find("alpha/lease.txt", scope).matter == "alpha"
    with pytest.raises(Ambiguous, match="fits 2 documents"):
        kb.library.find("lease.txt", scope)
    with pytest.raises(NotFound):
        kb.library.find("ease.txt", scope)


def test_a_file_over_the_limit_leaves_nothing_behind(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with pytest.raises(TooLarge):
        store.put([b"x" * 2048], limit=1024, name="big.bin")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_full_disk_is_a_sentence_and_loses_nothing(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", TEXT)
    pages = kb.database.rows("PRAGMA page_count")[0][0]
    kb.database.rows(f"PRAGMA max_page_count={pages}")  # what a full disk is to SQLite
    with pytest.raises(StoreProblem, match=r"full.*Make room"):
        for number in range(2000):
            kb.library.add_matter(f"matter {number} " + "x" * 150)
    kb.database.rows("PRAGMA max_page_count=1000000")
    put(kb, "beta", "note.txt", "The store takes documents again.")
    scope = kb.access.scope(kb.access.local_user())
    assert kb.library.document(document.id, scope).status is Status.READY


def test_a_catalogue_of_a_newer_version_is_refused(settings: Settings, kb: KnowledgeBase) -> None:
    kb.close()
    path = settings.data_dir / "catalogue.db"
    connection = dbapi2.connect(str(path))
    connection.execute("PRAGMA user_version=999")
    connection.close()
    with pytest.raises(StoreProblem, match="newer version"):
        KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)


def test_a_file_that_is_no_catalogue_is_refused_with_a_sentence(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "catalogue.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreProblem, match="cannot be opened"):
        KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)


def test_a_folder_of_somebody_is_refused_and_left_as_it_is(settings: Settings) -> None:
    mine = settings.data_dir / "scratch" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("not yours")
    with pytest.raises(StoreProblem, match="not a store"):
        KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    assert [p.name for p in settings.data_dir.rglob("*")] == ["scratch", "mine.txt"]


def test_an_empty_data_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_DATA_DIR", " ")
    with pytest.raises(ValidationError, match="has to name a folder"):
        Settings()


def test_a_document_that_may_not_be_read_is_no_place_to_list_from(kb: KnowledgeBase) -> None:
    mine = put(kb, "alpha", "open.txt", TEXT)
    secret = put(kb, "beta", "secret.txt", TEXT)
    put(kb, "alpha", "later.txt", TEXT + " More.")
    scope = kb.access.scope(kb.access.local_user(), ["alpha"])
    assert kb.library.documents(scope, after=secret.id) == []
    assert kb.library.documents(scope, after="d0") == []
    whole = kb.access.scope(kb.access.local_user())
    assert [d.id for d in kb.library.documents(whole, after=secret.id)] == [mine.id]


def test_the_audit_trail_holds_spans_but_no_text(kb: KnowledgeBase) -> None:
    document = put(kb, "alpha", "lease.txt", TEXT)
    kb.retriever.search("deposit", kb.access.scope(kb.access.local_user()))
    [entry] = entries(kb)
    assert entry["action"] == "search"
    assert document.id in entry["detail"]
    assert "deposit" not in entry["detail"]


def test_chroma_holds_no_text(kb: KnowledgeBase, settings: Settings) -> None:
    put(kb, "alpha", "lease.txt", "Quetzalcoatlus is a word that stands nowhere else.")
    held = b"".join(
        p.read_bytes() for p in (settings.data_dir / "vectors").rglob("*") if p.is_file()
    )
    assert b"Quetzalcoatlus" not in held
    assert sqlite3.sqlite_version  # the interpreter's own SQLite is not the one in use


def torn(settings: Settings) -> None:
    """What a crash may leave: files of the index cut in the middle, and no orderly end."""
    folder = settings.data_dir / "vectors"
    (folder / "clean").unlink(missing_ok=True)
    for file in [*folder.rglob("*.bin"), *folder.rglob("*.sqlite3")]:
        file.write_bytes(file.read_bytes()[:100])


@pytest.mark.process
def test_a_torn_index_is_found_by_a_child_while_searches_go_on(
    kb: KnowledgeBase, settings: Settings
) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    known = kb.chunks.ids()
    kb.close()
    torn(settings)
    again = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        assert again.index is not None
        again.index.open()
        scope = again.access.scope(again.access.local_user())
        assert again.retriever.search("deposit", scope).passages
        assert again.index.ids() == known
        assert again.index.degraded() is None
        ids = sorted(known)
        [(stored, matrix, _)] = again.chunks.everything(batch=10)
        kept = dict(zip(stored, matrix, strict=True))
        rows = again.index.vectors(ids)
        assert np.allclose(np.stack([kept[one] for one in ids]), rows, atol=1e-6)
    finally:
        again.close()


@pytest.mark.process
def test_an_index_that_cannot_be_made_is_said_and_searches_go_on(
    kb: KnowledgeBase, settings: Settings
) -> None:
    put(kb, "alpha", "lease.txt", TEXT)
    kb.close()
    shutil.rmtree(settings.data_dir / "vectors")
    (settings.data_dir / "vectors").write_text("in the way")
    again = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        assert again.index is not None
        with pytest.raises(IndexUnavailable, match="Nothing is lost"):
            again.index.ids()
        scope = again.access.scope(again.access.local_user())
        found = again.retriever.search("deposit", scope)
        assert found.passages and found.degraded and "searches go on" in found.degraded
        assert any("cannot be used" in reason for reason in again.ready())
    finally:
        again.close()
