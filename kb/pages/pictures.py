"""Picture files as pages: a TIFF has one for each frame, any other picture has one."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps, UnidentifiedImageError

from kb.errors import BadRequest, LimitExceeded, ParseFailed

MOST_PIXELS = 120_000_000  # a large drawing at 300 dpi; drawn, it takes 360 MB
MOST_FRAMES = 5_000
LEAST_WIDE, LEAST_HIGH = 200, 50
"""Pixels; a smaller picture in a document is a mark or a logo."""
FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")


def frame_count(path: str) -> int:
    """Number of pages. Raises `ParseFailed` ("damaged") and `LimitExceeded`."""
    with _opened(path) as picture:
        if picture.format != "TIFF":
            return 1
        count = int(getattr(picture, "n_frames", 1))
        if count > MOST_FRAMES:
            raise LimitExceeded(
                f"It has {count:,} frames; {MOST_FRAMES:,} are read at most. Split it."
            )
        return count


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, by the first bytes alone; None for what is not read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                return picture.width, picture.height
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        return None


def media_type(path: str) -> str:
    """Such as "image/png". Raises as `frame_count`."""
    with _opened(path) as picture:
        return Image.MIME.get(picture.format or "", "image/unknown")


def frame(path: str, number: int) -> Image.Image:
    """Page `number`, from 1, upright, in RGB upon white.

    Raises `BadRequest` where there is none, `ParseFailed` ("damaged"), and
    `LimitExceeded` for one of more than `MOST_PIXELS`, before it is unpacked.
    """
    with _opened(path) as picture:
        try:
            picture.seek(number - 1)
        except EOFError:
            raise BadRequest(f"There is no page {number} in this picture.") from None
        _check_size(picture)
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            seen = upright.convert("RGBA")
            ground = Image.new("RGBA", seen.size, "white")
            return Image.alpha_composite(ground, seen).convert("RGB")
        if upright.mode.startswith("I"):  # 16 bits a pixel: PIL would clip them
            return upright.convert("I").point(lambda value: value / 256 + 0).convert("RGB")
        return upright.convert("RGB")


@contextmanager
def _opened(path: str) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is checked, not PIL's
            with Image.open(path, formats=FORMATS) as picture:
                _check_size(picture)
                yield picture
    except Image.DecompressionBombError:
        raise LimitExceeded(_too_large("far more than")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise ParseFailed(
            "It is a damaged picture. Open and save it again, as PNG or PDF.", "damaged"
        ) from None


def _check_size(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if pixels > MOST_PIXELS:
        raise LimitExceeded(_too_large(f"{pixels / 1e6:,.0f} million, more than"))


def _too_large(told: str) -> str:
    return (
        f"It has too many pixels: {told} the {MOST_PIXELS / 1e6:.0f} million that are read. "
        "Save it smaller, or cut it into pages."
    )
