"""Paths, versions, families: what points to a document, and what happens when it goes."""

from dataclasses import replace

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import (
    Element,
    ElementKind,
    Fact,
    Page,
    Part,
    Reading,
    Revision,
    RevisionKind,
    Scope,
)
from kb.errors import BadRequest
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Family
from kb.text.analyzer import terms
from tests.shelf import embed, offer, paragraphs, put

OLD = "The rent is five thousand dollars."
NEW = "The rent is six thousand dollars."
MAIL = "Shall we settle for forty thousand?\n\nPlease answer by Friday."


def everything(kb: KnowledgeBase, *, superseded: bool = False) -> Scope:
    return kb.access.scope(kb.access.local_user(), superseded=superseded)


def found(kb: KnowledgeBase, query: str, *, superseded: bool = False) -> list[str]:
    result = kb.retriever.search(query, everything(kb, superseded=superseded))
    return [passage.chunk.text for passage in result.passages]


def with_parts(kb: KnowledgeBase, path: str, content: str, parts: dict[str, bytes]) -> str:
    """A ready mail or archive; what is inside it is promised."""
    received = offer(kb, "alpha", path, content.encode())
    claim = kb.queue.claim_to_read()
    while claim is not None and claim.document_id != received.id:  # a part of one before
        claim = kb.queue.claim_to_read()
    assert claim is not None
    stored = [
        (Part(name, ""), kb.files.put([data], limit=1 << 20, name=name))
        for name, data in parts.items()
    ]
    parsed = Parsed(received.id, Reading("message/rfc822", content, ()), path, [], [])
    assert kb.queue.words(claim, parsed, Family(stored)) is not None
    embed(kb)
    return received.id


def test_new_content_at_a_path_is_a_version_and_the_old_one_is_found_on_request(
    kb: KnowledgeBase,
) -> None:
    old = put(kb, "alpha", "lease.txt", OLD)
    new = put(kb, "alpha", "lease.txt", NEW)
    assert found(kb, "rent") == [NEW]
    assert sorted(found(kb, "rent", superseded=True)) == [OLD, NEW]
    assert [d.id for d in kb.library.documents(everything(kb))] == [new.id]
    versions = kb.sources.versions(new.id, everything(kb))
    assert [(v.document_id, v.version) for v in versions] == [(old.id, 1), (new.id, 2)]
    assert kb.library.text(old.id, everything(kb)) == OLD


def test_what_is_inside_content_that_returns_is_the_newest_again(kb: KnowledgeBase) -> None:
    first = {"same.txt": b"The same.", "x.txt": b"One."}
    known = with_parts(kb, "/alpha/a.zip", "first", first)
    with_parts(kb, "/alpha/a.zip", "second", {"same.txt": b"The same.", "x.txt": b"Two."})
    assert current(kb) == {"/alpha/a.zip", "/alpha/a.zip!/same.txt", "/alpha/a.zip!/x.txt"}
    offer(kb, "alpha", "/alpha/a.zip", b"first")
    assert current(kb) == {"/alpha/a.zip", "/alpha/a.zip!/same.txt", "/alpha/a.zip!/x.txt"}
    inside = {s.document_id for s in kb.sources.children(known, everything(kb))}
    assert inside <= {d.id for d in kb.library.documents(everything(kb))}


def test_erasing_a_version_leaves_what_the_one_before_it_holds_too(kb: KnowledgeBase) -> None:
    with_parts(kb, "/alpha/a.zip", "first", {"same.txt": b"The same."})
    newer = with_parts(kb, "/alpha/a.zip", "second", {"same.txt": b"The same.", "b.txt": b"More."})
    kb.eraser.delete(newer, everything(kb))
    assert current(kb) == {"/alpha/a.zip", "/alpha/a.zip!/same.txt"}


def current(kb: KnowledgeBase) -> set[str]:
    return {document.path for document in kb.library.documents(everything(kb))}


def test_content_that_returns_to_a_path_is_the_newest_version_again(kb: KnowledgeBase) -> None:
    old = put(kb, "alpha", "lease.txt", OLD)
    new = put(kb, "alpha", "lease.txt", NEW)
    offer(kb, "alpha", "/alpha/lease.txt", OLD.encode())
    assert found(kb, "rent") == [OLD]
    versions = kb.sources.versions(old.id, everything(kb))
    assert [v.document_id for v in versions] == [old.id, new.id, old.id]


