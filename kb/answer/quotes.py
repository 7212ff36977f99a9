"""Choosing the sentences that answer, and cutting them by offset from the canonical text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kb.answer.coverage import Candidate
from kb.answer.rows import heads
from kb.domain import Chunk, Page, Passage, Quote
from kb.domain.page_lines import page_line
from kb.search.hybrid.cross_encoder_input import WORD
from kb.text.analyzer import content_terms

MOST_QUOTES = 5
MOST_CHARACTERS = 1500
"""Of all quotes together: what a reader takes in at one look."""
LONGEST_QUOTE = 900
"""Characters; a longer sentence is still shown whole when it is the best."""
LEAST_SHARE = 0.6
"""Of the best sentence's score; what has less is quoted by nobody who has read it."""

LISTED = 4
"""So many figures are a list; a date has two."""
_FIGURES = re.compile(r"\d[\d.,:/-]*")
_COLUMNS = re.compile(r"[|\t]|\S,\S*[^\W\d]")

W_COSINE = 1.0
W_COVERED = 1.0
W_FITS = 0.1
W_RANK = 0.25
W_RELEVANT = 0.5
"""How much meaning, coverage, the kind of answer, the passage's rank and what the reranker says of
it count (docs/answers.md)."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """A document's canonical text and its pages: what every quote is cut from."""

    text: str
    pages: Sequence[Page]

    def page_at(self, offset: int) -> int | None:
        """The number of the page on which this character stands, None without pages."""
        return next((p.number for p in self.pages if p.char_start <= offset < p.char_end), None)


def ranked(found: Sequence[Candidate]) -> list[Candidate]:
    """The sentences, best first, before them those in which a fact was read that is asked for."""
    return sorted(found, key=lambda c: (not c.stated, -_score(c), c.passage.rank, c.index))


def _score(candidate: Candidate) -> float:
    return (
        W_COSINE * candidate.cosine
        + W_COVERED * candidate.covered
        + W_FITS * candidate.fits
        + W_RANK / candidate.passage.rank
        + W_RELEVANT * candidate.relevance
    )


def _says_something(candidate: Candidate) -> bool:
    """Whether it is more than names, dates and labels, as the lines of a signature are.

    A row of a table is, and a list of figures: what heads it says what they are.
    """
    if _COLUMNS.search(candidate.text) or len(_FIGURES.findall(candidate.text)) >= LISTED:
        return True
    words = [word[0] for word in WORD.finditer(candidate.text)]
    plain = [word for word in words if word == word.lower() and not word[0].isdigit()]
    return any(content_terms(word) for word in plain)


def choose(
    found: Sequence[Candidate],
    read: Callable[[Passage], Canonical],
    *,
    most: int = MOST_QUOTES,
    room: int = MOST_CHARACTERS,
) -> list[Quote]:
    """At most so many quotes of together so many characters, in the passages' order.

    The best sentence first, then others that say more than names; neighbouring ones
    become one quote, and none is cut short. `read` gives a passage's document: every
    quote is cut from it, so it is verbatim by construction.
    """
    spans: list[tuple[Passage, int, int]] = []
    left = room
    found = [one for one in found if one.char_end - one.char_start <= room]
    best = max(map(_score, found), default=0.0)
    least = best - (1 - LEAST_SHARE) * abs(best)
    near = ranked([one for one in found if one.stated or _score(one) >= least])
    for candidate in [*near[:1], *filter(_says_something, near[1:])]:
        length = candidate.char_end - candidate.char_start
        if length > left or (spans and length > LONGEST_QUOTE):
            continue
        merged = _merge(spans, candidate)
        if len(merged) > most or merged[-1][2] - merged[-1][1] > max(LONGEST_QUOTE, length):
            continue
        used = sum(end - start for _, start, end in merged)
        if used > room:
            continue
        spans, left = merged, room - used
    return [
        Quote(
            *(p.number, p.document, read(p).page_at(start), start, end, read(p).text[start:end]),
            p.chunk.opinion,
            page_line(read(p).pages, start, end),
            _heads(p.chunk, start, end),
        )
        for p, start, end in sorted(spans, key=lambda s: (s[0].number, s[1]))
    ]


def _heads(chunk: Chunk, start: int, end: int) -> str:
    return heads(chunk.text, chunk.heading, (start - chunk.char_start, end - chunk.char_start))


def _merge(
    spans: list[tuple[Passage, int, int]], candidate: Candidate
) -> list[tuple[Passage, int, int]]:
    """Add a sentence; one that touches a chosen one in the same passage makes it longer."""
    start, end, rest = candidate.char_start, candidate.char_end, []
    chunk = candidate.passage.chunk
    for passage, other_start, other_end in spans:
        between = slice(min(end, other_end), max(start, other_start))
        near = passage.chunk.id == chunk.id and not _inside(chunk, between).strip()
        if near:
            start, end = min(start, other_start), max(end, other_end)
        else:
            rest.append((passage, other_start, other_end))
    return [*rest, (candidate.passage, start, end)]


def _inside(chunk: Chunk, span: slice) -> str:
    """What of the chunk stands in a span of the document."""
    return chunk.text[span.start - chunk.char_start : span.stop - chunk.char_start]
