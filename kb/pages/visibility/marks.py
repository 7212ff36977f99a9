"""Annotations that change what is read on a PDF's page: covers, strikes, marks for redaction."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.pdfium.annotation import MOST, UNSEEN, entry, opened_annotation
from kb.pages.visibility.objects import Box

_COVERS_NOTHING = (
    pdfium_c.FPDF_ANNOT_LINK,
    pdfium_c.FPDF_ANNOT_POPUP,
    pdfium_c.FPDF_ANNOT_WIDGET,
    pdfium_c.FPDF_ANNOT_TEXT,
    pdfium_c.FPDF_ANNOT_UNDERLINE,
    pdfium_c.FPDF_ANNOT_SQUIGGLY,
    pdfium_c.FPDF_ANNOT_STRIKEOUT,
)
_MOST_QUADS = 1_000  # of one annotation: a line of struck text has one


@dataclass(frozen=True, slots=True)
class Strike:
    """A box whose text is struck out; who did it and when are "" where nobody says so."""

    box: Box
    author: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """`covers` are boxes that may hide what is below; `to_redact`: something is still to be cut."""

    covers: tuple[Box, ...] = ()
    strikes: tuple[Strike, ...] = ()
    to_redact: bool = False


def page_marks(page: pdfium.PdfPage) -> Marks:
    """The marks that a reader of the page is shown, and those for redaction, shown or not."""
    covers: list[Box] = []
    strikes: list[Strike] = []
    to_redact = False
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), MOST)):
        with opened_annotation(page, number) as annotation:
            if not annotation:
                continue
            kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
            to_redact = to_redact or kind == pdfium_c.FPDF_ANNOT_REDACT
            if pdfium_c.FPDFAnnot_GetFlags(annotation) & UNSEEN:
                continue
            if kind == pdfium_c.FPDF_ANNOT_STRIKEOUT:
                who, when = entry(annotation, b"T"), _day(entry(annotation, b"M"))
                strikes += [Strike(box, who, when) for box in _quads(annotation)]
            elif kind not in _COVERS_NOTHING:
                covers.append(_box(annotation))
    return Marks(tuple(covers), tuple(strikes), to_redact)


def _box(annotation: Any) -> Box:
    rect = pdfium_c.FS_RECTF()
    pdfium_c.FPDFAnnot_GetRect(annotation, rect)
    return _sorted((rect.left, rect.right), (rect.bottom, rect.top))


def _quads(annotation: Any) -> Iterator[Box]:
    """The pieces of lines that an annotation marks; its own box where it names none."""
    count = min(pdfium_c.FPDFAnnot_CountAttachmentPoints(annotation), _MOST_QUADS)
    if not count:
        yield _box(annotation)
    for number in range(count):
        quad = pdfium_c.FS_QUADPOINTSF()
        if pdfium_c.FPDFAnnot_GetAttachmentPoints(annotation, number, ctypes.byref(quad)):
            xs = (quad.x1, quad.x2, quad.x3, quad.x4)
            yield _sorted(xs, (quad.y1, quad.y2, quad.y3, quad.y4))


def _sorted(xs: tuple[float, ...], ys: tuple[float, ...]) -> Box:
    return min(xs), min(ys), max(xs), max(ys)


def _day(date: str) -> str:
    """The ISO day of a PDF's date, such as "D:20240305120000Z"; "" where it is none."""
    digits = date.removeprefix("D:")[:8]
    return (
        f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"
        if len(digits) == 8 == sum(map(str.isdecimal, digits))
        else ""
    )
