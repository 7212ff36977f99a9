"""Whether an image on a page shows anything: a blank sheet that was scanned has no words."""

import pypdfium2 as pdfium
from PIL import Image, ImageChops

_MOST_PIXELS = 40_000_000  # of an image that is looked at; A3 at 400 dpi has 31 million
_STEP = 10  # of 255; a smaller difference to the next pixel is not read by anybody
_FEW = 16  # pixels; the corners of a frame or of bars are no more


def is_blank_image(shown: pdfium.PdfImage) -> bool:
    """As `is_blank`, of an image in a PDF with its mask; of one too large to look at, False."""
    try:
        wide, high = shown.get_px_size()
        if wide * high > _MOST_PIXELS:
            return False
        drawn = shown.get_bitmap(render=True).to_pil().convert("RGBA")
    except (pdfium.PdfiumError, ValueError):
        return False
    paper = Image.new("RGBA", drawn.size, "white")
    return is_blank(Image.alpha_composite(paper, drawn))


def is_blank(drawing: Image.Image) -> bool:
    """Whether there are only plain areas with straight upright edges on it.

    Letters, even a few and faint ones, and the grain of a scan, have more pixels that differ
    from the next one both across and down than the corners of rectangles have.
    """
    grey = drawing.convert("L")
    wide, high = grey.size
    if wide < 2 or high < 2:
        return False
    here = grey.crop((1, 1, wide, high))
    across = ImageChops.difference(here, grey.crop((0, 1, wide - 1, high)))
    down = ImageChops.difference(here, grey.crop((1, 0, wide, high - 1)))
    corners = ImageChops.darker(across, down).histogram()
    return sum(corners[_STEP:]) <= _FEW
