"""Questions on clauses, how their answers are counted, and what is learned from them."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from kb.answer.abstention import FEATURES, STATED
from kb.app.bootstrap import KnowledgeBase
from kb.evaluation.abstention import WALLED, Outcome, ask_clauses, ask_corpus, auroc, figures
from kb.evaluation.corpus_store import Shelf
from kb.evaluation.sets.clauses import (
    QUESTIONS,
    STYLES,
    UNNAMED,
    ClauseQuestion,
    Contract,
    clause_questions,
    contract,
    styled,
)
from kb.evaluation.sets.corpora import ANSWERABLE, Corpus, GoldQuestion
from kb.settings import Settings
from kb.training.relevance import clause_examples, examples
from tests.recorded import opened
from tests.shelf import put

TEXT = (
    "SUPPLY AGREEMENT between Acme Tools, Inc. and Birch Ltd (the “Company”).\n\n"
    "This agreement is governed by the law of Ohio."
)
LAW = TEXT.index("This agreement")
KINDS = {
    "Document Name": [(0, 16)],
    "Parties": [(25, 41), (46, 55), (TEXT.index("Company"), TEXT.index("Company") + 7)],
    "Governing Law": [(LAW, len(TEXT))],
}


@pytest.fixture
def kb(settings: Settings) -> Iterator[KnowledgeBase]:
    yield from opened(settings)


def a_contract() -> Contract:
    found = contract("a.txt", TEXT, KINDS)
    assert found
    return found


def shelved(kb: KnowledgeBase, **texts: str) -> Shelf:
    files = {f"{name}.txt": text for name, text in texts.items()}
    known = {file: put(kb, "set", file, text).id for file, text in files.items()}
    return Shelf(kb.access.scope(kb.access.local_user(), ["set"]), known, {})


def test_a_contract_is_called_by_its_title_and_its_named_parties() -> None:
    known = a_contract()
    assert (known.title, known.parties) == ("SUPPLY AGREEMENT", ("Acme Tools, Inc.", "Birch Ltd"))
    assert contract("a.txt", TEXT, {**KINDS, "Parties": [KINDS["Parties"][0]]}) is None
    assert contract("a.txt", TEXT, {**KINDS, "Document Name": []}) is None


def test_each_kind_is_asked_once_and_has_its_spans_or_none() -> None:
    asked = list(clause_questions([a_contract()]))
    assert [one.kind for one in asked] == list(QUESTIONS)
    assert {one.style for one in asked} == set(STYLES)
    assert {one.kind for one in asked if one.spans} == {"Governing Law"}
    assert asked == list(clause_questions([a_contract()]))


@pytest.mark.parametrize(
    ("style", "form", "question"),
    [
        ("before", 0, "Under the Supply Agreement between Acme Tools, Inc. and Birch Ltd, who?"),
        ("after", 1, "Who? (supply agreement, Acme Tools, Inc.)"),
        ("party", 1, "Who?"),
        (UNNAMED, 0, "Who?"),
    ],
)
def test_a_style_says_where_the_document_is_named(style: str, form: int, question: str) -> None:
    assert styled(a_contract(), "Who?", style, form) == question


def test_a_question_that_names_nothing_is_asked_of_its_contract_alone(kb: KnowledgeBase) -> None:
    shelf = shelved(kb, a=TEXT, b="The law of Texas governs this agreement between others.")
    asked = "Which law governs this contract?"
    by_style = {
        style: ClauseQuestion(asked, "a.txt", "Governing Law", style, ((LAW, len(TEXT)),))
        for style in (UNNAMED, "party")
    }
    seen: list[Any] = []
    answer = kb.answerer.answer

    def watched(*words: Any, **narrowed: Any) -> Any:
        seen.append(narrowed["within"])
        return answer(*words, **narrowed)

    kb.answerer.answer = watched  # type: ignore[method-assign]
    outcomes = list(ask_clauses(kb, list(by_style.values()), shelf))
    assert seen == [frozenset([shelf.documents["a.txt"]]), None]
    assert [one.style for one in outcomes] == [UNNAMED, "party"]
    assert all(one.answerable and 0 <= one.confidence <= 1 for one in outcomes)


def test_what_answers_is_asked_again_behind_a_wall(kb: KnowledgeBase) -> None:
    shelf = shelved(kb, a=TEXT, b="The rent is due on the first day of each month.")
    questions = (
        GoldQuestion("Which law governs?", ("a.txt",), (("a.txt", LAW, len(TEXT)),)),
        GoldQuestion("Who is the pope?", (), (), "absent"),
    )
    corpus = Corpus("set", {}, questions)
    outcomes = list(ask_corpus(kb, corpus, shelf))
    assert [one.kind for one in outcomes] == [ANSWERABLE, WALLED, "absent"]
    assert [one.answerable for one in outcomes] == [True, False, False]
    assert outcomes[1].confidence != outcomes[0].confidence


def outcome(kind: str, answerable: bool, confidence: float, floor: float = 0.5) -> Outcome:
    abstained = confidence < floor
    return Outcome("set", "inside", kind, "?", answerable, abstained, False, confidence)


def test_shares_are_of_what_is_there_and_of_what_is_not() -> None:
    there = [outcome("law", True, c) for c in (0.9, 0.8, 0.4)]
    absent = [outcome("law", False, c) for c in (0.7, 0.2, 0.1)]
    told = figures([*there, *absent])["set"]
    assert told["answerable_but_abstained"] == pytest.approx(1 / 3, abs=1e-4)
    assert told["absent_and_abstained"] == pytest.approx(2 / 3, abs=1e-4)
    assert told["auroc"] == told["auroc_within_kind"] == pytest.approx(8 / 9, abs=1e-4)
    assert told["styles"]["inside"]["answerable"] == 3


def test_auroc_counts_ties_half_and_needs_both() -> None:
    assert auroc([0.5, 0.9], [0.5, 0.1]) == 0.875
    assert auroc([], [0.5]) is None


def test_an_example_has_each_feature_and_is_answerable_where_the_documents_answer(
    kb: KnowledgeBase,
) -> None:
    shelf = shelved(kb, a=TEXT, b="Birch Ltd rents a berth from Zennor Boats.")
    questions = (
        GoldQuestion("Which law governs the deal of Acme Tools?", ("a.txt",), ()),
        GoldQuestion("What berth does Zennor Boats rent?", (), (), "false_premise"),
    )
    corpus = Corpus("set", {"a.txt": TEXT}, questions)
    found = list(examples(kb, corpus, shelf))
    kinds = [one.kind for one in found]
    assert kinds[:2] == [ANSWERABLE, "walled"]
    assert set(kinds) == {ANSWERABLE, "walled", "renamed", "false_premise"}
    assert [one.answerable for one in found] == [kind == ANSWERABLE for kind in kinds]
    assert all(set(one.values) == {*FEATURES, STATED} for one in found)
    first, walled = found[:2]
    assert (first.document, first.half) == (walled.document, walled.half)
    assert walled.values["coverage"] < first.values["coverage"]


def test_as_many_clauses_are_taken_that_are_there_as_are_not(kb: KnowledgeBase) -> None:
    shelf = shelved(kb, a=TEXT)
    found = list(clause_examples(kb, [a_contract()], shelf, 2))
    assert [one.answerable for one in found] == [True, False]
    assert cast("set[int]", {one.half for one in found}) in ({0}, {1})
