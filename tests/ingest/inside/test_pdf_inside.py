"""What a PDF holds beside its text: attached files, pasted pictures, forms in XML (XFA)."""

import io
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.formats.base.options import ParseOptions
from ingest.formats.pdf import inside
from ingest.formats.pdf.pdf import read_pdf
from kb.domain import Reading

WORDS = "The defendant served the notice that is reproduced below on the fourth of March."


def options(tmp_path: Path) -> ParseOptions:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return ParseOptions(scratch=str(scratch))


def drawn(path: Path, *pages: Callable[[Canvas], None]) -> str:
    canvas = Canvas(str(path), pagesize=letter)
    for draw in pages:
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return str(path)


def letter_of(width: int, height: int, words: str = "Ravensdale") -> ImageReader:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).text((10, height // 3), words, fill="black")
    return ImageReader(image)


def names(reading: Reading) -> list[str]:
    return [part.name for part in reading.parts]


def attached(path: Path, **files: bytes) -> str:
    with pdfium.PdfDocument(drawn(path, lambda canvas: canvas.drawString(72, 700, WORDS))) as pdf:
        for name, content in files.items():
            pdf.new_attachment(name.replace("_", ".")).set_data(content)
        held = io.BytesIO()
        pdf.save(held)
    path.write_bytes(held.getvalue())
    return str(path)


def test_an_attached_file_is_a_part(tmp_path: Path) -> None:
    reading = read_pdf(attached(tmp_path / "a.pdf", exhibit_txt=b"412 gallons"), "a.pdf",
                       options(tmp_path))  # fmt: skip
    (part,) = reading.parts
    assert part.name == "exhibit.txt"
    assert Path(part.path).read_bytes() == b"412 gallons"
    assert reading.problem is None


def test_an_attachment_without_content_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inside, "attachments", lambda _: [("e.txt", b"")])
    path = drawn(tmp_path / "a.pdf", lambda canvas: canvas.drawString(72, 700, WORDS))
    reading = read_pdf(path, "a.pdf", options(tmp_path))
    assert reading.parts == ()
    assert reading.problem == "Left out, attached, empty or damaged: “e.txt”."


def test_a_file_inside_too_many_others_is_told(tmp_path: Path) -> None:
    deep = ParseOptions(scratch=str(tmp_path), depth=9, deepest=9)
    reading = read_pdf(attached(tmp_path / "a.pdf", e_txt=b"412"), "a.pdf", deep)
    assert reading.parts == ()
    assert "it lies inside 9 others" in (reading.problem or "")


def test_a_picture_pasted_into_a_page_is_a_part_as_it_stands_there(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, WORDS * 5)
        canvas.drawImage(letter_of(1240, 900), 72, 250, 468, 340)

    reading = read_pdf(drawn(tmp_path / "a.pdf", page), "a.pdf", options(tmp_path))
    (part,) = reading.parts
    assert part.name == "page 1, picture 1.png"
    with Image.open(part.path) as picture:
        assert picture.width == pytest.approx(1240, rel=0.01)
        grey = picture.convert("L").tobytes()
        assert min(grey) < 64
        assert max(grey) == 255


def test_a_picture_on_every_page_is_taken_once(tmp_path: Path) -> None:
    held = letter_of(600, 300)

    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, WORDS * 5)
        canvas.drawImage(held, 72, 300, 300, 150)

    reading = read_pdf(drawn(tmp_path / "a.pdf", page, page, page), "a.pdf", options(tmp_path))
    assert names(reading) == ["page 1, picture 1.png"]


def test_a_page_of_tiles_is_named(tmp_path: Path) -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 740, WORDS * 5)
        for number in range(21):
            tile = letter_of(220, 240, f"tile {number}")
            canvas.drawImage(tile, 20 + number % 5 * 115, 20 + number // 5 * 140, 150, 140)

    reading = read_pdf(drawn(tmp_path / "a.pdf", page), "a.pdf", options(tmp_path))
    assert names(reading) == []
    assert reading.problem == "Left out, more than 20 pictures on one page: “page 1”."


def logo(canvas: Canvas) -> None:
    canvas.drawImage(letter_of(400, 100), 72, 720, 80, 20)


def empty_box(canvas: Canvas) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (600, 400), "white")), 72, 300, 300, 200)


def ground(canvas: Canvas) -> None:
    canvas.drawImage(letter_of(1240, 1600), 0, 0, 612, 792)
    for row in range(20):
        canvas.drawString(72, 650 - 20 * row, WORDS)


@pytest.mark.parametrize("draw", [logo, empty_box, ground])
def test_logos_empty_pictures_and_grounds_are_none(
    tmp_path: Path, draw: Callable[[Canvas], None]
) -> None:
    def page(canvas: Canvas) -> None:
        draw(canvas)
        canvas.drawString(72, 700, WORDS * 5)

    reading = read_pdf(drawn(tmp_path / "a.pdf", page), "a.pdf", options(tmp_path))
    assert names(reading) == []
    assert not reading.pages[0].needs_ocr


DATA = (
    '<xfa:datasets xmlns:xfa="http://www.xfa.org/schema/xfa-data/1.0/"><xfa:data><form1>'
    "<Petitioner>Leocadia Thrupp</Petitioner><Empty/></form1></xfa:data></xfa:datasets>"
)
TEMPLATE = (
    '<template xmlns="http://www.xfa.org/schema/xfa-template/3.3/"><field name="Petitioner">'
    "<caption><value><text>Name of petitioner:</text></value></caption></field></template>"
)


def with_xfa(path: Path, packets: list[tuple[str, str]]) -> str:
    """A PDF of one page with an XFA form: one stream for all, or one for each packet."""
    stream = b"BT /F1 12 Tf 72 700 Td (Please wait...) Tj ET"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1"
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    numbers = range(6, 6 + len(packets))
    named = "".join(
        f"({name}) {n} 0 R" for n, (name, _) in zip(numbers, packets, strict=True) if name
    )
    bodies.append(f"<</Fields[]/XFA {f'[{named}]' if named else '6 0 R'}>>".encode())
    for _, words in packets:
        packed = zlib.compress(words.encode())
        bodies.append(
            b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)
        )
    made = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1) + table
    path.write_bytes(made + trailer % (len(bodies) + 1, len(made) - len(table) - 30))
    return str(path)


@pytest.mark.parametrize(
    ("packets", "told"),
    [
        ([("template", TEMPLATE), ("datasets", DATA)], "Name of petitioner: Leocadia Thrupp"),
        ([("", f"<xdp>{TEMPLATE}{DATA}</xdp>")], "Name of petitioner: Leocadia Thrupp"),
        ([("datasets", DATA)], "Petitioner: Leocadia Thrupp"),
        ([("datasets", "<not<xml")], ""),
    ],
)
def test_what_was_filled_into_an_xfa_form_stands_after_the_page(
    tmp_path: Path, packets: list[tuple[str, str]], told: str
) -> None:
    reading = read_pdf(with_xfa(tmp_path / "a.pdf", packets), "a.pdf")
    assert reading.text == "\n\n".join(one for one in ("Please wait...", told) if one)
