"""Setting the confidence of answers on one half of the documents, reported on the other."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sklearn.preprocessing import StandardScaler

from kb.answer.abstention import FEATURES, READ, STATED
from kb.training.relevance import Example

RIGHTLY_ABSTAINED = 0.6
"""The floor lets this share of the questions that should not be answered abstain."""
SURELY_ABSTAINED = 0.67
"""Below the second threshold lies this share of them; what is above the floor is uncertain."""
ONE_FORM = 0.15
"""How much a set counts whose questions are all put alike; the thresholds are not set on it."""
IN_LINE = frozenset(FEATURES[:12])
IN_TREES = frozenset(FEATURES) - {"reranked_relevant", "reranked_answers"}
"""Trees see how a question names its documents, and what is made of it with the names; a line,
which knows no such conditions, sees what is made of it without."""
FOLDS = 5
SEEDS = 4
"""Boosted models, each with chances of its own, whose mean is taken."""
_Numbers = NDArray[np.float64]


def fit(found: Sequence[Example]) -> dict[str, Any]:
    """A model set on the first half, and what each half says of the other, also unread."""
    here = [e for e in found if not e.half]
    model = model_of(here, FEATURES)
    floor, sure = _thresholds(here, FEATURES)
    return {
        "floor": floor,
        "sure": sure,
        "examples": len(found),
        "report": _both_ways(found, FEATURES),
        "without_cross_encoders": _both_ways(found, [n for n in FEATURES if n not in READ]),
        "features": list(FEATURES),
        **_told(model),
    }


@dataclass(frozen=True, slots=True)
class Fitted:
    """The mean of a line and of the mean of boosted models, as logits.

    `lined` and `grown` are the columns of features that each of them sees.
    """

    lined: Sequence[int]
    grown: Sequence[int]
    scale: StandardScaler
    line: LogisticRegression
    boosted: Sequence[GradientBoostingClassifier]

    def probabilities(self, rows: _Numbers) -> _Numbers:
        return np.asarray(1 / (1 + np.exp(-self.logits(rows))))

    def logits(self, rows: _Numbers) -> _Numbers:
        seen = rows[:, self.grown]
        trees = np.mean([one.decision_function(seen) for one in self.boosted], axis=0)
        line = self.line.decision_function(self.scale.transform(rows[:, self.lined]))
        return np.asarray((line + trees) / 2)


def model_of(found: Sequence[Example], names: Sequence[str]) -> Fitted:
    """Shallow trees, many and slow: a few hundred questions bear no more."""
    rows, truth, weights = _rows(found, names), [e.answerable for e in found], _weights(found)
    lined, grown = (
        [at for at, n in enumerate(names) if n in those] for those in (IN_LINE, IN_TREES)
    )
    scale = StandardScaler().fit(rows[:, lined])
    line = LogisticRegression(C=0.3, max_iter=5000)
    boosted = [
        GradientBoostingClassifier(
            n_estimators=80,
            max_depth=3,
            max_features=3,
            learning_rate=0.06,
            subsample=0.5,
            min_samples_leaf=8,
            random_state=seed,
        ).fit(rows[:, grown], truth, sample_weight=weights)
        for seed in range(SEEDS)
    ]
    line.fit(scale.transform(rows[:, lined]), truth, sample_weight=weights)
    return Fitted(lined, grown, scale, line, boosted)


def _thresholds(found: Sequence[Example], names: Sequence[str]) -> tuple[float, float]:
    """The confidences below which the agreed shares of the other questions lie.

    By models that have not seen the question's document.
    """
    said = np.zeros(len(found))
    documents = [e.document for e in found]
    for seen, kept in GroupKFold(FOLDS).split(documents, groups=documents):
        model = model_of([found[at] for at in seen], names)
        said[kept] = model.probabilities(_rows([found[at] for at in kept], names))
    floor, sure = (_lowest(said, found, share) for share in (RIGHTLY_ABSTAINED, SURELY_ABSTAINED))
    return math.floor(floor * 100) / 100, math.floor(sure * 100) / 100  # known to no more digits


def _lowest(said: _Numbers, found: Sequence[Example], share: float) -> float:
    """The lowest at which that share abstains, each corpus and each kind in it alike."""
    groups: defaultdict[str, defaultdict[str, list[float]]]
    groups = defaultdict(lambda: defaultdict(list))
    for confidence, e in zip(said, found, strict=True):
        if not e.answerable and not e.one_form:
            groups[e.corpus][e.kind].append(confidence)

    def abstained(floor: float) -> float:
        kinds = ([np.mean(np.array(c) < floor) for c in g.values()] for g in groups.values())
        return float(np.mean([np.mean(shares) for shares in kinds]))

    floors: list[float] = [*sorted(said.tolist()), 1.0]
    return next(floor for floor in floors if abstained(floor) >= share)


def _both_ways(found: Sequence[Example], names: Sequence[str]) -> dict[str, Any]:
    report = {}
    for fitted_on in (0, 1):
        here = [e for e in found if e.half == fitted_on]
        there = [e for e in found if e.half != fitted_on]
        said = model_of(here, names).probabilities(_rows(there, names))
        said[[e.values[STATED] > 0 for e in there]] = 1.0
        floor, sure = _thresholds(here, names)
        report[f"fitted_on_{fitted_on}_reported_on_{1 - fitted_on}"] = {
            corpus: _reported([e.corpus == corpus for e in there], there, said, (floor, sure))
            for corpus in sorted({e.corpus for e in there})
        }
    return report


def _reported(
    mine: Sequence[bool],
    found: Sequence[Example],
    said: _Numbers,
    thresholds: tuple[float, float],
) -> dict[str, Any]:
    """Shares that abstained, of what is answerable and of what is not, and by kind."""
    floor, sure = thresholds
    these = [e for e, one in zip(found, mine, strict=True) if one]
    said = said[list(mine)]
    truth, kinds = np.array([e.answerable for e in these]), np.array([e.kind for e in these])
    return {
        "auroc": round(float(roc_auc_score(truth, said)), 4),
        "answerable_but_abstained": _share(said[truth] < floor),
        "answerable_but_uncertain": _share((said[truth] >= floor) & (said[truth] < sure)),
        "absent_and_abstained": _share(said[~truth] < floor),
        "abstained": {
            kind: _share(said[kinds == kind] < floor) for kind in sorted(set(kinds.tolist()))
        },
    }


def _rows(found: Sequence[Example], names: Sequence[str]) -> _Numbers:
    return np.array([[e.values[name] for name in names] for e in found])


def _weights(found: Sequence[Example]) -> _Numbers:
    """Each corpus counts alike, in it both answers, and of each answer every kind of question."""
    count: defaultdict[tuple[str, str], int] = defaultdict(int)
    for e in found:
        count[e.corpus, e.kind] += 1
    kinds: defaultdict[tuple[str, bool], set[str]] = defaultdict(set)
    for e in found:
        kinds[e.corpus, e.answerable].add(e.kind)
    shares = [1 / count[e.corpus, e.kind] / len(kinds[e.corpus, e.answerable]) for e in found]
    counted = np.array([ONE_FORM if e.one_form else 1.0 for e in found]) * shares
    return np.asarray(counted / np.mean(counted))


def _told(model: Fitted) -> dict[str, Any]:
    """Intercept, weights and trees, each with its share, as `kb.answer.blend` reads them."""
    weights = model.line.coef_[0] / model.scale.scale_ / 2
    intercept = float(model.line.intercept_[0]) / 2 - float(weights @ model.scale.mean_)
    even = np.zeros((1, len(model.grown)))
    trees = []
    for one in model.boosted:
        share = one.learning_rate / 2 / len(model.boosted)
        grown = [tree for (tree,) in one.estimators_]
        leaves = one.learning_rate * sum(float(tree.predict(even)[0]) for tree in grown)
        intercept += (float(one.decision_function(even)[0]) - leaves) / 2 / len(model.boosted)
        trees += [_columns(tree.tree_, share, model.grown) for tree in grown]
    lined = {FEATURES[at]: round(float(w), 6) for at, w in zip(model.lined, weights, strict=True)}
    named = {name: lined.get(name, 0.0) for name in FEATURES}
    return {"intercept": round(intercept, 6), "weights": named, "trees": trees}


def _columns(tree: Any, share: float, places: Sequence[int]) -> list[list[float]]:
    return [
        [places[feature] if feature >= 0 else -1 for feature in tree.feature],
        [round(float(threshold), 4) for threshold in tree.threshold],
        [int(node) for node in tree.children_left],
        [int(node) for node in tree.children_right],
        [round(share * float(value), 5) for value in tree.value.ravel()],
    ]


def _share(those: NDArray[np.bool_]) -> float:
    return round(float(those.mean()), 4)
