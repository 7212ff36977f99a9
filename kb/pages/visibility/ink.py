"""What is seen of a PDF's page: drawings of it, and the traces that text leaves in them."""

import ctypes
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import cast

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageChops

from kb.pages.visibility.objects import Box

_TRACE = 24  # of 255; a smaller difference in a drawing is not read by anybody
_DRAWN = 1800  # pixels, the longer side of the drawing
Pixels = tuple[int, int, int, int]


def drawing(page: pdfium.PdfPage, *, annotations: bool = True) -> Image.Image:
    """The page in colours, two pixels a point unless it is large."""
    scale = min(2.0, _DRAWN / max(page.get_width(), page.get_height(), 1.0))
    drawn: Image.Image = (
        page.render(scale=scale, may_draw_forms=False, draw_annots=annotations)
        .to_pil()
        .convert("RGB")
    )
    return drawn


def difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """Where two drawings differ so that it is seen: 255 there, 0 elsewhere."""
    red, green, blue = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point([255 * (value >= _TRACE) for value in range(256)])


def traceless(page: pdfium.PdfPage, drawn: Image.Image, box: Box) -> bool:
    """Whether the drawing is of one colour where the text should be."""
    left, top, right, bottom = pixels(page, drawn.size, box)
    if right - left < 1 or bottom - top < 1:
        return False
    bands = drawn.crop((left, top, right, bottom)).split()
    extrema = [cast(tuple[float, float], band.getextrema()) for band in bands]
    return all(high - low < _TRACE for low, high in extrema)


@contextmanager
def left_out(objects: Iterable[pdfium.PdfObject]) -> Iterator[None]:
    """The page as if these were not on it."""
    held = list(objects)
    for one in held:
        pdfium_c.FPDFPageObj_SetIsActive(one, False)
    try:
        yield
    finally:
        for one in held:
            pdfium_c.FPDFPageObj_SetIsActive(one, True)


def pixels(page: pdfium.PdfPage, size: tuple[int, int], box: Box) -> Pixels:
    """A box in a drawing of `size`: left, top, right and bottom, within it."""
    corners = [to_pixels(page, size, *corner) for corner in (box[:2], box[2:])]
    (x0, x1), (y0, y1) = (sorted(ends) for ends in zip(*corners, strict=True))
    return max(0, x0), max(0, y0), min(size[0], x1), min(size[1], y1)


def to_pixels(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """From points on the page to pixels; PDFium knows of rotation and crop box."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value
