"""Figures that are set smaller and higher are apart from what stands before them."""

from pathlib import Path

import pypdfium2 as pdfium
from reportlab.pdfgen.canvas import Canvas

from kb.pages import pdf_text
from kb.pages.lines import span_boxes


def written(path: Path, *pieces: tuple[str, float, float]) -> str:
    """A line of pieces, each with its size and how far it is raised, in points."""
    canvas = Canvas(str(path))
    line = canvas.beginText(72, 700)
    for words, size, rise in pieces:
        line.setFont("Times-Roman", size)
        line.setRise(rise)
        line.textOut(words)
    canvas.drawText(line)
    canvas.save()
    return pdf_text(str(path)).pages[0].text


def test_a_mark_is_no_digit_of_an_amount(tmp_path: Path) -> None:
    text = written(
        *(tmp_path / "a.pdf", ("He paid $25,000", 12, 0), ("12", 7, 4.5)),
        *((" under section 12.", 12, 0), ("3", 7, 4.5), (" It was due.", 12, 0)),
    )
    assert text == "He paid $25,000 \u00b9\u00b2 under section 12.\u00b3 It was due."


def test_ends_of_ordinals_and_lowered_figures_stay(tmp_path: Path) -> None:
    text = written(
        *(tmp_path / "a.pdf", ("the 5", 12, 0), ("th", 7, 4.5), (" of 40 m", 12, 0)),
        *(("2", 7, 4.5), (" and CO", 12, 0), ("2", 7, -2), (" in 2019", 12, 0)),
    )
    assert text == "the 5th of 40 m\u00b2 and CO2 in 2019"


def test_a_small_number_that_hangs_on_nothing_stays(tmp_path: Path) -> None:
    assert written(tmp_path / "a.pdf", ("4", 6, 3), (" Receipt 18.", 9, 0)) == "4 Receipt 18."


def test_a_line_is_whole_where_a_mark_is_a_string_of_its_own(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for at, high, size, words in (
        (72, 700, 12, "in 2031"),
        (114, 705, 7, "9"),
        (120, 700, 12, "he"),
    ):
        canvas.setFont("Times-Roman", size)
        canvas.drawString(at, high, words)
    canvas.save()
    assert pdf_text(str(tmp_path / "a.pdf")).pages[0].text == "in 2031 \u2079 he"


def test_a_quote_behind_a_mark_is_found_on_its_page(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    text = written(path, ("He paid $25,000", 12, 0), ("12", 7, 4.5), (" in May", 12, 0))
    with pdfium.PdfDocument(str(path)) as document:
        start = text.index("May")
        (box,) = span_boxes(document[0], [(start, start + 3)])
        (mark,) = span_boxes(document[0], [(text.index("\u00b9"), text.index("\u00b9") + 2)])
    assert box[0] > mark[2] - 0.1
    assert box[2] - box[0] > 15
    assert mark[3] - mark[1] < 8
