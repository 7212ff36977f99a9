"""The lines of one PDF page: PDFium's text with spans, boxes and the marks of paragraphs.

The text of a page is what PDFium reads, with its lines kept as they are. One
thing is added: a blank line where a paragraph ends, so that a sentence never
runs from a heading into the text below it. Where that is depends on the page
alone, so the place of a quote on its page can be found again from the page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.characters import Characters
from kb.pages.hidden import Concealed, concealed
from kb.pages.layout import Box, RawLine, gutter, openings, reading_order
from kb.pages.margins import Printed, leading_number, numbered
from kb.pages.raised import raised_figures, whole_rows

ZERO_WIDTH = (*range(0x200B, 0x2010), *range(0x2060, 0x2065), 0xFEFF, *range(0xE0000, 0xE0080))
CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(range(0x20)),
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    **dict.fromkeys(ZERO_WIDTH),
    0x09: " ",
    0xA0: " ",
    0xAD: "-",  # in PDFs these two are hyphens that are seen on the page,
    0xFFFE: "-",  # PDFium's mark for one that may break a word
    0xFFFF: None,
    **dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "ft", "st"), start=0xFB00)),
}
_WIDE = 1.2  # heights of a line; words of one column are nearer
_FEW_ROWS = 4
_LINE_END = re.compile("\r\n|\r|\n|(?<=\ufffe)(?=[^\r\n])")
_LAST_BLANK = re.compile(r" (?=[^ ])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its span in the page's text and its box in points from the bottom left.

    `opens`: a paragraph begins with it. `height` is that of its font. `hidden` says why
    a reader of the page cannot see it, "" when they can.
    """

    char_start: int
    char_end: int
    left: float
    right: float
    bottom: float
    height: float
    bold: bool
    opens: bool
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class PageLines:
    """`raw` is what PDFium read, `text` what it became; `ink` are the lines within `raw`.

    `shown` are places in `raw` where the text has something else than `CHARACTERS` says.
    """

    raw: str
    text: str
    lines: tuple[Line, ...]
    ink: tuple[RawLine, ...]
    shown: Mapping[int, str]


