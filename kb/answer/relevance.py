"""Is what was found about the question at all? If not, the answer abstains.

A logistic regression over a few features of the evidence, set by
`kb train relevance` on one half of the development documents and reported on
the other; its weights and figures are in data/models/relevance.json.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.answer.asking import Asked
from kb.answer.reading import Candidate
from kb.domain import Passage
from kb.store.keywords import Match
from kb.words import terms

WEIGHTS = Path(__file__).resolve().parents[2] / "data" / "models" / "relevance.json"
FEATURES = (
    "passage_cosine",
    "sentence_cosine",
    "fitting_coverage",
    "exact_coverage",
    "unseen",
    "names_missing",
)


def features(
    asked: Asked, match: Match, passages: Sequence[Passage], found: Sequence[Candidate]
) -> dict[str, float]:
    """One number for each of FEATURES, each between 0 and about 1.

    The nearest passage and sentence by cosine; the best coverage by a sentence of
    the fitting kind; the best by equal words; the share of the question's weight
    in words that stand nowhere in the scope; the share of its names that stand
    in none of the passages.
    """
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
    )
    return dict(zip(FEATURES, values, strict=True))


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature; an answer abstains where the logit is below `floor`."""

    weights: dict[str, float]
    intercept: float
    floor: float

    def relevant(self, values: dict[str, float]) -> bool:
        return self.logit(values) >= self.floor

    def logit(self, values: dict[str, float]) -> float:
        return self.intercept + sum(self.weights[name] * values[name] for name in self.weights)


@cache
def calibrated() -> Model:
    """The model that the project ships."""
    told = json.loads(WEIGHTS.read_text())
    return Model(told["weights"], told["intercept"], told["floor"])
