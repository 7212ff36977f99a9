"""The cache of vectors, which knows a vector by its text and model."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from kb.ports import Vectors
from kb.store.database import Database


def embedding_key(model: str, text: str) -> str:
    """A vector depends on its model and its text alone, so these name it."""
    return hashlib.sha256(f"{model}\0{text}".encode()).hexdigest()


class Embeddings:
    """The vectors in SQLite, and the name of the model that made those in use."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def embed(
        self, texts: Sequence[str], model: str, embed: Callable[[list[str]], Vectors]
    ) -> tuple[list[str], Vectors]:
        """Keys and vectors of `texts`; what is known of `model` is not computed again."""
        keys = [embedding_key(model, text) for text in texts]
        known = self.vectors_of(keys)
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if missing:
            known.update(zip(missing, embed(list(missing.values())), strict=True))
        empty = np.zeros((0, 0), dtype=np.float32)
        return keys, np.stack([known[key] for key in keys]) if keys else empty

    def vectors_of(self, keys: Sequence[str]) -> dict[str, Vectors]:
        rows = self._db.rows(
            "SELECT key, vector FROM embedding WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return {row["key"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def model(self) -> str:
        """The embedder whose vectors the chunks have; empty in a new store."""
        return self._fact("embedder")

    def folder(self) -> str:
        """Where that embedder was loaded from; empty for the packaged one."""
        return self._fact("embedder_folder")

    def set_model(self, name: str, folder: str) -> None:
        if (name, folder) != (self.model(), self.folder()):
            with self._db.write() as connection:
                note_model(connection, name, folder)

    def _fact(self, name: str) -> str:
        row = self._db.row("SELECT value FROM fact WHERE name = ?", (name,))
        return str(row["value"]) if row else ""


def note_model(connection: Any, name: str, folder: str) -> None:
    """The chunks have vectors of this embedder from now on."""
    connection.executemany(
        "INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
        [("embedder", name), ("embedder_folder", folder)],
    )


def keys_of(connection: Any, chunks: Sequence[int]) -> set[str]:
    """The vectors of these chunks (by their keys), those too that a renewal made for them."""
    return {
        str(row[0])
        for table, column in (("chunk", "key"), ("renewal", "chunk_key"))
        for row in connection.execute(
            f"SELECT embedding FROM {table} WHERE {column} IN (SELECT value FROM json_each(?))",
            (json.dumps(list(chunks)),),
        )
    }


def drop_unused(connection: Any, keys: Iterable[str]) -> None:
    """Delete those of these vectors that no chunk has or is to have."""
    connection.executemany(
        "DELETE FROM embedding WHERE key = ?1 "
        "AND NOT EXISTS (SELECT 1 FROM chunk WHERE embedding = ?1) "
        "AND NOT EXISTS (SELECT 1 FROM renewal WHERE embedding = ?1)",
        [(key,) for key in keys],
    )
