"""Pictures made to take long, or far larger than their files."""

import io
import struct
import zlib

from PIL import Image

from tests.soak.attacks.base import Attack, Make


def _chunk(name: bytes, content: bytes) -> bytes:
    code = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + code


def _png(wide: int, high: int, *, lines: int | None = None, more: bytes = b"") -> bytes:
    """A white picture of one bit a pixel; with `lines`, it breaks off after so many."""
    packer = zlib.compressobj(1)
    line = b"\0" + b"\xff" * -(-wide // 8)
    data = b"".join(packer.compress(line) for _ in range(high if lines is None else lines))
    head = struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", head)
        + more
        + _chunk(b"IDAT", data + packer.flush())
        + _chunk(b"IEND", b"")
    )


def _frames(kind: str) -> Make:
    def made(n: int) -> bytes:
        out = io.BytesIO()
        frames = [Image.new("L", (16, 16), shade % 256) for shade in range(n)]
        frames[0].save(out, kind, save_all=True, append_images=frames[1:])
        return out.getvalue()

    return made


def _endless(n: int) -> bytes:
    """A TIFF of `n` pages, the last of which is followed by the first."""
    page = struct.pack("<H", 2) + struct.pack("<HHII", 256, 3, 1, 100)
    page += struct.pack("<HHII", 257, 3, 1, 100)
    step = len(page) + 4
    whole = b"II*\0" + struct.pack("<I", 8)
    for k in range(n):
        whole += page + struct.pack("<I", 8 + step * ((k + 1) % n))
    return whole


def _bmp(n: int) -> bytes:
    """A BMP that says it is `n` pixels wide and high, and ends after its head."""
    return b"BM" + struct.pack("<IIIIiiHHIIiiII", 0, 0, 54, 40, n, n, 1, 24, 0, 0, 0, 0, 0, 0)


def _long_text(n: int) -> bytes:
    return _png(9, 9, more=_chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * (n * 1000))))


def _jpeg(n: int) -> bytes:
    """A small JPEG with `n` comments before its data."""
    out = io.BytesIO()
    Image.new("L", (64, 64), 255).save(out, "JPEG")
    whole = out.getvalue()
    return whole[:2] + b"\xff\xfe\0\x06rent" * n + whole[2:]


ATTACKS = (
    Attack("square", ".png", lambda n: _png(n, n), 4),
    Attack("wide", ".png", lambda n: _png(n * 10, 10), 5),
    Attack("high", ".png", lambda n: _png(10, n * 10), 5),
    Attack("said-square", ".png", lambda n: _png(n, n, lines=3), 9),
    Attack("chunks", ".png", lambda n: _png(9, 9, more=_chunk(b"tEXt", b"a\0rent") * n)),
    Attack("long-text", ".png", _long_text),
    Attack("frames", ".gif", _frames("GIF"), 4),
    Attack("pages", ".tif", _frames("TIFF"), 3),
    Attack("endless", ".tif", _endless, 4),
    Attack("said-square", ".bmp", _bmp, 9),
    Attack("comments", ".jpg", _jpeg),
)
"""All but these are read without OCR."""
