"""The Chroma index: ids, vectors and matter ids, never text; rebuilt from SQLite at will.

The only importer of chromadb. Its PersistentClient is not process-safe, so only
the process that holds the owner's lock (`kb.store.lock`) may open one.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from kb.domain import ChunkId, MatterId
from kb.errors import IndexUnavailable
from kb.ports import Vectors
from kb.store.vectors.clean_memory import clean_memory

BATCH = 2000
"""Below chromadb's own limit of 5,461 a call."""
OVER_FETCH = 4
"""Asked for beyond the limit, since a filtered graph search loses neighbours."""
LOOKED_FOR = 20_000
"""Vectors of an index that are looked for at most, evenly taken; one takes under a millisecond."""
MENDINGS = 4
SAME = 1e-3
"""Cosine distance; a vector nearer than this is the one that is looked for, or as good."""


class ChromaVectors:
    """Raises `IndexUnavailable` when the folder cannot be opened; `kb reindex` makes it anew."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._current = folder / "current"
        try:
            if not self._current.exists():
                self._point_at(uuid4().hex)
            self._client, self._collection = self._open(self._current.read_text())
        except Exception as error:  # chromadb raises its own, sqlite3's and Rust's errors
            raise IndexUnavailable(
                f"The vector index in {folder} cannot be opened ({error}). "
                "Nothing is lost: `kb reindex` builds it again from the catalogue."
            ) from error

    @property
    def model(self) -> str:
        """The embedder whose vectors these are."""
        return str((self._collection.metadata or {}).get("model", ""))

    def add(self, ids: Sequence[ChunkId], vectors: Vectors, matters: Sequence[MatterId]) -> None:
        _add(self._collection, ids, vectors, matters)

    def delete(self, ids: Sequence[ChunkId]) -> None:
        for start in range(0, len(ids), BATCH):
            self._collection.delete(ids=list(ids[start : start + BATCH]))

    def search(
        self, vector: Vectors, matters: frozenset[MatterId] | None, limit: int
    ) -> list[tuple[ChunkId, float]]:
        if matters is not None and not matters:
            return []
        found = self._collection.query(
            query_embeddings=[vector.tolist()],
            n_results=limit * (OVER_FETCH if matters else 1),
            where={"matter": {"$in": sorted(matters)}} if matters else None,
            include=["distances"],
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [(ChunkId(chunk_id), 1.0 - float(distance)) for chunk_id, distance in pairs][:limit]

    def ids(self) -> set[ChunkId]:
        found: set[ChunkId] = set()
        while page := self._collection.get(limit=BATCH, offset=len(found), include=[])["ids"]:
            found.update(page)
        return found

    def vectors(self, ids: Sequence[ChunkId]) -> Vectors:
        """The vectors of these ids, in their order: shape (len(ids), dimensions)."""
        found: dict[str, Any] = {}
        for start in range(0, len(ids), BATCH):
            page = self._collection.get(
                ids=list(ids[start : start + BATCH]), include=["embeddings"]
            )
            found.update(zip(page["ids"], page["embeddings"], strict=True))
        return np.array([found[one] for one in ids], dtype=np.float32)

    def whole(self) -> bool:
        """Whether every id has its vector, read through to the end. May crash on torn files."""
        seen = 0
        while True:
            page = self._collection.get(limit=BATCH, offset=seen, include=["embeddings"])
            if not page["ids"]:
                return True
            if len(page["embeddings"]) != len(page["ids"]):
                return False
            nearest = self._collection.query(
                query_embeddings=[page["embeddings"][0]], n_results=1, include=[]
            )
            if not nearest["ids"][0]:
                return False
            seen += len(page["ids"])

    def mend(self) -> int:
        """Put in anew what a search by its own vector does not find; how many are left of those.

        A graph may hold a vector that no other points to (Malkov and Yashunin 2018 promise
        no path to each), and it is found again once it was put in at another time.
        """
        return _mend(self._collection)

    def rebuild(
        self, batches: Iterable[tuple[list[ChunkId], Vectors, list[MatterId]]], model: str
    ) -> int:
        """Build a new index beside the old one and switch; how many vectors it holds.

        The old folder goes as a whole: chromadb leaves deleted vectors in its files.
        """
        fresh = uuid4().hex
        self._model = model
        count = 0
        try:
            with clean_memory():
                client, collection = self._open(fresh)
                for ids, vectors, matters in batches:
                    _add(collection, ids, vectors, matters)
                    count += len(ids)
                _mend(collection)
            old = self._current.read_text()
            self._point_at(fresh)
        except BaseException:
            shutil.rmtree(self._folder / fresh, ignore_errors=True)
            raise
        left = self._client
        self._client, self._collection = client, collection
        left.close()
        shutil.rmtree(self._folder / old, ignore_errors=True)
        return count

    def close(self) -> None:
        self._client.close()

    def _point_at(self, name: str) -> None:
        """Name the folder in use; whole and on disk, or as it was."""
        pending = self._current.with_suffix(".new")
        with pending.open("w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        pending.rename(self._current)

    def _open(self, name: str) -> tuple[Any, Any]:
        from chromadb import PersistentClient  # noqa: PLC0415 - a second to import
        from chromadb.config import Settings  # noqa: PLC0415

        client = PersistentClient(
            path=str(self._folder / name),
            settings=Settings(anonymized_telemetry=False, allow_reset=False),
        )
        collection = client.get_or_create_collection(
            "chunks",
            embedding_function=None,
            metadata={"model": self._model},
            configuration={"hnsw": {"space": "cosine"}},
        )
        return client, collection


def _add(
    collection: Any, ids: Sequence[ChunkId], vectors: Vectors, matters: Sequence[MatterId]
) -> None:
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        collection.upsert(
            ids=list(ids[part]),
            embeddings=vectors[part],
            metadatas=[{"matter": matter} for matter in matters[part]],
        )


def _mend(collection: Any) -> int:
    for _ in range(MENDINGS):
        lost = list(_unfound(collection))
        if not lost:
            return 0
        collection.delete(ids=[known for known, _, _ in lost])
        ids, vectors, notes = (list(column) for column in zip(*lost, strict=True))
        collection.upsert(ids=ids, embeddings=np.array(vectors), metadatas=notes)
    return len(list(_unfound(collection)))


def _unfound(collection: Any) -> Iterator[tuple[str, Any, Any]]:
    """Id, vector and note of each that its own vector does not bring up."""
    count = collection.count()
    step = -(-count // LOOKED_FOR) or 1
    for offset in range(0, count, BATCH):
        page = collection.get(limit=BATCH, offset=offset, include=["embeddings", "metadatas"])
        ids, vectors, notes = (page[name][::step] for name in ("ids", "embeddings", "metadatas"))
        if not ids:
            return
        found = collection.query(query_embeddings=vectors, n_results=1, include=["distances"])
        for known, vector, note, near in zip(ids, vectors, notes, found["distances"], strict=True):
            if not near or near[0] > SAME:
                yield known, vector, note
