"""Setting the floor of abstention on one half of the documents, reported on the other.

Every question that the documents answer is asked as it is; with the documents that
answer it behind a wall; and, where it names somebody, about somebody else. Questions
that they do not answer, or that assume something false, are asked as they are. Only the
first kind should be answered, however near what is left may sound.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from kb.answer.abstention import FEATURES, READ, STATED, Evidence, features
from kb.answer.coverage import read_closely
from kb.answer.question import take_apart
from kb.app.bootstrap import KnowledgeBase
from kb.domain import DocumentId, Scope
from kb.evaluation.corpora import ANSWERABLE, half
from kb.training.pairs import another_name, names_in
from kb.training.questions import Asked

PASSAGES = 8
RIGHTLY_ABSTAINED = 0.7
"""The floor lets this share of the questions that should not be answered abstain."""


@dataclass(frozen=True, slots=True)
class Example:
    """One question in one scope: is it answerable there, and what evidence was found."""

    corpus: str
    kind: str
    half: int
    values: dict[str, float]

    @property
    def answerable(self) -> bool:
        return self.kind == ANSWERABLE


def examples(
    kb: KnowledgeBase, corpus: str, questions: Sequence[Asked], *, seed: int = 7
) -> Iterator[Example]:
    """Up to three examples for each question. Halves are by document, else by question."""
    scope = kb.access.scope(kb.access.local_user(), [corpus])
    known = {d.name: d.id for d in kb.library.documents(scope, limit=1_000_000)}
    rng = random.Random(seed)
    names = names_in(question.text for question in questions)
    for question in questions:
        gold = frozenset(known[n] for f in question.files if (n := f.rsplit("/", 1)[-1]) in known)
        if not gold and question.files:
            continue
        which = half(min(question.files, default=question.text))
        shown = _values(kb, question.text, scope, frozenset())
        if question.kind != ANSWERABLE:
            yield Example(corpus, question.kind, which, shown)
            continue
        yield Example(corpus, ANSWERABLE, which, shown)
        yield Example(corpus, "walled", which, _values(kb, question.text, scope, gold))
        text = " ".join(kb.library.text(one, scope) for one in sorted(gold))
        other = another_name(question.text, names, rng, of=text)
        if other:
            yield Example(corpus, "renamed", which, _values(kb, other, scope, frozenset()))


def fit(found: Sequence[Example]) -> dict[str, Any]:
    """Weights set on the first half, and what each half says of the other, also unread."""
    here = [e for e in found if not e.half]
    model, floor = _fitted(here, FEATURES)
    return {
        "weights": dict(zip(FEATURES, np.round(model.coef_[0], 4).tolist(), strict=True)),
        "intercept": round(float(model.intercept_[0]), 4),
        "floor": round(floor, 4),
        "examples": len(found),
        "report": _both_ways(found, FEATURES),
        "without_reader": _both_ways(found, [name for name in FEATURES if name not in READ]),
    }


def _both_ways(found: Sequence[Example], names: Sequence[str]) -> dict[str, Any]:
    report = {}
    for fitted_on in (0, 1):
        model, floor = _fitted([e for e in found if e.half == fitted_on], names)
        there = [e for e in found if e.half != fitted_on]
        truth = np.array([e.answerable for e in there])
        logits = model.decision_function(_rows(there, names))
        logits[[e.values[STATED] > 0 for e in there]] = np.inf
        kinds = np.array([f"{e.corpus}, {e.kind}" for e in there])
        report[f"fitted_on_{fitted_on}_reported_on_{1 - fitted_on}"] = {
            "auc": round(float(roc_auc_score(truth, np.nan_to_num(logits))), 4),
            **_rates(logits, truth, floor),
            "abstained": {
                kind: _abstained(logits[kinds == kind], floor) for kind in sorted(set(kinds))
            },
        }
    return report


def _fitted(found: Sequence[Example], names: Sequence[str]) -> tuple[Any, float]:
    """A regression, and the floor below which the agreed share of the other questions lies."""
    rows, truth = _rows(found, names), np.array([e.answerable for e in found])
    model = LogisticRegression(C=1.0, max_iter=5000)
    model.fit(rows, truth, sample_weight=_weights(found))
    return model, _floor(model.decision_function(rows), found)


def _rows(found: Sequence[Example], names: Sequence[str]) -> np.ndarray[Any, Any]:
    return np.array([[e.values[name] for name in names] for e in found])


def _values(
    kb: KnowledgeBase, question: str, scope: Scope, walled: frozenset[DocumentId]
) -> dict[str, float]:
    seen = Scope(scope.user_id, scope.matters, walled)
    searched = kb.retriever.find(question, seen, limit=PASSAGES)
    asked = take_apart(question, searched.match, kb.embedder)
    found = read_closely(asked, searched.result.passages, searched.match, kb.embedder)
    known = searched.readings.of(kb.reading)
    evidence = Evidence(searched.result.passages, found, kb.reading, known)
    return features(asked, searched.match, evidence)


def _weights(found: Sequence[Example]) -> np.ndarray[Any, Any]:
    """Every kind of question counts as much as any other, and both answers alike."""
    count = {key: 0 for key in {(e.corpus, e.kind) for e in found}}
    for e in found:
        count[e.corpus, e.kind] += 1
    sides = [sum(1 for key in count if (key[1] == ANSWERABLE) is e.answerable) for e in found]
    return np.array(
        [1 / count[e.corpus, e.kind] / side for e, side in zip(found, sides, strict=True)]
    ) * len(found)


def _floor(logits: np.ndarray[Any, Any], found: Sequence[Example]) -> float:
    """The lowest at which that share abstains, each kind of question counting as much."""
    kinds = np.array(["" if e.answerable else f"{e.corpus}, {e.kind}" for e in found])
    others = sorted(set(kinds) - {""})

    def abstained(floor: float) -> float:
        return float(np.mean([(logits[kinds == kind] < floor).mean() for kind in others]))

    above = [*sorted(logits.tolist()), float(logits.max()) + 1.0]
    return float(next(floor for floor in above if abstained(floor) >= RIGHTLY_ABSTAINED))


def _rates(
    logits: np.ndarray[Any, Any], truth: np.ndarray[Any, Any], floor: float
) -> dict[str, float]:
    return {
        "wrongly_abstained": _abstained(logits[truth], floor),
        "rightly_abstained": _abstained(logits[~truth], floor),
    }


def _abstained(logits: np.ndarray[Any, Any], floor: float) -> float:
    return round(float((logits < floor).mean()), 4)
