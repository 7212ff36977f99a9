"""What a document's reading gives besides its text, cut and read in a limited child.

A text can be made so that cutting it or looking for facts takes long, so both have the
parsers' limits.
"""

from dataclasses import replace
from pathlib import Path

from ingest.chunking.chunker import chunk
from ingest.facts.extract import facts
from kb.domain import Chunk, DocumentId, Fact, Reading
from kb.errors import LimitExceeded, ParseFailed
from kb.ports import TokenCounter
from kb.sandbox.pool import Pool
from kb.settings import Settings

Digest = tuple[list[Chunk], tuple[Fact, ...]]
"""Chunks in order, and what can be said of the document."""


def title_of(reading: Reading, name: str) -> str:
    """The title that a file states, else its name without the suffix."""
    return " ".join(reading.title.split()) or Path(name).stem


def digest(
    reading: Reading, name: str, document: DocumentId, counter: TokenCounter, max_tokens: int
) -> Digest:
    """What runs in the child: chunks of at most `max_tokens` tokens, and facts."""
    cut = chunk(reading, document, title_of(reading, name), counter, max_tokens)
    return cut, facts(reading, name)


def digested(
    reading: Reading, name: str, document: DocumentId, counter: TokenCounter, *,
    pool: Pool, settings: Settings,
) -> Digest:  # fmt: skip
    """As `digest`, in a child of `pool`. Raises `LimitExceeded` and `ParseFailed`, with the name.

    What is not looked at stays here: the files inside it, its changes, and where each
    recognised word lies on its page.
    """
    pages = tuple(replace(page, words=()) for page in reading.pages)
    sent = replace(reading, pages=pages, parts=(), revisions=())
    try:
        return pool.call(
            digest,
            sent,
            name,
            document,
            counter,
            settings.chunk_tokens,
            timeout_s=settings.parse_timeout_s,
        )
    except ParseFailed as error:
        raise ParseFailed(f"“{name}” could not be cut into passages. {error}", error.code) from None
    except LimitExceeded as error:
        raise LimitExceeded(f"“{name}” could not be cut into passages. {error}") from None
