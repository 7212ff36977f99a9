"""The first candidates put in the order of a reranker and of the first stage together.

A cross-encoder reads one passage and knows nothing of the document that was meant: alone
it raised the share of passages from wrong documents. So its probability is added to what
the first stage gave: where it is sure it moves a passage, where it is not the order stays.
By ranks it had as much to say where it knew nothing, and lost on privacy policies.
"""

from collections.abc import Sequence

import numpy as np

from kb.ports import Reranker
from kb.search.weighing import Evidence, Numbers, Weights, scored
from kb.store.embeddings import context_line, embedded_text


def reranked(
    order: Sequence[int],
    evidence: Evidence,
    weights: Weights,
    logits: Numbers,
) -> list[int]:
    """The first places of `order` by both, then the others as they were.

    `logits` are the reranker's of relevance, one for each of the first of `order`.
    """
    first = list(order[: len(logits)])
    probability = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
    worth = scored(evidence, weights)[first] + weights.reranker * probability
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
