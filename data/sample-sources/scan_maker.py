"""A scanned document: pages as slightly turned, noisy images, without a text layer."""

from __future__ import annotations

import hashlib
import io
import random
import re

from markup import Block, Source
from PIL import Image, ImageChops, ImageDraw, ImageFont
from reportlab.lib.pagesizes import letter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

DPI = 130
SIZE = (int(8.5 * DPI), 11 * DPI)
MARGIN = int(1.0 * DPI)
SIZES = {"h1": 32, "h2": 24}
TURNS = (0.7, -0.4, 0.5)
PIECES = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+")
"""What a line may be broken between: words, and each character of Chinese."""
CLOSING = re.compile("[\u3001\u3002\uff09\uff0c\uff1a\uff1b]")
"""Marks of Chinese that begin no line."""


class FontMissing(Exception):
    """A source names a font that is not installed here."""


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break text into lines that fit."""
    lines: list[str] = []
    for part in text.replace("*", "").split("\n"):
        line, end = "", 0
        for piece in PIECES.finditer(part):
            longer = line + part[end : piece.start()] + piece[0]
            if line and font.getlength(longer) > width and not CLOSING.match(piece[0]):
                lines.append(line)
                longer = piece[0]
            line, end = longer, piece.end()
        lines.append(line)
    return lines


def font_of(block: Block, name: str | None) -> ImageFont.FreeTypeFont:
    """The typeface of a block: one that is installed, or without a name Pillow's own."""
    size = SIZES.get(block.kind, 21)
    try:
        font = ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    except OSError as error:
        raise FontMissing(f"the font {name} is not installed") from error
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow without FreeType cannot draw the scanned page")
    return font


def draw_pages(source: Source) -> list[Image.Image]:
    """The clean pages; a page break of the source starts a new one."""
    pages: list[Image.Image] = [Image.new("L", SIZE, 246)]
    top = MARGIN
    for block in source.blocks:
        if block.kind == "pagebreak":
            pages.append(Image.new("L", SIZE, 246))
            top = MARGIN
            continue
        draw, font = ImageDraw.Draw(pages[-1]), font_of(block, source.meta.get("font"))
        for line in wrap(block.text, font, SIZE[0] - 2 * MARGIN):
            centered = block.kind in {"h1", "center"}
            left = (SIZE[0] - font.getlength(line)) / 2 if centered else MARGIN
            draw.text((left, top), line, fill=35, font=font)
            top += int(font.size * 1.35)
        top += 14
    return pages


def age(page: Image.Image, number: int) -> Image.Image:
    """Turn a page a little and add the noise of a scanner."""
    turned = page.rotate(TURNS[number % len(TURNS)], Image.Resampling.BICUBIC, fillcolor=225)
    generator = random.Random(1000 + number)
    noise = Image.frombytes("L", SIZE, generator.randbytes(SIZE[0] * SIZE[1]))
    faint = noise.point([value // 14 for value in range(256)])
    return ImageChops.subtract(turned, faint)


def fingerprint(source: Source) -> str:
    """The SHA-256 of a source's text, which its pages carry: a font is not installed everywhere."""
    return hashlib.sha256(source.path.read_bytes()).hexdigest()


def render(source: Source) -> bytes:
    """The PDF of page images."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=letter, invariant=1)
    canvas.setTitle(source.meta["title"])
    if "font" in source.meta:
        canvas.setKeywords(fingerprint(source))
    for number, page in enumerate(draw_pages(source)):
        picture = io.BytesIO()
        age(page, number).save(picture, "JPEG", quality=38)
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 0, 0, *letter)
        canvas.showPage()
    canvas.save()
    return target.getvalue()
