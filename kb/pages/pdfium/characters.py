"""What PDFium knows of one page's characters, asked by their place in Python's string."""

import ctypes
from bisect import bisect_left
from math import pi

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

Extent = tuple[float, float, float, float]
"""Left, bottom, right and top, in points, on the page turned to have its text upright."""


class Characters:
    """`turn`: degrees by which the page has to be turned with the clock for its text."""

    def __init__(self, page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, raw: str) -> None:
        self._textpage = textpage
        self.turn = self._text_turn()
        self._frame = page.get_mediabox()
        self._bounds = self._upright(*page.get_bbox())
        # PDFium counts UTF-16 units, Python characters
        self._wide = (
            [] if raw.isascii() else [at for at, one in enumerate(raw) if ord(one) > 0xFFFF]
        )
        self._wide_units = [at + number for number, at in enumerate(self._wide)]

    def char_index(self, at: int) -> int:
        """PDFium's number of the character at a place in the page's raw text."""
        units = at + bisect_left(self._wide, at)
        return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(self._textpage, units))

    def place(self, index: int) -> int:
        """The place in the page's raw text of PDFium's character of this number."""
        units = int(pdfium_c.FPDFText_GetTextIndexFromCharIndex(self._textpage, index))
        return units - bisect_left(self._wide_units, units)

    def extent(self, at: int) -> Extent:
        """The box of the character at a place in the page's raw text."""
        return self.box(self.char_index(at))

    def box(self, index: int) -> Extent:
        """The box of PDFium's character of this number."""
        box = pdfium_c.FS_RECTF()
        pdfium_c.FPDFText_GetLooseCharBox(self._textpage, index, box)
        return self._upright(box.left, box.bottom, box.right, box.top)

    def _upright(self, left: float, bottom: float, right: float, top: float) -> Extent:
        (x0, y0), (x1, y1) = self._shown(left, bottom), self._shown(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self._frame
        match self.turn:
            case 90:
                return y - bottom, right - x
            case 180:
                return right - x, top - y
            case 270:
                return top - y, x - left
        return x - left, y - bottom

    def outside(self, box: Extent) -> bool:
        """Whether a box lies beyond the page's edges."""
        x0, y0, x1, y1 = self._bounds
        return bool(box[2] <= x0 or box[0] >= x1 or box[3] <= y0 or box[1] >= y1)

    def is_bold(self, index: int) -> bool:
        """Whether PDFium's character of this number is set in a heavy font, by its name."""
        name = ctypes.create_string_buffer(96)
        flags = ctypes.c_int()
        pdfium_c.FPDFText_GetFontInfo(self._textpage, index, name, len(name), flags)
        lower = name.value.lower()
        return b"bold" in lower or b"black" in lower or b"heavy" in lower

    def _text_turn(self) -> int:
        count = self._textpage.count_chars()
        angles = [
            -round(pdfium_c.FPDFText_GetCharAngle(self._textpage, index) / (pi / 2)) % 4 * 90
            for index in range(0, count, max(1, count // 16))
        ]
        return max(set(angles), key=angles.count, default=0)
