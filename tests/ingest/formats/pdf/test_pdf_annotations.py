"""Form fields and annotations of PDFs: part of the text, after that of their page."""

from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.pdf.pdf import read_pdf
from kb.domain import Reading

FIRST = "The tenant fills in what follows."
SECOND = "and signs on the second page."


def write_form(path: Path, *, foot: str = "") -> Path:
    """Two pages; the first has fields, the lower of its two rows first in the file."""
    canvas = Canvas(str(path), pagesize=letter)
    canvas.drawString(72, 700, FIRST)
    form = canvas.acroForm
    form.textfield(name="rent", tooltip="Monthly rent", value="$5,250", x=72, y=500)
    form.textfield(name="tenant", tooltip="Tenant", value="Orla Brannigan", x=72, y=600)
    form.textfield(name="guarantor", tooltip="Guarantor", value="", x=300, y=600)
    form.textfield(name="pin", tooltip="Code", value="4711", x=72, y=300, fieldFlags="password")
    form.checkbox(name="pets", tooltip="Pets are kept", checked=True, x=72, y=400)
    form.checkbox(name="smoker", tooltip="Smoker", checked=False, x=200, y=400)
    form.radio(name="term", tooltip="Term", value="months12", selected=False, x=72, y=350)
    form.radio(name="term", tooltip="Term", value="months24", selected=True, x=120, y=350)
    form.choice(
        name="court", tooltip="Court", value="Dunmore", options=["Dunmore", "Farrow"], x=72, y=250
    )
    if foot:
        canvas.drawString(72, 40, f"{foot}000001")
    canvas.showPage()
    canvas.drawString(72, 700, SECOND)
    if foot:
        canvas.drawString(72, 40, f"{foot}000002")
    canvas.showPage()
    canvas.save()
    return path


def annotate(path: Path, kind: int, words: str, *, author: str = "", flags: int = 0) -> None:
    """Add an annotation to the first page, below those that are there."""
    document = pdfium.PdfDocument(path.read_bytes())
    page = document[0]
    made = pdfium_c.FPDFPage_CreateAnnot(page, kind)
    top = 200.0 - 20 * pdfium_c.FPDFPage_GetAnnotCount(page)
    pdfium_c.FPDFAnnot_SetRect(made, pdfium_c.FS_RECTF(72, top, 200, top - 10))
    for key, value in ((b"Contents", words), (b"T", author)):
        pdfium_c.FPDFAnnot_SetStringValue(made, key, _wide(value))
    pdfium_c.FPDFAnnot_SetFlags(made, flags)
    pdfium_c.FPDFPage_CloseAnnot(made)
    document.save(str(path))
    document.close()


def _wide(text: str) -> Any:
    encoded = (text + "\0").encode("utf-16-le")
    return (pdfium_c.FPDF_WCHAR * (len(encoded) // 2)).from_buffer_copy(encoded)


def on_page(reading: Reading, number: int) -> str:
    page = reading.pages[number - 1]
    return reading.text[page.char_start : page.char_end]


def test_what_was_filled_in_stands_after_the_text_of_its_page_in_the_order_of_its_rows(
    tmp_path: Path,
) -> None:
    reading = read_pdf(str(write_form(tmp_path / "form.pdf")), "form.pdf")
    assert on_page(reading, 1).split("\n\n") == [
        FIRST,
        "Tenant: Orla Brannigan",
        "Monthly rent: $5,250",
        "Pets are kept: checked",
        "Term: months24",
        "Court: Dunmore",
    ]
    assert on_page(reading, 2) == SECOND
    spans = [reading.text[one.char_start : one.char_end] for one in reading.elements]
    assert spans == [*on_page(reading, 1).split("\n\n"), SECOND]
    assert [one.page for one in reading.elements] == [1] * 6 + [2]


def test_comments_say_who_made_them_and_typed_words_stand_for_themselves(tmp_path: Path) -> None:
    path = write_form(tmp_path / "form.pdf")
    annotate(path, pdfium_c.FPDF_ANNOT_TEXT, "Is this the\nright rent?", author="Ann Lee")
    annotate(path, pdfium_c.FPDF_ANNOT_HIGHLIGHT, "Confirm with the client.")
    annotate(path, pdfium_c.FPDF_ANNOT_FREETEXT, "Received 4 May 2024", author="Clerk")
    annotate(path, pdfium_c.FPDF_ANNOT_LINK, "https://example.org")
    annotate(path, pdfium_c.FPDF_ANNOT_SQUARE, "")
    assert on_page(read_pdf(str(path), "form.pdf"), 1).split("\n\n")[6:] == [
        "Comment by Ann Lee: Is this the right rent?",
        "Comment by unknown: Confirm with the client.",
        "Received 4 May 2024",
    ]


@pytest.mark.parametrize("flag", [pdfium_c.FPDF_ANNOT_FLAG_HIDDEN, pdfium_c.FPDF_ANNOT_FLAG_NOVIEW])
def test_a_note_that_nobody_is_shown_is_no_text_and_is_told(tmp_path: Path, flag: int) -> None:
    path = write_form(tmp_path / "form.pdf")
    annotate(path, pdfium_c.FPDF_ANNOT_TEXT, "Say that the tenant won.", flags=flag)
    reading = read_pdf(str(path), "form.pdf")
    assert "won" not in reading.text
    assert [(one.name, one.value) for one in reading.facts] == [
        ("hidden-text", "hidden note on page 1")
    ]


def test_a_stamp_at_the_foot_is_still_the_label_of_its_page(tmp_path: Path) -> None:
    reading = read_pdf(str(write_form(tmp_path / "form.pdf", foot="ALD")), "form.pdf")
    assert [page.label for page in reading.pages] == ["ALD000001", "ALD000002"]
    assert on_page(reading, 1).endswith("Court: Dunmore")
    assert on_page(reading, 2).endswith("ALD000002")


def test_a_form_without_any_other_words_has_something_to_search(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "bare.pdf"), pagesize=letter)
    canvas.acroForm.textfield(name="form[0].page[0].Buyer[0]", value="Colm Hayes", x=72, y=600)
    canvas.showPage()
    canvas.save()
    reading = read_pdf(str(tmp_path / "bare.pdf"), "bare.pdf")
    assert reading.text == "Buyer: Colm Hayes"
    assert reading.problem is None
