"""Page and line, as transcripts and pleadings are cited: 47:12, 47:12-15, 47:24-48:3."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.domain.reading import Page

MOST_PAGES = 50
"""Over which one citation may go."""
_CITED = re.compile(
    r"\s*(\d{1,5})\s?:\s?(\d{1,3})(?:\s?[-\u2013\u2014]\s?(?:(\d{1,5})\s?:\s?)?(\d{1,3}))?\s*"
)


@dataclass(frozen=True, slots=True)
class PageLines:
    """From a line of a page to a line of the same page or of a later one, both included."""

    first: tuple[int, int]
    last: tuple[int, int]

    def spans(self, page: Page) -> Iterator[tuple[int, int]]:
        """Where each of these lines that is on the page stands in the canonical text."""
        for (start, number), (end, _) in pairwise(page.lines):
            if number and self.first <= (page.cited, number) <= self.last:
                yield start, end


def cited_lines(text: str) -> PageLines | None:
    """What a text that is nothing but page and line cites, else None."""
    found = _CITED.fullmatch(text)
    if not found:
        return None
    first = int(found[1]), int(found[2])
    last = (int(found[3] or first[0]), int(found[4])) if found[4] else first
    told = 0 not in (*first, *last) and first <= last and last[0] - first[0] < MOST_PAGES
    return PageLines(first, last) if told else None


def page_line(pages: Sequence[Page], start: int, end: int) -> str:
    """How a span of the canonical text is cited by page and line; "" where that is not known."""
    held = [
        (page.cited, number)
        for page in pages
        for (begins, number), (ends, _) in pairwise(page.lines)
        if number and begins < end and ends > start
    ]
    if not held or held != sorted(held):
        return ""
    (page, line), (last_page, last_line) = held[0], held[-1]
    if (page, line) == (last_page, last_line):
        return f"{page}:{line}"
    return (
        f"{page}:{line}-{last_line}"
        if page == last_page
        else f"{page}:{line}-{last_page}:{last_line}"
    )
