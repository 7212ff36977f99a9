"""The same searches by numpy, FAISS and bare Chroma, in a process of their own.

    python -m tests.bench.search_peers STORE --graphs-up-to CHUNKS

A scope is the first rows of the vectors, which suits numpy and FAISS well: no rows are
gathered. Chroma is given the matters, as the product was when it used it for filtered
searches. Graphs (FAISS's and Chroma's) are built up to so many chunks. Prints one JSON object.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kb.offline import go_offline

go_offline()

import faiss as _faiss  # noqa: E402

from kb.ports import Vectors  # noqa: E402
from kb.store.vectors.chroma import BATCH  # noqa: E402
from tests.bench.running import timed  # noqa: E402
from tests.bench.searched import (  # noqa: E402
    LIMIT,
    QUERIES,
    first_rows,
    nearest_rows,
    recall,
    resident,
)
from tests.bench.synthetic import (  # noqa: E402
    DIMENSIONS,
    SCOPES,
    VECTORS,
    matter_of,
    queries_of,
    sizes,
)

faiss: Any = _faiss
"""Its types do not know what its classes take."""
Search = Callable[[Vectors, int, int], list[int]]
"""From a query, the rows of a scope and its matters to the first ten rows, best first."""


def numpy_search(vectors: Vectors) -> Search:
    def search(query: Vectors, rows: int, matters: int) -> list[int]:
        product = vectors[:rows] @ query
        most = min(LIMIT, rows)
        places = np.argpartition(-product, most - 1)[:most]
        found: list[int] = places[np.argsort(-product[places])][:10].tolist()
        return found

    return search


def faiss_search(vectors: Vectors, *, graph: bool) -> Search:
    index = (
        faiss.IndexHNSWFlat(DIMENSIONS, 32, faiss.METRIC_INNER_PRODUCT)
        if graph
        else faiss.IndexFlatIP(DIMENSIONS)
    )
    index.add(np.asarray(vectors))

    def search(query: Vectors, rows: int, matters: int) -> list[int]:
        chosen = None if rows == len(vectors) else faiss.IDSelectorRange(0, rows)
        options = (
            faiss.SearchParametersHNSW(sel=chosen, efSearch=2 * LIMIT)
            if graph
            else faiss.SearchParameters(sel=chosen)
        )
        _, found = index.search(query[None], min(LIMIT, rows), params=options)
        return [int(row) for row in found[0][:10] if row >= 0]

    return search


def chroma_search(vectors: Vectors, folder: Path) -> Search:
    from chromadb import PersistentClient
    from chromadb.config import Settings

    client = PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        "chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    owners = np.repeat(np.arange(len(sizes(len(vectors)))), sizes(len(vectors)))
    for start in range(0, len(vectors), BATCH):
        part = range(start, min(start + BATCH, len(vectors)))
        collection.add(
            ids=[str(row) for row in part],
            embeddings=np.asarray(vectors[part.start : part.stop]),
            metadatas=[{"matter": matter_of(int(owners[row]))} for row in part],
        )

    def search(query: Vectors, rows: int, matters: int) -> list[int]:
        wanted: Any = {"matter": {"$in": [matter_of(number) for number in range(matters)]}}
        found = collection.query(
            query_embeddings=[query.tolist()],
            n_results=min(LIMIT, rows),
            where=None if rows == len(vectors) else wanted,
            include=["distances"],
        )
        return [int(known) for known in found["ids"][0][:10]]

    return search


def measured(search: Search, vectors: Vectors) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for share in SCOPES:
        matters, rows = first_rows(share, len(vectors))
        queries = queries_of(QUERIES, len(vectors), 3, among=matters)

        def one(
            n: int, queries: Vectors = queries, rows: int = rows, matters: int = matters
        ) -> list[int]:
            return search(queries[n], rows, matters)

        try:
            times, found = timed(one, QUERIES)
        except Exception as error:  # noqa: BLE001 - chromadb raises its own and Rust's
            result[f"{share:g} %"] = {"failed": f"{type(error).__name__}: {error}"[:120]}
            continue
        exact = nearest_rows(vectors[:rows], queries)
        hits = recall([set(rows_found) for rows_found in found], exact)
        result[f"{share:g} %"] = times | {"recall@10": hits}
    return result


def main(arguments: list[str]) -> int:
    store, most = Path(arguments[0]), int(arguments[arguments.index("--graphs-up-to") + 1])
    stored = np.memmap(store / VECTORS, dtype=np.float32, mode="r").reshape(-1, DIMENSIONS)
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(dir=store) as folder:
        ways: dict[str, Callable[[], Search]] = {
            "numpy": lambda: numpy_search(np.asarray(stored)),
            "faiss flat": lambda: faiss_search(stored, graph=False),
        }
        if len(stored) <= most:
            ways["faiss hnsw"] = lambda: faiss_search(stored, graph=True)
            ways["chroma"] = lambda: chroma_search(stored, Path(folder))
        for name, make in ways.items():
            began = time.perf_counter()
            search = make()
            built = time.perf_counter() - began
            told[name] = {"built_s": round(built, 2), "scopes": measured(search, stored)}
            told[name]["memory"] = resident()
            del search
    print(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
