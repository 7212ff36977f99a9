"""The characters of a PDF's page, as PDFium counts them, and runs of them."""

from collections.abc import Iterable, Iterator

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c


def is_ink(textpage: pdfium.PdfTextPage, index: int) -> bool:
    """Whether a character is more than a blank or the end of a line."""
    code = pdfium_c.FPDFText_GetUnicode(textpage, index)
    return 0x20 < code < 0x110000 and not chr(code).isspace()


def says_something(textpage: pdfium.PdfTextPage, first: int, last: int) -> bool:
    """Whether a run has letters or digits; dots and dashes fill their boxes with one colour."""
    codes = (pdfium_c.FPDFText_GetUnicode(textpage, index) for index in range(first, last + 1))
    return any(chr(code).isalnum() for code in codes if code < 0x110000)


def runs(textpage: pdfium.PdfTextPage, found: Iterable[int]) -> Iterator[tuple[int, int]]:
    """First and last of the characters in `found`, in order, together where blanks part them."""
    first = last = -1
    for index in found:
        if first >= 0 and any(is_ink(textpage, between) for between in range(last + 1, index)):
            yield first, last
            first = -1
        first, last = index if first < 0 else first, index
    if first >= 0:
        yield first, last
