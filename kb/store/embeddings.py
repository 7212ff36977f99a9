"""Which text a vector is made of, and the cache that knows a vector by its text and model."""

import hashlib
import json
from collections.abc import Callable, Sequence

import numpy as np

from kb.ports import Embedder, Vectors
from kb.store.db import Database
from kb.store.legible import readable, tell_again

PATH_JOINT = " › "
"""Between a title and its headings, from the outermost in."""


def context_line(title: str, heading: str) -> str:
    """What stands before a chunk when it is embedded and matched: title and headings."""
    return PATH_JOINT.join(part for part in (title, heading) if part)


def embedded_text(context: str, text: str) -> str:
    return f"{context}\n{text}" if context else text


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
        known = self.known(keys)
        missing = {k: t for k, t in zip(keys, texts, strict=True) if k not in known}
        if missing:
            known.update(zip(missing, embed(list(missing.values())), strict=True))
        empty = np.zeros((0, 0), dtype=np.float32)
        return keys, np.stack([known[key] for key in keys]) if keys else empty

    def known(self, keys: Sequence[str]) -> dict[str, Vectors]:
        rows = self._db.rows(
            "SELECT key, vector FROM embedding WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return {row["key"]: np.frombuffer(row["vector"], dtype=np.float32) for row in rows}

    def model(self) -> str:
        """The embedder whose vectors the chunks have; empty in a new store."""
        row = self._db.row("SELECT value FROM fact WHERE name = 'embedder'")
        return str(row["value"]) if row else ""

    def set_model(self, name: str) -> None:
        with self._db.write() as connection:
            connection.execute(
                "INSERT INTO fact VALUES ('embedder', ?) "
                "ON CONFLICT DO UPDATE SET value = excluded.value",
                (name,),
            )

    def renew(self, embedder: Embedder, *, batch: int) -> int:
        """Give every chunk that it can read a vector of this embedder; how many are changed.

        Until all have one the store is of no embedder, so that an interrupted
        renewal can only be taken up again.
        """
        last, renewed = 0, 0
        if self.model() not in ("", embedder.name):
            self.set_model(f"several models, since `kb reindex` to {embedder.name} did not end")
        while rows := self._db.rows(
            "SELECT c.key, c.heading, c.text, c.embedding, d.title FROM chunk c "
            "JOIN document d ON d.id = c.document_id WHERE c.key > ? AND d.status = 'ready' "
            "ORDER BY c.key LIMIT ?",
            (last, batch),
        ):
            last = rows[-1]["key"]
            texts = [embedded_text(context_line(r["title"], r["heading"]), r["text"]) for r in rows]
            legible = [n for n, text in enumerate(texts) if readable(embedder, text)]
            found, vectors = self.embed([texts[n] for n in legible], embedder.name, embedder.embed)
            keys = dict(zip(legible, found, strict=True))
            changed = [
                (keys.get(n, ""), row["key"])
                for n, row in enumerate(rows)
                if keys.get(n, "") != row["embedding"]
            ]
            with self._db.write() as connection:
                connection.executemany(
                    "INSERT INTO embedding VALUES (?, ?) ON CONFLICT DO NOTHING",
                    [(k, v.tobytes()) for k, v in zip(found, vectors, strict=True)],
                )
                connection.executemany("UPDATE chunk SET embedding = ? WHERE key = ?", changed)
            renewed += len(changed)
        with self._db.write() as connection:
            tell_again(connection, embedder.name)
        self._drop_unused()
        self.set_model(embedder.name)
        return renewed

    def _drop_unused(self) -> None:
        with self._db.write() as connection:
            connection.execute("UPDATE matter SET generation = generation + 1")
            connection.execute(
                "DELETE FROM embedding WHERE NOT EXISTS "
                "(SELECT 1 FROM chunk WHERE chunk.embedding = embedding.key)"
            )
