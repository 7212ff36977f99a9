"""One document from bytes to everything it adds: a function of its bytes, name and models."""

from pathlib import Path

from ingest.chunking import chunk
from ingest.parsing import parse
from kb.errors import ParseFailed
from kb.ports import Embedder
from kb.sandbox import Pool
from kb.settings import Settings
from kb.store.embeddings import Embeddings, context_line, embedded_text
from kb.store.queue import Claim, Finished


class Pipeline:
    """Parsing in `pool`'s children, chunking and embedding here; writes nothing."""

    def __init__(
        self, settings: Settings, pool: Pool, embedder: Embedder, embeddings: Embeddings
    ) -> None:
        self._settings = settings
        self._pool = pool
        self._embedder = embedder
        self._embeddings = embeddings

    def process(self, claim: Claim, original: Path) -> Finished:
        """Raises `ParseFailed` or `LimitExceeded`, each with a sentence for the person who asks."""
        if not original.is_file():
            raise ParseFailed(
                f"The stored bytes of “{claim.name}” are missing. Offer the file again.", "missing"
            )
        reading = parse(original, claim.name, self._pool, self._settings)
        title = " ".join(reading.title.split()) or Path(claim.name).stem
        chunks = chunk(
            reading, claim.document_id, title, self._embedder, self._settings.chunk_tokens
        )
        contexts = [context_line(title, piece.heading) for piece in chunks]
        texts = [
            embedded_text(context, piece.text)
            for context, piece in zip(contexts, chunks, strict=True)
        ]
        keys, vectors = self._embeddings.embed(texts, self._embedder)
        return Finished(reading, title, chunks, contexts, keys, vectors)
