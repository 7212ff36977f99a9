"""What a PDF hides under covers is not in its text; what is struck out is a deletion."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.colors import Color, black, white, yellow
from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.pdf.pdf import read_pdf
from kb.domain import Reading
from kb.pages import Mark, render_page

START, SECRET, END = "The child ", "Persephone Gale", " was born in Truro."
SEEN = START + SECRET + END
REDACTED = "The child \u2588\u2588\u2588 was born in Truro."
X, Y, SIZE = 72.0, 700.0, 12.0
LEFT = X + stringWidth(START, "Helvetica", SIZE)
RIGHT = LEFT + stringWidth(SECRET, "Helvetica", SIZE)
BAR = (LEFT, Y - 4, RIGHT - LEFT, 15.0)

Draw = Callable[[Canvas], None]


def drawn(path: Path, draw: Draw, annotation: str = "") -> Reading:
    """A page with one line, and what `draw` or an annotation adds to it."""
    canvas = Canvas(str(path), pagesize=letter)
    canvas.setFont("Helvetica", SIZE)
    canvas.drawString(X, Y, SEEN)
    draw(canvas)
    canvas.save()
    if annotation:
        _annotate(path, annotation)
    return read_pdf(str(path), path.name)


def _annotate(path: Path, annotation: str) -> None:
    """Add one annotation in a new revision of the file, as programs do."""
    old = path.read_bytes()
    at = old.rindex(b"xref\n0 ")
    size = int(old[at + 7 :].split(b"\n", 1)[0])
    objects = {
        number: old.split(b"\n%d 0 obj" % number)[1].split(b"endobj")[0].strip()
        for number in range(1, size)
    }
    number = next(one for one, held in objects.items() if b"/Type /Page\n" in held)
    page = objects[number].removesuffix(b">>") + b"/Annots [<<" + annotation.encode() + b">>]>>"
    root = old[old.rindex(b"/Root ") + 6 :].split(b" R", 1)[0]
    new = b"%d 0 obj\n%s\nendobj\n" % (number, page)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(old))
    trailer = b"trailer\n<</Size %d/Root %s R/Prev %d>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        root,
        at,
        len(old) + len(new),
    )
    path.write_bytes(old + new + table + trailer)


def facts(reading: Reading) -> list[str]:
    return [one.value for one in reading.facts if one.name == "hidden-text"]


def nothing(_: Canvas) -> None:
    """A page as it is."""


def a_shape(colour: Color) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillColor(colour)
        canvas.rect(*BAR, fill=1, stroke=0)

    return draw


def a_thick_line(canvas: Canvas) -> None:
    canvas.setLineWidth(15)
    canvas.line(LEFT, Y + 4, RIGHT, Y + 4)


def a_picture(canvas: Canvas) -> None:
    canvas.drawInlineImage(Image.new("RGB", (40, 10), "black"), *BAR)


@pytest.mark.parametrize(
    "draw",
    [a_shape(black), a_shape(white), a_shape(yellow), a_thick_line, a_picture],
    ids=["black", "white", "yellow", "line", "picture"],
)
def test_words_under_a_cover_are_not_in_the_text(tmp_path: Path, draw: Draw) -> None:
    reading = drawn(tmp_path / "a.pdf", draw)
    assert reading.text == REDACTED
    assert facts(reading) == ["covered text on page 1"]


def test_a_line_that_is_covered_whole_leaves_nothing(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(60, Y - 4, 400, 16, fill=1, stroke=0)
        canvas.drawString(X, 600, "It rained.")

    assert drawn(tmp_path / "a.pdf", draw).text == "It rained."


RECT = f"/Rect [{LEFT} {Y - 4} {RIGHT} {Y + 11}]/F 4"


def test_an_annotation_may_be_a_cover(tmp_path: Path) -> None:
    square = f"/Type /Annot /Subtype /Square {RECT} /C [0 0 0] /IC [0 0 0]"
    assert drawn(tmp_path / "a.pdf", nothing, square).text == REDACTED


def test_a_mark_for_redaction_is_told_and_its_words_are_read(tmp_path: Path) -> None:
    reading = drawn(tmp_path / "a.pdf", nothing, f"/Type /Annot /Subtype /Redact {RECT}")
    assert reading.text == SEEN
    assert facts(reading) == ["words marked for redaction that were never taken out on page 1"]


def highlighted(canvas: Canvas) -> None:
    canvas.setFillColor(Color(1, 1, 0, alpha=0.4))
    canvas.rect(*BAR, fill=1, stroke=0)


def framed(canvas: Canvas) -> None:
    canvas.rect(*BAR, fill=0, stroke=1)


@pytest.mark.parametrize("draw", [highlighted, framed])
def test_what_is_seen_through_a_cover_is_text(tmp_path: Path, draw: Draw) -> None:
    reading = drawn(tmp_path / "a.pdf", draw)
    assert reading.text == SEEN
    assert facts(reading) == []


def test_a_mark_on_the_page_stands_where_its_words_do(tmp_path: Path) -> None:
    drawn(tmp_path / "a.pdf", a_shape(white))
    plain = render_page(str(tmp_path / "a.pdf"), 1)
    start = REDACTED.index("Truro")
    marked = render_page(str(tmp_path / "a.pdf"), 1, mark=Mark(((start, start + 5),)))
    assert plain != marked


def through(y: float, right: float = RIGHT) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.line(LEFT, y, right, y)

    return draw


def thin_bars(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(LEFT, Y + 3.5, RIGHT - LEFT, 0.7)
    path.rect(LEFT, 300, 100, 0.7)
    canvas.drawPath(path, fill=1, stroke=0)


@pytest.mark.parametrize("draw", [through(Y + 3.2), through(Y + 4), thin_bars])
def test_words_with_a_line_through_them_are_deletions(tmp_path: Path, draw: Draw) -> None:
    reading = drawn(tmp_path / "a.pdf", draw)
    assert reading.text == "The child was born in Truro."
    assert [(one.char_start, one.text) for one in reading.revisions] == [(10, SECRET)]


def hatched(canvas: Canvas) -> None:
    for step in range(12):
        through(Y + step)(canvas)


@pytest.mark.parametrize(
    "draw", [through(Y - 1.5), through(Y + 10.5), through(Y + 4, 600), hatched]
)
def test_lines_below_and_above_and_rules_strike_nothing(tmp_path: Path, draw: Draw) -> None:
    reading = drawn(tmp_path / "a.pdf", draw)
    assert reading.text == SEEN
    assert reading.revisions == ()


def test_a_line_below_a_shape_strikes_nothing_that_is_written_upon_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        through(604)(canvas)
        canvas.setFillColor(white)
        canvas.rect(60, 590, 400, 30, fill=1, stroke=1)
        canvas.setFillColor(black)
        canvas.drawString(LEFT, 600, SECRET)

    reading = drawn(tmp_path / "a.pdf", draw)
    assert reading.text == f"{SEEN}\n\n{SECRET}"
    assert reading.revisions == ()


def test_a_field_upon_the_strokes_of_a_form_covers_nothing(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(X, 600, "Name: ________")
        canvas.setFillColor(white)
        canvas.rect(X + 35, 596, 200, 14, fill=1, stroke=0)

    reading = drawn(tmp_path / "a.pdf", draw)
    assert reading.text == f"{SEEN}\n\nName: ________"
    assert facts(reading) == []


def test_a_strikeout_annotation_has_an_author_and_a_date(tmp_path: Path) -> None:
    quad = f"/QuadPoints [{LEFT} {Y + 9} {RIGHT} {Y + 9} {LEFT} {Y - 3} {RIGHT} {Y - 3}]"
    note = f"/Type /Annot /Subtype /StrikeOut {RECT} {quad} /T (Ann) /M (D:20240305120000Z)"
    reading = drawn(tmp_path / "a.pdf", nothing, note)
    assert reading.text == "The child was born in Truro."
    (one,) = reading.revisions
    assert (one.author, one.date, one.char_start, one.text) == ("Ann", "2024-03-05", 10, SECRET)
