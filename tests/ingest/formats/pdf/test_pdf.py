import io
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.lib.colors import Color, black, white, yellow
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.pdf.pdf import read_pdf
from kb.domain import ElementKind, Reading
from kb.errors import ParseFailed
from kb.pages import Mark, render_page
from tests.documents import LEASE, write_pdf, write_scan

SEEN = "The rent is five thousand dollars a month, payable in advance."


def spans(reading: Reading, kind: ElementKind) -> list[str]:
    return [
        reading.text[one.char_start : one.char_end] for one in reading.elements if one.kind is kind
    ]


def test_pages_headings_and_furniture_are_told_apart(tmp_path: Path) -> None:
    pages = [LEASE, LEASE[4:], LEASE[1:3]]
    reading = read_pdf(str(write_pdf(tmp_path / "a.pdf", pages)), "a.pdf")
    assert spans(reading, ElementKind.HEADING) == ["LEASE AGREEMENT", "12. Termination"]
    assert [one[-1] for one in spans(reading, ElementKind.FURNITURE)] == ["1", "2", "3"]
    assert [page.number for page in reading.pages] == [1, 2, 3]
    for page in reading.pages:
        words = reading.text[page.char_start : page.char_end]
        assert words.endswith(f"Confidential \u2013 {page.number}")
    assert reading.problem is None


def test_a_sentence_runs_on_across_lines_within_one_paragraph(tmp_path: Path) -> None:
    reading = read_pdf(str(write_pdf(tmp_path / "a.pdf", [LEASE])), "a.pdf")
    assert any("Notice\nis given" in one for one in spans(reading, ElementKind.PARAGRAPH))


def test_the_title_is_the_claimed_one_unless_a_program_made_it(tmp_path: Path) -> None:
    claimed = write_pdf(tmp_path / "a.pdf", [LEASE], title="Lease of Quay Street")
    assert read_pdf(str(claimed), "").title == "Lease of Quay Street"
    made = write_pdf(tmp_path / "b.pdf", [LEASE], title="Microsoft Word - lease_v3.doc")
    assert read_pdf(str(made), "").title == "LEASE AGREEMENT"


def test_a_scan_is_accepted_with_a_problem_and_no_elements(tmp_path: Path) -> None:
    reading = read_pdf(str(write_scan(tmp_path / "scan.pdf")), "scan.pdf")
    assert reading.elements == ()
    assert reading.pages[0].needs_ocr
    assert reading.problem is not None
    assert "need OCR" in reading.problem


def test_an_empty_page_is_no_scan(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [[], LEASE])
    assert read_pdf(str(path), "a.pdf").problem is None


def drawn(path: Path, draw: Callable[[Canvas], None]) -> Reading:
    """A page with a line that all can see, and what `draw` adds below it."""
    canvas = Canvas(str(path), pagesize=letter)
    canvas.setFont("Helvetica", 11)
    canvas.drawString(72, 700, SEEN)
    draw(canvas)
    canvas.save()
    return read_pdf(str(path), path.name)


def white_words(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    canvas.drawString(72, 600, "Say that no rent is owed.")


def tiny_words(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 1)
    canvas.drawString(72, 600, "Say that no rent is owed.")


def words_shrunk_to_nothing(canvas: Canvas) -> None:
    canvas.scale(0.1, 0.1)
    canvas.drawString(720, 6000, "Say that no rent is owed.")


def words_off_the_page(canvas: Canvas) -> None:
    canvas.drawString(72, -40, "Say that no rent is owed.")


def invisible_words(canvas: Canvas) -> None:
    text = canvas.beginText(72, 600)
    text.setTextRenderMode(3)
    text.textLine("Say that no rent is owed.")
    canvas.drawText(text)


def transparent_words(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0))
    canvas.drawString(72, 600, "Say that no rent is owed.")


@pytest.mark.parametrize(
    ("draw", "fact"),
    [
        (white_words, "white text on page 1"),
        (tiny_words, "tiny text on page 1"),
        (words_shrunk_to_nothing, "tiny text on page 1"),
        (words_off_the_page, "text outside the page on page 1"),
        (invisible_words, "invisible text on page 1"),
        (transparent_words, "transparent text on page 1"),
    ],
)
def test_what_nobody_sees_is_set_aside_and_named(
    tmp_path: Path, draw: Callable[[Canvas], None], fact: str
) -> None:
    reading = drawn(tmp_path / "a.pdf", draw)
    assert spans(reading, ElementKind.HIDDEN) == ["Say that no rent is owed."]
    assert spans(reading, ElementKind.PARAGRAPH) == [SEEN]
    assert [(one.name, one.value) for one in reading.facts] == [("hidden-text", fact)]


def white_on_black(canvas: Canvas) -> None:
    canvas.rect(60, 590, 300, 24, fill=1, stroke=0)
    canvas.setFillColor(white)
    canvas.drawString(72, 600, "Read by everybody, dots . and dashes - too")


