"""Embedding documents behind queries: on threads of its own, which give way to all others."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from kb.ports import Embedder, Vectors
from kb.priorities import give_way, let_pass


def embed_behind(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """As `Embedder.embed`, a text a call, so that no query waits for more than one of them."""
    if len(texts) < 2:
        return embedder.embed(texts)
    with ThreadPoolExecutor(os.cpu_count() or 1, "embed-behind", give_way) as threads:
        return np.concatenate(list(threads.map(lambda text: _one(embedder, text), texts)))


def _one(embedder: Embedder, text: str) -> Vectors:
    let_pass()
    return embedder.embed([text])
