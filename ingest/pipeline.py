"""One document from bytes to what it adds: a function of its bytes, name and models."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from ingest.citations.sandboxed import read_citations
from ingest.digest import contexts_of, digested, title_of
from ingest.formats.base.options import ParseOptions
from ingest.parsing.parse import parse_measured
from kb.app.bootstrap import SCRATCH
from kb.domain.citations import LegalCitation
from kb.errors import ParseFailed
from kb.models.token_counter import preloads
from kb.ports import Embedder, Vectors
from kb.sandbox.pool import Pool
from kb.settings import Settings
from kb.store.changes.content import Parsed
from kb.store.changes.progress import Claim
from kb.store.vectors.background import embed_behind
from kb.store.vectors.embedders import Embedders


@dataclass(frozen=True, slots=True)
class Original:
    """The bytes of a claimed document, and an empty folder for what is found inside it.

    `languages` are those of its matter's other documents, most frequent first.
    """

    claim: Claim
    path: Path
    scratch: Path
    depth: int = 0
    languages: tuple[str, ...] = ()


class Engine(Protocol):
    """Where the two slow steps run. Both write nothing but the scratch folder."""

    def read(self, original: Original) -> Parsed:
        """Raises `ParseFailed` or `LimitExceeded`, each with a sentence for people."""

    def embed(self, texts: list[str], model: str) -> Vectors:
        """Shape (len(texts), dimensions); each row depends on its text and model alone.

        Raises `StoreProblem` where this engine has not the embedder of that name.
        """

    def close(self) -> None:
        """End at once; calls in progress raise `LimitExceeded`."""


class LocalEngine:
    """Parsing in a pool of limited children of this process, embedding in it."""

    def __init__(self, settings: Settings, embedders: Embedders, size: int) -> None:
        self._settings = settings
        self._embedders = embedders
        scratch = settings.data_dir / SCRATCH
        self._pool = Pool(
            size,
            writable=scratch,
            preload=preloads(one.preload for one in embedders.counters),
            memory_mb=settings.parse_memory_mb,
        )

    def read(self, original: Original) -> Parsed:
        return read_document(original, self._pool, self._embedders.now(), self._settings)

    def embed(self, texts: list[str], model: str) -> Vectors:
        return embed_behind(self._embedders.by_model(model), texts)

    def close(self) -> None:
        self._pool.close()


def read_document(original: Original, pool: Pool, embedder: Embedder, settings: Settings) -> Parsed:
    """Parse in a child of `pool`, and cut there by the embedder's tokens.

    Afterwards nothing of the document is left in the pool.
    """
    try:
        return _read(original, pool, embedder, settings)
    finally:
        pool.leave(str(original.path), str(original.scratch))


def _read(original: Original, pool: Pool, embedder: Embedder, settings: Settings) -> Parsed:
    claim = original.claim
    if not original.path.is_file():
        raise ParseFailed(
            f"The stored bytes of “{claim.name}” are missing. Offer the file again.", "missing"
        )
    options = ParseOptions(
        scratch=str(original.scratch), depth=original.depth, languages=original.languages
    )
    started = time.perf_counter()
    reading, effort = parse_measured(original.path, claim.name, pool, settings, options)
    read_s = time.perf_counter() - started
    parsed = (str(original.path), options.scratch)
    found = digested(
        *(reading, claim.name, claim.document_id, embedder.counter),
        pool=pool,
        settings=settings,
        parsed=parsed,
    )
    title = title_of(reading, claim.name)
    cited: tuple[LegalCitation, ...] = ()
    unread = ""
    if found.cites:
        limit = settings.parse_timeout_s
        cited, unread = read_citations(reading, title, found.facts, pool, limit, parsed=parsed)
    problem = " ".join(said for said in (reading.problem, unread) if said) or None
    return Parsed(
        claim.document_id,
        replace(reading, problem=problem),
        title,
        found.chunks,
        contexts_of(found.chunks, title),
        found.facts,
        read_s,
        effort.ocr_s,
        citations=cited,
        words=found.words,
        places=found.places,
    )
