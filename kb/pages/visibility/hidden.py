"""Text that is on a PDF's page and that nobody who looks at it can see.

Text objects are looked at first, and few pages have a suspicious one. Only then
are characters asked for their object, and the page is drawn: what has no trace
in the drawing is hidden, whatever the file says of its colours.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from kb.pages.visibility.characters import says_something
from kb.pages.visibility.ink import drawing, traceless
from kb.pages.visibility.objects import Box, Drawn, address

TINY = 1.5  # points
_LOOSE = 1.6  # a character's box is that much higher than its font's size, at most
_LIGHT = 225  # of 255, in each colour; white text, or next to it
_CLEAR = 16  # of 255; less is transparent
_UNSEEN = (pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium_c.FPDF_TEXTRENDERMODE_CLIP)


@dataclass(frozen=True, slots=True)
class Concealed:
    """A run of PDFium's characters, `last` included, and why it cannot be seen."""

    first: int
    last: int
    why: str


def concealed(
    page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, objects: Sequence[Drawn]
) -> list[Concealed]:
    """The runs of hidden characters, in order; an OCR layer over a page's image is none.

    What lies under a cover is looked for in `kb.pages.visibility.covers`.
    """
    suspects = _suspects(objects)
    if not suspects:
        return []
    runs: list[Concealed] = []
    drawn: Image.Image | None = None
    for why, first, last in _runs(textpage, suspects):
        extent = _extent(textpage, first, last)
        if why == "invisible text":
            if _over_image(objects, extent):
                continue
        elif why == "tiny text":
            if _height(textpage, first) > TINY * _LOOSE:
                continue
        elif not says_something(textpage, first, last):
            continue
        else:
            drawn = drawn or drawing(page)
            if not traceless(page, drawn, extent):
                continue
        if runs and runs[-1].why == why and runs[-1].last + 1 >= first:
            runs[-1] = Concealed(runs[-1].first, last, why)
        else:
            runs.append(Concealed(first, last, why))
    return runs


def _suspects(objects: Sequence[Drawn]) -> dict[int, str]:
    """By address, the text objects that may be hidden, each with the reason."""
    texts = (one.shown for one in objects if one.is_text)
    reasons = ((address(text.raw), _reason(text)) for text in texts)
    return {known: why for known, why in reasons if why}


def _height(textpage: pdfium.PdfTextPage, index: int) -> float:
    """A character's height as it is drawn: the size of a Type 3 font may be in any unit."""
    box = textpage.get_charbox(index, loose=True)
    return float(max(box[3] - box[1], box[2] - box[0]))


def _reason(text: pdfium.PdfObject) -> str:
    if pdfium_c.FPDFTextObj_GetTextRenderMode(text) in _UNSEEN:
        return "invisible text"
    if _size(text) < TINY:
        return "tiny text"
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    pdfium_c.FPDFPageObj_GetFillColor(text, red, green, blue, alpha)
    if alpha.value < _CLEAR:
        return "transparent text"
    return "white text" if min(red.value, green.value, blue.value) > _LIGHT else ""


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
        known = address(pdfium_c.FPDFText_GetTextObject(textpage, index))
        keys.append((known, suspects[known]) if known in suspects else None)
    for key, group in groupby(enumerate(keys), key=lambda pair: pair[1]):
        indices = [index for index, _ in group]
        if key is not None:
            yield key[1], indices[0], indices[-1]


def _extent(textpage: pdfium.PdfTextPage, first: int, last: int) -> Box:
    boxes = [textpage.get_charbox(index) for index in range(first, last + 1)]
    boxes = [box for box in boxes if box[2] > box[0] and box[3] > box[1]]
    if not boxes:
        return (0.0, 0.0, 0.0, 0.0)
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _over_image(objects: Sequence[Drawn], box: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    for image in objects:
        left, bottom, right, top = image.box
        if image.is_image and (
            image.shown.container is not None or (left <= x <= right and bottom <= y <= top)
        ):
            return True
    return False
