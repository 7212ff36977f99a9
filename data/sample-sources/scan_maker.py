"""A scanned document: pages as slightly turned, noisy images, without a text layer."""

from __future__ import annotations

import io
import random

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


def wrap(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Break text into lines that fit."""
    lines: list[str] = []
    for part in text.replace("*", "").split("\n"):
        line = ""
        for word in part.split():
            if line and font.getlength(f"{line} {word}") > width:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}".strip()
        lines.append(line)
    return lines


def font_of(block: Block) -> ImageFont.FreeTypeFont:
    """The typeface of a block."""
    font = ImageFont.load_default(SIZES.get(block.kind, 21))
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
        draw, font = ImageDraw.Draw(pages[-1]), font_of(block)
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


def render(source: Source) -> bytes:
    """The PDF of page images."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=letter, invariant=1)
    canvas.setTitle(source.meta["title"])
    for number, page in enumerate(draw_pages(source)):
        picture = io.BytesIO()
        age(page, number).save(picture, "JPEG", quality=38)
        picture.seek(0)
        canvas.drawImage(ImageReader(picture), 0, 0, *letter)
        canvas.showPage()
    canvas.save()
    return target.getvalue()