def page_lines(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> PageLines:
    """The text of one page, line by line. Raises `PdfiumError` for a damaged page."""
    raw = textpage.get_text_range()
    reader = _Reader(page, textpage, raw)
    ink = reader.lines()
    text, lines = _assembled(raw, ink, reader.shown)
    return PageLines(raw, text, lines, tuple(ink), reader.shown)


def span_boxes(
    page: pdfium.PdfPage, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of each piece of a line within spans of the page's text."""
    if not spans:
        return
    with closing(page.get_textpage()) as textpage:
        found = page_lines(page, textpage)
        origins = _origins(found)
        known = Characters(page, textpage, found.raw)
        for start, end in spans:
            places = [place for place in origins[max(0, start) : end] if place is not None]
            if places:
                first, last = (known.char_index(at) for at in (places[0], places[-1]))
                for number in range(textpage.count_rects(first, last - first + 1)):
                    yield textpage.get_rect(number)


class _Reader:
    """What PDFium knows of one page's characters, asked by their place in Python's string."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, raw: str) -> None:
        self._page = page
        self._textpage = textpage
        self._raw = raw
        self.known = Characters(page, textpage, raw)
        self.shown: dict[int, str] = {}

    def lines(self) -> list[RawLine]:
        """The lines with ink, each with the box from its first to its last character."""
        lines: list[RawLine] = []
        hidden = [self._in_text(one) for one in concealed(self._page, self._textpage)]
        start, blank = 0, False
        ends = [
            found.span() for found in _LINE_END.finditer(self._raw) if self._ends(*found.span())
        ]
        for stop in [*ends, (len(self._raw), len(self._raw))]:
            found = [
                self._measured(RawLine(first, last, blank, hidden=why))
                for first, last, why in _cut(start, stop[0], hidden)
                if _ink(self._raw[first:last])
            ]
            lines.extend(found)
            blank = not found
            start = stop[1]
        lines = self._without_numbers(lines)
        lines, self.shown = whole_rows(self.known, self._raw, lines)
        self.shown |= raised_figures(self.known, self._raw, lines)
        if (self.known.turn - self._page.get_rotation()) % 360 == 270:
            return _in_order(lines)  # PDFium mixes up lines that run downwards
        return self._in_columns(lines)

    def _without_numbers(self, lines: list[RawLine]) -> list[RawLine]:
        """The lines without the numbers of lines in the margin."""
        printed = [self._printed(line) for line in lines]
        found: list[RawLine] = []
        counted = numbered(printed)
        for place, (line, said) in enumerate(zip(lines, printed, strict=True)):
            if place not in counted:
                found.append(line)
                continue
            start = line.start + leading_number(said.text)
            if _ink(self._raw[start : line.end]):
                found.append(self._measured(replace(line, start=start)))
        return found

    def _printed(self, line: RawLine) -> Printed:
        text = "" if line.hidden else self._raw[line.start : line.end]
        digits = leading_number(text)
        right = self.known.extent(line.start + digits - 1)[2] if digits else 0.0
        return Printed(text, line.left, line.right, line.bottom, line.height, right)

    def _ends(self, at: int, after: int) -> bool:
        """Whether a line ends here: PDFium drops the break behind a hyphen that parts a word."""
        if at < after:
            return True
        hyphen, letter = self.known.extent(at - 1), self.known.extent(at)
        high, gap = hyphen[3] - hyphen[1], letter[0] - hyphen[2]
        return not -1 <= gap < _WIDE * high or abs(letter[1] - hyphen[1]) > 0.5 * high

    def _in_columns(self, lines: list[RawLine]) -> list[RawLine]:
        """The lines, cut and put in order where PDFium read straight across two columns."""
        split = [self._split(line) for line in lines]
        if sum(len(pieces) > 1 for pieces in split) < _FEW_ROWS:
            return lines
        between = gutter([_as_box(piece) for pieces in split for piece in pieces])
        if between is None:
            return lines
        split = [self._split(line, generated=False) for line in lines]
        found: list[RawLine] = []
        for line, pieces in zip(lines, split, strict=True):
            apart = any(piece.right <= between for piece in pieces) and any(
                piece.left >= between for piece in pieces
            )
            found.extend(pieces if apart else [line])
        return _in_order(found)

    def _split(self, line: RawLine, *, generated: bool = True) -> list[RawLine]:
        """The pieces of a line that are further apart than words are.

        `generated`: looked at are only blanks that PDFium has put where it saw a gap.
        """
        pieces: list[RawLine] = []
        start = line.start
        for found in _LAST_BLANK.finditer(self._raw, line.start + 1, line.end):
            at = found.start()
            index = self.known.char_index(at)
            if generated and pdfium_c.FPDFText_IsGenerated(self._textpage, index) != 1:
                continue
            gap = self.known.box(index + 1)[0] - self.known.box(index - 1)[2]
            if gap > _WIDE * line.height:
                pieces.append(self._measured(RawLine(start, at, line.after_blank)))
                start = at + 1
        if not pieces or line.hidden:
            return [line]
        return [*pieces, self._measured(RawLine(start, line.end, line.after_blank))]

    def _in_text(self, one: Concealed) -> tuple[int, int, str]:
        return self.known.place(one.first), self.known.place(one.last) + 1, one.why

    def _measured(self, line: RawLine) -> RawLine:
        while not _ink(self._raw[line.start]):
            line.start += 1
        while not _ink(self._raw[line.end - 1]):
            line.end -= 1
        first, last = self.known.char_index(line.start), self.known.char_index(line.end - 1)
        box, end = self.known.box(first), self.known.box(last)
        line.left, line.bottom, line.height = box[0], box[1], box[3] - box[1]
        line.right = max(box[2], end[2])
        line.bold = self.known.is_bold(first) and (first == last or self.known.is_bold(last))
        if not line.hidden and self.known.outside(box) and self.known.outside(end):
            line.hidden = "text outside the page"
        return line


def _ink(piece: str) -> str:
    """What can be seen of a piece of PDFium's text, or is there at least."""
    plain = piece.isascii() and piece.isprintable()  # of which `CHARACTERS` changes nothing
    return (piece if plain else piece.translate(CHARACTERS)).strip()


def _in_order(lines: list[RawLine]) -> list[RawLine]:
    return [lines[number] for number in reading_order([_as_box(line) for line in lines])]


def _as_box(line: RawLine) -> Box:
    return line.left, -line.bottom - line.height, line.right, -line.bottom


def _cut(
    start: int, end: int, hidden: list[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """A line's pieces: those within a hidden span, with its reason, and those between."""
    for since, until, why in hidden:
        first, last = max(since, start), min(until, end)
        if first < last:
            yield start, first, ""
            yield first, last, why
            start = last
    yield start, end, ""


def _characters(raw: str, line: RawLine, shown: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Of each place of a line in `raw` what the text has for it."""
    for at in range(line.start, line.end):
        yield at, shown[at] if at in shown else raw[at].translate(CHARACTERS)


def _assembled(
    raw: str, ink: list[RawLine], shown: Mapping[int, str]
) -> tuple[str, tuple[Line, ...]]:
    opens = openings(raw, ink)
    pieces: list[str] = []
    lines: list[Line] = []
    at = 0
    for line, opening in zip(ink, opens, strict=True):
        if pieces:
            gap = "\n\n" if opening else "\n"
            pieces.append(gap)
            at += len(gap)
        piece = (
            "".join(one for _, one in _characters(raw, line, shown))
            if shown
            else raw[line.start : line.end].translate(CHARACTERS)
        )
        pieces.append(piece)
        box = (line.left, line.right, line.bottom, line.height, line.bold)
        lines.append(Line(at, at + len(piece), *box, opening, line.hidden))
        at += len(piece)
    return "".join(pieces), tuple(lines)


def _origins(found: PageLines) -> list[int | None]:
    """For each character of the page's text its place in PDFium's, None for one we added."""
    origins: list[int | None] = []
    for line in found.ink:
        while len(origins) < len(found.text) and found.text[len(origins)] == "\n":
            origins.append(None)
        for at, words in _characters(found.raw, line, found.shown):
            origins.extend([at] * len(words))
    return origins
