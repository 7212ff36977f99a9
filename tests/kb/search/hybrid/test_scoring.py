"""Documents first, then passages: both have a say, and neither rules the other out."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import Chunk, ChunkId, DocumentId
from kb.models.cross_encoders import LazyReader
from kb.ports import Rerankers, Vectors
from kb.search.hybrid.reranking import RERANKED, at_most, first
from kb.search.hybrid.retriever import Retriever
from kb.search.hybrid.scoring import (
    Calibration,
    CandidateEvidence,
    Weights,
    across,
    calibrated,
    ordered,
    scored,
)
from tests.kb.answer.test_answerer import everything
from tests.shelf import put

PLAIN = Weights(
    meaning=1.0,
    bare_meaning=0.0,
    words=0.0,
    bare_words=0.0,
    document=0.0,
    sharpness=1.0,
    document_words=0.0,
    profile=0.0,
    neighbours=0.0,
    substance=0.0,
    reranker=0.5,
)
LEASE = (
    "LEASE between {} as landlord and {} as tenant, dated the first of May.\n\n"
    "The tenant pays the monthly rent of {} dollars in advance to the landlord.\n\n"
    "The landlord insures the building against fire, flood and storm at his own cost."
)


def evidence(
    meaning: Sequence[float], documents: str, named: Sequence[float] = ()
) -> CandidateEvidence:
    """Candidates of one-letter documents, numbered in each as they come."""
    seen: dict[str, int] = {}
    chunks = []
    for document in documents:
        at = seen[document] = seen.get(document, -1) + 1
        chunk_id = ChunkId(f"{document}-{at:05d}")
        chunks.append(Chunk(chunk_id, DocumentId(document), at, "", "", None, None, 0, 1))
    zeros = np.zeros(len(chunks))
    said = np.array(meaning, dtype=float)
    carried = np.array(named, dtype=float) if named else zeros
    ones = zeros + 1
    return CandidateEvidence(
        tuple(chunks), False, said, said, zeros, zeros, carried, zeros, ones, zeros, zeros > 0
    )


def test_a_named_document_lifts_its_passages_over_nearer_ones() -> None:
    found = evidence([0.9, 0.5, 0.4], "abb", named=[0.2, 1.0, 1.0])
    assert np.argmax(scored(found, PLAIN)) == 0
    assert np.argmax(scored(found, replace(PLAIN, document=1.0))) == 1


def test_the_words_of_a_whole_document_lift_its_passages() -> None:
    found = replace(evidence([0.5, 0.4], "ab"), document_words=np.array([0.2, 1.0]))
    assert np.argmax(scored(found, PLAIN)) == 0
    assert np.argmax(scored(found, replace(PLAIN, document_words=0.3))) == 1


def test_what_is_in_another_language_loses_nothing_for_words_that_it_cannot_share() -> None:
    found = evidence([0.9, 0.5, 0.1], "abc")
    found = replace(found, words=np.array([0.0, 1.0, 0.2]), bare_words=np.array([0.0, 1.0, 0.2]))
    weighed = replace(PLAIN, words=0.5, bare_words=0.5)
    assert np.argmax(scored(across(found), weighed)) == 1
    apart = replace(found, apart=np.array([True, False, False]))
    assert np.argmax(scored(across(apart), weighed)) == 0
    assert across(apart).words.tolist() == [1.0, 1.0, 0.2]


def test_a_document_with_all_words_in_other_passages_is_told_from_one_without(
    kb: KnowledgeBase,
) -> None:
    put(kb, "alpha", "a.txt", "The horse eats hay.\n\nThe saddle and the bridle hang here.")
    put(kb, "alpha", "b.txt", "The horse eats hay.\n\nThe weather was fine in the morning.")
    found = kb.retriever.gather("horse saddle bridle", everything(kb)).evidence
    of = {kb.library.documents_by_id([c.document_id], everything(kb))[c.document_id].name: share
          for c, share in zip(found.chunks, found.document_words, strict=True)}  # fmt: skip
    assert of["a.txt"] == 1.0
    assert 0 < of["b.txt"] < 0.5


def test_neighbours_lend_to_the_passage_between_them() -> None:
    found = evidence([0.8, 0.5, 0.8, 0.6], "aaab")
    assert scored(found, PLAIN)[1] < scored(found, PLAIN)[3]
    smooth = scored(found, replace(PLAIN, neighbours=0.5))
    assert smooth[1] == pytest.approx(0.65)
    assert smooth[3] == pytest.approx(0.6), "a passage without neighbours keeps its own"


def test_equal_scores_are_in_the_order_of_ids() -> None:
    assert ordered(evidence([0.5, 0.5], "ba"), calibrated()) == [1, 0]


def both_ways(weights: Weights) -> Calibration:
    return replace(calibrated(), led=weights, free=weights)


def test_a_reranker_orders_passages_but_not_documents() -> None:
    found = evidence([0.6, 0.5, 0.4, 0.3], "aabb", named=[1.0, 1.0, 0.1, 0.1])
    found = replace(found, relevance=np.array([0.0, 0.7, 1.0, 1.0]))
    weights = replace(PLAIN, document=2.0, reranker=0.9)
    assert ordered(found, both_ways(weights)) == [1, 0, 2, 3]
    assert ordered(found, both_ways(replace(weights, document=0.0))) == [2, 3, 1, 0]


def test_a_reranker_that_finds_nothing_relevant_changes_no_order() -> None:
    found = replace(evidence([0.6, 0.5, 0.4], "abc"), relevance=np.array([0.0, 0.001, 0.002]))
    assert ordered(found, both_ways(replace(PLAIN, reranker=0.9))) == [0, 1, 2]


def test_what_a_reranker_reads_is_first_by_the_rest_of_the_evidence() -> None:
    found = evidence([0.9 - at / 100 for at in range(40)], "a" * 40)
    said = replace(found, relevance=np.arange(40) / 40)
    assert first(said, both_ways(PLAIN)) == first(found, both_ways(PLAIN)) == list(range(RERANKED))
    kept = at_most(said, [3, 4])
    assert np.flatnonzero(kept.relevance).tolist() == [3, 4]


class Backwards:
    """A reranker that prefers what the first stage found last, and remembers what it read."""

    name = "backwards"

    def reads(self, _: str) -> bool:
        return True

    def __init__(self) -> None:
        self.read: list[str] = []

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.read.extend(texts)
        return np.arange(len(texts), dtype=np.float32)[:, None]


def test_without_a_reranker_or_a_weight_for_it_nothing_is_reread(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", LEASE.format("Vance", "Ode", "900"))
    reranker = Backwards()
    for weight, known in ((0.5, None), (0.0, Rerankers(reranker, reranker))):
        weighed = both_ways(replace(PLAIN, reranker=weight))
        plain = Retriever(kb.reader, kb.embedders, kb.audit, calibration=weighed, rerankers=known)
        found = plain.find("Who insures against fire?", everything(kb), limit=3).result
        assert found.passages and "rerank_ms" not in found.timings
    assert not reranker.read


def test_what_a_reranker_finds_relevant_comes_first(kb: KnowledgeBase) -> None:
    for name in "abcdefgh":
        put(kb, "alpha", f"{name}.txt", LEASE.format(name, "Ode", "900"))
    query, reranker = "Who insures against fire?", Backwards()
    plain = Retriever(kb.reader, kb.embedders, kb.audit, calibration=both_ways(PLAIN))
    alone = both_ways(replace(PLAIN, reranker=5.0))
    reread = Retriever(
        kb.reader,
        kb.embedders,
        kb.audit,
        calibration=alone,
        rerankers=Rerankers(reranker, reranker),
    )
    before = [p.chunk.id for p in plain.find(query, everything(kb), limit=40).result.passages]
    found = reread.find(query, everything(kb), limit=40).result
    after = [p.chunk.id for p in found.passages]
    assert "rerank_ms" in found.timings
    parts = sum(took for name, took in found.timings.items() if name != "total_ms")
    assert parts == pytest.approx(found.timings["total_ms"], rel=0.05, abs=1.0)
    assert len(reranker.read) == RERANKED
    assert all(text.split("\n")[0] in set("abcdefgh") for text in reranker.read)
    gathered = reread.gather(query, everything(kb))
    read, _ = reread.read(gathered, first(gathered.evidence, alone))
    assert np.count_nonzero(read.relevance) == RERANKED
    order = [read.chunks[at].id for at in ordered(read, alone)]
    assert [known for known in order if known in after] == after != before


def test_a_search_goes_on_without_a_reranker_that_fails_and_says_so(
    kb: KnowledgeBase, tmp_path: Path
) -> None:
    put(kb, "alpha", "lease.txt", LEASE.format("Vance", "Ode", "900"))
    broken = LazyReader(tmp_path / "gone")
    reread = Retriever(
        kb.reader,
        kb.embedders,
        kb.audit,
        calibration=both_ways(PLAIN),
        rerankers=Rerankers(broken, broken),
    )
    plain = Retriever(kb.reader, kb.embedders, kb.audit, calibration=both_ways(PLAIN))
    query = "Who insures against fire?"
    found, without = (one.search(query, everything(kb)) for one in (reread, plain))
    assert found.passages == without.passages
    assert "KB_RERANKER_PATH" in (found.degraded or "") and without.degraded is None


@pytest.mark.parametrize(
    "query",
    [
        "Consider the lease between Vance and Ode; what is the monthly rent?",
        "Under the lease of Ode, what is the monthly rent?",
        "What is the monthly rent of Ode?",
    ],
)
def test_the_contract_that_is_named_answers(kb: KnowledgeBase, query: str) -> None:
    """Twenty leases read alike; the one that is named comes first, with its rent."""
    for number in range(20):
        put(kb, "alpha", f"lease-{number}.txt", LEASE.format("Holt", f"Tenant{number}", number))
    right = put(kb, "alpha", "lease-x.txt", LEASE.format("Vance", "Ode", "900"))
    first = kb.retriever.search(query, everything(kb), limit=3).passages[0]
    assert first.document.id == right.id


def test_a_file_name_of_joined_words_names_its_document(kb: KnowledgeBase) -> None:
    text = "The receiving party keeps all confidential information secret for five years."
    put(kb, "alpha", "NDA-HoltTenants.txt", text + " It binds.")
    right = put(kb, "alpha", "NDA-SqillerTesters.txt", text + " It holds.")
    asked = "Consider the agreement between Sqiller and Testers; how long is information secret?"
    assert kb.retriever.search(asked, everything(kb)).passages[0].document.id == right.id


def test_a_passage_says_how_near_it_is_to_the_whole_question(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease.txt", LEASE.format("Vance", "Ode", "900"))
    query = "What is the monthly rent?"
    [first, *_] = kb.retriever.search(query, everything(kb)).passages
    vectors = kb.embedder.embed([query, f"lease\n{first.chunk.text}"])
    assert first.similarity == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-5)


def test_the_weights_come_from_the_file(tmp_path: Path) -> None:
    assert calibrated().json()["led"]["document"] > calibrated().json()["free"]["document"] > 0
