"""Means of measures over questions, and how far chance moves them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 1000
"""Bootstrap samples, of which the middle 95 % make the interval."""
_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Row:
    """One question's measures, in the set it is of; `document` is what it asks about.

    A measure is named "recall@8", or without "@" when it has no depth.
    """

    set: str
    document: str
    values: Mapping[str, float]


def report(rows: Sequence[Row], *, draws: int = DRAWS, seed: int = 7) -> dict[str, Any]:
    """Means and 95 % intervals by set, and overall with each set weighing the same.

    Percentile bootstrap that draws documents and then their questions, since the
    questions of one document are not independent (Efron and Tibshirani, 1993).
    """
    by_set: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_set[row.set].append(row)
    names = list(rows[0].values) if rows else []
    random = np.random.default_rng(seed)
    means, drawn = {}, {}
    for name, those in by_set.items():
        values = np.array([[row.values[n] for n in names] for row in those])
        means[name] = values.mean(axis=0)
        drawn[name] = _draws(values, [row.document for row in those], draws, random)
    sets = {
        name: {"questions": len(those), **_told(names, means[name], drawn[name])}
        for name, those in by_set.items()
    }
    if not rows:
        return {"overall": {"questions": 0}, "sets": {}}
    equal = np.mean(list(means.values()), axis=0), np.mean(list(drawn.values()), axis=0)
    overall = _told(names, *equal)
    return {"overall": {"questions": len(rows), **overall}, "sets": sets}


def _draws(
    values: _Matrix, documents: Sequence[str], draws: int, random: np.random.Generator
) -> _Matrix:
    """Means of each measure in each bootstrap sample: shape (draws, measures)."""
    members: defaultdict[str, list[int]] = defaultdict(list)
    for index, document in enumerate(documents):
        members[document].append(index)
    groups = [np.array(indices) for indices in members.values()]
    found = np.empty((draws, values.shape[1]))
    for draw in range(draws):
        taken = [groups[g] for g in random.integers(len(groups), size=len(groups))]
        sizes = np.repeat([len(t) for t in taken], [len(t) for t in taken])
        starts = np.repeat(np.cumsum([0, *(len(t) for t in taken[:-1])]), [len(t) for t in taken])
        picks = starts + (random.random(len(sizes)) * sizes).astype(int)
        found[draw] = values[np.concatenate(taken)[picks]].mean(axis=0)
    return found


def _told(names: Sequence[str], means: _Matrix, drawn: _Matrix) -> dict[str, Any]:
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    told: dict[str, Any] = {}
    intervals: dict[str, Any] = {}
    for index, name in enumerate(names):
        measure, _, depth = name.partition("@")
        ends = [round(float(low[index]), 4), round(float(high[index]), 4)]
        mean = round(float(means[index]), 4)
        if depth:
            told.setdefault(measure, {})[depth] = mean
            intervals.setdefault(measure, {})[depth] = ends
        else:
            told[measure], intervals[measure] = mean, ends
    return {**told, "intervals_95": intervals}
