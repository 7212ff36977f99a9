"""Jobs: every file offered ends once, with a reason, and the failed can be tried again."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.cli.progress import Manifest
from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Element, ElementKind, JobId, Reading, Scope, UserId
from kb.domain.jobs import JobItem, Offered, Outcome
from kb.errors import NotFound
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Family
from kb.store.documents.sources import FoundFile
from tests.shelf import embed, paragraphs, put


def promise(kb: KnowledgeBase, job: JobId, path: str, content: bytes) -> DocumentId:
    stored = kb.files.put([content], limit=1 << 20, name=path)
    offered = Offered(job, kb.library.add_matter("alpha").id, path)
    return kb.sources.receive(FoundFile(offered, stored, path, kb.access.local_user()))


def ends(kb: KnowledgeBase, job: JobId) -> list[JobItem]:
    return kb.jobs.ended(job, kb.access.scope(kb.access.local_user()))


def fail_next(kb: KnowledgeBase, problem: str, code: str) -> None:
    claim = kb.queue.claim_to_read()
    assert claim is not None
    kb.queue.fail(claim, problem, code)


def test_each_file_ends_once_with_its_reason(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "a.txt", "The rent.", path="/a.txt")
    job = kb.jobs.begin("ingest", kb.access.local_user())
    promise(kb, job, "/a.txt", b"The rent.")
    promise(kb, job, "/copy.txt", b"The rent.")
    promise(kb, job, "/bad.pdf", b"%PDF")
    promise(kb, job, "/odd.bin", b"\0")
    fail_next(kb, "It is damaged.", "damaged")
    fail_next(kb, "It is not read.", "unsupported")
    kb.jobs.refuse(Offered(job, kb.library.add_matter("alpha").id, "/no"), "No.", "unreadable")
    told = [(item.path, item.outcome, item.problem) for item in ends(kb, job)]
    assert told == [
        ("/a.txt", Outcome.UNCHANGED, None),
        ("/copy.txt", Outcome.DUPLICATE, "Its content is that of /a.txt, and is kept once."),
        ("/bad.pdf", Outcome.FAILED, "It is damaged."),
        ("/odd.bin", Outcome.SKIPPED, "It is not read."),
        ("/no", Outcome.FAILED, "No."),
    ]
    assert [item.order for item in ends(kb, job)] == [1, 2, 3, 4, 5]
    assert kb.jobs.job(job, kb.access.scope(kb.access.local_user())).pending == 0


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def test_only_the_failed_are_tried_again(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    bad = promise(kb, job, "/bad.pdf", b"%PDF")
    promise(kb, job, "/odd.bin", b"\0")
    fail_next(kb, "It is damaged.", "damaged")
    fail_next(kb, "It is not read.", "unsupported")
    assert kb.jobs.retry(job, everything(kb)) == (1, [])
    claim = kb.queue.claim_to_read()
    assert claim is not None and claim.document_id == bad
    assert kb.queue.claim_to_read() is None
    kb.queue.fail(claim, "It is damaged.", "damaged")
    assert [item.order for item in ends(kb, job)] == [2, 3], "no number is told twice"
    assert kb.jobs.retry(job, everything(kb)) == (1, [])
    assert kb.jobs.job(job, kb.access.scope(kb.access.local_user())).pending == 1


def test_each_copy_of_a_failed_file_is_tried_again(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    for path in ("/bad.pdf", "/copy.pdf"):
        promise(kb, job, path, b"%PDF")
    fail_next(kb, "It is damaged.", "damaged")
    assert kb.jobs.retry(job, everything(kb)) == (2, [])
    assert kb.queue.claim_to_read() is not None
    assert kb.queue.claim_to_read() is None


def test_what_another_job_has_made_ready_ends_at_once(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    bad = promise(kb, job, "/bad.pdf", b"%PDF")
    fail_next(kb, "It is damaged.", "damaged")
    with kb.database.write() as connection:
        connection.execute("UPDATE document SET status = 'ready' WHERE id = ?", (bad,))
    assert kb.jobs.retry(job, everything(kb)) == (1, [])
    assert [item.outcome for item in ends(kb, job)] == [Outcome.READY]


def test_nothing_is_tried_again_or_told_through_a_wall(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    bad = promise(kb, job, "/bad.pdf", b"%PDF")
    fail_next(kb, "It is damaged.", "damaged")
    whole = everything(kb)
    for scope in (replace(whole, walled=frozenset({bad})), replace(whole, matters=frozenset())):
        assert kb.jobs.retry(job, scope) == (0, [])
        assert kb.jobs.items(job, scope, limit=10) == []
        assert kb.jobs.job(job, scope).total == 0


def test_a_document_erased_on_its_way_ends_its_file(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    gone = promise(kb, job, "/a.txt", b"The rent.")
    kb.eraser.delete(gone, everything(kb))
    [item] = ends(kb, job)
    assert (item.outcome, item.code) == (Outcome.FAILED, "deleted")
    assert kb.jobs.retry(job, everything(kb)) == (0, [])


def test_an_erased_document_leaves_no_name_in_its_job(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    gone = promise(kb, job, "/Quagga.pdf", b"%PDF")
    fail_next(kb, "“Quagga.pdf” is damaged.", "damaged")
    kb.eraser.delete(gone, everything(kb))
    [item] = ends(kb, job)
    assert item.outcome is Outcome.FAILED
    rows = kb.database.rows("SELECT * FROM job_item")
    assert not any("quagga" in str(tuple(row)).lower() or gone in tuple(row) for row in rows)


def test_a_job_of_somebody_else_is_not_there(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    with pytest.raises(NotFound):
        kb.jobs.job(job, kb.access.scope(UserId("local:4711")))
    assert kb.jobs.recent(kb.access.scope(UserId("local:4711"))) == []


def test_items_of_matters_that_may_not_be_read_are_not_told(kb: KnowledgeBase) -> None:
    job = kb.jobs.begin("ingest", kb.access.local_user())
    promise(kb, job, "/a.txt", b"The rent.")
    kb.library.add_matter("beta")
    other = kb.access.scope(kb.access.local_user(), ["beta"])
    assert kb.jobs.items(job, other, limit=10) == []
    seen = kb.jobs.job(job, other)
    assert (seen.total, seen.words, dict(seen.counts)) == (0, 0, {})


def test_words_can_be_searched_before_the_vectors_are_there(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "first.txt", "The deposit is two months.")
    assert kb.queue.claim_to_embed() is None
    job = kb.jobs.begin("ingest", kb.access.local_user())
    promise(kb, job, "/second.txt", b"The arbitrator sits in Geneva.")
    claim = kb.queue.claim_to_read()
    assert claim is not None
    text = "The arbitrator sits in Geneva."
    reading = Reading("text/plain", text, (Element(ElementKind.PARAGRAPH, 0, len(text)),))
    chunks = paragraphs(claim.document_id, text)
    kb.queue.words(claim, Parsed(claim.document_id, reading, "second", chunks, [""]), Family())
    scope = kb.access.scope(kb.access.local_user())
    assert text in [p.chunk.text for p in kb.retriever.search("arbitrator", scope).passages]
    assert kb.jobs.job(job, kb.access.scope(kb.access.local_user())).words == 1
    assert kb.in_step() == (0, 0)
    embed(kb)
    assert kb.jobs.job(job, kb.access.scope(kb.access.local_user())).counts == {"ready": 1}


def test_a_report_holds_no_formula_that_a_spreadsheet_would_run(tmp_path: Path) -> None:
    report = Manifest(tmp_path / "report.csv")
    name = '=HYPERLINK("http://x","y").txt'
    report.add(JobItem(name, "m1", None, Outcome.FAILED, "-1 pages", "damaged", 1, None, 0, 0, 0))
    report.close()
    [_, told] = csv.reader((tmp_path / "report.csv").read_text().splitlines())
    assert told[0] == f"'{name}"
    assert told[3] == "'-1 pages"
