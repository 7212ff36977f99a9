"""What an interruption or an unlucky order left behind, each found by the soaks."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Fact
from kb.domain.jobs import Offered
from kb.errors import StoreProblem
from kb.paths import ROOT
from kb.settings import Settings
from kb.store.blobs import FileStore
from kb.store.documents.orphans import UNPROMISED_S, remove
from kb.store.documents.sources import FoundFile, Vanished
from tests.fakes import FakeEmbedder
from tests.kb.store.documents.test_sources import MAIL, NEW, OLD, everything, found, with_parts
from tests.shelf import offer, put

KILLED = """
import os, signal, sys
from pathlib import Path
from kb.store.blobs import FileStore

coming = FileStore(Path(sys.argv[1])).incoming(limit=99, name="x")
coming.write(b"half")
coming._file.flush()
os.kill(os.getpid(), signal.SIGKILL)
"""


def original(kb: KnowledgeBase, content: bytes, *, age_s: float = 0) -> Path:
    """Bytes that no row promises, as a kill between the two leaves them."""
    path = kb.files.put([content], limit=1 << 20, name="x").path
    past = time.time() - age_s
    os.utime(path, (past, past))
    return path


def test_bytes_without_a_document_are_set_aside_once_nobody_can_be_storing_them(
    kb: KnowledgeBase,
) -> None:
    kept = put(kb, "alpha", "lease.txt", OLD)
    os.utime(kb.files.path(kept.sha256), (0, 0))
    old, young = original(kb, b"old", age_s=UNPROMISED_S + 60), original(kb, b"young")
    kb.originals.tidy()
    assert [p.is_file() for p in (old, young, kb.files.path(kept.sha256))] == [False, True, True]


def test_bytes_that_another_document_needs_by_now_are_not_removed(kb: KnowledgeBase) -> None:
    kept = put(kb, "alpha", "lease.txt", OLD)
    remove(kb.database, kb.files, [kept.sha256])
    assert kb.files.path(kept.sha256).is_file()


def test_a_row_is_not_promised_when_its_bytes_have_just_been_erased(kb: KnowledgeBase) -> None:
    stored = kb.files.put([b"text"], limit=1 << 20, name="a.txt")
    kb.files.remove(stored.sha256)
    offered = Offered(None, kb.library.add_matter("alpha").id, "/a.txt")
    with pytest.raises(Vanished, match="Offer it again"):
        kb.sources.receive(FoundFile(offered, stored, "a.txt", kb.access.local_user()))
    assert kb.library.documents(everything(kb)) == []


def test_a_file_that_another_process_has_just_stored_does_not_stop_a_start(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    left = tmp_path / "incoming" / "gone"
    left.symlink_to(tmp_path / "nowhere")  # listed, and not there when it is looked at
    store.sweep()


def test_what_a_killed_process_was_writing_goes_at_the_next_start(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert [left.read_bytes() for left in (tmp_path / "incoming").iterdir()] == [b"half"]
    store.sweep()
    assert list((tmp_path / "incoming").iterdir()) == []


def test_what_is_still_being_written_outlives_a_start_however_old(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    with closing(store.incoming(limit=99, name="slow")) as coming:
        coming.write(b"half")
        [file] = (tmp_path / "incoming").iterdir()
        os.utime(file, (0, 0))
        FileStore(tmp_path).sweep()
        coming.write(b" and half")
        assert coming.settle().path.read_bytes() == b"half and half"


def test_a_file_swept_as_it_is_made_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, lock = FileStore(tmp_path), fcntl.flock

    def late(file: IO[bytes], how: int) -> None:
        monkeypatch.setattr(fcntl, "flock", lock)
        store.sweep()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert store.put([b"text"], limit=99, name="x").path.read_bytes() == b"text"


def test_what_is_inside_a_mail_that_was_sent_again_stays_current(kb: KnowledgeBase) -> None:
    with_parts(kb, "/in/a.eml", MAIL, {"terms.txt": OLD.encode()})
    newer = with_parts(kb, "/in/a.eml", MAIL + " Changed.", {"terms.txt": OLD.encode()})
    [child] = kb.sources.children(newer, everything(kb))
    assert kb.library.documents_by_id([child.document_id], everything(kb))[
        child.document_id
    ].current


def test_an_old_version_is_not_found_while_its_path_is_being_taken_out(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", OLD)
    newer = put(kb, "alpha", "lease.txt", NEW)
    offer(kb, "alpha", "/alpha/copy.txt", NEW.encode())
    path = kb.sources.below("/alpha/lease.txt", everything(kb))["/alpha/lease.txt"]
    [only_here] = kb.sources.forget(path)  # and here a kill may come
    assert found(kb, "rent") == [NEW]
    kb.eraser.delete(only_here, everything(kb))
    assert kb.sources.forget(path) == []
    assert [s.path for s in kb.sources.of(newer.id, everything(kb))] == ["/alpha/copy.txt"]


def test_a_job_waits_for_what_an_interrupted_one_left_inside_its_mail(kb: KnowledgeBase) -> None:
    with_parts(kb, "/in/a.eml", MAIL, {"terms.txt": OLD.encode()})
    job = kb.jobs.begin("ingest", kb.access.local_user())
    stored = kb.files.put([MAIL.encode()], limit=1 << 20, name="a.eml")
    offered = Offered(job, kb.library.add_matter("alpha").id, "/in/a.eml")
    kb.sources.receive(FoundFile(offered, stored, "a.eml", kb.access.local_user()))
    assert kb.jobs.job(job, kb.access.scope(kb.access.local_user())).pending == 1


def test_quoted_history_that_goes_while_it_is_embedded_leaves_no_vector(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "reply.eml", "We accept.", quoted="> Shall we settle for forty\n> thousand?",
        facts=(Fact("reply-to", "1@firm"),))  # fmt: skip
    put(kb, "alpha", "first.eml", MAIL, facts=(Fact("message-id", "1@firm"),))
    unused = "SELECT * FROM embedding WHERE key NOT IN (SELECT embedding FROM chunk)"
    assert kb.database.rows(unused) == []


@pytest.mark.parametrize("torn", [True, False], ids=["no name", "half an index beside it"])
def test_an_interrupted_rebuild_leaves_nothing(
    kb: KnowledgeBase, settings: Settings, torn: bool
) -> None:
    put(kb, "alpha", "lease.txt", OLD)
    known = kb.chunks.ids()
    kb.close()
    folder = settings.data_dir / "vectors"
    if torn:
        (folder / "current").write_text("")
    else:
        shutil.copytree(folder / (folder / "current").read_text(), folder / "half")
    again = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    try:
        assert again.index is not None and again.index.ids() == known
        assert [p.name for p in folder.iterdir() if p.is_dir()] == [
            (folder / "current").read_text()
        ]
    finally:
        again.close()


def test_the_catalogue_gives_back_what_was_deleted(kb: KnowledgeBase, settings: Settings) -> None:
    catalogue = settings.data_dir / "catalogue.db"
    documents = [
        put(kb, "alpha", f"{n}.txt", f"Lease {n}. " + f"word{n} " * 20_000) for n in range(10)
    ]
    kb.database.forget()
    full = catalogue.stat().st_size
    for document in documents:
        kb.eraser.delete(document.id, everything(kb))
    assert catalogue.stat().st_size < full / 2


def test_a_catalogue_that_cannot_be_read_is_a_sentence(kb: KnowledgeBase) -> None:
    with pytest.raises(StoreProblem, match="cannot be read"):
        kb.database.rows("SELECT * FROM what_is_not_there")
