"""The lines of one PDF page: PDFium's text with spans, boxes and the marks of paragraphs.

The text of a page is what PDFium reads, with its lines kept as they are. One
thing is added: a blank line where a paragraph ends, so that a sentence never
runs from a heading into the text below it. Where that is depends on the page
alone, so the place of a quote on its page can be found again from the page.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.layout import Box, RawLine, gutter, reading_order
from kb.pages.line_text import PageLines, assembled, ink_of, origins
from kb.pages.margins import InMargin, Printed, beside, leading_number, numbered
from kb.pages.pdfium.characters import Characters
from kb.pages.raised import raised_figures, whole_rows
from kb.pages.tables import is_table, on_both_sides
from kb.pages.visibility.covers import covered
from kb.pages.visibility.gaps import COVERED, STRUCK, Gap, apart, gaps_within
from kb.pages.visibility.hidden import concealed
from kb.pages.visibility.marks import Marks, page_marks
from kb.pages.visibility.objects import Drawn, drawn_objects
from kb.pages.visibility.struck import struck

_WIDE = 1.2  # heights of a line; words of one column are nearer
_FEW_ROWS = 4
_LINE_END = re.compile("\r\n|\r|\n|(?<=\ufffe)(?=[^\r\n])")
_LAST_BLANK = re.compile(r" (?=[^ ])")


def page_lines(
    page: pdfium.PdfPage,
    textpage: pdfium.PdfTextPage,
    objects: Sequence[Drawn] | None = None,
    marks: Marks | None = None,
) -> PageLines:
    """The text of one page, line by line. Raises `PdfiumError` for a damaged page.

    `objects` are what it is drawn from, `marks` those of its annotations, where they are known.
    """
    raw = textpage.get_text_range()
    reader = _Reader(page, textpage, raw)
    ink = reader.lines(
        drawn_objects(page) if objects is None else objects,
        page_marks(page) if marks is None else marks,
    )
    return assembled(raw, ink, reader.shown)


def span_boxes(
    page: pdfium.PdfPage, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of each piece of a line within spans of the page's text."""
    if not spans:
        return
    with closing(page.get_textpage()) as textpage:
        found = page_lines(page, textpage)
        places_of = origins(found)
        known = Characters(page, textpage, found.raw)
        for start, end in spans:
            places = [place for place in places_of[max(0, start) : end] if place is not None]
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
        self._margin: list[InMargin] = []

    def lines(self, objects: Sequence[Drawn], marks: Marks) -> list[RawLine]:
        """The lines with ink, each with the box from its first to its last character."""
        lines = self._without_numbers(self._cut_by_ends(objects))
        lines, self.shown = whole_rows(self.known, self._raw, lines)
        self.shown |= raised_figures(self.known, self._raw, lines)
        lines = self._ordered(lines)
        numbers = beside([(one.left, one.bottom) for one in lines], self._margin)
        for line, number in zip(lines, numbers, strict=True):
            line.number = 0 if line.hidden else number
        gaps = self._gaps(objects, marks)
        starts, ends = [gap.start for gap in gaps], [gap.end for gap in gaps]
        for line in lines if gaps else ():
            near = gaps[bisect_right(ends, line.start) : bisect_left(starts, line.end)]
            line.gaps = gaps_within(self._raw, (line.start, line.end), near, ink_of)
        return lines

    def _gaps(self, objects: Sequence[Drawn], marks: Marks) -> list[Gap]:
        """What lies under covers and what is struck out, as spans of PDFium's text."""
        under = covered(self._page, self._textpage, objects, marks.covers)
        found = [Gap(*self._in_text(first, last), COVERED) for first, last in under]
        for one in struck(self._page, self._textpage, objects, marks.strikes):
            span = self._in_text(one.first, one.last)
            found.append(Gap(*span, STRUCK, one.author, one.date))
        return apart(found)

    def _cut_by_ends(self, objects: Sequence[Drawn]) -> list[RawLine]:
        """The lines as PDFium divides them, hidden pieces apart."""
        lines: list[RawLine] = []
        hidden = [
            (*self._in_text(one.first, one.last), one.why)
            for one in concealed(self._page, self._textpage, objects)
        ]
        start, blank = 0, False
        ends = [
            found.span() for found in _LINE_END.finditer(self._raw) if self._ends(*found.span())
        ]
        for stop in [*ends, (len(self._raw), len(self._raw))]:
            found = [
                self._measured(RawLine(first, last, blank, hidden=why))
                for first, last, why in _cut(start, stop[0], hidden)
                if ink_of(self._raw[first:last])
            ]
            lines.extend(found)
            blank = not found
            start = stop[1]
        return lines

    def _ordered(self, lines: list[RawLine]) -> list[RawLine]:
        if (self.known.turn - self._page.get_rotation()) % 360 == 270:
            return _in_order(lines)  # PDFium mixes up lines that run downwards
        return self._in_columns(lines)

    def _without_numbers(self, lines: list[RawLine]) -> list[RawLine]:
        """The lines without the numbers of lines in the margin, which are kept aside."""
        printed = [self._printed(line) for line in lines]
        found: list[RawLine] = []
        counted = numbered(printed)
        for place, (line, said) in enumerate(zip(lines, printed, strict=True)):
            if place not in counted:
                found.append(line)
                continue
            number = InMargin(counted[place], said.number_right, line.bottom, line.height)
            self._margin.append(number)
            start = line.start + leading_number(said.text)
            if ink_of(self._raw[start : line.end]):
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
        if between is None or is_table(self._raw, split, between):
            return lines
        split = [self._split(line, generated=False) for line in lines]
        found: list[RawLine] = []
        for line, pieces in zip(lines, split, strict=True):
            found.extend(pieces if on_both_sides(pieces, between) else [line])
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

    def _in_text(self, first: int, last: int) -> tuple[int, int]:
        """The span in the raw text of PDFium's characters, `last` included."""
        return self.known.place(first), self.known.place(last) + 1

    def _measured(self, line: RawLine) -> RawLine:
        while not ink_of(self._raw[line.start]):
            line.start += 1
        while not ink_of(self._raw[line.end - 1]):
            line.end -= 1
        first, last = self.known.char_index(line.start), self.known.char_index(line.end - 1)
        box, end = self.known.box(first), self.known.box(last)
        line.left, line.bottom, line.height = box[0], box[1], box[3] - box[1]
        line.right = max(box[2], end[2])
        line.bold = self.known.is_bold(first) and (first == last or self.known.is_bold(last))
        if not line.hidden and self.known.outside(box) and self.known.outside(end):
            line.hidden = "text outside the page"
        return line


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
