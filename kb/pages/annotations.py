"""What was filled in or noted on a PDF's page: form fields and annotations.

Neither is part of the page's text for PDFium. Both are read in the order in which they
stand on the page, whatever their order in the file.
"""

import ctypes
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.lines import CHARACTERS

_MOST = 5_000  # annotations of a page that are looked at
_LONGEST = 20_000  # characters of one
_ROW = 6.0  # points; what is not further apart stands in one row
_UNSEEN = pdfium_c.FPDF_ANNOT_FLAG_HIDDEN | pdfium_c.FPDF_ANNOT_FLAG_NOVIEW
_PASSWORD = 1 << 13  # a text field's flag (ISO 32000-1, table 228)
_VALUED = (
    pdfium_c.FPDF_FORMFIELD_TEXTFIELD,
    pdfium_c.FPDF_FORMFIELD_COMBOBOX,
    pdfium_c.FPDF_FORMFIELD_LISTBOX,
)
_SILENT = (pdfium_c.FPDF_ANNOT_POPUP, pdfium_c.FPDF_ANNOT_LINK)
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Note:
    """`words` as they go into the text; `hidden` says that a reader of the page is not shown it."""

    words: str
    hidden: str = ""


def notes(page: pdfium.PdfPage, form: pdfium.PdfFormEnv | None) -> list[Note]:
    """What fields say, and what annotations say, down the page and across its rows.

    `form` is the document's, None where it has no form. Empty fields, boxes that are not
    checked, passwords and links say nothing.
    """
    placed: list[tuple[float, float, int, Note]] = []
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), _MOST)):
        with _annotation(page, number) as annotation:
            if not annotation:
                continue
            words = _said(annotation, form)
            if words:
                box = pdfium_c.FS_RECTF()
                pdfium_c.FPDFAnnot_GetRect(annotation, box)
                place = (-round(box.top / _ROW), box.left, number)
                placed.append((*place, Note(words, _hidden(annotation))))
    return [note for *_, note in sorted(placed, key=lambda one: one[:3])]


@contextmanager
def _annotation(page: pdfium.PdfPage, number: int) -> Iterator[Any]:
    annotation = pdfium_c.FPDFPage_GetAnnot(page, number)
    try:
        yield annotation
    finally:
        if annotation:
            pdfium_c.FPDFPage_CloseAnnot(annotation)


def _hidden(annotation: Any) -> str:
    return "hidden note" if pdfium_c.FPDFAnnot_GetFlags(annotation) & _UNSEEN else ""


def _said(annotation: Any, form: pdfium.PdfFormEnv | None) -> str:
    kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium_c.FPDF_ANNOT_WIDGET:
        return _filled_in(annotation, form) if form else ""
    words = "" if kind in _SILENT else _entry(annotation, b"Contents")
    if not words or kind == pdfium_c.FPDF_ANNOT_FREETEXT:  # typed upon the page itself
        return words
    return f"Comment by {_entry(annotation, b'T') or 'unknown'}: {words}"


def _filled_in(annotation: Any, form: pdfium.PdfFormEnv) -> str:
    """A field's name and value; its name for people is taken where it has one."""

    def asked(function: Callable[..., int]) -> str:
        return _text(lambda buffer, length: function(form, annotation, buffer, length))

    kind = pdfium_c.FPDFAnnot_GetFormFieldType(form, annotation)
    name = asked(pdfium_c.FPDFAnnot_GetFormFieldAlternateName)
    name = name or _INDEX.sub("", asked(pdfium_c.FPDFAnnot_GetFormFieldName)).rpartition(".")[2]
    value = ""
    if kind in _VALUED:
        flags = pdfium_c.FPDFAnnot_GetFormFieldFlags(form, annotation)
        secret = kind == pdfium_c.FPDF_FORMFIELD_TEXTFIELD and flags & _PASSWORD
        value = "" if secret else asked(pdfium_c.FPDFAnnot_GetFormFieldValue)
    elif pdfium_c.FPDFAnnot_IsChecked(form, annotation):
        radio = kind == pdfium_c.FPDF_FORMFIELD_RADIOBUTTON
        value = asked(pdfium_c.FPDFAnnot_GetFormFieldExportValue) if radio else "checked"
    return f"{name}: {value}" if name and value else value


def _entry(annotation: Any, key: bytes) -> str:
    return _text(
        lambda buffer, length: pdfium_c.FPDFAnnot_GetStringValue(annotation, key, buffer, length)
    )


def _text(ask: Callable[[Any, int], int]) -> str:
    """What PDFium writes as UTF-16 into a buffer, on one line and without what is not seen."""
    size = ask(None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    ask(buffer, size)
    words = bytes(buffer)[: size - 2].decode("utf-16-le", "replace")
    lines = " ".join(words.split())
    return " ".join(lines.translate(CHARACTERS).split())[:_LONGEST]
