"""One page as an image: for people, with a passage marked, and for OCR."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from kb.domain import WordBox
from kb.pages.document import opened_page
from kb.pages.lines import span_boxes
from kb.pages.pictures import frame
from kb.pages.visibility.ink import to_pixels

DPI = 200
_TALLEST = 6000  # pixels; a page may claim to be a mile high
_MOST_PIXELS = 12_000_000  # of a page drawn for OCR: A3 at 200 dpi has 7.7 million
_YELLOW = (255, 224, 0, 96)  # translucent, RGBA
_Pixels = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """What to mark on a page: spans of its own text, found in the PDF or by `words`.

    `words` are the boxes of a page that was read by OCR, with spans in the page's own text;
    without any the PDF is asked where its text stands.
    """

    spans: tuple[tuple[int, int], ...] = ()
    words: tuple[WordBox, ...] = ()


def render_page(path: str, page: int, *, mark: Mark | None = None, width: int = 1000) -> bytes:
    """Draw one page of a PDF or a picture as PNG, `width` pixels wide, with `mark` upon it.

    `page` is 1-based. Raises `BadRequest` where there is no such page, `ParseFailed`
    and `LimitExceeded` for a file that cannot be drawn.
    """
    mark = mark or Mark()
    if not _is_pdf(path):
        image = frame(path, page)
        height = max(1, min(_TALLEST, round(image.height * width / image.width)))
        return _png(image.resize((width, height)), _word_marks(mark, (width, height)))
    with opened_page(path, page) as sheet:
        scale = min(width / max(1.0, sheet.get_width()), _TALLEST / max(1.0, sheet.get_height()))
        image = sheet.render(scale=scale).to_pil()
        find = _word_marks(mark, image.size) if mark.words else _text_marks(sheet, mark, image.size)
        return _png(image, find)


def page_image(path: str, page: int) -> Image.Image:
    """One page as OCR wants it: RGB, a PDF's at 200 dpi unless that is too many pixels.

    Raises as `render_page`.
    """
    if not _is_pdf(path):
        return frame(path, page)
    with opened_page(path, page) as sheet:
        area = max(1.0, sheet.get_width() * sheet.get_height())
        scale = min(DPI / 72, (_MOST_PIXELS / area) ** 0.5, _TALLEST / max(sheet.get_size()))
        drawn: Image.Image = sheet.render(scale=scale).to_pil().convert("RGB")
        return drawn


def _is_pdf(path: str) -> bool:
    with open(path, "rb") as file:
        return b"%PDF-" in file.read(1024)


def _text_marks(sheet: pdfium.PdfPage, mark: Mark, size: tuple[int, int]) -> Iterator[_Pixels]:
    for left, bottom, right, top in span_boxes(sheet, mark.spans):
        corners = (to_pixels(sheet, size, left, top), to_pixels(sheet, size, right, bottom))
        (x0, x1), (y0, y1) = (sorted(ends) for ends in zip(*corners, strict=True))
        yield x0 - 1, y0 - 1, x1 + 1, y1 + 1


def _word_marks(mark: Mark, size: tuple[int, int]) -> Iterator[_Pixels]:
    """One box for neighbouring words of a line, so that the gaps between them are marked too."""
    wide, high = size
    held: WordBox | None = None
    for word in mark.words:
        if not any(start < word.char_end and word.char_start < end for start, end in mark.spans):
            continue
        if held and held.top < (word.top + word.bottom) / 2 < held.bottom and _follows(held, word):
            held = _joined(held, word)
            continue
        if held:
            yield held.left * wide, held.top * high, held.right * wide, held.bottom * high
        held = word
    if held:
        yield held.left * wide, held.top * high, held.right * wide, held.bottom * high


def _follows(held: WordBox, word: WordBox) -> bool:
    return -0.01 < word.left - held.right < 0.05


def _joined(held: WordBox, word: WordBox) -> WordBox:
    return WordBox(
        held.char_start,
        word.char_end,
        min(held.left, word.left),
        min(held.top, word.top),
        max(held.right, word.right),
        max(held.bottom, word.bottom),
    )


def _png(image: Image.Image, boxes: Iterator[_Pixels]) -> bytes:
    marks = Image.new("RGBA", image.size)
    pen = ImageDraw.Draw(marks)
    for box in boxes:
        pen.rectangle(box, fill=_YELLOW)
    held = io.BytesIO()
    Image.alpha_composite(image.convert("RGBA"), marks).convert("RGB").save(held, "PNG")
    return held.getvalue()
