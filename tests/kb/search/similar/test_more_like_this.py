"""More like this: what is like a document or a passage, inside the scope and the filters."""

import json
from dataclasses import replace
from itertools import product

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Document, DocumentId, Fact, Scope
from kb.domain.similar import Alike, Sample
from kb.errors import BadRequest, NotFound
from kb.search.filter_parser import filters_of
from kb.search.near_duplicates import folded
from kb.store.vectors.document_vectors import Portraits
from tests.shelf import entries, offer, paragraphs, put

NOTICE = "Either party may end this lease by ninety days written notice to the other party."
PURPOSE = "The recipient shall use confidential information only for the agreed purpose."
GARDEN = "Of gardens, horses, ships, weather, wine and music in the month of June."
LEASE = f"{NOTICE}\n\nThe rent is five thousand dollars, and the deposit two months of it."
OTHER_LEASE = f"{NOTICE}\n\nThe rent is nine thousand dollars, and there is no deposit at all."
NDA = f"{PURPOSE}\n\nThe recipient shall return or destroy all confidential information."


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def like(
    kb: KnowledgeBase, sample: str | Sample, *, scope: Scope | None = None, limit: int = 10
) -> Alike:
    asked = Sample(sample) if isinstance(sample, str) else sample
    home = everything(kb)
    return kb.similar.find(asked, home, scope or home, limit=limit)


def names(found: Alike) -> list[str]:
    return [alike.document.name for alike in found.documents]


def passage(text: str, within: str) -> tuple[int, int]:
    start = within.index(text)
    return start, start + len(text)


@pytest.fixture
def lease(kb: KnowledgeBase) -> Document:
    put(kb, "alpha", "garden.txt", GARDEN)
    put(kb, "alpha", "nda.txt", NDA)
    put(kb, "beta", "other-lease.txt", OTHER_LEASE)
    return put(kb, "alpha", "lease.txt", LEASE)


def test_a_document_is_like_those_that_read_like_it(kb: KnowledgeBase, lease: Document) -> None:
    found = like(kb, lease.id)
    assert names(found)[0] == "other-lease.txt"
    assert found.documents[0].similarity is not None
    assert found.documents[0].similarity > (found.documents[-1].similarity or 0.0)
    assert found.passages[0].document.name == "other-lease.txt"
    assert (found.source.id, found.start, found.end) == (lease.id, 0, len(LEASE))


def test_a_passage_is_like_passages_and_not_like_its_document(
    kb: KnowledgeBase, lease: Document
) -> None:
    start, end = passage(NOTICE, LEASE)
    found = like(kb, Sample("alpha/lease.txt", start=start, end=end))
    assert found.passages[0].chunk.text == NOTICE
    assert names(found)[0] == "other-lease.txt"
    text = f"{GARDEN}\n\n{PURPOSE}"
    mixed = put(kb, "alpha", "mixed.txt", text)
    start, end = passage(PURPOSE, text)
    assert names(like(kb, Sample(mixed.id, start=start, end=end)))[0] == "nda.txt"
    assert names(like(kb, mixed.id))[0] in ("nda.txt", "garden.txt")


