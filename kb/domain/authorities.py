"""What is told of legal citations: tables of authorities, and who cites what."""

from dataclasses import dataclass

from kb.domain import Chunk, Document
from kb.domain.citations import CitationKind, LegalCitation


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A citation where it stands; `text` is `canonical[char_start:char_end]`."""

    citation: LegalCitation
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Authority:
    """What a document cites, with every place; `parallel` are its other citations there.

    `held` are the documents in the scope that are this authority; none: it is lacked.
    """

    normal: str
    kind: CitationKind
    name: str
    court: str
    year: int
    parallel: tuple[str, ...]
    mentions: tuple[Mentioned, ...]
    held: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of authorities. `unresolved` point back at something that was not found."""

    document: Document
    own: tuple[str, ...]
    authorities: tuple[Authority, ...]
    unresolved: tuple[Mentioned, ...]


@dataclass(frozen=True, slots=True)
class Citing:
    """A document that cites, the places where it does, and the passages around them."""

    document: Document
    mentions: tuple[Mentioned, ...]
    passages: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """Where an authority is cited, and the documents that are it."""

    query: str
    names: tuple[str, ...]
    held: tuple[Document, ...]
    citing: tuple[Citing, ...]
