"""Vectors of another embedding model, made beside those in use and put in their place at once."""

import threading

from kb.ports import Embedder
from kb.store import generations
from kb.store.database import Database
from kb.store.vectors.background import embed_behind
from kb.store.vectors.embeddings import Embeddings, note_model
from kb.store.vectors.unreadable import readable, tell_again
from kb.text.context import context_line, embedded_text

BATCH = 500
"""Chunks that are embedded and written at a time."""
_UNUSED = """DELETE FROM embedding
    WHERE NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.embedding = embedding.key)
    AND NOT EXISTS (SELECT 1 FROM renewal WHERE renewal.embedding = embedding.key)"""


class Renewal:
    """What is made is kept by chunk in `renewal`, so an interrupted one is taken up again."""

    def __init__(self, database: Database, embeddings: Embeddings) -> None:
        self._db = database
        self._embeddings = embeddings
        self._one = threading.RLock()

    def fill(self, embedder: Embedder) -> int:
        """Make the vector that each chunk that is ready is to have; how many were made.

        What is searched stays as it is. A passage that the model cannot read is to have none.
        """
        with self._one:
            self._begin(embedder.name)
            last = made = 0
            while rows := self._db.rows(
                "SELECT c.key, c.id, c.heading, c.text, d.title FROM chunk c "
                "JOIN document d ON d.id = c.document_id "
                "LEFT JOIN renewal r ON r.chunk_key = c.key "
                "WHERE c.key > ? AND d.status = 'ready' AND r.chunk_key IS NULL "
                "ORDER BY c.key LIMIT ?",
                (last, BATCH),
            ):
                last = rows[-1]["key"]
                texts = {
                    row["key"]: embedded_text(
                        context_line(row["title"], row["heading"]), row["text"]
                    )
                    for row in rows
                }
                made += self._keep(texts, {(row["key"], row["id"]) for row in rows}, embedder)
            return made

    def switch(self, embedder: Embedder, folder: str) -> None:
        """Give every chunk what was made for it, in one transaction; then only that is left.

        The caller holds the lock of the index, so that no document becomes ready meanwhile.
        """
        with self._one:
            self.fill(embedder)
            with self._db.write() as connection:
                connection.execute(
                    "UPDATE chunk SET embedding = r.embedding FROM renewal r "
                    "WHERE r.chunk_key = chunk.key AND r.embedding <> chunk.embedding"
                )
                connection.execute(  # what was embedded in part begins again, by the new model
                    "UPDATE chunk SET embedding = '' WHERE embedding <> '' AND document_id IN "
                    "(SELECT id FROM document WHERE status <> 'ready')"
                )
                connection.execute("DELETE FROM renewal")
                connection.execute("DELETE FROM fact WHERE name = 'renewal'")
                note_model(connection, embedder.name, folder)
                tell_again(connection, embedder.name)
                generations.touch_all(connection)
            self._drop_unused()

    def _begin(self, model: str) -> None:
        """Take up what was begun for this model; what was begun for another goes."""
        row = self._db.row("SELECT value FROM fact WHERE name = 'renewal'")
        if row and row["value"] == model:
            return
        with self._db.write() as connection:
            connection.execute("DELETE FROM renewal")
            connection.execute(
                "INSERT INTO fact VALUES ('renewal', ?) "
                "ON CONFLICT DO UPDATE SET value = excluded.value",
                (model,),
            )
        self._drop_unused()

    def _keep(self, texts: dict[int, str], read: set[tuple[int, str]], embedder: Embedder) -> int:
        """`texts` by the keys of chunks, of which `read` has the keys and ids."""
        legible = [key for key, text in texts.items() if readable(embedder, text)]
        found, vectors = self._embeddings.embed(
            [texts[key] for key in legible],
            embedder.name,
            lambda new: embed_behind(embedder, new),
        )
        meant = dict(zip(legible, found, strict=True))
        with self._db.write() as connection:
            there = connection.execute(
                "SELECT key, id FROM chunk WHERE key BETWEEN ? AND ?", (min(texts), max(texts))
            ).fetchall()
            # a document may have gone meanwhile, and another chunk have its number
            kept = {row["key"] for row in there if (row["key"], row["id"]) in read}
            connection.executemany(
                "INSERT INTO embedding VALUES (?, ?) ON CONFLICT DO NOTHING",
                [
                    (name, vector.tobytes())
                    for key, name, vector in zip(legible, found, vectors, strict=True)
                    if key in kept
                ],
            )
            connection.executemany(
                "INSERT INTO renewal VALUES (?, ?)",
                [(key, meant.get(key, "")) for key in texts if key in kept],
            )
        return len(legible)

    def _drop_unused(self) -> None:
        with self._db.write() as connection:
            connection.execute(_UNUSED)
