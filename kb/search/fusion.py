"""Merging rankings."""

from collections import defaultdict
from collections.abc import Sequence

from kb.domain import ChunkId


def fuse(*rankings: Sequence[ChunkId], k: int = 60) -> list[ChunkId]:
    """Merge rankings by reciprocal rank.

    Ranks need no common scale, so keyword and vector scores are never compared.
    Cormack, Clarke and Büttcher, SIGIR 2009; k = 60 is theirs.
    """
    score: defaultdict[ChunkId, float] = defaultdict(float)
    for ranking in rankings:
        for rank, chunk_id in enumerate(ranking, start=1):
            score[chunk_id] += 1 / (k + rank)
    return sorted(score, key=lambda chunk_id: (-score[chunk_id], chunk_id))
