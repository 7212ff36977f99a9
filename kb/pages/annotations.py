"""What was filled in or noted on a PDF's page: form fields and annotations.

Neither is part of the page's text for PDFium. Both are read in the order in which they
stand on the page, whatever their order in the file.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from kb.pages.pdfium.annotation import MOST, UNSEEN, entry, opened_annotation, text_of

_ROW = 6.0  # points; what is not further apart stands in one row
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
    for number in range(min(pdfium_c.FPDFPage_GetAnnotCount(page), MOST)):
        with opened_annotation(page, number) as annotation:
            if not annotation:
                continue
            words = _said(annotation, form)
            if words:
                box = pdfium_c.FS_RECTF()
                pdfium_c.FPDFAnnot_GetRect(annotation, box)
                place = (-round(box.top / _ROW), box.left, number)
                placed.append((*place, Note(words, _hidden(annotation))))
    return [note for *_, note in sorted(placed, key=lambda one: one[:3])]


def _hidden(annotation: Any) -> str:
    return "hidden note" if pdfium_c.FPDFAnnot_GetFlags(annotation) & UNSEEN else ""


def _said(annotation: Any, form: pdfium.PdfFormEnv | None) -> str:
    kind = pdfium_c.FPDFAnnot_GetSubtype(annotation)
    if kind == pdfium_c.FPDF_ANNOT_WIDGET:
        return _filled_in(annotation, form) if form else ""
    words = "" if kind in _SILENT else entry(annotation, b"Contents")
    if not words or kind == pdfium_c.FPDF_ANNOT_FREETEXT:  # typed upon the page itself
        return words
    return f"Comment by {entry(annotation, b'T') or 'unknown'}: {words}"


def _filled_in(annotation: Any, form: pdfium.PdfFormEnv) -> str:
    """A field's name and value; its name for people is taken where it has one."""

    def asked(function: Callable[..., int]) -> str:
        return text_of(lambda buffer, length: function(form, annotation, buffer, length))

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
