"""Whether what was found answers, by what a reader of the passages says."""

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from kb.answer.abstention import FEATURES, STATED, UNREAD, Model, Readers, examine
from kb.answer.blend import Blend, read_blend
from kb.answer.question import take_apart
from kb.app.bootstrap import KnowledgeBase
from kb.models.cross_encoders import packaged_reader
from kb.ports import Reranker, Vectors
from kb.search.hybrid.cross_encoder_input import named_by_title, of_others, without_terms
from kb.search.hybrid.reranking import Readings
from kb.training import abstention_model
from kb.training.abstention_model import RIGHTLY_ABSTAINED, fit, model_of
from kb.training.dataset import figures
from kb.training.relevance import Example
from kb.training.tune_abstention import as_text
from tests.kb.training.test_training import made_once
from tests.recorded import Recorded
from tests.shelf import put

SAID = "The broker Penhale Marine earns a fee of 4,000 dollars when the yacht Corrin is sold."
LACKS = "The broker Penhale Marine earns a fee when the yacht Corrin is sold, and no other sum."
QUESTION = "What fee does Penhale Marine earn for the yacht Corrin?"


def measured(kb: KnowledgeBase, question: str, reader: Reranker | None = None) -> dict[str, float]:
    scope = kb.access.scope(kb.access.local_user())
    found = kb.retriever.find(question, scope, limit=8)
    reader = reader or packaged_reader()
    return examine(found, Readers(reader, reader), kb.embedder).values


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


def test_a_party_is_there_where_its_document_names_it(kb: KnowledgeBase) -> None:
    """A contract says “the Company” in all clauses but the first."""
    opening = "This agreement is made between Penhale Marine (the “Company”) and the Owner.\n\n"
    rest = "\n\n".join(f"{n}. The Owner keeps the yacht in berth {n}." for n in range(2, 40))
    put(kb, "sale", "brokerage.txt", f"{opening}{rest}\n\n40. The Company earns 4,000 dollars.")
    put(kb, "sale", "other.txt", "Tregarth Yachts sells boats.")
    asked = measured(kb, "Consider the agreement with Penhale Marine; what does the Company earn?")
    assert asked["names_missing"] == 0.0
    assert measured(kb, "How much does the Company of Zennor earn?")["names_missing"] == 0.5


def test_a_question_is_read_without_the_clause_that_names_its_document(
    kb: KnowledgeBase,
) -> None:
    put(kb, "sale", "brokerage.txt", SAID)
    read = Recorded()
    measured(kb, "Consider the agreement with Penhale Marine; what fee does the broker earn?", read)
    assert set(read.questions) == {"what fee does the broker earn?"}


def test_how_a_question_names_its_document_is_told(kb: KnowledgeBase) -> None:
    put(kb, "sale", "brokerage.txt", SAID)
    led = measured(kb, "Consider the agreement with Penhale Marine; what fee is due?", Recorded())
    free = measured(kb, QUESTION, Recorded())
    bare = measured(kb, "What fee does the broker earn?", Recorded())
    assert [one["led"] for one in (led, free, bare)] == [1.0, 0.0, 0.0]
    assert [one["names"] for one in (led, free, bare)] == [2.0, 3.0, 0.0]


def test_the_reranker_is_asked_with_the_names_and_without(kb: KnowledgeBase) -> None:
    class Known(Recorded):
        """Says 1 of a question with the names in it and 2 of one without."""

        def score(self, question: str, texts: Sequence[str]) -> Vectors:
            return super().score(question, texts) + (1 if "Penhale" in question else 2)

    put(kb, "sale", "brokerage.txt", SAID)
    scope = kb.access.scope(kb.access.local_user())
    found = kb.retriever.find(QUESTION, scope, limit=8)
    told = examine(found, Readers(Recorded(), Known()), kb.embedder).values
    assert (told["whole_answers"], told["reranked_answers"], told["answers"]) == (1.0, 2.0, 0.0)


def test_nothing_readable_is_no_evidence(kb: KnowledgeBase) -> None:
    values = measured(kb, QUESTION)
    assert values["relevant"] == values["answers"] == UNREAD


