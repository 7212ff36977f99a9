"""Reading passages closely: how far does each sentence cover what was asked?

Coverage is soft: a word of the question is covered by the same word, or to the
degree of its nearest token in meaning (late interaction, Khattab and Zaharia,
ColBERT, SIGIR 2020), weighted by its rarity in the scope.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kb.answer.question import AnalysedQuestion
from kb.answer.rows import is_year, units
from kb.domain import DocumentId, Passage
from kb.ports import Embedder, Tokens, Vectors
from kb.search.hybrid.cross_encoder_input import named_by_title, of_others
from kb.store.lexical.bm25 import Match
from kb.text.analyzer import terms
from kb.text.context import context_line

SHORT = 30
"""Characters below which a sentence says nothing by itself."""
ELSEWHERE = 0.9
"""How far a name counts as covered that stands elsewhere in the same document."""

_LONG_FIGURE = 3
"""Characters; shorter numbers are also written as words."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage; offsets into the document's canonical text.

    `cosine` is of the sentence alone with the question; `covered` is the share of
    the question that it and the sentence before it cover; `exact` counts equal
    words only; `fits`: it shows the kind of thing that was asked for; `stated`: the fact that
    was asked for was read in it; `relevance`: how probably its passage is relevant, 0 where no
    reranker has read it; `row`: it is a row of a table.
    """

    passage: Passage
    index: int
    char_start: int
    char_end: int
    text: str
    cosine: float
    covered: float
    exact: float
    fits: bool
    stated: bool = False
    relevance: float = 0.0
    row: bool = False


def read_closely(
    asked: AnalysedQuestion, passages: Sequence[Passage], match: Match, embedder: Embedder
) -> list[Candidate]:
    """Every sentence of the passages, measured; in the passages' order."""
    known = _Known(asked, passages, match)
    found: list[Candidate] = []
    leads = [f"{context_line(p.document.title, p.chunk.heading)}. " for p in passages]
    read = embedder.tokens([lead + p.chunk.text for lead, p in zip(leads, passages, strict=True)])
    for passage, lead, (tokens, spans) in zip(passages, leads, read, strict=True):
        placed = [(start - len(lead), end - len(lead)) for start, end in spans]
        found.extend(_sentences(asked, passage, known, (tokens, placed)))
    if found:
        cosines = embedder.embed([candidate.text for candidate in found]) @ asked.vector
        found = [replace(c, cosine=float(cosine)) for c, cosine in zip(found, cosines, strict=True)]
    return found


class _Known:
    """What the documents at hand say of the question's words beyond a single sentence."""

    def __init__(self, asked: AnalysedQuestion, passages: Sequence[Passage], match: Match) -> None:
        self._asked = asked
        self._holders: Mapping[str, set[DocumentId]] = {
            term: match.holders(term) for term in asked.terms
        }
        self._titles = named_by_title(asked.names, (p.document for p in passages))

    def floor(self, passage: Passage) -> Vectors:
        """How far each word is covered before the passage's text is looked at."""
        around = set(terms(f"{context_line(passage.document.title, passage.chunk.heading)}"))
        around |= set(terms(f"{passage.document.name} {passage.document.matter}"))
        return np.array(
            [
                1.0
                if term in around
                else ELSEWHERE
                if term in self._asked.names and passage.document.id in self._holders[term]
                else 0.0
                for term in self._asked.terms
            ],
            dtype=np.float32,
        )

    def weights(self, passage: Passage) -> Vectors:
        """The words' weights, without names that belong to another document of a comparison."""
        others = of_others(self._titles, passage.document.id)
        keep = [term not in others for term in self._asked.terms]
        return self._asked.weights * np.array(keep, dtype=np.float32)


def _sentences(
    asked: AnalysedQuestion, passage: Passage, known: _Known, read: Tokens
) -> list[Candidate]:
    """The sentences of a passage; tokens of its context line have places below zero."""
    text, (tokens, spans) = passage.chunk.text, read
    near = asked.vectors @ tokens.T if len(tokens) else np.zeros((len(asked.terms), 0))
    starts = np.array([start for start, _ in spans])
    ends = np.array([end for _, end in spans])
    floor, weights = known.floor(passage), known.weights(passage)
    total = float(weights.sum()) or 1.0
    found, offset, opening = [], passage.chunk.char_start, 0
    exact_alone = np.array([_is_figure(term) for term in asked.terms], dtype=bool)
    for index, (start, end, row) in enumerate(_units(text)):
        opening = start if row else opening  # the row above tells of something else
        inside = (starts < end) & (ends > opening)
        soft = near[:, inside].max(axis=1) if inside.any() else np.zeros(len(asked.terms))
        soft = np.where(exact_alone, 0.0, soft)
        words = set(terms(text[opening:end]))
        same = np.array([term in words for term in asked.terms], dtype=np.float32)
        exact = np.maximum(same, floor)
        found.append(
            Candidate(
                passage=passage,
                index=index,
                char_start=offset + start,
                char_end=offset + end,
                text=text[start:end],
                cosine=0.0,
                covered=float((np.maximum(exact, soft) * weights).sum()) / total,
                exact=float((exact * weights).sum()) / total,
                fits=bool(asked.kind.shows.search(text[start:end])),
                row=row,
            )
        )
        opening = start
    return found


def _units(text: str) -> list[tuple[int, int, bool]]:
    """Sentences, a heading or label ("2.1 Rent.") joined to the one that it opens, and rows."""
    joined: list[tuple[int, int, bool]] = []
    opening: int | None = None
    for start, end, row in units(text):
        begin = start if opening is None else opening
        if end - start < SHORT and not row:
            opening = begin
            continue
        if row and opening is not None:
            joined.append((opening, len(text[:start].rstrip()), False))
            begin = start
        joined.append((begin, end, row))
        opening = None
    if opening is not None:
        last = joined.pop()[0] if joined and not joined[-1][2] else opening
        joined.append((last, len(text.rstrip()), False))
    return joined


def _is_figure(term: str) -> bool:
    """Whether a term is a number or code that is another one where a digit differs.

    Years are none: a question has them beside what it asks of more often than in it.
    """
    return len(term) >= _LONG_FIGURE and any(map(str.isdigit, term)) and not is_year(term)
