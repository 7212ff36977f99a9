"""BEIR: whole documents ranked by their best passage, nDCG@10 and recall@100.

Thakur and others, BEIR, NeurIPS 2021; gains are the grades themselves, as in trec_eval.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from kb.domain import DocumentId
from kb.evaluation.corpus_store import Shelf, first_passages
from kb.evaluation.metrics import Row
from kb.evaluation.sets.corpora import Graded
from kb.search.hybrid.retriever import Retriever

NDCG_DEPTH = 10
RECALL_DEPTH = 100
PASSAGES = 400
"""Passages asked for, so that a hundred documents are among them."""


def run(retriever: Retriever, corpus: Graded, shelf: Shelf) -> Iterator[Row]:
    for query, grades in corpus.queries:
        known = {shelf.documents[file]: grade for file, grade in grades.items()}
        passages = first_passages(retriever, query, shelf.scope, PASSAGES)
        ranked = list(dict.fromkeys(passage.document.id for passage in passages))
        yield Row(corpus.name, query, measured(known, ranked))


def measured(grades: Mapping[DocumentId, int], ranked: Sequence[DocumentId]) -> dict[str, float]:
    """nDCG@10 and recall@100 of a ranking of documents; one grade must be above 0."""
    gained = _discounted([grades.get(document, 0) for document in ranked[:NDCG_DEPTH]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:NDCG_DEPTH])
    right = {document for document, grade in grades.items() if grade > 0}
    return {
        f"ndcg@{NDCG_DEPTH}": gained / ideal,
        f"recall@{RECALL_DEPTH}": len(right.intersection(ranked[:RECALL_DEPTH])) / len(right),
    }


def _discounted(grades: Sequence[int]) -> float:
    """Järvelin and Kekäläinen, Cumulated gain-based evaluation, TOIS 2002."""
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, start=1))
