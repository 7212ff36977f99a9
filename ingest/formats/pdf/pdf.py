"""PDF: the pages' own text; headings by type and words, repeated and hidden lines set aside."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.formats.base.elements import (
    HEADING_LENGTH,
    best_title,
    heading_level,
    is_page_number,
    ocr_problem,
)
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.pdf.annotations import with_notes
from ingest.formats.pdf.bates_stamps import stamped
from ingest.formats.pdf.deletions import struck_out
from ingest.formats.pdf.inside import form_entries, taken_parts
from ingest.formats.pdf.printed_lines import numbered_lines, printed_numbers
from ingest.formats.pdf.running_headers import at_edges, running_key, running_keys
from kb.domain import Element, ElementKind, Fact, Page, Reading
from kb.pages import Line, PageText, PdfText, pdf_text
from kb.pages.layout import is_rule

MEDIA_TYPE = "application/pdf"
_MENDED = (
    "The file is damaged: it was put together again to be read, and what stands on its last pages "
    "may be missing. Compare it with the original."
)
_LABELLED = re.compile(
    r"\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s|[\u2022\u25aa\u25cf\u25e6\u00b7*-]\s"
)


@dataclass(frozen=True, slots=True)
class _Type:
    """The font height of most of the text, in points, and whether most of it is bold."""

    height: float
    bold: bool


def read_pdf(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a PDF; files attached to it and pictures pasted into its pages are parts.

    Raises `ParseFailed` with code "encrypted" or "damaged".
    """
    pdf = pdf_text(path)
    notes = {page.number: page.notes for page in pdf.pages}
    shown = "\n".join(words for page in pdf.pages for words in (page.text, *page.notes))
    if pdf.pages and (entries := form_entries(path, shown)):
        last = pdf.pages[-1].number
        notes[last] = (*notes[last], *entries)
    inside = taken_parts(path, pdf.pages, options)
    reading = with_notes(stamped(_pages_read(pdf)), notes)
    mended = _MENDED if pdf.mended else None
    told = " ".join(one for one in (mended, reading.problem, inside.problem) if one) or None
    return replace(reading, parts=inside.taken, problem=told)


def _pages_read(pdf: PdfText) -> Reading:
    running = _running_lines(pdf)
    body = _body_type(pdf)
    printed = printed_numbers(pdf)
    pieces: list[str] = []
    pages: list[Page] = []
    elements: list[Element] = []
    at = 0
    for page in pdf.pages:
        gap = "" if not pieces else "\n" if _runs_on(pieces[-1], page.text) else "\n\n"
        at += len(gap)
        pieces.extend((gap, page.text))
        pages.append(
            Page(
                *(page.number, at, at + len(page.text), page.needs_ocr),
                lines=numbered_lines(page, at),
                printed=printed.get(page.number, 0),
            )
        )
        elements.extend(_elements(page, running, body, at))
        at += len(page.text)
    text = "".join(pieces)
    title = best_title(pdf.title, text, elements)
    problem = ocr_problem(pages)
    if not elements and problem is None and not any(page.notes for page in pdf.pages):
        problem = "Its pages hold no text; there is nothing in it to search."
    facts = tuple(_hidden_facts(pdf))
    return Reading(
        *(MEDIA_TYPE, text, tuple(elements), tuple(pages), title, problem),
        revisions=tuple(struck_out(pdf, pages)),
        facts=facts,
        language=pdf.language,
    )


def _hidden_facts(pdf: PdfText) -> Iterator[Fact]:
    """What was set aside, each kind with its pages."""
    for kind in dict.fromkeys(kind for page in pdf.pages for kind in page.hidden):
        numbers = [str(page.number) for page in pdf.pages if kind in page.hidden]
        shown = [*numbers[:11], f"{len(numbers) - 11} more"] if len(numbers) > 12 else numbers
        where = f"page {shown[0]}"
        if len(shown) > 1:
            where = f"pages {', '.join(shown[:-1])} and {shown[-1]}"
        yield Fact("hidden-text", f"{kind} on {where}")


def _runs_on(before: str, after: str) -> bool:
    return bool(before and after) and before[-1] not in '.:;!?"\u201d' and after[0].islower()


def _body_type(pdf: PdfText) -> _Type:
    heights: Counter[float] = Counter()
    bold = regular = 0
    for page in pdf.pages:
        for line in page.lines:
            length = line.char_end - line.char_start
            heights[round(line.height * 2) / 2] += length
            bold, regular = bold + length * line.bold, regular + length * (not line.bold)
    return _Type(max(heights, key=lambda height: heights[height], default=0.0), bold > regular)


def _running_lines(pdf: PdfText) -> frozenset[str]:
    """Lines near the edge of many pages that differ in their numbers at most."""
    return running_keys(
        [[(side, _words(page, line)) for side, line in _edge_lines(page)] for page in pdf.pages]
    )


def _edge_lines(page: PageText) -> list[tuple[str, Line]]:
    return at_edges([line for line in page.lines if not line.hidden])


def _words(page: PageText, line: Line) -> str:
    return page.text[line.char_start : line.char_end]


def _furniture(page: PageText, running: frozenset[str]) -> frozenset[Line]:
    found = {
        line for side, line in _edge_lines(page) if running_key(side, _words(page, line)) in running
    }
    for number, line in enumerate(page.lines):
        words = _words(page, line)
        edge = number in (0, len(page.lines) - 1) or (number == 1 and page.lines[0] in found)
        if is_rule(words) or is_page_number(words, at_edge=edge):
            found.add(line)
    return frozenset(found)


def _elements(
    page: PageText, running: frozenset[str], body: _Type, offset: int
) -> Iterator[Element]:
    furniture = _furniture(page, running)
    paragraph = 0
    keys: list[tuple[ElementKind | None, int]] = []
    for line in page.lines:
        paragraph += line.opens
        furnished = ElementKind.FURNITURE if line in furniture else None
        keys.append((ElementKind.HIDDEN if line.hidden else furnished, paragraph))
    numbered = zip(keys, page.lines, strict=True)
    for (aside, _), group in groupby(numbered, key=lambda pair: pair[0]):
        lines = [line for _, line in group]
        start, end = lines[0].char_start, lines[-1].char_end
        words = page.text[start:end]
        kind, level = (aside, 0) if aside else _role(words, lines, body)
        yield Element(kind, offset + start, offset + end, page.number, level)


def _role(words: str, lines: list[Line], body: _Type) -> tuple[ElementKind, int]:
    line = " ".join(words.split())
    by_words = heading_level(line) if len(lines) <= 3 else 0
    if by_words:
        return ElementKind.HEADING, by_words
    if _LABELLED.match(line):
        return ElementKind.LIST_ITEM, 0
    short = len(line) <= HEADING_LENGTH and len(lines) <= 3 and any(map(str.isalpha, line))
    if short and line[-1] not in ".;,:" and not line[0].islower() and len(line) > 2:
        if body.height and min(one.height for one in lines) > 1.3 * body.height:
            return ElementKind.HEADING, 1
        if not body.bold and all(one.bold for one in lines):
            return ElementKind.HEADING, 2
    return ElementKind.PARAGRAPH, 0
