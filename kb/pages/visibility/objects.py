"""What a PDF's page is drawn from, in the order in which it is drawn, with boxes on the page."""

import ctypes
from functools import cached_property

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points, y upwards."""
_TEXT = pdfium_c.FPDF_PAGEOBJ_TEXT
_KINDS = (
    _TEXT,
    pdfium_c.FPDF_PAGEOBJ_PATH,
    pdfium_c.FPDF_PAGEOBJ_IMAGE,
    pdfium_c.FPDF_PAGEOBJ_SHADING,
)


class Drawn:
    """A piece of text, a path, an image or a shading, and where it is."""

    def __init__(self, shown: pdfium.PdfObject) -> None:
        self.shown = shown
        self.is_text = shown.type == _TEXT
        self.is_path = shown.type == pdfium_c.FPDF_PAGEOBJ_PATH
        self.is_image = shown.type == pdfium_c.FPDF_PAGEOBJ_IMAGE

    @cached_property
    def box(self) -> Box:
        """Asked of few: most pages have nothing that covers or strikes."""
        return _on_page(self.shown)


def drawn_objects(page: pdfium.PdfPage) -> list[Drawn]:
    """The page's objects, those inside forms too, the first drawn first."""
    return [Drawn(shown) for shown in page.get_objects(filter=_KINDS)]


def address(pointer: object) -> int:
    """By which an object is known again when a character names it."""
    return int(ctypes.cast(pointer, ctypes.c_void_p).value or 0)  # type: ignore[arg-type]


def draw_mode(path: pdfium.PdfObject) -> tuple[bool, bool]:
    """Whether a path is filled, and whether it is stroked."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDFPath_GetDrawMode(path, fill, stroke)
    return bool(fill.value), bool(stroke.value)


def _on_page(shown: pdfium.PdfObject) -> Box:
    box = shown.get_bounds()
    within = shown.container
    while within is not None:
        box = within.get_matrix().on_rect(*box)
        within = within.container
    left, bottom, right, top = box
    return left, bottom, right, top
