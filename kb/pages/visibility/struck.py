"""Text that is struck out on a PDF's page, by an annotation or by a line drawn through it."""

import ctypes
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageDraw

from kb.pages.visibility.characters import is_ink, runs
from kb.pages.visibility.marks import Strike
from kb.pages.visibility.objects import Box, Drawn, draw_mode

_THICK = 3.0  # points; a thicker line is a cover
_SHORT = 2.0  # points; a shorter one is a dot
_THROUGH = (0.33, 0.68)  # of a character's height from below: between underline and overline
_MIDDLE = (0.18, 0.82)  # the same of a text's ink, which may have no letters that hang down
_HATCHED = 3  # lines through one character, at least, that are no strike but a drawing
_OPAQUE = 250  # of 255
_ON_TEXT = 0.6  # of a line's length; one that goes on without text is a rule
_MOST_LINES = 300  # of a page that cross text
_MOST_SEGMENTS = 5_000  # of a page's paths
_ROW = 8.0  # points


@dataclass(frozen=True, slots=True)
class Struck:
    """A run of PDFium's characters, `last` included, with who struck it out, and when."""

    first: int
    last: int
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class _Line:
    """A level line, and the shapes that are drawn upon it later."""

    box: Box
    shapes: tuple[Box, ...] = ()

    def is_seen_at(self, x: float) -> bool:
        y = (self.box[1] + self.box[3]) / 2
        return not any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.shapes)


def struck(
    page: pdfium.PdfPage,
    textpage: pdfium.PdfTextPage,
    objects: Sequence[Drawn],
    strikes: Sequence[Strike] = (),
) -> list[Struck]:
    """The runs that are struck out, in order; `strikes` are those of annotations."""
    lines = _crossing(page, objects)
    if not lines and not strikes:
        return []
    boxes = dict(_boxes(textpage))
    by_hand = _drawn_through(boxes, lines)
    found: dict[int, tuple[str, str]] = dict.fromkeys(by_hand, ("", ""))
    found |= _annotated(boxes, strikes)
    return [
        Struck(first, last, *who)
        for who, group in groupby(sorted(found.items()), key=lambda pair: pair[1])
        for first, last in runs(textpage, [index for index, _ in group])
    ]


def _boxes(textpage: pdfium.PdfTextPage) -> Iterator[tuple[int, Box]]:
    """Of every character with ink the box that its font gives it."""
    for index in range(textpage.count_chars()):
        if is_ink(textpage, index):
            yield index, textpage.get_charbox(index, loose=True)


def _crossing(page: pdfium.PdfPage, objects: Sequence[Drawn]) -> list[_Line]:
    """The level lines that go through the middle of some text."""
    lines = list(_level_lines(objects))
    if not lines:
        return []
    left, bottom, right, top = page.get_bbox()
    scale = min(2.0, 2000 / max(right - left, top - bottom, 1.0))
    bands = Image.new("L", (int((right - left) * scale) + 1, int((top - bottom) * scale) + 1))
    pen = ImageDraw.Draw(bands)
    for one in objects:
        if one.is_text:
            x0, y0, x1, y1 = one.box
            low, high = (y0 + share * (y1 - y0) for share in _MIDDLE)
            spots = ((x0 - left) * scale, (top - high) * scale, (x1 - left) * scale)
            pen.rectangle((*spots, max(spots[1], (top - low) * scale)), fill=255)
    found: list[tuple[int, Box]] = []
    for number, line in lines:
        x0, x1 = (int((x - left) * scale) for x in (line[0], line[2]))
        y = int((top - (line[1] + line[3]) / 2) * scale)
        place = (max(0, x0), y, min(bands.width, x1 + 1), y + 1)
        if place[0] < place[2] and 0 <= y < bands.height and bands.crop(place).getbbox():
            found.append((number, line))
    found = found[:_MOST_LINES]
    shapes = _shapes(objects, found[0][0]) if found else []
    return [_Line(line, _upon(shapes, number, line)) for number, line in found]


def _level_lines(objects: Sequence[Drawn]) -> Iterator[tuple[int, Box]]:
    """The number of the object, and the box of a level line that it draws."""
    left_to_see = _MOST_SEGMENTS
    for number, one in enumerate(objects):
        if not one.is_path:
            continue
        if one.box[3] - one.box[1] <= _THICK:
            if one.box[2] - one.box[0] > _SHORT and any(draw_mode(one.shown)):
                yield number, one.box
            continue
        count = pdfium_c.FPDFPath_CountSegments(one.shown)
        if count > 5 and count <= left_to_see:  # more than one rectangle
            left_to_see -= count
            yield from ((number, box) for box in _lines_within(one.shown, count))


