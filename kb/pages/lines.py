"""The lines of one PDF page: PDFium's text with spans, boxes and the marks of paragraphs.

The text of a page is what PDFium reads, with its lines kept as they are. One
thing is added: a blank line where a paragraph ends, so that a sentence never
runs from a heading into the text below it. Where that is depends on the page
alone, so the place of a quote on its page can be found again from the page.
"""

import ctypes
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from math import pi

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.hidden import Concealed, concealed
from kb.pages.layout import Box, RawLine, gutter, openings, reading_order

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
_LINE_END = re.compile(r"\r\n|\r|\n")
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
    """`raw` is what PDFium read, `text` what it became; `ink` are the lines within `raw`."""

    raw: str
    text: str
    lines: tuple[Line, ...]
    ink: tuple[RawLine, ...]


def page_lines(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> PageLines:
    """The text of one page, line by line. Raises `PdfiumError` for a damaged page."""
    raw = textpage.get_text_range()
    reader = _Reader(page, textpage, raw)
    ink = reader.lines()
    text, lines = _assembled(raw, ink)
    return PageLines(raw, text, lines, tuple(ink))


def span_boxes(
    page: pdfium.PdfPage, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of each piece of a line within spans of the page's text."""
    if not spans:
        return
    with closing(page.get_textpage()) as textpage:
        found = page_lines(page, textpage)
        origins = _origins(found)
        reader = _Reader(page, textpage, found.raw)
        for start, end in spans:
            places = [place for place in origins[max(0, start) : end] if place is not None]
            if places:
                first, last = (reader.char_index(at) for at in (places[0], places[-1]))
                for number in range(textpage.count_rects(first, last - first + 1)):
                    yield textpage.get_rect(number)


class _Reader:
    """What PDFium knows of one page's characters, asked by their place in Python's string."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, raw: str) -> None:
        self._page = page
        self._textpage = textpage
        self._raw = raw
        self._turn = self._text_turn()
        self._frame = page.get_mediabox()
        self._bounds = self._upright(*page.get_bbox())
        # PDFium counts UTF-16 units, Python characters
        self._wide = (
            [] if raw.isascii() else [at for at, one in enumerate(raw) if ord(one) > 0xFFFF]
        )

    def char_index(self, at: int) -> int:
        units = at + bisect_left(self._wide, at)
        return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, units))

    def lines(self) -> list[RawLine]:
        """The lines with ink, each with the box from its first to its last character."""
        lines: list[RawLine] = []
        hidden = [self._in_text(one) for one in concealed(self._page, self._textpage)]
        start, blank = 0, False
        ends = [match.span() for match in _LINE_END.finditer(self._raw)]
        for stop in [*ends, (len(self._raw), len(self._raw))]:
            found = [
                self._measured(RawLine(first, last, blank, hidden=why))
                for first, last, why in _cut(start, stop[0], hidden)
                if _ink(self._raw[first:last])
            ]
            lines.extend(found)
            blank = not found
            start = stop[1]
        if (self._turn - self._page.get_rotation()) % 360 == 270:
            return _in_order(lines)  # PDFium mixes up lines that run downwards
        return self._in_columns(lines)

    def _text_turn(self) -> int:
        """Degrees by which the page has to be turned with the clock to have its text upright."""
        count = self._textpage.count_chars()
        angles = [
            -round(pdfium_c.FPDFText_GetCharAngle(self._textpage, index) / (pi / 2)) % 4 * 90
            for index in range(0, count, max(1, count // 16))
        ]
        return max(set(angles), key=angles.count, default=0)

    def _in_columns(self, lines: list[RawLine]) -> list[RawLine]:
        """The lines, cut and put in order where PDFium read straight across two columns."""
        split = [self._split(line) for line in lines]
        if sum(len(pieces) > 1 for pieces in split) < _FEW_ROWS:
            return lines
        between = gutter([_as_box(piece) for pieces in split for piece in pieces])
        if between is None:
            return lines
        found: list[RawLine] = []
        for line, pieces in zip(lines, split, strict=True):
            apart = any(piece.right <= between for piece in pieces) and any(
                piece.left >= between for piece in pieces
            )
            found.extend(pieces if apart else [line])
        return _in_order(found)

    def _split(self, line: RawLine) -> list[RawLine]:
        """The pieces of a line that are further apart than words are."""
        pieces: list[RawLine] = []
        start = line.start
        for found in _LAST_BLANK.finditer(self._raw, line.start + 1, line.end):
            at = found.start()
            index = self.char_index(at)
            if pdfium_c.FPDFText_IsGenerated(self._textpage, index) != 1:
                continue
            gap = self._box(index + 1)[0] - self._box(index - 1)[2]
            if gap > _WIDE * line.height:
                pieces.append(self._measured(RawLine(start, at, line.after_blank)))
                start = at + 1
        if not pieces or line.hidden:
            return [line]
        return [*pieces, self._measured(RawLine(start, line.end, line.after_blank))]

    def _in_text(self, one: Concealed) -> tuple[int, int, str]:
        first, last = (
            int(pdfium_c.FPDFText_GetTextIndexFromCharIndex(self._textpage, index))
            for index in (one.first, one.last)
        )
        start, end = (
            units - sum(1 for n, at in enumerate(self._wide) if at + n < units)
            for units in (first, last)
        )
        return start, end + 1, one.why

    def _measured(self, line: RawLine) -> RawLine:
        while not _ink(self._raw[line.start]):
            line.start += 1
        while not _ink(self._raw[line.end - 1]):
            line.end -= 1
        first, last = self.char_index(line.start), self.char_index(line.end - 1)
        box, end = self._box(first), self._box(last)
        line.left, line.bottom, line.height = box[0], box[1], box[3] - box[1]
        line.right = max(box[2], end[2])
        line.bold = self._is_bold(first) and (first == last or self._is_bold(last))
        if not line.hidden and self._outside(box) and self._outside(end):
            line.hidden = "text outside the page"
        return line

    def _box(self, index: int) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of a character on the page turned to have it upright."""
        box = pdfium_c.FS_RECTF()
        pdfium_c.FPDFText_GetLooseCharBox(self._textpage, index, box)
        return self._upright(box.left, box.bottom, box.right, box.top)

    def _upright(
        self, left: float, bottom: float, right: float, top: float
    ) -> tuple[float, float, float, float]:
        (x0, y0), (x1, y1) = self._shown(left, bottom), self._shown(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._frame
        match self._turn:
            case 90:
                return y - bottom, right - x
            case 180:
                return right - x, top - y
            case 270:
                return top - y, x - left
        return x - left, y - bottom

    def _outside(self, box: tuple[float, float, float, float]) -> bool:
        x0, y0, x1, y1 = self._bounds
        return bool(box[2] <= x0 or box[0] >= x1 or box[3] <= y0 or box[1] >= y1)

    def _is_bold(self, index: int) -> bool:
        name = ctypes.create_string_buffer(96)
        flags = ctypes.c_int()
        pdfium_c.FPDFText_GetFontInfo(self._textpage, index, name, len(name), flags)
        lower = name.value.lower()
        return b"bold" in lower or b"black" in lower or b"heavy" in lower


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


def _assembled(raw: str, ink: list[RawLine]) -> tuple[str, tuple[Line, ...]]:
    opens = openings(raw, ink)
    pieces: list[str] = []
    lines: list[Line] = []
    at = 0
    for line, opening in zip(ink, opens, strict=True):
        if pieces:
            gap = "\n\n" if opening else "\n"
            pieces.append(gap)
            at += len(gap)
        piece = raw[line.start : line.end].translate(CHARACTERS)
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
        for at in range(line.start, line.end):
            origins.extend([at] * len(found.raw[at].translate(CHARACTERS)))
    return origins
