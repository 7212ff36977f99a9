"""ZIP archives, by the standard library; those that break off, by their local headers."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

from ingest.formats.archives.archive import Member, Unpacking, pieces
from ingest.formats.base.options import DEFAULT, ParseOptions
from ingest.formats.base.parts import Parts
from kb.domain import Reading
from kb.errors import ParseFailed

_ENCRYPTED, _SIZES_LATER, _UTF_8 = 0x1, 0x8, 0x800  # flags of a member
_UNIX, _DARWIN = 3, 19  # what packed it
_READ = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüÿßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜœŒ€§–’")
_CYRILLIC = frozenset(map(chr, range(0x410, 0x450))) | frozenset("ёЁ№")
_CODE_PAGES = (
    ("cp437", _WESTERN),
    ("cp850", _WESTERN),
    ("cp1252", _WESTERN),
    ("cp866", _CYRILLIC),
    ("cp1251", _CYRILLIC),
)
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_PIECE = 1 << 18


def read_zip(path: str, _: str, options: ParseOptions = DEFAULT) -> Reading:
    """Read a ZIP archive: its list as text, its members as parts.

    Raises `ParseFailed` ("damaged") where nothing can be taken out of it.
    """
    unpacking = Unpacking(parts := Parts(options, Path(path).stat().st_size))
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError):
        with open(path, "rb") as file:
            unpacking.all(_salvaged(file))
        if not unpacking.count:
            raise ParseFailed(
                "It is a damaged archive from which nothing can be taken. Copy it again.", "damaged"
            ) from None
        parts.end("the archive breaks off")
    else:
        with archive:
            unpacking.all(_members(archive))
    return unpacking.reading("application/zip")


def _members(archive: zipfile.ZipFile) -> Iterator[Member]:
    for info in archive.infolist():
        if info.is_dir():
            continue
        mode = info.external_attr >> 16 if info.create_system in (_UNIX, _DARWIN) else 0
        sealed = ""
        if info.flag_bits & _ENCRYPTED:
            sealed = "encrypted"
        elif mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            sealed = "links and devices"
        elif info.compress_type not in _READ:
            sealed = "packed in a way that is not read"
        yield Member(_name(info), info.file_size, partial(_opened, archive, info), sealed)


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(info) as file:
        yield from pieces(file)


def _name(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF_8 or info.orig_filename.isascii():
        return info.filename
    return member_name(info.orig_filename.encode("cp437"))


def member_name(raw: bytes) -> str:
    """A member's name that says nothing of its code page: UTF-8, else the first that fits.

    A code page fits when all of the name's letters are of one alphabet in it.
    """
    with suppress(UnicodeDecodeError):
        return raw.decode("utf-8")
    for page, letters in _CODE_PAGES:
        with suppress(UnicodeDecodeError):
            name = raw.decode(page)
            if all(one.isascii() or one in letters for one in name):
                return name
    return raw.decode("cp437")


def _salvaged(file: IO[bytes]) -> Iterator[Member]:
    """Members by their local headers, one after the other, up to where it breaks (APPNOTE 4.3.7).

    Those whose size is written only behind them end the row, unless they are deflated.
    """
    while len(head := file.read(_LOCAL.size)) == _LOCAL.size:
        magic, _, flags, method, *_, packed, size, name_length, extra = _LOCAL.unpack(head)
        if magic != b"PK\x03\x04":
            return
        raw = file.read(name_length)
        name = raw.decode("utf-8", "replace") if flags & _UTF_8 else member_name(raw)
        file.seek(extra, 1)
        start = file.tell()
        later = bool(flags & _SIZES_LATER)
        if method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or (later and method == 0):
            return
        sealed = "encrypted" if flags & _ENCRYPTED else ""
        content = _inflated(file) if method else _stored(file, packed)
        if not name.endswith("/"):
            yield Member(name, size or int(later), partial(iter, content), sealed)
        if later:
            for _piece in content:  # what was not taken out has to be passed over
                pass
            _pass_descriptor(file)
        else:
            file.seek(start + packed)


def _stored(file: IO[bytes], length: int) -> Iterator[bytes]:
    while length:
        piece = file.read(min(length, _PIECE))
        if not piece:
            raise EOFError
        length -= len(piece)
        yield piece


def _inflated(file: IO[bytes]) -> Iterator[bytes]:
    """Leaves `file` behind the deflated bytes."""
    engine = zlib.decompressobj(-zlib.MAX_WBITS)
    waiting = b""
    while not engine.eof:
        waiting = waiting or file.read(_PIECE)
        if not waiting:
            raise EOFError
        yield engine.decompress(waiting, _PIECE)
        waiting = engine.unconsumed_tail
    file.seek(-len(engine.unused_data), 1)


def _pass_descriptor(file: IO[bytes]) -> None:
    head = file.read(4)
    file.seek(12 if head == b"PK\x07\x08" else 8, 1)
