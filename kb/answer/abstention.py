"""Is what was found about the question at all? If not, the answer abstains.

A logistic regression over a few features of the evidence, set by
`kb train relevance` on one half of the development documents and reported on
the other; its weights and figures are in data/models/relevance.json.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from kb.answer.coverage import Candidate
from kb.answer.question import Asked, Kind
from kb.domain import ChunkId, Passage
from kb.paths import MODELS
from kb.ports import Reranker, Vectors
from kb.search.hybrid.cross_encoder_input import Posed, probable, read_by
from kb.store.lexical.bm25 import Match
from kb.text.analyzer import terms

WEIGHTS = MODELS / "relevance.json"
FEATURES = (
    "passage_cosine",
    "sentence_cosine",
    "fitting_coverage",
    "exact_coverage",
    "unseen",
    "names_missing",
    "name_unseen",
    "relevant",
    "answers",
)
READ = ("relevant", "answers")
"""Those that the reader gives."""
STATED = "stated"
"""Beside FEATURES: 1.0 where a sentence plainly states what is asked, which is always answered."""
ALL = 0.99
"""The share of the question's words from which a sentence has all of them."""
PASSAGES_READ = 8
"""The first so many passages are read by the reader."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found for a question: passages, their sentences, and who reads them closely.

    `readings` are what the reader has said already, while passages were put in order: those
    are not read again.
    """

    passages: Sequence[Passage]
    found: Sequence[Candidate]
    reader: Reranker
    readings: Mapping[ChunkId, Vectors] = field(default_factory=dict)


def features(asked: Asked, match: Match, evidence: Evidence) -> dict[str, float]:
    """One number for each of FEATURES, each between 0 and about 1, and STATED.

    The nearest passage and sentence by cosine; the best coverage by a sentence of
    the fitting kind; the best by equal words; the share of the question's weight
    in words that stand nowhere in the scope; the share of its names that stand
    in none of the passages; whether a name stands nowhere in the scope; the
    reader's best word on relevance and on stating what is asked, as probabilities.
    """
    passages, found = evidence.passages, evidence.found
    relevant, answers = _read(asked, match, evidence)
    total = float(asked.weights.sum()) or 1.0
    unseen = sum(
        float(weight)
        for term, weight in zip(asked.terms, asked.weights, strict=True)
        if not match.postings.get(term)
    )
    shown: set[str] = set()
    for passage in passages[:5]:
        document, chunk = passage.document, passage.chunk
        shown.update(terms(f"{document.name} {document.title} {document.matter} {chunk.heading}"))
        shown.update(terms(chunk.text))
    values = (
        max((passage.similarity or 0.0 for passage in passages), default=0.0),
        max((candidate.cosine for candidate in found), default=0.0),
        max((candidate.covered for candidate in found if candidate.fits), default=0.0),
        max((candidate.exact for candidate in found), default=0.0),
        unseen / total,
        len(asked.names - shown) / len(asked.names) if asked.names else 0.0,
        float(any(not match.postings.get(name) for name in asked.names if not name[0].isdigit())),
        relevant,
        answers,
    )
    stated = {STATED: float(_stated(asked, found))}
    return {**dict(zip(FEATURES, values, strict=True)), **stated}


def _stated(asked: Asked, found: Sequence[Candidate]) -> bool:
    """Whether one sentence has all words of a question of some kind, and shows that kind."""
    known = asked.kind is not Kind.ANYTHING
    return known and any(one.fits and one.exact >= ALL for one in found)


def _read(asked: Asked, match: Match, evidence: Evidence) -> tuple[float, float]:
    """The best probability of relevance and of stating what is asked, over the passages."""
    passages = [(p.document, p.chunk) for p in evidence.passages[:PASSAGES_READ]]
    rows = [evidence.readings[c.id] for _, c in passages if c.id in evidence.readings]
    if left := [one for one in passages if one[1].id not in evidence.readings]:
        posed = Posed(asked.text, asked.names, match)
        rows.extend(read_by(evidence.reader, posed, left, [one for one, _ in passages]))
    if not rows:
        return 0.0, 0.0
    best = probable(np.stack(rows).max(axis=0))
    return float(best[0]), float(best[1])


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature; an answer abstains where the logit is below `floor`, unless STATED."""

    weights: dict[str, float]
    intercept: float
    floor: float

    def relevant(self, values: dict[str, float]) -> bool:
        return bool(values[STATED]) or self.logit(values) >= self.floor

    def logit(self, values: dict[str, float]) -> float:
        return self.intercept + sum(self.weights[name] * values[name] for name in self.weights)


@cache
def calibrated() -> Model:
    """The model that the project ships."""
    told = json.loads(WEIGHTS.read_text())
    return Model(told["weights"], told["intercept"], told["floor"])
