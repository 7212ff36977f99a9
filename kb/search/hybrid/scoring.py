"""From the evidence for each passage to their order; all weights are in one file.

Scores are sums: cosines as they are, word scores and names as shares from 0 to 1. A
convex combination of normalised scores needs few questions to be set and ranks better
than reciprocal ranks where it is (Bruch, Gai and Ingber, TOIS 2023).
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.domain import Chunk
from kb.paths import MODELS
from kb.search.hybrid.document_names import Places

WEIGHTS = MODELS / "retrieval.json"
Numbers = NDArray[np.float64]
"""One number for each candidate passage."""


@dataclass(frozen=True, slots=True)
class CandidateEvidence:
    """What speaks for each candidate; `chunks` and the arrays are in one order.

    `meaning` and `bare_meaning` are cosines with the whole query and with what it asks;
    `words` and `bare_words` BM25 as shares of the best candidate's; `document` how far its
    document carries the names, `document_words` BM25 of the whole document,
    as a share of the best; `substance` how far it says more than the query; `relevance` the
    probability that a reranker gives, 0 where none has read; `apart`, which are in another
    language than the query.
    """

    chunks: tuple[Chunk, ...]
    led: bool
    meaning: Numbers
    bare_meaning: Numbers
    words: Numbers
    bare_words: Numbers
    document: Numbers
    document_words: Numbers
    substance: Numbers
    relevance: Numbers
    apart: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of the evidence counts, for queries of one form.

    `neighbours` is the share of a passage's score that comes from the passages before and
    after it; a document's share of the names is raised by `sharpness`; the others
    multiply, `reranker` the relevance; where it is 0 no reranker reads.
    """

    meaning: float
    bare_meaning: float
    words: float
    bare_words: float
    document: float
    sharpness: float
    document_words: float
    profile: float
    neighbours: float
    substance: float
    reranker: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The weights of queries that name documents in a clause of their own, and of the others."""

    led: Weights
    free: Weights
    places: Places

    def of(self, evidence: CandidateEvidence) -> Weights:
        return self.led if evidence.led else self.free

    def json(self) -> dict[str, Any]:
        return asdict(self)


@cache
def calibrated(file: Path = WEIGHTS) -> Calibration:
    """The weights in the file, as `kb train retrieval` wrote them."""
    told = json.loads(file.read_text("utf-8"))
    return calibration_of(told["weights"])


def calibration_of(told: Mapping[str, Mapping[str, float]]) -> Calibration:
    return Calibration(Weights(**told["led"]), Weights(**told["free"]), Places(**told["places"]))


def across(evidence: CandidateEvidence) -> CandidateEvidence:
    """With what words would say of passages in another language, which have none of the query's.

    They are taken to say as much as meaning does, among the candidates.
    """
    if not evidence.apart.any():
        return evidence
    whole, bare = standing(evidence.meaning), standing(evidence.bare_meaning)
    return replace(
        evidence,
        words=np.where(evidence.apart, whole, evidence.words),
        bare_words=np.where(evidence.apart, bare, evidence.bare_words),
        document_words=np.where(evidence.apart, whole, evidence.document_words),
    )


def standing(meaning: Numbers) -> Numbers:
    """From 0 for the mean of the candidates and below it, to 1 for the best."""
    above = meaning - meaning.mean()
    found: Numbers = np.clip(above / max(float(above.max()), 1e-9), 0, 1)
    return found


def scored(evidence: CandidateEvidence, weights: Weights) -> Numbers:
    """The score of each candidate: what it says, what stands around it, which document it is of.

    A reranker has its say beside them: it has read the passage, not what stands around it.
    """
    passage = (
        weights.meaning * evidence.meaning
        + weights.bare_meaning * evidence.bare_meaning
        + weights.words * evidence.words
        + weights.bare_words * evidence.bare_words
        - weights.substance * (1 - evidence.substance)
    )
    if weights.neighbours:
        passage = _smoothed(evidence.chunks, passage, weights.neighbours)
    total: Numbers = passage + of_document(evidence, weights)
    if weights.profile:
        total += weights.profile * _best_of_document(evidence.chunks, passage)
    return total + weights.reranker * evidence.relevance


def of_document(evidence: CandidateEvidence, weights: Weights) -> Numbers:
    """The part of each score that its document has: by the names, and by its words as a whole."""
    named: Numbers = weights.document * evidence.document**weights.sharpness
    return named + weights.document_words * evidence.document_words


def ordered(evidence: CandidateEvidence, calibration: Calibration) -> list[int]:
    """The candidates' places in the evidence, best first, ties by id."""
    score = scored(evidence, calibration.of(evidence))
    ids = [chunk.id for chunk in evidence.chunks]
    return sorted(range(len(ids)), key=lambda place: (-score[place], ids[place]))


def _smoothed(chunks: tuple[Chunk, ...], score: Numbers, share: float) -> Numbers:
    """Each score mixed with its neighbours'; one that is no candidate is taken as the same."""
    places = {(chunk.document_id, chunk.ordinal): at for at, chunk in enumerate(chunks)}
    before, after = (
        np.array([places.get((c.document_id, c.ordinal + step), at) for at, c in enumerate(chunks)])
        for step in (-1, 1)
    )
    if not len(chunks):
        return score
    mixed: Numbers = (1 - share) * score + share / 2 * (score[before] + score[after])
    return mixed


def _best_of_document(chunks: tuple[Chunk, ...], score: Numbers) -> Numbers:
    best: dict[str, float] = {}
    for chunk, value in zip(chunks, score, strict=True):
        best[chunk.document_id] = max(best.get(chunk.document_id, -np.inf), float(value))
    return np.array([best[chunk.document_id] for chunk in chunks])