def test_the_document_itself_its_versions_and_its_copies_are_left_out(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", LEASE)
    newer = put(kb, "alpha", "lease.txt", LEASE + "\n\nSigned in June.")
    put(kb, "beta", "copy.txt", LEASE + "\n\nSigned in June.")
    put(kb, "beta", "spaced.txt", LEASE.replace(" ", "  ") + "\n\nSigned in June.")
    other = put(kb, "beta", "other-lease.txt", OTHER_LEASE)
    scope = replace(everything(kb), superseded=True)
    found = like(kb, newer.id, scope=scope)
    assert [alike.document.id for alike in found.documents] == [other.id]
    assert {alike.document.id for alike in found.passages} == {other.id}


def test_versions_copies_and_the_same_message_are_doubles(kb: KnowledgeBase) -> None:
    mail = (Fact("message-id", "1@firm.example"),)
    old = put(kb, "alpha", "lease.txt", LEASE)
    new = put(kb, "alpha", "lease.txt", OTHER_LEASE, facts=mail)
    copy = put(kb, "beta", "copy.txt", OTHER_LEASE)
    sent = put(kb, "beta", "sent.txt", NDA, facts=mail)
    put(kb, "beta", "another.txt", GARDEN)
    portraits, scope = Portraits(kb.database), everything(kb)
    assert portraits.doubles(new.id, scope) == {old.id, new.id, copy.id, sent.id}
    alpha = kb.access.scope(kb.access.local_user(), ["alpha"])
    assert portraits.doubles(new.id, alpha) == {old.id, new.id}


def test_the_source_does_not_fill_the_lists_that_it_is_left_out_of(kb: KnowledgeBase) -> None:
    text = "\n\n".join(f"{NOTICE} This is said for the time {n}." for n in range(230))
    long = put(kb, "alpha", "long.txt", text)
    put(kb, "beta", "far.txt", f"{GARDEN} And of a lease.")
    assert names(like(kb, long.id)) == ["far.txt"]


def test_the_same_text_in_several_documents_is_shown_once(kb: KnowledgeBase) -> None:
    for number, name in enumerate(("a", "b", "c")):
        put(kb, "alpha", f"{name}.txt", f"{NOTICE}\n\nNumber {number} has a rent of {number}.")
    put(kb, "alpha", "d.txt", NOTICE.replace("lease", "LEASE") + "\n\nA paragraph of its own.")
    sample = put(kb, "alpha", "sample.txt", NOTICE + "\n\nSomething else.")
    start, end = passage(NOTICE, NOTICE)
    found = like(kb, Sample(sample.id, start=start, end=end))
    first = found.passages[0]
    where = {p.document.name for p in (first, *first.also_in)}
    assert where == {"a.txt", "b.txt", "c.txt", "d.txt"}
    assert all(p.chunk.text.casefold() == NOTICE.casefold() for p in first.also_in)
    assert all(p.chunk.text.casefold() != NOTICE.casefold() for p in found.passages[1:])


def test_documents_of_one_text_are_shown_once(kb: KnowledgeBase, lease: Document) -> None:
    put(kb, "gamma", "again.txt", OTHER_LEASE.replace("\n\n", "\n\n\n"))
    found = like(kb, lease.id)
    first = found.documents[0]
    assert {one.name for one in (first.document, *first.also_in)} == {
        "other-lease.txt",
        "again.txt",
    }
    assert len(names(found)) == len(set(names(found))) == 3


def test_filters_and_matters_narrow_what_is_compared(kb: KnowledgeBase, lease: Document) -> None:
    old = put(kb, "beta", "old.txt", f"{GARDEN} Of a lease.", facts=(Fact("date", "2001-01-01"),))
    home = everything(kb)
    within = kb.selection.within(filters_of({"before": "2001"}), home)
    found = kb.similar.find(Sample(lease.id), home, home, within=within)
    assert [alike.document.id for alike in found.documents] == [old.id]
    beta = kb.access.scope(kb.access.local_user(), ["beta"])  # the sample is of another matter
    assert set(names(like(kb, lease.id, scope=beta))) == {"other-lease.txt", "old.txt"}


def test_what_is_outside_the_scope_changes_nothing(kb: KnowledgeBase, lease: Document) -> None:
    scope = kb.access.scope(kb.access.local_user(), ["alpha", "beta"])

    def told(walled: frozenset[DocumentId] = frozenset()) -> object:
        narrow = replace(scope, walled=walled)
        found = kb.similar.find(Sample(lease.id), narrow, narrow)
        return found.passages, found.documents

    before = told()
    hidden = [put(kb, "alpha", f"{n}.txt", f"{NOTICE} {GARDEN} {n}").id for n in range(30)]
    for number in range(30):
        put(kb, "gamma", f"{number}.txt", f"{LEASE} And number {number}.")
    assert told(frozenset(hidden)) == before
    assert told() != before


def test_a_walled_sample_is_one_that_never_was(kb: KnowledgeBase, lease: Document) -> None:
    hidden = replace(everything(kb), walled=frozenset([lease.id]))
    said = []
    for wanted in (lease.id, "d" + "0" * 23):
        with pytest.raises(NotFound) as refused:
            kb.similar.find(Sample(wanted), hidden, hidden)
        said.append(refused.value.message.replace(wanted, "X"))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        pytest.param(Sample("alpha/lease.txt", page=1, start=0, end=9), "not both", id="both"),
        pytest.param(Sample("alpha/lease.txt", start=5), "one past its last", id="half a span"),
        pytest.param(
            Sample("alpha/lease.txt", start=9, end=5), "one past its last", id="backwards"
        ),
        pytest.param(Sample("alpha/lease.txt", start=9000, end=9009), "no words", id="beyond"),
        pytest.param(Sample("alpha/lease.txt", page=3), "no page", id="no such page"),
        pytest.param(Sample("queued.txt"), "no text that could be compared", id="not read yet"),
    ],
)
def test_what_cannot_be_compared_is_said(
    kb: KnowledgeBase, lease: Document, sample: Sample, said: str
) -> None:
    offer(kb, "alpha", "/alpha/queued.txt", b"Waiting to be read.")
    with pytest.raises((BadRequest, NotFound), match=said):
        like(kb, sample)


def test_it_is_noted_what_was_shown_and_no_text(kb: KnowledgeBase, lease: Document) -> None:
    found = like(kb, lease.id, limit=2)
    [entry] = entries(kb)
    shown = [tuple(span) for span in json.loads(entry["detail"])["shown"]]
    assert entry["action"] == "similar"
    for alike in found.passages:
        chunk = alike.chunk
        assert (chunk.document_id, chunk.char_start, chunk.char_end) in shown
    assert {alike.document.id for alike in found.documents} <= {span[0] for span in shown}
    assert "rent" not in entry["detail"]


def test_a_text_is_folded_when_nearly_all_of_it_is_the_same(kb: KnowledgeBase) -> None:
    said = ["".join(two) for two in product("abcdefgh", repeat=2)]
    words = " ".join(said[:60])
    nearly, less = words.replace(said[59], "other"), words.replace(said[30], "other")
    texts = [words, nearly, less, f"{words} " + " ".join(2 * word for word in said[:20])]
    ids = [put(kb, "alpha", f"{n}.txt", text).id for n, text in enumerate(texts)]
    chunks = [paragraphs(known, text)[0] for known, text in zip(ids, texts, strict=True)]
    shown = folded(chunks, limit=10)
    assert [(ids.index(c.document_id), [ids.index(o.document_id) for o in others])
            for c, others in shown] == [(0, [1, 2]), (3, [])]  # fmt: skip
    twice = [chunks[0], replace(chunks[0], ordinal=1)]
    assert [others for _, others in folded(twice, limit=10)] == [[], []]