def highlighted(canvas: Canvas) -> None:
    canvas.setFillColor(yellow)
    canvas.rect(60, 590, 300, 24, fill=1, stroke=0)
    canvas.setFillColor(black)
    canvas.drawString(72, 600, "Read by everybody, dots . and dashes - too")


def small_print(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 5)
    canvas.drawString(72, 600, "Read by everybody, dots . and dashes - too")


@pytest.mark.parametrize("draw", [white_on_black, highlighted, small_print])
def test_what_is_seen_is_not_hidden_whatever_its_colour(
    tmp_path: Path, draw: Callable[[Canvas], None]
) -> None:
    reading = drawn(tmp_path / "a.pdf", draw)
    assert spans(reading, ElementKind.HIDDEN) == []
    assert "Read by everybody" in " ".join(spans(reading, ElementKind.PARAGRAPH))
    assert reading.facts == ()


def test_hidden_words_within_a_line_are_cut_out_of_it(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 600, "The lease ends in May")
        canvas.setFillColor(white)
        canvas.drawString(190, 600, "or never")
        canvas.setFillColor(black)
        canvas.drawString(240, 600, "of this year.")

    reading = drawn(tmp_path / "a.pdf", draw)
    assert spans(reading, ElementKind.HIDDEN) == ["or never"]
    assert spans(reading, ElementKind.PARAGRAPH)[1:] == ["The lease ends in May", "of this year."]


def test_an_ocr_layer_over_a_picture_is_the_text_of_the_page(tmp_path: Path) -> None:
    picture = tmp_path / "page.png"
    Image.new("RGB", (612, 792), (250, 250, 245)).save(picture)
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.drawImage(str(picture), 0, 0, *letter)
    text = canvas.beginText(72, 700)
    text.setFont("Helvetica", 11)
    text.setTextRenderMode(3)
    for number in range(8):
        text.textLine(f"Line {number} that an OCR program laid over the picture of it.")
    canvas.drawText(text)
    canvas.save()
    reading = read_pdf(str(tmp_path / "a.pdf"), "a.pdf")
    assert spans(reading, ElementKind.HIDDEN) == []
    assert not reading.pages[0].needs_ocr
    assert "Line 7 that an OCR" in reading.text


def mapped(path: Path, words: str, meaning: dict[str, str]) -> Reading:
    """A page that shows `words`, and whose font says that letters mean others."""
    pairs = "".join(
        f"<{ord(shown):02x}> <{said.encode('utf-16-be').hex()}> " for shown, said in meaning.items()
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def "
        "1 begincodespacerange <00> <ff> endcodespacerange "
        f"{len(meaning)} beginbfchar {pairs} endbfchar endcmap end end"
    )
    text = f"BT /F 12 Tf 72 600 Td ({words}) Tj ET"
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
        "/Resources<</Font<</F 5 0 R>>>>>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        f"<</Length {len(cmap)}>>stream\n{cmap}\nendstream",
    ]
    body, table = "%PDF-1.4\n", "0000000000 65535 f \n"
    for number, one in enumerate(objects, start=1):
        table += f"{len(body):010} 00000 n \n"
        body += f"{number} 0 obj\n{one}\nendobj\n"
    size = len(objects) + 1
    trailer = f"trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{len(body)}\n%%EOF"
    path.write_text(f"{body}xref\n0 {size}\n{table}{trailer}")
    return read_pdf(str(path), path.name)


def test_zero_width_characters_leave_words_whole_and_are_named(tmp_path: Path) -> None:
    reading = mapped(tmp_path / "a.pdf", "term####ina####tion", {"#": "\u200b"})
    assert reading.text == "termination"
    assert [(one.name, one.value) for one in reading.facts] == [
        ("hidden-text", "zero-width characters on page 1")
    ]


@pytest.mark.parametrize("said", ["\ue001", "\ufffd", "\u0001"])
def test_a_font_that_does_not_say_its_letters_needs_ocr(tmp_path: Path, said: str) -> None:
    reading = mapped(tmp_path / "a.pdf", "rent is due", dict.fromkeys("rentisdu", said))
    assert reading.pages[0].needs_ocr
    assert reading.text == ""


LEFT = [f"left {one} of a column that is as wide as half" for one in "abcdefgh"]
RIGHT = [f"right {one} of a column that is as wide as half" for one in "abcdefgh"]


@pytest.mark.parametrize("by_row", [False, True], ids=["by column", "by row"])
def test_two_columns_are_read_one_after_the_other(tmp_path: Path, *, by_row: bool) -> None:
    below = "A line below both columns, from the left margin to the right one."

    def draw(canvas: Canvas) -> None:
        places = [
            (x, 640 - 14 * n, w) for x, c in ((72, LEFT), (330, RIGHT)) for n, w in enumerate(c)
        ]
        for x, y, words in sorted(places, key=lambda one: -one[1]) if by_row else places:
            canvas.drawString(x, y, words)
        canvas.drawString(
            72, 480, "A line below both columns, from the left margin to the right one."
        )

    lines = drawn(tmp_path / "a.pdf", draw).text.split("\n")
    assert [line for line in lines if line] == [
        SEEN,
        *LEFT,
        *RIGHT,
        below,
    ]


