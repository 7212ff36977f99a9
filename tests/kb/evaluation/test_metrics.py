"""What the measures of retrieval say of rankings whose worth is known."""

import math

import pytest

from kb.domain import DocumentId
from kb.evaluation import beir, legalbench
from kb.evaluation.metrics import Row, report
from kb.evaluation.sets.corpora import Corpus, GoldQuestion, half, only_half, sampled

A, B = DocumentId("a"), DocumentId("b")


def test_precision_and_recall_count_characters() -> None:
    gold = [(A, 100, 200), (A, 300, 400)]
    told = legalbench.measured(gold, [(A, 150, 250), (B, 100, 200), (A, 300, 400)])
    assert told["precision@1"] == pytest.approx(0.5)
    assert told["recall@1"] == pytest.approx(0.25)
    assert told["precision@2"] == pytest.approx(50 / 200)
    assert told["recall@4"] == pytest.approx(150 / 200)
    assert told["recall@64"] == told["recall@4"]
    assert told["wrong_document_at_8"] == pytest.approx(1 / 3)


def test_gold_that_overlaps_counts_once() -> None:
    told = legalbench.measured([(A, 0, 100), (A, 50, 150)], [(A, 0, 150)])
    assert told["recall@1"] == told["precision@1"] == 1.0


def test_nothing_found_is_worth_nothing() -> None:
    told = legalbench.measured([(A, 0, 100)], [])
    assert set(told.values()) == {0.0, 1.0}
    assert told["wrong_document_at_8"] == 1.0


def test_ndcg_is_that_of_the_paper() -> None:
    told = beir.measured({A: 1, B: 2}, [A, DocumentId("c"), B])
    ideal = 2 + 1 / math.log2(3)
    assert told["ndcg@10"] == pytest.approx((1 + 2 / math.log2(4)) / ideal)
    assert told["recall@100"] == 1.0


def test_each_set_weighs_the_same_overall() -> None:
    rows = [Row("large", f"d{n}", {"recall@8": 1.0}) for n in range(9)]
    told = report([*rows, Row("small", "e", {"recall@8": 0.0})])
    assert told["overall"]["recall"]["8"] == 0.5
    assert told["sets"]["large"]["recall"]["8"] == 1.0


def test_questions_of_one_document_widen_the_interval() -> None:
    """A hundred questions on two documents that differ tell less than on a hundred documents."""
    values = [float(n % 2) for n in range(100)]
    many = report([Row("s", f"d{n}", {"p": v}) for n, v in enumerate(values)])
    few = report([Row("s", f"d{n % 2}", {"p": v}) for n, v in enumerate(values)])
    low, high = many["overall"]["intervals_95"]["p"]
    assert 0.3 < low < 0.5 < high < 0.7
    assert few["overall"]["intervals_95"]["p"] == [0.0, 1.0]


def test_halves_share_no_document_and_keep_all_documents() -> None:
    texts = {f"{n}.txt": f"document {n}" for n in range(20)}
    corpus = Corpus(
        "c", texts, tuple(GoldQuestion(file, (file,), ((file, 0, 3),)) for file in texts)
    )
    first, second = only_half(corpus, 0), only_half(corpus, 1)
    assert len(first.questions) + len(second.questions) == 20
    assert min(len(first.questions), len(second.questions)) > 3
    assert {half(texts[q.files[0]]) for q in first.questions} == {0}
    assert first.documents == second.documents == texts


def test_a_sample_is_the_same_each_time() -> None:
    corpus = Corpus("c", {"a": ""}, tuple(GoldQuestion(str(n), ("a",), ()) for n in range(50)))
    assert sampled(corpus, 5) == sampled(corpus, 5)
    assert len(sampled(corpus, 5).questions) == 5
    assert sampled(corpus, 0) == sampled(corpus, 50) == corpus
