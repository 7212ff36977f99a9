"""Setting the floor of abstention on one half of the documents, reported on the other.

Every question is asked twice: with everything readable, and with the documents
that answer it behind a wall. The first should be answered; the second should
abstain, however near what is left may sound.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from kb.answer.asking import take_apart
from kb.answer.reading import read_closely
from kb.answer.relevance import FEATURES, features
from kb.domain import DocumentId, Scope
from kb.training.questions import Asked
from kb.wiring import KnowledgeBase

PASSAGES = 8
WRONGLY_ABSTAINED = 0.10
"""The floor lets this share of answerable questions abstain: one in ten."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question in one scope: is it answerable there, and what evidence was found."""

    corpus: str
    half: int
    answerable: bool
    values: dict[str, float]


def examples(
    kb: KnowledgeBase, corpus: str, questions: Sequence[Asked], *, most: int, seed: int = 7
) -> Iterator[Example]:
    """Two examples for each of at most `most` questions. Halves are by document."""
    scope = kb.access.scope(kb.access.local_user(), [corpus])
    known = {d.name: d.id for d in kb.library.documents(scope, limit=1_000_000)}
    chosen = list(questions)
    random.Random(seed).shuffle(chosen)
    for question in chosen[:most]:
        names = [file.rsplit("/", 1)[-1] for file in question.files]
        gold = frozenset(known[name] for name in names if name in known)
        if not gold:
            continue
        half = int(min(gold)[1:9], 16) % 2  # an id is a hash, so this is by chance
        yield Example(corpus, half, True, _values(kb, question.text, scope, frozenset()))
        yield Example(corpus, half, False, _values(kb, question.text, scope, gold))


def fit(found: Sequence[Example]) -> dict[str, Any]:
    """Weights set on the first half, and what each half says of the other."""
    rows = np.array([[e.values[name] for name in FEATURES] for e in found])
    truth = np.array([e.answerable for e in found])
    half = np.array([e.half for e in found])
    report = {}
    for fitted_on in (0, 1):
        here, there = half == fitted_on, half != fitted_on
        model = _regression(rows[here], truth[here])
        floor = _floor(model.decision_function(rows[here]), truth[here])
        logits = model.decision_function(rows[there])
        report[f"fitted_on_{fitted_on}_reported_on_{1 - fitted_on}"] = {
            "auc": round(float(roc_auc_score(truth[there], logits)), 4),
            **_rates(logits, truth[there], floor),
            "by_corpus": {
                name: _rates(logits[which], truth[there][which], floor)
                for name in sorted({e.corpus for e in found})
                if (which := np.array([e.corpus == name for e in found])[there]).any()
            },
        }
    model = _regression(rows[half == 0], truth[half == 0])
    floor = _floor(model.decision_function(rows[half == 0]), truth[half == 0])
    return {
        "weights": dict(zip(FEATURES, np.round(model.coef_[0], 4).tolist(), strict=True)),
        "intercept": round(float(model.intercept_[0]), 4),
        "floor": round(floor, 4),
        "examples": len(found),
        "report": report,
    }


def _values(
    kb: KnowledgeBase, question: str, scope: Scope, walled: frozenset[DocumentId]
) -> dict[str, float]:
    seen = Scope(scope.user_id, scope.matters, walled)
    searched = kb.retriever.find(question, seen, limit=PASSAGES)
    asked = take_apart(question, searched.match, kb.embedder)
    found = read_closely(asked, searched.result.passages, searched.match, kb.embedder)
    return features(asked, searched.match, searched.result.passages, found)


def _regression(rows: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> Any:
    return LogisticRegression(C=1.0, max_iter=5000, class_weight="balanced").fit(rows, truth)


def _floor(logits: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float:
    return float(np.quantile(logits[truth], WRONGLY_ABSTAINED))


def _rates(
    logits: np.ndarray[Any, Any], truth: np.ndarray[Any, Any], floor: float
) -> dict[str, float]:
    return {
        "wrongly_abstained": round(float((logits[truth] < floor).mean()), 4),
        "rightly_abstained": round(float((logits[~truth] < floor).mean()), 4),
    }
