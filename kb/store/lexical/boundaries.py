"""Where sentences and paragraphs begin in what a document's chunks hold."""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from kb.domain import ElementKind, Reading
from kb.text.divided import HYPHENS, goes_on
from kb.text.sentences import paragraph_spans, sentence_spans
from kb.text.tokens import placed, tokens

_WINDOW = 20_000
"""Characters of a paragraph that sentences are looked for in at once."""

_ROWS = (ElementKind.TITLE, ElementKind.HEADING, ElementKind.TABLE_ROW)

DIVIDED = " divided"
"""Among the words: where those stand that are divided at the end of a line."""

_FURNITURE = 2000
"""Characters between two chunks over which a word may be divided."""
_LONGEST = 60
"""Characters of a piece of a word."""

OFFSET = np.dtype("<u4")
"""An offset, counted in tokens."""


class Laid(NamedTuple):
    """A document's tokens: where each word stands, and where its units begin.

    All but their number are the bytes of ascending `OFFSET`s.
    """

    tokens: int
    words: dict[str, bytes]
    chunks: bytes
    sentences: bytes
    paragraphs: bytes


def laying(
    text: str, chunks: Sequence[tuple[int, int]], rows: Sequence[tuple[int, int]]
) -> Generator[None, object, Laid]:
    """Count the tokens of `text` inside `chunks`, one after another; yields after each.

    `chunks` are character spans in order. Words and lines between two of them were set
    aside, so that a sentence runs on over them. Each of `rows`, spans of headings and table
    rows, is a sentence of its own.
    """
    read, starts = _read(text, chunks)
    words: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    firsts, begins, before = array("I"), array("Q"), 0
    for (start, end), at in zip(chunks, starts, strict=True):
        firsts.append(len(begins))
        if across := _across(text, before, start):
            words[across].append(len(begins) - 1)
        for first, several in placed(text[start:end]):
            for word in several:
                words[word].append(len(begins))
            if len(several) > 1:
                words[DIVIDED].append(len(begins))
            begins.append(at + first)
        before = end
        yield
    sentences: set[int] = set()
    for start, _ in _sentences(read):
        sentences.add(start)
        yield
    sentences.update(_shifted(rows, chunks, starts))
    paragraphs = [start for start, _ in paragraph_spans(read)]
    return Laid(
        len(begins),
        {word: _bytes(places) for word, places in words.items()},
        _bytes(firsts),
        _bytes(_tokens_at(sorted(sentences), begins)),
        _bytes(_tokens_at(paragraphs, begins)),
    )


def _across(text: str, end: int, start: int) -> str:
    """The word that is divided between two chunks by what was set aside, "" where none is."""
    if text[max(0, end - 1) : end] not in HYPHENS or not end or start - end > _FURNITURE:
        return ""
    if not goes_on(text[max(0, end - 3) : end - 1], text[start : start + 2]):
        return ""
    one, other = tokens(text[max(0, end - _LONGEST) : end]), tokens(text[start : start + _LONGEST])
    return "".join((*one[-1:], *other[:1]))


def laid(reading: Reading, chunks: Sequence[tuple[int, int]]) -> Laid:
    """As `laying`, at once; the rows are those of `reading`."""
    rows = [(one.char_start, one.char_end) for one in reading.elements if one.kind in _ROWS]
    steps = laying(reading.text, chunks, rows)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            found: Laid = end.value
            return found


def _read(text: str, chunks: Sequence[tuple[int, int]]) -> tuple[str, list[int]]:
    """The text as it is read, and where each chunk begins in it."""
    pieces: list[str] = []
    starts: list[int] = []
    at, before = 0, None
    for start, end in chunks:
        gap = "" if before is None else text[before:start]
        aside = gap.strip() and ("\n" in gap or tokens(gap))
        gap = "\n\n" if aside else gap
        pieces.extend((gap, text[start:end]))
        starts.append(at + len(gap))
        at += len(gap) + end - start
        before = end
    return "".join(pieces), starts


def _sentences(read: str) -> Iterator[tuple[int, int]]:
    """In windows, so that a file that is one line of a million characters takes its share."""
    for start, end in paragraph_spans(read):
        first = start
        while first < end:
            stop = end
            if end - first > _WINDOW:
                space = read.rfind(" ", first + _WINDOW // 2, first + _WINDOW)
                stop = space if space > 0 else first + _WINDOW
            block = read[first:stop]
            yield from ((first + one, first + two) for one, two in sentence_spans(block))
            first = stop


def _shifted(
    rows: Sequence[tuple[int, int]], chunks: Sequence[tuple[int, int]], starts: Sequence[int]
) -> Iterator[int]:
    """Both ends of each row, in what is read; rows outside of all chunks have none there."""
    for edge in (one for row in rows for one in row):
        place = bisect_right(chunks, edge, key=lambda span: span[0]) - 1
        if place >= 0 and edge <= chunks[place][1]:
            yield starts[place] + edge - chunks[place][0]


def _tokens_at(characters: Sequence[int], begins: "array[int]") -> "array[int]":
    """The first tokens from these characters on, each once."""
    places = np.unique(np.searchsorted(begins, characters)) if characters else np.zeros(0)
    kept = [0, *(int(place) for place in places if 0 < place < len(begins))]
    return array("I", kept if begins else [])


def _bytes(offsets: "array[int]") -> bytes:
    return np.asarray(offsets, OFFSET).tobytes()
