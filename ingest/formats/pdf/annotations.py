"""Form fields and annotations of a PDF, put after the text of the page that they stand on.

After, and once its edges were looked at: a page number or a stamp is its last line.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.formats.pdf.deletions import by_page, moved_by
from kb.domain import Element, ElementKind, Page, Reading, Revision

_APART = "\n\n"


def with_notes(reading: Reading, notes: Mapping[int, Sequence[str]]) -> Reading:
    """The reading with each page's notes as paragraphs, and all that follows moved."""
    if not any(notes.values()):
        return reading
    pieces: list[str] = []
    pages: list[Page] = []
    elements: list[Element] = []
    revisions: list[Revision] = []
    on_pages = by_page(reading.revisions, reading.pages)
    before, moved = 0, 0
    for page in reading.pages:
        pieces.append(reading.text[before : page.char_end])
        revisions += [moved_by(one, moved) for one in on_pages[page.number]]
        before, start = page.char_end, page.char_start + moved
        elements += [moved_by(one, moved) for one in reading.elements if one.page == page.number]
        at = page.char_end + moved
        for words in notes.get(page.number, ()):
            gap = _APART if at > start else ""
            elements.append(
                Element(
                    ElementKind.PARAGRAPH, at + len(gap), at + len(gap) + len(words), page.number
                )
            )
            pieces.append(gap + words)
            at += len(gap) + len(words)
        lines = page.lines_moved(moved)
        pages.append(replace(page, char_start=start, char_end=at, lines=lines))
        moved = at - page.char_end
    text = "".join(pieces) + reading.text[before:]
    return replace(
        reading,
        text=text,
        elements=tuple(elements),
        pages=tuple(pages),
        revisions=tuple(revisions),
    )