def _shapes(objects: Sequence[Drawn], first: int) -> list[tuple[int, Box]]:
    """The filled shapes after the object with the number `first`: what is below is not seen."""
    return [
        (number, one.box)
        for number, one in enumerate(objects[first + 1 :], start=first + 1)
        if one.is_path and one.box[3] - one.box[1] > _THICK and _is_opaque(one.shown)
    ][:_MOST_SEGMENTS]


def _is_opaque(path: pdfium.PdfObject) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(path, red, green, blue, alpha)
    return draw_mode(path)[0] and alpha.value >= _OPAQUE


def _upon(shapes: Sequence[tuple[int, Box]], number: int, line: Box) -> tuple[Box, ...]:
    x0, y, x1 = line[0], (line[1] + line[3]) / 2, line[2]
    return tuple(
        box
        for later, box in shapes
        if later > number and box[0] < x1 and x0 < box[2] and box[1] <= y <= box[3]
    )


def _lines_within(path: pdfium.PdfObject, count: int) -> Iterator[Box]:
    """The level strokes of a path, or its thin filled pieces."""
    filled, stroked = draw_mode(path)
    for piece in _pieces(path, count):
        if stroked:
            for (x0, y0), (x1, y1) in pairwise(piece):
                if abs(y0 - y1) < 0.5 and abs(x0 - x1) > _SHORT:
                    yield min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
        elif filled:
            xs, ys = zip(*piece, strict=True)
            if max(ys) - min(ys) <= _THICK and max(xs) - min(xs) > _SHORT:
                yield min(xs), min(ys), max(xs), max(ys)


def _pieces(path: pdfium.PdfObject, count: int) -> Iterator[list[tuple[float, float]]]:
    """The corners of each piece that a path is drawn in, on the page."""
    matrix, within = path.get_matrix(), path.container
    while within is not None:
        matrix, within = matrix.multiply(within.get_matrix()), within.container
    x, y = ctypes.c_float(), ctypes.c_float()
    piece: list[tuple[float, float]] = []
    for number in range(count):
        segment = pdfium_c.FPDFPath_GetPathSegment(path, number)
        pdfium_c.FPDFPathSegment_GetPoint(segment, x, y)
        if pdfium_c.FPDFPathSegment_GetType(segment) == pdfium_c.FPDF_SEGMENT_MOVETO and piece:
            yield piece
            piece = []
        piece.append(matrix.on_point(x.value, y.value))
    if piece:
        yield piece


def _drawn_through(boxes: dict[int, Box], lines: Sequence[_Line]) -> set[int]:
    """The characters that a line crosses, where most of the line crosses some."""
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for number, line in enumerate(lines):
        rows[int((line.box[1] + line.box[3]) / 2 // _ROW)].append(number)
    crossed: defaultdict[int, list[int]] = defaultdict(list)
    for index, box in boxes.items():
        through = [number for number in _near(rows, box) if _is_through(lines[number], box)]
        for number in through if len(through) < _HATCHED else ():
            crossed[number].append(index)
    found: set[int] = set()
    for number, indices in crossed.items():
        reach = max(boxes[one][2] for one in indices) - min(boxes[one][0] for one in indices)
        left, _, right, _ = lines[number].box
        if reach >= _ON_TEXT * (right - left):
            found.update(indices)
    return found


def _near(rows: Mapping[int, Sequence[int]], box: Box) -> Iterator[int]:
    low, high = (int(y // _ROW) for y in _middle(box))
    for row in range(low, min(high, low + 50) + 1):
        yield from rows.get(row, ())


def _is_through(line: _Line, box: Box) -> bool:
    low, high = _middle(box)
    x0, y0, x1, y1 = line.box
    x = (box[0] + box[2]) / 2
    return x0 - 1 <= x <= x1 + 1 and low <= (y0 + y1) / 2 <= high and line.is_seen_at(x)


def _middle(box: Box) -> tuple[float, float]:
    return box[1] + _THROUGH[0] * (box[3] - box[1]), box[1] + _THROUGH[1] * (box[3] - box[1])


def _annotated(boxes: dict[int, Box], strikes: Sequence[Strike]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    rows: defaultdict[int, list[Strike]] = defaultdict(list)
    for one in strikes:
        low, high = int(one.box[1] // _ROW), int(one.box[3] // _ROW)
        for row in range(low, min(high, low + 200) + 1):
            rows[row].append(one)
    for index, (left, bottom, right, top) in boxes.items():
        x, y = (left + right) / 2, (bottom + top) / 2
        for one in rows.get(int(y // _ROW), ()):
            x0, y0, x1, y1 = one.box
            if x0 <= x <= x1 and y0 <= y <= y1:
                found[index] = (one.author, one.date)
                break
    return found
