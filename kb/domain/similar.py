"""The nouns of “more like this”: what is compared, and what is like it."""

from collections.abc import Mapping
from dataclasses import dataclass

from kb.domain import Document, Passage


@dataclass(frozen=True, slots=True)
class Sample:
    """A document, or a passage of it: a page, or a span of its canonical text.

    `document` is an id, or a path or name that is unique; `page` counts from 1; `start` and
    `end` are characters, one past the last. Neither page nor span means the whole document.
    """

    document: str
    page: int | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class AlikeDocument:
    """A document like the sample; `also_in` are other documents with the same text.

    `similarity` is the cosine of their mean vectors; None for a passage's documents, which
    come in the order of their best passages, and for a document that has no vectors yet.
    """

    document: Document
    similarity: float | None = None
    also_in: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """What is like a sample, most like first. `start` and `end` are the sample's span.

    `timings` are milliseconds; `degraded` says in a sentence what could not be used.
    """

    source: Document
    page: int | None
    start: int
    end: int
    passages: tuple[Passage, ...]
    documents: tuple[AlikeDocument, ...]
    timings: Mapping[str, float]
    degraded: str | None = None
