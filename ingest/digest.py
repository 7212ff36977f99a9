"""What a document's reading gives besides its text, cut and read in a limited child.

A text can be made so that cutting it or looking for facts takes long, so both have the
parsers' limits.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from ingest.chunking.chunker import chunk
from ingest.citations.extract import may_cite
from ingest.facts.extract import facts
from ingest.facts.language import language
from ingest.opinions.parts import opinion_parts
from kb.domain import Chunk, DocumentId, Element, ElementKind, Fact, Reading
from kb.errors import LimitExceeded, ParseFailed
from kb.ports import TokenCounter
from kb.sandbox.pool import Pool
from kb.settings import Settings
from kb.store.lexical.boundaries import Laid, laid
from kb.store.lexical.worded import Worded, language_of, worded_chunks
from kb.text.context import context_line

Raw = tuple[list[Chunk], tuple[Fact, ...], list[tuple[Any, ...]], tuple[Any, ...], bool]
"""A `Digest` as a child answers: in nouns of the domain and what Python has."""


class Digest(NamedTuple):
    """Chunks in order, facts, what each chunk is found by, and where its words stand.

    `cites`: whether citations have to be looked for.
    """

    chunks: list[Chunk]
    facts: tuple[Fact, ...]
    words: list[Worded]
    places: Laid
    cites: bool


_DUTCH = "Huurder betaalt de huur vooraf op de eerste dag van elke maand aan verhuurder. " * 4
"""Of a language whose function words alone do not tell it."""
_PAPERS = (
    "LEASE AGREEMENT\n\nThis Lease is made as of March 1, 2024 between Acme Holdings, LLC "
    "(“Landlord”) and Bo Katz (“Tenant”).\n\n1. Law. It is governed by the laws of Delaware.",
    "UNITED STATES DISTRICT COURT\nSOUTHERN DISTRICT OF NEW YORK\n\nAnn Doyle, Plaintiff,\nv.\n"
    "Bo Katz, Defendant.\n\nNo. 21-cv-1234 (ABC)\n\nOPINION AND ORDER\n\nJane Roe, District "
    "Judge:\n\nThe motion is denied. SO ORDERED.\n\nDated: March 1, 2024",
    "Die Mieterin zahlt die Miete bis zum dritten Werktag eines Monats im Voraus.",
)


class _Characters:
    """Stands for an embedder's tokens where no embedder is."""

    preload = None

    def count(self, text: str) -> int:
        return len(text)

    def spans(self, text: str) -> list[tuple[int, int]]:
        return [(at, at + 1) for at in range(len(text))]


def warm() -> None:
    """Have ready what is made at first use: profiles of languages, stemmers, expressions."""
    language(_DUTCH)
    for paper in _PAPERS:
        whole = Element(ElementKind.PARAGRAPH, 0, len(paper))
        digest(Reading("", paper, (whole,)), "", DocumentId(""), _Characters(), 100)


def title_of(reading: Reading, name: str) -> str:
    """The title that a file states, else its name without the suffix."""
    return " ".join(reading.title.split()) or Path(name).stem


def digest(
    reading: Reading, name: str, document: DocumentId, counter: TokenCounter, max_tokens: int
) -> Raw:
    """What runs in the child; a chunk has at most `max_tokens` tokens."""
    title = title_of(reading, name)
    stated = facts(reading, name)
    parts = opinion_parts(reading, stated)
    cut = chunk(reading, document, title, counter, max_tokens, parts=parts)
    words = worded_chunks(cut, contexts_of(cut, title), reading.pages, language_of(stated))
    places = laid(reading, [(one.char_start, one.char_end) for one in cut])
    cites = may_cite(reading.text) or may_cite(title)
    return cut, stated, [tuple(one) for one in words], tuple(places), cites


def contexts_of(chunks: Sequence[Chunk], title: str) -> list[str]:
    """What each chunk stands under: the document's title and the headings above it."""
    return [context_line(title, one.heading) for one in chunks]


def digested(  # noqa: PLR0913 - what is digested, by what, and where
    reading: Reading, name: str, document: DocumentId, counter: TokenCounter, *,
    pool: Pool, settings: Settings, parsed: tuple[str, str] = ("", ""),
) -> Digest:  # fmt: skip
    """As `digest`, in a child of `pool`. Raises `LimitExceeded` and `ParseFailed`, with the name.

    What is not looked at stays here: the files inside it, its changes, and where each
    recognised word lies on its page. `parsed`: the file and the folder that the document was
    parsed with; the same process serves this.
    """
    pages = tuple(replace(page, words=()) for page in reading.pages)
    sent = replace(reading, pages=pages, parts=(), revisions=())
    try:
        cut, stated, words, places, cites = pool.call(
            digest,
            sent,
            name,
            document,
            counter,
            settings.chunk_tokens,
            timeout_s=settings.parse_timeout_s,
            file=parsed[0],
            scratch=parsed[1],
        )
    except ParseFailed as error:
        raise ParseFailed(f"“{name}” could not be cut into passages. {error}", error.code) from None
    except LimitExceeded as error:
        raise LimitExceeded(f"“{name}” could not be cut into passages. {error}") from None
    return Digest(cut, stated, [Worded(*one) for one in words], Laid(*places), cites)
