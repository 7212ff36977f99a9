"""Merging rankings."""

from collections import defaultdict
from collections.abc import Sequence

from kb.domain import ChunkId

K = 60
"""The constant of reciprocal rank fusion, its authors' own."""


def fuse(*rankings: tuple[float, Sequence[ChunkId]], k: int = K) -> dict[ChunkId, float]:
    """Merge weighted rankings by reciprocal rank: the sum of weight / (k + rank).

    Ranks need no common scale, so keyword and vector scores are never compared.
    Cormack, Clarke and Büttcher, SIGIR 2009.
    """
    score: defaultdict[ChunkId, float] = defaultdict(float)
    for weight, ranking in rankings:
        for rank, chunk_id in enumerate(ranking, start=1):
            score[chunk_id] += weight / (k + rank)
    return score


def best_first(score: dict[ChunkId, float]) -> list[ChunkId]:
    return sorted(score, key=lambda chunk_id: (-score[chunk_id], chunk_id))
