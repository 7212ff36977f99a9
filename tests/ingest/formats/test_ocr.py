"""Pages that are images, read for real by the engine that is installed with us."""

import io
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

from api.images import mark_on_page
from ingest.formats.ocr.tesseract_engine import read_lines
from ingest.parsing.ocr_pages import Effort, read_page
from ingest.parsing.parse import parse, parse_measured
from kb.domain import ElementKind, Reading
from kb.errors import LimitExceeded, ParseFailed
from kb.pages import render_page
from kb.sandbox.pool import Pool
from kb.settings import Settings
from tests.documents import LEASE, write_pdf
from tests.ingest.formats.scans import SIZE, WORDS, draw_page, write_images

T = TypeVar("T")
SETTINGS = Settings()
SAID = " ".join(" ".join(WORDS).split())


def errors(reading: Reading, expected: str = SAID) -> float:
    """Wrong, missing and added characters for each expected one; line ends are spaces."""
    read = " ".join(reading.text.split())
    return Levenshtein.distance(read, expected) / len(expected)


def of_kind(reading: Reading, kind: ElementKind) -> list[str]:
    return [
        reading.text[one.char_start : one.char_end] for one in reading.elements if one.kind is kind
    ]


def test_a_scanned_page_is_read(tmp_path: Path, pool: Pool) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()])
    reading, effort = parse_measured(path, "scan.pdf", pool, SETTINGS)
    assert errors(reading) < 0.01
    assert reading.problem is None
    assert not reading.pages[0].needs_ocr
    assert of_kind(reading, ElementKind.HEADING) == ["NOTICE OF DEFAULT"]
    assert len(of_kind(reading, ElementKind.PARAGRAPH)) == 2
    assert reading.title == "NOTICE OF DEFAULT"
    assert effort.ocr_pages == 1
    assert effort.ocr_s > 0


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_page_that_was_scanned_turned_is_read_in_order(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "turned.png"
    draw_page(turn=turn).save(path)
    reading = read_page(str(path), 1, "")[0]
    assert errors(reading) < 0.01
    first, *_, last = reading.pages[0].words
    ends = {90: (last.left, first.left), 180: (last.top, first.top), 270: (first.left, last.left)}
    assert ends[turn][0] < ends[turn][1], "boxes are on the page as it was scanned"


def test_columns_of_a_scan_are_read_one_after_the_other(tmp_path: Path) -> None:
    page = Image.new("RGB", (1700, 1000), "white")
    left = [f"left {one} column words go on and" for one in "one two three four five six".split()]
    for number, line in enumerate(left):
        for x, words in ((0, line), (800, line.replace("left", "right"))):
            page.paste(draw_page([words]).crop((130, 150, 830, 210)), (100 + x, 100 + 50 * number))
    page.save(tmp_path / "columns.png")
    text = read_page(str(tmp_path / "columns.png"), 1, "")[0].text
    assert text.index("left six") < text.index("right one") < text.index("right six")


def test_text_and_scans_of_one_document_keep_their_order(tmp_path: Path, pool: Pool) -> None:
    import pypdfium2 as pdfium

    scan = write_images(tmp_path / "scan.pdf", [draw_page()])
    typed = write_pdf(tmp_path / "typed.pdf", [LEASE])
    with pdfium.PdfDocument.new() as whole:
        for path in (typed, scan, typed):
            with pdfium.PdfDocument(path) as part:
                whole.import_pages(part)
        whole.save(tmp_path / "mixed.pdf")
    reading, effort = parse_measured(tmp_path / "mixed.pdf", "mixed.pdf", pool, SETTINGS)
    assert effort.ocr_pages == 1
    pages = [reading.text[page.char_start : page.char_end] for page in reading.pages]
    assert "fourteen thousand" in pages[1]
    for typed_page in (pages[0], pages[2]):
        assert typed_page.startswith("LEASE AGREEMENT")
        assert typed_page.endswith("Confidential \u2013 1")
    for one in reading.elements:
        page = reading.pages[(one.page or 0) - 1]
        assert page.char_start <= one.char_start < one.char_end <= page.char_end
    assert [bool(page.words) for page in reading.pages] == [False, True, False]


def test_a_stamp_of_text_upon_a_scan_is_not_read_twice(tmp_path: Path, pool: Pool) -> None:
    from reportlab.pdfgen.canvas import Canvas

    picture = tmp_path / "page.png"
    draw_page().save(picture)
    canvas = Canvas(str(tmp_path / "stamped.pdf"), pagesize=(612, 792))
    canvas.drawImage(str(picture), 0, 0, 612, 792)
    canvas.drawString(72, 770, "Case 1:13-cv-00042 Document 7 Filed 02/03/14")
    canvas.save()
    reading = parse(tmp_path / "stamped.pdf", "stamped.pdf", pool, SETTINGS)
    assert reading.text.count("13-cv-00042") == 1
    assert "fourteen thousand" in reading.text


def test_every_word_has_its_box(tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    draw_page().save(path)
    reading = read_page(str(path), 1, "")[0]
    words = reading.pages[0].words
    assert "".join(reading.text[w.char_start : w.char_end] for w in words) == "".join(
        reading.text.split()
    )
    boxed = {reading.text[word.char_start : word.char_end]: word for word in words}
    notice, landlord = boxed["NOTICE"], boxed["landlord"]
    assert notice.left == pytest.approx(140 / SIZE[0], abs=0.01)
    assert notice.top == pytest.approx(160 / SIZE[1], abs=0.01)
    assert landlord.top == pytest.approx((160 + 5 * 48) / SIZE[1], abs=0.01)
    assert landlord.left > notice.left


def test_a_quote_on_a_scan_is_marked_where_its_words_are(tmp_path: Path, pool: Pool) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()])
    reading = parse(path, "scan.pdf", pool, SETTINGS)
    start = reading.text.index("fourteen thousand")
    mark = mark_on_page(reading.pages[0], start, start + len("fourteen thousand"))
    plain = Image.open(io.BytesIO(render_page(str(path), 1, width=600)))
    marked = Image.open(io.BytesIO(render_page(str(path), 1, mark=mark, width=600)))
    changed = [
        (x, y)
        for y in range(plain.height)
        for x in range(plain.width)
        if plain.getpixel((x, y)) != marked.getpixel((x, y))
    ]
    scale = 600 / SIZE[0]
    top = (160 + 2 * 48) * scale
    assert changed
    assert all(top - 6 < y < top + 36 * scale + 6 for _, y in changed)
    assert 90 < max(x for x, _ in changed) - min(x for x, _ in changed) < 150


