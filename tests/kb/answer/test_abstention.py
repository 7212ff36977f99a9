"""Whether what was found answers, by what a reader of the passages says."""

import numpy as np

from kb.answer.abstention import FEATURES, STATED, Evidence, Model, features
from kb.answer.coverage import read_closely
from kb.answer.question import take_apart
from kb.app.bootstrap import KnowledgeBase
from kb.models.cross_encoders import packaged_reader
from kb.ports import Reranker
from kb.search.hybrid.cross_encoder_input import named_by_title, of_others, without_terms
from kb.training.dataset import figures, made
from kb.training.relevance import RIGHTLY_ABSTAINED, Example, fit
from tests.recorded import Recorded
from tests.shelf import put

SAID = "The broker Penhale Marine earns a fee of 4,000 dollars when the yacht Corrin is sold."
LACKS = "The broker Penhale Marine earns a fee when the yacht Corrin is sold, and no other sum."
QUESTION = "What fee does Penhale Marine earn for the yacht Corrin?"


def measured(kb: KnowledgeBase, question: str, reader: Reranker | None = None) -> dict[str, float]:
    scope = kb.access.scope(kb.access.local_user())
    searched = kb.retriever.find(question, scope, limit=8)
    asked = take_apart(question, searched.match, kb.embedder)
    found = read_closely(asked, searched.result.passages, searched.match, kb.embedder)
    evidence = Evidence(searched.result.passages, found, reader or packaged_reader())
    return features(asked, searched.match, evidence)


def test_a_passage_that_states_what_is_asked_counts_more_than_one_that_lacks_it(
    kb: KnowledgeBase,
) -> None:
    put(kb, "sale", "brokerage.txt", LACKS)
    lacking = measured(kb, QUESTION)["answers"]
    put(kb, "sale", "addendum.txt", SAID)
    assert measured(kb, QUESTION)["answers"] > lacking


def test_a_name_that_stands_nowhere_is_told(kb: KnowledgeBase) -> None:
    put(kb, "sale", "brokerage.txt", SAID)
    assert measured(kb, QUESTION)["name_unseen"] == 0.0
    assert measured(kb, "What fee does Tregarth Yachts earn?")["name_unseen"] == 1.0


def test_nothing_readable_is_no_evidence(kb: KnowledgeBase) -> None:
    values = measured(kb, QUESTION)
    assert values["relevant"] == values["answers"] == 0.0


def test_in_a_comparison_each_document_is_asked_about_itself(kb: KnowledgeBase) -> None:
    put(kb, "sale", "corrin.txt", "The fee for the yacht is 4,000 dollars.")
    put(kb, "sale", "lowen.txt", "The fee for the yacht is 7,000 dollars.")
    question = "How does the fee for Corrin compare with Lowen?"
    scope = kb.access.scope(kb.access.local_user())
    searched = kb.retriever.find(question, scope, limit=8)
    asked = take_apart(question, searched.match, kb.embedder)
    titles = named_by_title(asked.names, (p.document for p in searched.result.passages))
    read = {
        p.document.name: without_terms(question, of_others(titles, p.document.id))
        for p in searched.result.passages
    }
    assert "Lowen" not in read["corrin.txt"]
    assert "Corrin" in read["corrin.txt"]
    assert "Corrin" not in read["lowen.txt"]


def test_a_passage_is_read_for_its_own_document_when_the_other_was_read_before(
    kb: KnowledgeBase,
) -> None:
    put(kb, "sale", "corrin.txt", "The fee for the yacht is 4,000 dollars.")
    put(kb, "sale", "lowen.txt", "The fee for the yacht is 7,000 dollars.")
    question, reader = "How does the fee for Corrin compare with Lowen?", Recorded()
    searched = kb.retriever.find(question, kb.access.scope(kb.access.local_user()), limit=8)
    passages = searched.result.passages
    asked = take_apart(question, searched.match, kb.embedder)
    read = {p.chunk.id: np.zeros(2, np.float32) for p in passages if p.document.name[0] == "c"}
    features(asked, searched.match, Evidence(passages, [], reader, read))
    assert len(reader.texts) == len(passages) - len(read) == 1
    assert reader.questions == ["How does the fee for compare with Lowen?"]


def test_the_reader_tells_what_states_from_what_lacks_on_passages_kept_back() -> None:
    told = figures(packaged_reader().score, made().report[::12])["made"]
    assert told["questions"] >= 100
    assert told["answers_auc"] > 0.85
    assert told["gold_first"] > 0.9


def test_a_name_that_only_another_part_of_the_document_has_is_read_with_the_passage(
    kb: KnowledgeBase,
) -> None:
    lease = "This lease is made with Penhale Marine as tenant of the quay.\n\n"
    put(kb, "quay", "lease.txt", lease + "The tenant pays a monthly rent of 5,000 dollars.")
    read = Recorded()
    measured(kb, "What rent does Penhale Marine pay to Tregarth?", read)
    rent = next(text for text in read.texts if "5,000" in text)
    assert rent.startswith("Penhale Marine\n")
    assert not any(text.startswith("Penhale") for text in read.texts if text is not rent)
    assert not any("Tregarth" in text for text in read.texts)


def test_what_one_sentence_plainly_states_is_answered_whatever_the_reader_says(
    kb: KnowledgeBase,
) -> None:
    put(kb, "quay", "lease.txt", "The monthly rent is 5,000 dollars.")
    never = Model(dict.fromkeys(FEATURES, 0.0), -9.0, 0.0)
    plain = measured(kb, "What is the monthly rent?", Recorded())
    assert plain[STATED] == 1.0
    assert never.relevant(plain)
    for other in ("What is the monthly insurance premium?", "Why is the monthly rent 5,000?"):
        assert not never.relevant(measured(kb, other, Recorded()))


def test_the_floor_lets_the_agreed_share_of_each_kind_abstain() -> None:
    chance = np.random.default_rng(3)
    zero = {**dict.fromkeys(FEATURES, 0.0), STATED: 0.0}
    found = [
        Example("firm", kind, number % 2, {**zero, "answers": float(chance.normal(mean, 0.2))})
        for kind, mean, count in (
            ("answerable", 0.8, 900),
            ("absent", 0.3, 900),
            ("walled", 0.5, 300),
        )
        for number in range(count)
    ]
    told = fit(found)
    assert told["weights"]["answers"] > 1
    for report in told["report"].values():
        kinds = [report["abstained"][kind] for kind in ("firm, absent", "firm, walled")]
        assert abs(np.mean(kinds) - RIGHTLY_ABSTAINED) < 0.1
        assert report["wrongly_abstained"] < 0.2
