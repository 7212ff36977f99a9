"""The nouns of the house: frozen, and knowing nothing of stores, models or HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from kb.domain.opinions import Opinion
from kb.domain.reading import Revision

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


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage-sized piece: `text == canonical[char_start:char_end]`, always.

    `heading` is the path of headings above it, joined by " › "; `page_from` and
    `page_to` are 1-based, None for formats that have no pages. `opinion` is the part of a
    court's opinion that it is of, None for all else and where that is not told.
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
    opinion: Opinion | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk ready to be cited as [number]; `rank` is 1-based, `also_in` the same text elsewhere.

    `before` and `after` are what stands around it, where that was asked for. `page_line` is where
    it stands by the numbers of lines in the margin, as `kb.domain.page_lines` tells it, or "".
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
    page_line: str = ""

    @classmethod
    def at(
        cls, rank: int, chunk: Chunk, document: Document, similarity: float | None = None
    ) -> "Passage":
        """The passage that a chunk is at this place of a list, numbered as it is ranked."""
        return cls(chunk, document, rank, rank, chunk.page_from, similarity)


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim text of passage `number`: `text == canonical[char_start:char_end]`, always.

    `opinion` is that of its passage, `page_line` as of a passage. `heads` are those of the
    columns, where it is of a table's rows; `changes` what was inserted or deleted in it.
    """

    number: int
    document: Document
    page: int | None
    char_start: int
    char_end: int
    text: str
    opinion: Opinion | None = None
    page_line: str = ""
    heads: str = ""
    changes: tuple[Revision, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`degraded` says in a sentence what part of the search could not be used."""

    query: str
    passages: tuple[Passage, ...]
    timings: Mapping[str, float]
    degraded: str | None = None
