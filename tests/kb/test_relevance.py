"""Whether what was found answers, by what a reader of the passages says."""

from kb.answer.asking import take_apart, without_terms
from kb.answer.reading import named_by_title, of_others, read_closely
from kb.answer.relevance import Evidence, features
from kb.models.reader import packaged_reader
from kb.wiring import KnowledgeBase
from tests.shelf import put

SAID = "The broker Penhale Marine earns a fee of 4,000 dollars when the yacht Corrin is sold."
LACKS = "The broker Penhale Marine earns a fee when the yacht Corrin is sold, and no other sum."
QUESTION = "What fee does Penhale Marine earn for the yacht Corrin?"


def measured(kb: KnowledgeBase, question: str) -> dict[str, float]:
    scope = kb.access.scope(kb.access.local_user())
    searched = kb.retriever.find(question, scope, limit=8)
    asked = take_apart(question, searched.match, kb.embedder)
    found = read_closely(asked, searched.result.passages, searched.match, kb.embedder)
    evidence = Evidence(searched.result.passages, found, packaged_reader())
    return features(asked, searched.match, evidence)


def test_a_passage_that_states_what_is_asked_counts_more_than_one_that_lacks_it(
    kb: KnowledgeBase,
) -> None:
    put(kb, "sale", "brokerage.txt", LACKS)
    lacking = measured(kb, QUESTION)["answers"]
    put(kb, "sale", "addendum.txt", SAID)
    assert measured(kb, QUESTION)["answers"] > 1.2 * lacking


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
    titles = named_by_title(asked, searched.result.passages)
    read = {
        p.document.name: without_terms(question, of_others(titles, p.document.id))
        for p in searched.result.passages
    }
    assert "Lowen" not in read["corrin.txt"]
    assert "Corrin" in read["corrin.txt"]
    assert "Corrin" not in read["lowen.txt"]
