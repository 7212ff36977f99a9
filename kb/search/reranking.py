"""The first candidates put in the order of a reranker and of the first stage together.

A cross-encoder reads one passage and knows nothing of the document that was meant: alone
it raised the share of passages from wrong documents. So it has a say in what a passage is
worth, by rank, and the document keeps the one it has.
"""

from collections.abc import Sequence

import numpy as np

from kb.ports import Reranker
from kb.search.fusion import K
from kb.search.weighing import Evidence, Numbers, Weights, of_document, scored
from kb.store.embeddings import context_line, embedded_text


def reranked(
    order: Sequence[int],
    evidence: Evidence,
    weights: Weights,
    scores: Numbers,
) -> list[int]:
    """The first places of `order` by both, then the others as they were.

    `scores` are the reranker's, one for each of the first of `order`. What a passage says
    is worth the blend of its two reciprocal ranks, stretched to the range that the first
    stage gave these passages; what its document is worth stays.
    """
    first = list(order[: len(scores)])
    if len(first) < 2:
        return list(order)
    document = of_document(evidence, weights)[first]
    passage = scored(evidence, weights)[first] - document
    share = weights.reranker
    blend = (1 - share) * _reciprocal(passage) + share * _reciprocal(scores)
    spread = float(np.ptp(passage)) or 1.0
    worth = document + spread * blend / (float(np.ptp(blend)) or 1.0)
    best = sorted(range(len(first)), key=lambda at: (-worth[at], at))
    return [*(first[at] for at in best), *order[len(first) :]]


def read_by(
    reranker: Reranker,
    question: str,
    evidence: Evidence,
    titles: Sequence[str],
    first: Sequence[int],
) -> Numbers:
    """How relevant the reranker finds each of these candidates; `titles` of their documents."""
    texts = [
        embedded_text(context_line(title, evidence.chunks[at].heading), evidence.chunks[at].text)
        for at, title in zip(first, titles, strict=True)
    ]
    return np.asarray(reranker.score(question, texts)[:, 0], dtype=np.float64)


def _reciprocal(scores: Numbers) -> Numbers:
    """The reciprocal ranks of the scores, best first (Cormack and others, SIGIR 2009)."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return 1 / (K + ranks)
