"""Questions of several parts, and comparisons of several documents."""

from dataclasses import replace

import pytest

from kb.answer.comparison import compared
from kb.answer.looks import Look, looks
from kb.app.bootstrap import KnowledgeBase
from kb.domain import Scope
from kb.search.hybrid.query import understand
from tests.shelf import put

RENT = "The monthly rent of the shop is 900 dollars and falls due on the first day."
TERM = "The initial term of the lease of the shop is five years."
FILLER = "Of gardens, horses, ships and weather nothing is said in this paragraph."


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def asked(kb: KnowledgeBase, question: str) -> list[Look]:
    return looks(kb.retriever.find(question, everything(kb), limit=8).of_named())


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Under the lease of Vance, what is the rent and how long is the term?",
            [
                "Under the lease of Vance, what is the rent",
                "Under the lease of Vance, how long is the term?",
            ],
        ),
        (
            "What is the rent of Vance and when is it due?",
            ["What is the rent of Vance", "when is it due? (Vance)"],
        ),
        ("Who pays the rent? Who pays the water?", ["Who pays the rent", "Who pays the water?"]),
        ("Who pays the rent and the water?", []),
        ("May the tenant assign the lease and sublet?", []),
        ("When and how is notice given?", []),
    ],
)
def test_a_question_of_several_parts_is_looked_for_in_parts(
    kb: KnowledgeBase, question: str, parts: list[str]
) -> None:
    put(kb, "alpha", "vance-deed.txt", f"{RENT}\n\nVance is the tenant.")
    assert [one.question for one in asked(kb, question)] == parts


def test_each_document_of_a_comparison_is_looked_in_by_itself(kb: KnowledgeBase) -> None:
    vance = put(kb, "alpha", "lease-vance.txt", f"{RENT}\n\n{FILLER}").id
    corrin = put(kb, "alpha", "lease-corrin.txt", RENT.replace("900", "700")).id
    for question in (
        "Compare the monthly rent of lease-vance and lease-corrin.",
        "Which rent has the lease of Vance and which that of Corrin?",
    ):
        found = asked(kb, question)
        assert {one.within for one in found} == {frozenset([vance]), frozenset([corrin])}
    assert not asked(kb, "Did Vance pay the monthly rent to Corrin?")


def test_a_compared_document_is_called_as_the_question_writes_it(kb: KnowledgeBase) -> None:
    both = [put(kb, "alpha", f"{n}.txt", f"{RENT} {n}.") for n in ("vance", "corrin")]
    question = understand("Which rent has the Vance lease and which the Corrin lease?")
    named = replace(question, documents=frozenset(one.id for one in both))
    titled = [replace(one, title=one.name.removesuffix(".txt")) for one in both]
    assert list(compared(named, titled).values()) == ["Vance", "Corrin"]


def test_words_that_may_compare_do_so_between_documents_that_are_called_alike(
    kb: KnowledgeBase,
) -> None:
    put(kb, "alpha", "lease-vance.txt", f"{RENT} Vance signed in March.")
    put(kb, "alpha", "lease-corrin.txt", RENT.replace("900", "700"))
    put(kb, "beta", "invoice-march.txt", "Paid for the shop in March.")
    assert len(asked(kb, "Do both Vance and Corrin pay rent under the lease?")) == 2
    assert not asked(kb, "Did each tenant of Vance pay the rent of the shop in March?")


def test_quotes_are_shared_by_the_parts_and_passages_are_numbered_once(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease-vance.txt", f"{RENT}\n\n{FILLER}\n\n{TERM}")
    question = "What is the monthly rent of lease-vance and how long is the initial term?"
    answer = kb.answerer.answer(question, everything(kb), turn=None)
    quotes = " ".join(quote.text for quote in answer.quotes)
    assert RENT in quotes
    assert TERM in quotes
    numbers = [p.number for p in answer.passages]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len({p.chunk.id for p in answer.passages}) == len(numbers)
    by_number = {p.number: p for p in answer.passages}
    assert all(quote.text in by_number[quote.number].chunk.text for quote in answer.quotes)


def test_a_part_that_is_not_answered_is_told(kb: KnowledgeBase) -> None:
    put(kb, "alpha", "lease-vance.txt", RENT)
    question = "What is the monthly rent of lease-vance and which astronomer discovered Neptune?"
    answer = kb.answerer.answer(question, everything(kb), turn=None)
    assert not answer.abstained
    assert answer.uncertain
    assert answer.reason == "Nothing sure was found for “which astronomer discovered Neptune?”."
