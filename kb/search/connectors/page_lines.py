"""Page and line in an expression: where the words stand that are printed there."""

from bisect import bisect_left
from collections import defaultdict

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
        runs = sorted(run for known, spans in lines.items() for run in self._runs(known, spans))
        return (
            np.array([first for first, _ in runs], dtype=np.int64),
            np.array([last for _, last in runs], dtype=np.int64),
        )

    def _runs(self, known: DocumentId, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The places of the words of each of these lines of a document."""
        only = self._places.chosen([self._places.index[known]])
        begins = self._places.of_words([CHUNKS], only).tolist()
        wanted = [(known, number) for number in range(len(begins))]
        found: list[tuple[int, int]] = []
        for (_, number), chunk in self._chunks.counted(wanted, self._scope).items():
            inside = [
                (start - chunk.char_start, end - chunk.char_start)
                for start, end in spans
                if start < chunk.char_end and end > chunk.char_start
            ]
            stands = [start for start, _ in token_spans(chunk.text)] if inside else []
            for start, end in inside:
                first, last = bisect_left(stands, start), bisect_left(stands, end) - 1
                if first <= last:
                    found.append((begins[number] + first, begins[number] + last))
        return found
