"""The nouns of the house: frozen, and knowing nothing of stores, models or HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

UserId = NewType("UserId", str)
MatterId = NewType("MatterId", str)
DocumentId = NewType("DocumentId", str)
ChunkId = NewType("ChunkId", str)
JobId = NewType("JobId", str)


class Status(StrEnum):
    """Where a document is on its way. Searchable by words from WORDS on, fully from READY."""

    QUEUED = "queued"
    WORKING = "working"
    WORDS = "words"
    READY = "ready"
    FAILED = "failed"
    QUARANTINED = "quarantined"


SEARCHABLE = (Status.WORDS, Status.READY)


@dataclass(frozen=True, slots=True)
class Scope:
    """What one person may read now. `kb.guard.access` makes one for a reader, evaluations theirs.

    `superseded`: searches find old versions of documents as well.
    """

    user_id: UserId
    matters: frozenset[MatterId]
    walled: frozenset[DocumentId] = frozenset()
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """A client's case: a wall around documents, not a tag on them."""

    id: MatterId
    name: str
    client: str = ""
    opened: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Content in a matter. `id` comes from both, so adding twice is adding once.

    `current` is False for an old version: no path has it now. `damage`: a code, see `DAMAGES`.
    """

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
    current: bool = True
    damage: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where content was found; a document stays while any source points to it.

    `version` counts from 1 the contents that this path has had; `parent` is the mail or
    archive in which the content was found.
    """

    document_id: DocumentId
    path: str
    seen_at: str
    added_by: str
    version: int = 1
    parent: DocumentId | None = None


class ElementKind(StrEnum):
    """What a span of the canonical text is.

    FURNITURE is a repeated header or footer, QUOTED the history below a reply, HIDDEN
    what a reader of the page cannot see; FURNITURE and HIDDEN never reach a chunk.
    """

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE_ROW = "table-row"
    FURNITURE = "furniture"
    QUOTED = "quoted"
    HIDDEN = "hidden"


@dataclass(frozen=True, slots=True)
class WordBox:
    """Where a word that was recognised stands on its page.

    Coordinates are shares of the page's width and height from its top left corner.
    """

    char_start: int
    char_end: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page's span in the canonical text.

    `needs_ocr`: it is an image whose words are not known. `label` is the Bates number
    stamped on it. `words` is empty for a page that has text of its own, and holds a box
    for each word of one that was read by OCR.
    """

    number: int
    char_start: int
    char_end: int
    needs_ocr: bool = False
    label: str = ""
    words: tuple[WordBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A span of the canonical text with its role. `level` is the depth of a heading, from 1."""

    kind: ElementKind
    char_start: int
    char_end: int
    page: int | None = None
    level: int = 0


class RevisionKind(StrEnum):
    INSERTION = "insertion"
    DELETION = "deletion"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class Revision:
    """A tracked change or a comment. The canonical text is the accepted one.

    The span is that of the inserted or commented text; a deletion's is empty and stands
    where `text`, the deleted words, stood. For a comment `text` is what it says.
    `date` is ISO 8601 as the file gives it, or "".
    """

    kind: RevisionKind
    author: str
    date: str
    char_start: int
    char_end: int
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A file found inside a file: an attachment, or a member of an archive.

    `path` is where the parser left its bytes, below the scratch folder it was given;
    `name` is the name inside the parent, with "/" between folders.
    """

    name: str
    path: str


FACTS = (
    "title",
    "type",
    "date",
    "party",
    "court",
    "docket",
    "judge",
    "jurisdiction",
    "bates",
    "language",
    "author",
    "message-id",
    "reply-to",
    "hidden-text",
)
"""Names of facts. A document may have several values of one, parties for instance.
Dates are ISO 8601 days, a language its ISO 639-1 code, a Bates range "FIRST - LAST";
title is one only where a person has stated it;
reply-to holds the Message-IDs a mail answers, hidden-text what was set aside and why."""


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser made of one file: its canonical text and what the spans in it are.

    `elements` are in order and do not overlap; text between them is layout.
    `problem` is a sentence about a part that could not be read, None when all was.
    `facts` are those that the file itself states, in its properties or headers.
    """

    media_type: str
    text: str
    elements: tuple[Element, ...]
    pages: tuple[Page, ...] = ()
    title: str = ""
    problem: str | None = None
    parts: tuple[Part, ...] = ()
    revisions: tuple[Revision, ...] = ()
    facts: tuple[Fact, ...] = ()


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
    """A chunk ready to be cited as [number]; `rank` is 1-based, `also_in` the same text elsewhere.

    `before` and `after` are what stands around it, where that was asked for.
    """

    chunk: Chunk
    document: Document
    number: int
    rank: int
    page: int | None
    similarity: float | None = None
    also_in: tuple["Passage", ...] = ()
    before: str = ""
    after: str = ""

    @classmethod
    def at(
        cls, rank: int, chunk: Chunk, document: Document, similarity: float | None = None
    ) -> "Passage":
        """The passage that a chunk is at this place of a list, numbered as it is ranked."""
        return cls(chunk, document, rank, rank, chunk.page_from, similarity)


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim text of passage `number`: `text == canonical[char_start:char_end]`, always."""

    number: int
    document: Document
    page: int | None
    char_start: int
    char_end: int
    text: str


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`degraded` says in a sentence what part of the search could not be used."""

    query: str
    passages: tuple[Passage, ...]
    timings: Mapping[str, float]
    degraded: str | None = None
