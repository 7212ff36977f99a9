import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from kb.errors import BadRequest, ParseFailed
from kb.pages import Mark, is_encrypted, page_count, pdf_text, render_page
from tests.documents import LEASE, write_pdf, write_scan


@pytest.fixture
def lease(tmp_path: Path) -> str:
    return str(write_pdf(tmp_path / "lease.pdf", [LEASE, LEASE[1:3]], title="Lease of Quay Street"))


def test_a_page_is_its_lines_with_a_blank_line_between_paragraphs(lease: str) -> None:
    pdf = pdf_text(lease)
    assert pdf.title == "Lease of Quay Street"
    paragraphs = pdf.pages[0].text.split("\n\n")
    assert paragraphs[0] == "LEASE AGREEMENT"
    assert paragraphs[1].endswith(
        "Doyle Tool Co. The\npremises are at 12 Quay Street and are let for five years."
    )
    assert paragraphs[2] == "12. Termination"


def test_every_line_knows_its_span_and_whether_it_is_bold(lease: str) -> None:
    page = pdf_text(lease).pages[0]
    shown = [(page.text[one.char_start : one.char_end], one.bold) for one in page.lines]
    assert ("12. Termination", True) in shown
    assert (LEASE[2][1], False) in shown


def test_pages_are_counted(lease: str) -> None:
    assert page_count(lease) == 2
    assert not is_encrypted(lease)


def test_a_password_is_told_from_damage(tmp_path: Path) -> None:
    locked = write_scan(tmp_path / "locked.pdf", encrypted="secret")
    assert is_encrypted(str(locked))
    with pytest.raises(ParseFailed, match="password") as caught:
        pdf_text(str(locked))
    assert caught.value.code == "encrypted"
    damaged = tmp_path / "damaged.pdf"
    damaged.write_bytes(b"%PDF-1.4 and nothing else")
    with pytest.raises(ParseFailed, match="damaged") as caught:
        pdf_text(str(damaged))
    assert caught.value.code == "damaged"


@pytest.mark.parametrize(
    ("stamp", "needs"),
    [
        pytest.param("", True, id="a scan"),
        pytest.param("Case 1:13-cv-00042 Document 7 Filed 02/03/14", True, id="a stamped scan"),
        pytest.param("words " * 60, False, id="a picture behind a page of text"),
    ],
)
def test_a_picture_of_text_needs_ocr(tmp_path: Path, stamp: str, *, needs: bool) -> None:
    (page,) = pdf_text(str(write_scan(tmp_path / "scan.pdf", stamp=stamp))).pages
    assert page.needs_ocr is needs


def blank() -> Image.Image:
    """A blank sheet with the grey bars that a scanner leaves at its edges."""
    page = Image.new("RGB", (850, 1100), "white")
    ImageDraw.Draw(page).rectangle((700, 0, 820, 1000), fill=(160, 160, 160))
    return page


def with_words(words: str, colour: int, size: float) -> Image.Image:
    page = blank()
    font = ImageFont.load_default(size)
    ImageDraw.Draw(page).text((100, 300), words, fill=(colour,) * 3, font=font)
    return page


def with_grain() -> Image.Image:
    return Image.effect_noise((850, 1100), 20).convert("RGB")


def letters_in_the_mask() -> Image.Image:
    """A black image of which letters alone are shown, as some scanning programs write text."""
    page = Image.new("RGBA", (850, 1100), (0, 0, 0, 0))
    ImageDraw.Draw(page).text((100, 300), "Filed under seal", fill=(0, 0, 0, 255))
    return page


@pytest.mark.parametrize(
    ("picture", "needs"),
    [
        pytest.param(blank(), False, id="a blank sheet"),
        pytest.param(with_words("7", 0, 30), True, id="a single digit"),
        pytest.param(with_words("Exhibit A", 225, 12), True, id="small and faint words"),
        pytest.param(with_grain(), True, id="a grain that may be anything"),
        pytest.param(letters_in_the_mask(), True, id="letters in the mask of an image"),
    ],
)
def test_a_blank_sheet_that_was_scanned_needs_no_ocr(
    tmp_path: Path, picture: Image.Image, *, needs: bool
) -> None:
    canvas = Canvas(str(tmp_path / "scan.pdf"), pagesize=letter)
    canvas.drawImage(ImageReader(picture), 0, 0, *letter, mask="auto")
    canvas.showPage()
    canvas.save()
    (page,) = pdf_text(str(tmp_path / "scan.pdf")).pages
    assert page.needs_ocr is needs


def test_a_drawn_page_marks_the_span_and_nothing_else(lease: str) -> None:
    text = pdf_text(lease).pages[0].text
    start = text.index("ninety days")
    plain = Image.open(io.BytesIO(render_page(lease, 1, width=600)))
    marked = Image.open(
        io.BytesIO(render_page(lease, 1, mark=Mark(((start, start + 11),)), width=600))
    )
    assert plain.size == marked.size
    assert marked.width == 600
    changed = [
        (x, y)
        for y in range(plain.height)
        for x in range(plain.width)
        if plain.getpixel((x, y)) != marked.getpixel((x, y))
    ]
    # points to pixels: x from 72 + the line's first words, y of the line "Either party ..."
    scale = 600 / 612
    top = (792 - 720 + 14 * 5 + 120) * scale
    assert all(abs(y - top) < 16 for _, y in changed)
    assert 40 < max(x for x, _ in changed) - min(x for x, _ in changed) < 80


def test_a_page_that_is_not_there_is_refused(lease: str) -> None:
    with pytest.raises(BadRequest, match="no page 3; the document has 2"):
        render_page(lease, 3)
