"""What a reranker says of the first candidates, as evidence beside the rest.

A cross-encoder reads one passage and knows nothing of the document that was meant: alone
it raised the share of passages from wrong documents. So its probability is added to what
the first stage gave: where it is sure it moves a passage, where it is not the order stays.
By ranks it had as much to say where it knew nothing, and lost on privacy policies.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from kb.ports import Reranker
from kb.search.evidence import Gathered
from kb.search.understanding import understand
from kb.search.weighing import Calibration, Evidence, ordered
from kb.store.embeddings import context_line, embedded_text

RERANKED = 16
"""How many of the first candidates a reranker reads."""


def first(evidence: Evidence, calibration: Calibration, most: int = RERANKED) -> list[int]:
    """The places of the candidates that are read: the first by all other evidence."""
    return ordered(at_most(evidence, ()), calibration)[:most]


def read(reranker: Reranker, query: str, gathered: Gathered, places: Sequence[int]) -> Evidence:
    """The evidence with how relevant the reranker finds the candidates at these places.

    The others have 0, so none of them comes before one that is read because it came first.
    """
    evidence, asked = gathered.evidence, understand(query)
    chunks = [evidence.chunks[at] for at in places]
    titles = [gathered.documents[chunk.document_id].title for chunk in chunks]
    texts = [
        embedded_text(context_line(title, chunk.heading), chunk.text)
        for title, chunk in zip(titles, chunks, strict=True)
    ]
    logits = reranker.score(asked.bare if asked.led else asked.text, texts)[:, 0]
    relevance = np.zeros(len(evidence.chunks))
    relevance[list(places)] = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -50, 50)))
    return replace(evidence, relevance=relevance)


def at_most(evidence: Evidence, places: Sequence[int]) -> Evidence:
    """The evidence as if no other candidates than those at these places had been read."""
    kept = np.zeros(len(evidence.chunks))
    kept[list(places)] = 1
    return replace(evidence, relevance=evidence.relevance * kept)
