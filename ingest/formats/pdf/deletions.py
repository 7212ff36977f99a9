"""Words struck out on the pages of a PDF, as deletions at their places in the text."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from kb.domain import Element, Page, Revision, RevisionKind
from kb.pages import PdfText

Spanned = TypeVar("Spanned", Element, Revision)


def struck_out(pdf: PdfText, pages: Sequence[Page]) -> Iterator[Revision]:
    """The deletions of all pages; `pages` say where each begins in the whole text."""
    for text, page in zip(pdf.pages, pages, strict=True):
        for one in text.deletions:
            at = page.char_start + one.at
            yield Revision(RevisionKind.DELETION, one.author, one.date, at, at, one.words)


def moved_by(one: Spanned, characters: int) -> Spanned:
    """The same, that many characters further on."""
    start, end = one.char_start + characters, one.char_end + characters
    return replace(one, char_start=start, char_end=end)


def by_page(
    revisions: Sequence[Revision], pages: Sequence[Page]
) -> Mapping[int, Sequence[Revision]]:
    """Revisions by the number of the page in which, or after which, they stand."""
    starts = [page.char_start for page in pages]
    found: defaultdict[int, list[Revision]] = defaultdict(list)
    for one in revisions:
        found[pages[max(0, bisect_right(starts, one.char_start) - 1)].number].append(one)
    return found