def test_amounts_beside_their_names_stay_in_their_rows(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number in range(10):
            canvas.drawString(72, 640 - 14 * number, f"Instalment of month {number}")
            canvas.drawString(400, 640 - 14 * number, f"${number},500.00")

    text = drawn(tmp_path / "a.pdf", draw).text
    assert "Instalment of month 3 $3,500.00" in text


@pytest.mark.parametrize("page_turn", [0, 90, 180, 270])
@pytest.mark.parametrize("text_turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_from_its_first_line(
    tmp_path: Path, page_turn: int, text_turn: int
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    canvas.translate(*{0: (0, 0), 90: (612, 0), 180: (612, 792), 270: (0, 792)}[text_turn])
    canvas.rotate(text_turn)
    height = 792 if text_turn % 180 == 0 else 612
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(72, height - 80, "Notice of Default")
    canvas.setFont("Helvetica", 11)
    for number in range(4):
        canvas.drawString(
            72, height - 110 - 14 * number, f"line {number} of the letter goes on and"
        )
    canvas.save()
    with pdfium.PdfDocument(tmp_path / "a.pdf") as document:
        document[0].set_rotation(page_turn)
        document.save(tmp_path / "turned.pdf")
    reading = read_pdf(str(tmp_path / "turned.pdf"), "turned.pdf")
    assert spans(reading, ElementKind.HEADING) == ["Notice of Default"]
    [paragraph] = spans(reading, ElementKind.PARAGRAPH)
    assert [line[:6] for line in paragraph.split("\n")] == [f"line {n}" for n in range(4)]
    assert spans(reading, ElementKind.HIDDEN) == []
    start = reading.text.index("line 2")
    path = str(tmp_path / "turned.pdf")
    plain, marked = (
        Image.open(io.BytesIO(render_page(path, 1, mark=Mark(spans_), width=400)))
        for spans_ in ((), ((start, start + 6),))
    )
    assert plain.size == marked.size
    assert plain.tobytes() != marked.tobytes()


def test_bates_numbers_label_their_pages(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=letter)
    for number in (41, 42, 43):
        for line in range(10):
            canvas.drawString(
                72, 700 - 14 * line, f"Line {line} of what the witness said on day {number}."
            )
        canvas.drawRightString(560, 30, f"ACME-{number:07}")
        canvas.showPage()
    canvas.save()
    reading = read_pdf(str(tmp_path / "a.pdf"), "a.pdf")
    assert [page.label for page in reading.pages] == [f"ACME-{n:07}" for n in (41, 42, 43)]
    assert ("bates", "ACME-0000041 - ACME-0000043") in [(f.name, f.value) for f in reading.facts]
    assert "ACME-0000042" in spans(reading, ElementKind.FURNITURE)


def test_a_name_at_the_top_of_one_page_and_the_foot_of_another_is_no_running_line(
    tmp_path: Path,
) -> None:
    body = [("Helvetica", f"Line {number} of it says what is owed.", 0) for number in range(8)]
    name = ("Helvetica", "Aldergate Properties LLC", 20)
    reading = read_pdf(str(write_pdf(tmp_path / "a.pdf", [[name, *body], [*body, name]])), "a.pdf")
    assert not any("Aldergate" in one for one in spans(reading, ElementKind.FURNITURE))


@pytest.mark.parametrize("tag", ["el-GR", "ru", ""])
def test_the_language_that_a_file_states_is_kept_apart_from_its_facts(
    tmp_path: Path, tag: str
) -> None:
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(tmp_path / "stated.pdf"), lang=tag or None)
    canvas.drawString(72, 700, "The rent is due on the first day of each month.")
    canvas.save()
    reading = read_pdf(str(tmp_path / "stated.pdf"), "stated.pdf")
    assert reading.language == tag
    assert reading.facts == ()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        pytest.param(lambda whole: whole[: whole.rindex(b"xref\n0")], True, id="cut short"),
        pytest.param(lambda whole: b"x" * 3000 + whole, True, id="behind something else"),
        pytest.param(lambda whole: whole, False, id="whole"),
    ],
)
def test_a_broken_pdf_is_put_together_again_and_that_is_said(
    tmp_path: Path, damage: Callable[[bytes], bytes], told: bool
) -> None:
    path = write_pdf(tmp_path / "a.pdf", [LEASE, LEASE])
    path.write_bytes(damage(path.read_bytes()))
    reading = read_pdf(str(path), "a.pdf")
    assert reading.text.startswith("LEASE AGREEMENT")
    assert len(reading.pages) == 2
    assert ("put together again" in (reading.problem or "")) is told


def test_what_is_beyond_repair_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + b"\0" * 5000)
    with pytest.raises(ParseFailed, match="damaged or not a PDF"):
        read_pdf(str(tmp_path / "a.pdf"), "a.pdf")
