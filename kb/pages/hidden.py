"""Text that is on a PDF's page and that nobody who looks at it can see.

Text objects are looked at first, and few pages have a suspicious one. Only then
are characters asked for their object, and the page is drawn: what has no trace
in the drawing is hidden, whatever the file says of its colours.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import cast

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

TINY = 1.5  # points
_LOOSE = 1.6  # a character's box is that much higher than its font's size, at most
_LIGHT = 225  # of 255, in each colour; white text, or next to it
_CLEAR = 16  # of 255; less is transparent
_TRACE = 24  # of 255; a smaller difference in a drawing is not read by anybody
_THIN = 5.0  # points; a filled path thinner than this is a rule, and covers nothing
_DRAWN = 1800  # pixels, the longer side of the drawing
_UNSEEN = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)
_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Concealed:
    """A run of PDFium's characters, `last` included, and why it cannot be seen."""

    first: int
    last: int
    why: str


def concealed(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage) -> list[Concealed]:
    """The runs of hidden characters, in order; an OCR layer over a page's image is none."""
    suspects = _suspects(page)
    if not suspects:
        return []
    runs: list[Concealed] = []
    drawing: Image.Image | None = None
    for why, first, last in _runs(textpage, suspects):
        extent = _extent(textpage, first, last)
        if why == "invisible text":
            if _over_image(page, extent):
                continue
        elif why == "tiny text":
            if _height(textpage, first) > TINY * _LOOSE:
                continue
        elif _says_nothing(textpage, first, last):
            continue
        else:
            drawing = drawing or _drawing(page)
            if not _traceless(page, drawing, extent):
                continue
        if runs and runs[-1].why == why and runs[-1].last + 1 >= first:
            runs[-1] = Concealed(runs[-1].first, last, why)
        else:
            runs.append(Concealed(first, last, why))
    return runs


def _suspects(page: pdfium.PdfPage) -> dict[int, str]:
    """By address, the text objects that may be hidden, each with the reason."""
    kinds = (pdfium_c.FPDF_PAGEOBJ_TEXT, pdfium_c.FPDF_PAGEOBJ_PATH)
    texts: list[pdfium.PdfObject] = []
    covers: list[_Box] = []
    for shown in page.get_objects(filter=kinds):
        if shown.type == pdfium_c.FPDF_PAGEOBJ_TEXT:
            texts.append(shown)
        elif _is_filled(shown) and not _is_ground(box := shown.get_bounds(), page):
            covers.append(box)
    reasons = ((_address(text.raw), _reason(text, covers)) for text in texts)
    return {address: why for address, why in reasons if why}


def _address(pointer: object) -> int:
    return int(ctypes.cast(pointer, ctypes.c_void_p).value or 0)  # type: ignore[arg-type]


def _is_filled(path: pdfium.PdfObject) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    left, bottom, right, top = path.get_bounds()
    return bool(fill.value) and min(right - left, top - bottom) > _THIN


def _is_ground(box: _Box, page: pdfium.PdfPage) -> bool:
    """Whether a filled path is as large as the page: paper, not a cover."""
    return bool((box[2] - box[0]) * (box[3] - box[1]) > 0.8 * page.get_width() * page.get_height())


def _height(textpage: pdfium.PdfTextPage, index: int) -> float:
    """A character's height as it is drawn: the size of a Type 3 font may be in any unit."""
    box = textpage.get_charbox(index, loose=True)
    return float(max(box[3] - box[1], box[2] - box[0]))


def _says_nothing(textpage: pdfium.PdfTextPage, first: int, last: int) -> bool:
    """Whether there are only dots and dashes, which fill their boxes with one colour."""
    codes = (pdfium_c.FPDFText_GetUnicode(textpage, index) for index in range(first, last + 1))
    return not any(chr(code).isalnum() for code in codes if code < 0x110000)


def _reason(text: pdfium.PdfObject, covers: list[_Box]) -> str:
    if pdfium_c.FPDFTextObj_GetTextRenderMode(text) in _UNSEEN:
        return "invisible text"
    if _size(text) < TINY:
        return "tiny text"
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(text, red, green, blue, alpha)
    if alpha.value < _CLEAR:
        return "transparent text"
    if min(red.value, green.value, blue.value) > _LIGHT:
        return "white text"
    left, bottom, right, top = text.get_bounds()
    x, y = (left + right) / 2, (bottom + top) / 2
    inside = any(one[0] <= x <= one[2] and one[1] <= y <= one[3] for one in covers)
    return "covered text" if inside else ""


def _size(text: pdfium.PdfObject) -> float:
    """The font's size in points as it is drawn, whatever enlarges or shrinks it."""
    size = ctypes.c_float()
    pdfium_c.FPDFTextObj_GetFontSize(text, size)
    scale, within = 1.0, text
    while within is not None:
        matrix = within.get_matrix()
        scale *= abs(matrix.a * matrix.d - matrix.b * matrix.c) ** 0.5
        within = within.container
    return size.value * scale if size.value * scale > 0 else TINY


def _runs(textpage: pdfium.PdfTextPage, suspects: dict[int, str]) -> Iterator[tuple[str, int, int]]:
    """Why, and the first and last of neighbouring characters of one suspicious object."""
    keys: list[tuple[int, str] | None] = []
    for index in range(textpage.count_chars()):
        address = _address(pdfium_c.FPDFText_GetTextObject(textpage, index))
        keys.append((address, suspects[address]) if address in suspects else None)
    for key, group in groupby(enumerate(keys), key=lambda pair: pair[1]):
        indices = [index for index, _ in group]
        if key is not None:
            yield key[1], indices[0], indices[-1]


def _extent(textpage: pdfium.PdfTextPage, first: int, last: int) -> _Box:
    boxes = [textpage.get_charbox(index) for index in range(first, last + 1)]
    boxes = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
    if not boxes:
        return (0.0, 0.0, 0.0, 0.0)
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _over_image(page: pdfium.PdfPage, box: _Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for image in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,)):
        left, bottom, right, top = image.get_bounds()
        if image.container is not None or (left <= x <= right and bottom <= y <= top):
            return True
    return False


def _drawing(page: pdfium.PdfPage) -> Image.Image:
    scale = min(2.0, _DRAWN / max(page.get_width(), page.get_height(), 1.0))
    drawn: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    return drawn


def _traceless(page: pdfium.PdfPage, drawing: Image.Image, box: _Box) -> bool:
    """Whether the drawing is of one colour where the text should be."""
    corners = [to_pixels(page, drawing.size, *corner) for corner in (box[:2], box[2:])]
    (x0, x1), (y0, y1) = (sorted(ends) for ends in zip(*corners, strict=True))
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(drawing.width, x1), min(drawing.height, y1)
    if x1 - x0 < 1 or y1 - y0 < 1:
        return False
    bands = drawing.crop((x0, y0, x1, y1)).split()
    extrema = [cast(tuple[float, float], band.getextrema()) for band in bands]
    return all(high - low < _TRACE for low, high in extrema)


def to_pixels(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """From points on the page to pixels; PDFium knows of rotation and crop box."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value
