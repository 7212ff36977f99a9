"""From a reading to chunks: whole sentences, one section each, within the embedder's limit.

llama-index's SentenceSplitter strips and re-joins what it splits, and finds
the place of a chunk afterwards by searching for its text, which fails on the
repeated clauses of contracts; it also counts tokens once for each merge. A
quote must be found at its span, so the packing is done here, on spans.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.chunking.sections import Section, is_heading, sections
from ingest.chunking.tables import header_above, tables
from kb.domain import Chunk, ChunkId, DocumentId, Element, ElementKind, OpinionSpan, Reading
from kb.ports import TokenCounter
from kb.text.context import PATH_JOINT
from kb.text.sentences import sentence_spans

_WHITE = re.compile(r"\s")
_WINDOW = 20_000  # characters
_GAP = re.compile(r"\s{256,}")
_UNFINISHED = re.compile(r"[\w,\-\u2013\u2014&(]")
_AT_A_JOINT = 2  # tokens that two atoms may count for more when they are joined
_BETWEEN = 4  # tokens that a character between them counts for, at most
_TINY = 0.25  # of the limit; a last chunk below it shares with the one before


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is never divided further: a sentence, a heading, a table row, or part of a long one."""

    start: int
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class _Measure:
    """Whether atoms that are joined keep within a limit: they may count for more than apart.

    Where their sum leaves room for that they are not counted again, which takes as long as
    reading them does.
    """

    text: str
    counter: TokenCounter

    def fits(self, run: Sequence[_Atom], limit: int) -> bool:
        gaps = [self.text[one.end : other.start] for one, other in pairwise(run)]
        room = sum(_AT_A_JOINT + _BETWEEN * len(gap.strip()) for gap in gaps)
        if sum(atom.tokens for atom in run) + room <= limit:
            return True
        return self.counter.count(self.text[run[0].start : run[-1].end]) <= limit


def chunk(
    reading: Reading,
    document_id: DocumentId,
    title: str,
    counter: TokenCounter,
    max_tokens: int,
    *,
    parts: Sequence[OpinionSpan] = (),
) -> list[Chunk]:
    """Cut `reading` into chunks of at most `max_tokens` of the embedder's tokens.

    Ends at `parts` of an opinion, headings, furniture and sentences, in this order of force;
    `text == reading.text[char_start:char_end]` for each. `title` is left out of the
    heading path where the document's first heading repeats it. The time grows with
    the length of the text and the number of elements, not with their square.
    """
    chunks: list[Chunk] = []
    for section in sections(reading, title, parts):
        for start, end, heading in _pieces(reading.text, section, counter, max_tokens):
            number = len(chunks)
            chunks.append(
                Chunk(
                    ChunkId(f"{document_id}-{number:05d}"),
                    document_id,
                    number,
                    reading.text[start:end],
                    heading,
                    _page(reading, start),
                    _page(reading, end - 1),
                    start,
                    end,
                    section.opinion,
                )
            )
    return chunks


def _page(reading: Reading, at: int) -> int | None:
    if not reading.pages:
        return None
    place = bisect_right(reading.pages, at, key=lambda page: page.char_start)
    return reading.pages[max(0, place - 1)].number


