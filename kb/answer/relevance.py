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

import numpy as np

from kb.answer.asking import Asked, Kind, introduced, without_terms
from kb.answer.reading import Candidate, named_by_title, of_others
from kb.domain import Passage
from kb.ports import Reranker
from kb.store.embeddings import context_line, embedded_text
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
    """What was found for a question: passages, their sentences, and who reads them closely."""

    passages: Sequence[Passage]
    found: Sequence[Candidate]
    reader: Reranker


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
    """The best probability of relevance and of stating what is asked, over the passages.

    In a comparison each passage is read for its own document alone.
    """
    passages = evidence.passages[:PASSAGES_READ]
    if not passages:
        return 0.0, 0.0
    asks: dict[str, list[str]] = {}
    titles = named_by_title(asked, passages)
    for passage in passages:
        question = without_terms(asked.text, of_others(titles, passage.document.id))
        asks.setdefault(question, []).append(_shown(asked, match, passage))
    rows = np.concatenate([evidence.reader.score(one, texts) for one, texts in asks.items()])
    best = 1 / (1 + np.exp(-rows.max(axis=0)))
    return float(best[0]), float(best[1])


def _shown(asked: Asked, match: Match, passage: Passage) -> str:
    """The passage as the reader sees it: under its context line, introduced by names."""
    document, chunk = passage.document, passage.chunk
    text = embedded_text(context_line(document.title, chunk.heading), chunk.text)
    around = set(terms(f"{document.name} {document.matter}"))
    held = [n for n in asked.names if n in around or document.id in match.holders(n)]
    return introduced(asked.text, asked.names, text, held)


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
