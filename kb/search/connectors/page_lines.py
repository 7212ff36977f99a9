"""Page and line in an expression: where the words stand that are printed there."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kb.domain import DocumentId, Scope
from kb.domain.page_lines import cited_lines
from kb.store.documents.chunks import Chunks
from kb.store.documents.page_lines import NumberedPages
from kb.store.lexical.position_reader import Chosen, Places, PlacesInScope
from kb.store.lexical.positions import CHUNKS
from kb.text.tokens import token_spans


class KnownLines:
    """The lines with numbers in the margin of the documents of one scope."""

    def __init__(
        self, pages: NumberedPages, chunks: Chunks, scope: Scope, places: PlacesInScope
    ) -> None:
        self._pages = pages
        self._chunks = chunks
        self._scope = scope
        self._places = places

    def at(self, written: str, among: Chosen) -> tuple[Places, Places]:
        """The first and the last place of each line that `written` cites by page and line."""
        cited = cited_lines(written)
        lines: defaultdict[DocumentId, list[tuple[int, int]]] = defaultdict(list)
        for known, start, end in self._pages.cited(cited, self._scope) if cited else ():
            number = self._places.index.get(known)
            if number is not None and among[number]:
                lines[known].append((start, end))
        runs = sorted(self._runs(lines))
        return (
            np.array([first for first, _ in runs], dtype=np.int64),
            np.array([last for _, last in runs], dtype=np.int64),
        )

    def _runs(
        self, lines: Mapping[DocumentId, Sequence[tuple[int, int]]]
    ) -> Iterator[tuple[int, int]]:
        """The places of the words of each of these lines."""
        wanted = [self._places.index[known] for known in lines]
        begins = self._places.of_words([CHUNKS], self._places.chosen(wanted))
        owners, firsts = np.unique(self._places.document_of(begins), return_index=True)
        opens = dict(zip(owners.tolist(), firsts.tolist(), strict=True))
        chunks = self._chunks.holding(lines, self._scope) if lines else []
        numbers = self._pages.chunk_numbers([one.id for one in chunks])
        for chunk in chunks:
            first_chunk = opens[self._places.index[chunk.document_id]]
            base = int(begins[first_chunk + numbers[chunk.id]])
            stands = [start for start, _ in token_spans(chunk.text)]
            for start, end in lines[chunk.document_id]:
                if chunk.char_start <= start < chunk.char_end:
                    first = bisect_left(stands, start - chunk.char_start)
                    last = bisect_left(stands, end - chunk.char_start) - 1
                    if first <= last:
                        yield base + first, base + last
