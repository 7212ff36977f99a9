"""What a reranker says of the first candidates, as evidence beside the rest.

A cross-encoder reads one passage and knows nothing of the document that was meant: alone
it raised the share of passages from wrong documents. So its probability is added to what
the first stage gave: where it is sure it moves a passage, where it is not the order stays.
By ranks it had as much to say where it knew nothing, and lost on privacy policies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from kb.domain import ChunkId
from kb.ports import Reranker, Rerankers, Vectors
from kb.search.hybrid.candidates import Gathered
from kb.search.hybrid.cross_encoder_input import Posed, probable, read_by
from kb.search.hybrid.scoring import Calibration, CandidateEvidence, ordered, standing

RERANKED = 8
"""How many of the first candidates a reranker reads: as many as an answer shows, which its reader
reads anyway (`make bench-reranker`)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """What a reranker said of passages: logits of shape (1,) or (2,) each.

    `failed` is a sentence where it was to read and could not.
    """

    by: Reranker | None = None
    rows: Mapping[ChunkId, Vectors] = field(default_factory=dict)
    failed: str | None = None

    def of(self, reader: Reranker) -> Mapping[ChunkId, Vectors]:
        """Those that this reader gave, which it need not give again."""
        return self.rows if self.by is reader else {}


def first(evidence: CandidateEvidence, calibration: Calibration, most: int = RERANKED) -> list[int]:
    """The places of the candidates that are read: the first by all other evidence."""
    return ordered(at_most(evidence, ()), calibration)[:most]


def read_candidates(
    rerankers: Rerankers, gathered: Gathered, places: Sequence[int]
) -> tuple[CandidateEvidence, Readings]:
    """The evidence with how relevant the reranker for such a query finds these candidates.

    Where a clause of the query names the documents, which have their say by that, it is asked
    the rest alone. Relevant is the mean of its probabilities, of relevance and of stating what
    is asked; the others have 0, so none of them comes before one that is read because it came
    first. Of those that the reranker cannot read beside the question, meaning says it instead.
    """
    evidence = gathered.evidence
    asked = gathered.query.asked
    chosen = [evidence.chunks[at] for at in places]
    abroad = rerankers.multilingual if gathered.query.abroad(chosen) else None
    reranker = abroad or (rerankers.led if asked.led else rerankers.free)
    read = list(places) if abroad else _readable(reranker, gathered, places)
    if not read:
        return evidence, Readings(reranker)
    chunks = [evidence.chunks[at] for at in read]
    passages = [(gathered.documents[chunk.document_id], chunk) for chunk in chunks]
    names = frozenset[str]() if asked.led else asked.names
    posed = Posed(asked.bare if asked.led else asked.text, names, gathered.match)
    logits = read_by(reranker, posed, passages)
    relevance = np.zeros(len(evidence.chunks))
    relevance[read] = probable(logits).mean(axis=1)
    left = [at for at in places if at not in read]
    relevance[left] = relevance.max() * standing(evidence.meaning)[left]
    rows = {chunk.id: row for chunk, row in zip(chunks, logits, strict=True)}
    return replace(evidence, relevance=relevance), Readings(reranker, rows)


def _readable(reranker: Reranker, gathered: Gathered, places: Sequence[int]) -> list[int]:
    """Of these places, those of passages in the question's language, if it reads that."""
    if gathered.query.apart is None:
        return list(places)
    if not reranker.reads(gathered.query.asked.text):
        return []
    evidence = gathered.evidence
    return [
        at for at in places if not evidence.apart[at] and reranker.reads(evidence.chunks[at].text)
    ]


def at_most(evidence: CandidateEvidence, places: Sequence[int]) -> CandidateEvidence:
    """The evidence as if no other candidates than those at these places had been read."""
    kept = np.zeros(len(evidence.chunks))
    kept[list(places)] = 1
    return replace(evidence, relevance=evidence.relevance * kept)