def test_in_a_comparison_each_document_is_asked_about_itself(kb: KnowledgeBase) -> None:
    put(kb, "sale", "corrin deed.txt", "The fee for the yacht is 4,000 dollars.")
    put(kb, "sale", "lowen deed.txt", "The fee for the yacht is 7,000 dollars.")
    question = "How does the fee for Corrin compare with Lowen?"
    scope = kb.access.scope(kb.access.local_user())
    searched = kb.retriever.find(question, scope, limit=8)
    asked = take_apart(searched.query, searched.match, kb.embedder)
    titles = named_by_title(asked.names, (p.document for p in searched.result.passages))
    read = {
        p.document.name: without_terms(question, of_others(titles, p.document.id))
        for p in searched.result.passages
    }
    assert "Lowen" not in read["corrin deed.txt"]
    assert "Corrin" in read["corrin deed.txt"]
    assert "Corrin" not in read["lowen deed.txt"]


def test_a_passage_is_read_for_its_own_document_when_the_other_was_read_before(
    kb: KnowledgeBase,
) -> None:
    put(kb, "sale", "corrin deed.txt", "The fee for the yacht is 4,000 dollars.")
    put(kb, "sale", "lowen deed.txt", "The fee for the yacht is 7,000 dollars.")
    question, reader = "How does the fee for Corrin compare with Lowen?", Recorded()
    searched = kb.retriever.find(question, kb.access.scope(kb.access.local_user()), limit=8)
    passages = searched.result.passages
    read = {p.chunk.id: np.zeros(2, np.float32) for p in passages if p.document.name[0] == "c"}
    known = replace(searched, readings=Readings(reader, read))
    examine(known, Readers(reader, Recorded()), kb.embedder)
    assert len(reader.texts) == len(passages) - len(read) == 1
    assert reader.questions == ["How does the fee for compare with Lowen?"]


def test_the_reader_tells_what_states_from_what_lacks_on_passages_kept_back() -> None:
    told = figures(packaged_reader().score, made_once().report[::20])["made"]
    assert told["questions"] >= 60
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
    assert not any(text.startswith("Penhale") for text in read.texts if text != rent)
    assert not any("Tregarth" in text for text in read.texts)


def test_what_one_sentence_plainly_states_is_answered_whatever_the_reader_says(
    kb: KnowledgeBase,
) -> None:
    put(kb, "quay", "lease.txt", "The monthly rent is 5,000 dollars.")
    never = Model(Blend(FEATURES, -9.0, (0.0,) * len(FEATURES), ()), 0.4, 0.6)
    plain = measured(kb, "What is the monthly rent?", Recorded())
    assert plain[STATED] == 1.0
    assert never.confidence(plain) == never.sure
    for other in ("What is the monthly insurance premium?", "Why is the monthly rent 5,000?"):
        assert never.confidence(measured(kb, other, Recorded())) < never.floor


def test_what_a_sentence_states_of_another_is_not_stated(kb: KnowledgeBase) -> None:
    put(kb, "quay", "harbour.txt", "The monthly rent is 5,000 dollars.")
    for led in ("Under the Zennor lease, what is the monthly rent?", "What is Zennor's rent?"):
        assert measured(kb, led, Recorded())[STATED] == 0.0
    assert measured(kb, "Under harbour.txt, what is the monthly rent?", Recorded())[STATED] == 1.0


def drawn(questions: int) -> list[Example]:
    chance = np.random.default_rng(3)
    zero = {**dict.fromkeys(FEATURES, 0.0), STATED: 0.0}
    kinds = (("answerable", 0.8, 1.0), ("absent", 0.3, 1.0), ("walled", 0.5, 0.3))
    return [
        Example(
            "firm",
            kind,
            f"{kind} {number % 60}",
            number % 2,
            {**zero, "answers": float(chance.normal(mean, 0.2))},
        )
        for kind, mean, share in kinds
        for number in range(int(questions * share))
    ]


def test_the_floor_lets_the_agreed_share_of_each_kind_abstain(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(abstention_model, "SEEDS", 1)  # of twelve models that are set here
    for report in fit(drawn(600))["report"].values():
        told = report["firm"]
        kinds = [told["abstained"][kind] for kind in ("absent", "walled")]
        assert abs(np.mean(kinds) - RIGHTLY_ABSTAINED) < 0.1
        assert told["answerable_but_abstained"] < 0.15
        assert told["auroc"] > 0.85


def test_a_model_in_a_file_says_what_the_trained_one_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(abstention_model, "SEEDS", 2)
    found = drawn(200)
    blend = read_blend(json.loads(as_text(fit(found))))
    rows = np.array([[e.values[name] for name in FEATURES] for e in found])
    said = model_of([e for e in found if not e.half], FEATURES).logits(rows)
    near = np.abs(np.array([blend.logit(e.values) for e in found]) - said)
    assert np.mean(near < 0.01) > 0.97  # thresholds in a file are rounded
    assert max(said) - min(said) > 1