def _pieces(
    text: str, section: Section, counter: TokenCounter, max_tokens: int
) -> Iterator[tuple[int, int, str]]:
    atoms = list(_atoms(text, section.elements, counter, max_tokens))
    rows = list(tables(text, section.elements))
    headers = [header_above(rows, atom.start) for atom in atoms]
    known = {header: counter.count(header) for header in set(headers)}
    limits = [max_tokens - min(known[header], max_tokens // 2) for header in headers]
    for first, last in _packed(atoms, _Measure(text, counter), limits):
        shown = [section.heading, headers[first]]
        yield atoms[first].start, atoms[last].end, PATH_JOINT.join(one for one in shown if one)


def _atoms(
    text: str, elements: Sequence[Element], counter: TokenCounter, max_tokens: int
) -> Iterator[_Atom]:
    for start, end, whole in _blocks(text, elements):
        kept = whole and end - start <= _WINDOW
        for begin, stop in [(start, end)] if kept else _sentences(text, start, end):
            tokens = counter.count(text[begin:stop])
            if tokens <= max_tokens:
                yield _Atom(begin, stop, tokens)
            else:
                yield from _divided(text, begin, stop, counter, max_tokens)


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Spans of sentences; the block holds no paragraph break, though it may be double-spaced.

    It is looked at in windows, so that a file that is one line of a million
    characters, or a million blanks, takes no more than its share of time.
    """
    while start < end:
        stop = end
        if end - start > _WINDOW:
            space = max(text.rfind(one, start + _WINDOW // 2, start + _WINDOW) for one in " \n")
            stop = space if space > 0 else start + _WINDOW
        gap = _GAP.search(text, start, stop)
        if gap is not None:
            stop = gap.start()
        for begin, after in sentence_spans(_WHITE.sub(" ", text[start:stop])):
            yield start + begin, start + after
        start = stop if gap is None else gap.end()


def _blocks(text: str, elements: Sequence[Element]) -> Iterator[tuple[int, int, bool]]:
    """Spans to look for sentences in; a paragraph cut by a page's end is one block."""
    opened: tuple[int, int] | None = None
    for element in elements:
        whole = is_heading(element) or element.kind is ElementKind.TABLE_ROW
        start, end = element.char_start, element.char_end
        if opened is not None:
            runs_on = not whole and _UNFINISHED.match(text[opened[1] - 1])
            if runs_on and text[start].islower():
                opened = (opened[0], end)
                continue
            yield (*opened, False)
        opened = None if whole else (start, end)
        if whole:
            yield start, end, True
    if opened is not None:
        yield (*opened, False)


def _divided(
    text: str, start: int, end: int, counter: TokenCounter, max_tokens: int
) -> Iterator[_Atom]:
    """A sentence longer than the limit, cut at white space near every `max_tokens` tokens."""
    tokens = [(start + here, start + there) for here, there in counter.spans(text[start:end])]
    first = 0
    while first < len(tokens):
        begin = tokens[first][0]
        last = min(first + max_tokens, len(tokens))
        while last > first + 1 and not _may_end(text, tokens, last):
            last -= 1
        if last == first + 1:  # no white space at all: cut between tokens
            last = min(first + max_tokens, len(tokens))

        def fits(last: int, begin: int = begin) -> bool:
            return counter.count(text[begin : tokens[last - 1][1]]) <= max_tokens

        last = _most(first + 1, last, fits)  # cut out of its sentence, a text may count for more
        stop = end if last == len(tokens) else tokens[last - 1][1]
        yield _Atom(begin, stop, counter.count(text[begin:stop]))
        first = last


def _may_end(text: str, tokens: Sequence[tuple[int, int]], last: int) -> bool:
    return last == len(tokens) or text[tokens[last][0] - 1].isspace()


def _packed(
    atoms: Sequence[_Atom], measure: _Measure, limits: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Runs of atoms, as indices of first and last, each as long as its first atom's limit allows.

    `limits` has one for each atom; an atom may be longer than its own.
    """
    runs: list[tuple[int, int]] = []
    first = 0
    while first < len(atoms):
        last, tokens, most = first, atoms[first].tokens, limits[first]
        while last + 1 < len(atoms) and tokens + atoms[last + 1].tokens <= most:
            last += 1
            tokens += atoms[last].tokens

        def fits(last: int, first: int = first, most: int = most) -> bool:
            return measure.fits(atoms[first : last + 1], most)

        last = _most(first, last, fits)
        runs.append((first, last))
        first = last + 1
    yield from _evened(atoms, runs, measure, max(limits, default=0))


def _most(least: int, most: int, fits: Callable[[int], bool]) -> int:
    """The largest number from `least` to `most` that fits; `least` where no other does.

    Mostly it is `most` or the one before, so it is looked for in steps that double, downwards.
    """
    step, over = 1, most + 1
    tried = most
    while tried > least and not fits(tried):
        over, tried, step = tried, max(least, tried - step), step * 2
    while over - tried > 1:
        middle = (tried + over) // 2
        tried, over = (middle, over) if fits(middle) else (tried, middle)
    return tried


def _evened(
    atoms: Sequence[_Atom],
    runs: list[tuple[int, int]],
    measure: _Measure,
    max_tokens: int,
) -> list[tuple[int, int]]:
    """Give a tiny last run sentences of the one before, up to the middle of both."""
    if len(runs) < 2:
        return runs
    (first, middle), (_, last) = runs[-2:]
    total = sum(atom.tokens for atom in atoms[first : last + 1])
    tail = sum(atom.tokens for atom in atoms[middle + 1 : last + 1])
    if tail >= _TINY * max_tokens:
        return runs
    while middle > first and (tail + atoms[middle].tokens) * 2 <= total:
        tail += atoms[middle].tokens
        middle -= 1
    if not measure.fits(atoms[middle + 1 : last + 1], max_tokens):
        return runs
    return [*runs[:-2], (first, middle), (middle + 1, last)]
