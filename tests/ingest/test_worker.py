"""The worker with its real sandbox and store; only the embedder is a fake."""

import os
import shutil
import signal
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingest.folder.batch import Batch
from ingest.folder.scan import Offer, Offering, find
from ingest.worker import Worker
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, DocumentId, Scope
from kb.settings import Settings
from kb.store.changes.progress import Claim
from kb.store.changes.queue import Queue
from tests.commands import ROOT
from tests.fakes import FakeEmbedder

SAMPLE = ROOT / "data" / "sample" / "aldergate-lease-dispute"
ONE_OF_EACH = [
    *(SAMPLE / "chronology.md", SAMPLE / "docket.csv", SAMPLE / "first-amendment-to-lease.docx"),
    *(SAMPLE / "notes-site-visit.txt", SAMPLE / "rent-ledger.xlsx"),
    SAMPLE / "settlement-letter-2024-11-08.pdf",
    SAMPLE / "correspondence" / "2023-12-04-roof-leak.eml",
    SAMPLE.parent / "authorities" / "tolliver-v-ashdown.html",
]
ENDED = ("ready", "failed", "quarantined")
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def notes(folder: Path, count: int, *, about: str = "rent") -> list[Path]:
    """Short notes, no two alike."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for number in range(count):
        note = folder / f"{about}-{number}.txt"
        note.write_text(f"Note {number} on the {about}.\n\nIt is {number}00 dollars a month.\n")
        made.append(note)
    return made


def long_contract(path: Path, clauses: int) -> Path:
    """A Word document whose reading takes seconds: the importing alone does."""
    paragraphs = "".join(
        f"<w:p><w:r><w:t>Clause {n}. The tenant pays {n} dollars.</w:t></w:r></w:p>"
        for n in range(clauses)
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}</w:body>'
        "</w:document>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def offer(kb: KnowledgeBase, *files: Path, matter: str = "alpha") -> list[DocumentId]:
    """Offered as one job; the documents that are promised."""
    offering = Offering(kb.library, kb.sources, kb.files, 1 << 26)
    user = kb.access.local_user()
    job = kb.jobs.begin("ingest", user)
    for file in files:
        offering.receive(Offer(file, matter), job, user)
    items = kb.jobs.items(job, everything(kb), limit=1000)
    return [item.document_id for _, item in items if item.document_id]


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def document(kb: KnowledgeBase, wanted: DocumentId) -> Document:
    return kb.library.document(wanted, everything(kb))


def wait_until(true: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


@contextmanager
def working(kb: KnowledgeBase) -> Iterator[Worker]:
    """A worker that is stopped when all is done."""
    worker = Worker(kb)
    try:
        yield worker
        wait_until(lambda: kb.queue.waiting() == 0)
    finally:
        worker.stop()


def check_whole(kb: KnowledgeBase) -> None:
    """Every ready document has its text, its chunks, words and vectors, and nothing else has."""
    assert kb.index
    expected = 0
    for found in kb.library.documents(everything(kb), limit=10_000, status="ready"):
        text = kb.library.text(found.id, everything(kb))
        rows = kb.database.rows("SELECT * FROM chunk WHERE document_id = ?", (found.id,))
        assert len(rows) == found.chunks
        for row in rows:
            assert row["text"] == text[row["char_start"] : row["char_end"]]
        expected += len(rows)
    assert len(kb.chunks.ids()) == expected
    assert kb.index.ids() == kb.chunks.ids()
    words = {row[0] for row in kb.database.rows("SELECT rowid FROM chunk_words")}
    assert words == {row[0] for row in kb.database.rows("SELECT key FROM chunk")}


def attempts(kb: KnowledgeBase, wanted: DocumentId) -> int:
    row = kb.database.row("SELECT attempts FROM document WHERE id = ?", (wanted,))
    return int(row[0]) if row else 0


def is_working(kb: KnowledgeBase, wanted: DocumentId) -> bool:
    return document(kb, wanted).status == "working"


def parsers() -> list[int]:
    """The parser processes that this process has started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if parent == os.getpid() and b"kb.sandbox.child" in command:
            found.append(int(folder.name))
    return found


