"""Running headers and footers: lines near the edges of pages that say the same on many of them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from ingest.formats.base.elements import heading_level, is_page_number
from kb.domain import Element, ElementKind, Page, Reading

T = TypeVar("T")
EDGE = 3  # lines from the top or bottom of a page that may be a running header or footer
_LONGEST = 200  # characters


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line of a page, with its span in the canonical text."""

    char_start: int
    char_end: int
    text: str


def lines_of(reading: Reading, page: Page) -> list[PageLine]:
    """The lines with ink on a page."""
    lines: list[PageLine] = []
    at = page.char_start
    for line in reading.text[page.char_start : page.char_end].split("\n"):
        if line.strip():
            lines.append(PageLine(at, at + len(line), line))
        at += len(line) + 1
    return lines


def at_edges(lines: Sequence[T]) -> list[tuple[str, T]]:
    """The lines that are near the top or the bottom, in order, each with "^" or "$" for which."""
    half = min(EDGE, (len(lines) + 1) // 2)
    rest = lines[half:]
    return [("^", line) for line in lines[:half]] + [("$", line) for line in rest[-EDGE:]]


def running_key(side: str, words: str) -> str:
    """The same for lines of one edge that differ in numbers at most; "" for one that is text."""
    if len(words) > _LONGEST or heading_level(words) % 2:  # a clause's heading is text
        return ""
    return side + re.sub(r"\d+", "#", " ".join(words.lower().split()))


def running_keys(pages: Sequence[Iterable[tuple[str, str]]]) -> frozenset[str]:
    """The keys that are seen on many of the pages, each page given by its lines at the edges."""
    seen = Counter(key for page in pages for key in {running_key(*line) for line in page})
    enough = max(3, 0.2 * len(pages)) if len(pages) > 2 else 2
    return frozenset(key for key, times in seen.items() if times >= enough and len(key) > 4)


def set_aside(reading: Reading, numbers: Iterable[int]) -> Reading:
    """The reading with running lines and page numbers on the pages of `numbers` made furniture."""
    lines = {page.number: lines_of(reading, page) for page in reading.pages}
    running = running_keys(
        [[(side, one.text) for side, one in at_edges(page)] for page in lines.values()]
    )
    found = [line for number in numbers for line in _aside(lines[number], running)]
    return as_furniture(reading, [(line.char_start, line.char_end) for line in found])


def _aside(lines: Sequence[PageLine], running: frozenset[str]) -> Iterator[PageLine]:
    for side, line in at_edges(lines):
        outermost = line in (lines[0], lines[-1])
        if running_key(side, line.text) in running or is_page_number(line.text, at_edge=outermost):
            yield line


def as_furniture(reading: Reading, spans: Iterable[tuple[int, int]]) -> Reading:
    """The reading with `spans`, each within one line, as furniture; elements are cut around them.

    What is hidden stays so.
    """
    elements = list(reading.elements)
    for start, end in spans:
        elements = [piece for one in elements for piece in _cut(reading.text, one, start, end)]
    return replace(reading, elements=tuple(elements))


def _cut(text: str, element: Element, start: int, end: int) -> Iterator[Element]:
    first, last = max(start, element.char_start), min(end, element.char_end)
    if first >= last or element.kind in (ElementKind.FURNITURE, ElementKind.HIDDEN):
        yield element
        return
    pieces = [
        (element.kind, element.char_start, first, element.level),
        (ElementKind.FURNITURE, first, last, 0),
        (element.kind, last, element.char_end, element.level),
    ]
    for kind, piece_start, piece_end, level in pieces:
        words = text[piece_start:piece_end]
        inner = piece_start + len(words) - len(words.lstrip())
        if words.strip():
            yield Element(kind, inner, inner + len(words.strip()), element.page, level)