def test_an_old_version_counts_in_no_word_statistics(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", OLD)
    put(kb, "alpha", "lease.txt", NEW)
    match = kb.keywords.match(["five", "six"], everything(kb))
    assert (match.chunks, match.documents) == (1, 1)
    assert not match.postings["five"] and match.postings["six"]


def test_a_copy_elsewhere_keeps_content_current(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", OLD)
    offer(kb, "alpha", "/alpha/copy/lease.txt", OLD.encode())
    put(kb, "alpha", "lease.txt", NEW)
    assert sorted(found(kb, "rent")) == [OLD, NEW]


def test_a_path_that_goes_takes_its_documents_only_with_the_last_source(
    kb: KnowledgeBase,
) -> None:
    kept = put(kb, "alpha", "lease.txt", OLD)
    offer(kb, "alpha", "/alpha/copy.txt", OLD.encode())
    newer = put(kb, "alpha", "lease.txt", NEW)
    gone = kb.sources.below("/alpha/lease.txt", everything(kb))["/alpha/lease.txt"]
    assert kb.sources.forget(gone) == [newer.id]
    assert [s.path for s in kb.sources.of(kept.id, everything(kb))] == ["/alpha/copy.txt"]
    last = kb.sources.below("/alpha", everything(kb))["/alpha/copy.txt"]
    assert kb.sources.forget(last) == [kept.id]


def test_a_moved_file_keeps_its_versions_and_its_family(kb: KnowledgeBase) -> None:
    mail = with_parts(kb, "/in/a.eml", MAIL, {"terms.txt": OLD.encode()})
    moved = kb.sources.below("/in", everything(kb))["/in/a.eml"]
    kb.sources.move(moved, "/out/b.eml")
    assert [s.path for s in kb.sources.of(mail, everything(kb))] == ["/out/b.eml"]
    [child] = kb.sources.children(mail, everything(kb))
    assert child.path == "/out/b.eml!/terms.txt"


def test_an_attachment_with_two_parents_stays_until_the_last_goes(kb: KnowledgeBase) -> None:
    first = with_parts(kb, "/in/a.eml", MAIL, {"terms.txt": OLD.encode()})
    second = with_parts(kb, "/in/b.eml", MAIL + " Again.", {"terms.txt": OLD.encode()})
    [child] = kb.sources.children(first, everything(kb))
    kb.eraser.delete(first, everything(kb))
    assert child.document_id in kb.library.documents_by_id([child.document_id], everything(kb))
    kb.eraser.delete(second, everything(kb))
    assert kb.library.documents(everything(kb, superseded=True)) == []
    assert [p for p in (kb.settings.data_dir / "originals").rglob("*") if p.is_file()] == []


def test_what_is_inside_an_old_version_is_old_as_well(kb: KnowledgeBase) -> None:
    mail = with_parts(kb, "/in/a.eml", MAIL, {"terms.txt": OLD.encode()})
    [child] = kb.sources.children(mail, everything(kb))
    put(kb, "alpha", "a.eml", MAIL + " Changed.", path="/in/a.eml")
    inside = kb.library.documents_by_id([child.document_id], everything(kb))
    assert not inside[child.document_id].current


def test_quoted_history_is_searched_once_whichever_mail_is_read_first(kb: KnowledgeBase) -> None:
    first = Fact("message-id", "1@firm"), Fact("reply-to", "1@firm")
    for matter, order in (("alpha", (0, 1)), ("beta", (1, 0))):
        mails = [
            lambda m=matter: put(kb, m, "first.eml", MAIL, facts=(first[0],)),
            lambda m=matter: put(
                kb, m, "reply.eml", "We accept.", quoted="> Shall we settle for forty\n> thousand?",
                facts=(first[1],),
            ),
        ]  # fmt: skip
        for place in order:
            mails[place]()
        scope = kb.access.scope(kb.access.local_user(), [matter])
        hits = kb.retriever.search("settle for forty thousand", scope).passages
        assert len([h for h in hits if "settle" in h.chunk.text]) == 1


def test_quoted_history_stays_when_nobody_else_has_it(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "reply.eml", "We accept.", quoted="> Shall we settle?",
        facts=(Fact("reply-to", "gone@firm"),))  # fmt: skip
    assert "> Shall we settle?" in found(kb, "settle")


def test_quoted_history_comes_back_when_the_message_that_said_it_is_erased(
    kb: KnowledgeBase,
) -> None:
    said = Fact("message-id", "1@firm"), Fact("reply-to", "1@firm")
    quoted = "> Shall we settle for forty\n> thousand?"
    mail = put(kb, "alpha", "first.eml", MAIL, facts=(said[0],))
    reply = put(kb, "alpha", "reply.eml", "We accept.", quoted=quoted, facts=(said[1],))
    assert not any(text.startswith(">") for text in found(kb, "settle for forty thousand"))
    kb.eraser.delete(mail.id, everything(kb))
    assert quoted in found(kb, "settle for forty thousand")
    embed(kb)
    assert kb.library.document(reply.id, everything(kb)).status == "ready"
    assert kb.library.document(reply.id, everything(kb)).chunks == 2
    assert kb.in_step() == (0, 0)
    again = put(kb, "alpha", "first.eml", MAIL, facts=(said[0],))
    assert not any(text.startswith(">") for text in found(kb, "settle for forty thousand"))
    kb.eraser.delete(reply.id, everything(kb))
    assert kb.database.rows("SELECT * FROM repeated") == []
    kb.eraser.delete(again.id, everything(kb))


def test_a_fact_that_a_person_states_takes_the_place_of_what_was_read(kb: KnowledgeBase) -> None:
    lease = put(kb, "alpha", "a.txt", OLD, facts=(Fact("court", "Wrong"), Fact("type", "lease")))
    kb.contents.state(lease.id, "court", ["Supreme Court"], everything(kb))
    stated = kb.contents.facts(lease.id, everything(kb))
    assert stated == [(Fact("court", "Supreme Court"), True), (Fact("type", "lease"), False)]


def redlined(kb: KnowledgeBase) -> str:
    """A ready document of one stamped page with a deletion in it."""
    text = "The cap is five million dollars."
    received = offer(kb, "alpha", "/alpha/redline.docx", text.encode())
    claim = kb.queue.claim_to_read()
    assert claim is not None
    reading = Reading(
        "text/plain",
        text,
        (Element(ElementKind.PARAGRAPH, 0, len(text)),),
        pages=(Page(1, 0, len(text), label="ACME0001234"),),
        revisions=(
            Revision(RevisionKind.DELETION, "O. Pryce", "2024-06-11", 11, 11, "one million"),
        ),
    )
    [chunk] = paragraphs(received.id, text)
    chunk = replace(chunk, page_from=1, page_to=1)
    parsed = Parsed(received.id, reading, "Redline", [chunk], ["Redline"])
    assert kb.queue.words(claim, parsed, Family()) is not None
    embed(kb)
    return received.id


def test_a_page_is_found_by_its_bates_number_and_a_document_by_a_title_that_was_stated(
    kb: KnowledgeBase,
) -> None:
    known = redlined(kb)
    put(kb, "alpha", "other.txt", OLD)
    stamp = terms("ACME0001234")
    match = kb.keywords.match(stamp, everything(kb))
    assert [chunk_id.rsplit("-", 1)[0] for chunk_id, _ in match.ranked(stamp, 5)] == [known]
    kb.contents.state(known, "title", ["Side Letter"], everything(kb))
    match = kb.keywords.match(["side", terms("Redline")[0], *stamp], everything(kb))
    assert [len(match.postings[one]) for one in ("side", *stamp)] == [1, 1, 1]
    assert not match.postings[terms("Redline")[0]]
    assert kb.library.document(known, everything(kb)).title == "Side Letter"
    with pytest.raises(BadRequest, match="one title"):
        kb.contents.state(known, "title", [], everything(kb))


def test_what_was_deleted_from_a_draft_can_be_searched(kb: KnowledgeBase) -> None:
    known = redlined(kb)
    [(document, change)] = kb.contents.changes(everything(kb), holding="ONE million")
    assert (document, change.author, change.char_start) == (known, "O. Pryce", 11)
    assert kb.contents.changes(everything(kb), holding="two million") == []
