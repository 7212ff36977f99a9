"""From a document, a page or a span of it to what others are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

from kb.domain import Chunk, Document, Scope
from kb.domain.similar import Sample
from kb.errors import BadRequest
from kb.ports import Embedder, Vectors
from kb.search.hybrid.candidates import StoreView
from kb.store.vectors.document_vectors import Portraits, mean_of

SPECIAL_TOKENS = 2
"""What an embedder adds to a text."""

Pictured = Sequence[tuple[Chunk, Vectors | None]]


@dataclass(frozen=True, slots=True)
class Subject:
    """`vector` is the mean of a document's chunks, or a passage's own; None before there is one.

    `text` is the passage, or the document less what it quotes below a reply; `canonical` is
    all of the document's.
    """

    document: Document
    page: int | None
    start: int
    end: int
    text: str
    canonical: str
    vector: Vectors | None
    whole: bool


class Samples:
    def __init__(self, reader: StoreView, portraits: Portraits) -> None:
        self._reader = reader
        self._portraits = portraits

    def subject(self, sample: Sample, scope: Scope, embedder: Embedder) -> Subject:
        """Raises `NotFound`, `Ambiguous`; `BadRequest` for a span that is none and for no text."""
        document = self._reader.library.find(sample.document, scope)
        pictured = self._portraits.chunks(document.id, scope)
        if not pictured:
            raise BadRequest(
                f"“{document.name}” has no text that could be compared. Wait until it is read, "
                "or name another document."
            )
        canonical = self._reader.library.text(document.id, scope)
        span = self._span(sample, document, scope)
        if span is None:
            text = "\n\n".join(chunk.text for chunk, _ in pictured)
            mean = mean_of(vector for _, vector in pictured)
            return Subject(document, None, 0, len(canonical), text, canonical, mean, whole=True)
        start, end = span
        text = canonical[start:end]
        if not text.strip():
            raise BadRequest(f"There are no words in that part of “{document.name}”. Name another.")
        vector = _passage_vector(text, span, pictured, embedder)
        end = min(end, len(canonical))
        return Subject(document, sample.page, start, end, text, canonical, vector, whole=False)

    def _span(self, sample: Sample, document: Document, scope: Scope) -> tuple[int, int] | None:
        """None for the whole document."""
        start, end = sample.start, sample.end
        if sample.page is not None:
            if (start, end) != (None, None):
                raise BadRequest("Name a page or a span of characters, not both.")
            page = self._reader.contents.page(document.id, sample.page, scope)
            return page.char_start, page.char_end
        if start is None and end is None:
            return None
        if start is None or end is None or not 0 <= start < end:
            raise BadRequest(
                "A span has its first character and one past its last, such as 100 and 250."
            )
        return start, end


def _passage_vector(
    text: str, span: tuple[int, int], pictured: Pictured, embedder: Embedder
) -> Vectors | None:
    """Of the text itself, or where it is too long for the embedder the mean of its chunks."""
    if embedder.counter.count(text) + SPECIAL_TOKENS <= embedder.max_tokens:
        vector: Vectors = embedder.embed([text])[0]
        return vector
    start, end = span
    touched = (v for c, v in pictured if c.char_start < end and start < c.char_end)
    return mean_of(touched)
