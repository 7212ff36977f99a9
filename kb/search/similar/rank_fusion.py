"""Merging rankings."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

Known = TypeVar("Known", bound=str)
"""The ids of chunks, or of documents."""

K = 60
"""The constant of reciprocal rank fusion, its authors' own."""


def fuse(*rankings: tuple[float, Sequence[Known]], k: int = K) -> dict[Known, float]:
    """Merge weighted rankings by reciprocal rank: the sum of weight / (k + rank).

    Ranks need no common scale, so keyword and vector scores are never compared.
    Cormack, Clarke and Büttcher, SIGIR 2009.
    """
    score: defaultdict[Known, float] = defaultdict(float)
    for weight, ranking in rankings:
        for rank, known in enumerate(ranking, start=1):
            score[known] += weight / (k + rank)
    return score


def best_first(score: Mapping[Known, float]) -> list[Known]:
    return sorted(score, key=lambda known: (-score[known], known))
