"""From a document's words to its vectors, in small lots."""

import threading

from ingest.pipeline import Engine
from kb.app.bootstrap import KnowledgeBase
from kb.domain import ChunkId
from kb.ports import Embedder, Vectors
from kb.priorities import let_pass
from kb.store.changes.progress import Claim
from kb.store.vectors.owned_index import OwnedIndex
from kb.store.vectors.unreadable import readable, words_only
from kb.store.write_batches import Abandoned

LOT = 32
"""Chunks that are embedded between two looks at whether to go on."""


class Embedding:
    """One step of a worker, for any of its threads."""

    def __init__(
        self, kb: KnowledgeBase, index: OwnedIndex, engine: Engine, stopping: threading.Event
    ) -> None:
        self._kb = kb
        self._index = index
        self._engine = engine
        self._stopping = stopping

    def embed(self, claim: Claim) -> str:
        """From words to vectors, lot by lot: a stop or a deletion is seen between two of them."""
        try:
            return self._lots(claim)
        except Abandoned:
            return "interrupted"

    def _lots(self, claim: Claim) -> str:
        self._settle(claim)
        embedder = self._kb.embedder
        whole, texts = self._kb.queue.texts(claim)
        last, unread = max(0, len(whole) - 1) // LOT, 0
        for number in range(last + 1):
            lot = slice(number * LOT, (number + 1) * LOT)
            ids, legible = _legible(whole[lot], texts[lot], embedder)
            unread += len(whole[lot]) - len(ids)
            keys, vectors = self._kb.embeddings.embed(
                legible, embedder.name, lambda new: self._engine.embed(new, embedder.name)
            )
            let_pass()
            with self._index.changing():
                if self._kb.embedder is not embedder:  # another took over meanwhile
                    break
                kept = self._add(claim, ids, keys, vectors)
                if number == last:
                    told = words_only(unread, len(whole), embedder.name)
                    done = self._kb.queue.finish(claim, *kept, words_only=told)
                else:
                    done = self._kb.queue.keep(claim, *kept)
                if not done:  # deleted while it was embedded, and perhaps offered again
                    self._index.delete(sorted(set(kept[0]) - self._kb.chunks.ids()))
                    return "deleted"
            if self._stopping.is_set() and number < last:
                self._kb.queue.release(claim)
                return "interrupted"
        else:
            return "ready"
        return self._lots(claim)

    def _add(
        self, claim: Claim, ids: list[ChunkId], keys: list[str], vectors: Vectors
    ) -> tuple[list[ChunkId], list[str], Vectors]:
        """Into the index first; without quoted chunks that have gone meanwhile."""
        there = self._kb.chunks.numbered(ids)
        kept = [n for n, known in enumerate(ids) if known in there]
        ids, keys, vectors = [ids[n] for n in kept], [keys[n] for n in kept], vectors[kept]
        if ids:
            self._index.add(ids, vectors, [claim.matter_id] * len(ids))
        return ids, keys, vectors

    def _settle(self, claim: Claim) -> None:
        """What an interrupted reading may have left quoted twice."""
        gone = self._kb.queue.settle(claim)
        if gone:
            self._index.delete(gone)


def _legible(
    ids: list[ChunkId], texts: list[str], embedder: Embedder
) -> tuple[list[ChunkId], list[str]]:
    """What the model can read of a lot."""
    kept = [n for n, text in enumerate(texts) if readable(embedder, text)]
    return [ids[n] for n in kept], [texts[n] for n in kept]
