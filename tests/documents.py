"""Small documents made for the tests; nothing here comes from a client or a corpus."""

from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

LEASE = [
    ("Helvetica-Bold", "LEASE AGREEMENT", 0),
    ("Helvetica", "This lease is made between Harbor Mills LLC and Doyle Tool Co. The", 40),
    ("Helvetica", "premises are at 12 Quay Street and are let for five years.", 0),
    ("Helvetica-Bold", "12. Termination", 40),
    (
        "Helvetica",
        "Either party may end this lease by ninety days\u2019 written notice. Notice",
        40,
    ),
    ("Helvetica", "is given when it is received at the address above.", 0),
]


def write_pdf(path: Path, pages: list[list[tuple[str, str, int]]], *, title: str = "") -> Path:
    """Each page is a list of (font, line, extra space above); page numbers stand at the foot."""
    canvas = Canvas(str(path), pagesize=letter)
    canvas.setTitle(title or "untitled")
    for number, lines in enumerate(pages, start=1):
        y = 720
        for font, line, above in lines:
            y -= 14 + above
            canvas.setFont(font, 11)
            canvas.drawString(72, y, line)
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 40, f"Harbor Mills \u2013 Confidential \u2013 {number}")
        canvas.showPage()
    canvas.save()
    return path


def write_scan(path: Path, *, stamp: str = "", encrypted: str = "") -> Path:
    """One page that is only a picture of text, with a court's stamp of real text if given."""
    picture = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(picture).text((50, 50), "The quick brown fox", fill="black")
    canvas = Canvas(str(path), pagesize=letter, encrypt=encrypted or None)
    canvas.drawImage(ImageReader(picture), 20, 20, 570, 750)
    if stamp:
        canvas.drawString(72, 780, stamp)
    canvas.showPage()
    canvas.save()
    return path