def test_documents_of_all_formats_end_ready_with_chunks_that_equal_their_spans(
    kb: KnowledgeBase,
) -> None:
    ids = offer(kb, *ONE_OF_EACH)
    with working(kb):
        pass
    found = [document(kb, wanted) for wanted in ids]
    assert [(d.name, d.status) for d in found] == [(p.name, "ready") for p in ONE_OF_EACH]
    assert all(d.chunks for d in found)
    assert [d.name for d in found if d.pages] == ["settlement-letter-2024-11-08.pdf"]
    check_whole(kb)


def test_a_damaged_file_fails_with_a_sentence_and_stops_no_other(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.7 cut off")
    before, broken, after = offer(kb, notes(tmp_path, 1)[0], damaged, SAMPLE / "chronology.md")
    with working(kb):
        pass
    assert document(kb, before).status == document(kb, after).status == "ready"
    failed = document(kb, broken)
    assert failed.status == "failed"
    assert failed.problem and failed.problem.startswith("“damaged.pdf” could not be read.")
    assert failed.problem.endswith(".")
    check_whole(kb)


def test_a_document_that_takes_too_long_twice_is_quarantined(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "store", parse_timeout_s=2, workers=2)
    kb = KnowledgeBase(settings, embedder=FakeEmbedder(), chat=None)
    slow, quick = offer(kb, long_contract(tmp_path / "slow.docx", 400_000), *notes(tmp_path, 1))
    with working(kb):
        pass
    ended = document(kb, slow)
    assert (ended.status, attempts(kb, slow)) == ("quarantined", 2)
    assert ended.problem and "slow.docx" in ended.problem and "longer than 2 s" in ended.problem
    assert document(kb, quick).status == "ready"
    kb.close()


def test_a_document_whose_parser_is_killed_once_is_read_by_the_next(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    [slow] = offer(kb, long_contract(tmp_path / "slow.docx", 2_000))
    with working(kb):
        wait_until(lambda: is_working(kb, slow) and bool(parsers()))
        for parser in parsers():
            os.kill(parser, signal.SIGKILL)
    assert document(kb, slow).status == "ready"
    check_whole(kb)


def test_a_document_deleted_while_it_is_parsed_leaves_nothing(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    [slow] = offer(kb, long_contract(tmp_path / "slow.docx", 2_000))
    original = kb.files.path(document(kb, slow).sha256)
    with working(kb):
        wait_until(lambda: is_working(kb, slow) and bool(parsers()))
        kb.eraser.delete(slow, everything(kb))
    for table in ("document", "source", "content", "chunk", "embedding", "chunk_words"):
        assert kb.database.rows(f"SELECT * FROM {table}") == []
    assert kb.index and kb.index.ids() == set()
    assert not original.exists()


def test_a_part_that_is_too_large_is_named_and_the_others_come_in(
    settings: Settings, tmp_path: Path
) -> None:
    small = settings.model_copy(update={"max_file_mb": 1})
    kb = KnowledgeBase(small, embedder=FakeEmbedder(), chat=None)
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("lease.txt", "The rent is 900 dollars.")
        file.writestr("video.txt", bytes(2 << 20))
    [known] = offer(kb, archive)
    with working(kb):
        wait_until(lambda: len(kb.library.documents(everything(kb))) == 2 and not unended(kb))
    bundle = document(kb, known)
    assert bundle.status == "ready"
    assert bundle.problem and "1 MB" in bundle.problem and "“video.txt”" in bundle.problem
    assert {d.name for d in kb.library.documents(everything(kb))} == {"bundle.zip", "lease.txt"}
    kb.close()


def test_parts_of_a_mail_that_was_deleted_meanwhile_leave_no_bytes(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    archive = tmp_path / "bundle.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("lease.txt", "The rent is 900 dollars.")
    [known] = offer(kb, archive)
    words = kb.queue.words

    def deleted_first(*given: object) -> object:
        kb.eraser.delete(known, everything(kb))
        return words(*given)  # type: ignore[arg-type]  # handed on

    kb.queue.words = deleted_first  # type: ignore[method-assign, assignment]  # in this test alone
    with working(kb):
        wait_until(lambda: not kb.library.documents(everything(kb)))
    assert list(kb.files.stored()) == []


def unended(kb: KnowledgeBase) -> list[str]:
    return [d.name for d in kb.library.documents(everything(kb)) if d.status not in ENDED]


def test_deleting_in_one_matter_leaves_the_same_bytes_in_another(
    settings: Settings, tmp_path: Path
) -> None:
    two = settings.model_copy(update={"workers": 2})
    kb = KnowledgeBase(two, embedder=FakeEmbedder(), chat=None)
    file = long_contract(tmp_path / "slow.docx", 2_000)
    [gone], [kept] = offer(kb, file, matter="alpha"), offer(kb, file, matter="beta")
    with working(kb):
        wait_until(lambda: is_working(kb, gone) and is_working(kb, kept))
        kb.eraser.delete(gone, everything(kb))
    assert [found.id for found in kb.library.documents(everything(kb))] == [kept]
    assert document(kb, kept).status == "ready"
    check_whole(kb)
    kb.close()


def test_a_document_deleted_and_offered_again_while_it_is_parsed_is_there_once(
    settings: Settings, tmp_path: Path
) -> None:
    two = settings.model_copy(update={"workers": 2})
    kb = KnowledgeBase(two, embedder=FakeEmbedder(), chat=None)
    file = long_contract(tmp_path / "slow.docx", 2_000)
    [slow] = offer(kb, file)
    with working(kb):
        wait_until(lambda: is_working(kb, slow) and bool(parsers()))
        kb.eraser.delete(slow, everything(kb))
        assert offer(kb, file) == [slow]
    assert document(kb, slow).status == "ready"
    check_whole(kb)
    kb.close()


def test_two_workers_read_each_document_once(
    kb: KnowledgeBase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    words = Queue.words

    def noted(queue: Queue, claim: Claim, *rest: Any) -> Any:
        read.append(claim.document_id)
        return words(queue, claim, *rest)

    monkeypatch.setattr(Queue, "words", noted)
    files = notes(tmp_path / "a", 30)
    copies = [Path(shutil.copy(file, tmp_path / f"copy-of-{file.name}")) for file in files]
    ids = offer(kb, *files, *copies)
    with working(kb), working(kb):
        pass
    assert sorted(read) == sorted(set(ids))
    assert len(set(ids)) == len(files)
    assert kb.library.counts(everything(kb)) == {"ready": len(files)}
    check_whole(kb)


def test_the_same_folder_twice_changes_nothing(kb: KnowledgeBase, tmp_path: Path) -> None:
    notes(tmp_path / "in" / "alpha", 3)
    notes(tmp_path / "in" / "beta", 3)
    first = [item.outcome for item in Batch(kb, find([tmp_path / "in"], None)).run()]
    held = kb.database.rows("SELECT id, text, embedding FROM chunk ORDER BY key")
    second = [item.outcome for item in Batch(kb, find([tmp_path / "in"], None)).run()]
    assert (first, second) == (["ready"] * 6, ["unchanged"] * 6)
    again = kb.database.rows("SELECT id, text, embedding FROM chunk ORDER BY key")
    assert [tuple(row) for row in again] == [tuple(row) for row in held]
    assert len(kb.library.documents(everything(kb))) == 6
    check_whole(kb)


def test_what_is_abandoned_is_queued_or_ended_and_the_next_run_finishes_it(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    slow = [long_contract(tmp_path / f"slow-{n}.docx", 2_000 + n) for n in range(3)]
    ids = offer(kb, *notes(tmp_path, 2), *slow)
    worker = Worker(kb)
    wait_until(lambda: is_working(kb, ids[2]))
    worker.abandon()
    states = Counter(document(kb, wanted).status.value for wanted in ids)
    assert states["queued"] and set(states) <= {"queued", "words", "ready"}
    with working(kb):
        pass
    assert kb.library.counts(everything(kb)) == {"ready": 5}
    check_whole(kb)
