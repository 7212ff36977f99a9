"""A search among some documents of a scope is made among them, not cut down to them."""

from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from tests.shelf import put

CROWD = 130
"""Documents that fit the query better; more than a list of candidates holds."""


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def crowd(kb: KnowledgeBase) -> DocumentId:
    """The one document that fits worst."""
    for number in range(CROWD):
        put(kb, "alpha", f"{number}.txt", f"Rent deposit, the rent deposit, number {number}.")
    text = "Of gardens, horses, ships, weather, wine and music, and a rent that is named once."
    return put(kb, "alpha", "far.txt", text).id


def test_the_last_of_many_is_found_among_few(kb: KnowledgeBase) -> None:
    far, scope = crowd(kb), everything(kb)
    found = kb.retriever.search("rent deposit", scope)
    assert far not in {p.document.id for p in found.passages}
    [passage] = kb.retriever.search("rent deposit", scope, within=frozenset([far])).passages
    assert passage.document.id == far
    assert passage.similarity is not None


def test_each_list_is_made_among_the_documents(kb: KnowledgeBase) -> None:
    far, scope = crowd(kb), everything(kb)
    within = frozenset([far])
    vector = kb.embedder.embed(["rent deposit"])[0]
    hits = kb.reader.vectors.search(vector, scope, 100, within=within)
    assert [hit.rsplit("-", 1)[0] for hit, _ in hits] == [far]
    match = kb.keywords.match(["rent", "deposit"], scope)
    assert [hit.rsplit("-", 1)[0] for hit, _ in match.ranked(["rent"], 100, within=within)] == [far]


def test_a_name_held_by_other_documents_raises_none_of_them(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "named.txt", "The Harborside lease has a rent of five.")
    other = put(kb, "alpha", "other.txt", "The lease has a rent of nine.").id
    found = kb.retriever.search(
        "What is the rent of Harborside?", everything(kb), within=frozenset([other])
    )
    assert {p.document.id for p in found.passages} == {other}


def test_word_statistics_stay_those_of_the_scope(kb: KnowledgeBase) -> None:
    far, scope = crowd(kb), everything(kb)
    whole = kb.retriever.find("rent deposit", scope, limit=10).match
    assert (
        kb.retriever.find("rent deposit", scope, limit=10, within=frozenset([far])).match == whole
    )


def test_what_is_outside_the_scope_stays_outside(kb: KnowledgeBase) -> None:
    far = crowd(kb)
    other = put(kb, "beta", "rent.txt", "The rent of another matter.").id
    scope = kb.access.scope(kb.access.local_user(), ["alpha"])
    both = kb.retriever.search("rent", scope, within=frozenset([far, other]))
    assert [p.document.id for p in both.passages] == [far]
    assert kb.retriever.search("rent", scope, within=frozenset()).passages == ()


def test_an_answer_is_made_from_these_documents(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "a.txt", "The monthly rent is 5,000 dollars.")
    other = put(kb, "alpha", "b.txt", "The monthly rent is 9,000 dollars.").id
    answer = kb.answerer.answer(
        "What is the monthly rent?", everything(kb), turn=None, within=frozenset([other])
    )
    assert {p.document.id for p in answer.passages} == {other}
    assert [quote.document.id for quote in answer.quotes] == [other]
