"""Passages by page and line: where each stands, and those that a query of page and line means."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb.domain import DocumentId, Passage, Scope
from kb.domain.page_lines import cited_lines, page_line
from kb.store.documents.chunks import Chunks
from kb.store.documents.library import Library
from kb.store.documents.page_lines import NumberedPages


def placed(passages: Sequence[Passage], pages: NumberedPages, scope: Scope) -> tuple[Passage, ...]:
    """The passages with their pages and lines, where numbers of lines are in the margin."""
    every = [each for one in passages for each in (one, *one.also_in)]
    spans = [(one.document.id, one.chunk.char_start, one.chunk.char_end) for one in every]
    known = pages.under(spans, scope)

    def told(one: Passage) -> Passage:
        there = known.get(one.document.id, ())
        return replace(one, page_line=page_line(there, one.chunk.char_start, one.chunk.char_end))

    if not known:
        return tuple(passages)
    return tuple(replace(told(one), also_in=tuple(map(told, one.also_in))) for one in passages)


@dataclass(frozen=True, slots=True)
class CitedLines:
    """Finds what stands at a page and line, in a scope."""

    pages: NumberedPages
    chunks: Chunks
    library: Library

    def first(
        self,
        query: str,
        scope: Scope,
        found: Sequence[Passage],
        *,
        limit: int,
        within: frozenset[DocumentId] | None = None,
    ) -> tuple[Passage, ...]:
        """`limit` of `found`, led by the passages at the page and line that are the whole query.

        Those of the documents that came last are first. Any other query leaves `found` as it is.
        """
        cited = cited_lines(query)
        lines = self.pages.cited(cited, scope) if cited else []
        lines = [one for one in lines if within is None or one[0] in within]
        if not lines:
            return tuple(found)
        spans: dict[DocumentId, list[tuple[int, int]]] = {}
        for known, start, end in lines:
            spans.setdefault(known, []).append((start, end))
        chunks = self.chunks.holding(spans, scope)
        order = {known: at for at, known in enumerate(spans)}
        chunks.sort(key=lambda one: (order[one.document_id], one.ordinal))
        documents = self.library.documents_by_id(list(spans), scope)
        seen = {passage.chunk.id: passage for passage in found}
        led = [
            seen.get(one.id) or Passage.at(0, one, documents[one.document_id])
            for one in chunks[:limit]
            if one.document_id in documents
        ]
        ids = {one.chunk.id for one in led}
        rest = [passage for passage in found if passage.chunk.id not in ids]
        return tuple(
            replace(passage, number=rank, rank=rank)
            for rank, passage in enumerate([*led, *rest][:limit], start=1)
        )
