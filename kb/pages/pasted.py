"""Pictures that were pasted into a page of text, such as the scan of a letter in a filing.

Pages that are pictures altogether are read as scans. Here are the others': each is drawn as it
stands on its page, turned and cut as there, in the size of the pixels of the finest of them.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import pypdfium2 as pdfium
from PIL import Image

from kb.pages.document import opened_page
from kb.pages.pictures import LEAST_HIGH, LEAST_WIDE
from kb.pages.visibility.blank import is_blank_image
from kb.pages.visibility.ink import pixels
from kb.pages.visibility.objects import Box, Drawn

_LEAST = 0.04  # of a page's area; a smaller picture is a mark or a logo
_MOST_TEXTS = 3  # pieces of text upon a picture; one with more is a ground, or was read by OCR
MOST = 20
"""Pictures of one page that are taken; the tiles of a map are more."""
_MOST_DPI = 300
_MOST_PIXELS = 20_000_000  # of a page that is drawn for its pictures


@dataclass(frozen=True, slots=True)
class Pasted:
    """Where on its page a picture is, and how many pixels it has for each point."""

    box: Box
    scale: float


def pasted(page: pdfium.PdfPage, objects: Sequence[Drawn]) -> tuple[Pasted, ...]:
    """The pictures of a page that may hold words which its text has not, in their order.

    One more than `MOST` where there are more: none of them is to be taken then.
    """
    least = _LEAST * page.get_width() * page.get_height()
    found = [one for one in objects if one.is_image and _area(one.box) >= least]
    if not found:
        return ()
    texts = [one.box for one in objects if one.is_text]
    bare = [one for one in found if _upon(one.box, texts) <= _MOST_TEXTS]
    sized = ((one, *one.shown.get_px_size()) for one in bare)
    shown = (
        Pasted(one.box, wide / max(1.0, one.box[2] - one.box[0]))
        for one, wide, high in sized
        if wide >= LEAST_WIDE and high >= LEAST_HIGH and not is_blank_image(one.shown)
    )
    return tuple(islice(shown, MOST + 1))


def pasted_pictures(path: str, page: int, wanted: Sequence[Pasted]) -> Iterator[bytes]:
    """The pictures of one page, drawn as PNG. Raises as `opened_page`."""
    with opened_page(path, page) as sheet:
        area = max(1.0, sheet.get_width() * sheet.get_height())
        finest = max((one.scale for one in wanted), default=1.0)
        scale = min(max(1.0, finest), _MOST_DPI / 72, (_MOST_PIXELS / area) ** 0.5)
        drawn: Image.Image = sheet.render(scale=scale).to_pil().convert("RGB")
        for one in wanted:
            held = io.BytesIO()
            drawn.crop(pixels(sheet, drawn.size, one.box)).save(held, "PNG")
            yield held.getvalue()


def _upon(box: Box, texts: Sequence[Box]) -> int:
    left, bottom, right, top = box
    middles = (((x0 + x1) / 2, (y0 + y1) / 2) for x0, y0, x1, y1 in texts)
    return sum(left <= x <= right and bottom <= y <= top for x, y in middles)


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
