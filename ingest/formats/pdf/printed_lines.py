"""What pleadings and transcripts are cited by: the numbers that pages and lines bear in print."""

import re
from collections import defaultdict
from collections.abc import Iterator

from ingest.formats.pdf.running_headers import at_edges
from kb.pages import PageText, PdfText

_ALONE = re.compile(r"[-\u2013\u2014\s]*(\d{1,5})[-\u2013\u2014\s]*")
_NAMED = re.compile(r"\b(?:page|pg\.?|p\.)\s*(\d{1,5})(?:\s+of\s+\d{1,5})?\W*$", re.IGNORECASE)
_FEW = 5  # pages, of which a number rises over two at least; over three of more


def numbered_lines(page: PageText, offset: int) -> tuple[tuple[int, int], ...]:
    """The lines of a page as `kb.domain.Page.lines`; `offset` is where it begins in the text.

    None where a number is there twice: several pages of a transcript are printed on one sheet.
    """
    found: list[tuple[int, int]] = []
    for line in page.lines:
        if line.number != (found[-1][1] if found else 0):
            found.append((offset + line.char_start, line.number))
    numbers = [number for _, number in found if number]
    if not numbers or len(set(numbers)) < len(numbers):
        return ()
    ends = [line.char_end for line in page.lines if line.number]
    return (*(found if found[-1][1] else found[:-1]), (offset + ends[-1], 0))


def printed_numbers(pdf: PdfText) -> dict[int, int]:
    """By their place in the file the numbers that pages bear themselves, where they differ.

    A number at the edge of a page counts it if it rises by one to other pages; else what the file
    calls the page counts.
    """
    runs: defaultdict[int, set[int]] = defaultdict(set)
    for page in pdf.pages:
        for number in _candidates(page):
            runs[number - page.number].add(page.number)
    least = 2 if len(pdf.pages) <= _FEW else 3
    best: dict[int, int] = {}
    for ahead, pages in sorted(runs.items(), key=lambda run: (-len(run[1]), abs(run[0]))):
        if len(pages) >= least:
            best.update({page: ahead for page in pages if page not in best})
    told = {page: page + ahead for page, ahead in best.items()}
    for number, label in enumerate(pdf.labels, start=1):
        if number not in told and label.isascii() and label.isdigit():
            told[number] = int(label)
    return {page: number for page, number in told.items() if number not in (0, page)}


def _candidates(page: PageText) -> Iterator[int]:
    for _, line in at_edges([line for line in page.lines if not line.hidden]):
        words = page.text[line.char_start : line.char_end]
        if found := _ALONE.fullmatch(words) or _NAMED.search(words):
            yield int(found[1])
