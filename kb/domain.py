"""The nouns of the house: frozen, and knowing nothing of stores, models or HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
MatterId = NewType("MatterId", str)
DocumentId = NewType("DocumentId", str)
ChunkId = NewType("ChunkId", str)


class Status(StrEnum):
    """Where a document is on its way. Searchable by words from WORDS on, fully from READY."""

    QUEUED = "queued"
    WORKING = "working"
    WORDS = "words"
    READY = "ready"
    FAILED = "failed"
    QUARANTINED = "quarantined"


SEARCHABLE = (Status.WORDS, Status.READY)
ENDED = (Status.READY, Status.FAILED, Status.QUARANTINED)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may read now. Only `kb.guard.access` makes one."""

    user_id: UserId
    matters: frozenset[MatterId]
    walled: frozenset[DocumentId] = frozenset()


@dataclass(frozen=True, slots=True)
class Matter:
    """A client's case: a wall around documents, not a tag on them."""

    id: MatterId
    name: str
    client: str = ""
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Content in a matter. `id` comes from both, so adding twice is adding once."""

    id: DocumentId
    matter_id: MatterId
    name: str
    media_type: str
    sha256: str
    size: int
    status: Status
    matter: str = ""
    path: str = ""
    title: str = ""
    pages: int | None = None
    chunks: int = 0
    problem: str | None = None
    code: str | None = None
    added_at: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where content was found; a document stays while any source points to it."""

    document_id: DocumentId
    path: str
    seen_at: str
    added_by: str


class ElementKind(StrEnum):
    """What a span of the canonical text is; FURNITURE is a repeated header or footer."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Page:
    """One page's span in the canonical text. `needs_ocr`: it has an image but no text."""

    number: int
    char_start: int
    char_end: int
    needs_ocr: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """A span of the canonical text with its role. `level` is the depth of a heading, from 1."""

    kind: ElementKind
    char_start: int
    char_end: int
    page: int | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser made of one file: its canonical text and what the spans in it are.

    `elements` are in order and do not overlap; text between them is layout.
    `problem` is a sentence about a part that could not be read, None when all was.
    """

    media_type: str
    text: str
    elements: tuple[Element, ...]
    pages: tuple[Page, ...] = ()
    title: str = ""
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage-sized piece: `text == canonical[char_start:char_end]`, always.

    `heading` is the path of headings above it, joined by " › "; `page_from` and
    `page_to` are 1-based, None for formats that have no pages.
    """

    id: ChunkId
    document_id: DocumentId
    ordinal: int
    text: str
    heading: str
    page_from: int | None
    page_to: int | None
    char_start: int
    char_end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk ready to be cited as [number]; `rank` is 1-based."""

    chunk: Chunk
    document: Document
    number: int
    rank: int
    page: int | None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim text of passage `number`: `text == canonical[char_start:char_end]`, always."""

    number: int
    document: Document
    page: int | None
    char_start: int
    char_end: int
    text: str


class Verdict(StrEnum):
    """What a check of one sentence against one cited passage found."""

    SUPPORTED = "supported"
    WEAK = "weak"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Citation:
    number: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the model's prose with the passages it cites, each judged."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SearchResult:
    query: str
    passages: tuple[Passage, ...]
    timings: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """Quotes first; `text` is the model's prose on top and may be empty.

    `reason` says why the answer abstained or has no prose; timings are milliseconds.
    """

    question: str
    text: str
    sentences: tuple[Sentence, ...]
    quotes: tuple[Quote, ...]
    passages: tuple[Passage, ...]
    abstained: bool
    reason: str | None
    model: str | None
    timings: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Queued:
    """The question waits for the model; `ahead` others are before it."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Sources:
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Quotes:
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Token:
    text: str


@dataclass(frozen=True, slots=True)
class Judged:
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Done:
    answer: Answer


@dataclass(frozen=True, slots=True)
class Failed:
    code: str
    problem: str


Event = Queued | Sources | Quotes | Token | Judged | Done | Failed
