"""Searches on a synthetic store, timed in a process of their own.

    python -m tests.bench.searched STORE [--codes | --vectors]

With `--codes` only the files of coded vectors are made, with `--vectors` whole searches are
left out. Prints one JSON object: milliseconds
on the wall (p50, p95, p99) and of processor time (cpu, of all threads), recall of the first ten.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from kb.offline import go_offline

go_offline()

from kb.app.bootstrap import KnowledgeBase  # noqa: E402
from kb.domain import Scope, UserId  # noqa: E402
from kb.ports import TokenCounter, Tokens, Vectors  # noqa: E402
from kb.settings import Settings  # noqa: E402
from tests.bench import connected  # noqa: E402
from tests.bench.running import percentile, timed, told  # noqa: E402
from tests.bench.synthetic import (  # noqa: E402
    DIMENSIONS,
    EMBEDDER,
    SCOPES,
    VECTORS,
    matter_of,
    matters_of,
    queries_of,
    sizes,
    texts_of,
    vocabulary,
    words_of,
)
from tests.fakes import FakeEmbedder  # noqa: E402

QUERIES = 100
FINDS = 40
"""Whole searches, by words and vectors, with the passages read."""
LIMIT = 100
"""Neighbours asked for, as `Retriever.find` does."""
SEARCHERS = 8
BLOCK = 50_000


class Given:
    """An embedder that knows the vectors beforehand, so that only the search is timed."""

    name = EMBEDDER
    dimensions = DIMENSIONS
    max_tokens = 256

    def __init__(self) -> None:
        self.vector = np.zeros(DIMENSIONS, dtype=np.float32)

    @property
    def counter(self) -> TokenCounter:
        return FakeEmbedder()

    multilingual = False

    def unread(self, text: str) -> float:
        return 0.0

    def embed(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        return np.repeat(self.vector[None], len(texts), axis=0)

    def tokens(self, texts: Sequence[str], *, query: bool = False) -> list[Tokens]:
        return [(np.zeros((0, DIMENSIONS), dtype=np.float32), []) for _ in texts]


def nearest_rows(vectors: Vectors, queries: Vectors, k: int = 10) -> list[set[int]]:
    """The rows of the nearest `k` of each query by a plain product."""
    best: list[list[tuple[float, int]]] = [[] for _ in queries]
    for start in range(0, len(vectors), BLOCK):
        product = queries @ vectors[start : start + BLOCK].T
        most = min(k, product.shape[1])
        for n, row in enumerate(product):
            places = np.argpartition(-row, most - 1)[:most]
            best[n] = sorted([*best[n], *((-float(row[p]), start + int(p)) for p in places)])[:k]
    return [{row for _, row in one} for one in best]


def recall(found: Sequence[set[int]], exact: Sequence[set[int]]) -> float:
    hits = sum(len(one & other) for one, other in zip(found, exact, strict=True))
    return round(hits / max(1, sum(len(one) for one in exact)), 4)


def first_rows(share: float, chunks: int) -> tuple[int, int]:
    """How many matters a scope of this share has, and how many chunks they hold."""
    matters = matters_of(share, chunks)
    return matters, sum(sizes(chunks)[:matters])


def scope_of(matters: int) -> Scope:
    return Scope(UserId("local"), frozenset(matter_of(number) for number in range(matters)))


def questions(count: int, matters: int, words: Sequence[str]) -> list[str]:
    """Eight words as a question has them: three of a matter's topic, five that are common."""
    chance, found = np.random.default_rng(11), []
    for number in range(count):
        topic = texts_of(words_of(number % matters, 2), words)[0].split()
        common = [words[int(n)] for n in chance.integers(20, 2000, size=5)]
        found.append(" ".join([*topic[:3], *common]))
    return found


def measure(kb: KnowledgeBase, embedder: Given, store: Path, *, whole_too: bool) -> dict[str, Any]:
    vectors = np.memmap(store / VECTORS, dtype=np.float32, mode="r").reshape(-1, DIMENSIONS)
    words, chunks, result = vocabulary(), len(vectors), {}
    for share in SCOPES:
        matters, rows = first_rows(share, chunks)
        scope, queries = scope_of(matters), queries_of(QUERIES, chunks, 3, among=matters)

        def search(n: int, scope: Scope = scope, queries: Vectors = queries) -> list[str]:
            return [hit for hit, _ in kb.reader.vectors.search(queries[n], scope, LIMIT)[:10]]

        times, hits = timed(search, QUERIES)
        exact = nearest_rows(vectors[:rows], queries)
        found = [{key - 1 for key in kb.chunks.keys(one)} for one in hits]
        name = f"{share:g} %"
        result[name] = {"chunks": rows, "vectors": times | {"recall@10": recall(found, exact)}}
        print(json.dumps({name: result[name]}), file=sys.stderr, flush=True)
        if not whole_too:
            continue
        asked = questions(QUERIES, matters, words)

        def whole(
            n: int, scope: Scope = scope, queries: Vectors = queries, asked: list[str] = asked
        ) -> dict[str, float]:
            embedder.vector = queries[n]
            return dict(kb.retriever.find(asked[n], scope, limit=10).result.timings)

        of_whole, parts = timed(whole, FINDS)
        medians = {name: round(percentile([p[name] for p in parts], 50), 2) for name in parts[0]}
        result[name] |= {
            "find": of_whole | {"parts": medians},
            "connectors": connected.searched(kb, scope, words),
            "eight_at_once": _eight(search) if share in (100.0, 1.0) else None,
        }
    return result


def _eight(search: Callable[[int], Any]) -> dict[str, float]:
    def one(first: int) -> list[float]:
        wall = []
        for n in range(20):
            began = time.perf_counter()
            search((first * 20 + n) % QUERIES)
            wall.append(1000 * (time.perf_counter() - began))
        return wall

    began = time.perf_counter()
    with ThreadPoolExecutor(SEARCHERS) as pool:
        wall = [one for part in pool.map(one, range(SEARCHERS)) for one in part]
    return told(wall) | {"a_second": round(len(wall) / (time.perf_counter() - began), 1)}


def resident() -> dict[str, int]:
    """Memory of this process in MB: its own, and what it has mapped of files."""
    lines = Path("/proc/self/status").read_text().splitlines()
    held = {line.split(":")[0]: int(line.split()[1]) for line in lines if line.startswith("Rss")}
    return {"own_mb": held["RssAnon"] // 1024, "mapped_mb": held["RssFile"] // 1024}


def main(arguments: list[str]) -> int:
    store, embedder = Path(arguments[0]), Given()
    began = time.perf_counter()
    kb = KnowledgeBase(Settings(data_dir=store), embedder=embedder, chat=None)
    opened = time.perf_counter()
    chunks = (store / VECTORS).stat().st_size // (4 * DIMENSIONS)
    whole = scope_of(matters_of(100.0, chunks))
    query = queries_of(1, chunks, 4, among=10)[0]
    began_search = time.perf_counter()
    kb.reader.vectors.search(query, whole, LIMIT)
    first = time.perf_counter() - began_search
    told_now: dict[str, Any] = {"open_s": round(opened - began, 3), "first_search_s": first}
    if "--codes" not in arguments:
        before = resident()
        told_now["after_first_search"] = before
        told_now["scopes"] = measure(kb, embedder, store, whole_too="--vectors" not in arguments)
        told_now["memory"] = resident()
    kb.close()
    print(json.dumps(told_now))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
