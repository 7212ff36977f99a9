"""A PDF's text with spans and boxes, and its pages as images; always run in `kb.sandbox`.

The text of a page is what PDFium reads, with its lines kept as they are. One
thing is added: a blank line where a paragraph ends, so that a sentence never
runs from a heading into the text below it. Where that is depends on the page
alone, so the place of a quote on its page can be found again from the page.
"""

import ctypes
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image, ImageDraw

from kb.errors import BadRequest, ParseFailed
from kb.layout import RawLine, openings

_CHARACTERS: dict[int, str | None] = {
    **dict.fromkeys(range(0x20)),
    **dict.fromkeys(range(0x7F, 0xA0)),
    **dict.fromkeys(range(0xD800, 0xE000)),
    0x09: " ",
    0xA0: " ",
    0xAD: "-",  # in PDFs these two are hyphens that are seen on the page,
    0xFFFE: "-",  # PDFium's mark for one that may break a word
    0xFEFF: None,
    0xFFFF: None,
    0x200B: None,
    **dict(enumerate(("ff", "fi", "fl", "ffi", "ffl", "ft", "st"), start=0xFB00)),
}
_LINE_END = re.compile(r"\r\n|\r|\n")
_STAMP = 250  # characters; a court's stamp on a scanned page is no longer
_STROKES = 40  # drawn lines; more on a page without text are likely to be letters
_TALLEST = 6000  # pixels; a page may claim to be a mile high
_MARK = (255, 224, 0, 96)  # translucent yellow, RGBA


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its span in the page's text and its box in points from the bottom left.

    `opens`: a paragraph begins with it. `height` is that of its font.
    """

    char_start: int
    char_end: int
    left: float
    right: float
    bottom: float
    height: float
    bold: bool
    opens: bool


@dataclass(frozen=True, slots=True)
class PageText:
    """`number` is 1-based; `needs_ocr`: it shows words that are not in its text."""

    number: int
    text: str
    lines: tuple[Line, ...]
    needs_ocr: bool


@dataclass(frozen=True, slots=True)
class PdfText:
    """All pages in order, and the title the file claims for itself."""

    title: str
    pages: tuple[PageText, ...]


def page_count(path: str) -> int:
    """Number of pages. Raises `ParseFailed` with code "encrypted" or "damaged"."""
    with _document(path) as document:
        return len(document)


def is_encrypted(path: str) -> bool:
    """Whether a password is needed to read it. Raises `ParseFailed` ("damaged")."""
    try:
        return page_count(path) < 0
    except ParseFailed as error:
        if error.code == "encrypted":
            return True
        raise


def read_pdf(path: str) -> PdfText:
    """The text of every page; a page that cannot be loaded comes back empty.

    Raises `ParseFailed` with code "encrypted" or "damaged".
    """
    with _document(path) as document:
        pages = tuple(_page_text(document, index) for index in range(len(document)))
        return PdfText(
            (document.get_metadata_dict().get("Title", "")).translate(_CHARACTERS).strip(), pages
        )


def render_page(
    path: str, page: int, *, spans: Sequence[tuple[int, int]] = (), width: int = 1000
) -> bytes:
    """Draw one page as PNG, `width` pixels wide, with spans of its text marked.

    `page` is 1-based; `spans` are character spans in that page's text, as
    `read_pdf` gives it. Raises `BadRequest` where there is no such page.
    """
    with _document(path) as document:
        if not 1 <= page <= len(document):
            raise BadRequest(f"There is no page {page}; the document has {len(document)}.")
        try:
            with closing(document[page - 1]) as sheet:
                return _drawn(sheet, spans, width)
        except pdfium.PdfiumError:
            raise ParseFailed(f"Page {page} is damaged and cannot be drawn.", "damaged") from None


@contextmanager
def _document(path: str) -> Iterator[pdfium.PdfDocument]:
    try:
        document = pdfium.PdfDocument(path)
        len(document)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ParseFailed(
                "It is protected with a password. Save a copy without one and add that.",
                code="encrypted",
            ) from None
        raise ParseFailed(
            "It is damaged or not a PDF. Open and save it again in a PDF program, and add that.",
            code="damaged",
        ) from None
    with closing(document):
        yield document


def _page_text(document: pdfium.PdfDocument, index: int) -> PageText:
    try:
        with closing(document[index]) as page, closing(page.get_textpage()) as textpage:
            raw = textpage.get_text_range()
            text, spans = _assembled(raw, _raw_lines(textpage, raw))
            return PageText(index + 1, text, spans, _needs_ocr(page, text))
    except pdfium.PdfiumError:
        return PageText(index + 1, "", (), False)


def _needs_ocr(page: pdfium.PdfPage, text: str) -> bool:
    """Whether the page shows words that are not in its text: no text, or a stamp upon a scan."""
    if len(text) > _STAMP:
        return False
    strokes = 0
    kinds = (pdfium_c.FPDF_PAGEOBJ_IMAGE, pdfium_c.FPDF_PAGEOBJ_PATH)
    for shown in page.get_objects(filter=kinds, max_depth=3):
        strokes += shown.type == pdfium_c.FPDF_PAGEOBJ_PATH
        if strokes > _STROKES and not text:
            return True  # letters drawn as outlines
        if shown.type == pdfium_c.FPDF_PAGEOBJ_IMAGE and (not text or _fills(shown, page)):
            return True
    return False


def _fills(shown: pdfium.PdfObject, page: pdfium.PdfPage) -> bool:
    left, bottom, right, top = shown.get_bounds()
    return bool((right - left) * (top - bottom) > 0.5 * page.get_width() * page.get_height())


def _raw_lines(textpage: pdfium.PdfTextPage, raw: str) -> list[RawLine]:
    """The lines with ink, each with the box from its first to its last character."""
    wide = _wide_offsets(raw)
    lines: list[RawLine] = []
    start, blank = 0, False
    for stop in [*(match.span() for match in _LINE_END.finditer(raw)), (len(raw), len(raw))]:
        ink = raw[start : stop[0]].translate(_CHARACTERS).strip()
        if ink:
            line = RawLine(start, stop[0], blank)
            _measure(textpage, raw, line, wide)
            lines.append(line)
        blank = not ink
        start = stop[1]
    return lines


def _measure(textpage: pdfium.PdfTextPage, raw: str, line: RawLine, wide: list[int]) -> None:
    while not raw[line.start].translate(_CHARACTERS).strip():
        line.start += 1
    while not raw[line.end - 1].translate(_CHARACTERS).strip():
        line.end -= 1
    first = _char_index(textpage, line.start, wide)
    last = _char_index(textpage, line.end - 1, wide)
    box = _box(textpage, first)
    end = _box(textpage, last)
    line.left, line.bottom, line.height = box.left, box.bottom, abs(box.top - box.bottom)
    line.right = max(box.right, end.right)
    line.bold = _is_bold(textpage, first) and (first == last or _is_bold(textpage, last))


def _wide_offsets(raw: str) -> list[int]:
    """Where characters of two UTF-16 units are: PDFium counts units, Python characters."""
    return [] if raw.isascii() else [at for at, one in enumerate(raw) if ord(one) > 0xFFFF]


def _char_index(textpage: pdfium.PdfTextPage, at: int, wide: list[int]) -> int:
    units = at + sum(1 for offset in wide if offset < at)
    return int(pdfium_c.FPDFText_GetCharIndexFromTextIndex(textpage, units))


def _box(textpage: pdfium.PdfTextPage, index: int) -> pdfium_c.FS_RECTF:
    box = pdfium_c.FS_RECTF()
    pdfium_c.FPDFText_GetLooseCharBox(textpage, index, box)
    return box


def _is_bold(textpage: pdfium.PdfTextPage, index: int) -> bool:
    name = ctypes.create_string_buffer(96)
    flags = ctypes.c_int()
    pdfium_c.FPDFText_GetFontInfo(textpage, index, name, len(name), flags)
    lower = name.value.lower()
    return b"bold" in lower or b"black" in lower or b"heavy" in lower


def _assembled(raw: str, lines: list[RawLine]) -> tuple[str, tuple[Line, ...]]:
    opens = openings(raw, lines)
    pieces: list[str] = []
    spans: list[Line] = []
    at = 0
    for line, opening in zip(lines, opens, strict=True):
        if pieces:
            gap = "\n\n" if opening else "\n"
            pieces.append(gap)
            at += len(gap)
        piece = raw[line.start : line.end].translate(_CHARACTERS)
        pieces.append(piece)
        box = (line.left, line.right, line.bottom, line.height, line.bold)
        spans.append(Line(at, at + len(piece), *box, opening))
        at += len(piece)
    return "".join(pieces), tuple(spans)


def _drawn(page: pdfium.PdfPage, spans: Sequence[tuple[int, int]], width: int) -> bytes:
    scale = min(width / max(1.0, page.get_width()), _TALLEST / max(1.0, page.get_height()))
    image = page.render(scale=scale).to_pil().convert("RGBA")
    marks = Image.new("RGBA", image.size)
    pen = ImageDraw.Draw(marks)
    for left, bottom, right, top in _boxes(page, spans):
        corners = (
            _on_image(page, image.size, left, top),
            _on_image(page, image.size, right, bottom),
        )
        (x0, x1), (y0, y1) = (sorted(ends) for ends in zip(*corners, strict=True))
        pen.rectangle((x0 - 1, y0 - 1, x1 + 1, y1 + 1), fill=_MARK)
    held = io.BytesIO()
    Image.alpha_composite(image, marks).convert("RGB").save(held, "PNG")
    return held.getvalue()


def _on_image(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """From points on the page to pixels; PDFium knows of rotation and crop box."""
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value


def _boxes(
    page: pdfium.PdfPage, spans: Sequence[tuple[int, int]]
) -> Iterator[tuple[float, float, float, float]]:
    """Left, bottom, right and top of each piece of a line within the spans."""
    if not spans:
        return
    with closing(page.get_textpage()) as textpage:
        raw = textpage.get_text_range()
        lines = _raw_lines(textpage, raw)
        text, _ = _assembled(raw, lines)
        origins = _origins(raw, lines, text)
        wide = _wide_offsets(raw)
        for start, end in spans:
            places = [place for place in origins[max(0, start) : end] if place is not None]
            if places:
                first = _char_index(textpage, places[0], wide)
                last = _char_index(textpage, places[-1], wide)
                for number in range(textpage.count_rects(first, last - first + 1)):
                    yield textpage.get_rect(number)


def _origins(raw: str, lines: list[RawLine], text: str) -> list[int | None]:
    """For each character of the page's text its place in PDFium's, None for one we added."""
    origins: list[int | None] = []
    for line in lines:
        while len(origins) < len(text) and text[len(origins)] == "\n":
            origins.append(None)
        for at in range(line.start, line.end):
            origins.extend([at] * len(raw[at].translate(_CHARACTERS)))
    return origins