def test_a_tiff_has_a_page_for_each_frame(tmp_path: Path, pool: Pool) -> None:
    pages = [draw_page(["Page of the letter", "with the number one"]), draw_page()]
    path = tmp_path / "fax"
    pages[0].convert("1").save(path, "TIFF", save_all=True, append_images=[pages[1].convert("1")])
    reading, effort = parse_measured(path, "fax.tif", pool, SETTINGS)
    assert reading.media_type == "image/tiff"
    assert effort.ocr_pages == 2
    first, second = (reading.text[p.char_start : p.char_end] for p in reading.pages)
    assert "number one" in first
    assert "fourteen thousand" in second


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "WEBP", "GIF"])
def test_a_picture_is_a_document_of_one_page(tmp_path: Path, pool: Pool, kind: str) -> None:
    path = tmp_path / "offered"
    draw_page().save(path, kind)
    reading = parse(path, "photo", pool, SETTINGS)
    assert reading.media_type == f"image/{kind.lower()}"
    assert len(reading.pages) == 1
    assert errors(reading) < 0.02
    assert Image.open(io.BytesIO(render_page(str(path), 1, width=300))).width == 300


def test_a_picture_without_words_says_so(tmp_path: Path, pool: Pool) -> None:
    path = tmp_path / "blank"
    Image.new("RGB", (400, 400), "white").save(path, "PNG")
    reading = parse(path, "blank.png", pool, SETTINGS)
    assert reading.text == ""
    assert reading.problem is not None
    assert "no words" in reading.problem


@pytest.mark.parametrize(("side", "says"), [(12_000, "144 million, more than"), (20_000, "far")])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, pool: Pool, side: int, says: str
) -> None:
    path = tmp_path / "bomb"
    Image.new("1", (side, side)).save(path, "PNG")
    assert path.stat().st_size < 1 << 20
    with pytest.raises(LimitExceeded, match=f"“bomb.png” .* too many pixels: {says}"):
        parse(path, "bomb.png", pool, SETTINGS)


def test_waiting_for_a_child_is_no_work_of_ocr(tmp_path: Path, pool: Pool) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()] * 4)
    started = time.perf_counter()
    _, effort = parse_measured(path, "scan.pdf", pool, SETTINGS)
    assert effort.ocr_pages == 4
    assert effort.ocr_s < time.perf_counter() - started, "one child cannot work longer than we wait"


