"""Documents that a query calls by their whole names, in any spelling."""

from dataclasses import replace

import pytest

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from kb.search.hybrid.query import Understood, less_names
from tests.shelf import put

BIRCH = "This agreement is between Birch Ltd and the Recipient. The term is three years."
ROWAN = "This agreement is between Rowan Ltd and the Recipient. The term is five years."


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def understood(kb: KnowledgeBase, query: str, scope: Scope | None = None) -> Understood:
    return kb.retriever.find(query, scope or everything(kb), limit=8).query.asked


def shelf(kb: KnowledgeBase) -> dict[str, DocumentId]:
    return {
        "mutual": put(kb, "alpha", "mutual-nda-2019.txt", BIRCH).id,
        "other": put(kb, "alpha", "mutual-nda-2020.txt", ROWAN).id,
        "site": put(kb, "alpha", "www.redorbit.com.txt", "We keep what visitors tell us.").id,
        "camel": put(kb, "alpha", "NDA-SqillerBeta.txt", "Neither may tell what it learns.").id,
    }


@pytest.mark.parametrize(
    ("query", "named", "asked"),
    [
        ("How long is the term of mutual-nda-2019?", "mutual", "How long is the term?"),
        ("in mutual NDA 2019: how long is the term?", "mutual", "how long is the term?"),
        ("How long is the term? I mean mutual_nda_2019.txt.", "mutual", "How long is the term?"),
        ("How long is the term? (Mutual NDA 2020)", "other", "How long is the term?"),
        ("what does redorbit.com keep of visitors", "site", "what does keep of visitors"),
        ("What does redorbit keep of visitors?", "site", "What does keep of visitors?"),
        ("Who may learn what under nda sqiller beta?", "camel", "Who may learn what?"),
    ],
)
def test_a_whole_name_is_found_in_any_spelling(
    kb: KnowledgeBase, query: str, named: str, asked: str
) -> None:
    known = shelf(kb)
    found = understood(kb, query)
    assert found.documents == {known[named]}
    assert found.led
    assert found.bare == asked


def test_a_name_within_a_longer_one_is_not_meant(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "mutual-nda.txt", BIRCH)
    longer = put(kb, "alpha", "mutual-nda-annex.txt", ROWAN).id
    assert understood(kb, "How long is the term of mutual-nda-annex?").documents == {longer}


def test_two_names_are_two_documents(kb: KnowledgeBase) -> None:
    known = shelf(kb)
    found = understood(kb, "Compare the term of mutual-nda-2019 and mutual-nda-2020.")
    assert found.documents == {known["mutual"], known["other"]}
    assert found.bare == "Compare the term."


def test_a_name_of_many_means_those_with_the_other_names(kb: KnowledgeBase) -> None:
    birch = put(kb, "alpha", "engagement-letter.txt", BIRCH).id
    put(kb, "beta", "engagement-letter.txt", ROWAN)
    assert understood(kb, "What term has the engagement letter of Birch?").documents == {birch}


def test_a_name_that_another_document_carries_is_no_whole_name(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "engagement-letter.txt", BIRCH)
    put(kb, "beta", "letter-7.txt", ROWAN)
    assert not understood(kb, "What term has the engagement letter of Rowan?").documents


def test_a_name_of_common_words_gives_way_to_another_name(kb: KnowledgeBase) -> None:
    called = put(kb, "alpha", "services-agreement.txt", f"{BIRCH} Its services are for Rowan.").id
    for number in range(12):
        put(kb, "alpha", f"{number}.txt", f"The services agreement of Rowan Ltd, number {number}.")
    assert not understood(kb, "What term has the services agreement of Rowan?").documents
    assert understood(kb, "what term has the services agreement?").documents == {called}


def test_a_word_of_the_language_calls_no_document(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "confidentiality.txt", BIRCH)
    for number in range(20):
        put(kb, "alpha", f"{number}.txt", f"Confidentiality is owed for {number} years.")
    assert not understood(kb, "How long is Confidentiality owed?").documents


def test_what_a_wall_hides_is_not_called(kb: KnowledgeBase) -> None:
    hidden = put(kb, "beta", "mutual-nda-2019.txt", BIRCH).id
    put(kb, "alpha", "x.txt", ROWAN)
    query = "How long is the term of mutual-nda-2019?"
    scope = everything(kb)
    assert understood(kb, query).documents == {hidden}
    assert not understood(kb, query, kb.access.scope(kb.access.local_user(), ["alpha"])).documents
    assert not understood(kb, query, replace(scope, walled=frozenset([hidden]))).documents


def test_a_new_name_is_known_at_once(kb: KnowledgeBase) -> None:
    query = "How long is the term of mutual-nda-2019?"
    put(kb, "alpha", "x.txt", ROWAN)
    assert not understood(kb, query).documents
    known = put(kb, "alpha", "mutual-nda-2019.txt", BIRCH).id
    assert understood(kb, query).documents == {known}
    kb.eraser.delete(known, everything(kb))
    assert not understood(kb, query).documents


def test_an_answer_quotes_no_other_document(kb: KnowledgeBase) -> None:
    known = shelf(kb)
    answer = kb.answerer.answer(
        "How long is the term of mutual-nda-2019?", everything(kb), turn=None
    )
    assert {p.document.id for p in answer.passages} == {known["mutual"]}
    assert {q.document.id for q in answer.quotes} == {known["mutual"]}
    assert [p.number for p in answer.passages] == [1]


def test_other_documents_are_still_listed_by_a_search(kb: KnowledgeBase) -> None:
    known = shelf(kb)
    found = kb.retriever.search("term of mutual-nda-2019", everything(kb)).passages
    assert found[0].document.id == known["mutual"]
    assert known["other"] in {p.document.id for p in found}


def test_a_name_alone_is_sought_itself(kb: KnowledgeBase) -> None:
    known = shelf(kb)
    found = kb.retriever.search("mutual-nda-2019", everything(kb)).passages
    assert found[0].document.id == known["mutual"]


def test_what_leads_to_a_name_goes_with_it() -> None:
    query = "Which rent is due (see nda-a and nda-b)?"
    start = query.index("nda-a"), query.index("nda-b")
    spans = [(at, at + 5) for at in start]
    assert less_names(query, spans) == "Which rent is due?"
