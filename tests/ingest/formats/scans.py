"""Pages of known words as images, drawn by the tests themselves."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

WORDS = (
    "NOTICE OF DEFAULT",
    "",
    "The tenant owes fourteen thousand dollars of rent for March 2024,",
    "and has not paid it after written notice of seven days.",
    "",
    "The landlord may end the lease at once under Section 9.1 of it,",
    "without another notice, and asks for the sum of all that is owed,",
    "together with the late charges that are billed apart.",
)
SIZE = (1275, 1650)  # letter at 150 dpi


def draw_page(lines: Sequence[str] = WORDS, *, foot: str = "", turn: int = 0) -> Image.Image:
    """A page with `lines` from its top; an empty one leaves space. `turn` is with the clock."""
    page = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(page)
    font = ImageFont.load_default(30)
    for number, line in enumerate(lines):
        pen.text((140, 160 + 48 * number), line, fill="black", font=font)
    pen.text((140, SIZE[1] - 110), foot, fill="black", font=font)
    return page.rotate(-turn, expand=True)


def write_images(path: Path, pages: Sequence[Image.Image]) -> Path:
    """A PDF of which each page is an image alone."""
    canvas = Canvas(str(path), pagesize=letter)
    for page in pages:
        size = letter if page.height > page.width else letter[::-1]
        canvas.setPageSize(size)
        canvas.drawImage(ImageReader(page), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return path