def test_a_page_that_takes_too_long_is_named_and_stays_unread(tmp_path: Path, pool: Pool) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()])
    settings = SETTINGS.model_copy(update={"ocr_page_timeout_s": 0.001})
    reading = parse(path, "scan.pdf", pool, settings)
    assert reading.pages[0].needs_ocr
    assert reading.problem is not None
    assert "cannot be searched" in reading.problem
    assert "KB_OCR_PAGE_TIMEOUT_S" in reading.problem


def test_ocr_can_be_switched_off(tmp_path: Path, pool: Pool) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()])
    reading, effort = parse_measured(path, "scan.pdf", pool, Settings(ocr="off"))
    assert effort == Effort()
    assert reading.pages[0].needs_ocr
    assert reading.problem is not None
    assert "switched off (KB_OCR)" in reading.problem


def test_a_closed_pool_ends_the_document_and_not_its_pages(tmp_path: Path) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()])
    pool = Pool(1)

    class Closing(Pool):
        def call(self, function: Callable[..., T], *args: object, **options: Any) -> T:
            answer = pool.call(function, *args, **options)
            self.close()
            return answer

    with pytest.raises(LimitExceeded, match="shut down"):
        parse(path, "scan.pdf", Closing(1), SETTINGS)
    pool.close()


def test_nothing_is_looked_up_or_downloaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.formats.ocr import rapidocr_engine

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("OCR reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    rapidocr_engine._engine.cache_clear()
    path = tmp_path / "page.png"
    draw_page().save(path)
    assert errors(read_page(str(path), 1, "")[0]) < 0.01


def test_a_language_that_the_model_does_not_read_is_refused(tmp_path: Path, pool: Pool) -> None:
    path = write_images(tmp_path / "scan.pdf", [draw_page()])
    reading = parse(path, "scan.pdf", pool, Settings(ocr_language="klingon"))
    assert reading.problem is not None
    assert "does not read “klingon”" in reading.problem


TABLE = """\
level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext
4\t1\t1\t1\t1\t0\t100\t50\t300\t20\t-1\t
5\t1\t1\t1\t1\t1\t100\t50\t80\t20\t96\tThe
5\t1\t1\t1\t1\t2\t190\t50\t90\t20\t96\t"rent"
5\t1\t1\t1\t2\t1\t100\t80\t80\t20\t96\tfell.
5\t1\t1\t1\t3\t1\t100\t110\t40\t20\t90\t合同
5\t1\t1\t1\t3\t2\t140\t110\t20\t20\t60\t一
5\t1\t1\t1\t3\t3\t170\t110\t40\t20\t30\t임대
5\t1\t1\t1\t3\t4\t220\t110\t40\t20\t-1\t계약
"""


@pytest.mark.process
def test_tesseract_s_table_becomes_lines_with_boxes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "table").write_text(TABLE)
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\ncat {tmp_path}/table\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    lines = read_lines(Image.new("RGB", (600, 200), "white"), "en")
    assert [line.text for line in lines] == ['The "rent"', "fell.", "合同一 임대 계약"]
    assert list(lines[0].box) == [100, 50, 280, 70]
    spans = [(word.char_start, word.char_end) for word in lines[0].words]
    assert spans == [(0, 3), (4, 10)]
    spans = [(word.char_start, word.char_end) for word in lines[2].words]
    assert spans == [(0, 2), (2, 3), (4, 6), (7, 9)]
    sure = [line.confidence for line in lines]
    assert sure == pytest.approx([0.96, 0.96, (2 * 90 + 60 + 2 * 30) / 700])


@pytest.mark.process
@pytest.mark.parametrize(
    ("language", "read"),
    [("el", "\u03bc\u03b5"), ("ell+eng", "\u03bc\u03b5"), ("en", "\u00b5\u03b5")],
)
def test_greek_is_read_with_its_own_letter_for_m(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, read: str
) -> None:
    head = TABLE.partition("\n")[0]
    table = f"{head}\n5\t1\t1\t1\t1\t1\t100\t50\t80\t20\t96\t\u00b5\u03b5\n"
    (tmp_path / "table").write_text(table)
    program = tmp_path / "tesseract"
    program.write_text(f"#!/bin/sh\ncat > /dev/null\ncat {tmp_path}/table\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    assert [line.text for line in read_lines(Image.new("RGB", (600, 200)), language)] == [read]


def test_tesseract_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ParseFailed, match="not installed"):
        read_lines(Image.new("RGB", (10, 10)), "en")
