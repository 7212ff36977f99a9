"""One annotation of a PDF's page, and what PDFium says of it."""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.pdfium.letters import CHARACTERS

MOST = 5_000  # annotations of a page that are looked at
UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_LONGEST = 20_000  # characters of one


@contextmanager
def opened_annotation(page: pdfium.PdfPage, number: int) -> Iterator[Any]:
    """One of a page's annotations, None where it is damaged."""
    annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
    try:
        yield annotation
    finally:
        if annotation:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def entry(annotation: Any, key: bytes) -> str:
    """The text under a key of an annotation, "" where there is none."""
    return text_of(
        lambda buffer, length: pdfium_c.FPDFAnnot_GetStringValue(annotation, key, buffer, length)
    )


def text_of(ask: Callable[[Any, int], int]) -> str:
    """What PDFium writes as UTF-16 into a buffer, on one line and without what is not seen."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    words = bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
    lines = " ".join(words.split())
    return " ".join(lines.translate(CHARACTERS).split())[:_LONGEST]
