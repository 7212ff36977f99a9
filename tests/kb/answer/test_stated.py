"""Facts that were read at ingest are quoted where a question asks for them."""

from dataclasses import replace

import pytest

from kb.answer.stated import facts_asked, with_stated
from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Fact, OpinionPart, Passage, Scope
from tests.shelf import put

LAW = "This deed is ruled in all respects by what holds in the State of Tamarack."
FILLER = "\n\n".join(f"Clause {n} tells of governing boards and of law firms." for n in range(30))
TEXT = f"{FILLER}\n\n{LAW}\n\n{FILLER}"


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("Which law governs the Supply Agreement?", ["jurisdiction"]),
        ("Under what state's law is it construed?", ["jurisdiction"]),
        ("Who are the parties to the lease?", ["party"]),
        ("When was the contract signed?", ["date"]),
        ("What is the date of the Supply Agreement?", ["date"]),
        ("Which judge wrote the opinion?", ["judge"]),
        ("What is the docket number of the case?", ["docket"]),
        ("What is the document called?", ["title"]),
        ("What is the effective date of the agreement?", []),
        ("When does the lease expire?", []),
        ("What is the date of the agreement's renewal?", []),
        ("Who signed for the landlord?", []),
        ("What is the date of the closing?", []),
    ],
)
def test_what_facts_a_question_asks_for(question: str, facts: list[str]) -> None:
    assert facts_asked(question) == facts


def everything(kb: KnowledgeBase) -> Scope:
    return kb.access.scope(kb.access.local_user())


def shelve(kb: KnowledgeBase, name: str) -> DocumentId:
    start = TEXT.index("State of Tamarack")
    fact = Fact("jurisdiction", "Tamarack", start, start + len("State of Tamarack"))
    return put(kb, "alpha", name, TEXT, facts=(fact,)).id


def test_the_fact_is_quoted_first_and_the_answer_does_not_abstain(kb: KnowledgeBase) -> None:
    shelve(kb, "supply-deed.txt")
    answer = kb.answerer.answer("Which law governs supply-deed?", everything(kb), turn=None)
    assert LAW in answer.passages[0].chunk.text
    assert any("State of Tamarack" in quote.text for quote in answer.quotes)
    assert not answer.abstained
    assert [p.number for p in answer.passages] == [p.rank for p in answer.passages]
    assert [p.number for p in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert len(answer.passages) <= 8


def test_a_question_for_something_else_is_answered_as_ever(kb: KnowledgeBase) -> None:
    shelve(kb, "supply-deed.txt")
    answer = kb.answerer.answer("What do boards do under supply-deed?", everything(kb), turn=None)
    assert all("Tamarack" not in quote.text for quote in answer.quotes)


def test_a_fact_behind_a_wall_states_nothing(kb: KnowledgeBase) -> None:
    hidden = shelve(kb, "supply-deed.txt")
    put(kb, "alpha", "other.txt", "This agreement has no such clause.")
    scope = replace(everything(kb), walled=frozenset([hidden]))
    answer = kb.answerer.answer("Which law governs supply-deed?", scope, turn=None)
    assert all(p.document.id != hidden for p in answer.passages)


def test_how_a_case_ended_is_among_the_passages(kb: KnowledgeBase) -> None:
    end = "For these reasons we reverse. It is so ordered."
    known = put(kb, "alpha", "vance-v-ode.txt", f"{FILLER}\n\n{end}").id
    question = "Who won vance-v-ode, and why do law firms tell of boards?"
    assert all(p.chunk.text != end for p in asked(kb, question))
    with kb.database.write() as connection:
        connection.execute(
            "UPDATE chunk SET opinion = ? WHERE document_id = ? AND text = ?",
            (OpinionPart.DISPOSITION, known, end),
        )
    assert asked(kb, question)[0].chunk.text == end


def asked(kb: KnowledgeBase, question: str) -> tuple[Passage, ...]:
    found = kb.retriever.find(question, everything(kb), limit=8).of_named()
    return with_stated(found, kb.reader, everything(kb), limit=8).found.result.passages
